"""Rows and values to XML text, in canonical form as it is written.

In: rows, values. Out: pieces of XML that are exclusive C14N already: no declaration, no empty-tag
form, attributes in order, only the escapes that C14N uses. Left out: the document around it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, assert_never

from dcc_sim.codec.exchange import Sealed
from dcc_sim.codec.shape import Value, as_list
from dcc_sim.errors import EncodeError
from dcc_sim.mmc.conversions import Conversion
from dcc_sim.mmc.rows import POSITION, Attribute, Choice, Each, Element, Flag, Leaf, Omit, Row, View, When

PREFIX: Final = "ra:"

_IN_TEXT: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}
_IN_ATTRIBUTE: Final = {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
_UNSAFE_TEXT: Final = re.compile("[&<>\r]")
_UNSAFE_ATTRIBUTE: Final = re.compile('[&<"\t\n\r]')


class Writer:
    """Collects the pieces of one document."""

    __slots__ = ("pieces",)

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def open(self, name: str, attributes: Sequence[tuple[str, str]] = ()) -> None:
        """Start an element."""
        shown = "".join(f' {key}="{_in_attribute(text)}"' for key, text in sorted(attributes))
        self.pieces.append(f"<{PREFIX}{name}{shown}>")

    def close(self, name: str) -> None:
        """End an element."""
        self.pieces.append(f"</{PREFIX}{name}>")

    def write(self, rows: Sequence[Row], values: Value, *, partial: bool, position: int = 0) -> bool:
        """Write rows in order; says whether any had a value.

        `partial` values come from a Device that may not have answered everything: what is not
        there at the top is passed over. Anywhere else it is an error, as is a value its element
        cannot say: EncodeError with the path of the value.
        """
        found = False
        for row in rows:
            found |= self._row(row, values, position, partial)
        return found

    def _row(self, row: Row, values: Value, position: int, partial: bool) -> bool:
        match row:
            case Leaf():
                return self._leaf(row, values, position, partial)
            case Element():
                return self._element(row, values, position, partial)
            case Each():
                return self._each(row, values, partial)
            case Choice():
                return self._choice(row, values, position, partial)
            case View():
                return self._view(row, values, position, partial)
            case When():
                if look_up(values, row.path) is None:
                    return False
                return self.write(row.rows, values, partial=partial, position=position)
            case Flag():
                self.open(row.name)
                self.close(row.name)
                return True
            case Omit():
                _check_same(row, values)
                return False
            case _:
                assert_never(row)

    def _leaf(self, row: Leaf, values: Value, position: int, partial: bool) -> bool:
        value = look_up(values, row.path)
        if value is None:
            return _missing(row.path, partial)
        text = _convert(row.conversion, value, row.path)
        self.open(row.name, _attributes(row.attributes, values, position))
        self.pieces.append(_in_text(text))
        self.close(row.name)
        return True

    def _element(self, row: Element, values: Value, position: int, partial: bool) -> bool:
        inner = look_up(values, row.at)
        start = len(self.pieces)
        found = False
        if inner is None:
            _missing(row.at, partial)
            self.open(row.name)
        else:
            try:
                self.open(row.name, _attributes(row.attributes, inner, position))
                found = self.write(row.rows, inner, partial=partial and not row.at, position=position)
            except EncodeError as error:
                _add_path(row.at, error)
                raise
        if not found and not row.keep:
            del self.pieces[start:]
            return False
        self.close(row.name)
        return True

    def _each(self, row: Each, values: Value, partial: bool) -> bool:
        items = look_up(values, row.path)
        if items is None:
            return _missing(row.path, partial)
        listed = as_list(items)
        if len(listed) > row.high:
            raise EncodeError(f"{len(listed)} items, the schema has room for {row.high}", field=row.path)
        for number, item in enumerate(listed, 1):
            if isinstance(item, Sealed):
                continue
            try:
                self.write(row.rows, item, partial=False, position=number)
            except EncodeError as error:
                _add_path(f"{row.path}[{number}]", error)
                raise
        return True

    def _choice(self, row: Choice, values: Value, position: int, partial: bool) -> bool:
        path = row.alternatives[0].path
        value = look_up(values, path)
        if value is None:
            return _missing(path, partial)
        for alternative in row.alternatives:
            if _says(alternative, value):
                return self._row(alternative, values, position, partial)
        names = ", ".join(alternative.name for alternative in row.alternatives)
        raise EncodeError(f"{value!r} is none of {names}", field=path)

    def _view(self, row: View, values: Value, position: int, partial: bool) -> bool:
        arguments = [look_up(values, path) for path in row.paths]
        for path, argument in zip(row.paths, arguments, strict=True):
            if argument is None:
                return _missing(path, partial)
        try:
            parts = row.function(*arguments)
            return self.write(row.rows, parts, partial=False, position=position)
        except EncodeError as error:
            _add_path(row.paths[0], error)
            raise


def _check_same(row: Omit, values: Value) -> None:
    if row.same_as:
        value, other = look_up(values, row.path), look_up(values, row.same_as)
        if value is not None and other is not None and value != other:
            raise EncodeError(f"differs from {row.same_as}, and MMC has one place for both", field=row.path)


def look_up(values: Value, path: str) -> Value:
    """The value at a path, or None when it is not there or nobody could open it."""
    value = values
    for name in _split(path):
        if not isinstance(value, Mapping):
            raise EncodeError(f"named parts are needed, not {value!r}", field=path)
        value = value.get(name)
        if value is None or isinstance(value, Sealed):
            return None
    return value


@cache
def _split(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")) if path else ()


def _attributes(
    attributes: tuple[Attribute, ...], values: Value, position: int
) -> list[tuple[str, str]] | tuple[()]:
    if not attributes:
        return ()
    found = []
    for attribute in attributes:
        value = position if attribute.path == POSITION else look_up(values, attribute.path)
        if value is None and attribute.optional:
            continue
        found.append((attribute.name, _convert(attribute.conversion, value, attribute.path)))
    return found


def _convert(conversion: Conversion, value: Value, path: str) -> str:
    try:
        return conversion.text(value)
    except EncodeError as error:
        _add_path(path, error)
        raise


def _says(alternative: Leaf | Flag, value: Value) -> bool:
    if isinstance(alternative, Flag):
        return value == alternative.value
    try:
        alternative.conversion.text(value)
    except EncodeError:
        return False
    return True


def _missing(path: str, partial: bool) -> bool:
    if not partial:
        raise EncodeError("missing", field=path)
    return False


def _add_path(path: str, error: EncodeError) -> None:
    joint = "." if path and error.field and not error.field.startswith("[") else ""
    error.field = path + joint + error.field


def _in_text(text: str) -> str:
    return _UNSAFE_TEXT.sub(lambda found: _IN_TEXT[found[0]], text) if _UNSAFE_TEXT.search(text) else text


def _in_attribute(text: str) -> str:
    if not _UNSAFE_ATTRIBUTE.search(text):
        return text
    return _UNSAFE_ATTRIBUTE.sub(lambda found: _IN_ATTRIBUTE[found[0]], text)
