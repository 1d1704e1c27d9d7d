"""Fixtures: a demo workspace that the gateway and the official SDK act in side by side."""

import contextlib

import pytest

from harness import build_servers, protos
from world import World


def pytest_sessionstart():
    build_servers()


@pytest.fixture(scope="module")
def world(protos, tmp_path_factory):
    with contextlib.ExitStack() as stack:
        yield World(stack, protos, tmp_path_factory.mktemp("world"))
