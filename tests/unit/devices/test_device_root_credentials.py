"""Root cells: replaced with a certificate that the old root gave the new one, or by contingency without."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from device_bench import ACB, ESME, KEYS, START, STRANGER, SUPPLIER, Bench
from test_device_credentials import ROOT, YEAR, Authority, cell, ring, statuses

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.shape import Value
from dcc_sim.devices.anchors import AGREEMENT, CERTIFYING, SIGNING, Anchor, Cell
from dcc_sim.devices.profiles import make_esme
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.protection import signed
from dcc_sim.ids import CraFlag, Eui64, RemotePartyRole
from dcc_sim.smki.pki import key_identifier
from dcc_sim.transform.message import Message, build_command

ROOT_CELL = Cell(RemotePartyRole.ROOT, CERTIFYING)
NOBODY = Eui64(bytes(8))
NEW_KEY = ec.derive_private_key(0xB0B << 70, ec.SECP256R1())
NEW_NAME = x509.Name(
    [
        x509.NameAttribute(NameOID.COMMON_NAME, "new root"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "00"),
    ]
)
NEW_ISSUER = Authority("new issuer", ec.derive_private_key(0xA1CE << 70, ec.SECP256R1()))


class NewRoot(Authority):
    """A root by its full name."""

    @property
    def subject(self) -> x509.Name:
        return NEW_NAME


NEW_ROOT = NewRoot("new root", NEW_KEY)


def self_signed() -> x509.Certificate:
    """A root that does not say that it issued itself, as RFC 5280 allows."""
    usage = x509.KeyUsage(
        key_cert_sign=True,
        **dict.fromkeys(
            (
                "digital_signature",
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "crl_sign",
                "encipher_only",
                "decipher_only",
            ),
            False,
        ),
    )
    public = NEW_KEY.public_key()
    return (
        x509.CertificateBuilder(NEW_NAME, NEW_NAME, public, 9, START - YEAR, START + YEAR)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier(key_identifier(public)), critical=False)
        .sign(NEW_KEY, hashes.SHA256())
    )


def meter() -> Bench:
    """A meter with the root of `test_device_credentials` in its cell; STRANGER has the contingency key."""
    anchors = {
        RemotePartyRole.SUPPLIER: SUPPLIER,
        RemotePartyRole.ACCESS_CONTROL_BROKER: ACB,
        RemotePartyRole.ROOT: STRANGER,
    }
    bench = Bench(make_esme(ESME, keys=ring(), trust_anchors=anchors, seed=1, started_at=START))
    root = Anchor(NOBODY, key_identifier(ROOT.key.public_key()))
    bench.device.model.credentials.replace(ROOT_CELL, root)
    return bench


def update(
    bench: Bench, code: str, path: list[x509.Certificate], *replacements: tuple[x509.Certificate, Cell]
) -> Message | None:
    bench.counter += 1
    row, contingency = use_case(code), code.endswith("Contingency")
    control: dict[str, Value] = {
        "credentials_replacement_mode": 9 if contingency else 0,
        "authorising_remote_party_seq_number": bench.counter,
        "new_remote_party_floor_seq_number": 3,
    }
    if contingency:
        control["plaintext_symmetric_key"] = bytes(32)
    else:
        control["authorising_remote_party_ta_cell_identifier"] = cell(2, SIGNING, 0)
    values: dict[str, Value] = {
        "authorising_remote_party_control": control,
        "replacements": [
            {
                "replacement_certificate": certificate.public_bytes(Encoding.DER),
                "target_trust_anchor_cell": cell(*(int(part) for part in place)),
            }
            for certificate, place in replacements
        ],
        "certification_path_certificates": [one.public_bytes(Encoding.DER) for one in path],
    }
    if not contingency:
        return bench.deliver(bench.frame(code, values, counter=bench.counter))
    header = GroupingHeader(
        cra=CraFlag.COMMAND,
        counter=bench.counter,
        originator=STRANGER,
        target=ESME,
        message_code=row.message_code,
    )
    return bench.deliver(signed(build_command(header, row, values), KEYS).encode())


def link() -> x509.Certificate:
    """The new root's key, certified by the old root."""
    return ROOT.certify(NEW_KEY.public_key(), NEW_NAME, "ca")


def test_a_supplier_replaces_the_root_that_the_old_one_vouches_for() -> None:
    bench = meter()
    assert statuses(update(bench, "CS02bRootBySupplier", [link()], (self_signed(), ROOT_CELL))) == [0]
    held = bench.device.model.credentials.anchor(ROOT_CELL)
    assert held is not None
    assert held.key_identifier == key_identifier(NEW_KEY.public_key())


@pytest.mark.parametrize("path", [[], [self_signed()]])
def test_a_supplier_cannot_bring_a_root_of_its_own(path: list[x509.Certificate]) -> None:
    assert statuses(update(meter(), "CS02bRootBySupplier", path, (self_signed(), ROOT_CELL))) == [10]


def test_the_old_root_may_be_found_behind_the_new_one() -> None:
    path = [self_signed(), link()]
    assert statuses(update(meter(), "CS02bRootBySupplier", path, (self_signed(), ROOT_CELL))) == [0]


def by_contingency(*order: int) -> tuple[list[int], Message]:
    """A new root, a supplier below it: in this order."""
    path = [NEW_ROOT.certify(NEW_ISSUER.key.public_key(), NEW_ISSUER.subject, "ca")]
    supplier = NEW_ISSUER.party(SUPPLIER, 2, "ka")
    new = ((self_signed(), ROOT_CELL), (supplier, Cell(2, AGREEMENT)))
    message = update(meter(), "CS02bAnyByContingency", path, *(new[n] for n in order))
    assert message is not None
    return statuses(message), message


def test_contingency_replaces_the_root_and_what_is_below_it() -> None:
    found, message = by_contingency(0, 1)
    assert found == [0, 0]
    outcome = message.body.values["execution_outcome"]
    assert isinstance(outcome, dict)
    assert outcome["remote_party_seq_number_changes"] == [{"remote_party_role": 0, "floor_seq_number": 3}]


def test_what_is_below_a_new_root_comes_after_it() -> None:
    assert by_contingency(1, 0)[0] == [10, 0]
