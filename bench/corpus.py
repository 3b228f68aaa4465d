"""Reading and checking the whole corpus, as a multiple of its cryptography alone.

In: a vector folder. Out: microseconds a frame and ratios, all from this one run. The floor is the
bare library: ECDSA verification, key derivation, GMAC and decryption on inputs prepared before,
shared secrets cached. Goal: everything (fields annotated, MAC and signature verified, sensitive
values opened) at most 3 times the floor.

    python bench/corpus.py ../shared/vectors
"""

import gc
import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cryptography import __version__ as cryptography_version
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256

from dcc_sim.codec.shape import Notes
from dcc_sim.edge.inputs import read_home, read_keys
from dcc_sim.errors import DccSimError, KeyMissing, SecurityError
from dcc_sim.gbcs.crypto import MessageSeal
from dcc_sim.gbcs.frame import decode_frame
from dcc_sim.gbcs.protection import check_protection, mac_parties
from dcc_sim.ids import KeyUsage, RemotePartyRole
from dcc_sim.transform.message import read_frame

ROUNDS = 40
GOAL = 3.0


def floor_of(frames, keys, acb) -> list[Callable[[], object]]:
    """The bare cryptographic operations of the frames."""
    work: list[Callable[[], object]] = []
    for octets in frames:
        frame = decode_frame(octets)
        header = frame.header
        if frame.signature:
            public = keys.public(header.originator, KeyUsage.DIGITAL_SIGNATURE)
            r, s = (int.from_bytes(half, "big") for half in (frame.signature[:32], frame.signature[32:]))
            der, data = encode_dss_signature(r, s), frame.signed_octets
            work.append(lambda public=public, der=der, data=data: public.verify(der, data, ECDSA(SHA256())))
        if frame.mac is not None:
            secret = keys.shared_secret(*mac_parties(header, acb))
            other = b"\x00\x00\x00\x01" + secret + bytes(33)
            nonce, data = header.originator.octets + bytes(4), bytes(6) + frame.body
            work.append(
                lambda other=other, nonce=nonce, data=data: AESGCM(
                    hashlib.sha256(other).digest()[:16]
                ).encrypt(nonce, b"", data)
            )
        for seal, blob in sealed_values(frame, keys):
            other = b"\x00\x00\x00\x01" + seal.secret + bytes(33)
            mode = GCM(seal.device + bytes(4), blob[-12:], min_tag_length=12)
            work.append(lambda other=other, mode=mode, blob=blob: decrypt(other, mode, blob[5:-12]))
    return work


def decrypt(other: bytes, mode: GCM, ciphertext: bytes) -> bytes:
    """Key derivation and decryption; the tag is not that of the key made up here, so it is not checked."""
    return Cipher(AES(hashlib.sha256(other).digest()[:16]), mode).decryptor().update(ciphertext)


def sealed_values(frame, keys) -> list[tuple[MessageSeal, bytes]]:
    """The encrypted values of a frame and what opens them."""
    opened = []

    def open_noted(seal: MessageSeal, blob: bytes) -> bytes:
        opened.append((seal, blob))
        return usual(seal, blob)

    usual, MessageSeal.open = MessageSeal.open, open_noted
    read_frame(frame, keys)
    MessageSeal.open = usual
    return opened


def best_us(runs: list[Callable[[], object]], per: int) -> list[float]:
    """Shortest processor time of each run, in microseconds per frame; the runs take turns.

    As in `timeit`, the shortest of several, without garbage collection: what is longer is the machine.
    """
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(ROUNDS):
        for run, taken in zip(runs, times, strict=True):
            gc.collect()
            gc.disable()
            started = time.process_time()
            run()
            taken.append(time.process_time() - started)
            gc.enable()
    return [min(taken) / per * 1e6 for taken in times]


def main() -> int:
    """Measure and report."""
    folder = Path(sys.argv[1])
    keys = read_keys(str(folder / "keys.json"))
    acb = read_home("rtds").party(RemotePartyRole.ACCESS_CONTROL_BROKER).eui
    frames = []
    for path in sorted(folder.glob("rtds/*/*.HEX")):
        octets = bytes.fromhex(path.read_text().strip())
        try:
            frame = decode_frame(octets)
            check_protection(frame, keys, acb)
            read_frame(frame, keys)
        except (KeyMissing, SecurityError, DccSimError):
            continue
        frames.append(octets)
    floor = floor_of(frames, keys, acb)

    def bare() -> None:
        for operation in floor:
            operation()

    def everything() -> None:
        for octets in frames:
            notes = Notes()
            frame = decode_frame(octets, notes)
            check_protection(frame, keys, acb)
            read_frame(frame, keys, notes)

    def decode_only() -> None:
        for octets in frames:
            read_frame(decode_frame(octets), keys)

    bare_us, all_us, decode_us = best_us([bare, everything, decode_only], len(frames))
    print(
        f"cryptography {cryptography_version}, {len(frames)} frames, {len(floor)} operations, {ROUNDS} rounds"
    )
    print(f"cryptography alone      {bare_us:7.1f} us a frame")
    print(f"decode, values opened   {decode_us:7.1f} us a frame")
    print(f"everything, annotated   {all_us:7.1f} us, {all_us / bare_us:.2f} x cryptography (goal {GOAL})")
    return 0 if all_us <= GOAL * bare_us else 1


if __name__ == "__main__":
    sys.exit(main())
