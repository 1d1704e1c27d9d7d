"""The gateway sends to Encord what the official SDK sends for the same action, but for what
docs/parity.md says."""

import pytest

import documented
from cases import CASES
from recording import Recording, differences

ROWS = documented.request_differences()

# Of an action that lists: the response's list, its elements' identifier, and that of what the SDK
# returns.
LISTS = {
    "ListDatasets": ("datasets", "dataset_hash", lambda each: each["dataset"].dataset_hash),
    "ListGroups": ("groups", "group_hash", lambda each: each.group_hash),
    "ListLabelRows": ("label_rows", "data_hash", lambda each: each.data_hash),
    "ListOntologies": ("ontologies", "ontology_hash", lambda each: each["ontology"].ontology_hash),
    "ListProjects": ("projects", "project_hash", lambda each: each.project_hash),
    "ListProjectUsers": ("users", "user_email", lambda each: each.user_email),
    "ListStorageFolders": ("folders", "uuid", lambda each: each.uuid),
    "ListStorageItems": ("items", "uuid", lambda each: each.uuid),
}


def record(world, case):
    """Both do what the case says, once in a workspace: (the gateway's recording, the SDK's)."""
    if case not in world.recordings:
        twins = () if case.prepare is None else (case.prepare(world),)
        world.recordings[case] = [
            Recording(
                world.sandbox, lambda act=act: act(world, *twins),
                case.names(*twins, side) if twins else {},
            )
            for side, act in enumerate((case.gateway, case.sdk))
        ]
    return world.recordings[case]


def run(world, case):
    """The set of what differs between the requests of both."""
    gateway, sdk = record(world, case)
    assert gateway.requests and sdk.requests
    return differences(case.action, gateway, sdk)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_requests_are_the_sdks(world, case):
    undocumented = [
        difference for difference in run(world, case)
        if not any(documented.covers(row, difference) for row in ROWS)
    ]
    assert not undocumented, "\n" + "\n".join(
        f"| {' | '.join(difference)} | |" for difference in sorted(undocumented)
    )


@pytest.mark.parametrize("case", [case for case in CASES if case.action in LISTS], ids=str)
def test_lists_are_the_sdks(world, case):
    member, identifier, of_sdk = LISTS[case.action]
    gateway, sdk = record(world, case)
    # Streams and walks give several messages.
    messages = gateway.result if isinstance(gateway.result, list) else [gateway.result]
    ours = [getattr(each, identifier) for message in messages for each in getattr(message, member)]
    theirs = [str(of_sdk(each)) for each in sdk.result]
    assert ours == (theirs[:len(ours)] if case.beginning else theirs)
    assert ours or not case.beginning


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.action}: {row.what}")
def test_a_documented_difference_occurs(world, row):
    cases = [
        case for case in CASES if row.action in (case.action, documented.EVERY_ACTION)
    ]
    assert any(
        documented.covers(row, difference)
        for case in cases for difference in run(world, case)
    ), "no case differs like this any more"


# A streaming RPC does what the unary one does.
STREAMS = {
    "StreamLabelRows": "ListLabelRows",
    "StreamLabelsCoco": "ExportLabelsCoco",
    "StreamLabelsCocoJson": "ExportLabelsCoco",
    "StreamStorageItems": "ListStorageItems",
}


def request_fields(protos):
    """(action, field) of everything that can be asked for."""
    for method in protos.service("encord.v1.EncordService").methods:
        for field in method.input_type.fields:
            action = STREAMS.get(method.name, method.name)
            if field.name == "filter":
                for inner in field.message_type.fields:
                    yield action, f"filter.{inner.name}"
            else:
                yield action, field.name


def test_every_field_of_every_request_has_a_case_or_a_reason(protos):
    compared = {(case.action, field) for case in CASES for field in case.fields}
    excused = documented.fields_without_counterpart()
    fields = set(request_fields(protos))
    assert fields - compared - excused == set()
    assert excused - fields == set()
    assert excused & compared == set()
    actions = {method.name for method in protos.service("encord.v1.EncordService").methods}
    assert actions - STREAMS.keys() == {case.action for case in CASES}
