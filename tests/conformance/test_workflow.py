"""Workflows: stages, tasks by every filter, and everything that can be done to a task."""

from uuid import UUID

import pytest
from encord.exceptions import AuthorisationError, InvalidArgumentsError
from encord.objects import Object, Shape
from encord.utilities.project_user import ProjectUserRole
from encord.workflow import (
    AgentStage, AnnotationStage, AnnotationTaskStatus, ConsensusAnnotationStage,
    ConsensusReviewStage, ConsensusReviewTaskStatus, FinalStage, ReviewStage, ReviewTaskStatus,
)
from encord.workflow.stages.agent import AgentTaskStatus
from encord.workflow.stages.review import LabelReviewStatus

from harness import NOWHERE
from label_ontology import coordinates_of, structure
from models import contains
from sdk_workspace import (
    AGENT, ANNOTATE_REVIEW, CONSENSUS, NEWEST_SDK, RUNS_WITH_PYDANTIC_1, initialised,
)

STAGES = {
    ANNOTATE_REVIEW: [
        ("Annotate 1", AnnotationStage), ("Review 1", ReviewStage), ("Complete", FinalStage),
        ("Archive", FinalStage),
    ],
    AGENT: [
        ("Pre-label", AgentStage), ("Annotate 1", AnnotationStage), ("Review 1", ReviewStage),
        ("Complete", FinalStage), ("Archive", FinalStage),
    ],
    CONSENSUS: [
        ("Consensus 1", ConsensusAnnotationStage), ("Consensus review 1", ConsensusReviewStage),
        ("Complete", FinalStage), ("Archive", FinalStage),
    ],
}


def staffed(workspace, workflow, *titles, ontology=None):
    """A project of images whose users are Ann, Lin, Ravi and Tess in their roles."""
    dataset = workspace.dataset(*((title, "image") for title in titles))
    project = workspace.project(dataset, workflow=workflow, ontology=ontology)
    for person, role in (
        (workspace.ann, ProjectUserRole.ANNOTATOR),
        (workspace.lin, ProjectUserRole.ANNOTATOR_REVIEWER),
        (workspace.ravi, ProjectUserRole.REVIEWER),
        (workspace.tess, ProjectUserRole.TEAM_MANAGER),
    ):
        project.add_users([person.email], role)
    return project


def stage(project, name):
    return project.workflow.get_stage(name=name)


def titles(stage_, **filters):
    return [task.data_title for task in stage_.get_tasks(**filters)]


def only(stage_, **filters):
    (task,) = stage_.get_tasks(**filters)
    return task


def where(project, title):
    """The stages that have a task of this title."""
    return [each.title for each in project.workflow.stages if titles(each, data_title=title)]


@pytest.mark.parametrize("workflow", STAGES)
def test_stages_are_those_of_the_template(workspace, workflow):
    project = workspace.project(workflow=workflow)
    stages = project.workflow.stages
    assert [(each.title, type(each)) for each in stages] == STAGES[workflow]
    assert len({each.uuid for each in stages}) == len(stages)
    for each in stages:
        assert project.workflow.get_stage(uuid=each.uuid).title == each.title


def test_each_project_has_stages_of_its_own(workspace):
    first, second = (
        {each.uuid for each in workspace.project().workflow.stages} for _ in range(2)
    )
    assert first.isdisjoint(second)


# --- Lists of tasks -------------------------------------------------------------------------------

UNITS = ["Crossing 1", "crossing 2", "50%_night", "Straße 😀"]


@pytest.fixture(scope="module")
def crowd(workspace, alice):
    """Tasks of two datasets in the first stage, one of each status."""
    project = staffed(workspace, ANNOTATE_REVIEW, *UNITS)
    second = workspace.dataset(("other dataset", "image"), ("returned", "image"))
    project.add_datasets([second.dataset_hash])
    annotate, review = stage(project, "Annotate 1"), stage(project, "Review 1")
    only(annotate, data_title="crossing 2").assign(workspace.ann.email)
    only(annotate, data_title="50%_night").assign(workspace.lin.email)
    only(annotate, data_title="Straße").assign(workspace.lin.email)
    only(annotate, data_title="Straße").release()
    only(annotate, data_title="returned").submit()
    only(review, data_title="returned").reject()
    return project, annotate, second


STATUS_OF = {
    "Crossing 1": "NEW", "crossing 2": "ASSIGNED", "50%_night": "ASSIGNED",
    "Straße 😀": "RELEASED", "other dataset": "NEW", "returned": "REOPENED",
}


def test_tasks_have_their_status_and_assignee(workspace, crowd):
    tasks = {task.data_title: task for task in crowd[1].get_tasks()}
    assert {title: task.status.value for title, task in tasks.items()} == STATUS_OF
    assignees = {title: task.assignee for title, task in tasks.items() if task.assignee}
    assert assignees == {"crossing 2": workspace.ann.email, "50%_night": workspace.lin.email}
    assert {task.label_branch_name for task in tasks.values()} == {"main"}
    assert all(task.created_at <= task.updated_at for task in tasks.values())


KNOWN_STATUSES = [each for each in AnnotationTaskStatus if not each.value.startswith("_")]


@pytest.mark.parametrize("statuses", [
    *KNOWN_STATUSES,
    [AnnotationTaskStatus.NEW, AnnotationTaskStatus.REOPENED],
    list(KNOWN_STATUSES),
], ids=str)
def test_tasks_are_found_by_status(crowd, statuses):
    values = {each.value for each in (statuses if isinstance(statuses, list) else [statuses])}
    wanted = [title for title, status in STATUS_OF.items() if status in values]
    assert titles(crowd[1], status=statuses) == wanted


@pytest.mark.parametrize("people, wanted", [
    (["ann"], ["crossing 2"]), (["lin"], ["50%_night"]), (["ann", "lin"], ["crossing 2", "50%_night"]),
    (["ravi"], []), (["bob"], []),
])
def test_tasks_are_found_by_assignee(workspace, crowd, people, wanted):
    emails = [getattr(workspace, name).email for name in people]
    assert titles(crowd[1], assignee=emails) == wanted
    if len(emails) == 1:
        assert titles(crowd[1], assignee=emails[0]) == wanted


@pytest.mark.parametrize("part", ["crossing", "CROSS", "50%", "_", "ß", "😀", "e", "none"])
def test_tasks_are_found_by_title(crowd, part):
    assert titles(crowd[1], data_title=part) == [title for title in STATUS_OF if contains(part, title)]


@pytest.mark.parametrize("form", [str, UUID])
def test_tasks_are_found_by_data_hash(crowd, form):
    project, annotate, _ = crowd
    hashes = {row.data_title: form(row.data_hash) for row in project.list_label_rows_v2()}
    assert titles(annotate, data_hash=hashes["crossing 2"]) == ["crossing 2"]
    assert titles(annotate, data_hash=[hashes["returned"], hashes["Crossing 1"]]) == [
        "Crossing 1", "returned"
    ]
    assert titles(annotate, data_hash=form(NOWHERE)) == []


def test_tasks_are_found_by_dataset(crowd):
    project, annotate, second = crowd
    assert titles(annotate, dataset_hash=second.dataset_hash) == ["other dataset", "returned"]
    both = [dataset.dataset_hash for dataset in project.list_datasets()]
    assert titles(annotate, dataset_hash=both) == list(STATUS_OF)
    assert titles(annotate, dataset_hash=NOWHERE) == []


def test_filters_of_tasks_are_joined_by_and(workspace, crowd):
    assert titles(
        crowd[1], data_title="crossing", status=AnnotationTaskStatus.ASSIGNED,
        assignee=workspace.ann.email,
    ) == ["crossing 2"]


def test_tasks_are_listed_on_many_pages(tmp_path):
    import contextlib

    from sdk_workspace import SdkWorkspace

    with contextlib.ExitStack() as stack:
        workspace = SdkWorkspace(stack, tmp_path, "--page_size=2")
        names = [f"unit {i}" for i in range(5)]
        project = workspace.project(workspace.dataset(*((name, "image") for name in names)))
        workspace.sandbox.forget()
        assert titles(stage(project, "Annotate 1")) == names
        assert len(workspace.sandbox.requests()) == 3


def test_a_strangers_stage_is_not_listed(workspace, crowd):
    with pytest.raises(AuthorisationError):
        workspace.bob.client.get_project(crowd[0].project_hash)


# --- Annotation and review ------------------------------------------------------------------------


@pytest.fixture
def one(workspace):
    """A project of one task."""
    title = workspace.name("task")
    return staffed(workspace, ANNOTATE_REVIEW, title), title


def test_a_task_goes_all_the_way(one):
    project, title = one
    only(stage(project, "Annotate 1")).submit()
    assert where(project, title) == ["Review 1"]
    assert only(stage(project, "Review 1")).status == ReviewTaskStatus.NEW
    only(stage(project, "Review 1")).approve()
    assert where(project, title) == ["Complete"]


def test_a_rejected_task_comes_back(one):
    project, title = one
    before = only(stage(project, "Annotate 1")).uuid
    only(stage(project, "Annotate 1")).submit()
    only(stage(project, "Review 1")).reject()
    task = only(stage(project, "Annotate 1"))
    assert (task.uuid, task.status) == (before, AnnotationTaskStatus.REOPENED)
    assert where(project, title) == ["Annotate 1"]


@pytest.mark.parametrize("retain", [False, True])
def test_a_submitted_task_keeps_its_assignee_on_demand(workspace, one, retain):
    project, _ = one
    task = only(stage(project, "Annotate 1"))
    task.assign(workspace.lin.email)
    task.submit(retain_assignee=retain)
    assert only(stage(project, "Review 1")).assignee == (workspace.lin.email if retain else None)


def test_nobody_cannot_be_retained(one):
    with pytest.raises(InvalidArgumentsError):
        only(stage(one[0], "Annotate 1")).submit(retain_assignee=True)


def test_a_task_is_handed_on_to_somebody(workspace, one):
    project, _ = one
    only(stage(project, "Annotate 1")).submit(assignee=workspace.ravi.email)
    task = only(stage(project, "Review 1"))
    assert (task.assignee, task.status) == (workspace.ravi.email, ReviewTaskStatus.ASSIGNED)
    task.reject(assignee=workspace.ann.email)
    assert only(stage(project, "Annotate 1")).assignee == workspace.ann.email


@pytest.mark.parametrize("name", ["Annotate 1", "Review 1"])
def test_tasks_are_assigned_and_released(workspace, one, name):
    project, _ = one
    if name == "Review 1":
        only(stage(project, "Annotate 1")).submit()
    only(stage(project, name)).assign(workspace.lin.email)
    task = only(stage(project, name))
    assert (task.assignee, task.status.value) == (workspace.lin.email, "ASSIGNED")
    task.release()
    task = only(stage(project, name))
    assert (task.assignee, task.status.value) == (None, "RELEASED")


@pytest.mark.parametrize("origin, moves", [
    ("Annotate 1", ["Review 1", "Complete", "Archive", "Annotate 1"]),
    ("Annotate 1", ["Archive", "Review 1", "Annotate 1"]),
])
def test_tasks_are_moved_anywhere(one, origin, moves):
    project, title = one
    for destination in moves:
        only(stage(project, origin)).move(destination_stage_uuid=stage(project, destination).uuid)
        assert where(project, title) == [destination]
        origin = destination


def test_a_task_cannot_be_moved_where_it_is(one):
    project, _ = one
    annotate = stage(project, "Annotate 1")
    with pytest.raises(InvalidArgumentsError):
        only(annotate).move(destination_stage_uuid=annotate.uuid)


def test_what_was_done_cannot_be_done_again(one):
    """The task that the caller holds is no longer in its stage."""
    project, title = one
    task = only(stage(project, "Annotate 1"))
    task.submit()
    with pytest.raises(InvalidArgumentsError):
        task.submit()
    with pytest.raises(InvalidArgumentsError):
        task.move(destination_stage_uuid=stage(project, "Archive").uuid)
    assert where(project, title) == ["Review 1"]


def test_actions_are_sent_in_bundles(workspace):
    names = [workspace.name("bundled") for _ in range(5)]
    project = staffed(workspace, ANNOTATE_REVIEW, *names)
    workspace.sandbox.forget()
    with project.create_bundle() as bundle:
        for task in stage(project, "Annotate 1").get_tasks():
            task.submit(bundle=bundle)
    assert len(workspace.sandbox.changes()) == 1
    assert titles(stage(project, "Review 1")) == names
    workspace.sandbox.forget()
    archive = stage(project, "Archive").uuid
    with project.create_bundle(bundle_size=2) as bundle:
        for task in stage(project, "Review 1").get_tasks():
            task.move(destination_stage_uuid=archive, bundle=bundle)
    assert len(workspace.sandbox.changes()) == 3
    assert titles(stage(project, "Archive")) == names


def test_a_bundle_is_done_as_a_whole_or_not_at_all(workspace):
    names = [workspace.name("whole") for _ in range(2)]
    project = staffed(workspace, ANNOTATE_REVIEW, *names)
    first, second = stage(project, "Annotate 1").get_tasks()
    second.submit()
    with pytest.raises(InvalidArgumentsError):
        with project.create_bundle() as bundle:
            first.submit(bundle=bundle)
            second.submit(bundle=bundle)
    assert titles(stage(project, "Annotate 1")) == [names[0]]


# --- Who may what ---------------------------------------------------------------------------------


def as_(person, project):
    return person.client.get_project(project.project_hash)


@pytest.mark.parametrize("name, role_may", [
    ("ann", {"submit"}), ("lin", {"submit", "approve"}), ("ravi", {"approve"}),
    ("tess", {"submit", "approve", "move"}),
])
@pytest.mark.parametrize("action", ["submit", "approve", "move"])
def test_roles_may_do_their_part(workspace, alice, one, name, role_may, action):
    project, title = one
    # Only who may see an ontology can load a project that has it with the SDK.
    mine = workspace_project_for(workspace, getattr(workspace, name), project)
    if action == "approve":
        only(stage(project, "Annotate 1")).submit()
    name_of_stage = "Review 1" if action == "approve" else "Annotate 1"
    task = only(mine.get_stage(name=name_of_stage))
    before = where(project, title)
    arguments = (
        {"destination_stage_uuid": stage(project, "Archive").uuid} if action == "move" else {}
    )
    if action in role_may:
        getattr(task, action)(**arguments)
        assert where(project, title) != before
    else:
        with pytest.raises(AuthorisationError):
            getattr(task, action)(**arguments)
        assert where(project, title) == before


def workspace_project_for(workspace, person, project):
    """The project's workflow as this person sees it."""
    from encord.orm.project import ProjectDTO
    from encord.workflow import Workflow

    api = person.client._api_client
    dto = api.get(f"projects/{project.project_hash}", params=None, result_type=ProjectDTO)
    return Workflow(api, dto.project_hash, dto.workflow)


if NEWEST_SDK:

    @pytest.mark.parametrize("name", ["Annotate 1", "Review 1"])
    def test_viewers_only_look(workspace, one, name):
        project, title = one
        project.add_users([workspace.vera.email], ProjectUserRole.VIEWER)
        if name == "Review 1":
            only(stage(project, "Annotate 1")).submit()
        task = only(workspace_project_for(workspace, workspace.vera, project).get_stage(name=name))
        assert task.data_title == title
        for act in (task.approve if name == "Review 1" else task.submit, task.release):
            with pytest.raises(AuthorisationError):
                act()
        with pytest.raises(InvalidArgumentsError):
            only(stage(project, name)).assign(workspace.vera.email)
        assert where(project, title) == [name]


def test_a_task_of_somebody_else_is_left_alone(workspace, one):
    project, title = one
    only(stage(project, "Annotate 1")).assign(workspace.lin.email)
    mine = workspace_project_for(workspace, workspace.ann, project)
    with pytest.raises(AuthorisationError):
        only(mine.get_stage(name="Annotate 1")).submit()
    assert where(project, title) == ["Annotate 1"]


def test_a_task_is_assigned_to_users_of_the_project_only(workspace, one):
    task = only(stage(one[0], "Annotate 1"))
    with pytest.raises(InvalidArgumentsError):
        task.assign(workspace.bob.email)
    with pytest.raises(InvalidArgumentsError):
        task.assign(workspace.ravi.email)


# --- Label reviews --------------------------------------------------------------------------------


@pytest.fixture
def reviewed(workspace, alice):
    """A project whose one task is in review, with two points; and their object hashes."""
    title = workspace.name("reviewed")
    ontology = alice.create_ontology(workspace.name("Reviews"), "", structure())
    project = staffed(workspace, ANNOTATE_REVIEW, title, ontology=ontology)
    row = initialised(project, title)
    point = project.ontology_structure.get_child_by_title("point", type_=Object)
    hashes = []
    for _ in range(2):
        instance = point.create_instance()
        instance.set_for_frames(coordinates_of("point", 1, 1))
        row.add_object_instance(instance)
        hashes.append(instance.object_hash)
    row.save()
    only(stage(project, "Annotate 1")).submit()
    return project, hashes


def reviews(project):
    return {each.label_id: each for each in only(stage(project, "Review 1")).get_label_reviews()}


def test_each_label_has_a_review(reviewed):
    project, hashes = reviewed
    assert list(reviews(project)) == hashes
    for each in reviews(project).values():
        assert (each.status, each.label_type) == (LabelReviewStatus.NEW, "Object")


@pytest.mark.parametrize("act, status", [
    (lambda review: review.approve(), LabelReviewStatus.APPROVED),
    (lambda review: review.reject(), LabelReviewStatus.REJECTED),
    (lambda review: review.reject(comment="too small"), LabelReviewStatus.REJECTED),
    (lambda review: review.reopen(), LabelReviewStatus.REOPENED),
], ids=["approve", "reject", "reject-with-comment", "reopen"])
def test_a_label_is_reviewed(reviewed, act, status):
    project, hashes = reviewed
    act(reviews(project)[hashes[0]])
    after = reviews(project)
    assert [after[each].status for each in hashes] == [status, LabelReviewStatus.NEW]


def test_label_reviews_are_sent_in_bundles(workspace, reviewed):
    project, hashes = reviewed
    pending = reviews(project)
    workspace.sandbox.forget()
    with project.create_bundle() as bundle:
        for each in pending.values():
            each.approve(bundle=bundle)
    assert len(workspace.sandbox.changes()) == 1
    assert {each.status for each in reviews(project).values()} == {LabelReviewStatus.APPROVED}


def test_a_rejected_label_is_resolved_by_submitting_again(reviewed):
    project, hashes = reviewed
    reviews(project)[hashes[0]].reject()
    only(stage(project, "Review 1")).reject()
    only(stage(project, "Annotate 1")).submit()
    assert {each.status for each in reviews(project).values()} == {LabelReviewStatus.RESOLVED}


def test_only_reviewers_review_labels(workspace, reviewed):
    project, hashes = reviewed
    mine = workspace_project_for(workspace, workspace.ann, project)
    (review, *_) = only(mine.get_stage(name="Review 1")).get_label_reviews()
    with pytest.raises(AuthorisationError):
        review.approve()
    theirs = workspace_project_for(workspace, workspace.ravi, project)
    (review, *_) = only(theirs.get_stage(name="Review 1")).get_label_reviews()
    review.approve()
    assert reviews(project)[hashes[0]].status == LabelReviewStatus.APPROVED


# --- Agents ---------------------------------------------------------------------------------------


@pytest.fixture
def agent(workspace):
    title = workspace.name("agent task")
    return staffed(workspace, AGENT, title), title


PATHWAYS = {"annotate": "Annotate 1", "review": "Review 1", "archive": "Archive"}


def test_pathways_lead_to_their_stages(agent):
    project, _ = agent
    uuids = {each.title: each.uuid for each in project.workflow.stages}
    found = {each.name: each.destination_uuid for each in stage(project, "Pre-label").pathways}
    assert found == {name: uuids[title] for name, title in PATHWAYS.items()}


# With pydantic 1 the SDK itself refuses the text.
PATHWAY_BY = ["name", "uuid"] if RUNS_WITH_PYDANTIC_1 else ["name", "uuid", "uuid as text"]


@pytest.mark.parametrize("name", PATHWAYS)
@pytest.mark.parametrize("by", PATHWAY_BY)
def test_an_agent_sends_tasks_along_a_pathway(agent, name, by):
    project, title = agent
    pre_label = stage(project, "Pre-label")
    pathway = next(each for each in pre_label.pathways if each.name == name)
    arguments = {
        "name": {"pathway_name": name},
        "uuid": {"pathway_uuid": pathway.uuid},
        "uuid as text": {"pathway_uuid": str(pathway.uuid)},
    }[by]
    task = only(pre_label)
    assert (task.status, task.last_actioned_by) == (AgentTaskStatus.NEW, None)
    task.proceed(**arguments)
    assert where(project, title) == [PATHWAYS[name]]


@pytest.mark.parametrize("arguments", [
    {"pathway_name": "nowhere"}, {"pathway_uuid": UUID(NOWHERE)},
    {"pathway_name": "annotate", "pathway_uuid": UUID(NOWHERE)},
], ids=["name", "uuid", "both"])
def test_an_unknown_pathway_is_refused(agent, arguments):
    project, title = agent
    with pytest.raises(InvalidArgumentsError):
        only(stage(project, "Pre-label")).proceed(**arguments)
    assert where(project, title) == ["Pre-label"]


def test_an_agents_task_is_moved(agent):
    project, title = agent
    only(stage(project, "Pre-label")).move(destination_stage_uuid=stage(project, "Complete").uuid)
    assert where(project, title) == ["Complete"]


@pytest.mark.parametrize(
    "status", [each for each in AgentTaskStatus if not each.value.startswith("_")]
)
def test_agent_tasks_are_found_by_status(agent, status):
    project, title = agent
    wanted = [title] if status == AgentTaskStatus.NEW else []
    assert titles(stage(project, "Pre-label"), status=status) == wanted


def test_agent_tasks_are_found_by_everything_else(workspace, agent):
    project, title = agent
    pre_label = stage(project, "Pre-label")
    (row,) = project.list_label_rows_v2()
    assert titles(pre_label, data_hash=row.data_hash, dataset_hash=row.dataset_hash) == [title]
    assert titles(pre_label, data_title="agent") == [title]
    assert titles(pre_label, assignee=workspace.ann.email) == []


# --- Consensus ------------------------------------------------------------------------------------


@pytest.fixture
def consensus(workspace):
    title = workspace.name("consensus task")
    return staffed(workspace, CONSENSUS, title), title


def subtasks(project):
    return only(stage(project, "Consensus 1")).subtasks


def submit_all(workspace, project):
    for person, subtask in zip((workspace.ann, workspace.lin, workspace.alice), subtasks(project)):
        subtask.assign(person.email)
        subtask.submit()


def test_a_consensus_has_a_subtask_for_each_annotator(consensus):
    parts = subtasks(consensus[0])
    assert [part.label_branch_name for part in parts] == [f"consensus-{i}" for i in (1, 2, 3)]
    assert {part.status for part in parts} == {AnnotationTaskStatus.NEW}
    assert len({part.uuid for part in parts}) == 3


def test_the_last_submission_sends_the_task_to_review(workspace, consensus):
    project, title = consensus
    first, second, third = subtasks(project)
    first.submit()
    second.submit()
    assert where(project, title) == ["Consensus 1"]
    assert [part.status.value for part in subtasks(project)] == ["COMPLETED", "COMPLETED", "NEW"]
    third.submit()
    assert where(project, title) == ["Consensus review 1"]


def test_the_review_has_everybodys_labels_to_choose_from(workspace, consensus):
    project, title = consensus
    row = initialised(project, title, branch="consensus-2")
    submit_all(workspace, project)
    task = only(stage(project, "Consensus review 1"))
    assert task.status == ConsensusReviewTaskStatus.NEW
    people = [workspace.ann.email, workspace.lin.email, workspace.alice.email]
    assert [each.annotator for each in task.options] == people
    assert [each.label_branch_name for each in task.options] == [
        f"consensus-{i}" for i in (1, 2, 3)
    ]
    assert [each.label_hash and str(each.label_hash) for each in task.options] == [
        None, row.label_hash, None
    ]


def test_a_consensus_is_approved(workspace, consensus):
    project, title = consensus
    submit_all(workspace, project)
    only(stage(project, "Consensus review 1")).approve()
    assert where(project, title) == ["Complete"]


def test_a_rejected_consensus_goes_back_to_its_annotators(workspace, consensus):
    project, title = consensus
    submit_all(workspace, project)
    only(stage(project, "Consensus review 1")).reject()
    assert where(project, title) == ["Consensus 1"]
    assert [part.assignee for part in subtasks(project)] == [
        workspace.ann.email, workspace.lin.email, workspace.alice.email
    ]
    assert {part.status for part in subtasks(project)} == {AnnotationTaskStatus.REOPENED}


def test_subtasks_are_assigned_and_released(workspace, consensus):
    project, _ = consensus
    subtasks(project)[1].assign(workspace.ann.email)
    assert [part.assignee for part in subtasks(project)] == [None, workspace.ann.email, None]
    assert titles(stage(project, "Consensus 1"), assignee=workspace.ann.email)
    assert not titles(stage(project, "Consensus 1"), assignee=workspace.lin.email)
    subtasks(project)[1].release()
    assert [part.assignee for part in subtasks(project)] == [None] * 3


def test_a_consensus_review_is_assigned_and_released(workspace, consensus):
    project, _ = consensus
    submit_all(workspace, project)
    review = stage(project, "Consensus review 1")
    only(review).assign(workspace.ravi.email)
    assert only(review).status == ConsensusReviewTaskStatus.ASSIGNED
    assert titles(review, assignee=workspace.ravi.email)
    assert titles(review, status=ConsensusReviewTaskStatus.NEW) == []
    only(review).release()
    assert only(review).assignee is None


def test_a_consensus_is_moved_as_a_whole(workspace, consensus):
    project, title = consensus
    only(stage(project, "Consensus 1")).move(destination_stage_uuid=stage(project, "Archive").uuid)
    assert where(project, title) == ["Archive"]
    only(stage(project, "Archive")).move(destination_stage_uuid=stage(project, "Consensus 1").uuid)
    assert {part.status for part in subtasks(project)} == {AnnotationTaskStatus.NEW}
    with pytest.raises(InvalidArgumentsError):
        subtasks(project)[0].move(destination_stage_uuid=stage(project, "Archive").uuid)


def test_annotators_label_on_branches_of_their_own(workspace, alice):
    title = workspace.name("branches")
    ontology = alice.create_ontology(workspace.name("Consensus"), "", structure())
    project = staffed(workspace, CONSENSUS, title, ontology=ontology)
    point = project.ontology_structure.get_child_by_title("point", type_=Object)
    for part, count in zip(subtasks(project), (1, 2, 3)):
        row = initialised(project, title, branch=part.label_branch_name)
        for _ in range(count):
            instance = point.create_instance()
            instance.set_for_frames(coordinates_of("point", 1, 1))
            row.add_object_instance(instance)
        row.save()
    counts = {}
    for row in project.list_label_rows_v2(include_all_label_branches=True):
        row.initialise_labels()
        counts[row.branch_name] = len(row.get_object_instances())
    assert counts == {"main": 0, "consensus-1": 1, "consensus-2": 2, "consensus-3": 3}


@pytest.mark.parametrize("name, statuses", [
    ("Review 1", ReviewTaskStatus), ("Consensus review 1", ConsensusReviewTaskStatus),
])
def test_review_tasks_are_found_by_status(workspace, name, statuses):
    workflow = ANNOTATE_REVIEW if name == "Review 1" else CONSENSUS
    title = workspace.name("status")
    project = staffed(workspace, workflow, title)
    if workflow == CONSENSUS:
        submit_all(workspace, project)
    else:
        only(stage(project, "Annotate 1")).submit()
    for status in statuses:
        if status.value.startswith("_"):
            continue
        wanted = [title] if status.value == "NEW" else []
        assert titles(stage(project, name), status=status) == wanted, status
