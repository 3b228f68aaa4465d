"""`dcc-sim utrn`: make, verify and decode top-up tokens.

In: options. Out: a token or what it says, as text or JSON; what fails raises, and `cli` turns that
into exit 1. Left out: the token itself (`gbcs.utrn`).
"""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from dcc_sim.dsp.world import home_keys
from dcc_sim.edge.console.options import Json, Keys, eui
from dcc_sim.edge.inputs import read_home, read_keys
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.utrn import (
    CounterCache,
    Token,
    ValueClass,
    accept_utrn,
    check_token,
    decode_utrn,
    make_utrn,
    originator_counter,
    top_up_secret,
)
from dcc_sim.ids import Eui64

Supplier = Annotated[Eui64, typer.Option(parser=eui, metavar="EUI", help="The supplier's EUI.")]
Meter = Annotated[Eui64, typer.Option("--device", parser=eui, metavar="EUI", help="The meter's EUI.")]
Utrn = Annotated[str, typer.Argument(help="The 20 digits; spaces and hyphens do not matter.")]


def make(
    supplier: Supplier,
    device: Meter,
    counter: Annotated[int, typer.Option(metavar="N", help="UTRN counter: upper half of the Originator's.")],
    pence: Annotated[int | None, typer.Option(metavar="N", help="Credit in pence, up to 8191.")] = None,
    pounds: Annotated[int | None, typer.Option(metavar="N", help="Credit in pounds, up to 8191.")] = None,
    keys: Keys = None,
    as_json: Json = False,
) -> None:
    """Make a token with the supplier's prepayment key."""
    value_class, amount = _credit(pence, pounds)
    secret = top_up_secret(_ring(keys), supplier, device)
    utrn = make_utrn(
        secret,
        supplier=supplier,
        device=device,
        utrn_counter=counter,
        amount=amount,
        value_class=value_class,
    )
    if as_json:
        _print_json({"utrn": utrn, **_described(decode_utrn(utrn)), **_counted(counter)})
    else:
        sys.stdout.write(f"{utrn}\n")


def verify(
    utrn: Utrn,
    supplier: Supplier,
    device: Meter,
    counter: Annotated[int | None, typer.Option(metavar="N", help="The token's UTRN counter.")] = None,
    highest: Annotated[
        int | None, typer.Option(metavar="N", help="Highest counter the meter has accepted; default 0.")
    ] = None,
    keys: Keys = None,
    as_json: Json = False,
) -> None:
    """Check a token as the meter does; exit 1 and the event code when it is refused."""
    if counter is not None and highest is not None:
        raise typer.BadParameter("give one of the two", param_hint="--counter or --highest")
    secret = top_up_secret(_ring(keys), supplier, device)
    if counter is None:
        cache = CounterCache(floor=highest or 0)
        token, counter = accept_utrn(secret, utrn, supplier=supplier, device=device, cache=cache)
    else:
        token = decode_utrn(utrn)
        check_token(secret, token, supplier=supplier, device=device, utrn_counter=counter)
    _print({**_described(token), **_counted(counter), "verified": True}, as_json=as_json)


def decode(utrn: Utrn, as_json: Json = False) -> None:
    """Say what a token holds; the check digit is checked, the MAC cannot be."""
    _print(_described(decode_utrn(utrn)), as_json=as_json)


def _credit(pence: int | None, pounds: int | None) -> tuple[ValueClass, int]:
    if pence is not None and pounds is None:
        return ValueClass.PENCE, pence
    if pounds is not None and pence is None:
        return ValueClass.POUNDS, pounds
    raise typer.BadParameter("give one of the two", param_hint="--pence or --pounds")


def _ring(keys: str | None) -> KeyRing:
    if keys:
        return read_keys(keys)
    ring = KeyRing()
    for name in ("demo", "rtds"):
        ring.entries |= home_keys(read_home(name)).entries
    return ring


def _described(token: Token) -> dict[str, Any]:
    return {
        "truncated_counter": token.truncated_counter,
        "value_class": token.value_class.name.lower(),
        "amount": token.amount,
        "pence": token.pence,
        "mac": token.mac.hex().upper(),
    }


def _counted(counter: int) -> dict[str, Any]:
    return {"utrn_counter": counter, "originator_counter": originator_counter(counter)}


def _print(fields: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        _print_json(fields)
        return
    for name, value in fields.items():
        sys.stdout.write(f"{name.replace('_', ' ')}: {'yes' if value is True else value}\n")


def _print_json(fields: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(fields, indent=2) + "\n")
