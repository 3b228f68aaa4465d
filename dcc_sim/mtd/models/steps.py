"""The files of a remote SSC change, one function per kind of file; both models pick from here.

In: an `SscChange`, or, for what the meter operator sends, the configuration it was told. Out:
emissions with their records filled. Which files travel, in which order, is decided in `cp1388.py`
and `cp1395.py`. Left out: the answer of MPAS (D0213 or D0203), and the NHHDC's work after that.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from dcc_sim.mtd.dtn import FlowFile, Record, record
from dcc_sim.mtd.flows import MarketRole, flow_layout
from dcc_sim.mtd.models.change import register_descriptions, register_ids
from dcc_sim.mtd.models.timing import Step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dcc_sim.mtd.formats import Value
    from dcc_sim.mtd.models.change import NonSettlement, SscChange
    from dcc_sim.mtd.models.emission import Desk, Emission

MAPPING_COEFFICIENT: Final = 1
REGISTER_TYPE: Final = "C"  # cumulative
MEASUREMENT_QUANTITY: Final = "AI"  # active import
MULTIPLIER: Final = Decimal("1.00")
UNVALIDATED: Final = "U"
REMOTE_READING: Final = "N"  # not viewed, no site visit
# The instruction type of a registration update is in no source that was found.
INSTRUCTION_TYPE: Final = "SP04"


def smart_configuration(change: SscChange, flow_code: str) -> tuple[Record, ...]:
    """The body of D0367 and of CP1388's SMCD: which register counts which TPR."""
    flow = flow_layout(flow_code)
    meter = {"J0004": change.meter.meter_id}
    regimes = []
    for (register_id, tpr), name in zip(
        register_ids(change.new_ssc), register_descriptions(change.new_ssc), strict=True
    ):
        items = _register(change, register_id, name) | {"J0679": MAPPING_COEFFICIENT}
        register = record(flow, "05J", items)
        regimes.append(record(flow, "03J", {"J0078": tpr}, [record(flow, "04J", meter, [register])]))
    if change.non_settlement:
        extra = change.non_settlement
        registers = [
            record(flow, "08J", _register(change, row.register_id, row.description))
            for row in extra.registers
        ]
        head = {"J1267": extra.functionality_code, "J1268": extra.effective_from}
        regimes.append(record(flow, "06J", head, [record(flow, "07J", meter, registers)]))
    mapping = record(flow, "02J", _ssc_from(change), regimes)
    top: dict[str, Value] = {
        "J0003": change.mpan,
        "J1254": change.effective_from,
        "J0098": change.meter.retrieval_method,
        "J0722": change.meter.retrieval_method_from,
        "J0483": change.meter.meter_type,
    }
    return (record(flow, "01J", top, [mapping]),)


def mapping_details(change: SscChange, told: FlowFile) -> tuple[Record, ...]:
    """D0149, as the meter operator makes it from the D0367 it received."""
    flow = flow_layout("D0149001")
    point, mapping = told.find("01J")[0], told.find("02J")[0]
    regimes = [
        record(flow, "778", {"J0078": tpr["J0078"]}, [
            record(flow, "283", {"J0004": meter["J0004"]}, [
                record(flow, "284", {"J0010": register["J0010"], "J0679": register["J0679"]})
                for register in meter.records
            ])
            for meter in tpr.records
        ])
        for tpr in mapping.records
        if tpr.group.id == "03J"
    ]  # fmt: skip
    groups = [record(flow, "281", {"J0076": mapping["J0076"], "J0300": mapping["J0300"]}, regimes)]
    if change.non_settlement:
        groups.append(_non_settlement_mapping(change.meter.meter_id, change.non_settlement))
    return (record(flow, "280", {"J0003": point["J0003"], "J1254": point["J1254"]}, groups),)


def _non_settlement_mapping(meter_id: str, extra: NonSettlement) -> Record:
    """Group 23A. D0367 has neither coefficient (MIF 240) nor TPR here: the meter operator adds both."""
    flow = flow_layout("D0149001")
    meter = {"J0004": meter_id}
    regimes = []
    for tpr in sorted({row.tpr for row in extra.registers}):
        registers = [
            record(flow, "26A", {"J0010": row.register_id, "J0679": MAPPING_COEFFICIENT})
            for row in extra.registers
            if row.tpr == tpr
        ]
        regimes.append(record(flow, "24A", {"J0078": tpr}, [record(flow, "25A", meter, registers)]))
    head = {"J1267": extra.functionality_code, "J1268": extra.effective_from}
    return record(flow, "23A", head, regimes)


def technical_details(change: SscChange, told: FlowFile) -> tuple[Record, ...]:
    """D0150: the meter from the meter operator's own record, its registers from the D0367."""
    flow = flow_layout("D0150002")
    point, mapping = told.find("01J")[0], told.find("02J")[0]
    meter, extra = change.meter, change.non_settlement
    registers = [
        record(flow, "293", _as_told(row) | {"J0408": True}) for row in (*told.find("05J"), *told.find("08J"))
    ]
    details: dict[str, Value] = {
        "J0004": meter.meter_id,
        "J0501": meter.current_rating_amps,
        "J0419": meter.location,
        "J0410": meter.make_and_type,
        "J1677": meter.asset_provider,
        "J0483": point["J0483"],
        "J0848": meter.installed_on,
        "J0098": point["J0098"],
        "J0722": point["J0722"],
    }
    ssc: dict[str, Value] = {"J0076": mapping["J0076"], "J0300": mapping["J0300"]}
    if extra:
        ssc |= {"J1267": extra.functionality_code, "J1268": extra.effective_from}
    top = {
        "J0003": point["J0003"],
        "J1254": point["J1254"],
        "J0082": change.registration.measurement_class,
        "J0080": change.registration.energisation,
    }
    groups = [record(flow, "289", ssc), record(flow, "290", details, registers)]
    return (record(flow, "288", top, groups),)


def _as_told(register: Record) -> dict[str, Value]:
    return {item: register[item] for item in ("J0010", "J0474", "J0103", "J0475", "J0478")}


def registration_update(change: SscChange, desk: Desk) -> Emission:
    """X → P D0205: the new SSC, with profile and timeswitch class when they change with it."""
    flow = flow_layout("D0205001")
    file_id = desk.next_file_id()
    registered = change.registration
    values: dict[str, Value] = {
        "J0109": 1,
        "J0723": INSTRUCTION_TYPE,
        "J0003": change.mpan,
        "J0049": registered.supplied_from,
        **_ssc_from(change),
    }
    if registered.timeswitch_class_from == change.effective_from:
        values |= {"J0220": registered.timeswitch_class, "J0301": change.effective_from}
    if registered.profile_class_from == change.effective_from:
        values |= {"J0071": registered.profile_class, "J0308": change.effective_from}
    # MPAS counts the files of a sender; the run's own file number serves as the sequence.
    top = record(flow, "752", {"J0330": file_id}, [record(flow, "452", values)])
    return _from_supplier(
        change,
        desk,
        "D0205001",
        (top,),
        row=3,
        step=Step.REGISTRATION,
        recipient=MarketRole.REGISTRATION,
        why=f"registers SSC {change.new_ssc.code} with MPAS",
        file_id=file_id,
    )


def settlement_details(change: SscChange, desk: Desk) -> Emission:
    """X → D D0052: profile class, measurement class, SSC and an EAC per new TPR."""
    flow = flow_layout("D0052001")
    registered = change.registration
    regimes = [
        record(flow, "124", {"J0078": tpr, "J0081": eac, "J0090": change.effective_from})
        for tpr, eac in zip(change.new_ssc.tpr_codes, change.eac_kwh, strict=True)
    ]
    details = _ssc_from(change) | {"J0066": registered.gsp_group, "J0093": registered.gsp_group_from}
    top: dict[str, Value] = {
        "J0003": change.mpan,
        "J0049": registered.supplied_from,
        "J0071": registered.profile_class,
        "J0092": registered.profile_class_from,
        "J0082": registered.measurement_class,
        "J0094": registered.measurement_class_from,
    }
    body = (record(flow, "121", top, [record(flow, "122", details, regimes)]),)
    return _from_supplier(
        change,
        desk,
        "D0052001",
        body,
        row=6,
        step=Step.SETTLEMENT_DETAILS,
        recipient=MarketRole.DATA_COLLECTOR,
        why="affirms the settlement details, with an EAC for each new TPR",
    )


def readings(change: SscChange, desk: Desk) -> Emission:
    """X → D D0010: final readings of the old registers, initial readings of the new ones."""
    flow = flow_layout("D0010002")

    def of_type(kind: str, ids: Sequence[tuple[str, str]], readings_kwh: Sequence[Decimal]) -> Record:
        rows = [
            record(flow, "030", {
                "J0010": register_id, "J0016": change.read_at, "J0040": kwh, "J1888": REMOTE_READING,
            })
            for (register_id, _), kwh in zip(ids, readings_kwh, strict=True)
        ]  # fmt: skip
        return record(flow, "028", {"J0004": change.meter.meter_id, "J0171": kind}, rows)

    groups = [
        of_type("F", register_ids(change.old_ssc), change.final_kwh),
        of_type("I", register_ids(change.new_ssc), change.initial_kwh),
    ]
    body = (record(flow, "026", {"J0003": change.mpan, "J0022": UNVALIDATED}, groups),)
    return _from_supplier(
        change,
        desk,
        "D0010002",
        body,
        row=6,
        step=Step.READINGS,
        recipient=MarketRole.DATA_COLLECTOR,
        why=f"closes SSC {change.old_ssc.code} and opens SSC {change.new_ssc.code}",
    )


def configuration_from_supplier(
    change: SscChange, desk: Desk, flow_code: str, recipient: MarketRole, why: str
) -> Emission:
    """X → somebody: D0367 or SMCD."""
    step = Step.SMART_CONFIGURATION if flow_code == "D0367001" else Step.CP1388_CONFIGURATION
    body = smart_configuration(change, flow_code)
    return _from_supplier(change, desk, flow_code, body, row=4, step=step, recipient=recipient, why=why)


def from_meter_operator(
    change: SscChange, desk: Desk, flow_code: str, *, told: Emission, recipient: MarketRole, why: str
) -> Emission:
    """M → somebody: D0149 or D0150, made from the D0367 that M received."""
    build = mapping_details if flow_code == "D0149001" else technical_details
    return desk.send(
        flow_code,
        build(change, told.file),
        row=5,
        step=Step.METER_DETAILS,
        trigger=told.created,
        sender=change.parties.party(MarketRole.METER_OPERATOR),
        recipient=change.parties.party(recipient),
        why=why,
    )


def _from_supplier(
    change: SscChange,
    desk: Desk,
    flow_code: str,
    body: tuple[Record, ...],
    *,
    row: int,
    step: Step,
    recipient: MarketRole,
    why: str,
    file_id: int | None = None,
) -> Emission:
    return desk.send(
        flow_code,
        body,
        row=row,
        step=step,
        trigger=_trigger(change),
        sender=change.parties.party(MarketRole.SUPPLIER),
        recipient=change.parties.party(recipient),
        why=why,
        file_id=file_id,
    )


def _trigger(change: SscChange) -> datetime:
    return max(change.occurred_at, change.read_at)


def _ssc_from(change: SscChange) -> dict[str, Value]:
    return {"J0076": change.new_ssc.code, "J0300": change.effective_from}


def _register(change: SscChange, register_id: str, description: str | None) -> dict[str, Value]:
    return {
        "J0010": register_id,
        "J1712": description,
        "J0474": REGISTER_TYPE,
        "J0103": MEASUREMENT_QUANTITY,
        "J0475": MULTIPLIER,
        "J0478": change.meter.register_digits,
    }
