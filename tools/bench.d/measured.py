"""Programs that run alone on one core, and what they use."""

import dataclasses
import json
import subprocess
import sys

# Prints, behind what the command prints, its exit code, its seconds and its peak memory. A child's
# peak counts what the process had that started it; so that has to be a small one.
LAUNCHER = """
import json, os, sys, time
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
start = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - start
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss / 1024]))
"""


@dataclasses.dataclass
class Run:
    output: str
    seconds: float
    peak_mib: float

    @property
    def json(self):
        return json.loads(self.output)


def run(*command):
    """Runs a command on one core. Raises if it fails."""
    command = [str(word) for word in command]
    lines = subprocess.run(
        [sys.executable, "-ISc", LAUNCHER, *command], check=True, stdout=subprocess.PIPE, text=True,
    ).stdout.splitlines()
    exit_code, seconds, peak_mib = json.loads(lines.pop())
    if exit_code != 0:
        raise subprocess.CalledProcessError(exit_code, command)
    return Run("\n".join(lines), seconds, peak_mib)
