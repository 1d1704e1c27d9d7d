"""The C++ client."""

import pytest

from contract import Contract
from languages import Cpp


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return Cpp(tmp_path_factory.mktemp("app"), tmp_path_factory.mktemp("built"))


class TestCpp(Contract):
    pass
