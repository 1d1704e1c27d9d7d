"""The retry budget of a credential, a token bucket as in gRFC A6, and the number of attempts."""

import pytest
from grpc import StatusCode

from harness import refused

BACKOFF = ("--initial_backoff=1ms", "--max_backoff=2ms")


def fail(workspace, caller=None):
    """Makes a call that fails; returns how many requests that took."""
    workspace.sandbox.forget()
    workspace.sandbox.fault("status", "groups", status=503, count=1000)
    refused(StatusCode.UNAVAILABLE, (caller or workspace.gateway).ListGroups)
    requests = len(workspace.sandbox.requests())
    workspace.sandbox.forget()
    return requests


@pytest.mark.parametrize("attempts", [1, 2, 7])
def test_a_read_is_sent_as_often_as_the_flag_says(own_workspace, attempts):
    workspace = own_workspace(gateway_flags=(*BACKOFF, f"--max_attempts={attempts}"))
    assert [fail(workspace) for _ in range(3)] == [attempts] * 3


@pytest.mark.parametrize("attempts", [1, 2, 7])
def test_a_connection_that_was_closed_counts_as_an_attempt(own_workspace, attempts):
    """The requests meet connections that answered before, and new ones."""
    workspace = own_workspace(gateway_flags=(*BACKOFF, f"--max_attempts={attempts}"))
    for _ in range(3):
        workspace.gateway.ListGroups()
        workspace.sandbox.forget()
        workspace.sandbox.fault("reset", "groups", when="after", count=1000)
        refused(StatusCode.UNAVAILABLE, workspace.gateway.ListGroups)
        assert len(workspace.sandbox.requests()) == attempts
        workspace.sandbox.forget()


def test_nothing_is_repeated_once_half_of_the_budget_is_gone(own_workspace):
    workspace = own_workspace(gateway_flags=(*BACKOFF, "--retry_budget=10"))
    # Each failure takes a token, the last of a call too; beyond the fifth none is repeated.
    assert [fail(workspace) for _ in range(4)] == [4, 1, 1, 1]


def test_successes_fill_the_budget_again(own_workspace):
    workspace = own_workspace(
        gateway_flags=(*BACKOFF, "--retry_budget=10", "--retry_budget_ratio=1")
    )
    while fail(workspace) > 1:
        pass
    for _ in range(10):
        workspace.gateway.ListGroups()
    assert fail(workspace) == 4


def test_each_credential_has_its_own_budget(own_workspace):
    workspace = own_workspace(gateway_flags=(*BACKOFF, "--retry_budget=10"))
    while fail(workspace) > 1:
        pass
    assert fail(workspace, workspace.as_user(workspace.bob)) == 4


def test_the_log_counts_what_encord_received(own_workspace):
    """Though it may be an attempt whose connection failed."""
    workspace = own_workspace(gateway_flags=BACKOFF)
    workspace.sandbox.fault("reset", "groups", when="after", count=2)
    workspace.gateway.ListGroups()
    requests = len(workspace.sandbox.requests())
    workspace.server.stop()
    [line] = [line for line in workspace.server.stderr().splitlines() if "/ListGroups" in line]
    assert f"upstream_attempts={requests} " in line
