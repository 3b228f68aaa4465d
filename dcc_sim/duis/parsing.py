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

import functools
import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from lxml import etree

from dcc_sim.duis.names import line_of, local_name
from dcc_sim.errors import MalformedXml

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_DOCUMENT: Final = 16 * 1024 * 1024
"""Octets. The largest request is 11.1: an image of 10 240 000 octets, a third more in base64."""

MAX_DEPTH: Final = 64
"""Nesting of elements. The deepest documents of the interface have 12 levels."""

MAX_MARKUP: Final = 500_000
"""Number of `<`. The longest answer (13 months of half hours as MMC) has about 160 000."""

MAX_ATTRIBUTES: Final = 64
"""Of one element, namespaces aside. The interface has none with more than 5."""

MAX_TEXT: Final = 2_000_000
"""Characters of one text. The longest is a list of 50 000 devices, 1.2 million; these are longer:"""
_LONG_TEXTS: Final = ("FirmwareImage", "GBCSPayload", "DeviceGBCSResponse", "GBCSData")

_MAX_PROLOG: Final = 1_000  # comments and instructions before the root
_MAX_EQUALS: Final = 2_000  # signs between one `<` and the next; texts of the interface have up to 250

# libxml2 stops at a text of ten million octets unless it is told that big documents are wanted.
_LIBXML2_TEXT_LIMIT: Final = 10_000_000

_BOM: Final = b"\xef\xbb\xbf"
_OTHER_BOMS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\x2b\x2f\x76")
_SPACE: Final = re.compile(rb"[ \t\r\n]*")
_ENCODING: Final = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([^\"'>]{1,60})[\"']")
_TOO_DEEP: Final = etree.XPath("/*" * (MAX_DEPTH + 1))
_CROWDED: Final = etree.XPath(f"//*[@*[{MAX_ATTRIBUTES + 1}]]")


def parse_xml(data: bytes, *, max_document: int = MAX_DOCUMENT) -> _Element:
    """The root element of the document. Raises MalformedXml."""
    _check_outside(data, max_document)
    _check_prolog(data)
    try:
        root = etree.fromstring(data, _parser(len(data) > _LIBXML2_TEXT_LIMIT))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = (error.msg or "not an XML document").removesuffix(f", line {line}, column {column}")
        _refuse(reason, "well-formedness", line, column)
    except (etree.LxmlError, ValueError) as error:
        _refuse(str(error) or "not an XML document", "well-formedness", 1, 1)
    _check_tree(root, data)
    return root


@functools.cache
def _parser(huge: bool) -> etree.XMLParser:
    """Making one costs as much as parsing a small request; lxml lets only one document at a time into it."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        attribute_defaults=False,
        remove_comments=True,
        huge_tree=huge,
    )


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
    if data.count(b"=") > _MAX_EQUALS:
        _check_tags(data)
    named = _ENCODING.match(data.removeprefix(_BOM))
    if named and named[1].decode("latin-1").lower() not in ("utf-8", "us-ascii"):
        _refuse(f"encoding {named[1].decode('latin-1')}, only UTF-8 is accepted", "encoding", 1, 1)


def _check_tags(data: bytes) -> None:
    """Attributes and namespaces of one tag: libxml2 needs seconds for a million."""
    at = 0
    for piece in data.split(b"<"):
        if piece.count(b"=") > _MAX_EQUALS and not piece.startswith(b"!--"):
            _refuse("too many attributes", "document size", *_position(data, max(at - 1, 0)))
        at += len(piece) + 1


def _check_prolog(data: bytes) -> None:
    """Walk over the XML declaration, comments and instructions up to the root; find a DOCTYPE.

    A declaration is only allowed in this place: further on libxml2 itself calls it an error.
    """
    at = len(_BOM) if data.startswith(_BOM) else 0
    for _ in range(_MAX_PROLOG):
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
    _refuse(f"more than {_MAX_PROLOG} comments before the root", "document size", *_position(data, at))


def _check_tree(root: _Element, data: bytes) -> None:
    """What can only be told afterwards: depth, attributes, texts, instructions inside the document.

    A processing instruction splits a text in two, like a comment, but is covered by signatures, so
    that it cannot be dropped silently. The tree is only walked for what the octets leave possible.
    """
    if b"<!DOCTYPE" in data and root.getroottree().docinfo.internalDTD is not None:
        _refuse("a document type declaration is never accepted", "no DTD", 1, 1)
    if data.count(b"<") > MAX_DEPTH and _TOO_DEEP(root):
        _refuse(f"elements nested deeper than {MAX_DEPTH}", "depth", line_of(root), 1)
    if data.count(b"=") > MAX_ATTRIBUTES:
        crowded: Any = _CROWDED(root)
        if crowded:
            _refuse(f"more than {MAX_ATTRIBUTES} attributes", "document size", line_of(crowded[0]), 1)
    if len(data) > MAX_TEXT:
        for element in root.iter(etree.Element):
            if len(element.text or "") > MAX_TEXT and local_name(element) not in _LONG_TEXTS:
                reason = f"{len(element.text or '')} characters in {local_name(element)}"
                _refuse(f"{reason}, at most {MAX_TEXT} are accepted", "document size", line_of(element), 1)
    if data.count(b"<?") <= data.removeprefix(_BOM).startswith(b"<?xml") and b"&" not in data:
        return
    for inside in root.iter(etree.PI, etree.Entity):
        _refuse("a processing instruction inside the document", "plain content", line_of(inside), 1)


def _position(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset."""
    before = data[:offset]
    return before.count(b"\n") + 1, offset - (before.rfind(b"\n") + 1) + 1


def _refuse(reason: str, rule: str, line: int, column: int) -> NoReturn:
    raise MalformedXml(reason, rule=rule, place=f"line {line}, column {column}")
