"""Hypothesis strategies for the values of ASN.1 shapes; importing registers them with `values_for`.

In: a shape or a row of `codec.der`. Out: values it can carry, as its `decode` gives them: absent optional
members are left out, members with a DEFAULT are always there. Codes are those that have a meaning,
with any other number now and then. Left out: certificates that are certificates (`smki`); to these
shapes any whole SEQUENCE is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC

from hypothesis import strategies as st

from dcc_sim.codec.axdr import encode_length
from dcc_sim.codec.der import (
    Bits,
    Certificate,
    CertificationRequest,
    Choice,
    Default,
    DerRow,
    Int,
    Moment,
    Nothing,
    Null,
    Octets,
    Sequence,
    SequenceOf,
)
from dcc_sim.codec.exchange import Body
from dcc_sim.codec.shape import Value, as_struct
from dcc_sim.testing.shapes import body_of_response, values_for, values_of_command

_MOST_ELEMENTS = 4
"""Longer lists say nothing that four elements do not."""
_LONGEST_CERTIFICATE = 300


def _coded(known: list[int], any_number: st.SearchStrategy[int]) -> st.SearchStrategy[int]:
    return st.sampled_from(known) | any_number if known else any_number


@values_for.register(Int)
def _int(shape: Int) -> st.SearchStrategy[Value]:
    known = [code for code in shape.meaning if shape.low <= code <= shape.high]
    return _coded(known, st.integers(shape.low, shape.high))


@values_for.register(Bits)
def _bits(shape: Bits) -> st.SearchStrategy[Value]:
    return _coded(list(shape.meaning), st.integers(0, (1 << shape.count) - 1))


@values_for.register(Octets)
def _octets(shape: Octets) -> st.SearchStrategy[Value]:
    return st.binary(min_size=shape.low, max_size=shape.high)


@values_for.register(Null)
def _null(_shape: Null) -> st.SearchStrategy[Value]:
    return st.none()


@values_for.register(Nothing)
def _nothing(_shape: Nothing) -> st.SearchStrategy[Value]:
    return st.just({})


@values_for.register(Moment)
def _moment(_shape: Moment) -> st.SearchStrategy[Value]:
    moments = st.datetimes(timezones=st.just(UTC))
    return moments.map(lambda moment: moment.replace(microsecond=0))


@values_for.register(Certificate)
@values_for.register(CertificationRequest)
def _passed_on(_shape: Certificate | CertificationRequest) -> st.SearchStrategy[Value]:
    contents = st.binary(max_size=_LONGEST_CERTIFICATE)
    return contents.map(lambda content: b"\x30" + encode_length(len(content)) + content)


@values_for.register(Default)
def _default(shape: Default) -> st.SearchStrategy[Value]:
    return values_for(shape.shape)


@values_for.register(Sequence)
def _sequence(shape: Sequence) -> st.SearchStrategy[Value]:
    return st.fixed_dictionaries(
        {part.name: values_for(part.shape) for part in shape.parts if not part.optional},
        optional={part.name: values_for(part.shape) for part in shape.parts if part.optional},
    )


@values_for.register(SequenceOf)
def _sequence_of(shape: SequenceOf) -> st.SearchStrategy[Value]:
    most = min(shape.high, shape.low + _MOST_ELEMENTS)
    return st.lists(values_for(shape.element), min_size=shape.low, max_size=most)


@values_for.register(Choice)
def _choice(shape: Choice) -> st.SearchStrategy[Value]:
    return st.one_of(*(st.fixed_dictionaries({part.name: values_for(part.shape)}) for part in shape.parts))


@values_of_command.register(DerRow)
def _command(row: DerRow) -> st.SearchStrategy[Mapping[str, Value]]:
    return values_for(row.command).map(as_struct)


@body_of_response.register(DerRow)
def _response(row: DerRow) -> st.SearchStrategy[Body]:
    return values_for(row.response).map(lambda values: Body(as_struct(values)))
