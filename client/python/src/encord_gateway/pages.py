"""Lists in pages."""

from __future__ import annotations

from typing import Any, Callable, Iterator, TypeVar

Response = TypeVar("Response")

# The most that the gateway puts on a page; a whole list may be more than gRPC lets through.
PAGE_SIZE = 1000


def pages(list_method: Callable[[Any], Response], request: Any) -> Iterator[Response]:
    """Yields all pages of a list: pages(stub.ListProjects, v1.ListProjectsRequest()).

    A page has request.page_size entries, or 1000 if that is unset. The request stays as it is.
    """
    request = first_page(request)
    while True:
        response: Any = list_method(request)
        yield response
        if not response.next_page_token:
            return
        request.page_token = response.next_page_token


def first_page(request: Any) -> Any:
    """A copy of the request of a list that has a page size."""
    copy = type(request)()
    copy.CopyFrom(request)
    if not copy.HasField("page_size"):
        copy.page_size = PAGE_SIZE
    return copy
