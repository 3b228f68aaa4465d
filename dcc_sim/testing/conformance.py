"""Conformance on published test vectors, level by level.

In: a `Corpus` (frames and requests by scenario, keys, device types). Out: a `Report`: per level how
many messages or pairs passed, each failure with its reason, and the use cases that have no row.
A failing vector is listed, never hidden: what is not built counts as failed. Left out: reading
the disk (`edge.corpus`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Final

from lxml import etree

from dcc_sim.catalogue.message_codes import MESSAGE_CODES, Category
from dcc_sim.codec.exchange import sealed_values
from dcc_sim.devices.rehearsal import check_same_answer, rehearse
from dcc_sim.duis.parsing import parse_xml
from dcc_sim.duis.request import read_request
from dcc_sim.errors import DccSimError, KeyMissing, Unsupported
from dcc_sim.gbcs.crypto import check_signature
from dcc_sim.gbcs.frame import Frame, decode_frame
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import check_protection, protect
from dcc_sim.ids import DeviceType, Eui64, KeyUsage, RemotePartyRole
from dcc_sim.mmc.document import render
from dcc_sim.testing.given import GIVEN_VALUES, given_context
from dcc_sim.transform.context import certificates_of
from dcc_sim.transform.correlate import Difference, frame_differences
from dcc_sim.transform.message import Message, encode_again, read_frame
from dcc_sim.transform.request import transform

_SHORT: Final = 40
"""Values longer than this are not shown in a reason: certificates."""


class Level(Enum):
    """What is compared, in the order of the way a message goes."""

    DECODE = "decode"
    REENCODE = "reencode"
    VERIFY = "verify"
    TRANSFORM = "transform"
    EXECUTE = "execute"
    MMC = "mmc"


GIVEN: Final[Mapping[str, tuple[str, ...]]] = {
    "transform: commands of the ACB or the CoS party": (
        "the counter of the originator: the request holds only the User's",
        "whether the device knows the User: the ACB acts in its place if not",
    ),
    "transform: use cases that a newer GBCS replaced, and those for one or three phases": (
        "GBCS version and phases of the device: those that have the vector's use case",
    ),
    "transform: ECS02, ECS03": ("whether the ESME has a second element: from the charges of the vector",),
    "transform: ECS25a, ECS25b": ("whether the ESME is polyphase: whether such an alert is set",),
    "transform: joins": ("the type of a device that the home does not have",),
    "transform: credentials of a party": (
        "certificates: those of the key file that certify the keys in the request, which has later ones",
    ),
    **{f"transform: {code}": tuple(values) for code, values in GIVEN_VALUES.items()},
    "every use case, execute": (
        "values and clock of the device: loaded from the vector's response",
        "a failing item and its code that no state leads to: from the vector's response",
        "the device's own counter, and whether an encrypted answer to an unknown party carries it",
        "that a top-up token typed in at home is its supplier's: its MAC is a placeholder in the vector",
        "the device's signing key: made up, since nobody has the real one",
    ),
}
"""What a run takes from the vector because it is state and not in the request."""


class Mismatch(DccSimError):
    """The octets or values differ from the vector."""


@dataclass(frozen=True, slots=True)
class Vector:
    """One file: a frame of a scenario. `use_case` is the folder's; `kind` is COMMAND, ALERT and so on."""

    name: str
    scenario: str
    use_case: str
    kind: str
    octets: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Everything a run needs."""

    vectors: tuple[Vector, ...]
    requests: Mapping[str, bytes]
    keys: KeyRing
    devices: Mapping[Eui64, DeviceType]
    parties: Mapping[Eui64, RemotePartyRole]
    acb: Eui64
    now: datetime
    mmc_schema: etree.XMLSchema


@dataclass(slots=True)
class Tally:
    """Result of one level."""

    passed: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Messages or pairs looked at."""
        return self.passed + len(self.failed)


@dataclass(slots=True)
class Report:
    """Results of a run. `by_use_case` counts (passed, total) per level and folder name."""

    levels: dict[Level, Tally] = field(default_factory=lambda: {level: Tally() for level in Level})
    by_use_case: dict[str, dict[Level, tuple[int, int]]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    unverifiable: list[tuple[str, str]] = field(default_factory=list)

    def record(self, level: Level, vector: Vector, reason: str | None) -> None:
        """Count one message or pair."""
        tally = self.levels[level]
        counts = self.by_use_case.setdefault(vector.use_case, {})
        passed, total = counts.get(level, (0, 0))
        counts[level] = (passed + (reason is None), total + 1)
        if reason is None:
            tally.passed += 1
        else:
            tally.failed.append((vector.name, reason))


def run(corpus: Corpus, progress: Callable[[int, int], None] | None = None) -> Report:
    """Check every vector at every level it takes part in."""
    report = Report()
    frames = {(v.scenario, v.kind): v for v in corpus.vectors}
    for done, vector in enumerate(corpus.vectors, 1):
        _check_message(corpus, vector, report)
        if vector.kind == "COMMAND":
            answer = frames.get((vector.scenario, "RESPONSE"))
            if answer is not None:
                _attempt(report, Level.EXECUTE, answer, partial(_execute, corpus, vector, answer))
            if vector.scenario in corpus.requests:
                pre = frames.get((vector.scenario, "PRECOMMAND"))
                _attempt(report, Level.TRANSFORM, vector, partial(_transform, corpus, vector, pre))
        if progress is not None:
            progress(done, len(corpus.vectors))
    return report


def _attempt(report: Report, level: Level, vector: Vector, check: Callable[[], None]) -> None:
    try:
        check()
    except Unsupported as error:
        report.missing.add(vector.use_case)
        report.record(level, vector, str(error))
    except DccSimError as error:
        report.record(level, vector, f"{type(error).__name__}: {error}")
    else:
        report.record(level, vector, None)


def _check_message(corpus: Corpus, vector: Vector, report: Report) -> None:
    found: list[Message] = []

    def decode() -> None:
        found.append(read_frame(decode_frame(vector.octets), corpus.keys))

    def reencode() -> None:
        if not found:
            decode()
        _same(encode_again(found[0], corpus.keys), vector.octets)

    def verify() -> None:
        if not found:
            decode()
        check_protection(found[0].frame, corpus.keys, corpus.acb)
        if any(sealed_values(found[0].body.values)):
            raise KeyMissing("an encrypted value was not opened")

    def mmc() -> None:
        if not found:
            decode()
        _valid(render(found[0]), corpus.mmc_schema)

    _attempt(report, Level.DECODE, vector, decode)
    _attempt(report, Level.REENCODE, vector, reencode)
    if found and _is_between_devices(found[0]):
        report.unverifiable.append((vector.name, "its MAC is made with the keys of two devices"))
    elif vector.kind != "PRECOMMAND":
        _attempt(report, Level.VERIFY, vector, verify)
    if vector.kind not in ("COMMAND", "PRECOMMAND"):
        _attempt(report, Level.MMC, vector, mmc)


def _is_between_devices(message: Message) -> bool:
    # PPMID and GSME share a key that no remote party has; only their public keys are published.
    entry = MESSAGE_CODES.get(message.header.message_code)
    return entry is not None and entry.category is Category.PPMID_TO_GSME


def _transform(corpus: Corpus, command: Vector, pre_command: Vector | None) -> None:
    request = read_request(parse_xml(corpus.requests[command.scenario]))
    target = request.request_id.target
    if target not in corpus.devices:
        raise Mismatch(f"the device type of {target} is not known")
    wanted = decode_frame(command.octets)
    context = given_context(
        request, corpus.devices, corpus.parties, read_frame(wanted, corpus.keys), certificates_of(corpus.keys)
    )
    frame = transform(request, corpus.devices[target], corpus.now, context)
    try:
        if pre_command is not None:
            _same(frame.encode(), pre_command.octets)
        _same(frame.encode(), wanted.header_octets + wanted.payload)
    except Mismatch as error:
        named = map(_told, frame_differences(frame, wanted))
        raise Mismatch("; ".join((str(error), *named))) from None
    signed = frame.with_signature(_accepted_signature(corpus, wanted))
    protected = signed if wanted.mac is None else protect(signed, corpus.keys, corpus.acb)
    _same(protected.encode(), command.octets)


def _told(difference: Difference) -> str:
    field = difference.field.replace(".[", "[")
    ours, theirs = _shown(difference.asked), _shown(difference.found)
    return f"{field} is {ours}, wanted {theirs}" if ours and theirs else f"{field} differs"


def _shown(value: object) -> str:
    shown = value.hex() if type(value) is bytes else str(value)
    return shown if len(shown) <= _SHORT else ""


def _accepted_signature(corpus: Corpus, wanted: Frame) -> bytes:
    # ECDSA differs at every signing: the vector's signature is taken over once it has verified.
    if wanted.signature:
        check_signature(corpus.keys.public(wanted.header.originator, KeyUsage.DIGITAL_SIGNATURE), wanted)
    return wanted.signature or b""


def _execute(corpus: Corpus, command: Vector, response: Vector) -> None:
    target = decode_frame(command.octets).header.target
    if target not in corpus.devices:
        raise Mismatch(f"the device type of {target} is not known")
    built = rehearse(command.octets, response.octets, corpus.keys, corpus.devices[target], corpus.acb)
    check_same_answer(built, response.octets, target)


def _same(built: bytes, wanted: bytes) -> None:
    if built == wanted:
        return
    if len(built) != len(wanted):
        raise Mismatch(f"{len(built)} octets built, the vector has {len(wanted)}")
    at = next(n for n, (b, w) in enumerate(zip(built, wanted, strict=True)) if b != w)
    raise Mismatch(f"octet {at} is {built[at]:02X}, the vector has {wanted[at]:02X}")


def _valid(document: bytes, schema: etree.XMLSchema) -> None:
    try:
        schema.assertValid(etree.fromstring(document))
    except etree.DocumentInvalid as error:
        raise Mismatch(f"MMC: {error}") from error
