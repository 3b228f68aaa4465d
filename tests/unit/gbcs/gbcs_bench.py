"""Three parties with fixed keys, and a frame of each sort between them."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec

from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import CraFlag, Eui64, KeyUsage, MessageCode

SUPPLIER = Eui64.parse("00-5E-01-00-00-00-00-01")
METER = Eui64.parse("00-5E-00-00-00-00-00-01")
ACB = Eui64.parse("00-5E-01-00-00-00-00-03")
STRANGER = Eui64.parse("00-5E-01-00-00-00-00-04")
BOTH = (KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_AGREEMENT)


def private(number: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(0xDCC << 32 | number, ec.SECP256R1())


def ring(*parties: Eui64, public: tuple[Eui64, ...] = ()) -> KeyRing:
    """Private keys of some parties and public keys of others."""
    made = KeyRing()
    for eui in (*parties, *public):
        for n, usage in enumerate(BOTH):
            key = private(int.from_bytes(eui.octets, "big") * 2 + n)
            if eui in parties:
                made.add_private(eui, usage, key)
            else:
                made.add_public(eui, usage, key.public_key())
    return made


EVERYBODY = ring(SUPPLIER, METER, ACB, STRANGER)


def header(cra: CraFlag = CraFlag.COMMAND, **parts: object) -> GroupingHeader:
    given: dict[str, object] = {
        "cra": cra,
        "counter": 0x0102030405060708,
        "originator": METER if cra is not CraFlag.COMMAND else SUPPLIER,
        "target": SUPPLIER if cra is not CraFlag.COMMAND else METER,
        "message_code": MessageCode(0x0019),
    }
    return GroupingHeader(**(given | parts))  # type: ignore[arg-type]  # one part is replaced at a time


def frame(cra: CraFlag = CraFlag.COMMAND, **parts: object) -> Frame:
    return Frame.build(header(cra, **parts), b"the payload")
