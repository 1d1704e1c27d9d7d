"""Fixtures: a demo workspace that the gateway and the official SDK act in side by side."""

import contextlib

import pytest

from harness import ROOT, Protos, build_servers
from world import World


def pytest_sessionstart():
    build_servers()


@pytest.fixture(scope="session")
def protos(tmp_path_factory):
    files = sorted((ROOT / "proto/encord/v1").glob("*.proto"))
    return Protos(tmp_path_factory.mktemp("protos"), ROOT / "proto", files)


@pytest.fixture(scope="module")
def world(protos, tmp_path_factory):
    with contextlib.ExitStack() as stack:
        yield World(stack, protos, tmp_path_factory.mktemp("world"))
