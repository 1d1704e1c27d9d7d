"""Connecting."""

from __future__ import annotations

from typing import Any, Callable, Iterator, NamedTuple, Optional

import grpc

from encord_gateway.defaults import TIMEOUT, Defaults
from encord_gateway.errors import EncordError
from encord_gateway.settings import read_settings


def connect(
    address: Optional[str] = None,
    *,
    token: Optional[str] = None,
    tls: Optional[bool] = None,
    ca_file: Optional[str] = None,
    timeout: float = TIMEOUT,
) -> grpc.Channel:
    """A channel to the gateway, for `encord_gateway.v1.EncordServiceStub`.

    address: HOST:PORT; otherwise ENCORD_GATEWAY.
    token: Encord bearer token; otherwise ENCORD_GATEWAY_TOKEN. Empty: none, so that the gateway
        uses its own key. A call's own "authorization" metadata goes before it.
    tls: whether to use TLS; otherwise yes if ca_file is given, otherwise ENCORD_GATEWAY_TLS (1 or
        true, 0 or false). Without either: plain text.
    ca_file: PEM file of the certificate authorities to trust; otherwise, with TLS,
        ENCORD_GATEWAY_CA_FILE. Without either: those that come with gRPC.
    timeout: seconds for a call that sets no timeout itself; one that streams has an hour.

    Raises SettingsError. Connects when the first call is made. Errors of calls are EncordErrors.
    """
    settings = read_settings(address, token, tls, ca_file)
    credentials = settings.credentials
    if credentials is None:
        channel = grpc.insecure_channel(settings.address)
    else:
        channel = grpc.secure_channel(settings.address, credentials)
    return grpc.intercept_channel(channel, _Interceptor(Defaults(settings.token, timeout)))


class _CallDetails(NamedTuple):
    method: str
    timeout: Optional[float]
    metadata: Any
    credentials: Optional[grpc.CallCredentials]
    wait_for_ready: Optional[bool]
    compression: Optional[grpc.Compression]


class _Interceptor(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]
    def __init__(self, defaults: Defaults) -> None:
        self._defaults = defaults

    def _with_defaults(self, details: Any, streaming: bool) -> _CallDetails:
        return _CallDetails(
            details.method,
            self._defaults.deadline(details.timeout, streaming),
            self._defaults.headers(details.metadata),
            details.credentials,
            details.wait_for_ready,
            details.compression,
        )

    def intercept_unary_unary(
        self, continuation: Callable[[Any, Any], Any], client_call_details: Any, request: Any
    ) -> Any:
        return _Call(continuation(self._with_defaults(client_call_details, False), request))

    def intercept_unary_stream(
        self, continuation: Callable[[Any, Any], Any], client_call_details: Any, request: Any
    ) -> Any:
        return _Call(continuation(self._with_defaults(client_call_details, True), request))


class _Call:
    """A call of gRPC whose errors are EncordErrors."""

    def __init__(self, call: Any) -> None:
        self._call = call

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        try:
            return next(self._call)
        except grpc.RpcError as error:
            raise EncordError.of(error) from None

    def result(self, timeout: Optional[float] = None) -> Any:
        try:
            return self._call.result(timeout)
        except grpc.RpcError as error:
            raise EncordError.of(error) from None

    def exception(self, timeout: Optional[float] = None) -> Optional[BaseException]:
        error: Optional[BaseException] = self._call.exception(timeout)
        return EncordError.of(error) if isinstance(error, grpc.RpcError) else error

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        self._call.add_done_callback(lambda _: callback(self))
