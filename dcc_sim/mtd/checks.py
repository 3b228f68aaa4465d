"""Whether the flows of a change agree with each other and with the settlement data.

In: the files of one change, or what a party received. Out: nothing, or `SettlementRefused` with the
reason code that the NHHDC would give in a D0310 (reference `mtd.md` §3.5 and §4.3). Left out: codes
about registration history, and the combination of SSC with profile class and timeswitch class.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dcc_sim.errors import DccSimError, NotFound
from dcc_sim.mtd.settlement import Ssc, ssc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dcc_sim.mtd.dtn import FlowFile, Record

SSC_NOT_IN_MDD = "04"
TPR_NOT_IN_SSC = "09"
TPR_MISSING = "10"
TPR_DUPLICATED = "11"
SSC_DIFFERS = "12"
SSC_DATE_DIFFERS = "18"
DETAILS_NOT_RECEIVED = "20"
OTHER = "99"

CONFIGURATION_FLOWS = frozenset({"D0367001", "D9389001"})
# Where each flow holds SSC with its date, and its TPRs.
_SSC_GROUP = {
    "D0367001": "02J",
    "D9389001": "02J",
    "D0149001": "281",
    "D0150002": "289",
    "D0052001": "122",
    "D0205001": "452",
}
_TPR_GROUP = {"D0367001": "03J", "D9389001": "03J", "D0149001": "778", "D0052001": "124"}
_DATED_GROUP = {
    "D0367001": ("01J", "02J"),
    "D9389001": ("01J", "02J"),
    "D0149001": ("280", "281"),
    "D0150002": ("288", "289"),
}


class SettlementRefused(DccSimError):
    """Files that a receiving party cannot load. `code` is the D0310 reason (J1702)."""

    def __init__(self, reason: str, *, code: str, flow: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.flow = flow

    def __str__(self) -> str:
        return f"{self.flow} [{self.code}]: {self.reason}"


def check_consistent(files: Sequence[FlowFile]) -> None:
    """The files of one change at one meter point agree. Raises SettlementRefused.

    Only what is there is compared, but D0149 and D0150 travel as a pair.
    """
    for file in files:
        _check_one_point(file)
        _check_tprs(file)
        _check_dates(file)
    _check_same_ssc(files)
    _check_pair(files)
    _check_registers(files)


def check_configuration(file: FlowFile, meter_ids: Iterable[str]) -> None:
    """What an MOA looks at in a D0367: meters it knows, TPRs as in MDD. Raises SettlementRefused."""
    known = frozenset(meter_ids)
    for row in (*file.find("04J"), *file.find("07J")):
        if row["J0004"] not in known:
            raise SettlementRefused(f"meter {row['J0004']} is not known", code=OTHER, flow=file.header.flow)
    check_consistent([file])


def _check_one_point(file: FlowFile) -> None:
    points = {row["J0003"] for top in file.records for row in top.walk() if _has_item(row, "J0003")}
    if len(points) > 1:
        reason = f"holds {len(points)} meter points; they are checked one by one"
        raise SettlementRefused(reason, code=OTHER, flow=file.header.flow)


def _check_tprs(file: FlowFile) -> None:
    flow = file.header.flow
    if flow not in _TPR_GROUP:
        return
    wanted = frozenset(_configuration(file).tpr_codes)
    held = Counter(row["J0078"] for row in file.find(_TPR_GROUP[flow]))
    for tpr, count in sorted(held.items()):
        if count > 1:
            raise SettlementRefused(f"TPR {tpr} stands {count} times", code=TPR_DUPLICATED, flow=flow)
        if tpr not in wanted:
            raise SettlementRefused(f"TPR {tpr} is not in the SSC", code=TPR_NOT_IN_SSC, flow=flow)
    if missing := sorted(wanted - set(held)):
        raise SettlementRefused(f"TPR {', '.join(missing)} is missing", code=TPR_MISSING, flow=flow)


def _configuration(file: FlowFile) -> Ssc:
    code = file.find(_SSC_GROUP[file.header.flow])[0]["J0076"]
    try:
        return ssc(code)
    except NotFound as error:
        raise SettlementRefused(str(error), code=SSC_NOT_IN_MDD, flow=file.header.flow) from None


def _check_dates(file: FlowFile) -> None:
    flow = file.header.flow
    if flow not in _DATED_GROUP:
        return
    point, mapping = (file.find(group)[0] for group in _DATED_GROUP[flow])
    if point["J1254"] < mapping["J0300"]:
        reason = f"details from {point['J1254']} lie before their SSC from {mapping['J0300']}"
        raise SettlementRefused(reason, code=SSC_DATE_DIFFERS, flow=flow)


def _check_same_ssc(files: Sequence[FlowFile]) -> None:
    first: tuple[str, str] | None = None
    for file in files:
        if file.header.flow not in _SSC_GROUP:
            continue
        row = file.find(_SSC_GROUP[file.header.flow])[0]
        here = (row["J0076"], row["J0300"])
        first = first or here
        if here[0] != first[0]:
            reason = f"SSC {here[0]} where another flow has {first[0]}"
            raise SettlementRefused(reason, code=SSC_DIFFERS, flow=file.header.flow)
        if here[1] != first[1]:
            reason = f"SSC from {here[1]} where another flow has {first[1]}"
            raise SettlementRefused(reason, code=SSC_DATE_DIFFERS, flow=file.header.flow)


def _check_pair(files: Sequence[FlowFile]) -> None:
    """Each recipient of a D0149 needs a D0150 and the other way round."""
    recipients = {
        flow: {(f.header.to_role, f.header.to_mpid) for f in files if f.header.flow == flow}
        for flow in ("D0149001", "D0150002")
    }
    for flow, other in (("D0149001", "D0150002"), ("D0150002", "D0149001")):
        if alone := recipients[flow] - recipients[other]:
            names = ", ".join("/".join(party) for party in sorted(alone))
            raise SettlementRefused(f"{names} gets no {other[:5]}", code=DETAILS_NOT_RECEIVED, flow=flow)


def _check_registers(files: Sequence[FlowFile]) -> None:
    """Every (meter, register) that is mapped is described, by each recipient's own pair."""
    for mapping in (file for file in files if file.header.flow == "D0149001"):
        described = {
            (meter["J0004"], register["J0010"])
            for file in files
            if file.header.flow == "D0150002" and file.header.to_mpid == mapping.header.to_mpid
            for meter in file.find("290")
            for register in meter.records
            if register.group.id == "293"
        }
        mapped = {
            (meter["J0004"], register["J0010"])
            for meter in (*mapping.find("283"), *mapping.find("25A"))
            for register in meter.records
        }
        if unknown := sorted(mapped - described):
            reason = f"registers {unknown} are mapped but the D0150 does not describe them"
            raise SettlementRefused(reason, code=OTHER, flow="D0149001")


def _has_item(row: Record, number: str) -> bool:
    return any(item.number == number for item in row.group.items)
