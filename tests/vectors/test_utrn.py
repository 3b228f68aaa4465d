"""The tokens of the published top-ups, made again and verified with the published keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from dcc_sim.errors import UtrnInvalid
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.gbcs.keys import KeyRing, key_ring_from_json
from dcc_sim.gbcs.utrn import (
    CounterCache,
    ValueClass,
    accept_utrn,
    check_token,
    make_utrn,
    originator_counter,
    top_up_secret,
)
from dcc_sim.ids import Eui64

FILES = {
    # Refused in the vector for what the meter holds, not for the token.
    "2.2_CS01a/CS01a_2.2_ERROR_COMMAND_GBCS.HEX": (ValueClass.POUNDS, 10),
    "2.2_CS01a/CS01a_2.2_SUCCESS_COMMAND_GBCS.HEX": (ValueClass.POUNDS, 10),
    "2.2_CS01b/CS01b_2.2_SUCCESS_COMMAND_GBCS.HEX": (ValueClass.PENCE, 1250),
}
OTHER_SUPPLIER = Eui64.parse("90-B3-D5-1F-30-03-00-00")
OTHER_METER = Eui64.parse("00-DB-12-34-56-78-90-A5")


def keys(vectors: Path) -> KeyRing:
    return key_ring_from_json((vectors / "keys.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "credit"), FILES.items(), ids=str)
def test_a_published_token(vectors: Path, name: str, credit: tuple[ValueClass, int]) -> None:
    ring = keys(vectors)
    frame = decode_frame(bytes.fromhex((vectors / "rtds" / name).read_text(encoding="ascii")))
    supplier, device = frame.header.originator, frame.header.target
    text = frame.payload[-20:].decode("ascii")
    counter = frame.header.counter >> 32
    assert originator_counter(counter) == frame.header.counter
    value_class, amount = credit
    secret = top_up_secret(ring, supplier, device)
    made = make_utrn(
        secret,
        supplier=supplier,
        device=device,
        utrn_counter=counter,
        amount=amount,
        value_class=value_class,
    )
    assert made == text
    token, found = accept_utrn(secret, text, supplier=supplier, device=device, cache=CounterCache())
    assert (found, token.value_class, token.amount) == (counter, *credit)
    for wrong_secret, wrong_supplier, wrong_device, wrong_counter in (
        (top_up_secret(ring, OTHER_SUPPLIER, device), OTHER_SUPPLIER, device, counter),
        (top_up_secret(ring, supplier, OTHER_METER), supplier, OTHER_METER, counter),
        (secret, supplier, device, counter + 1024),
    ):
        with pytest.raises(UtrnInvalid):
            check_token(
                wrong_secret, token, supplier=wrong_supplier, device=wrong_device, utrn_counter=wrong_counter
            )
