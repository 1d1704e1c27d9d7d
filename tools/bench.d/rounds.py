"""Everything is measured once per round, one after the other, and the median of the rounds counts:
whatever else the machine does hits all alike."""

import contextlib
import dataclasses
import os
import statistics
import subprocess
import sys

import load
from certificates import Authority
from servers import BENCH, Echo, Gateway, SdkGateway, make_key, running, time_to_first_answer
from upstream import Upstream


@dataclasses.dataclass
class Effort:
    """How long it all takes."""

    rounds: int
    seconds: int  # of load on each server per round
    latency_calls: int
    starts: int
    tls_calls: int


FULL = Effort(rounds=7, seconds=3, latency_calls=3000, starts=5, tls_calls=20_000)
QUICK = Effort(rounds=1, seconds=1, latency_calls=50, starts=1, tls_calls=1000)


def sdk_direct(url, key, seconds, environment=()):
    run = subprocess.run(
        [sys.executable, BENCH / "sdk_direct.py", url, key, str(seconds)], check=True,
        stdout=subprocess.PIPE, text=True, env={**os.environ, **dict(environment)},
    )
    return float(run.stdout)


class Bench:
    """The servers, and what is measured of them."""

    def __init__(self, stack, folder, effort, say):
        self._folder, self._effort, self._say = folder, effort, say
        self._authority = Authority(folder)
        self._key = make_key(folder)
        self._upstream = stack.enter_context(
            running(Upstream(folder, *self._authority.issue("localhost"))))
        self._stack = stack

    def _start(self, server, *arguments, **settings):
        return self._stack.enter_context(running(server(self._folder, *arguments, **settings)))

    def run(self):
        """All figures."""
        say, upstream, key = self._say, self._upstream, self._key
        say("starts")
        start = {
            "gateway": self._median_start(lambda: Gateway(self._folder, upstream.url, key)),
            "sdk_gateway": self._median_start(lambda: SdkGateway(self._folder, upstream.url, key)),
        }
        gateway = self._start(Gateway, upstream.url, key)
        sdk_gateway = self._start(SdkGateway, upstream.url, key)
        echo = self._start(Echo)
        memory = {"gateway": {}, "sdk_gateway": {}}
        for name, server in (("gateway", gateway), ("sdk_gateway", sdk_gateway)):
            if b"Road scenes 2026" not in server.answer():
                raise RuntimeError(f"{name} answers wrongly")
            memory[name]["idle"] = server.memory("VmRSS")
        say("TLS")
        tls = self._tls()
        rounds = []
        for number in range(self._effort.rounds):
            say(f"round {number + 1} of {self._effort.rounds}")
            rounds.append(self._round(gateway, sdk_gateway, echo))
        for name, server in (("gateway", gateway), ("sdk_gateway", sdk_gateway)):
            memory[name]["loaded"] = server.memory("VmHWM")
        return {**medians(rounds), "start_ms": start, "tls": tls, "memory_mib": memory,
                "rounds": rounds}

    def compare(self, binaries):
        """Calls per second and latency of several builds of the gateway."""
        gateways = {
            name: self._start(Gateway, self._upstream.url, self._key, binary=binary, name=name)
            for name, binary in binaries.items()
        }
        rounds = []
        for number in range(self._effort.rounds):
            self._say(f"round {number + 1} of {self._effort.rounds}")
            # Every second round backwards, so that no build always comes first.
            order = list(gateways.items())[::1 if number % 2 == 0 else -1]
            rounds.append({name: self._gateway_round(gateway) for name, gateway in order})
        return {**medians(rounds), "rounds": rounds}

    def _gateway_round(self, gateway):
        calls = self._effort.latency_calls
        figures = {"latency": load.grpc_latency(self._folder, gateway.address, calls, differ=True)}
        for kind, differ in (("different", True), ("same", False)):
            figures[kind], figures[f"{kind}_cpu"] = self._load(gateway, differ)
        gateway.check()
        return figures

    def _load(self, server, differ):
        """Calls per second, and microseconds of processor time per call."""
        cpu, requests = server.cpu_seconds(), self._upstream.requests()
        rate = load.throughput(self._folder, server.address, self._effort.seconds, differ)
        requests = self._upstream.requests() - requests - 1
        return rate, (server.cpu_seconds() - cpu) * 1e6 / requests

    def _median_start(self, start):
        return statistics.median(
            time_to_first_answer(start) for _ in range(self._effort.starts))

    def _tls(self):
        """Counts handshakes of calls over TLS, of the gateway after a first load of them."""
        ca = self._authority.file
        # Without readiness probes, which would be counted too.
        gateway = self._start(Gateway, self._upstream.tls_url, self._key, f"--ca_file={ca}",
                              "--readiness_interval=1h", name="tls_gateway")
        calls = self._effort.tls_calls
        load.load(self._folder, gateway.address, 1000, differ=True)
        ours = self._upstream.tls_connections(
            lambda: load.load(self._folder, gateway.address, calls, differ=True))
        gateway.check()
        sdk = self._upstream.tls_connections(
            lambda: sdk_direct(self._upstream.tls_url, self._key, self._effort.seconds,
                               {"REQUESTS_CA_BUNDLE": str(ca)}))
        keys = ("requests", "full_handshakes", "resumed_handshakes")
        return {"gateway": dict(zip(keys, ours)), "sdk": dict(zip(keys, sdk))}

    def _round(self, gateway, sdk_gateway, echo):
        folder, effort, url = self._folder, self._effort, self._upstream.url
        rate, cpu = {"gateway": {}, "sdk_gateway": {}}, {"gateway": {}, "sdk_gateway": {}}
        for kind, differ in (("different", True), ("same", False)):
            for name, server in (("gateway", gateway), ("sdk_gateway", sdk_gateway)):
                rate[name][kind], cpu[name][kind] = self._load(server, differ)
        rate["echo"] = load.throughput(folder, echo.address, effort.seconds, differ=False)
        rate["sdk_direct"] = sdk_direct(url, self._key, effort.seconds)
        latency = {
            name: load.grpc_latency(folder, server.address, calls, differ=True)
            for name, server, calls in (
                ("gateway", gateway, effort.latency_calls),
                ("sdk_gateway", sdk_gateway, effort.latency_calls // 10),
                ("echo", echo, effort.latency_calls),
            )
        }
        latency["upstream"] = load.http_latency(folder, url, effort.latency_calls)
        gateway.check()
        sdk_gateway.check()
        return {"calls_per_second": rate, "cpu_us_per_call": cpu, "latency_us": latency}


def medians(rounds):
    """Of each figure in nested dictionaries of the same shape."""
    if isinstance(rounds[0], dict):
        return {key: medians([each[key] for each in rounds]) for key in rounds[0]}
    return statistics.median(rounds)


@contextlib.contextmanager
def bench(folder, effort, say):
    with contextlib.ExitStack() as stack:
        yield Bench(stack, folder, effort, say)
