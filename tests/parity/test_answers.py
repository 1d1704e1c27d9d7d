"""The gateway answers what the official SDK returns for the same thing, by the conversions that
docs/parity.md names."""

import datetime
import functools

import pytest
from encord.utilities.ontology_user import OntologyUserRole
from google.protobuf import json_format
from google.protobuf.message import Message

import documented
import pairs

ROWS = documented.answers()

# In the table: the SDK has nothing to compare with.
NOTHING = "nothing"

# In the table: nothing in the sandbox makes another value.
ALWAYS_0 = "always 0 here"

CONVERSIONS = {
    "same": lambda value: value,
    "text": str,
    "name in lower case": lambda value: value.name.lower(),
    "ontology role of a number": lambda value: OntologyUserRole(value).name.lower(),
    "wire value": lambda value: value.value,
    "wire value in upper case": lambda value: value.value.upper(),
    "class name": lambda value: type(value).__name__,
    "how many": len,
    "time of a text": lambda value: datetime.datetime.fromisoformat(value),
    "one more": lambda value: value + 1,
    ALWAYS_0: lambda value: value,
}


def of_sdk(value, path):
    """Follows a path of attributes and members: dataset.created_at."""
    if path == "itself":
        return value
    for name in path.split("."):
        if value is None:
            return None
        value = getattr(value, name) if hasattr(value, name) else value.get(name)
    return value


def canonical(value):
    """One form for what both may give: absent and empty are the same, as in proto3."""
    if isinstance(value, datetime.datetime):
        zoned = value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)
        return zoned.astimezone(datetime.timezone.utc)
    if isinstance(value, dict):
        return {name: canonical(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(each) for each in value]
    if isinstance(value, float):
        return pytest.approx(value)
    return value


def of_gateway(message, path):
    """Follows a path that may go on inside of free JSON: attributes.track_id."""
    name, *members = path.split(".")
    if message.DESCRIPTOR.fields_by_name[name].has_presence and not message.HasField(name):
        return None
    value = plain(getattr(message, name))
    for member in members:
        value = value.get(member)
    return value


def plain(value):
    if isinstance(value, Message):
        if value.DESCRIPTOR.full_name == "google.protobuf.Timestamp":
            return value.ToDatetime(tzinfo=datetime.timezone.utc)
        return json_format.MessageToDict(value, preserving_proto_field_name=True)
    if isinstance(value, (str, bytes, int, float)):
        return value
    return [plain(each) for each in value]


@pytest.fixture(scope="module")
def paired(world):
    """Pairs of the gateway's message and the SDK's object, by name of the message."""
    return functools.cache(lambda message: list(pairs.PAIRS[message](world)))


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.sdk != NOTHING],
    ids=lambda row: f"{row.message}.{row.field}",
)
def test_a_field_is_the_sdks(paired, row):
    told = row.conversion == ALWAYS_0
    for message, sdk in paired(row.message):
        ours = of_gateway(message, row.field)
        theirs = of_sdk(sdk, row.sdk)
        if theirs is not None:
            theirs = CONVERSIONS[row.conversion](theirs)
        if row.conversion == "how many" and isinstance(ours, list):
            ours = len(ours)
        told |= bool(ours)
        if ours or theirs:
            assert ours == canonical(theirs), message
    assert told, "no pair has a value"


@pytest.mark.parametrize("message", pairs.PAIRS)
def test_every_field_of_an_answer_has_a_row(protos, message):
    fields = [field.name for field in protos(f"encord.v1.{message}").DESCRIPTOR.fields]
    rows = {row.field.partition(".")[0] for row in ROWS if row.message == message}
    assert sorted(fields) == sorted(rows)


def test_every_row_is_of_an_answer():
    assert {row.message for row in ROWS} == set(pairs.PAIRS)
    assert {row.conversion for row in ROWS if row.sdk != NOTHING} <= CONVERSIONS.keys()
