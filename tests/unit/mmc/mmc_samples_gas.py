"""For each view of gas, alerts and security: values of which it makes every part it can make."""

from __future__ import annotations

from dcc_sim.codec.shape import Value
from dcc_sim.mmc.views_gas import ALERT_EVENTS

CELL: Value = {
    "key_usage": 1,
    "cell_usage": 0,
    "subject_unique_id": bytes(8),
    "subject_key_identifier": b"\1" * 8,
}

SAMPLES: dict[str, tuple[Value, ...]] = {
    "controller_level": (0x21, 50),
    "controller_state": (b'{"outputState":"100","inputState":"0"}',),
    "remote_party_role": (2,),
    "replacement_mode": (2,),
    "certificate_type": (16, 1),
    "credential_cells": (
        [
            {
                "remote_party_role": 2,
                "status_code": 0,
                "current_seq_number": 7,
                "trust_anchor_cell_details": [CELL],
            }
        ],
    ),
    "gas_date": (b"\x72\x01\x02\xff",),
    "single_action": ([{"start_minute": 0, "price_tier": 1}],),
    "digits_after_point": (0x51,),
    "trailing_digits": (102264, 0x50),
    "billing_period": (3, 0x23),
    "model_and_device": (b"GFI     \0\xdb\x124Vx\x90\xa1",),
    "payment_control": (0x0497,),
    "half_hours": (473212800, [1, 2]),
    "days": (473212800, [1, 2]),
    "six_minutes": (473212800, [1, 2]),
    "event_behaviours": ([{"event_id": code, "configuration": 0x5B} for code in ALERT_EVENTS],),
}
