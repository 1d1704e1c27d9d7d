"""pycocotools reads what the standard profile writes, and perfect detections score 1.0: of the cases
as the converter makes them, and of the sandbox's demo workspace as the gateway streams it."""

import contextlib
import copy
import io

import numpy
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from pycocotools.mask import area

from converter import CASES, convert_case, read_json
from served_cases import stream_to_file


class Export:
    """A document in the standard profile, loaded by pycocotools from its file."""

    def __init__(self, path):
        self.document = read_json(path)
        self.coco = quietly(COCO, path)
        self.shapes = {
            category["id"]: category["supercategory"] for category in self.document["categories"]
        }

    @property
    def annotations(self):
        return self.document["annotations"]

    def shape(self, annotation):
        return self.shapes[annotation["category_id"]]

    def pixels(self, annotation):
        """Number of pixels of the annotation's mask."""
        return int(area(self.coco.annToRLE(annotation)))

    def size(self, annotation):
        """Width and height of the annotation's image."""
        image = self.coco.imgs[annotation["image_id"]]
        return image["width"], image["height"]


def quietly(function, *arguments):
    with contextlib.redirect_stdout(io.StringIO()):
        return function(*arguments)


CASE_NAMES = sorted(path.name for path in CASES.iterdir())
# Titles of the projects of the demo workspace that have annotations, which the consensus lacks.
DEMO_PROJECTS = ["Retail shelves", "Retail shelves, pre-labelled", "Road scenes 2026"]


@pytest.fixture(scope="module", params=[*CASE_NAMES, *(f"demo/{each}" for each in DEMO_PROJECTS)])
def export(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    if request.param in CASE_NAMES:
        return Export(convert_case(folder, request.param, "standard").output)
    gateway = request.getfixturevalue("demo").gateway
    [project] = gateway.ListProjects(title_eq=request.param.removeprefix("demo/")).projects
    return Export(stream_to_file(gateway, folder / "coco.json", project.project_hash))


def test_every_labelled_project_of_the_demo_workspace_is_read(demo, tmp_path):
    labelled = []
    for project in demo.gateway.ListProjects().projects:
        path = stream_to_file(demo.gateway, tmp_path / "coco.json", project.project_hash)
        if Export(path).annotations:
            labelled.append(project.title)
    assert sorted(labelled) == DEMO_PROJECTS


# --- What has no pixels, by a property of the annotation, and why ---------------------------------


def is_line(export, annotation):
    """The format has no lines: they are outlines that run there and back and enclose nothing."""
    return export.shape(annotation) == "polyline"


def is_outside(export, annotation):
    """Readers cut masks at the image's border, exports do not."""
    left, top, width, height = annotation["bbox"]
    image_width, image_height = export.size(annotation)
    return (
        left >= image_width or top >= image_height or left + width <= 0 or top + height <= 0
    )


def is_below_a_pixel(export, annotation):
    """Readers count the pixels whose centre is inside; slivers pass between the centres."""
    parts = annotation["segmentation"]
    return isinstance(parts, list) and not is_line(export, annotation) and (
        annotation["area"] == 0 or all(
            min(max(part[axis::2]) - min(part[axis::2]) for axis in (0, 1)) < 1 for part in parts
        )
    )


def misses_pixel_centres(export, annotation):
    """The pixel around a keypoint on the border reaches into the image by half."""
    left, top, width, height = annotation["bbox"]
    image_width, image_height = export.size(annotation)
    return "keypoints" in annotation and (
        left + width <= 0.5 or top + height <= 0.5
        or left >= image_width - 0.5 or top >= image_height - 0.5
    )


WITHOUT_PIXELS = [is_line, is_outside, is_below_a_pixel, misses_pixel_centres]


def excuses(export, annotation):
    return [rule.__name__ for rule in WITHOUT_PIXELS if rule(export, annotation)]


# --- Loading --------------------------------------------------------------------------------------


def test_everything_is_loaded(export):
    coco = export.coco
    assert list(coco.imgs) == list(range(1, len(export.document["images"]) + 1))
    assert list(coco.anns) == list(range(1, len(export.annotations) + 1))
    assert list(coco.cats) == list(range(1, len(export.document["categories"]) + 1))
    assert {each["image_id"] for each in export.annotations} <= set(coco.imgs)
    assert {each["category_id"] for each in export.annotations} <= set(coco.cats)


def test_boxes_and_areas_are_positive(export):
    for annotation in export.annotations:
        assert min(annotation["bbox"][2:]) > 0, annotation
        assert annotation["iscrowd"] == 0, annotation
        # Lines enclose nothing, nor do outlines whose points are on a line or that cross evenly.
        has_area = export.shape(annotation) not in ("polyline", "polygon")
        assert annotation["area"] > 0 if has_area else annotation["area"] >= 0, annotation


def test_masks_decode(export):
    for annotation in export.annotations:
        mask = export.coco.annToMask(annotation)
        width, height = export.size(annotation)
        assert mask.shape == (height, width), annotation
        pixels = int(mask.sum())
        assert pixels > 0 or excuses(export, annotation), annotation
        if isinstance(annotation["segmentation"], dict):
            assert pixels == annotation["area"], annotation


# --- Evaluation -----------------------------------------------------------------------------------

# COCOeval divides a little too far, lest it divides by zero.
PERFECT = pytest.approx(1.0, rel=1e-12)


def evaluate(export, kind, annotations, sigmas=None):
    """Average precision of detections that equal the ground truth `annotations`."""
    ids = {annotation["id"] for annotation in annotations}
    truth = COCO()
    # A copy: COCOeval adds members.
    truth.dataset = copy.deepcopy(export.document)
    truth.dataset["annotations"] = [
        each for each in truth.dataset["annotations"] if each["id"] in ids
    ]
    quietly(truth.createIndex)

    def result(annotation):
        values = {
            "bbox": lambda: {"bbox": annotation["bbox"]},
            "segm": lambda: {"segmentation": export.coco.annToRLE(annotation)},
            "keypoints": lambda: {"keypoints": annotation["keypoints"]},
        }[kind]()
        return {
            "image_id": annotation["image_id"], "category_id": annotation["category_id"],
            "score": 1.0, **values,
        }

    detections = quietly(truth.loadRes, [result(each) for each in annotations])
    evaluation = COCOeval(truth, detections, kind)
    if sigmas is not None:
        evaluation.params.kpt_oks_sigmas = sigmas
    quietly(evaluation.evaluate)
    quietly(evaluation.accumulate)
    quietly(evaluation.summarize)
    return evaluation.stats[0]


def test_perfect_boxes_score_1(export):
    if export.annotations:
        assert evaluate(export, "bbox", export.annotations) == PERFECT


def test_perfect_masks_score_1(export):
    # An empty mask overlaps nothing, not even itself; test_masks_decode says which may be empty.
    with_pixels = [each for each in export.annotations if export.pixels(each)]
    if with_pixels:
        assert evaluate(export, "segm", with_pixels) == PERFECT


def test_perfect_keypoints_score_1(export):
    for category in export.document["categories"]:
        annotations = [
            each for each in export.annotations
            # Those with all keypoints out of sight are not evaluated.
            if each["category_id"] == category["id"] and each.get("num_keypoints", 0) > 0
        ]
        assert ("keypoints" in category) == (category["supercategory"] in ("point", "skeleton"))
        if not annotations:
            continue
        count = len(category["keypoints"])
        sigmas = numpy.full(count, 0.05)
        assert {len(each["keypoints"]) for each in annotations} == {3 * count}
        assert evaluate(export, "keypoints", annotations, sigmas) == PERFECT, category["name"]


# --- The cases have what is tested ----------------------------------------------------------------


def test_every_rule_is_needed(tmp_path):
    """Some case has an object without pixels for each of the reasons, and for that one alone."""
    missing = {rule.__name__ for rule in WITHOUT_PIXELS}
    for name in CASE_NAMES:
        export = Export(convert_case(tmp_path, name, "standard").output)
        for annotation in export.annotations:
            if export.pixels(annotation) == 0:
                found = excuses(export, annotation)
                missing -= set(found if len(found) == 1 else [])
        if not missing:
            return
    pytest.fail(f"no case needs {missing}")
