"""Label rows that nobody draws: each is left out with a reason, and its neighbours come through."""

import copy
import dataclasses
import json

import pytest

from converter import convert
from random_project import RandomProject
from rle import pack

MOST_MEMORY_KIB = 300 * 1024

FEATURES = {
    "bounding_box": "BoxAAAAA", "polygon": "PolyAAAA", "bitmask": "MaskAAAA", "point": "PoinAAAA",
    "polyline": "LineAAAA", "skeleton": "SkelAAAA",
}
NEIGHBOURS = RandomProject(3)
ONTOLOGY = copy.deepcopy(NEIGHBOURS.ontology)
for shape, feature_hash in FEATURES.items():
    number = str(len(ONTOLOGY["objects"]) + 1)
    ONTOLOGY["objects"].append({
        "id": number, "name": shape, "color": "#D33115", "shape": shape,
        "featureNodeHash": feature_hash, "required": False, "archived": False,
        "attributes": [{
            "id": f"{number}.1", "name": "Speed", "type": "numeric", "dynamic": True,
            "featureNodeHash": f"{shape[:4]}Attr", "required": False, "archived": False,
        }],
    })


class Raw:
    """JSON text that goes into a row as it is, even if it is none."""

    def __init__(self, text):
        self.text = text


def to_json(value):
    """JSON text of a value that may hold Raw."""
    raw = []

    def replace(each):
        raw.append(each.text)
        return f"raw {len(raw) - 1} raw"

    text = json.dumps(value, default=replace)
    for place, each in enumerate(raw):
        text = text.replace(f'"raw {place} raw"', each)
    return text


def draw(shape, **geometry):
    return {"objectHash": "HOSTILE+", "featureHash": FEATURES[shape], "shape": shape, **geometry}


def row(data_type, labels, width=100, height=80, **members):
    unit = {
        "data_hash": "hostile unit", "data_title": "hostile.png", "data_link": "link",
        "data_type": {"image": "image/png", "video": "video/mp4"}[data_type], "data_sequence": 0,
        "width": width, "height": height, "labels": labels,
    }
    return {
        "label_hash": "hostile row", "data_hash": "hostile unit", "data_title": "hostile",
        "data_type": data_type, "data_units": {"hostile unit": unit}, "object_answers": {},
        "object_actions": {}, "classification_answers": {}, **members,
    }


def image(*objects, **members):
    return row("image", {"objects": list(objects), "classifications": []}, **members)


def video(frames, **members):
    return row("video", frames, **members)


def frame(*objects):
    return {"objects": list(objects), "classifications": []}


def bitmask(text, width=100, height=80, image_width=100, image_height=80):
    runs = {"rleString": text, "top": 0, "left": 0, "width": width, "height": height}
    return image(draw("bitmask", bitmask=runs), width=image_width, height=image_height)


def stripes(count):
    """Run lengths of a mask of the size HUGE with full rows, each below an empty one."""
    return pack([HUGE[0]] * (2 * count))


def box(x=0.1):
    return {"x": x, "y": 0.1, "w": 0.2, "h": 0.2}


def with_box(x):
    return image(draw("bounding_box", boundingBox=box(x)))


def zigzag(count):
    """Text of a ring with many points, from the top of the image to its bottom and back."""
    return "[" + "0.25,0,0.75,1," * (count // 2 - 1) + "0.25,0,0.75,1]"


def nested(levels, innermost="1"):
    return Raw("[" * levels + innermost + "]" * levels)


@dataclasses.dataclass
class Hostile:
    label_row: dict
    # Part of each line "skipped: ...", in order.
    skipped: list
    # Images and annotations of the row that are exported.
    images: int = 1
    annotations: int = 0


# Width and height of 20 GB, if pixels were bytes.
HUGE = (200_000, 100_000)
PIXELS = HUGE[0] * HUGE[1]
COORDINATE = "not a number"
RANGE_ACTIONS = {
    "HOSTILE+": {"objectHash": "HOSTILE+", "actions": [{
        "name": "Speed", "featureHash": "bounAttr", "dynamic": True, "answers": 7,
        "range": [[-2**53, 2**53]],
    }]},
}
MANY = 10**6

CASES = {
    "outline of a million points": lambda: Hostile(
        image(draw("polygon", polygons=[[Raw(zigzag(MANY))]])), [], annotations=1),
    "mask of a million points": lambda: Hostile(
        image(draw("polygon", polygons=[[Raw(zigzag(MANY)), [0, 0, 1, 0, 1, 1]]])),
        ["too long to be drawn"]),
    "older outline of a million points, the last one wrong": lambda: Hostile(
        image(draw("polygon", polygon=Raw(
            "[" + '{"x":0.1,"y":0.2},' * (MANY - 1) + '{"x":0.1,"y":null}]'
        ))), [COORDINATE]),
    "a million vertices that the template lacks": lambda: Hostile(
        image(draw("skeleton", skeleton=Raw(
            "{" + ",".join(f'"{place}":{{"x":0,"y":1}}' for place in range(MANY)) + "}"
        ))), [], annotations=1),
    "runs longer than the mask": lambda: Hostile(
        bitmask(pack([10, 20, 7971])), ["longer than the mask"]),
    "runs of more pixels than there are": lambda: Hostile(
        bitmask(pack([2**50, 2**50])), ["longer than the mask"]),
    "a run that overflows": lambda: Hostile(bitmask(pack([2**62])), ["too large"]),
    "a run of 100 digits": lambda: Hostile(bitmask("o" * 100), ["too large"]),
    "a run that breaks off": lambda: Hostile(bitmask("oo"), ["break off"]),
    "runs of other characters": lambda: Hostile(bitmask("\u00fc"), ["none of theirs"]),
    "a negative run": lambda: Hostile(bitmask(pack([-5, 8005])), ["negative"]),
    "NaN": lambda: Hostile(with_box(Raw("NaN")), [COORDINATE]),
    "Infinity": lambda: Hostile(with_box(Raw("-Infinity")), [COORDINATE]),
    "NaN as text": lambda: Hostile(with_box("NaN"), [COORDINATE]),
    "a number beyond doubles": lambda: Hostile(with_box(Raw("1e999")), [COORDINATE]),
    "a number at the end of doubles": lambda: Hostile(with_box(1.7e308), ["too far"]),
    "NaN among points": lambda: Hostile(
        image(draw("polyline", polyline=[{"x": 0, "y": 0}, {"x": Raw("NaN"), "y": 1}])),
        [COORDINATE]),
    "negative frame": lambda: Hostile(
        video({"-1": frame(draw("bounding_box", boundingBox=box()))}), ["not a frame number"],
        images=0),
    "frame beyond 64 bits": lambda: Hostile(
        video({"9" * 30: frame(draw("bounding_box", boundingBox=box()))}), ["not a frame number"],
        images=0),
    "last frame of 64 bits": lambda: Hostile(
        video({str(2**63 - 1): frame(draw("bounding_box", boundingBox=box()))},
              object_actions=RANGE_ACTIONS), [], annotations=1),
    "labels 10,000 levels deep": lambda: Hostile(
        image(nested(10_000)), ["wrong type"]),
    "coordinates 10,000 levels deep": lambda: Hostile(
        image(draw("polygon", polygons=nested(10_000))), [COORDINATE]),
    "an unknown member 10,000 levels deep": lambda: Hostile(
        image(draw("bounding_box", boundingBox=box()), extra=nested(10_000)), [], annotations=1),
    "a row of units 10,000 levels deep": lambda: Hostile(
        {**image(), "data_units": nested(10_000)}, ["no data units", "cannot be read"], images=0),
    "feature hashes that the ontology lacks": lambda: Hostile(
        image(*({**draw("point", point={"0": {"x": 0, "y": 0}}), "objectHash": f"HOST{place:04}",
                 "featureHash": f"none{place:04}"} for place in range(1000))),
        [f'the ontology has no object "none{place:04}"' for place in range(1000)]),
    "a bitmask of 20 GB on a small image": lambda: Hostile(
        bitmask(pack([0, PIXELS]), *HUGE), ["another size"]),
    "a bitmask of 20 GB on as large an image": lambda: Hostile(
        bitmask(pack([0, PIXELS]), *HUGE, *HUGE), [], annotations=1),
    "the most intricate bitmask of 20 GB": lambda: Hostile(
        bitmask(stripes(41), *HUGE, *HUGE), [], annotations=1),
    "a bitmask of 20 GB that is more intricate": lambda: Hostile(
        bitmask(stripes(42), *HUGE, *HUGE), ["too intricate"]),
    "a bitmask of 20 GB with every other row": lambda: Hostile(
        bitmask(stripes(50_000), *HUGE, *HUGE), ["too intricate"]),
    "an image of more pixels than 64 bits count": lambda: Hostile(
        bitmask(pack([0, 1]), 10**12, 10**12, 10**12, 10**12), ["no size"], images=0),
}


def strip(document, is_wanted):
    """Images and annotations of the wanted images; ids replaced by what they stand for."""
    file_names = {
        each["id"]: each["file_name"] for each in document["images"] if is_wanted(each)
    }
    images = [
        {name: value for name, value in each.items() if name != "id"}
        for each in document["images"] if each["id"] in file_names
    ]
    annotations = []
    for each in document["annotations"]:
        if each["image_id"] not in file_names:
            continue
        attributes = {k: v for k, v in each["attributes"].items() if k != "track_id"}
        members = {k: v for k, v in each.items() if k not in ("id", "attributes")}
        annotations.append(
            {**members, "image_id": file_names[each["image_id"]], "attributes": attributes}
        )
    return images, annotations


def is_hostile(image):
    return "hostile unit" in image["file_name"]


@pytest.fixture(scope="module", params=["standard", "sdk"])
def profile(request):
    return request.param


@pytest.fixture(scope="module")
def neighbours(profile, tmp_path_factory):
    """What comes of the good rows alone."""
    folder = tmp_path_factory.mktemp("neighbours")
    document = convert(folder, ONTOLOGY, NEIGHBOURS.label_rows, profile).document
    assert document["annotations"]
    return strip(document, lambda _: True)


@pytest.mark.parametrize("name", CASES)
def test_hostile_rows_harm_nobody(profile, neighbours, name, tmp_path):
    hostile = CASES[name]()
    rows = [*NEIGHBOURS.label_rows[:1], hostile.label_row, *NEIGHBOURS.label_rows[1:]]
    conversion = convert(tmp_path, ONTOLOGY, to_json(rows), profile)

    found = [line for line in conversion.skipped if "hostile row" in line]
    assert len(found) == len(hostile.skipped), found[:10]
    for line, expected in zip(found, hostile.skipped):
        assert expected in line
    assert conversion.peak_memory_kib < MOST_MEMORY_KIB

    document = conversion.document
    assert strip(document, lambda each: not is_hostile(each)) == neighbours
    images, annotations = strip(document, is_hostile)
    assert (len(images), len(annotations)) == (hostile.images, hostile.annotations)


def test_a_classification_on_a_trillion_frames(tmp_path):
    """As many frames become images as half a day of video has."""
    hostile = video({}, classification_answers={"A": {"featureHash": "B", "range": [[0, 10**12]]}})
    rows = [hostile, *NEIGHBOURS.label_rows]
    conversion = convert(tmp_path, ONTOLOGY, rows, "standard")
    assert len(conversion.skipped) == 1
    assert "too many frames" in conversion.skipped[0]
    assert conversion.peak_memory_kib < MOST_MEMORY_KIB
    # The document is too large to be parsed here.
    text = conversion.output.read_bytes()
    assert text.count(b'"file_name":"videos/hostile unit/') == 2**20
    alone = convert(tmp_path, ONTOLOGY, NEIGHBOURS.label_rows, "standard").document
    assert text.count(b'"encord_track_uuid"') == len(alone["annotations"]) > 0
