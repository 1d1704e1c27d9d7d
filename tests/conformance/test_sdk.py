"""Who is calling: the official SDK as it comes, and the sandbox does not care."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from importlib.metadata import distribution, version

import encord
import pydantic
import pytest
from encord.exceptions import AuthenticationError, EncordException, ResourceNotFoundError

from harness import NOWHERE, ROOT, User
from sdk_workspace import RUNS_WITH_PYDANTIC_1

PINS = ROOT / "tools/setup.d"
PYDANTIC_1 = ROOT / ".deps/pydantic1"


def pinned(package, file):
    return re.search(rf"^{package}==(.+)$", (PINS / file).read_text(), re.MULTILINE)[1]


def test_the_sdk_is_the_pinned_one():
    pins = "pydantic1.txt" if RUNS_WITH_PYDANTIC_1 else "python.txt"
    assert version("encord") == pinned("encord", pins)
    assert version("pydantic") == pydantic.VERSION == pinned("pydantic", pins)


def test_the_sdk_is_unmodified():
    """Every file has the digest that the package's own record gives."""
    package = distribution("encord")
    sources = [file for file in package.files if file.suffix == ".py"]
    assert len(sources) > 100
    for file in sources:
        data = file.locate().read_bytes()
        assert file.hash.value == _digest(data, file.hash.mode), file


def _digest(data, mode):
    import base64
    import hashlib

    return base64.urlsafe_b64encode(hashlib.new(mode, data).digest()).rstrip(b"=").decode()


def imports_encord(path):
    """Whether encord can be imported with these folders in front; and what Python said."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))}
    run = subprocess.run(
        [sys.executable, "-c", "import encord; print(encord.__file__)"],
        env=environment, capture_output=True, text=True, check=False,
    )
    return run.returncode == 0, run.stdout + run.stderr


def test_the_newest_sdk_does_not_run_with_pydantic_1(tmp_path):
    """Why another version of the SDK is used with pydantic 1: the newest asks for 1.10.14 or later,
    and imports a name that only pydantic 2 has."""
    (tmp_path / "pydantic").symlink_to(PYDANTIC_1 / "pydantic")
    for metadata in PYDANTIC_1.glob("pydantic-*.dist-info"):
        (tmp_path / metadata.name).symlink_to(metadata)
    works, said = imports_encord([tmp_path])
    assert not works
    assert "cannot import name 'AliasChoices' from 'pydantic'" in said


def test_the_older_sdk_runs_with_pydantic_1():
    works, said = imports_encord([PYDANTIC_1])
    assert works, said
    assert str(PYDANTIC_1) in said


def test_it_calls_with_its_own_user_agent(workspace, alice):
    workspace.sandbox.forget()
    alice.get_datasets()
    (request,) = workspace.sandbox.requests()
    agent = dict(request["headers"])["User-Agent"]
    assert agent.startswith(f"encord-sdk-python/{version('encord')} python/")
    assert f"pydantic/{pydantic.VERSION}" in agent


@pytest.mark.parametrize("path", ["projects", "datasets/list", "storage/folders", "ontologies"])
@pytest.mark.parametrize("agent", ["curl/8.5.0", "encord-sdk-python/9.9.9 pydantic/3.0.0"])
def test_the_answer_does_not_depend_on_who_asks(workspace, alice, path, agent):
    dataset = workspace.dataset((workspace.name("a"), "image"))
    workspace.project(dataset)

    def answer(headers):
        request = urllib.request.Request(
            f"{workspace.sandbox.address}/v2/public/{path}",
            headers={"Authorization": f"Bearer {alice.get_bearer_token()}", **headers},
        )
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)

    as_the_sdk = answer({"User-Agent": "encord-sdk-python/0.1.211 python/3.11 pydantic/2.14"})
    assert answer({"User-Agent": agent}) == as_the_sdk


def test_a_bearer_token_is_as_good_as_the_key(workspace, alice):
    dataset = workspace.dataset()
    client = encord.EncordUserClient.create_with_bearer_token(
        alice.get_bearer_token(), domain=workspace.sandbox.address
    )
    assert client.get_dataset(dataset.dataset_hash).title == dataset.title
    hashes = {each["dataset"].dataset_hash for each in client.get_datasets()}
    assert dataset.dataset_hash in hashes


@pytest.mark.parametrize("call", [
    lambda client: client.get_datasets(),
    lambda client: client.get_dataset(NOWHERE),
], ids=["v2", "v1"])
def test_an_unknown_key_is_refused(workspace, tmp_path, call):
    stranger = User("stranger@north.example", tmp_path).sdk(workspace.sandbox)
    with pytest.raises(AuthenticationError):
        call(stranger)


@pytest.mark.parametrize("call", [
    lambda client: client.get_datasets(),
    lambda client: client.get_dataset(NOWHERE),
], ids=["v2", "v1"])
def test_an_unknown_token_is_refused(workspace, call):
    client = encord.EncordUserClient.create_with_bearer_token(
        "nonsense", domain=workspace.sandbox.address
    )
    with pytest.raises(AuthenticationError):
        call(client)


@pytest.mark.parametrize("call", [
    lambda client: client.get_dataset(NOWHERE),
    lambda client: client.get_project(NOWHERE),
    lambda client: client.get_ontology(NOWHERE),
    lambda client: client.get_storage_folder(NOWHERE),
    lambda client: client.get_storage_item(NOWHERE),
], ids=["dataset", "project", "ontology", "folder", "item"])
def test_what_does_not_exist_is_not_found(alice, call):
    with pytest.raises(ResourceNotFoundError):
        call(alice)


def test_errors_carry_the_trace_of_the_request(workspace, alice):
    workspace.sandbox.forget()
    with pytest.raises(EncordException) as caught:
        alice.get_project(NOWHERE)
    trace = dict(workspace.sandbox.requests()[0]["headers"])["X-Cloud-Trace-Context"]
    assert caught.value.context.trace_id == trace.partition("/")[0]
