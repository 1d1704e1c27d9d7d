"""All RPCs as data: how each is called, and what it then asks of Encord."""

from typing import Callable, NamedTuple

from retry_classes import read_retry_classes

RETRY_CLASSES = read_retry_classes()


class Action(NamedTuple):
    """`arguments(world)` makes a request that succeeds whenever it is sent for the first time.
    `calls` are the calls of Encord that it then makes, as sandbox.label tells them; `change` is the
    index of the one that changes something."""

    rpc: str
    arguments: Callable
    calls: tuple
    change: int | None = None

    @property
    def retry_class(self):
        return RETRY_CLASSES[self.rpc]

    def class_of_call(self, index):
        """The retry class of one of the calls: what an action reads, it reads as others do."""
        return self.retry_class if index == self.change else "read"

    @property
    def places(self):
        """Indices of the first, a middle and the last call."""
        last = len(self.calls) - 1
        return sorted({0, (last + 1) // 2, last})


GET_PROJECT = "GET /v2/public/projects/{}"
ITEMS = "GET /v2/public/storage/folders/{}/items"
FOLDERS = "GET /v2/public/storage/folders/{}/folders"
USERS = "GET /v2/public/projects/{}/users"
TASKS = "GET /v2/public/projects/{}/workflow/stages/{}/tasks"
POLL = "datasetdatalongpolling/GET"
EXPORT = (GET_PROJECT, "GET /v2/public/ontologies/{}", "labelrowmetadata/GET", "labelrow/GET")

ACTIONS = [
    Action("AddUsersToProject", lambda world: {
        "project_hash": world.crew, "user_emails": [world.name("x").replace(" ", "") + "@north.example"],
        "user_role": "annotator",
    }, ("projectusers/POST",), change=0),
    Action("CreateDataset", lambda world: {"title": world.name("Made")},
           ("POST /v2/public/datasets",), change=0),
    Action("CreateOntology", lambda world: {"title": world.name("Made")},
           ("POST /v2/public/ontologies",), change=0),
    Action("CreateProject", lambda world: {
        "title": world.name("Made"), "dataset_hashes": [world.dataset], "ontology_hash": world.ontology,
    }, ("project/POST",), change=0),
    Action("CreateStorageFolder", lambda world: {
        "name": world.name("Made"), "parent_folder_uuid": world.workshop,
    }, ("POST /v2/public/storage/folders",), change=0),
    Action("ExportLabelsCoco", lambda world: {"project_hash": world.project},
           EXPORT),
    Action("GetDataset", lambda world: {"dataset_hash": world.dataset}, ("dataset/GET",)),
    Action("GetOntology", lambda world: {"ontology_hash": world.ontology},
           ("GET /v2/public/ontologies/{}",)),
    Action("GetProject", lambda world: {"project_hash": world.project}, (GET_PROJECT,)),
    Action("GetUploadStatus", lambda world: {
        "dataset_hash": world.store, "upload_job_uuid": world.upload_job,
    }, (POLL,)),
    Action("GetWorkflowStages", lambda world: {"project_hash": world.project}, (GET_PROJECT,)),
    Action("ListDatasets", lambda world: {"title_like": "Dataset"}, ("GET /v2/public/datasets/list",)),
    Action("ListGroups", lambda world: {}, ("GET /v2/public/user/current-organisation/groups",)),
    Action("ListLabelRows", lambda world: {"project_hash": world.project},
           ("labelrowmetadata/GET",)),
    Action("ListOntologies", lambda world: {"title_like": "Ontology"}, ("GET /v2/public/ontologies",)),
    Action("ListProjectUsers", lambda world: {"project_hash": world.project}, (USERS,) * 3),
    Action("ListProjects", lambda world: {"title_like": "Project"}, ("GET /v2/public/projects",)),
    Action("ListStorageFolders", lambda world: {"parent_folder_uuid": world.shelf}, (FOLDERS,) * 3),
    Action("ListStorageItems", lambda world: {"folder_uuid": world.items_folder}, (ITEMS,) * 3),
    Action("MoveWorkflowTask", lambda world: world.task_to_move(),
           (GET_PROJECT, TASKS, "POST /v2/public/projects/{}/workflow/stages/{}/actions"), change=2),
    Action("StreamLabelRows", lambda world: {"project_hash": world.project},
           ("labelrowmetadata/GET",)),
    Action("StreamLabelsCoco", lambda world: {"project_hash": world.project}, EXPORT),
    Action("StreamLabelsCocoJson", lambda world: {"project_hash": world.project}, EXPORT),
    Action("StreamStorageItems", lambda world: {"folder_uuid": world.items_folder}, (ITEMS,) * 3),
    Action("UploadDataToDataset", lambda world: {
        "dataset_hash": world.store, "integration_id": world.bucket,
        "file_urls": [world.file_url()],
    }, ("datasetdatalongpolling/POST", POLL), change=0),
]

BY_NAME = {action.rpc: action for action in ACTIONS}
# Every place of an action at which a fault may happen.
PLACES = [(action, place) for action in ACTIONS for place in action.places]
