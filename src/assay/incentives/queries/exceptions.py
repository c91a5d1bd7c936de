"""What finance looks at first: who must not be an agent, what is negative, beyond a limit, unlike last
month, zero, or largest. Some of it must be answered before finance signs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from assay.engine.kept_credits import nothing_paid
from assay.incentives.models import Explained, Line, PayMonth, Statement
from assay.incentives.queries.matching import CONTACT, NAMESAKE, STAFF, Match, matches
from assay.incentives.queries.payroll import carried_into
from assay.incentives.queries.statements import folder_of
from assay.money import grouped, half_up
from assay.period import Month
from assay.plan.units import number_text
from assay.sales.models import Order

SWING = Fraction(1, 2)
TOP = 10
SHOWN = 30  # namesakes on the page at once; a common name has more than anybody reads
# 财税〔2009〕29号: commissions to intermediaries beyond 5 % of the contract are not deductible.
AGENT_LIMIT = Fraction(5, 100)


@dataclass(frozen=True)
class Item:
    """Something to look at: whose, a figure (分, or a count of orders), what is said of it.

    subject: under which an answer stands, where one is needed; answer: the one that was given.
    """

    statement: Statement
    figure: int | None
    said: str = ""
    subject: str = ""
    answer: Explained | None = None


@dataclass(frozen=True)
class Exceptional:
    """A kind of thing to look at: its title, why, its items; must: each needs an answer.

    left_out: so many more there are.
    """

    kind: str
    title: Any
    note: Any
    rows: list[Item]
    must: bool = False
    left_out: int = 0

    @property
    def count(self) -> int:
        """All there are."""
        return len(self.rows) + self.left_out


def exceptions(row: PayMonth) -> list[Exceptional]:
    """Every kind with something in it, the gravest first."""
    held = _held(row)
    alike = matches(row, held)
    namesakes = _alike(alike, NAMESAKE)
    found = [
        *_must(row, held, alike),
        Exceptional(
            "namesake", _("代理商与客户联系人同名"),
            _("他没有带来这家客户的订单，手机也不同：多半是重名，看一眼。"), namesakes[:SHOWN],
            left_out=len(namesakes[SHOWN:]),
        ),
        Exceptional(
            "carried", _("结转的补扣"), _("以前月份没扣完的，在这个月工资文件的税前补扣里扣。"),
            _carried(row, held),
        ),
        Exceptional("adjusted", _("补发补扣"), _("已锁定月份的晚到变动。"), _adjusted(row)),
        Exceptional("swing", _("与上月相差一半以上"), _("先看是不是订单、任务或岗位变了。"), _swing(row, held)),
        Exceptional("zero", _("有订单而没有提成"), _("折扣到底线以下，或订单全在基本任务里。"), _zero(row, held)),
        Exceptional("top", _("最高十人"), _("逐个打开看最大的几单。"), _top(held)),
    ]  # fmt: skip
    return [one for one in found if one.rows]


def unanswered(row: PayMonth) -> list[Item]:
    """What must be answered before finance signs and before the month is locked, and is not."""
    held = _held(row)
    kinds = _must(row, held, matches(row, held))
    return [item for kind in kinds for item in kind.rows if item.answer is None]


def _held(row: PayMonth) -> list[Statement]:
    rows = Statement.objects.filter(run=row.run).select_related("department", "agent")
    return list(rows.order_by("code"))


def _must(row: PayMonth, held: list[Statement], alike: list[Match]) -> list[Exceptional]:
    kinds = [
        Exceptional(
            "staff", _("代理商与员工是同一个人？"), must=True, rows=_alike(alike, STAFF),
            note=_("代理商不能是本单位的人（反不正当竞争法第八条）。查清楚，写明结论。"),
        ),
        Exceptional(
            "contact", _("代理商与客户的人是同一个人？"), must=True, rows=_alike(alike, CONTACT),
            note=_("代理商不能是交易对方的人。查清楚，写明结论。"),
        ),
        Exceptional(
            "limit", _("代理费超过 5%"), must=True, rows=_over(row, held),
            note=_("超出部分不能税前扣除（财税〔2009〕29号）。写明原因，或先改协议。"),
        ),
        Exceptional(
            "negative", _("应发为负"), must=True, rows=_negative(row, held),
            note=_(
                "补扣超过所得：本月不发，没扣完的员工结转到下个月的税前补扣，代理商和银楼留在应付里抵。"
                "和本人谈过，写明结论。"
            ),
        ),
    ]  # fmt: skip
    subjects = [item.subject for kind in kinds for item in kind.rows]
    said = {
        one.subject: one
        for one in Explained.objects.filter(subject__in=subjects).select_related("by")
    }
    return [
        replace(k, rows=[replace(item, answer=said.get(item.subject)) for item in k.rows])
        for k in kinds
    ]


def _alike(found: Iterable[Match], kind: str) -> list[Item]:
    return [Item(m.statement, None, m.said, m.subject) for m in found if m.kind == kind]


def _negative(row: PayMonth, held: list[Statement]) -> list[Item]:
    """Whose month comes to less than zero: over all his roles, with what earlier months left."""
    carried = carried_into(row)
    whose: dict[str, list[Statement]] = defaultdict(list)
    for one in held:
        whose[one.code if one.employee_id else f"{one.role} {one.code}"].append(one)
    found = []
    for code, own in whose.items():
        total = sum(one.total for one in own) + carried.get(code, 0)
        if total < 0:
            found.append(Item(own[0], total, subject=f"negative:{row.month}:{code}:{total}"))
    return found


def _carried(row: PayMonth, held: list[Statement]) -> list[Item]:
    carried = carried_into(row)
    first = {one.code: one for one in reversed(held) if one.employee_id}
    return [Item(first[code], left) for code, left in sorted(carried.items()) if code in first]


def _top(held: list[Statement]) -> list[Item]:
    best = sorted(held, key=lambda one: (-one.total, one.code))[:TOP]
    return [Item(one, one.total) for one in best if one.total > 0]


def _swing(row: PayMonth, held: list[Statement]) -> list[Item]:
    before = PayMonth.objects.filter(month=row.month.next(-1).index).first()
    if before is None or before.run is None:
        return []
    rows = Statement.objects.filter(run=before.run).select_related("department")
    was = {(one.code, one.role): one for one in rows}
    found = []
    for one in held:
        then = was.pop((one.code, one.role), None)
        last = then.total if then is not None else one.total
        if abs(one.total - last) > SWING * max(abs(last), 1):
            told = {"before": grouped(last), "now": grouped(one.total)}
            said = str(_("上月 %(before)s，本月 %(now)s") % told)
            found.append(Item(one, one.total - last, said))
    for gone in was.values():
        if gone.total:
            said = str(_("上月 %(before)s，本月没有提成单") % {"before": grouped(gone.total)})
            found.append(Item(gone, -gone.total, said))
    return sorted(found, key=lambda each: -abs(each.figure or 0))


def _adjusted(row: PayMonth) -> list[Item]:
    lines = Line.objects.filter(statement__run=row.run, for_month__isnull=False)
    rows = lines.select_related("statement__department").order_by("statement__code", "place")
    return [Item(x.statement, x.amount, f"{x.for_month} {x.reason}") for x in rows]


def _zero(row: PayMonth, held: list[Statement]) -> list[Item]:
    assert row.run is not None
    by_key = {(one.code, one.role): one for one in held}
    counted = nothing_paid(folder_of(row.run))
    found: dict[tuple[str, str], int] = defaultdict(int)
    for payee, role, orders in counted:
        found[payee, role] += orders
    return [Item(by_key[key], n) for key, n in sorted(found.items()) if key in by_key]


def brought_by(month: Month, agents: Iterable[int]) -> dict[int, int]:
    """Agent -> net of the valid orders of a month that he brought, in 分."""
    rows = Order.objects.filter(day__gte=month.first, day__lt=month.after, agent__in=list(agents))
    valid = rows.exclude(status__in=("quote", "cancelled", "returned"))
    sums = valid.values("agent").annotate(s=Sum("counted_net")).values_list("agent", "s")
    return dict(sums.order_by())


def against_limit(total: int, net: int) -> str:
    """What pay is of the orders it was earned by, beside the limit, in words."""
    hundredths = half_up(Fraction(total * 10_000, net)) if net else 0
    told = {
        "net": grouped(net), "limit": grouped(net * 5 // 100),
        "part": f"{number_text(Fraction(hundredths, 100), 2)}%" if net else "—",
    }  # fmt: skip
    return str(_("带来的成交 %(net)s，占 %(part)s，5%% 是 %(limit)s") % told)


def _over(row: PayMonth, held: list[Statement]) -> list[Item]:
    """Agents whose pay is more than 5 % of the net of the orders they brought."""
    found = []
    sums = brought_by(row.month, [one.agent_id for one in held if one.agent_id])
    for one in held:
        net = sums.get(one.agent_id or 0, 0)
        if one.agent_id and one.total > 0 and one.total > AGENT_LIMIT * net:
            subject = f"limit:{row.month}:{one.code}:{one.total}:{net}"
            found.append(Item(one, one.total, against_limit(one.total, net), subject))
    return found
