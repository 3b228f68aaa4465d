"""A house with everything a draft may need, keys and certificates included."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from dcc_sim.duis.drafting import House
from dcc_sim.gbcs.utrn import top_up_secret
from dcc_sim.ids import DeviceType, Eui64, KeyUsage, RemotePartyRole
from dcc_sim.smki.pki import TestPki

NOW: Final = datetime(2026, 11, 30, 14, tzinfo=UTC)
SUPPLIER: Final = Eui64.parse("00-50-C2-5F-30-01-00-00")
ACB: Final = Eui64.parse("00-50-C2-5F-30-00-00-02")
DEVICES: Final = {
    kind: Eui64.parse(f"00-50-C2-5F-31-00-00-A{number}")
    for number, kind in enumerate(
        (
            DeviceType.ESME,
            DeviceType.GSME,
            DeviceType.CHF,
            DeviceType.GPF,
            DeviceType.PPMID,
            DeviceType.HCALCS,
        )
    )
}


def make_house() -> House:
    """The supplier's own certificates wherever one is asked for, a path that ends at the test authority."""
    pki = TestPki("drafts")
    pki.enrol_organisation(SUPPLIER, RemotePartyRole.SUPPLIER)
    for each in DEVICES.values():
        pki.enrol_device(each)
    usages = {
        "DigitalSigningCertificate": KeyUsage.DIGITAL_SIGNATURE,
        "KeyAgreementCertificate": KeyUsage.KEY_AGREEMENT,
        "KeyAgreementTopUpCertificate": KeyUsage.PREPAYMENT_KEY_AGREEMENT,
        "KAPublicSecurityCredentials": KeyUsage.KEY_AGREEMENT,
        "KAPublicSecurityCredential": KeyUsage.KEY_AGREEMENT,
    }
    found = {name: pki.ring.certificate(SUPPLIER, usage) for name, usage in usages.items()}
    found["DeviceCertificate"] = pki.ring.certificate(DEVICES[DeviceType.ESME], KeyUsage.DIGITAL_SIGNATURE)
    found["Certificate"] = pki.authority_certificate()
    return House(
        originator=SUPPLIER,
        acb=ACB,
        devices=DEVICES,
        mpan="1099000000016",
        mprn="9900000003",
        certificates={name: each.public_bytes(Encoding.DER) for name, each in found.items()},
        top_up_secret=top_up_secret(pki.ring, SUPPLIER, DEVICES[DeviceType.ESME]),
    )
