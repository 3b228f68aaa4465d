"""Joining, unjoining and device logs: the bodies of 8.7.*, 8.8.*, 8.9, 8.12.2.

Values of CS03A1, CS03A2, CS03B, CS03C, CS04AC, CS04B, CS07, GCS59. The request names the other device;
its type comes from the inventory, its certificate from the repository. Source: reference `gbcs.md` §f;
vectors. Left out: the log of the hub (`communications_hub`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from dcc_sim.catalogue.usecases.asn1_joining import JOIN_METHODS
from dcc_sim.catalogue.usecases.asn1_shapes import DEVICE_TYPE_NAMES
from dcc_sim.errors import KeyMissing, NotFound
from dcc_sim.ids import Eui64, KeyUsage
from dcc_sim.transform.conversions import EUI
from dcc_sim.transform.elements import get, refuse, text
from dcc_sim.transform.rows import DSP_DATED, CommandRow, Constant, Given, Leaf, Omit, Row, View

if TYPE_CHECKING:
    from lxml.etree import _Element

    from dcc_sim.codec.shape import Value
    from dcc_sim.transform.compiled import Job

_TYPE_NUMBERS: Final = {name: number for number, name in DEVICE_TYPE_NAMES.items()}
_METHODS: Final = {name: number for number, name in JOIN_METHODS.items()}
_TYPE_2: Final = _TYPE_NUMBERS["type 2"]


def other_device_type(body: _Element, job: Job) -> Mapping[str, Value]:  # noqa: ARG001
    """The type that the inventory has for the other device; IHDs and CADs are type 2 devices."""
    if job.context.other is None:
        raise NotFound(
            f"{job.row.code} needs the type of the other device, which the inventory does not have"
        )
    return {"other_device_type": _TYPE_NUMBERS.get(job.context.other.value, _TYPE_2)}


def other_device_certificate(body: _Element, job: Job) -> Mapping[str, Value]:
    """The key agreement certificate of the other device, from the repository.

    Raises RequestInvalid for a device that has none, NotFound where there is no repository.
    """
    if job.context.certificate is None:
        raise NotFound(f"{job.row.code} needs the certificate of the other device: no repository is given")
    element = get(body, "OtherDeviceID")
    try:
        found = job.context.certificate(Eui64.parse(text(element)), KeyUsage.KEY_AGREEMENT)
    except KeyMissing as error:
        raise refuse(element, str(error), rule="certificate in the repository") from error
    return {"other_device_certificate": found}


_OTHER: Final = Leaf("OtherDeviceID", "other_device_entity_identifier", EUI)


def _join(code: str, method: str, bodies: tuple[str, ...], *rows: Row) -> CommandRow:
    return CommandRow(
        code=code,
        bodies=bodies,
        rows=(
            Constant("join_method_and_role", _METHODS[method]),
            _OTHER,
            View(other_device_type, (), ("other_device_type",)),
            *rows,
        ),
    )


_BOTH: Final = ("JoinServiceCritical", "JoinServiceNonCritical")

ROWS: Final = (
    _join("CS03A1", "methodAInitiator", ("JoinServiceCritical",)),
    _join("CS03A2", "methodAResponder", _BOTH),
    _join("CS03B", "methodB", ("JoinServiceNonCritical",)),
    _join(
        "CS03C",
        "methodC",
        _BOTH,
        View(other_device_certificate, ("OtherDeviceID",), ("other_device_certificate",)),
    ),
    CommandRow(code="CS04AC", bodies=("UnjoinServiceCritical", "UnjoinServiceNonCritical"), rows=(_OTHER,)),
    CommandRow(code="CS04B", bodies=("UnjoinServiceNonCritical",), rows=(_OTHER,)),
    CommandRow(code="CS07", bodies=("ReadDeviceLog",), rows=(DSP_DATED,)),
    CommandRow(
        code="GCS59",
        bodies=("RestoreGPFDeviceLog",),
        rows=(
            Omit("OldGPFID", "names the device log that the DCC has kept and restores"),
            Given("device_log_entries", "GPF device log"),
        ),
    ),
)
