"""Masks of complex polygons in the profile sdk, against OpenCV by way of the official exporter."""

import dataclasses
import json
import random

import numpy
import pytest
from encord.objects.ontology_structure import OntologyStructure
from encord.utilities.coco.exporter import CocoExporter
from pycocotools import mask as masks
from shapely.geometry import MultiPolygon

from converter import convert

RINGS = 10_000
SIZES = [(1, 1), (2, 41), (57, 3), (31, 31), (60, 44), (97, 128), (320, 240)]
# A ring that paints nothing, as a second part that makes a mask of the first.
NOWHERE = [-2.0, -2.0, -1.0, -2.0, -1.0, -1.0]
EVERYWHERE = [-1.0, -1.0, 2.0, -1.0, 2.0, 2.0, -1.0, 2.0]
# How far from the image's centre the points of a ring are at most, in sizes of the image.
REACHES = {"inside": 0.5, "near": 1.0, "far": 20.0, "very far": 400.0}
# Few are farther, as OpenCV visits every row of a ring.
FARTHEST = 5_000.0


class RandomRings:
    def __init__(self, seed):
        self._random = random.Random(f"rings {seed}")

    def ring(self, reach, width, height):
        """x1, y1, x2, y2, ... in fractions of the image's sides."""
        ring = []
        for place in range(self._random.choice([3, 3, 4, 5, 6, 8, 12, 30])):
            for side in (width, height):
                value = 0.5 + self._random.uniform(-reach, reach)
                # Far edges have to be aimed at the image.
                if reach > 1 and place % 2:
                    value = 2 * self._random.random() - ring[-2]
                # On the border between two pixels, or a little to its left.
                if self._random.random() < 0.2:
                    value = round(value * side) / side
                ring.append(value)
        kind = self._random.randrange(10)
        if kind == 0:
            ring += ring[:2]
        elif kind == 1:
            ring += ring[-2:]
        elif kind == 2:
            # A vertical or a horizontal edge.
            axis = self._random.randrange(2)
            ring[axis + 2] = ring[axis]
        return ring


@dataclasses.dataclass
class Drawing:
    """A complex polygon on an image."""

    image: int
    reach: str
    polygons: list


def draw(seed):
    """Polygons with RINGS random rings: alone, as a hole of everything, and several at once."""
    rings = RandomRings(seed)
    choice = random.Random(f"drawings {seed}")
    drawings = []
    count = 0
    while count < RINGS:
        image = choice.randrange(len(SIZES))
        reach = choice.choice(list(REACHES))

        def ring():
            farther = reach == "very far" and choice.random() < 0.03
            return rings.ring(FARTHEST if farther else REACHES[reach], *SIZES[image])

        kind = choice.choice(["painted", "painted", "wiped", "several"])
        if kind == "painted":
            polygons, more = [[ring()], [NOWHERE]], 1
        elif kind == "wiped":
            polygons, more = [[EVERYWHERE, ring()]], 1
        else:
            # Two parts, the larger one with holes.
            polygons, more = [[ring(), ring(), ring()], [ring()]], 4
        drawings.append(Drawing(image, reach, polygons))
        count += more
    return drawings


def label_rows(drawings):
    """A label row of an image group with the drawings."""
    item = {
        "id": "1", "name": "Field", "color": "#D33115", "shape": "polygon",
        "featureNodeHash": "AAAAAAAA", "required": False, "archived": False,
    }
    units = {
        str(place): {
            "data_hash": str(place), "data_title": f"{place}.png", "data_link": None,
            "data_type": "image/png", "data_sequence": place, "width": width, "height": height,
            "labels": {"objects": [], "classifications": []},
        } for place, (width, height) in enumerate(SIZES)
    }
    for number, drawing in enumerate(drawings):
        units[str(drawing.image)]["labels"]["objects"].append({
            "objectHash": str(number), "featureHash": "AAAAAAAA", "shape": "polygon",
            "polygons": drawing.polygons,
        })
    row = {
        "label_hash": "row", "data_hash": "row", "data_title": "rings", "data_type": "img_group",
        "data_units": units, "object_answers": {}, "object_actions": {},
        "classification_answers": {},
    }
    ontology = {"objects": [item], "classifications": [], "skeleton_templates": []}
    return ontology, [row]


@pytest.fixture(scope="module")
def drawings():
    return draw(1)


@pytest.fixture(scope="module")
def annotations(drawings, tmp_path_factory):
    """Our annotations, by position of the drawing."""
    conversion = convert(tmp_path_factory.mktemp("rings"), *label_rows(drawings), "sdk")
    assert not conversion.skipped
    return {
        int(annotation["attributes"]["encord_track_uuid"]): annotation
        for annotation in conversion.document["annotations"]
    }


EXPORTER = CocoExporter([], OntologyStructure.from_dict(label_rows([])[0]))


def official_mask(drawing):
    width, height = SIZES[drawing.image]
    parts = EXPORTER.get_multipolygon_from_polygons(drawing.polygons, width, height)
    return EXPORTER.get_rle_segmentation_from_multipolygon(MultiPolygon(parts), width, height)


def test_no_pixel_differs(drawings, annotations):
    assert len(annotations) == len(drawings)
    painted = dict.fromkeys(REACHES, 0)
    for number, drawing in enumerate(drawings):
        ours, theirs = annotations[number]["segmentation"], official_mask(drawing)
        if ours != theirs:
            pixels = numpy.argwhere(masks.decode(ours) != masks.decode(theirs)).tolist()
            pytest.fail(f"{json.dumps(dataclasses.asdict(drawing))} differs at {pixels[:20]}")
        area = int(masks.area(theirs))
        assert annotations[number]["area"] == area
        assert annotations[number]["bbox"] == list(masks.toBbox(theirs))
        width, height = SIZES[drawing.image]
        painted[drawing.reach] += 0 < area < width * height
    # Masks that are neither empty nor full, among those of each reach.
    assert min(painted.values()) > len(drawings) / len(REACHES) / 2, painted
