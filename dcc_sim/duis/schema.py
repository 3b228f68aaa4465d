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
from dcc_sim.duis.names import RA, SR, line_of, path_of
from dcc_sim.duis.schema_versions import CURRENT, NUMBERS, SchemaFiles, has_versions, schema_files, version_of
from dcc_sim.errors import Finding, NotFound, SchemaInvalid

if TYPE_CHECKING:
    import xmlschema
    from lxml.etree import _Element

MAX_FINDINGS: Final = 100
_EXPLAIN_UP_TO: Final = 20_000  # elements; beyond that xmlschema would take seconds
_XSD: Final = "http://www.w3.org/2001/XMLSchema"


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

    def duis_definitions(self) -> xmlschema.XMLSchema:
        """DUIS, in the newest version that this set has, for those who walk it. The first call is slow."""
        return _explainer(self.directory, self.version or CURRENT, "duis.xsd")

    def _check(self, root: _Element, name: str, namespace: str) -> None:
        # A schema accepts any of its global elements as root, also those of the signature's namespace.
        if etree.QName(root).namespace != namespace:
            valid = f"an element of {namespace}"
            message = f"the root is {root.tag}, expected {valid}"
            raise _refusal([Finding(line_of(root), path_of(root), "root", message, str(root.tag), valid)])
        version = self.version or self._version_of(root)
        schema = _compiled(self.directory, version, name)
        if schema.validate(root):
            return
        log: Any = schema.error_log  # the stubs do not say that it can be walked
        from dcc_sim.duis.explaining import own_words  # noqa: PLC0415  # that only a refusal has to pay

        explained = _explain(root, self.directory, version, name)
        raise _refusal(explained or [own_words(entry, root) for entry in log])

    def _version_of(self, root: _Element) -> str:
        if not has_versions(self.directory):
            return CURRENT
        stated = root.get("schemaVersion")
        version = version_of(stated)
        if version is None:
            valid = f"one of {', '.join(NUMBERS)}"
            from dcc_sim.duis.explaining import cut, short  # noqa: PLC0415  # see _check

            message = f"version {short(stated)} is not known; expected {valid}"
            path, value = path_of(root, "schemaVersion"), cut(str(stated), 60)
            raise _refusal([Finding(line_of(root), path, "schemaVersion", message, value, valid)])
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

    from dcc_sim.duis.explaining import explain  # noqa: PLC0415  # see _check

    try:
        return explain(root, _explainer(directory, version, name), MAX_FINDINGS)
    except (XMLSchemaException, ValueError, RecursionError):
        return []
