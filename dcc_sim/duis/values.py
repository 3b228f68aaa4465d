"""A document as a tree of immutable, named, typed values, and back without losing a character.

In: the root of a schema-valid tree (or any element of one); or names and values. Out: a Document of Nodes;
or octets. Left out: whether it is valid and who signed it (`schema`, `signature`): read the tree that
those checks returned and no other.

A Node keeps the text as it stood: `value` is worked out of it when asked for, by the type that the schema
gives the element in its place. So nothing is rounded, `1.50` stays `1.50`, and a date keeps its zone. Two
Nodes are equal if they say the same in the same words; indentation, prefixes and lines are `layout`, which
equality leaves out and writing puts back. `render(read(root))` is the same document by Canonical XML.

    request.values["ElecTariffElements/SwitchingTable/DayProfiles"].every("DayProfile")
    draft(parent_type, "CommandFailure", (("CommandRequestID", request_id), ("DeviceID", eui)))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn, TypeGuard, cast

from lxml import etree

from dcc_sim.duis.headers import interface_version
from dcc_sim.duis.lexical import BLANKS, Value
from dcc_sim.duis.names import DS, RA, SR, line_of
from dcc_sim.duis.value_types import ANYTHING, ElementType, TextType, value_types
from dcc_sim.errors import EncodeError, NotFound, RequestInvalid

if TYPE_CHECKING:
    from lxml.etree import _Element

    _Declarations = dict[_Element, tuple[tuple[str, str], ...]]

_XML: Final = "http://www.w3.org/XML/1998/namespace"
_PREFIXES: Final = {SR: "sr", RA: "ra", DS: "ds"}
_DECLARATION: Final = "<?xml version='1.0' encoding='UTF-8' standalone='no'?>\n"
_TEXT_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_ATTRIBUTE_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a Node was written, apart from what it says."""

    prefix: str | None = None
    namespaces: tuple[tuple[str, str], ...] = ()
    lead: str = ""
    trail: str = ""
    attribute_prefixes: tuple[tuple[str, str], ...] = ()
    line: int = 0


_COMPACT: Final = Layout()
_NONE: Final[tuple[tuple[str, str], ...]] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """An element: `name` is `{namespace}local`, `text` as it stood, `attributes` sorted by name.

    `tail` is text behind the element; only free content inside a signature has any.
    """

    name: str
    text: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Node, ...] = ()
    tail: str = ""
    type: ElementType = field(default=ANYTHING, compare=False, repr=False)
    layout: Layout = field(default=_COMPACT, compare=False, repr=False)

    @property
    def local(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition("}")[2]

    @property
    def place(self) -> str:
        """Where it stood, for error texts: `line 12`, or its name if it was never in a document."""
        return f"line {self.layout.line}" if self.layout.line else self.local

    @property
    def value(self) -> Value | None:
        """The typed value; None for an element that has no text of its own, only others inside or nothing.

        Raises RequestInvalid for text that its type, or Python's, does not have.
        """
        if self.type.text is None:
            return None
        return self._typed(self.type.text, self.text or self.type.default or "", self.local)

    def attribute(self, name: str) -> Value | None:
        """The typed value of an attribute, None if it is not there. Raises RequestInvalid."""
        for each, text in self.attributes:
            if each == name:
                kind = self.type.attributes.get(name)
                return text if kind is None else self._typed(kind, text, f"{self.local}/@{name}")
        return None

    def _typed(self, kind: TextType, text: str, rule: str) -> Value:
        try:
            return kind.form.parse(text)
        except (ValueError, OverflowError) as error:
            raise RequestInvalid(str(error), rule=rule, place=self.place) from None

    def every(self, path: str) -> Iterator[Node]:
        """All nodes under local names joined by `/`, in document order."""
        first, _, rest = path.partition("/")
        for each in self.children:
            if each.local == first:
                if rest:
                    yield from each.every(rest)
                else:
                    yield each

    def first(self, path: str) -> Node | None:
        """The first such node, or None."""
        return next(self.every(path), None)

    def __getitem__(self, path: str) -> Node:
        """The first such node. Raises NotFound."""
        found = self.first(path)
        if found is None:
            raise NotFound(f"{self.local} has no {path}")
        return found

    def __iter__(self) -> Iterator[Node]:
        return iter(self.children)

    @property
    def content(self) -> Content:
        """Values all the way down, as `draft` takes them. Raises RequestInvalid."""
        if not self.children:
            return self.value
        return tuple(
            (each.local, each.content, {name: each.attribute(name) for name, _ in each.attributes})
            if each.attributes
            else (each.local, each.content)
            for each in self.children
        )


Items = tuple[Node | tuple[object, ...], ...]
Content = Value | Items | None
"""What an element holds: a value; items `(local name, content)`, `(local name, content, attributes)` or whole
Nodes, in order; or None for an element whose mere presence is the message."""


@dataclass(frozen=True, slots=True)
class Document:
    """A root with the instructions before and after it: signatures over the whole document cover them."""

    root: Node
    before: tuple[tuple[str, str], ...] = ()
    after: tuple[tuple[str, str], ...] = ()


# --------------------------------------------------------------------------------------- reading


def read(root: _Element) -> Document:
    """The whole document. Raises RequestInvalid for an unknown version or content that is not plain."""
    types = value_types(interface_version(root)).child(str(root.tag))
    before = tuple(reversed([_instruction(each) for each in root.itersiblings(etree.PI, preceding=True)]))
    after = tuple(_instruction(each) for each in root.itersiblings(etree.PI))
    return Document(_node(root, types, _declarations(root)), before, after)


def read_element(element: _Element) -> Node:
    """An element of a document, with the type that it has in its place."""
    above = [*reversed(list(element.iterancestors()))]
    types = value_types(interface_version(above[0] if above else element))
    for each in above:
        types = types.child(str(each.tag))
    return _node(element, types.child(str(element.tag)), _declarations(element))


def _declarations(root: _Element) -> _Declarations:
    """The namespaces that are declared at elements; asking each element for all it sees is slow."""
    found: _Declarations = {}
    waiting: list[tuple[str, str]] = []
    for event, what in etree.iterwalk(root, events=("start-ns", "start")):
        if event == "start-ns":
            waiting.append(what)
        elif waiting:
            found[what] = tuple(waiting)
            waiting.clear()
    return found


def _instruction(element: _Element) -> tuple[str, str]:
    return str(getattr(element, "target", "")), element.text or ""


def _node(element: _Element, kind: ElementType, declared: _Declarations) -> Node:
    tag, text, tail = element.tag, element.text or "", element.tail or ""
    children = []
    for each in element:
        if not isinstance(each.tag, str):
            _refuse("a comment or instruction inside the document", "plain content", element)
        children.append(_node(each, kind.child(each.tag), declared))
    lead = trail = ""
    if (children or kind.text is None) and not text.strip(BLANKS):
        text, lead = "", text
    if not tail.strip(BLANKS):
        tail, trail = "", tail
    attributes, prefixes = _NONE, _NONE
    if element.attrib:
        attributes = tuple(sorted((str(name), str(value)) for name, value in element.attrib.items()))
        if any(name[0] == "{" for name, _ in attributes):
            prefixes = _attribute_prefixes(element)
    namespaces = declared.get(element, _NONE)
    layout = Layout(element.prefix, namespaces, lead, trail, prefixes, line_of(element))
    return Node(tag, text, attributes, tuple(children), tail, kind, layout)


def _attribute_prefixes(element: _Element) -> tuple[tuple[str, str], ...]:
    """Which prefix each attribute has: two may stand for the same namespace, and Canonical XML tells."""
    found = []
    for at, name in enumerate(element.attrib, 1):
        full = element.xpath(f"name(@*[{at}])")
        found.append((str(name), str(full).rpartition(":")[0]))
    return tuple(each for each in found if each[1])


def _refuse(reason: str, rule: str, element: _Element) -> NoReturn:
    raise RequestInvalid(reason, rule=rule, place=f"line {line_of(element)}")


# -------------------------------------------------------------------------------------- drafting


def draft(
    parent: ElementType, name: str, content: Content = None, attributes: Mapping[str, Value] | None = None
) -> Node:
    """A Node from typed values; `name` is the local name of a child of `parent`, or a root's.

    Raises NotFound for a name that has no place there, EncodeError for a value of another type. Order,
    number and ranges are for the schema check.
    """
    full = parent.named(name)
    kind = parent.child(full)
    given = tuple(sorted((each, _attribute(kind, each, value)) for each, value in (attributes or {}).items()))
    if _is_items(content):
        children = tuple(_drafted(kind, item, name) for item in content)
        return Node(full, "", given, children, type=kind)
    if content is None and kind.text is None:
        return Node(full, "", given, type=kind)
    if kind.text is None:
        raise EncodeError(f"{content!r} where elements are expected", field=name)
    if content is None:
        raise EncodeError(f"no {kind.text.form.name} given", field=name)
    return Node(full, _rendered(kind.text, cast("Value", content), name), given, type=kind)


def draft_text(parent: ElementType, name: str, text: str) -> Node:
    """A Node with a text as it is, for values that are to be written in one form of several."""
    full = parent.named(name)
    return Node(full, text, type=parent.child(full))


def _is_items(content: Content) -> TypeGuard[Items]:
    return isinstance(content, tuple) and all(isinstance(each, tuple | Node) for each in content)


def _drafted(kind: ElementType, item: Node | tuple[object, ...], path: str) -> Node:
    if isinstance(item, Node):
        return item
    try:
        name, content, *rest = item
        return draft(kind, str(name), cast("Content", content), *cast("list[Mapping[str, Value]]", rest))
    except EncodeError as error:
        raise EncodeError(error.reason, field=f"{path}/{error.field}") from None


def _attribute(kind: ElementType, name: str, value: Value) -> str:
    if name not in kind.attributes:
        raise NotFound(f"no attribute {name} here; there may be {', '.join(kind.attributes) or 'none'}")
    return _rendered(kind.attributes[name], value, f"@{name}")


def _rendered(kind: TextType, value: Value, name: str) -> str:
    try:
        return kind.form.render(value)
    except ValueError as error:
        raise EncodeError(str(error), field=name) from None


# --------------------------------------------------------------------------------------- writing


def render(document: Document | Node) -> bytes:
    """The octets, in UTF-8 with a declaration."""
    if isinstance(document, Node):
        document = Document(document)
    pieces = [_DECLARATION]
    pieces += [f"<?{target} {text}?>\n" if text else f"<?{target}?>\n" for target, text in document.before]
    _write(document.root, {"": "", "xml": _XML}, pieces)
    pieces += [f"\n<?{target} {text}?>" if text else f"\n<?{target}?>" for target, text in document.after]
    return "".join(pieces).encode()


def element_of(node: Node) -> _Element:
    """The same as an lxml element, for the checks and readers that take one."""
    pieces: list[str] = []
    _write(node, {"": "", "xml": _XML}, pieces)
    return etree.fromstring("".join(pieces).encode(), etree.XMLParser(resolve_entities=False, huge_tree=True))


def _write(node: Node, outer: Mapping[str, str], pieces: list[str]) -> None:
    layout = node.layout
    declared = dict(layout.namespaces)
    scope = {**outer, **declared} if declared else dict(outer)
    namespace, local = _split(node.name)
    prefix = _prefix(namespace, layout.prefix or "", scope, declared)
    tag = f"{prefix}:{local}" if prefix else local
    attributes = _attributes(node, scope, declared)
    pieces.append(f"<{tag}")
    for name, uri in declared.items():
        if outer.get(name) != uri:
            pieces.append(f" xmlns:{name}=" if name else " xmlns=")
            pieces.append(f'"{uri.translate(_ATTRIBUTE_ESCAPES)}"')
    pieces.append(attributes)
    text = node.text or layout.lead
    if text or node.children:
        pieces.append(f">{text.translate(_TEXT_ESCAPES)}")
        for each in node.children:
            _write(each, scope, pieces)
            pieces.append((each.tail or each.layout.trail).translate(_TEXT_ESCAPES))
        pieces.append(f"</{tag}>")
    else:
        pieces.append("/>")


def _attributes(node: Node, scope: dict[str, str], declared: dict[str, str]) -> str:
    found = []
    prefixes = dict(node.layout.attribute_prefixes)
    for name, value in node.attributes:
        namespace, local = _split(name)
        prefix = _prefix(namespace, prefixes.get(name, ""), scope, declared, bare=False) if namespace else ""
        found.append(f' {prefix}{":" if prefix else ""}{local}="{value.translate(_ATTRIBUTE_ESCAPES)}"')
    return "".join(found)


def _prefix(
    namespace: str, wanted: str, scope: dict[str, str], declared: dict[str, str], *, bare: bool = True
) -> str:
    """The prefix to use: the one it had, else one that stands for the namespace here, else a new one."""
    if scope.get(wanted) == namespace and (wanted or bare):
        return wanted
    for prefix, uri in scope.items():
        if uri == namespace and (prefix or bare):
            return prefix
    new = _PREFIXES.get(namespace, "" if not namespace else "ns")
    while new and scope.get(new, namespace) != namespace:
        new += "_"
    scope[new] = declared[new] = namespace
    return new


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition("}")
    return namespace[1:], local
