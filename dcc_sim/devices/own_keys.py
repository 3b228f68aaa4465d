"""A device's own key pairs: CS02c (new pair and request), CS02d (its certificate), CS02e (read it).

In: a key usage, a certificate. Out: a PKCS#10 request, outcome codes, a certificate. A new pair is
made from the present one, so that the same device makes the same pairs on every machine; it is used
once its certificate has come. Source: reference `gbcs.md` §b.6, §f (GBCS 13.4 – 13.6).
"""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dcc_sim.codec.shape import Value, Values, as_bytes, as_int
from dcc_sim.devices.anchors import AGREEMENT, SIGNING
from dcc_sim.devices.certificates import Unacceptable, device_eui, key_usage, read_certificate
from dcc_sim.devices.holdings import holdings_of
from dcc_sim.devices.model import Exchange, Execution, Fault, Model
from dcc_sim.devices.store import Record
from dcc_sim.errors import KeyMissing
from dcc_sim.gbcs.keys import certificate_key
from dcc_sim.ids import DeviceType, KeyUsage, MessageCode

_USAGES: Final = {SIGNING: KeyUsage.DIGITAL_SIGNATURE, AGREEMENT: KeyUsage.KEY_AGREEMENT}
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the P-256 group."""

_INVALID_USAGE, _GENERATION_FAILED, _REQUEST_FAILED = 1, 2, 3
_NONE_HELD: Final = 2
_REPLACED: Final = {
    KeyUsage.DIGITAL_SIGNATURE: (0x8F4C, 0x8F4D),
    KeyUsage.KEY_AGREEMENT: (0x8F4E, 0x8F4F),
}
"""Codes of a certificate that was not replaced, and of one that was."""
_INVALID, _WRONG_DEVICE, _WRONG_USAGE, _NO_PAIR, _WRONG_KEY = 1, 2, 3, 4, 5


def _pair(usage: KeyUsage) -> Record:
    return Record(f"new {usage.value} key pair")


def _prepared(usage: KeyUsage) -> Record:
    return Record(f"prepared {usage.value} request")


def _certificate(usage: KeyUsage) -> Record:
    return Record(f"{usage.value} certificate")


def own_key_exchanges(device_type: DeviceType) -> dict[MessageCode, Exchange]:
    """The exchanges about own keys that a type of device has."""
    found = {
        MessageCode(0x000A): Exchange(_issue, _load_issue, _faults),
        MessageCode(0x000B): Exchange(_update, _load_update, _faults),
        MessageCode(0x000C): Exchange(_provide, _load_provide, _faults),
    }
    return {code: exchange for code, exchange in found.items() if code in holdings_of(device_type).exchanges}


def _load_issue(model: Model, asked: Values, known: Values) -> None:
    usage = _USAGES.get(as_int(asked.get("key_usage", 0)))
    if usage is not None and "certification_request" in known:
        model.store.write(_prepared(usage), known["certification_request"])


def _load_update(model: Model, asked: Values, known: Values) -> None:
    if known["response_code"] == 0:
        certificate = read_certificate(as_bytes(asked["certificate"]))
        usage = _USAGES[key_usage(certificate)]
        model.store.write(_pair(usage), {"public": _point(certificate_key(certificate)), "scalar": b""})


def _load_provide(model: Model, asked: Values, known: Values) -> None:
    usage = _USAGES.get(as_int(asked.get("key_usage", 0)))
    if usage is not None and "certificate" in known:
        model.store.write(_certificate(usage), known["certificate"])


def _faults(known: Values) -> tuple[Fault, ...]:
    code = as_int(known.get("response_code", 0))
    return (Fault(0, code),) if code else ()


def _refuse(run: Execution, code: int) -> Values:
    run.failed = run.failed or "response_code"
    return {"response_code": code}


def _issue(run: Execution, values: Values) -> Values:
    fault, usage = run.fault_at(0), _USAGES.get(as_int(values["key_usage"]))
    if fault is not None:
        return _refuse(run, fault.code)
    if usage is None:
        return _refuse(run, _INVALID_USAGE)
    store = run.model.store
    prepared = store.get(_prepared(usage))
    if prepared is not None:
        return {"certification_request": prepared}
    credentials = run.model.credentials
    try:
        present = credentials.keys.private(credentials.eui, usage)
    except KeyMissing:
        return _refuse(run, _GENERATION_FAILED)
    names = _hardware_module_name(run.model, usage)
    if names is None:
        return _refuse(run, _REQUEST_FAILED)
    key = _next_key(present, usage)
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([]))
        .add_extension(_extension(usage), critical=True)
        .add_extension(names, critical=True)
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    scalar = key.private_numbers().private_value.to_bytes(32, "big")
    store.write(_pair(usage), {"public": _point(key.public_key()), "scalar": scalar})
    return {"certification_request": request.public_bytes(Encoding.DER)}


def _next_key(present: ec.EllipticCurvePrivateKey, usage: KeyUsage) -> ec.EllipticCurvePrivateKey:
    before = present.private_numbers().private_value.to_bytes(32, "big")
    digest = hashlib.sha256(b"next key pair" + usage.value.encode() + before).digest()
    return ec.derive_private_key(int.from_bytes(digest, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def _hardware_module_name(model: Model, usage: KeyUsage) -> x509.SubjectAlternativeName | None:
    """The device's name, as its present certificate has it."""
    try:
        certificate = model.credentials.keys.certificate(model.credentials.eui, usage)
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (KeyMissing, x509.ExtensionNotFound, ValueError):
        return None


def _extension(usage: KeyUsage) -> x509.KeyUsage:
    signing = usage is KeyUsage.DIGITAL_SIGNATURE
    return x509.KeyUsage(
        digital_signature=signing,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=not signing,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _update(run: Execution, values: Values) -> Values:
    fault = run.fault_at(0)
    code = fault.code if fault is not None else _take_certificate(run, as_bytes(values["certificate"]))
    failed, done = _REPLACED[_usage_of(as_bytes(values["certificate"]))]
    run.model.report(failed if code else done, run.now)
    return {"response_code": code}


def _usage_of(octets: bytes) -> KeyUsage:
    # What is no certificate of either kind counts as a signing certificate that was not replaced.
    try:
        usage = _USAGES.get(key_usage(read_certificate(octets)))
    except Unacceptable:
        usage = None
    return usage or KeyUsage.DIGITAL_SIGNATURE


def _take_certificate(run: Execution, octets: bytes) -> int:
    model, credentials = run.model, run.model.credentials
    try:
        certificate = read_certificate(octets)
    except Unacceptable:
        return _INVALID
    if device_eui(certificate) != credentials.eui:
        return _WRONG_DEVICE
    usage = _USAGES.get(key_usage(certificate))
    if usage is None:
        return _WRONG_USAGE
    pair: Value = model.store.get(_pair(usage))
    if not isinstance(pair, dict):
        return _NO_PAIR
    if pair["public"] != _point(certificate_key(certificate)):
        return _WRONG_KEY
    scalar = as_bytes(pair["scalar"])
    if scalar:
        key = ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())
        credentials.hold_own(usage, key, octets)
    model.store.write(_certificate(usage), octets)
    model.store.forget(_pair(usage))
    model.store.forget(_prepared(usage))
    return 0


def _provide(run: Execution, values: Values) -> Values:
    fault, usage = run.fault_at(0), _USAGES.get(as_int(values["key_usage"]))
    if fault is not None:
        return _refuse(run, fault.code)
    if usage is None:
        return _refuse(run, _INVALID_USAGE)
    held = run.model.store.get(_certificate(usage))
    if held is None:
        try:
            certificate = run.model.credentials.keys.certificate(run.model.credentials.eui, usage)
        except KeyMissing:
            return _refuse(run, _NONE_HELD)
        held = certificate.public_bytes(Encoding.DER)
    return {"certificate": held}


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
