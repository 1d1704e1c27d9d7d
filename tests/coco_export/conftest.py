"""Builds the converter before the tests run."""

from converter import build_converter


def pytest_sessionstart():
    build_converter()
