"""Retry-After, in seconds and as a date, and the wait where there is none."""

import datetime
import email.utils

import pytest
from grpc import StatusCode

from actions import ACTIONS, BY_NAME, PLACES
from harness import refused

FORMS = ["retry_after", "retry_after_date"]
READS = [(action, place) for action, place in PLACES if action.class_of_call(place) == "read"]
CHANGES = [action for action in ACTIONS if action.change is not None]


def named(value):
    return value.rpc if hasattr(value, "rpc") else value


def received_at(request):
    return datetime.datetime.fromisoformat(request["time"])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("action, place", READS, ids=named)
def test_a_read_waits_for_as_long(world, action, place, form):
    arguments = action.arguments(world)
    world.sandbox.forget()
    world.sandbox.fault("status", status=429, skip=place, **{form: 1})
    world.call(action, arguments)
    requests = world.sandbox.requests()
    assert len(requests) == len(action.calls) + 1
    refusal, repetition = (received_at(each) for each in requests[place:place + 2])
    earliest = refusal + datetime.timedelta(seconds=1)
    if form == "retry_after_date":
        # A date has whole seconds.
        earliest = earliest.replace(microsecond=0)
    assert repetition >= earliest


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("action, place", PLACES, ids=named)
def test_a_wait_beyond_the_deadline_is_left_to_the_caller(world, action, place, form):
    once = world.effect_of(action)
    arguments = action.arguments(world)
    before = world.state()
    world.sandbox.forget()
    world.sandbox.fault("status", status=429, skip=place, **{form: 3600})
    if action.rpc == "UploadDataToDataset" and place > action.change:
        # The upload goes on at Encord.
        assert world.call(action, arguments).status == "pending"
        assert len(world.sandbox.requests()) == place + 1
        assert world.settled() - before == once
        return
    refusal = refused(StatusCode.RESOURCE_EXHAUSTED, lambda: world.call(action, arguments))
    assert 3500 < refusal.RetryInfo.retry_delay.seconds <= 3600
    assert "outcome" not in refusal.ErrorInfo.metadata
    assert len(world.sandbox.requests()) == place + 1
    assert world.settled() - before == {}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("action", CHANGES, ids=named)
def test_a_change_does_not_wait(world, action, form):
    arguments = action.arguments(world)
    before = world.state()
    world.sandbox.forget()
    world.sandbox.fault("status", status=429, skip=action.change, **{form: 20})
    refusal = refused(StatusCode.RESOURCE_EXHAUSTED, lambda: world.call(action, arguments))
    delay = refusal.RetryInfo.retry_delay
    assert 0 < delay.seconds + delay.nanos / 1e9 <= 20
    assert len(world.sandbox.requests()) == action.change + 1
    assert world.settled() - before == {}


@pytest.mark.parametrize("value", ["soon", "-1", "", "1.5"])
def test_a_retry_after_that_makes_no_sense_is_no_retry_after(world, value):
    world.sandbox.forget()
    world.sandbox.fault("status", status=429, retry_after=value)
    world.call(BY_NAME["ListGroups"], {})
    assert len(world.sandbox.requests()) == 2


def test_a_date_that_is_past_is_no_wait(world):
    past = email.utils.formatdate(0, usegmt=True)
    world.sandbox.forget()
    world.sandbox.fault("status", status=503, retry_after=past, count=2)
    world.call(BY_NAME["ListGroups"], {})
    assert len(world.sandbox.requests()) == 3
