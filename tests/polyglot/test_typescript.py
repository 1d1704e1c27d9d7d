"""The TypeScript client."""

import pytest

from contract import Contract
from languages import TypeScript


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return TypeScript(tmp_path_factory.mktemp("app"), tmp_path_factory.mktemp("built"))


class TestTypeScript(Contract):
    pass
