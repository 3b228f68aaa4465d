"""Many devices, of which those that nobody has touched take next to no room, and the others little.

In: EUIs, and what makes the device of one. Out: that device. It is made when it is first asked for:
an untouched device is a function of its EUI and the time, so made late it has counted like one made
early. One that was touched can be put to rest: it is packed, what it shares with its like left out,
against the pattern of a new one, and unpacked when it is asked for again, the same to the last value.
Left out: devices with keys of their own making or a load of another kind stay as they are.
"""

from __future__ import annotations

import io
import pickle  # only what this process packed itself is ever unpacked
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from dcc_sim.devices.engine import Device
from dcc_sim.devices.load import HouseholdLoad
from dcc_sim.devices.settling import PLAIN
from dcc_sim.errors import NotFound
from dcc_sim.ids import Eui64


class Estate:
    """`make` gives the device of an EUI, always of the same kind and with the same key ring."""

    def __init__(self, make: Callable[[Eui64], Device], euis: Iterable[Eui64] = ()) -> None:
        self._make = make
        self._known: set[int] = set()
        self._awake: dict[int, Device] = {}
        self._resting: dict[int, bytes] = {}
        self._wakes: dict[int, datetime] = {}
        self._pattern: _Pattern | None = None
        for eui in euis:
            self.add(eui)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, eui: Eui64) -> bool:
        return _number(eui) in self._known

    def __iter__(self) -> Iterator[Eui64]:
        return (Eui64(number.to_bytes(8, "big")) for number in sorted(self._known))

    def __getitem__(self, eui: Eui64) -> Device:
        """The device, which is touched from now on. Raises NotFound."""
        number = _number(eui)
        if number not in self._known:
            raise NotFound(f"no device {eui} in this estate")
        if number not in self._awake:
            packed = self._resting.pop(number, None)
            self._wakes.pop(number, None)
            if packed is None or self._pattern is None:
                self._awake[number] = self._make(eui)
            else:
                self._awake[number] = self._pattern.unpack(packed)
        return self._awake[number]

    def add(self, eui: Eui64) -> None:
        """A device that nobody has touched yet."""
        self._known.add(_number(eui))

    def rest(self, eui: Eui64) -> bool:
        """Pack a device until it is asked for again; whether it could be. Who holds it must let it go."""
        number = _number(eui)
        device = self._awake.get(number)
        if device is None:
            return number in self._known
        if self._pattern is None:
            self._pattern = _Pattern(self._make(eui))
        due = device.next_wake()
        packed = self._pattern.pack(device)
        if packed is None:
            return False
        del self._awake[number]
        self._resting[number] = packed
        if due is not None:
            self._wakes[number] = due
        return True

    def next_wake(self) -> datetime | None:
        """The earliest moment at which a device has something to do; an untouched one never has."""
        moments = [device.next_wake() for device in self._awake.values()]
        due = [moment for moment in moments if moment is not None]
        return min((*due, *self._wakes.values()), default=None)


def _number(eui: Eui64) -> int:
    return int.from_bytes(eui.octets, "big")


class _Pattern:
    """A new device, against which others of its kind are packed."""

    def __init__(self, device: Device) -> None:
        model = device.model
        shared: list[object] = [model.kind, model.kind.initial, model.credentials.keys, PLAIN]
        shared += model.credentials.holders.values()
        if model.meter is not None:
            shared += [model.tariff, PLAIN if model.meter.rules_of is None else model.meter.rules_of()]
            if isinstance(model.meter.load, HouseholdLoad):
                shared += model.meter.load.tables
            if isinstance(model.meter.second, HouseholdLoad):
                shared += model.meter.second.tables
        self._shared = tuple(shared)
        self._places = {id(thing): place for place, thing in enumerate(self._shared)}
        self._dictionary = self._pickled(device) or b""

    def pack(self, device: Device) -> bytes | None:
        """The device as octets; None when it holds what cannot be packed."""
        octets = self._pickled(device)
        if octets is None:
            return None
        packer = zlib.compressobj(zdict=self._dictionary)
        return packer.compress(octets) + packer.flush()

    def unpack(self, packed: bytes) -> Device:
        """The same device."""
        unpacker = zlib.decompressobj(zdict=self._dictionary)
        reader = _Unpickler(io.BytesIO(unpacker.decompress(packed)), self._shared)
        device = reader.load()
        assert isinstance(device, Device)
        return device

    def _pickled(self, device: Device) -> bytes | None:
        out = io.BytesIO()
        try:
            _Pickler(out, self._places).dump(device)
        except (TypeError, AttributeError, pickle.PicklingError):
            return None
        return out.getvalue()


class _Pickler(pickle.Pickler):
    def __init__(self, out: io.BytesIO, places: dict[int, int]) -> None:
        super().__init__(out, protocol=5)
        self._places = places

    def persistent_id(self, thing: object) -> int | None:
        """What all devices of the kind share is named by its place."""
        return self._places.get(id(thing))


class _Unpickler(pickle.Unpickler):
    def __init__(self, octets: io.BytesIO, shared: tuple[object, ...]) -> None:
        super().__init__(octets)
        self._shared = shared

    def persistent_load(self, place: int) -> object:
        """The thing at that place."""
        return self._shared[place]
