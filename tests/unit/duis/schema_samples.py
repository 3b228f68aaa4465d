"""Documents made up from a schema, and damaged ones made from those.

`Samples(schema).document(root)` is valid and different each time: of a choice it takes the
alternative that it took least often, of a range an end or something between. `mutate` changes one
thing somewhere. Both draw from the dice they are given: same seed, same documents.
"""

from __future__ import annotations

import base64
import copy
import random
import re._constants as sre
import re._parser as sre_parser
from collections import Counter
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any, Final

import xmlschema
from lxml import etree

from dcc_sim.duis.names import DS, RA, SR, ds

if TYPE_CHECKING:
    from lxml.etree import _Element

_XSD: Final = "{http://www.w3.org/2001/XMLSchema}"
_DEPTH: Final = 24  # beyond that: no optional parts
_FEW: Final = 3  # repetitions, unless more must be

_MOMENTS: Final = ("2026-01-31T00:00:00Z", "2024-02-29T23:59:59.99Z", "3000-12-31T00:00:00.00Z")
_PLAIN: Final = {
    "boolean": ("true", "false", "0", "1"),
    "dateTime": _MOMENTS,
    "date": ("2026-03-29", "2024-02-29", "2027-12-31Z"),
    "time": ("00:00:00", "23:59:59.00Z", "07:30:00Z"),
    "string": ("x", "Eco 7, night", "£ & <"),
    "anyURI": ("", "#x", "http://www.w3.org/2000/09/xmldsig#enveloped-signature"),
    "ID": ("a1",),
}
_NUMBERS: Final = {
    "short": (-(2**15), 2**15 - 1),
    "int": (-(2**31), 2**31 - 1),
    "unsignedByte": (0, 255),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "positiveInteger": (1, 10**6),
    "nonNegativeInteger": (0, 10**6),
    "nonPositiveInteger": (-(10**6), 0),
    "integer": (-(10**6), 10**6),
    "decimal": (-100, 100),
}

SIGNATURE: Final = """<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>
<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/>
<Reference URI=""><Transforms><Transform
Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/></Transforms>
<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue>AAAA</DigestValue></Reference>
</SignedInfo><SignatureValue>AAAA</SignatureValue><KeyInfo><X509Data><X509IssuerSerial>
<X509IssuerName>CN=x</X509IssuerName><X509SerialNumber>1</X509SerialNumber></X509IssuerSerial></X509Data></KeyInfo>
</Signature>"""


class Samples:
    """Valid documents of one schema."""

    def __init__(self, schema: xmlschema.XMLSchema, dice: random.Random) -> None:
        self.schema, self.dice = schema, dice
        self.taken: Counter[Any] = Counter()

    def document(self, root: str, version: str = "5.4", *, inner: str | None = None) -> _Element:
        """A document; with `inner`, one that has that element wherever a choice offers it."""
        self.wanted = inner
        made = self._element(self.schema.maps.elements[root], 0)
        if "schemaVersion" in made.attrib:
            made.set("schemaVersion", version.rstrip("a"))  # 5.3a is said as 5.3
        return made

    def _element(self, element: Any, depth: int) -> _Element:
        if element.name == ds("Signature"):
            return etree.fromstring(SIGNATURE)
        made = etree.Element(element.name, nsmap={"sr": SR, "ra": RA, "ds": DS} if depth == 0 else None)
        kind = element.type
        if kind.is_simple():
            made.text = self._value(kind)
            return made
        for name, attribute in kind.attributes.items():
            if name and (attribute.use == "required" or self.dice.random() < 0.5):
                made.set(name, self._value(attribute.type))
        if kind.has_simple_content():
            made.text = self._value(kind.content)
        else:
            self._group(kind.content, made, depth + 1)
        return made

    def _group(self, group: Any, parent: _Element, depth: int) -> None:
        for _ in range(self._times(group, depth)):
            if group.model == "choice":
                options = [each for each in group if each.max_occurs != 0]
                if not options:
                    return
                wanted = [each for each in options if self._offers(each)]
                chosen = min(wanted or options, key=lambda each: (self.taken[each], self.dice.random()))
                self.taken[chosen] += 1
                self._particle(chosen, parent, depth)
            else:
                for each in group:
                    self._particle(each, parent, depth)

    def _offers(self, particle: Any) -> bool:
        if isinstance(particle, xmlschema.validators.XsdGroup):
            return any(self._offers(each) for each in particle)
        return particle.name == self.wanted

    def _particle(self, particle: Any, parent: _Element, depth: int) -> None:
        if isinstance(particle, xmlschema.validators.XsdGroup):
            self._group(particle, parent, depth)
        elif isinstance(particle, xmlschema.XsdElement):
            for _ in range(self._times(particle, depth)):
                parent.append(self._element(particle, depth))

    def _times(self, particle: Any, depth: int) -> int:
        least, most = particle.occurs
        if depth > _DEPTH:
            return int(least)
        top = least + _FEW if most is None else min(most, least + _FEW)
        if self._offers(particle):
            least = max(least, 1)
        if most is not None and most <= 20 and self.dice.random() < 0.05:
            return int(most)
        return self.dice.randint(least, max(least, top))

    # ------------------------------------------------------------------------------------ values

    def _value(self, kind: Any) -> str:
        limits = facets(kind)
        if "enumeration" in limits:
            return str(self.dice.choice(limits["enumeration"]))
        if "pattern" in limits:
            text = self._matching(limits["pattern"])
            return text[: limits.get("maxLength", len(text))]
        base = limits["base"]
        if base in _NUMBERS:
            return self._number(base, limits)
        least, most = limits.get("minLength", 0), limits.get("maxLength")
        length = limits.get("length") or self.dice.choice(
            [least, max(least, 1), min(most, 200) if most else least + 7]
        )
        if base in ("base64Binary", "hexBinary"):
            octets = self.dice.randbytes(length)
            return octets.hex() if base == "hexBinary" else base64.b64encode(octets).decode()
        if base == "string" and (least or most is not None):
            return "".join(self.dice.choice("abc XYZ019-") for _ in range(length)).replace("  ", " a")
        return self.dice.choice(_PLAIN.get(base, ("x",)))

    def _number(self, base: str, limits: dict[str, Any]) -> str:
        low, high = (Decimal(each) for each in _NUMBERS[base])
        places = int(limits.get("fractionDigits", 0))
        step = Decimal(10) ** -places
        limits = {name: Decimal(str(each)) for name, each in limits.items() if name != "base"}
        low = limits.get("minInclusive", limits.get("minExclusive", low - step) + step)
        high = limits.get("maxInclusive", limits.get("maxExclusive", high + step) - step)
        if "totalDigits" in limits:
            high = min(high, 10 ** limits["totalDigits"] - 1)
        between = low + (high - low) * self.dice.randrange(1000) / 1000
        return f"{self.dice.choice([low, high, between]).quantize(step, ROUND_FLOOR):f}"

    def _matching(self, pattern: str) -> str:
        return "".join(self._piece(kind, value) for kind, value in sre_parser.parse(pattern))

    def _piece(self, kind: Any, value: Any) -> str:
        if kind is sre.LITERAL:
            return chr(value)
        if kind is sre.IN:
            inner, argument = self.dice.choice(value)
            return chr(argument if inner is sre.LITERAL else self.dice.randint(*argument))
        if kind is sre.SUBPATTERN:
            return "".join(self._piece(*each) for each in value[3])
        if kind is sre.BRANCH:
            return "".join(self._piece(*each) for each in self.dice.choice(value[1]))
        assert kind is sre.MAX_REPEAT
        least, most, body = value
        times = self.dice.randint(
            least, min(least + _FEW, most) if most is not sre.MAXREPEAT else least + _FEW
        )
        return "".join(self._piece(*each) for _ in range(times) for each in body)


def facets(kind: Any) -> dict[str, Any]:
    """The facets that count, and the built-in type under them."""
    found: dict[str, Any] = {}
    while not kind.name or not kind.name.startswith(_XSD):
        for name, facet in kind.facets.items():
            short = (name or "").rpartition("}")[2]
            if short == "enumeration":
                found.setdefault(short, [each.get("value") for each in facet])
            elif short == "pattern":
                found.setdefault(short, facet[0].get("value"))
            elif short and short != "whiteSpace":
                found.setdefault(short, facet.value)
        kind = kind.base_type
    found["base"] = kind.name.removeprefix(_XSD)
    return found


# --------------------------------------------------------------------------------------- damaging

_TEXTS: Final = """
    x 0 1 2 3 4 5 7 8 9 10 12 13 16 17 20 21 31 32 48 49 50 100 101 127 128 -1 -128 -129 -400 -401 00 01 +1
    1.0 1.5 2.5 0.5 1e1 2013 2014 9999 10000 1799 1800 3600 3601 10001 32767 32768 -32768 -32769 65535 65536
    86400 86401 4294967295 4294967296 281474976710655 281474976710656 1000000000000 1000000000001
    9223372036854775807 9223372036854775808 18446744073709551615 18446744073709551616 true false TRUE GBP ECB
    EUR I0 E1 E71 E081406 N64 1.1 4.2 4.1.1 12345678 123456789 00:00:00 24:00:00 24:00:01 07:30:00.00Z 7:30:00
    2026-01-01T00:00:00Z 2026-02-30T00:00:00Z 2026-01-01 3000-12-31T00:00:00.00Z 8F66 8f67 8F68 8F6 AAAA AAA
    AAA= reliable success SUCCESS Wh m3 plain encrypted gbcs 00-50-C2-5F-30-01-00-00 00-50-c2-5f-30-01-00-0
    00-50-C2-5F-30-01-00-00,00-50-C2-5F-30-01-00-00 Commissioned Cellular North 12345678901234567890
"""
TEXTS: Final = ("", " ", " 1 ", " 1.1", "A A\nA A", "4G North", "a" * 250, "a" * 251, *_TEXTS.split())
_ATTRIBUTES: Final = ("index", "extra", "schemaVersion", "MessageSuccess", "Id", "identifier")


def mutate(root: _Element, dice: random.Random, names: list[str]) -> None:
    """One random change somewhere below the root."""
    every = [each for each in root.iter(etree.Element) if each is not root]
    if not every:
        return
    element = dice.choice(every)
    parent = element.getparent()
    assert parent is not None
    place = parent.index(element)
    match dice.randrange(11):
        case 0:
            parent.remove(element)
        case 1:
            for _ in range(dice.choice((1, 1, 2, 4, 17, 48))):
                parent.insert(place, copy.deepcopy(element))
        case 2:
            parent.insert(dice.randrange(len(parent)), element)
        case 3:
            element.tag = dice.choice(names)
        case 4:
            etree.SubElement(element, dice.choice(names)).text = dice.choice((None, *TEXTS))
        case 5 if element.attrib:
            element.set(dice.choice(sorted(str(each) for each in element.attrib)), dice.choice(TEXTS))
        case 6 if element.attrib:
            element.attrib.pop(dice.choice(sorted(str(each) for each in element.attrib)))
        case 7:
            element.set(dice.choice(_ATTRIBUTES), dice.choice(TEXTS))
        case 8:
            parent.insert(place, copy.deepcopy(dice.choice(every)))
        case 9:
            leaves = [each for each in every if not len(each) and each.text]
            if leaves:
                leaf = dice.choice(leaves)
                text = leaf.text or ""
                cut = dice.randrange(len(text))
                leaf.text = text[:cut] + dice.choice(("", "0", "9", "A", " ", "-", text)) + text[cut + 1 :]
        case _:
            dice.choice([each for each in every if not len(each)]).text = dice.choice(TEXTS)
