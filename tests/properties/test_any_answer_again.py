"""Any answer that a row can say, to a known or an unknown party: a device can be made to give it.

What a read of an ESME or hub may be answered with is drawn from the shapes of its row, so these are answers
that no device of ours would give by itself.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from exchange_bench import ACB, DEVICES, KEYS, NOW, PARTIES, Asked, answer_of, finished
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import USE_CASES, use_case
from dcc_sim.codec.access import AccessRow, Kind
from dcc_sim.codec.exchange import Body
from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import NEVER
from dcc_sim.devices.rehearsal import check_same_answer, rehearse
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag, DeviceType, KeyUsage, RemotePartyRole
from dcc_sim.testing.shapes import response_body
from dcc_sim.transform.message import build_command, read_message


def is_read(row: UseCase) -> bool:
    return isinstance(row.payload, AccessRow) and all(
        item.kind is Kind.GET or item.protected for item in row.payload.items
    )


TWICE = {"ECS26a": "reads one attribute at two places, which cannot differ"}
READS = [
    (code, device)
    for code, row in USE_CASES.items()
    for device in row.targets
    if row.roles and is_read(row) and device in (DeviceType.ESME, DeviceType.CHF) and code not in TWICE
]


def everything(row: UseCase) -> dict[str, Value]:
    """The periods of all logs left open."""
    assert isinstance(row.payload, AccessRow)
    return {
        item.name: {"from": NEVER, "to": NEVER} if item.protected else {"from": 0, "to": 0xFFFF_FFFF}
        for item in row.payload.items
        if item.ranged
    }


def ask(row: UseCase, device: DeviceType, *, unknown: bool) -> Asked:
    header = GroupingHeader(
        cra=CraFlag.COMMAND,
        counter=1 << 40,
        originator=PARTIES[row.roles[0]],
        target=DEVICES[device],
        message_code=row.message_code,
    )
    if unknown and RemotePartyRole.ACCESS_CONTROL_BROKER in row.roles:
        assert isinstance(row.payload, AccessRow)
        stranger = PARTIES[RemotePartyRole.OTHER]
        key = KEYS.certificate(stranger, KeyUsage.KEY_AGREEMENT).public_bytes(Encoding.DER)
        header = replace(
            header,
            originator=ACB,
            supplementary_party=stranger,
            supplementary_counter=77,
            certificate=key if any(item.protected for item in row.payload.items) else None,
        )
    frame = build_command(header, row, everything(row))
    return Asked(variant="", device=device, row=row, kind="", frame=frame, command=finished(frame, row))


def is_possible(body: Body) -> bool:
    """Whether a device can be in the state of which it tells."""
    return body.values.get("supply_state", 0) in (0, 1, 2)


@pytest.mark.parametrize(("code", "device"), READS)
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_answer_can_be_given_again(code: str, device: DeviceType, data: st.DataObject) -> None:
    row = use_case(code)
    asked = ask(row, device, unknown=data.draw(st.booleans()))
    body = data.draw(response_body(row).filter(is_possible))
    octets = answer_of(asked, body)
    assert read_message(octets, KEYS).body == body
    check_same_answer(rehearse(asked.command, octets, KEYS, device, ACB, now=NOW), octets, DEVICES[device])
