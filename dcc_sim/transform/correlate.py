"""Does a command do exactly what a request asks? If not, which fields say something else.

In: a `ServiceRequest`, the device type, and a command that somebody made of it: a pre-command, a signed
one or a finished one. Out: a `Correlation`: the differences, each with what the request asks, what the
command has, and the element that asks it. The request is transformed once more and the two commands are
compared value by value; octets that differ where no value does are a difference too. Left out: whether
signature and MAC hold (`gbcs.crypto`).

What the request does not hold is taken from the command and named in the answer: the time at which it
was made (ids of the issuer, which must all be of one moment), EUI and counter of the ACB or the CoS
party where nobody said them, and values that only the DCC knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dcc_sim.catalogue.usecases import by_message_code, use_case
from dcc_sim.codec.shape import Reader
from dcc_sim.duis.names import line_of, path_of, sr
from dcc_sim.errors import DecodeError, Unsupported
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag, Eui64, MessageCode
from dcc_sim.transform.bindings import COMMANDS
from dcc_sim.transform.compiled import Job, Traced, origin
from dcc_sim.transform.context import NOTHING_GIVEN, DccParty, TransformContext
from dcc_sim.transform.message import envelope_of
from dcc_sim.transform.originators import open_routes
from dcc_sim.transform.request import filled, transform_along
from dcc_sim.transform.rows import Element, Given, When

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.catalogue.routes import Route
    from dcc_sim.catalogue.row import UseCase
    from dcc_sim.codec.shape import Value, Values
    from dcc_sim.duis.request import ServiceRequest
    from dcc_sim.gbcs.frame import Frame
    from dcc_sim.ids import DeviceType
    from dcc_sim.transform.rows import Row

NUMBER: Final = "#"
"""The last step of the path that says how many items a list has."""
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_MAX_SECONDS: Final = 0xFFFF_FFFE
_HEADER_NAMES: Final = {
    "cra": "cra_flag",
    "counter": "originator_counter",
    "originator": "business_originator_id",
    "target": "business_target_id",
}
"""Names of header fields as `dcc-sim decode` shows them, where they are not the attribute's own."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two commands differ; None on the side that does not have it.

    `line` and `path` are of the element that asks for the value, 0 and empty where there is none.
    """

    field: str
    asked: Value
    found: Value
    line: int = 0
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """What came of it. `taken` are fields that only the command could say, with what it says."""

    use_case: str
    differences: tuple[Difference, ...] = ()
    made_at: datetime | None = None
    taken: Mapping[str, Value]

    @property
    def same(self) -> bool:
        """Whether the command does exactly what the request asks."""
        return not self.differences


def correlate(
    request: ServiceRequest,
    device: DeviceType,
    command: Frame,
    context: TransformContext = NOTHING_GIVEN,
    now: datetime | None = None,
) -> Correlation:
    """Compare a command with what the request asks; `now` is when it was made, where that is known.

    Raises what `transform` raises for a request that no command can be made of.
    """
    route = _route(request, device, command.header.message_code, context)
    row = use_case(route.use_case)
    same_code = row.message_code == command.header.message_code
    found = _read(row, command) if same_code else None
    context, taken = _completed(request, row, command.header, found, context)
    asked = transform_along(request, route, now or _EPOCH, context)
    asked_values = _decoded(row, asked)
    differences = list(_header_differences(asked.header, command.header))
    made_at = None
    if isinstance(found, DecodeError):
        differences.append(Difference("payload", f"a command of {row.code}", str(found)))
    elif found is not None:
        if now is None:
            later = _decoded(row, transform_along(request, route, _EPOCH + _SECOND, context))
            made_at = _clock(asked_values, later, found)
        if made_at is not None:
            asked = transform_along(request, route, made_at, context)
            asked_values = _decoded(row, asked)
        differences += value_differences(asked_values, found) or _octets(row, asked_values, command)
    placed = _Places(request, Job(request, row, made_at or now or _EPOCH, context))
    return Correlation(
        use_case=row.code,
        differences=tuple(placed.place(each) for each in differences),
        made_at=made_at,
        taken=taken,
    )


def frame_differences(left: Frame, right: Frame) -> Iterator[Difference]:
    """Fields in which two commands differ, signature and MAC left out; `left` can be read.

    For a pre-command that comes back: `left` is the one that was made.
    """
    yield from _header_differences(left.header, right.header)
    if left.payload == right.payload:
        return
    row = by_message_code(left.header.message_code)
    found = _read(row, right)
    if isinstance(found, DecodeError):
        yield Difference("payload", f"a command of {row.code}", str(found))
        return
    values = _decoded(row, left)
    yield from value_differences(values, found) or _octets(row, values, right)


def value_leaves(value: object, base: str = "") -> Iterator[tuple[str, Value]]:
    """Dotted paths and values of all that a decoded value holds, the lengths of lists among them."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from value_leaves(part, f"{base}.{name}" if base else str(name))
    elif isinstance(value, list | tuple):
        yield f"{base}.{NUMBER}", len(value)
        for n, item in enumerate(value, 1):
            yield from value_leaves(item, f"{base}.[{n}]")
    else:
        yield base, value  # type: ignore[misc]  # what is neither group nor list is a plain value


def value_differences(asked: Values, found: Values) -> list[Difference]:
    """Fields in which the values of two commands differ, in their order.

    Of lists of unlike lengths the items that only one has are not gone through.
    """
    left, right = dict(value_leaves(asked)), dict(value_leaves(found))
    names = list(left) + [name for name in right if name not in left]
    missing: list[str] = []
    differences: list[Difference] = []
    for name in names:
        if name in left and name in right and _same(left[name], right[name]):
            continue
        holder, _, last = name.rpartition(".")
        if last == NUMBER and name in left and name in right:
            low, high = sorted((_length(left[name]), _length(right[name])))
            missing += [f"{holder}.[{n}]" for n in range(low + 1, high + 1)]
        elif any(name == item or name.startswith(f"{item}.") for item in missing):
            continue
        differences.append(Difference(name, left.get(name), right.get(name)))
    return differences


def _length(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _same(left: Value, right: Value) -> bool:
    return type(left) is type(right) and left == right


def _route(
    request: ServiceRequest, device: DeviceType, code: MessageCode, context: TransformContext
) -> Route:
    """The route to the command's use case if it is one of those still open, else the first of them."""
    still_open = open_routes(request, device, context)
    fitting = (entry for entry in still_open if use_case(entry.use_case).message_code == code)
    return next(fitting, still_open[0])


def _read(row: UseCase, frame: Frame) -> Values | DecodeError:
    try:
        return _decoded(row, frame)
    except DecodeError as error:
        return error


def _decoded(row: UseCase, frame: Frame) -> Values:
    reader = Reader(frame.payload, base=frame.payload_offset)
    return row.payload.decode_command(reader, envelope_of(frame.header, None)).values


def _completed(
    request: ServiceRequest,
    row: UseCase,
    header: GroupingHeader,
    found: Values | DecodeError | None,
    context: TransformContext,
) -> tuple[TransformContext, dict[str, Value]]:
    """The context with what is missing in it taken from the command."""
    party = DccParty(eui=header.originator, counter=header.counter)
    by_dcc = header.originator != request.request_id.originator
    taken: dict[str, Value] = {}
    if by_dcc and None in (context.broker, context.cos_party):
        taken |= {"header.business_originator_id": str(party.eui), "header.originator_counter": party.counter}
    given = dict(context.given)
    command_row = COMMANDS.get((row.code, request.body_name))
    for name, what in _givens(command_row.rows if command_row else ()):
        said = None if found is None or isinstance(found, DecodeError) else _at(found, name)
        if what not in given and said is not None:
            given[what] = taken[name] = said
    broker, cos = context.broker or party, context.cos_party or party
    return replace(context, broker=broker, cos_party=cos, given=given), taken


def _givens(rows: tuple[Row, ...]) -> Iterator[tuple[str, str]]:
    """Names of the values that are the DCC's own, and what each is."""
    for row in rows:
        match row:
            case Given(name=str(name), what=what):
                yield name, what
            case Element() | When():
                yield from _givens(row.rows)
                if isinstance(row, When):
                    yield from _givens(row.otherwise)
            case _:
                pass


def _at(values: Values, name: str) -> Value:
    found: Value = values
    for step in name.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _clock(asked: Values, later: Values, found: Values) -> datetime | None:
    """The moment at which the command was made: the one that most of its times say.

    `asked` are the values of a command made in 2000, `later` of one made a second after that: what
    differs comes from the clock.
    """
    first, second, said = (dict(value_leaves(values)) for values in (asked, later, found))
    moments: Counter[datetime] = Counter()
    for name, value in first.items():
        if _same(value, second.get(name)):
            continue
        there = said.get(name)
        if isinstance(there, int) and isinstance(value, int) and 0 <= there - value <= _MAX_SECONDS:
            moments[_EPOCH + (there - value) * _SECOND] += 1
    return moments.most_common(1)[0][0] if moments else None


def _header_differences(asked: GroupingHeader, found: GroupingHeader) -> Iterator[Difference]:
    for each in fields(GroupingHeader):
        left, right = getattr(asked, each.name), getattr(found, each.name)
        if left != right:
            name = f"header.{_HEADER_NAMES.get(each.name, each.name)}"
            yield Difference(name, _header_value(left), _header_value(right))


def _header_value(value: object) -> Value:
    match value:
        case MessageCode():
            try:
                return f"{value} {by_message_code(value).code}"
            except Unsupported:
                return str(value)
        case Eui64() | CraFlag():
            return str(value)
        case int() | bytes() | None:
            return value
        case _:
            return str(value)


def _octets(row: UseCase, values: Values, command: Frame) -> list[Difference]:
    """Where a payload has other octets than the same values are written in, in a command of its header."""
    asked = row.payload.encode_command(values, envelope_of(command.header, None))
    found = command.payload
    if asked == found:
        return []
    pairs = enumerate(zip(asked, found, strict=False))
    offset = next((n for n, (a, b) in pairs if a != b), min(len(asked), len(found)))
    return [Difference(f"payload from octet {offset}", asked[offset:], found[offset:])]


class _Places:
    """Finds the element that asks for a field."""

    def __init__(self, request: ServiceRequest, job: Job) -> None:
        self.request = request
        self.job = job
        self.values: Values | None = None

    def place(self, difference: Difference) -> Difference:
        """The difference with its line and path."""
        element = self._element(difference.field)
        if element is None:
            return difference
        return replace(difference, line=line_of(element), path=path_of(element))

    def _element(self, field: str) -> _Element | None:
        if field.startswith("header."):
            name = "ServiceReferenceVariant" if field == "header.message_code" else "RequestID"
            return self.request.root.find(f"{sr('Header')}/{sr(name)}")
        if field.startswith("payload"):
            return None
        if self.values is None:
            self.job.trace = Traced()
            self.values = filled(self.job)
        trace = self.job.trace
        return None if trace is None else origin(trace, self.values, field.removesuffix(f".{NUMBER}"))
