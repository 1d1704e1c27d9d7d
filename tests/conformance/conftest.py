"""Fixtures: a sandbox per file, and the official SDK in the hands of the people in it."""

import contextlib

import pytest

from harness import build_servers
from sdk_workspace import SdkWorkspace


def pytest_sessionstart():
    build_servers()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """Shared by the tests of a file, which therefore do not count what others may have made."""
    with contextlib.ExitStack() as stack:
        yield SdkWorkspace(stack, tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="module")
def alice(workspace):
    """The SDK as Alice, who makes things and is therefore their admin."""
    return workspace.alice.client
