"""Why a tree is not valid, in words for people who write requests.

In: a tree, and what the two readers of the XSDs say about it. Out: findings: line, path, rule,
value, and what would be valid there. Left out: the verdict (`schema`). xmlschema names the place
and the part of the schema; the words are ours, made from the type that is declared for the place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from dcc_sim.duis.names import DS, RA, SR, line_of, local_name, path_of
from dcc_sim.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import xmlschema
    from lxml.etree import _Element

_NAMESPACES: Final = {"sr": SR, "ra": RA, "ds": DS}
_PREFIXES: Final = {uri: prefix for prefix, uri in _NAMESPACES.items()}
_NO_TEXT: Final = "elements only"
_EMPTY: Final = "an empty element"
_LISTED: Final = 12  # choices that are shown all
_SHOWN: Final = 60  # characters of a value
_LONGEST: Final = 400  # characters of a message
_EUI: Final = "8 octets in hex joined by hyphens, 00-11-22-33-44-55-66-77"
_IDENTIFIER: Final = f"originator:target:counter, the first two {_EUI}, the counter below 2 to the 64"
# Patterns that are hard to read, by the element they stand for.
_FORMS: Final = {
    "RequestID": _IDENTIFIER,
    "ResponseID": _IDENTIFIER,
    "PrecedingServiceRequestID": _IDENTIFIER,
    "OriginalRequestID": _IDENTIFIER,
    "BusinessOriginatorID": _EUI,
    "BusinessTargetID": _EUI,
    "SupplementaryRemotePartyID": _EUI,
    "DeviceID": _EUI,
    "OtherDeviceID": _EUI,
    "DeviceIDList": f"devices joined by commas, each {_EUI}",
    "UTRN": "20 digits",
    "SupplierTelephoneNumber": "digits and spaces",
}
_PRINTABLE: Final = "[ -~]+"
_WORDS: Final = {
    "boolean": "true or false",
    "dateTime": "a date and time such as 2026-11-22T12:00:00Z",
    "date": "a date such as 2026-11-22",
    "time": "a time of day such as 07:30:00Z",
    "base64Binary": "octets in base64",
    "hexBinary": "octets in hex",
    "integer": "a whole number",
    "decimal": "a number",
    "string": "text",
}
_FACET: Final = re.compile(r"Xsd(\w+?)Facets?")
_ATTRIBUTE: Final = re.compile(r"attribute (?:\{[^}]*\})?([\w.-]+)='?")
_QUOTED: Final = re.compile(r"'(?:\w+:)?([\w.-]+)'")


def explain(root: _Element, definitions: xmlschema.XMLSchema, limit: int) -> list[Finding]:
    """What xmlschema has to say, at most `limit` places; one finding for each."""
    found: dict[str, Finding] = {}
    for error in definitions.iter_errors(root):
        finding = _finding(error, definitions, root)
        found.setdefault(finding.path, finding)
        if len(found) == limit:
            break
    return list(found.values())


def own_words(entry: Any, root: _Element) -> Finding:
    """A finding from an entry in libxml2's log."""
    rule = str(entry.type_name).removeprefix("SCHEMAV_").removeprefix("CVC_").lower().replace("_", " ")
    message = str(entry.message).replace(f"{{{SR}}}", "").replace(f"{{{RA}}}", "")
    try:
        found: Any = root.getroottree().xpath(entry.path or "/*")
    except etree.XPathError:  # a path with prefixes; those with a default namespace have none
        found = []
    path = path_of(found[0]) if found else re.sub(r"[\w.-]+:", "", entry.path or "/")
    return Finding(line=entry.line, path=path, rule=rule, message=cut(message, _LONGEST))


def _finding(error: Any, definitions: xmlschema.XMLSchema, root: _Element) -> Finding:
    element = root if error.elem is None else error.elem
    kind = type(error.validator).__name__
    if kind == "XsdGroup":
        return _content(error, element)
    if kind == "XsdAttributeGroup":
        return _attributes(error, element)
    named = _ATTRIBUTE.match(error.reason or "")
    attribute = named[1] if named else ""
    declared = _declared(element, attribute, definitions)
    value = str(element.get(attribute) if attribute else (element.text or ""))
    return _value(error, element, attribute, value, declared)


def _value(error: Any, element: _Element, attribute: str, value: str, declared: Any) -> Finding:
    rule = _rule(type(error.validator).__name__)
    valid = _EMPTY if declared is None else describe(declared, local_name(element), value)
    if declared is None and not attribute:
        message = f"text {short(value.strip())} in {local_name(element)}, which is always empty"
    elif rule == "enumeration":
        message = f"{short(value)} is not allowed; expected {valid}"
    else:
        message = f"{short(value)} is not {valid}"
    return Finding(
        line=line_of(element),
        path=path_of(element, attribute),
        rule=rule,
        message=cut(message, _LONGEST),
        value=cut(value, _SHOWN),
        valid=valid,
    )


def _rule(kind: str) -> str:
    facet = _FACET.fullmatch(kind)
    if not facet:
        return "range" if kind == "function" else "type"
    return facet[1][0].lower() + facet[1][1:]


def _content(error: Any, element: _Element) -> Finding:
    """Children that should not be there or are missing; text where only elements may stand."""
    name, expected = local_name(element), [_plain(tag) for tag in getattr(error, "expected_tags", ())]
    index = getattr(error, "index", None)
    if index is None:
        text = ((element.text or "") + "".join(each.tail or "" for each in element)).strip()
        message = f"text {short(text)} between the elements of {name}"
        return Finding(line_of(element), path_of(element), "content", message, cut(text, _SHOWN), _NO_TEXT)
    unwanted = element[index] if index < len(element) else None
    valid = choices(expected, local_name(unwanted) if unwanted is not None else "") if expected else ""
    if unwanted is None:
        message = f"{name} is not complete; expected {valid or 'more'}"
        return Finding(line_of(element), path_of(element), "content", cut(message, _LONGEST), name, valid)
    shown = local_name(unwanted)
    message = f"{shown} may not stand here; expected {valid or 'the end of ' + name}"
    valid = valid or f"the end of {name}"
    return Finding(line_of(unwanted), path_of(unwanted), "content", cut(message, _LONGEST), shown, valid)


def _attributes(error: Any, element: _Element) -> Finding:
    reason = error.reason or ""
    quoted = _QUOTED.search(reason)
    attribute = quoted[1] if quoted else ""
    missing = "missing" in reason
    what = f"the attribute {attribute}" if attribute else "another attribute"
    message = f"{local_name(element)} lacks {what}" if missing else f"{local_name(element)} has no {what[4:]}"
    return Finding(
        line=line_of(element),
        path=path_of(element, attribute),
        rule="attributes",
        message=message,
        value="" if missing else cut(element.get(attribute) or "", _SHOWN),
        valid=what if missing else f"no {what[4:]}",
    )


def _declared(element: _Element, attribute: str, definitions: xmlschema.XMLSchema) -> Any:
    """The type of an element's text or of an attribute; None when only elements may stand there."""
    found: Any = definitions.find(_steps(element), namespaces=_NAMESPACES)
    if found is None:
        return None
    if attribute:
        found = found.attributes.get(attribute)
        return None if found is None else found.type
    simple = found.type.is_simple() or found.type.has_simple_content()
    return (found.type.content if found.type.is_complex() else found.type) if simple else None


def _steps(element: _Element) -> str:
    """The path from the root in the prefixes of `_NAMESPACES`, whichever the document uses."""
    steps: list[str] = []
    current: _Element | None = element
    while current is not None:
        uri, _, local = str(current.tag).removeprefix("{").rpartition("}")
        steps.append(f"{_PREFIXES.get(uri, 'sr')}:{local}")
        current = current.getparent()
    return "/" + "/".join(reversed(steps))


def describe(declared: Any, name: str = "", value: str = "") -> str:
    """What a simple type allows, in words: `a whole number 1 … 48`, `one of GBP, ECB`."""
    if declared.enumeration:
        return choices(declared.enumeration, value)
    if name in _FORMS:
        return _FORMS[name]
    kinds = [str(each.name).rpartition("}")[2] for each in _ancestry(declared) if each.name]
    words = next((_WORDS[kind] for kind in kinds if kind in _WORDS), "text")
    patterns = [each.get("value", "") for each in declared.patterns or ()]
    if patterns == [_PRINTABLE]:
        words = "printable ASCII text"
    elif patterns and words == "text":
        words = f"text of the form {' or '.join(cut(each, 160) for each in patterns)}"
    return words + (_bounds(declared) if "number" in words else _length(declared))


def _ancestry(declared: Any) -> Iterator[Any]:
    while declared is not None:
        yield declared
        declared = declared.base_type


def _bounds(declared: Any) -> str:
    low, high = declared.min_value, declared.max_value
    digits = next((f.value for n, f in declared.facets.items() if n and n.endswith("fractionDigits")), None)
    decimals = f" with at most {digits} decimals" if digits else ""
    if low is not None and high is not None:
        return f" {low} … {high}{decimals}"
    if low is not None:
        return f" from {low}{decimals}"
    return (f" up to {high}" if high is not None else "") + decimals


def _length(declared: Any) -> str:
    low, high = declared.min_length or 0, declared.max_length
    unit = "octets" if declared.primitive_type.local_name.endswith("Binary") else "characters"
    if high is None:
        return f" of at least {low} {unit}" if low else ""
    if low == high:
        return f" of {high} {unit}"
    return f" of {low} to {high} {unit}" if low else f" of at most {high} {unit}"


def choices(allowed: Iterable[Any], value: str) -> str:
    """All choices when they are few, else the nearest."""
    texts = [str(each) for each in allowed if each is not None]
    if len(texts) == 1:
        return texts[0]
    if len(texts) <= _LISTED:
        return f"one of {', '.join(texts)}"
    import difflib  # noqa: PLC0415  # two milliseconds that only a refusal has to pay

    near = difflib.get_close_matches(value.strip()[:_SHOWN], texts, n=3, cutoff=0.0)
    return f"one of {len(texts)} values, nearest {', '.join(near)}"


def _plain(tag: str) -> str:
    return tag.rpartition(":")[2]


def short(value: object) -> str:
    """A value in quotes, cut when it is long."""
    return repr(cut(value if isinstance(value, str) else str(value), _SHOWN))


def cut(text: str, length: int) -> str:
    """The beginning of a text that is longer than `length` characters."""
    return text if len(text) <= length else text[: length - 1] + "…"
