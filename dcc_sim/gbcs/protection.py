"""Who protects which message with which key (GBCS 4.3, 6.2, 8; reference `gbcs.md` §b.3, §g).

In: a frame and the keys that are there. Out: checks that raise, MACs, the seal of sensitive
values. Left out: whether the party may send the message at all (`devices.security`, `dsp`).
"""

from __future__ import annotations

from dataclasses import dataclass

from dcc_sim.gbcs.crypto import MessageSeal, check_mac, check_signature, compute_mac, sign
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.ids import CraFlag, Eui64, KeyUsage


def mac_parties(header: GroupingHeader, acb: Eui64) -> tuple[Eui64, Eui64]:
    """The two whose Key Agreement keys make the MAC: the ACB guards every Command to a Device."""
    if header.cra is CraFlag.COMMAND:
        return acb, header.target
    return header.originator, header.target


def protect(frame: Frame, keys: KeyRing, acb: Eui64) -> Frame:
    """The message with its MAC. Raises KeyMissing."""
    return frame.with_mac(compute_mac(keys.shared_secret(*mac_parties(frame.header, acb)), frame))


def signed(frame: Frame, keys: KeyRing) -> Frame:
    """The message with its originator's signature. Raises KeyMissing."""
    key = keys.private(frame.header.originator, KeyUsage.DIGITAL_SIGNATURE)
    return frame.with_signature(sign(key, frame))


def check_protection(frame: Frame, keys: KeyRing, acb: Eui64) -> None:
    """Check whatever protection the message has. Raises MacInvalid, SignatureInvalid, KeyMissing."""
    if frame.mac is not None:
        check_mac(keys.shared_secret(*mac_parties(frame.header, acb)), frame)
    if frame.signature:
        check_signature(keys.public(frame.header.originator, KeyUsage.DIGITAL_SIGNATURE), frame)


@dataclass(frozen=True, slots=True)
class KeyRingSeal:
    """The seal of one message, its key derived when it is first needed."""

    keys: KeyRing
    device: Eui64
    reader: Eui64
    counter: int

    def close(self, plaintext: bytes) -> bytes:
        """Encrypt. Raises KeyMissing."""
        return self._seal().close(plaintext)

    def open(self, blob: bytes) -> bytes:
        """Decrypt. Raises KeyMissing, DecryptionFailed."""
        return self._seal().open(blob)

    def _seal(self) -> MessageSeal:
        secret = self.keys.shared_secret(self.device, self.reader)
        return MessageSeal(secret, self.device.octets, self.reader.octets, self.counter)


def seal_for(header: GroupingHeader, keys: KeyRing) -> KeyRingSeal:
    """The seal of a Response or Alert.

    For a reader the Device does not know, the key is made with the supplementary party and, when
    there is one, the supplementary originator counter.
    """
    reader = header.supplementary_party or header.target
    own = header.supplementary_originator_counter
    return KeyRingSeal(keys, header.originator, reader, header.counter if own is None else own)
