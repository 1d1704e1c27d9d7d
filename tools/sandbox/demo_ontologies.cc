#include "tools/sandbox/demo_ontologies.h"

namespace sandbox {

const char kRoadOntology[] = R"json({"objects": [
  {"id": "1", "name": "Car", "color": "#D33115", "shape": "bounding_box",
   "featureNodeHash": "56adaea9", "required": false, "archived": false, "attributes": [
    {"id": "1.1", "name": "Colour", "type": "radio", "featureNodeHash": "DfvfuIUn",
     "required": false, "archived": false, "dynamic": false, "options": [
      {"id": "1.1.1", "label": "Red", "value": "red", "featureNodeHash": "Se4GB/OX",
       "archived": false, "options": [
        {"id": "1.1.1.1", "name": "Finish", "type": "radio", "featureNodeHash": "vwTf/+O2",
         "required": false, "archived": false, "dynamic": false, "options": [
          {"id": "1.1.1.1.1", "label": "Matt", "value": "matt", "featureNodeHash": "uFwdBEwW",
           "archived": false},
          {"id": "1.1.1.1.2", "label": "Gloss", "value": "gloss", "featureNodeHash": "AAC5ufpS",
           "archived": false}]}]},
      {"id": "1.1.2", "label": "Blue", "value": "blue", "featureNodeHash": "n9vHYfRI",
       "archived": false},
      {"id": "1.1.3", "label": "Grey", "value": "grey", "featureNodeHash": "7UWvutPr",
       "archived": false}]},
    {"id": "1.2", "name": "Visibility", "type": "checklist", "featureNodeHash": "XBBVvrTD",
     "required": false, "archived": false, "dynamic": false, "options": [
      {"id": "1.2.1", "label": "Cut off", "value": "cut_off", "featureNodeHash": "oS1gdLTi",
       "archived": false},
      {"id": "1.2.2", "label": "Blurred", "value": "blurred", "featureNodeHash": "W3zhn0Y+",
       "archived": false},
      {"id": "1.2.3", "label": "Reflected", "value": "reflected", "featureNodeHash": "qVRxiXgw",
       "archived": false}]},
    {"id": "1.3", "name": "Plate", "type": "text", "featureNodeHash": "h+qU6pym",
     "required": false, "archived": false, "dynamic": false},
    {"id": "1.4", "name": "Doors", "type": "numeric", "featureNodeHash": "cPacGseC",
     "required": false, "archived": false, "dynamic": false},
    {"id": "1.5", "name": "State", "type": "radio", "featureNodeHash": "IXyEE8rS",
     "required": false, "archived": false, "dynamic": true, "options": [
      {"id": "1.5.1", "label": "Parked", "value": "parked", "featureNodeHash": "BzUYS3m1",
       "archived": false},
      {"id": "1.5.2", "label": "Moving", "value": "moving", "featureNodeHash": "j0Bc/A8l",
       "archived": false}]},
    {"id": "1.6", "name": "Speed", "type": "numeric", "featureNodeHash": "ZcPkJhyo",
     "required": false, "archived": false, "dynamic": true}]},
  {"id": "2", "name": "Parking space", "color": "#E27300", "shape": "rotatable_bounding_box",
   "featureNodeHash": "c16b97ee", "required": false, "archived": false},
  {"id": "3", "name": "Drivable area", "color": "#16406C", "shape": "polygon",
   "featureNodeHash": "cd97a505", "required": false, "archived": false, "attributes": [
    {"id": "3.1", "name": "Surface", "type": "radio", "featureNodeHash": "58lBi5Uv",
     "required": false, "archived": false, "dynamic": false, "options": [
      {"id": "3.1.1", "label": "Asphalt", "value": "asphalt", "featureNodeHash": "OZAH/N71",
       "archived": false},
      {"id": "3.1.2", "label": "Cobbles", "value": "cobbles", "featureNodeHash": "2j4GOQoE",
       "archived": false},
      {"id": "3.1.3", "label": "Gravel", "value": "gravel", "featureNodeHash": "kAKMLbiF",
       "archived": false}]}]},
  {"id": "4", "name": "Lane marking", "color": "#FE9200", "shape": "polyline",
   "featureNodeHash": "024deeb5", "required": false, "archived": false, "attributes": [
    {"id": "4.1", "name": "Style", "type": "radio", "featureNodeHash": "hdNYliIU",
     "required": false, "archived": false, "dynamic": false, "options": [
      {"id": "4.1.1", "label": "Solid", "value": "solid", "featureNodeHash": "wUcwBgnB",
       "archived": false},
      {"id": "4.1.2", "label": "Dashed", "value": "dashed", "featureNodeHash": "UfRMavAf",
       "archived": false}]}]},
  {"id": "5", "name": "Traffic light", "color": "#FCDC00", "shape": "point",
   "featureNodeHash": "14d902f7", "required": false, "archived": false, "attributes": [
    {"id": "5.1", "name": "Signal", "type": "radio", "featureNodeHash": "HdGAKSYO",
     "required": false, "archived": false, "dynamic": true, "options": [
      {"id": "5.1.1", "label": "Red", "value": "red", "featureNodeHash": "jUzk3G/F",
       "archived": false},
      {"id": "5.1.2", "label": "Amber", "value": "amber", "featureNodeHash": "lgMfBGHR",
       "archived": false},
      {"id": "5.1.3", "label": "Green", "value": "green", "featureNodeHash": "UkEIfi1F",
       "archived": false}]}]},
  {"id": "6", "name": "Pedestrian", "color": "#DBDF00", "shape": "skeleton",
   "featureNodeHash": "3970f983", "required": false, "archived": false, "attributes": [
    {"id": "6.1", "name": "Carries", "type": "checklist", "featureNodeHash": "GdafDdvH",
     "required": false, "archived": false, "dynamic": false, "options": [
      {"id": "6.1.1", "label": "Bag", "value": "bag", "featureNodeHash": "gF6k950L",
       "archived": false},
      {"id": "6.1.2", "label": "Umbrella", "value": "umbrella", "featureNodeHash": "GOtUed2y",
       "archived": false}]}]},
  {"id": "7", "name": "Puddle", "color": "#A4DD00", "shape": "bitmask",
   "featureNodeHash": "eea6117a", "required": false, "archived": false},
  {"id": "8", "name": "Tram", "color": "#68CCCA", "shape": "bounding_box",
   "featureNodeHash": "980cc3cb", "required": false, "archived": true}],
"classifications": [
  {"id": "1", "featureNodeHash": "203f1452", "attributes": [
    {"id": "1.1", "name": "Weather", "type": "radio", "featureNodeHash": "ID8UUjRY",
     "required": false, "archived": false, "dynamic": false, "options": [
      {"id": "1.1.1", "label": "Sun", "value": "sun", "featureNodeHash": "gON+Z56f",
       "archived": false},
      {"id": "1.1.2", "label": "Rain", "value": "rain", "featureNodeHash": "24pFXAn9",
       "archived": false},
      {"id": "1.1.3", "label": "Snow", "value": "snow", "featureNodeHash": "4T3wTRc+",
       "archived": false}]}]},
  {"id": "2", "featureNodeHash": "152eb330", "attributes": [
    {"id": "2.1", "name": "Remark", "type": "text", "featureNodeHash": "FS6zMGf2",
     "required": false, "archived": false, "dynamic": false}]}],
"skeleton_templates": [  {"template":
    {"name": "Pedestrian", "shape": "skeleton", "width": 0.25, "height": 0.25, "skeleton":
      {"0":
        {"x": 0.5, "y": 0.2, "name": "nose", "color": "#000000", "value": "nose",
         "featureHash": "LwJ/Vqp8"}, "1":
        {"x": 0.45, "y": 0.3, "name": "left shoulder", "color": "#000000",
         "value": "left_shoulder", "featureHash": "NzSyMtuY"}, "2":
        {"x": 0.55, "y": 0.3, "name": "right shoulder", "color": "#000000",
         "value": "right_shoulder", "featureHash": "ipRyv3vZ"}, "3":
        {"x": 0.47, "y": 0.5, "name": "left hip", "color": "#000000", "value": "left_hip",
         "featureHash": "4l5VWh0q"}, "4":
        {"x": 0.53, "y": 0.5, "name": "right hip", "color": "#000000", "value": "right_hip",
         "featureHash": "YkjVqlSA"}}, "skeletonEdges":
      {"0": {"1": {"color": "#000000"}, "2": {"color": "#000000"}},
       "1": {"3": {"color": "#000000"}}, "2": {"4": {"color": "#000000"}}},
     "feature_node_hash": "3970f983"}}]}
)json";

const char kRetailOntology[] = R"json({"objects": [
  {"id": "1", "name": "Product", "color": "#D33115", "shape": "bounding_box",
   "featureNodeHash": "f8dc06a3", "required": false, "archived": false, "attributes": [
    {"id": "1.1", "name": "Brand", "type": "text", "featureNodeHash": "5HO4sVFt",
     "required": false, "archived": false, "dynamic": false},
    {"id": "1.2", "name": "Facings", "type": "numeric", "featureNodeHash": "4Nyr2mRA",
     "required": false, "archived": false, "dynamic": false},
    {"id": "1.3", "name": "Stock", "type": "radio", "featureNodeHash": "apVAW5ba",
     "required": false, "archived": false, "dynamic": false, "options": [
      {"id": "1.3.1", "label": "In stock", "value": "in_stock", "featureNodeHash": "GeOzPXBv",
       "archived": false},
      {"id": "1.3.2", "label": "Nearly empty", "value": "nearly_empty",
       "featureNodeHash": "t61/i2ZN", "archived": false},
      {"id": "1.3.3", "label": "Empty", "value": "empty", "featureNodeHash": "coL5HLnP",
       "archived": false}]}]},
  {"id": "2", "name": "Shelf", "color": "#E27300", "shape": "polygon",
   "featureNodeHash": "88dfbe84", "required": false, "archived": false},
  {"id": "3", "name": "Price tag", "color": "#16406C", "shape": "rotatable_bounding_box",
   "featureNodeHash": "3ee66716", "required": false, "archived": false, "attributes": [
    {"id": "3.1", "name": "Price", "type": "text", "featureNodeHash": "3HTxgPK3",
     "required": false, "archived": false, "dynamic": false}]}],
"classifications": [
  {"id": "1", "featureNodeHash": "8c3ed89b", "attributes": [
    {"id": "1.1", "name": "Problems", "type": "checklist", "featureNodeHash": "jD7Ym7tr",
     "required": false, "archived": false, "dynamic": false, "options": [
      {"id": "1.1.1", "label": "Gap", "value": "gap", "featureNodeHash": "+2A52qA5",
       "archived": false},
      {"id": "1.1.2", "label": "Wrong place", "value": "wrong_place",
       "featureNodeHash": "tTX7xGnU", "archived": false},
      {"id": "1.1.3", "label": "Damaged", "value": "damaged", "featureNodeHash": "0OntpFYQ",
       "archived": false}]}]}],
"skeleton_templates": []}
)json";

const char kMedicalOntology[] = R"json({"objects": [
  {"id": "1", "name": "Lesion", "color": "#D33115", "shape": "bitmask",
   "featureNodeHash": "b3384f31", "required": false, "archived": false, "attributes": [
    {"id": "1.1", "name": "Grade", "type": "radio", "featureNodeHash": "YeDWg25b",
     "required": false, "archived": false, "dynamic": false, "options": [
      {"id": "1.1.1", "label": "Benign", "value": "benign", "featureNodeHash": "Wq7ZGgYT",
       "archived": false},
      {"id": "1.1.2", "label": "Suspicious", "value": "suspicious",
       "featureNodeHash": "UfjhPrvu", "archived": false},
      {"id": "1.1.3", "label": "Malignant", "value": "malignant", "featureNodeHash": "hpQ65Q7+",
       "archived": false}]}]},
  {"id": "2", "name": "Organ", "color": "#E27300", "shape": "polygon",
   "featureNodeHash": "e50aa18e", "required": false, "archived": false, "attributes": [
    {"id": "2.1", "name": "Kind", "type": "radio", "featureNodeHash": "N2JEppsK",
     "required": false, "archived": false, "dynamic": false, "options": [
      {"id": "2.1.1", "label": "Liver", "value": "liver", "featureNodeHash": "xVY3eA/k",
       "archived": false},
      {"id": "2.1.2", "label": "Kidney", "value": "kidney", "featureNodeHash": "+YJNLLDL",
       "archived": false},
      {"id": "2.1.3", "label": "Spleen", "value": "spleen", "featureNodeHash": "eYtf90MK",
       "archived": false}]}]},
  {"id": "3", "name": "Landmark", "color": "#16406C", "shape": "point",
   "featureNodeHash": "3feb4173", "required": false, "archived": false}],
"classifications": [
  {"id": "1", "featureNodeHash": "cf181405", "attributes": [
    {"id": "1.1", "name": "Quality", "type": "radio", "featureNodeHash": "zxgUBdIL",
     "required": false, "archived": false, "dynamic": false, "options": [
      {"id": "1.1.1", "label": "Good", "value": "good", "featureNodeHash": "e1q2ECRJ",
       "archived": false},
      {"id": "1.1.2", "label": "Usable", "value": "usable", "featureNodeHash": "uItAK3s7",
       "archived": false},
      {"id": "1.1.3", "label": "Unusable", "value": "unusable", "featureNodeHash": "9T3Isq4E",
       "archived": false}]}]}],
"skeleton_templates": []}
)json";

}  // namespace sandbox
