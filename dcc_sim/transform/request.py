"""Service Request to GBCS command: which use case, which values, who is the originator.

In: a `ServiceRequest` that has passed its checks, the device type, the time. Out: the pre-command
as a `Frame` that ends at the payload. Left out: rights (`dsp.access`), signatures and MAC
(`gbcs.protection`), commands that the ACB or the CoS party originates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from lxml import etree

from dcc_sim.catalogue.routes import route
from dcc_sim.catalogue.row import UseCase
from dcc_sim.catalogue.usecases import use_case
from dcc_sim.codec.shape import Value, Values
from dcc_sim.duis.request import ServiceRequest
from dcc_sim.errors import EncodeError, RequestInvalid, Unsupported
from dcc_sim.gbcs.frame import Frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import CraFlag, DeviceType
from dcc_sim.transform import clock, electricity, gas
from dcc_sim.transform.message import build_command

Binding = Callable[[etree._Element, datetime], Mapping[str, Value]]


def _nothing(body: etree._Element, now: datetime) -> Mapping[str, Value]:  # noqa: ARG001
    return {}


BINDINGS: Final[MappingProxyType[str, Binding]] = MappingProxyType(
    {
        "ECS01a": lambda body, _: electricity.tariff(body),
        "ECS01b": lambda body, _: electricity.prices(body),
        "ECS17b": _nothing,
        "ECS17d": _nothing,
        "ECS24": _nothing,
        "ECS52": _nothing,
        "ECS70": lambda body, _: clock.electricity(body),
        "GCS01a": gas.tariff,
        "GCS13a": _nothing,
        "GCS28": lambda body, _: clock.gas(body),
    }
)
"""How each use case gets its values from the body of a request and the time of the transform."""


def transform(request: ServiceRequest, device: DeviceType, now: datetime) -> Frame:
    """The pre-command of a critical request, or the command without protection of another.

    Raises AccessDenied when the request does not fit the device type, RequestInvalid when a value
    cannot be put on the wire, Unsupported for a use case that is not built.
    """
    row = use_case(route(request.variant, device, request.name))
    header = GroupingHeader(
        cra=CraFlag.COMMAND,
        counter=request.request_id.counter,
        originator=request.request_id.originator,
        target=request.request_id.target,
        message_code=row.message_code,
    )
    try:
        return build_command(header, row, command_values(request, row, now))
    except EncodeError as error:
        raise RequestInvalid(error.reason, rule="value on the wire", place=error.field) from error


def command_values(request: ServiceRequest, row: UseCase, now: datetime) -> Values:
    """The values of the command a request asks for. Raises RequestInvalid, Unsupported."""
    if row.code not in BINDINGS:
        raise Unsupported(f"transform of {row.code}")
    return BINDINGS[row.code](request.body, now)
