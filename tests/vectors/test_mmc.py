"""MMC documents against the official schema: of every published Response and Alert, and of any values."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dcc_sim.catalogue.row import AlertCase, UseCase
from dcc_sim.catalogue.usecases import ALERTS, use_case
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.cosem import Array, Boolean, Date, DateTime, Integer, Null, Octets, Part, Struct, Time
from dcc_sim.codec.der import DerAlertRow, Int, Moment, Sequence
from dcc_sim.codec.exchange import Body, Result, Sealed, sealed_values
from dcc_sim.codec.gbz import BigEndian, GbzRow
from dcc_sim.codec.packed import Depending, Packed
from dcc_sim.codec.shape import Shape, Value
from dcc_sim.codec.times import CosemDateTime
from dcc_sim.codec.zcl import Number
from dcc_sim.errors import EncodeError, Unsupported
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing, key_ring_from_json
from dcc_sim.ids import CraFlag, Eui64
from dcc_sim.mmc.alerts import ALERT_CONTENTS
from dcc_sim.mmc.document import SERVICE_REFERENCE_VARIANTS, render
from dcc_sim.mmc.responses import RESPONSES
from dcc_sim.mmc.rows import carried, leaves, omitted
from dcc_sim.mmc.summary import summary
from dcc_sim.transform.message import Message, read_message

_SHARED = Path(__file__).resolve().parents[2].parent / "shared"
VECTORS = Path(os.environ.get("DCC_SIM_VECTORS") or _SHARED / "vectors")
SCHEMAS = Path(os.environ.get("DCC_SIM_OFFICIAL_SCHEMAS") or _SHARED / "schemas-official")
_NO_SCHEMA = f"no official MMC schema in {SCHEMAS} (set DCC_SIM_OFFICIAL_SCHEMAS)"


@cache
def _schema() -> etree.XMLSchema:
    for place in (SCHEMAS / "mmc.xsd", SCHEMAS / "5.4" / "mmc.xsd"):
        if place.is_file():
            return etree.XMLSchema(etree.parse(place))
    pytest.skip(_NO_SCHEMA)


@cache
def _ring() -> KeyRing:
    return key_ring_from_json((VECTORS / "keys.json").read_text())


def _frames() -> list[Path]:
    """Responses and Alerts of the use cases that have MMC rows."""
    known = {use_case(code).message_code for code in RESPONSES}
    alerts = {ALERTS[code].message_code for code in ALERT_CONTENTS}
    found = []
    for path in sorted((VECTORS / "rtds").rglob("*.HEX")):
        if "COMMAND" in path.name:
            continue
        try:
            header = decode_frame(bytes.fromhex(path.read_text().strip())).header
        except Unsupported:
            continue
        if header.message_code in (alerts if header.cra is CraFlag.ALERT else known):
            found.append(path)
    return found


_FOUND = _frames()
_PARAMETERS: list[object] = list(_FOUND) or [
    pytest.param(
        Path(), marks=pytest.mark.skip(reason=f"no vectors in {VECTORS} (set DCC_SIM_VECTORS)"), id="none"
    )
]
frames = pytest.mark.parametrize("path", _PARAMETERS, ids=lambda path: path.stem)


def _read(path: Path, keys: KeyRing | None) -> Message:
    return read_message(bytes.fromhex(path.read_text().strip()), keys)


def _variant(path: Path) -> str | None:
    variant = path.parent.name.split("_")[0]
    return variant if variant in SERVICE_REFERENCE_VARIANTS else None


def _check(document: bytes) -> etree._Element:
    root = etree.fromstring(document)
    _schema().assertValid(root)
    assert etree.tostring(root, method="c14n", exclusive=True) == document
    return root


@frames
def test_every_published_response_and_alert_is_valid(path: Path) -> None:
    message = _read(path, _ring())
    assert list(sealed_values(message.body.values)) == []
    _check_document(path, message, [])
    first = _read(path, None)
    sealed = [bytes(blob) for _, blob in sealed_values(first.body.values)]
    if sealed:
        _check_document(path, first, sealed)


def _check_document(path: Path, message: Message, sealed: list[bytes]) -> None:
    root = _check(render(message, service_reference_variant=_variant(path)))
    assert [base64.b64decode(data.text or "") for data in root.findall(".//{*}GBCSData")] == sealed
    flags = root.xpath("//*/@MessageSuccess")
    nowhere = message.header.cra is CraFlag.ALERT or None in RESPONSES[message.row.code].elements.values()
    assert flags == ([] if nowhere else [str(_succeeds(path, message)).lower()])


def _succeeds(path: Path, message: Message) -> bool:
    # An update of credentials that is only accepted fails later, in its alert.
    accepted = "command_accepted" in message.body.values and "execution_outcome" not in message.body.values
    return accepted or "ERROR" not in path.name


@frames
def test_every_published_value_is_carried_or_omitted_with_a_reason(path: Path) -> None:
    message = _read(path, _ring())
    code = message.row.code
    rows = ALERT_CONTENTS[code].rows if isinstance(message.row, AlertCase) else RESPONSES[code].rows
    said = [*carried(rows), *omitted(rows)]
    missing = [
        leaf
        for leaf in leaves(message.body.values)
        if not any(leaf == path or leaf.startswith((f"{path}.", f"{path}[]")) for path in said)
    ]
    assert missing == []


@frames
def test_every_published_message_has_a_summary(path: Path) -> None:
    for keys in (_ring(), None):
        lines = summary(_read(path, keys))
        assert len(lines) >= 2
        assert all(label and text for label, text in lines)


# --- any values -----------------------------------------------------------------------------


def _mostly(usual: st.SearchStrategy[Value], odd: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    """A document has many values and one odd one refuses it all, so odd ones are rare."""
    return st.integers(0, 39).flatmap(lambda n: odd if n == 39 else usual)


def _dates(size: int, *, usual_only: bool = False) -> st.SearchStrategy[bytes]:
    def octets(*choices: str) -> st.SearchStrategy[bytes]:
        return st.sampled_from([bytes.fromhex(choice) for choice in choices])

    usual = st.tuples(
        octets("07DE", "07EA", "270F", "FFFF"),
        octets("01", "0C", "FF"),
        octets("01", "1C", "FE", "FD", "FF"),
        octets("01", "07", "FF"),
        octets("000000008000FF", "000000000000FF", "FFFFFFFF800002"),
    )
    odd = st.tuples(
        octets("07DD", "0000"),
        octets("0D", "FE"),
        octets("00", "20"),
        octets("00", "08"),
        octets("173B3B63003C00"),
    )
    return (usual if usual_only else st.one_of(usual, odd)).map(lambda parts: b"".join(parts)[:size])


def _part(part: Part) -> st.SearchStrategy[Value]:
    strategy = _values(part.shape)
    return st.one_of(st.none(), strategy) if part.optional else strategy


def _values(shape: Shape) -> st.SearchStrategy[Value]:  # the decoded values of a shape
    match shape:
        case Integer() if shape.const is None:
            known = (1, 2, 4) if shape.size == 1 else (1, 48, 101, 108)
            usual = st.sampled_from([n for n in known if shape.low <= n <= shape.high])
            return _mostly(usual, st.integers(shape.low, shape.high))
        case Number() if shape.const is None:
            return _mostly(st.sampled_from((1, 1000, 12345)), st.integers(0, (1 << (8 * shape.size)) - 1))
        case Integer() | Number():
            return st.just(shape.const)
        case BigEndian():
            return st.integers(0, (1 << (8 * shape.size)) - 1)
        case Int():
            return st.one_of(st.integers(0, 3), st.integers())
        case Boolean():
            return st.booleans()
        case Octets() if shape.const is not None:
            return st.just(shape.const)
        case Octets():
            some = st.binary(min_size=shape.low, max_size=shape.high)
            # Up to four octets that may also be none are the name of a week.
            return (
                _mostly(st.integers(1, 4).map(lambda n: bytes((n,))), some)
                if shape.high == 4 > shape.low
                else some
            )
        case DateTime():
            return _mostly(_dates(12, usual_only=True), _dates(12))
        case Date():
            return _mostly(_dates(5, usual_only=True), _dates(5))
        case Time():
            hours = st.tuples(
                st.integers(0, 23), st.integers(0, 59), st.just(0), st.sampled_from((0, 50, 0xFF))
            )
            return _mostly(hours.map(bytes), st.binary(min_size=4, max_size=4))
        case Moment():
            return st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
        case Struct() | Sequence():
            members = {part.name: _part(part) for part in shape.parts}
            return st.fixed_dictionaries(members).map(_present)
        case Packed():
            return st.fixed_dictionaries({part.name: _values(part.shape) for part in shape.parts})
        case Depending():
            return _values(shape.otherwise)
        case Array():
            return st.lists(
                _values(shape.element), min_size=shape.low, max_size=min(shape.high, shape.low + 3)
            )
        case _:
            raise AssertionError(f"no strategy for {shape}")


def _present(members: Mapping[str, Value]) -> Mapping[str, Value]:
    return {name: value for name, value in members.items() if value is not None}


_INDICES = [*range(1, 49), *(16 * letter + n for letter in range(10, 14) for n in range(1, 9))]
_PRICES: st.SearchStrategy[Value] = st.fixed_dictionaries(
    {
        "scaling": st.fixed_dictionaries(
            {"commodity_scale": st.just(3), "price_scale": st.integers(-128, 127)}
        ),
        "commodity": st.just({"class_id": 3, "logical_name": b"\1\0\1\x08\0\xff", "attribute": 2}),
        "table": st.lists(st.integers(-0x8000, 0x7FFF), min_size=80, max_size=80).map(
            lambda charges: [
                {"index": bytes((i,)), "charge": c} for i, c in zip(_INDICES, charges, strict=True)
            ]
        ),
    }
)


def _answers(row: UseCase) -> dict[str, st.SearchStrategy[Value]]:
    payload = row.payload
    if isinstance(payload, AccessRow):
        found: dict[str, st.SearchStrategy[Value]] = {}
        for item in payload.items:
            if item.protected:
                found[item.name] = st.one_of(
                    st.binary(min_size=17, max_size=64).map(Sealed),
                    st.fixed_dictionaries({a.name: _values(a.shape) for a in item.protected}),
                )
            elif not isinstance(item.answer, Null):
                found[item.name] = _PRICES if item.name == "prices" else _values(item.answer)
        return found
    if isinstance(payload, GbzRow):
        return {read.name: _values(read.shape) for command in payload.commands for read in command.reads}
    assert isinstance(payload.response, Sequence)
    return {part.name: _values(part.shape) for part in payload.response.parts}


def _results(row: UseCase) -> st.SearchStrategy[tuple[Result, ...]]:
    payload = row.payload
    if isinstance(payload, AccessRow):
        names = [(item.name, n) for n, item in enumerate(payload.items)]
    elif isinstance(payload, GbzRow):
        names = [(command.name, n) for n, command in enumerate(payload.commands) if not command.reads]
        names += [(read.name, 0) for command in payload.commands for read in command.reads]
    else:
        return st.just(())
    codes = st.one_of(st.just([0] * len(names)), st.lists(st.integers(0, 255), min_size=len(names)))
    return codes.map(
        lambda found: tuple(
            Result(name, n, code, executed=code != 1) for (name, n), code in zip(names, found, strict=False)
        )
    )


_HEADER_TIME = CosemDateTime.at(datetime(2026, 1, 1, tzinfo=UTC))
_HEADER = GroupingHeader(
    cra=CraFlag.RESPONSE,
    counter=1,
    originator=Eui64(bytes(8)),
    target=Eui64(b"\xff" * 8),
    message_code=use_case("ECS01a").message_code,
)
_TIMES = st.one_of(
    st.sampled_from((0x00, 0x01, 0x02, 0x04, 0xFF)).map(lambda status: _HEADER_TIME[:11] + bytes((status,))),
    st.binary(min_size=12, max_size=12),
)
_TUNED = (
    *("ECS01a", "ECS01b", "ECS17b", "ECS17d", "ECS24", "ECS52", "ECS70"),
    *("GCS01a", "GCS13a", "GCS28"),
)
"""Here values are drawn that mostly can be said; of all others, any that fit (`test_mmc_any_values`)."""
_ANY = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("code", _TUNED)
@_ANY
@given(data=st.data())
def test_any_decoded_response_is_a_valid_document_or_an_encode_error(code: str, data: st.DataObject) -> None:
    row = use_case(code)
    _schema()
    answers = {name: strategy for name, strategy in _answers(row).items() if data.draw(st.integers(0, 9))}
    values = {name: data.draw(strategy) for name, strategy in answers.items()}
    header = replace(_HEADER, message_code=row.message_code, time=CosemDateTime(data.draw(_TIMES)))
    if not data.draw(st.booleans()):
        header = replace(header, time=None)
    message = Message(Frame(header=header, payload=b""), row, Body(values, data.draw(_results(row))))
    try:
        document = render(message)
    except EncodeError as error:
        assert error.field  # noqa: PT017  # the point is what it names, not that it is raised
        return
    _check(document)


@pytest.mark.parametrize("code", ["FutureDatedAlert-DLMS", "FutureDatedAlert-GBZ"])
@_ANY
@given(data=st.data())
def test_any_decoded_alert_is_a_valid_document_or_an_encode_error(code: str, data: st.DataObject) -> None:
    row = ALERTS[code]
    _schema()
    assert not isinstance(row.payload, DerAlertRow)
    values: dict[str, Value] = {part.name: data.draw(_values(part.shape)) for part in row.payload.content}
    values["alert_code"] = data.draw(st.integers(0, 0xFFFF))
    values["time"] = data.draw(_TIMES if "DLMS" in code else st.integers(0, 0xFFFF_FFFF))
    header = replace(_HEADER, cra=CraFlag.ALERT, message_code=row.message_code, time=None)
    message = Message(Frame(header=header, payload=b""), row, Body(values))
    try:
        document = render(message)
    except EncodeError as error:
        assert error.field == "time"  # noqa: PT017
        return
    _check(document)
