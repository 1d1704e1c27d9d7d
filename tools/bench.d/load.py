"""Load by h2load, and what it says about it."""

import os
import pathlib
import re
import statistics
import struct
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIFFERING_BODIES = ROOT / "bazel-bin/tools/bench.d/differing_bodies.so"
METHOD = "/encord.v1.EncordService/ListProjects"
TITLE = "Road scenes 0000000000"


def frame(title):
    """A ListProjectsRequest with this title_like, as a gRPC frame."""
    text = title.encode()
    message = b"\x0a" + bytes([len(text)]) + text
    return struct.pack("!BI", 0, len(message)) + message


def h2load(*arguments, differ=False):
    """Runs h2load; its output. Every request must have been answered."""
    environment = {**os.environ, "LD_PRELOAD": str(DIFFERING_BODIES)} if differ else None
    run = subprocess.run(
        ["h2load", "-t", "1", *map(str, arguments)], env=environment, capture_output=True,
        text=True, check=True, timeout=600,
    )
    counts = dict((name, int(number)) for number, name in re.findall(
        r"(\d+) (done|succeeded|failed|errored|timeout|2xx)", run.stdout))
    if not counts["succeeded"] or counts["failed"] or counts["2xx"] < counts["done"]:
        raise RuntimeError(f"h2load had failures:\n{run.stdout}")
    return run.stdout


def grpc_arguments(folder, address):
    body = folder / "request"
    body.write_bytes(frame(TITLE))
    return ["-d", body, "-H", "content-type: application/grpc", "-H", "te: trailers",
            f"http://{address}{METHOD}"]


def load(folder, address, calls, differ):
    """Makes so many calls, 64 of them under way on 8 connections; how many it were per second."""
    output = h2load("-c", 8, "-m", 8, "-n", calls, *grpc_arguments(folder, address), differ=differ)
    return float(re.search(r"finished in \S+, ([\d.]+) req/s", output)[1])


def throughput(folder, address, seconds, differ):
    """Calls per second in about so many seconds, after a few to warm up."""
    # A number of calls instead of a time, so that none is broken off.
    calls = 256
    estimate = load(folder, address, calls, differ)
    return load(folder, address, max(calls, int(estimate * seconds)), differ)


def median_latency(folder, calls, *arguments, differ=False):
    """The median time of one request at a time, in microseconds."""
    log = folder / "latencies"
    log.unlink(missing_ok=True)
    h2load("-c", 1, "-m", 1, "-n", calls, f"--log-file={log}", *arguments, differ=differ)
    return statistics.median(int(line.split()[2]) for line in open(log))


def grpc_latency(folder, address, calls, differ):
    return median_latency(folder, calls, *grpc_arguments(folder, address), differ=differ)


def http_latency(folder, url, calls):
    """Of the request that the gateway sends, sent straight to the upstream."""
    headers = {
        "user-agent": "encord-gateway/1.0",
        "accept-encoding": "gzip",
        "x-cloud-trace-context": f"{'0' * 32}/1;o=1",
        "content-digest": f"sha-256=:{'0' * 44}:",
        "signature-input": "encord-sig=" + "0" * 150,
        "signature": f"encord-sig=:{'0' * 88}:",
    }
    arguments = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    target = "/v2/public/projects?titleLike=" + TITLE.replace(" ", "%20")
    return median_latency(folder, calls, "--h1", *arguments, url + target)
