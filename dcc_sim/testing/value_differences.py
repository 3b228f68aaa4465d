"""In which values two messages of the same use case differ, by name.

In: two messages. Out: one line for each value that differs, with what both say where that is short.
Left out: where in the octets (`edge.console.frames`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from dcc_sim.codec.shape import as_list, as_struct

if TYPE_CHECKING:
    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.message import Message

_SHORT: Final = 40
"""Octets and texts beyond this are not shown: certificates."""


def differences(built: Message, wanted: Message) -> Iterator[str]:
    """First the fields of the header, then the values, named by their dotted paths."""
    for name in (
        "originator",
        "counter",
        "target",
        "message_code",
        "supplementary_party",
        "supplementary_counter",
    ):
        ours, theirs = getattr(built.header, name), getattr(wanted.header, name)
        if ours != theirs:
            yield f"{name} is {ours}, wanted {theirs}"
    if built.header.certificate != wanted.header.certificate:
        yield "certificate differs"
    yield from _between(dict(built.body.values), dict(wanted.body.values), "")


def _between(ours: Value, theirs: Value, path: str) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        left, right = as_struct(ours), as_struct(theirs)
        for name in dict.fromkeys((*left, *right)):
            inner = f"{path}.{name}" if path else name
            if name not in left or name not in right:
                yield f"{inner} is {'missing' if name not in left else 'not wanted'}"
            else:
                yield from _between(left[name], right[name], inner)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for n, (one, other) in enumerate(zip(as_list(ours), as_list(theirs), strict=True), 1):
            yield from _between(one, other, f"{path}[{n}]")
    elif ours != theirs:
        said, expected = _shown(ours), _shown(theirs)
        yield f"{path} is {said}, wanted {expected}" if said and expected else f"{path} differs"


def _shown(value: Value) -> str:
    shown = value.hex() if type(value) is bytes else str(value)
    return shown if len(shown) <= _SHORT else ""
