"""How to reach the gateway: options, and environment variables for what they leave open."""

from __future__ import annotations

import os
import re
from typing import Mapping, NamedTuple, Optional

import grpc

# A name or an IPv4 address, or an IPv6 address in brackets, and a port.
_ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:.%]+\]|[^\s:/\[\]]+):([0-9]{1,5})", re.ASCII)
_TOKEN = re.compile(r"[\x21-\x7e]+")
_SWITCH = {"1": True, "true": True, "0": False, "false": False}


class SettingsError(ValueError):
    """An option or environment variable that cannot be; the message starts with its name."""


class Settings(NamedTuple):
    """Where the gateway is and how to talk to it."""

    address: str
    # None: none is sent.
    token: Optional[str]
    tls: bool
    # PEM of the certificate authorities to trust; None: gRPC's own.
    ca: Optional[bytes]

    @property
    def credentials(self) -> Optional[grpc.ChannelCredentials]:
        """Of a TLS channel; None without TLS."""
        return grpc.ssl_channel_credentials(self.ca) if self.tls else None


def read_settings(
    address: Optional[str] = None,
    token: Optional[str] = None,
    tls: Optional[bool] = None,
    ca_file: Optional[str] = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Settles the options with the environment; raises SettingsError."""
    if tls is False and ca_file:
        raise SettingsError("ca_file: given although tls is off")
    if tls is None:
        tls = True if ca_file else _read_switch(environment, "ENCORD_GATEWAY_TLS")
    ca_setting = "ca_file"
    if tls and not ca_file:
        ca_setting, ca_file = "ENCORD_GATEWAY_CA_FILE", environment.get("ENCORD_GATEWAY_CA_FILE")
    return Settings(
        address=_read_address(address, environment),
        token=_read_token(token, environment),
        tls=tls,
        ca=_read_ca(ca_setting, ca_file) if ca_file else None,
    )


def _read_address(address: Optional[str], environment: Mapping[str, str]) -> str:
    setting = "ENCORD_GATEWAY" if address is None else "address"
    value = environment.get("ENCORD_GATEWAY", "") if address is None else address
    match = _ADDRESS.fullmatch(value)
    if not match or not 1 <= int(match[1]) <= 65535:
        raise SettingsError(f"{setting}: must be HOST:PORT, is {value!r}")
    return value


def _read_token(token: Optional[str], environment: Mapping[str, str]) -> Optional[str]:
    setting = "ENCORD_GATEWAY_TOKEN" if token is None else "token"
    value = environment.get("ENCORD_GATEWAY_TOKEN", "") if token is None else token
    # The value is a secret, and gRPC would put one that it cannot send into its error.
    if value and not _TOKEN.fullmatch(value):
        raise SettingsError(f"{setting}: must be printable ASCII without blanks")
    return value or None


def _read_switch(environment: Mapping[str, str], setting: str) -> bool:
    value = environment.get(setting, "")
    if not value:
        return False
    if value not in _SWITCH:
        raise SettingsError(f"{setting}: must be 1, true, 0 or false, is {value!r}")
    return _SWITCH[value]


def _read_ca(setting: str, path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            pem = file.read()
    except OSError as error:
        raise SettingsError(f"{setting}: cannot read {path}: {error.strerror}") from None
    if b"-----BEGIN CERTIFICATE-----" not in pem:
        raise SettingsError(f"{setting}: no PEM certificate in {path}")
    return pem
