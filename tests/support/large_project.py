"""Projects with many label rows, made in seconds: straight in the sandbox's database instead of
through the API, which would take minutes."""

import base64
import contextlib
import json
import random
import sqlite3
import uuid

# Rows that one transaction adds, so that SQLite's log stays small.
BATCH = 1000


def add_images(database, project_hash, count, objects=20):
    """Adds `count` images to a project of a sandbox, each with a label row of `objects` objects, or
    with none at all if `objects` is None.

    `database` is the sandbox's --db; the sandbox may run. The new images follow those that are
    there, in the dataset and the workflow stage of the first one. The project needs an image, and
    in its ontology a class of bounding boxes or of polygons; with both, objects are of either kind
    in turn. No two objects have the same hash."""
    with contextlib.closing(sqlite3.connect(database, timeout=60)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = OFF")
        _Images(connection, project_hash).add(count, objects)


class _Images:
    def __init__(self, connection, project_hash):
        self._connection = connection
        self._project_hash = project_hash
        self._task = self._first("SELECT * FROM tasks WHERE project_uuid = ?", project_hash)
        self._row = self._first(
            "SELECT * FROM data_rows WHERE data_hash = ?", self._task["data_hash"]
        )
        self._item = self._first("SELECT * FROM items WHERE uuid = ?", self._row["item_uuid"])
        ontology = self._first(
            "SELECT editor FROM ontologies JOIN projects ON ontology_uuid = ontologies.uuid"
            " WHERE projects.uuid = ?", project_hash,
        )
        self._classes = [
            each for each in json.loads(ontology["editor"])["objects"]
            if each["shape"] in ("bounding_box", "polygon")
        ]
        [self._before] = connection.execute("SELECT count(*) FROM data_rows").fetchone()
        # The same project in every run.
        self._random = random.Random(f"{self._before} images")

    def add(self, count, objects):
        for begin in range(0, count, BATCH):
            with self._connection:
                for number in range(begin, min(count, begin + BATCH)):
                    self._add_image(self._before + number, objects)

    def _first(self, query, *arguments):
        return dict(self._connection.execute(f"{query} LIMIT 1", arguments).fetchone())

    def _insert(self, table, row):
        columns = ", ".join(row)
        places = ", ".join(f":{name}" for name in row)
        self._connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", row)

    def _uuid(self):
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _add_image(self, number, objects):
        item, data_hash, title = self._uuid(), self._uuid(), f"{number:06}.jpg"
        url = f"https://bucket.s3.eu-west-2.amazonaws.com/large/{title}"
        self._insert("items", {**self._item, "uuid": item, "name": title, "url": url})
        self._insert("data_rows", {
            **self._row, "position": None, "data_hash": data_hash, "item_uuid": item,
            "title": title,
        })
        self._insert("tasks", {
            **self._task, "position": None, "uuid": self._uuid(), "data_hash": data_hash,
        })
        if objects is not None:
            self._insert("label_rows", {
                "label_hash": self._uuid(), "project_uuid": self._project_hash,
                "data_hash": data_hash, "branch_name": self._task["branch_name"],
                "contents": json.dumps(self._contents(data_hash, objects)),
                "created_at": self._row["created_at"],
                "last_edited_at": self._row["last_edited_at"],
            })

    def _contents(self, data_hash, objects):
        labels = [self._object(self._classes[i % len(self._classes)]) for i in range(objects)]
        return {
            "labels": {data_hash: {"objects": labels, "classifications": []}},
            "object_answers": {
                each["objectHash"]: {"objectHash": each["objectHash"], "classifications": []}
                for each in labels
            },
            "classification_answers": {}, "object_actions": {}, "spaces": {},
        }

    def _object(self, of_class):
        label = {
            "objectHash": base64.b64encode(self._random.randbytes(6)).decode(),
            "featureHash": of_class["featureNodeHash"], "name": of_class["name"],
            "value": of_class["name"].lower(), "color": of_class["color"],
            "shape": of_class["shape"], "confidence": 1, "createdBy": "large@north.example",
            "createdAt": "Tue, 05 Nov 2024 09:41:37 UTC", "manualAnnotation": True,
        }
        x, y = round(self._random.uniform(0, 0.8), 4), round(self._random.uniform(0, 0.8), 4)
        side = round(self._random.uniform(0.01, 0.2), 4)
        if of_class["shape"] == "bounding_box":
            return {**label, "boundingBox": {"x": x, "y": y, "w": side, "h": side}}
        corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
        return {**label, "polygon": {
            str(place): {"x": round(left, 4), "y": round(top, 4)}
            for place, (left, top) in enumerate(corners)
        }}
