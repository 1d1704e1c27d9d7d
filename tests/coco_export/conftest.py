"""Builds what is tested before the tests run; fixtures: the servers with something to export."""

import contextlib

import pytest

from converter import build_converter
from harness import build_servers, protos
from served_cases import ServedCases
from workspaces import Demo


def pytest_sessionstart():
    build_converter()
    build_servers()


@pytest.fixture(scope="session")
def session_stack():
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def demo(session_stack, protos, tmp_path_factory):
    """The demo workspace, which no test changes."""
    return Demo(session_stack, protos, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def served_cases(session_stack, protos, tmp_path_factory):
    """A sandbox that has the cases' label rows, and a gateway before it."""
    return ServedCases(session_stack, protos, tmp_path_factory.mktemp("cases"))
