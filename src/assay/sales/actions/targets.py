"""Targets: a year drafted, its months and people set, published as the version in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.people.models import Department, Employee
from assay.people.queries import teams_of
from assay.period import Month
from assay.sales.models import Target, TargetPlan
from assay.sales.queries.targets import differences

Cells = Mapping[tuple[Month, int | None], int | None]
"""(month, employee or None for the department) -> 分, or None to take it away."""


@transaction.atomic
def draft_plan(*, department: Department, year: int, amount: int, why: str = "") -> TargetPlan:
    """A new version of a year, begun from the one in force where there is one."""
    editions = TargetPlan.objects.filter(department=department, year=year)
    last = editions.aggregate(last=Max("edition"))["last"] or 0
    plan = TargetPlan(department=department, year=year, edition=last + 1, amount=amount, why=why)
    plan.full_clean()
    plan.save()
    force = editions.filter(state="force").first()
    if force is not None:
        Target.objects.bulk_create(
            [
                Target(plan=plan, month=t.month, employee_id=t.employee_id, amount=t.amount)
                for t in force.targets.all()
            ]
        )
    return plan


@transaction.atomic
def set_targets(
    plan: TargetPlan, cells: Cells, *, version: int, amount: int | None = None
) -> TargetPlan:
    """Months of the department (None) and of people, in 分; None takes one away. A draft only."""
    row = _fresh(plan, version)
    held = {(t.month, t.employee_id): t for t in row.targets.all()}
    teams = teams_of({whose for _month, whose in cells if whose is not None})
    new, changed = [], []
    for (month, employee), value in cells.items():
        if not 0 <= month.index - Month.parse(f"{row.year}-01").index < 12:
            raise UserError(_("%(month)s 不在 %(year)s 年") % {"month": month, "year": row.year})
        target = held.get((month, employee))
        if value is None:
            if target is not None:
                target.delete()
            continue
        if value < 0:
            raise UserError(_("任务额不能为负"))
        if target is not None and target.amount == value:
            continue
        if employee is not None and not teams.within(employee, month, row.department_id):
            raise UserError(_("%(who)s %(month)s 不在这个部门卖货") % _named(employee, month))
        if target is None:
            new.append(Target(plan=row, month=month.index, employee_id=employee, amount=value))
        else:
            target.amount = value
            changed.append(target)
    Target.objects.bulk_create(new, 500)
    Target.objects.bulk_update(changed, ["amount"], 500)
    if amount is not None:
        row.amount = amount
    row.version += 1
    row.save()
    return row


@transaction.atomic
def fill_draft(*, department: Department, year: int, cells: Cells) -> TargetPlan:
    """Cells of a file into the draft of a year; where there is none, one is begun.

    A year without a sum of its own takes what its department's months come to.
    """
    rows = TargetPlan.objects.filter(department=department, year=year)
    plan = rows.filter(state="draft").first()
    plan = plan or draft_plan(department=department, year=year, amount=0, why=_("由文件导入"))
    plan = set_targets(plan, cells, version=plan.version)
    months = sum(t.amount for t in plan.targets.all() if t.employee_id is None)
    if not plan.amount:
        force = rows.filter(state="force").first()
        plan.amount = months or (force.amount if force else 0)
        plan.save()
    return plan


@transaction.atomic
def publish_plan(plan: TargetPlan, *, version: int, why: str = "") -> TargetPlan:
    """The draft comes into force; the version before it is kept. Sums that differ need a reason.

    UserError where somebody would have a target of one month in two departments: no run can tell
    which of them counts.
    """
    row = _fresh(plan, version)
    _refuse_second(row)
    if differences(row) and not why.strip():
        raise UserError(_("合计对不上：改平，或写明为什么就这样发布"))
    for old in TargetPlan.objects.select_for_update().filter(
        department=row.department, year=row.year, state="force"
    ):
        old.state = "past"
        old.save()
    row.state, row.why = "force", why.strip() or row.why
    row.version += 1
    row.full_clean()
    row.save()
    return row


def _refuse_second(plan: TargetPlan) -> None:
    mine = {(t.month, t.employee_id) for t in plan.targets.exclude(employee=None)}
    others = Target.objects.filter(plan__state="force", plan__year=plan.year).exclude(employee=None)
    for target in others.exclude(plan__department=plan.department).select_related(
        "employee", "plan__department"
    ):
        if (target.month, target.employee_id) in mine:
            raise UserError(
                _(
                    "%(who)s %(month)s 在%(place)s的现行任务里已有任务额：先在那边另起一版去掉，或从这一版去掉"
                )
                % {"who": target.employee, "month": target.month, "place": target.plan.department}
            )


def _named(employee: int, month: Month) -> dict[str, Any]:
    return {"who": Employee.objects.filter(pk=employee).first() or employee, "month": month}


def _fresh(plan: TargetPlan, version: int) -> TargetPlan:
    row: TargetPlan = TargetPlan.objects.select_for_update().get(pk=plan.pk)
    if row.version != version:
        raise UserError(_("这一版刚被别人改过，你的修改没有保存：刷新后再改"))
    if row.state != "draft":
        raise UserError(_("已发布的版本不能改；另起一版"))
    return row
