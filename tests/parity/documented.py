"""The tables of docs/parity.md."""

import collections
import re

from harness import ROOT
from recording import Difference

TEXT = (ROOT / "docs/parity.md").read_text()

EVERY_ACTION = "every action"

Answer = collections.namedtuple("Answer", "message field sdk conversion")


def table(*columns):
    """The rows of the table with these columns, each cell as plain text; a cell's code quotes are
    left out."""
    lines = iter(TEXT.splitlines())
    heading = f"| {' | '.join(columns)} |"
    assert heading in lines, f"docs/parity.md has no table {heading}"
    assert set(next(lines)) <= set("|-")
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        assert len(cells) == len(columns) and all(cells), line
        rows.append([cell.replace("\\|", "|").strip("`") for cell in cells])
    assert rows, heading
    assert len(rows) == len({tuple(row) for row in rows}), "a row stands there twice"
    return rows


def request_differences():
    return [Difference(*row[:4]) for row in table("action", "what", "gateway", "SDK", "reason")]


def fields_without_counterpart():
    return {(action, field) for action, field, _ in table("action", "field", "reason")}


def answers():
    return [Answer(*row) for row in table("message", "field", "SDK", "conversion")]


def covers(row, difference):
    return row.action in (EVERY_ACTION, difference.action) and row[1:] == difference[1:]
