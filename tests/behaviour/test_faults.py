"""When Encord misbehaves: deadlines, cancellation, retries, broken answers. Every action with every
fault is in tests/faults."""

import time

import pytest
from grpc import StatusCode

from harness import Refusal, refused, wait_until


@pytest.fixture
def own(own_workspace):
    """A workspace of the test's own: retry budgets and connections are shared by all calls."""
    return own_workspace()


def test_a_deadline_ends_a_call_that_encord_never_answers(own):
    own.sandbox.fault("stall", "groups")
    start = time.monotonic()
    refused(StatusCode.DEADLINE_EXCEEDED, own.gateway.ListGroups, timeout=1)
    assert time.monotonic() - start < 5
    assert own.gateway.ListGroups() is not None


def test_a_deadline_ends_the_retries(own):
    own.sandbox.fault("status", "groups", status=503, count=1000)
    start = time.monotonic()
    with pytest.raises(Refusal) as caught:
        own.gateway.ListGroups(timeout=1)
    assert caught.value.code in (StatusCode.DEADLINE_EXCEEDED, StatusCode.UNAVAILABLE)
    assert time.monotonic() - start < 5


def test_a_cancelled_call_leaves_the_gateway_well(own):
    own.sandbox.fault("stall", "groups", count=20)
    request = own.gateway.request("ListGroups").SerializeToString()
    calls = [own.gateway.start("ListGroups", request) for _ in range(20)]
    wait_until(lambda: len(own.sandbox.requests()) >= 1, "a call has reached the sandbox")
    for call in calls:
        call.cancel()
    own.sandbox.forget()
    assert own.gateway.ListGroups(timeout=10) is not None


@pytest.mark.parametrize("fault", [
    {"fault": "status", "status": 429}, {"fault": "status", "status": 500},
    {"fault": "status", "status": 502}, {"fault": "status", "status": 503},
    {"fault": "status", "status": 504}, {"fault": "reset"},
    {"fault": "reset", "when": "after"},
], ids=str)
def test_reads_are_repeated(own, fault):
    own.sandbox.fault(path="groups", count=2, **fault)
    assert own.gateway.ListGroups() is not None
    requests = own.sandbox.requests()
    assert len(requests) == 3
    traces = {
        value for request in requests for name, value in request["headers"]
        if name.lower() == "x-cloud-trace-context"
    }
    assert len({trace.partition("/")[0] for trace in traces}) == 1


def test_v1_reads_are_repeated(own):
    dataset = own.dataset()
    own.sandbox.forget()
    own.sandbox.fault("status", "dataset/GET", status=503, count=2)
    assert own.gateway.GetDataset(dataset_hash=dataset).dataset_hash == dataset
    assert len(own.sandbox.requests()) == 3


@pytest.mark.parametrize("status, code", [
    (429, StatusCode.RESOURCE_EXHAUSTED), (500, StatusCode.INTERNAL),
    (502, StatusCode.UNAVAILABLE), (503, StatusCode.UNAVAILABLE), (504, StatusCode.UNAVAILABLE),
])
def test_reads_are_repeated_only_so_often(own, status, code):
    own.sandbox.fault("status", "groups", status=status, count=1000)
    refusal = refused(code, own.gateway.ListGroups)
    assert refusal.ErrorInfo.metadata["http_status"] == str(status)
    assert 1 < len(own.sandbox.requests()) <= 10


@pytest.mark.parametrize("retry_after", [{"retry_after": 1}, {"retry_after_date": 2}], ids=str)
def test_retry_after_is_waited_for(own, retry_after):
    own.sandbox.fault("status", "groups", status=429, **retry_after)
    start = time.monotonic()
    assert own.gateway.ListGroups() is not None
    assert time.monotonic() - start >= 0.9
    assert len(own.sandbox.requests()) == 2


def test_a_retry_after_beyond_the_deadline_is_passed_on(own):
    own.sandbox.fault("status", "groups", status=429, retry_after=60, count=1000)
    start = time.monotonic()
    refusal = refused(StatusCode.RESOURCE_EXHAUSTED, own.gateway.ListGroups, timeout=10)
    assert refusal.RetryInfo.retry_delay.seconds == 60
    assert time.monotonic() - start < 5
    assert len(own.sandbox.requests()) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422])
def test_answers_that_would_not_change_are_not_asked_for_again(own, status):
    own.sandbox.fault("status", "groups", status=status, count=1000)
    with pytest.raises(Refusal) as caught:
        own.gateway.ListGroups()
    assert caught.value.code not in (StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED)
    assert len(own.sandbox.requests()) == 1


@pytest.mark.parametrize("fault", [
    {"fault": "status", "status": 502}, {"fault": "reset", "when": "after"}, {"fault": "truncate"},
], ids=str)
def test_a_change_that_may_have_happened_says_so(own, fault):
    own.sandbox.fault(path="/v2/public/datasets", **fault)
    with pytest.raises(Refusal) as caught:
        own.gateway.CreateDataset(title="Perhaps")
    assert caught.value.ErrorInfo.metadata["outcome"] == "unknown"


def test_a_change_refused_by_encord_has_a_known_outcome(own):
    own.sandbox.fault("status", "/v2/public/datasets", status=400, message="no thanks")
    refusal = refused(StatusCode.INVALID_ARGUMENT, own.gateway.CreateDataset, title="No")
    assert "outcome" not in refusal.ErrorInfo.metadata
    assert "no thanks" in refusal.message


@pytest.mark.parametrize("kind", ["garbage", "truncate"])
def test_an_answer_that_makes_no_sense(own, kind):
    own.sandbox.fault(kind, "groups", count=1000)
    with pytest.raises(Refusal) as caught:
        own.gateway.ListGroups()
    assert caught.value.code in (StatusCode.UNKNOWN, StatusCode.UNAVAILABLE)
    own.sandbox.forget()
    assert own.gateway.ListGroups() is not None


@pytest.mark.parametrize("body", ["", "null", "[]", "{}", "{\"results\": 5}", "{\"results\": [{}]}",
                                  "{\"results\": [", "[[[[[[[[", "\"text\""])
def test_answers_of_the_wrong_shape(own, body):
    own.sandbox.fault("status", "groups", status=200, body=body)
    refusal = refused(StatusCode.UNKNOWN, own.gateway.ListGroups)
    assert refusal.ErrorInfo.reason == "UNEXPECTED_ANSWER"


def test_connections_are_kept(own):
    for _ in range(50):
        own.gateway.ListGroups()
    connections = {request["connection"] for request in own.sandbox.requests()}
    assert len(own.sandbox.requests()) == 50
    assert len(connections) <= 2
