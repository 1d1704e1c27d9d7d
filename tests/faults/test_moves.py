"""A move in doubt is settled by reading where the task is, for every way out of every stage."""

import contextlib

import pytest
from grpc import StatusCode

from faults import STATUSES
from harness import Caller, Gateway, Refusal, refused
from relay import Relay, address_of
from workspaces import Demo

# (stage type, how the task is moved); of an agent's pathways the first.
WAYS = [
    ("AnnotationStage", {}),
    ("AnnotationStage", {"pathway_name": "submit"}),
    ("ReviewStage", {"pathway_name": "approve"}),
    ("ReviewStage", {"pathway_name": "reject"}),
    ("ConsensusAnnotationStage", {"pathway_name": "submit"}),
    ("ConsensusReviewStage", {"pathway_name": "approve"}),
    ("ConsensusReviewStage", {"pathway_name": "reject"}),
    ("AgentStage", {"pathway_name": None}),
    *((stage_type, {"destination_stage_uuid": None}) for stage_type in (
        "AnnotationStage", "ReviewStage", "ConsensusAnnotationStage", "ConsensusReviewStage",
        "AgentStage", "FinalStage",
    )),
]
DOUBTS = [
    {"fault": "reset"}, {"fault": "garbage"},
    *({"fault": "status", "status": status} for status, _, _ in STATUSES),
]
# The requests that move tasks, for the sandbox's faults.
MOVE = {"method": "POST", "path": "/workflow/stages/"}


class DemoTask:
    """A task of the demo workspace, and the request that moves it."""

    def __init__(self, demo, stage_type, how):
        self._gateway = demo.gateway
        for project_hash, stage in demo.stages_of_type(stage_type):
            for row in demo.gateway.ListLabelRows(project_hash=project_hash).label_rows:
                if row.workflow_stage_uuid == stage.uuid:
                    self.project_hash, self.data_hash = project_hash, row.data_hash
                    self.request = {
                        "project_hash": project_hash, "data_hash": row.data_hash,
                        "stage_uuid": stage.uuid, **self._complete(stage, how),
                    }
                    return
        raise AssertionError(f"the demo workspace has no task in a {stage_type}")

    def _complete(self, stage, how):
        if how == {"pathway_name": None}:
            return {"pathway_name": stage.pathways[0].title}
        if how == {"destination_stage_uuid": None}:
            stages = self._gateway.GetWorkflowStages(project_hash=self.project_hash).stages
            return {"destination_stage_uuid": next(
                s.uuid for s in (stages[-1], stages[0]) if s.uuid != stage.uuid
            )}
        return how

    @property
    def stage_uuid(self):
        [row] = self._gateway.ListLabelRows(
            project_hash=self.project_hash, filter={"data_hashes": [self.data_hash]}
        ).label_rows
        return row.workflow_stage_uuid


@pytest.fixture
def demo(protos, tmp_path):
    with contextlib.ExitStack() as stack:
        yield Demo(stack, protos, tmp_path)


def move(demo, task, **fault):
    """Moves the task while the move meets a fault; returns the response or the Refusal."""
    demo.sandbox.forget()
    if fault:
        demo.sandbox.control("POST", "faults", {"match": MOVE, **fault})
    try:
        return demo.gateway.MoveWorkflowTask(**task.request)
    except Refusal as refusal:
        return refusal


def sent(demo):
    return [each for each in demo.sandbox.requests() if each["method"] == "POST"
            and "/workflow/stages/" in each["target"]]


@pytest.mark.parametrize("doubt", DOUBTS, ids=str)
@pytest.mark.parametrize("stage_type, how", WAYS, ids=str)
def test_a_move_whose_answer_was_lost(demo, stage_type, how, doubt):
    """First it does not take effect, then it does."""
    task = DemoTask(demo, stage_type, how)
    refusal = move(demo, task, **doubt, when="before")
    assert refusal.code == StatusCode.UNAVAILABLE, refusal
    assert refusal.ErrorInfo.metadata["outcome"] == "not_applied"
    assert task.stage_uuid == task.request["stage_uuid"]
    response = move(demo, task, **doubt, when="after")
    assert len(sent(demo)) == 1
    assert not isinstance(response, Refusal), response
    assert response.status == "success"
    assert task.stage_uuid != task.request["stage_uuid"]
    # A third time there is no task to move.
    again = move(demo, task)
    assert again.code == StatusCode.NOT_FOUND


class Meanwhile:
    """Does something just before the gateway looks where a task is, after it sent the move."""

    def __init__(self, do):
        self._do = do
        self._moved = False

    def __call__(self, data):
        if data.startswith(b"POST "):
            self._moved = True
        elif data.startswith(b"GET ") and self._moved and self._do:
            do, self._do = self._do, None
            do()


@pytest.fixture
def by_relay(stack, demo, protos, tmp_path):
    """Moves a task, in doubt, through another gateway, while something else happens."""

    def move_in_doubt(task, meanwhile):
        relay = stack.enter_context(
            Relay(address_of(demo.sandbox.address), before_forward=Meanwhile(meanwhile))
        )
        server = Gateway(
            tmp_path, f"http://127.0.0.1:{relay.port}", "--readiness_interval=2h",
            key_file=tmp_path / "demo_key",
        )
        stack.callback(server.stop)
        demo.sandbox.control("POST", "faults", {"fault": "status", "status": 502, "match": MOVE})
        return Caller(protos, server.address).MoveWorkflowTask(**task.request)

    return move_in_doubt


def other_way(task, **how):
    kept = ("project_hash", "data_hash", "stage_uuid")
    return {**{name: task.request[name] for name in kept}, **how}


@pytest.mark.parametrize("stage_type", ["ReviewStage", "ConsensusReviewStage"])
@pytest.mark.parametrize("ours, theirs", [("approve", "reject"), ("reject", "approve")])
def test_a_task_that_somebody_else_moved_another_way(demo, by_relay, stage_type, ours, theirs):
    task = DemoTask(demo, stage_type, {"pathway_name": ours})
    theirs = other_way(task, pathway_name=theirs)
    refusal = refused(
        StatusCode.UNKNOWN,
        lambda: by_relay(task, lambda: demo.gateway.MoveWorkflowTask(**theirs)),
    )
    assert refusal.ErrorInfo.metadata["outcome"] == "unknown"


def test_a_task_that_somebody_else_put_into_another_stage(demo, by_relay):
    task = DemoTask(demo, "AnnotationStage", {"destination_stage_uuid": None})
    stages = demo.gateway.GetWorkflowStages(project_hash=task.project_hash).stages
    elsewhere = next(stage.uuid for stage in stages if stage.uuid not in task.request.values())
    theirs = other_way(task, destination_stage_uuid=elsewhere)
    refusal = refused(
        StatusCode.UNKNOWN,
        lambda: by_relay(task, lambda: demo.gateway.MoveWorkflowTask(**theirs)),
    )
    assert refusal.ErrorInfo.metadata["outcome"] == "unknown"
    assert task.stage_uuid == elsewhere


def test_a_task_that_came_back(demo, by_relay):
    task = DemoTask(demo, "AnnotationStage", {"pathway_name": "submit"})
    here = task.request["stage_uuid"]

    def there_and_back():
        demo.gateway.MoveWorkflowTask(**task.request)
        demo.gateway.MoveWorkflowTask(
            **{**other_way(task, destination_stage_uuid=here), "stage_uuid": task.stage_uuid}
        )

    refusal = refused(StatusCode.UNKNOWN, lambda: by_relay(task, there_and_back))
    assert refusal.ErrorInfo.metadata["outcome"] == "unknown"
    assert task.stage_uuid == here
