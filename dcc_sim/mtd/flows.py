"""Layouts of the data flows: groups, nesting, cardinality, items.

In: nothing. Out: `FLOWS`, one `Flow` per flow and version, and the data items they are made of.
Facts after the Data Transfer Catalogue 15.4 of 28 April 2026 (reference `mtd-flows.json`); group
ids, item order, formats and mandatory marks are its, the scales of NUM items and the formats it
leaves empty (MPIDs, TPR, addresses) are from sample files.

Two flows are SIM-INVENTED: D9388001 and D9389001 stand in for the Smart Device Details and Smart
Meter Configuration Details of CP1388, which never got flow numbers. Their files never carry the
test flag `OPER`. Left out: routes to roles that no model here plays, the valid sets of coded items.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from dcc_sim.errors import NotFound
from dcc_sim.mtd.formats import BOOLEAN, DATE, DATETIME, MPAN, MPID, TPR, Format, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE: Final = "DTC 15.4, 28 Apr 2026"
MANY: Final = None


class MarketRole(Enum):
    """Market role codes of file headers, as far as a model here plays them."""

    SUPPLIER = "X"
    METER_OPERATOR = "M"
    DATA_COLLECTOR = "D"
    DISTRIBUTOR = "R"
    REGISTRATION = "P"
    ASSET_PROVIDER = "8"


@dataclass(frozen=True, slots=True)
class Item:
    """A data item in its place in a group."""

    number: str
    name: str
    format: Format
    mandatory: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A record type. `maximum` None means any number.

    `omitted_in_practice`: the catalogue demands the group, real files leave it out.
    """

    id: str
    name: str
    minimum: int
    maximum: int | None
    items: tuple[Item, ...]
    groups: tuple[Group, ...] = ()
    omitted_in_practice: bool = False

    @property
    def required(self) -> int:
        """The number of records that a file is held to."""
        return 0 if self.omitted_in_practice else self.minimum

    def walk(self) -> Iterator[Group]:
        """This group and all below it, in catalogue order."""
        yield self
        for group in self.groups:
            yield from group.walk()


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow with its version, such as `D0367001`. `routes`: (from, to) market roles."""

    code: str
    name: str
    routes: tuple[tuple[MarketRole, MarketRole], ...]
    groups: tuple[Group, ...]
    invented: bool = False

    def group(self, group_id: str) -> Group:
        """The group with this id, at any depth. Raises NotFound."""
        for top in self.groups:
            for group in top.walk():
                if group.id == group_id:
                    return group
        raise NotFound(f"flow {self.code} has no group {group_id!r}")


def _char(length: int) -> Format:
    return Format(Kind.CHAR, length)


def _num(length: int, decimals: int = 0, *, signed: bool = False, leading_zeros: bool = False) -> Format:
    return Format(Kind.NUM, length, decimals, signed, leading_zeros)


def _int(length: int) -> Format:
    return Format(Kind.INT, length)


_ROWS: Final[tuple[tuple[str, str, Format], ...]] = (
    ("J0003", "MPAN Core", MPAN),
    ("J0004", "Meter Id", _char(10)),
    ("J0008", "Nature of Maintenance", _char(200)),
    ("J0010", "Meter Register Id", _char(2)),
    ("J0012", "Additional Information", _char(200)),
    ("J0016", "Reading Date & Time", DATETIME),
    ("J0022", "BSC Validation Status", _char(1)),
    ("J0024", "Site Visit Check Code", _char(2)),
    ("J0040", "Register Reading", _num(9, 1)),
    ("J0044", "MD Reset Date & Time", DATETIME),
    ("J0045", "Meter Reading Flag", BOOLEAN),
    ("J0047", "Meter Reading Status", BOOLEAN),
    ("J0049", "Effective from Settlement Date {REGI}", DATE),
    ("J0066", "GSP Group Id", _char(2)),
    ("J0071", "Profile Class Id", _num(2, leading_zeros=True)),
    ("J0076", "Standard Settlement Configuration (SSC) Id", _char(4)),
    ("J0078", "Time Pattern Regime", TPR),
    ("J0080", "Energisation Status", _char(1)),
    ("J0081", "Estimated Annual Consumption", _num(14, 1)),
    ("J0082", "Measurement Class Id", _char(1)),
    ("J0084", "Supplier Id", MPID),
    ("J0090", "Effective from Settlement Date {EACDC}", DATE),
    ("J0092", "Effective from Settlement Date {MSPCDC}", DATE),
    ("J0093", "Effective from Settlement Date {MSGGDC}", DATE),
    ("J0094", "Effective from Settlement Date {MSMCDC}", DATE),
    ("J0098", "Retrieval Method", _char(1)),
    ("J0103", "Measurement Quantity Id", _char(2)),
    ("J0107", "Rejection Reason Code", _char(4)),
    ("J0109", "Instruction Number", _int(12)),
    ("J0134", "Tele-Switch/Clock Indicator", _char(1)),
    ("J0163", "Data Aggregation Type", _char(1)),
    ("J0171", "Reading Type", _char(1)),
    ("J0178", "Meter Operator Id", MPID),
    ("J0183", "Data Aggregator Id", MPID),
    ("J0205", "Data Collector Id", MPID),
    ("J0210", "Effective from Date {MOA}", DATE),
    ("J0218", "Data Collector Type", _char(1)),
    ("J0219", "Effective from Date {DCA}", DATE),
    ("J0220", "Meter Timeswitch Code", _num(3)),
    ("J0263", "Metering Point Postcode", _char(10)),
    ("J0274", "Service Reference", _char(4)),
    ("J0275", "Service Level Reference", _char(4)),
    ("J0297", "Effective from Settlement Date {MSES}", DATE),
    ("J0300", "Effective from Settlement Date {SCON}", DATE),
    ("J0301", "Meter Timeswitch Code Effective from Date", DATE),
    ("J0307", "Effective from Settlement Date {MSMC}", DATE),
    ("J0308", "Effective from Settlement Date {MSPC}", DATE),
    ("J0330", "File Sequence Number", _int(12)),
    ("J0332", "Meter Reading Reason Code", _char(2)),
    ("J0334", "Effective from Settlement Date {DAA}", DATE),
    ("J0360", "Effective to Date {MOA}", DATE),
    ("J0382", "Channel Number", _char(3)),
    ("J0385", "Communications Address", _char(65)),
    ("J0386", "Communications Method", _char(2)),
    ("J0408", "Main/Check Indicator", BOOLEAN),
    ("J0410", "Manufacturers Make & Type", _char(60)),
    ("J0418", "Meter COP", _char(3)),
    ("J0419", "Meter Location", _char(1)),
    ("J0432", "Pulse Multiplier", _num(9, 2)),
    ("J0454", "CT Ratio", _char(6)),
    ("J0455", "VT Ratio", _char(10)),
    ("J0461", "Meter COP Dispensation", _num(3)),
    ("J0462", "Certification Date", DATE),
    ("J0463", "Certification Expiry Date", DATE),
    ("J0464", "Outstation PIN", _char(12)),
    ("J0465", "Outstation COP", _char(20)),
    ("J0467", "Outstation COP Dispensation", _num(3)),
    ("J0468", "Outstation Encryption Key", _char(20)),
    ("J0469", "Outstation Number of Channels", _num(3)),
    ("J0470", "Outstation Password Level 1", _char(12)),
    ("J0471", "Outstation Type", _char(3)),
    ("J0474", "Meter Register Type", _char(1)),
    ("J0475", "Meter Register Multiplier", _num(9, 2)),
    ("J0476", "Associated Meter Id", _char(10)),
    ("J0477", "Associated Meter Register Id", _char(2)),
    ("J0478", "Number of Register Digits", _num(1)),
    ("J0480", "Maintenance Date", DATE),
    ("J0483", "Meter Type", _char(5)),
    ("J0501", "Meter Current Rating", _num(3)),
    ("J0675", "Meter Operator Type", _char(1)),
    ("J0679", "Register Mapping Coefficient", _num(1, signed=True)),
    ("J0716", "Timing Device Id (Serial Number)", _char(10)),
    ("J0722", "Retrieval Method Effective Date", DATE),
    ("J0723", "Instruction Type", _char(4)),
    ("J0821", "Deemed Received Date", DATE),
    ("J0848", "Date of Meter Installation", DATE),
    ("J1013", "Number of MD Resets", _num(3)),
    ("J1017", "Incoming Instruction Number", _num(12)),
    ("J1036", "Metering Point Address Line 1", _char(40)),
    ("J1037", "Metering Point Address Line 2", _char(40)),
    ("J1038", "Metering Point Address Line 3", _char(40)),
    ("J1039", "Metering Point Address Line 4", _char(40)),
    ("J1040", "Metering Point Address Line 5", _char(40)),
    ("J1041", "Metering Point Address Line 6", _char(40)),
    ("J1042", "Metering Point Address Line 7", _char(40)),
    ("J1043", "Metering Point Address Line 8", _char(40)),
    ("J1044", "Metering Point Address Line 9", _char(40)),
    ("J1194", "New Supplier Id", MPID),
    ("J1254", "Effective from Settlement Date {MSMTD}", DATE),
    ("J1267", "Metering System Non Settlement Functionality Code", _char(10)),
    ("J1268", "Effective From Settlement Date {MSNSFC}", DATE),
    ("J1269", "Date of Meter Removal", DATE),
    ("J1677", "Meter Asset Provider Id", MPID),
    ("J1678", "Associated Equipment Type", _char(4)),
    ("J1679", "Associated Equipment Serial Number", _char(16)),
    ("J1680", "Date of Installation / Removal of Timing Device / Associated Equipment", DATE),
    ("J1681", "MAP Contract Reference", _char(10)),
    ("J1702", "Settlement Details Failure Reason Code", _char(2)),
    ("J1712", "Meter Register Description", _char(16)),
    ("J1833", "DCC Service Flag", _char(1)),
    ("J1834", "Effective from Date {DCCF}", DATE),
    ("J1835", "In Home Display (IHD) Install Status", _char(1)),
    ("J1836", "Effective from Date {IHDI}", DATE),
    ("J1837", "Smart Metering System Operator Id", MPID),
    ("J1838", "Effective from Date {SMSO}", DATE),
    ("J1839", "SMETS Version", _char(8)),
    ("J1888", "Reading Method", _char(1)),
    ("J2243", "Primary MPAN", MPAN),
    ("J2244", "Secondary MPAN", MPAN),
    ("J2245", "Related MPAN Indicator", _char(1)),
    ("J2256", "MOP Flow Response Code", _char(2)),
    ("J2312", "Electricity Smart Meter Equipment (ESME ID)", _char(23)),
    ("J2313", "Number of Displayed Register Digits", _int(1)),
    # SIM-INVENTED, for the devices beside the meter in D9388001.
    ("J9001", "Device Type", _char(8)),
    ("J9002", "Device Id", _char(23)),
)

_ITEMS: Final = {number: (name, form) for number, name, form in _ROWS}


def _group(
    group_id: str,
    name: str,
    minimum: int,
    maximum: int | None,
    items: str,
    *groups: Group,
    omitted_in_practice: bool = False,
) -> Group:
    """`items` lists J numbers in order; `?` marks an optional one."""
    rows = []
    for word in items.split():
        number = word.rstrip("?")
        label, form = _ITEMS[number]
        rows.append(Item(number, label, form, mandatory=word == number))
    return Group(group_id, name, minimum, maximum, tuple(rows), groups, omitted_in_practice)


def _routes(*pairs: str) -> tuple[tuple[MarketRole, MarketRole], ...]:
    """`XM` is Supplier to meter operator."""
    return tuple((MarketRole(pair[0]), MarketRole(pair[1])) for pair in pairs)


_CATALOGUE: Final[tuple[Flow, ...]] = (
    Flow(
        "D0367001",
        "Smart Meter Configuration Details",
        routes=_routes("XM"),
        groups=(
            _group(
                "01J",
                "MPAN Cores",
                1,
                MANY,
                "J0003 J1254 J0098 J0722 J0483",
                _group(
                    "02J",
                    "NHH Mapping Details",
                    1,
                    1,
                    "J0076 J0300",
                    _group(
                        "03J",
                        "Time Pattern Regimes",
                        1,
                        MANY,
                        "J0078",
                        _group(
                            "04J",
                            "Meter Details",
                            1,
                            MANY,
                            "J0004",
                            _group(
                                "05J", "Meter Register", 1, MANY, "J0010 J1712? J0679 J0474 J0103 J0475 J0478"
                            ),
                        ),
                    ),
                    _group(
                        "06J",
                        "Non Settlements Registers",
                        0,
                        1,
                        "J1267 J1268?",
                        _group(
                            "07J",
                            "Meter Details",
                            1,
                            MANY,
                            "J0004",
                            _group("08J", "Meter Register", 1, MANY, "J0010 J1712? J0474 J0103 J0475 J0478"),
                        ),
                    ),
                ),
            ),
        ),
    ),
    Flow(
        "D0149001",
        "Notification of Mapping Details",
        routes=_routes("MR", "MM", "MD", "MX"),
        groups=(
            _group(
                "280",
                "MPAN Cores",
                1,
                MANY,
                "J0003 J1254",
                _group(
                    "281",
                    "NHH Mapping Details",
                    1,
                    1,
                    "J0076 J0300",
                    _group(
                        "778",
                        "Time Pattern Regimes",
                        1,
                        MANY,
                        "J0078",
                        _group(
                            "283",
                            "Meter Details",
                            1,
                            MANY,
                            "J0004",
                            _group("284", "Meter Register", 1, MANY, "J0010 J0679"),
                        ),
                    ),
                ),
                _group(
                    "23A",
                    "Non Settlements Registers",
                    0,
                    1,
                    "J1267 J1268?",
                    _group(
                        "24A",
                        "Time Pattern Regimes",
                        1,
                        MANY,
                        "J0078",
                        _group(
                            "25A",
                            "Meter Details",
                            1,
                            MANY,
                            "J0004",
                            _group("26A", "Meter Register", 1, MANY, "J0010 J0679"),
                        ),
                    ),
                ),
            ),
        ),
    ),
    Flow(
        "D0150002",
        "Traditional Meter Technical Details",
        routes=_routes("RM", "MR", "MM", "MD", "MX"),
        groups=(
            _group(
                "288",
                "MPAN Cores",
                1,
                MANY,
                "J0003 J1254 J0082? J0080",
                _group("289", "SSCs", 1, 1, "J0076 J0300 J1267? J1268?"),
                _group("762", "Metering Point Maintenance History", 0, 1, "J0480 J0008"),
                _group(
                    "290",
                    "Meter/Retrieval Method Details",
                    0,
                    MANY,
                    "J0004 J0418? J0461? J0501 J0419 J0410 J1677 J0385? J0386? J0464? J0465? J0467? "
                    "J0468? J0469? J0470? J0471? J0455? J0483 J0848? J0462? J0463? J0716? J0134? "
                    "J0098 J0722",
                    _group("291", "CT Ratio", 0, 1, "J0454"),
                    _group(
                        "293",
                        "Meter Register Details",
                        1,
                        MANY,
                        "J0010 J0474 J0103 J0475 J0408? J0478 J0476? J0477?",
                    ),
                    _group("295", "Meter Channels", 0, MANY, "J0382? J0103? J0432?"),
                    _group("296", "Metering System Maintenance History", 0, MANY, "J0480 J0008"),
                ),
                _group("08A", "Meters Removed", 0, MANY, "J0004 J1269 J1677"),
            ),
        ),
    ),
    Flow(
        "D0010002",
        "Meter Readings",
        routes=_routes("RD", "MR", "MM", "MD", "MX", "DR", "DD", "DX", "XR", "XD", "XX"),
        groups=(
            _group(
                "026",
                "MPAN Cores",
                1,
                MANY,
                "J0003 J0022",
                _group("027", "Site Visit Information", 0, MANY, "J0024 J0012?"),
                _group(
                    "028",
                    "Meter/Reading Types",
                    1,
                    MANY,
                    "J0004 J0171",
                    _group("029", "Site Visit Information", 0, MANY, "J0024 J0012?"),
                    _group(
                        "030",
                        "Register Readings",
                        0,
                        MANY,
                        "J0010 J0016 J0040 J0044? J1013? J0045? J1888",
                        _group(
                            "032",
                            "Meter Reading Validation Result",
                            1,
                            1,
                            "J0332 J0047",
                            omitted_in_practice=True,
                        ),
                        _group("033", "Site Visit Information", 0, MANY, "J0024 J0012?"),
                    ),
                ),
            ),
        ),
    ),
    Flow(
        "D0086002",
        "Notification of Change of Supplier Readings",
        routes=_routes("DR", "DD", "DX"),
        groups=(
            _group(
                "196",
                "MPAN Cores",
                1,
                MANY,
                "J0003 J0022",
                _group("765", "Site Visit Information", 0, MANY, "J0024 J0012?"),
                _group(
                    "197",
                    "Meter/Reading Types",
                    1,
                    MANY,
                    "J0004 J0171",
                    _group("766", "Site Visit Information", 0, MANY, "J0024 J0012?"),
                    _group(
                        "198",
                        "Register Readings",
                        0,
                        MANY,
                        "J0010 J0016 J0040 J0044? J1013? J0045? J1888",
                        _group(
                            "07A",
                            "Meter Reading Validation Result",
                            1,
                            1,
                            "J0332 J0047",
                            omitted_in_practice=True,
                        ),
                        _group("199", "Site Visit Information", 0, MANY, "J0024 J0012?"),
                    ),
                ),
            ),
        ),
    ),
    Flow(
        "D0052001",
        "Affirmation of Metering System Settlement Details",
        routes=_routes("XD"),
        groups=(
            _group(
                "121",
                "MPAN Cores with Settlement Dates",
                1,
                MANY,
                "J0003 J0049 J0071 J0092 J0082 J0094",
                _group(
                    "122",
                    "Settlement Details",
                    1,
                    1,
                    "J0076 J0300 J0066 J0093",
                    _group("124", "Time Pattern Regime", 1, MANY, "J0078 J0081 J0090"),
                ),
            ),
        ),
    ),
    Flow(
        "D0205001",
        "Update Registration Details",
        routes=_routes("XP"),
        groups=(
            _group(
                "752",
                "File Sequence Number",
                1,
                1,
                "J0330",
                _group(
                    "452",
                    "Identify Specific Registration and Provide Update Details",
                    1,
                    MANY,
                    "J0109 J0723 J0003 J0049 J0080? J0297? J0082? J0307? J0220? J0301? J0071? J0308? "
                    "J0076? J0300? J0183? J0163? J0334? J0205? J0218? J0219? J0178? J0675? J0210? "
                    "J1839? J1837? J1838? J1835? J1836?",
                ),
            ),
        ),
    ),
    Flow(
        "D0213002",
        "Advice from MPAS of Changed Metering Point Details",
        routes=_routes("PX"),
        groups=(
            _group(
                "753",
                "File Sequence Number",
                1,
                1,
                "J0330",
                _group(
                    "480",
                    "Metering Point Change Details",
                    1,
                    MANY,
                    "J0109 J0723 J0003 J0821 J0049 J0080? J0297? J0082? J0307? J0220? J0301? J0071? "
                    "J0308? J0076? J0300? J0183? J0163? J0334? J0205? J0218? J0219? J0178? J0675? "
                    "J0210? J1839? J1837? J1838? J1835? J1836? J1833? J1834? J2245",
                    _group("57M", "Related MPANs", 1, MANY, "J2243 J2244"),
                ),
            ),
        ),
    ),
    Flow(
        "D0203001",
        "Rejection of Changes to Metering Point Details",
        routes=_routes("PX"),
        groups=(
            _group(
                "750",
                "File Sequence Number",
                1,
                1,
                "J0330",
                _group(
                    "430",
                    "Rejection Details",
                    1,
                    MANY,
                    "J0109 J0723 J1017 J0003? J0821 J0049? J0080? J0297? J0082? J0307? J0220? J0301? "
                    "J0071? J0308? J0076? J0300? J0183? J0163? J0334? J0205? J0218? J0219? J0178? "
                    "J0675? J0210? J1839? J1837? J1838? J1835? J1836?",
                    _group("439", "Rejection Reason(s)", 1, MANY, "J0107"),
                ),
            ),
        ),
    ),
    Flow(
        "D0310001",
        "Failure to Load or Receive Settlement Details",
        routes=_routes("DX"),
        groups=(
            _group(
                "00D",
                "MPAN Details with NHHDC received Data",
                1,
                MANY,
                "J0003 J0076? J0300?",
                _group("01D", "Error Details", 1, MANY, "J1702 J0012?"),
                _group(
                    "02D",
                    "MPAN Cores with Settlement Dates from D0052",
                    1,
                    1,
                    "J0003 J0049 J0071 J0092 J0082 J0094",
                    _group(
                        "03D",
                        "Settlement Details from D0052",
                        1,
                        1,
                        "J0076 J0300 J0066 J0093",
                        _group("04D", "Time Pattern Regime from D0052", 1, MANY, "J0078 J0081 J0090"),
                    ),
                ),
            ),
        ),
    ),
    Flow(
        "D0312003",
        "Notification of Meter Information to MPAS",
        routes=_routes("MP", "PM", "PX"),
        groups=(
            _group(
                "11D",
                "MPAN Core",
                1,
                MANY,
                "J0003",
                _group("12D", "Meter Info Group", 0, MANY, "J0004 J0483 J1677 J0848 J0419? J2312? J2313?"),
                _group("13D", "Meters Removed", 0, MANY, "J0004 J1269 J1677 J2312?"),
                _group(
                    "76M",
                    "Sending Meter Operator",
                    1,
                    1,
                    "J0178",
                    _group("77M", "Response", 1, MANY, "J2256", omitted_in_practice=True),
                ),
            ),
        ),
    ),
    Flow(
        "D0303002",
        "Notification of Metering Assets to the MAP",
        routes=_routes("M8"),
        groups=(
            _group(
                "72C",
                "Meter Operator Details",
                1,
                1,
                "J0178",
                _group(
                    "73C",
                    "MPAN Cores",
                    1,
                    MANY,
                    "J0003 J0210 J0360? J1680? J1036? J1037? J1038? J1039? J1040? J1041? J1042? "
                    "J1043? J1044? J0263? J0012? J0084 J0049? J1681? J0274? J0275? J1194?",
                    _group(
                        "74C",
                        "Meter Details",
                        1,
                        MANY,
                        "J0004 J0410? J0848? J0716?",
                        _group("75C", "Associated Equipment Details", 0, MANY, "J1678 J1679"),
                        _group("76C", "Removal Date", 0, 1, "J1269"),
                    ),
                ),
            ),
        ),
    ),
)

_SIM_INVENTED: Final[tuple[Flow, ...]] = (
    Flow(
        "D9388001",
        "Smart Device Details (SIM-INVENTED)",
        routes=_routes("MX", "XR", "XD", "XM", "XX"),
        groups=(
            _group(
                "90A",
                "MPAN Cores",
                1,
                MANY,
                "J0003 J1254 J0082 J0080",
                _group(
                    "90B",
                    "Meter Details",
                    0,
                    MANY,
                    "J0004 J0483 J0410 J0419 J0501 J1677 J0848 J0462? J0463? J2312 J2313 J0454?",
                ),
                _group("90C", "Other Devices", 0, MANY, "J9001 J9002 J0848"),
                _group("90D", "Meters Removed", 0, MANY, "J0004 J1269 J1677"),
            ),
        ),
        invented=True,
    ),
    Flow(
        "D9389001",
        "Smart Meter Configuration Details of CP1388 (SIM-INVENTED)",
        routes=_routes("XD", "XR", "XM", "XX", "MX"),
        groups=_CATALOGUE[0].groups,  # the layout of D0367001, which CP1395 made of the same content
        invented=True,
    ),
)

FLOWS: Final[tuple[Flow, ...]] = _CATALOGUE + _SIM_INVENTED

_BY_CODE: Final = {flow.code: flow for flow in FLOWS}


def flow_layout(code: str) -> Flow:
    """The layout of a flow with its version. Raises NotFound."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise NotFound(f"flow {code!r} has no layout here ({', '.join(sorted(_BY_CODE))})") from None
