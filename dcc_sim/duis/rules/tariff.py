"""Rules on tariffs: prices, blocks, thresholds, and whether they fit the calendar.

In: a request. Out: flaws. Left out: the calendar itself (`calendar`). Prices alone (1.2) are judged
without a calendar, as the meter's own stays in force.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from dcc_sim.duis.names import local_name
from dcc_sim.duis.rules.reading import child, children, everywhere, number, repeated, text
from dcc_sim.duis.rules.row import ERROR, HIGH, MEDIUM, WARNING, Flaw, RequestUnderCheck, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_UNLIMITED: Final = 0xFFFF_FFFF
_BLOCK_SETS: Final = range(1, 9)
_PER_POUND: Final = 100_000
"""Units of a meter's balance."""
_HIGHEST_PRICE: Final = Fraction(10)
"""Pounds per kWh. Wholesale emergency prices reach 6, no retail price was ever near."""
_HIGHEST_STANDING_CHARGE: Final = Fraction(100)
"""Pounds per day."""
_HIGHEST_SCALE: Final = 128
"""The schema allows no more, either way."""


def _electricity(request: RequestUnderCheck) -> _Element | None:
    """The price elements of electricity, primary or secondary; None beside a gas tariff (R205)."""
    if child(request.content, "GasTariffElements") is not None:
        return None
    primary = child(request.content, "PriceElements", "ElectricityPriceElements")
    if primary is None and request.name.endswith("SecondaryElement"):
        return child(request.content, "PriceElements")
    return primary


def _gas(request: RequestUnderCheck) -> _Element | None:
    if child(request.content, "ElecTariffElements") is not None:
        return None
    return child(request.content, "PriceElements", "GasPriceElements")


def _has_calendar(request: RequestUnderCheck) -> bool:
    return next(everywhere(request.content, "SwitchingTable"), None) is not None


def _registers(prices: _Element) -> list[_Element]:
    """Prices of time-of-use registers."""
    return list(everywhere(prices, "TOUPrice", "ElectricityPriceElement"))


def _by_index(elements: list[_Element]) -> dict[int, _Element]:
    return {index: each for each in elements if (index := number(each, "index")) is not None}


def _register_without_price(request: RequestUnderCheck) -> Iterator[Flaw]:
    prices = _electricity(request)
    if prices is None:
        return
    priced = _by_index(_registers(prices))
    seen: set[int | None] = set()
    for action in everywhere(request.content, "TOUTariffAction"):
        if number(action) not in priced and number(action) not in seen:
            seen.add(number(action))
            there = ", ".join(map(str, sorted(priced))) or "none"
            yield Flaw(
                action,
                f"register {text(action)} has no price and is charged at 0",
                f"one with a price: {there}",
            )


def _price_without_register(request: RequestUnderCheck) -> Iterator[Flaw]:
    prices = _electricity(request)
    if prices is None or not _has_calendar(request):
        return
    used = {number(each) for each in everywhere(request.content, "TOUTariffAction")}
    for index, element in _by_index(_registers(prices)).items():
        if index not in used:
            yield Flaw(element, f"no switch uses register {index}", "a price of a register in use")


def _block_without_price(request: RequestUnderCheck) -> Iterator[Flaw]:
    prices = _electricity(request)
    if prices is None:
        return
    priced = _by_index(list(everywhere(prices, "BlockPrices")))
    seen: set[int | None] = set()
    for action in everywhere(request.content, "BlockTariffAction"):
        if number(action) not in priced and number(action) not in seen:
            seen.add(number(action))
            there = ", ".join(map(str, sorted(priced))) or "none"
            yield Flaw(
                action, f"block {text(action)} has no prices and is charged at 0", f"one with prices: {there}"
            )


def _price_without_block(request: RequestUnderCheck) -> Iterator[Flaw]:
    prices = _electricity(request)
    if prices is None or not _has_calendar(request):
        return
    used = {number(each) for each in everywhere(request.content, "BlockTariffAction")}
    for index, element in _by_index(list(everywhere(prices, "BlockPrices"))).items():
        if index not in used:
            yield Flaw(element, f"no switch uses block {index}", "prices of a block in use", "index")


def _other_fuel(request: RequestUnderCheck) -> Iterator[Flaw]:
    for tariff, wrong, right in (
        ("ElecTariffElements", "GasPriceElements", "ElectricityPriceElements"),
        ("GasTariffElements", "ElectricityPriceElements", "GasPriceElements"),
    ):
        element = child(request.content, "PriceElements", wrong)
        if child(request.content, tariff) is not None and element is not None:
            yield Flaw(element, f"{wrong} in a tariff with {tariff}", right)


def _threshold_rows(request: RequestUnderCheck) -> list[_Element]:
    """What holds thresholds: eight rows for electricity, the matrix itself for gas."""
    found: list[_Element] = []
    for matrix in everywhere(request.content, "ThresholdMatrix"):
        found += children(matrix, "Thresholds") or [matrix]
    return found


def _not_increasing(request: RequestUnderCheck) -> Iterator[Flaw]:
    for row in _threshold_rows(request):
        by_index = _by_index(children(row, "BlockThreshold"))
        steps = [(by_index[index], number(by_index[index])) for index in sorted(by_index)]
        for (_, before), (element, after) in pairwise(steps):
            if before is None or after is None or after > before or before == after == _UNLIMITED:
                continue
            reason = f"threshold {element.get('index')} is {after}, the one before {before}"
            yield Flaw(element, reason, f"more than {before}, or {_UNLIMITED} for no limit")


def _threshold_numbers(request: RequestUnderCheck) -> Iterator[Flaw]:
    for row in _threshold_rows(request):
        found = children(row, "BlockThreshold")
        numbers = [number(each, "index") for each in found]
        if sorted(each or 0 for each in numbers) != list(range(1, len(found) + 1)):
            listed = ", ".join(str(each) for each in numbers)
            yield Flaw(row, f"the thresholds are numbered {listed}", f"1 to {len(found)}, each once")


def _matrix(request: RequestUnderCheck) -> Iterator[Flaw]:
    for matrix in everywhere(request.content, "ThresholdMatrix"):
        rows = children(matrix, "Thresholds")
        found = [number(each, "index") for each in rows]
        missing = [str(each) for each in _BLOCK_SETS if each not in found]
        for element, _ in repeated(rows, list(found)):
            reason = f"thresholds of block {element.get('index')} are there twice"
            yield Flaw(element, reason, f"each of 1 to 8 once; missing: {', '.join(missing)}", "index")


def _same_index(request: RequestUnderCheck) -> Iterator[Flaw]:
    for holder in everywhere(
        request.content, "PriceElements", "TOUTariff", "BlockTariff", "HybridTariff", "BlockPrices"
    ):
        for name in ("TOUPrice", "BlockPrices", "BlockPrice", "ElectricityPriceElement"):
            found = children(holder, name)
            for element, _ in repeated(found, [number(each, "index") for each in found]):
                yield Flaw(
                    element, f"{name} {element.get('index')} is there twice", "each index once", "index"
                )


def _steps(request: RequestUnderCheck) -> Iterator[Flaw]:
    prices = _electricity(request)
    rows = _by_index([row for row in _threshold_rows(request) if local_name(row) == "Thresholds"])
    if prices is None or not rows:
        return
    for index, block in _by_index(list(everywhere(prices, "BlockPrices"))).items():
        if index not in rows:
            continue
        limits = [number(each) for each in children(rows[index], "BlockThreshold")]
        steps = 1 + sum(1 for limit in limits if limit is not None and limit < _UNLIMITED)
        priced = sorted(_by_index(children(block, "BlockPrice")))
        if priced != list(range(1, steps + 1)):
            reason = f"block {index} has {steps} steps and prices for {', '.join(map(str, priced))}"
            yield Flaw(block, reason, f"prices 1 to {steps}", "index")


def _gas_steps(request: RequestUnderCheck) -> Iterator[Flaw]:
    prices = _gas(request)
    block = None if prices is None else child(prices, "BlockTariff")
    stated = child(block, "NumberOfThresholds")
    if block is None or stated is None:
        return
    thresholds = len(list(everywhere(request.content, "BlockThreshold")))
    count = thresholds or number(stated)
    if thresholds and number(stated) != thresholds:
        yield Flaw(
            stated, f"{text(stated)} thresholds are announced, {thresholds} are there", str(thresholds)
        )
    elif count is not None and len(children(block, "BlockPrice")) != count + 1:
        found = len(children(block, "BlockPrice"))
        yield Flaw(
            stated, f"{count} thresholds make {count + 1} steps, but there are {found} prices", str(found - 1)
        )


def _gas_kind(request: RequestUnderCheck) -> Iterator[Flaw]:
    prices = _gas(request)
    if prices is None:
        return
    block = child(prices, "BlockTariff") is not None
    for day in everywhere(request.content, "DayProfile"):
        action = child(day, "TOUTariffAction" if block else "BlockTariff")
        if action is not None:
            kind, other = ("blocks", "BlockTariff") if block else ("times of use", "TOUTariffAction")
            yield Flaw(action, f"{local_name(action)} in a tariff with prices of {kind}", other)


def _gas_tier(request: RequestUnderCheck) -> Iterator[Flaw]:
    prices = _gas(request)
    tou = None if prices is None else child(prices, "TOUTariff")
    if tou is None:
        return
    tiers = len(children(tou, "TOUPrice"))
    for action in everywhere(request.content, "TOUTariffAction"):
        if (number(action) or 0) > tiers:
            yield Flaw(action, f"register {text(action)}, but the tariff has {tiers} prices", f"1 to {tiers}")


def _gas_gap(request: RequestUnderCheck) -> Iterator[Flaw]:
    prices = _gas(request)
    if prices is None:
        return
    for kind, name in (("TOUTariff", "TOUPrice"), ("BlockTariff", "BlockPrice")):
        found = _by_index(children(child(prices, kind), name))
        holder = child(prices, kind)
        if holder is not None and found and max(found) != len(found):
            reason = f"prices are numbered {', '.join(map(str, sorted(found)))}"
            yield Flaw(next(iter(found.values())), reason, "1 onwards without a gap", "index")


def _scaled(element: _Element | None, scale: _Element | None) -> Fraction | None:
    mantissa, exponent = number(element), number(scale)
    if mantissa is None or exponent is None or abs(exponent) > _HIGHEST_SCALE:
        return None
    return mantissa * Fraction(10) ** exponent


def _money(request: RequestUnderCheck) -> Iterator[tuple[_Element, Fraction, bool]]:
    """Each electricity price in pounds, and whether it is a standing charge."""
    prices = _electricity(request)
    if prices is None:
        return
    charge = child(prices, "StandingCharge")
    value = _scaled(charge, child(prices, "StandingChargeScale"))
    if charge is not None and value is not None:
        yield charge, value, True
    for element in everywhere(prices, "TOUPrice", "BlockPrice", "ElectricityPriceElement"):
        value = _scaled(element, child(prices, "PriceScale"))
        if value is not None:
            yield element, value, False


def _precision(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element, pounds, _ in _money(request):
        if (pounds * _PER_POUND).denominator != 1:
            reason = f"{_plain(pounds)} is finer than the 0.00001 that a meter's balance holds"
            yield Flaw(element, reason, "a multiple of 0.00001")


def _implausible(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element, pounds, standing in _money(request):
        highest, unit = (_HIGHEST_STANDING_CHARGE, "a day") if standing else (_HIGHEST_PRICE, "a kWh")
        if abs(pounds) > highest:
            yield Flaw(element, f"{_plain(pounds)} {unit}", f"at most {highest} {unit}; look at the scale")


def _negative(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element, pounds, _ in _money(request):
        if pounds < 0:
            yield Flaw(element, f"{_plain(pounds)}: the consumer is paid", "0 or more, for import")


def _plain(value: Fraction) -> str:
    return f"{float(value):.10g}"


RULES: Final = (
    Rule(
        code="R201",
        severity=WARNING,
        title="Time-of-use register in use without a price",
        why="All 48 prices travel; one that is left out is sent as 0, so that what is used is free.",
        example="a `TOUTariffAction` 3 and prices for 1 and 2",
        source="published ECS01a; gbcs.md §d.8",
        confidence=HIGH,
        check=_register_without_price,
    ),
    Rule(
        code="R202",
        severity=WARNING,
        title="Price of a register that no switch uses",
        why="Nothing is ever charged at it; often the switch has the wrong number.",
        example="a `TOUPrice` with `index` 3 while all switches are to 1 and 2",
        source="gbcs.md §k.2",
        confidence=HIGH,
        check=_price_without_register,
    ),
    Rule(
        code="R203",
        severity=WARNING,
        title="Block in use without prices",
        why="As R201, for the four steps of a block.",
        example="a `BlockTariffAction` 2 and `BlockPrices` for 1 alone, or a `TOUTariff`",
        source="published ECS01a; gbcs.md §d.8",
        confidence=HIGH,
        check=_block_without_price,
    ),
    Rule(
        code="R204",
        severity=WARNING,
        title="Prices of a block that no switch uses",
        why="Nothing is ever charged at them.",
        example="`BlockPrices` with `index` 2 while the only `BlockTariffAction` is 1",
        source="gbcs.md §k.2",
        confidence=HIGH,
        check=_price_without_block,
    ),
    Rule(
        code="R205",
        severity=ERROR,
        title="Tariff of one fuel, prices of the other",
        why="The schema does not tie them together; no command can be made of it.",
        example="`ElecTariffElements` with `GasPriceElements`",
        source="duis.md §11; ECS01a, GCS01a",
        confidence=HIGH,
        answer="E100",
        check=_other_fuel,
    ),
    Rule(
        code="R206",
        severity=ERROR,
        title="Block thresholds that do not increase",
        why="A step that ends before the one below it is never reached; meters count upwards.",
        example="`BlockThreshold` 2 is 10000, 1 is 20000",
        source="gbcs.md §k.2",
        confidence=MEDIUM,
        check=_not_increasing,
    ),
    Rule(
        code="R207",
        severity=ERROR,
        title="Block thresholds not numbered from 1 without a gap",
        why="The command holds a list; the numbers say the order and leave no hole.",
        example="`BlockThreshold` with `index` 1 and 3",
        source="ECS01a, GCS01a",
        confidence=HIGH,
        check=_threshold_numbers,
    ),
    Rule(
        code="R208",
        severity=ERROR,
        title="Threshold matrix without all eight rows",
        why="The schema counts eight; each of the eight blocks must be among them, also those not in use.",
        example="`Thresholds` with `index` 1, 2, 3, 4, 5, 6, 7, 7",
        source="ECS01a",
        confidence=HIGH,
        check=_matrix,
    ),
    Rule(
        code="R209",
        severity=ERROR,
        title="Price there twice",
        why="Which of the two is meant cannot be told.",
        example="two `TOUPrice` with `index` 1",
        source="ECS01a, GCS01a",
        confidence=HIGH,
        check=_same_index,
    ),
    Rule(
        code="R210",
        severity=WARNING,
        title="Steps and prices of a block do not match",
        why="n thresholds make n + 1 steps (4294967295 is no threshold). A step without a price is free, a "
        "price "
        "without a step is never charged.",
        example="one threshold and three `BlockPrice`",
        source="gbcs.md §k.2",
        confidence=HIGH,
        check=_steps,
    ),
    Rule(
        code="R211",
        severity=WARNING,
        title="Gas thresholds and prices do not match",
        why="NumberOfThresholds, the thresholds and the prices say the same thing three times.",
        example="`NumberOfThresholds` 2 with three `BlockThreshold`",
        source="published GCS01a has such a request",
        confidence=MEDIUM,
        check=_gas_steps,
    ),
    Rule(
        code="R212",
        severity=ERROR,
        title="Gas day of the other kind of tariff",
        why="A gas meter charges by time of use or by block, not both; the command says which, once.",
        example="`TOUTariffAction` in a day, `BlockTariff` prices",
        source="gbcs.md §k.3",
        confidence=MEDIUM,
        check=_gas_kind,
    ),
    Rule(
        code="R213",
        severity=ERROR,
        title="Gas register beyond the prices",
        why="The command states how many prices there are; a switch to a further one has none.",
        example="`TOUTariffAction` 3 with two `TOUPrice`",
        source="GCS01a, NumberOfPriceTiersInUse",
        confidence=MEDIUM,
        check=_gas_tier,
    ),
    Rule(
        code="R214",
        severity=ERROR,
        title="Gas prices with a gap",
        why="The command holds the number of prices and the prices, numbered from the first.",
        example="`TOUPrice` with `index` 1 and 3",
        source="GCS01a",
        confidence=MEDIUM,
        check=_gas_gap,
    ),
    Rule(
        code="R215",
        severity=WARNING,
        title="Price finer than a meter's balance",
        why="Balances count 0.00001 pounds; what is finer is rounded.",
        example="`StandingCharge` 4861 with `StandingChargeScale` -6",
        source="gbcs.md §d.8, scale of balances",
        confidence=MEDIUM,
        check=_precision,
    ),
    Rule(
        code="R216",
        severity=WARNING,
        title="Price beyond anything sold",
        why="A scale that is wrong by one makes every bill wrong by ten.",
        example="`TOUPrice` 29130 with `PriceScale` 0: 29130 pounds a kWh",
        source="prices of the British market",
        confidence=MEDIUM,
        check=_implausible,
    ),
    Rule(
        code="R217",
        severity=WARNING,
        title="Negative price for import",
        why="The field has a sign; the consumer would be paid for what is used.",
        example="`TOUPrice` -29130",
        source="DUIS schema, xs:short",
        confidence=MEDIUM,
        check=_negative,
    ),
)
