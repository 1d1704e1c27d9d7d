#include "server/coco/label_row.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "absl/strings/numbers.h"
#include "server/coco/json_padding.h"
#include "server/coco/text.h"
#include "simdjson.h"

namespace gateway::coco {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;
using simdjson::SUCCESS;

static_assert(kJsonPadding == simdjson::SIMDJSON_PADDING);

// The member's name as written. Names that are compared here have no escapes.
std::string_view NameOf(const ondemand::field& field) {
  const char* begin = field.key().raw();
  const char* end = begin;
  while (*end != '"') ++end;
  return {begin, static_cast<size_t>(end - begin)};
}

// Calls `visit(field)` with each member of an object; stops at the first error.
template <typename Visitor>
error_code ForEachField(ondemand::value value, Visitor visit) {
  ondemand::object object;
  if (error_code error = value.get_object().get(object)) return error;
  for (auto result : object) {
    if (result.error()) return result.error();
    ondemand::field&& field = std::move(result).value_unsafe();
    if (error_code error = visit(field)) return error;
  }
  return SUCCESS;
}

// Calls `visit(value)` with each element of a list; stops at the first error.
template <typename Visitor>
error_code ForEachElement(ondemand::value value, Visitor visit) {
  ondemand::array array;
  if (error_code error = value.get_array().get(array)) return error;
  for (auto result : array) {
    if (result.error()) return result.error();
    // NOLINTNEXTLINE(performance-move-const-arg): only a moved result gives its value
    if (error_code error = visit(std::move(result).value_unsafe())) return error;
  }
  return SUCCESS;
}

// Whether reading can go on behind a value that gave `error`: it had another type or content than
// expected, but the document is well-formed so far.
bool IsOfValue(error_code error) {
  switch (error) {
    case simdjson::INCORRECT_TYPE:
    case simdjson::NUMBER_ERROR:
    case simdjson::NUMBER_OUT_OF_RANGE:
    case simdjson::STRING_ERROR:
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR:
      return true;
    default:
      return false;
  }
}

// Errors of the document itself; those of a value are dropped.
error_code Tolerate(error_code error) { return IsOfValue(error) ? SUCCESS : error; }

// The readers of optional members leave `out` alone if the value has another type.
template <typename Text>
error_code ReadText(ondemand::value value, Text& out) {
  // Most strings are what they stand for, and need not be copied: up to their quote.
  const std::string_view token = value.raw_json_token();
  if (token.front() != '"') return SUCCESS;
  size_t end = 1;
  while (token[end] != '"' && token[end] != '\\') ++end;
  if (token[end] == '"') {
    out = token.substr(1, end - 1);
    return SUCCESS;
  }
  std::string_view text;
  error_code error = value.get_string().get(text);
  if (!error) out = text;
  return Tolerate(error);
}

error_code ReadTrue(ondemand::value value, bool& out) {
  bool flag = false;
  error_code error = value.get_bool().get(flag);
  if (!error) out = flag;
  return Tolerate(error);
}

// A whole number, also when written as text or with a fraction of zero.
error_code ReadInteger(ondemand::value value, std::optional<int64_t>& out) {
  ondemand::json_type type;
  if (error_code error = value.type().get(type)) return Tolerate(error);
  if (type == ondemand::json_type::string) {
    std::string_view text;
    if (error_code error = value.get_string().get(text)) return Tolerate(error);
    int64_t number;
    if (absl::SimpleAtoi(ToAbsl(text), &number)) out = number;
    return SUCCESS;
  }
  if (type != ondemand::json_type::number) return SUCCESS;
  double number;
  if (error_code error = value.get_double().get(number)) return Tolerate(error);
  // Beyond 2^53 a double is no longer a count of anything here.
  if (number == std::floor(number) && std::abs(number) <= 9007199254740992.0) {
    out = static_cast<int64_t>(number);
  }
  return SUCCESS;
}

// The number that a member's name is.
bool ReadIndex(std::string_view name, int64_t& index) {
  // The usual one, of few digits.
  if (name.size() - 1 < 9) {
    int64_t number = 0;
    for (size_t i = 0; i < name.size(); ++i) {
      const unsigned digit = static_cast<unsigned char>(name[i]) - unsigned{'0'};
      if (digit > 9) return absl::SimpleAtoi(ToAbsl(name), &index);
      number = number * 10 + digit;
    }
    index = number;
    return true;
  }
  return absl::SimpleAtoi(ToAbsl(name), &index);
}

Slice Since(uint32_t begin, size_t end) { return {begin, static_cast<uint32_t>(end)}; }

}  // namespace

void LabelRow::Clear() {
  label_hash = data_title = data_type = {};
  units.clear();
  frames.clear();
  objects.clear();
  slice_metadata.clear();
  classification_ranges.clear();
  answers.clear();
  options.clear();
  ranges.clear();
  numbers.clear();
  rings.clear();
  parts.clear();
  vertices.clear();
  bitmasks.clear();
  defects.clear();
}

class LabelRowParser::Impl {
 public:
  explicit Impl(std::vector<std::string> classification_feature_hashes)
      : classification_filter_(classification_feature_hashes.begin(),
                               classification_feature_hashes.end()) {}

  absl::Status Parse(std::string_view json, size_t readable, LabelRow& row) {
    row.Clear();
    row_ = &row;
    is_large_ = json.size() > kLargeRow;
    if (readable < json.size() + kJsonPadding) {
      copy_.assign(json);
      copy_.append(kJsonPadding, ' ');
      json = std::string_view(copy_.data(), json.size());
      readable = copy_.size();
    }
    ondemand::document document;
    error_code error = parser_.iterate(json, readable).get(document);
    ondemand::value root;
    if (!error) error = document.get_value().get(root);
    if (!error) error = ParseRow(root);
    if (error) {
      return absl::InvalidArgumentError(
          Concat("The label row cannot be read: ", simdjson::error_message(error)));
    }
    return absl::OkStatus();
  }

 private:
  // A vertex of an object whose keys are numbers.
  struct IndexedPoint {
    int64_t index;
    double x;
    double y;
  };

  error_code ParseRow(ondemand::value value) {
    return ForEachField(value, [&](ondemand::field& field) -> error_code {
      std::string_view name = NameOf(field);
      if (name == "label_hash") return ReadText(field.value(), row_->label_hash);
      if (name == "data_title") return ReadText(field.value(), row_->data_title);
      if (name == "data_type") return ReadText(field.value(), row_->data_type);
      if (name == "data_units") return Section(name, ParseUnits(field.value()));
      if (name == "object_answers") return Section(name, ParseAnswers(field.value(), false));
      if (name == "object_actions") return Section(name, ParseAnswers(field.value(), true));
      if (name == "classification_answers") {
        return Section(name, ParseClassificationAnswers(field.value()));
      }
      return SUCCESS;
    });
  }

  // Takes note of a member of the row that could not be read to its end.
  error_code Section(std::string_view name, error_code error) {
    if (IsOfValue(error)) AddDefect({}, {}, Concat(name, " cannot be read"));
    return Tolerate(error);
  }

  // ---- data units and frames

  error_code ParseUnits(ondemand::value value) {
    return ForEachField(value, [&](ondemand::field& field) -> error_code {
      uint32_t position = static_cast<uint32_t>(row_->units.size());
      row_->units.emplace_back();
      std::string_view key;
      if (error_code error = field.unescaped_key().get(key)) return error;
      row_->units[position].data_hash = key;
      error_code error = ParseUnit(field.value(), position);
      if (IsOfValue(error)) AddDefect(key, {}, "the labels of the data unit cannot be read");
      return Tolerate(error);
    });
  }

  error_code ParseUnit(ondemand::value value, uint32_t position) {
    DataUnit unit = row_->units[position];
    error_code error = ForEachField(value, [&](ondemand::field& field) -> error_code {
      std::string_view name = NameOf(field);
      if (name == "data_hash") return ReadText(field.value(), unit.data_hash);
      if (name == "data_title") return ReadText(field.value(), unit.title);
      if (name == "data_type") return ReadText(field.value(), unit.data_type);
      if (name == "data_link") return ReadText(field.value(), unit.data_link);
      if (name == "data_sequence") return ReadInteger(field.value(), unit.sequence);
      if (name == "width") return ReadInteger(field.value(), unit.width);
      if (name == "height") return ReadInteger(field.value(), unit.height);
      if (name == "labels") return ParseLabels(field.value(), position, unit);
      return SUCCESS;
    });
    row_->units[position] = unit;
    return error;
  }

  // Both forms of a unit's labels: of the whole unit, or by frame number.
  error_code ParseLabels(ondemand::value value, uint32_t position, const DataUnit& unit) {
    LabelFrame whole{};
    whole.unit = position;
    whole.number = LabelFrame::kWholeUnit;
    bool is_whole = false;
    error_code error = ForEachField(value, [&](ondemand::field& field) -> error_code {
      std::string_view name = NameOf(field);
      if (name == "objects" || name == "classifications") {
        is_whole = true;
        return Tolerate(ParseFrameMember(name, field.value(), whole));
      }
      LabelFrame frame{};
      frame.unit = position;
      if (!ReadIndex(name, frame.number) || frame.number < 0) {
        AddDefect(unit.data_hash, {}, Concat("\"", name, "\" is not a frame number"));
        return SUCCESS;
      }
      error_code error = ForEachField(field.value(), [&](ondemand::field& member) {
        return Tolerate(ParseFrameMember(NameOf(member), member.value(), frame));
      });
      if (IsOfValue(error)) {
        AddDefect(unit.data_hash, {},
                  Concat("the labels of frame ", frame.number, " cannot be read"));
      }
      row_->frames.push_back(frame);
      return Tolerate(error);
    });
    if (is_whole) row_->frames.push_back(whole);
    return error;
  }

  error_code ParseFrameMember(std::string_view name, ondemand::value value, LabelFrame& frame) {
    if (name == "objects") {
      uint32_t begin = static_cast<uint32_t>(row_->objects.size());
      error_code error = ForEachElement(value, [&](ondemand::value element) {
        LabelObject object;
        error_code error = ParseObject(element, object);
        if (IsOfValue(error)) object.defect = "a value of the object has the wrong type";
        row_->objects.push_back(object);
        return Tolerate(error);
      });
      frame.objects = Since(begin, row_->objects.size());
      return error;
    }
    if (name == "classifications") {
      return ForEachElement(value, [&](ondemand::value element) {
        std::string_view feature_hash;
        error_code error = ForEachField(element, [&](ondemand::field& field) {
          if (NameOf(field) != "featureHash") return SUCCESS;
          return ReadText(field.value(), feature_hash);
        });
        if (CountsAsClassification(feature_hash)) frame.has_classification = true;
        return Tolerate(error);
      });
    }
    if (name == "metadata") {
      SliceMetadata metadata;
      error_code error = ForEachField(value, [&](ondemand::field& field) -> error_code {
        std::string_view member = NameOf(field);
        if (member == "dicom_instance_uid") return ReadText(field.value(), metadata.instance_uid);
        if (member == "multiframe_frame_number") {
          return ReadInteger(field.value(), metadata.multiframe_number);
        }
        if (member == "file_uri") return ReadText(field.value(), metadata.file_uri);
        if (member == "width") return ReadInteger(field.value(), metadata.width);
        if (member == "height") return ReadInteger(field.value(), metadata.height);
        return SUCCESS;
      });
      if (!metadata.instance_uid.empty()) {
        frame.metadata = static_cast<uint32_t>(row_->slice_metadata.size());
        row_->slice_metadata.push_back(metadata);
      }
      return error;
    }
    return SUCCESS;
  }

  bool CountsAsClassification(std::string_view feature_hash) const {
    return classification_filter_.empty() || classification_filter_.contains(feature_hash);
  }

  // ---- objects

  error_code ParseObject(ondemand::value value, LabelObject& object) {
    return ForEachField(value, [&](ondemand::field& field) -> error_code {
      std::string_view name = NameOf(field);
      switch (name.size()) {
        case 5:
          if (name == "shape") {
            std::string_view shape;
            error_code error = ReadText(field.value(), shape);
            object.shape = ShapeFromName(shape);
            return error;
          }
          if (name == "point")
            return Geometry(ParsePoints(field.value(), object), Shape::kPoint, object);
          break;
        case 7:
          if (name == "polygon") {
            if (object.geometry == Shape::kPolygon) return SUCCESS;
            return Geometry(ParseLegacyPolygon(field.value(), object), Shape::kPolygon, object);
          }
          if (name == "bitmask") {
            return Geometry(ParseBitmask(field.value(), object), Shape::kBitmask, object);
          }
          break;
        case 8:
          if (name == "polygons") return ParsePolygons(field.value(), object);
          if (name == "polyline") {
            return Geometry(ParsePoints(field.value(), object), Shape::kPolyline, object);
          }
          if (name == "skeleton") {
            return Geometry(ParseSkeleton(field.value(), object), Shape::kSkeleton, object);
          }
          break;
        case 10:
          if (name == "objectHash") return ReadHash(field.value(), object.object_hash);
          break;
        case 11:
          if (name == "featureHash") return ReadHash(field.value(), object.feature_hash);
          if (name == "boundingBox") {
            return Geometry(ParseBox(field.value(), false, object), Shape::kBoundingBox, object);
          }
          break;
        case 16:
          if (name == "manualAnnotation") return ReadTrue(field.value(), object.manual_annotation);
          break;
        case 20:
          if (name == "rotatableBoundingBox") {
            return Geometry(ParseBox(field.value(), true, object), Shape::kRotatableBoundingBox,
                            object);
          }
          break;
        default:
          break;
      }
      return SUCCESS;
    });
  }

  // A text that is used again and again. Of a row that no cache holds it is copied to where it lies
  // beside the others.
  error_code ReadHash(ondemand::value value, std::string_view& out) {
    if (!is_large_) return ReadText(value, out);
    std::string_view text;
    error_code error = value.get_string().get(text);
    if (!error) out = text;
    return Tolerate(error);
  }

  // Takes note of a geometry that has been read, or of why it could not be.
  error_code Geometry(error_code error, Shape shape, LabelObject& object) {
    object.geometry = shape;
    if (IsOfValue(error)) object.defect = "a coordinate is missing or not a number";
    return Tolerate(error);
  }

  error_code ParseBox(ondemand::value value, bool rotatable, LabelObject& object) {
    double box[5];
    unsigned seen = 0;
    error_code error = ForEachField(value, [&](ondemand::field& field) -> error_code {
      constexpr std::string_view kNames[] = {"x", "y", "w", "h", "theta"};
      std::string_view name = NameOf(field);
      for (unsigned i = 0; i < std::size(kNames); ++i) {
        if (name != kNames[i]) continue;
        seen |= 1u << i;
        return field.value().get_double().get(box[i]);
      }
      return SUCCESS;
    });
    if (error) return error;
    unsigned wanted = rotatable ? 0b11111 : 0b1111;
    if ((seen & wanted) != wanted) return simdjson::INCORRECT_TYPE;
    uint32_t begin = static_cast<uint32_t>(row_->numbers.size());
    row_->numbers.insert(row_->numbers.end(), box, box + (rotatable ? 5 : 4));
    object.numbers = Since(begin, row_->numbers.size());
    return SUCCESS;
  }

  error_code ParsePoint(ondemand::value value, double& x, double& y) {
    unsigned seen = 0;
    error_code error = ForEachField(value, [&](ondemand::field& field) -> error_code {
      std::string_view name = NameOf(field);
      if (name == "x") {
        seen |= 1;
        return field.value().get_double().get(x);
      }
      if (name == "y") {
        seen |= 2;
        return field.value().get_double().get(y);
      }
      return SUCCESS;
    });
    if (!error && seen != 3) return simdjson::INCORRECT_TYPE;
    return error;
  }

  void AddNumbers(double x, double y) {
    row_->numbers.push_back(x);
    row_->numbers.push_back(y);
  }

  // Puts `indexed_` and the points that are the numbers from `begin` on, numbered from 0, in order.
  void AddInOrder(uint32_t begin) {
    std::vector<double>& numbers = row_->numbers;
    std::vector<IndexedPoint> points;
    for (size_t i = begin; i < numbers.size(); i += 2) {
      points.push_back({static_cast<int64_t>((i - begin) / 2), numbers[i], numbers[i + 1]});
    }
    points.insert(points.end(), indexed_.begin(), indexed_.end());
    std::stable_sort(
        points.begin(), points.end(),
        [](const IndexedPoint& a, const IndexedPoint& b) { return a.index < b.index; });
    numbers.resize(begin);
    for (const IndexedPoint& point : points) AddNumbers(point.x, point.y);
  }

  // Points as a list, or as an object whose keys are their numbers, in any order.
  error_code ParsePoints(ondemand::value value, LabelObject& object) {
    ondemand::json_type type;
    if (error_code error = value.type().get(type)) return error;
    uint32_t begin = static_cast<uint32_t>(row_->numbers.size());
    if (type == ondemand::json_type::array) {
      error_code error = ForEachElement(value, [&](ondemand::value element) {
        double x, y;
        error_code error = ParsePoint(element, x, y);
        if (!error) AddNumbers(x, y);
        return error;
      });
      if (error) return error;
    } else {
      indexed_.clear();
      // Nearly always they are in order, and come one by one.
      int64_t next = 0;
      error_code error = ForEachField(value, [&](ondemand::field& field) -> error_code {
        IndexedPoint point;
        if (!ReadIndex(NameOf(field), point.index)) return simdjson::INCORRECT_TYPE;
        if (error_code error = ParsePoint(field.value(), point.x, point.y)) return error;
        if (point.index == next && indexed_.empty()) {
          ++next;
          AddNumbers(point.x, point.y);
        } else {
          indexed_.push_back(point);
        }
        return SUCCESS;
      });
      if (error) return error;
      if (!indexed_.empty()) AddInOrder(begin);
    }
    object.numbers = Since(begin, row_->numbers.size());
    return SUCCESS;
  }

  // The older member "polygon": the only ring.
  error_code ParseLegacyPolygon(ondemand::value value, LabelObject& object) {
    if (error_code error = ParsePoints(value, object)) return error;
    AddPart(object, static_cast<uint32_t>(row_->parts.size()),
            static_cast<uint32_t>(row_->rings.size()), {object.numbers});
    return SUCCESS;
  }

  void AddPart(LabelObject& object, uint32_t first_part, uint32_t first_ring,
               std::initializer_list<Slice> rings) {
    row_->rings.insert(row_->rings.end(), rings);
    row_->parts.push_back(Since(first_ring, row_->rings.size()));
    object.parts = Since(first_part, row_->parts.size());
  }

  // The newer member "polygons". It counts unless it is null or has no point; "polygon" then is a
  // copy of its first ring.
  error_code ParsePolygons(ondemand::value value, LabelObject& object) {
    ondemand::json_type type;
    if (error_code error = value.type().get(type)) return Tolerate(error);
    if (type == ondemand::json_type::null) return SUCCESS;
    uint32_t first_part = static_cast<uint32_t>(row_->parts.size());
    size_t first_number = row_->numbers.size();
    error_code error = ForEachElement(value, [&](ondemand::value part) {
      uint32_t first_ring = static_cast<uint32_t>(row_->rings.size());
      error_code error = ForEachElement(part, [&](ondemand::value ring) {
        uint32_t begin = static_cast<uint32_t>(row_->numbers.size());
        error_code error = ForEachElement(ring, [&](ondemand::value coordinate) {
          double number;
          error_code error = coordinate.get_double().get(number);
          if (!error) row_->numbers.push_back(number);
          return error;
        });
        row_->rings.push_back(Since(begin, row_->numbers.size()));
        return error;
      });
      row_->parts.push_back(Since(first_ring, row_->rings.size()));
      return error;
    });
    if (error) return Geometry(error, Shape::kPolygon, object);
    if (row_->numbers.size() == first_number) return SUCCESS;
    object.parts = Since(first_part, row_->parts.size());
    return Geometry(SUCCESS, Shape::kPolygon, object);
  }

  error_code ParseSkeleton(ondemand::value value, LabelObject& object) {
    uint32_t begin = static_cast<uint32_t>(row_->vertices.size());
    error_code error = ForEachField(value, [&](ondemand::field& field) -> error_code {
      SkeletonVertex vertex{};
      if (!ReadIndex(NameOf(field), vertex.index)) return simdjson::INCORRECT_TYPE;
      error_code error = ParseVertex(field.value(), vertex);
      if (!error) row_->vertices.push_back(vertex);
      return error;
    });
    object.vertices = Since(begin, row_->vertices.size());
    return error;
  }

  error_code ParseVertex(ondemand::value value, SkeletonVertex& vertex) {
    unsigned seen = 0;
    bool invisible = false;
    bool occluded = false;
    bool self_occluded = false;
    std::string_view word;
    error_code error = ForEachField(value, [&](ondemand::field& field) -> error_code {
      std::string_view name = NameOf(field);
      if (name == "x") {
        seen |= 1;
        return field.value().get_double().get(vertex.x);
      }
      if (name == "y") {
        seen |= 2;
        return field.value().get_double().get(vertex.y);
      }
      if (name == "featureHash") return ReadText(field.value(), vertex.feature_hash);
      if (name == "invisible") return ReadTrue(field.value(), invisible);
      if (name == "occluded") return ReadTrue(field.value(), occluded);
      if (name == "selfOccluded") return ReadTrue(field.value(), self_occluded);
      if (name == "visibility") return ReadText(field.value(), word);
      return SUCCESS;
    });
    if (error) return error;
    if (seen != 3) return simdjson::INCORRECT_TYPE;
    if (invisible || word == "invisible") {
      vertex.visibility = 0;
    } else if (occluded || self_occluded || word == "occluded" || word == "selfOccluded") {
      vertex.visibility = 1;
    } else {
      vertex.visibility = 2;
    }
    return SUCCESS;
  }

  error_code ParseBitmask(ondemand::value value, LabelObject& object) {
    std::optional<std::string_view> runs;
    std::optional<int64_t> width;
    std::optional<int64_t> height;
    error_code error = ForEachField(value, [&](ondemand::field& field) -> error_code {
      std::string_view name = NameOf(field);
      if (name == "rleString") return ReadText(field.value(), runs);
      if (name == "width") return ReadInteger(field.value(), width);
      if (name == "height") return ReadInteger(field.value(), height);
      return SUCCESS;
    });
    if (error) return error;
    if (!runs || !width || !height) return simdjson::INCORRECT_TYPE;
    object.bitmask = static_cast<uint32_t>(row_->bitmasks.size());
    row_->bitmasks.push_back({*runs, *width, *height});
    return SUCCESS;
  }

  // ---- answers

  // object_answers, or object_actions if `dynamic`.
  error_code ParseAnswers(ondemand::value value, bool dynamic) {
    return ForEachField(value, [&](ondemand::field& field) -> error_code {
      std::string_view object_hash;
      if (error_code error = field.unescaped_key().get(object_hash)) return error;
      error_code error = ForEachField(field.value(), [&](ondemand::field& member) -> error_code {
        if (NameOf(member) != (dynamic ? "actions" : "classifications")) return SUCCESS;
        return ForEachElement(member.value(), [&](ondemand::value entry) -> error_code {
          LabelAnswer answer;
          answer.object_hash = object_hash;
          answer.dynamic = dynamic;
          error_code error = ParseAnswer(entry, answer);
          if (!error) {
            row_->answers.push_back(answer);
          } else if (IsOfValue(error)) {
            AddDefect({}, object_hash, "an answer of the object cannot be read");
          }
          return Tolerate(error);
        });
      });
      if (IsOfValue(error)) AddDefect({}, object_hash, "the answers of the object cannot be read");
      return Tolerate(error);
    });
  }

  error_code ParseAnswer(ondemand::value value, LabelAnswer& answer) {
    return ForEachField(value, [&](ondemand::field& field) -> error_code {
      std::string_view name = NameOf(field);
      if (name == "featureHash") return ReadText(field.value(), answer.attribute_feature_hash);
      if (name == "answers") return ParseAnswerValue(field.value(), answer);
      if (name == "range") return ParseRanges(field.value(), row_->ranges, answer.ranges);
      return SUCCESS;
    });
  }

  error_code ParseAnswerValue(ondemand::value value, LabelAnswer& answer) {
    ondemand::json_type type;
    if (error_code error = value.type().get(type)) return error;
    switch (type) {
      case ondemand::json_type::string: {
        std::string_view text;
        error_code error = value.get_string().get(text);
        answer.value = text;
        return error;
      }
      case ondemand::json_type::number: {
        ondemand::number number;
        if (error_code error = value.get_number().get(number)) return error;
        if (number.is_int64()) {
          answer.value = number.get_int64();
        } else {
          answer.value = number.as_double();
        }
        return SUCCESS;
      }
      case ondemand::json_type::array: {
        uint32_t begin = static_cast<uint32_t>(row_->options.size());
        error_code error = ForEachElement(value, [&](ondemand::value element) {
          ChosenOption option;
          error_code error = ForEachField(element, [&](ondemand::field& field) -> error_code {
            std::string_view name = NameOf(field);
            if (name == "featureHash") return ReadText(field.value(), option.feature_hash);
            if (name == "name") return ReadText(field.value(), option.label);
            return SUCCESS;
          });
          row_->options.push_back(option);
          return error;
        });
        answer.value = Since(begin, row_->options.size());
        return error;
      }
      default:
        return SUCCESS;
    }
  }

  // A list of [first, last] pairs.
  error_code ParseRanges(ondemand::value value, std::vector<FrameRange>& ranges, Slice& slice) {
    uint32_t begin = static_cast<uint32_t>(ranges.size());
    error_code error = ForEachElement(value, [&](ondemand::value pair) -> error_code {
      int64_t ends[2];
      size_t count = 0;
      error_code error = ForEachElement(pair, [&](ondemand::value end) -> error_code {
        std::optional<int64_t> number;
        if (error_code error = ReadInteger(end, number)) return error;
        if (!number || count == 2) return simdjson::INCORRECT_TYPE;
        ends[count++] = *number;
        return SUCCESS;
      });
      if (error) return error;
      if (count != 2) return simdjson::INCORRECT_TYPE;
      ranges.push_back({ends[0], ends[1]});
      return SUCCESS;
    });
    slice = Since(begin, ranges.size());
    return error;
  }

  error_code ParseClassificationAnswers(ondemand::value value) {
    return ForEachField(value, [&](ondemand::field& field) -> error_code {
      std::string_view feature_hash;
      Slice ranges;
      size_t before = row_->classification_ranges.size();
      error_code error = ForEachField(field.value(), [&](ondemand::field& member) -> error_code {
        std::string_view name = NameOf(member);
        if (name == "featureHash") return ReadText(member.value(), feature_hash);
        if (name == "range") {
          return Tolerate(ParseRanges(member.value(), row_->classification_ranges, ranges));
        }
        return SUCCESS;
      });
      if (!CountsAsClassification(feature_hash)) row_->classification_ranges.resize(before);
      return Tolerate(error);
    });
  }

  void AddDefect(std::string_view data_hash, std::string_view object_hash, std::string reason) {
    row_->defects.push_back({data_hash, object_hash, std::move(reason)});
  }

  static constexpr size_t kLargeRow = size_t{1} << 18;

  ondemand::parser parser_;
  std::string copy_;
  bool is_large_ = false;
  TextSet classification_filter_;
  std::vector<IndexedPoint> indexed_;
  LabelRow* row_ = nullptr;
};

LabelRowParser::LabelRowParser(std::vector<std::string> classification_feature_hashes)
    : impl_(std::make_unique<Impl>(std::move(classification_feature_hashes))) {}
LabelRowParser::LabelRowParser(LabelRowParser&&) noexcept = default;
LabelRowParser& LabelRowParser::operator=(LabelRowParser&&) noexcept = default;
LabelRowParser::~LabelRowParser() = default;

absl::Status LabelRowParser::Parse(std::string_view json, size_t readable, LabelRow& row) {
  return impl_->Parse(json, readable, row);
}

}  // namespace gateway::coco
