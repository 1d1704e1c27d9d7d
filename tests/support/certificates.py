"""Certificates for servers that speak TLS to what is under test."""

import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


def _general_name(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class Authority:
    """A certificate authority; the PEM file of its own certificate is `certificate`."""

    def __init__(self, folder, name="authority"):
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.certificate, _ = self._issue(
            self._name, self._key, x509.BasicConstraints(ca=True, path_length=None), -DAY, DAY
        )

    def issue(self, *names, starts=-DAY, ends=DAY):
        """A server's certificate for host names and IP addresses, valid from `starts` to `ends`
        from now: its PEM file and that of its key."""
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        alternatives = x509.SubjectAlternativeName([_general_name(name) for name in names])
        key = ec.generate_private_key(ec.SECP256R1())
        return self._issue(subject, key, alternatives, starts, ends)

    def _issue(self, subject, key, extension, starts, ends):
        now = datetime.datetime.now(datetime.UTC)
        serial = x509.random_serial_number()
        certificate = (
            x509.CertificateBuilder(self._name, subject, key.public_key(), serial)
            .not_valid_before(now + starts)
            .not_valid_after(now + ends)
            .add_extension(extension, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        certificate_file = self._folder / f"{serial:x}.pem"
        certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_file = self._folder / f"{serial:x}.key"
        key_file.write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ))
        return certificate_file, key_file
