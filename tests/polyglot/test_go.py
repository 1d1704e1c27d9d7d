"""The Go client."""

import pytest

from contract import Contract
from languages import Go


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return Go(tmp_path_factory.mktemp("app"), tmp_path_factory.mktemp("built"))


class TestGo(Contract):
    pass
