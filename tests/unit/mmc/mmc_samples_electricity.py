"""Arguments for the views of the electricity and hub tables: together they make every part."""

from __future__ import annotations

from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import CosemDate, CosemDateTime, CosemTime

MIDNIGHT = CosemTime.of_day(0)
EVENING = CosemTime.of_day(17 * 3600)


def billed(*dates: str) -> tuple[Value, ...]:
    return ([{"time": EVENING, "date": CosemDate(bytes.fromhex(date))} for date in dates],)


def charge(credit: int, debt: int, collection: str) -> Value:
    octets = bytes.fromhex("0000130A00FF"), bytes.fromhex("0000131400FF")
    parts = [o[:4] + bytes((number,)) + o[5:] for o, number in zip(octets, (credit, debt), strict=True)]
    return {"credit": parts[0], "charge": parts[1], "collection": collection}


def charges(time_debt: str, *, accumulated: bool) -> list[Value]:
    """Prepayment mode of a single-element meter."""
    found = [charge(0, 0, "111"), charge(0, 4, "111"), charge(0, 3, "111"), charge(1, 0, "111")]
    found += [charge(credit, debt, time_debt) for credit in (0, 1) for debt in (1, 2)]
    found.append(charge(2, 4, "111"))
    return found + ([charge(2, 1, "111"), charge(2, 2, "111")] if accumulated else [])


def settings(*numbers: int) -> str:
    return "".join("1" if n in numbers else "0" for n in range(255, -1, -1))


MASKS = ("11100" + "1" * 27, "11101" + "0" * 19 + "1" * 8, "11110" + "1" * 27, "11111" + "1" * 27)
LOWER = "11101" + "0" * 20 + "1000000"
"""Channel 33."""
UPPER = "11111" + "0" * 26 + "1"

SAMPLES: dict[str, tuple[tuple[Value, ...], ...]] = {
    "season_start": ((CosemDateTime(bytes.fromhex("FFFF03FEFF000000008000FF")),),),
    "known_moment": (
        (CosemDateTime(bytes.fromhex("07EA0101FF010203008000FF")),),
        (CosemDateTime(bytes.fromhex("FFFFFFFFFFFFFFFFFF8000FF")),),
    ),
    "known_day": ((CosemDate(bytes.fromhex("07EA0101FF")),), (CosemDate(b"\xff" * 5),)),
    "block_matrices": ((list(range(64)),),),
    "demand_period": (
        (
            [
                {"index": 1, "script": 1, "switch_time": EVENING},
                {"index": 2, "script": 2, "switch_time": MIDNIGHT},
            ],
        ),
    ),
    "power_thresholds": (([500, 2000],),),
    "mpans": ((b"1234567890123",), (b"12345678901233210987654321",), (b"",), (b"123",)),
    "billing_periodicity": (
        billed("FFFFFFFFFF"),
        billed("FFFFFFFF07"),
        billed("FFFFFF1CFF"),
        billed("FFFF0201FF", "FFFF0501FF", "FFFF0801FF", "FFFF0B01FF"),
        billed("FFFF0705FF", "FFFF0105FF"),
        billed("FFFF0C01FF"),
    ),
    "charges_mode": ((charges("111", accumulated=True),),),
    "debt_suspension": ((charges("111", accumulated=True),),),
    "supplier_settings": ((settings(0x0D, 0xB7),), (settings(),)),
    "network_settings": ((settings(0x14, 0x02),), (settings(0x03),)),
    "marked_days": (("1111100",), ("0000000",)),
    "marked_special_days": (("101",), ("",)),
    "switch_script": ((0x0101,), (0x0502,)),
    "controller_script": ((0x1180,), (0x25E4,)),
    "logged_action": ((0x0211, 1, 1418601600), (0x0500, 0, 7), (0x2332, 2, 0), (0x1564, 1, 0)),
    "controller_type": ((b"",), (b"\xff",), (bytes(8),), (b"\x00\xdb\0\0\0\0\0\x01",)),
    "channel_masks": (
        MASKS,
        ("11100" + "0" * 27, "11101" + "0" * 27, "11110" + "0" * 27, "11111" + "0" * 27),
    ),
    "operating_channel": ((LOWER,), (UPPER,)),
    "channel_change": (
        (int(LOWER, 2).to_bytes(4, "big") + b"\x09\x01\x07",),
        (int(UPPER, 2).to_bytes(4, "big") + b"\x09\x01\x00",),
    ),
}
