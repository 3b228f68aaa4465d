"""The results of a Response from its MMC document: what DebugInfo lists, or success of everything.

In: a use case, DebugInfo or the values that came back. Out: `Result`s in wire order. Left out: what
the codes are called (`debug`); SMETS1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dcc_sim.catalogue.row import UseCase
from dcc_sim.codec.access import AccessRow, Item, Kind
from dcc_sim.codec.exchange import Result, Sealed
from dcc_sim.codec.gbz import NOT_PROCESSED_COMMAND, Command, GbzRow
from dcc_sim.codec.shape import Value, as_bytes
from dcc_sim.errors import EncodeError
from dcc_sim.mmc.conversions import Hex, Integer
from dcc_sim.mmc.places import TAG, attribute, child, converted, need, path_of

if TYPE_CHECKING:
    from lxml.etree import _Element


def listed_results(row: UseCase, debug: _Element) -> tuple[Result, ...]:
    """The results that DebugInfo lists."""
    if isinstance(row.payload, AccessRow):
        return _item_results(row.payload, need(debug, "COSEMDebug"))
    if isinstance(row.payload, GbzRow):
        return tuple(_command_results(row.payload, need(debug, "ZIGBEEDebug")))
    raise EncodeError(f"{row.code} has no DebugInfo", field=path_of(debug))


def _item_results(payload: AccessRow, debug: _Element) -> tuple[Result, ...]:
    listed = list(debug.iterchildren(f"{TAG}COSEMResponse"))
    codes = [attribute(element, "ResponseCode", Integer(0, 0xFF)) for element in listed]
    actions = [child(element, "ActionResult") is not None for element in listed]
    items = _items(payload, actions)
    if items is None:
        raise EncodeError(f"{len(listed)} results are not those of this use case", field=path_of(debug))
    results = []
    stopped = False
    for index, (item, code) in enumerate(zip(items, codes, strict=True)):
        results.append(Result(item.name, index, code, executed=not stopped))
        stopped = stopped or code != 0
    return tuple(results)


def _items(payload: AccessRow, actions: list[bool]) -> list[Item] | None:
    # As when a Response is decoded: of optional items the first that fit are taken.
    spare = len(actions) - sum(not item.optional for item in payload.items)
    items: list[Item] = []
    for item in payload.items:
        fits = len(items) < len(actions) and actions[len(items)] == (item.kind is Kind.ACTION)
        if item.optional and (spare <= 0 or not fits):
            continue
        if not fits:
            return None
        spare -= item.optional
        items.append(item)
    return items if len(items) == len(actions) else None


def _command_results(payload: GbzRow, debug: _Element) -> Iterator[Result]:
    named = {read.id: read for command in payload.commands for read in command.reads}
    commands = _sent(payload, {})
    index, command = -1, None
    for element in debug.iterfind(f"{TAG}ZIGBEEClusterResponse/*"):
        codes = [_status(status) for status in element.iterchildren(f"{TAG}Status")]
        if element.tag == f"{TAG}ZIGBEEDataResponse":
            attribute = as_bytes(converted(Hex(2), need(element, "AttributeID")))
            read = named.get(int.from_bytes(attribute, "big"))
            if read is None:
                raise EncodeError("no such attribute in this use case", field=path_of(element))
            if command is None or read not in command.reads:
                index, command = next(commands, (index, None))
            yield from (Result(read.name, max(index, 0), code) for code in codes)
        elif element.tag == f"{TAG}ZIGBEECommandResponse":
            executed = converted(Hex(1), need(element, "CommandID")) != bytes((NOT_PROCESSED_COMMAND,))
            for code in codes:
                index, command = next(commands, (index, None))
                if command is None:
                    raise EncodeError("more answers than commands", field=path_of(element))
                yield Result(command.name, index, code, executed=executed)


def _status(element: _Element) -> int:
    try:
        return int.from_bytes(as_bytes(Hex(1).value(element.get("ResponseCode", ""))), "big")
    except EncodeError as error:
        error.field = path_of(element)
        raise


def _sent(payload: GbzRow, values: dict[str, Value]) -> Iterator[tuple[int, Command]]:
    """The commands of a GBZ use case with their index; of a repeated one as many as have answers."""
    index = 0
    for command in payload.commands:
        listed = values.get(command.name)
        count = max(len(listed), command.low) if isinstance(listed, list) else max(1, command.low)
        for _ in range(count if command.high > 1 else 1):
            yield index, command
            index += 1


def successes(row: UseCase, values: dict[str, Value], sent: Sequence[str] | None) -> tuple[Result, ...]:
    """The results of a Response in which nothing failed; `sent` is what the Command had."""
    if isinstance(row.payload, AccessRow):
        items = [item.name for item in row.payload.items if not item.optional]
        return tuple(Result(name, n) for n, name in enumerate(items if sent is None else sent))
    if not isinstance(row.payload, GbzRow):
        return ()
    named = {command.name: command for command in row.payload.commands}
    if sent is None:
        commands = list(_sent(row.payload, values))
    elif set(sent) <= named.keys():
        commands = [(n, named[name]) for n, name in enumerate(sent)]
    else:
        raise EncodeError("the use case has no such command", field=", ".join(set(sent) - named.keys()))
    return tuple(Result(name, index) for index, command in commands for name in _answers(command, values))


def _answers(command: Command, values: dict[str, Value]) -> list[str]:
    # Attributes that nobody could open have one result, that of the command that read them.
    if command.reads and not isinstance(values.get(command.name), Sealed):
        return [read.name for read in command.reads]
    return [command.name]
