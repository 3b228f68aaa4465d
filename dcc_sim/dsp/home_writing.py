"""Writes a home file: valid, complete, commented, the same for the same seed.

In: the types of devices wanted, a name, a seed. Out: the text of a home file that `home.parse_home` takes.
EUIs lie in a block that nobody has been given; meter points have nothing but right check digits. Left out:
settlement details, which only a supplier has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from dcc_sim.ids import DeviceType, mpan_check_digit, mprn_check_digits

_BLOCK: Final = "00-50-C2"
_OCTETS: Final = {
    DeviceType.ESME: 0xA0,
    DeviceType.GSME: 0xA1,
    DeviceType.CHF: 0xA2,
    DeviceType.GPF: 0xA3,
    DeviceType.PPMID: 0xA4,
    DeviceType.HCALCS: 0xA5,
    DeviceType.IHD: 0xA6,
    DeviceType.CAD: 0xA7,
}
"""Last octet of the first device of a type; the next one of the type has 16 more."""
_GAS: Final = (DeviceType.GSME, DeviceType.GPF)
USUAL_DEVICES: Final = (DeviceType.ESME, DeviceType.GSME, DeviceType.CHF, DeviceType.GPF, DeviceType.PPMID)

_HEAD: Final = """\
# A home for dcc-sim; docs/how-to/describe-a-home.md explains every key. Everything here is invented:
# the EUIs lie in a block nobody has been given, the meter points only have right check digits.
name = "{name}"
seed = "{seed}"                # keys, certificates and consumption follow from it
"""
_PARTIES: Final = (
    ("01-00-00", "Supplier", '["IS", "GS", "ES"]', "supplier"),
    ("02-00-00", "Network Operator", '["ED", "GT"]', "network operator"),
    ("03-00-00", "Other User", '["OU"]', "other"),
    ("04-00-00", "Load Controller", '["LC"]', "load controller"),
    ("00-00-02", "Access Control Broker", "[]", "access control broker"),
    ("00-00-04", "Change of Supplier Party", "[]", "transitional cos"),
    ("00-00-07", "WAN Provider", "[]", "wan provider"),
)
_ESME: Final = """\
variant = "ADEF"                   # A one element, B two, C polyphase; D switches, E boost, F proportional

[device.tariff]
standing_charge = 0.5000           # pounds a day
prices = [0.29000, 0.14000]        # pounds per kWh, register 1 and on
switches = [["00:00", 2], ["07:00", 1]]  # from when (UTC) which register

[device.load]
annual_kwh = 3100
"""
_GSME: Final = """\

[device.tariff]
standing_charge = 0.2900           # pounds a day
prices = [0.07000]                 # pounds per kWh

[device.load]
annual_kwh = 11500
"""


def write_home(
    devices: Sequence[DeviceType] = USUAL_DEVICES, *, name: str = "home", seed: str = "home"
) -> str:
    """The text of a home with these devices, in that order. Raises ValueError for a name or seed with `"`."""
    for text in (name, seed):
        if not text.strip() or any(c in '"\\' or not c.isprintable() for c in text):
            raise ValueError(f"{text!r}: printable text without quotation marks and backslashes is needed")
    drawn = hashlib.sha256(f"dcc-sim home/{seed}".encode()).digest()
    return "\n".join((_HEAD.format(name=name, seed=seed), *_parties(drawn), *_devices(devices, drawn)))


def _parties(drawn: bytes) -> Iterator[str]:
    for tail, name, roles, remote in _PARTIES:
        eui = f"{_BLOCK}-{drawn[0]:02X}-30-{tail}"
        yield (
            f'[[party]]\neui = "{eui}"\nname = "Simulated {name}"\n'
            f'user_roles = {roles}\nremote_role = "{remote}"\n'
        )


def _devices(devices: Sequence[DeviceType], drawn: bytes) -> Iterator[str]:
    met: dict[DeviceType, int] = {}
    for kind in devices:
        number = met[kind] = met.get(kind, -1) + 1
        octet = (_OCTETS[kind] + 16 * number) % 256
        eui = f"{_BLOCK}-{drawn[0]:02X}-31-{drawn[1]:02X}-{number // 16:02X}-{octet:02X}"
        point = _mprn(drawn, number) if kind in _GAS else _mpan(drawn, number)
        if kind not in (DeviceType.ESME, *_GAS):
            point = _mpan(drawn, 0)  # that of the first meter
        text = f'[[device]]\neui = "{eui}"\ntype = "{kind.value}"\nmpxn = "{point}"\ngbcs = "4.1"\n'
        yield text + {DeviceType.ESME: _ESME, DeviceType.GSME: _GSME}.get(kind, "")


def _mpan(drawn: bytes, number: int) -> str:
    body = f"10{(int.from_bytes(drawn[2:6], 'big') + number) % 10**10:010d}"
    return body + mpan_check_digit(body)


def _mprn(drawn: bytes, number: int) -> str:
    body = f"{10_000_000 + (int.from_bytes(drawn[6:10], 'big') + number) % 89_999_999}"
    return body + mprn_check_digits(body)
