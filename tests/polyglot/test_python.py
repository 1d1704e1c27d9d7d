"""The Python client."""

import pytest

from contract import Contract
from languages import Python


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return Python(tmp_path_factory.mktemp("app"), tmp_path_factory.mktemp("built"))


class TestPython(Contract):
    pass
