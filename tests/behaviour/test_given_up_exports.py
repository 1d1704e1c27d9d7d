"""Streaming exports whose readers are slow, cancel, or run out of time: they fetch no more than a few
bundles ahead, and leave nothing behind: no request, connection, descriptor, memory or coroutine.

tools/test runs this file with sanitized servers too, whose leak detection counts at their end.
"""

import json
import os
import re

import grpc
import pytest
from grpc import StatusCode

from harness import Caller, Gateway, wait_until
from label_seeds import LabelSeeds
from processes import count_connections_to, count_deleted_files, resident_kib
from workspaces import STRUCTURE, Workspace

METHODS = ["StreamLabelsCoco", "StreamLabelsCocoJson"]
LANE = STRUCTURE["objects"][1]

# Exports at a time, half of them of each form, and how often so many are given up. What is left of
# the first rounds is what the gateway keeps for the next calls; the others may not add to it.
AT_ONCE = 4
WARM_ROUNDS = 6
ROUNDS = 16
# Frames of which more is told than an export keeps in memory; the rest is in a temporary file.
MANY_FRAMES = 8_000
# Rows that make four and some twenty-five bundles.
FEW_ROWS = 250
MANY_ROWS = 1_500

# A bundle is about 900 KiB.
MOST_GROWTH_KIB = 12 * 1024
# A sanitized program keeps what it frees for a while.
IS_SANITIZED = "ASAN_OPTIONS" in os.environ


# --- Something to export --------------------------------------------------------------------------


def identity(kind, number):
    return {
        "label_hash": f"{number:08x}-0000-4000-8000-{kind:012x}", "data_type": "image",
        "data_hash": f"{number:08x}-0000-4000-9000-{kind:012x}", "data_title": f"{number}",
        "object_answers": {}, "classification_answers": {},
    }


def image(kind, number):
    """A label row of a polygon with many corners."""
    row = identity(kind, number)
    lane = {
        "objectHash": f"{number:08}", "featureHash": LANE["featureNodeHash"], "name": LANE["name"],
        "value": "lane", "color": LANE["color"], "shape": "polygon",
        "polygons": [[[(corner % 7) / 7 for corner in range(1000)]]],
    }
    row["data_units"] = {row["data_hash"]: {
        "data_hash": row["data_hash"], "data_title": row["data_title"], "data_type": "image/png",
        "data_link": f"bucket/{number}", "data_sequence": 0, "width": 640, "height": 480,
        "labels": {"objects": [lane], "classifications": []},
    }}
    row["object_answers"] = {lane["objectHash"]: {
        "objectHash": lane["objectHash"], "classifications": [],
    }}
    return row


def video(kind):
    """A label row with a classification that holds on many frames, each of which is an image."""
    row = {**identity(kind, 0), "data_type": "video"}
    row["data_units"] = {row["data_hash"]: {
        "data_hash": row["data_hash"], "data_title": row["data_title"], "data_type": "video/mp4",
        "data_link": "bucket/video", "data_sequence": 0, "width": 640, "height": 480, "labels": {},
    }}
    row["classification_answers"] = {"classify": {
        "classificationHash": "classify",
        "featureHash": STRUCTURE["classifications"][0]["featureNodeHash"],
        "classifications": [], "range": [[0, MANY_FRAMES - 1]],
    }}
    return row


class Seeded(Workspace):
    """A workspace with a project whose export fills a temporary file, and one with many bundles."""

    def __init__(self, stack, protos, folder):
        database = folder / "state.db"
        super().__init__(stack, protos, folder, f"--db={database}")
        seeds = LabelSeeds(self, database)
        self.spooled = seeds.project(
            STRUCTURE, [video(1), *(image(1, number) for number in range(1, FEW_ROWS))]
        )
        self.many = seeds.project(STRUCTURE, [image(2, number) for number in range(MANY_ROWS)])

    def bundles(self, **payload):
        """The requests of label rows with such a payload that arrived since forget()."""
        found = []
        for request in self.sandbox.requests():
            if request["v1_call"] == "labelrow/GET":
                told = json.loads(request["body"])["values"]["payload"]
                if all(told.get(name) == value for name, value in payload.items()):
                    found.append(request)
        return found

    def open_requests(self):
        """The requests that are not answered and whose connections are open."""
        return [
            request for request in self.sandbox.requests()
            if request["status"] is None and not request["abandoned"]
        ]


@pytest.fixture(scope="module")
def seeded(module_stack, protos, tmp_path_factory):
    return Seeded(module_stack, protos, tmp_path_factory.mktemp("seeded"))


@pytest.fixture
def server(seeded, tmp_path):
    """A gateway of the test's own. It has longer for calls under way than the test waits for its
    end, which so comes only if there are none."""
    seeded.sandbox.forget()
    server = Gateway(
        tmp_path, seeded.sandbox.address, "--drain_timeout=10m", key_file=seeded.alice.key_file,
    )
    yield server
    seeded.sandbox.forget()
    assert server.stop() == 0, server.stderr()


class Reader:
    """Starts streams whose messages gRPC does not fetch before they are asked for."""

    def __init__(self, protos, address):
        self._caller = Caller(protos, address)
        self._channel = grpc.insecure_channel(address, options=[
            ("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 65535),
            ("grpc.max_receive_message_length", -1),
        ])

    def start(self, method, timeout, **request):
        response = self._caller.method(method).output_type.full_name
        stub = self._channel.unary_stream(
            f"/encord.v1.EncordService/{method}",
            response_deserializer=self._caller.message(response).FromString,
        )
        return stub(self._caller.request(method, **request).SerializeToString(), timeout=timeout)


@pytest.fixture
def reader(protos, server):
    return Reader(protos, server.address)


# --- Given up -------------------------------------------------------------------------------------


def wait_for_encord(seeded):
    """Encord answers the first requests for label rows, and no more. Those are fewer than an export
    needs; so each has one that is not answered."""
    seeded.sandbox.fault("stall", "labelrow/GET", skip=3, count=1000)
    return lambda: len(seeded.open_requests()) >= AT_ONCE


def wait_for_reader(seeded):
    """Encord answers everything, and nobody reads it."""
    return lambda: len(seeded.bundles()) >= 2 * AT_ONCE


def over(server):
    """The codes of the exports that are over."""
    return re.findall(r"/StreamLabelsCoco\S* code=(\w+)", server.stderr())


class Counts:
    """What the gateway holds once every call is over."""

    def __init__(self, server, seeded, calls):
        wait_until(lambda: len(over(server)) == calls, "the end of every call")
        wait_until(lambda: not seeded.open_requests(), "the end of every request to Encord")
        port = int(seeded.sandbox.address.rpartition(":")[2])
        self.connections = count_connections_to(port)
        self.temporary_files = count_deleted_files(server.pid)
        self.resident_kib = resident_kib(server.pid)


@pytest.mark.parametrize("waiting", [wait_for_encord, wait_for_reader])
@pytest.mark.parametrize("ends_by", [StatusCode.CANCELLED, StatusCode.DEADLINE_EXCEEDED])
def test_given_up_exports_leave_nothing(seeded, server, reader, waiting, ends_by):
    timeout = 0.4 if ends_by == StatusCode.DEADLINE_EXCEEDED else 60
    counts = []
    for number in range(1, ROUNDS + 1):
        seeded.sandbox.forget()
        is_waiting = waiting(seeded)
        calls = [reader.start(method, timeout, project_hash=seeded.spooled)
                 for method in METHODS for _ in range(AT_ONCE // 2)]
        if ends_by == StatusCode.CANCELLED:
            for call in calls:
                next(call)
            wait_until(is_waiting, "exports that wait")
            for call in calls:
                call.cancel()
        assert [call.code() for call in calls] == [ends_by] * AT_ONCE
        counts.append(Counts(server, seeded, number * AT_ONCE))
    # A deadline is the caller's, too, who may tell of it before the gateway looks at the time.
    assert set(over(server)) <= {"CANCELLED", ends_by.name}
    assert not counts[-1].temporary_files
    # As many as were in use at once.
    assert counts[-1].connections <= 4 * AT_ONCE
    if not IS_SANITIZED:
        growth_kib = counts[-1].resident_kib - counts[WARM_ROUNDS - 1].resident_kib
        assert growth_kib < MOST_GROWTH_KIB
    server.terminate()
    assert server.wait() == 0, server.stderr()


@pytest.mark.parametrize("waiting", [wait_for_encord, wait_for_reader])
def test_a_document_that_is_given_up_was_in_a_temporary_file(seeded, server, reader, waiting):
    """What the tests above find to be gone has been there."""
    if count_deleted_files(server.pid) is None:
        pytest.skip("only root may see the gateway's descriptors")
    waiting(seeded)
    call = reader.start("StreamLabelsCocoJson", 60, project_hash=seeded.spooled)
    wait_until(lambda: count_deleted_files(server.pid) == 1, "a temporary file")
    call.cancel()
    wait_until(lambda: count_deleted_files(server.pid) == 0, "its end")


# --- Slow -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_a_slow_reader_slows_the_fetching_down(seeded, server, reader, protos, method):
    """As long as it does not read, few bundles are fetched for it, although there is time for a
    whole export beside; then it gets everything."""
    slow = {"include_object_feature_hashes": [LANE["featureNodeHash"]]}
    call = reader.start(method, timeout=100, project_hash=seeded.many, **slow)
    read = [next(call)]
    fast = Caller(protos, server.address)
    expected = getattr(fast, method)(project_hash=seeded.many)
    ahead = len(seeded.bundles(**slow))
    all_bundles = len(seeded.bundles()) - ahead
    assert 1 <= ahead <= 6 < 12 <= all_bundles

    read += call
    assert read[-1].summary == expected[-1].summary
    assert read[-1].summary.annotation_count == MANY_ROWS
    for member in ("images", "annotations") if method == "StreamLabelsCoco" else ("json",):
        assert joined(read, member) == joined(expected, member)
    assert len(seeded.bundles(**slow)) >= 12
    wait_until(lambda: over(server) == ["OK", "OK"], "the end of both calls")


def joined(messages, member):
    """All pieces of a document, or all elements of a list."""
    if member == "json":
        return b"".join(message.json for message in messages)
    return [each for message in messages for each in getattr(message, member)]
