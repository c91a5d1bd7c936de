"""A payee's own tally read and answered: each order with why the two figures differ, in his words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assay.engine.explain import opened
from assay.engine.tally import Answer, Why, answers
from assay.facts.facts import Facts
from assay.furniture.reader import reader_language, series
from assay.incentives.queries.drawing import band_said
from assay.incentives.queries.live import Whose
from assay.money import grouped, rate
from assay.period import Month
from assay.plan.program import Program
from assay.sales.models import Order

UNITS = {"fen": _("分"), "jiao": _("角"), "yuan": _("元")}


@dataclass(frozen=True)
class Told:
    """A row of the answer: the order, both figures in 分 (None where a side has it not), and why."""

    number: str
    name: str
    state: str
    expected: int | None
    computed: int | None
    why: tuple[str, ...]

    @property
    def difference(self) -> int:
        """Expected less computed."""
        return (self.expected or 0) - (self.computed or 0)


@dataclass(frozen=True)
class Tallied:
    """Everything answered. beside: what the statement pays by the month, not in the tally."""

    rows: Sequence[Told]
    beside: Sequence[tuple[str, int]]
    ignored: Sequence[str]

    @property
    def expected(self) -> int:
        """The tally added up."""
        return sum(row.expected or 0 for row in self.rows)

    @property
    def computed(self) -> int:
        """What the statement pays for the same."""
        return sum(row.computed or 0 for row in self.rows)

    @property
    def difference(self) -> int:
        """Expected less computed; the differences of the rows add up to it."""
        return self.expected - self.computed

    @property
    def total(self) -> int:
        """The whole statement."""
        return self.computed + sum(amount for _title, amount in self.beside)


def tallied(
    program: Program, facts: Facts, whose: Whose, month: Month, lines: Mapping[str, tuple[str, int]],
    entries: Mapping[str, int], ignored: Sequence[str] = (),
) -> Tallied:  # fmt: skip
    """The tally answered against a payee's month; `lines`: name -> title and 分 of every line."""
    by_title = {word: name for name, (title, _n) in lines.items() for word in (title, name)}
    of_orders = {number: n for number, n in entries.items() if number not in by_title}
    found = answers(program.plan, program, facts, whose.code, whose.role, month, of_orders)
    names, own = _names(found, whose)
    rows = [_told(one, program, names, own, month) for one in found]
    paid: dict[str, int] = {name: amount for name, (_title, amount) in lines.items()}
    for name, amount in _by_orders(program, facts, whose, month).items():
        paid[name] -= amount
    asked = {by_title[word]: n for word, n in entries.items() if word in by_title}
    for name, expected in asked.items():
        computed = paid[name]
        why = () if computed == expected else (gettext("这一项按月付，不按单；点开提成单看依据"),)
        state = "same" if computed == expected else "differs"
        rows.append(Told(lines[name][0], "", state, expected, computed, why))
    beside = [(lines[n][0], amount) for n, amount in paid.items() if amount and n not in asked]
    return Tallied(rows, beside, ignored)


def _by_orders(program: Program, facts: Facts, whose: Whose, month: Month) -> dict[str, int]:
    """Line -> what its orders pay."""
    found: dict[str, int] = {}
    at_work = opened(program, facts, whose.code, month, role=whose.role)
    for line in at_work.runner.statement(whose.code, whose.role, month.index):
        found[line.rule.name] = sum(credit.amount for credit in line.credits)
    return found


def _names(found: Sequence[Answer], whose: Whose) -> tuple[dict[str, str], dict[str, Order]]:
    """Customers of the orders answered; orders of the payee himself that are not in the month."""
    inside = [one.number for one in found if one.computed is not None]
    rows = Order.objects.filter(number__in=inside).select_related("customer")
    names = {str(row.number): row.customer.name for row in rows}
    outside = [one.number for one in found if one.state == "unknown"]
    own = {str(row.number): row for row in _theirs(whose).filter(number__in=outside)}
    return names, own


def _theirs(whose: Whose) -> QuerySet[Order]:
    """The orders a payee may be told of: his own, an agent's, a shop's, his departments' for a manager."""
    rows = Order.objects.exclude(status="quote")
    if whose.agent is not None:
        return rows.filter(agent=whose.agent)
    if whose.shop is not None:
        return rows.filter(shop=whose.shop)
    if whose.role == "manager":
        return rows.filter(department__in=whose.departments)
    return rows.filter(seller__number=whose.code)


def _told(
    one: Answer, program: Program, names: Mapping[str, str], own: Mapping[str, Order], month: Month
) -> Told:
    if one.state == "unknown":
        why: tuple[str, ...] = (_elsewhere(own.get(one.number), month),)
    elif one.state == "absent":
        why = (gettext("你的表里没有这一单"),)
    elif one.state == "differs":
        ways = [_said(way, program) for way in one.why]
        why = tuple(ways) or (gettext("试过的原因都得不出这个数：点开这一单看每一步"),)
    else:
        why = ()
    name = names.get(one.number, "")
    return Told(one.number, name, one.state, one.expected, one.computed, why)


def _elsewhere(order: Order | None, month: Month) -> str:
    """Why an order is not in the month: said only of one's own."""
    if order is None:
        return gettext("你名下没有这个订单号：核对号码，或问是否记在你名下")
    if order.status == "returned":
        return gettext("已退货，不计")
    if order.status == "cancelled":
        return gettext("已取消，不计")
    if Month.of(order.day) != month:
        return gettext("算在 %(month)s：下单日期是 %(day)s") % {
            "month": Month.of(order.day), "day": order.day,
        }  # fmt: skip
    return gettext("这个月按方案不计在你的提成里")


def _said(way: Why, program: Program) -> str:
    return series((_one(way, program), *(_one(more, program) for more in way.more)), "，")


def _one(way: Why, program: Program) -> str:
    if way.kind == "rounding":
        how, _colon, unit = way.of.partition(":")
        word = (
            gettext("舍入：截去到%(unit)s") if how == "cut" else gettext("舍入：四舍五入到%(unit)s")
        )
        return word % {"unit": UNITS[unit]}
    if way.kind == "line":
        rule = next(r for r in program.rules if r.name == way.of)
        title = rule.title.text(reader_language(), rule.name)
        return gettext("没有算%(title)s %(amount)s") % {
            "title": title,
            "amount": grouped(way.amount),
        }
    if way.kind == "quota":
        return gettext("没有扣基本任务 %(amount)s") % {"amount": grouped(way.amount)}
    if way.kind == "band":
        return gettext("按另一档“%(band)s”算了") % {"band": band_said(way.of)}
    if way.kind == "point":
        points = Fraction(way.of)
        if not points:
            return gettext("没有算加点")
        return gettext("加点按 %(points)s 个百分点算了") % {"points": rate(points * 100)}
    if way.kind == "reading":
        name, _equals, reading = way.of.partition("=")
        question = program.plan.questions[name]
        title = question.title.text(reader_language(), name)
        return gettext("按另一种读法：%(title)s = %(reading)s") % {
            "title": title,
            "reading": reading,
        }
    if way.kind == "twice":
        return gettext("算了两遍")
    return gettext("数字写错：前后颠倒、小数点错位或正负写反")
