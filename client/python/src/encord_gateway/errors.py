"""Errors of calls, with what the gateway says about them."""

from __future__ import annotations

from typing import Any, Iterable, NamedTuple, Optional, Tuple

import grpc
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]

Metadata = Iterable[Tuple[str, Any]]


class FieldViolation(NamedTuple):
    """What is wrong with a field of a request."""

    field: str
    description: str


class Resource(NamedTuple):
    """The thing that an error is about."""

    type: str
    name: str
    description: str


class EncordError(grpc.RpcError):
    """A call that ended with an error.

    code() and details() are those of gRPC. The rest comes from the google.rpc details of the
    answer, and is empty or None where the gateway says nothing, or was not reached.
    """

    def __init__(self, code: grpc.StatusCode, message: str, trailing_metadata: Metadata) -> None:
        self._code = code
        self._message = message
        self._trailing_metadata = tuple((key, value) for key, value in trailing_metadata)
        # Stable name of the cause, such as NOT_FOUND, and facts such as Encord's own code.
        self.reason = ""
        self.metadata: dict[str, str] = {}
        self.field_violations: list[FieldViolation] = []
        # Seconds after which another try makes sense.
        self.retry_after: Optional[float] = None
        # The trace id that Encord's support can look up.
        self.request_id = ""
        self.resource: Optional[Resource] = None
        self._read_details()
        super().__init__(f"{code.name}: {message}")

    @classmethod
    def of(cls, error: grpc.RpcError) -> EncordError:
        """The same error with its details; `error` is one that gRPC raised."""
        if isinstance(error, EncordError):
            return error
        call: Any = error
        return cls(call.code(), call.details() or "", call.trailing_metadata() or ())

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._message

    def trailing_metadata(self) -> Any:
        return self._trailing_metadata

    def _read_details(self) -> None:
        status = status_pb2.Status()
        for key, value in self._trailing_metadata:
            if key == "grpc-status-details-bin":
                status.ParseFromString(value)
        info = error_details_pb2.ErrorInfo()
        request = error_details_pb2.BadRequest()
        retry = error_details_pb2.RetryInfo()
        origin = error_details_pb2.RequestInfo()
        resource = error_details_pb2.ResourceInfo()
        for detail in status.details:
            if detail.Unpack(info):
                self.reason, self.metadata = info.reason, dict(info.metadata)
            elif detail.Unpack(request):
                self.field_violations = [
                    FieldViolation(each.field, each.description)
                    for each in request.field_violations
                ]
            elif detail.Unpack(retry):
                self.retry_after = retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9
            elif detail.Unpack(origin):
                self.request_id = origin.request_id
            elif detail.Unpack(resource):
                self.resource = Resource(
                    resource.resource_type, resource.resource_name, resource.description
                )
