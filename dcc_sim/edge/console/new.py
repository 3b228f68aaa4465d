"""`dcc-sim new`: a valid request to start from, for any Service Request.

In: options. Out: the request, or the places in it that can be set, on standard output or in a file.
The parties and devices are those of a home; the types that it lacks get a stand-in beside its meter.
Left out: the drafting (`duis.drafting`).
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from cryptography.hazmat.primitives.serialization import Encoding

from dcc_sim.bundled import bundled
from dcc_sim.catalogue.requests import REQUESTS
from dcc_sim.dsp.home import Home
from dcc_sim.dsp.world import home_keys
from dcc_sim.duis.drafting import ALL, USUAL, House, PlaceToSet, Wishes, draft, places
from dcc_sim.duis.schema import Schemas
from dcc_sim.edge.console.options import Json, Keys, Now, SchemaDir, eui, moment
from dcc_sim.edge.documents import sign_document
from dcc_sim.edge.inputs import read_frame, read_home, read_keys
from dcc_sim.errors import KeyMissing, NotFound
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.utrn import top_up_secret
from dcc_sim.ids import (
    MAX_COUNTER,
    CommandVariant,
    DeviceType,
    Eui64,
    KeyUsage,
    RemotePartyRole,
    ServiceReferenceVariant,
)
from dcc_sim.smki.pki import TestPki

_LAST_OCTET: Final = {
    DeviceType.ESME: 0xA0,
    DeviceType.GSME: 0xA1,
    DeviceType.CHF: 0xA2,
    DeviceType.GPF: 0xA3,
    DeviceType.PPMID: 0xA4,
    DeviceType.HCALCS: 0xA5,
}
"""Of the stand-ins: the order that test homes of this field are numbered in."""

_CERTIFICATES: Final = {
    "DigitalSigningCertificate": KeyUsage.DIGITAL_SIGNATURE,
    "KeyAgreementCertificate": KeyUsage.KEY_AGREEMENT,
    "KeyAgreementTopUpCertificate": KeyUsage.PREPAYMENT_KEY_AGREEMENT,
    "KAPublicSecurityCredentials": KeyUsage.KEY_AGREEMENT,
    "KAPublicSecurityCredential": KeyUsage.KEY_AGREEMENT,
}
"""Which of the originator's certificates goes into which element."""


def _variant(text: str) -> ServiceReferenceVariant:
    try:
        return ServiceReferenceVariant(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}; write 1.1.1") from error


def _pairs(texts: list[str] | None, option: str) -> tuple[tuple[str, str], ...]:
    """Each `PLACE=TEXT` in two."""
    split = [each.partition("=") for each in texts or ()]
    for place, sign, _ in split:
        if not sign:
            raise typer.BadParameter(f"{place!r} has no '='; write PLACE=TEXT", param_hint=option)
    return tuple((place, text) for place, _, text in split)


Service = Annotated[
    ServiceReferenceVariant,
    typer.Argument(parser=_variant, metavar="SRV", help="Service Reference Variant, such as 1.1.1."),
]
Device = Annotated[
    Eui64 | None, typer.Option(parser=eui, metavar="EUI", help="The device it is about; default the home's.")
]
Originator = Annotated[
    Eui64 | None,
    typer.Option(parser=eui, metavar="EUI", help="The User; default the first in the home who may."),
]
Counter = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=0, max=MAX_COUNTER, help="Originator Counter; default --now in ms since 1970."
    ),
]
Form = Annotated[
    int | None,
    typer.Option(
        "--command-variant",
        metavar="N",
        min=1,
        max=9,
        help="Command variant; default the first the service allows.",
    ),
]
Values = Annotated[
    list[str] | None, typer.Option("--set", metavar="PLACE=VALUE", help="Text of an element or @attribute.")
]
Choices = Annotated[
    list[str] | None,
    typer.Option("--choose", metavar="PLACE=ELEMENT", help="An alternative; . is the body."),
]
Optionals = Annotated[
    list[str] | None, typer.Option(metavar="PLACE", help="A part that may be left out, or all.")
]
Execution = Annotated[
    datetime | None,
    typer.Option(parser=moment, metavar="ISO", help="ExecutionDateTime of a future-dated request."),
]
PreCommand = Annotated[
    str | None, typer.Option(metavar="FRAME", help="The signed command (or its file) for variants 5 to 7.")
]
ListPaths = Annotated[bool, typer.Option("--list-paths", help="List the places that can be set, and stop.")]
Sign = Annotated[bool, typer.Option("--sign", help="Sign with the originator's key.")]
HomeName = Annotated[str, typer.Option("--home", metavar="FILE", help="A home file, or demo, full or rtds.")]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="File to write; default standard output.")]


def new(
    service: Service,
    device: Device = None,
    originator: Originator = None,
    counter: Counter = None,
    form: Form = None,
    values: Values = None,
    choices: Choices = None,
    optional: Optionals = None,
    execution: Execution = None,
    pre_command: PreCommand = None,
    now: Now = None,
    list_paths: ListPaths = False,
    sign: Sign = False,
    keys: Keys = None,
    home: HomeName = "demo",
    schemas: SchemaDir = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Draft a valid request for any Service Request, to start from."""
    loaded = Schemas(schemas or bundled("schemas"))
    if list_paths:
        found = list(places(service, loaded))
        _write(_places_as_json(found) if as_json else _places_as_text(found), out)
        return
    wishes = Wishes(
        values=_pairs(values, "--set"),
        choices=_pairs(choices, "--choose"),
        optional=tuple(each for each in optional or () if each != ALL),
        optionals=ALL if ALL in (optional or ()) else USUAL,
        device=device,
        counter=counter,
        command_variant=None if form is None else CommandVariant(form),
        execution=execution,
        pre_command=None if pre_command is None else read_frame(pre_command),
    )
    dwelling = read_home(home)
    ring = read_keys(keys) if keys else home_keys(dwelling)
    present = now or datetime.now(UTC).replace(microsecond=0)
    user = originator or user_for(service, dwelling)
    made = draft(service, house_of(dwelling, ring, user, device), present, loaded, wishes)
    _write(sign_document(made.document, ring) if sign else made.document, out)


def user_for(service: ServiceReferenceVariant, home: Home) -> Eui64:
    """Who in the home may ask for that: the supplier, else the first with the role, else the supplier."""
    supplier = home.party(RemotePartyRole.SUPPLIER)
    row = REQUESTS.get(service.text)
    roles = set(row.roles) if row is not None else set()
    able = (party for party in (supplier, *home.parties) if roles & set(party.user_roles))
    return next(able, supplier).eui


def house_of(home: Home, ring: KeyRing, user: Eui64, device: Eui64 | None) -> House:
    """The parties and devices of a home as a draft needs them."""
    devices = {record.type: record.eui for record in reversed(home.devices)}
    first = home.devices[0].eui
    for kind, octet in _LAST_OCTET.items():
        devices.setdefault(kind, Eui64(first.octets[:-1] + bytes((octet,))))
    numbers = [str(record.mpxn) for record in home.devices if record.mpxn is not None]
    certificates = {
        name: ring.certificate(user, usage).public_bytes(Encoding.DER)
        for name, usage in _CERTIFICATES.items()
        if (entry := ring.entries.get((user, usage))) is not None and entry.certificate is not None
    }
    certificates["Certificate"] = TestPki(home.seed).authority_certificate().public_bytes(Encoding.DER)
    meter = device or devices[DeviceType.ESME]
    try:
        signing = ring.certificate(meter, KeyUsage.DIGITAL_SIGNATURE)
        certificates["DeviceCertificate"] = signing.public_bytes(Encoding.DER)
    except KeyMissing:
        pass  # a device that is nowhere: the draft has a stand-in
    try:
        secret = top_up_secret(ring, user, meter)
    except KeyMissing:
        secret = bytes(32)
    return House(
        originator=user,
        acb=home.party(RemotePartyRole.ACCESS_CONTROL_BROKER).eui,
        devices=devices,
        mpan=next((each for each in numbers if len(each) == 13), "1099000000016"),
        mprn=next((each for each in numbers if len(each) != 13), "9900000003"),
        certificates=certificates,
        top_up_secret=secret,
    )


def _write(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise NotFound(f"{out}: {error.strerror or error}") from error


def _places_as_json(found: list[PlaceToSet]) -> bytes:
    return (json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False) + "\n").encode()


def _places_as_text(found: list[PlaceToSet]) -> bytes:
    """One line each: number, place, type; alternatives of a choice say where it is."""
    lines = []
    for each in found:
        most = "*" if each.most is None else str(each.most)
        number = most if str(each.least) == most else f"{each.least}-{most}"
        choice = f"  [choice at {each.chosen_at}]" if each.chosen_at is not None else ""
        kind = f"  {each.type}" if each.type else ""
        lines.append(f"{number:>6}  {each.path}{kind}{choice}\n")
    return "".join(lines).encode()
