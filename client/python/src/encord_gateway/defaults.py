"""What a connection adds to every call that does not say otherwise itself."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

# Seconds that a call with one response may take.
TIMEOUT = 60.0
# Seconds that a call with a stream of responses may take: those last as long as there is data.
STREAM_TIMEOUT = 3600.0


class Defaults(NamedTuple):
    """Deadlines and credential of calls that bring none of their own."""

    token: Optional[str]
    timeout: float

    def headers(self, metadata: Any) -> tuple[tuple[str, Any], ...]:
        """A call's metadata with the token, unless the call has a credential already."""
        headers = tuple((key, value) for key, value in metadata or ())
        if self.token is None or any(key.lower() == "authorization" for key, _ in headers):
            return headers
        return (*headers, ("authorization", f"Bearer {self.token}"))

    def deadline(self, timeout: Optional[float], streaming: bool) -> float:
        """A call's timeout in seconds."""
        if timeout is not None:
            return timeout
        return STREAM_TIMEOUT if streaming else self.timeout
