"""Key derivation, MAC, signature and encryption of GBCS messages.

In: keys of `cryptography`, frames. Out: octets, or an exception of the `SecurityError` branch;
nothing here returns a bool. All primitives are those of `cryptography`; what is ours is which
octets go in. Source: GBCS 4.3, 8; confirmed on the published vectors (reference `gbcs.md` §b, §g).
Left out: prepayment tokens.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256

from dcc_sim.errors import DecryptionFailed, MacInvalid, SignatureInvalid
from dcc_sim.gbcs.frame import MAC_LENGTH, SIGNATURE_LENGTH, Frame

_AES_GCM_128: Final = bytes.fromhex("60857406080300")
_MAC_PREFIX: Final = bytes.fromhex("110000000000")
"""Security control octet 11 and the five empty fields of the MAC Header."""
_ENCRYPTION_HEADER: Final = bytes.fromhex("3100000000")
_ENCRYPTION_CRA: Final = 4
"""Takes the place of the CRA flag when the key is for encryption."""


@dataclass(slots=True)
class SharedSecrets:
    """ECDH secrets, one per pair of key objects: the agreement is static, only the KDF varies.

    Both objects are kept with their secret, so that a change of credentials, which brings new
    objects, never meets an old secret.
    """

    cache: dict[tuple[int, int], tuple[EllipticCurvePrivateKey, EllipticCurvePublicKey, bytes]] = field(
        default_factory=dict
    )

    def of(self, private: EllipticCurvePrivateKey, public: EllipticCurvePublicKey) -> bytes:
        """Z, the 32-octet x-coordinate."""
        place = (id(private), id(public))
        found = self.cache.get(place)
        if found is None:
            found = self.cache[place] = (private, public, private.exchange(ECDH(), public))
        return found[2]


def derive_key(secret: bytes, *, cra: int, counter: int, originator: bytes, target: bytes) -> bytes:
    """AES-128 key of one message: single-step KDF of NIST SP 800-56A with SHA-256."""
    other = _AES_GCM_128 + originator + bytes((9, cra)) + counter.to_bytes(8, "big") + target
    return hashlib.sha256(b"\x00\x00\x00\x01" + secret + other).digest()[:16]


def compute_mac(secret: bytes, frame: Frame) -> bytes:
    """GMAC of a message, 12 octets; `secret` is Z of the two parties that protect it."""
    header = frame.header
    key = derive_key(
        secret,
        cra=header.cra,
        counter=header.counter,
        originator=header.originator.octets,
        target=header.target.octets,
    )
    nonce = header.originator.octets + b"\x00\x00\x00\x00"
    return AESGCM(key).encrypt(nonce, b"", _MAC_PREFIX + frame.body)[:MAC_LENGTH]


def check_mac(secret: bytes, frame: Frame) -> None:
    """Raises MacInvalid when the MAC is absent or not the one these keys give."""
    if frame.mac is None:
        raise MacInvalid("the message has no MAC")
    if not hmac.compare_digest(compute_mac(secret, frame), frame.mac):
        raise MacInvalid("the MAC is not the one the keys of the two parties give")


def sign(key: EllipticCurvePrivateKey, frame: Frame) -> bytes:
    """ECDSA P-256/SHA-256 over header and payload, r‖s in 64 octets."""
    r, s = decode_dss_signature(key.sign(frame.signed_octets, ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def check_signature(key: EllipticCurvePublicKey, frame: Frame) -> None:
    """Raises SignatureInvalid when the signature is absent or does not verify."""
    signature = frame.signature
    if signature is None or len(signature) != SIGNATURE_LENGTH:
        raise SignatureInvalid("the message has no signature")
    half = SIGNATURE_LENGTH // 2
    der = encode_dss_signature(
        int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    )
    try:
        key.verify(der, frame.signed_octets, ECDSA(SHA256()))
    except InvalidSignature as error:
        raise SignatureInvalid("the signature does not verify with the signer's key") from error


@dataclass(frozen=True, slots=True)
class MessageSeal:
    """Encrypts and decrypts the sensitive values of one Device message (GBCS 8.4, 8.5).

    `secret` is Z of Device and reader; `device`, `reader` their EUIs; `counter` that of the
    message, or the supplementary originator counter for a reader the Device does not know.
    """

    secret: bytes
    device: bytes
    reader: bytes
    counter: int

    def close(self, plaintext: bytes) -> bytes:
        """`31 00000000` + ciphertext + 12-octet tag."""
        encryptor = Cipher(AES(self._key()), GCM(self._nonce())).encryptor()
        encryptor.authenticate_additional_data(_ENCRYPTION_HEADER[:1])
        ciphertext = encryptor.update(plaintext) + encryptor.finalize()
        return _ENCRYPTION_HEADER + ciphertext + encryptor.tag[:MAC_LENGTH]

    def open(self, blob: bytes) -> bytes:
        """The plaintext. Raises DecryptionFailed."""
        header = len(_ENCRYPTION_HEADER)
        if blob[:header] != _ENCRYPTION_HEADER or len(blob) < header + MAC_LENGTH:
            raise DecryptionFailed("not an encrypted value: 31 00000000 … tag expected")
        mode = GCM(self._nonce(), blob[-MAC_LENGTH:], min_tag_length=MAC_LENGTH)
        decryptor = Cipher(AES(self._key()), mode).decryptor()
        decryptor.authenticate_additional_data(_ENCRYPTION_HEADER[:1])
        try:
            return decryptor.update(blob[header:-MAC_LENGTH]) + decryptor.finalize()
        except InvalidTag as error:
            raise DecryptionFailed("the value does not authenticate under the derived key") from error

    def _key(self) -> bytes:
        return derive_key(
            self.secret,
            cra=_ENCRYPTION_CRA,
            counter=self.counter,
            originator=self.device,
            target=self.reader,
        )

    def _nonce(self) -> bytes:
        return self.device + b"\x00\x00\x00\x00"
