"""Runs labels_to_coco, the converter as a program."""

import dataclasses
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests/coco/cases"
BINARIES = pathlib.Path(os.environ.get("ENCORD_TEST_BINARIES", ROOT / "bazel-bin"))
PROGRAM = BINARIES / "tools/labels_to_coco"

# Prints exit code and peak memory of a command. A child's peak counts what the process had that
# forked it; so that has to be a small one.
LAUNCHER = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""


def build_converter():
    """Builds what is tested, unless ENCORD_TEST_BINARIES says that it is there."""
    if "ENCORD_TEST_BINARIES" not in os.environ:
        subprocess.run(["bazel", "build", "//tools:labels_to_coco"], cwd=ROOT, check=True)


@dataclasses.dataclass
class Conversion:
    """What a run of labels_to_coco came to."""

    output: pathlib.Path
    # Lines "skipped: ..." without that word.
    skipped: list
    peak_memory_kib: int

    @property
    def document(self):
        return read_json(self.output)


def parse_json(text):
    """The value of JSON text; unlike Python, without NaN and Infinity."""
    return json.loads(text, parse_constant=_refuse)


def read_json(path):
    return parse_json(path.read_text(encoding="utf-8"))


def _refuse(word):
    raise ValueError(f"{word} is not JSON")


def convert_files(folder, ontology, label_rows, profile, label_hashes=()):
    """Converts two files; fails unless the program ends well and says nothing but what it skips."""
    output = folder / "coco.json"
    command = [
        PROGRAM, f"--ontology={ontology}", f"--label_rows={label_rows}", f"--output={output}",
        f"--profile={profile}",
    ]
    if label_hashes:
        command.append(f"--label_hashes={','.join(label_hashes)}")
    errors = folder / "stderr"
    with open(errors, "wb") as stderr:
        launcher = [sys.executable, "-ISc", LAUNCHER, *command]
        measured = subprocess.run(launcher, stdout=subprocess.PIPE, stderr=stderr, check=True)
    exit_code, peak_memory_kib = map(int, measured.stdout.split())
    lines = errors.read_text(encoding="utf-8", errors="replace").splitlines()
    assert exit_code == 0, lines
    prefix = "skipped: "
    assert all(line.startswith(prefix) for line in lines), lines
    return Conversion(output, [line.removeprefix(prefix) for line in lines], peak_memory_kib)


def convert(folder, ontology, label_rows, profile, label_hashes=()):
    """Converts an ontology and label rows, each a value or the JSON text of one."""
    files = {"ontology.json": ontology, "label_rows.json": label_rows}
    for name, value in files.items():
        text = value if isinstance(value, str) else json.dumps(value)
        (folder / name).write_text(text, encoding="utf-8")
    return convert_files(folder, *(folder / name for name in files), profile, label_hashes)


def convert_case(folder, name, profile):
    """Converts a case of tests/coco/cases with its own request."""
    case = CASES / name
    request = json.loads((case / "case.json").read_text(encoding="utf-8"))["request"]
    return convert_files(
        folder, case / "ontology.json", case / "label_rows.json", profile,
        request.get("label_hashes", ()),
    )
