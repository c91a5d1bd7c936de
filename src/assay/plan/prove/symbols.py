"""Values of the tree as the solver holds them: cases of constants, whole-number terms, quotients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import z3

from assay.plan.prove.logic import Expr, Truth, both, either, neither

MOST_PIECES = 48
MOST_CASES = 400  # beyond it a formula with quotients of data grows without end


class BeyondError(Exception):
    """A formula the solver cannot be given; says why in the words of the plan."""


@dataclass
class Tally:
    """How many products of two open amounts were made: none since then means all is linear."""

    products: int = 0


TALLY = Tally()


@dataclass(frozen=True, eq=False, slots=True)
class Term:
    """num / den: a whole-number expression over a fixed denominator, and within what it lies."""

    num: Expr
    den: int
    low: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Quot:
    """top / bottom of two terms; bottom is above nought wherever the case holds."""

    top: Term
    bottom: Term


Number = Fraction | Term | Quot
Atom = Number | str | date | None
Value = tuple[tuple[Truth, Atom], ...]


def const(value: object) -> Value:
    """A fixed value."""
    if isinstance(value, bool):
        raise TypeError("a condition is no value")
    if isinstance(value, int):
        return ((True, Fraction(value)),)
    assert value is None or isinstance(value, Fraction | str | date)
    return ((True, value),)


def whole(name: str, low: int | None, high: int | None, den: int = 1) -> Value:
    """A whole-number variable over a denominator, within bounds (in whole numbers)."""
    ends = [None if end is None else Fraction(end, den) for end in (low, high)]
    return ((True, Term(z3.Int(name), den, *ends)),)


def term(atom: Fraction | Term) -> Term:
    """A number as a term."""
    if isinstance(atom, Term):
        return atom
    return Term(z3.IntVal(atom.numerator), atom.denominator, atom, atom)


def merged(cases: Iterable[tuple[Truth, Atom]]) -> Value:
    """Cases joined: equal constants into one, terms and the constants beside them into one term."""
    kept = [(guard, atom) for guard, atom in cases if guard is not False]
    if len(kept) == 1:
        return (kept[0],)
    consts: dict[Atom, list[Truth]] = {}
    terms: list[tuple[Truth, Term]] = []
    quots: list[tuple[Truth, Atom]] = []
    for guard, atom in kept:
        if isinstance(atom, Term):
            terms.append((guard, atom))
        elif isinstance(atom, Quot):
            quots.append((guard, atom))
        else:
            consts.setdefault(atom, []).append(guard)
    found: list[tuple[Truth, Atom]] = [(either(*guards), atom) for atom, guards in consts.items()]
    numbers = [(g, a) for g, a in found if isinstance(a, Fraction)]
    if terms or len(numbers) > MOST_PIECES:
        all_terms = [*((g, term(a)) for g, a in numbers), *terms]
        rest = [(g, a) for g, a in found if not isinstance(a, Fraction)]
        guard = True if not rest and not quots else either(*(g for g, _ in all_terms))
        found = [*rest, (guard, _chosen(all_terms))]
    return (*found, *quots)


def _chosen(cases: Sequence[tuple[Truth, Term]]) -> Term:
    """One term that is each of some where its case holds."""
    den = math.lcm(*(t.den for _, t in cases))
    scaled = [(g, t.num * (den // t.den) if t.den != den else t.num) for g, t in cases]
    expr = scaled[-1][1]
    for guard, num in reversed(scaled[:-1]):
        expr = z3.If(guard, num, expr) if not isinstance(guard, bool) else num if guard else expr
    lows, highs = [t.low for _, t in cases], [t.high for _, t in cases]
    low = None if any(e is None for e in lows) else min(e for e in lows if e is not None)
    high = None if any(e is None for e in highs) else max(e for e in highs if e is not None)
    return Term(expr, den, low, high)


def chosen(cases: Iterable[tuple[Truth, Value]]) -> Value:
    """The value of whichever case holds."""
    return merged(
        (both(guard, inner), atom) for guard, value in cases if guard is not False
        for inner, atom in value
    )  # fmt: skip


def lifted(make: Callable[[Number, Number], Atom], a: Value, b: Value) -> Value:
    """A function of two numbers, case by case; none where either is."""
    if len(a) * len(b) > MOST_CASES:
        a, b = _fewer(a), _fewer(b)
        if len(a) * len(b) > MOST_CASES:
            raise BeyondError("quotients of data in too many cases")
    cases: list[tuple[Truth, Atom]] = []
    for first, x in a:
        for second, y in b:
            guard = both(first, second)
            if guard is False:
                continue
            cases.append((guard, None if x is None or y is None else make(number(x), number(y))))
    return merged(cases)


def _fewer(value: Value) -> Value:
    """The same value with its fixed numbers as one term."""
    fixed = [(g, term(a)) for g, a in value if isinstance(a, Fraction | Term)]
    if len(fixed) < 2:
        return value
    rest = [(g, a) for g, a in value if not isinstance(a, Fraction | Term)]
    guard = True if not rest else either(*(g for g, _ in fixed))
    return ((guard, _chosen(fixed)), *rest)


def number(atom: Atom) -> Number:
    """An atom known to be a number."""
    if not isinstance(atom, Fraction | Term | Quot):
        raise BeyondError(f"{atom!r} is no number")
    return atom


def _sum(*ends: Fraction | None) -> Fraction | None:
    return None if any(e is None for e in ends) else sum(e for e in ends if e is not None)  # type: ignore[return-value]


def plus(a: Number, b: Number) -> Number:
    """a + b."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    if a == 0 and isinstance(a, Fraction):
        return b
    if b == 0 and isinstance(b, Fraction):
        return a
    if isinstance(a, Quot) or isinstance(b, Quot):
        x, y = _over(a), _over(b)
        if x.bottom is y.bottom:
            return Quot(_term(plus(x.top, y.top)), x.bottom)
        left, right = times(x.top, y.bottom), times(y.top, x.bottom)
        return Quot(_term(plus(left, right)), _term(times(x.bottom, y.bottom)))
    s, t = term(a), term(b)
    den = math.lcm(s.den, t.den)
    left, right = _scaled(s, den), _scaled(t, den)
    return Term(left + right, den, _sum(s.low, t.low), _sum(s.high, t.high))


def _scaled(t: Term, den: int) -> Expr:
    return t.num if t.den == den else t.num * (den // t.den)


def _over(a: Number) -> Quot:
    return a if isinstance(a, Quot) else Quot(term(a), term(Fraction(1)))


def _term(a: Number) -> Term:
    assert not isinstance(a, Quot)
    return term(a)


def minus(a: Number) -> Number:
    """-a."""
    return times(Fraction(-1), a)


def times(a: Number, b: Number) -> Number:
    """a * b; a product of two open terms is no longer linear."""
    a, b = _settled(a), _settled(b)
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a * b
    if isinstance(b, Fraction):
        a, b = b, a
    if isinstance(a, Fraction):
        if a == 0:
            return a
        if isinstance(b, Quot):
            return Quot(_term(times(a, b.top)), b.bottom)
        assert isinstance(b, Term)
        return _times_fixed(a, b)
    if isinstance(a, Quot) or isinstance(b, Quot):
        x, y = _over(a), _over(b)
        # (a / b) * b is a: the one cancelling that plans write.
        if isinstance(b, Term) and _same(x.bottom, b):
            return x.top
        if isinstance(a, Term) and _same(y.bottom, a):
            return y.top
        return Quot(_term(times(x.top, y.top)), _term(times(x.bottom, y.bottom)))
    assert isinstance(a, Term)
    assert isinstance(b, Term)
    TALLY.products += 1
    ends = [
        None if x is None or y is None else x * y for x in (a.low, a.high) for y in (b.low, b.high)
    ]
    known = [e for e in ends if e is not None]
    full = len(known) == 4
    positive = a.low is not None and b.low is not None and a.low >= 0 and b.low >= 0
    low = min(known) if full else Fraction(0) if positive else None
    return Term(a.num * b.num, a.den * b.den, low, max(known) if full else None)


def _settled(a: Number) -> Number:
    """A term that can have one value only, as that value."""
    settled = isinstance(a, Term) and a.low is not None and a.low == a.high
    return a.low if settled and isinstance(a, Term) and a.low is not None else a


def _same(a: Term, b: Term) -> bool:
    # Expressions are kept once each: the same number is the same expression, and soon compared.
    return a.den == b.den and (a.num is b.num or a.num.get_id() == b.num.get_id())


def _times_fixed(a: Fraction, b: Term) -> Term:
    shared = math.gcd(a.numerator, b.den)
    factor, den = a.numerator // shared, b.den // shared * a.denominator
    low, high = (None if e is None else a * e for e in (b.low, b.high))
    if a < 0:
        low, high = high, low
    return Term(b.num * factor if factor != 1 else b.num, den, low, high)


def ratio(a: Value, b: Value) -> Value:
    """a / b, none where b is nought; b below nought turns both round."""
    cases: list[tuple[Truth, Atom]] = []
    for first, x in a:
        for second, y in b:
            guard = both(first, second)
            if guard is False:
                continue
            if x is None or y is None:
                cases.append((guard, None))
                continue
            cases += [(both(guard, g), atom) for g, atom in _divided(number(x), number(y))]
    return merged(cases)


def _divided(x: Number, y: Number) -> list[tuple[Truth, Atom]]:
    if isinstance(y, Fraction):
        return [(True, times(1 / y, x) if y else None)]
    if isinstance(y, Quot):
        # x / (t / b) = (x * b) / t
        up = times(x, y.bottom)
        return _divided(up, y.top)
    above = compare(">", y, Fraction(0))
    below = compare("<", y, Fraction(0))
    nought = both(neither(above), neither(below))

    def over(top: Number, bottom: Term) -> Quot:
        if isinstance(top, Quot):
            return Quot(top.top, _term(times(top.bottom, bottom)))
        return Quot(term(top), bottom)

    found: list[tuple[Truth, Atom]] = [(above, over(x, y)), (nought, None)]
    if below is not False:
        found.append((below, over(minus(x), _term(minus(y)))))
    return found


_DECIDE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def compare(operator: str, a: Number, b: Number) -> Truth:
    """a operator b, cross-multiplied; decided at once where their bounds decide it."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return _DECIDE[operator](a, b)
    if isinstance(a, Quot) or isinstance(b, Quot):
        x, y = _over(a), _over(b)
        return compare(operator, times(x.top, y.bottom), times(y.top, x.bottom))
    s, t = term(a), term(b)
    decided = _decided(operator, s, t)
    if decided is not None:
        return decided
    den = math.lcm(s.den, t.den)
    x, y = _scaled(s, den), _scaled(t, den)
    made: dict[str, Callable[[], Expr]] = {
        "<": lambda: x < y,
        "<=": lambda: x <= y,
        ">": lambda: x > y,
        ">=": lambda: x >= y,
        "=": lambda: x == y,
        "!=": lambda: x != y,
    }
    return made[operator]()


def _decided(operator: str, s: Term, t: Term) -> bool | None:
    """What the bounds of two terms already say."""
    if operator in (">", ">="):
        return _decided({">": "<", ">=": "<="}[operator], t, s)
    if _same(s, t):
        return operator in ("<=", "=")
    below = s.high is not None and t.low is not None and s.high < t.low
    above = s.low is not None and t.high is not None and s.low > t.high
    if operator in ("=", "!="):
        return (operator == "!=") if below or above else None
    if operator == "<":
        if below:
            return True
        apart = s.low is not None and t.high is not None and s.low >= t.high
        return False if apart else None
    if s.high is not None and t.low is not None and s.high <= t.low:
        return True
    return False if above else None


def compared(operator: str, a: Value, b: Value) -> Truth:
    """Whether a comparison holds; with a none it does not."""
    found: list[Truth] = []
    for first, x in a:
        for second, y in b:
            guard = both(first, second)
            if guard is False or x is None or y is None:
                continue
            found.append(both(guard, _related(operator, x, y)))
    return either(*found)


def _related(operator: str, x: Atom, y: Atom) -> Truth:
    if isinstance(x, Fraction | Term | Quot) and isinstance(y, Fraction | Term | Quot):
        return compare(operator, x, y)
    if isinstance(x, date) and isinstance(y, date):
        return _DECIDE[operator](Fraction(x.toordinal()), Fraction(y.toordinal()))
    return (x == y) == (operator == "=")


def absent(value: Value) -> Truth:
    """Whether a value is none."""
    return either(*(guard for guard, atom in value if atom is None))


def total(values: Iterable[Value]) -> Value:
    """The sum of some values that are always there."""
    found: Value = const(0)
    for value in values:
        found = lifted(plus, found, value)
    return found


def where(truth: Truth, value: Value, other: Value) -> Value:
    """One value where a condition holds, another where not."""
    if isinstance(truth, bool):
        return value if truth else other
    return chosen([(truth, value), (neither(truth), other)])


def least(a: Value, b: Value, greatest: bool = False) -> Value:
    """The smaller (or greater) of two values; none where either is."""

    def pick(x: Number, y: Number) -> Value:
        return where(compare(">=" if greatest else "<=", x, y), ((True, x),), ((True, y),))

    cases: list[tuple[Truth, Value]] = []
    for first, x in a:
        for second, y in b:
            gone = x is None or y is None
            cases.append((both(first, second), const(None) if gone else pick(number(x), number(y))))
    return chosen(cases)
