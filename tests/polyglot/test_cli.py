"""The command line, against the two servers."""

import contextlib
import json
import os
import pty
import signal
import subprocess

import pytest
from pycocotools.coco import COCO

from harness import NOWHERE, ROOT, wait_until
from languages import clean_environment, run
from workspaces import STRUCTURE, Workspace

ENCORD = ROOT / "bazel-bin/client/cli/encord"
URLS = [f"https://bucket.s3.eu-west-2.amazonaws.com/{name}.jpg" for name in ("a", "b")]

OTHER, USAGE, INVALID, NOT_FOUND, NOT_ALLOWED, UNAVAILABLE, INTERRUPTED = 1, 2, 3, 4, 5, 6, 130


@pytest.fixture(scope="module", autouse=True)
def build():
    run("bazel", "build", "//client/cli:encord", cwd=ROOT)


class Encord:
    """Runs `encord` with the gateway's address in the environment."""

    def __init__(self, address, folder):
        self.folder = folder
        self.environment = {**clean_environment(), "ENCORD_GATEWAY": address}

    def start(self, *arguments, stderr=subprocess.PIPE, **environment):
        return subprocess.Popen(
            [ENCORD, *map(str, arguments)], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=stderr, text=True,
            env={**self.environment, **environment},
        )

    def run(self, *arguments, **environment):
        """(exit code, stdout, stderr)"""
        process = self.start(*arguments, **environment)
        stdout, stderr = process.communicate(timeout=60)
        return process.returncode, stdout, stderr

    def __call__(self, *arguments, **environment):
        """What a command prints that must succeed."""
        code, stdout, stderr = self.run(*arguments, **environment)
        assert (code, stderr) == (0, "")
        return stdout

    def json(self, *arguments):
        return json.loads(self(*arguments, "--json"))


@pytest.fixture
def encord(workspace, tmp_path):
    return Encord(workspace.server.address, tmp_path)


@pytest.fixture
def of_demo(demo, tmp_path):
    return Encord(demo.server.address, tmp_path)


# --- Every command ---


def test_from_nothing_to_a_moved_task(encord, workspace, tmp_path):
    (tmp_path / "structure.json").write_text(json.dumps(STRUCTURE))
    ontology = encord.json("ontologies", "create", "Traffic", "--structure", "@structure.json")
    ontology = ontology["ontology_hash"]
    structure = encord.json("ontologies", "get", ontology)["structure"]
    assert [thing["name"] for thing in structure["objects"]] == ["Car", "Lane"]
    dataset = encord.json("datasets", "create", "Berlin", "--description=Of March")["dataset_hash"]
    uploaded = encord.json("uploads", "start", dataset, workspace.integration(), *URLS)
    assert (uploaded["status"], len(uploaded["data_hashes"])) == ("success", 2)
    job = uploaded["upload_job_uuid"]
    assert encord.json("uploads", "status", dataset, job)["units_done_count"] == 2
    whole = encord.json("datasets", "get", dataset, "--include-data-rows")
    assert (whole["description"], len(whole["data_rows"])) == ("Of March", 2)
    project = encord.json("projects", "create", "Cars", dataset, "--ontology-hash", ontology)
    project = project["project_hash"]
    assert "Cars" in encord("projects", "get", project)
    added = encord.json("users", "add", project, "ann@north.example", "--user-role=reviewer")
    assert added["users_added"] == [{"user_email": "ann@north.example", "user_role": "reviewer"}]
    users = [line.split() for line in encord("users", "list", project).splitlines()]
    assert users == [
        ["USER_EMAIL", "USER_ROLE"], ["alice@north.example", "admin"], ["ann@north.example", "reviewer"]
    ]
    stages = encord.json("stages", "list", project)["stages"]
    kinds = {stage["uuid"]: stage["stage_type"] for stage in stages}
    annotate, review = (
        next(uuid for uuid, kind in kinds.items() if kind == wanted)
        for wanted in ("AnnotationStage", "ReviewStage")
    )

    def row():
        [found] = encord.json("labels", "list", project, "--data-title-eq", "a.jpg")["label_rows"]
        return found

    task = (project, row()["data_hash"])
    for verb, stage, *more in (
        ("submit", annotate), ("reject", review), ("submit", annotate),
        ("move", review, "--destination-stage-uuid", annotate),
        ("move", annotate, "--pathway-name=submit"), ("approve", review),
    ):
        assert row()["workflow_stage_uuid"] == stage
        assert encord.json("tasks", verb, *task, stage, *more)["status"] == "success"
    assert kinds[row()["workflow_stage_uuid"]] == "FinalStage"
    folder = encord.json("folders", "create", "Mine")["uuid"]
    assert folder in encord("folders", "list", "--search", "Mine")
    assert encord.json("items", "list", folder) == {"items": [], "next_page_token": ""}
    assert encord.json("groups", "list")["groups"] == []
    assert encord.json("ontologies", "list", "--title-eq=Traffic")["ontologies"]
    assert encord.json("labels", "coco", project)["coco_labels"]["images"]


def test_every_rpc_has_a_command():
    listed = (ROOT / "client/cli/commands.h").read_text()
    contract = (ROOT / "proto/encord/v1/encord.proto").read_text()
    rpcs = {line.split("(")[0].split()[1] for line in contract.splitlines() if line.startswith("  rpc ")}
    # Streams of what others give in pages, or as a file.
    for rpc in rpcs - {"StreamLabelRows", "StreamLabelsCoco", "StreamStorageItems"}:
        assert f'"{rpc}"' in listed


# --- Tables, pages and times ---


def test_a_table(of_demo, demo):
    header, *rows = of_demo("projects", "list").splitlines()
    assert header.split() == ["PROJECT_HASH", "TITLE", "STATUS", "USER_ROLE", "CREATED_AT"]
    projects = demo.gateway.ListProjects().projects
    assert len(rows) == len(projects)
    column = header.index("TITLE")
    for row, project in zip(rows, projects):
        assert row.startswith(project.project_hash)
        assert row[column:].startswith(project.title)


def test_titles_cannot_command_the_terminal(encord):
    encord("datasets", "create", "a\x1b[31m\x9bb\nc")
    table = encord("datasets", "list", "--title-like", "[31m")
    assert not set(table) & {"\x1b", "\x9b"}
    assert len(table.splitlines()) == 2


def test_pages(of_demo, demo):
    hashes = [project.project_hash for project in demo.gateway.ListProjects().projects]
    first = of_demo.json("projects", "list", "--page-size=1")
    token = first["next_page_token"]
    second = of_demo.json("projects", "list", "--page-size=1", "--page-token", token)
    assert [page["projects"][0]["project_hash"] for page in (first, second)] == hashes[:2]
    code, _, stderr = of_demo.run("projects", "list", "--page-size", "1")
    assert (code, stderr) == (0, f"More with --page-token {token}\n")


def test_times(of_demo):
    assert of_demo.json("projects", "list", "--created-before=2000-01-01")["projects"] == []
    assert of_demo.json("projects", "list", "--created-after", "2000-01-01T12:00:00+01:00")["projects"]


# --- Exports and uploads ---


def road(demo):
    return demo.gateway.ListProjects(title_like="Road").projects[0].project_hash


def test_an_export(of_demo, demo, tmp_path):
    counts = of_demo("labels", "export", road(demo), "-o", "coco.json")
    coco = COCO(tmp_path / "coco.json")
    assert f"annotation_count  {len(coco.anns)}" in counts
    assert len(coco.anns) > 0
    assert [path.name for path in tmp_path.glob("coco*")] == ["coco.json"]


def test_a_bar_on_a_terminal(of_demo, demo):
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        process = of_demo.start("labels", "export", road(demo), "--output=coco.json", stderr=theirs)
        process.communicate(timeout=60)
        os.close(theirs)
        assert process.returncode == 0
        assert b"[########################################] 14 of 14" in read_all(terminal)


def read_all(terminal):
    """What was written to a terminal that nobody has open any more."""
    said = b""
    try:
        while more := terminal.read(65536):
            said += more
    except OSError:
        # So Linux tells the end.
        pass
    return said


def test_an_interrupted_export_leaves_nothing(encord, sandbox, workspace, tmp_path):
    project = workspace.project("a.jpg")
    sandbox.forget()
    sandbox.fault("stall", count=100)
    process = encord.start("labels", "export", project, "-o", "coco.json")
    wait_until(sandbox.requests, "the call reaches the sandbox")
    assert list(tmp_path.glob("coco.json.*.part"))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert not list(tmp_path.glob("coco*"))


@pytest.fixture
def slow(protos, tmp_path):
    """A workspace where uploads take longer than the calls below may, and are pending at once."""
    with contextlib.ExitStack() as stack:
        yield Workspace(
            stack, protos, tmp_path, "--upload_delay_ms=7500",
            gateway_arguments=["--upload_margin=1h"],
        )


def test_an_upload_is_waited_for(slow, tmp_path):
    encord = Encord(slow.server.address, tmp_path)
    upload = ("uploads", "start", slow.dataset(), slow.integration(), URLS[0], "--timeout=5s")
    assert encord.json(*upload, "--no-wait")["status"] == "pending"
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        process = encord.start(*upload[:4], URLS[1], *upload[5:], "--json", stderr=theirs)
        stdout, _ = process.communicate(timeout=60)
        os.close(theirs)
        state = json.loads(stdout)
        assert (process.returncode, state["status"], state["units_done_count"]) == (0, "success", 1)
        assert b"0 of 1" in read_all(terminal)


# --- Errors ---


def test_not_found(encord):
    code, stdout, stderr = encord.run("projects", "get", NOWHERE)
    assert (code, stdout) == (NOT_FOUND, "")
    assert "NOT_FOUND" in stderr and NOWHERE in stderr and "trace id: " in stderr


def test_a_bad_value_and_what_it_may_be(encord, workspace):
    project = workspace.project()
    code, _, stderr = encord.run("users", "add", project, "ann@north.example", "--user-role", "owner")
    assert code == INVALID
    assert "  user_role: must be one of admin, annotator, reviewer" in stderr


def test_a_deadline(encord, sandbox):
    sandbox.fault("stall", count=100)
    code, _, stderr = encord.run("projects", "list", "--timeout", "500ms")
    assert code == UNAVAILABLE
    assert "DEADLINE_EXCEEDED" in stderr


def test_no_gateway(encord):
    code, _, stderr = encord.run("projects", "list", "--gateway=127.0.0.1:1")
    assert code == UNAVAILABLE
    assert "UNAVAILABLE" in stderr


def test_a_full_disk(of_demo):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [ENCORD, "projects", "list"], env=of_demo.environment, stdout=full,
            stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )
    assert (done.returncode, done.stderr) == (OTHER, "encord: cannot write to stdout\n")


@pytest.mark.parametrize("arguments, problem", [
    ((), None),
    (("projects",), "which verb?"),
    (("projcets", "list"), "projcets: no such command"),
    (("projects", "show"), "projects show: no such command"),
    (("projects", "get"), "PROJECT_HASH is missing"),
    (("projects", "get", NOWHERE, "more"), "one word too many: more"),
    (("projects", "list", "--titel=a"), "--titel: no such flag"),
    (("projects", "list", "--title-like"), "--title-like: needs a value"),
    (("projects", "list", "--created-after", "today"), "--created-after: must be a time"),
    (("projects", "list", "--page-size", "x"), "--page-size: must be a whole number"),
    (("projects", "list", "--timeout", "5"), "--timeout: must be a duration"),
    (("projects", "list", "--include-org-access=1"), "--include-org-access: must be true or false"),
    (("ontologies", "create", "a", "--structure", "[1]"), "--structure: must be a JSON object"),
    (("ontologies", "create", "a", "--structure", "@none"), "--structure: cannot read none"),
    (("labels", "export", NOWHERE), "--output is missing"),
    (("projects", "list", "--gateway", "here"), "--gateway: must be HOST:PORT"),
    (("projects", "list", "--ca-file", "none"), "--ca-file: cannot read none"),
    (("completion", "fish"), "completion: must be bash or zsh"),
])
def test_wrong_usage(encord, sandbox, arguments, problem):
    code, _, stderr = encord.run(*arguments)
    if problem is None:
        assert (code, stderr) == (0, "")
    else:
        assert code == USAGE
        assert problem in stderr
    assert sandbox.requests() == []


# --- Credentials ---


def test_tokens(encord, workspace, tmp_path):
    bob = workspace.as_user(workspace.bob)
    bob.CreateDataset(title="Of Bob")
    token = workspace.bob.sdk(workspace.sandbox).get_bearer_token()
    (tmp_path / "token").write_text(f"{token}\n")
    for said in (
        encord("datasets", "list", ENCORD_GATEWAY_TOKEN=token),
        encord("datasets", "list", "--token-file", "token"),
    ):
        assert "Of Bob" in said
        assert token not in said
    assert "Of Bob" not in encord("datasets", "list")


@pytest.mark.parametrize("arguments, environment, expected", [
    (("--token", "verysecret"), {}, USAGE),
    (("--token=verysecret",), {}, USAGE),
    (("--tokn=verysecret",), {}, USAGE),
    ((), {"ENCORD_GATEWAY_TOKEN": "verysecret token"}, USAGE),
    ((), {"ENCORD_GATEWAY_TOKEN": "verysecret"}, NOT_ALLOWED),
])
def test_a_token_is_never_shown(encord, arguments, environment, expected):
    code, stdout, stderr = encord.run("projects", "list", *arguments, **environment)
    assert code == expected
    assert stderr
    assert "verysecret" not in stdout + stderr


def test_tls(tls_gateway, tmp_path):
    address, ca_file, token = tls_gateway
    encord = Encord(address, tmp_path)
    assert "DATASET_HASH" in encord("datasets", "list", "--ca-file", ca_file, ENCORD_GATEWAY_TOKEN=token)


# --- Help and completion ---


def test_help_on_every_level(encord):
    overview = encord("--help")
    assert "Exit codes: 0 done" in overview and "For example:" in overview
    assert "labels export       Exports" in overview
    assert "encord labels export PROJECT -o coco.json" in encord("labels", "--help")
    said = encord("users", "add", "--help")
    assert "Usage: encord users add PROJECT_HASH USER_EMAILS... [FLAGS]" in said
    assert "annotator_reviewer, team_manager or viewer. Required." in " ".join(said.split())


COMPLETED = [
    (["encord", "proj"], ["projects"]),
    (["encord", "tasks", ""], ["move", "submit", "approve", "reject"]),
    (["encord", "projects", "list", "--title"], ["--title-like", "--title-eq"]),
    (["encord", "--json", "labels", "e"], ["export"]),
    (["encord", "completion", ""], ["bash", "zsh"]),
]


@pytest.mark.parametrize("typed, expected", COMPLETED)
def test_completion_in_bash(encord, typed, expected):
    script = encord("completion", "bash")
    words = " ".join(f"'{word}'" for word in typed)
    script += f"COMP_WORDS=({words}); COMP_CWORD={len(typed) - 1}; _encord\n"
    script += 'printf "%s\\n" "${COMPREPLY[@]}"\n'
    assert run("bash", "-c", script, cwd=encord.folder).split() == expected


# An interactive zsh that notes what is offered to complete a word, and writes it down at ^X.
ZSHRC = """
PROMPT=ready
%s
compadd() {
  local -a matches
  builtin compadd -O matches "$@"
  offered+=($matches)
  builtin compadd "$@"
}
report() { print -rl -- $offered >offered; exit }
zle -N report
bindkey '^X' report
"""
SOURCED = "autoload -Uz compinit && compinit -D -u && source ./_encord"
AUTOLOADED = "fpath=($PWD $fpath) && autoload -Uz compinit && compinit -D -u"


def completed_by_zsh(folder, setup, typed):
    """What zsh offers when TAB follows what is typed."""
    (folder / ".zshrc").write_text(ZSHRC % setup)
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "r+b", buffering=0) as terminal:
        shell = subprocess.Popen(
            ["zsh", "-i"], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True,
            env={**clean_environment(), "ZDOTDIR": str(folder), "TERM": "dumb", "LISTMAX": "1000"},
        )
        os.close(theirs)
        said = b""
        while b"ready" not in said:
            said += terminal.read(65536)
        terminal.write(f"{typed}\t\x18".encode())
        said += read_all(terminal)
        assert shell.wait(timeout=60) == 0, said
    return (folder / "offered").read_text().split()


@pytest.mark.parametrize("setup", [SOURCED, AUTOLOADED], ids=["sourced", "autoloaded"])
@pytest.mark.parametrize("typed, expected", COMPLETED)
def test_completion_in_zsh(encord, typed, expected, setup):
    (encord.folder / "_encord").write_text(encord("completion", "zsh"))
    assert completed_by_zsh(encord.folder, setup, " ".join(typed)) == expected


def test_files_are_completed_in_zsh(encord):
    (encord.folder / "_encord").write_text(encord("completion", "zsh"))
    (encord.folder / "structure.json").write_text("{}")
    typed = "encord ontologies create Traffic --structure struc"
    assert set(completed_by_zsh(encord.folder, SOURCED, typed)) == {"structure.json"}
