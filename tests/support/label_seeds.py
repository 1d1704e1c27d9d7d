"""Label rows of a file, as those of a project in a sandbox.

Saved through Encord's API they would get other hashes and the media that an upload makes of them,
and some would be refused. So they are put into the sandbox's database: what its API then returns is
what the file has, in the order of the file.
"""

import contextlib
import json
import sqlite3
import uuid

STAMP = "2024-11-05T09:41:37.000000Z"

ITEM_TYPES = {
    "image": "image", "img_group": "imageGroup", "video": "video", "dicom": "dicomSeries",
    "nifti": "nifti", "audio": "audio", "plain_text": "plainText", "pdf": "pdf",
}


class LabelSeeds:
    """Makes projects in a workspace whose sandbox keeps its state in the file `database`."""

    def __init__(self, workspace, database):
        self._workspace = workspace
        self._database = database

    def project(self, ontology, label_rows):
        """A new project with an ontology, as the editor object, and label rows, as Encord's
        labelrow call returns them; returns its hash."""
        gateway = self._workspace.gateway
        ontology_hash = self._workspace.ontology()
        dataset_hash = self._workspace.dataset()
        with self._connect() as connection:
            connection.execute(
                "UPDATE ontologies SET editor = ? WHERE uuid = ?",
                (json.dumps(ontology), ontology_hash),
            )
            for row in label_rows:
                self._add_data(connection, dataset_hash, row)
        project_hash = gateway.CreateProject(
            title=self._workspace.name("Seeded"), dataset_hashes=[dataset_hash],
            ontology_hash=ontology_hash,
        ).project_hash
        with self._connect() as connection:
            for row in label_rows:
                self._add_labels(connection, project_hash, row)
        return project_hash

    @contextlib.contextmanager
    def _connect(self):
        """A transaction, which lasts for milliseconds: the sandbox does not wait for its end."""
        with contextlib.closing(sqlite3.connect(self._database, timeout=30)) as connection:
            with connection:
                yield connection

    def _add_data(self, connection, dataset_hash, row):
        units = list(row["data_units"].values())
        if row["data_type"] == "img_group":
            item = self._add_item(connection, row, {"data_title": row["data_title"]})
            for position, unit in enumerate(units):
                assert str(unit["data_sequence"]) == str(position)
                self._add_part(connection, item, position, row, unit, unit["data_hash"])
        else:
            [unit] = units
            item = self._add_item(connection, row, unit)
            for position, link in enumerate(unit.get("data_links", ())):
                self._add_part(connection, item, position, row, {"data_link": link})
        insert(
            connection, "data_rows", data_hash=row["data_hash"], dataset_uuid=dataset_hash,
            item_uuid=item, title=row["data_title"], data_type=row["data_type"].upper(),
            created_at=STAMP, last_edited_at=STAMP,
        )

    def _add_part(self, connection, whole, position, row, unit, part=None):
        part = self._add_item(connection, row, unit, part)
        insert(connection, "item_children", item_uuid=whole, child_uuid=part, position=position)

    def _add_item(self, connection, row, unit, item=None):
        """The stored file behind a data unit; returns its UUID."""
        item = item or str(uuid.uuid4())
        item_type = ITEM_TYPES[row["data_type"]]
        if row.get("is_image_sequence"):
            item_type = "imageSequence"
        insert(
            connection, "items", uuid=item, item_type=item_type,
            name=unit.get("data_title", ""), description="", client_metadata="{}",
            owner=self._workspace.alice.email, created_at=STAMP, last_edited_at=STAMP,
            storage_location="s3", url=unit.get("data_link"), mime_type=unit.get("data_type"),
            width=unit.get("width"), height=unit.get("height"), fps=unit.get("data_fps"),
            duration=unit.get("data_duration"), frame_count=count_frames(row),
        )
        return item

    @staticmethod
    def _add_labels(connection, project_hash, row):
        contents = {
            "labels": {key: unit["labels"] for key, unit in row["data_units"].items()},
            **{name: row.get(name, {}) for name in (
                "object_answers", "classification_answers", "object_actions", "spaces",
            )},
        }
        insert(
            connection, "label_rows", label_hash=row["label_hash"], project_uuid=project_hash,
            data_hash=row["data_hash"], branch_name="main", contents=json.dumps(contents),
            created_at=STAMP, last_edited_at=STAMP,
        )


def insert(connection, table, **values):
    names, places = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", [*values.values()])


def count_frames(row):
    """The number of frames that a video must have for its labels."""
    if row["data_type"] != "video":
        return None
    numbers = [int(number) for unit in row["data_units"].values() for number in unit["labels"]]
    ranges = [
        frames for answer in row["classification_answers"].values()
        for frames in answer.get("range", ())
    ]
    return 1 + max([*numbers, *(last for _, last in ranges)], default=0)
