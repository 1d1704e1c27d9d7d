"""Random ontologies and label rows, as Encord's API returns them.

Everything that the official exporter takes without raising may occur: every shape in every way that
it is written, in and beyond the image, and all kinds of attributes, static and dynamic.
"""

import base64
import math
import random
import uuid

from rle import pack

SHAPES = (
    "bounding_box", "rotatable_bounding_box", "polygon", "polyline", "point", "skeleton", "bitmask",
)
STAMP = "Tue, 05 Nov 2024 09:41:37 UTC"
VISIBILITIES = ("visible", "invisible", "occluded", "selfOccluded")


def value_of(name):
    return name.lower().replace(" ", "_")


class RandomProject:
    """`ontology` and `label_rows` of a project, the same for the same seed."""

    def __init__(self, seed):
        self.random = random.Random(f"coco {seed}")
        self.templates = {}
        self.ontology = self._ontology()
        self.label_rows = [self._label_row() for _ in range(self.random.randint(3, 6))]
        if seed % 2 == 0:
            # Image ids are then the frame numbers of the first row.
            self.label_rows.insert(0, self._video(range(self.random.randint(4, 12))))

    def _uuid(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def _hash(self):
        return base64.b64encode(self.random.randbytes(6)).decode()

    def _chance(self, probability):
        return self.random.random() < probability

    # --- Ontology ---------------------------------------------------------------------------------

    def _ontology(self):
        objects = []
        # Of the last three, which no label has, two give no categories either.
        for shape in (*SHAPES, *SHAPES, "cuboid_2d", "audio", "text"):
            number = len(objects) + 1
            objects.append({
                "id": str(number), "name": f"{shape} {number}", "color": "#D33115", "shape": shape,
                "featureNodeHash": self._hash(), "required": False, "archived": False,
            })
            if shape in SHAPES:
                objects[-1]["attributes"] = [
                    self._attribute(f"{number}.{place}", kind, dynamic)
                    for place, (kind, dynamic) in enumerate(self._kinds(), 1)
                ]
            if shape == "skeleton":
                self._add_template(objects[-1])
        self.random.shuffle(objects)
        classification = {
            "id": "1", "featureNodeHash": self._hash(),
            "attributes": [self._attribute("1.1", "text", False)],
        }
        return {
            "objects": objects, "classifications": [classification],
            "skeleton_templates": [
                {"template": template} for template in self.templates.values()
            ],
        }

    def _kinds(self):
        kinds = [
            (kind, dynamic)
            for kind in ("radio", "checklist", "text", "numeric") for dynamic in (False, True)
        ]
        return self.random.sample(kinds, self.random.randint(0, len(kinds)))

    def _attribute(self, number, kind, dynamic):
        attribute = {
            "id": number, "name": f"{kind} {number}", "type": kind, "dynamic": dynamic,
            "featureNodeHash": self._hash(), "required": False, "archived": False,
        }
        if kind in ("radio", "checklist"):
            attribute["options"] = []
            for place in range(1, self.random.randint(2, 4)):
                label = f"Option {number}.{place}"
                attribute["options"].append({
                    "id": f"{number}.{place}", "label": label, "value": value_of(label),
                    "featureNodeHash": self._hash(), "archived": False,
                })
        if kind == "radio" and not dynamic:
            attribute["options"][0]["options"] = [self._attribute(f"{number}.1.1", "text", False)]
        return attribute

    def _add_template(self, item):
        vertices = {
            str(place): {
                "x": self.random.random(), "y": self.random.random(), "name": f"Vertex {place}",
                "color": "#000000", "value": f"vertex_{place}", "featureHash": self._hash(),
            } for place in range(self.random.randint(2, 6))
        }
        self.templates[item["featureNodeHash"]] = {
            "name": item["name"], "shape": "skeleton", "width": 0.2, "height": 0.2,
            "skeleton": vertices, "skeletonEdges": {"0": {"1": {"color": "#000000"}}},
            "feature_node_hash": item["featureNodeHash"],
        }

    # --- Label rows -------------------------------------------------------------------------------

    def _label_row(self):
        return self.random.choice([self._image, self._image_group, self._video])()

    def _row(self, data_type, title):
        return {
            "label_hash": self._uuid(), "branch_name": "main", "created_at": STAMP,
            "last_edited_at": STAMP, "dataset_hash": self._uuid(), "dataset_title": "random",
            "data_title": title, "data_hash": self._uuid(), "data_type": data_type,
            "is_image_sequence": None, "video_link": None, "data_units": {}, "object_answers": {},
            "classification_answers": {}, "object_actions": {}, "spaces": {}, "is_valid": True,
            "label_status": "LABEL_IN_PROGRESS", "annotation_task_status": "QUEUED",
            "is_shadow_data": False,
        }

    def _unit(self, row, title, mime, data_hash, sequence, labels):
        row["data_units"][data_hash] = {
            "data_hash": data_hash, "data_title": title, "data_link": f"bucket/{data_hash}",
            "data_type": mime, "data_sequence": sequence, "labels": labels,
            "width": self.random.randint(20, 400), "height": self.random.randint(20, 400),
        }
        return row["data_units"][data_hash]

    def _blank(self):
        return {"objects": [], "classifications": []}

    def _image(self):
        title = self.random.choice(["photo.JPG", "two.dots.png", "no extension"])
        row = self._row("image", title)
        unit = self._unit(row, title, "image/png", row["data_hash"], 0, self._blank())
        if self._chance(0.1):
            unit["labels"] = {}
            return row
        self._fill(row, [(0, unit, unit["labels"])])
        return row

    def _image_group(self):
        row = self._row("img_group", "group")
        spell = self.random.choice([int, str])
        frames = []
        for place in range(self.random.randint(2, 5)):
            unit = self._unit(
                row, f"{place}.webp", "image/webp", self._uuid(), spell(place), self._blank()
            )
            frames.append((place, unit, unit["labels"]))
        self._fill(row, frames)
        return row

    def _video(self, numbers=None):
        if numbers is None:
            numbers = self.random.sample(range(1000), self.random.randint(1, 8))
            numbers += [number + 1 for number in numbers if number + 1 not in numbers]
        row = self._row("video", "clip.mp4")
        labels = {str(number): self._blank() for number in numbers}
        unit = self._unit(row, "clip.mp4", "video/mp4", row["data_hash"], 0, labels)
        unit.update(data_fps=25.0, data_duration=60.0)
        self._fill(row, [(int(number), unit, frame) for number, frame in labels.items()])
        if self._chance(0.3):
            self._classify(row, self.random.choice(list(labels.values())))
        return row

    def _classify(self, row, frame):
        """A classification on a frame, and on two more that only its answer tells."""
        classification = self.ontology["classifications"][0]
        attribute = classification["attributes"][0]
        number = next(
            int(number) for unit in row["data_units"].values()
            for number, each in unit["labels"].items() if each is frame
        )
        key = self._hash()
        frame["classifications"].append({
            "featureHash": classification["featureNodeHash"], "classificationHash": key,
            "name": attribute["name"], "value": value_of(attribute["name"]), "confidence": 1,
            "createdBy": "a@example.com", "createdAt": STAMP, "lastEditedAt": STAMP,
            "manualAnnotation": True,
        })
        row["classification_answers"][key] = {
            "classificationHash": key, "featureHash": classification["featureNodeHash"],
            "classifications": [self._entry(attribute, "clear")], "spaces": {},
            "range": [[number, number + 2]], "createdBy": "a@example.com", "createdAt": STAMP,
            "lastEditedBy": "a@example.com", "lastEditedAt": STAMP, "manualAnnotation": True,
        }

    def _fill(self, row, frames):
        """Puts instances on the frames, each on one or more, with its answers."""
        drawable = [item for item in self.ontology["objects"] if item["shape"] in SHAPES]
        for _ in range(self.random.randint(3, 10)):
            item = self.random.choice(drawable)
            key = self._hash()
            on = self.random.sample(frames, self.random.randint(1, len(frames)))
            for _, unit, labels in on:
                place = self.random.randint(0, len(labels["objects"]))
                labels["objects"].insert(place, self._object(item, key, unit))
            self._answer(row, item, key, sorted(number for number, _, _ in on))

    def _object(self, item, key, unit):
        label = {
            "objectHash": key, "featureHash": item["featureNodeHash"], "name": item["name"],
            "value": value_of(item["name"]), "color": item["color"], "shape": item["shape"],
            "confidence": self.random.choice([1, 0.5]), "createdBy": "a@example.com",
            "createdAt": STAMP, "lastEditedBy": "a@example.com", "lastEditedAt": STAMP,
            **getattr(self, f"_{item['shape']}")(item, unit),
        }
        if self._chance(0.7):
            label["manualAnnotation"] = self.random.choice([True, False, None])
        return label

    # --- Answers ----------------------------------------------------------------------------------

    def _entry(self, attribute, answers):
        return {
            "name": attribute["name"], "value": value_of(attribute["name"]), "answers": answers,
            "featureHash": attribute["featureNodeHash"], "manualAnnotation": True,
        }

    def _option(self, option):
        return {
            "name": option["label"], "value": option["value"],
            "featureHash": option["featureNodeHash"],
        }

    def _answers_to(self, attribute):
        """Entries that answer an attribute; more than one where the editor ticks one by one."""
        kind = attribute["type"]
        if kind == "text":
            return [self._entry(attribute, self.random.choice(["", "one\ntwo", "ü \U0001f697"]))]
        if kind == "numeric":
            return [self._entry(attribute, self.random.choice([4, -2, 33.25]))]
        options = attribute["options"]
        if kind == "radio":
            chosen = self.random.choice(options)
            nested = [
                entry for each in chosen.get("options", ()) for entry in self._answers_to(each)
            ]
            return [self._entry(attribute, [self._option(chosen)]), *nested]
        ticked = self.random.sample(options, self.random.randint(1, len(options)))
        if self._chance(0.5):
            return [self._entry(attribute, [self._option(option)]) for option in ticked]
        return [self._entry(attribute, [self._option(option) for option in ticked])]

    def _answer(self, row, item, key, numbers):
        entries, actions = [], []
        for attribute in item["attributes"]:
            if self._chance(0.3):
                continue
            if not attribute["dynamic"]:
                entries += self._answers_to(attribute)
                continue
            for first, last in self._ranges(numbers):
                answers = self._answers_to(attribute)
                for entry in answers:
                    entry.update(
                        range=[[first, last]], dynamic=True, trackHash=self._uuid(),
                        shouldPropagate=False,
                    )
                    # The editor's ranges end separately, and may meet those that follow.
                    if len(answers) > 1:
                        entry["range"] = [[first, self.random.choice([first, last])]]
                actions += answers
        row["object_answers"][key] = {"objectHash": key, "classifications": entries}
        if actions:
            row["object_actions"][key] = {"objectHash": key, "actions": actions}

    def _ranges(self, numbers):
        """One or two ranges of frames, apart from each other."""
        cut = self.random.randint(0, len(numbers))
        return [(part[0], part[-1]) for part in (numbers[:cut], numbers[cut:]) if part]

    # --- Shapes -----------------------------------------------------------------------------------

    def _coordinate(self):
        value = self.random.uniform(-0.2, 1.2) if self._chance(0.3) else self.random.random()
        return round(value, 4) if self._chance(0.7) else value

    def _box(self):
        return {name: self._coordinate() for name in ("x", "y", "w", "h")}

    def _bounding_box(self, *_):
        return {"boundingBox": self._box()}

    def _rotatable_bounding_box(self, *_):
        return {"rotatableBoundingBox": {**self._box(), "theta": self.random.uniform(-360, 720)}}

    def _points(self, least):
        """Points at random, or around a centre."""
        count = self.random.randint(least, 12)
        if self._chance(0.3):
            return [(self._coordinate(), self._coordinate()) for _ in range(count)]
        x, y, radius = self._coordinate(), self._coordinate(), self.random.uniform(0.02, 0.4)
        angles = sorted(self.random.uniform(0, 2 * math.pi) for _ in range(count))
        return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]

    def _indexed(self, points):
        pairs = [(str(place), {"x": x, "y": y}) for place, (x, y) in enumerate(points)]
        if self._chance(0.2):
            self.random.shuffle(pairs)
        return dict(pairs)

    def _listed(self, points):
        return [{"x": x, "y": y} for x, y in points]

    def _polygon(self, *_):
        def ring():
            return [number for point in self._points(3) for number in point]

        if self._chance(0.4):
            parts = [
                [ring() for _ in range(self.random.randint(1, 3))]
                for _ in range(self.random.randint(1, 3))
            ]
            first = parts[0][0]
            return {
                "polygon": self._indexed(list(zip(first[::2], first[1::2]))), "polygons": parts,
            }
        points = self._points(3)
        flat = [number for point in points for number in point]
        return self.random.choice([
            {"polygon": self._indexed(points)},
            {"polygon": self._listed(points)},
            {"polygon": self._indexed(points), "polygons": [[flat]]},
            {"polygon": self._indexed(points), "polygons": None},
            {"polygons": [[flat]]},
            {"polygon": self._indexed(self._points(3)), "polygons": [[flat]]},
        ])

    def _polyline(self, *_):
        points = self._points(2)
        spell = self.random.choice([self._indexed, self._listed])
        return {"polyline": spell(points)}

    def _point(self, *_):
        return {"point": {"0": {"x": self._coordinate(), "y": self._coordinate()}}}

    def _skeleton(self, item, _):
        template = self.templates[item["featureNodeHash"]]["skeleton"]
        style = self.random.choice(["editor", "sdk", "none"])
        vertices = {}
        for number, vertex in template.items():
            placed = {**vertex, "x": self._coordinate(), "y": self._coordinate()}
            word = self.random.choice(VISIBILITIES)
            if style == "editor":
                placed.update({each: each == word for each in VISIBILITIES})
            elif style == "sdk":
                placed["visibility"] = word
            vertices[number] = placed
        if self._chance(0.3):
            del vertices[self.random.choice(list(vertices))]
        return {"skeleton": vertices}

    def _bitmask(self, _, unit):
        width, height = unit["width"], unit["height"]
        left = width * height
        counts = []
        while left > 0:
            most = self.random.choice([1, 3, width, left])
            counts.append(min(left, self.random.randint(0, most)))
            left -= counts[-1]
        return {"bitmask": {
            "top": 0, "left": 0, "width": width, "height": height, "rleString": pack(counts),
        }}
