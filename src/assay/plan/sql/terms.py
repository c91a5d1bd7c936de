"""Exact quantities in SQL: a whole-number expression over a constant and over columns of data.

A ratio is never divided: 9折 becomes amount * 10 >= 9 * list. `power` counts how many amounts are
multiplied, so that products of two are worked out in 128 bit; `scale` bounds the constant factor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

# Bounds are held for months of at least this many 分, so that fixed amounts count as part of one.
UNIT = 10**10


class OutsideError(Exception):
    """A formula that the whole-number subset does not carry; the reference computes it."""


@dataclass(frozen=True)
class Over:
    """A column of data that divides; `sure` when it is always above nought."""

    sql: str
    power: int
    sure: bool


@dataclass(frozen=True)
class Term:
    """num / (den * product of overs); `nullable` when num can be NULL (none)."""

    num: str
    den: int = 1
    overs: tuple[Over, ...] = ()
    nullable: bool = False
    power: int = 0
    scale: int = 1
    fixed: Fraction | None = None
    signed: bool = False

    @property
    def absent(self) -> str:
        """SQL condition that the value is none; empty when it never is."""
        parts = [f"coalesce({over.sql}, 0) <= 0" for over in self.overs if not over.sure]
        if self.nullable:
            parts.append(f"({self.num}) IS NULL")
        return " OR ".join(dict.fromkeys(parts))


def constant(value: Fraction | int) -> Term:
    """A fixed number."""
    exact = Fraction(value)
    return Term(
        str(exact.numerator),
        exact.denominator,
        scale=abs(exact.numerator) or 1,
        fixed=exact,
        signed=exact < 0,
    )


def column(sql: str, power: int, nullable: bool, signed: bool) -> Term:
    """A whole-number column: an amount (power 1) or a count (power 0)."""
    return Term(sql, nullable=nullable, power=power, signed=signed, scale=1 if power else 10**7)


def times(term: Term, factor: int) -> str:
    """The numerator times a constant."""
    if factor == 1:
        return term.num
    if term.fixed is not None:
        return str(int(term.num) * factor)
    return f"({term.num}) * {factor}"


def product(a: Term, b: Term) -> Term:
    """a * b."""
    if a.fixed is not None and b.fixed is not None:
        return constant(a.fixed * b.fixed)
    for one, other in ((a, b), (b, a)):
        if one.fixed is not None:
            if one.fixed == 0:
                return (
                    replace(constant(0), nullable=False)
                    if not other.absent
                    else _scaled(other, one)
                )
            return _scaled(other, one)
    power = a.power + b.power
    left, right = a.num, b.num
    if power > 1:
        left = wide(left)
    return Term(
        f"({left}) * ({right})",
        a.den * b.den,
        a.overs + b.overs,
        a.nullable or b.nullable,
        power,
        a.scale * b.scale,
        None,
        a.signed or b.signed,
    )


def wide(sql: str) -> str:
    """An expression in 128 bit."""
    return f"CAST({sql} AS HUGEINT)"


def _scaled(term: Term, factor: Term) -> Term:
    assert factor.fixed is not None
    value = factor.fixed / term.den
    return replace(
        term,
        num=times(term, value.numerator),
        den=value.denominator,
        scale=term.scale * max(abs(value.numerator), 1),
        fixed=None,
        signed=term.signed or value < 0,
    )


def quotient(a: Term, b: Term, sure: bool) -> Term:
    """a / b, where b is never below nought; `sure` when it is always above."""
    if b.fixed is not None:
        if b.fixed == 0:
            raise OutsideError("a quotient by nought")
        return product(a, constant(1 / b.fixed))
    if b.overs:
        raise OutsideError("a quotient by a quotient")
    over = Over(b.num, b.power, sure)
    up = constant(b.den)
    raised = product(a, up)
    return replace(raised, overs=(*raised.overs, over), power=raised.power, fixed=None)


def align(terms: Sequence[Term]) -> tuple[list[str], int, tuple[Over, ...], int, list[int]]:
    """Numerators over one denominator: (numerators, den, overs, power, scale of each)."""
    den = lcm(*(term.den for term in terms))
    wanted: Counter[Over] = Counter()
    for term in terms:
        wanted |= Counter(term.overs)
    nums: list[str] = []
    reaches: list[tuple[int, int]] = []
    for term in terms:
        num, reach = times(term, den // term.den), term.power
        for over in (wanted - Counter(term.overs)).elements():
            reach += over.power
            num = f"({wide(num) if reach > 1 else num}) * ({over.sql})"
        nums.append(num)
        reaches.append((reach, term.scale * (den // term.den)))
    power = max(reach for reach, _ in reaches)
    # A part of fewer amounts is a small share of one of more: rounded up, in units of UNIT.
    scales = [-(-scale // UNIT ** (power - reach)) for reach, scale in reaches]
    return nums, den, tuple(wanted.elements()), power, scales


def total(a: Term, b: Term, operator: str) -> Term:
    """a + b or a - b."""
    if a.fixed is not None and b.fixed is not None:
        return constant(a.fixed + b.fixed if operator == "+" else a.fixed - b.fixed)
    if b.fixed == 0:
        return a
    if a.fixed == 0 and operator == "+":
        return b
    (left, right), den, overs, power, scales = align((a, b))
    return Term(
        f"({left}) {operator} ({right})",
        den,
        overs,
        a.nullable or b.nullable,
        power,
        sum(scales),
        None,
        a.signed or b.signed or operator == "-",
    )


def compared(operator: str, a: Term, b: Term) -> tuple[str, int, int]:
    """SQL of a comparison that a none never satisfies, with its power and scale."""
    (left, right), _, _, power, scales = align((a, b))
    sign = {"!=": "<>"}.get(operator, operator)
    guards = [f"{over.sql} > 0" for over in dict.fromkeys(a.overs + b.overs) if not over.sure]
    sql = " AND ".join([*guards, f"({left}) {sign} ({right})"])
    if a.nullable or b.nullable or guards:
        return f"coalesce({sql}, FALSE)", power, max(scales)
    return f"({sql})", power, max(scales)


def either(condition: str, yes: Term, no: Term) -> Term:
    """CASE WHEN condition THEN yes ELSE no."""
    return cases([(condition, yes)], no)


def cases(rows: Sequence[tuple[str, Term]], last: Term | None) -> Term:
    """CASE over conditions; without a last term the value can be none."""
    terms = [term for _, term in rows] + ([last] if last is not None else [])
    nums, den, overs, power, scales = align(terms)
    whens = " ".join(f"WHEN {c} THEN {n}" for (c, _), n in zip(rows, nums, strict=False))
    tail = f" ELSE {nums[-1]}" if last is not None else ""
    return Term(
        f"CASE {whens}{tail} END",
        den,
        overs,
        any(t.nullable for t in terms) or last is None,
        power,
        max(scales),
        None,
        any(t.signed for t in terms),
    )


def extreme(greatest: bool, terms: Sequence[Term]) -> Term:
    """The least or greatest; none when any is none."""
    nums, den, overs, power, scales = align(terms)
    name = "greatest" if greatest else "least"
    sql = f"{name}({', '.join(nums)})"
    nullable = [n for n, t in zip(nums, terms, strict=True) if t.nullable]
    if nullable:
        sql = (
            f"CASE WHEN {' OR '.join(f'({n}) IS NULL' for n in nullable)} THEN NULL ELSE {sql} END"
        )
    signed = all(t.signed for t in terms) if greatest else any(t.signed for t in terms)
    return Term(sql, den, overs, bool(nullable), power, max(scales), None, signed)


def otherwise(value: Term, fallback: Term) -> Term:
    """The value, or the fallback where it is none; divisors at nought count as one then."""
    absent = value.absent
    if not absent:
        return value
    safe = tuple(
        over
        if over.sure
        else Over(
            f"(CASE WHEN coalesce({over.sql}, 0) > 0 THEN {over.sql} ELSE 1 END)", over.power, True
        )
        for over in value.overs
    )
    guarded = replace(value, overs=safe)
    (first, second), den, overs, power, scales = align((guarded, fallback))
    return Term(
        f"CASE WHEN {absent} THEN {second} ELSE {first} END",
        den,
        overs,
        fallback.nullable,
        power,
        max(scales),
        None,
        value.signed or fallback.signed,
    )


def floored(num: str, divisor: str, signed: bool) -> str:
    """The whole number at or below a quotient of whole numbers."""
    if not signed:
        return f"{num} // {divisor}"
    return f"({num} - (({num} % {divisor}) + {divisor}) % {divisor}) // {divisor}"


def half_up(num: str, divisor: str, signed: bool) -> str:
    """Rounding half away from nought with whole numbers: (2n + d) // 2d on what is not negative."""
    if not signed:
        return f"((2 * ({num}) + {divisor}) // (2 * {divisor}))"
    return (
        f"CASE WHEN ({num}) >= 0 THEN (2 * ({num}) + {divisor}) // (2 * {divisor})"
        f" ELSE -((2 * -({num}) + {divisor}) // (2 * {divisor})) END"
    )
