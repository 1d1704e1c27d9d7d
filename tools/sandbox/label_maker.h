#ifndef TOOLS_SANDBOX_LABEL_MAKER_H_
#define TOOLS_SANDBOX_LABEL_MAKER_H_

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/sandbox/result.h"

namespace sandbox {

// Fractions of the image's width and height.
struct LabelPoint {
  double x;
  double y;
};
using Ring = std::vector<LabelPoint>;

// The member of an object that holds its coordinates, as Encord's editor writes
// it, e.g. {"boundingBox", {"x", "y", "w", "h"}}.
json::object BoxCoordinates(double x, double y, double w, double h);
// `theta` in degrees.
json::object RotatedBoxCoordinates(double x, double y, double w, double h, double theta);
json::object PolygonCoordinates(const Ring& outline);
// Several parts; the first ring of a part is its outline, the others are holes.
json::object PolygonCoordinates(const std::vector<std::vector<Ring>>& parts);
json::object PolylineCoordinates(const Ring& points);
json::object PointCoordinates(double x, double y);
// A mask of whole pixels: on in the given spans of columns (first, past the last),
// all between the rows `top` and `bottom` (past the last).
json::object BitmaskCoordinates(int width, int height, int top, int bottom,
                                const std::vector<std::pair<int, int>>& columns);

// Encord's text form of run lengths, which begin with the pixels that are off.
std::string PackRunLengths(const std::vector<int>& counts);

// Makes the labels of a data unit, by the names in the ontology.
class LabelMaker {
 public:
  // `structure` is the ontology's. Hashes of instances derive from `seed`.
  // `author` is an email, `date` like "Thu, 15 Jan 2026 10:20:30 UTC".
  LabelMaker(json::value structure, std::string seed, std::string author, std::string date);

  // Puts an object on an image or, with a frame number, on a frame. Several
  // frames of one `instance` are one track.
  void AddObject(const std::string& unit, std::string_view frame, std::string_view object,
                 std::string_view instance, json::object coordinates);
  // Like AddObject, with the vertices of the object's skeleton template, moved
  // by `dx`, `dy`; the last vertex is occluded.
  void AddSkeleton(const std::string& unit, std::string_view frame, std::string_view object,
                   std::string_view instance, double dx, double dy);
  // Answers an attribute of an object: text, number, or a list of option labels.
  void Answer(std::string_view object, std::string_view instance, std::string_view attribute,
              const json::value& answer);
  // Answers a dynamic attribute on frames from `first` to `last`.
  void AnswerOnFrames(std::string_view object, std::string_view instance,
                      std::string_view attribute, const json::value& answer, int first, int last);
  // Classifies an image or frame. `classification` is the name of its attribute.
  void Classify(const std::string& unit, std::string_view frame, std::string_view classification,
                const json::value& answer);

  // What a client saves: data_units, object_answers, classification_answers,
  // object_actions.
  json::object Row() const;

 private:
  const json::value& ObjectNamed(std::string_view name) const;
  json::object& Frame(const std::string& unit, std::string_view frame);
  std::string HashOf(std::string_view instance) const;
  json::object AnswerEntry(const json::value& owner, std::string_view attribute,
                           const json::value& answer) const;

  json::value structure_;
  std::string seed_;
  std::string author_;
  std::string date_;
  json::object units_;
  json::object object_answers_;
  json::object classification_answers_;
  json::object object_actions_;
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_LABEL_MAKER_H_
