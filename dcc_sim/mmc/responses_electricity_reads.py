"""MMC rows of the use cases that read registers of an ESME and set its clock (`dlms_reads`)."""

from __future__ import annotations

from typing import Final

from dcc_sim.mmc.conversions import Hex, Integer, Moment, Named, TimeOfDay
from dcc_sim.mmc.elements import CLOCK_ELEMENTS, CONSTANT, TIME_STATUS, UNSIGNED_INT, index, unit_row
from dcc_sim.mmc.rows import Attribute, Each, Element, Leaf, Omit, ResponseRow, Row, View, When
from dcc_sim.mmc.views import clock_status, clock_status_values, known_moment, known_moment_values
from dcc_sim.mmc.views_electricity import (
    block_matrices,
    block_matrices_values,
    demand_period,
    demand_period_values,
)

_WH: Final = {30: "Wh"}
_VARH: Final = {32: "varh"}
_W: Final = {27: "W"}

_IMPORT: Final = Element(
    "Electricity",
    Element(
        "ActiveImportRegister",
        Leaf("Value", "active", UNSIGNED_INT),
        *unit_row("active_unit", "ActiveEnergyUnit", _WH),
    ),
    Element(
        "ReactiveImportRegister",
        Leaf("Value", "reactive", UNSIGNED_INT),
        *unit_row("reactive_unit", "ReactiveEnergyUnit", _VARH),
    ),
    # The second register of a twin element meter travels without a unit: it has that of the first.
    When(
        "secondary",
        Element(
            "SecondaryActiveImportRegister",
            Leaf("Value", "secondary", UNSIGNED_INT),
            Leaf("ActiveEnergyUnit", "active_unit.unit", Named(_WH)),
        ),
    ),
    at="import_registers.registers",
    keep=True,
)

_EXPORT: Final = (
    Element(
        "ActiveExportRegister",
        Leaf("Value", "active_export", UNSIGNED_INT),
        *unit_row("active_export_unit", "ActiveEnergyUnit", _WH),
    ),
    Element(
        "ReactiveExportRegister",
        Leaf("Value", "reactive_export", UNSIGNED_INT),
        *unit_row("reactive_export_unit", "ReactiveEnergyUnit", _VARH),
    ),
)

_POWER: Final = (
    Element(
        "ActivePowerImport",
        Leaf("Value", "power_import.active", UNSIGNED_INT),
        *unit_row("power_import.active_unit", "Unit", _W),
    ),
    Leaf("PrimaryActivePowerImportValue", "power_import.primary_active", UNSIGNED_INT),
)

_TOU: Final = Element(
    "Electricity",
    Element(
        "TariffTOURegisterCollection",
        Each("primary", Leaf("TOUPrimaryRegisterValue", "", UNSIGNED_INT, index(48)), high=48),
        When(
            "secondary",
            Each("secondary", Leaf("TOUSecondRegisterValue", "", UNSIGNED_INT, index(4)), high=4),
        ),
    ),
    at="tou_registers.registers",
    keep=True,
)

_BLOCKS: Final = Element(
    "TariffBlockTOURegisterCollection",
    View(
        block_matrices,
        ("block_registers.registers.primary",),
        Each(
            "blocks",
            Element(
                "TariffBlock",
                Each("registers", Leaf("RegisterMatrixTOUValue", "", UNSIGNED_INT, index(8)), high=8),
                Each("counters", Leaf("CounterMatrixTOUValue", "", UNSIGNED_INT, index(8)), high=8),
                attributes=index(4),
            ),
            high=4,
        ),
        inverse=block_matrices_values,
    ),
)


def _moment(element: str, path: str) -> View:
    """A moment that may not be: nothing was captured or reset yet."""
    return View(
        known_moment,
        (path,),
        When("moment", Leaf(element, "moment", Moment())),
        inverse=known_moment_values,
    )


def _demand(element: str, item: str) -> Element:
    return Element(
        element,
        Leaf("Value", item, UNSIGNED_INT),
        _moment("CaptureTime", f"{item}_time"),
        _moment("LastResetDateTime", f"{item}_last_reset"),
        Omit(f"{item}_unit.unit", CONSTANT),
        Omit(f"{item}_unit.scaler", CONSTANT),
    )


_DEMAND_IMPORT: Final[tuple[Row, ...]] = (
    _demand("MaxDemandConfigurableTimeActivePowerImport", "max_demand_configurable"),
    _demand("MaxDemandActiveEnergyImport", "max_demand_import"),
    View(
        demand_period,
        ("max_demand_period",),
        Element(
            "MaxDemandConfigurableTimePeriod",
            Leaf("StartTime", "start", TimeOfDay()),
            Leaf("EndTime", "end", TimeOfDay()),
        ),
        inverse=demand_period_values,
    ),
)

_CLOCK: Final = (
    _moment("DeviceTime", "time"),
    Element(
        "Electricity",
        View(
            clock_status,
            ("clock_status",),
            Element(
                "ElecClockTimeStatus",
                Leaf("TimeStatus", "status", TIME_STATUS),
                attributes=(Attribute("TimeStatusCode", Integer(), "code"),),
            ),
            inverse=clock_status_values,
        ),
    ),
)

ROWS: Final = (
    ResponseRow(code="ECS17a", elements={"4.2": "ReadInstantaneousExportRegistersRsp"}, rows=_EXPORT),
    ResponseRow(code="ECS17b", elements={"4.1.1": "ReadInstantaneousImportRegistersRsp"}, rows=(_IMPORT,)),
    ResponseRow(code="ECS17c", elements={"4.16": "ReadActivePowerImportRsp"}, rows=_POWER),
    ResponseRow(code="ECS17d", elements={"4.1.2": "ReadInstantaneousImportTOUMatricesRsp"}, rows=(_TOU,)),
    ResponseRow(
        code="ECS17e",
        elements={"4.1.3": "ReadInstantaneousImportTOUWithBlocksMatricesRsp"},
        rows=(_BLOCKS,),
    ),
    ResponseRow(
        code="ECS18a",
        elements={"4.12.2": "ReadMaximumDemandExportRegistersRsp"},
        rows=(_demand("MaxDemandActiveEnergyExport", "max_demand_export"),),
    ),
    ResponseRow(
        code="ECS18b", elements={"4.12.1": "ReadMaximumDemandImportRegistersRsp"}, rows=_DEMAND_IMPORT
    ),
    ResponseRow(code="ECS37", elements={"6.18.1": "SetMaximumDemandConfigurableTimePeriodRsp"}),
    ResponseRow(
        code="ECS52",
        elements={"11.2": "ReadFirmwareVersionRsp"},
        rows=(Leaf("FirmwareVersion", "firmware_version", Hex(4)),),
    ),
    ResponseRow(code="ECS57", elements={"6.18.2": "ResetMaximumDemandRegistersRsp"}),
    ResponseRow(code="ECS70", elements=CLOCK_ELEMENTS, rows=_CLOCK),
)
