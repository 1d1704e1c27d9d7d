"""The SDK's own COCO export, of labels that it reads from the sandbox."""

import pytest
from encord.objects import Object, Shape

from label_ontology import DRAWINGS, coordinates_of, structure
from sdk_workspace import initialised

# Shapes that the exporter knows, and the drawing that stands for each.
EXPORTED = {
    Shape.BOUNDING_BOX: "box", Shape.ROTATABLE_BOUNDING_BOX: "rotated box",
    Shape.POLYGON: "polygon", Shape.POLYLINE: "polyline", Shape.POINT: "point",
    Shape.SKELETON: "skeleton", Shape.BITMASK: "bitmask, stripes",
}
FRAMES = {"image": [0], "image_group": [0, 2], "video": [0, 7, 19]}


@pytest.fixture(scope="module")
def project(workspace, alice):
    """An image, an image group and a video, each with an object of every shape on its frames."""
    dataset = workspace.dataset(*((kind, kind) for kind in FRAMES))
    project = workspace.project(dataset, ontology=alice.create_ontology("COCO", "", structure()))
    for kind, frames in FRAMES.items():
        row = initialised(project, kind)
        for shape, drawing in EXPORTED.items():
            ontology_object = project.ontology_structure.get_child_by_title(
                shape.value, type_=Object
            )
            instance = ontology_object.create_instance()
            for frame in frames:
                view = row.get_frame_view(frame)
                coordinates = coordinates_of(drawing, view.width, view.height)
                instance.set_for_frames(coordinates, frame)
            row.add_object_instance(instance)
        row.save()
    return project


@pytest.fixture(scope="module")
def coco(project):
    return project.export_coco_labels()


def test_each_object_of_the_ontology_is_a_category(project, coco):
    wanted = {
        each.name for each in project.ontology_structure.objects
        if each.shape not in (Shape.AUDIO, Shape.TEXT)
    }
    assert {category["name"] for category in coco["categories"]} == wanted


def test_each_labelled_frame_is_an_image(coco):
    assert len(coco["images"]) == 1 + 3 + 3
    assert len({image["id"] for image in coco["images"]}) == len(coco["images"])
    sizes = {(image["width"], image["height"]) for image in coco["images"]}
    assert sizes == {(64, 48), (1920, 1080)}


@pytest.mark.parametrize("shape", EXPORTED)
def test_each_object_is_an_annotation_on_each_frame(coco, shape):
    (category,) = [each for each in coco["categories"] if each["name"] == shape.value]
    annotations = [each for each in coco["annotations"] if each["category_id"] == category["id"]]
    assert len(annotations) == sum(len(frames) for frames in FRAMES.values())
    images = {image["id"] for image in coco["images"]}
    assert {each["image_id"] for each in annotations} <= images


def test_boxes_are_in_pixels(coco):
    (category,) = [each for each in coco["categories"] if each["name"] == "bounding_box"]
    sizes = {image["id"]: (image["width"], image["height"]) for image in coco["images"]}
    box = coordinates_of("box", 1, 1)
    for each in coco["annotations"]:
        if each["category_id"] != category["id"]:
            continue
        width, height = sizes[each["image_id"]]
        wanted = [box.top_left_x * width, box.top_left_y * height, box.width * width,
                  box.height * height]
        assert each["bbox"] == pytest.approx(wanted, abs=1)


def test_label_rows_are_chosen_by_hash(project):
    rows = {row.data_title: row for row in project.list_label_rows_v2()}
    coco = project.export_coco_labels(label_hashes=[rows["image"].label_hash])
    assert len(coco["images"]) == 1
    assert len(coco["annotations"]) == len(EXPORTED)


@pytest.mark.parametrize("shape", [Shape.POLYGON, Shape.POINT])
def test_objects_are_chosen_by_feature(project, shape):
    feature = project.ontology_structure.get_child_by_title(shape.value, type_=Object)
    coco = project.export_coco_labels(include_object_feature_hashes={feature.feature_node_hash})
    assert len(coco["annotations"]) == sum(len(frames) for frames in FRAMES.values())


def test_the_export_opens_what_nobody_has_opened(workspace):
    """It creates label rows as it goes: the official export is not read-only."""
    project = workspace.project(workspace.dataset((workspace.name("unopened"), "image")))
    workspace.sandbox.forget()
    coco = project.export_coco_labels()
    assert workspace.sandbox.changes() == ["labelrow/PUT"]
    assert (len(coco["images"]), coco["annotations"]) == (1, [])
    assert project.list_label_rows_v2()[0].label_hash is not None


def test_every_exported_shape_is_drawn():
    assert {DRAWINGS[drawing][0] for drawing in EXPORTED.values()} == set(EXPORTED)
