"""Certificates for servers of the tests."""

import datetime
import ipaddress
import itertools

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


def _names(hosts):
    """Host names and IP addresses as alternative names of a certificate."""
    for host in hosts:
        try:
            yield x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            yield x509.DNSName(host)


def _certificate(subject, key, issuer, issuer_key, hosts, valid_from, valid_until, is_authority):
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (subject, issuer)]
    builder = (
        x509.CertificateBuilder(*reversed(names), key.public_key(), x509.random_serial_number())
        .not_valid_before(now + valid_from)
        .not_valid_after(now + valid_until)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), True)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName(list(_names(hosts))), False)
    return builder.sign(issuer_key, hashes.SHA256())


def _write(folder, name, key, *chain):
    """Writes PEM files of a chain of certificates and of the first one's key."""
    cert_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    cert_file.write_bytes(
        b"".join(certificate.public_bytes(serialization.Encoding.PEM) for certificate in chain)
    )
    key_file.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ))
    return cert_file, key_file


def _new_key():
    return ec.generate_private_key(ec.SECP256R1())


def self_signed(folder, name, hosts=("127.0.0.1",)):
    """A self-signed certificate: its PEM file and that of its key."""
    key = _new_key()
    return _write(folder, name, key, _certificate(name, key, name, key, hosts, -DAY, DAY, True))


class Authority:
    """A certificate authority; `file` is the PEM file to trust."""

    def __init__(self, folder, name="Authority", parent=None):
        self._folder = folder
        self._name = name
        self._key = _new_key()
        self._numbers = itertools.count(1)
        self._parent = parent
        issuer, issuer_key = (parent._name, parent._key) if parent else (name, self._key)
        self._own = _certificate(name, self._key, issuer, issuer_key, (), -DAY, DAY, True)
        self.file, _ = _write(folder, name, self._key, self._own)

    def issue(self, *hosts, valid_from=-DAY, valid_until=DAY, with_authority=True):
        """A server's certificate for host names and IP addresses: the PEM file of its chain, up to
        an authority without parent, and that of its key."""
        key = _new_key()
        name = f"{self._name}-{next(self._numbers)}"
        server = _certificate(
            hosts[0], key, self._name, self._key, hosts, valid_from, valid_until, False
        )
        chain = [self._own] if self._parent and with_authority else []
        return _write(self._folder, name, key, server, *chain)
