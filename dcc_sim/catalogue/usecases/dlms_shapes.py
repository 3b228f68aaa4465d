"""What the tables of DLMS use cases share: row shorthand, roles, and shapes that occur in several.

In: facts of GBCS (annex pages, reference `gbcs-use-cases/`, and `gbcs-general.md` §6, §7). Out:
`access_case`, which makes one row of the table, and shapes with SMETS names on their leaves.
Left out: the rows themselves.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import UseCase
from dcc_sim.codec.access import AccessRow, Attribute, GetRange, Item, Protected
from dcc_sim.codec.compact import CompactArray
from dcc_sim.codec.cosem import (
    Array,
    Bits,
    Boolean,
    Date,
    Enum8,
    Fixed,
    Int8,
    Int16,
    Int32,
    Octets,
    Part,
    Struct,
    Time,
    UInt8,
    UInt16,
    UInt32,
)
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Shape
from dcc_sim.codec.times import CosemDate
from dcc_sim.ids import DeviceType, MessageCode, RemotePartyRole

Roles = tuple[RemotePartyRole, ...]

SUPPLIER: Final[Roles] = (RemotePartyRole.SUPPLIER,)
NETWORK: Final[Roles] = (RemotePartyRole.NETWORK_OPERATOR,)
ACB: Final[Roles] = (RemotePartyRole.ACCESS_CONTROL_BROKER,)
LOAD_CONTROLLER: Final[Roles] = (RemotePartyRole.LOAD_CONTROLLER,)
SUPPLIER_NETWORK: Final[Roles] = SUPPLIER + NETWORK
SUPPLIER_ACB: Final[Roles] = SUPPLIER + ACB
NETWORK_ACB: Final[Roles] = NETWORK + ACB
SUPPLIER_NETWORK_ACB: Final[Roles] = SUPPLIER + NETWORK + ACB

ESME: Final = (DeviceType.ESME,)
CHF: Final = (DeviceType.CHF,)
ESME_CHF: Final = (DeviceType.ESME, DeviceType.CHF)

ANNEX_4_0: Final = "GBCS 4.0 annex"
ANNEX_3_1: Final = "GBCS 3.1 annex"
VECTORS: Final = "RTDS 4.5.0 vectors"
"""A use case that no stored annex has any more: its row is what the published frames show."""


def access_case(
    code: str,
    message_code: int,
    title: str,
    roles: Roles,
    *items: Item,
    targets: tuple[DeviceType, ...] = ESME,
    critical: bool = False,
    future_datable: bool = False,
    replay_protected: bool = False,
    timed: bool = False,
    withdrawn: bool = False,
    source: str = ANNEX_4_0,
) -> UseCase:
    """One use case whose payload is a DLMS access request. Future-datable ones are timed."""
    return UseCase(
        code=code,
        message_code=MessageCode(message_code),
        title=title,
        targets=targets,
        roles=roles,
        critical=critical,
        future_datable=future_datable,
        replay_protected=replay_protected,
        timed=timed or future_datable,
        withdrawn=withdrawn,
        payload=AccessRow(items),
        source=f"{source}, {code}",
    )


TIMESTAMP: Final = UInt32(unit="s since 2000-01-01T00:00:00Z")
SECONDS: Final = UInt32(unit="s")
MILLIPENCE: Final = Int32(unit="10⁻⁵ currency units")
RESET: Final = Int8(0)
"""The data of methods that need none."""

WATT: Final = 27
WATT_HOUR: Final = 30
VAR_HOUR: Final = 32
OTHER_UNIT: Final = 254
NO_UNIT: Final = 255
UNITS: Final = {WATT: "W", WATT_HOUR: "Wh", VAR_HOUR: "varh", OTHER_UNIT: "other unit", NO_UNIT: "no unit"}


def scaler_unit(item: str, unit: int, scaler: int = 0, *, scale: str = "scale") -> Struct:
    """scal_unit_type; `scale` is the last word of the SMETS name of the scaler."""
    return Struct(
        Part("scaler", Int8(scaler), f"{item}{scale}"),
        Part("unit", Enum8(unit, meaning=UNITS), f"{item}unit"),
    )


def special_days(item: str, names: str, high: int) -> Array:
    """The entries of a special days table; `names` is `current` or `next`."""
    return Array(
        Struct(
            Part("index", UInt16(), f"{item}: index[0..{high}].{names}"),
            Part("date", Date(), f"{item}: date[0..{high}].{names}"),
            Part("day_id", UInt8(), f"{item}: dayIdentifier[0..{high}].{names}"),
        ),
        high=high,
    )


SCHEDULE_NAMES: Final = (
    "index", "enable", "scriptLN", "scriptSelector", "switchTime", "validityWindow", "execWeekdays",
    "execSpecdays", "beginDate", "endDate",
)  # fmt: skip
"""Last words of the SMETS names of the parts of a schedule entry, in order."""


def schedule(
    item: str,
    script_table: str,
    low: int,
    high: int,
    *,
    names: tuple[str, ...] = SCHEDULE_NAMES,
    every_day: bool = False,
) -> Array:
    """The entries of a schedule; `every_day` fixes weekdays, special days and dates to all."""
    weekdays = Bits(7, 7, "1111111") if every_day else Bits(7, 7)
    days = Bits(0, 0, "") if every_day else Bits(0, 20)
    begin = Date(CosemDate(bytes.fromhex("000001FFFF"))) if every_day else Date()
    end = Date(CosemDate(bytes.fromhex("FFFFFFFFFF"))) if every_day else Date()
    parts: tuple[tuple[str, Shape], ...] = (
        ("index", UInt16()),
        ("enable", Boolean(const=True)),
        ("script_table", Fixed(6, bytes.fromhex(script_table))),
        ("script", UInt16()),
        ("switch_time", Time()),
        ("validity_window", UInt16(0xFFFF)),
        ("weekdays", weekdays),
        # As many bits as the special days table that goes with it has entries.
        ("special_days", days),
        ("begin_date", begin),
        ("end_date", end),
    )
    named = (Part(name, shape, item + last) for (name, shape), last in zip(parts, names, strict=True))
    return Array(Struct(*named), low=low, high=high)


def execution_times(item: str, high: int) -> Array:
    """When a single action schedule runs: times of day, each with a date that may have wildcards."""
    return Array(Struct(Part("time", Time(), item), Part("date", Date(), item)), low=1, high=high)


CREDIT_CHARGE_ITEM: Final = "SuspendDebtDisabled / SuspendDebtEmergency / Payment Mode"


def credit_charges(item: str) -> Array:
    """credit_charge_configuration: which charge is taken from which credit, and when (three bits)."""
    return Array(
        Struct(
            Part("credit", Fixed(6), item),
            Part("charge", Fixed(6), item),
            Part("collection", Bits(3, 3), item),
        ),
        # Credit mode has 2 or 3 entries, prepayment up to 15 on a twin-element ESME (vectors).
        low=1,
        high=15,
    )


def unit_charge(
    item: str,
    index: Octets,
    size: int,
    *,
    scale: int | None,
    commodity: tuple[int, str, int] = (0, "000000000000", 0),
    price_scale: str = "",
    charge: str = "",
) -> Struct:
    """unit_charge of a charge object: scaling, the register it refers to, `size` prices.

    `item` is the SMETS name without its last word; `price_scale` and `charge` replace the names
    of the two parts whose names are irregular.
    """
    class_id, logical_name, attribute = commodity
    element = Struct(
        Part("index", index, f"{item}.index"),
        Part("charge", Int16(), charge or f"{item}.charge_per_unit"),
    )
    return Struct(
        Part(
            "scaling",
            Struct(
                Part("commodity_scale", Int8(scale), f"{item}.commodityScale"),
                Part("price_scale", Int8(), price_scale or f"{item}.price_scale"),
            ),
        ),
        Part(
            "commodity",
            Struct(
                Part("class_id", UInt16(class_id), f"{item}.classID"),
                Part("logical_name", Fixed(6, bytes.fromhex(logical_name)), f"{item}.LN"),
                Part("attribute", Int8(attribute), f"{item}.attribute_index"),
            ),
        ),
        Part("table", Array(element, low=size, high=size)),
    )


def log_entries(log: str, low: int, high: int, *parts: Part) -> CompactArray:
    """The buffer of a log: a time stamp, then `parts`, whose SMETS names get the log put before them."""
    entry = f"{log}: logEntries[{low}..{high}].logEntry."
    named = (Part(p.name, p.shape, entry + p.smets, p.optional) for p in parts)
    # A range without entries is answered with an empty buffer, so `low` bounds names, not contents.
    return CompactArray(Struct(Part("timestamp", TIMESTAMP, f"{entry}timestamp"), *named), high=high)


def read_log(target: CosemObject, log: str, entries: CompactArray, name: str = "log") -> Item:
    """Read a log buffer in the clear, by range."""
    return GetRange(target, 2, name, entries, smets=log)


def read_sealed_log(
    collection: CosemObject, log: str, *buffers: tuple[CosemObject, str, CompactArray]
) -> Item:
    """Read log buffers encrypted, by range."""
    attributes = (Attribute(target, 2, name, entries) for target, name, entries in buffers)
    return Protected(collection, "log", *attributes, smets=log, ranged=True)
