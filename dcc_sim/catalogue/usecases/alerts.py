"""Alerts in DLMS and GBZ, in one table; those in ASN.1 stand in `asn1_alerts`."""

from __future__ import annotations

from typing import Final

from dcc_sim.catalogue.row import AlertCase
from dcc_sim.catalogue.usecases import alerts_dlms, alerts_gbz

ALERTS: Final[tuple[AlertCase, ...]] = (*alerts_dlms.ALERTS, *alerts_gbz.ALERTS)
