"""Calls that Encord never answers: cancelled, out of time, or given up by the gateway."""

import collections
import contextlib
import time

import grpc
import pytest
from grpc import StatusCode

from actions import ACTIONS, BY_NAME, PLACES
from faults import STALLS
from harness import Refusal, wait_until
from world import World

# How late a call may end.
TOLERANCE = 0.05
TIMEOUT = 0.2
# Tries to find the machine awake for as long as a call takes.
TRIES = 10


def named(value):
    return getattr(value, "rpc", getattr(value, "name", value))


def stalled(world):
    return [each for each in world.sandbox.requests() if each["fault"] == "stall"]


def closed(world):
    return stalled(world) and all(each["abandoned"] for each in stalled(world))


def stall(world, place, fault, count=1):
    world.sandbox.forget()
    world.sandbox.fault(**fault.settings, skip=place, count=count)


@pytest.mark.parametrize("fault", STALLS, ids=named)
@pytest.mark.parametrize("action, place", PLACES, ids=named)
def test_cancellation_closes_the_request_to_encord(world, action, place, fault):
    once = world.effect_of(action)
    arguments = action.arguments(world)
    before = world.state()
    stall(world, place, fault)
    future, trace_id = world.start(action, arguments)
    wait_until(lambda: stalled(world), "Encord has the request that it does not answer")
    future.cancel()
    with pytest.raises(grpc.FutureCancelledError):
        future.result()
    wait_until(lambda: closed(world), "the request to Encord is closed")
    assert world.log_line(trace_id)["code"] == "CANCELLED"
    assert len(world.sandbox.requests()) == place + 1
    happened = action.change is not None and (
        place > action.change or place == action.change and fault.takes_effect
    )
    assert world.settled() - before == (once if happened else {})
    world.call(action, action.arguments(world))


def ends_in_time(world, action, place, stalls):
    """Whether the gateway and the client both end the call in time. False too if the machine is so
    slow that the call is over before Encord hears of it."""
    arguments = action.arguments(world)
    stall(world, place, STALLS[0])
    before = stalls.seconds
    start = time.monotonic()
    future, trace_id = world.start(action, arguments, timeout=TIMEOUT)
    code = future.code()
    elapsed = time.monotonic() - start
    if action.rpc != "UploadDataToDataset" or place == 0:
        assert code == StatusCode.DEADLINE_EXCEEDED
    in_time = False
    if world.sandbox.requests():
        duration = float(world.log_line(trace_id)["duration_ms"]) / 1000
        wait_until(lambda: closed(world) or not stalled(world), "the request to Encord is closed")
        in_time = max(elapsed, duration) <= TIMEOUT + TOLERANCE + stalls.seconds - before
    assert len(world.sandbox.requests()) <= place + 1
    # The next call succeeds.
    world.settled()
    return in_time


@pytest.mark.parametrize("action, place", PLACES, ids=named)
def test_the_deadline_is_kept(world, action, place, stalls):
    assert any(ends_in_time(world, action, place, stalls) for _ in range(TRIES))
    world.call(action, action.arguments(world))


@pytest.fixture(scope="module")
def impatient(protos, tmp_path_factory):
    """A world whose gateway gives up on an Encord that is silent for three seconds."""
    with contextlib.ExitStack() as stack:
        yield World(
            stack, protos, tmp_path_factory.mktemp("impatient"), "--read_timeout=3s",
            "--max_attempts=50",
        )


def outcome_of(world, future):
    try:
        return world.gateway.outcome(future)
    except Refusal as refusal:
        return refusal


def total(effects):
    """Of several effects, the rows gone and come by table."""
    sums = collections.defaultdict(lambda: (0, 0))
    for effect in effects:
        for table, (gone, came) in effect.items():
            sums[table] = (sums[table][0] + gone, sums[table][1] + came)
    return dict(sums)


def test_a_silent_encord_is_given_up(impatient):
    """All actions at once, and as many requests without answer."""
    world = impatient
    once = {action.rpc: world.effect_of(action) for action in ACTIONS}
    arguments = {action.rpc: action.arguments(world) for action in ACTIONS}
    before = world.state()
    stall(world, 0, STALLS[0], count=len(ACTIONS))
    futures = {action.rpc: world.start(action, arguments[action.rpc])[0] for action in ACTIONS}
    outcomes = {rpc: outcome_of(world, future) for rpc, future in futures.items()}
    assert len(stalled(world)) == len(ACTIONS)
    wait_until(lambda: closed(world), "the requests to Encord are closed")
    refusals = {rpc: each for rpc, each in outcomes.items() if isinstance(each, Refusal)}
    for rpc, refusal in refusals.items():
        assert BY_NAME[rpc].class_of_call(0) == "create", refusal
        assert refusal.code == StatusCode.UNKNOWN
        assert refusal.ErrorInfo.metadata["outcome"] == "unknown"
    happened = total(once[rpc] for rpc in outcomes.keys() - refusals.keys())
    assert world.settled() - before == happened
