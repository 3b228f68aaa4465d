"""CP1388: the supplier itself tells everybody how the smart meter is configured.

In: an `SscChange`. Out: the files of reference §7.1, rows 3, 4 and 6, in the order of the table.
Smart Meter Configuration Details go to NHHDC and LDSO, to the MOA when asked for. There are no
Smart Device Details: the devices have not changed. CP1388 was not built by the industry; its flows
have SIM-INVENTED numbers. Left out: what MPAS and NHHDC answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcc_sim.mtd.checks import check_consistent
from dcc_sim.mtd.flows import MarketRole
from dcc_sim.mtd.models.steps import (
    configuration_from_supplier,
    readings,
    registration_update,
    settlement_details,
)

if TYPE_CHECKING:
    from dcc_sim.mtd.models.change import SscChange
    from dcc_sim.mtd.models.emission import Desk, Emission


def emissions(change: SscChange, desk: Desk, *, copy_to_meter_operator: bool = False) -> list[Emission]:
    """Every file of the change. Raises SettlementRefused or EncodeError when they would not agree."""
    why = f"registers and TPRs of SSC {change.new_ssc.code}, straight from the supplier"
    recipients = [MarketRole.DATA_COLLECTOR, MarketRole.DISTRIBUTOR]
    if copy_to_meter_operator:
        recipients.append(MarketRole.METER_OPERATOR)
    sent = [registration_update(change, desk)]
    sent += [configuration_from_supplier(change, desk, "D9389001", role, why) for role in recipients]
    sent += [settlement_details(change, desk), readings(change, desk)]
    check_consistent([emission.file for emission in sent])
    return sent
