"""A home that moves from SSC 0393 to SSC 0151 on 15 October 2026; all values are ours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from dcc_sim.ids import Mpxn
from dcc_sim.mtd.models import Desk, Meter, Parties, Registration, SscChange
from dcc_sim.mtd.settlement import ssc, start_of_settlement_day

CHANGE_DAY = date(2026, 10, 15)
INSTALLED = date(2026, 9, 1)
SUPPLIED = date(2025, 4, 1)

PARTIES = Parties(
    supplier="SIMX", meter_operator="SIMM", data_collector="SIMD", distributor="SIMR", registration="SIML"
)
METER = Meter(
    meter_id="S26A001234",
    meter_type="S2A",
    make_and_type="SIMCO SM-ESME-1",
    asset_provider="SIMA",
    current_rating_amps=100,
    location="J",
    installed_on=INSTALLED,
    retrieval_method="R",
    retrieval_method_from=INSTALLED,
)
REGISTRATION = Registration(
    supplied_from=SUPPLIED,
    profile_class=2,
    profile_class_from=CHANGE_DAY,
    timeswitch_class=811,
    timeswitch_class_from=CHANGE_DAY,
    measurement_class="A",
    measurement_class_from=SUPPLIED,
    gsp_group="_A",
    gsp_group_from=SUPPLIED,
)
CHANGE = SscChange(
    mpan=Mpxn("1099000000016"),
    parties=PARTIES,
    meter=METER,
    registration=REGISTRATION,
    old_ssc=ssc("0393"),
    new_ssc=ssc("0151"),
    effective_from=CHANGE_DAY,
    eac_kwh=(Decimal(1800), Decimal(1300)),
    final_kwh=(Decimal(1234),),
    initial_kwh=(Decimal(0), Decimal(0)),
    read_at=start_of_settlement_day(CHANGE_DAY),
    occurred_at=datetime(2026, 10, 15, 0, 5, tzinfo=UTC),
)


def a_desk() -> Desk:
    return Desk(count(101))
