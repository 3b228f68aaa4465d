"""Which element has which type of value, read from the same XSD files that judge documents.

In: the schema set that ships with the package, in one version. Out: for each element in its place, the form
of its text, its attributes, and the types of the elements inside. Left out: order, number and
facets; whoever needs a verdict asks `schema`.

Nothing is generated and nothing is written down twice: the files are read once per process and version
(some milliseconds), and a type is worked out when a document first has such an element. The published
schemas define the same types under other names, so documents that they judged are read by ours.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lxml import etree

from dcc_sim.bundled import bundled
from dcc_sim.duis.lexical import BUILT_IN, OWN, Form
from dcc_sim.duis.schema_versions import SchemaFiles, schema_files
from dcc_sim.errors import NotFound

if TYPE_CHECKING:
    from lxml.etree import _Element

_XSD: Final = "http://www.w3.org/2001/XMLSchema"
_GLOBAL: Final = ("element", "complexType", "simpleType", "group", "attributeGroup", "attribute")
_STARTS: Final = ("duis.xsd", "mmc.xsd")


@dataclass(frozen=True, slots=True)
class TextType:
    """Text of an element or attribute: its form and, for an enumeration, what it may be."""

    form: Form
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ElementType:
    """What an element may carry. Without `text` it has elements inside, or nothing."""

    text: TextType | None = None
    attributes: dict[str, TextType] = field(default_factory=dict)
    inside: dict[str, ElementType] = field(default_factory=dict)
    default: str | None = None
    mixed: bool = False

    def child(self, name: str) -> ElementType:
        """The type of a child, by `{namespace}local`; ANYTHING for what only a wildcard lets in."""
        try:
            return self.inside[name]
        except KeyError:
            return ANYTHING

    def named(self, local: str) -> str:
        """`{namespace}local` of the child with that local name. Raises NotFound."""
        found = [each for each in self.names() if each.rpartition("}")[2] == local]
        if len(found) != 1:
            names = ", ".join(sorted(each.rpartition("}")[2] for each in self.names())) or "nothing"
            raise NotFound(f"no element {local} here; there may be {names}")
        return found[0]

    def names(self) -> tuple[str, ...]:
        """All that may be inside, in the order of the schema."""
        return self.inside.names if isinstance(self.inside, _Children) else tuple(self.inside)


ANYTHING: Final = ElementType(TextType(BUILT_IN["anyType"]), mixed=True)
"""Of an element that the schemas say nothing about: its text is text."""


class _Children(dict[str, ElementType]):
    """Types of children by name, each worked out when it is first asked for: types may contain themselves."""

    def __init__(self, reader: _Reader, declared: dict[str, _Place]) -> None:
        super().__init__()
        self._reader, self._declared = reader, declared

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._declared)

    def __missing__(self, name: str) -> ElementType:
        self[name] = made = self._reader.element(self._declared[name])
        return made


@dataclass(frozen=True, slots=True)
class _Place:
    """A definition and the namespace it belongs to: files of `shared/` take that of who includes them."""

    xsd: _Element
    namespace: str

    def parts(self, *kinds: str) -> Iterator[_Place]:
        for each in self.xsd.iterchildren(etree.Element):
            if not kinds or str(each.tag).rpartition("}")[2] in kinds:
                yield _Place(each, self.namespace)

    @property
    def kind(self) -> str:
        return str(self.xsd.tag).rpartition("}")[2]

    def name(self, attribute: str) -> tuple[str, str]:
        """Namespace and local name that an attribute refers to."""
        prefix, _, local = (self.xsd.get(attribute) or "").rpartition(":")
        return self.xsd.nsmap.get(prefix or None) or self.namespace, local


@functools.lru_cache(maxsize=8)
def value_types(version: str) -> ElementType:
    """A type whose children are the roots (`Request`, `Response`, `GBCSResponse` …) of that version.

    `version` is one of `VERSIONS`. Raises NotFound when the installation is incomplete.
    """
    reader = _Reader(schema_files(bundled("schemas"), version))
    return ElementType(inside=_Children(reader, reader.roots()))


class _Reader:
    """The global definitions of all files, and the steps from a definition to a type."""

    def __init__(self, files: SchemaFiles) -> None:
        self._defined: dict[tuple[str, str, str], _Place] = {}
        seen: set[tuple[Path, str]] = set()
        waiting = [(files.path(each), "") for each in _STARTS]
        while waiting:
            path, includer = waiting.pop()
            if (path, includer) in seen:
                continue
            seen.add((path, includer))
            root = files.root(path)
            namespace = root.get("targetNamespace") or includer
            for each in _Place(root, namespace).parts():
                if each.kind in _GLOBAL:
                    self._defined[each.kind, namespace, each.xsd.get("name", "")] = each
                elif each.kind in ("include", "import"):
                    target = (path.parent / each.xsd.get("schemaLocation", "")).resolve()
                    waiting.append((target, namespace if each.kind == "include" else ""))

    def roots(self) -> dict[str, _Place]:
        return {f"{{{ns}}}{name}": at for (kind, ns, name), at in self._defined.items() if kind == "element"}

    def element(self, at: _Place) -> ElementType:
        """The type of a declared element."""
        default = at.xsd.get("default") or at.xsd.get("fixed")
        if at.xsd.get("type"):
            namespace, name = at.name("type")
            if namespace == _XSD:
                return ElementType(TextType(BUILT_IN[name]), default=default, mixed=name == "anyType")
            defined = self._defined.get(("complexType", namespace, name))
            if defined is None:
                return ElementType(self._named_text(namespace, name), default=default)
            return self._complex(defined, default)
        for inner in at.parts("complexType"):
            return self._complex(inner, default)
        for inner in at.parts("simpleType"):
            return ElementType(self._text(inner), default=default)
        return ANYTHING

    def _complex(self, at: _Place, default: str | None) -> ElementType:
        declared: dict[str, _Place] = {}
        attributes: dict[str, TextType] = {}
        text = self._gather(at, declared, attributes)
        mixed = at.xsd.get("mixed") in ("true", "1")
        return ElementType(text, attributes, _Children(self, declared), default, mixed)

    def _gather(
        self, at: _Place, declared: dict[str, _Place], attributes: dict[str, TextType]
    ) -> TextType | None:
        """Collect children and attributes of a content model; return the type of the text, if it has any."""
        text: TextType | None = None
        for each in at.parts():
            match each.kind:
                case "element":
                    target = self._defined["element", *each.name("ref")] if each.xsd.get("ref") else each
                    declared[f"{{{target.namespace}}}{target.xsd.get('name')}"] = target
                case "attribute":
                    attributes[each.xsd.get("name") or each.name("ref")[1]] = self._attribute(each)
                case "group" | "attributeGroup":
                    self._gather(self._defined[each.kind, *each.name("ref")], declared, attributes)
                case "sequence" | "choice" | "all" | "complexContent":
                    self._gather(each, declared, attributes)
                case "simpleContent":
                    text = self._gather(each, declared, attributes)
                case "extension" | "restriction":
                    text = self._base(each, declared, attributes)
                    self._gather(each, declared, attributes)
        return text

    def _base(
        self, at: _Place, declared: dict[str, _Place], attributes: dict[str, TextType]
    ) -> TextType | None:
        namespace, name = at.name("base")
        base = self._defined.get(("complexType", namespace, name))
        if base is not None:
            return self._gather(base, declared, attributes)
        return self._text(at) if at.kind == "restriction" else self._named_text(namespace, name)

    def _attribute(self, at: _Place) -> TextType:
        for inner in at.parts("simpleType"):
            return self._text(inner)
        return (
            self._named_text(*at.name("type")) if at.xsd.get("type") else TextType(BUILT_IN["anySimpleType"])
        )

    def _named_text(self, namespace: str, name: str) -> TextType:
        if namespace == _XSD:
            return TextType(BUILT_IN[name])
        found = self._text(self._defined["simpleType", namespace, name])
        return TextType(OWN.get(name, found.form), found.choices)

    def _text(self, at: _Place) -> TextType:
        """A simple type: the form of its base, with the choices that are named last."""
        restriction = at if at.kind == "restriction" else next(at.parts("restriction"))
        inner = next(restriction.parts("simpleType"), None)
        base = self._text(inner) if inner else self._named_text(*restriction.name("base"))
        choices = tuple(each.xsd.get("value", "") for each in restriction.parts("enumeration"))
        return TextType(base.form, choices or base.choices)
