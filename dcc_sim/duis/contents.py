"""What an answer or alert of the DCC may hold: one value class per shape, one row per element.

In: the typed node of a message. Out: its content; or from content to what `values.draft` writes. Left out:
the envelope around it (`response`).

Where an element is a device's frame with a few fields beside it, its row names them. Where it is a tree of
its own (inventory, schedules, alerts of the DCC, answers of SMETS1) the content is that tree, typed:
`content.values["Device/DeviceStatus"].value`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from dcc_sim.duis.parsed import ParsedAnswer, read_answer
from dcc_sim.errors import RequestInvalid

if TYPE_CHECKING:
    from dcc_sim.duis.values import Items, Node

GBCS_VERSION: Final = "4.3"
"""The GBCS that DUIS 5.4 is aligned with. No published pre-command shows what the live DCC writes here."""


@dataclass(frozen=True, slots=True)
class PreCommand:
    """Answer of Transform: the command that the User has to sign."""

    gbcs: bytes
    gbcs_version: str = GBCS_VERSION


@dataclass(frozen=True, slots=True)
class LocalCommand:
    """A finished command that the User carries to the device by hand."""

    gbcs: bytes


@dataclass(frozen=True, slots=True)
class DeviceResponse:
    """What the device answered."""

    gbcs: bytes


@dataclass(frozen=True, slots=True)
class CustomerIdentification:
    """Answer of 9.1: what the meter said, and the four digits that it now shows to the customer."""

    gbcs: bytes
    number: str


@dataclass(frozen=True, slots=True)
class ScheduledResponse:
    """What the device answered in one run of a schedule of the DCC."""

    gbcs: bytes
    schedule: int


@dataclass(frozen=True, slots=True)
class FutureDatedOutcome:
    """One instruction of a future-dated command was executed (8F66) or not (8F67)."""

    alert_code: int
    gbcs: bytes
    instruction: int
    total_instructions: int


@dataclass(frozen=True, slots=True)
class DccAnswer:
    """What the DCC answers out of its own records; `values` is one of the seven elements of `DCC_ANSWERS`."""

    values: Node

    @property
    def name(self) -> str:
        """The element: `DSPInventory`, `DSPScheduleID` and so on."""
        return self.values.local


@dataclass(frozen=True, slots=True)
class Throttling:
    """Of an alert that stands for held-back copies: the number of the storm, and how many it stands for."""

    sequence: int | None = None
    count: int | None = None


NOT_THROTTLED: Final = Throttling()


@dataclass(frozen=True, slots=True)
class DeviceAlert:
    """Something the device says without having been asked."""

    alert_code: int
    gbcs: bytes
    throttling: Throttling = NOT_THROTTLED


@dataclass(frozen=True, slots=True)
class DccAlert:
    """Something the DCC says without having been asked: a code of `codes.DCC_ALERTS` and what it is about."""

    code: str
    values: Node
    throttling: Throttling = NOT_THROTTLED

    @property
    def name(self) -> str:
        """The element: `PowerOutageEvent`, `CommandFailure` and so on."""
        return self.values.local


@dataclass(frozen=True, slots=True)
class Smets1Message:
    """Answer or alert of a meter of the first generation: `values` is the SMETS1SignedResponse.

    It carries the signature of the meter's service provider, which is kept but not checked here: no
    source tells its profile.
    """

    values: Node
    schedule: int | None = None
    throttling: Throttling = NOT_THROTTLED

    @property
    def answer(self) -> ParsedAnswer:
        """The same as a device's answer in readable form. Raises RequestInvalid."""
        return read_answer(self.values["SMETS1Response"])


Framed = PreCommand | LocalCommand | CustomerIdentification | ScheduledResponse | FutureDatedOutcome
Content = Framed | DeviceResponse | DccAnswer | DeviceAlert | DccAlert | Smets1Message

FRAMED: Final[dict[str, tuple[type[Framed], tuple[tuple[str, str], ...]]]] = {
    "PreCommand": (PreCommand, (("GBCSVersion", "gbcs_version"), ("GBCSPayload", "gbcs"))),
    "LocalCommand": (LocalCommand, (("GBCSPayload", "gbcs"),)),
    "CINMessage": (
        CustomerIdentification,
        (("GBCSPayload", "gbcs"), ("CustomerIdentificationNumber", "number")),
    ),
    "DSPScheduledMessage": (ScheduledResponse, (("GBCSPayload", "gbcs"), ("DSPScheduleID", "schedule"))),
    "FutureDatedDeviceAlertMessage": (
        FutureDatedOutcome,
        (
            ("FutureDatedAlertCode", "alert_code"),
            ("GBCSPayload", "gbcs"),
            ("InstructionNumber", "instruction"),
            ("TotalCommandInstructions", "total_instructions"),
        ),
    ),
}
"""Element, content, and which field of the content each element inside is. In the order of the schema."""

DCC_ANSWERS: Final = {
    "DSPInventory": "8.2",
    "DSPOptIn": "8.6",
    "DSPSchedulesRead": "5.2",
    "DSPScheduleID": "5.1",
    "DSPUpdateFirmwareWarning": "11.1",
    "DSPUpdatePPMIDFirmwareWarning": "11.4",
    "DSPWANMatrix": "12.1",
}
"""What the DCC answers itself, and to which service; its other services are answered by code alone."""

_ALERT_CODES: Final = ("AlertCode", "FutureDatedAlertCode")


# --------------------------------------------------------------------------------------- reading


def read_content(message: Node) -> Content | None:
    """The content of a message (a child of Body); None for a bare answer. Raises RequestInvalid."""
    match message.local:
        case "DeviceAlertMessage":
            return DeviceAlert(_alert_code(message["AlertCode"]), _gbcs(message), _throttling(message))
        case "DCCAlertMessage":
            code = cast("str", message["DCCAlertCode"].value)
            return DccAlert(code, message["DCCAlert"].children[0], _throttling(message))
        case "SMETS1ResponseMessage":
            schedule = cast("int | None", _optional(message, "DSPScheduleID"))
            return Smets1Message(message["SMETS1SignedResponse"], schedule, _throttling(message))
        case _:
            return _answer(message)


def _answer(message: Node) -> Content | None:
    if len(message.children) <= 2:
        return None
    inner = message.children[2]
    if inner.local == "GBCSPayload":
        return DeviceResponse(_gbcs(message))
    if inner.local not in FRAMED:
        return DccAnswer(inner)
    made, fields = FRAMED[inner.local]
    given: dict[str, Any] = {
        field: _alert_code(inner[name]) if name in _ALERT_CODES else inner[name].value
        for name, field in fields
    }
    return made(**given)


def _optional(message: Node, name: str) -> object:
    found = message.first(name)
    return None if found is None else found.value


def _throttling(message: Node) -> Throttling:
    sequence, count = (
        _optional(message, "ThrottledAlertSequenceId"),
        _optional(message, "ThrottledAlertCount"),
    )
    return Throttling(cast("int | None", sequence), cast("int | None", count))


def _gbcs(message: Node) -> bytes:
    return cast("bytes", message["GBCSPayload"].value)


def _alert_code(node: Node) -> int:
    octets = cast("bytes", node.value)
    if len(octets) != 2:
        raise RequestInvalid(
            f"{node.text!r}, an alert code has two octets", rule=node.local, place=node.place
        )
    return int.from_bytes(octets, "big")


# --------------------------------------------------------------------------------------- writing


def content_items(content: Content | None) -> tuple[str, Items]:
    """The name of the message, and what stands in it after the service. Raises ValueError for a bad code."""
    match content:
        case None:
            return "ResponseMessage", ()
        case DeviceResponse():
            return "ResponseMessage", (("GBCSPayload", content.gbcs),)
        case DccAnswer():
            return "ResponseMessage", (content.values,)
        case DeviceAlert():
            code = _alert_octets(content.alert_code)
            held = _throttling_items(content.throttling)
            return "DeviceAlertMessage", (("AlertCode", code), *held, ("GBCSPayload", content.gbcs))
        case DccAlert():
            held = _throttling_items(content.throttling)
            alert = ("DCCAlert", (content.values,))
            return "DCCAlertMessage", (("DCCAlertCode", content.code), *held, alert)
        case Smets1Message():
            schedule = () if content.schedule is None else (("DSPScheduleID", content.schedule),)
            held = _throttling_items(content.throttling)
            return "SMETS1ResponseMessage", (*schedule, *held, content.values)
        case _:
            return "ResponseMessage", (_framed_items(content),)


def _framed_items(content: Framed) -> tuple[str, Items]:
    for name, (made, fields) in FRAMED.items():
        if type(content) is made:
            items = tuple((element, getattr(content, field)) for element, field in fields)
            return name, tuple(
                (element, _alert_octets(value) if element in _ALERT_CODES else value)
                for element, value in items
            )
    raise TypeError(f"{type(content).__name__} is no content of a Response")


def _throttling_items(throttling: Throttling) -> Items:
    both = (("ThrottledAlertSequenceId", throttling.sequence), ("ThrottledAlertCount", throttling.count))
    return tuple(each for each in both if each[1] is not None)


def _alert_octets(code: int) -> bytes:
    if not 0 <= code <= 0xFFFF:
        raise ValueError(f"an alert code has two octets, {code:X} has not")
    return code.to_bytes(2, "big")
