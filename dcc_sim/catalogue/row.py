"""What a row of the use case table says.

In: facts of GBCS (annex pages, reference `gbcs-use-cases/`). Out: `UseCase` and `AlertCase`, read
by the codec, the devices, MMC, the Hypothesis strategies, the documentation and the coverage page.
Left out: how a Service Request reaches a use case (`routes`).
"""

from __future__ import annotations

from dataclasses import dataclass

from dcc_sim.codec.access import AccessRow, NotificationRow
from dcc_sim.codec.der import DerRow
from dcc_sim.codec.gbz import GbzAlertRow, GbzRow
from dcc_sim.ids import DeviceType, MessageCode, RemotePartyRole

PayloadRow = AccessRow | GbzRow | DerRow
AlertRow = NotificationRow | GbzAlertRow


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCase:
    """One GBCS use case.

    `critical` commands carry the originator's signature and are answered with the Device's;
    `replay_protected` ones need a higher counter than the last; `timed` Responses carry the
    Device's date-time in the Grouping Header.
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
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCase:
    """One alert message; critical ones are signed by the Device, others MAC'd to the recipient."""

    code: str
    message_code: MessageCode
    title: str
    senders: tuple[DeviceType, ...]
    critical: bool
    payload: AlertRow
    source: str = ""
