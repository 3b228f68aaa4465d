"""What the gas use cases share: clusters, who may send and who is asked, fields that come back.

Rows stand in `gbz_tariff`, `gbz_prepayment`, `gbz_reads`, `gbz_configuration` and `gbz_logs`, in wire
order, from reference `gbcs-use-cases/`. Names are ours; `smets` is the data item of the page.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.codec.zcl import U8, U32, Field, UtcTime
from dcc_sim.ids import DeviceType, RemotePartyRole

BASIC: Final = 0x0000
PRICE: Final = 0x0700
METERING: Final = 0x0702
MESSAGING: Final = 0x0703
PREPAYMENT: Final = 0x0705
CALENDAR: Final = 0x0707
DEVICE_MANAGEMENT: Final = 0x0708
EVENTS: Final = 0x0709

GSME: Final = (DeviceType.GSME,)
GPF: Final = (DeviceType.GPF,)
GPF_GSME: Final = (DeviceType.GPF, DeviceType.GSME)

SUPPLIER: Final = (RemotePartyRole.SUPPLIER,)
ACB: Final = (RemotePartyRole.ACCESS_CONTROL_BROKER,)
SUPPLIER_NETWORK: Final = (RemotePartyRole.SUPPLIER, RemotePartyRole.NETWORK_OPERATOR)
SUPPLIER_ACB: Final = (*SUPPLIER, *ACB)
SUPPLIER_NETWORK_ACB: Final = (*SUPPLIER_NETWORK, *ACB)

MILLIPENCE: Final = "millipence"

PROVIDER: Final = Field("provider_id", U32(0))
EVENT: Final = Field("issuer_event_id", UtcTime())
"""The page says UINT32 and the current time; ZSE issues it as a UTCTime."""

ONE_COMMAND: Final = (Field("command_index", U8(0)), Field("total_commands", U8(1)))
"""All in one: what ZigBee could spread over several commands."""

CURRENCIES: Final = {826: "GBP", 978: "EUR"}
