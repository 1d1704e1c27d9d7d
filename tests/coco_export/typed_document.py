"""The typed form of an export as the JSON document that it stands for."""

from google.protobuf import json_format


def typed_document(info, categories, images, annotations, profile):
    """The document, in which an image without a URL has the empty one."""
    document = {
        "info": {"description": info.description} if info.HasField("description") else {},
        "categories": [category_document(each, profile) for each in categories],
        "images": [image_document(each) for each in images],
        "annotations": [annotation_document(each, profile) for each in annotations],
    }
    if profile == "sdk":
        unset = ("description", "contributor", "date_created", "url", "version", "year")
        document["info"] = {**dict.fromkeys(unset), **document["info"]}
    else:
        document["licenses"] = []
    return document


def category_document(category, profile):
    document = {
        "id": category.id, "name": category.name, "supercategory": category.supercategory,
    }
    if profile == "sdk":
        # The official exporter has a text where a list belongs, which is not typed.
        if category.supercategory == "point":
            document.update(keypoints="keypoint", skeleton=[])
    elif category.keypoints:
        document["keypoints"] = list(category.keypoints)
        document["skeleton"] = [[getattr(edge, "from"), edge.to] for edge in category.skeleton]
    return document


def image_document(image):
    document = {
        "id": image.id, "file_name": image.file_name, "height": image.height,
        "width": image.width, "coco_url": image.coco_url,
    }
    if image.file_name.startswith("images/"):
        document["image_title"] = image.image_title
    if image.file_name.startswith("videos/"):
        document["video_title"] = image.video_title
    return document


def annotation_document(annotation, profile):
    if annotation.HasField("rle"):
        rle = annotation.rle
        segmentation = {"size": [rle.height, rle.width], "counts": rle.counts}
    else:
        segmentation = [list(each.coordinates) for each in annotation.segmentation]
    document = {
        "id": annotation.id, "image_id": annotation.image_id,
        "category_id": annotation.category_id, "area": annotation.area,
        "bbox": list(annotation.bbox), "iscrowd": annotation.iscrowd,
        "segmentation": segmentation,
        "attributes": json_format.MessageToDict(annotation.attributes),
    }
    if annotation.HasField("num_keypoints"):
        document["keypoints"] = list(annotation.keypoints)
        document["num_keypoints"] = annotation.num_keypoints
    elif profile == "sdk":
        document.update(keypoints=None, num_keypoints=None)
    return document
