"""Any state of this package as plain data, and back: what JSON can hold, and the same objects again.

In: a value made of this package's classes, and `given` objects that are known by name and not part of it.
Out: dicts, lists, texts, numbers; objects that were one are one again. Only classes and functions of
`dcc_sim` are ever named or made. Fields that a dataclass leaves out of comparison and repr are caches:
they begin anew. Left out: what belongs to a state (`saving`).
"""

from __future__ import annotations

import dataclasses
import importlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import FunctionType, MappingProxyType, MethodType
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dcc_sim.errors import NotFound, Unsupported
from dcc_sim.ids import Eui64

_PACKAGE: Final = "dcc_sim."
_SEQUENCES: Final[dict[str, Callable[..., Any]]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "deque": deque,
}
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(slots=True)
class Writer:
    """`given`: objects that only their name stands for. One writer per state: it knows what was written."""

    given: Mapping[str, object]
    _names: dict[int, str] = field(init=False)
    _written: dict[int, int] = field(default_factory=dict)
    _alive: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._names = {id(thing): name for name, thing in self.given.items() if thing is not None}

    def plain(self, value: object, path: str = "") -> Any:
        """The value as plain data. Raises Unsupported naming the place of what has no such form."""
        if value is None or type(value) in (bool, int, float, str):
            return value
        name = self._names.get(id(value))
        if name is not None:
            return {"given": name}
        if type(value) in (list, tuple, set, frozenset, deque):
            return self._sequence(value, path)
        if isinstance(value, dict | MappingProxyType):
            return self._mapping(value, path)
        found = _scalar(value)
        return found if found is not None else self._other(value, path)

    def _sequence(self, value: Any, path: str) -> Any:
        items = [self.plain(item, f"{path}[{n}]") for n, item in enumerate(value)]
        if isinstance(value, set | frozenset):
            items.sort(key=repr)  # the same state is the same text
        if type(value) is list:
            return items
        written = {type(value).__name__: items}
        if isinstance(value, deque):
            written["longest"] = value.maxlen  # type: ignore[assignment]
        return written

    def _mapping(self, value: Mapping[Any, Any], path: str) -> Any:
        pairs = [[self.plain(k, path), self.plain(v, f"{path}[{k}]")] for k, v in value.items()]
        return {"fixed map" if isinstance(value, MappingProxyType) else "map": pairs}

    def _other(self, value: Any, path: str) -> Any:
        kind = type(value)
        if isinstance(value, MethodType):
            return {"method": value.__name__, "of": self.plain(value.__self__, path)}
        if isinstance(value, FunctionType):
            return {"function": _name(value, path)}
        if isinstance(value, type):
            return {"class": _name(value, path)}
        if isinstance(value, Enum):
            return {"member": value.name, "of": _name(kind, path)}
        if isinstance(value, bytes):
            return {"bytes": value.hex(), "as": _name(kind, path)}
        if isinstance(value, int):
            return {"number": int(value), "as": _name(kind, path)}
        if isinstance(value, tuple):
            return {"parts": [self.plain(v, path) for v in value], "as": _name(kind, path)}
        return self._object(value, path)

    def _object(self, value: Any, path: str) -> Any:
        number = self._written.get(id(value))
        if number is not None:
            return {"object": number}
        name = _name(type(value), path)
        number = self._written[id(value)] = len(self._written)
        self._alive.append(value)
        content = {
            each: self.plain(getattr(value, each), f"{path}.{each}")
            for each in _attributes(type(value))
            if hasattr(value, each)
        }
        return {"object": number, "as": name, "holds": content}


def _scalar(value: object) -> Any:
    match value:
        case bytes() if type(value) is bytes:
            return {"bytes": value.hex()}
        case Eui64():
            # A value like a number: whether two are one object depends on where they were read.
            return {"eui": value.compact}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case Decimal():
            return {"decimal": str(value)}
        case timedelta():
            return {"microseconds": value // _MICROSECOND}
        case x509.Certificate():
            return {"certificate": value.public_bytes(Encoding.DER).hex()}
        case ec.EllipticCurvePublicKey():
            point = value.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            return {"public key": point.hex()}
        case ec.EllipticCurvePrivateKey():
            return {"private key": f"{value.private_numbers().private_value:064x}"}
        case _:
            return None


def _name(kind: Any, path: str) -> str:
    """`module:name` of a class or function of this package. Raises Unsupported for any other."""
    module, name = kind.__module__, kind.__qualname__
    if not module.startswith(_PACKAGE) or "<" in name:
        raise Unsupported(f"state of {module}.{name}", path)
    return f"{module}:{name}"


def _attributes(kind: type) -> Iterator[str]:
    """What an object of a class holds, caches left out."""
    if dataclasses.is_dataclass(kind):
        yield from (each.name for each in dataclasses.fields(kind) if each.compare or each.repr)
        return
    for each in kind.__mro__:
        slots = each.__dict__.get("__slots__", ())
        yield from (slots,) if isinstance(slots, str) else slots


@dataclass(slots=True)
class Reader:
    """The way back. `given` names the same things as when it was written."""

    given: Mapping[str, object]
    _made: dict[int, Any] = field(default_factory=dict)

    def value(self, plain: Any) -> Any:
        """The value. Raises NotFound for what no state of this package looks like."""
        try:
            return self._value(plain)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise NotFound(f"not a saved state of this version: {error}") from error

    def _value(self, plain: Any) -> Any:
        if isinstance(plain, list):
            return [self._value(item) for item in plain]
        if not isinstance(plain, dict):
            return plain
        if "object" in plain:
            return self._object(plain)
        for name, make in _SEQUENCES.items():
            if name in plain:
                items = [self._value(item) for item in plain[name]]
                return make(items, plain["longest"]) if name == "deque" else make(items)
        for name, read in _READERS.items():
            if name in plain:
                return read(self, plain)
        raise NotFound(f"not a saved state of this version: {sorted(plain)}")

    def pairs(self, listed: Any) -> dict[Any, Any]:
        """A mapping from its pairs."""
        return {self._value(key): self._value(value) for key, value in listed}

    def part(self, plain: Any) -> Any:
        """As `value`, inside of one."""
        return self._value(plain)

    def _object(self, plain: Mapping[str, Any]) -> Any:
        number = plain["object"]
        if number in self._made:
            return self._made[number]
        kind = _found(plain["as"])
        made = self._made[number] = kind.__new__(kind)
        for name, content in plain["holds"].items():
            object.__setattr__(made, name, self._value(content))
        if dataclasses.is_dataclass(kind):
            for each in dataclasses.fields(kind):
                if each.name not in plain["holds"] and each.default_factory is not dataclasses.MISSING:
                    object.__setattr__(made, each.name, each.default_factory())
        return made


def _found(name: str) -> Any:
    """A class or function of this package by its name. Raises NotFound."""
    module, _, qualified = name.partition(":")
    if not module.startswith(_PACKAGE):
        raise NotFound(f"{name} is not of this package")
    try:
        found: Any = importlib.import_module(module)
        for part in qualified.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise NotFound(f"{name} is not in this version: {error}") from error
    if not isinstance(found, type | FunctionType) or not found.__module__.startswith(_PACKAGE):
        raise NotFound(f"{name} is neither a class nor a function of this package")
    return found


def _bytes(_: Reader, plain: Mapping[str, Any]) -> bytes:
    octets = bytes.fromhex(plain["bytes"])
    if "as" not in plain:
        return octets
    made: bytes = bytes.__new__(_found(plain["as"]), octets)
    return made


def _parts(reader: Reader, plain: Mapping[str, Any]) -> Any:
    kind = _found(plain["as"])
    return kind(*(reader.part(item) for item in plain["parts"]))


_READERS: Final[Mapping[str, Callable[[Reader, Mapping[str, Any]], Any]]] = {
    "given": lambda reader, plain: reader.given[plain["given"]],
    "map": lambda reader, plain: reader.pairs(plain["map"]),
    "fixed map": lambda reader, plain: MappingProxyType(reader.pairs(plain["fixed map"])),
    "method": lambda reader, plain: getattr(reader.part(plain["of"]), plain["method"]),
    "function": lambda _, plain: _found(plain["function"]),
    "class": lambda _, plain: _found(plain["class"]),
    "member": lambda _, plain: _found(plain["of"])[plain["member"]],
    "bytes": _bytes,
    "eui": lambda _, plain: Eui64.parse(plain["eui"]),
    "number": lambda _, plain: _found(plain["as"])(plain["number"]),
    "parts": _parts,
    "moment": lambda _, plain: datetime.fromisoformat(plain["moment"]),
    "date": lambda _, plain: date.fromisoformat(plain["date"]),
    "time": lambda _, plain: time.fromisoformat(plain["time"]),
    "decimal": lambda _, plain: Decimal(plain["decimal"]),
    "microseconds": lambda _, plain: timedelta(microseconds=plain["microseconds"]),
    "certificate": lambda _, plain: x509.load_der_x509_certificate(bytes.fromhex(plain["certificate"])),
    "public key": lambda _, plain: ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), bytes.fromhex(plain["public key"])
    ),
    "private key": lambda _, plain: ec.derive_private_key(int(plain["private key"], 16), ec.SECP256R1()),
}
