"""The named functions of the MMC tables of security credentials, each with its way back.

In: decoded values of ASN.1 payloads. Out: named parts that rows can say. MMC has names for seven
roles and five ways to replace credentials only; for others (the WAN provider, recovery) its
elements, which are optional, are left out. Left out: element names.
"""

from __future__ import annotations

from typing import Final

from dcc_sim.codec.shape import Value, Values, as_int, as_list, as_struct
from dcc_sim.errors import EncodeError

_ROLES: Final = {
    0: "Root",
    1: "Recovery",
    2: "Supplier",
    3: "NetworkOperator",
    4: "ACB",
    5: "TransCoS",
    8: "LoadController",
}
_MODES: Final = {
    2: "SupplierBySupplier",
    3: "NetworkOperatorByNetworkOperator",
    4: "ACBByACB",
    7: "SupplierByTransCoS",
    11: "LoadControllerBySupplier",
}
_BY_ITSELF: Final = 10
"""loadControllerByLoadController."""
_CERTIFICATES: Final = {
    (1, 0): "DigitalSigning",
    (16, 0): "KeyAgreement",
    (16, 1): "KeyAgreementTopUp",
    (32, 0): "KeyCertSign",
}
_NO_ROLE: Final = "MMC has no name for the role"


def remote_party_role(code: Value) -> Values:
    """A role of GBCS 4.3.2 by the name that MMC has for it, if any."""
    name = _ROLES.get(as_int(code))
    return {} if name is None else {"role": name}


def remote_party_role_values(parts: Values) -> tuple[Value, ...] | str:
    """The way back from `remote_party_role`."""
    code = _code(_ROLES, parts.get("role"))
    return _NO_ROLE if code is None else (code,)


def replacement_mode(code: Value) -> Values:
    """A CredentialsReplacementMode (GBCS 13.3) by the name that MMC has for it, if any."""
    name = _MODES.get(as_int(code))
    return {} if name is None else {"mode": name}


def replacement_mode_values(parts: Values) -> tuple[Value, ...] | str:
    """The way back from `replacement_mode`."""
    code = _code(_MODES, parts.get("mode"))
    return "MMC has no name for the replacement mode" if code is None else (code,)


def load_controller_mode_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `replacement_mode` for CS02g: of its two modes one alone has a name in MMC."""
    return (_BY_ITSELF if parts.get("mode") is None else _code(_MODES, parts["mode"]),)


def certificate_type(key_usage: Value, cell_usage: Value) -> Values:
    """Key usage and cell usage of a trust anchor cell (GBCS 4.3.2.5) in one word."""
    usage = (as_int(key_usage), as_int(cell_usage))
    if usage not in _CERTIFICATES:
        raise EncodeError(f"key usage {usage[0]} with cell usage {usage[1]} is no trust anchor cell")
    return {"type": _CERTIFICATES[usage]}


def certificate_type_values(parts: Values) -> tuple[Value, ...]:
    """The way back from `certificate_type`."""
    usages = {name: usage for usage, name in _CERTIFICATES.items()}
    name = str(parts.get("type"))
    if name not in usages:
        raise EncodeError(f"{name!r} is none of {', '.join(usages)}")
    return usages[name]


def _cell(cell: Values) -> Values:
    kind = certificate_type(cell.get("key_usage"), cell.get("cell_usage"))
    return {**kind, "party": cell.get("subject_unique_id"), "key": cell.get("subject_key_identifier")}


def credential_cells(details: Value) -> Values:
    """The answer to CS02a or CS02f, cell by cell: role, status and counter stand with each of them.

    GBCS lists the roles and for each its cells; RemotePartyDetails of MMC holds one cell. A role
    without cells, because its status is not success, makes one entry.
    """
    entries: list[Value] = []
    for item in as_list(details):
        party = as_struct(item)
        head: dict[str, Value] = {"status_code": party.get("status_code")}
        head |= remote_party_role(party.get("remote_party_role"))
        if party.get("current_seq_number") is not None:
            head["floor"] = party["current_seq_number"]
        cells = as_list(party.get("trust_anchor_cell_details") or [])
        entries += [{**head, **_cell(as_struct(cell))} for cell in cells] or [head]
    return {"cells": entries}


def credential_cells_values(parts: Values) -> tuple[Value, ...] | str:
    """The way back from `credential_cells`: neighbours of one role are its cells."""
    parties: list[dict[str, Value]] = []
    for entry in map(as_struct, as_list(parts.get("cells") or [])):
        role = _code(_ROLES, entry.get("role"))
        if role is None:
            return _NO_ROLE
        if not parties or parties[-1]["remote_party_role"] != role:
            parties.append({"remote_party_role": role, "status_code": entry.get("status_code")})
            if entry.get("floor") is not None:
                parties[-1]["current_seq_number"] = entry["floor"]
            if entry.get("type") is not None:
                parties[-1]["trust_anchor_cell_details"] = []
        if entry.get("type") is None:
            continue
        key_usage, cell_usage = certificate_type_values(entry)
        cells = parties[-1]["trust_anchor_cell_details"]
        assert isinstance(cells, list)
        cells.append(
            {
                "key_usage": key_usage,
                "cell_usage": cell_usage,
                "subject_unique_id": entry.get("party"),
                "subject_key_identifier": entry.get("key"),
            }
        )
    return (parties,)


def _code(names: dict[int, str], name: Value) -> int | None:
    return next((code for code, known in names.items() if known == name), None)
