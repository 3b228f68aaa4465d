"""The words of a DLMS row: access items, what they carry and what answers them.

In: facts of the use case pages. Out: `Item`s, read by `access`, the devices, MMC and the strategies.
`Get`, `GetRange`, `Set`, `Do` and `Protected` make them. Left out: octets (`access`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from dcc_sim.codec.cosem import Null
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Shape


class Kind(IntEnum):
    """Access-request-specification choices."""

    GET = 1
    SET = 2
    ACTION = 3


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that get_protected_attributes is asked for."""

    object: CosemObject
    index: int
    name: str
    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One access item of a use case. `argument` travels in the Command, `answer` comes back.

    `protected` lists the attributes a get_protected_attributes returns encrypted. A `ranged` read
    is restricted in time: by two u32 for a log buffer, by two date-times for protected ones; its
    value in the Command is {from, to}. An `optional` item may be left out of the Command. An item
    with `choices` addresses one of several alike objects: its value is {object: n, value: …}.
    `smets` names the value of an item that has no named parts, with `[n]` for a choice; of a log or
    a protected collection it is the data item whose `methodInput` the range is.
    """

    kind: Kind
    object: CosemObject
    index: int
    name: str
    argument: Shape
    answer: Shape
    protected: tuple[Attribute, ...] = ()
    ranged: bool = False
    optional: bool = False
    choices: tuple[CosemObject, ...] = ()
    smets: str = ""

    @property
    def carries(self) -> bool:
        """Whether the Command holds a value for it."""
        return self.argument is not NULL or self.ranged

    def spec(self, target: CosemObject) -> bytes:
        """The access-request-specification, as far as it is the same in every Command."""
        kind = GET_WITH_SELECTION if self.ranged and not self.protected else self.kind
        return bytes((kind,)) + target.octets + bytes((self.index,))


NULL: Final = Null()
GET_WITH_SELECTION: Final = 4


def Get(target: CosemObject, index: int, name: str, answer: Shape, *, smets: str = "") -> Item:
    """Read an attribute."""
    return Item(
        kind=Kind.GET, object=target, index=index, name=name, argument=NULL, answer=answer, smets=smets
    )


def GetRange(target: CosemObject, index: int, name: str, answer: Shape, *, smets: str = "") -> Item:
    """Read the entries of a log buffer from one moment to another."""
    return Item(
        kind=Kind.GET, object=target, index=index, name=name, argument=NULL, answer=answer, ranged=True,
        smets=smets,
    )  # fmt: skip


def Set(
    target: CosemObject,
    index: int,
    name: str,
    argument: Shape,
    *,
    smets: str = "",
    optional: bool = False,
    choices: tuple[CosemObject, ...] = (),
) -> Item:
    """Write an attribute."""
    return Item(
        kind=Kind.SET, object=target, index=index, name=name, argument=argument, answer=NULL,
        optional=optional, choices=choices, smets=smets,
    )  # fmt: skip


def Do(
    target: CosemObject,
    index: int,
    name: str,
    argument: Shape = NULL,
    answer: Shape = NULL,
    *,
    smets: str = "",
    optional: bool = False,
) -> Item:
    """Invoke a method; few return something."""
    return Item(
        kind=Kind.ACTION, object=target, index=index, name=name, argument=argument, answer=answer,
        optional=optional, smets=smets,
    )  # fmt: skip


def Protected(
    collection: CosemObject, name: str, *attributes: Attribute, smets: str = "", ranged: bool = False
) -> Item:
    """get_protected_attributes (class 30 method 1): read sensitive attributes, encrypted."""
    return Item(
        kind=Kind.ACTION, object=collection, index=1, name=name, argument=NULL, answer=NULL,
        protected=attributes, ranged=ranged, smets=smets,
    )  # fmt: skip
