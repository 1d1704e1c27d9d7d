"""What the servers write to stderr: one line per call, and no secret."""

import re

import pytest
from grpc import StatusCode

from harness import NOWHERE, Refusal, refused, wait_until


@pytest.fixture(params=["text", "json"])
def busy(own_workspace, request):
    """A workspace after calls of every outcome, and the secrets that were used in them."""
    workspace = own_workspace(
        gateway_arguments=[f"--log_format={request.param}", "--log_level=debug"]
    )
    gateway, sandbox = workspace.gateway, workspace.sandbox
    token = workspace.bob.sdk(sandbox).get_bearer_token()
    with_token = (("authorization", f"Bearer {token}"),)
    gateway.CreateDataset(title="T")
    gateway.ListProjects(metadata=with_token)
    refused(StatusCode.NOT_FOUND, gateway.GetProject, project_hash=NOWHERE, metadata=with_token)
    refused(StatusCode.INVALID_ARGUMENT, gateway.CreateDataset, title="")
    wrong = "c2VjcmV0LXRva2VuLW9mLW5vYm9keQ"
    bad = (("authorization", f"Bearer {wrong}"),)
    refused(StatusCode.UNAUTHENTICATED, gateway.ListProjects, metadata=bad)
    refused(
        StatusCode.UNAUTHENTICATED, gateway.ListProjects,
        metadata=(("authorization", "Basic " + wrong),),
    )
    sandbox.fault("status", "groups", status=500, count=1000)
    refused(StatusCode.INTERNAL, gateway.ListGroups)
    sandbox.fault("garbage", "datasets/list", count=1000)
    with pytest.raises(Refusal):
        gateway.ListDatasets(metadata=with_token)
    workspace.calls = 8
    return workspace, [token, wrong, *workspace.alice.secrets, *workspace.bob.secrets]


def test_no_log_line_holds_a_secret(busy):
    workspace, secrets = busy
    workspace.server.stop()
    for server in (workspace.server, workspace.sandbox):
        log = server.stderr()
        for secret in secrets:
            assert secret not in log
        # An Ed25519 signature in base64 or in hexadecimal.
        assert not re.search(r"[A-Za-z0-9+/]{86}==", log)
        assert not re.search(r"\b[0-9a-fA-F]{128}\b", log)
        assert "PRIVATE KEY" not in log


def access_lines(server):
    return [line for line in server.stderr().splitlines() if "encord.v1.EncordService/" in line]


def test_every_call_is_one_line(busy):
    workspace, _ = busy
    wait_until(
        lambda: len(access_lines(workspace.server)) >= workspace.calls, "a line for every call"
    )
    workspace.server.stop()
    lines = access_lines(workspace.server)
    assert len(lines) == workspace.calls
    for method, status in [
        ("CreateDataset", "OK"), ("GetProject", "NOT_FOUND"), ("CreateDataset", "INVALID_ARGUMENT"),
        ("ListProjects", "UNAUTHENTICATED"), ("ListGroups", "INTERNAL"),
    ]:
        assert any(method in line and status in line for line in lines), (method, status)
    for line in lines:
        assert re.search(r"\b[0-9a-f]{32}\b", line), f"no trace id: {line}"


def test_the_log_has_the_trace_id_that_encord_was_given(own_workspace):
    workspace = own_workspace()
    workspace.gateway.ListGroups()
    [request] = workspace.sandbox.requests()
    trace = dict((name.lower(), value) for name, value in request["headers"])[
        "x-cloud-trace-context"
    ].partition("/")[0]
    wait_until(lambda: trace in workspace.server.stderr(), "the line of the call")
