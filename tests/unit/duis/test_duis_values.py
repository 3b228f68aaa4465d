"""Values: forms of text, types from the schemas, and trees that lose nothing on the way back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from schema_samples import Samples
from schema_walk import children

from dcc_sim.duis.lexical import BUILT_IN, OWN, CalendarDate
from dcc_sim.duis.names import RA, SR, ra, sr
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.schema import Schemas, default_schemas
from dcc_sim.duis.schema import _explainer as explainer
from dcc_sim.duis.schema_versions import VERSIONS, SchemaFiles
from dcc_sim.duis.value_types import ANYTHING, ElementType, _Children, _Reader, value_types
from dcc_sim.duis.values import Document, Node, draft, element_of, read, read_element, render
from dcc_sim.errors import EncodeError, NotFound, RequestInvalid
from dcc_sim.ids import CommandVariant, DeviceType, Eui64, RequestId, ServiceReferenceVariant

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

EUI: Final = Eui64.parse("00-DB-12-34-56-78-90-A0")
ROOTS: Final = ("Request", "Response", "SMETS1SignedResponse", "S1SPAlert")


def canonical(root: _Element) -> bytes:
    """Of the whole document, so that instructions around the root count."""
    return etree.tostring(root.getroottree(), method="c14n", with_comments=False)


def leaves(node: Node) -> Iterator[Node]:
    if not node.children:
        yield node
    for each in node:
        yield from leaves(each)


# ----------------------------------------------------------------------------------------- forms


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("boolean", " 1 ", True),
        ("boolean", "false", False),
        ("int", "-007", -7),
        ("decimal", "1.50", Decimal("1.50")),
        ("decimal", "+.5", Decimal("0.5")),
        ("dateTime", "2026-03-29T01:30:00.120Z", datetime(2026, 3, 29, 1, 30, 0, 120_000, UTC)),
        ("dateTime", "2026-12-31T24:00:00Z", datetime(2027, 1, 1, tzinfo=UTC)),
        ("dateTime", "2026-01-01T00:00:00", datetime(2026, 1, 1)),  # noqa: DTZ001
        ("dateTime", "2026-01-01T00:00:00-05:30", datetime(2026, 1, 1, 5, 30, tzinfo=UTC)),
        ("date", "65535-04-29Z", CalendarDate(65535, 4, 29, 0)),
        ("date", "2024-02-29", CalendarDate(2024, 2, 29)),
        ("date", "-0004-02-29-01:00", CalendarDate(-4, 2, 29, -60)),
        ("time", "07:30:00.00Z", time(7, 30, tzinfo=UTC)),
        ("time", "24:00:00", time()),
        ("base64Binary", " 3w kA\n", b"\xdf\x09\x00"),
        ("hexBinary", "8f66", b"\x8f\x66"),
        ("string", " a  b ", " a  b "),
        ("token", " a  b ", "a b"),
    ],
)
def test_text_becomes_a_value(kind: str, text: str, value: object) -> None:
    form = BUILT_IN[kind]
    found = form.parse(text)
    assert found == value
    assert type(found) is type(value)
    assert form.parse(form.render(found)) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("boolean", "TRUE"),
        ("int", "١"),  # a digit, but not of XML
        ("int", "1_0"),
        ("int", "9" * 5000),
        ("decimal", "1e3"),
        ("decimal", "NaN"),
        ("dateTime", "12026-01-01T00:00:00Z"),
        ("dateTime", "2026-01-01T00:00:00.1234567Z"),
        ("dateTime", "2026-01-01T24:00:01Z"),
        ("dateTime", "9999-12-31T24:00:00Z"),
        ("dateTime", "2026-01-01T00:00:00+15:00"),
        ("dateTime", "2026-02-29T00:00:00Z"),
        ("date", "2026-02-29"),
        ("date", "0000-01-01"),
        ("time", "25:00:00"),
        ("base64Binary", "AAA"),
        ("hexBinary", "8F6"),
        ("hexBinary", "8F 66"),
    ],
)
def test_text_that_is_no_value(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        BUILT_IN[kind].parse(text)


def test_types_of_our_own() -> None:
    assert OWN["EuiText"].parse("00-db-12-34-56-78-90-a0") == EUI
    assert OWN["EuiList"].parse(f"{EUI},{EUI}") == (EUI, EUI)
    assert OWN["EuiList"].render((EUI, EUI)) == f"{EUI},{EUI}"
    assert OWN["Processing"].parse("4") is CommandVariant.TRANSFORM
    assert OWN["ServiceVariantNumber"].parse("1.1.1") == ServiceReferenceVariant("1.1.1")
    assert OWN["DeviceKind"].parse("GPF") is DeviceType.GPF
    assert OWN["DeviceKind"].render(DeviceType.GPF) == "GPF"
    assert OWN["MessageIdentifier"].render(RequestId(EUI, EUI, 7)) == f"{EUI}:{EUI}:7"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", True),
        ("int", "1"),
        ("boolean", 1),
        ("string", 1),
        ("decimal", Decimal("Infinity")),
        ("date", datetime(2026, 1, 1, tzinfo=UTC)),
        ("dateTime", datetime(2026, 1, 1, tzinfo=timezone(timedelta(seconds=90)))),
        ("base64Binary", "AAAA"),
    ],
)
def test_values_of_another_type_are_not_written(kind: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        BUILT_IN[kind].render(value)


MINUTES: Final = st.integers(-14 * 60, 14 * 60)
VALUES: Final = {
    "boolean": st.booleans(),
    "integer": st.integers(),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False),
    "dateTime": st.datetimes(
        timezones=st.none() | MINUTES.map(lambda each: timezone(timedelta(minutes=each)))
    ),
    "time": st.times(timezones=st.just(UTC) | st.none()),
    "base64Binary": st.binary(),
    "hexBinary": st.binary(),
    "string": st.text(),
}


@given(st.sampled_from(sorted(VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), VALUES[kind])))
def test_what_is_written_is_read(both: tuple[str, Any]) -> None:
    kind, value = both
    found = BUILT_IN[kind].parse(BUILT_IN[kind].render(value))
    assert found == value
    if isinstance(value, Decimal):
        assert isinstance(found, Decimal)
        exponent = value.as_tuple().exponent
        assert found.as_tuple().exponent == (min(exponent, 0) if isinstance(exponent, int) else 0)


@given(st.integers(-99_999, 99_999).filter(bool), st.integers(1, 12), st.integers(1, 28), st.none() | MINUTES)
def test_dates_of_any_year(year: int, month: int, day: int, zone: int | None) -> None:
    value = CalendarDate(year, month, day, zone)
    assert BUILT_IN["date"].parse(str(value)) == value
    schema = etree.XMLSchema(etree.fromstring(DATE_SCHEMA))
    assert schema.validate(etree.fromstring(f"<d>{value}</d>"))


DATE_SCHEMA: Final = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="d" type="xs:date"/></xs:schema>'
)


def test_calendar_dates() -> None:
    assert CalendarDate(65535, 4, 29, 0).is_every_year
    assert str(CalendarDate(2024, 2, 29).as_date) == "2024-02-29"
    with pytest.raises(ValueError, match="year"):
        _ = CalendarDate(65535, 4, 29).as_date
    for wrong in ((2026, 2, 29), (0, 1, 1), (2026, 1, 1, 841)):
        with pytest.raises(ValueError, match=r"."):
            CalendarDate(*wrong)


# ----------------------------------------------------------------------------------------- types


def test_types_are_those_of_the_schema() -> None:
    request = value_types("5.4").child(sr("Request"))
    assert request.attributes["schemaVersion"].form is BUILT_IN["decimal"]
    header, body = request.child(sr("Header")), request.child(sr("Body"))
    variant = header.child(sr("CommandVariant")).text
    assert variant is not None
    assert variant.form is OWN["Processing"]
    assert variant.choices == tuple("123456789")
    assert len(body.names()) == 130
    assert header.named("RequestID") == sr("RequestID")
    with pytest.raises(NotFound, match="FirstInSequence"):
        header.named("Nonsense")
    assert header.child("{urn:x}y") is ANYTHING


def test_versions_have_their_own_types() -> None:
    def has(version: str, *path: str) -> bool:
        types = value_types(version)
        for each in path[:-1]:
            types = types.child(types.named(each))
        return sr(path[-1]) in types.names()

    device = ("Response", "Body", "ResponseMessage", "DSPInventory", "Device", "Connectivity")
    assert [each for each in VERSIONS if has(each, *device)] == ["5.4"]
    alert = ("Response", "Body", "DCCAlertMessage", "DCCAlert", "ECoSAlert")
    assert [each for each in VERSIONS if has(each, *alert)] == ["5.1", "5.3a", "5.4"]


# Forms that only we have, and what they are in any XSD.
PLAIN: Final = {
    "EUI-64": "token",
    "message identifier": "token",
    "list of EUI-64": "string",
    "command variant": "integer",
    "Service Reference Variant": "string",
    "device type": "string",
}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_published_schemas_have_the_same_types(version: str, official: Schemas) -> None:
    """Two sets that were written by different people, read by the same reader."""
    folder = official.directory.parent / version
    if not (folder / "duis.xsd").is_file():
        pytest.skip(f"no official schemas in {folder}")
    reader = _Reader(SchemaFiles(folder, {}))
    theirs = ElementType(inside=_Children(reader, reader.roots()))
    ours = value_types(version)
    found = [
        line
        for root in (*map(sr, ROOTS), ra("GBCSResponse"))
        for line in differences(ours.child(root), theirs.child(root), root.rpartition("}")[2])
    ]
    assert not found, "\n".join(found[:20])


def differences(ours: ElementType, theirs: ElementType, path: str) -> Iterator[str]:
    if path.count("/") > 14:
        return
    if facts(ours) != facts(theirs):
        yield f"{path}: {facts(ours)} and {facts(theirs)}"
    if set(ours.names()) != set(theirs.names()):
        yield f"{path}: {set(ours.names()) ^ set(theirs.names())}"
        return
    for name in ours.names():
        yield from differences(ours.child(name), theirs.child(name), f"{path}/{name.rpartition('}')[2]}")


def facts(kind: ElementType) -> tuple[object, ...]:
    texts = {"": kind.text, **kind.attributes}
    shown = {
        name: (PLAIN.get(text.form.name, text.form.name), frozenset(text.choices))
        for name, text in texts.items()
        if text is not None
    }
    return shown, kind.default, kind.mixed


# ----------------------------------------------------------------------------------------- trees


@pytest.fixture(scope="module")
def made_up(schemas: Schemas) -> dict[str, list[_Element]]:
    """Documents of every root in the oldest and the newest version."""
    found: dict[str, list[_Element]] = {}
    for version in ("5.0", "5.4"):
        for names, file, space in ((ROOTS, "duis.xsd", SR), (("GBCSResponse",), "mmc.xsd", RA)):
            samples = Samples(explainer(schemas.directory, version, file), random.Random(20))
            for name in names:
                roots = (samples.document(f"{{{space}}}{name}", version) for _ in range(15))
                found.setdefault(name, []).extend(parse_xml(etree.tostring(each)) for each in roots)
    return found


@pytest.mark.parametrize("name", [*ROOTS, "GBCSResponse"])
def test_there_and_back(name: str, made_up: dict[str, list[_Element]], schemas: Schemas) -> None:
    for root in made_up[name]:
        document = read(root)
        again = parse_xml(render(document))
        assert canonical(again) == canonical(root)
        assert read(again) == document


@pytest.mark.parametrize("name", [*ROOTS, "GBCSResponse"])
def test_values_are_enough(name: str, made_up: dict[str, list[_Element]], schemas: Schemas) -> None:
    """Drafted anew from its typed values, a document is valid and has the same values."""
    for root in made_up[name]:
        document = read(root).root
        version = {"5.0": "5.0", "5.4": "5.4"}[root.get("schemaVersion", "")]
        attributes: Any = {each: document.attribute(each) for each, _ in document.attributes}
        again = draft(value_types(version), name, document.content, attributes)
        assert again.content == document.content
        (schemas.check_mmc if name == "GBCSResponse" else schemas.check_duis)(element_of(again))


@pytest.mark.parametrize("name", [*ROOTS, "GBCSResponse"])
def test_xmlschema_reads_the_same_values(
    name: str, made_up: dict[str, list[_Element]], schemas: Schemas
) -> None:
    """Another reader of the same XSDs, with types of its own, as a witness."""
    file, space = ("mmc.xsd", RA) if name == "GBCSResponse" else ("duis.xsd", SR)
    compared = 0
    for root in made_up[name]:
        schema = explainer(schemas.directory, root.get("schemaVersion", ""), file)
        declared = schema.maps.elements[f"{{{space}}}{name}"]
        compared += sum(witness(read(root).root, declared))
    assert compared > 200


def witness(node: Node, declared: Any) -> Iterator[bool]:
    kind = declared.type
    if kind.is_simple() or kind.has_simple_content():
        simple = kind if kind.is_simple() else kind.content
        theirs = simple.decode(node.text or declared.default or "")
        ours = node.value
        assert same(ours, theirs), f"{node.name}: {ours!r} and {theirs!r}"
        yield True
        return
    inside = children(declared)
    for each in node:
        if each.name in inside:
            yield from witness(each, inside[each.name])


def same(ours: object, theirs: Any) -> bool:
    """Whether it is the same value in the types of xmlschema."""
    match ours:
        case bool() | Decimal():
            return ours == theirs and isinstance(theirs, type(ours))
        case CommandVariant():
            return int(ours) == theirs
        case int():
            return ours == theirs and not isinstance(theirs, bool)
        case bytes():
            return ours == theirs.decode()
        case datetime():
            names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
            zone = theirs.tzinfo and theirs.tzinfo.utcoffset(None)
            both = all(getattr(ours, each) == getattr(theirs, each) for each in names)
            return both and ours.utcoffset() == zone
        case CalendarDate():
            return (ours.year, ours.month, ours.day) == (theirs.year, theirs.month, theirs.day)
        case time():
            return (ours.hour, ours.minute, ours.second) == (theirs.hour, theirs.minute, theirs.second)
        case DeviceType():
            return bool(ours.value == theirs)
        case tuple():
            return ",".join(map(str, ours)).upper() == theirs.upper()
        case str():
            return bool(ours == theirs)
        case _:
            return str(ours).upper() == str(theirs).upper()


def test_all_published_requests(vectors: Path, schemas: Schemas) -> None:
    paths = sorted((vectors / "requests").iterdir())
    for path in paths:
        root = parse_xml(path.read_bytes())
        document = read(root)
        assert canonical(parse_xml(render(document))) == canonical(root), path.name
        again = draft(value_types("5.4"), "Request", document.root.content, {"schemaVersion": Decimal("5.4")})
        schemas.check_duis(element_of(again))
        assert again.content == document.root.content, path.name
    assert len(paths) > 200


def test_values_in_their_place(example: Callable[[str], bytes]) -> None:
    body = read(parse_xml(example("6.11"))).root["Body/SynchroniseClock"]
    assert [each.local for each in body] == ["CurrentDateTime", "TolerancePeriod"]
    assert body["TolerancePeriod"].value == 10
    assert isinstance(body["CurrentDateTime"].value, datetime)
    assert body.value is None
    assert body.first("Nothing") is None
    with pytest.raises(NotFound, match="SynchroniseClock has no Nothing"):
        _ = body["Nothing"]
    element = parse_xml(example("6.11"))[1][0]
    assert read_element(element) == body


def test_text_that_is_not_a_value_names_its_place(example: Callable[[str], bytes]) -> None:
    root = parse_xml(example("6.11").replace(b"Period>10<", b"Period>ten<"))
    with pytest.raises(RequestInvalid, match=r"'ten' is not a whole number at line \d+ \[TolerancePeriod\]"):
        _ = read(root).root["Body/SynchroniseClock/TolerancePeriod"].value


def test_text_is_kept(example: Callable[[str], bytes]) -> None:
    node = read(parse_xml(example("6.11").replace(b"Period>10<", b"Period> 010 <"))).root
    found = node["Body/SynchroniseClock/TolerancePeriod"]
    assert (found.text, found.value) == (" 010 ", 10)


def test_an_unknown_version_is_refused_by_name(example: Callable[[str], bytes]) -> None:
    root = parse_xml(example("6.11").replace(b'"5.4"', b'"9.1"'))
    with pytest.raises(RequestInvalid, match=r"'9\.1' is not known; expected one of 5\.0, 5\.1, "):
        read(root)


def test_a_default_of_the_schema() -> None:
    kind = value_types("5.4").child(ra("GBCSResponse"))
    for each in ("Body", "ResponseMessage", "SMETSData", "ReadTariffPrimaryElementRsp"):
        kind = kind.child(kind.named(each))
    found = [each for each in walk(kind) if each.default]
    assert found
    assert Node("x", type=found[0]).value == found[0].default


def walk(kind: ElementType) -> Iterator[ElementType]:
    yield kind
    for each in kind.names():
        yield from walk(kind.child(each))


# ---------------------------------------------------------------------------------------- layout

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
LAYOUTS: Final = (
    '<?xml version="1.0"?><?a b?><?c?><x:Request xmlns:x="{sr}" schemaVersion="5.4"/><?d e  f?>',
    ('<Request xmlns="{sr}" xmlns:un="urn:unused" schemaVersion=" 5.4&#x9;"> \n <Header>\r\n\t</Header>'
    "</Request>"),
    ('<a:Request xmlns:a="{sr}" xmlns:b="{sr}" schemaVersion="5.4"><b:Header/><a:Body xmlns:a="{sr}"/>'
    "</a:Request>"),
    ('<Request xmlns="{sr}" xmlns:i="{xsi}" xmlns:j="{xsi}" j:schemaLocation="a&lt;&amp;&quot;\' b"'
    ' i:type="i:x" xml:lang="en" schemaVersion="5.4"/>'),
    ('<Request xmlns="{sr}" schemaVersion="5.4"><Body><x xmlns=""><y/></x>&#13;&lt;&gt;&amp;&quot;</Body>'
    "</Request>"),
    '<a:Request xmlns:a="{sr}" schemaVersion="5.4"><q xmlns:a="urn:b" a:z="1"><a:r/></q></a:Request>',
    '<a:Request xmlns:a="{sr}" schemaVersion="5.4"><![CDATA[<&]]>x<!-- gone -->y<a:Body/> t </a:Request>',
    '<Request xmlns="{sr}" schemaVersion="5.4">\u00a3\U0001f600\u0085</Request>',
)  # fmt: skip


@pytest.mark.parametrize("text", LAYOUTS)
def test_layout_is_kept(text: str) -> None:
    root = parse_xml(text.replace("{sr}", SR).replace("{xsi}", XSI).encode())
    document = read(root)
    assert canonical(parse_xml(render(document))) == canonical(root)


def test_layout_says_nothing(example: Callable[[str], bytes]) -> None:
    plain = example("6.11")
    other = plain.replace(b"sr:", b"q:").replace(b":sr=", b":q=").replace(b"<q:Body>", b"<q:Body>\n\n ")
    assert plain != other
    assert read(parse_xml(plain)).root == read(parse_xml(other)).root


def test_a_node_finds_its_feet_in_another_document(example: Callable[[str], bytes]) -> None:
    """Prefixes go along only where they mean the same."""
    other = parse_xml(example("6.11").replace(b"sr:", b"q:").replace(b":sr=", b":q="))
    body = read(other).root["Body"].children[0]
    root = read(parse_xml(example("6.11"))).root
    moved = Node(
        root.name,
        "",
        root.attributes,
        (*root.children[:1], Node(sr("Body"), children=(body,))),
        layout=root.layout,
    )
    again = read(parse_xml(render(moved))).root
    assert again["Body"].children[0] == body
    assert b"q:" not in render(moved)
    alone = parse_xml(render(Document(body)))
    assert alone.tag == body.name
    clash = Node("{urn:a}x", attributes=(("{urn:b}y", "1"),), children=(Node("{urn:c}z"), Node("w")))
    assert read_all(element_of(clash)) == ["{urn:a}x", "{urn:b}y", "{urn:c}z", "w"]


def read_all(element: _Element) -> list[str]:
    return [str(name) for each in element.iter() for name in (each.tag, *each.attrib)]


def test_instructions_inside_are_refused() -> None:
    root = etree.fromstring(f'<Request xmlns="{SR}" schemaVersion="5.4"><?x?></Request>')
    with pytest.raises(RequestInvalid, match="inside the document"):
        read(root)


# -------------------------------------------------------------------------------------- drafting


def test_drafting() -> None:
    alert = value_types("5.4")
    for each in ("Response", "Body", "DCCAlertMessage", "DCCAlert"):
        alert = alert.child(alert.named(each))
    failure = draft(
        alert, "CommandFailure", (("CommandRequestID", RequestId(EUI, EUI, 3)), ("DeviceID", EUI))
    )
    assert [each.text for each in failure] == [f"{EUI}:{EUI}:3", str(EUI)]
    assert failure.content == (("CommandRequestID", RequestId(EUI, EUI, 3)), ("DeviceID", EUI))
    marker = draft(
        alert,
        "DeviceStatusChangeEvent",
        (("DeviceID", EUI), ("DeviceStatusChange", (("DeviceSuspended", None),))),
    )
    assert marker["DeviceStatusChange/DeviceSuspended"].value is None
    assert draft(alert, "CommandFailure", failure.children) == failure
    with pytest.raises(EncodeError, match="CommandFailure/DeviceID: 3 cannot be written as EUI-64"):
        draft(alert, "CommandFailure", (("DeviceID", 3),))
    with pytest.raises(EncodeError, match="elements are expected"):
        draft(alert, "CommandFailure", "x")
    with pytest.raises(EncodeError, match="no EUI-64 given"):
        draft(alert, "CommandFailure", (("DeviceID", None),))
    with pytest.raises(
        NotFound, match="no element Nonsense here; there may be CommandRequestID, DSPScheduleID"
    ):
        draft(alert, "CommandFailure", (("Nonsense", 1),))
    with pytest.raises(NotFound, match="no attribute index"):
        draft(alert, "CommandFailure", (), {"index": 1})


def test_attributes_are_typed(example: Callable[[str], bytes]) -> None:
    body = read(parse_xml(example("1.1.1-eco"))).root["Body"].children[0]
    indexed = next(each for each in nodes(body) if each.attributes)
    (name, text), *_ = indexed.attributes
    assert indexed.attribute(name) == int(text)
    assert indexed.attribute("nothing") is None


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for each in node:
        yield from nodes(each)


# Any text, anywhere: blanks, quotes, line ends.
TEXTS: Final = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\t\n\r"), max_size=20
)


@given(texts=st.lists(TEXTS, min_size=3, max_size=3))
def test_any_text(texts: list[str]) -> None:
    root = etree.Element(sr("Request"), nsmap={None: SR}, schemaVersion="5.4", other=texts[0])
    etree.SubElement(root, sr("Header")).text = texts[1]
    etree.SubElement(root, "{urn:x}y").tail = texts[2]
    document = read(root)
    assert canonical(parse_xml(render(document))) == canonical(root)
    assert default_schemas().directory.is_dir()
