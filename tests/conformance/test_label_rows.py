"""The list of a project's label rows, by every filter that the SDK has for it."""

import dataclasses
import datetime
import itertools

import pytest
from encord.exceptions import InvalidArgumentsError
from encord.objects import LabelRowV2
from encord.orm.label_row import AnnotationTaskStatus, LabelStatus, ShadowDataState
from encord.workflow import AnnotationStage, ReviewStage

from models import like, utc
from sdk_workspace import CONSENSUS, NEWEST_SDK, label_rows

# Titles, and how far each data unit has come.
UNITS = {
    "Crossing 1": "new",
    "crossing 2": "assigned",
    "Cross_ing 3": "in review",
    "Straße 100%": "returned",
    "night 😀": "complete",
    "untouched": "unopened",
    "skipped ahead": "archived",
}


@dataclasses.dataclass
class Unit:
    title: str
    state: str
    data_hash: str
    label_hash: str
    edited_at: datetime.datetime


@pytest.fixture(scope="module")
def project(workspace):
    dataset = workspace.dataset(*((title, "image") for title in UNITS))
    project = workspace.project(dataset)
    annotate = project.workflow.get_stage(name="Annotate 1", type_=AnnotationStage)
    review = project.workflow.get_stage(name="Review 1", type_=ReviewStage)
    archive = project.workflow.get_stage(name="Archive")

    def task(stage, title):
        (found,) = stage.get_tasks(data_title=title)
        return found

    for title, state in UNITS.items():
        if state == "unopened":
            continue
        row = label_rows(project)[title]
        row.initialise_labels()
        row.save()
        if state == "assigned":
            task(annotate, title).assign(workspace.alice.email)
        if state in ("in review", "returned", "complete"):
            task(annotate, title).submit()
        if state == "returned":
            task(review, title).reject()
        if state == "complete":
            task(review, title).approve()
        if state == "archived":
            task(annotate, title).move(destination_stage_uuid=archive.uuid)
    return project


@pytest.fixture(scope="module")
def units(project):
    return [
        Unit(
            row.data_title, UNITS[row.data_title], row.data_hash, row.label_hash,
            utc(row.last_edited_at) if row.last_edited_at else None,
        )
        for row in project.list_label_rows_v2()
    ]


def found(project, **filters):
    return [row.data_title for row in project.list_label_rows_v2(**filters)]


STAGE_OF = {
    "new": "Annotate 1", "assigned": "Annotate 1", "returned": "Annotate 1",
    "unopened": "Annotate 1", "in review": "Review 1", "complete": "Complete",
    "archived": "Archive",
}
TASK_STATUS_OF = {
    "new": "QUEUED", "unopened": "QUEUED", "assigned": "ASSIGNED", "returned": "RETURNED",
    "in review": "IN_REVIEW", "complete": "COMPLETED", "archived": "COMPLETED",
}


def test_every_data_unit_is_listed_in_its_order(project):
    assert found(project) == list(UNITS)


def test_rows_tell_where_their_task_is(project, units):
    for row in project.list_label_rows_v2():
        state = UNITS[row.data_title]
        assert row.workflow_graph_node.title == STAGE_OF[state]
        assert (row.label_hash is None) == (state == "unopened")
        assert row.branch_name == "main"
        assert row.is_valid and not row.is_shadow_data
        assert row.priority == 0.5


def test_rows_tell_who_has_their_task(workspace, project):
    rows = label_rows(project)
    assert rows["crossing 2"].assigned_user_email == workspace.alice.email
    assert rows["Crossing 1"].assigned_user_email is None
    assert rows["night 😀"].last_actioned_by_user_email == workspace.alice.email
    assert rows["untouched"].last_actioned_by_user_email is None


def test_rows_without_node_are_listed_on_demand(project):
    rows = project.list_label_rows_v2(include_workflow_graph_node=False)
    assert [row.workflow_graph_node for row in rows] == [None] * len(UNITS)


COMBINATIONS = [
    list(statuses)
    for count in (1, 2)
    for statuses in itertools.combinations(AnnotationTaskStatus, count)
    if all(status.name in TASK_STATUS_OF.values() for status in statuses)
]


@pytest.mark.parametrize(
    "statuses", COMBINATIONS, ids=lambda statuses: "+".join(each.name for each in statuses)
)
def test_rows_are_found_by_task_status(project, units, statuses):
    names = {status.name for status in statuses}
    wanted = [unit.title for unit in units if TASK_STATUS_OF[unit.state] in names]
    assert found(project, label_statuses=statuses) == wanted


def test_no_status_finds_none(project):
    assert found(project, label_statuses=[]) == []


@pytest.mark.parametrize("title", [*UNITS, "none", "crossing 1"])
def test_rows_are_found_by_exact_title(project, title):
    assert found(project, data_title_eq=title) == ([title] if title in UNITS else [])


@pytest.mark.parametrize("pattern", [
    "%", "cross%", "%crossing%", "Cross_ing%", "%100%", "%ß%", "%😀", "_ntouched", "Crossing", "",
])
def test_rows_are_found_by_title_pattern(project, units, pattern):
    wanted = [unit.title for unit in units if like(pattern, unit.title)]
    assert found(project, data_title_like=pattern) == wanted


@pytest.mark.parametrize("title", ["Annotate 1", "Review 1", "Complete", "Archive", "annotate 1"])
def test_rows_are_found_by_stage(project, units, title):
    wanted = [unit.title for unit in units if STAGE_OF[unit.state] == title]
    assert found(project, workflow_graph_node_title_eq=title) == wanted


@pytest.mark.parametrize("pattern", ["%1", "annotate%", "A%", "Review", "%", "%x%"])
def test_rows_are_found_by_stage_pattern(project, units, pattern):
    wanted = [unit.title for unit in units if like(pattern, STAGE_OF[unit.state])]
    assert found(project, workflow_graph_node_title_like=pattern) == wanted


@pytest.mark.parametrize("count", [0, 1, 3, len(UNITS)])
def test_rows_are_found_by_data_hash(project, units, count):
    wanted = units[:count]
    assert found(project, data_hashes=[unit.data_hash for unit in reversed(wanted)]) == [
        unit.title for unit in wanted
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_rows_are_found_by_label_hash(project, units, count):
    wanted = [unit for unit in units if unit.label_hash][:count]
    hashes = [unit.label_hash for unit in wanted]
    assert found(project, label_hashes=hashes) == [unit.title for unit in wanted]


def test_unknown_hashes_find_nothing(project):
    from harness import NOWHERE

    assert found(project, data_hashes=[NOWHERE]) == found(project, label_hashes=[NOWHERE]) == []


@pytest.mark.parametrize("name, keeps", [
    ("edited_before", lambda edited, moment: edited < moment),
    ("edited_after", lambda edited, moment: edited > moment),
])
@pytest.mark.parametrize("spelling", [
    lambda moment: moment,
    lambda moment: moment.isoformat(),
    lambda moment: moment.astimezone(datetime.timezone(datetime.timedelta(hours=-3))),
], ids=["UTC", "text", "another-zone"])
def test_rows_are_found_by_date(project, units, name, keeps, spelling):
    edited = sorted(unit.edited_at for unit in units if unit.edited_at)
    moment = edited[len(edited) // 2]
    wanted = [
        unit.title for unit in units if unit.edited_at and keeps(unit.edited_at, moment)
    ]
    assert found(project, **{name: spelling(moment)}) == wanted


@pytest.mark.parametrize("state, all_of_them", [
    (ShadowDataState.ALL_DATA, True), (ShadowDataState.NOT_SHADOW_DATA, True),
    (ShadowDataState.SHADOW_DATA, False),
])
def test_shadow_data_are_those_of_benchmarks(project, state, all_of_them):
    assert found(project, shadow_data_state=state) == (list(UNITS) if all_of_them else [])


def test_filters_are_joined_by_and(project):
    assert found(
        project, data_title_like="%cross%", workflow_graph_node_title_eq="Annotate 1",
        label_statuses=[AnnotationTaskStatus.ASSIGNED],
    ) == ["crossing 2"]


def test_the_old_list_has_initialised_rows_only(project, units):
    rows = project.list_label_rows()
    assert [row.data_title for row in rows] == [unit.title for unit in units if unit.label_hash]
    statuses = {row.data_title: row.annotation_task_status.name for row in rows}
    assert statuses == {
        unit.title: TASK_STATUS_OF[unit.state] for unit in units if unit.label_hash
    }


@pytest.mark.parametrize("title, status", [
    ("Crossing 1", LabelStatus.LABEL_IN_PROGRESS),
    ("Cross_ing 3", LabelStatus.LABELLED),
    ("Straße 100%", LabelStatus.LABEL_IN_PROGRESS),
    ("night 😀", LabelStatus.REVIEWED),
])
def test_the_old_list_tells_label_statuses(project, title, status):
    rows = {row.data_title: row for row in project.list_label_rows()}
    assert rows[title].label_status == status


def test_client_metadata_is_listed_on_demand(workspace, alice):
    dataset = workspace.dataset((workspace.name("with metadata"), "image"))
    project = workspace.project(dataset)
    (row,) = dataset.data_rows
    alice.get_storage_item(row.backing_item_uuid).update(client_metadata={"a": [1, {"b": None}]})
    (with_metadata,) = project.list_label_rows_v2(include_client_metadata=True)
    assert with_metadata.client_metadata == {"a": [1, {"b": None}]}
    (without,) = project.list_label_rows_v2()
    assert without.client_metadata is None


def test_a_row_leads_to_its_storage_item(project):
    row = label_rows(project)["Crossing 1"]
    item = row.get_storage_item()
    assert (item.uuid, item.name) == (row.backing_item_uuid, "Crossing 1")


def test_a_row_leads_to_its_task(project, units):
    rows = label_rows(project)
    stages = {stage.title: stage for stage in project.workflow.stages}
    for title, row in rows.items():
        (task,) = stages[STAGE_OF[UNITS[title]]].get_tasks(data_hash=row.data_hash)
        assert task.uuid == row.task_uuid


# --- Branches -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def branches(workspace):
    """A consensus project of one unit: main and three branches of annotators."""
    return workspace.project(workspace.dataset(("shared", "image")), workflow=CONSENSUS)


def test_main_is_listed_by_default(branches):
    assert [row.branch_name for row in branches.list_label_rows_v2()] == ["main"]


def test_all_branches_are_listed_on_demand(branches):
    rows = branches.list_label_rows_v2(include_all_label_branches=True)
    assert [row.branch_name for row in rows] == [
        "main", "consensus-1", "consensus-2", "consensus-3"
    ]
    if NEWEST_SDK:
        assert list(branches.list_branches()) == [row.branch_name for row in rows]


@pytest.mark.parametrize("name", ["main", "consensus-2", "my own"])
def test_one_branch_is_listed_by_name(branches, name):
    (row,) = branches.list_label_rows_v2(branch_name=name)
    assert (row.branch_name, row.data_title) == (name, "shared")


def test_one_branch_and_all_exclude_each_other(branches):
    with pytest.raises(InvalidArgumentsError):
        branches.list_label_rows_v2(branch_name="main", include_all_label_branches=True)


def test_branches_have_rows_of_their_own(branches):
    hashes = set()
    for row in branches.list_label_rows_v2(include_all_label_branches=True):
        assert isinstance(row, LabelRowV2)
        row.initialise_labels()
        hashes.add(row.label_hash)
    assert len(hashes) == 4


# --- Priorities, reopening, completing ------------------------------------------------------------


@pytest.fixture
def fresh(workspace):
    """A project of three units that a test may change."""
    titles = [workspace.name("fresh") for _ in range(3)]
    return workspace.project(workspace.dataset(*((title, "image") for title in titles)))


@pytest.mark.parametrize("priority", [0.0, 0.25, 1.0])
def test_a_row_gets_a_priority(fresh, priority):
    fresh.list_label_rows_v2()[0].set_priority(priority)
    assert [row.priority for row in fresh.list_label_rows_v2()] == [priority, 0.5, 0.5]


def test_rows_get_priorities_in_a_bundle(workspace, fresh):
    rows = fresh.list_label_rows_v2()
    workspace.sandbox.forget()
    with fresh.create_bundle() as bundle:
        for number, row in enumerate(rows):
            row.set_priority(number / 4, bundle=bundle)
    assert len(workspace.sandbox.changes()) == 1
    assert [row.priority for row in fresh.list_label_rows_v2()] == [0.0, 0.25, 0.5]


@pytest.mark.parametrize("priority", [-0.1, 1.5])
def test_a_priority_is_between_0_and_1(fresh, priority):
    with pytest.raises(InvalidArgumentsError):
        fresh.list_label_rows_v2()[0].set_priority(priority)


def nodes(project):
    return [row.workflow_graph_node.title for row in project.list_label_rows_v2()]


def test_rows_are_completed_and_reopened(fresh):
    for row in fresh.list_label_rows_v2()[:2]:
        row.initialise_labels()
        row.workflow_complete()
    assert nodes(fresh) == ["Complete", "Complete", "Annotate 1"]
    with fresh.create_bundle() as bundle:
        for row in fresh.list_label_rows_v2():
            row.workflow_reopen(bundle=bundle)
    assert nodes(fresh) == ["Annotate 1"] * 3
    assert [row.label_hash is None for row in fresh.list_label_rows_v2()] == [False, False, True]
