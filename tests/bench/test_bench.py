"""A smoke run of tools/bench: whether it measures everything, not what it measures."""

import json
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """What a quick run prints, and its JSON report."""
    report = tmp_path_factory.mktemp("bench") / "report.json"
    output = subprocess.run(
        [ROOT / "tools/bench", "--quick", f"--json={report}"],
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout
    return output, json.loads(report.read_text())


def numbers(value):
    """All numbers in nested dictionaries and lists."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for each in value for number in numbers(each)]
    return [value]


def test_every_budget_has_its_line(run):
    output, report = run
    assert [row["budget"] for row in report["table"]] == [
        "at least 30x the Python server", "at least 45x the Python server", "at most 200 us",
        "no full one", "under 100 ms", "under 40 MiB", "",
    ]
    lines = output.splitlines()
    assert len(lines) == 2 + len(report["table"])
    for row, line in zip(report["table"], lines[2:]):
        assert line.startswith(f"| {row['what']} | {row['alternatives']} | {row['ours']} |")
        assert row["met"] in (True, False)


def test_every_figure_was_measured(run):
    _, report = run
    figures = report["figures"]
    for name in ("calls_per_second", "cpu_us_per_call", "latency_us", "start_ms", "memory_mib"):
        assert all(number > 0 for number in numbers(figures[name])), name
    assert figures["calls_per_second"].keys() == {"gateway", "sdk_gateway", "sdk_direct", "echo"}
    assert figures["latency_us"].keys() == {"gateway", "sdk_gateway", "echo", "upstream"}
    assert len(figures["rounds"]) == report["settings"]["rounds"]


def test_connections_are_counted(run):
    _, report = run
    tls = report["figures"]["tls"]
    # The quick run makes as many calls as its settings say, each with one request to Encord.
    assert tls["gateway"]["requests"] == report["settings"]["tls_calls"]
    assert tls["sdk"]["full_handshakes"] == tls["sdk"]["requests"] > 0
