"""User files of the Data Transfer Network: text to records and back, for every flow with a layout.

In: a `FlowFile` or the text of a file. Out: the other. Reference `mtd.md` §2: one record per line,
items separated by `|` and a `|` at the end, header `ZHV`, footer `ZPT` with the number of records
between them and the number of top-level groups. The checksum is written empty, accepted empty, and
verified when a file has one.

`decode` raises only DecodeError: `offset` counts characters from the start of the text, `field` names
line, group and item, the reason is the rule. Left out: the pool format (`ZHD`), several flows in one
file, the meaning of applications and broadcast.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dcc_sim.errors import DecodeError, EncodeError, NotFound
from dcc_sim.mtd.flows import Flow, Group, MarketRole, flow_layout
from dcc_sim.mtd.formats import DATETIME, MPID, Value, check_text, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

OPERATIONAL: Final = "OPER"
TEST_FLAGS: Final = frozenset(
    {OPERATIONAL, *(f"TR0{n}" for n in range(1, 7)), *(f"TE0{n}" for n in range(1, 4))}
)

_HEADER_ITEMS: Final = 12
_FOOTER_ITEMS: Final = 6


@dataclass(frozen=True, slots=True)
class Record:
    """A record with the records below it. `values` are wire texts in the order of the group's items."""

    group: Group
    values: tuple[str, ...]
    records: tuple[Record, ...] = ()

    def __getitem__(self, item: str) -> str:
        """The wire text of an item by its J number, empty when left out. Raises NotFound."""
        for declared, value in zip(self.group.items, self.values, strict=True):
            if declared.number == item:
                return value
        raise NotFound(f"group {self.group.id} has no item {item!r}")

    def walk(self) -> Iterator[Record]:
        """This record and all below it, in file order."""
        yield self
        for record in self.records:
            yield from record.walk()


@dataclass(frozen=True, slots=True)
class Header:
    """The `ZHV` record. Roles are one character, `created` is `ccyymmddhhmmss`."""

    file_id: str
    flow: str
    from_role: str
    from_mpid: str
    to_role: str
    to_mpid: str
    created: str
    test_flag: str
    sending_application: str = ""
    receiving_application: str = ""
    broadcast: str = ""


@dataclass(frozen=True, slots=True)
class FlowFile:
    """One user file. `completed` is the footer's moment, as a rule that of the header."""

    header: Header
    records: tuple[Record, ...]
    completed: str

    @property
    def flow(self) -> Flow:
        """The layout. Raises NotFound."""
        return flow_layout(self.header.flow)

    def find(self, group_id: str) -> list[Record]:
        """All records of a group, in file order."""
        return [record for top in self.records for record in top.walk() if record.group.id == group_id]


def record(flow: Flow, group_id: str, values: Mapping[str, Value], records: Sequence[Record] = ()) -> Record:
    """A record from Python values by J number. Raises EncodeError: unknown, missing or unfit item."""
    group = flow.group(group_id)
    where = f"{flow.code} {group.id}"
    unknown = set(values) - {item.number for item in group.items}
    if unknown:
        raise EncodeError(f"the group has no item {', '.join(sorted(unknown))}", field=where)
    texts = []
    for item in group.items:
        try:
            text = to_text(item.format, values.get(item.number))
        except ValueError as error:
            raise EncodeError(str(error), field=f"{where} {item.number}") from None
        if not text and item.mandatory:
            raise EncodeError("mandatory item is missing", field=f"{where} {item.number}")
        texts.append(text)
    return Record(group, tuple(texts), tuple(records))


def encode(file: FlowFile, *, with_checksum: bool = False) -> str:
    """The text of a file. Raises EncodeError where the layout is broken, NotFound for its flow."""
    _check_header(file)
    _check_children(file.flow.groups, file.records, f"{file.header.flow}")
    head = file.header
    parties = (head.from_role, head.from_mpid, head.to_role, head.to_mpid)
    applications = (head.sending_application, head.receiving_application, head.broadcast)
    lines = [_line("ZHV", head.file_id, head.flow, *parties, head.created, *applications, head.test_flag)]
    lines += [_line(row.group.id, *row.values) for top in file.records for row in top.walk()]
    checksum = str(pool_checksum(lines)) if with_checksum else ""
    lines.append(
        _line("ZPT", head.file_id, str(len(lines) - 1), checksum, str(len(file.records)), file.completed)
    )
    return "".join(line + "\n" for line in lines)


def pool_checksum(lines: Sequence[str]) -> int:
    """XOR of all records but the footer, each cut into big-endian words of four octets.

    The last word of a record is filled with zeros; line ends do not take part. That the footer is
    left out is an assumption (reference `mtd.md` §2, marked as memory).
    """
    total = 0
    for line in lines:
        octets = line.encode("ascii")
        octets += bytes(-len(octets) % 4)
        for at in range(0, len(octets), 4):
            total ^= int.from_bytes(octets[at : at + 4])
    return total


def decode(text: str) -> FlowFile:
    """Read a user file. Raises DecodeError."""
    lines = _split(text)
    if len(lines) < 3:
        raise DecodeError(
            "a file has a header, at least one record and a footer", offset=len(text), field="file"
        )
    header = _decode_header(lines[0])
    try:
        flow = flow_layout(header.flow)
    except NotFound as error:
        raise lines[0].error(str(error), 2, "flow") from None
    if flow.invented and header.test_flag == OPERATIONAL:
        raise lines[0].error("an invented flow is never operational", 11, "test flag")
    reader = _Reader(lines[1:-1])
    records = reader.groups(flow.groups, "")
    reader.end(flow)
    completed = _decode_footer(lines, header, len(records))
    return FlowFile(header, records, completed)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    offset: int
    values: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.values[0]

    def error(self, rule: str, at: int = 0, item: str = "") -> DecodeError:
        """An error at the `at`-th value of this line."""
        offset = self.offset + sum(len(value) + 1 for value in self.values[:at])
        place = " ".join(filter(None, (self.id[:3], item)))
        return DecodeError(rule, offset=offset, field=f"line {self.number} {place}")


def _split(text: str) -> list[_Line]:
    lines = []
    offset = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.removesuffix("\r")
        if not line and offset + len(raw) == len(text):
            break
        bad = re.search(r"[^ -~]", line)
        if bad:
            rule = "only printable ASCII is allowed"
            raise DecodeError(rule, offset=offset + bad.start(), field=f"line {number}")
        if not line.endswith("|"):
            raise DecodeError("a record ends with '|'", offset=offset + len(line), field=f"line {number}")
        lines.append(_Line(number, offset, tuple(line[:-1].split("|"))))
        offset += len(raw) + 1
    return lines


def _decode_header(line: _Line) -> Header:
    if line.id == "ZHD":
        raise line.error("the pool format (ZHD) is not read here")
    if line.id != "ZHV":
        raise line.error("a file starts with ZHV")
    if len(line.values) != _HEADER_ITEMS:
        raise line.error(f"the header has {_HEADER_ITEMS} items, not {len(line.values)}")
    _, file_id, flow, *parties_and_moment = line.values[:8]
    from_role, from_mpid, to_role, to_mpid, created = parties_and_moment
    *applications, flag = line.values[8:]
    header = Header(file_id, flow, from_role, from_mpid, to_role, to_mpid, created, flag, *applications)
    for at, name, check in _header_checks(header):
        if check:
            raise line.error(check, at, name)
    return header


def _header_checks(head: Header) -> Iterator[tuple[int, str, str]]:
    """(position, item, broken rule or nothing) for each item of a header."""
    yield 1, "file id", "" if re.fullmatch(r"[A-Z0-9]{1,10}", head.file_id) else "1 to 10 capitals or digits"
    yield 3, "from role", "" if re.fullmatch(r"[A-Z0-9]", head.from_role) else "one market role code"
    yield 4, "from MPID", _broken_mpid(head.from_mpid)
    yield 5, "to role", "" if re.fullmatch(r"[A-Z0-9]", head.to_role) else "one market role code"
    yield 6, "to MPID", _broken_mpid(head.to_mpid)
    yield 7, "created", _broken_moment(head.created)
    for at, name, value in (
        (8, "sending application", head.sending_application),
        (9, "receiving application", head.receiving_application),
        (10, "broadcast", head.broadcast),
    ):
        yield at, name, "" if re.fullmatch(r"[ -{}~]{0,10}", value) else "at most 10 printable characters"
    yield 11, "test flag", "" if head.test_flag in TEST_FLAGS else f"one of {', '.join(sorted(TEST_FLAGS))}"


def _broken_mpid(text: str) -> str:
    try:
        check_text(MPID, text)
    except ValueError as error:
        return str(error)
    return ""


def _broken_moment(text: str) -> str:
    try:
        check_text(DATETIME, text)
    except ValueError as error:
        return str(error)
    return ""


def _decode_footer(lines: list[_Line], header: Header, top_level: int) -> str:
    line = lines[-1]
    if line.id != "ZPT":
        raise line.error("a file ends with ZPT")
    if len(line.values) != _FOOTER_ITEMS:
        raise line.error(f"the footer has {_FOOTER_ITEMS} items, not {len(line.values)}")
    _, file_id, count, checksum, flows, completed = line.values
    if file_id != header.file_id:
        raise line.error(f"the header says file {header.file_id}", 1, "file id")
    if count != str(len(lines) - 2):
        raise line.error(f"says {count[:12]} records, there are {len(lines) - 2}", 2, "record count")
    if checksum:
        wanted = str(pool_checksum([_line(*row.values) for row in lines[:-1]]))
        if checksum != wanted:
            raise line.error(f"the records give {wanted}", 3, "checksum")
    if flows != str(top_level):
        raise line.error(f"says {flows[:12]} flows, there are {top_level}", 4, "flow count")
    broken = _broken_moment(completed)
    if broken:
        raise line.error(broken, 5, "completed")
    return completed


class _Reader:
    """Takes records off the front, group by group, in catalogue order."""

    def __init__(self, lines: list[_Line]) -> None:
        self._lines = lines
        self._at = 0

    def groups(self, groups: tuple[Group, ...], parent: str) -> tuple[Record, ...]:
        """The records below one parent."""
        records: list[Record] = []
        for group in groups:
            found = 0
            while self._at < len(self._lines) and self._lines[self._at].id == group.id:
                line = self._lines[self._at]
                found += 1
                if group.maximum is not None and found > group.maximum:
                    raise line.error(f"at most {group.maximum} {group.id} below {parent or 'the header'}")
                self._at += 1
                values = _decode_items(group, line)
                records.append(Record(group, values, self.groups(group.groups, group.id)))
            if found < group.required:
                last = self._lines[min(self._at, len(self._lines) - 1)]
                rule = f"group {group.id} ({group.name}) is missing below {parent or 'the header'}"
                raise last.error(rule)
        return tuple(records)

    def end(self, flow: Flow) -> None:
        """Nothing may be left."""
        if self._at < len(self._lines):
            line = self._lines[self._at]
            known = any(group.id == line.id for top in flow.groups for group in top.walk())
            raise line.error("out of place here" if known else f"no group of {flow.code}")


def _decode_items(group: Group, line: _Line) -> tuple[str, ...]:
    values = line.values[1:]
    if len(values) != len(group.items):
        raise line.error(f"{group.id} has {len(group.items)} items, not {len(values)}")
    for at, (item, value) in enumerate(zip(group.items, values, strict=True), 1):
        if not value:
            if item.mandatory:
                raise line.error(f"{item.name} is mandatory", at, item.number)
            continue
        try:
            check_text(item.format, value)
        except ValueError as error:
            raise line.error(str(error), at, item.number) from None
    return values


def _check_header(file: FlowFile) -> None:
    head = file.header
    for _, name, broken in _header_checks(head):
        if broken:
            raise EncodeError(broken, field=f"{head.flow} header {name}")
    if _broken_moment(file.completed):
        raise EncodeError(_broken_moment(file.completed), field=f"{head.flow} footer completed")
    if file.flow.invented and head.test_flag == OPERATIONAL:
        raise EncodeError("an invented flow is never operational", field=f"{head.flow} header test flag")
    if not file.records:
        raise EncodeError("has no records", field=head.flow)


def check_route(flow: Flow, sender: MarketRole, recipient: MarketRole) -> None:
    """A flow may travel this way. Raises EncodeError."""
    if (sender, recipient) not in flow.routes:
        raise EncodeError(f"has no route {sender.value} to {recipient.value}", field=flow.code)


def _check_children(groups: tuple[Group, ...], records: tuple[Record, ...], where: str) -> None:
    order = [group.id for group in groups]
    ids = [row.group.id for row in records]
    if any(row.group not in groups for row in records) or ids != sorted(ids, key=order.index):
        raise EncodeError(f"groups {' '.join(ids)} are not in the order {' '.join(order)}", field=where)
    for group in groups:
        count = ids.count(group.id)
        if count < group.required or (group.maximum is not None and count > group.maximum):
            raise EncodeError(f"{count} records of group {group.id}", field=where)
    for row in records:
        _check_items(row, f"{where} {row.group.id}")
        _check_children(row.group.groups, row.records, f"{where} {row.group.id}")


def _check_items(row: Record, where: str) -> None:
    if len(row.values) != len(row.group.items):
        raise EncodeError(f"{len(row.values)} items instead of {len(row.group.items)}", field=where)
    for item, value in zip(row.group.items, row.values, strict=True):
        if not value and item.mandatory:
            raise EncodeError("mandatory item is missing", field=f"{where} {item.number}")
        if value:
            try:
                check_text(item.format, value)
            except ValueError as error:
                raise EncodeError(str(error), field=f"{where} {item.number}") from None


def _line(*values: str) -> str:
    return "".join(value + "|" for value in values)
