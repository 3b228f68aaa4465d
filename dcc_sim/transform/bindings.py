"""Every use case that a request can become, with the rows that fill it.

In: the tables, one module per theme. Out: `plan_for`, and `COMMANDS` for the coverage page. A theme is
added by adding its module here. Left out: which use case a request leads to (`catalogue.routes`).
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import Final

from dcc_sim.errors import Unsupported
from dcc_sim.transform import (
    clock,
    communications_hub,
    electricity_configuration,
    electricity_load,
    electricity_prepayment,
    electricity_reads,
    electricity_tariff,
    electricity_voltage,
    firmware,
    gas_configuration,
    gas_prepayment,
    gas_reads,
    gas_tariff,
    security_credentials,
    security_joining,
)
from dcc_sim.transform.compiled import Plan
from dcc_sim.transform.compiling import compile_rows
from dcc_sim.transform.rows import CommandRow, functions

_TABLES: Final = (
    clock.ROWS,
    communications_hub.ROWS,
    electricity_configuration.ROWS,
    electricity_load.ROWS,
    electricity_prepayment.ROWS,
    electricity_reads.ROWS,
    electricity_tariff.ROWS,
    electricity_voltage.ROWS,
    firmware.ROWS,
    gas_configuration.ROWS,
    gas_prepayment.ROWS,
    gas_reads.ROWS,
    gas_tariff.ROWS,
    security_credentials.ROWS,
    security_joining.ROWS,
)

COMMANDS: Final[MappingProxyType[tuple[str, str], CommandRow]] = MappingProxyType(
    {(row.code, body): row for table in _TABLES for row in table for body in row.bodies}
)
"""By use case and name of the body element."""
CODES: Final = frozenset(code for code, _ in COMMANDS)


@cache
def plan_for(code: str, body: str) -> Plan:
    """The rows of a use case for a body, ready to run. Raises Unsupported."""
    row = COMMANDS.get((code, body))
    if row is None:
        raise Unsupported(f"transform of {code}", body if code in CODES else "")
    return compile_rows(row.rows)


def function_names() -> frozenset[str]:
    """The functions that make what rows cannot say; one that is made for several places counts once."""
    found = (function for row in COMMANDS.values() for function in functions(row.rows))
    return frozenset(f"{each.__module__}.{each.__qualname__}".partition(".<locals>")[0] for each in found)
