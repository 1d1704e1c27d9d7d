"""Lists in pages: walked with any page size they give what they give at once."""

import pytest
from grpc import StatusCode

from harness import refused
from workspaces import Workspace

EACH = 5


@pytest.fixture(scope="module")
def paged(protos, tmp_path_factory, module_stack):
    """A workspace with at least five of everything, on a sandbox with pages of two; by method the
    list's member and the request's fields."""
    workspace = Workspace(
        module_stack, protos, tmp_path_factory.mktemp("paged"), "--page_size=2"
    )
    gateway = workspace.gateway
    dataset = workspace.dataset(*(f"{number}.jpg" for number in range(EACH)))
    project = gateway.CreateProject(title="P", dataset_hashes=[dataset]).project_hash
    gateway.AddUsersToProject(
        project_hash=project, user_role="annotator",
        user_emails=[f"u{number}@north.example" for number in range(EACH)],
    )
    for number in range(EACH):
        gateway.CreateProject(title=f"P{number}")
        gateway.CreateDataset(title=f"D{number}")
        gateway.CreateOntology(title=f"O{number}")
        workspace.sandbox.control(
            "POST", "groups", {"organisation": "north.example", "name": f"G{number}"}
        )
    folder = gateway.GetDataset(dataset_hash=dataset).backing_folder_uuid
    workspace.lists = {
        "ListDatasets": ("datasets", {}),
        "ListGroups": ("groups", {}),
        "ListLabelRows": ("label_rows", {"project_hash": project}),
        "ListOntologies": ("ontologies", {}),
        "ListProjectUsers": ("users", {"project_hash": project}),
        "ListProjects": ("projects", {}),
        "ListStorageFolders": ("folders", {}),
        "ListStorageItems": ("items", {"folder_uuid": folder}),
    }
    return workspace


METHODS = [
    "ListDatasets", "ListGroups", "ListLabelRows", "ListOntologies", "ListProjectUsers",
    "ListProjects", "ListStorageFolders", "ListStorageItems",
]


def walk(call, member, size, **fields):
    """The pages of a list, from the first to the last."""
    token = ""
    while True:
        response = call(page_size=size, page_token=token, **fields)
        yield list(getattr(response, member))
        token = response.next_page_token
        if not token:
            return


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [1, 2, 3, EACH, 1000])
def test_a_walk_gives_the_whole_list(paged, method, size):
    member, fields = paged.lists[method]
    call = getattr(paged.gateway, method)
    whole = call(**fields)
    assert whole.next_page_token == ""
    items = list(getattr(whole, member))
    assert len(items) >= EACH
    pages = list(walk(call, member, size, **fields))
    assert [item for page in pages for item in page] == items
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert 0 < len(pages[-1]) <= size


@pytest.mark.parametrize("method", METHODS)
def test_a_token_belongs_to_its_request(paged, method):
    member, fields = paged.lists[method]
    token = getattr(paged.gateway, method)(page_size=1, **fields).next_page_token
    for other in METHODS:
        if other != method:
            refusal = refused(
                StatusCode.INVALID_ARGUMENT, getattr(paged.gateway, other),
                page_token=token, **paged.lists[other][1],
            )
            assert "page_token" in refusal.violations


def test_a_token_belongs_to_its_filters(paged):
    token = paged.gateway.ListProjects(title_like="P", page_size=1).next_page_token
    refused(
        StatusCode.INVALID_ARGUMENT, paged.gateway.ListProjects, title_like="D", page_token=token
    )
    assert paged.gateway.ListProjects(title_like="P", page_token=token).projects


def test_a_walk_may_change_its_page_size(paged):
    whole = [project.project_hash for project in paged.gateway.ListProjects().projects]
    first = paged.gateway.ListProjects(page_size=1)
    rest = paged.gateway.ListProjects(page_size=1000, page_token=first.next_page_token)
    assert [p.project_hash for p in (*first.projects, *rest.projects)] == whole


def test_streams_give_all_pages(paged):
    _, fields = paged.lists["ListStorageItems"]
    messages = paged.gateway.StreamStorageItems(**fields)
    assert len(messages) > 1
    streamed = [item for message in messages for item in message.items]
    assert streamed == list(paged.gateway.ListStorageItems(**fields).items)
