"""A large project in a sandbox, exported through the gateway."""

import contextlib
import dataclasses
import json
import sqlite3
import time
import urllib.request

import grpc
from cryptography.hazmat.primitives import serialization
from encord.objects.ontology_structure import OntologyStructure
from encord.orm.dataset import StorageLocation

import sdk
from large_project import add_images
from load import ROOT
from protos import messages
from servers import Gateway, Server, running

SANDBOX = ROOT / "bazel-bin/tools/sandbox/encord_sandbox"
METHOD = "/encord.v1.EncordService/StreamLabelsCocoJson"


class Sandbox(Server):
    """An Encord that keeps its state in a file and knows the user of a key."""

    def __init__(self, folder, key_file):
        self.database = folder / "sandbox.db"
        key = serialization.load_ssh_private_key(key_file.read_bytes(), None)
        public = key.public_key().public_bytes(
            serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        users = folder / "authorized_keys"
        users.write_text(f"{public.decode()} bench@north.example\n")
        super().__init__(folder, "sandbox", SANDBOX, "--listen=127.0.0.1:0",
                         f"--db={self.database}", f"--authorized_keys={users}",
                         "--upload_delay_ms=0")

    def integration(self):
        body = json.dumps({"organisation": "north.example", "title": "Bucket"}).encode()
        request = urllib.request.Request(
            f"{self.address}/_sandbox/integrations", data=body, method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["integrationUuid"]


class Project:
    """A project of the sandbox that grows. It starts with one file that nobody has opened."""

    def __init__(self, sandbox, key_file, ontology, files):
        self._sandbox = sandbox
        self._client = client = sdk.connect(sandbox.address, key_file)
        dataset_hash = client.create_dataset("Large", StorageLocation.AWS).dataset_hash
        client.get_dataset(dataset_hash).add_private_data_to_dataset(sandbox.integration(), files)
        structure = OntologyStructure.from_dict(ontology)
        ontology_hash = client.create_ontology("Large", structure=structure).ontology_hash
        self.project_hash = client.create_project(
            "Large", [dataset_hash], ontology_hash=ontology_hash)
        self._labelled = 0

    def add_images(self, label_rows, count):
        """Adds the images of so many label rows, with their labels."""
        add_images(self._sandbox.database, self.project_hash, count, objects=0)
        self._label(label_rows, count)

    def open_video(self, label_rows):
        """Labels the project's only file, a video."""
        client = self._client.get_project(self.project_hash)
        client.list_label_rows_v2()[0].initialise_labels()
        self._label(label_rows, 1)

    def _label(self, label_rows, count):
        with contextlib.closing(sqlite3.connect(self._sandbox.database, timeout=60)) as database:
            database.execute("PRAGMA synchronous = OFF")
            unlabelled = database.execute(
                "SELECT label_hash, data_hash FROM label_rows ORDER BY rowid LIMIT ? OFFSET ?",
                (count, self._labelled)).fetchall()
            for label_hash, data_hash in unlabelled:
                self._label_row(database, label_hash, data_hash, next(label_rows))
            database.commit()
        self._labelled += count

    def _label_row(self, database, label_hash, data_hash, row):
        [unit] = row["data_units"].values()
        parts = ("object_answers", "classification_answers", "object_actions", "spaces")
        contents = {"labels": {data_hash: unit["labels"]}, **{part: row[part] for part in parts}}
        database.execute("UPDATE label_rows SET contents = ? WHERE label_hash = ?",
                         (json.dumps(contents, separators=(",", ":")), label_hash))
        database.execute(
            "UPDATE items SET width = ?, height = ?, fps = ?, duration = ?, frame_count = ?"
            " WHERE uuid = (SELECT item_uuid FROM data_rows WHERE data_hash = ?)",
            (unit["width"], unit["height"], unit.get("data_fps"), unit.get("data_duration"),
             unit.get("data_duration") and round(unit["data_duration"] * unit["data_fps"]),
             data_hash))


@dataclasses.dataclass
class Export:
    """What a streamed export used, by its caller's clock."""

    seconds: float
    gateway_cpu_seconds: float
    idle_mib: float
    peak_mib: float
    annotations: int
    document_bytes: int


def export(folder, sandbox, key_file, project_hash):
    """Streams a project's document through a gateway that was just started."""
    request_class, response_class = messages(
        "coco.proto", "StreamLabelsCocoJsonRequest", "StreamLabelsCocoJsonResponse")
    request = request_class(project_hash=project_hash)
    with running(Gateway(folder, sandbox.address, key_file)) as gateway, \
            grpc.insecure_channel(gateway.address) as channel:
        # A call that fails brings everything up that the first one needs.
        with contextlib.suppress(grpc.RpcError):
            list(channel.unary_stream(METHOD)(b"", timeout=60))
        idle, cpu = gateway.memory("VmRSS"), gateway.cpu_seconds()
        size, last = 0, None
        start = time.perf_counter()
        for answer in channel.unary_stream(METHOD)(request.SerializeToString(), timeout=3600):
            last = response_class.FromString(answer)
            size += len(last.json)
        seconds = time.perf_counter() - start
        if last.summary.skipped_count:
            raise RuntimeError(f"{last.summary.skipped_count} labels were skipped")
        return Export(seconds, gateway.cpu_seconds() - cpu, idle, gateway.memory("VmHWM"),
                      last.summary.annotation_count, size)
