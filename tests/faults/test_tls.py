"""TLS and proxies between the gateway and Encord: whom the gateway talks to, and whom it does not."""

import datetime

import pytest
from grpc import StatusCode

from certificates import DAY, Authority, self_signed
from harness import Caller, Gateway, refused
from relay import Proxy, Relay, address_of, server_tls

SECOND = datetime.timedelta(seconds=1)
# A host that nobody can look up: only a proxy gets there.
FAR_AWAY = "encord.test"
RETRIES = ("--max_attempts=2", "--initial_backoff=1ms", "--readiness_interval=2h")


@pytest.fixture
def workspace(own_workspace):
    return own_workspace()


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def encord(stack, workspace):
    """Puts Encord behind TLS with a certificate; returns the relay."""

    def serve(certificate):
        target = address_of(workspace.sandbox.address)
        return stack.enter_context(Relay(target, tls=server_tls(certificate)))

    return serve


@pytest.fixture
def reach(stack, workspace, protos, tmp_path):
    """A caller of a gateway that finds Encord at this address."""

    def start(host, port, *flags, **environment):
        server = Gateway(
            tmp_path, f"https://{host}:{port}", *RETRIES, *flags,
            key_file=workspace.alice.key_file, environment=environment,
        )
        stack.callback(server.stop)
        return Caller(protos, server.address)

    return start


def check_it_works(gateway):
    dataset = gateway.CreateDataset(title="Through TLS").dataset_hash
    assert dataset in {each.dataset_hash for each in gateway.ListDatasets().datasets}


def check_nothing_is_sent(workspace, gateway, *words):
    """Neither a read nor a change leaves the gateway, and the errors say why. That a change was not
    sent is certain."""
    workspace.sandbox.forget()
    for call, arguments in ((gateway.ListDatasets, {}), (gateway.CreateDataset, {"title": "No"})):
        refusal = refused(StatusCode.UNAVAILABLE, call, **arguments)
        assert refusal.ErrorInfo.reason == "CONNECTION_FAILED"
        assert "outcome" not in refusal.ErrorInfo.metadata
        for word in words:
            assert word in refusal.message
    assert workspace.sandbox.requests() == []


@pytest.mark.parametrize("host, name_sent", [("localhost", "localhost"), ("127.0.0.1", None)])
def test_the_right_certificate(authority, encord, reach, host, name_sent):
    relay = encord(authority.issue(host))
    check_it_works(reach(host, relay.port, f"--ca_file={authority.file}"))
    assert set(relay.server_names) == {name_sent}


def test_a_connection_serves_many_calls(authority, encord, reach):
    relay = encord(authority.issue("localhost"))
    gateway = reach("localhost", relay.port, f"--ca_file={authority.file}")
    for _ in range(50):
        gateway.ListDatasets()
    # The gateway's own look at Encord may need one of its own.
    assert relay.connections <= 2


def test_an_authority_between(tmp_path, authority, encord, reach):
    between = Authority(tmp_path, "Between", parent=authority)
    relay = encord(between.issue("localhost"))
    check_it_works(reach("localhost", relay.port, f"--ca_file={authority.file}"))


@pytest.mark.parametrize("issue, words", [
    (lambda authority: authority.issue("other.example"), ["hostname mismatch"]),
    (lambda authority: authority.issue("localhost.example", "*.localhost"), ["hostname mismatch"]),
    (lambda authority: authority.issue("127.0.0.1"), ["hostname mismatch"]),
    (lambda authority: authority.issue("localhost", valid_from=-2 * DAY, valid_until=-SECOND),
     ["expired"]),
    (lambda authority: authority.issue("localhost", valid_from=DAY, valid_until=2 * DAY),
     ["not yet valid"]),
], ids=["other name", "longer names", "address instead of the name", "expired", "not yet valid"])
def test_the_wrong_certificate(workspace, authority, encord, reach, issue, words):
    relay = encord(issue(authority))
    gateway = reach("localhost", relay.port, f"--ca_file={authority.file}")
    check_nothing_is_sent(workspace, gateway, "certificate not accepted", *words)


def test_the_wrong_address_in_the_certificate(workspace, authority, encord, reach):
    relay = encord(authority.issue("127.0.0.2"))
    gateway = reach("127.0.0.1", relay.port, f"--ca_file={authority.file}")
    check_nothing_is_sent(workspace, gateway, "certificate not accepted", "IP address mismatch")


def test_an_authority_that_is_not_trusted(workspace, tmp_path, authority, encord, reach):
    other = Authority(tmp_path, "Other")
    relay = encord(authority.issue("localhost"))
    for flags in ([f"--ca_file={other.file}"], []):
        gateway = reach("localhost", relay.port, *flags)
        check_nothing_is_sent(workspace, gateway, "unknown certificate authority")


def test_an_authority_between_that_is_not_shown(workspace, tmp_path, authority, encord, reach):
    between = Authority(tmp_path, "Between", parent=authority)
    relay = encord(between.issue("localhost", with_authority=False))
    gateway = reach("localhost", relay.port, f"--ca_file={authority.file}")
    check_nothing_is_sent(workspace, gateway, "unknown certificate authority")


def test_a_server_that_vouches_for_itself(workspace, tmp_path, authority, encord, reach):
    relay = encord(self_signed(tmp_path, "itself", ["localhost"]))
    gateway = reach("localhost", relay.port, f"--ca_file={authority.file}")
    check_nothing_is_sent(workspace, gateway, "unknown certificate authority")


def test_a_server_without_tls(workspace, authority, reach):
    _, port = address_of(workspace.sandbox.address)
    gateway = reach("localhost", port, f"--ca_file={authority.file}")
    check_nothing_is_sent(workspace, gateway, "TLS handshake")


# --- Proxies --------------------------------------------------------------------------------------


@pytest.fixture
def far_encord(stack, authority, encord):
    """Encord at FAR_AWAY, and the proxy that leads there."""
    relay = encord(authority.issue(FAR_AWAY))
    return relay, stack.enter_context(Proxy(("127.0.0.1", relay.port)))


@pytest.mark.parametrize("credentials", [None, "user:secret"])
def test_through_a_proxy(authority, far_encord, reach, credentials):
    relay, proxy = far_encord
    where = f"{credentials}@" if credentials else ""
    gateway = reach(
        FAR_AWAY, 443, f"--ca_file={authority.file}",
        HTTPS_PROXY=f"http://{where}127.0.0.1:{proxy.port}",
    )
    check_it_works(gateway)
    assert set(proxy.asked_for) == {f"{FAR_AWAY}:443"}
    assert set(proxy.credentials) == {credentials}
    assert set(relay.server_names) == {FAR_AWAY}


def test_the_certificate_is_checked_through_a_proxy_too(stack, workspace, authority, encord, reach):
    relay = encord(authority.issue("localhost"))
    proxy = stack.enter_context(Proxy(("127.0.0.1", relay.port)))
    gateway = reach(
        FAR_AWAY, 443, f"--ca_file={authority.file}", HTTPS_PROXY=f"http://127.0.0.1:{proxy.port}"
    )
    check_nothing_is_sent(workspace, gateway, "hostname mismatch")


@pytest.mark.parametrize("status, words", [
    (403, ["403"]), (407, ["407", "credentials"]), (502, ["502"]), (503, ["503"]),
])
def test_a_proxy_that_refuses(stack, workspace, authority, reach, status, words):
    proxy = stack.enter_context(Proxy(None, status=status))
    gateway = reach(
        FAR_AWAY, 443, f"--ca_file={authority.file}",
        HTTPS_PROXY=f"http://user:secret@127.0.0.1:{proxy.port}",
    )
    check_nothing_is_sent(workspace, gateway, "proxy", *words)
    # A create that was not sent is tried again as a read is.
    assert len(proxy.asked_for) >= 4


def test_hosts_without_proxy(stack, authority, encord, reach):
    relay = encord(authority.issue("localhost"))
    proxy = stack.enter_context(Proxy(("127.0.0.1", relay.port)))
    gateway = reach(
        "localhost", relay.port, f"--ca_file={authority.file}",
        HTTPS_PROXY=f"http://127.0.0.1:{proxy.port}", NO_PROXY="example.com, localhost",
    )
    check_it_works(gateway)
    assert proxy.asked_for == []
