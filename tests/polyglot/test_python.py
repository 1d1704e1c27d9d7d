"""The Python client."""

import json
import pathlib
import shutil
import subprocess

import pytest

from contract import Contract
from languages import DEPS, WHEELS, Python, run
from readme import blocks

VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13")


def interpreter(version):
    """Such an interpreter that works, or None."""
    pyenv = sorted(pathlib.Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for candidate in (*map(str, pyenv), shutil.which(f"python{version}")):
        probe = [candidate, "-c", "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"]
        if candidate:
            said = subprocess.run(probe, capture_output=True, text=True, check=False).stdout
            if said.strip() == version:
                return candidate
    return None


FOUND = {version: interpreter(version) for version in VERSIONS}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return Python(tmp_path_factory.mktemp("app"), tmp_path_factory.mktemp("built"))


class TestPython(Contract):
    pass


def test_the_version_that_the_project_needs_is_found():
    assert FOUND["3.11"]


@pytest.mark.parametrize("version", [version for version in VERSIONS if FOUND[version]])
def test_it_runs_under(version, client, workspace):
    online, _ = blocks("python", "sh")
    python = client.make_environment(
        FOUND[version], online, PIP_NO_INDEX="1", PIP_FIND_LINKS=WHEELS
    )
    script = """
import sys, encord_gateway, encord_gateway.aio
from encord_gateway import v1
with encord_gateway.connect() as channel:
    v1.EncordServiceStub(channel).ListProjects(v1.ListProjectsRequest())
print("%d.%d" % sys.version_info[:2])
"""
    said = run(
        python, "-W", "error", "-c", script, cwd=client.folder,
        ENCORD_GATEWAY=workspace.server.address,
    )
    assert said.strip() == version


ASYNCIO = """
import asyncio, json, socket, sys
import grpc
import encord_gateway
from encord_gateway import aio, v1

async def code_of(call):
    try:
        await call
    except encord_gateway.EncordError as error:
        return [error.code().name, error.reason, bool(error.request_id)]

async def main(project_hash, path):
    async with aio.connect() as channel:
        encord = v1.EncordServiceStub(channel)
        request = v1.ListProjectsRequest(page_size=1)
        pages = [len(page.projects) async for page in aio.pages(encord.ListProjects, request)]
        summary = await aio.export_coco(encord, project_hash, path)
        missing = v1.GetProjectRequest(project_hash="00000000-0000-4000-8000-000000000000")
        refused = await code_of(encord.GetProject(missing))
        streamed = await code_of(aio.export_coco(encord, missing.project_hash, path + "2"))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with aio.connect("127.0.0.1:%d" % silent.getsockname()[1]) as channel:
            encord = v1.EncordServiceStub(channel)
            late = await code_of(encord.GetProject(missing, timeout=0.5))
    print(json.dumps([pages, summary.annotation_count, refused, streamed, late and late[0]]))

asyncio.run(main(*sys.argv[1:]))
"""


def test_asyncio(client, demo, tmp_path):
    project = demo.gateway.ListProjects(title_like="Road").projects[0].project_hash
    path = tmp_path / "coco.json"
    said = run(
        client.command[0], "-c", ASYNCIO, project, path, cwd=client.folder,
        ENCORD_GATEWAY=demo.server.address,
    )
    pages, annotations, refused, streamed, late = json.loads(said)
    assert pages == [1] * len(demo.gateway.ListProjects().projects)
    assert annotations == len(json.loads(path.read_text())["annotations"]) > 0
    assert refused == streamed == ["NOT_FOUND", refused[1], True]
    assert late == "DEADLINE_EXCEEDED"
    assert list(tmp_path.iterdir()) == [path]


def test_asyncio_of_the_readme(client, demo):
    *_, asyncio_block = blocks("python", "python")
    text = f"import asyncio\nfrom encord_gateway import v1\n{asyncio_block}\nasyncio.run(main())\n"
    assert "Road scenes 2026" in client.run_program(text, {"ENCORD_GATEWAY": demo.server.address})


def test_types(client, tmp_path):
    """Type checkers find nothing to complain about, neither in the help nor in a program."""
    [wheel] = client.package.glob("*.whl")
    run(
        DEPS / "clients-venv/bin/pip", "install", "--no-deps", "--no-index", "--target", tmp_path,
        wheel, cwd=client.folder,
    )
    (tmp_path / "example.py").write_text(blocks("python", "python")[0])
    modules = [f"encord_gateway.{path.stem}" for path in tmp_path.glob("encord_gateway/[a-z]*.py")]
    run(
        DEPS / "clients-venv/bin/mypy", "--strict", "--allow-any-generics", "--allow-incomplete-defs",
        "--allow-untyped-defs",
        "--no-warn-unused-ignores", "--cache-dir", tmp_path / "cache",
        *[word for module in (*modules, "example") for word in ("-m", module)], cwd=tmp_path,
    )
