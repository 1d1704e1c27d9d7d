"""Fixtures: the servers, a workspace to act in, and a demo workspace to look at."""

import contextlib

import pytest

from harness import build_servers, protos
from workspaces import Demo, Workspace


def pytest_sessionstart():
    build_servers()


@pytest.fixture(scope="module")
def module_stack():
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def shared_workspace(module_stack, protos, tmp_path_factory):
    return Workspace(module_stack, protos, tmp_path_factory.mktemp("workspace"))


@pytest.fixture
def workspace(shared_workspace):
    """A workspace for the tests of one file; each finds the sandbox's records empty."""
    shared_workspace.sandbox.forget()
    return shared_workspace


@pytest.fixture
def gateway(workspace):
    """Alice's calls."""
    return workspace.gateway


@pytest.fixture
def sandbox(workspace):
    return workspace.sandbox


@pytest.fixture(scope="module")
def bob(shared_workspace):
    """Calls of a user of another organisation, through the same gateway."""
    return shared_workspace.as_user(shared_workspace.bob)


@pytest.fixture
def own_workspace(protos, tmp_path):
    """Makes workspaces for one test, with further flags of the sandbox and the gateway."""
    with contextlib.ExitStack() as stack:

        def make(*sandbox_arguments, gateway_arguments=()):
            folder = tmp_path / str(len(list(tmp_path.iterdir())))
            folder.mkdir()
            return Workspace(
                stack, protos, folder, *sandbox_arguments, gateway_arguments=gateway_arguments
            )

        yield make


@pytest.fixture
def demo(protos, tmp_path):
    """A demo workspace that a test may change."""
    with contextlib.ExitStack() as stack:
        yield Demo(stack, protos, tmp_path)
