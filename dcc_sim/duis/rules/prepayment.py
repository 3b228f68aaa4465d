"""Rules on prepayment: top-up tokens, limits of credit, debt.

In: a request. Out: flaws. Left out: whether a token's MAC is the supplier's, which needs keys
(`gbcs.utrn`); non-disablement calendars (`calendar`, `switching`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from dcc_sim.duis.names import local_name
from dcc_sim.duis.rules.reading import child, everywhere, number, text
from dcc_sim.duis.rules.row import ERROR, HIGH, LOW, MEDIUM, WARNING, Flaw, RequestUnderCheck, Rule
from dcc_sim.errors import UtrnInvalid
from dcc_sim.gbcs.utrn import Token, check_digit, decode_utrn
from dcc_sim.ids import RequestId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_UTRN_DIGITS: Final = 20
_COUNTER_BITS: Final = 10
_LOW_HALF: Final = 32
_MAX_SCALE: Final = 30
_HIGHEST_RATE: Final = Decimal(100)
"""Pounds per period."""
_LIMITS: Final = (
    "DebtRecoveryRateCap",
    "EmergencyCreditLimit",
    "EmergencyCreditThreshold",
    "LowCreditThreshold",
    "MaxMeterBalance",
    "MaxCreditThreshold",
)


def _tokens(request: RequestUnderCheck) -> Iterator[tuple[_Element, str]]:
    for element in everywhere(request.content, "UTRN"):
        digits = text(element)
        if len(digits) == _UTRN_DIGITS and digits.isdecimal() and digits.isascii():
            yield element, digits


def _check_digit(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element, digits in _tokens(request):
        expected = check_digit(digits[:-1])
        if digits[-1] != expected:
            yield Flaw(
                element,
                f"the check digit of {digits} is wrong",
                f"{digits[:-1]}{expected}, if all others are right",
            )


def _decoded(digits: str) -> Token | str:
    """The token; or why it is none, apart from its check digit."""
    try:
        return decode_utrn(digits[:-1] + check_digit(digits[:-1]))
    except UtrnInvalid as error:
        return str(error.args[0])


def _no_token(request: RequestUnderCheck) -> Iterator[Flaw]:
    for element, digits in _tokens(request):
        token = _decoded(digits)
        if isinstance(token, str):
            yield Flaw(
                element,
                f"{digits} is not a token for this kind of meter: {token}",
                "a token of `dcc-sim utrn make`",
            )


def _counter(request: RequestUnderCheck) -> RequestId | None:
    try:
        return RequestId.parse(text(child(request.header, "RequestID")))
    except ValueError:
        return None


def _low_half(request: RequestUnderCheck) -> Iterator[Flaw]:
    identifier, element = _counter(request), child(request.header, "RequestID")
    if next(_tokens(request), None) is None or identifier is None or element is None:
        return
    if identifier.counter % (1 << _LOW_HALF):
        reason = f"counter {identifier.counter} of a top-up does not end in 32 bits of 0"
        yield Flaw(element, reason, f"a multiple of {1 << _LOW_HALF}: the token's counter in the upper half")


def _token_counter(request: RequestUnderCheck) -> Iterator[Flaw]:
    identifier = _counter(request)
    for element, digits in _tokens(request):
        token = _decoded(digits)
        if identifier is None or isinstance(token, str) or identifier.counter % (1 << _LOW_HALF):
            continue
        ends = (identifier.counter >> _LOW_HALF) % (1 << _COUNTER_BITS)
        if ends != token.truncated_counter:
            reason = (
                f"the token ends in counter bits {token.truncated_counter}, the request's counter in {ends}"
            )
            yield Flaw(element, reason, "the token that was made for the counter of this request")


def _limits(request: RequestUnderCheck) -> Iterator[dict[str, _Element]]:
    for name in ("UpdatePrepayConfigElectricity", "UpdatePrepayConfigGas"):
        holder = child(request.content, name)
        if holder is not None:
            yield {each: found for each in _LIMITS if (found := child(holder, each)) is not None}


def _negative_limit(request: RequestUnderCheck) -> Iterator[Flaw]:
    for limits in _limits(request):
        for name, element in limits.items():
            if (number(element) or 0) < 0:
                yield Flaw(element, f"{name} is below 0", "0 or more")


def _low_credit(request: RequestUnderCheck) -> Iterator[Flaw]:
    for limits in _limits(request):
        low, emergency = limits.get("LowCreditThreshold"), limits.get("EmergencyCreditThreshold")
        a, b = number(low), number(emergency)
        if low is not None and a is not None and b is not None and a < b:
            reason = f"the low credit warning, at {a}, comes after emergency credit is offered, at {b}"
            yield Flaw(low, reason, f"{b} or more")


def _max_credit(request: RequestUnderCheck) -> Iterator[Flaw]:
    for limits in _limits(request):
        credit, balance = limits.get("MaxCreditThreshold"), limits.get("MaxMeterBalance")
        a, b = number(credit), number(balance)
        if credit is not None and a is not None and b is not None and a > b:
            reason = f"the largest top-up, {a}, is above the largest balance, {b}"
            yield Flaw(credit, reason, f"up to {b}")


def _recoveries(request: RequestUnderCheck) -> Iterator[tuple[_Element, _Element]]:
    """Each time-based debt with its rate."""
    for index in ("1", "2"):
        debt = child(request.content, f"TimeDebtRegister{index}")
        for fuel in ("Elec", "Gas"):
            rate = child(request.content, f"{fuel}DebtRecovery{index}", "DebtRecoveryRate")
            if debt is not None and rate is not None:
                yield debt, rate


def _never_paid(request: RequestUnderCheck) -> Iterator[Flaw]:
    for debt, rate in _recoveries(request):
        if (number(debt) or 0) > 0 and number(rate) == 0:
            reason = f"{local_name(debt)} is {text(debt)}, but nothing of it is collected"
            yield Flaw(rate, reason, "a rate above 0, or no debt")
    debt_, share = (
        child(request.content, "PaymentDebtRegister"),
        child(request.content, "DebtRecoveryPerPayment"),
    )
    if share is not None and (number(debt_) or 0) > 0 and number(share) == 0:
        reason = f"PaymentDebtRegister is {text(debt_)}, but nothing is taken from payments"
        yield Flaw(share, reason, "1 to 10000 hundredths of a percent, or no debt")


def _negative_rate(request: RequestUnderCheck) -> Iterator[Flaw]:
    for _, rate in _recoveries(request):
        if (number(rate) or 0) < 0:
            yield Flaw(rate, f"a recovery rate of {text(rate)} adds to the debt", "0 or more")


def _high_rate(request: RequestUnderCheck) -> Iterator[Flaw]:
    for _, rate in _recoveries(request):
        holder = rate.getparent()
        scale = number(child(holder, "DebtRecoveryRatePriceScale"))
        value = number(rate)
        if scale is None or value is None:
            continue
        pounds = Decimal(value).scaleb(max(-128, min(scale, _MAX_SCALE)))
        if pounds > _HIGHEST_RATE:
            period = text(child(holder, "DebtRecoveryRatePeriod")).lower()
            yield Flaw(
                rate, f"{pounds:f} {period}", f"at most {_HIGHEST_RATE} each period; look at the scale"
            )


RULES: Final = (
    Rule(
        code="R301",
        severity=ERROR,
        title="Top-up token with a wrong check digit",
        why="The meter refuses the token and logs 8F63. One digit is mistyped, or two are swapped.",
        example="`UTRN` 73946144308785537204",
        source="gbcs.md §j",
        confidence=HIGH,
        check=_check_digit,
    ),
    Rule(
        code="R302",
        severity=ERROR,
        title="Digits that are no top-up token",
        why="Behind the digits are fields that must be 0 and a class that must be pence or pounds.",
        example="`UTRN` 99999999999999999999",
        source="gbcs.md §j",
        confidence=HIGH,
        check=_no_token,
    ),
    Rule(
        code="R303",
        severity=ERROR,
        title="Counter of a top-up with a lower half",
        why="The counter of the request is that of the token: the UTRN counter in its upper 32 bits, 0 "
        "below. The "
        "meter rebuilds it and checks the token's MAC with it.",
        example="`RequestID` that ends in `:12884901889` for a 2.2",
        source="gbcs.md §j; duis.md §11; published CS01a, CS01b",
        confidence=HIGH,
        check=_low_half,
    ),
    Rule(
        code="R304",
        severity=ERROR,
        title="Top-up token made for another counter",
        why="The token holds the last ten bits of the UTRN counter; with another counter its MAC does not "
        "hold.",
        example="a token of counter 3 in a request with counter 4 × 2^32",
        source="gbcs.md §j; published CS01a, CS01b",
        confidence=HIGH,
        check=_token_counter,
    ),
    Rule(
        code="R305",
        severity=WARNING,
        title="Prepayment limit below 0",
        why="The fields of electricity have a sign; a negative limit refuses everything.",
        example="`EmergencyCreditLimit` -500000",
        source="DUIS schema, xs:int",
        confidence=MEDIUM,
        check=_negative_limit,
    ),
    Rule(
        code="R306",
        severity=WARNING,
        title="Low credit warning after emergency credit",
        why="The consumer is to be warned while credit lasts, then offered emergency credit.",
        example="`LowCreditThreshold` 100000, `EmergencyCreditThreshold` 200000",
        source="gbcs.md §k.4; published 2.1",
        confidence=MEDIUM,
        check=_low_credit,
    ),
    Rule(
        code="R307",
        severity=WARNING,
        title="Largest top-up above the largest balance",
        why="A top-up of that size is always refused (8F47).",
        example="`MaxCreditThreshold` 30000000, `MaxMeterBalance` 20000000",
        source="gbcs.md §j",
        confidence=MEDIUM,
        check=_max_credit,
    ),
    Rule(
        code="R308",
        severity=WARNING,
        title="Debt that is never paid back",
        why="A debt register with an amount whose rate, or whose share of payments, is 0.",
        example="`TimeDebtRegister1` 30000, `DebtRecoveryRate` 0",
        source="gbcs.md §k.4",
        confidence=MEDIUM,
        check=_never_paid,
    ),
    Rule(
        code="R309",
        severity=WARNING,
        title="Negative recovery rate",
        why="The field has a sign; the debt would grow.",
        example="`DebtRecoveryRate` -3",
        source="DUIS schema, xs:short, xs:int",
        confidence=MEDIUM,
        check=_negative_rate,
    ),
    Rule(
        code="R310",
        severity=WARNING,
        title="Recovery rate beyond reason",
        why="A scale that is wrong by one collects ten times what is meant.",
        example="`DebtRecoveryRate` 3000, `DebtRecoveryRatePriceScale` 0, `HOURLY`",
        source="inferred; published 2.3 has 3 × 10^-1 daily",
        confidence=LOW,
        check=_high_rate,
    ),
)
