#ifndef TOOLS_SANDBOX_LABEL_UNITS_H_
#define TOOLS_SANDBOX_LABEL_UNITS_H_

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "tools/sandbox/label_contents.h"
#include "tools/sandbox/store.h"

namespace sandbox {

// How label rows show the media of a data unit. `data_unit` is a row of the view
// data_units (datasets.h) in each of these.

// What labels of it may look like.
LabelledMedia MediaOf(Store& store, const Row& data_unit);

// Frames, images or slices; 1 for what has none.
int64_t NumberOfFrames(const Row& data_unit);

// The MIME type as label rows tell it.
std::optional<std::string> FileTypeOf(const Row& data_unit);

// A label row's "data_units", with `labels` by unit.
json::object DataUnitsJson(Store& store, const Row& data_unit, json::object labels);

// A label row's "images_data"; empty unless it is an image group.
json::array ImagesDataJson(Store& store, const Row& data_unit);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_LABEL_UNITS_H_
