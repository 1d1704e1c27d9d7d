"""What Encord refuses: things that do not exist, and things that the caller may not see."""

import pytest
from grpc import StatusCode

from harness import NOWHERE, refused

URL = "https://bucket.s3.eu-west-2.amazonaws.com/a.jpg"


@pytest.fixture(scope="module")
def things(shared_workspace):
    """Alice's things, by the name of the field that they are given in."""
    workspace = shared_workspace
    project = workspace.project("a.jpg")
    [row] = workspace.label_rows(project)
    dataset = workspace.dataset()
    return {
        "project_hash": project,
        "dataset_hash": dataset,
        "ontology_hash": workspace.ontology(),
        "folder_uuid": workspace.gateway.CreateStorageFolder(name="Hers").uuid,
        "data_hash": row.data_hash,
        "stage_uuid": row.workflow_stage_uuid,
        "integration_id": workspace.integration("south.example"),
    }


# RPC, its request (a name stands for the thing of that name), the field under test, Encord's word
# for what is in it (None where Encord's answer does not tell which of several things is missing).
CALLS = [
    ("AddUsersToProject",
     {"project_hash": "project_hash", "user_emails": ["x@south.example"], "user_role": "admin"},
     "project_hash", "project"),
    ("CreateProject", {"title": "T", "dataset_hashes": ["dataset_hash"]},
     "dataset_hashes", None),
    ("CreateProject", {"title": "T", "ontology_hash": "ontology_hash"},
     "ontology_hash", None),
    ("CreateStorageFolder", {"name": "T", "parent_folder_uuid": "folder_uuid"},
     "parent_folder_uuid", "folder"),
    ("ExportLabelsCoco", {"project_hash": "project_hash"}, "project_hash", "project"),
    ("GetDataset", {"dataset_hash": "dataset_hash"}, "dataset_hash", "dataset"),
    ("GetOntology", {"ontology_hash": "ontology_hash"}, "ontology_hash", "ontology"),
    ("GetProject", {"project_hash": "project_hash"}, "project_hash", "project"),
    ("GetUploadStatus", {"dataset_hash": "dataset_hash", "upload_job_uuid": NOWHERE},
     "dataset_hash", "dataset"),
    ("GetWorkflowStages", {"project_hash": "project_hash"}, "project_hash", "project"),
    ("ListLabelRows", {"project_hash": "project_hash"}, "project_hash", "project"),
    ("ListProjectUsers", {"project_hash": "project_hash"}, "project_hash", "project"),
    ("ListStorageFolders", {"parent_folder_uuid": "folder_uuid"}, "parent_folder_uuid", "folder"),
    ("ListStorageItems", {"folder_uuid": "folder_uuid"}, "folder_uuid", "folder"),
    ("MoveWorkflowTask",
     {"project_hash": "project_hash", "data_hash": "data_hash", "stage_uuid": "stage_uuid",
      "pathway_name": "submit"},
     "project_hash", "project"),
    ("StreamLabelRows", {"project_hash": "project_hash"}, "project_hash", "project"),
    ("StreamLabelsCoco", {"project_hash": "project_hash"}, "project_hash", "project"),
    ("StreamLabelsCocoJson", {"project_hash": "project_hash"}, "project_hash", "project"),
    ("StreamStorageItems", {"folder_uuid": "folder_uuid"}, "folder_uuid", "folder"),
    ("UploadDataToDataset",
     {"dataset_hash": "dataset_hash", "integration_id": "integration_id", "file_urls": [URL]},
     "dataset_hash", "dataset"),
]


def resolve(request, things):
    """The request with the things in place of their names."""
    def one(value):
        if isinstance(value, list):
            return [one(each) for each in value]
        return things.get(value, value)

    return {field: one(value) for field, value in request.items()}


@pytest.mark.parametrize("method, request_, field, kind", CALLS)
def test_what_does_not_exist_is_not_found(
    gateway, sandbox, things, method, request_, field, kind
):
    wrong = [NOWHERE] if isinstance(request_[field], list) else NOWHERE
    fields = resolve({**request_, field: wrong}, things)
    sandbox.forget()
    refusal = refused(StatusCode.NOT_FOUND, getattr(gateway, method), **fields)
    assert refusal.ErrorInfo.domain == "encord.com"
    assert NOWHERE in refusal.message
    if kind is not None:
        assert refusal.ResourceInfo.resource_type == kind
        assert refusal.ResourceInfo.resource_name == NOWHERE


@pytest.mark.parametrize("method, request_, field, kind", CALLS)
def test_what_belongs_to_others_is_denied(bob, things, method, request_, field, kind):
    fields = resolve(request_, things)
    refusal = refused(StatusCode.PERMISSION_DENIED, getattr(bob, method), **fields)
    assert refusal.ErrorInfo.domain == "encord.com"
    assert refusal.ErrorInfo.metadata["http_status"] == "403"


def test_refused_changes_change_nothing(gateway, bob, things):
    users = gateway.ListProjectUsers(project_hash=things["project_hash"])
    folders = gateway.ListStorageFolders(recursive=True)
    dataset = gateway.GetDataset(dataset_hash=things["dataset_hash"])
    for method, request, _, _ in CALLS:
        refused(StatusCode.PERMISSION_DENIED, getattr(bob, method), **resolve(request, things))
    assert gateway.ListProjectUsers(project_hash=things["project_hash"]) == users
    assert gateway.ListStorageFolders(recursive=True) == folders
    assert gateway.GetDataset(dataset_hash=things["dataset_hash"]) == dataset
    assert not bob.ListProjects().projects


def test_lists_hold_only_what_the_caller_may_see(gateway, bob, things):
    assert gateway.ListProjects().projects and not bob.ListProjects().projects
    assert gateway.ListDatasets().datasets and not bob.ListDatasets().datasets
    assert gateway.ListOntologies().ontologies and not bob.ListOntologies().ontologies
    assert gateway.ListStorageFolders().folders and not bob.ListStorageFolders().folders


def test_an_annotator_is_no_admin(gateway, workspace, bob):
    project = workspace.project()
    gateway.AddUsersToProject(
        project_hash=project, user_emails=[workspace.bob.email], user_role="annotator"
    )
    assert bob.GetProject(project_hash=project).user_role == "annotator"
    refused(
        StatusCode.PERMISSION_DENIED, bob.AddUsersToProject, project_hash=project,
        user_emails=["x@south.example"], user_role="admin",
    )


def traces(sandbox):
    """The trace ids of the requests that Encord received."""
    return [
        value.partition("/")[0]
        for request in sandbox.requests()
        for name, value in request["headers"]
        if name.lower() == "x-cloud-trace-context"
    ]


def test_an_error_carries_the_trace_id_that_encord_was_given(gateway, sandbox):
    sandbox.forget()
    refusal = refused(StatusCode.NOT_FOUND, gateway.GetProject, project_hash=NOWHERE)
    assert [refusal.RequestInfo.request_id] == traces(sandbox)


def test_an_answer_carries_the_trace_id_that_encord_was_given(gateway, sandbox):
    sandbox.forget()
    call = gateway.start("ListGroups", gateway.request("ListGroups").SerializeToString())
    gateway.outcome(call)
    assert [dict(call.trailing_metadata())["x-cloud-trace-context"]] == traces(sandbox)


def test_calls_have_trace_ids_of_their_own(gateway, sandbox):
    sandbox.forget()
    for _ in range(3):
        gateway.ListGroups()
    assert len(set(traces(sandbox))) == 3
    assert all(len(trace) == 32 for trace in traces(sandbox))


TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize("header, value", [
    ("x-cloud-trace-context", f"{TRACE}/7;o=1"), ("x-cloud-trace-context", TRACE),
    ("traceparent", f"00-{TRACE}-b7ad6b7169203331-01"),
])
def test_the_callers_trace_id_is_kept(gateway, sandbox, header, value):
    sandbox.forget()
    gateway.ListGroups(metadata=((header, value),))
    assert traces(sandbox) == [TRACE]


@pytest.mark.parametrize("value", ["", "x", TRACE[:-1], "g" * 32, "0" * 32, "a" * 4000])
def test_a_trace_id_that_is_none_is_replaced(gateway, sandbox, value):
    sandbox.forget()
    gateway.ListGroups(metadata=(("x-cloud-trace-context", value),))
    [trace] = traces(sandbox)
    assert len(trace) == 32 and trace != value
