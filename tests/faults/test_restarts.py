"""Encord and the gateway, ended and started again under load."""

import contextlib
import itertools
import secrets
import socket
import threading

import pytest
from grpc import StatusCode

from harness import Caller, Gateway, Refusal, Sandbox, User, wait_until

CALLERS = 8


class Load:
    """Callers that make calls one after another, a read and a create by turns, until they are told
    to stop or a call is refused by the gateway."""

    def __init__(self, protos, address, callers=CALLERS):
        self._protos = protos
        self._address = address
        self._end = threading.Event()
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self.reads = []  # (trace id, response or Refusal)
        self.creates = []  # (trace id, title, response or Refusal)
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(callers)]
        for thread in self._threads:
            thread.start()

    @property
    def done(self):
        with self._lock:
            return len(self.reads) + len(self.creates)

    def go_on(self, calls):
        """Waits until that many further calls are over."""
        goal = self.done + calls
        wait_until(lambda: self.done >= goal, f"{calls} calls are over")

    def end(self):
        self._end.set()
        for thread in self._threads:
            thread.join()

    def join(self):
        """Waits until every caller was refused."""
        for thread in self._threads:
            thread.join()

    def _attempt(self, caller, name, **fields):
        trace_id = secrets.token_hex(16)
        metadata = (("x-cloud-trace-context", f"{trace_id}/1;o=1"),)
        try:
            return trace_id, getattr(caller, name)(metadata=metadata, timeout=60, **fields)
        except Refusal as refusal:
            return trace_id, refusal

    def _run(self):
        caller = Caller(self._protos, self._address)
        while not self._end.is_set():
            trace_id, read = self._attempt(caller, "ListGroups")
            with self._lock:
                self.reads.append((trace_id, read))
            if self._was_refused(read):
                return
            title = f"Made {next(self._numbers)}"
            trace_id, made = self._attempt(caller, "CreateDataset", title=title)
            with self._lock:
                self.creates.append((trace_id, title, made))
            if self._was_refused(made):
                return

    @staticmethod
    def _was_refused(outcome):
        if not isinstance(outcome, Refusal):
            return False
        info = outcome.details.get("ErrorInfo")
        return info is None or "outcome" not in info.metadata


def titles(gateway):
    return [each.title for each in gateway.ListDatasets().datasets]


# --- Encord ---------------------------------------------------------------------------------------


@pytest.fixture
def port(stack):
    """A port for a server that ends and comes again: a socket that does not listen keeps it from
    everybody else, the gateway's own connections among them."""
    keeper = stack.enter_context(socket.socket())
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    return keeper.getsockname()[1]


class MortalSandbox:
    """A sandbox that can be killed, and started again with the state that it had."""

    def __init__(self, folder, port, user):
        keys = folder / "authorized_keys"
        keys.write_text(user.authorized_key)
        self._start = lambda: Sandbox(
            folder, f"--authorized_keys={keys}", f"--db={folder / 'state.db'}",
            listen=f"127.0.0.1:{port}",
        )
        self.server = self._start()

    def kill(self):
        self.server.kill()

    def start(self):
        self.server = self._start()


@pytest.fixture
def mortal(stack, protos, tmp_path, port):
    """A sandbox to kill, and the address of a gateway that has patience with it."""
    user = User("alice@north.example", tmp_path)
    sandbox = MortalSandbox(tmp_path, port, user)
    stack.callback(lambda: sandbox.server.stop())
    gateway = Gateway(
        tmp_path, sandbox.server.address, "--max_attempts=100", "--max_create_attempts=100",
        "--initial_backoff=1ms", "--max_backoff=500ms", "--retry_budget=1000000",
        key_file=user.key_file,
    )
    stack.callback(gateway.stop)
    return sandbox, gateway


def test_encord_killed_and_started_again_under_load(mortal, protos):
    sandbox, gateway = mortal
    load = Load(protos, gateway.address)
    for _ in range(3):
        load.go_on(40)
        sandbox.kill()
        sandbox.start()
    load.go_on(40)
    load.end()
    assert [read for _, read in load.reads if isinstance(read, Refusal)] == []
    there = titles(Caller(protos, gateway.address))
    assert len(there) == len(set(there))
    for _, title, made in load.creates:
        if isinstance(made, Refusal):
            assert made.code == StatusCode.UNKNOWN, made
            assert made.ErrorInfo.metadata["outcome"] == "unknown"
        else:
            assert title in there
    assert len(load.creates) > CALLERS


def test_encord_away_for_longer_than_the_attempts(mortal, protos):
    """The errors are certain, and the gateway recovers by itself."""
    sandbox, _ = mortal
    folder, user = sandbox.server.log.parent, "alice@north.example"
    gateway = Gateway(
        folder, sandbox.server.address, "--initial_backoff=1ms", "--max_backoff=2ms",
        key_file=folder / f"{user}.key",
    )
    try:
        caller = Caller(protos, gateway.address)
        before = titles(caller)
        sandbox.kill()
        for call, fields in ((caller.ListGroups, {}), (caller.CreateDataset, {"title": "No"})):
            with pytest.raises(Refusal) as caught:
                call(**fields)
            assert caught.value.code == StatusCode.UNAVAILABLE
            assert "outcome" not in caught.value.ErrorInfo.metadata
        sandbox.start()
        assert titles(caller) == before
    finally:
        gateway.stop()


# --- The gateway ----------------------------------------------------------------------------------


def accepted(sandbox):
    """The trace ids of the calls for which Encord was asked something."""
    return {
        value.partition("/")[0]
        for request in sandbox.requests()
        for name, value in request["headers"]
        if name.lower() == "x-cloud-trace-context"
    }


@pytest.mark.parametrize("round_number", range(5))
def test_sigterm_under_load_loses_no_call(own_workspace, protos, round_number):
    """A call may meet the gateway's farewell on its way, and is then refused without having begun:
    which calls began is known from what Encord was asked."""
    workspace = own_workspace()
    # So that there are calls under way at any time.
    workspace.sandbox.fault("latency", "groups", ms=20, count=1000000)
    load = Load(protos, workspace.server.address, callers=2 * CALLERS)
    load.go_on(20 * (round_number + 1))
    workspace.server.terminate()
    load.join()
    assert workspace.server.wait() == 0
    begun = accepted(workspace.sandbox)
    calls = [*load.reads, *((trace_id, made) for trace_id, _, made in load.creates)]
    lost = [str(each) for trace_id, each in calls if trace_id in begun and isinstance(each, Refusal)]
    assert lost == []
    refusals = [each for _, each in calls if isinstance(each, Refusal)]
    assert len(refusals) == 2 * CALLERS
    assert {each.code for each in refusals} <= {StatusCode.UNAVAILABLE, StatusCode.CANCELLED}
    with contextlib.ExitStack() as stack:
        again = Gateway(
            workspace.folder, workspace.sandbox.address, key_file=workspace.alice.key_file
        )
        stack.callback(again.stop)
        there = titles(Caller(protos, again.address))
    made = [title for _, title, each in load.creates if not isinstance(each, Refusal)]
    assert sorted(there) == sorted(made)
