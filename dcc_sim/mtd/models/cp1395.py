"""CP1395, the model that was built: the supplier tells the MOA, the MOA tells the others.

In: an `SscChange`. Out: the files of reference §7.1, rows 3 to 6, in the order of the table. The MOA
makes D0149 and D0150 from the D0367 it received, after checking that it knows the meter and that the
TPRs are those of the SSC. The D0010 of row 6 may be made before the D0149 arrives: the NHHDC then has to
park it. Left out: what MPAS and NHHDC answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcc_sim.mtd.checks import check_configuration, check_consistent
from dcc_sim.mtd.flows import MarketRole
from dcc_sim.mtd.models.steps import (
    configuration_from_supplier,
    from_meter_operator,
    readings,
    registration_update,
    settlement_details,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dcc_sim.mtd.models.change import SscChange
    from dcc_sim.mtd.models.emission import Desk, Emission


def emissions(
    change: SscChange, desk: Desk, *, meters_of_operator: Iterable[str] | None = None
) -> list[Emission]:
    """Every file of the change. Raises SettlementRefused when the MOA or the cross-check says no.

    `meters_of_operator`: the meters the MOA has on record; the meter of the change when left out.
    """
    update = registration_update(change, desk)
    told = configuration_from_supplier(
        change, desk, "D0367001", MarketRole.METER_OPERATOR, "tells the MOA how the meter is configured now"
    )
    known = (change.meter.meter_id,) if meters_of_operator is None else meters_of_operator
    check_configuration(told.file, known)
    sent = [update, told]
    for role in (MarketRole.SUPPLIER, MarketRole.DATA_COLLECTOR, MarketRole.DISTRIBUTOR):
        for flow, why in (
            ("D0149001", "which register counts which TPR, after the D0367"),
            ("D0150002", "the meter and its registers, after the D0367"),
        ):
            sent.append(from_meter_operator(change, desk, flow, told=told, recipient=role, why=why))
    sent += [settlement_details(change, desk), readings(change, desk)]
    check_consistent([emission.file for emission in sent])
    return sent
