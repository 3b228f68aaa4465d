"""Validity: whether a tree is what the interface's XSDs allow, and if not, where and why not.

In: the root element of a parsed document. Out: nothing, or SchemaInvalid with every finding.
Left out: business rules (`request` and further on); how versions differ (`schema_versions`).

There are two readers of the same XSD files. libxml2 gives the verdict, in microseconds. Only when
that is "no", xmlschema (slow to load, slow to run, good at explaining) is asked for the reasons;
where it finds none or gives up, libxml2's own words are used.

A schema set is a folder with `duis.xsd` and `mmc.xsd`: ours, or the official one given by `--schemas`.
Which version of it judges a document is what the document's `schemaVersion` says.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from dcc_sim.bundled import bundled
from dcc_sim.duis.names import RA, SR, line_of, local_name
from dcc_sim.duis.schema_versions import CURRENT, NUMBERS, SchemaFiles, has_versions, schema_files, version_of
from dcc_sim.errors import Finding, NotFound, SchemaInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xmlschema
    from lxml.etree import _Element

MAX_FINDINGS: Final = 100
_EXPLAIN_UP_TO: Final = 20_000  # elements; beyond that xmlschema would take seconds
_XSD: Final = "http://www.w3.org/2001/XMLSchema"
_EUI_FORM: Final = "8 octets in hex joined by hyphens, 00-11-22-33-44-55-66-77"
_ID_FORM: Final = f"originator:target:counter, the first two {_EUI_FORM}, the counter below 2 to the 64"
# Patterns that are hard to read, by the element they stand for.
_FORMS: Final = {
    "RequestID": _ID_FORM,
    "ResponseID": _ID_FORM,
    "PrecedingServiceRequestID": _ID_FORM,
    "BusinessOriginatorID": _EUI_FORM,
    "BusinessTargetID": _EUI_FORM,
    "SupplementaryRemotePartyID": _EUI_FORM,
    "DeviceID": _EUI_FORM,
}
_SHOWN: Final = 60  # characters of a value in a message


@dataclass(frozen=True, slots=True)
class Schemas:
    """The schema set in a folder. Compiled on first use, once per folder, version and process.

    With a `version` (a name of `VERSIONS`) every document is judged by that one.
    """

    directory: Path
    version: str | None = None

    def check_duis(self, root: _Element) -> None:
        """A Service Request, Response or alert. Raises SchemaInvalid; NotFound for a bad folder."""
        self._check(root, "duis.xsd", SR)

    def check_mmc(self, root: _Element) -> None:
        """A parsed GBCS answer or alert. Raises SchemaInvalid; NotFound for a bad folder."""
        self._check(root, "mmc.xsd", RA)

    def declares(self, element_name: str) -> bool:
        """Whether DUIS, in the newest version that this set has, knows an element of that local name."""
        return element_name in _declared(self.directory, self.version or CURRENT, "duis.xsd")

    def _check(self, root: _Element, name: str, namespace: str) -> None:
        # A schema accepts any of its global elements as root, also those of the signature's namespace.
        if etree.QName(root).namespace != namespace:
            message = f"the root is {root.tag}, expected an element of {namespace}"
            raise _refusal([Finding(line_of(root), f"/{local_name(root)}", "root", message)])
        version = self.version or self._version_of(root)
        schema = _compiled(self.directory, version, name)
        if schema.validate(root):
            return
        log: Any = schema.error_log  # the stubs do not say that it can be walked
        explained = _explain(root, self.directory, version, name)
        raise _refusal(explained or [_own_words(entry) for entry in log])

    def _version_of(self, root: _Element) -> str:
        if not has_versions(self.directory):
            return CURRENT
        stated = root.get("schemaVersion")
        version = version_of(stated)
        if version is None:
            message = f"version {_short(stated)} is not known; expected one of {', '.join(NUMBERS)}"
            path = f"/{local_name(root)}/@schemaVersion"
            raise _refusal([Finding(line_of(root), path, "schemaVersion", message)])
        return version


def default_schemas() -> Schemas:
    """The set that ships with the package. Raises NotFound when the installation is incomplete."""
    return Schemas(bundled("schemas"))


def _refusal(findings: list[Finding]) -> SchemaInvalid:
    ordered = tuple(sorted(findings, key=lambda each: each.line))[:MAX_FINDINGS]
    more = f" (and {len(ordered) - 1} more)" if len(ordered) > 1 else ""
    return SchemaInvalid(f"{ordered[0].message}{more}", findings=ordered)


# ------------------------------------------------------------------------------------- compiling


@functools.lru_cache(maxsize=32)
def _compiled(directory: Path, version: str, name: str) -> etree.XMLSchema:
    files = schema_files(directory, version)
    path = files.path(name)
    try:
        if not files.replaced:
            return etree.XMLSchema(file=str(path))
        parser = etree.XMLParser()
        parser.resolvers.add(_Replacing(files))
        return etree.XMLSchema(etree.parse(str(path), parser))
    except etree.LxmlError as error:
        raise NotFound(f"{path} is not a usable XML schema: {error}") from None


class _Replacing(etree.Resolver):
    """Hands libxml2 the files that another version has otherwise; it reads the rest by itself."""

    def __init__(self, files: SchemaFiles) -> None:
        self.files = files

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]  # noqa: ARG002
        name = self.files.replacement(system_url)
        if name is None:
            return None
        return self.resolve_string(self.files.replaced[name], context, base_url=system_url)


@functools.lru_cache(maxsize=32)
def _explainer(directory: Path, version: str, name: str) -> xmlschema.XMLSchema:
    import xmlschema  # noqa: PLC0415  # half a second that only a refusal has to pay

    files = schema_files(directory, version)
    # libxml2 has taken the same files: checking them against the schema of schemas again costs seconds.
    return xmlschema.XMLSchema(
        str(files.path(name)),
        validation="skip",
        defuse="never",
        allow="local",
        loader_class=_replacing_loader(files) if files.replaced else None,
    )


def _replacing_loader(files: SchemaFiles) -> type[xmlschema.SchemaLoader]:
    """The same as `_Replacing` for xmlschema, which does not see that it has read a text before."""
    import xmlschema  # noqa: PLC0415  # see _explainer

    class Loader(xmlschema.SchemaLoader):
        def load_schema(
            self,
            source: Any,
            namespace: str | None = None,
            base_url: str | None = None,
            build: bool = False,
            partial: bool = False,
        ) -> Any:
            url = f"{base_url}/{source}"
            name = files.replacement(url)
            if name is None:
                return super().load_schema(source, namespace, base_url, build, partial)
            if (namespace, name) not in read:
                folder, text = url.rpartition("/")[0], files.replaced[name].decode()
                read[namespace, name] = super().load_schema(text, namespace, folder, build, partial)
            return read[namespace, name]

    read: dict[tuple[str | None, str], Any] = {}
    return Loader


@functools.lru_cache(maxsize=16)
def _declared(directory: Path, version: str, name: str) -> frozenset[str]:
    """Names of all elements in an XSD and the files it includes (imports are other namespaces)."""
    files = schema_files(directory, version)
    names: set[str] = set()
    seen: set[Path] = set()
    waiting = [files.path(name)]
    while waiting:
        current = waiting.pop()
        if current in seen or not current.is_file():
            continue
        seen.add(current)
        root = files.root(current)
        names.update(each.get("name", "") for each in root.iter(f"{{{_XSD}}}element"))
        includes = (each.get("schemaLocation", "") for each in root.iter(f"{{{_XSD}}}include"))
        waiting.extend((current.parent / each).resolve() for each in includes)
    return frozenset(names - {""})


# ------------------------------------------------------------------------------------ explaining


def _explain(root: _Element, directory: Path, version: str, name: str) -> list[Finding]:
    """What xmlschema has to say, in our words; empty when it has nothing to say."""
    if root.xpath(f"count(//*) > {_EXPLAIN_UP_TO}"):
        return []
    from xmlschema import XMLSchemaException  # noqa: PLC0415  # see _explainer

    try:
        return list(_findings(_explainer(directory, version, name).iter_errors(root)))
    except (XMLSchemaException, ValueError, RecursionError):
        return []


def _findings(errors: Iterator[Any]) -> Iterator[Finding]:
    for count, error in enumerate(errors):
        if count == MAX_FINDINGS:
            return
        element, path = error.elem, error.path or "/"
        rule, message = _message(error)
        index = getattr(error, "index", None)  # of the child that should not be there
        if index is not None and element is not None and index < len(element):
            element = element[index]
        yield Finding(line=1 if element is None else line_of(element), path=path, rule=rule, message=message)


def _message(error: Any) -> tuple[str, str]:
    """Rule and message. Facets get our words; content models and types keep those of xmlschema."""
    validator, shown = error.validator, _short(error.obj)
    kind = type(validator).__name__
    if kind == "XsdEnumerationFacets":
        return "enumeration", f"{shown} is not allowed; {_choices(str(error.obj), validator.enumeration)}"
    if kind == "XsdPatternFacets":
        name = (error.path or "").rpartition(":")[2].partition("[")[0]
        form = _FORMS.get(name) or " or ".join(_cut(each.get("value", ""), 160) for each in validator)
        return "pattern", f"{shown} is not of the form {form}"
    if kind.startswith("Xsd") and kind.endswith("Facet"):
        facet = kind[3:4].lower() + kind[4:-5]
        return facet, f"{shown} breaks {facet} {getattr(validator, 'value', '')}".rstrip()
    if kind == "XsdGroup":
        return "content", _cut(error.reason or "unexpected content", 400)
    if kind == "XsdAttributeGroup":
        return "attributes", _cut(error.reason or "unexpected attribute", 400)
    return "type", _cut(error.reason or f"{shown} is not valid", 400)


def _choices(value: str, allowed: list[Any] | tuple[Any, ...]) -> str:
    """All choices when they are few, else the nearest."""
    import difflib  # noqa: PLC0415  # see _explainer

    texts = [str(each) for each in allowed if each is not None]
    if len(texts) <= 12:
        return f"expected one of {', '.join(texts)}"
    near = difflib.get_close_matches(value.strip(), texts, n=3, cutoff=0.0)
    return f"expected one of {len(texts)} values, nearest {', '.join(near)}"


def _own_words(entry: Any) -> Finding:
    """A finding from libxml2's log."""
    rule = str(entry.type_name).removeprefix("SCHEMAV_").removeprefix("CVC_").lower().replace("_", " ")
    message = str(entry.message).replace(f"{{{SR}}}", "").replace(f"{{{RA}}}", "")
    return Finding(line=entry.line, path=entry.path or "/", rule=rule, message=_cut(message, 400))


def _short(value: object) -> str:
    return repr(_cut(value if isinstance(value, str) else str(value), _SHOWN))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
