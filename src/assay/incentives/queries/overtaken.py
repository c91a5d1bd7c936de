"""What was recorded since a month was worked out and changes its facts: until it is worked out again
nobody opens, signs or locks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _

from assay.engine.changes import Change as Differing
from assay.engine.changes import left_out, telling
from assay.engine.inputs import wanted_by
from assay.engine.overtaken import overtaken as differing
from assay.engine.publish import keep_facts
from assay.errors import UserError
from assay.facts.assemble import facts_of
from assay.facts.database import tables_of
from assay.furniture.models import Change
from assay.incentives.models import PayMonth, Run, Step
from assay.incentives.queries.facts import looks_about
from assay.incentives.queries.statements import folder_of
from assay.money import grouped
from assay.period import Month
from assay.plan.program import Program
from assay.plan.source import digest
from assay.sales.models import Order
from assay.sales.queries.facts import rows_of_orders
from assay.sales.queries.plan import plan_of

GOES_ON = ("calculated", "preview", "confirmed")
ORDER = "sales.order "
# Besides orders, with their lines and shares: who stands where, and his target.
AROUND = (
    "people.employee", "people.assignment", "people.agent", "people.shop", "people.department",
    "sales.target", "sales.targetplan",
)  # fmt: skip
# So many lines before the mark are looked at too: of writers who were not done when it was set.
OVERLAP = 500


@dataclass(frozen=True)
class Moved:
    """Something that stands otherwise than when the month was worked out; order: its key, where it is one."""

    said: str
    order: int | None = None


def overtaken(row: PayMonth) -> list[Moved]:
    """What differs between the facts of a month's run and those of now; nothing once it is locked.

    The history says which rows were written since; only these are read again and held against what
    the run keeps, so a look costs what has happened, however large the month.
    """
    run = row.run
    if run is None or row.state not in GOES_ON:
        return []
    try:
        program, text = plan_of(row.month)
    except UserError as error:
        return [Moved(str(error))]
    if digest(text) != run.plan_digest:
        return [Moved(_("方案换了"))]
    locked = _locked_since(row, run)
    orders = _written(row, run, program)
    if not orders and not _since(run).filter(label__in=AROUND).exists():
        return locked
    more = "" if looks_about(program) else (
        f" AND o.day >= '{row.month.first}' AND o.day < '{row.month.after}'"
    )  # fmt: skip
    facts = facts_of(tables_of(rows_of_orders(orders, more)), wanted_by(program), trusted=True)
    months = range(row.month.index, row.month.index + 1)
    with TemporaryDirectory() as place:
        keep_facts(facts, Path(place))
        kept = folder_of(run) / "facts"
        found = differing(program, months, kept, Path(place), set(orders.values()))
    keys = {number: key for key, number in orders.items()}
    return [*locked, *(Moved(_said(one), _order_of(one, keys)) for one in telling(found))]


def _locked_since(row: PayMonth, run: Run) -> list[Moved]:
    """Months locked after the run was made that put earlier ones right: the run would do so a second time."""
    steps = Step.objects.filter(kind="lock", undone_at__isnull=True, at__gt=run.at)
    return [
        Moved(
            _("%(month)s 在这一版以后锁定，里面的补发补扣不能再算一次") % {"month": step.pay_month}
        )
        for step in steps.select_related("run", "pay_month").order_by("pk")
        if any(_put_right(step.run, row.month.index))
    ]


def _put_right(run: Run, before: int) -> Iterator[int]:
    """The months before another, by number, that a run puts right."""
    for path in folder_of(run).glob("adjust-*"):
        month = Month.parse(path.name.removeprefix("adjust-")).index
        if month < before:
            yield month


def _since(run: Run) -> QuerySet[Change]:
    """The history since a run's facts were read."""
    if run.seen is None:
        return Change.objects.filter(at__gte=run.at - timedelta(hours=1))
    return Change.objects.filter(pk__gt=run.seen - OVERLAP)


def _written(row: PayMonth, run: Run, program: Program) -> Mapping[int, str]:
    """Key -> number of the orders written since that are of the month, or were taken out of it."""
    lines = _since(run).filter(whole__startswith=ORDER)
    keys = lines.annotate(order=Cast(Substr("whole", len(ORDER) + 1), BigIntegerField()))
    rows = Order.objects.filter(pk__in=keys.values("order"), number__isnull=False)
    if not looks_about(program):
        dated = lines.filter(label=ORDER.strip(), verb="change", what__has_key="day")
        rows = rows.filter(
            Q(day__gte=row.month.first, day__lt=row.month.after) | Q(pk__in=dated.values("key"))
        )
    return {pk: str(number) for pk, number in rows.order_by("pk").values_list("pk", "number")}


def _order_of(one: Differing, keys: Mapping[str, int]) -> int | None:
    return keys.get(str(one.row.get("order_id", "")))


def _said(one: Differing) -> str:
    """A difference in a few words."""
    before, after = one.before, one.after
    if one.table == "orders":
        told = {"number": one.key, "before": _yuan(before), "after": _yuan(after)}
        if not after or left_out(after):
            return _("订单 %(number)s 不再计入") % told
        if not before or left_out(before):
            return _("订单 %(number)s 新计入 %(after)s") % told
        if told["before"] != told["after"]:
            return _("订单 %(number)s 成交 %(before)s → %(after)s") % told
        return _("订单 %(number)s 有更正") % told
    if one.table == "targets":
        whose = one.row.get("payee_id") or one.row.get("team") or ""
        told = {
            "who": str(whose),
            "before": _yuan(before, "target"),
            "after": _yuan(after, "target"),
        }
        return _("%(who)s 的任务额 %(before)s → %(after)s") % told
    if one.table == "people":
        return _("%(who)s 的岗位有变动") % {"who": one.row.get("payee_id")}
    return _("订单 %(number)s 的回款、明细或分成有变动") % {
        "number": one.row.get("order_id", one.key)
    }


def _yuan(row: Mapping[str, object], column: str = "net_amount") -> str:
    value = row.get(column)
    return grouped(value) if isinstance(value, int) else "—"
