"""What a row of the use case table says.

In: facts of GBCS (annex pages, reference `gbcs-use-cases/`). Out: `UseCase` and `AlertCase`, read
by the codec, the devices, MMC, the Hypothesis strategies, the documentation and the coverage page.
Left out: how a Service Request reaches a use case (`routes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto
from typing import Final

from dcc_sim.codec.access import AccessRow, NotificationRow
from dcc_sim.codec.der import DerAlertRow, DerRow
from dcc_sim.codec.gbz import GbzAlertRow, GbzRow
from dcc_sim.ids import DeviceType, MessageCode, RemotePartyRole

PayloadRow = AccessRow | GbzRow | DerRow
AlertRow = NotificationRow | GbzAlertRow | DerAlertRow


class Guard(Flag):
    """What protects one message besides its counter."""

    MAC = auto()
    SIGNATURE = auto()


@dataclass(frozen=True, slots=True)
class Protection:
    """How a Command is protected, and then how its Response is (GBCS 6.2, reference `gbcs.md` §a.2)."""

    command: Guard
    response: Guard


CRITICAL: Final = Protection(Guard.SIGNATURE | Guard.MAC, Guard.SIGNATURE)
NON_CRITICAL: Final = Protection(Guard.MAC, Guard.MAC)


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCase:
    """One GBCS use case.

    `critical` commands carry the originator's signature and are answered with the Device's;
    `replay_protected` ones need a higher counter than the last; `timed` Responses carry the
    Device's date-time in the Grouping Header; `variants` are the protections of a use case that has
    not just the one of its criticality; `withdrawn` ones are no longer in the newest GBCS but
    still met in the field.
    """

    code: str
    message_code: MessageCode
    title: str
    targets: tuple[DeviceType, ...]
    roles: tuple[RemotePartyRole, ...]
    critical: bool
    payload: PayloadRow
    future_datable: bool = False
    replay_protected: bool = False
    timed: bool = False
    withdrawn: bool = False
    variants: tuple[Protection, ...] = ()
    source: str = ""

    @property
    def protections(self) -> tuple[Protection, ...]:
        """Every way in which Command and Response may be protected."""
        return self.variants or (CRITICAL if self.critical else NON_CRITICAL,)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCase:
    """One alert message; critical ones are signed by the Device, others MAC'd to the recipient.

    `recipients` are the parties that can get it; which of them does depends on its alert code
    (`catalogue.alerts`), or on whose Command it reports. Two languages may share a message code.
    """

    code: str
    message_code: MessageCode
    title: str
    senders: tuple[DeviceType, ...]
    recipients: tuple[RemotePartyRole, ...] = ()
    critical: bool
    payload: AlertRow
    source: str = ""
