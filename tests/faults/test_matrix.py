"""Every action with every fault at its first, a middle and its last call of Encord.

A cell is one call of an action. Looked at are the answer, the requests that Encord received, and what
became of its state; afterwards the same action works.
"""

from typing import NamedTuple

import pytest
from grpc import StatusCode

from actions import ACTIONS, PLACES, RETRY_CLASSES
from faults import FAILURES, LASTING, LATENCIES
from harness import Refusal
from world import ATTEMPTS, label

# A passing fault is over before the attempts are.
PASSING = 2


class Cell(NamedTuple):
    action: object
    place: int
    fault: object
    count: int

    @property
    def retry_class(self):
        return self.action.class_of_call(self.place)

    @property
    def passes(self):
        return self.count == PASSING

    @property
    def name(self):
        return f"{self.action.rpc}-call {self.place + 1}-{self.fault.name}-{self.count}"


class Expected(NamedTuple):
    """`code` None: the action succeeds. `reason` and `outcome` as in ErrorInfo."""

    requests: int
    happens: bool
    code: StatusCode | None = None
    reason: str = ""
    outcome: str | None = None


def failure(cell, **expected):
    """The action fails with what the fault says."""
    is_v1 = not cell.action.calls[cell.place].startswith(("GET ", "POST "))
    return Expected(code=cell.fault.code, reason=cell.fault.reasons[is_v1], **expected)


def in_doubt(cell, **expected):
    """The action fails without knowing what happened, with a code that nobody repeats."""
    failed = failure(cell, outcome="unknown", **expected)
    repeatable = failed.code == StatusCode.UNAVAILABLE
    return failed._replace(code=StatusCode.UNKNOWN if repeatable else failed.code)


def expect_read(cell):
    calls, changes = len(cell.action.calls), cell.action.change is not None
    if cell.passes:
        return Expected(requests=calls + PASSING, happens=changes)
    requests = cell.place + ATTEMPTS
    if cell.action.rpc == "UploadDataToDataset":
        # The upload goes on at Encord; the answer says "pending".
        return Expected(requests=requests, happens=True)
    return failure(cell, requests=requests, happens=False)


def expect_create(cell):
    if cell.fault.is_refusal:
        return failure(cell, requests=cell.place + 1, happens=False)
    return in_doubt(cell, requests=cell.place + 1, happens=cell.fault.takes_effect)


def expect_move(cell):
    """Unless refused, the move is followed by a look at the stage, which meets the rest of a passing
    fault; and if the task has left, by looks at where it is now and at what it is there."""
    happens = cell.fault.takes_effect
    if cell.fault.is_refusal:
        return failure(cell, requests=cell.place + 1, happens=False)
    if not cell.passes:
        return in_doubt(cell, requests=cell.place + 1 + ATTEMPTS, happens=happens)
    if happens:
        return Expected(requests=cell.place + 1 + PASSING + 2, happens=True)
    not_applied = failure(
        cell, requests=cell.place + 1 + PASSING, happens=False, outcome="not_applied"
    )
    return not_applied._replace(code=StatusCode.UNAVAILABLE)


EXPECT = {"read": expect_read, "create": expect_create, "move": expect_move}
CELLS = [
    Cell(action, place, fault, count)
    for action, place in PLACES
    for fault in FAILURES
    for count in (PASSING, LASTING)
]
SLOW_CELLS = [Cell(*place, fault, 1) for place in PLACES for fault in LATENCIES]


def run(world, cell):
    """Makes the call; returns what came of it, the requests, and the effect."""
    arguments = cell.action.arguments(world)
    before = world.state()
    world.sandbox.forget()
    world.sandbox.fault(**cell.fault.settings, skip=cell.place, count=cell.count)
    outcome = world.attempt(cell.action, arguments)
    requests = world.sandbox.requests()
    return outcome, requests, world.settled() - before


def check_outcome(outcome, expected):
    if expected.code is None:
        assert not isinstance(outcome, Refusal), outcome
        return
    assert isinstance(outcome, Refusal), outcome
    assert (outcome.code, outcome.ErrorInfo.reason) == (expected.code, expected.reason), outcome
    assert outcome.ErrorInfo.metadata.get("outcome") == expected.outcome
    assert outcome.RequestInfo.request_id


def check_requests(requests, cell, expected):
    assert len(requests) == expected.requests, [label(request) for request in requests]
    changes = [each for each in requests if label(each) == change_of(cell.action)]
    assert len(changes) <= 1, "what changes something was sent twice"


def change_of(action):
    return None if action.change is None else action.calls[action.change]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_failing(world, cell):
    once = world.effect_of(cell.action)
    expected = EXPECT[cell.retry_class](cell)
    outcome, requests, effect = run(world, cell)
    check_outcome(outcome, expected)
    check_requests(requests, cell, expected)
    assert effect == (once if expected.happens else {})
    world.call(cell.action, cell.action.arguments(world))


@pytest.mark.parametrize("cell", SLOW_CELLS, ids=lambda cell: cell.name)
def test_slow(world, cell):
    once = world.effect_of(cell.action)
    outcome, requests, effect = run(world, cell)
    check_outcome(outcome, Expected(requests=len(cell.action.calls), happens=True))
    assert [label(request) for request in requests] == list(cell.action.calls)
    assert effect == once


def test_the_matrix_has_every_action(world):
    assert sorted(action.rpc for action in ACTIONS) == world.gateway.methods
    assert set(RETRY_CLASSES) == set(world.gateway.methods)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.rpc)
def test_reads_change_nothing(world, action):
    assert (world.effect_of(action) == {}) == (action.retry_class == "read")


@pytest.mark.parametrize("rpc", sorted(RETRY_CLASSES))
def test_the_contract_agrees_about_the_class(world, rpc):
    level = world.gateway.method(rpc).GetOptions().idempotency_level
    no_side_effects = 1
    assert (level == no_side_effects) == (RETRY_CLASSES[rpc] == "read")
