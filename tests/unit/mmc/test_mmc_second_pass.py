"""The second pass opens what the first could not, and makes the same document as one pass with keys."""

from __future__ import annotations

import pytest
from mmc_messages import RING, TIME, alert, keys, response

from dcc_sim.codec.exchange import Result
from dcc_sim.codec.shape import Value, Values
from dcc_sim.edge.messages import mmc_document
from dcc_sim.errors import DecryptionFailed, EncodeError, KeyMissing
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.mmc.document import render
from dcc_sim.mmc.second_pass import second_pass

GAS: Values = {"divisor": 1000, "multiplier": 1, "unit": 1, "consumption": 7}
REGISTERS: Values = {
    "import_registers": {
        "registers": {
            "active": 123,
            "active_unit": {"scaler": 0, "unit": 30},
            "reactive": 5,
            "reactive_unit": {"scaler": 0, "unit": 32},
        }
    }
}
MONEY = (
    "accumulated_debt",
    "time_debt_1",
    "time_debt_2",
    "payment_debt",
    "emergency_credit",
    "meter_balance",
)
SNAPSHOTS: list[Value] = [
    {"snapshot_id": n, "time": n, "total_found": 2, "cause": 1, **dict.fromkeys(MONEY, n)} for n in (1, 2)
]
LOG = tuple(Result("prepay_snapshots", n, 0 if n < 2 else 0x8B) for n in range(31))
GAS_FAILED = tuple(
    Result(name, 0, 0xC0 if name == "consumption" else 0)
    for name in ("divisor", "multiplier", "unit", "consumption")
)

CASES = {
    "a gas register": ("GCS13a", GAS, None),
    "a gas register with an attribute that failed": (
        "GCS13a",
        {name: value for name, value in GAS.items() if name != "consumption"},
        GAS_FAILED,
    ),
    "registers of an ESME": ("ECS17b", REGISTERS, None),
    "a log": ("GCS16b", {"prepay_snapshots": SNAPSHOTS}, LOG),
}


@pytest.mark.parametrize(("code", "values", "results"), CASES.values(), ids=CASES)
def test_two_passes_make_what_one_makes_with_keys(
    code: str, values: Values, results: tuple[Result, ...] | None
) -> None:
    first = render(response(code, values, results=results, ring=None))
    assert b"GBCSData" in first
    opened = render(response(code, values, results=results))
    assert second_pass(first, RING) == opened
    assert mmc_document(b"\n" + first, RING) == opened
    assert second_pass(opened, KeyRing()) == opened


SNAPSHOT: Values = {
    "snapshot_id": 1,
    "time": 0,
    "cause": 2,
    "consumption": 12_345,
    "tier_consumptions": [1, 2, 3, 4],
    "block_consumptions": [5, 6, 7, 8],
}


def test_a_billing_alert() -> None:
    values: Values = {"alert_code": 0x8F0A, "time": 0, "snapshot": SNAPSHOT}
    first = render(alert("GCS53", values, ring=None))
    assert b'name="snapshot"' in first
    assert b"Payload" not in first
    opened = render(alert("GCS53", values))
    assert b">12.345<" in opened
    assert second_pass(first, RING) == opened


def test_the_service_request_is_kept() -> None:
    first = render(response("GCS13a", GAS, ring=None), service_reference_variant="4.1.1")
    assert b"<ra:ServiceReferenceVariant>4.1.1<" in second_pass(first, RING)


def test_without_the_key() -> None:
    first = render(response("GCS16b", {"prepay_snapshots": SNAPSHOTS}, results=LOG, ring=None))
    with pytest.raises(KeyMissing, match=r"prepay_snapshots\[1\]"):
        second_pass(first, KeyRing())
    with pytest.raises(KeyMissing):
        mmc_document(first, None)


def test_with_something_else_in_it() -> None:
    first = render(response("GCS13a", GAS, time=TIME, ring=None))
    start = first.index(b">MQ") + 1
    other = first[: start + 20] + b"AAAA" + first[start + 24 :]
    with pytest.raises(DecryptionFailed):
        second_pass(other, keys())
    with pytest.raises(EncodeError):
        second_pass(first.replace(b'name="consumption_register"', b'name="other"'), RING)
