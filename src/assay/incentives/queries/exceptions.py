"""What finance looks at first: what is unlike last month, negative, zero, beyond a limit, or largest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from assay.engine.kept_credits import nothing_paid
from assay.incentives.models import Line, PayMonth, Statement
from assay.incentives.queries.statements import folder_of
from assay.sales.models import Order

SWING = Fraction(1, 2)
TOP = 10
# 财税〔2009〕29号: commissions to intermediaries beyond 5 % of the contract are not deductible.
AGENT_LIMIT = Fraction(5, 100)


@dataclass(frozen=True)
class Exceptional:
    """A kind of thing to look at: its title, why, and the rows as (statement, figure, said)."""

    kind: str
    title: Any
    note: Any
    rows: list[tuple[Statement, int, str]]


def exceptions(row: PayMonth) -> list[Exceptional]:
    """Every kind with something in it, the gravest first."""
    held = list(
        Statement.objects.filter(run=row.run).select_related("department", "agent").order_by("code")
    )
    found = [
        Exceptional("negative", _("应发为负"), _("补扣超过本月所得，要先谈好怎么扣。"), _negative(held)),
        Exceptional("limit", _("代理费超过 5%"), _("超出部分不能税前扣除（财税〔2009〕29号）。"), _over(row)),
        Exceptional("adjusted", _("补发补扣"), _("已锁定月份的晚到变动。"), _adjusted(row)),
        Exceptional("swing", _("与上月相差一半以上"), _("先看是不是订单、任务或岗位变了。"), _swing(row, held)),
        Exceptional("zero", _("有订单而没有提成"), _("折扣到底线以下，或订单全在基本任务里。"), _zero(row, held)),
        Exceptional("top", _("最高十人"), _("逐个打开看最大的几单。"), _top(held)),
    ]  # fmt: skip
    return [one for one in found if one.rows]


def _negative(held: list[Statement]) -> list[tuple[Statement, int, str]]:
    return [(one, one.total, "") for one in held if one.total < 0]


def _top(held: list[Statement]) -> list[tuple[Statement, int, str]]:
    best = sorted(held, key=lambda one: (-one.total, one.code))[:TOP]
    return [(one, one.total, "") for one in best if one.total > 0]


def _swing(row: PayMonth, held: list[Statement]) -> list[tuple[Statement, int, str]]:
    before = PayMonth.objects.filter(month=row.month.next(-1).index).first()
    if before is None or before.run is None:
        return []
    was = {(s.code, s.role): s.total for s in Statement.objects.filter(run=before.run)}
    found = []
    for one in held:
        last = was.get((one.code, one.role))
        if last is not None and abs(one.total - last) > SWING * max(abs(last), 1):
            found.append((one, one.total - last, ""))
    return sorted(found, key=lambda each: -abs(each[1]))


def _adjusted(row: PayMonth) -> list[tuple[Statement, int, str]]:
    lines = Line.objects.filter(statement__run=row.run, for_month__isnull=False)
    rows = lines.select_related("statement__department").order_by("statement__code", "place")
    return [(x.statement, x.amount, f"{x.for_month} {x.reason}") for x in rows]


def _zero(row: PayMonth, held: list[Statement]) -> list[tuple[Statement, int, str]]:
    assert row.run is not None
    by_key = {(one.code, one.role): one for one in held}
    counted = nothing_paid(folder_of(row.run))
    found: dict[tuple[str, str], int] = defaultdict(int)
    for payee, role, orders in counted:
        found[payee, role] += orders
    return [(by_key[key], n, "") for key, n in sorted(found.items()) if key in by_key]


def _over(row: PayMonth) -> list[tuple[Statement, int, str]]:
    """Agents whose pay is more than 5 % of the net of the orders they brought."""
    assert row.run is not None
    found = []
    brought = Order.objects.filter(day__gte=row.month.first, day__lt=row.month.after).exclude(
        status__in=("quote", "cancelled", "returned")
    )
    for one in Statement.objects.filter(run=row.run, agent__isnull=False, total__gt=0):
        net = brought.filter(agent=one.agent_id).aggregate(s=Sum("counted_net"))["s"] or 0
        if one.total > AGENT_LIMIT * net:
            found.append((one, one.total, ""))
    return found
