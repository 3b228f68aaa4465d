"""COSEM objects of the ESME and CHF that the use cases address.

Facts from reference `gbcs-general.md` §5 and `gbcs-use-cases/`; the names are the SMETS data items.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.codec.exchange import CosemObject, Obis


def _object(class_id: int, logical_name: str, name: str) -> CosemObject:
    return CosemObject(class_id, Obis.parse(logical_name), name)


CLOCK: Final = _object(8, "0-0:1.0.0.255", "Time")
FIRMWARE_VERSION: Final = _object(1, "0-0:0.2.1.255", "FirmwareVersion")

SWITCHING_TABLE: Final = _object(20, "0-0:13.0.0.255", "TariffSwitchingTable")
SPECIAL_DAYS_ACTIVE: Final = _object(11, "0-0:11.0.0.255", "TariffSwitchingTable(SpecialDays)")
SPECIAL_DAYS_PASSIVE: Final = _object(11, "0-1:11.0.0.255", "TariffSwitchingTable(SpecialDays)")
SPECIAL_DAYS_ACTIVATION: Final = _object(9000, "0-0:94.44.128.29", "TariffSwitchingTable(SpecialDays)")
THRESHOLDS_ACTIVE: Final = tuple(
    _object(21, f"0-0:16.0.{10 + n}.255", f"TariffThresholdMatrixBlocks[1to3]TOU[{n}]") for n in range(1, 9)
)
THRESHOLDS_PASSIVE: Final = tuple(
    _object(21, f"0-0:16.1.{10 + n}.255", f"TariffThresholdMatrixBlocks[1to3]TOU[{n}]") for n in range(1, 9)
)
THRESHOLDS_ACTIVATION: Final = _object(9000, "0-0:63.1.1.255", "TariffThresholdMatrix")
CURRENCY: Final = _object(9000, "0-0:94.44.2.0", "CurrencyUnit")
STANDING_CHARGE: Final = _object(113, "0-0:19.20.4.255", "StandingCharge")
TARIFF_PRICES: Final = _object(113, "0-0:19.20.0.255", "TariffBlockPriceMatrixTOU")
ACTIVE_TARIFF_PRICE: Final = _object(3, "0-0:94.44.1.7", "(Primary)ActiveTariffPrice")

IMPORT_REGISTERS: Final = _object(1, "0-0:94.44.34.10", "ImportRegisterCollection")
IMPORT_REGISTERS_PROTECTION: Final = _object(30, "0-0:43.2.8.255", "ImportRegisterCollection")
TOU_REGISTERS: Final = _object(1, "0-0:94.44.34.1", "TariffTOURegisterCollection")
TOU_REGISTERS_PROTECTION: Final = _object(30, "0-0:43.2.9.255", "TariffTOURegisterCollection")
