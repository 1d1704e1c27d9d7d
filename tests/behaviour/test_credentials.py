"""Whose credential a call goes to Encord with: the caller's bearer token, or the gateway's key."""

import contextlib
import subprocess

import pytest
from grpc import StatusCode

from harness import Caller, Gateway, User, refused


def senders(sandbox):
    return {request["user"] for request in sandbox.requests()}


def test_without_a_token_the_gateways_key_is_used(gateway, sandbox):
    gateway.ListProjects()
    assert senders(sandbox) == {"alice@north.example"}


def test_a_token_is_used_in_place_of_the_key(workspace, sandbox, bob):
    sandbox.forget()
    project = bob.CreateProject(title="South").project_hash
    assert senders(sandbox) == {workspace.bob.email}
    [owner] = bob.ListProjectUsers(project_hash=project).users
    assert (owner.user_email, owner.user_role) == (workspace.bob.email, "admin")


def test_one_gateway_serves_many_tenants_at_once(gateway, bob):
    mine = gateway.CreateDataset(title="North's").dataset_hash
    his = bob.CreateDataset(title="South's").dataset_hash
    calls = [
        (caller, caller.start("ListDatasets", caller.request("ListDatasets").SerializeToString()))
        for _ in range(20)
        for caller in (gateway, bob)
    ]
    for caller, call in calls:
        seen = {dataset.dataset_hash for dataset in caller.outcome(call).datasets}
        own, other = (mine, his) if caller is gateway else (his, mine)
        assert own in seen and other not in seen


def test_many_calls_at_once_are_each_signed_right(gateway, sandbox):
    """More than the gateway signs where it also waits; the sandbox verifies every signature."""
    calls = 100
    sandbox.fault("latency", "/v2/public/projects", ms=100, count=calls)
    under_way = [
        gateway.start(
            "ListProjects",
            gateway.request("ListProjects", title_eq=f"Project {i}").SerializeToString(),
        )
        for i in range(calls)
    ]
    for call in under_way:
        assert not gateway.outcome(call).projects
    requests = sandbox.requests()
    assert {request["user"] for request in requests} == {"alice@north.example"}
    assert len({request["target"] for request in requests}) == len(requests) == calls


@pytest.mark.parametrize("authorization", [
    "Bearer nonsense", "Bearer ", "Bearer", "Basic YWxpY2U6cGFzcw==", "token", "Bearer a b",
])
def test_bad_tokens_are_refused_and_the_key_is_not_used_instead(gateway, sandbox, authorization):
    sandbox.forget()
    metadata = (("authorization", authorization),)
    refusal = refused(StatusCode.UNAUTHENTICATED, gateway.ListProjects, metadata=metadata)
    assert senders(sandbox) <= {None}
    assert "nonsense" not in str(refusal.details)


def test_two_tokens_are_refused(gateway, sandbox):
    sandbox.forget()
    metadata = (("authorization", "Bearer a"), ("authorization", "Bearer b"))
    refused(StatusCode.UNAUTHENTICATED, gateway.ListProjects, metadata=metadata)
    assert sandbox.requests() == []


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_in_any_letter_case(workspace, gateway, scheme):
    token = workspace.bob.sdk(workspace.sandbox).get_bearer_token()
    response = gateway.ListGroups(metadata=(("authorization", f"{scheme} {token}"),))
    assert response is not None


@pytest.fixture
def start_gateway(workspace, protos, tmp_path):
    with contextlib.ExitStack() as stack:

        def start(*arguments, **settings):
            server = Gateway(tmp_path, workspace.sandbox.address, *arguments, **settings)
            stack.callback(server.stop)
            return server

        yield start


def test_without_a_key_every_call_needs_a_token(workspace, protos, start_gateway):
    server = start_gateway()
    sandbox = workspace.sandbox
    token = workspace.bob.sdk(sandbox).get_bearer_token()
    sandbox.forget()
    refused(StatusCode.UNAUTHENTICATED, Caller(protos, server.address).ListProjects)
    assert sandbox.requests() == []
    assert Caller(protos, server.address, token).ListProjects() is not None


def test_a_key_that_encord_does_not_know(workspace, protos, tmp_path, start_gateway):
    stranger = User("stranger@nowhere.example", tmp_path)
    caller = Caller(protos, start_gateway(key_file=stranger.key_file).address)
    refusal = refused(StatusCode.UNAUTHENTICATED, caller.ListProjects)
    assert refusal.ErrorInfo.domain == "encord.com"
    refused(StatusCode.UNAUTHENTICATED, caller.CreateProject, title="T")


def test_the_key_as_text_in_the_environment(workspace, protos, start_gateway):
    server = start_gateway(environment={"ENCORD_SSH_KEY": workspace.bob.private_key})
    workspace.sandbox.forget()
    Caller(protos, server.address).ListProjects()
    assert senders(workspace.sandbox) == {workspace.bob.email}


def encrypted(workspace, tmp_path, passphrase):
    key_file = tmp_path / "encrypted.key"
    key_file.write_text(workspace.bob.private_key)
    key_file.chmod(0o600)
    subprocess.run(
        ["ssh-keygen", "-q", "-p", "-P", "", "-N", passphrase, "-f", key_file], check=True
    )
    return key_file


def test_an_encrypted_key(workspace, protos, tmp_path, start_gateway):
    key_file = encrypted(workspace, tmp_path, "correct horse")
    server = start_gateway(
        key_file=key_file, environment={"ENCORD_SSH_KEY_PASSPHRASE": "correct horse"}
    )
    workspace.sandbox.forget()
    Caller(protos, server.address).ListProjects()
    assert senders(workspace.sandbox) == {workspace.bob.email}
