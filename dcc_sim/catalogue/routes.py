"""Which use case answers which Service Request on which device, and in whose name it is sent.

In: a Service Reference Variant, a device type and what else is known (`Circumstances`: contents of the
body, the device's GBCS version and phases, who asks, the other device of a join). Out: the use case,
or the routes that remain open. Left out: values (`transform`), rights (`dsp.access`).

Facts from reference `duis.md` §4.4, §27, the use case pages, and the originators of the published
vectors. The devices of a route are those of its use case unless it names fewer. Of the routes of one
request to one device the first that nothing known speaks against is taken, so newer use cases stand
before those they replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from dcc_sim.catalogue.usecases import USE_CASES
from dcc_sim.errors import AccessDenied, RequestInvalid, Unsupported
from dcc_sim.ids import Confidence, DeviceType, RemotePartyRole, ServiceReferenceVariant


class GbcsVersion(NamedTuple):
    """Version of GBCS that a device follows (`DeviceGBCSVersion` in the inventory)."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


class CommandOriginator(Enum):
    """Who originates the command of a request; the User stays the one who is answered."""

    USER = "User"
    """The User itself: the device holds its credentials. A Load Controller is a User here."""
    ACB_FOR_USER = "ACB for User"
    """The Access Control Broker; User and its counter stand in the supplementary fields."""
    ACB = "ACB"
    """The Access Control Broker in its own name, without supplementary fields."""
    COS_PARTY = "CoS party"
    """The Change of Supplier party, in its own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What may decide between routes; what is None is not known and decides nothing.

    `contents` are the paths of the elements in the body below its root (`CreditMode/ResetMeterBalance`)
    and, for those with text, `path=text` (`LogToRead=Event`). `party` is the role in which the device
    would know the User, `other` the type of the device to join.
    """

    contents: frozenset[str] | None = None
    gbcs: GbcsVersion | None = None
    polyphase: bool | None = None
    party: RemotePartyRole | None = None
    other: DeviceType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Requests of one variant to these devices become this use case, if all conditions hold.

    `has`: the body holds all of these; `lacks`: none of these (as in `Circumstances.contents`).
    `since` and `before`: GBCS versions of the device. `originator` is given where it does not follow
    from the roles of the use case. `confidence` and `source` are those of the weakest fact.
    """

    variant: str
    devices: tuple[DeviceType, ...]
    use_case: str
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    since: GbcsVersion | None = None
    before: GbcsVersion | None = None
    polyphase: bool | None = None
    party: RemotePartyRole | None = None
    other: DeviceType | None = None
    originator: CommandOriginator | None = None
    confidence: Confidence = Confidence.HIGH
    source: str = ""

    def is_open(self, known: Circumstances) -> bool:
        """Whether nothing that is known speaks against this route."""
        contents, gbcs = known.contents, known.gbcs
        fits_body = contents is None or (contents.issuperset(self.has) and contents.isdisjoint(self.lacks))
        fits_version = gbcs is None or (
            (self.since is None or gbcs >= self.since) and (self.before is None or gbcs < self.before)
        )
        return (
            fits_body
            and fits_version
            and _agree(self.polyphase, known.polyphase)
            and _agree(self.party, known.party)
            and _agree(self.other, known.other)
        )

    @property
    def originators(self) -> tuple[CommandOriginator, ...]:
        """All that may originate the command, the usual one first."""
        if self.originator is not None:
            return (self.originator,)
        roles = USE_CASES[self.use_case].roles
        users = any(role is not RemotePartyRole.ACCESS_CONTROL_BROKER for role in roles)
        broker = RemotePartyRole.ACCESS_CONTROL_BROKER in roles
        return (CommandOriginator.USER,) * users + (CommandOriginator.ACB_FOR_USER,) * broker

    def originator_for(
        self, party: RemotePartyRole, contents: frozenset[str] = frozenset()
    ) -> CommandOriginator:
        """Who originates the command for a User that the device knows as `party` (else `OTHER`).

        A request with a key agreement certificate of its own asks for an answer to somebody the device
        does not know (reference `gbcs.md` on unknown remote parties).
        """
        possible = self.originators
        if len(possible) == 1:
            return possible[0]
        unknown = party not in USE_CASES[self.use_case].roles or UNKNOWN_PARTY_KEY in contents
        return CommandOriginator.ACB_FOR_USER if unknown else CommandOriginator.USER


UNKNOWN_PARTY_KEY: Final = "KAPublicSecurityCredentials"
"""Element with the certificate for which a device encrypts what it answers to an unknown party."""


def _agree(wanted: object, known: object) -> bool:
    return wanted is None or known is None or wanted == known


_ESME: Final = (DeviceType.ESME,)
_GSME: Final = (DeviceType.GSME,)
_GPF: Final = (DeviceType.GPF,)
_PPMID: Final = (DeviceType.PPMID,)
_HCALCS: Final = (DeviceType.HCALCS,)
_ACB: Final = CommandOriginator.ACB
_FOR_USER: Final = CommandOriginator.ACB_FOR_USER
_COS: Final = CommandOriginator.COS_PARTY
_SUPPLIER: Final = RemotePartyRole.SUPPLIER
_NETWORK: Final = RemotePartyRole.NETWORK_OPERATOR

_V2: Final = GbcsVersion(2, 0)
_V3: Final = GbcsVersion(3, 0)
_V4: Final = GbcsVersion(4, 0)
_V4_1: Final = GbcsVersion(4, 1)
_MEDIUM: Final = Confidence.MEDIUM
_LOW: Final = Confidence.LOW
_PAGES: Final = "version inferred from the annex editions (2.1, 3.1, 4.0) that have the use case"
_NO_PAGE: Final = "in no annex edition up to 4.0; the version is a guess from its message code"
_ONE_BALANCE: Final = "an ESME has one balance for both modes; no published request asks for this one"
_OLDER_CELLS: Final = (
    "vectors have both on an ESME, whatever role is asked for; "
    "CS02f is taken to belong to GBCS 4, as load controller cells do"
)
_WITHOUT_LOAD_CONTROLLER: Final = tuple(
    each for each in USE_CASES["CS02a"].targets if each is not DeviceType.ESME
)
_VECTOR_TARGET: Final = "devices: the target of the published vectors only"


def _to(
    variant: str,
    use_case: str,
    devices: tuple[DeviceType, ...] = (),
    *,
    has: tuple[str, ...] = (),
    lacks: tuple[str, ...] = (),
    since: GbcsVersion | None = None,
    before: GbcsVersion | None = None,
    polyphase: bool | None = None,
    party: RemotePartyRole | None = None,
    other: DeviceType | None = None,
    originator: CommandOriginator | None = None,
    confidence: Confidence | None = None,
    source: str = "",
) -> Route:
    dated = since is not None or before is not None
    return Route(
        variant=variant,
        devices=devices or USE_CASES[use_case].targets,
        use_case=use_case,
        has=has,
        lacks=lacks,
        since=since,
        before=before,
        polyphase=polyphase,
        party=party,
        other=other,
        originator=originator,
        confidence=confidence or (_MEDIUM if dated else Confidence.HIGH),
        source=source or (_PAGES if dated else ""),
    )


# fmt: off
ROUTES: Final[tuple[Route, ...]] = (
    _to("1.1.1", "ECS01a", has=("ElecTariffElements",)),
    _to("1.1.1", "GCS01a", has=("GasTariffElements",)),
    _to("1.1.2", "ECS01c"),
    _to("1.2.1", "ECS01b"),
    _to("1.2.1", "GCS01b"),
    _to("1.2.2", "ECS01d"),
    _to("1.5", "ECS04a", has=("PrepaymentMode/AdjustMeterBalance",)),
    _to("1.5", "ECS04a", has=("CreditMode/AdjustMeterBalance",), confidence=_MEDIUM, source=_ONE_BALANCE),
    _to("1.5", "ECS04b", has=("PrepaymentMode/ResetMeterBalance",), confidence=_MEDIUM, source=_ONE_BALANCE),
    _to("1.5", "ECS04b", has=("CreditMode/ResetMeterBalance",)),
    _to("1.5", "GCS40a", has=("PrepaymentMode/AdjustMeterBalance",)),
    _to("1.5", "GCS40b", has=("PrepaymentMode/ResetMeterBalance",)),
    _to("1.5", "GCS40c", has=("CreditMode/AdjustMeterBalance",)),
    _to("1.5", "GCS40d", has=("CreditMode/ResetMeterBalance",)),
    _to("1.6", "ECS02", has=("Credit",)),
    _to("1.6", "ECS03", has=("Prepayment",)),
    _to("1.6", "GCS02", has=("Credit",)),
    _to("1.6", "GCS03", has=("Prepayment",)),
    _to("1.7", "ECS05"),
    _to("2.1", "ECS08a", has=("UpdatePrepayConfigElectricity",), since=_V2),
    _to("2.1", "ECS08", has=("UpdatePrepayConfigElectricity",), before=_V2),
    _to("2.1", "GCS05", has=("UpdatePrepayConfigGas",)),
    _to("2.2", "CS01a"),
    _to("2.2", "CS01b"),
    _to("2.3", "ECS07", has=("ElecDebtRecovery1",)),
    _to("2.3", "GCS04", has=("GasDebtRecovery1",)),
    _to("2.5", "ECS09"),
    _to("2.5", "GCS06"),
    _to("3.1", "ECS10"),
    _to("3.1", "GCS07"),
    _to("3.2", "ECS12"),
    _to("3.2", "GCS09"),
    _to("3.3", "ECS15a", has=("ESMEEventLogType=ESME",)),
    _to("3.3", "ECS15c", has=("ESMEEventLogType=ALCS",)),
    _to("3.3", "CS11", lacks=("ESMEEventLogType",)),
    _to("3.4", "ECS16"),
    _to("3.4", "GCS44"),
    _to("3.5", "ECS14"),
    _to("3.5", "GCS11"),
    _to("4.1.1", "ECS17b"),
    _to("4.1.1", "GCS13a"),
    _to("4.1.2", "ECS17d"),
    _to("4.1.2", "GCS13c"),
    _to("4.1.3", "ECS17e"),
    _to("4.1.4", "GCS13b"),
    _to("4.2", "ECS17a"),
    _to("4.3", "ECS19"),
    _to("4.3", "GCS14"),
    _to("4.4.2", "ECS20b"),
    _to("4.4.2", "GCS15b"),
    _to("4.4.3", "ECS20c"),
    _to("4.4.3", "GCS15c"),
    _to("4.4.4", "ECS20a"),
    _to("4.4.4", "GCS15d"),
    _to("4.4.5", "ECS20d"),
    _to("4.4.5", "GCS15e"),
    _to("4.6.1", "ECS21a"),
    _to("4.6.1", "GCS16a"),
    _to("4.6.2", "ECS21c"),
    _to("4.8.1", "ECS22b"),
    _to("4.8.1", "GCS17"),
    _to("4.8.2", "ECS22c"),
    _to("4.8.3", "ECS22a"),
    _to("4.10", "ECS23", polyphase=False),
    _to("4.10", "ECS23b", polyphase=True),
    _to("4.10", "GCS18"),
    _to("4.11.1", "ECS24"),
    _to("4.11.1", "GCS21f"),
    _to("4.11.2", "ECS24b"),
    _to("4.12.1", "ECS18b"),
    _to("4.12.2", "ECS18a"),
    _to("4.13", "ECS26a"),
    _to("4.13", "GCS21b"),
    _to("4.14", "ECS21b"),
    _to("4.14", "GCS16b"),
    _to("4.15", "ECS27"),
    _to("4.16", "ECS17c"),
    _to("4.17", "ECS66"),
    _to("4.17", "GCS61"),
    _to("4.18", "ECS82"),
    _to("4.18", "GCS60a", since=_V4_1, confidence=_LOW, source=_NO_PAGE),
    _to("4.18", "GCS60", before=_V4_1, confidence=_LOW, source=_NO_PAGE),
    _to("6.2.1", "ECS26b", polyphase=False),
    _to("6.2.1", "ECS26k", polyphase=True),
    _to("6.2.2", "ECS26c"),
    _to("6.2.3", "ECS26l", since=_V2),
    _to("6.2.3", "ECS26d", before=_V2),
    _to("6.2.3", "GCS21k", since=_V2),
    _to("6.2.3", "GCS21d", before=_V2),
    _to("6.2.4", "ECS26m", since=_V2),
    _to("6.2.4", "ECS26e", before=_V2),
    _to("6.2.4", "ECS26n", since=_V2),
    _to("6.2.4", "ECS26i", before=_V2),
    _to("6.2.4", "GCS21m", since=_V2),
    _to("6.2.4", "GCS21e", _GSME, before=_V2),
    _to("6.2.4", "GCS21e", _GPF),
    _to("6.2.5", "ECS26f"),
    _to("6.2.7", "ECS40"),
    _to("6.2.7", "GCS46"),
    _to("6.2.8", "GCS21a"),
    _to("6.2.9", "ECS26j"),
    _to("6.2.9", "GCS21j"),
    _to("6.2.10", "ECS25r1", party=_SUPPLIER),
    _to("6.2.10", "ECS25r2", party=_NETWORK),
    _to("6.2.10", "GCS20r"),
    _to("6.4.1", "ECS28a"),
    _to("6.4.2", "ECS28b"),
    _to("6.5", "ECS29a", has=("SinglePhaseVoltageSettings",), lacks=("RMSVoltageCountersNotReset",)),
    _to("6.5", "ECS29b", has=("PolyPhaseVoltageSettings",), lacks=("RMSVoltageCountersNotReset",)),
    _to("6.5", "ECS29c", has=("SinglePhaseVoltageSettings", "RMSVoltageCountersNotReset")),
    _to("6.5", "ECS29d", has=("PolyPhaseVoltageSettings", "RMSVoltageCountersNotReset")),
    _to("6.6", "GCS23"),
    _to("6.7", "GCS24a", has=("UncontrolledGasFlowRateDecimal",), since=_V4),
    _to("6.7", "GCS24", has=("UncontrolledGasFlowRate",), before=_V4),
    # The older pair knows no period longer than a month.
    _to("6.8", "ECS30a", has=("ElectricityBillingCalendar",), since=_V2),
    _to("6.8", "ECS30", has=("ElectricityBillingCalendar",), before=_V2,
        lacks=("ElectricityBillingCalendar/Quarterly", "ElectricityBillingCalendar/SixMonthly",
               "ElectricityBillingCalendar/Yearly")),
    _to("6.8", "GCS25a", has=("GasBillingCalendar",), since=_V2),
    _to("6.8", "GCS25", has=("GasBillingCalendar",), before=_V2,
        lacks=("GasBillingCalendar/Periodicity=Quarterly", "GasBillingCalendar/Periodicity=SixMonthly",
               "GasBillingCalendar/Periodicity=Yearly")),
    _to("6.11", "ECS70"),
    _to("6.11", "GCS28"),
    _to("6.12", "ECS34"),
    _to("6.13", "ECS35a", has=("LogToRead=Event",)),
    _to("6.13", "ECS35b", has=("LogToRead=Security",)),
    _to("6.13", "ECS35e", has=("LogToRead=PowerEvent",)),
    _to("6.13", "ECS35g", has=("LogToRead=ALCSEvent",), since=_V4),
    _to("6.13", "ECS35f", has=("LogToRead=ALCSEvent",), before=_V4),
    _to("6.13", "ECS35c", has=("LogToRead=Event",)),
    _to("6.13", "ECS35d", has=("LogToRead=Security",)),
    _to("6.13", "CS10a", has=("LogToRead=Event",)),
    _to("6.13", "CS10b", has=("LogToRead=Security",)),
    # The GPF also holds a copy of each log of the GSME.
    _to("6.13", "CS10a", _GPF, has=("LogToRead=GSMEEvent",)),
    _to("6.13", "CS10b", _GPF, has=("LogToRead=GSMESecurity",)),
    _to("6.14.1", "ECS46a"),
    _to("6.14.2", "ECS46c", before=_V4),
    _to("6.14.3", "ECS46d", since=_V4),
    _to("6.15.1", "CS02bSupplierBySupplier", has=("RemotePartyRole=Supplier",)),
    _to("6.15.1", "CS02bNOByNO", has=("RemotePartyRole=NetworkOperator",)),
    _to("6.15.1", "CS02gLoadControllerBySupplier", has=("RemotePartyRole=LoadController",)),
    _to("6.15.2", "CS02d"),
    _to("6.17", "CS02c"),
    _to("6.18.1", "ECS37"),
    _to("6.18.2", "ECS57"),
    _to("6.20.1", "ECS39a", has=("ImportMPANs",)),
    _to("6.20.1", "GCS41", has=("ImportMPRN",)),
    _to("6.20.2", "ECS39b"),
    _to("6.21", "CS02bSupplierBySupplier", _GPF, has=("RemotePartyRole=Supplier",), originator=_ACB,
        confidence=_MEDIUM, source=_VECTOR_TARGET),
    _to("6.21", "CS02bNOByNO", _GPF, has=("RemotePartyRole=NetworkOperator",), originator=_ACB,
        confidence=_MEDIUM, source=_VECTOR_TARGET),
    _to("6.22", "ECS25a", has=("ElectricitySupplierAlerts",)),
    _to("6.22", "ECS25a1", has=("ElectricitySupplierHANAlertSettings",)),
    _to("6.22", "ECS25a2", has=("ElectricitySupplierAlarmSettings",)),
    _to("6.22", "ECS25a3", has=("ElectricitySupplierLoggingSettings",)),
    _to("6.22", "ECS25b", has=("ElectricityNetworkOperatorAlerts",)),
    _to("6.22", "ECS25b3", has=("ElectricityNetworkOperatorLoggingSettings",)),
    _to("6.22", "GCS20", has=("GasSupplierAlertEventSettings",)),
    _to("6.22", "GCS20", has=("GasSupplierAlerts",), confidence=_MEDIUM,
        source="the older form of the element; no vector has it"),
    _to("6.23", "CS02bSupplierByTransCoS", originator=_COS),
    _to("6.24.1", "CS02f", has=("RemotePartyRole=LoadController",), originator=_ACB),
    _to("6.24.1", "CS02a", _ESME, lacks=("RemotePartyRole=LoadController",), before=_V4, originator=_ACB,
        confidence=_LOW, source=_OLDER_CELLS),
    _to("6.24.1", "CS02f", lacks=("RemotePartyRole=LoadController",), since=_V4, originator=_ACB,
        confidence=_LOW, source=_OLDER_CELLS),
    _to("6.24.1", "CS02a", _WITHOUT_LOAD_CONTROLLER, lacks=("RemotePartyRole=LoadController",),
        originator=_ACB),
    _to("6.24.2", "CS02e"),
    _to("6.25", "ECS81"),
    _to("6.26", "ECS48"),
    _to("6.27", "ECS29e", polyphase=False),
    _to("6.27", "ECS29f", polyphase=True),
    _to("6.28", "DBCH04"),
    _to("6.29", "DBCH05"),
    _to("6.30", "DBCH03"),
    _to("6.31", "DBCH01"),
    _to("6.32", "DBCH02"),
    _to("7.1", "ECS42"),
    _to("7.2", "ECS43"),
    _to("7.2", "GCS32"),
    _to("7.3", "ECS44"),
    _to("7.3", "GCS39"),
    _to("7.4", "ECS45"),
    _to("7.4", "GCS33"),
    _to("7.5", "ECS47", before=_V4),
    _to("7.6", "ECS47", before=_V4),
    _to("7.7", "ECS61a", before=_V4),
    _to("7.8", "ECS47", before=_V4),
    _to("7.9", "ECS62"),
    _to("7.10", "ECS62"),
    _to("7.11", "ECS61c"),
    _to("7.12", "ECS38"),
    _to("7.13", "ECS47a", since=_V4),
    _to("7.14", "ECS61d", since=_V4),
    _to("7.15", "ECS61e", since=_V4),
    _to("7.16", "ECS47e", since=_V4),
    _to("8.1.1", "ECS70"),
    _to("8.1.1", "GCS28"),
    _to("8.5", "CS02bACBByACB", originator=_ACB),
    # Method A joins a device to an ESME, B to a GPF, C a PPMID and a GSME (reference `gbcs.md`, CS03).
    _to("8.7.1", "CS03A1"),
    _to("8.7.1", "CS03A2", _HCALCS),
    _to("8.7.1", "CS03C", _GSME),
    _to("8.7.2", "CS03B"),
    _to("8.7.2", "CS03A2", _PPMID, other=DeviceType.ESME, originator=_FOR_USER),
    _to("8.7.2", "CS03C", _PPMID, other=DeviceType.GSME, originator=_FOR_USER),
    _to("8.8.1", "CS04AC", (DeviceType.ESME, DeviceType.GSME, DeviceType.HCALCS)),
    _to("8.8.2", "CS04B"),
    _to("8.8.2", "CS04AC", _PPMID, originator=_FOR_USER),
    _to("8.9", "CCS07", has=("ReadSecurityDetails",), since=_V3),
    _to("8.9", "CCS06", lacks=("ReadSecurityDetails",), since=_V2),
    _to("8.9", "CCS05CCS04", lacks=("ReadSecurityDetails",), before=_V2),
    _to("8.9", "CS07", (DeviceType.ESME, DeviceType.GSME, DeviceType.GPF, DeviceType.HCALCS),
        lacks=("ReadSecurityDetails",)),
    _to("8.9", "CS07", _PPMID, lacks=("ReadSecurityDetails",), originator=_FOR_USER,
        confidence=_MEDIUM, source="a PPMID holds no User's credentials, so the ACB has to ask"),
    _to("8.11", "CCS01", has=("RequestType=Add",)),
    _to("8.11", "CCS02", has=("RequestType=Remove",)),
    _to("8.12.1", "CCS03"),
    _to("8.12.2", "GCS59", originator=_ACB),
    _to("9.1", "ECS50"),
    _to("9.1", "GCS36"),
    _to("11.2", "ECS52"),
    _to("11.2", "GCS38"),
    _to("11.2", "CS08"),
    _to("11.3", "CS06"),
    _to("14.1", "GCS31"),
)
# fmt: on

BY_VARIANT: Final[dict[str, tuple[Route, ...]]] = {
    variant: tuple(entry for entry in ROUTES if entry.variant == variant)
    for variant in dict.fromkeys(entry.variant for entry in ROUTES)
}


def routes_of(variant: str) -> tuple[Route, ...]:
    """All routes of a variant; none for what the DCC answers by itself."""
    return BY_VARIANT.get(variant, ())


def devices_of(variant: str) -> tuple[DeviceType, ...]:
    """The device types a variant applies to."""
    found = {device for entry in routes_of(variant) for device in entry.devices}
    return tuple(device for device in DeviceType if device in found)


def use_cases_of(variant: str) -> tuple[str, ...]:
    """The use cases a variant may become."""
    return tuple(dict.fromkeys(entry.use_case for entry in routes_of(variant)))


_NOTHING_KNOWN: Final = Circumstances()


def candidates(
    variant: ServiceReferenceVariant,
    device: DeviceType,
    name: str = "",
    known: Circumstances = _NOTHING_KNOWN,
) -> tuple[Route, ...]:
    """The routes that remain open, the one to take first.

    Raises Unsupported for a variant without routes (`name` is what to call it then), AccessDenied (E11)
    for a device type it is not for, RequestInvalid when what is known speaks against every route.
    """
    if variant.text not in BY_VARIANT:
        raise Unsupported(f"Service Request {variant} {name}".rstrip())
    by_type = [entry for entry in BY_VARIANT[variant.text] if device in entry.devices]
    if not by_type:
        allowed = ", ".join(sorted({d.value for entry in BY_VARIANT[variant.text] for d in entry.devices}))
        raise AccessDenied(
            f"Service Request {variant} does not apply to a {device.value}, only to {allowed}",
            code="E11",
            rule="device type",
        )
    still_open = tuple(entry for entry in by_type if entry.is_open(known))
    if not still_open:
        raise RequestInvalid(
            f"no use case of Service Request {variant} on a {device.value} fits: {_wishes(by_type)}",
            rule="use case for the request",
            place="Body",
        )
    return still_open


def route(
    variant: ServiceReferenceVariant,
    device: DeviceType,
    name: str = "",
    known: Circumstances = _NOTHING_KNOWN,
) -> str:
    """The use case. Raises as `candidates` does."""
    return candidates(variant, device, name, known)[0].use_case


def _wishes(entries: list[Route]) -> str:
    return "; ".join(f"{entry.use_case} for {describe(entry) or 'any'}" for entry in entries)


def describe(entry: Route) -> str:
    """The conditions of a route in words, or nothing when it has none."""
    parts = [
        *entry.has,
        *(f"no {name}" for name in entry.lacks),
        *([f"GBCS from {entry.since}"] if entry.since is not None else []),
        *([f"GBCS before {entry.before}"] if entry.before is not None else []),
        *([] if entry.polyphase is None else ["polyphase" if entry.polyphase else "single phase"]),
        *([entry.party.name.lower().replace("_", " ")] if entry.party is not None else []),
        *([f"other device {entry.other.value}"] if entry.other is not None else []),
    ]
    return ", ".join(parts)
