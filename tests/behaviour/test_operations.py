"""Settings, TLS, health, reflection, draining."""

import json
import subprocess
import threading

import grpc
import pytest
from grpc import StatusCode
from grpc_health.v1 import health_pb2, health_pb2_grpc

from certificates import self_signed
from harness import (
    GATEWAY, GRPCURL, PATIENCE, Caller, Gateway, Protos, Refusal, Sandbox, User, refused,
    wait_until,
)

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICE = "encord.v1.EncordService"


# --- Settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments, environment, words", [
    (["--no_such_flag=1"], {}, ["no_such_flag"]),
    (["--listen=nowhere"], {}, ["nowhere"]),
    (["--encord_url=ftp://encord.example"], {}, ["http or https"]),
    (["--max_attempts=0"], {}, ["max_attempts", "1 to 100"]),
    (["--total_timeout=soon"], {}, ["total_timeout", "30s"]),
    ([], {"ENCORD_GATEWAY_MAX_ATTEMPTS": "many"}, ["ENCORD_GATEWAY_MAX_ATTEMPTS"]),
    (["--tls_cert_file=/nowhere.pem"], {}, ["tls_key_file"]),
    (["--ssh_key_file=/nowhere.key"], {}, ["/nowhere.key"]),
    ([], {"ENCORD_SSH_KEY_FILE": "/nowhere.key"}, ["/nowhere.key"]),
    ([], {"ENCORD_SSH_KEY": "no key"}, ["key"]),
])
def test_settings_that_cannot_work(arguments, environment, words):
    run = subprocess.run(
        [GATEWAY, "--listen=127.0.0.1:0", *arguments], env=environment, capture_output=True,
        text=True, timeout=PATIENCE,
    )
    assert run.returncode == 2
    assert run.stdout == ""
    for word in words:
        assert word in run.stderr


def test_an_encrypted_key_without_its_passphrase(tmp_path):
    user = User("alice@north.example", tmp_path)
    subprocess.run(
        ["ssh-keygen", "-q", "-p", "-P", "", "-N", "right", "-f", user.key_file], check=True
    )
    for passphrase in ({}, {"ENCORD_SSH_KEY_PASSPHRASE": "hunter2"}):
        run = subprocess.run(
            [GATEWAY, "--listen=127.0.0.1:0", f"--ssh_key_file={user.key_file}"], env=passphrase,
            capture_output=True, text=True, timeout=PATIENCE,
        )
        assert run.returncode == 2
        assert "passphrase" in run.stderr
        assert "hunter2" not in run.stderr
        assert not any(line in run.stderr for line in user.key_file.read_text().splitlines()[1:-1])


# --- TLS ------------------------------------------------------------------------------------------


def health_over_tls(server, authority, client=None):
    """The status, or the code of the error."""
    chain, key = (client[0].read_bytes(), client[1].read_bytes()) if client else (None, None)
    credentials = grpc.ssl_channel_credentials(authority.read_bytes(), key, chain)
    with grpc.secure_channel(server.address, credentials) as channel:
        try:
            request = health_pb2.HealthCheckRequest()
            return health_pb2_grpc.HealthStub(channel).Check(request, timeout=10).status
        except grpc.RpcError as error:
            return error.code()


def test_tls(own_workspace, tmp_path):
    cert, key = self_signed(tmp_path, "server")
    other, _ = self_signed(tmp_path, "other")
    server = own_workspace(
        gateway_arguments=[f"--tls_cert_file={cert}", f"--tls_key_file={key}"]
    ).server
    assert health_over_tls(server, cert) == SERVING
    assert health_over_tls(server, other) == StatusCode.UNAVAILABLE
    with pytest.raises(grpc.RpcError):
        health_of(server, "")


def test_only_clients_with_the_right_certificate(own_workspace, tmp_path):
    cert, key = self_signed(tmp_path, "server")
    client, stranger = self_signed(tmp_path, "client"), self_signed(tmp_path, "stranger")
    server = own_workspace(gateway_arguments=[
        f"--tls_cert_file={cert}", f"--tls_key_file={key}", f"--tls_client_ca_file={client[0]}",
    ]).server
    assert health_over_tls(server, cert, client) == SERVING
    assert health_over_tls(server, cert, stranger) == StatusCode.UNAVAILABLE
    assert health_over_tls(server, cert) == StatusCode.UNAVAILABLE


# --- Health ---------------------------------------------------------------------------------------


def health_of(server, service, timeout=10):
    with grpc.insecure_channel(server.address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        request = health_pb2.HealthCheckRequest(service=service)
        return stub.Check(request, timeout=timeout).status


def test_alive_and_ready(workspace):
    assert health_of(workspace.server, "") == SERVING
    wait_until(lambda: health_of(workspace.server, SERVICE) == SERVING, "the gateway is ready")


def test_an_unknown_service(workspace):
    with pytest.raises(grpc.RpcError) as caught:
        health_of(workspace.server, "no.such.Service")
    assert caught.value.code() == StatusCode.NOT_FOUND


def test_readiness_follows_encord(tmp_path, protos):
    user = User("alice@north.example", tmp_path)
    keys = tmp_path / "authorized_keys"
    keys.write_text(user.authorized_key)
    sandbox = Sandbox(tmp_path, f"--authorized_keys={keys}")
    where = sandbox.address.removeprefix("http://")
    server = Gateway(
        tmp_path, sandbox.address, "--readiness_interval=100ms", key_file=user.key_file
    )
    try:
        wait_until(lambda: health_of(server, SERVICE) == SERVING, "ready at first")
        sandbox.stop()
        caller = Caller(protos, server.address)
        refused(StatusCode.UNAVAILABLE, caller.ListProjects)
        wait_until(lambda: health_of(server, SERVICE) == NOT_SERVING, "not ready without Encord")
        assert health_of(server, "") == SERVING
        sandbox = Sandbox(tmp_path, f"--authorized_keys={keys}", listen=where)
        wait_until(lambda: health_of(server, SERVICE) == SERVING, "ready again")
        assert not caller.ListProjects().projects
    finally:
        server.stop()
        sandbox.stop()


def test_health_can_be_watched(workspace):
    with grpc.insecure_channel(workspace.server.address) as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch(
            health_pb2.HealthCheckRequest(service=""), timeout=10
        )
        assert next(watch).status == SERVING
        watch.cancel()


# --- Reflection -----------------------------------------------------------------------------------


def grpcurl(server, *arguments):
    return subprocess.run(
        [GRPCURL, "-plaintext", *arguments[:-1], server.address, *arguments[-1].split()],
        check=True, capture_output=True, text=True,
    ).stdout


def test_grpcurl_lists_and_describes_everything(workspace, gateway):
    services = grpcurl(workspace.server, "list").split()
    assert set(services) == {
        SERVICE, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    }
    for service in services:
        assert f"service {service.rpartition('.')[2]} {{" in grpcurl(
            workspace.server, f"describe {service}"
        )
        for method in grpcurl(workspace.server, f"list {service}").split():
            description = grpcurl(workspace.server, f"describe {method}")
            request = description.split("(", 1)[1].split(")")[0].replace("stream", "").strip(" .")
            assert "message" in grpcurl(workspace.server, f"describe .{request}")
    methods = grpcurl(workspace.server, f"list {SERVICE}").split()
    assert sorted(name.rpartition(".")[2] for name in methods) == gateway.methods


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_both_versions_of_reflection(workspace, tmp_path, version):
    protos = Protos(
        tmp_path, "/usr/share/grpc-proto", [f"grpc/reflection/{version}/reflection.proto"]
    )
    package = f"grpc.reflection.{version}"
    with grpc.insecure_channel(workspace.server.address) as channel:
        call = channel.stream_stream(
            f"/{package}.ServerReflection/ServerReflectionInfo",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=protos(f"{package}.ServerReflectionResponse").FromString,
        )
        request = protos(f"{package}.ServerReflectionRequest")
        answers = call(
            iter([request(list_services=""), request(file_containing_symbol=SERVICE)]), timeout=10
        )
        listed, described = answers
    assert SERVICE in {service.name for service in listed.list_services_response.service}
    assert described.file_descriptor_response.file_descriptor_proto


def test_grpcurl_calls(workspace):
    answer = grpcurl(workspace.server, "-d", '{"title": "By grpcurl"}', f"{SERVICE}/CreateDataset")
    dataset = json.loads(answer)["dataset_hash"]
    listed = json.loads(grpcurl(workspace.server, f"{SERVICE}/ListDatasets"))["datasets"]
    assert ("By grpcurl", dataset) in {(d["title"], d["dataset_hash"]) for d in listed}


# --- Draining -------------------------------------------------------------------------------------


@pytest.fixture
def slow_call(own_workspace):
    """A gateway with a call in flight that Encord takes two seconds for."""
    workspace = own_workspace()
    workspace.sandbox.fault("latency", "groups", ms=2000)
    gateway = workspace.gateway
    call = gateway.start("ListGroups", gateway.request("ListGroups").SerializeToString())
    wait_until(workspace.sandbox.requests, "the call has reached the sandbox")
    return workspace, call


def test_sigterm_lets_calls_in_flight_finish(slow_call):
    workspace, call = slow_call
    workspace.server.terminate()
    assert workspace.gateway.outcome(call) is not None
    assert workspace.server.wait() == 0


def test_a_draining_gateway_refuses_new_calls(slow_call):
    workspace, call = slow_call
    watched = []
    watching = threading.Event()

    def watch():
        with grpc.insecure_channel(workspace.server.address) as channel:
            stub = health_pb2_grpc.HealthStub(channel)
            try:
                for answer in stub.Watch(health_pb2.HealthCheckRequest(service=SERVICE)):
                    watched.append(answer.status)
                    watching.set()
            except grpc.RpcError:
                pass

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert watching.wait(10)
    workspace.server.terminate()
    wait_until(lambda: NOT_SERVING in watched, "health says NOT_SERVING")
    for caller in (Caller(workspace.protos, workspace.server.address), workspace.gateway):
        with pytest.raises(Refusal) as caught:
            caller.ListProjects()
        # CANCELLED: the call crossed gRPC's farewell on the wire.
        assert caught.value.code in (StatusCode.UNAVAILABLE, StatusCode.CANCELLED)
    assert workspace.gateway.outcome(call) is not None
    assert workspace.server.wait() == 0
    watcher.join(10)


def test_a_call_that_outlasts_the_drain_timeout_is_cancelled(own_workspace):
    workspace = own_workspace(gateway_arguments=["--drain_timeout=200ms"])
    workspace.sandbox.fault("stall", "groups")
    gateway = workspace.gateway
    call = gateway.start("ListGroups", gateway.request("ListGroups").SerializeToString())
    wait_until(workspace.sandbox.requests, "the call has reached the sandbox")
    workspace.server.terminate()
    with pytest.raises(Refusal) as caught:
        gateway.outcome(call)
    assert caught.value.code in (StatusCode.CANCELLED, StatusCode.UNAVAILABLE)
    assert workspace.server.wait() == 0


def test_an_idle_gateway_ends_at_once(own_workspace):
    assert own_workspace().server.stop() == 0
