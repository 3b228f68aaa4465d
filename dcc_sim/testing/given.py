"""What a conformance run takes from a vector because it is the DCC's state and not in the request.

In: the command of the vector, what the test home says, the request. Out: a `TransformContext`. Taken are
the counter of a command that the ACB or the CoS party originates, whether the device knows the User,
which GBCS and how many phases it has where that chooses the use case, the type of a device that the home
does not have, and the values that only the DCC knows (`GIVEN_VALUES`). The published requests to replace
credentials hold certificates that were issued again in 2025 for the keys of those in the commands: the
older ones are taken where the key file has them. Everything else has to come out of the request, the keys
and the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from cryptography import x509

from dcc_sim.catalogue.routes import GbcsVersion
from dcc_sim.catalogue.usecases.asn1_shapes import DEVICE_TYPE_NAMES
from dcc_sim.codec.shape import Value, Values, as_list, as_struct, as_text
from dcc_sim.devices.certificates import organisation_eui
from dcc_sim.duis.request import ServiceRequest
from dcc_sim.errors import DccSimError, KeyMissing
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.ids import DeviceType, Eui64, KeyUsage, RemotePartyRole
from dcc_sim.transform.context import DccParty, TransformContext
from dcc_sim.transform.elements import children, local_name
from dcc_sim.transform.message import Message
from dcc_sim.transform.originators import named_device, route_of

GIVEN_VALUES: Final[Mapping[str, Mapping[str, Callable[[Values], Value]]]] = {
    "ECS50": {"customer identification number": lambda values: values["customer_number"]},
    "CCS03": {"device log": lambda values: values["restore_devices"]},
    "GCS36": {
        "customer identification number": lambda values: as_struct(values["customer_identification"])[
            "number"
        ]
    },
    "GCS59": {"GPF device log": lambda values: values["device_log_entries"]},
}
"""By use case: the name a `Given` row has for a value, and where the decoded command holds it."""

_SECONDARY_CHARGE: Final = bytes.fromhex("0000131405FF")


def _has_secondary_charge(values: Values) -> bool:
    return any(
        as_struct(each).get("charge") == _SECONDARY_CHARGE for each in as_list(values["credit_charges"])
    )


def _sets_polyphase(mask: str, request: ServiceRequest) -> bool | None:
    """Whether the command sets the alerts of a polyphase meter; None when the request has none."""
    groups = [g for e in children(request.body) for g in children(e) if local_name(g).endswith("PolyPhase")]
    codes = [int(local_name(setting)[1:], 16) & 0xFF for group in groups for setting in children(group)]
    return any(mask[255 - n] == "1" for n in codes) if codes else None


def _with_device_facts(
    context: TransformContext, code: str, values: Values, request: ServiceRequest
) -> TransformContext:
    if code in ("ECS02", "ECS03"):
        return replace(context, twin_element=_has_secondary_charge(values))
    if code.startswith("ECS25") and values:
        return replace(context, polyphase=_sets_polyphase(as_text(next(iter(values.values()))), request))
    return context


_VERSIONS: Final = (None, GbcsVersion(4, 0), GbcsVersion(3, 0), GbcsVersion(2, 0), GbcsVersion(1, 0))


def given_context(
    request: ServiceRequest,
    devices: Mapping[Eui64, DeviceType],
    parties: Mapping[Eui64, RemotePartyRole],
    wanted: Message,
    certificate: Callable[[Eui64, KeyUsage], bytes] | None = None,
) -> TransformContext:
    """The DCC's state in which the request becomes a command like `wanted`."""
    header, body = wanted.header, wanted.body.values
    party = DccParty(eui=header.originator, counter=header.counter)
    by_cos = parties.get(header.originator) is RemotePartyRole.TRANSITIONAL_COS
    values = GIVEN_VALUES.get(wanted.row.code, {})
    named = named_device(request.body)
    context = TransformContext(
        broker=None if by_cos else party,
        cos_party=party if by_cos else None,
        party=_party(header, parties.get(request.request_id.originator, RemotePartyRole.OTHER)),
        other=None if named is None else devices.get(named, _type_of_other(body)),
        certificate=certificate,
        reissued=None if certificate is None else _reissued(certificate),
        given={name: take(body) for name, take in values.items()},
    )
    target = devices[request.request_id.target]
    for gbcs, polyphase in _devices():
        known = replace(context, gbcs=gbcs, polyphase=polyphase)
        try:
            if route_of(request, target, known).use_case == wanted.row.code:
                return _with_device_facts(known, wanted.row.code, body, request)
        except DccSimError:
            continue
    return context


def _devices() -> Iterator[tuple[GbcsVersion | None, bool | None]]:
    for version in _VERSIONS:
        for polyphase in (None, True):
            yield version, polyphase


def _type_of_other(values: Values) -> DeviceType | None:
    # The home of the vectors has seven devices; what they join is known to the DCC alone.
    name = (
        DEVICE_TYPE_NAMES.get(number) if isinstance(number := values.get("other_device_type"), int) else None
    )
    return next((each for each in DeviceType if each.value == name), None)


def _reissued(certificate: Callable[[Eui64, KeyUsage], bytes]) -> Callable[[bytes], bytes]:
    """For certificates that were issued again for the requests: the older one of the same key."""

    def reissued(asked: bytes) -> bytes:
        try:
            wanted = x509.load_der_x509_certificate(asked)
            eui, key = organisation_eui(wanted), wanted.public_key()
        except ValueError:
            return asked
        if eui is None:
            return asked
        for usage in KeyUsage:
            try:
                known = certificate(eui, usage)
            except KeyMissing:
                continue
            if x509.load_der_x509_certificate(known).public_key() == key:
                return known
        return asked

    return reissued


def _party(header: GroupingHeader, registered: RemotePartyRole) -> RemotePartyRole:
    # The ACB in a User's place, without a key to encrypt for, says that the device does not know it.
    unknown = header.supplementary_party is not None and header.certificate is None
    return RemotePartyRole.OTHER if unknown else registered
