"""Tariffs that have something of everything, for tests of what is counted by them."""

from __future__ import annotations

from typing import Any

EVERY_YEAR = bytes.fromhex("FFFF0101FF000000008000FF")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def blocks_and_tou() -> dict[str, Any]:
    """Night, two block sets by day, a second element with two registers, a standing charge."""
    return {
        **_calendar("", [(0, 1), (7 * 3600 + 1800, 101), (16 * 3600 + 7, 108), (20 * 3600, 48)]),
        **_calendar("secondary_", [(1800, 201), (5 * 3600, 204)]),
        **{f"thresholds_{n}": [5000 * n, 9000 * n] for n in range(1, 9)},
        "prices": {
            "scaling": {"price_scale": -6},
            "table": [
                {"index": bytes((index,)), "charge": 1000 + 137 * index}
                for index in (1, 48, 0xA1, 0xB1, 0xC1, 0xA8, 0xB8, 0xC8)
            ],
        },
        "secondary_prices": {
            "scaling": {"price_scale": -5},
            "table": [{"index": bytes((n,)), "charge": 5000 + n} for n in range(1, 5)],
        },
        "standing_charge": {"scaling": {"price_scale": -6}, "table": [{"charge": 30_007}]},
    }


def _calendar(prefix: str, switches: list[tuple[int, int]]) -> dict[str, Any]:
    schedule = [
        {"start_time": bytes((at // 3600, at // 60 % 60, at % 60, 0)), "script": script}
        for at, script in switches
    ]
    return {
        f"{prefix}seasons": [{"name": b"", "start": EVERY_YEAR, "week": b"\x01"}],
        f"{prefix}weeks": [{"name": b"\x01", **dict.fromkeys(WEEKDAYS, 1)}],
        f"{prefix}days": [{"day_id": 1, "schedule": schedule}],
        f"{prefix}special_days": [],
    }
