"""What a statement draws: the ruler of attainment, the strip of rates over sales, the waterfall. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext

from assay.engine.explain import PayeeMonth
from assay.engine.kept_credits import Part, shared_out
from assay.furniture.drawn import Rung, Step, place, waterfall
from assay.furniture.reader import series
from assay.furniture.templatetags.figures import percent, yuan
from assay.incentives.models import Line
from assay.incentives.queries.rows import Opened, OrderRow, number_of
from assay.money import grouped, rate
from assay.plan.units import show
from assay.sales import rules

REACH = Fraction(3, 2)
ROOM = Fraction(82, 100)  # of the ruler: after that a figure has no room on a phone
# Of the strip on a phone: a Chinese sign, a figure.
WIDE, NARROW = Fraction(7, 200), Fraction(2, 100)
UNDER, ROW = 56, 16  # px: the first row of labels under the strip, and the next
_BAND = re.compile(
    r"\s?[\u300c\u201c]([^\u300d\u201d]+)[\u300d\u201d]"
)  # a band quoted in a sentence
_TWO = re.compile(r"([\[(])([^,]+), ?([^,]+)([\])])")
_ONE = re.compile(r"(<=|>=|<|>|=) ?(.+)")


@dataclass(frozen=True)
class Piece:
    """A stretch of the strip: sales at one rate; where its label is held, and how far down (px)."""

    left: str
    width: str
    metal: str
    label: str
    at: str = ""
    anchor: str = "middle"
    down: int = UNDER


@dataclass(frozen=True)
class Ahead:
    """The next threshold: `gap` 分 more, and what is said about it; gain by itself."""

    gap: int
    strict: bool
    said: str
    gain: int
    cite: str


@dataclass(frozen=True)
class Further:
    """A threshold that would pay something by itself: where it is, how far as text, 分 gained."""

    said: str
    distance: str
    strict: bool
    gain: int
    cite: Sequence[str]


@dataclass(frozen=True)
class Figures:
    """The head of a statement. Amounts in 分; places in percent of the ruler; '' where there is none."""

    sales: int | None = None
    listed: int = 0
    net: int = 0
    count: int = 0
    target: int | None = None
    attained: Fraction | None = None
    average: Fraction | None = None
    floor: Fraction | None = None
    team: bool = False
    done: str = ""
    full: str = ""
    over_at: str = ""
    over: str = ""
    open: str = ""
    ticks: Sequence[str] = ()
    ahead: Ahead | None = None
    over_cite: str = ""

    @property
    def beyond(self) -> bool:
        """Whether the figure stands after the bar's end: where it is short, or just past the line."""
        return (self.attained or Fraction(0)) < Fraction(1, 4) or (
            bool(self.over) and not self.open
        )

    @property
    def at_end(self) -> bool:
        """Whether it stands at the ruler's end: past the line, and no room after the bar on a phone."""
        share = self.attained or Fraction(0)
        return self.beyond and share / max(REACH, share) > ROOM

    @property
    def below(self) -> bool:
        """Whether the average is under the floor."""
        return bool(self.floor and self.average is not None and self.average < self.floor)


def figures(
    month: PayeeMonth, role: str, orders: Sequence[OrderRow], lines: Sequence[Opened]
) -> Figures:
    """What stands at the head: sales, target, attainment with the next threshold, average discount."""
    team = role == "manager"
    sales = month.named(rules.TEAM_SALES if team else rules.SALES, role)
    listed, net = sum(o.listed or 0 for o in orders), sum(o.net or 0 for o in orders)
    if role in ("agent", "store"):
        return Figures(net, listed, net, len(orders), ahead=_ahead(lines, None, None))
    shelf, index = month.runner.values.shelf, month.month.index
    targets = month.book.team_targets if team else month.book.targets
    whose = shelf.team_of(month.payee, role, index) if team else month.payee
    target = targets.get((whose or "", index)) or None
    over = month.named(rules.OVER, role)
    average = month.named(rules.TEAM_AVERAGE if team else rules.AVERAGE, role)
    passed = month.program.plan.policies.get(rules.OVER)
    sold = int(sales) if sales is not None else None
    base = Figures(
        sold, listed, net, len(orders), target,
        Fraction(sold or 0, target) if target else None,
        average, month.named(rules.FLOOR, role), team, ahead=_ahead(lines, over, target),
        over_cite=passed.cite[0] if passed and passed.cite else "",
    )  # fmt: skip
    return _ruled(base, over)


def _ruled(base: Figures, over: Fraction | None) -> Figures:
    if base.attained is None:
        return base
    reach = max(REACH, base.attained, (over or Fraction(0)) + Fraction(1, 10))
    done = min(base.attained, reach)
    left = max((over or Fraction(0)) - done, Fraction(0))
    tenths = int(reach * 10)
    return Figures(
        base.sales, base.listed, base.net, base.count, base.target, base.attained, base.average,
        base.floor, base.team, place(done / reach), place(1 / reach),
        place(over / reach) if over else "", percent(over, 0) if over else "",
        place(left / reach) if left else "",
        [place(Fraction(n, 10) / reach) for n in range(tenths + 1)], base.ahead, base.over_cite,
    )  # fmt: skip


def _ahead(
    lines: Sequence[Opened], over: Fraction | None, target: int | None
) -> Ahead | None:  # fmt: skip
    found = [
        (int(step.gap), line, step)
        for line in lines
        for step in line.ahead
        if not step.of_order and step.unit.kind == "money"
    ]
    if not found:
        return None
    gap, line, step = min(found, key=lambda one: one[0])
    last = 1 if step.strict else 0
    said = step.threshold
    if over is not None and target and int(step.need) - last == over * target:
        said = gettext("完成率即超过 %(over)s") % {"over": percent(over, 0)}
    cite = (line.shown or {}).get("added_point", ("", ()))[1] or tuple(line.cite)
    return Ahead(gap - last, step.strict, said, step.gain, cite[0] if cite else "")


def strip(orders: Sequence[OrderRow]) -> list[Piece]:
    """Sales by what they earn: what the base quota took, then each rate, the finest first.

    Every stretch has its label, the pale ones live by it: where one has no room beside the last it
    stands a row below.
    """
    spans: dict[tuple[str, str], int] = defaultdict(int)
    for order in orders:
        if order.base is None:
            return []
        if order.quota:
            spans["fd", gettext("不计提")] += order.quota
        if order.base:
            spans[order.metal or "fd", order.rate or gettext("不计提")] += order.base
    whole = sum(spans.values())
    if whole <= 0 or min(spans.values()) < 0:
        return []
    made, at = [], 0
    ends: list[Fraction] = []  # where the last label of each row ends
    # What the quota took first; among the rates the finest first.
    ranked = sorted(spans.items(), key=lambda one: (one[0][0] != "fd", one[0][0]))
    for (metal, label), amount in ranked:
        left, right = Fraction(at, whole), Fraction(at + amount, whole)
        long = sum((NARROW if sign.isascii() else WIDE for sign in label), Fraction(0))
        held, anchor, begins = (left + right) / 2, "middle", (left + right - long) / 2
        if begins < 0:  # at an end of the strip it stands flush with its own stretch
            held, anchor, begins = left, "start", left
        elif begins + long > 1:
            held, anchor, begins = right, "end", right - long
        row = next((n for n, end in enumerate(ends) if end <= begins), len(ends))
        ends[row : row + 1] = [begins + long]
        made.append(
            Piece(
                place(left),
                place(right - left),
                metal,
                label,
                place(held),
                anchor,
                UNDER + row * ROW,
            )
        )
        at += amount
    return made


def further(lines: Sequence[Opened]) -> list[Further]:
    """All thresholds ahead that would pay by themselves, the month's before those of one order."""
    found = [(step, line) for line in lines for step in line.ahead]
    found.sort(key=lambda one: one[0].of_order)
    made = []
    for step, line in found:
        # Money is whole 分: beyond a strict threshold means one 分 more, which "超过" already says.
        last = 1 if step.strict and step.unit.kind == "money" else 0
        far = show(step.gap - last, step.unit)
        said = _BAND.sub(lambda band: band_said(band[1]), step.threshold)
        made.append(Further(said, far, step.strict, step.gain, line.cite))
    return made


def steps(
    lines: Sequence[Opened], late: Sequence[Line], recorded: int | None = None
) -> list[Rung]:  # fmt: skip
    """The waterfall: a line's tiers and its added point apart, other lines whole, then 补发/补扣."""
    bare: list[Step] = []
    for line in lines:
        bare += [*_quota(line), *(_tiers(line) or [_whole(line)]), *_unearned(line)]
    bare += [Step(row.title, row.amount, row.why) for row in late]
    return waterfall(bare, gettext("应发"), recorded)


def _clause(cite: Sequence[str]) -> str:
    return cite[0] if cite else ""


def _whole(line: Opened) -> Step:
    how = line.head[1].text[:-1] if len(line.head) > 1 and not line.orders else ""
    left, _equals, right = how.partition(" = ")
    how = "" if left.endswith(f" {right}") else how  # a value that only says itself
    paid = [order for order in line.orders if order.amount]
    if paid and all(order.base is None for order in line.orders):
        how = series(f"{o.customer or o.number} {grouped(o.net or 0)}" for o in paid[:2])
        how += f" … {len(paid)}" if len(paid) > 2 else ""
    return Step(line.title, line.amount, how, clause=_clause(line.cite))


def _quota(line: Opened) -> list[Step]:
    """What the base quota took, told first: it earns nothing."""
    taken = sum(order.quota or 0 for order in line.orders)
    if not taken:
        return []
    net = sum(order.net or 0 for order in line.orders)
    title, cite = (line.shown or {}).get("quota_part", (gettext("基本任务"), ()))
    how = f"{grouped(net)} − {grouped(taken)} = {grouped(net - taken)}"
    return [Step(title, 0, how, "none", _clause(cite or line.cite), counts=False)]


def _unearned(line: Opened) -> list[Step]:
    """What the next threshold of the month would add, dashed."""
    found = [step for step in line.ahead if not step.of_order and step.unit.kind == "money"]
    if not found:
        return []
    step = min(found, key=lambda one: one.gap)
    title, cite = (line.shown or {}).get("added_point", (line.title, ()))
    last = 1 if step.strict else 0
    word = gettext("还差超过 %(gap)s") if step.strict else gettext("还差 %(gap)s")
    how = word % {"gap": yuan(int(step.gap) - last)}
    return [Step(title, 0, how, "ghost", _clause(cite or line.cite), unearned=step.gain)]


def _tiers(line: Opened) -> list[Step]:
    """A line that pays by rates, tier by tier, as shares that add up to it."""
    told: dict[str, tuple[str, str]] = {}
    of_rate: dict[str, int] = defaultdict(int)
    of_point: dict[str, int] = defaultdict(int)
    for order in line.orders:
        if order.base is None or not order.rate:
            continue
        told[order.rate] = order.metal, order.band
        of_rate[order.rate] += order.base
        of_point[order.added] += order.base
    bases = {Part("·", False, number_of(text) / 100): base for text, base in of_rate.items()}
    metals = {Part("·", False, number_of(text) / 100): one for text, one in told.items()}
    bases |= {Part("", True, number_of(text) / 100): b for text, b in of_point.items() if text}
    exact = {part: base * part.rate for part, base in bases.items()}
    shown = line.shown or {}
    made = []
    for part, amount in shared_out(line.amount, exact).items() if exact else ():
        title, cite = shown.get("added_point" if part.added else "rate", (line.title, ()))
        made.append(
            Step(
                title if part.added else band_said(metals[part][1]) or line.title, amount,
                f"{grouped(bases[part])} × {'+' if part.added else ''}{rate(part.rate * 100)}%",
                "f1" if part.added else metals[part][0], _clause(cite or line.cite),
            )
        )  # fmt: skip
    return made


def band_said(label: str) -> str:
    """A band as people say it: (7折, 8折] is 7折至8折（含）, >= 9折 is 9折以上（含）."""
    two, one = _TWO.fullmatch(label), _ONE.fullmatch(label)
    if two:
        with_end = gettext("%(end)s（含）")
        low = with_end % {"end": two[2]} if two[1] == "[" else two[2]
        high = with_end % {"end": two[3]} if two[4] == "]" else two[3]
        return gettext("%(low)s至%(high)s") % {"low": low, "high": high}
    if one:
        words = {
            ">=": gettext("%(end)s以上（含）"), "<=": gettext("%(end)s以下（含）"),
            ">": gettext("超过 %(end)s"), "<": gettext("不满 %(end)s"), "=": "%(end)s",
        }  # fmt: skip
        return words[one[1]] % {"end": one[2]}
    return label
