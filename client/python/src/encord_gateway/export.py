"""Exports to a file."""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import TYPE_CHECKING, Any, BinaryIO, Callable, Iterator, Optional, Sequence, Union

from encord_gateway import v1
from encord_gateway.defaults import STREAM_TIMEOUT

if TYPE_CHECKING:
    from encord_gateway.v1 import EncordServiceStub

# Called with the number of data units done, and of all.
Progress = Callable[[int, int], None]
Path = Union[str, "os.PathLike[str]"]


class IncompleteExport(Exception):
    """The stream ended without the summary that every export ends with."""


def export_coco(
    stub: EncordServiceStub,
    project_hash: str,
    path: Path,
    *,
    label_hashes: Sequence[str] = (),
    progress: Optional[Progress] = None,
    timeout: float = STREAM_TIMEOUT,
) -> v1.CocoExportSummary:
    """Writes a project's labels to a COCO JSON file, and returns what it holds.

    label_hashes: only these label rows; empty: all.
    timeout: seconds for the whole export.

    The file appears when it is complete: until then the data are in a file beside it, which is
    removed if anything fails. Raises EncordError, OSError, and whatever `progress` raises.
    """
    request = v1.StreamLabelsCocoJsonRequest(project_hash=project_hash, label_hashes=label_hashes)
    call: Any = stub.StreamLabelsCocoJson(request, timeout=timeout)
    try:
        with replaced(path) as file:
            summary = None
            for part in call:
                summary = take(part, file, progress)
            return complete(summary)
    finally:
        call.cancel()


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` if the block ends well, and else vanishes."""
    part = f"{os.fspath(path)}.{secrets.token_hex(8)}.part"
    try:
        with open(part, "xb") as file:
            yield file
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part)
        raise


def take(
    part: v1.StreamLabelsCocoJsonResponse, file: BinaryIO, progress: Optional[Progress]
) -> Optional[v1.CocoExportSummary]:
    """Writes a part of the document; returns the summary if this is the last one."""
    file.write(part.json)
    if progress:
        progress(part.rows_done, part.rows_total)
    return part.summary if part.HasField("summary") else None


def complete(summary: Optional[v1.CocoExportSummary]) -> v1.CocoExportSummary:
    """Checks that the export came to its end."""
    if summary is None:
        raise IncompleteExport("the export ended without a summary")
    return summary
