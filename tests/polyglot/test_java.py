"""The Java client."""

import pytest

from contract import Contract
from languages import Java


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return Java(tmp_path_factory.mktemp("app"), tmp_path_factory.mktemp("built"))


class TestJava(Contract):
    pass
