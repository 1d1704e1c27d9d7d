"""The gateway sends to Encord what the official SDK sends for the same action, but for what
docs/parity.md says."""

import pytest

import documented
from cases import CASES
from recording import Recording, differences

ROWS = documented.request_differences()
EXTRA_RPCS = {"GetUploadStatus"}


def run(world, case):
    """What differs when both do what the case says. A case runs once in a workspace."""
    if case not in world.compared:
        twins = () if case.prepare is None else (case.prepare(world),)
        gateway, sdk = (
            Recording(
                world.sandbox, lambda: act(world, *twins),
                case.names(*twins, side) if twins else {},
            )
            for side, act in enumerate((case.gateway, case.sdk))
        )
        assert gateway.requests and sdk.requests
        world.compared[case] = differences(case.action, gateway, sdk)
    return world.compared[case]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_requests_are_the_sdks(world, case):
    undocumented = [
        difference for difference in run(world, case)
        if not any(documented.covers(row, difference) for row in ROWS)
    ]
    assert not undocumented, "\n" + "\n".join(
        f"| {' | '.join(difference)} | |" for difference in sorted(undocumented)
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.action}: {row.what}")
def test_a_documented_difference_occurs(world, row):
    cases = [
        case for case in CASES if row.action in (case.action, documented.EVERY_ACTION)
    ]
    assert any(
        documented.covers(row, difference)
        for case in cases for difference in run(world, case)
    ), "no case differs like this any more"


# A streaming RPC does what the list does.
STREAMS = {"StreamLabelRows": "ListLabelRows", "StreamStorageItems": "ListStorageItems"}


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
