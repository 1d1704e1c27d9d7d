"""What the README says is so."""

import contextlib
import itertools
import os
import re
import signal
import subprocess

from harness import GATEWAY, PATIENCE, ROOT, SANDBOX

# With a key in the environment tools/run would talk to Encord itself.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("ENCORD_")}
README = (ROOT / "README.md").read_text()


def settings():
    """The rows of the configuration table, as --help tells them."""
    text = subprocess.run([GATEWAY, "--help"], check=True, capture_output=True, text=True).stdout
    flags = re.findall(
        r"^  --(\w+)  \((.*); default (.*); environment (\w+)\)\n      (.*)$", text, re.MULTILINE
    )
    for name, takes, default, variable, meaning in flags:
        if name != "help":
            default = "" if default == "empty" else f"`{default}`"
            yield f"| `--{name}` | `{variable}` | {default} | {takes} | {meaning} |"


def test_the_configuration_table_is_what_help_says():
    rows = [line for line in README.splitlines() if line.startswith("| `--")]
    assert rows == list(settings())


def test_every_flag_of_the_help_is_in_the_table():
    text = subprocess.run([GATEWAY, "--help"], check=True, capture_output=True, text=True).stdout
    flags = set(re.findall(r"^  --(\w+)", text, re.MULTILINE)) - {"help"}
    assert flags == set(re.findall(r"^\| `--(\w+)`", README, re.MULTILINE))


def test_flags_of_the_sandbox_that_the_readme_names_exist():
    help_text = subprocess.run([SANDBOX, "--help"], capture_output=True, text=True).stdout
    section = README[README.index("## The sandbox in your own tests"):]
    named = set(re.findall(r"encord_sandbox(.*)", section))
    flags = {flag for line in named for flag in re.findall(r"--(\w+)", line)}
    assert flags
    assert all(f"--{flag} " in help_text for flag in flags)


@contextlib.contextmanager
def running(*arguments, **environment):
    """The lines that tools/run says once it serves; afterwards it is ended, which must go well."""
    run = subprocess.Popen(
        [ROOT / "tools/run", "--listen=127.0.0.1:0", *arguments], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, cwd=ROOT, env={**ENVIRONMENT, **environment},
    )
    try:
        yield list(itertools.takewhile(lambda line: not line.startswith("Ctrl-C"), run.stdout))
    finally:
        run.send_signal(signal.SIGTERM)
        run.communicate(timeout=PATIENCE)
    assert run.returncode == 0


def answers(said):
    """What the commands answer that tools/run proposes."""
    commands = [line.split() for line in said if ".deps/bin/grpcurl" in line]
    return [
        subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
        for command in commands
    ]


def test_run_serves_the_demo_workspace_and_what_it_says_works():
    with running() as said:
        projects, description = answers(said)
    assert "Road scenes 2026" in projects
    assert "rpc ListProjects" in description


def test_run_with_a_key_talks_to_encord_itself(workspace):
    # The workspace's sandbox is Encord here.
    sandbox, key_file = workspace.sandbox, str(workspace.alice.key_file)
    with running(f"--encord_url={sandbox.address}", ENCORD_SSH_KEY_FILE=key_file) as said:
        assert not any("Sandbox" in line for line in said)
        answers(said)
    assert {request["user"] for request in sandbox.requests()} == {workspace.alice.email}


def test_run_ends_with_the_gateways_exit_code():
    run = subprocess.run(
        [ROOT / "tools/run", "--no_such_flag"], capture_output=True, text=True, cwd=ROOT,
        timeout=PATIENCE, env=ENVIRONMENT,
    )
    assert run.returncode == 2
    assert "no_such_flag" in run.stderr
