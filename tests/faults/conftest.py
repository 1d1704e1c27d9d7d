"""Fixtures: the servers and the world that the actions work on."""

import contextlib

import pytest

from harness import build_servers, protos
from stalls import Stalls
from workspaces import Workspace
from world import World


def pytest_sessionstart():
    build_servers()


@pytest.fixture(scope="session")
def world(protos, tmp_path_factory):
    """Shared by all tests of a process: none may leave a fault behind."""
    with contextlib.ExitStack() as stack:
        yield World(stack, protos, tmp_path_factory.mktemp("world"))


@pytest.fixture
def stack():
    """What is entered here ends with the test."""
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture
def own_workspace(stack, protos, tmp_path):
    """Makes a workspace for one test, with further flags of the sandbox and the gateway."""

    def make(*sandbox_flags, gateway_flags=()):
        return Workspace(
            stack, protos, tmp_path, *sandbox_flags, gateway_arguments=gateway_flags
        )

    return make


@pytest.fixture
def stalls():
    with Stalls() as stalls:
        yield stalls
