"""Trust anchors and own keys: who may replace what, and what a device then trusts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID
from device_bench import ACB, DAY, ESME, KEYS, START, STRANGER, SUPPLIER, Bench

from dcc_sim.catalogue.row import Guard
from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.shape import Value
from dcc_sim.devices.anchors import AGREEMENT, SIGNING, TOP_UP, Anchor, Cell
from dcc_sim.devices.certificates import Trust, Unacceptable, acceptable, device_eui
from dcc_sim.devices.logs import CONTENT_INVALID
from dcc_sim.devices.profiles import make_chf, make_esme
from dcc_sim.gbcs.crypto import check_signature
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import protect, signed
from dcc_sim.ids import CraFlag, Eui64, KeyUsage, RemotePartyRole
from dcc_sim.smki.pki import TestPki, key_identifier
from dcc_sim.transform.message import Message, build_command, read_message

YEAR = timedelta(days=365)
KEY_USAGES = {"ds": SIGNING, "ka": AGREEMENT, "ca": 32}


@dataclass(frozen=True)
class Authority:
    """Issues certificates; its own comes from a root that nobody holds."""

    name: str
    key: ec.EllipticCurvePrivateKey

    @property
    def subject(self) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])

    def certify(
        self,
        key: ec.EllipticCurvePublicKey,
        subject: x509.Name,
        usage: str,
        start: datetime = START - YEAR,
        end: datetime = START + 9 * YEAR,
    ) -> x509.Certificate:
        bits = {"ds": "digital_signature", "ka": "key_agreement", "ca": "key_cert_sign"}[usage]
        names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment")
        names += ("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
        own = self.key.public_key()
        return (
            x509.CertificateBuilder(self.subject, subject, key, 7, start, end)
            .add_extension(x509.KeyUsage(**{name: name == bits for name in names}), critical=True)
            .add_extension(x509.SubjectKeyIdentifier(key_identifier(key)), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier(key_identifier(own), None, None), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def party(self, eui: Eui64, role: int, usage: str, **dates: datetime) -> x509.Certificate:
        kind = KeyUsage.DIGITAL_SIGNATURE if usage == "ds" else KeyUsage.KEY_AGREEMENT
        unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"{role:02X}")
        unique = x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, b"\x00" + eui.octets, _ASN1Type.BitString)
        return self.certify(KEYS.public(eui, kind), x509.Name([unit, unique]), usage, **dates)


def authority(name: str) -> Authority:
    return Authority(name, ec.derive_private_key(sum(name.encode()) << 64, ec.SECP256R1()))


CA, OTHER = authority("issuer"), authority("another")
ROOT = authority("root")
PATH = [ROOT.certify(CA.key.public_key(), CA.subject, "ca").public_bytes(Encoding.DER)]
OTHER_PATH = [ROOT.certify(OTHER.key.public_key(), OTHER.subject, "ca").public_bytes(Encoding.DER)]


def ring() -> KeyRing:
    """The keys of the bench, with certificates of the supplier and the ACB."""
    keys = KeyRing(dict(KEYS.entries), KEYS.secrets)
    for eui, role in ((SUPPLIER, 2), (ACB, 4)):
        for usage, kind in (("ds", KeyUsage.DIGITAL_SIGNATURE), ("ka", KeyUsage.KEY_AGREEMENT)):
            private = KEYS.private(eui, kind)
            keys.entries.pop((eui, kind))
            keys.add_certificate(eui, kind, CA.party(eui, role, usage))
            keys.add_private(eui, kind, private)
    return keys


def meter() -> Bench:
    anchors = {RemotePartyRole.SUPPLIER: SUPPLIER, RemotePartyRole.ACCESS_CONTROL_BROKER: ACB}
    return Bench(make_esme(ESME, keys=ring(), trust_anchors=anchors, seed=1, started_at=START))


def update(
    bench: Bench,
    *replacements: tuple[x509.Certificate, tuple[int, int, int]],
    path: list[bytes] = PATH,
    at: datetime | None = None,
    control: Mapping[str, Value] | None = None,
    originator: Eui64 = SUPPLIER,
) -> Message | None:
    bench.counter += 1
    values: dict[str, Value] = {
        "authorising_remote_party_control": {
            "credentials_replacement_mode": 2,
            "authorising_remote_party_ta_cell_identifier": cell(2, SIGNING, 0),
            "authorising_remote_party_seq_number": bench.counter,
            "new_remote_party_floor_seq_number": 5,
            **(control or {}),
        },
        "replacements": [
            {
                "replacement_certificate": certificate.public_bytes(Encoding.DER),
                "target_trust_anchor_cell": cell(*place),
            }
            for certificate, place in replacements
        ],
        "certification_path_certificates": path,
    }
    if at is not None:
        values["execution_date_time"] = at
    frame = bench.frame("CS02bSupplierBySupplier", values, originator=originator, counter=bench.counter)
    return bench.deliver(frame)


def cell(role: int, usage: int, cell_usage: int) -> Value:
    return {"remote_party_role": role, "key_usage": usage, "cell_usage": cell_usage}


def statuses(message: Message | None) -> list[int]:
    assert message is not None
    outcome = message.body.values["execution_outcome"]
    assert isinstance(outcome, dict)
    return [one["status_code"] for one in outcome["replacement_outcomes"]]


def test_a_supplier_hands_over_to_another() -> None:
    bench = meter()
    assert bench.send("ECS52") is not None
    new = [
        (CA.party(STRANGER, 2, "ds"), (2, SIGNING, 0)),
        (CA.party(STRANGER, 2, "ka"), (2, AGREEMENT, 0)),
        (CA.party(STRANGER, 2, "ka"), (2, AGREEMENT, TOP_UP)),
    ]
    assert statuses(update(bench, *new)) == [0, 0, 0]
    assert bench.send("ECS52") is None
    assert bench.send("ECS52", originator=STRANGER) is not None
    credentials = bench.device.model.credentials
    anchor = credentials.anchor(Cell(2, SIGNING))
    assert anchor is not None
    assert anchor.key_identifier == key_identifier(KEYS.public(STRANGER, KeyUsage.DIGITAL_SIGNATURE))
    # The counters of the role begin at the floor it was given.
    assert credentials.counters == {(RemotePartyRole.SUPPLIER, ""): 5}
    # Nobody else's device has changed.
    assert (STRANGER, KeyUsage.PREPAYMENT_KEY_AGREEMENT) not in KEYS.entries


@pytest.mark.parametrize(
    ("certificate", "path", "status"),
    [
        (CA.party(STRANGER, 2, "ka"), PATH, 5),
        (CA.party(STRANGER, 3, "ds"), PATH, 5),
        (OTHER.party(STRANGER, 2, "ds"), PATH, 10),
        (OTHER.party(STRANGER, 2, "ds"), OTHER_PATH, 10),
        (CA.party(STRANGER, 2, "ds", start=START + DAY), PATH, 5),
        (CA.party(STRANGER, 2, "ds", end=START - DAY), PATH, 5),
        (CA.party(STRANGER, 2, "ds"), [], 10),
    ],
    ids=["usage", "role", "issuer", "unknown chain", "too early", "too late", "no chain"],
)
def test_a_certificate_that_does_not_fit_is_refused(
    certificate: x509.Certificate, path: list[bytes], status: int
) -> None:
    bench = meter()
    before = bench.device.state()
    assert statuses(update(bench, (certificate, (2, SIGNING, 0)), path=path)) == [status]
    after = bench.device.state()
    assert (after.anchors, after.values) == (before.anchors, before.values)
    assert bench.send("ECS52") is not None


def test_a_forged_certificate_under_the_name_of_the_issuer_is_bad() -> None:
    forger = Authority("issuer", OTHER.key)
    forged = forger.party(STRANGER, 2, "ds")
    real = x509.AuthorityKeyIdentifier(key_identifier(CA.key.public_key()), None, None)
    builder = x509.CertificateBuilder(
        CA.subject,
        forged.subject,
        KEYS.public(STRANGER, KeyUsage.DIGITAL_SIGNATURE),
        8,
        START - YEAR,
        START + YEAR,
    )
    for extension in forged.extensions:
        if not isinstance(extension.value, x509.AuthorityKeyIdentifier):
            builder = builder.add_extension(extension.value, extension.critical)
    forged = builder.add_extension(real, critical=False).sign(OTHER.key, hashes.SHA256())
    assert statuses(update(meter(), (forged, (2, SIGNING, 0)))) == [5]


def test_time_is_not_checked_when_the_command_says_so() -> None:
    early = CA.party(STRANGER, 2, "ds", start=START + DAY)
    control: dict[str, Value] = {"apply_time_based_cpv_checks": 1}
    assert statuses(update(meter(), (early, (2, SIGNING, 0)), control=control)) == [0]


def test_each_cell_stands_for_itself() -> None:
    good, bad = CA.party(STRANGER, 2, "ds"), CA.party(STRANGER, 2, "ds")
    places = [
        (good, (2, SIGNING, 0)),
        (bad, (2, AGREEMENT, 0)),
        (good, (3, SIGNING, 0)),
        (good, (6, SIGNING, 0)),
    ]
    assert statuses(update(meter(), *places)) == [0, 5, 127, 25]


def test_what_does_not_hang_together_is_discarded() -> None:
    good = (CA.party(STRANGER, 2, "ds"), (2, SIGNING, 0))
    for control in ({"credentials_replacement_mode": 3}, {"authorising_remote_party_seq_number": 1}):
        bench = meter()
        assert update(bench, good, control=control) is None
        assert bench.device.security_log[-1].code == CONTENT_INVALID


def test_a_future_dated_update_waits_and_reports() -> None:
    bench = meter()
    new = (CA.party(STRANGER, 2, "ds"), (2, SIGNING, 0))
    accepted = update(bench, new, at=START + DAY)
    assert accepted is not None
    assert "execution_outcome" not in accepted.body.values
    assert bench.send("ECS52") is not None
    (alert,) = bench.wake()
    assert alert.row.code == "FutureDatedAlert-CS02b"
    assert alert.body.values["alert_code"] == 0x8F66
    assert statuses(alert) == [0]
    assert alert.header.target == SUPPLIER


def test_a_future_dated_update_can_be_cancelled() -> None:
    bench = meter()
    new = (CA.party(STRANGER, 2, "ds"), (2, SIGNING, 0))
    update(bench, new, at=START + DAY)
    update(bench, new, at=datetime.fromisoformat("9999-12-31T23:59:59+00:00"))
    assert bench.device.next_wake() is None


def test_credentials_are_told_by_role() -> None:
    bench = meter()
    asked: dict[str, Value] = {
        "authorising_remote_party_ta_cell_identifier": cell(4, AGREEMENT, 0),
        "remote_party_roles_credentials_required": [4, 6, 2],
    }
    answer = bench.send("CS02a", asked, originator=ACB)
    assert answer is not None
    acb, wan, supplier = answer.body.values["remote_party_details"]  # type: ignore[misc]
    assert (acb["status_code"], wan["status_code"]) == (0, 25)
    assert [one["key_usage"] for one in supplier["trust_anchor_cell_details"]] == [SIGNING, AGREEMENT]
    assert answer.frame.mac is not None


def test_who_signs_the_question_gets_a_signed_answer() -> None:
    bench = meter()
    row = use_case("CS02a")
    header = GroupingHeader(
        cra=CraFlag.COMMAND, counter=3, originator=SUPPLIER, target=ESME, message_code=row.message_code
    )
    asked: dict[str, Value] = {
        "authorising_remote_party_ta_cell_identifier": cell(2, SIGNING, 0),
        "remote_party_roles_credentials_required": [2],
    }
    plain = build_command(header, row, asked)
    answer = bench.deliver(signed(plain, KEYS).encode())
    assert answer is not None
    assert (answer.frame.mac, bool(answer.frame.signature)) == (None, True)
    assert Guard.MAC in row.protections[0].command
    both = protect(signed(plain, KEYS), KEYS, ACB).encode()
    assert bench.deliver(both) is None
    assert bench.device.security_log[-1].code == CONTENT_INVALID


def test_the_root_cell_ends_the_chain_where_it_is_filled() -> None:
    party = CA.party(STRANGER, 2, "ds").public_bytes(Encoding.DER)
    root = Anchor(Eui64(bytes(8)), key_identifier(ROOT.key.public_key()))
    assert acceptable(party, Cell(2, SIGNING), PATH, Trust(root, ()), START).holder == STRANGER
    with pytest.raises(Unacceptable):
        acceptable(party, Cell(2, SIGNING), PATH, Trust(None, ()), START)
    with pytest.raises(Unacceptable, match="not a certificate"):
        acceptable(b"0\x00", Cell(2, SIGNING), PATH, Trust(root, ()), START)


# ---------------------------------------------------------------------------------------- own keys


def own_keys() -> tuple[Bench, TestPki]:
    pki = TestPki("own keys")
    pki.enrol_organisation(SUPPLIER, RemotePartyRole.SUPPLIER)
    pki.enrol_organisation(ACB, RemotePartyRole.ACCESS_CONTROL_BROKER)
    pki.enrol_device(ESME)
    anchors = {RemotePartyRole.SUPPLIER: SUPPLIER, RemotePartyRole.ACCESS_CONTROL_BROKER: ACB}
    device = make_esme(ESME, keys=pki.ring, trust_anchors=anchors, seed=1, started_at=START)
    return Bench(device), pki


def ask(bench: Bench, pki: TestPki, code: str, values: Mapping[str, Value]) -> Message:
    bench.counter += 1
    row = use_case(code)
    header = GroupingHeader(
        cra=CraFlag.COMMAND,
        counter=bench.counter,
        originator=SUPPLIER,
        target=ESME,
        message_code=row.message_code,
    )
    frame = protect(signed(build_command(header, row, values), pki.ring), pki.ring, ACB)
    (answer,) = bench.device.receive(frame.encode(), START)
    return read_message(answer, pki.ring)


def test_a_new_key_pair_is_used_once_its_certificate_has_come() -> None:
    bench, pki = own_keys()
    issued = ask(bench, pki, "CS02c", {"key_usage": SIGNING}).body.values["certification_request"]
    assert isinstance(issued, bytes)
    request = x509.load_der_x509_csr(issued)
    assert request.is_signature_valid
    key = request.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    before = ask(bench, pki, "CS02e", {"key_usage": SIGNING})
    check_signature(pki.ring.public(ESME, KeyUsage.DIGITAL_SIGNATURE), before.frame)
    present = pki.ring.certificate(ESME, KeyUsage.DIGITAL_SIGNATURE)
    assert before.body.values["certificate"] == present.public_bytes(Encoding.DER)

    builder = x509.CertificateBuilder(present.issuer, x509.Name([]), key, 9, START - DAY, START + YEAR)
    for extension in request.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    certificate = builder.sign(CA.key, hashes.SHA256())
    assert device_eui(certificate) == ESME
    answer = ask(bench, pki, "CS02d", {"certificate": certificate.public_bytes(Encoding.DER)})
    assert answer.body.values["response_code"] == 0
    check_signature(key, answer.frame)
    again = ask(bench, pki, "CS02d", {"certificate": certificate.public_bytes(Encoding.DER)})
    assert again.body.values["response_code"] == 4


def test_a_certificate_that_is_not_the_device_s_is_refused() -> None:
    bench, pki = own_keys()
    other = CA.party(STRANGER, 2, "ds").public_bytes(Encoding.DER)
    assert ask(bench, pki, "CS02d", {"certificate": other}).body.values["response_code"] == 2
    assert ask(bench, pki, "CS02d", {"certificate": b"0\x00"}).body.values["response_code"] == 1
    present = pki.ring.certificate(ESME, KeyUsage.DIGITAL_SIGNATURE).public_bytes(Encoding.DER)
    assert ask(bench, pki, "CS02d", {"certificate": present}).body.values["response_code"] == 4
    assert ask(bench, pki, "CS02c", {"key_usage": 32}).body.values["response_code"] == 1
    assert ask(bench, pki, "CS02e", {"key_usage": 32}).body.values["response_code"] == 1


def test_a_device_has_the_cells_of_its_kind() -> None:
    chf = make_chf(ESME, keys=ring(), trust_anchors={RemotePartyRole.WAN_PROVIDER: SUPPLIER})
    assert chf.model.credentials.anchor(Cell(6, SIGNING)) is not None
    assert chf.model.credentials.anchor(Cell(8, SIGNING)) is None
    assert meter().device.model.credentials.anchor(Cell(77, SIGNING)) is None
