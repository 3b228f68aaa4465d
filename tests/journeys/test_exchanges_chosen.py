"""Use cases that no published Command here shows, and those that a value in the request chooses.

Command payloads are spelled out from the annex pages: what is asked for, then the data, item by item.
Answers are made up with values that say something; MMC tells them, and a device is made to give them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pytest
from exchange_bench import (
    NOW,
    PARTIES,
    Asked,
    answer,
    answer_saying,
    asked,
    check_answer,
    check_command,
    house,
)
from lxml import etree

from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import CosemDateTime, seconds_since_2000
from dcc_sim.devices.model import Fault
from dcc_sim.duis.drafting import ALL, NONE, USUAL, Wishes, draft
from dcc_sim.duis.schema import Schemas, default_schemas
from dcc_sim.ids import DeviceType, Eui64, RemotePartyRole, ServiceReferenceVariant
from dcc_sim.mmc.document import render

if TYPE_CHECKING:
    from lxml.etree import _Element

START, END = "2027-02-01T00:00:00Z", "2027-02-28T23:59:59Z"
_START, _END = 0x32F2_8780, 0x3317_717F
"""The same in seconds since 2000."""
PERIOD: Final = {"ReadLogPeriod/StartDateTime": START, "ReadLogPeriod/EndDateTime": END}
STAMP: Final = seconds_since_2000(NOW)
TOLD: Final = "2027-03-01T12:00:00Z"
MOMENT: Final = CosemDateTime.at(NOW)
NOTHING: Final = "00"


def get(class_id: int, obis: str, attribute: int) -> str:
    return f"01{class_id:04X}{obis}{attribute:02X}"


def get_range(obis: str) -> str:
    """Selector 1: u32 from and to, over the time stamps (class 1, 0-0:94.44.100.255, attribute 2)."""
    column = "0204" + "120001" + "090600005E2C64FF" + "0F02" + "120000"
    return f"040007{obis}02" + "01" + "0204" + column + f"06{_START:08X}" + f"06{_END:08X}" + "0100"


def set_value(obis: str) -> str:
    return f"020001{obis}02"


def reset(obis: str) -> str:
    return f"030003{obis}01"


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a page of the annex says, the request that asks for it, an answer and how it is told."""

    variant: str
    asks: tuple[str, ...]
    data: tuple[str, ...] = ()
    says: Mapping[str, Value] = field(default_factory=dict)
    tells: tuple[tuple[str, str], ...] = ()
    request: Mapping[str, str] = field(default_factory=dict)
    party: RemotePartyRole = RemotePartyRole.SUPPLIER


PAGES: Final = {
    "ECS18a": Page(
        variant="4.12.2",
        party=RemotePartyRole.NETWORK_OPERATOR,
        asks=(
            get(1, "00005E2C0502", 2),
            get(4, "0100020600FF", 2),
            get(4, "0100020600FF", 3),
            get(4, "0100020600FF", 5),
        ),
        says={
            "max_demand_export_last_reset": MOMENT,
            "max_demand_export": 4775,
            "max_demand_export_unit": {"scaler": 0, "unit": 27},
            "max_demand_export_time": MOMENT,
        },
        tells=(("Value", "4775"), ("CaptureTime", TOLD), ("LastResetDateTime", TOLD)),
    ),
    "ECS20d": Page(
        variant="4.4.5",
        request=PERIOD,
        asks=(get_range("0000620105FF"),),
        says={"log": [{"timestamp": _START, "amount": 1_234_567}, {"timestamp": _END, "amount": 5}]},
        tells=(("Amount", "1234567"), ("Timestamp", START), ("Amount", "5"), ("Timestamp", END)),
    ),
    "ECS26c": Page(
        variant="6.2.2",
        asks=(get(1, "00005E2C0000", 2), get(1, "00005E2C0002", 2), get(1, "00005E2C0001", 2)),
        says={"randomised_offset": 6, "randomised_offset_number": 100, "randomised_offset_limit": 600},
        tells=(
            ("RandomisedOffset", "6"),
            ("RandomisedOffsetNumber", "100"),
            ("RandomisedOffsetLimit", "600"),
        ),
    ),
    "ECS26f": Page(
        variant="6.2.5",
        asks=(get(21, "0000100000FF", 2),),
        says={"power_thresholds": [1000, 5000]},
        tells=(("LowMediumPowerThreshold", "1000"), ("MediumHighPowerThreshold", "5000")),
    ),
    "ECS29f": Page(
        variant="6.27",
        party=RemotePartyRole.NETWORK_OPERATOR,
        # Per phase under-voltage, then over-voltage.
        asks=tuple(
            reset(f"0100{counter}0004") for counter in ("2020", "2024", "3420", "3424", "4820", "4824")
        ),
        data=("0F00",) * 6,
    ),
    "ECS35f": Page(
        variant="6.13",
        request={"LogToRead": "ALCSEvent", **PERIOD},
        asks=(get_range("0011636202FF"),),
        says={
            "log": [
                {"timestamp": _START, "switch_and_action": 0x0211, "outcome": 0, "han_command_id": 77},
                {"timestamp": _END, "switch_and_action": 0x0300, "outcome": 2, "han_command_id": 77},
            ]
        },
        tells=(
            *(("Timestamp", START), ("SwitchNumber", "2"), ("SwitchAction", "On")),
            *(("Outcome", "Outcome not known"), ("HANCommandID", "77")),
            *(("Timestamp", END), ("SwitchNumber", "3")),
            ("SwitchAction", "Entry relates to a Message from an HC ALCS"),
            *(("Outcome", "Failure"), ("HANCommandID", "77")),
        ),
    ),
    "ECS38": Page(
        variant="7.12",
        request={"RandomisedOffsetLimit": "600"},
        asks=(set_value("00005E2C0001"),),
        data=("120258",),
    ),
    "ECS45": Page(
        variant="7.4",
        asks=(get(70, "000060030AFF", 3),),
        says={"supply_state": 2},
        tells=(("SupplyState", "Armed"),),
    ),
    "ECS61c": Page(
        variant="7.11",
        request=PERIOD,
        asks=(
            get(1, "00005E2C07FF", 2),
            get_range("0000636214FF"),
            *(get(1, f"00005E2C06{n:02X}", 2) for n in range(1, 6)),
        ),
        says={
            "boost_function": True,
            "boost_log": [{"start": _START, "end": _END}],
            **{f"boost_controls_{n}": n % 2 == 1 for n in range(1, 6)},
        },
        tells=(
            ("BoostEnd", END),
            ("BoostStart", START),
            ("BoostFunctionAvailability", "true"),
            *((f"BoostFunctionControl{n}Value", "true" if n % 2 else "false") for n in range(1, 6)),
        ),
    ),
}


def asked_alone(code: str) -> Asked:
    page = PAGES[code]
    wishes = Wishes(values=tuple(page.request.items()), optionals=NONE)
    return one(code, page.variant, DeviceType.ESME, page.party, wishes)


def one(code: str, variant: str, device: DeviceType, party: RemotePartyRole, wishes: Wishes) -> Asked:
    """The Command that this party's request becomes."""

    def form(variant: str, user: Eui64) -> tuple[_Element, ...]:
        about = house(user)
        service = ServiceReferenceVariant(variant)
        return (draft(service, about, NOW, default_schemas(), wishes).root,) * (user == PARTIES[party])

    found = [ask for ask in asked(variant, device, form) if ask.row.code == code]
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module")
def judge(request: pytest.FixtureRequest, schemas: Schemas) -> Schemas:
    """The official schemas, else our own."""
    try:
        found: Schemas = request.getfixturevalue("official")
    except pytest.skip.Exception:
        return schemas
    return found


EACH = pytest.mark.parametrize("code", PAGES)


@EACH
def test_the_command_is_what_the_page_says(code: str) -> None:
    page, ask = PAGES[code], asked_alone(code)
    data = page.data or (NOTHING,) * len(page.asks)
    count = f"{len(page.asks):02X}"
    invoke_id = f"20{ask.frame.header.counter & 0xFFFFFF:06X}"
    wanted = f"D9{invoke_id}00{count}{''.join(page.asks)}{count}{''.join(data)}"
    assert ask.frame.payload.hex().upper() == wanted
    check_command(ask)


@EACH
def test_the_answer_is_told_and_given_again(code: str, judge: Schemas) -> None:
    page, ask = PAGES[code], asked_alone(code)
    message = check_answer(ask, answer_saying(ask, page.says), judge)
    body = etree.fromstring(render(message)).find(".//{*}SMETSData")
    assert body is not None
    assert body[0].get("MessageSuccess") == "true"
    leaves = [each for each in body[0].iter() if each is not body[0] and not len(each)]
    assert tuple((etree.QName(each).localname, each.text) for each in leaves) == page.tells


@EACH
def test_a_new_meter_answers_and_each_item_may_fail(code: str, judge: Schemas) -> None:
    ask = asked_alone(code)
    assert check_answer(ask, answer(ask), judge).body.first_failure is None
    for position in range(len(PAGES[code].asks)):
        failed = check_answer(ask, answer(ask, Fault(position, 1)), judge)
        assert failed.body.first_failure is not None
        assert failed.body.first_failure.index == position


CHOSEN: Final = (
    ("CCS02", "8.11", DeviceType.CHF, RemotePartyRole.SUPPLIER, {"RequestType": "Remove"}, NONE),
    ("ECS15c", "3.3", DeviceType.ESME, RemotePartyRole.SUPPLIER, {"ESMEEventLogType": "ALCS"}, ALL),
    *(
        (code, "6.15.1", DeviceType.ESME, party, {"RemotePartyRole": role}, USUAL)
        for code, party, role in (
            ("CS02bNOByNO", RemotePartyRole.NETWORK_OPERATOR, "NetworkOperator"),
            ("CS02gLoadControllerBySupplier", RemotePartyRole.SUPPLIER, "LoadController"),
        )
    ),
)


@pytest.mark.parametrize(("code", "variant", "device", "party", "values", "optionals"), CHOSEN)
def test_a_value_chooses_the_use_case(
    code: str,
    variant: str,
    device: DeviceType,
    party: RemotePartyRole,
    values: dict[str, str],
    optionals: str,
    judge: Schemas,
) -> None:
    ask = one(code, variant, device, party, Wishes(values=tuple(values.items()), optionals=optionals))
    check_command(ask)
    assert check_answer(ask, answer(ask), judge).row is ask.row
