"""Client of Encord Gateway.

The generated messages and stubs are in `encord_gateway.v1`. What is here helps with what every
client needs: connecting, errors, pages, and exports to a file. `encord_gateway.aio` has the same for
asyncio.
"""

from encord_gateway.channel import connect
from encord_gateway.errors import EncordError, FieldViolation, Resource
from encord_gateway.export import IncompleteExport, export_coco
from encord_gateway.pages import pages
from encord_gateway.settings import SettingsError

__all__ = [
    "EncordError",
    "FieldViolation",
    "IncompleteExport",
    "Resource",
    "SettingsError",
    "connect",
    "export_coco",
    "pages",
]
