"""Fixtures: the servers, as the behaviour tests have them, and a gateway with TLS."""

import contextlib
import datetime
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from harness import Gateway, build_servers, protos
from workspaces import Demo, Workspace


def pytest_sessionstart():
    build_servers()


@pytest.fixture(scope="module")
def module_stack():
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def shared_workspace(module_stack, protos, tmp_path_factory):
    return Workspace(module_stack, protos, tmp_path_factory.mktemp("workspace"))


@pytest.fixture
def workspace(shared_workspace):
    """Each test finds the sandbox's records empty."""
    shared_workspace.sandbox.forget()
    return shared_workspace


@pytest.fixture
def sandbox(workspace):
    return workspace.sandbox


@pytest.fixture(scope="module")
def demo(module_stack, protos, tmp_path_factory):
    return Demo(module_stack, protos, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def tls_gateway(module_stack, shared_workspace, tmp_path_factory):
    """A gateway without key that speaks TLS: its address, the file with its certificate, and a token
    that it passes on."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = make_certificate(folder)
    server = Gateway(
        folder, shared_workspace.sandbox.address, f"--tls_cert_file={certificate}",
        f"--tls_key_file={key}",
    )
    module_stack.callback(server.stop)
    token = shared_workspace.alice.sdk(shared_workspace.sandbox).get_bearer_token()
    return server.address, str(certificate), token


def make_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gateway")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files
