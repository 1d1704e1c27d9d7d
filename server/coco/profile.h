#ifndef SERVER_COCO_PROFILE_H_
#define SERVER_COCO_PROFILE_H_

namespace gateway::coco {

// Which conventions an export follows.
enum class Profile {
  // Correct for every COCO reader: ids from 1, masks of single objects, rotated corners, keypoint
  // names and edges, no null members.
  kStandard,
  // The conventions of the official Python SDK's exporter.
  kSdk,
};

// All that differs between the profiles. Both run through the same code.
struct Conventions {
  // Id of the first image and of the first annotation. COCOeval takes annotation 0 for "no match".
  int first_id;
  // `iscrowd` of annotations that are masks. Evaluation ignores crowds.
  int mask_iscrowd;
  // Whether a rotated box is drawn by its rotated corners instead of its unrotated ones.
  bool rotated_corners;
  // Whether boxes with a negative side are turned to positive sides, and whatever has no width or
  // no height is boxed in one pixel, so that no bounding box is empty.
  bool positive_boxes;
  // Whether keypoints are in the order of the skeleton template, those out of sight are 0, 0, 0 and
  // neither counted nor boxed, and categories carry keypoint names and edges.
  bool template_keypoints;
  // Whether points and skeletons get their bounding box as segmentation and area.
  bool keypoint_box_segmentation;
  // Whether a polygon of several parts without holes is a list of polygons instead of a mask. Its
  // area is the sum of theirs.
  bool parts_as_polygons;
  // Whether masks of polygons hold the pixels whose centre is inside, part by part; otherwise all
  // pixels that an outline touches too, and holes wipe what earlier parts painted.
  bool pixel_centre_masks;
  // Whether empty masks are annotations. They cannot be matched by anything.
  bool empty_masks;
  // Whether answers to attributes nested below a radio option are exported.
  bool nested_attributes;
  // Whether members without a value are written as null instead of being left out.
  bool null_members;
};

// The conventions of `profile`.
constexpr Conventions ConventionsOf(Profile profile) {
  constexpr Conventions kStandardConventions = {.first_id = 1,
                                                .mask_iscrowd = 0,
                                                .rotated_corners = true,
                                                .positive_boxes = true,
                                                .template_keypoints = true,
                                                .keypoint_box_segmentation = true,
                                                .parts_as_polygons = true,
                                                .pixel_centre_masks = true,
                                                .empty_masks = false,
                                                .nested_attributes = true,
                                                .null_members = false};
  constexpr Conventions kSdkConventions = {.first_id = 0,
                                           .mask_iscrowd = 1,
                                           .rotated_corners = false,
                                           .positive_boxes = false,
                                           .template_keypoints = false,
                                           .keypoint_box_segmentation = false,
                                           .parts_as_polygons = false,
                                           .pixel_centre_masks = false,
                                           .empty_masks = true,
                                           .nested_attributes = false,
                                           .null_members = true};
  return profile == Profile::kSdk ? kSdkConventions : kStandardConventions;
}

}  // namespace gateway::coco

#endif  // SERVER_COCO_PROFILE_H_
