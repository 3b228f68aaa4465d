"""The table of response elements: which element answers which use case, and what stands in it.

Put together from the modules `responses_*`, one for each module of `catalogue.usecases`. Rows are in
the order of the MMC 5.4 schema; paths are the names of the use case. `RESPONSES` is closed under the
completeness test: every value of a decoded Response is carried or omitted with its reason. Where this
project has to guess what the real Parse & Correlate does, the comment says so. Left out: alerts
(`alerts`), header and debug information (`document`, `debug`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from dcc_sim.mmc import (
    responses_electricity_configuration,
    responses_electricity_load,
    responses_electricity_logs,
    responses_electricity_prepayment,
    responses_electricity_reads,
    responses_electricity_tariff,
    responses_electricity_voltage,
    responses_gas_configuration,
    responses_gas_logs,
    responses_gas_prepayment,
    responses_gas_reads,
    responses_gas_tariff,
    responses_hub,
    responses_security,
)
from dcc_sim.mmc.rows import ResponseRow

RESPONSES: Final[MappingProxyType[str, ResponseRow]] = MappingProxyType(
    {
        row.code: row
        for table in (
            responses_electricity_tariff.ROWS,
            responses_electricity_prepayment.ROWS,
            responses_electricity_reads.ROWS,
            responses_electricity_logs.ROWS,
            responses_electricity_configuration.ROWS,
            responses_electricity_voltage.ROWS,
            responses_electricity_load.ROWS,
            responses_hub.ROWS,
            responses_gas_tariff.ROWS,
            responses_gas_prepayment.ROWS,
            responses_gas_reads.ROWS,
            responses_gas_logs.ROWS,
            responses_gas_configuration.ROWS,
            responses_security.ROWS,
        )
        for row in table
    }
)
