"""Versions of the interface: which one a document is in, and how the older ones differ.

In: a `schemaVersion`, a folder of XSDs. Out: the name of a version; the folder to read and the files
in it that are to be replaced in memory. Left out: compiling and asking them (`schema`).

The XSDs describe the newest version, and `DIFFERENCES` says what in them is younger than the oldest.
Published schemas come as a whole folder per version instead.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from dcc_sim.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

VERSIONS: Final = ("5.0", "5.1", "5.3a", "5.4")
"""The sets, oldest first."""

CURRENT: Final = VERSIONS[-1]
_SETS: Final = {
    "5.0": "5.0",
    "5.1": "5.1",
    # Never published with the others, but what open clients write today. MMC 5.3a says that it changes
    # nothing of 5.2; of DUIS 5.3a, requests in 5.2 can only use less.
    "5.2": "5.3a",
    "5.3": "5.3a",
    "5.4": "5.4",
}
NUMBERS: Final = tuple(_SETS)
"""All values of `schemaVersion` that are understood."""

_DECIMAL: Final = re.compile(r"([+-]?)(?=\.?\d)(\d*)\.?(\d*)", re.ASCII)
_XS: Final = {"xs": "http://www.w3.org/2001/XMLSchema"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What `path` finds in `file` is there `since` a version; before, it was of another type or not there."""

    since: str
    file: str
    path: str
    what: str
    formerly: str | None = None


def _value(*values: str) -> str:
    return f"//xs:enumeration[{' or '.join(f'@value={each!r}' for each in values)}]"


def _element(*names: str) -> str:
    return f"//xs:element[{' or '.join(f'@name={each!r}' for each in names)}]"


_CODES, _ALERTS, _ANSWERS = "duis/response-codes.xsd", "duis/dcc-alerts.xsd", "duis/dcc-answers.xsd"
_SCHEDULES, _ENVELOPE = "duis/schedules.xsd", "mmc/envelope.xsd"
_CLOCK: Final = "//xs:complexType[@name='HeaderOfAnswer']//xs:element[@name='Timestamp']//xs:attribute"

# fmt: off
DIFFERENCES: Final = (
    Difference("5.4", _ANSWERS, _element("Connectivity"), "how a hub reaches the network"),
    Difference("5.4", _CODES, _value("E081406"), "code of 8.14"),

    Difference("5.3a", _SCHEDULES, _value("4.2"), "reads of export registers can be repeated"),
    Difference("5.3a", _SCHEDULES, _element("DSPReadInstantaneousExportRegisters"), "the same"),
    Difference("5.3a", _ANSWERS, _value("4G North", "4G Central", "4G South"), "regions of the 4G network"),
    Difference("5.3a", _ANSWERS, _element("DSPWANMatrix"), "an answer and a response code for each region",
               formerly="sr:CoverageOfOneRegion"),
    Difference("5.3a", _ALERTS, _element("ECoSErrorCode"), "why the change of supplier service refused"),
    Difference("5.3a", _CODES, _value("E050111", "E050112", "E110106", "E120103"), "of 5.1, 11.1, 12.1"),

    Difference("5.1", _ALERTS, _element("ECoSAlert", "CoSCertificateAlert"), "change of supplier service"),
    Difference("5.1", _ALERTS, _element("CommsHubFirmwareActivation"), "a hub runs a new image"),
    Difference("5.1", _ALERTS, _value("N63", "N64", "N65"), "codes of these three"),
    Difference("5.1", _CODES, _value("E65", "E66", "E67", "E68", "E69", "E70", "E71"), "change of supplier"),
    Difference("5.1", _CODES, _value("E062305", "E062306"), "codes of 6.23"),
    Difference("5.1", _ENVELOPE, _CLOCK, "whose clock a time is from, and how far to trust it"),
)
# fmt: on


@dataclass(frozen=True, slots=True, eq=False)
class SchemaFiles:
    """The XSDs of one version: a folder, and what to read instead of some files in it, by name."""

    directory: Path
    replaced: Mapping[str, bytes]

    def path(self, name: str) -> Path:
        """Where a document begins: `duis.xsd`, `mmc.xsd`. Raises NotFound."""
        path = self.directory / name
        if not _is_there(path):
            raise NotFound(f"{self.directory} has no {name}")
        return path

    def replacement(self, url: str) -> str | None:
        """The name of the file at that place, if it is to be replaced."""
        parts: list[str] = []
        for part in url.replace("\\", "/").split("/"):
            if part == "..":
                parts.pop()
            elif part != ".":
                parts.append(part)
        name = "/".join(parts[-2:])  # all differences are one folder deep
        return name if name in self.replaced else None

    def root(self, path: Path) -> _Element:
        """The root of a file as it is in this version."""
        name = self.replacement(path.as_posix())
        return etree.fromstring(self.replaced[name]) if name else etree.parse(str(path)).getroot()


def version_of(text: str | None) -> str | None:
    """The set for a `schemaVersion`; None if there is none.

    What is not a number goes to the newest set, which will say so with line and path.
    """
    text = (text or "").strip()
    number = _DECIMAL.fullmatch(text)
    if number is None:
        return CURRENT
    sign, whole, places = number.groups()
    return _SETS.get(f"{sign.strip('+')}{whole.lstrip('0') or '0'}.{places.rstrip('0') or '0'}")


@functools.lru_cache(maxsize=16)
def has_versions(directory: Path) -> bool:
    """False for a folder with one published set: that set judges every document."""
    return _is_ours(directory) or any(_is_there(directory / each) for each in VERSIONS)


@functools.lru_cache(maxsize=16)
def schema_files(directory: Path, version: str) -> SchemaFiles:
    """The files of that version. Raises NotFound for a folder where the differences do not apply."""
    directory = directory.resolve()
    if _is_there(directory / version):
        return SchemaFiles(directory / version, {})
    trees: dict[str, Any] = {}
    if _is_ours(directory):
        for each in DIFFERENCES:
            if VERSIONS.index(each.since) > VERSIONS.index(version):
                if each.file not in trees:
                    trees[each.file] = etree.parse(str(directory / each.file))
                _take_back(each, trees[each.file])
    return SchemaFiles(directory, {name: etree.tostring(tree) for name, tree in trees.items()})


def _is_ours(directory: Path) -> bool:
    """Whether it is laid out like the schemas that ship with the package."""
    return all(_is_there(directory / each.file) for each in DIFFERENCES)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no file can have
        return False


def _take_back(difference: Difference, tree: Any) -> None:
    found = tree.xpath(difference.path, namespaces=_XS)
    if not found:
        raise NotFound(f"{difference.file} has no {difference.path}, which is new in {difference.since}")
    for each in found:
        if difference.formerly:
            each.set("type", difference.formerly)
        else:
            each.getparent().remove(each)
