"""The second pass of Parse & Correlate: encrypted parts of an MMC document opened with the User's keys.

In: the document of a Response or Alert with `GBCSData`, as the first pass without keys made it; a key
ring. Out: the document as it would be if the keys had been there. Each part is put back into the
smallest message that can hold it and read again by its catalogue row. Left out: parts that are
plain, and everything that is not encrypted, which stays as the first pass had it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dcc_sim.catalogue.row import AlertCase, PayloadRow
from dcc_sim.codec.access import AccessRow
from dcc_sim.codec.exchange import Body, Envelope, Result, Sealed, sealed_values
from dcc_sim.codec.gbz import GbzRow
from dcc_sim.codec.shape import Reader, Value, Values
from dcc_sim.errors import EncodeError, KeyMissing
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.mmc.document import render
from dcc_sim.mmc.reader import Answer, read
from dcc_sim.transform.message import Message, envelope_of


def second_pass(document: bytes, keys: KeyRing) -> bytes:
    """The document with its encrypted parts opened; as it is when it has none.

    Raises KeyMissing when the keys do not open them, DecryptionFailed, DecodeError, and what
    `reader.read` raises.
    """
    answer = read(document)
    if not any(sealed_values(answer.body.values)):
        return document
    envelope = envelope_of(answer.header, keys)
    body = _opened(answer, envelope)
    for name, _ in sealed_values(body.values):
        raise KeyMissing(f"no key opens {name}")
    message = Message(Frame(header=answer.header, payload=b""), answer.row, body)
    return render(message, service_reference_variant=answer.variant)


def _opened(answer: Answer, envelope: Envelope) -> Body:
    payload = answer.row.payload
    if isinstance(answer.row, AlertCase):
        alert = answer.row.payload
        return alert.decode(Reader(alert.encode(answer.body.values, envelope)), envelope)
    values = dict(answer.body.values)
    results = list(answer.body.results)
    for name, value in answer.body.values.items():
        if not any(sealed_values(value)):
            continue
        values.pop(name)
        if isinstance(value, list | tuple):
            values[name] = [
                _alone(payload, name, item, envelope).values[name] if isinstance(item, Sealed) else item
                for item in value
            ]
            continue
        found = _alone(payload, name, value, envelope)
        values |= found.values
        results = list(_merged(payload, name, results, found.results))
    return Body(values, tuple(results))


def _alone(payload: object, name: str, value: Value, envelope: Envelope) -> Body:
    """One encrypted value in a message of its own, read with the keys."""
    row = _row_of(payload, name)
    values: Values = {name: value}
    octets = row.encode_response(Body(values, (Result(name, 0),)), envelope)
    return row.decode_response(Reader(octets), envelope)


def _row_of(payload: object, name: str) -> PayloadRow:
    """A row with just the item or command of that name."""
    if isinstance(payload, AccessRow):
        item = payload.item(name)
        if item is not None:
            return AccessRow((replace(item, optional=False),))
    if isinstance(payload, GbzRow):
        for command in payload.commands:
            if command.name == name:
                return GbzRow((replace(command, low=1, high=1, step=""),))
    raise EncodeError("the use case has nothing encrypted of that name", field=name)


def _merged(payload: object, name: str, results: list[Result], found: tuple[Result, ...]) -> Iterator[Result]:
    """Results with those of an opened command, which tells them attribute by attribute."""
    mine = {name}
    if isinstance(payload, GbzRow):
        mine |= {read.name for command in payload.commands if command.name == name for read in command.reads}
    told = False
    for result in results:
        if result.name not in mine:
            yield result
        elif not told:
            told = True
            yield from (replace(opened, index=result.index) for opened in found)
