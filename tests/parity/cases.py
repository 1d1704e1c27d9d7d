"""Every action with every option of its request, as a call of the gateway and as the official
SDK's code for the same.

A case has `gateway(world)` and `sdk(world)`, which make the call. Where both cannot act on the same
thing, `prepare(world)` makes one for each; its result goes to both as second argument, and `names`
of it gives names to the UUIDs that differ."""

import dataclasses
import datetime
import itertools
from typing import Callable

from encord.objects.common import Shape
from encord.objects.attributes import ChecklistAttribute, NumericAttribute, RadioAttribute
from encord.objects.attributes import TextAttribute
from encord.objects.ontology_structure import OntologyStructure
from encord.orm.dataset import StorageLocation
from encord.orm.label_row import AnnotationTaskStatus
from encord.orm.storage import FoldersSortBy, StorageItemType
from encord.utilities.project_user import ProjectUserRole

from harness import Refusal
from world import (
    BUCKET, DATASETS, FOLDERS, LESIONS, ONTOLOGIES, PROJECTS, RETAIL, ROAD, TEMPLATES,
)

# More than any list of the workspace has, and than fits into one of the gateway's bundles of label
# rows.
MANY = 101
# Label rows in the first of the gateway's bundles.
FIRST_BUNDLE = 20

# Long enough for a poll of the longest time that Encord allows.
UPLOAD_TIMEOUT = 120

STRANGE = "Grüße, 100% «日本» & a/b + \"c\" = 😀"


@dataclasses.dataclass(frozen=True)
class Case:
    action: str
    name: str
    gateway: Callable
    sdk: Callable
    fields: frozenset = frozenset()
    # Whether the gateway is asked for the beginning of a list only.
    beginning: bool = False
    prepare: Callable = None
    names: Callable = lambda twins, side: {}

    def __str__(self):
        return f"{self.action}: {self.name}"


def utc(*arguments):
    return datetime.datetime(*arguments, tzinfo=datetime.timezone.utc)


def field_names(fields):
    """The request's fields that a case sets; those of a nested message with its name."""
    for name, value in fields.items():
        if name == "filter":
            yield from (f"filter.{each}" for each in value)
        else:
            yield name


def resolved(world, arguments):
    """Arguments whose values may be functions of the world."""
    return {
        name: value(world) if callable(value) else value for name, value in arguments.items()
    }


def call(action, name, fields, sdk, rpc=None):
    """A case whose gateway call is one RPC. Values of `fields` that are functions get the world."""

    def gateway(world):
        return getattr(world.gateway, rpc or action)(**resolved(world, fields))

    return Case(
        action, name, gateway, sdk, frozenset(field_names(fields)),
        beginning=fields.get("page_size", MANY) < MANY,
    )


# --- The three lists with title filters ------------------------------------------------------------

WHOLE = utc(2026, 1, 12, 10, 0)
FRACTION = utc(2026, 1, 12, 10, 52, 0, 250000)

# (name, the gateway's fields, the SDK's arguments)
TITLE_FILTERS = [
    ("all", {}, {}),
    ("exact title", {"title_eq": "Road scenes 2026"}, {"title_eq": "Road scenes 2026"}),
    ("empty exact title", {"title_eq": ""}, {"title_eq": ""}),
    ("strange exact title", {"title_eq": STRANGE}, {"title_eq": STRANGE}),
    ("word in title", {"title_like": "road"}, {"title_like": "%road%"}),
    ("words in title", {"title_like": "scenes 20"}, {"title_like": "%scenes 20%"}),
    ("title pattern", {"title_like": "road%"}, {"title_like": "road%"}),
    ("strange title pattern", {"title_like": STRANGE}, {"title_like": STRANGE}),
    ("exact description", {"description_eq": "Every shape"}, {"desc_eq": "Every shape"}),
    ("word in description", {"description_like": "store"}, {"desc_like": "%store%"}),
    ("description pattern", {"description_like": "%12%"}, {"desc_like": "%12%"}),
    *(
        (f"{field}, {kind}", {field: time}, {field: time})
        for field in ("created_before", "created_after", "edited_before", "edited_after")
        for kind, time in (("whole seconds", WHOLE), ("microseconds", FRACTION))
    ),
    ("organisation access", {"include_org_access": True}, {"include_org_access": True}),
    ("no organisation access", {"include_org_access": False}, {"include_org_access": False}),
    ("everything at once",
     {"title_eq": "a", "title_like": "b", "description_eq": "c", "description_like": "d",
      "created_before": WHOLE, "created_after": FRACTION, "edited_before": FRACTION,
      "edited_after": WHOLE, "include_org_access": True},
     {"title_eq": "a", "title_like": "%b%", "desc_eq": "c", "desc_like": "%d%",
      "created_before": WHOLE, "created_after": FRACTION, "edited_before": FRACTION,
      "edited_after": WHOLE, "include_org_access": True}),
    ("a page", {"page_size": 1}, {}),
]


def walk(rpc, **fields):
    """A gateway call that takes a list page by page."""

    def gateway(world):
        request = resolved(world, fields)
        pages = [getattr(world.gateway, rpc)(**request)]
        while token := pages[-1].next_page_token:
            pages.append(getattr(world.gateway, rpc)(page_token=token, **request))
        return pages

    return gateway


def title_lists():
    lists = {
        "ListDatasets": lambda world, filters: world.sdk.get_datasets(**filters),
        "ListOntologies": lambda world, filters: world.sdk.get_ontologies(**filters),
        "ListProjects": lambda world, filters: list(world.sdk.list_projects(**filters)),
    }
    for action, lister in lists.items():
        for name, fields, filters in TITLE_FILTERS:
            yield call(action, name, fields, lambda world, f=filters, go=lister: go(world, f))
    for name, tags in (("one tag", ["night"]), ("tags", ["night", "rain & fog"])):
        yield call("ListProjects", name, {"tags_any_of": tags},
                   lambda world, t=tags: list(world.sdk.list_projects(tags_anyof=t)))
    yield call("ListOntologies", "with structures", {"include_structure": True},
               lambda world: world.sdk.get_ontologies())


# --- Datasets -------------------------------------------------------------------------------------


def datasets():
    def create(name, fields, location=StorageLocation.CORD_STORAGE, **arguments):
        return call(
            "CreateDataset", name, {"title": "A dataset", **fields},
            lambda world: world.sdk.create_dataset(
                fields.get("title", "A dataset"), location, **arguments
            ),
        )

    yield create("title", {})
    yield create("strange title", {"title": STRANGE})
    yield create("description", {"description": "What it is"}, dataset_description="What it is")
    yield create("empty description", {"description": ""}, dataset_description="")
    yield create("strange description", {"description": STRANGE}, dataset_description=STRANGE)
    for location in ("CORD_STORAGE", "AWS", "GCP", "AZURE"):
        yield create(location, {"storage_location": location}, StorageLocation[location])
    for folder in (True, False):
        yield create(f"backing folder {folder}", {"create_backing_folder": folder},
                     create_backing_folder=folder)
    for title, rows in itertools.product(DATASETS, (False, True)):
        yield call(
            "GetDataset", f"{title}, rows {rows}",
            {"dataset_hash": lambda world, t=title: world.datasets[t], "include_data_rows": rows},
            lambda world, t=title: world.sdk.get_dataset(world.datasets[t]),
        )


# --- Ontologies -----------------------------------------------------------------------------------

HAND_WRITTEN = {
    "objects": [
        {"id": "1", "name": "Car", "color": "#D33115", "shape": "bounding_box",
         "featureNodeHash": "carcar01", "attributes": [
             {"id": "1.1", "name": "Colour", "type": "radio", "featureNodeHash": "colour01",
              "required": False, "options": [
                  {"id": "1.1.1", "label": "Red", "value": "red", "featureNodeHash": "redred01"},
              ]},
             {"id": "1.2", "name": "Note", "type": "text", "featureNodeHash": "note0001",
              "required": True},
         ]},
        {"id": "2", "name": "Lane", "color": "#E27300", "shape": "polygon",
         "featureNodeHash": "lane0001"},
    ],
    "classifications": [
        {"id": "1", "featureNodeHash": "weather1", "attributes": [
            {"id": "1.1", "name": "Weather", "type": "radio", "featureNodeHash": "weather2",
             "required": False, "options": [
                 {"id": "1.1.1", "label": "Sun", "value": "sun", "featureNodeHash": "sunsun01"},
             ]}]},
    ],
}


def structure_of_every_kind():
    """Every shape that needs no template, every attribute type, nested options."""
    structure = OntologyStructure()
    for shape in Shape:
        if shape not in (Shape.SKELETON,):
            structure.add_object(name=f"A {shape.value}", shape=shape)
    first = structure.objects[0]
    colour = first.add_attribute(RadioAttribute, "Colour", required=True)
    red = colour.add_option("Red")
    red.add_nested_attribute(TextAttribute, "Which red")
    extras = first.add_attribute(ChecklistAttribute, "Extras", dynamic=True)
    extras.add_option("Roof rack")
    first.add_attribute(NumericAttribute, "Speed")
    weather = structure.add_classification().add_attribute(RadioAttribute, "Weather")
    weather.add_option("Grüße & 日本")
    structure.add_classification().add_attribute(TextAttribute, "Comment")
    structure.add_classification().add_attribute(ChecklistAttribute, "Seen").add_option("Dog")
    return structure


EVERY_KIND = structure_of_every_kind()


def ontologies():
    def create(name, fields, **arguments):
        return call(
            "CreateOntology", name, {"title": "An ontology", **fields},
            lambda world: world.sdk.create_ontology(
                fields.get("title", "An ontology"), **arguments
            ),
        )

    yield create("title", {})
    yield create("strange title", {"title": STRANGE})
    yield create("description", {"description": "What it is"}, description="What it is")
    yield create("empty structure", {"structure": OntologyStructure().to_dict()},
                 structure=OntologyStructure())
    yield create("structure of every kind", {"structure": EVERY_KIND.to_dict()},
                 structure=EVERY_KIND)
    yield create("structure written by hand", {"structure": HAND_WRITTEN},
                 structure=OntologyStructure.from_dict(HAND_WRITTEN))
    for title in ONTOLOGIES:
        yield call(
            "CreateOntology", f"structure of {title}",
            {"title": "A copy",
             "structure": lambda world, t=title: world.structures[t].to_dict()},
            lambda world, t=title: world.sdk.create_ontology(
                "A copy", structure=world.structures[t]
            ),
        )
        yield call(
            "GetOntology", title, {"ontology_hash": lambda world, t=title: world.ontologies[t]},
            lambda world, t=title: world.sdk.get_ontology(world.ontologies[t]),
        )


# --- Projects -------------------------------------------------------------------------------------


def projects():
    def create(name, fields, *titles, **arguments):
        return call(
            "CreateProject", name,
            {"title": "A project",
             "dataset_hashes": lambda world: [world.datasets[title] for title in titles], **fields},
            lambda world: world.sdk.create_project(
                fields.get("title", "A project"), [world.datasets[title] for title in titles],
                **resolved(world, arguments),
            ),
        )

    yield create("no dataset", {})
    yield create("a dataset", {}, DATASETS[0])
    yield create("datasets", {}, *DATASETS)
    yield create("strange title", {"title": STRANGE}, DATASETS[0])
    yield create("description", {"description": "Why"}, project_description="Why")
    yield create("empty description", {"description": ""}, project_description="")

    def ontology(world):
        return world.ontologies[ONTOLOGIES[0]]

    yield create("ontology", {"ontology_hash": ontology}, DATASETS[0], ontology_hash=ontology)
    for template in sorted(set(TEMPLATES.values())):
        yield create(f"template {template[-1]}", {"workflow_template_id": template}, DATASETS[0],
                     workflow_template_hash=template)
    for title in PROJECTS:
        project = {"project_hash": lambda world, t=title: world.projects[t]}
        yield call("GetProject", title, project, lambda world, t=title: world.project(t))
        yield call("GetWorkflowStages", title, project,
                   lambda world, t=title: world.project(t).workflow.stages)


# --- Users and groups -----------------------------------------------------------------------------


def users():
    def add(name, role, emails):
        return call(
            "AddUsersToProject", name,
            {"project_hash": lambda world: world.projects[ROAD], "user_emails": emails,
             "user_role": name},
            lambda world: world.project().add_users(emails, role),
        )

    for role in ProjectUserRole:
        if role is not ProjectUserRole.UNKNOWN:
            yield add(role.name.lower(), role, [f"{role.name.lower()}@example.com"])
    yield add("ADMIN", ProjectUserRole.ADMIN, ["capital@example.com"])
    yield add("Annotator", ProjectUserRole.ANNOTATOR,
              ["one@example.com", "two@elsewhere.org", "anna.annotator@example.com"])
    for title in PROJECTS:
        project = {"project_hash": lambda world, t=title: world.projects[t]}
        yield call("ListProjectUsers", title, project,
                   lambda world, t=title: list(world.project(t).list_users()))
        yield call("ListProjectUsers", f"{title}, a page", {**project, "page_size": 1},
                   lambda world, t=title: list(world.project(t).list_users()))
    yield call("ListGroups", "all", {}, lambda world: list(world.sdk.list_groups()))
    yield call("ListGroups", "a page", {"page_size": 1},
               lambda world: list(world.sdk.list_groups()))


# --- Label rows -----------------------------------------------------------------------------------


def rows_of(world, title, key):
    return [getattr(row, key) for row in world.label_rows[title] if getattr(row, key)]


def label_rows():
    def listing(name, fields, arguments=None, title=ROAD, rpc=None):
        def gateway(world):
            request = resolved(world, fields)
            if "filter" in fields:
                request["filter"] = resolved(world, fields["filter"])
            return getattr(world.gateway, rpc or "ListLabelRows")(
                project_hash=world.projects[title], **request
            )

        return Case(
            "ListLabelRows", name, gateway,
            lambda world: world.project(title).list_label_rows_v2(
                **resolved(world, arguments or {})
            ),
            frozenset({"project_hash", *field_names(fields)}), beginning="page_size" in fields,
        )

    def of_label_status(statuses, of_task=None):
        """Encord cannot filter by label status; the gateway picks them out of what it is given."""

        def sdk(world):
            rows = world.project().list_label_rows(
                label_statuses=of_task, include_uninitialised_labels=True
            )
            return [row for row in rows if row.label_status.value in statuses]

        wanted = [*statuses, *(status.value for status in of_task or ())]
        return Case(
            "ListLabelRows", f"label status {', '.join(wanted)}",
            lambda world: world.gateway.ListLabelRows(
                project_hash=world.projects[ROAD], label_statuses=wanted
            ),
            sdk, frozenset({"project_hash", "label_statuses"}),
        )

    for title in PROJECTS:
        yield listing(title, {}, title=title)
    yield listing("a page", {"page_size": 2})
    yield listing("word in title", {"data_title_like": "cross"}, {"data_title_like": "%cross%"})
    yield listing("title pattern", {"data_title_like": "c%1.jpg"}, {"data_title_like": "c%1.jpg"})
    yield listing("strange title", {"data_title_like": STRANGE}, {"data_title_like": STRANGE})
    for status in AnnotationTaskStatus:
        yield listing(status.value, {"label_statuses": [status.value]},
                      {"label_statuses": [status]})
    yield listing("a status in lower case", {"label_statuses": ["completed"]},
                  {"label_statuses": [AnnotationTaskStatus.COMPLETED]})
    yield listing("statuses", {"label_statuses": ["QUEUED", "RETURNED"]},
                  {"label_statuses": [AnnotationTaskStatus.QUEUED, AnnotationTaskStatus.RETURNED]})
    for status in ("NOT_LABELLED", "LABEL_IN_PROGRESS", "LABELLED", "REVIEW_IN_PROGRESS",
                   "REVIEWED", "REVIEWED_TWICE"):
        yield of_label_status([status])
    yield of_label_status(["LABELLED", "REVIEWED"])
    yield of_label_status(["LABELLED", "REVIEW_IN_PROGRESS"], [AnnotationTaskStatus.IN_REVIEW])

    def same(name, field, value, argument=None, expected=None):
        return listing(name, {"filter": {field: value}},
                       {argument or field: value if expected is None else expected})

    yield same("a data unit", "data_hashes", lambda world: rows_of(world, ROAD, "data_hash")[:1])
    yield same("data units", "data_hashes", lambda world: rows_of(world, ROAD, "data_hash"))
    yield same("a label row", "label_hashes", lambda world: rows_of(world, ROAD, "label_hash")[:1])
    yield same("label rows", "label_hashes", lambda world: rows_of(world, ROAD, "label_hash"))
    yield same("exact title", "data_title_eq", "crossing-001.jpg")
    yield same("strange exact title", "data_title_eq", STRANGE)
    for field in ("edited_before", "edited_after"):
        yield same(f"{field}, whole seconds", field, WHOLE)
        yield same(f"{field}, microseconds", field, FRACTION)
    yield same("exact stage", "workflow_stage_title_eq", "Review 1",
               "workflow_graph_node_title_eq")
    yield same("word in stage", "workflow_stage_title_like", "view",
               "workflow_graph_node_title_like", "%view%")
    yield same("stage pattern", "workflow_stage_title_like", "Ann%",
               "workflow_graph_node_title_like")
    yield same("branch main", "branch_name", "main")
    yield listing("consensus branch", {"filter": {"branch_name": "consensus-1"}},
                  {"branch_name": "consensus-1"}, title=LESIONS)
    yield Case(
        "ListLabelRows", "without unopened ones",
        lambda world: world.gateway.ListLabelRows(
            project_hash=world.projects[ROAD], filter={"exclude_uninitialised": True}
        ),
        # Only the SDK's older list can leave them out.
        lambda world: world.project().list_label_rows(),
        frozenset({"project_hash", "filter.exclude_uninitialised"}),
    )
    yield listing("as a stream", {}, rpc="StreamLabelRows")
    yield listing(
        "as a stream, everything at once",
        {"data_title_like": "a", "label_statuses": ["QUEUED", "LABELLED"],
         "filter": {"data_title_eq": "b", "edited_before": WHOLE, "edited_after": FRACTION,
                    "workflow_stage_title_eq": "c", "workflow_stage_title_like": "d",
                    "branch_name": "main"}},
        {"data_title_like": "%a%", "label_statuses": [AnnotationTaskStatus.QUEUED],
         "data_title_eq": "b", "edited_before": WHOLE, "edited_after": FRACTION,
         "workflow_graph_node_title_eq": "c", "workflow_graph_node_title_like": "%d%",
         "branch_name": "main"},
        rpc="StreamLabelRows",
    )


# --- Storage --------------------------------------------------------------------------------------

ORDERS = [
    ("by name", {"order_by": "name"}, {"order": FoldersSortBy.NAME}),
    ("by time", {"order_by": "createdAt"}, {"order": FoldersSortBy.CREATED_AT}),
    ("descending", {"order_by": "name", "descending": True},
     {"order": FoldersSortBy.NAME, "desc": True}),
    ("descending in Encord's order", {"descending": True}, {"desc": True}),
    ("pages of 101", {"page_size": MANY}, {"page_size": MANY}),
    ("pages of 1000", {"page_size": 1000}, {"page_size": 1000}),
]


def folders():
    def create(name, fields, **arguments):
        return Case(
            "CreateStorageFolder", name,
            lambda world: world.gateway.CreateStorageFolder(
                **{"name": "A folder", **resolved(world, fields)}
            ),
            lambda world: world.sdk.create_storage_folder(
                fields.get("name", "A folder"), **resolved(world, arguments)
            ),
            frozenset({"name", *fields}),
        )

    def parent(world):
        return world.folders[FOLDERS[0]]

    yield create("name", {})
    yield create("strange name", {"name": STRANGE})
    yield create("description", {"description": "What for"}, description="What for")
    yield create("empty description", {"description": ""}, description="")
    yield create("parent", {"parent_folder_uuid": parent},
                 parent_folder=lambda world: world.uuid(parent(world)))
    yield create("parent and description",
                 {"parent_folder_uuid": parent, "description": "What for"},
                 parent_folder=lambda world: world.uuid(parent(world)), description="What for")

    places = [
        ("root", {}, lambda world, filters: world.sdk.list_storage_folders(**filters)),
        ("all depths", {"recursive": True},
         lambda world, filters: world.sdk.find_storage_folders(**filters)),
        ("in a folder", {"parent_folder_uuid": parent},
         lambda world, filters: world.sdk.get_storage_folder(parent(world)).list_subfolders(
             **filters)),
        ("below a folder", {"parent_folder_uuid": parent, "recursive": True},
         lambda world, filters: world.sdk.get_storage_folder(parent(world)).find_subfolders(
             **filters)),
    ]
    filters = [
        ("all", {}, {}),
        ("search", {"search": "data"}, {"search": "data"}),
        ("strange search", {"search": STRANGE}, {"search": STRANGE}),
        ("mirrors", {"dataset_synced": True}, {"dataset_synced": True}),
        ("no mirrors", {"dataset_synced": False}, {"dataset_synced": False}),
        *ORDERS,
    ]
    of_all = [
        ("organisation access", {"include_org_access": True}, {"org_access": True}),
        ("no organisation access", {"include_org_access": False}, {"org_access": False}),
    ]
    for place, where, lister in places:
        for name, fields, arguments in filters + (of_all if "folder" not in place else []):
            yield call(
                "ListStorageFolders", f"{place}, {name}", {**where, **fields},
                lambda world, a=arguments, go=lister: list(go(world, a)),
            )
    yield Case(
        "ListStorageFolders", "page by page", walk("ListStorageFolders", page_size=1),
        lambda world: list(world.sdk.list_storage_folders(page_size=1)),
        frozenset({"page_size", "page_token"}),
    )


def items():
    def january(world):
        return world.folders["January"]

    filters = [
        ("all", {}, {}),
        ("search", {"search": "crossing"}, {"search": "crossing"}),
        ("strange search", {"search": STRANGE}, {"search": STRANGE}),
        ("used", {"in_dataset": True}, {"is_in_dataset": True}),
        ("unused", {"in_dataset": False}, {"is_in_dataset": False}),
        *((each.value, {"item_types": [each.value]}, {"item_types": [each]})
          for each in StorageItemType),
        ("types", {"item_types": ["image", "imageGroup"]},
         {"item_types": [StorageItemType.IMAGE, StorageItemType.IMAGE_GROUP]}),
        *ORDERS,
    ]
    for name, fields, arguments in filters:
        request = {"folder_uuid": january, **fields}
        for rpc in ("ListStorageItems", "StreamStorageItems"):
            if rpc == "StreamStorageItems" and "page_size" in fields:
                continue
            yield call(
                "ListStorageItems", f"{name}, {rpc}", request,
                lambda world, a=arguments: list(
                    world.sdk.get_storage_folder(january(world)).list_items(
                        include_client_metadata=False, **a
                    )
                ),
                rpc=rpc,
            )
    yield call(
        "ListStorageItems", "client metadata wanted by the SDK", {"folder_uuid": january},
        lambda world: list(world.sdk.get_storage_folder(january(world)).list_items()),
    )
    for name, fields, arguments in (
        ("search", {"search": "crossing"}, {"search": "crossing"}),
        ("types", {"item_types": ["image"]}, {"item_types": [StorageItemType.IMAGE]}),
        ("used images", {"item_types": ["image"], "in_dataset": True},
         {"item_types": [StorageItemType.IMAGE], "is_in_dataset": True}),
    ):
        yield call(
            "ListStorageItems", f"below a folder, {name}",
            {"folder_uuid": lambda world: world.folders["Road data"], "recursive": True, **fields},
            lambda world, a=arguments: list(
                world.sdk.get_storage_folder(world.folders["Road data"]).find_items(**a)
            ),
        )
    yield Case(
        "ListStorageItems", "page by page", walk("ListStorageItems", page_size=5,
                                                 folder_uuid=january),
        lambda world: list(world.sdk.get_storage_folder(january(world)).list_items(
            page_size=5, include_client_metadata=False
        )),
        frozenset({"folder_uuid", "page_size", "page_token"}),
    )


# --- Workflow tasks -------------------------------------------------------------------------------


def twin_names(twins, side):
    _, _, tasks = twins
    task = tasks[side]
    names = {task.uuid: "{task}", task.data_hash: "{data}"}
    for index, subtask in enumerate(getattr(task, "subtasks", ())):
        names[subtask.uuid] = f"{{subtask {index}}}"
    return names


def moves():
    def move(stage_type, name, how, act):
        """`how(project)` are the gateway's fields, `act(project, task)` is the SDK's move."""

        def gateway(world, twins):
            project, stage, tasks = twins
            return world.gateway.MoveWorkflowTask(
                project_hash=project.project_hash, data_hash=str(tasks[0].data_hash),
                stage_uuid=str(stage.uuid), **how(project),
            )

        def sdk(world, twins):
            project, stage, tasks = twins
            project = world.sdk.get_project(project.project_hash)
            [task] = project.workflow.get_stage(uuid=stage.uuid).get_tasks(
                data_hash=tasks[1].data_hash
            )
            act(project, task)

        fields = {"project_hash", "data_hash", "stage_uuid"}
        fields.add("destination_stage_uuid" if name == "elsewhere" else "pathway_name")
        return Case(
            "MoveWorkflowTask", f"{stage_type}, {name}", gateway, sdk, frozenset(fields),
            prepare=lambda world: world.twin_tasks(stage_type), names=twin_names,
        )

    def submit_subtasks(project, task):
        with project.create_bundle() as bundle:
            for subtask in task.subtasks:
                subtask.submit(bundle=bundle)

    def nothing(project):
        return {}

    def pathway(name):
        return lambda project: {"pathway_name": name}

    def last_stage(project):
        return project.workflow.stages[-1].uuid

    submit = pathway("submit")
    yield move("AnnotationStage", "submit", submit, lambda project, task: task.submit())
    yield move("AnnotationStage", "no pathway", nothing, lambda project, task: task.submit())
    yield move("ConsensusAnnotationStage", "submit", submit, submit_subtasks)
    yield move("ConsensusAnnotationStage", "no pathway", nothing, submit_subtasks)
    for stage_type in ("ReviewStage", "ConsensusReviewStage"):
        yield move(stage_type, "approve", pathway("approve"),
                   lambda project, task: task.approve())
        yield move(stage_type, "reject", pathway("reject"), lambda project, task: task.reject())
    for name in ("annotate", "review", "archive"):
        yield move("AgentStage", name, pathway(name),
                   lambda project, task, n=name: task.proceed(pathway_name=n))
    for stage_type in TEMPLATES:
        target = (lambda project: project.workflow.stages[0].uuid) if (
            stage_type == "FinalStage") else last_stage
        yield move(
            stage_type, "elsewhere",
            lambda project, t=target: {"destination_stage_uuid": str(t(project))},
            lambda project, task, t=target: task.move(destination_stage_uuid=t(project)),
        )


# --- Uploads --------------------------------------------------------------------------------------


def objects(*names):
    return [{"objectUrl": f"{BUCKET}/{name}"} for name in names]


def uploads():
    def upload(name, fields, files, backing_folder=True, **arguments):
        """`files` is what the SDK is given."""

        def gateway(world, dataset):
            try:
                return world.gateway.UploadDataToDataset(
                    dataset_hash=dataset, integration_id=world.integration,
                    timeout=UPLOAD_TIMEOUT, **resolved(world, fields),
                )
            except Refusal as refusal:
                return refusal

        def sdk(world, dataset):
            dataset = world.sdk.get_dataset(dataset)
            job = dataset.add_private_data_to_dataset_start(
                world.integration, files, **resolved(world, arguments)
            )
            return dataset.add_private_data_to_dataset_get_result(job)

        return Case(
            "UploadDataToDataset", name, gateway, sdk,
            frozenset({"dataset_hash", "integration_id", *fields}),
            prepare=lambda world: world.new_dataset(backing_folder=backing_folder),
        )

    def of_urls(name, lists, fields=None, **arguments):
        urls = [each["objectUrl"] for files in lists.values() for each in files]
        return upload(name, {"file_urls": urls, **(fields or {})},
                      {**lists, "skip_duplicate_urls": True}, **arguments)

    for member, extensions in (
        ("images", "jpg jpeg png webp bmp tif tiff avif JPG"),
        ("videos", "mp4 mov webm mkv m4v avi Mov"),
        ("audio", "mp3 wav flac m4a eac3 aac WAV"),
    ):
        for extension in extensions.split():
            yield of_urls(f"URL of {extension}", {member: objects(f"folder/file.{extension}")})
    yield of_urls("URLs of every kind", {
        "images": objects("a.jpg", "b.png?version=2&x=y.mp4"), "videos": objects("c.mp4"),
        "audio": objects("d.mp3", "e.wav"),
    })
    yield of_urls("strange URL", {"images": objects("Gr%C3%BC%C3%9Fe+日本/a&b=c.jpg")})
    for ignore in (True, False):
        yield of_urls(f"ignore_errors {ignore}", {"images": objects("a.jpg")},
                      {"ignore_errors": ignore}, ignore_errors=ignore)
    yield of_urls("a file fails and is left out", {"images": objects("a.jpg", "missing.jpg")},
                  {"ignore_errors": True}, ignore_errors=True)
    yield of_urls("a file fails", {"images": objects("a.jpg", "missing.jpg")})

    def folder(world):
        return world.folders["Store 12"]

    yield of_urls("folder", {"images": objects("a.jpg")}, {"folder_uuid": folder},
                  backing_folder=False, folder=lambda world: world.uuid(folder(world)))

    for name, files in {
        "images": {"images": [{"objectUrl": f"{BUCKET}/a.jpg", "title": "First",
                               "clientMetadata": {"site": "Köln", "run": 7, "ok": True,
                                                  "tags": ["a", None]}}]},
        "image metadata": {"images": [{"objectUrl": f"{BUCKET}/a.jpg", "imageMetadata": {
            "mime_type": "image/jpeg", "file_size": 100000, "width": 640, "height": 480}}]},
        "video metadata": {"videos": [{"objectUrl": f"{BUCKET}/a.mp4", "videoMetadata": {
            "fps": 29.97, "duration": 12.5, "width": 640, "height": 480, "file_size": 1000000,
            "mime_type": "video/mp4"}}]},
        "audio": {"audio": objects("a.mp3")},
        "image group": {"image_groups": [{
            "title": "Pair", "createVideo": False, "objectUrl_0": f"{BUCKET}/p0.jpg",
            "objectUrl_1": f"{BUCKET}/p1.jpg"}]},
        "image sequence": {"image_groups": [{
            "title": "Clip", "createVideo": True, "objectUrl_0": f"{BUCKET}/s0.jpg",
            "objectUrl_1": f"{BUCKET}/s1.jpg"}]},
        "DICOM series": {"dicom_series": [{
            "title": "Scan", "objectUrl_0": f"{BUCKET}/0.dcm", "objectUrl_1": f"{BUCKET}/1.dcm"}]},
        "switches": {"images": objects("a.jpg"), "skip_duplicate_urls": True,
                     "upsert_metadata": True},
        "everything": {
            "images": objects("a.jpg"), "videos": objects("b.mp4"), "audio": objects("c.mp3"),
            "image_groups": [{"title": "G", "objectUrl_0": f"{BUCKET}/g.jpg"}],
            "dicom_series": [{"title": "D", "objectUrl_0": f"{BUCKET}/d.dcm"}],
            "skip_duplicate_urls": False,
        },
    }.items():
        yield upload(f"Encord's JSON, {name}", {"upload_json": files}, files)

    # The SDK takes the seconds that it counts as gone off the time that is left, not off the
    # longest wait.
    for wait, timeout in ((0, 0), (60, 600)):
        yield Case(
            "GetUploadStatus", f"wait {wait}",
            lambda world, upload, w=wait: world.gateway.GetUploadStatus(
                dataset_hash=upload[0], upload_job_uuid=upload[1], wait_seconds=w
            ),
            lambda world, upload, t=timeout: (
                world.sdk.get_dataset(upload[0]).add_private_data_to_dataset_get_result(
                    upload[1], timeout_seconds=t)
            ),
            frozenset({"dataset_hash", "upload_job_uuid", "wait_seconds"}),
            prepare=upload_under_way,
        )


def upload_under_way(world):
    dataset = world.new_dataset()
    job = world.sdk.get_dataset(dataset).add_private_data_to_dataset_start(
        world.integration, {"images": objects("a.jpg")}
    )
    return dataset, job


# --- Exports --------------------------------------------------------------------------------------


def exports():
    def export(name, title, chosen, rpc="ExportLabelsCoco"):
        """`chosen(hashes)` of the project's label rows, or None for all."""

        def hashes(world):
            return {} if chosen is None else {"label_hashes": chosen(
                rows_of(world, title, "label_hash"))}

        return Case(
            "ExportLabelsCoco", f"{title}, {name}",
            lambda world: getattr(world.gateway, rpc)(
                project_hash=world.projects[title], **hashes(world)
            ),
            lambda world: world.project(title).export_coco_labels(**hashes(world)),
            frozenset({"project_hash", *(() if chosen is None else ("label_hashes",))}),
        )

    yield export("one row", ROAD, lambda hashes: hashes[:1])
    yield export("some rows", ROAD, lambda hashes: hashes[:5])
    yield export("all rows", ROAD, None)
    yield export("all rows", RETAIL, None)
    for rpc in ("StreamLabelsCoco", "StreamLabelsCocoJson"):
        yield export(f"one row by {rpc}", ROAD, lambda hashes: hashes[:1], rpc)
        yield export(f"all rows by {rpc}", RETAIL, None, rpc)

    def filtered(field, kind):
        def features(world):
            structure = world.project(ROAD).ontology_structure
            return {field: [feature.feature_node_hash for feature in getattr(structure, kind)[:1]]}

        return Case(
            "ExportLabelsCoco", f"labels of some {kind}",
            lambda world: world.gateway.ExportLabelsCoco(
                project_hash=world.projects[ROAD], **features(world)
            ),
            lambda world: world.project(ROAD).export_coco_labels(**features(world)),
            frozenset({"project_hash", field}),
        )

    yield filtered("include_object_feature_hashes", "objects")
    yield filtered("include_classification_feature_hashes", "classifications")

    def prepare(world):
        project = world.sdk.get_project(
            world.new_project(*(f"{number:03}.jpg" for number in range(MANY)))
        )
        with project.create_bundle() as bundle:
            for row in project.list_label_rows_v2():
                row.initialise_labels(bundle=bundle)
        return project.project_hash, [row.label_hash for row in project.list_label_rows_v2()]

    yield Case(
        "ExportLabelsCoco", "more rows than a bundle holds",
        lambda world, project: world.gateway.ExportLabelsCoco(project_hash=project[0]),
        lambda world, project: world.sdk.get_project(project[0]).export_coco_labels(),
        frozenset({"project_hash"}), prepare=prepare,
        names=lambda project, side: {
            label_hash: "{row of the second bundle}" for label_hash in project[1][FIRST_BUNDLE:]
        },
    )


# --- Bearer tokens --------------------------------------------------------------------------------


def bearers():
    """One call of each family with a token in place of the key."""

    def with_token(action, fields, sdk):
        return Case(
            action, "with a bearer token",
            lambda world: getattr(world.bearer_gateway, action)(**resolved(world, fields)),
            lambda world: sdk(world, world.bearer_sdk), frozenset(fields),
        )

    yield with_token("ListGroups", {}, lambda world, sdk: list(sdk.list_groups()))
    yield with_token(
        "CreateDataset", {"title": "A dataset"},
        lambda world, sdk: sdk.create_dataset("A dataset", StorageLocation.AWS),
    )
    yield with_token(
        "GetDataset", {"dataset_hash": lambda world: world.datasets[DATASETS[0]]},
        lambda world, sdk: sdk.get_dataset(world.datasets[DATASETS[0]]),
    )
    yield with_token(
        "CreateProject", {"title": "A project"},
        lambda world, sdk: sdk.create_project("A project", []),
    )


CASES = [
    case for family in (
        title_lists, datasets, ontologies, projects, users, label_rows, folders, items, moves,
        uploads, exports, bearers,
    ) for case in family()
]
