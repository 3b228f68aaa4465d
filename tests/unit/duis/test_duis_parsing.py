"""The parser takes plain documents and refuses every trick with MalformedXml."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcc_sim.duis.parsing import MAX_DEPTH, MAX_MARKUP, parse_xml
from dcc_sim.errors import MalformedXml

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">]>
<lolz a="&lol3;">&lol3;</lolz>"""

TRICKS = {
    "external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><a/>',
    "external subset": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
    "plain doctype": b"<!DOCTYPE a><a/>",
    "doctype after comment": b"<?xml version='1.0'?><!-- <a/> -->\n<?p?><!DOCTYPE a><a/>",
    "doctype behind BOM": b"\xef\xbb\xbf<!DOCTYPE a><a/>",
    "default attributes": b"<!DOCTYPE a [<!ATTLIST a b CDATA 'c'>]><a/>",
    "billion laughs": LAUGHS,
    "undeclared entity": b"<a>&boo;</a>",
    "doctype in UTF-16": "<!DOCTYPE a><a/>".encode("utf-16"),
    "doctype in UTF-16, no BOM": "<!DOCTYPE a><a/>".encode("utf-16-le"),
    "doctype in UTF-7": b"<?xml version='1.0' encoding='utf-7'?>+ADwAIQ-DOCTYPE a+AD4-<a/>",
    "EBCDIC": "<?xml version='1.0' encoding='cp037'?><a/>".encode("cp037"),
    "latin-1": b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>",
    "wrong UTF-8": b"<a>\xff\xfe</a>",
    "overlong UTF-8": b"\xc0\xbc!DOCTYPE a><a/>",
    "NUL": b"<a>\x00</a>",
    "NUL in front": b"\x00<a/>",
    "empty": b"",
    "blank": b" \n\t ",
    "only a declaration": b"<?xml version='1.0'?>",
    "open comment": b"<!-- ",
    "open instruction": b"<?x ",
    "two roots": b"<a/><b/>",
    "text": b"hello",
    "unclosed": b"<a><b></a>",
    "duplicate attribute": b'<a b="1" b="2"/>',
    "unbound prefix": b"<sr:a/>",
    "instruction inside": b"<a>1<?x?>0</a>",
    "JSON": b'{"a": 1}',
}


@pytest.mark.parametrize("data", TRICKS.values(), ids=TRICKS.keys())
def test_tricks_are_refused_with_a_place(data: bytes) -> None:
    with pytest.raises(MalformedXml) as refused:
        parse_xml(data)
    assert refused.value.place.startswith("line ")


def test_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    for data in (
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>',
        f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>',
    ):
        try:
            found = "".join(str(text) for text in parse_xml(data.encode()).itertext())
        except MalformedXml as refused:
            found = str(refused)
        assert "secret" not in found.replace(secret.as_uri(), "")


def test_fifty_megabytes_are_refused_unread() -> None:
    with pytest.raises(MalformedXml, match="at most"):
        parse_xml(b"<a>" + b"x" * 50_000_000 + b"</a>")


def test_a_firmware_image_fits() -> None:
    root = parse_xml(b"<FirmwareImage>" + b"QUJD" * 3_500_000 + b"</FirmwareImage>")
    assert len(root.text or "") == 14_000_000


def test_the_limit_can_be_lowered() -> None:
    with pytest.raises(MalformedXml):
        parse_xml(b"<a>123456</a>", max_document=10)


@pytest.mark.parametrize("padding", [b"", b"x" * 10_000_001])
def test_deep_nesting_is_refused(padding: bytes) -> None:
    assert parse_xml(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH) is not None
    for depth in (MAX_DEPTH + 1, 300, 5_000):
        with pytest.raises(MalformedXml):
            parse_xml(b"<a>" * depth + padding + b"</a>" * depth)


def test_a_flood_of_elements_is_refused() -> None:
    with pytest.raises(MalformedXml, match="markup"):
        parse_xml(b"<a>" + b"<b/>" * MAX_MARKUP + b"</a>")


def test_a_comment_does_not_split_a_value() -> None:
    # Else `10` could be made `1` without breaking the signature, which covers no comments.
    assert parse_xml(b"<a>1<!-- -->0</a>").text == "10"
    assert parse_xml(b"<a><![CDATA[1]]>0</a>").text == "10"


def test_places_are_exact() -> None:
    with pytest.raises(MalformedXml) as refused:
        parse_xml(b"<?xml version='1.0'?>\n\n  <!DOCTYPE a>\n<a/>")
    assert refused.value.place == "line 3, column 3"
    assert refused.value.rule == "no DTD"


def test_instructions_before_the_root_are_let_through() -> None:
    assert parse_xml(b"<?xml-stylesheet href='x'?><a/>").tag == "a"


@given(
    st.binary(max_size=200) | st.text(alphabet="<>!?&;\"'=/ax:-[]%\x00\n\ufeffé", max_size=80).map(str.encode)
)
def test_any_octets(data: bytes) -> None:
    try:
        root = parse_xml(data)
    except MalformedXml:
        return
    assert root.getroottree().docinfo.internalDTD is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<a " + b" ".join(b'b%d=""' % n for n in range(1_200_000)) + b"/>", "too many attributes"),
        (b"<a " + b" ".join(b'xmlns:b%d="u"' % n for n in range(800_000)) + b"/>", "too many attributes"),
        (b"<a>\n<c " + b" ".join(b'b%d=""' % n for n in range(65)) + b"/></a>", "more than 64 attributes"),
        (b"<!---->" * 400_000 + b"<a/>", "comments before the root"),
        (b"<a><b>" + b"9" * 15_000_000 + b"</b></a>", "15000000 characters in b"),
    ],
    ids=["attributes", "namespaces", "65 attributes", "comments", "long text"],
)
def test_what_would_take_seconds_later_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(MalformedXml, match=reason) as refused:
        parse_xml(data)
    assert refused.value.rule == "document size"


def test_equals_signs_are_no_attributes() -> None:
    assert parse_xml(b"<a><!-- " + b"=" * 5_000 + b" --><b>" + b"=" * 250 + b"</b></a>") is not None
