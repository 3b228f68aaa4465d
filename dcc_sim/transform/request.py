"""Service Request to GBCS command: which use case, which values, who is the originator.

In: a `ServiceRequest` that has passed its checks, the device type, the time, and the DCC's own state
where the command needs it. Out: the pre-command as a `Frame` that ends at the payload. A request that
the DSP keeps is transformed when it is due. Left out: rights (`dsp.access`), signatures and MAC
(`gbcs.protection`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dcc_sim.catalogue.usecases import use_case
from dcc_sim.errors import EncodeError, RequestInvalid
from dcc_sim.transform.bindings import plan_for
from dcc_sim.transform.compiled import Filled, Job, Traced, origin
from dcc_sim.transform.context import NOTHING_GIVEN, TransformContext
from dcc_sim.transform.elements import place_of
from dcc_sim.transform.message import build_command
from dcc_sim.transform.originators import command_header, route_of

if TYPE_CHECKING:
    from datetime import datetime

    from dcc_sim.catalogue.routes import Route
    from dcc_sim.catalogue.row import UseCase
    from dcc_sim.codec.shape import Values
    from dcc_sim.duis.request import ServiceRequest
    from dcc_sim.gbcs.frame import Frame
    from dcc_sim.ids import DeviceType


def transform(
    request: ServiceRequest,
    device: DeviceType,
    now: datetime,
    context: TransformContext = NOTHING_GIVEN,
) -> Frame:
    """The pre-command of a critical request, or the command without protection of another.

    Raises AccessDenied when the request does not fit the device type, RequestInvalid when a value
    cannot be put on the wire, NotFound when the DCC's own state is needed and not given, Unsupported
    for a use case that is not built.
    """
    return transform_along(request, route_of(request, device, context), now, context)


def transform_along(
    request: ServiceRequest, route: Route, now: datetime, context: TransformContext = NOTHING_GIVEN
) -> Frame:
    """As `transform`, to the use case of a route that was chosen already."""
    row = use_case(route.use_case)
    values = command_values(request, row, now, context)
    header = command_header(request, route, row, context)
    try:
        return build_command(header, row, values)
    except EncodeError as error:
        raise _named(error, Job(request, row, now, context, trace=[])) from error


def command_values(
    request: ServiceRequest, row: UseCase, now: datetime, context: TransformContext = NOTHING_GIVEN
) -> Values:
    """The values of the command a request asks for. Raises RequestInvalid, NotFound, Unsupported."""
    return filled(Job(request, row, now, context))


def filled(job: Job) -> Filled:
    """The values of a job. Raises as `command_values` does."""
    values: Filled = {}
    plan_for(job.row.code, job.request.body_name).fill(job.request.body, values, job)
    return values


def _named(error: EncodeError, job: Job) -> RequestInvalid:
    """The refusal of a value that its field cannot hold, with the element it came from.

    Values are made once more to find out: the way without an error should not pay for it.
    """
    job.trace = trace = Traced()
    element = origin(trace, filled(job), error.field)
    place = error.field
    if element is not None:
        place = f"{place_of(element)} ({error.field})"
    return RequestInvalid(error.reason, rule="value on the wire", place=place)
