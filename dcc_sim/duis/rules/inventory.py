"""Rules on the inventory: meter points, devices before and after they are installed, firmware.

In: a request. Out: flaws. Left out: whether a device exists and in which state it is (`dsp`).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from dcc_sim.duis.names import local_name
from dcc_sim.duis.rules.reading import child, everywhere, plain_date, text
from dcc_sim.duis.rules.row import ERROR, HIGH, LOW, MEDIUM, WARNING, Flaw, RequestUnderCheck, Rule
from dcc_sim.ids import Mpxn, mpan_check_digit, mprn_check_digits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_MPANS: Final = ("ImportMPAN", "SecondaryImportMPAN", "ExportMPAN")
_MPRNS: Final = ("ImportMPRN",)
_EITHER: Final = ("ImportMPxN", "MPxN")
_MPAN_DIGITS: Final = 13
_MPRN_DIGITS: Final = range(6, 11)


def _points(request: RequestUnderCheck) -> Iterator[_Element]:
    yield from everywhere(request.content, *_MPANS, *_MPRNS, *_EITHER)


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdecimal()


def _form(name: str) -> str:
    if name in _MPANS:
        return "13 digits"
    return "6 to 10 digits" if name in _MPRNS else "13 digits for electricity, 6 to 10 for gas"


def _fits(name: str, digits: str) -> bool:
    if not _is_number(digits):
        return False
    mpan, mprn = len(digits) == _MPAN_DIGITS, len(digits) in _MPRN_DIGITS
    return mpan if name in _MPANS else mprn if name in _MPRNS else mpan or mprn


def _no_point(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in _points(request):
        name = local_name(element)
        if not _fits(name, element.text or ""):
            yield Flaw(element, f"{element.text or ''!r} is no meter point number", _form(name))


def _check_digits(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in _points(request):
        digits = element.text or ""
        if not _fits(local_name(element), digits):
            continue
        try:
            Mpxn(digits)
        except ValueError:
            mpan = len(digits) == _MPAN_DIGITS
            body = digits[:-1] if mpan else digits[:-2]
            right = mpan_check_digit(body) if mpan else mprn_check_digits(body)
            kind = "MPAN" if mpan else "MPRN"
            reason = f"the check digits of {kind} {digits} are wrong"
            yield Flaw(element, reason, f"{body}{right}, if all others are right")


def _same_point(request: RequestUnderCheck) -> Iterator[Flaw]:
    first: dict[str, str] = {}
    for element in _points(request):
        digits, name = text(element), local_name(element)
        if digits in first:
            yield Flaw(element, f"{name} is the same number as {first[digits]}", "a meter point of its own")
        first.setdefault(digits, name)


def _join(request: RequestUnderCheck) -> Iterator[Flaw]:
    if request.name != "UpdateHANDeviceLog":
        return
    kind, details = child(request.content, "RequestType"), child(request.content, "AddDeviceToCHFWhitelist")
    if kind is not None and text(kind) == "Add" and details is None:
        yield Flaw(kind, "a device is added without its install code", "Add with AddDeviceToCHFWhitelist")
    if details is not None and text(kind) == "Remove":
        yield Flaw(details, "a device is removed and has an install code", "no AddDeviceToCHFWhitelist")


def _hub(request: RequestUnderCheck) -> Iterator[Flaw]:
    kind, proxy = child(request.content, "DeviceType"), child(request.content, "AssociatedGPFDeviceID")
    if request.name != "DevicePrenotification" or kind is None:
        return
    if text(kind) == "CHF" and proxy is None:
        yield Flaw(
            kind, "a communications hub without its gas proxy function", "CHF with AssociatedGPFDeviceID"
        )
    if text(kind) != "CHF" and proxy is not None:
        yield Flaw(
            proxy,
            f"a gas proxy function that comes with a {text(kind)}",
            "AssociatedGPFDeviceID of a CHF only",
        )


def _hub_twice(request: RequestUnderCheck) -> Iterator[Flaw]:
    device, proxy = child(request.content, "DeviceID"), child(request.content, "AssociatedGPFDeviceID")
    if proxy is not None and text(device).upper() == text(proxy).upper():
        yield Flaw(
            proxy, "the hub and its gas proxy function have the same identifier", "an identifier of its own"
        )


def _variant(request: RequestUnderCheck) -> Iterator[Flaw]:
    kind, variant = child(request.content, "DeviceType"), child(request.content, "ESMEVariant")
    if request.name != "DevicePrenotification" or kind is None:
        return
    if variant is not None and text(kind) != "ESME":
        yield Flaw(variant, f"a {text(kind)} with a variant of an ESME", "no ESMEVariant")
    if variant is None and text(kind) == "ESME":
        yield Flaw(kind, "an ESME whose variant is not said", "ESME with ESMEVariant")


def _listed_twice(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in everywhere(request.content, "DeviceIDList"):
        listed = text(element).upper().split(",")
        counts = Counter(listed)
        twice = next((each for each in listed if counts[each] > 1), None)
        if twice:
            yield Flaw(element, f"{twice} is listed more than once", "each device once")


def _empty_image(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element in everywhere(request.content, "FirmwareImage", "GBCSPayload", "DeviceGBCSResponse"):
        if not text(element):
            yield Flaw(element, f"{local_name(element)} holds no octets", "base64 of at least one octet")


def _opt_in(request: RequestUnderCheck) -> Iterator[Flaw]:
    element = child(request.content, "OptInDate")
    when, today = plain_date(element), (request.now.year, request.now.month, request.now.day)
    if element is not None and when is not None and when < today:
        yield Flaw(element, "the date of opting in is over", "today or later")


RULES: Final = (
    Rule(
        code="R701",
        severity=ERROR,
        title="Not a meter point number",
        why="The schema asks for a length alone. An MPAN is 13 digits, an MPRN 6 to 10; the DCC looks it "
        "up in "
        "the registration data and finds nothing.",
        example="`ImportMPAN` 12345678ABCDE",
        source="mtd.md §2.1; duis.md §21",
        confidence=HIGH,
        answer="E4",
        check=_no_point,
    ),
    Rule(
        code="R702",
        severity=WARNING,
        title="Meter point number with wrong check digits",
        why="No meter point has such a number. It is legal on the interface: published requests use invented "
        "numbers, and a device stores any.",
        example="`ImportMPAN` 1099000000017, whose check digit would be 6",
        source="mtd.md §2.1",
        confidence=HIGH,
        check=_check_digits,
    ),
    Rule(
        code="R703",
        severity=WARNING,
        title="One meter point number twice",
        why="Import, second element and export have numbers of their own.",
        example="`ImportMPAN` and `SecondaryImportMPAN` the same",
        source="mtd.md §2.1",
        confidence=HIGH,
        check=_same_point,
    ),
    Rule(
        code="R710",
        severity=ERROR,
        title="Whitelist change and its details disagree",
        why="A device is let in with its install code and the time it has to join; to put it out needs "
        "neither.",
        example="`RequestType` Add without `AddDeviceToCHFWhitelist`",
        source="duis.md §10; CCS01, CCS02",
        confidence=MEDIUM,
        check=_join,
    ),
    Rule(
        code="R711",
        severity=ERROR,
        title="Hub and gas proxy function not together",
        why="A pre-notified hub names the gas proxy function inside it; nothing else has one.",
        example="`DeviceType` CHF without `AssociatedGPFDeviceID`",
        source="duis.md §9",
        confidence=MEDIUM,
        check=_hub,
    ),
    Rule(
        code="R712",
        severity=ERROR,
        title="Hub and gas proxy function under one identifier",
        why="They are two devices. The DCC answers E120201.",
        example="`AssociatedGPFDeviceID` equal to `DeviceID`",
        source="duis.md §7.2 (DP316)",
        confidence=HIGH,
        answer="E120201",
        check=_hub_twice,
    ),
    Rule(
        code="R713",
        severity=WARNING,
        title="ESME variant that does not go with the device",
        why="The variant says whether a meter has a second element, three phases, auxiliary loads. Of "
        "other devices "
        "it says nothing, and of a meter it should be said.",
        example="`DeviceType` GSME with `ESMEVariant` AD",
        source="duis.md §9; published 12.2",
        confidence=MEDIUM,
        check=_variant,
    ),
    Rule(
        code="R714",
        severity=WARNING,
        title="Device listed twice",
        why="It gets the image once; the list is limited to 50 000 devices.",
        example="a `DeviceIDList` with the same EUI twice",
        source="duis.md §20",
        confidence=MEDIUM,
        check=_listed_twice,
    ),
    Rule(
        code="R715",
        severity=ERROR,
        title="Octets missing",
        why="Base64 of nothing is legal in the schema, but there is no image, no command, no response "
        "without octets.",
        example="an empty `FirmwareImage` or `GBCSPayload`",
        source="duis.md §19, §20",
        confidence=HIGH,
        answer="E100",
        check=_empty_image,
    ),
    Rule(
        code="R716",
        severity=WARNING,
        title="Opting in in the past",
        why="The date is when the DCC takes the device on.",
        example="`OptInDate` 2015-02-01 today",
        source="published 8.6",
        confidence=LOW,
        check=_opt_in,
    ),
)
