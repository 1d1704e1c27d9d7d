"""What the behaviour tests stand on: the two servers as processes, a caller of the gateway whose
messages are made from proto/ itself, and the sandbox's control endpoint."""

import json
import os
import pathlib
import subprocess
import threading
import time
import urllib.error
import urllib.request

import grpc
import grpc_tools
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from grpc_tools import protoc

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The folder of the servers that are tested; tools/coverage names one whose servers count.
BINARIES = pathlib.Path(os.environ.get("ENCORD_TEST_BINARIES", ROOT / "bazel-bin"))
GATEWAY = BINARIES / "server/encord_gateway"
SANDBOX = BINARIES / "tools/sandbox/encord_sandbox"
GRPCURL = ROOT / ".deps/bin/grpcurl"

# A UUID that nothing has.
NOWHERE = "00000000-0000-4000-8000-000000000000"

# Seconds within which anything must have happened that a test waits for.
PATIENCE = 30


def wait_until(condition, what):
    """Waits for what a server does without telling; returns the condition's first true value."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    pytest.fail(f"waited {PATIENCE} s in vain: {what}")


def build_servers():
    """Builds what is tested, unless ENCORD_TEST_BINARIES says that it is there."""
    if "ENCORD_TEST_BINARIES" not in os.environ:
        targets = ["//server:encord_gateway", "//tools/sandbox:encord_sandbox"]
        subprocess.run(["bazel", "build", *targets], cwd=ROOT, check=True)


# --- Messages and calls ---------------------------------------------------------------------------


class Protos:
    """Message classes and services of .proto files: protos("encord.v1.GetProjectRequest")."""

    def __init__(self, folder, include, files):
        compiled = folder / "descriptors.binpb"
        arguments = ["protoc", f"--descriptor_set_out={compiled}", "--include_imports"]
        arguments += [f"-I{include}", f"-I{pathlib.Path(grpc_tools.__file__).parent / '_proto'}"]
        assert protoc.main(arguments + [str(file) for file in files]) == 0
        self._pool = descriptor_pool.DescriptorPool()
        for file in descriptor_pb2.FileDescriptorSet.FromString(compiled.read_bytes()).file:
            self._pool.Add(file)

    def __call__(self, name):
        return message_factory.GetMessageClass(self._pool.FindMessageTypeByName(name))

    def service(self, name):
        return self._pool.FindServiceByName(name)


@pytest.fixture(scope="session")
def protos(tmp_path_factory):
    """The contract's, for every suite that imports this fixture."""
    files = sorted((ROOT / "proto/encord/v1").glob("*.proto"))
    return Protos(tmp_path_factory.mktemp("protos"), ROOT / "proto", files)


class Refusal(Exception):
    """A call that ended with an error: its code, its words, and google.rpc details by kind."""

    def __init__(self, error):
        super().__init__(f"{error.code().name}: {error.details()}")
        self.code = error.code()
        self.message = error.details()
        self.details = {}
        status = rpc_status.from_call(error)
        for detail in status.details if status else ():
            kind = getattr(error_details_pb2, detail.TypeName().removeprefix("google.rpc."))
            self.details[kind.__name__] = kind.FromString(detail.value)

    def __getattr__(self, kind):
        try:
            return self.__dict__["details"][kind]
        except KeyError:
            raise AttributeError(f"{self} has no {kind}") from None

    @property
    def violations(self):
        """Of BadRequest: description by field."""
        return {each.field: each.description for each in self.BadRequest.field_violations}


def refused(code, call, **arguments):
    """Makes a call that must end with this error, and returns the Refusal."""
    with pytest.raises(Refusal) as caught:
        call(**arguments)
    assert caught.value.code == code, caught.value
    return caught.value


class WholeStream:
    """A streaming call whose messages are read as they come; used like grpc's future of a unary
    call, with the list of all messages as its result."""

    def __init__(self, call):
        self._call = call
        self._messages = []
        self._error = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        try:
            self._messages.extend(self._call)
        except grpc.RpcError as error:
            self._error = error

    def cancel(self):
        self._call.cancel()

    def code(self):
        self._reader.join()
        return self._call.code()

    def result(self):
        self._reader.join()
        if self._call.cancelled():
            raise grpc.FutureCancelledError
        if self._error is not None:
            raise self._error
        return self._messages


class Caller:
    """Calls the gateway: caller.GetProject(project_hash=...) returns the response, or raises a
    Refusal. Of a streaming RPC it returns the list of all messages."""

    def __init__(self, protos, address, token=None):
        self._protos = protos
        self._service = protos.service("encord.v1.EncordService")
        limit = 256 << 20
        self.channel = grpc.insecure_channel(
            address,
            options=[
                ("grpc.max_send_message_length", limit),
                ("grpc.max_receive_message_length", limit),
                ("grpc.enable_retries", 0),
            ],
        )
        self.metadata = () if token is None else (("authorization", f"Bearer {token}"),)

    def __getattr__(self, name):
        def call(timeout=PATIENCE, metadata=(), **fields):
            request = self.request(name, **fields).SerializeToString()
            return self.send(name, request, timeout=timeout, metadata=metadata)

        return call

    def message(self, full_name):
        """A message class."""
        return self._protos(full_name)

    def request(self, name, /, **fields):
        return self.message(self._service.methods_by_name[name].input_type.full_name)(**fields)

    def start(self, name, request, timeout=PATIENCE, metadata=()):
        """Starts a call and returns grpc's future, or a WholeStream, which is used alike."""
        method = self._service.methods_by_name[name]
        path = f"/{self._service.full_name}/{name}"
        decode = self._protos(method.output_type.full_name).FromString
        settings = {"timeout": timeout, "metadata": (*self.metadata, *metadata)}
        if method.server_streaming:
            stub = self.channel.unary_stream(path, response_deserializer=decode)
            return WholeStream(stub(request, **settings))
        stub = self.channel.unary_unary(path, response_deserializer=decode)
        return stub.future(request, **settings)

    @staticmethod
    def outcome(future):
        """Waits for a started call: its response, or a Refusal."""
        try:
            return future.result()
        except grpc.RpcError as error:
            raise Refusal(error) from None

    def send(self, name, request, timeout=PATIENCE, metadata=()):
        """Like call, with the request as bytes."""
        return self.outcome(self.start(name, request, timeout, metadata))

    def method(self, name):
        """The descriptor of an RPC."""
        return self._service.methods_by_name[name]

    @property
    def methods(self):
        return sorted(self._service.methods_by_name)


# --- Servers --------------------------------------------------------------------------------------


class Server:
    """A process whose first line on stdout is "listening on ADDRESS"."""

    def __init__(self, binary, *arguments, log, environment=()):
        self.log = log
        # Nothing of the tester's own settings may reach the servers, but those of sanitizers.
        names = ("PATH", "HOME", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS")
        inherited = {name: os.environ[name] for name in names if name in os.environ}
        with open(log, "ab") as stderr:
            self._process = subprocess.Popen(
                [binary, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                env={**inherited, **dict(environment)},
            )
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            self.stop()
            pytest.fail(f"{binary.name} said {line!r} and:\n{self.stderr()}")
        self.address = line.removeprefix("listening on ").strip()

    @property
    def pid(self):
        return self._process.pid

    def stderr(self):
        return self.log.read_text(errors="replace")

    def peak_memory(self):
        """The most memory, in bytes, that the process has had resident since it began."""
        status = pathlib.Path(f"/proc/{self._process.pid}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) << 10

    def terminate(self):
        self._process.terminate()

    def kill(self):
        """Ends the process without a chance to tidy up."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def wait(self):
        """The exit code, once the process has ended."""
        return self._process.wait(PATIENCE)

    def stop(self):
        """Asks the process to end, and returns its exit code."""
        self.terminate()
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            pytest.fail(f"{self._process.args[0]} did not end:\n{self.stderr()}")
        finally:
            self._process.stdout.close()


class Sandbox(Server):
    """An encord_sandbox on a port of the system's choice."""

    def __init__(self, folder, *arguments, listen="127.0.0.1:0"):
        super().__init__(SANDBOX, f"--listen={listen}", *arguments, log=folder / "sandbox.log")

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.address}/_sandbox/{path}", data=data, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            pytest.fail(f"{method} {path}: {error.code} {error.read().decode()}")

    def requests(self):
        """The requests received since the last call of forget(), oldest first; without those by
        which the gateway looks whether Encord can be reached."""
        requests = self.control("GET", "requests")["requests"]
        return [request for request in requests if request["target"] != "/"]

    def changes(self):
        """Those of the requests that may change something, as "METHOD path" or "type/METHOD"."""
        calls = [
            request["v1_call"] or f"{request['method']} {request['target']}"
            for request in self.requests()
        ]
        return [call for call in calls if not (call.startswith("GET ") or call.endswith("/GET"))]

    def forget(self):
        """Forgets the requests received and the faults asked for."""
        self.control("DELETE", "requests")
        self.control("DELETE", "faults")

    def fault(self, fault, path="", **settings):
        """Asks for a fault of requests whose target contains `path`, or of a v1 call."""
        self.control("POST", "faults", {"fault": fault, "match": {"path": path}, **settings})


class Gateway(Server):
    """An encord_gateway on a port of the system's choice."""

    def __init__(self, folder, encord_url, *arguments, key_file=None, environment=()):
        key = {} if key_file is None else {"ENCORD_SSH_KEY_FILE": str(key_file)}
        super().__init__(
            GATEWAY,
            "--listen=127.0.0.1:0",
            f"--encord_url={encord_url}",
            *arguments,
            log=folder / "gateway.log",
            environment={**key, **dict(environment)},
        )


# --- Users ----------------------------------------------------------------------------------------


class User:
    """A user of Encord with a new key of his own."""

    def __init__(self, email, folder):
        self.email = email
        self.organisation = email.partition("@")[2]
        key = Ed25519PrivateKey.generate()
        self.private_key = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        ).decode()
        public = key.public_key().public_bytes(
            serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
        )
        self.authorized_key = f"{public.decode()} {email}\n"
        self.key_file = folder / f"{email}.key"
        self.key_file.write_text(self.private_key)
        self.key_file.chmod(0o600)

    def sdk(self, sandbox):
        """The official SDK, connected to the sandbox as this user."""
        # Imported late: it takes a second, and few tests need it.
        from encord.user_client import EncordUserClient

        return EncordUserClient.create_with_ssh_private_key(
            self.private_key, domain=sandbox.address
        )

    @property
    def secrets(self):
        """Lines of the private key that no log may hold."""
        return [line for line in self.private_key.splitlines()[2:-1] if len(line) > 16]
