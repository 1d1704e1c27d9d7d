"""Label rows as large projects have them, the same for the same seed: single images, or one video.
Of the objects 45 % are boxes, 25 % polygons, 8 % rotated boxes, 8 % polylines, 6 % points, 5 %
skeletons and 3 % bitmasks (of an image by object, of a video by track).

coco_workload.py images|video COUNT OBJECTS FOLDER writes ontology.json and label_rows.json: COUNT
images or frames with so many objects on each.
"""

import base64
import json
import math
import pathlib
import random
import sys
import uuid

from rle import pack

SHARES = {
    "bounding_box": 45, "polygon": 25, "rotatable_bounding_box": 8, "polyline": 8, "point": 6,
    "skeleton": 5, "bitmask": 3,
}
IMAGE_SIZES = ((640, 480), (1280, 720), (1920, 1080), (1024, 1024))
VIDEO_SIZE = (1280, 720)
TRACK_LENGTHS = (200, 600)
STAMP = "Tue, 05 Nov 2024 09:41:37 UTC"
AUTHOR = "annotator@example.com"
STATES = ("Parked", "Moving")
BODY = {
    "nose": (0.5, 0.2), "left shoulder": (0.35, 0.4), "right shoulder": (0.65, 0.4),
    "left hip": (0.4, 0.7), "right hip": (0.6, 0.7),
}
BONES = ((0, 1), (0, 2), (1, 3), (2, 4), (3, 4))


def value_of(name):
    return name.lower().replace(" ", "_")


class Workload:
    """`ontology`, and label rows one by one."""

    def __init__(self, seed):
        self._random = random.Random(f"workload {seed}")
        self._shapes_left = []
        self._template = None
        self._items = {}
        for shape in SHARES:
            self._items[shape] = self._item(shape)
        self._attributes = {
            each["name"]: each for each in self._items["bounding_box"]["attributes"]
        }
        self.ontology = {
            "objects": list(self._items.values()), "classifications": [],
            "skeleton_templates": [{"template": self._template}],
        }

    def images(self, count, objects):
        for number in range(count):
            width, height = self._random.choice(IMAGE_SIZES)
            row = self._row("image", f"image {number:06d}.jpg")
            drawn = []
            for _ in range(objects):
                shape, key = self._shape(), self._hash()
                drawn.append(self._object(shape, key, width, height))
                answers = self._answers() if shape == "bounding_box" else []
                row["object_answers"][key] = {"objectHash": key, "classifications": answers}
            labels = {"objects": drawn, "classifications": []}
            self._add_unit(row, "image/jpeg", width, height, labels)
            yield row

    def video(self, count, objects):
        row = self._row("video", "long.mp4")
        frames = [{"objects": [], "classifications": []} for _ in range(count)]
        for _ in range(objects):
            first = 0
            while first < count:
                end = min(count, first + self._random.randint(*TRACK_LENGTHS))
                shape, key = self._shape(), self._hash()
                for frame in frames[first:end]:
                    frame["objects"].append(self._object(shape, key, *VIDEO_SIZE))
                row["object_answers"][key] = {"objectHash": key, "classifications": []}
                first = end
        labels = {str(number): frame for number, frame in enumerate(frames)}
        unit = self._add_unit(row, "video/mp4", *VIDEO_SIZE, labels)
        unit.update(data_fps=25.0, data_duration=count / 25)
        yield row

    # --- Ontology ---------------------------------------------------------------------------------

    def _item(self, shape):
        number = len(self._items) + 1
        item = {
            "id": str(number), "name": shape.replace("_", " ").capitalize(), "color": "#D33115",
            "shape": shape, "featureNodeHash": self._hash(), "required": False, "archived": False,
        }
        if shape == "bounding_box":
            item["attributes"] = [
                self._attribute(f"{number}.1", "State", "radio", STATES),
                self._attribute(f"{number}.2", "Plate", "text"),
                self._attribute(f"{number}.3", "Flags", "checklist", ("Cut off", "Blurred")),
            ]
        if shape == "skeleton":
            vertices = {
                str(place): {"x": x, "y": y, "name": name, "color": "#000000",
                             "value": value_of(name), "featureHash": self._hash()}
                for place, (name, (x, y)) in enumerate(BODY.items())
            }
            edges = {}
            for start, end in BONES:
                edges.setdefault(str(start), {})[str(end)] = {"color": "#000000"}
            self._template = {
                "name": item["name"], "shape": "skeleton", "width": 0.25, "height": 0.25,
                "skeleton": vertices, "skeletonEdges": edges,
                "feature_node_hash": item["featureNodeHash"],
            }
        return item

    def _attribute(self, number, name, kind, options=()):
        attribute = {
            "id": number, "name": name, "type": kind, "featureNodeHash": self._hash(),
            "required": False, "archived": False, "dynamic": False,
        }
        if options:
            attribute["options"] = [
                {"id": f"{number}.{place}", "label": label, "value": value_of(label),
                 "featureNodeHash": self._hash(), "archived": False}
                for place, label in enumerate(options, 1)
            ]
        return attribute

    # --- Label rows -------------------------------------------------------------------------------

    def _uuid(self):
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _hash(self):
        return base64.b64encode(self._random.randbytes(6)).decode()

    def _shape(self):
        """Of every hundred each shape has exactly its share, so that workloads of all sizes differ
        in nothing but their size."""
        if not self._shapes_left:
            self._shapes_left = [shape for shape, share in SHARES.items() for _ in range(share)]
            self._random.shuffle(self._shapes_left)
        return self._shapes_left.pop()

    def _row(self, data_type, title):
        return {
            "label_hash": self._uuid(), "branch_name": "main", "created_at": STAMP,
            "last_edited_at": STAMP, "dataset_hash": self._uuid(), "dataset_title": "large",
            "data_title": title, "data_hash": self._uuid(), "data_type": data_type,
            "is_image_sequence": None, "video_link": None, "data_units": {}, "object_answers": {},
            "classification_answers": {}, "object_actions": {},
            "label_status": "LABEL_IN_PROGRESS", "annotation_task_status": "QUEUED",
            "is_shadow_data": False, "is_valid": True, "spaces": {},
        }

    def _add_unit(self, row, mime, width, height, labels):
        key = row["data_hash"]
        row["data_units"][key] = {
            "data_hash": key, "data_title": row["data_title"], "data_link": f"bucket/media/{key}",
            "data_type": mime, "data_sequence": 0, "width": width, "height": height,
            "labels": labels,
        }
        return row["data_units"][key]

    def _object(self, shape, key, width, height):
        item = self._items[shape]
        return {
            "featureHash": item["featureNodeHash"], "objectHash": key, "name": item["name"],
            "value": value_of(item["name"]), "color": item["color"], "shape": shape,
            "confidence": 1, "createdBy": AUTHOR, "createdAt": STAMP, "lastEditedBy": AUTHOR,
            "lastEditedAt": STAMP, "manualAnnotation": True,
            **getattr(self, f"_{shape}")(width, height),
        }

    def _answers(self):
        state = self._random.choice(self._attributes["State"]["options"])
        chosen = [{"name": state["label"], "value": state["value"],
                   "featureHash": state["featureNodeHash"]}]
        return [
            self._answer("State", chosen),
            self._answer("Plate", f"P{self._random.randrange(10_000)}"),
        ]

    def _answer(self, name, answers):
        return {
            "name": name, "value": value_of(name), "answers": answers,
            "featureHash": self._attributes[name]["featureNodeHash"], "manualAnnotation": True,
        }

    # --- Shapes -----------------------------------------------------------------------------------

    def _between(self, low, high):
        return round(self._random.uniform(low, high), 4)

    def _indexed(self, points):
        return {str(place): {"x": x, "y": y} for place, (x, y) in enumerate(points)}

    def _box(self):
        w, h = self._between(0.03, 0.4), self._between(0.03, 0.4)
        return {"x": self._between(0, 1 - w), "y": self._between(0, 1 - h), "w": w, "h": h}

    def _bounding_box(self, *_):
        return {"boundingBox": self._box()}

    def _rotatable_bounding_box(self, *_):
        return {"rotatableBoundingBox": {**self._box(), "theta": self._between(0, 360)}}

    def _polygon(self, *_):
        x, y = self._random.uniform(0.2, 0.8), self._random.uniform(0.2, 0.8)
        radius = self._random.uniform(0.04, 0.18)
        count = self._random.randint(3, 24)
        points = []
        for place in range(count):
            angle = 2 * math.pi * place / count
            reach = radius * self._random.uniform(0.65, 1)
            points.append((round(x + reach * math.cos(angle), 4),
                           round(y + reach * math.sin(angle), 4)))
        drawn = {"polygon": self._indexed(points)}
        # The older third of the labels.
        if self._random.random() < 1 / 3:
            return drawn
        return {**drawn, "polygons": [[[number for point in points for number in point]]]}

    def _polyline(self, *_):
        count = self._random.randint(2, 14)
        x, y = self._random.uniform(0.1, 0.4), self._random.uniform(0.1, 0.9)
        points = []
        for _ in range(count):
            points.append((round(x, 4), round(y, 4)))
            x += self._random.uniform(0.01, 0.5 / count)
            y = min(0.99, max(0.01, y + self._random.uniform(-0.1, 0.1)))
        return {"polyline": self._indexed(points)}

    def _point(self, *_):
        return {"point": {"0": {"x": self._between(0.02, 0.98), "y": self._between(0.02, 0.98)}}}

    def _skeleton(self, *_):
        x, y = self._random.uniform(0.3, 0.7), self._random.uniform(0.3, 0.7)
        size = self._random.uniform(0.1, 0.3)
        style = self._random.choice(("editor", "sdk", "none"))
        vertices = {}
        for number, vertex in self._template["skeleton"].items():
            placed = {**vertex, "x": round(x + size * (vertex["x"] - 0.5), 4),
                      "y": round(y + size * (vertex["y"] - 0.5), 4)}
            word = self._random.choice(
                ("visible", "visible", "visible", "occluded", "invisible", "selfOccluded"))
            if style == "editor":
                placed[word] = True
            elif style == "sdk":
                placed["visibility"] = word
            vertices[number] = placed
        return {"skeleton": vertices}

    def _bitmask(self, width, height):
        """An ellipse with a wavy outline and a slit, run by run."""
        x, y = (self._random.uniform(0.25, 0.75) * side for side in (width, height))
        radius_x, radius_y = (self._random.uniform(0.04, 0.2) * side for side in (width, height))
        waves, phase = self._random.randint(2, 6), self._random.uniform(0, 6)
        counts, position = [], 0
        for line in range(math.ceil(y - radius_y), math.ceil(y + radius_y)):
            t = (line - y) / radius_y
            half = radius_x * math.sqrt(max(0, 1 - t * t))
            half *= 1 - 0.125 * (1 + math.sin(waves * t * 3 + phase))
            begin, end, middle = int(x - half), int(x + half) + 1, int(x)
            runs = [(begin, end)]
            if half > 12 and abs(t) < 0.3:
                runs = [(begin, middle - 3), (middle + 3, end)]
            for begin, end in runs:
                counts += (line * width + begin - position, end - begin)
                position = line * width + end
        counts.append(width * height - position)
        return {"bitmask": {"top": 0, "left": 0, "width": width, "height": height,
                            "rleString": pack(counts)}}


def write(kind, count, objects, folder):
    """Writes a workload of the kind "images" or "video" to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    workload = Workload(kind)
    rows = getattr(workload, kind)(count, objects)
    (folder / "ontology.json").write_text(json.dumps(workload.ontology))
    with open(folder / "label_rows.json", "w", encoding="ascii") as file:
        file.write("[")
        for place, row in enumerate(rows):
            file.write("," if place else "")
            file.write(json.dumps(row, separators=(",", ":")))
        file.write("]")


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), pathlib.Path(sys.argv[4]))
