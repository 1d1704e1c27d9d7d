"""Fixtures: a demo workspace that the gateway and the official SDK act in side by side."""

import contextlib
import subprocess

import pytest

from harness import ROOT, Protos
from world import World


def pytest_sessionstart():
    subprocess.run(
        ["bazel", "build", "//server:encord_gateway", "//tools/sandbox:encord_sandbox"],
        cwd=ROOT, check=True,
    )


@pytest.fixture(scope="session")
def protos(tmp_path_factory):
    files = sorted((ROOT / "proto/encord/v1").glob("*.proto"))
    return Protos(tmp_path_factory.mktemp("protos"), ROOT / "proto", files)


@pytest.fixture(scope="module")
def world(protos, tmp_path_factory):
    with contextlib.ExitStack() as stack:
        yield World(stack, protos, tmp_path_factory.mktemp("world"))
