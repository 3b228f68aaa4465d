"""The only door through which XML bytes enter: a parser that has nothing to be tricked with.

In: octets from outside. Out: the root element of a plain tree (elements, attributes, text), or
MalformedXml with line and column; nothing else escapes for any input. Left out: validity
(`schema`), authenticity (`signature`) and meaning (`request`).

What is refused before libxml2 sees a byte: too much data, too many tags, a document type
declaration (so there are no entities to expand, no external files, no default attributes) and
any encoding but UTF-8, the one this interface uses. Refusing other encodings is also what makes
the look at the prolog below reliable: we and libxml2 read the same characters.

Comments are dropped while parsing. XML signatures do not cover them, so anybody on the way could
put one into the middle of a value; a reader that then takes "the text up to the first child"
would see another value than the one that was signed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

from lxml import etree

from dcc_sim.duis.names import line_of
from dcc_sim.errors import MalformedXml

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_DOCUMENT: Final = 16 * 1024 * 1024
"""Octets. The largest request is 11.1: an image of 10 240 000 octets, a third more in base64."""

MAX_DEPTH: Final = 64
"""Nesting of elements. The deepest documents of the interface have 12 levels."""

MAX_MARKUP: Final = 500_000
"""Number of `<`. The longest answer (13 months of half hours as MMC) has about 160 000."""

# libxml2 stops at a text of ten million octets unless it is told that big documents are wanted.
_LIBXML2_TEXT_LIMIT: Final = 10_000_000

_BOM: Final = b"\xef\xbb\xbf"
_OTHER_BOMS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\x2b\x2f\x76")
_SPACE: Final = re.compile(rb"[ \t\r\n]*")
_ENCODING: Final = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([^\"'>]{1,60})[\"']")
_TOO_DEEP: Final = "/*" * (MAX_DEPTH + 1)


def parse_xml(data: bytes, *, max_document: int = MAX_DOCUMENT) -> _Element:
    """The root element of the document. Raises MalformedXml."""
    _check_outside(data, max_document)
    _check_prolog(data)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        attribute_defaults=False,
        remove_comments=True,
        huge_tree=len(data) > _LIBXML2_TEXT_LIMIT,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        _refuse(error.msg or "not an XML document", "well-formedness", line, column)
    except (etree.LxmlError, ValueError) as error:
        _refuse(str(error) or "not an XML document", "well-formedness", 1, 1)
    _check_tree(root)
    return root


def _check_outside(data: bytes, max_document: int) -> None:
    """Limits that can be told without parsing, and the encoding."""
    if not data.strip():
        _refuse("the document is empty", "well-formedness", 1, 1)
    if len(data) > max_document:
        _refuse(f"{len(data)} octets, at most {max_document} are accepted", "document size", 1, 1)
    if data.startswith(_OTHER_BOMS) or b"\x00" in data[:4]:
        _refuse("not UTF-8", "encoding", 1, 1)
    if b"\x00" in data:
        _refuse("a NUL octet", "well-formedness", *_position(data, data.index(b"\x00")))
    tags = data.count(b"<")
    if tags > MAX_MARKUP:
        _refuse(f"{tags} pieces of markup, at most {MAX_MARKUP} are accepted", "document size", 1, 1)
    named = _ENCODING.match(data.removeprefix(_BOM))
    if named and named[1].decode("latin-1").lower() not in ("utf-8", "us-ascii"):
        _refuse(f"encoding {named[1].decode('latin-1')}, only UTF-8 is accepted", "encoding", 1, 1)


def _check_prolog(data: bytes) -> None:
    """Walk over the XML declaration, comments and instructions up to the root; find a DOCTYPE.

    A declaration is only allowed in this place: further on libxml2 itself calls it an error.
    """
    at = len(_BOM) if data.startswith(_BOM) else 0
    while True:
        spaces = _SPACE.match(data, at)
        at = spaces.end() if spaces else at
        if data.startswith(b"<!DOCTYPE", at):
            _refuse("a document type declaration is never accepted", "no DTD", *_position(data, at))
        if data.startswith(b"<!--", at):
            end = data.find(b"-->", at + 4)
        elif data.startswith(b"<?", at):
            end = data.find(b"?>", at + 2) + 1
        else:
            return
        if end <= 0:
            _refuse("the document ends before its root element", "well-formedness", *_position(data, at))
        at = data.index(b">", end) + 1


def _check_tree(root: _Element) -> None:
    """What can only be told afterwards: depth, and instructions inside the document.

    A processing instruction splits a text in two, like a comment, but is covered by signatures, so
    that it cannot be dropped silently.
    """
    if root.getroottree().docinfo.internalDTD is not None:
        _refuse("a document type declaration is never accepted", "no DTD", 1, 1)
    if root.xpath(_TOO_DEEP):
        _refuse(f"elements nested deeper than {MAX_DEPTH}", "depth", line_of(root), 1)
    for inside in root.iter(etree.PI, etree.Entity):
        _refuse("a processing instruction inside the document", "plain content", line_of(inside), 1)


def _position(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset."""
    before = data[:offset]
    return before.count(b"\n") + 1, offset - (before.rfind(b"\n") + 1) + 1


def _refuse(reason: str, rule: str, line: int, column: int) -> NoReturn:
    raise MalformedXml(reason, rule=rule, place=f"line {line}, column {column}")
