"""Requests that are wrong: INVALID_ARGUMENT that names the field, and nothing is changed."""

import itertools

import pytest
from grpc import StatusCode

from harness import NOWHERE, refused

TOO_MANY = [f"00000000-0000-4000-8000-{number:012d}" for number in range(10_001)]
URL = "https://bucket.s3.eu-west-2.amazonaws.com/a.jpg"

# A good request of every RPC that takes anything which can be wrong.
GOOD = {
    "AddUsersToProject": {
        "project_hash": NOWHERE, "user_emails": ["a@north.example"], "user_role": "annotator",
    },
    "CreateDataset": {"title": "T"},
    "CreateOntology": {"title": "T"},
    "CreateProject": {"title": "T"},
    "CreateStorageFolder": {"name": "T"},
    "ExportLabelsCoco": {"project_hash": NOWHERE},
    "GetDataset": {"dataset_hash": NOWHERE},
    "GetOntology": {"ontology_hash": NOWHERE},
    "GetProject": {"project_hash": NOWHERE},
    "GetUploadStatus": {"dataset_hash": NOWHERE, "upload_job_uuid": NOWHERE},
    "GetWorkflowStages": {"project_hash": NOWHERE},
    "ListDatasets": {},
    "ListGroups": {},
    "ListLabelRows": {"project_hash": NOWHERE},
    "ListOntologies": {},
    "ListProjectUsers": {"project_hash": NOWHERE},
    "ListProjects": {},
    "ListStorageFolders": {},
    "ListStorageItems": {"folder_uuid": NOWHERE},
    "MoveWorkflowTask": {
        "project_hash": NOWHERE, "data_hash": NOWHERE, "stage_uuid": NOWHERE,
        "pathway_name": "submit",
    },
    "StreamLabelRows": {"project_hash": NOWHERE},
    "StreamLabelsCoco": {"project_hash": NOWHERE},
    "StreamLabelsCocoJson": {"project_hash": NOWHERE},
    "StreamStorageItems": {"folder_uuid": NOWHERE},
    "UploadDataToDataset": {
        "dataset_hash": NOWHERE, "integration_id": NOWHERE, "file_urls": [URL],
    },
}

UUIDS = [
    (method, field)
    for method, fields in GOOD.items()
    for field, value in fields.items()
    if value == NOWHERE
] + [
    ("CreateProject", "ontology_hash"),
    ("CreateProject", "workflow_template_id"),
    ("CreateStorageFolder", "parent_folder_uuid"),
    ("ListStorageFolders", "parent_folder_uuid"),
    ("MoveWorkflowTask", "destination_stage_uuid"),
    ("UploadDataToDataset", "folder_uuid"),
]

UUID_LISTS = [
    ("CreateProject", "dataset_hashes", 1000),
    ("ExportLabelsCoco", "label_hashes", 10_000),
    ("StreamLabelsCoco", "label_hashes", 10_000),
    ("StreamLabelsCocoJson", "label_hashes", 10_000),
    ("ListLabelRows", "filter.data_hashes", 10_000),
    ("ListLabelRows", "filter.label_hashes", 10_000),
    ("StreamLabelRows", "filter.data_hashes", 10_000),
]

TITLES = [
    ("CreateDataset", "title"), ("CreateOntology", "title"), ("CreateProject", "title"),
    ("CreateStorageFolder", "name"),
]
DESCRIPTIONS = [
    (method, "description")
    for method in ("CreateDataset", "CreateOntology", "CreateProject", "CreateStorageFolder")
]
PAGED = [method for method in GOOD if method.startswith("List")]
FILTERED = ("ListDatasets", "ListOntologies", "ListProjects")

BAD_TIMES = [
    {"seconds": 253402300800}, {"seconds": -62135596801}, {"nanos": -1}, {"nanos": 1_000_000_000},
]


def nested(path, value):
    """{"a": {"b": value}} for "a.b"."""
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


def check_refused(workspace, method, wrong, field, *words):
    """Calls with a good request but for `wrong`; the answer must name `field` and the words."""
    workspace.sandbox.forget()
    call = getattr(workspace.gateway, method)
    refusal = refused(StatusCode.INVALID_ARGUMENT, call, **{**GOOD[method], **wrong})
    assert field in refusal.violations, refusal
    for word in words:
        assert word in refusal.violations[field]
    assert refusal.ErrorInfo.reason == "BAD_REQUEST"
    assert refusal.ErrorInfo.domain == "encord-gateway"
    assert workspace.sandbox.changes() == []


def test_every_rpc_is_looked_at_here(gateway):
    assert sorted(GOOD) == gateway.methods


@pytest.mark.parametrize("method, field", UUIDS)
@pytest.mark.parametrize("value", [
    "", "road", NOWHERE[:-1], NOWHERE.replace("-", ""), f" {NOWHERE}", "../../etc/passwd",
    NOWHERE[:-1] + "g",
])
def test_what_is_no_uuid(workspace, method, field, value):
    check_refused(workspace, method, {field: value}, field, "UUID")


@pytest.mark.parametrize("method, field, most", UUID_LISTS)
def test_lists_of_uuids(workspace, method, field, most):
    for values, place, words in [
        ([NOWHERE, "road"], f"{field}[1]", ("UUID",)),
        ([NOWHERE, NOWHERE], field, ("once", NOWHERE)),
        (TOO_MANY[:most + 1], field, (str(most),)),
    ]:
        check_refused(workspace, method, nested(field, values), place, *words)


def test_ten_thousand_dataset_hashes(workspace):
    check_refused(
        workspace, "CreateProject", {"dataset_hashes": TOO_MANY[:10_000]}, "dataset_hashes", "1000"
    )


@pytest.mark.parametrize("method, field", TITLES)
@pytest.mark.parametrize("value", ["", "   ", "\n\t", "x" * 1001, "a\0b"])
def test_titles(workspace, method, field, value):
    check_refused(workspace, method, {field: value}, field, "must")


@pytest.mark.parametrize("method, field", DESCRIPTIONS)
@pytest.mark.parametrize("size", [10_001, 5 << 20])
def test_descriptions_that_are_too_long(workspace, method, field, size):
    check_refused(workspace, method, {field: "x" * size}, field, "10000", str(size))


@pytest.mark.parametrize("method, field", TITLES + DESCRIPTIONS)
def test_lengths_count_characters_not_bytes(gateway, method, field):
    text = "é" * (10_000 if field == "description" else 1000)
    getattr(gateway, method)(**{**GOOD[method], field: text})


@pytest.mark.parametrize("method", sorted(GOOD))
@pytest.mark.parametrize("text", [b"\xff\xfe", b"\xc3(", b"\xed\xa0\x80"])
def test_text_that_is_no_utf8(workspace, gateway, method, text):
    fields = gateway.request(method).DESCRIPTOR.fields
    number = next(field.number for field in fields if field.type == field.TYPE_STRING)
    length_delimited = 2
    request = bytes([number << 3 | length_delimited, len(text)]) + text
    workspace.sandbox.forget()
    refused(StatusCode.INVALID_ARGUMENT, gateway.send, name=method, request=request)
    assert workspace.sandbox.changes() == []


@pytest.mark.parametrize("request_bytes", [b"\xff", b"\x0a\x7f", b"\x0a\x05abc"])
def test_bytes_that_are_no_message(workspace, gateway, request_bytes):
    workspace.sandbox.forget()
    refused(
        StatusCode.INVALID_ARGUMENT, gateway.send, name="CreateDataset", request=request_bytes
    )
    assert workspace.sandbox.changes() == []


@pytest.mark.parametrize("method", PAGED)
@pytest.mark.parametrize("size", [0, -1, 1001])
def test_page_sizes(workspace, method, size):
    check_refused(workspace, method, {"page_size": size}, "page_size", "1 to 1000")


@pytest.mark.parametrize("method", PAGED)
@pytest.mark.parametrize("token", ["road", "AAAA", "%%%", "A" * 10_000])
def test_page_tokens(workspace, method, token):
    check_refused(workspace, method, {"page_token": token}, "page_token", "next_page_token")


@pytest.mark.parametrize("method, field", [
    *itertools.product(
        FILTERED, ("created_before", "created_after", "edited_before", "edited_after")
    ),
    *itertools.product(
        ("ListLabelRows", "StreamLabelRows"), ("filter.edited_before", "filter.edited_after")
    ),
])
@pytest.mark.parametrize("time", BAD_TIMES, ids=["year 10000", "year 0", "-1 ns", "1e9 ns"])
def test_times(workspace, method, field, time):
    check_refused(workspace, method, nested(field, time), field, "9999")


@pytest.mark.parametrize("method, wrong, field, words", [
    ("AddUsersToProject", {"user_role": "owner"}, "user_role",
     ["admin", "annotator", "reviewer", "annotator_reviewer", "team_manager", "viewer"]),
    ("AddUsersToProject", {"user_role": ""}, "user_role", ["admin"]),
    ("AddUsersToProject", {"user_role": "0"}, "user_role", ["admin"]),
    ("AddUsersToProject", {"user_emails": []}, "user_emails", ["1 to 1000"]),
    ("AddUsersToProject", {"user_emails": [f"u{n}@north.example" for n in range(1001)]},
     "user_emails", ["1 to 1000", "1001"]),
    ("AddUsersToProject", {"user_emails": ["a@north.example", "nobody"]}, "user_emails[1]",
     ["email"]),
    ("AddUsersToProject", {"user_emails": ["a b@north.example"]}, "user_emails[0]", ["email"]),
    ("CreateDataset", {"storage_location": "MOON"}, "storage_location",
     ["CORD_STORAGE", "AWS", "GCP", "AZURE"]),
    ("ListLabelRows", {"label_statuses": ["LABELLED", "DONE"]}, "label_statuses[1]",
     ["NOT_LABELLED", "REVIEWED_TWICE", "QUEUED", "COMPLETED"]),
    ("StreamLabelRows", {"label_statuses": ["DONE"]}, "label_statuses[0]", ["LABELLED"]),
    ("ListStorageFolders", {"order_by": "size"}, "order_by", ["name", "createdAt"]),
    ("ListStorageItems", {"order_by": "size"}, "order_by", ["name", "createdAt"]),
    ("ListStorageItems", {"item_types": ["picture"]}, "item_types[0]", ["image", "dicomSeries"]),
    ("StreamStorageItems", {"item_types": ["image", ""]}, "item_types[1]", ["image"]),
    ("MoveWorkflowTask", {"destination_stage_uuid": NOWHERE}, "pathway_name",
     ["destination_stage_uuid"]),
    ("UploadDataToDataset", {"file_urls": []}, "file_urls", ["upload_json"]),
    ("UploadDataToDataset", {"upload_json": {"images": []}}, "file_urls", ["upload_json"]),
    ("UploadDataToDataset", {"file_urls": [URL, "https://x/notes.txt"]}, "file_urls[1]",
     ["jpg", "mp4", "wav", "notes.txt"]),
    ("UploadDataToDataset", {"file_urls": ["https://x/a b.jpg"]}, "file_urls[0]", ["blanks"]),
    ("UploadDataToDataset", {"file_urls": [""]}, "file_urls[0]", ["URL"]),
    ("UploadDataToDataset", {"file_urls": [f"https://x/{'a' * 16384}.jpg"]}, "file_urls[0]",
     ["16384"]),
    ("GetUploadStatus", {"wait_seconds": 61}, "wait_seconds", ["0 to 60"]),
    ("GetUploadStatus", {"wait_seconds": -1}, "wait_seconds", ["0 to 60"]),
])
def test_values_that_are_not_allowed(workspace, method, wrong, field, words):
    check_refused(workspace, method, wrong, field, *words)


THING = {"id": "1", "name": "T", "color": "#000000", "shape": "polygon", "featureNodeHash": "aaaa"}
RADIO = {"id": "1.1", "name": "R", "type": "radio", "featureNodeHash": "bbbb", "required": False}
OPTION = {"id": "1.1.1", "label": "O", "value": "o", "featureNodeHash": "cccc"}
LEVEL = {"id": "1", "featureNodeHash": "dddd", "attributes": [RADIO]}


def without(thing, member):
    return {name: value for name, value in thing.items() if name != member}


@pytest.mark.parametrize("structure, field, words", [
    ({"objects": [{**THING, "shape": "blob"}]}, "objects[0].shape", ["polygon", "bitmask"]),
    ({"objects": [THING, without(THING, "shape")]}, "objects[1].shape", ["polygon"]),
    ({"objects": [without(THING, "name")]}, "objects[0].name", []),
    ({"objects": [without(THING, "color")]}, "objects[0].color", []),
    ({"objects": [without(THING, "id")]}, "objects[0].id", []),
    ({"objects": [without(THING, "featureNodeHash")]}, "objects[0].featureNodeHash", []),
    ({"objects": "none"}, "objects", ["list"]),
    ({"objects": ["car"]}, "objects[0]", ["object"]),
    ({"objects": [{**THING, "attributes": [{**RADIO, "type": "slider"}]}]},
     "objects[0].attributes[0].type", ["radio", "numeric"]),
    ({"objects": [{**THING, "attributes": [{**RADIO, "options": [without(OPTION, "value")]}]}]},
     "objects[0].attributes[0].options[0].value", []),
    ({"classifications": [without(LEVEL, "attributes")]}, "classifications[0].attributes",
     ["one"]),
    ({"classifications": [{**LEVEL, "attributes": [RADIO, RADIO]}]},
     "classifications[0].attributes", ["one"]),
])
def test_ontology_structures(workspace, structure, field, words):
    check_refused(
        workspace, "CreateOntology", {"structure": structure}, f"structure.{field}", *words
    )


def test_all_that_is_wrong_is_said_at_once(workspace, gateway):
    refusal = refused(
        StatusCode.INVALID_ARGUMENT, gateway.AddUsersToProject,
        project_hash="p", user_emails=["nobody"], user_role="owner",
    )
    assert refusal.violations.keys() == {"project_hash", "user_emails[0]", "user_role"}
    for field in refusal.violations:
        assert field in refusal.message
