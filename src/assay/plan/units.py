"""Units are types: what a quantity is counted in, and which quantities may meet."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from assay.plan.sentences import say


@dataclass(frozen=True)
class Unit:
    """A kind of quantity; `currency` for money, `words` for a value out of a closed list."""

    kind: str
    currency: str = ""
    words: frozenset[str] = frozenset()

    def __str__(self) -> str:
        if self.kind == "money":
            return say("money in {0}", self.currency)
        return {
            "ratio": say("a ratio (%, 折, 点)"),
            "plain": say("a bare number"),
            "count": say("a count (单, 件, 人)"),
            "days": say("days"),
            "months": say("months"),
            "hours": say("hours"),
            "bool": say("a condition"),
            "date": say("a date"),
            "word": say("a word"),
        }.get(self.kind, self.kind)

    @property
    def numeric(self) -> bool:
        """Whether arithmetic is possible at all."""
        return self.kind in NUMERIC


NUMERIC = frozenset({"money", "ratio", "plain", "count", "days", "months", "hours"})
RATIO = Unit("ratio")
PLAIN = Unit("plain")
COUNT = Unit("count")
DAYS = Unit("days")
MONTHS = Unit("months")
HOURS = Unit("hours")
BOOL = Unit("bool")
DATE = Unit("date")
WORD = Unit("word")


# The unit of each kind of column but money; anything else is a word.
KIND_UNITS = {
    "count": COUNT,
    "number": PLAIN,
    "rate": RATIO,
    "days": DAYS,
    "months": MONTHS,
    "date": DATE,
    "agreed_date": DATE,
    "yes_no": BOOL,
}


def money(currency: str) -> Unit:
    """Money of one currency; values are held in its hundredth (分)."""
    return Unit("money", currency)


# Signs a literal may bear: sign -> (kind, factor to the held unit). Money is held in 分.
_YUAN = Fraction(100)
SIGNS: dict[str, tuple[str, Fraction]] = {
    "%": ("ratio", Fraction(1, 100)),
    "‰": ("ratio", Fraction(1, 1000)),
    "折": ("ratio", Fraction(1, 10)),
    "个百分点": ("ratio", Fraction(1, 100)),
    "百分点": ("ratio", Fraction(1, 100)),
    "点": ("ratio", Fraction(1, 100)),
    "倍": ("ratio", Fraction(1)),
    "个基点": ("ratio", Fraction(1, 10000)),
    "基点": ("ratio", Fraction(1, 10000)),
    "bps": ("ratio", Fraction(1, 10000)),
    "bp": ("ratio", Fraction(1, 10000)),
    "亿元": ("CNY", _YUAN * 10**8),
    "万元": ("CNY", _YUAN * 10**4),
    "百万元": ("CNY", _YUAN * 10**6),
    "千元": ("CNY", _YUAN * 10**3),
    "元": ("CNY", _YUAN),
    "角": ("CNY", _YUAN / 10),
    "分": ("CNY", Fraction(1)),
    "小时": ("hours", Fraction(1)),
    "个月": ("months", Fraction(1)),
    "天": ("days", Fraction(1)),
    "周": ("days", Fraction(7)),
    "日": ("days", Fraction(1)),
    "年": ("months", Fraction(12)),
    "weeks": ("days", Fraction(7)),
    "week": ("days", Fraction(7)),
    "hours": ("hours", Fraction(1)),
    "hour": ("hours", Fraction(1)),
    "days": ("days", Fraction(1)),
    "day": ("days", Fraction(1)),
    "months": ("months", Fraction(1)),
    "month": ("months", Fraction(1)),
    "years": ("months", Fraction(12)),
    "year": ("months", Fraction(12)),
    "单": ("count", Fraction(1)),
    "件": ("count", Fraction(1)),
    "台": ("count", Fraction(1)),
    "人": ("count", Fraction(1)),
    "户": ("count", Fraction(1)),
    "家": ("count", Fraction(1)),
    "次": ("count", Fraction(1)),
    "个": ("count", Fraction(1)),
    "辆": ("count", Fraction(1)),
    "套": ("count", Fraction(1)),
    "张": ("count", Fraction(1)),
    "笔": ("count", Fraction(1)),
    "名": ("count", Fraction(1)),
    "位": ("count", Fraction(1)),
    "箱": ("count", Fraction(1)),
    "瓶": ("count", Fraction(1)),
    "盒": ("count", Fraction(1)),
    "份": ("count", Fraction(1)),
    "项": ("count", Fraction(1)),
    "points": ("count", Fraction(1)),
    "point": ("count", Fraction(1)),
    "units": ("count", Fraction(1)),
    "unit": ("count", Fraction(1)),
    "deals": ("count", Fraction(1)),
    "deal": ("count", Fraction(1)),
}
# Longest first, so that 万元 is not read as 万 and 元.
SIGNS_BY_LENGTH = tuple(sorted(SIGNS, key=lambda sign: (-len(sign), sign)))


def unit_of_sign(sign: str) -> tuple[Unit, Fraction] | None:
    """The unit and factor of a literal's sign; three capital letters are a currency."""
    if sign in SIGNS:
        kind, factor = SIGNS[sign]
        return (money(kind) if kind == "CNY" else Unit(kind)), factor
    if len(sign) == 3 and sign.isascii() and sign.isupper():
        return money(sign), Fraction(100)
    return None


def same(a: Unit, b: Unit) -> Unit | None:
    """The unit two quantities share when added or compared, or None when they may not meet."""
    if a.kind == "word" and b.kind == "word":
        return Unit("word", words=a.words | b.words if a.words and b.words else frozenset())
    if a == b:
        return a
    if a.kind == "plain" and b.kind in ("ratio", "count"):
        return b
    if b.kind == "plain" and a.kind in ("ratio", "count"):
        return a
    return None


def product(a: Unit, b: Unit) -> Unit | None:
    """The unit of a * b, or None when they cannot be multiplied."""
    scalars = ("plain", "ratio", "count")
    if a.kind in scalars and b.kind in scalars:
        kinds = {a.kind, b.kind}
        return COUNT if kinds == {"count", "plain"} else RATIO if "ratio" in kinds else a
    if a.kind in scalars and b.numeric:
        return b
    if b.kind in scalars and a.numeric:
        return a
    return None


def quotient(a: Unit, b: Unit) -> Unit | None:
    """The unit of a / b, or None when they cannot be divided."""
    if not (a.numeric and b.numeric):
        return None
    if b.kind in ("plain", "ratio") or (b.kind == "count" and a.kind != "count"):
        return RATIO if a.kind == "plain" and b.kind != "count" else a
    if a == b:
        return RATIO
    return None


@lru_cache(maxsize=4096)
def number_text(value: Fraction, digits: int = 6) -> str:
    """A plain decimal, exact when it has at most `digits` decimals, else cut and marked with …."""
    sign = "-" if value < 0 else ""
    scaled = abs(value) * 10**digits
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    text = f"{whole:0{digits + 1}d}"
    head, tail = text[:-digits], text[-digits:].rstrip("0")
    return f"{sign}{head}{'.' + tail if tail else ''}{'…' if rest else ''}"


@lru_cache(maxsize=4096)
def money_text(fen: Fraction | int, currency: str = "CNY") -> str:
    """Money as people read it: 1,234.50元 or 1,234.50 USD; fractions of 分 shown to six places."""
    value = Fraction(fen) / 100
    text = number_text(value)
    mark = "…" if text.endswith("…") else ""
    head, _, tail = text.rstrip("…").partition(".")
    sign, head = ("-", head[1:]) if head.startswith("-") else ("", head)
    body = f"{sign}{int(head):,}.{(tail + '00')[: max(2, len(tail))]}{mark}"
    return f"{body}元" if currency == "CNY" else f"{body} {currency}"


def show(value: object, unit: Unit) -> str:
    """A value with its unit, as a sentence or a table prints it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "是" if value else "否"
    if not isinstance(value, int | Fraction):
        return str(value)
    exact = Fraction(value)
    if unit.kind == "money":
        return money_text(exact, unit.currency)
    if unit.kind == "ratio":
        return number_text(exact * 100) + "%"
    names = {"days": "天", "months": "个月", "hours": "小时"}
    return number_text(exact) + names.get(unit.kind, "")


def ends(value: Fraction | int) -> bool:
    """Whether a value is a decimal of few digits."""
    return bool(10**6 % Fraction(value).denominator == 0)


def exactly(value: object, unit: Unit) -> str:
    """A value with its unit, exact: a quotient that does not end is written p/q."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return show(value, unit)
    scaled = Fraction(value) / 100 if unit.kind == "money" else Fraction(value)
    scaled = scaled * 100 if unit.kind == "ratio" else scaled
    if ends(scaled):
        return show(value, unit)
    mark = "%" if unit.kind == "ratio" else ""
    mark = (
        ("元" if unit.currency == "CNY" else f" {unit.currency}") if unit.kind == "money" else mark
    )
    return f"{scaled.numerator}/{scaled.denominator}{mark}"
