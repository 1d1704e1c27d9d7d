"""A smoke run of tools/bench: whether it measures everything, not what it measures."""

import json
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def quick_run(folder, section):
    """What a quick run of a section prints, and its part of the JSON report."""
    report = folder / f"{section}.json"
    output = subprocess.run(
        [ROOT / "tools/bench", "--quick", f"--only={section}", f"--json={report}"],
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout
    return output, json.loads(report.read_text())[section]


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    return quick_run(tmp_path_factory.mktemp("bench"), "calls")


@pytest.fixture(scope="module")
def coco(tmp_path_factory):
    return quick_run(tmp_path_factory.mktemp("bench"), "coco")


def numbers(value):
    """All numbers in nested dictionaries and lists."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for each in value for number in numbers(each)]
    return [value]


def check_budgets(lines, table):
    assert len(lines) == 2 + len(table)
    for row, line in zip(table, lines[2:]):
        assert line.startswith(f"| {row['what']} | {row['alternatives']} | {row['ours']} |")
        assert row["met"] in (True, False)


def test_every_budget_of_calls_has_its_line(calls):
    output, report = calls
    assert [row["budget"] for row in report["table"]] == [
        "at least 30x the Python server", "at least 45x the Python server", "at most 200 us",
        "no full one", "under 100 ms", "under 40 MiB", "",
    ]
    check_budgets(output.splitlines(), report["table"])


def test_every_figure_of_calls_was_measured(calls):
    _, report = calls
    figures = report["figures"]
    for name in ("calls_per_second", "cpu_us_per_call", "latency_us", "start_ms", "memory_mib"):
        assert all(number > 0 for number in numbers(figures[name])), name
    assert figures["calls_per_second"].keys() == {"gateway", "sdk_gateway", "sdk_direct", "echo"}
    assert figures["latency_us"].keys() == {"gateway", "sdk_gateway", "echo", "upstream"}
    assert len(figures["rounds"]) == report["settings"]["rounds"]


def test_connections_are_counted(calls):
    _, report = calls
    tls = report["figures"]["tls"]
    # The quick run makes as many calls as its settings say, each with one request to Encord.
    assert tls["gateway"]["requests"] == report["settings"]["tls_calls"]
    assert tls["sdk"]["full_handshakes"] == tls["sdk"]["requests"] > 0


def test_every_budget_of_exports_has_its_line(coco):
    output, report = coco
    assert [row["budget"] for row in report["table"]] == [
        "at least 150x", "at least 150x", "within 10 %", "at most 3",
        "at least 300x", "at least 300x", "within 10 %", "at most 3",
        "within 20 %, below 150 MiB",
    ]
    budgets, growth, stages = output.rstrip("\n").split("\n\n")
    check_budgets(budgets.splitlines(), report["table"])
    # A line per workload and scale, and one per stage.
    assert len(growth.splitlines()) == 2 + 2 * len(report["settings"]["scales"])
    assert len(stages.splitlines()) == 2 + 6


def test_every_figure_of_exports_was_measured(coco):
    _, report = coco
    figures = report["figures"]
    assert figures.keys() == {"images", "video"}
    for kind, measured in figures.items():
        count, objects = report["settings"][kind]
        assert measured["official"]["finished"]
        assert measured["official"]["annotations"] == count * objects
        assert measured["scales"].keys() == {str(each) for each in report["settings"]["scales"]}
        for scale, ours in measured["scales"].items():
            assert ours["objects"] == ours["memory"]["annotations"] == count * objects * int(scale)
            assert ours["memory"]["skipped"] == 0
            assert all(number > 0 for number in numbers(ours["memory"]["seconds"]))
            assert all(number > 0 for number in numbers(ours["program"]))
            # The video is exported through the service once.
            assert ("service" in ours) == (kind == "images" or scale == "1")
            if "service" in ours:
                service = dict(ours["service"])
                # The system counts in hundredths of a second.
                assert service.pop("gateway_cpu_seconds") >= 0
                assert all(number > 0 for number in numbers(service)), service
                assert service["annotations"] == ours["objects"]
