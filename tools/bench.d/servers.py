"""The servers that are compared, as processes."""

import contextlib
import os
import re
import subprocess
import sys
import time

import grpc
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from load import METHOD, ROOT, frame

BENCH = ROOT / "tools/bench.d"
GATEWAY = ROOT / "bazel-bin/server/encord_gateway"
ECHO = ROOT / "bazel-bin/tools/bench.d/echo"


def make_key(folder):
    """A new private key's file, which nginx lets pass like any other."""
    file = folder / "key"
    file.write_bytes(Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption()))
    file.chmod(0o600)
    return file


class Server:
    """A process whose first line on stdout is "listening on ADDRESS"."""

    def __init__(self, folder, name, *command, environment=()):
        self.log = folder / f"{name}.log"
        self.started = time.monotonic()
        with open(self.log, "wb") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=log, text=True, env={**os.environ, **dict(environment)},
            )
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            self.stop()
            raise RuntimeError(f"{name} did not start: {self.log.read_text()}")
        self.address = line.removeprefix("listening on ").strip()

    def answer(self):
        """Makes one call; returns the answer's bytes."""
        with grpc.insecure_channel(self.address) as channel:
            return channel.unary_unary(METHOD)(frame("Road")[5:], timeout=60)

    def check(self):
        """Raises if any call failed: h2load does not look at gRPC's status."""
        for line in open(self.log, errors="replace"):
            if (" code=" in line and " code=OK " not in line) or "Traceback" in line:
                raise RuntimeError(f"a call failed, see {self.log}: {line}")
        os.truncate(self.log, 0)

    def memory(self, kind):
        """VmRSS, now, or VmHWM, the most so far, in MiB."""
        with open(f"/proc/{self._process.pid}/status") as status:
            return int(re.search(rf"{kind}:\s+(\d+) kB", status.read())[1]) / 1024

    def cpu_seconds(self):
        """The processor time that it has used so far, the kernel's for it included."""
        with open(f"/proc/{self._process.pid}/stat") as stat:
            user, system = stat.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()


class Gateway(Server):
    """Our server, with its default settings: one log line per call among them."""

    def __init__(self, folder, url, key_file, *flags, binary=GATEWAY, name="gateway"):
        super().__init__(folder, name, binary, "--listen=127.0.0.1:0", f"--encord_url={url}",
                         f"--ssh_key_file={key_file}", *flags)


class SdkGateway(Server):
    """The official SDK behind a gRPC server in Python."""

    def __init__(self, folder, url, key_file):
        super().__init__(folder, "sdk_gateway", sys.executable, BENCH / "sdk_gateway.py", url,
                         key_file)


class Echo(Server):
    """A bare gRPC server in C++."""

    def __init__(self, folder):
        super().__init__(folder, "echo", ECHO)


@contextlib.contextmanager
def running(server):
    try:
        yield server
    finally:
        server.stop()


def time_to_first_answer(start):
    """Milliseconds from the process's start until a client that waits for it has its answer."""
    with running(start()) as server:
        server.answer()
        return (time.monotonic() - server.started) * 1e3
