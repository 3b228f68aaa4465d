"""Rules on what is set in a meter or shown by it: thresholds, voltage, gas conversion, texts.

In: a request. Out: flaws. Left out: tariffs and prepayment, which have modules of their own.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from lxml import etree

from dcc_sim.duis.names import local_name
from dcc_sim.duis.rules.reading import child, children, everywhere, number, repeated, seconds_of_day, text
from dcc_sim.duis.rules.row import ERROR, HIGH, LOW, MEDIUM, WARNING, Flaw, RequestUnderCheck, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_FEWEST_DIGITS: Final = 3
_VOLTAGE: Final = (
    ("RMSExtremeUnderVoltageThreshold", "RMSVoltageSagThreshold"),
    ("RMSVoltageSagThreshold", "RMSVoltageSwellThreshold"),
    ("RMSVoltageSwellThreshold", "RMSExtremeOverVoltageThreshold"),
    ("AverageRMSUnderVoltageThreshold", "AverageRMSOverVoltageThreshold"),
)
"""Lower and upper of neighbouring thresholds."""


def _power(request: RequestUnderCheck) -> Iterator[Flaw]:
    low, high = (child(request.content, f"{name}PowerThreshold") for name in ("LowMedium", "MediumHigh"))
    a, b = number(low), number(high)
    if high is not None and a is not None and b is not None and b <= a:
        yield Flaw(high, f"the red range begins at {b} W, the amber one at {a} W", f"more than {a}")


def _voltage(request: RequestUnderCheck) -> Iterator[Flaw]:
    for lower, upper in _VOLTAGE:
        for element in everywhere(request.content, upper):
            below = child(element.getparent(), lower)
            a, b = number(below), number(element)
            if a is not None and b is not None and b <= a:
                yield Flaw(element, f"{upper} is {b}, {lower} is {a}", f"more than {a}")


def _phases(request: RequestUnderCheck) -> Iterator[Flaw]:
    phases = list(everywhere(request.content, "Phase"))
    missing = [str(each) for each in (1, 2, 3) if each not in [number(phase) for phase in phases]]
    for element, _ in repeated(phases, [number(each) for each in phases]):
        reason = f"phase {text(element)} is set twice"
        yield Flaw(element, reason, f"phases 1, 2 and 3; missing: {', '.join(missing)}")


def _conversion(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in everywhere(request.content, "CalorificValue", "ConversionFactor"):
        if _decimal(element) == 0:
            yield Flaw(
                element, f"with {local_name(element)} 0 all gas is free", "above 0; about 39.5 and 1.02264"
            )


def _decimal(element: _Element | None) -> Decimal | None:
    try:
        return Decimal(text(element))
    except InvalidOperation:
        return None


def _duty_cycle(request: RequestUnderCheck) -> Iterator[Flaw]:
    normal = _decimal(child(request.content, "NormalLimitedDutyCycleThreshold"))
    element = child(request.content, "LimitedCriticalDutyCycleThreshold")
    limited = _decimal(element)
    if element is not None and normal is not None and limited is not None and limited <= normal:
        yield Flaw(element, f"critical begins at {limited} %, limited at {normal} %", f"more than {normal}")


def _no_channel(request: RequestUnderCheck) -> Iterator[Flaw]:
    if request.name != "SetCHFSubGHzConfiguration":
        return
    bands = [each for each in request.content if "SubGHzChannels" in local_name(each)]
    if bands and not any(len(band) for band in bands):
        yield Flaw(bands[0], "no channel is allowed in any band", "at least one channel")


def _demand_period(request: RequestUnderCheck) -> Iterator[Flaw]:
    period = child(request.content, "MaximumDemandTimePeriodSchedule")
    end = child(period, "EndTime")
    if end is not None and seconds_of_day(child(period, "StartTime")) == seconds_of_day(end):
        yield Flaw(end, f"the period begins and ends at {text(end)}", "another time than the start")


def _nothing(request: RequestUnderCheck) -> Iterator[Flaw]:
    """Requests whose optional parts are all left out."""
    optional = {
        "ResetMaximumDemandRegisters": ("MaxDemandActivePowerImportValue, …", ("ExecutionDateTime",)),
        "ConfigureAlertBehaviour": ("at least one code", ()),
    }
    if request.name in optional:
        valid, besides = optional[request.name]
        parts = [each for each in request.content.iter(etree.Element) if not len(each)]
        if not [each for each in parts if local_name(each) not in besides and _says(request, each)]:
            yield Flaw(request.content, "nothing is chosen: the request changes nothing", valid)
    details = child(request.content, "UpdateDeviceDetails")
    if details is not None and not len(details):
        yield Flaw(details, "nothing is chosen: the request changes nothing", "at least one detail")


def _says(request: RequestUnderCheck, element: _Element) -> bool:
    if element is request.content:
        return False
    return (
        request.name != "ConfigureAlertBehaviour"
        or local_name(element).startswith("x")
        or bool(text(element))
    )


def _blank(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in everywhere(request.content, "SupplierMessage", "SupplierName", "SwitchDescription"):
        if not text(element):
            yield Flaw(element, f"{local_name(element)} is blank on the display", "a text that can be seen")


def _edges(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in everywhere(request.content, "SupplierMessage", "SupplierName", "SupplierTelephoneNumber"):
        whole = element.text or ""
        if text(element) and whole != whole.strip():
            yield Flaw(element, f"{local_name(element)} begins or ends with spaces", repr(whole.strip()))


def _telephone(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in everywhere(request.content, "SupplierTelephoneNumber"):
        digits = sum(each.isdigit() for each in text(element))
        if digits < _FEWEST_DIGITS:
            yield Flaw(element, f"a telephone number of {digits} digits", f"at least {_FEWEST_DIGITS} digits")


def _disablement(request: RequestUnderCheck) -> Iterator[Flaw]:
    for holder in children(request.content, "Prepayment"):
        element = child(holder, "DisablementThreshold")
        if element is not None and (number(element) or 0) > 0:
            reason = f"supply ends while {text(element)} of credit is left"
            yield Flaw(element, reason, "0 or less, unless that is meant")


RULES: Final = (
    Rule(
        code="R601",
        severity=WARNING,
        title="Power thresholds not in order",
        why="They divide a display into green, amber and red; amber has no room.",
        example="`LowMediumPowerThreshold` 4600, `MediumHighPowerThreshold` 2300",
        source="ECS34; published 6.12",
        confidence=MEDIUM,
        check=_power,
    ),
    Rule(
        code="R602",
        severity=WARNING,
        title="Voltage thresholds not in order",
        why="Extreme under, sag, swell, extreme over rise in this order, and average under lies below over. "
        "Otherwise the meter is in two states at once and sends alert after alert.",
        example="`RMSVoltageSagThreshold` 253, `RMSVoltageSwellThreshold` 216",
        source="ECS29; published 6.5",
        confidence=MEDIUM,
        check=_voltage,
    ),
    Rule(
        code="R603",
        severity=ERROR,
        title="Phase set twice",
        why="The schema counts three; they must be the three phases, as the command has a place for each.",
        example="`Phase` 1, 2, 2",
        source="ECS29b, ECS29d; published 6.5",
        confidence=HIGH,
        check=_phases,
    ),
    Rule(
        code="R604",
        severity=WARNING,
        title="Gas conversion by 0",
        why="Energy is volume times these; with 0 nothing is charged.",
        example="`CalorificValue` 0.0",
        source="gbcs.md §k.3",
        confidence=HIGH,
        check=_conversion,
    ),
    Rule(
        code="R605",
        severity=WARNING,
        title="Duty cycle thresholds not in order",
        why="A hub goes from normal to limited to critical as it sends more.",
        example="`NormalLimitedDutyCycleThreshold` 2.0, `LimitedCriticalDutyCycleThreshold` 1.6",
        source="gbcs.md, alerts 8F20 to 8F25",
        confidence=MEDIUM,
        check=_duty_cycle,
    ),
    Rule(
        code="R606",
        severity=WARNING,
        title="No radio channel allowed",
        why="The hub's second radio has nowhere to send.",
        example="6.28 with four empty bands",
        source="DBCH04; published 6.28",
        confidence=MEDIUM,
        check=_no_channel,
    ),
    Rule(
        code="R607",
        severity=WARNING,
        title="Maximum demand over no time",
        why="The period ends when it begins.",
        example="`StartTime` and `EndTime` 17:00:00Z",
        source="ECS37; published 6.18.1",
        confidence=MEDIUM,
        check=_demand_period,
    ),
    Rule(
        code="R608",
        severity=WARNING,
        title="Request that changes nothing",
        why="All its parts are optional, and all are left out.",
        example="an empty `ResetMaximumDemandRegisters`",
        source="DUIS schema",
        confidence=HIGH,
        check=_nothing,
    ),
    Rule(
        code="R610",
        severity=WARNING,
        title="Blank text for a display",
        why="Spaces are printable, so that the schema takes them; nobody sees them.",
        example="a `SupplierMessage` of three spaces",
        source="DUIS schema, printable ASCII",
        confidence=HIGH,
        check=_blank,
    ),
    Rule(
        code="R611",
        severity=WARNING,
        title="Text with spaces at its ends",
        why="They are sent and take room on the display.",
        example="`SupplierName` 'Our Power '",
        source="DUIS schema, printable ASCII",
        confidence=MEDIUM,
        check=_edges,
    ),
    Rule(
        code="R612",
        severity=WARNING,
        title="Telephone number without digits",
        why="Digits and spaces are allowed, and spaces alone are too.",
        example="`SupplierTelephoneNumber` of spaces",
        source="DUIS schema",
        confidence=HIGH,
        check=_telephone,
    ),
    Rule(
        code="R613",
        severity=WARNING,
        title="Supply that ends before credit does",
        why="The meter disables supply when the balance falls below the threshold; above 0 credit is left "
        "then.",
        example="`DisablementThreshold` 556677, which is 5.57 pounds",
        source="gbcs.md §k.4; a published 1.6 has such a value",
        confidence=LOW,
        check=_disablement,
    ),
)
