"""The same as encord_gateway, for asyncio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, AsyncIterator, Awaitable, Callable, Optional, Sequence, TypeVar

import grpc
import grpc.aio

from encord_gateway import v1
from encord_gateway.defaults import STREAM_TIMEOUT, TIMEOUT, Defaults
from encord_gateway.errors import EncordError
from encord_gateway.export import Path, Progress, complete, replaced, take
from encord_gateway.pages import first_page
from encord_gateway.settings import read_settings

if TYPE_CHECKING:
    from encord_gateway.v1 import EncordServiceAsyncStub

__all__ = ["connect", "export_coco", "pages"]

Response = TypeVar("Response")


def connect(
    address: Optional[str] = None,
    *,
    token: Optional[str] = None,
    tls: Optional[bool] = None,
    ca_file: Optional[str] = None,
    timeout: float = TIMEOUT,
) -> grpc.aio.Channel:
    """Like encord_gateway.connect; the channel makes asynchronous stubs."""
    settings = read_settings(address, token, tls, ca_file)
    defaults = Defaults(settings.token, timeout)
    interceptors = [_UnaryInterceptor(defaults), _StreamInterceptor(defaults)]
    credentials = settings.credentials
    if credentials is None:
        return grpc.aio.insecure_channel(settings.address, interceptors=interceptors)
    return grpc.aio.secure_channel(settings.address, credentials, interceptors=interceptors)


async def pages(
    list_method: Callable[[Any], Awaitable[Response]], request: Any
) -> AsyncIterator[Response]:
    """Like encord_gateway.pages."""
    request = first_page(request)
    while True:
        response: Any = await list_method(request)
        yield response
        if not response.next_page_token:
            return
        request.page_token = response.next_page_token


async def export_coco(
    stub: EncordServiceAsyncStub,
    project_hash: str,
    path: Path,
    *,
    label_hashes: Sequence[str] = (),
    progress: Optional[Progress] = None,
    timeout: float = STREAM_TIMEOUT,
) -> v1.CocoExportSummary:
    """Like encord_gateway.export_coco. Writing does not block the event loop."""
    request = v1.StreamLabelsCocoJsonRequest(project_hash=project_hash, label_hashes=label_hashes)
    call: Any = stub.StreamLabelsCocoJson(request, timeout=timeout)
    try:
        with replaced(path) as file:
            summary = None
            async for part in call:
                await asyncio.to_thread(file.write, part.json)
                part.ClearField("json")
                summary = take(part, file, progress)
            return complete(summary)
    finally:
        call.cancel()


def _with_defaults(defaults: Defaults, details: Any, streaming: bool) -> grpc.aio.ClientCallDetails:
    return grpc.aio.ClientCallDetails(
        details.method,
        defaults.deadline(details.timeout, streaming),
        grpc.aio.Metadata(*defaults.headers(details.metadata)),
        details.credentials,
        details.wait_for_ready,
    )


class _UnaryInterceptor(grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[misc]
    def __init__(self, defaults: Defaults) -> None:
        self._defaults = defaults

    async def intercept_unary_unary(
        self, continuation: Callable[[Any, Any], Any], client_call_details: Any, request: Any
    ) -> Any:
        details = _with_defaults(self._defaults, client_call_details, False)
        try:
            return await (await continuation(details, request))
        except grpc.RpcError as error:
            raise EncordError.of(error) from None


class _StreamInterceptor(grpc.aio.UnaryStreamClientInterceptor):  # type: ignore[misc]
    def __init__(self, defaults: Defaults) -> None:
        self._defaults = defaults

    async def intercept_unary_stream(
        self, continuation: Callable[[Any, Any], Any], client_call_details: Any, request: Any
    ) -> Any:
        details = _with_defaults(self._defaults, client_call_details, True)
        return _responses(await continuation(details, request))


async def _responses(call: Any) -> AsyncIterator[Any]:
    try:
        async for response in call:
            yield response
    except grpc.RpcError as error:
        raise EncordError.of(error) from None
