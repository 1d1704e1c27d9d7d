"""Makes the parts of the corpora that follow from other files of the repository, or that are too
large to store: make_corpus.py KIND OUTPUT INPUT..."""

import base64
import json
import pathlib
import sys


def coco_case(output, *files):
    """An ontology and label rows of tests/coco, as coco_fuzz takes them."""
    by_name = {pathlib.Path(file).name: pathlib.Path(file) for file in files}
    ontology = by_name["ontology.json"].read_bytes().strip()
    output.write_bytes(ontology + b"\n\n" + by_name["label_rows.json"].read_bytes())


def label_rows(labels, width=1920, height=1080, data_type="image", count=1):
    unit = {"data_hash": "d", "data_title": "a.jpg", "data_type": "image/jpeg", "data_sequence": 0,
            "width": width, "height": height, "labels": labels}
    row = {"label_hash": "l", "data_hash": "d", "data_title": "a.jpg", "data_type": data_type,
           "data_units": {"d": unit}, "object_answers": {}, "classification_answers": {},
           "object_actions": {}}
    return [row] * count


def labelled(shape, member, value):
    label = {"featureHash": shape, "objectHash": "o", "name": "n", "shape": shape,
             "manualAnnotation": True, member: value}
    return {"objects": [label], "classifications": []}


SHAPES = ("bounding_box", "rotatable_bounding_box", "polygon", "polyline", "point", "skeleton",
          "bitmask")
ONTOLOGY = {
    "objects": [
        {"id": str(i), "name": shape, "color": "#000000", "shape": shape, "featureNodeHash": shape}
        for i, shape in enumerate(SHAPES)
    ],
    "classifications": [],
}


def million_points():
    return {str(i): {"x": i % 7 / 10, "y": i % 9 / 10} for i in range(1_000_000)}


def bitmask(runs, width=1920, height=1080):
    value = {"top": 0, "left": 0, "width": width, "height": height, "rleString": runs}
    return label_rows(labelled("bitmask", "bitmask", value))


# Label rows that nobody draws by hand.
COCO_HOSTILE = {
    "million_vertices": lambda: label_rows(labelled("polygon", "polygon", million_points())),
    "million_line_points": lambda: label_rows(labelled("polyline", "polyline", million_points())),
    "thousand_rows": lambda: label_rows({"objects": [], "classifications": []}, count=1000),
    "flat_polygon": lambda: label_rows(
        labelled("polygon", "polygons", [[[i % 3 / 3 for i in range(2000)]] * 3] * 3)),
    "far_away": lambda: label_rows(labelled(
        "polygon", "polygon", {str(i): {"x": x, "y": -x} for i, x in enumerate((1e308, -1e308, 1))})),
    "huge_image": lambda: label_rows(
        labelled("polygon", "polygon",
                 {"0": {"x": 0, "y": 0}, "1": {"x": 1, "y": 0}, "2": {"x": 0.5, "y": 1}}),
        width=2**31 - 1, height=2**31 - 1),
    "negative_image": lambda: label_rows(
        labelled("bounding_box", "boundingBox", {"x": 0, "y": 0, "w": 1, "h": 1}),
        width=-1, height=0),
    "huge_box": lambda: label_rows(
        labelled("bounding_box", "boundingBox", {"x": 1e300, "y": -1e300, "w": 1e308, "h": 1e308})),
    "rotated_box": lambda: label_rows(labelled(
        "rotatable_bounding_box", "rotatableBoundingBox",
        {"x": 0.5, "y": 0.5, "w": -0.5, "h": 0, "theta": 1e300})),
    "overflowing_run": lambda: bitmask("o" * 12 + "?"),
    "overflowing_sum": lambda: bitmask("oooooooooo?" * 4),
    "endless_run": lambda: bitmask("o" * 10_000),
    "negative_run": lambda: bitmask("@@@@"),
    "noise": lambda: bitmask("1" * 100_000),
    "huge_mask": lambda: bitmask("1" * 64, 2**24, 2**24),
    "mask_of_2_to_the_62": lambda: bitmask("1", 2**31, 2**31),
}


def coco_hostile(output, name):
    text = json.dumps(ONTOLOGY) + "\n\n" + json.dumps(COCO_HOSTILE[name]())
    output.write_text(text)


def keys(output, vectors, name, kind):
    """A key of tests/vectors as private_key_fuzz takes it: as text, or as the bytes of an armour."""
    text = json.loads(pathlib.Path(vectors).read_text())["key"][name]
    kind = int(kind)
    body = text.encode() if kind == 0 else base64.b64decode("".join(text.splitlines()[1:-1]))
    output.write_bytes(bytes([kind]) + body)


def nested(output, opening, middle, closing, depth):
    depth = int(depth)
    output.write_text(opening * depth + middle + closing * depth)


if __name__ == "__main__":
    kind, output, *arguments = sys.argv[1:]
    globals()[kind](pathlib.Path(output), *arguments)
