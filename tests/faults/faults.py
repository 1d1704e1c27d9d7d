"""The sandbox's faults as data: how each is asked for, and what an action makes of it."""

from typing import NamedTuple

from grpc import StatusCode


class Fault(NamedTuple):
    """`settings` as the sandbox's control endpoint takes them. A read that meets nothing else fails
    with `code` and, in v2 and v1, `reasons`. `takes_effect`: the request does what it asks for.
    `is_refusal`: Encord says that it has done nothing."""

    name: str
    settings: dict
    code: StatusCode | None
    reasons: tuple = ()
    takes_effect: bool = False
    is_refusal: bool = False


STATUSES = [
    (500, StatusCode.INTERNAL, "SERVER_ERROR"),
    (502, StatusCode.UNAVAILABLE, "BAD_GATEWAY"),
    (503, StatusCode.UNAVAILABLE, "SERVICE_UNAVAILABLE"),
    (504, StatusCode.UNAVAILABLE, "GATEWAY_TIMEOUT"),
]
CONNECTION_FAILED = (StatusCode.UNAVAILABLE, ("CONNECTION_FAILED",) * 2)


def both(name, settings, code, reasons=()):
    """The fault before and after the request took effect."""
    return [
        Fault(f"{name} {when}", {**settings, "when": when}, code, reasons, when == "after")
        for when in ("before", "after")
    ]


LATENCIES = both("latency", {"fault": "latency", "ms": 20}, None)
# By its meaning a 429 has no effect. How long it asks to wait is tests/faults/test_retry_after.py's.
RATE_LIMIT = Fault(
    "status 429", {"fault": "status", "status": 429}, StatusCode.RESOURCE_EXHAUSTED,
    ("RATE_LIMIT_EXCEEDED", "UNKNOWN_ERROR"), is_refusal=True,
)
FAILURES = [
    RATE_LIMIT,
    *(fault for status, code, reason in STATUSES for fault in both(
        f"status {status}", {"fault": "status", "status": status}, code, (reason, "UNKNOWN_ERROR"),
    )),
    *both("reset", {"fault": "reset"}, *CONNECTION_FAILED),
    *both("garbage", {"fault": "garbage"}, *CONNECTION_FAILED),
    Fault("truncate", {"fault": "truncate"}, *CONNECTION_FAILED, takes_effect=True),
]
STALLS = both("stall", {"fault": "stall"}, None)
# More than any action makes calls.
LASTING = 1000
