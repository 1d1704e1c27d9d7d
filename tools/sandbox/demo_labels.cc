#include "tools/sandbox/demo_labels.h"

#include <algorithm>

namespace sandbox {

void LabelCrossing(LabelMaker& labels, const std::string& unit) {
  labels.AddObject(unit, "", "Car", "red car", BoxCoordinates(0.1042, 0.5231, 0.1875, 0.2037));
  labels.Answer("Car", "red car", "Colour", json::array{"Red"});
  labels.Answer("Car", "red car", "Finish", json::array{"Matt"});
  labels.Answer("Car", "red car", "Visibility", json::array{"Cut off", "Reflected"});
  labels.Answer("Car", "red car", "Plate", "B-AK 2026");
  labels.Answer("Car", "red car", "Doors", 5);
  labels.AddObject(unit, "", "Car", "far car", BoxCoordinates(0.6120, 0.4810, 0.0521, 0.0463));
  labels.Answer("Car", "far car", "Colour", json::array{"Grey"});
  labels.AddObject(unit, "", "Parking space", "space",
                   RotatedBoxCoordinates(0.7344, 0.6389, 0.1406, 0.0926, 12.5));
  labels.AddObject(
      unit, "", "Drivable area", "lane",
      PolygonCoordinates(Ring{{0.02, 0.98}, {0.41, 0.47}, {0.55, 0.47}, {0.93, 0.98}}));
  labels.Answer("Drivable area", "lane", "Surface", json::array{"Asphalt"});
  // Two parts, the first around a traffic island.
  labels.AddObject(unit, "", "Drivable area", "side streets",
                   PolygonCoordinates({{{{0.05, 0.5}, {0.35, 0.5}, {0.35, 0.7}, {0.05, 0.7}},
                                        {{0.15, 0.56}, {0.25, 0.56}, {0.25, 0.64}, {0.15, 0.64}}},
                                       {{{0.8, 0.5}, {0.98, 0.5}, {0.98, 0.62}}}}));
  labels.AddObject(unit, "", "Lane marking", "middle line",
                   PolylineCoordinates({{0.48, 0.97}, {0.481, 0.8}, {0.483, 0.62}, {0.484, 0.5}}));
  labels.Answer("Lane marking", "middle line", "Style", json::array{"Dashed"});
  labels.AddObject(unit, "", "Traffic light", "light", PointCoordinates(0.5729, 0.2315));
  labels.AddSkeleton(unit, "", "Pedestrian", "pedestrian", 0.2, 0.25);
  labels.Answer("Pedestrian", "pedestrian", "Carries", json::array{"Umbrella"});
  labels.AddObject(unit, "", "Puddle", "puddle",
                   BitmaskCoordinates(1920, 1080, 850, 880, {{700, 820}, {840, 900}}));
  labels.Classify(unit, "", "Weather", json::array{"Rain"});
  labels.Classify(unit, "", "Remark", "Roadworks on the left");
}

void LabelStreet(LabelMaker& labels, const std::string& unit, int variant) {
  for (int i = 0; i < 2 + variant % 3; ++i) {
    std::string car = "car " + std::to_string(i + 1);
    labels.AddObject(
        unit, "", "Car", car,
        BoxCoordinates(0.05 + 0.21 * i, 0.5 + 0.013 * ((variant * 7 + i * 3) % 11), 0.15, 0.12));
    labels.Answer("Car", car, "Colour",
                  json::array{(variant + i) % 3 == 0   ? "Red"
                              : (variant + i) % 3 == 1 ? "Blue"
                                                       : "Grey"});
    if (i == 0)
      labels.Answer("Car", car, "Plate", json::value("M-DE " + std::to_string(1000 + variant)));
  }
  labels.AddObject(unit, "", "Lane marking", "line",
                   PolylineCoordinates({{0.1, 0.9}, {0.5, 0.86}, {0.9, 0.9}}));
  labels.Classify(unit, "", "Weather", json::array{variant % 2 == 0 ? "Sun" : "Snow"});
}

void LabelDrive(LabelMaker& labels, const std::string& unit) {
  for (int frame = 0; frame < 60; ++frame) {
    std::string number = std::to_string(frame);
    labels.AddObject(unit, number, "Car", "lead car",
                     BoxCoordinates(0.4 + 0.002 * frame, 0.45, 0.12, 0.1 + 0.001 * frame));
    // Hidden for a while behind the first.
    if (frame < 20 || frame > 34) {
      labels.AddObject(unit, number, "Car", "white van",
                       BoxCoordinates(0.7 - 0.006 * frame, 0.44, 0.1, 0.14));
    }
    if (frame % 10 == 0) {
      labels.AddObject(unit, number, "Traffic light", "light", PointCoordinates(0.55, 0.2));
    }
  }
  labels.Answer("Car", "lead car", "Colour", json::array{"Blue"});
  labels.Answer("Car", "lead car", "Plate", "HH-ED 77");
  labels.AnswerOnFrames("Car", "lead car", "State", json::array{"Parked"}, 0, 24);
  labels.AnswerOnFrames("Car", "lead car", "State", json::array{"Moving"}, 25, 59);
  labels.AnswerOnFrames("Car", "lead car", "Speed", 13.9, 25, 59);
  labels.AnswerOnFrames("Traffic light", "light", "Signal", json::array{"Red"}, 0, 20);
  labels.AnswerOnFrames("Traffic light", "light", "Signal", json::array{"Green"}, 30, 50);
  labels.Classify(unit, "0", "Weather", json::array{"Sun"});
  labels.Classify(unit, "40", "Remark", "Sun glare");
}

void LabelCameraRing(LabelMaker& labels, const std::vector<std::string>& units) {
  for (size_t i = 0; i < units.size(); ++i) {
    labels.AddObject(units[i], "", "Car", "same car",
                     BoxCoordinates(0.8 - 0.25 * static_cast<double>(i), 0.5, 0.2, 0.18));
    labels.Classify(units[i], "", "Weather", json::array{"Sun"});
  }
  labels.Answer("Car", "same car", "Colour", json::array{"Blue"});
}

void LabelShelf(LabelMaker& labels, const std::string& unit, int variant) {
  constexpr const char* kBrands[] = {"Alpine Oats", "Bright Tea", "Cocoa & Co"};
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 3 + variant % 2; ++column) {
      std::string product = "product " + std::to_string(row) + "." + std::to_string(column);
      labels.AddObject(unit, "", "Product", product,
                       BoxCoordinates(0.08 + 0.22 * column, 0.12 + 0.42 * row, 0.18, 0.3));
      labels.Answer("Product", product, "Brand", kBrands[(variant + row + column) % 3]);
      labels.Answer("Product", product, "Facings", 1 + (variant + column) % 4);
      labels.Answer("Product", product, "Stock",
                    json::array{(variant + row * column) % 4 == 3 ? "Nearly empty" : "In stock"});
    }
    labels.AddObject(unit, "", "Shelf", "shelf " + std::to_string(row),
                     PolygonCoordinates(Ring{{0.02, 0.43 + 0.42 * row},
                                             {0.98, 0.43 + 0.42 * row},
                                             {0.98, 0.5 + 0.42 * row},
                                             {0.02, 0.5 + 0.42 * row}}));
  }
  labels.AddObject(unit, "", "Price tag", "tag",
                   RotatedBoxCoordinates(0.1, 0.44, 0.08, 0.04, 3.25));
  labels.Answer("Price tag", "tag", "Price", "2.49");
  labels.Classify(unit, "", "Problems",
                  variant % 2 == 0 ? json::array{"Gap"} : json::array{"Wrong place", "Damaged"});
}

void LabelScan(LabelMaker& labels, const std::string& unit, int variant, int width, int height) {
  for (int slice = 2; slice < 5; ++slice) {
    std::string number = std::to_string(slice);
    double shift = 0.01 * (slice + variant);
    labels.AddObject(
        unit, number, "Organ", "liver",
        PolygonCoordinates(
            Ring{{0.3 + shift, 0.3}, {0.6, 0.28 + shift}, {0.62, 0.55}, {0.35, 0.6 - shift}}));
    int left = width / 3 + 4 * variant;
    labels.AddObject(unit, number, "Lesion", "lesion",
                     BitmaskCoordinates(width, height, height / 3, height / 3 + 6 + slice,
                                        {{left, left + 9 + variant}}));
  }
  labels.Answer("Organ", "liver", "Kind", json::array{"Liver"});
  labels.Answer("Lesion", "lesion", "Grade",
                json::array{variant % 2 == 0 ? "Benign" : "Suspicious"});
  labels.Classify(unit, "2", "Quality", json::array{"Good"});
}

}  // namespace sandbox
