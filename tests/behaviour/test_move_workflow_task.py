"""MoveWorkflowTask, for every kind of stage."""

import pytest
from grpc import StatusCode

from harness import NOWHERE, refused, wait_until

REVIEW = ("approve", "reject")


class Task:
    """The task of one data unit, moved and watched through the gateway alone."""

    def __init__(self, workspace, project_hash, data_hash):
        self._gateway = workspace.gateway
        self.project_hash = project_hash
        self.data_hash = data_hash

    @property
    def stage(self):
        [row] = self._gateway.ListLabelRows(
            project_hash=self.project_hash, filter={"data_hashes": [self.data_hash]}
        ).label_rows
        stages = self._gateway.GetWorkflowStages(project_hash=self.project_hash).stages
        return next(stage for stage in stages if stage.uuid == row.workflow_stage_uuid)

    def arguments(self, **how):
        return {"project_hash": self.project_hash, "data_hash": self.data_hash,
                "stage_uuid": self.stage.uuid, **how}

    def move(self, **how):
        """Moves the task from the stage that it is in, and returns where it is then."""
        response = self._gateway.MoveWorkflowTask(**self.arguments(**how))
        assert response.status == "success"
        assert response.task_uuid
        return self.stage


@pytest.fixture
def task(workspace):
    """A task in the first stage of annotate -> review -> done."""
    project = workspace.project("a.jpg")
    return Task(workspace, project, workspace.label_rows(project)[0].data_hash)


def first_task(demo, stage_type):
    """A task of the demo workspace that is in a stage of this type."""
    for project_hash, stage in demo.stages_of_type(stage_type):
        rows = demo.gateway.ListLabelRows(project_hash=project_hash).label_rows
        for row in rows:
            if row.workflow_stage_uuid == stage.uuid:
                return Task(demo, project_hash, row.data_hash)
    raise AssertionError(f"the demo workspace has no task in a {stage_type}")


@pytest.mark.parametrize("how", [{"pathway_name": "submit"}, {}])
def test_submit_an_annotation_task(task, how):
    assert task.stage.stage_type == "AnnotationStage"
    assert task.move(**how).stage_type == "ReviewStage"


def test_approve_a_review_task(task):
    task.move(pathway_name="submit")
    assert task.move(pathway_name="approve").stage_type == "FinalStage"


def test_reject_a_review_task(task):
    first = task.stage
    task.move(pathway_name="submit")
    assert task.move(pathway_name="reject") == first


def test_a_move_acts_on_one_task_only(workspace, gateway):
    project = workspace.project("a.jpg", "b.jpg")
    one, other = (
        Task(workspace, project, row.data_hash) for row in workspace.label_rows(project)
    )
    first = other.stage
    assert one.move(pathway_name="submit") != first
    assert other.stage == first


def test_submit_and_approve_a_consensus_task(demo):
    task = first_task(demo, "ConsensusAnnotationStage")
    assert task.move(pathway_name="submit").stage_type == "ConsensusReviewStage"
    assert task.move(pathway_name="approve").stage_type not in (
        "ConsensusAnnotationStage", "ConsensusReviewStage",
    )


def test_reject_a_consensus_task(demo):
    task = first_task(demo, "ConsensusReviewStage")
    assert task.move(pathway_name="reject").stage_type == "ConsensusAnnotationStage"


@pytest.mark.parametrize("position", [0, -1])
def test_an_agent_task_takes_the_pathway_that_is_named(demo, position):
    task = first_task(demo, "AgentStage")
    pathway = task.stage.pathways[position]
    assert task.move(pathway_name=pathway.title).uuid == pathway.destination_stage_uuid


@pytest.mark.parametrize("stage_type", [
    "AnnotationStage", "ReviewStage", "ConsensusAnnotationStage", "ConsensusReviewStage",
    "AgentStage", "FinalStage",
])
def test_a_task_can_be_put_into_another_stage(demo, stage_type):
    task = first_task(demo, stage_type)
    stages = demo.gateway.GetWorkflowStages(project_hash=task.project_hash).stages
    here = task.stage.uuid
    # Forwards to the last stage; from there back to the first.
    target = next(s for s in [stages[-1], stages[0]] if s.uuid != here)
    assert task.move(destination_stage_uuid=target.uuid) == target


@pytest.mark.parametrize("stage_type, pathways", [
    ("AnnotationStage", ("submit",)),
    ("ReviewStage", REVIEW),
    ("ConsensusAnnotationStage", ("submit",)),
    ("ConsensusReviewStage", REVIEW),
    ("AgentStage", None),
])
def test_a_pathway_that_the_stage_lacks_is_refused_with_those_it_has(demo, stage_type, pathways):
    task = first_task(demo, stage_type)
    before = task.stage
    if pathways is None:
        pathways = [pathway.title for pathway in before.pathways]
    demo.sandbox.forget()
    refusal = refused(
        StatusCode.INVALID_ARGUMENT, demo.gateway.MoveWorkflowTask,
        **task.arguments(pathway_name="teleport"),
    )
    for pathway in pathways:
        assert pathway in refusal.violations["pathway_name"]
    assert demo.sandbox.changes() == []
    assert task.stage == before


@pytest.mark.parametrize("stage_type", ["ReviewStage", "ConsensusReviewStage", "AgentStage"])
def test_no_pathway_is_refused_where_there_are_several(demo, stage_type):
    task = first_task(demo, stage_type)
    demo.sandbox.forget()
    refusal = refused(
        StatusCode.INVALID_ARGUMENT, demo.gateway.MoveWorkflowTask, **task.arguments()
    )
    assert "pathway_name" in refusal.violations
    assert demo.sandbox.changes() == []


def test_a_final_stage_has_no_pathway(demo):
    task = first_task(demo, "FinalStage")
    refusal = refused(
        StatusCode.INVALID_ARGUMENT, demo.gateway.MoveWorkflowTask,
        **task.arguments(pathway_name="submit"),
    )
    assert "destination_stage_uuid" in refusal.violations["pathway_name"]


@pytest.mark.parametrize("wrong, resource", [
    ("project_hash", "project"), ("data_hash", "task"), ("stage_uuid", "stage"),
    ("destination_stage_uuid", "stage"),
])
def test_what_does_not_exist(task, gateway, sandbox, wrong, resource):
    how = {} if wrong == "destination_stage_uuid" else {"pathway_name": "submit"}
    arguments = {**task.arguments(**how), wrong: NOWHERE}
    sandbox.forget()
    refusal = refused(StatusCode.NOT_FOUND, gateway.MoveWorkflowTask, **arguments)
    assert refusal.ResourceInfo.resource_type == resource
    assert refusal.ResourceInfo.resource_name == NOWHERE
    assert sandbox.changes() == []


def test_a_task_that_is_in_another_stage(task, gateway):
    stale = task.arguments(pathway_name="submit")
    now = task.move(pathway_name="submit")
    refusal = refused(StatusCode.NOT_FOUND, gateway.MoveWorkflowTask, **stale)
    assert refusal.ResourceInfo.resource_type == "task"
    assert task.stage == now


def test_a_task_that_leaves_its_stage_while_it_is_moved(task, gateway, sandbox):
    arguments = task.arguments(pathway_name="submit")
    sandbox.fault("latency", "/actions", ms=2000)
    slow = gateway.start(
        "MoveWorkflowTask",
        gateway.request("MoveWorkflowTask", **arguments).SerializeToString(),
    )
    wait_until(
        lambda: [change for change in sandbox.changes() if "/actions" in change],
        "the slow move has reached the sandbox",
    )
    now = task.move(pathway_name="submit")
    refusal = refused(StatusCode.FAILED_PRECONDITION, lambda: gateway.outcome(slow))
    assert refusal.ErrorInfo.reason == "TASK_LEFT_STAGE"
    assert task.stage == now
