"""The board of targets: year, months, people; versions; sums that must agree."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assay.errors import UserError
from assay.furniture.exports import workbook_response
from assay.furniture.fields import FenFormField
from assay.furniture.numbers import number
from assay.furniture.pages import form_page
from assay.furniture.reader import labelled, series
from assay.furniture.seen import note
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.period import Month
from assay.sales.actions import targets as actions
from assay.sales.forms.other import DraftForm
from assay.sales.models import TargetPlan
from assay.sales.queries import targets as found
from assay.sales.views.doing import press, version_of
from assay.sales.views.recorded import PLAN

MONTHS = (Month.parse("1900-01").index, Month.parse("9999-12").index)  # what a target can be of


def _page(plan: TargetPlan) -> str:
    return f"{reverse('sales:targets')}?plan={plan.pk}"


@needs("targets.see")
def board(request: HttpRequest) -> HttpResponse:
    """A department's year: the version in force, or the one asked for."""
    who = viewer(request)
    plans = found.plans_seen(who)
    wanted = number(request.GET.get("plan", ""))
    if wanted is not None:
        plan: TargetPlan | None = one(plans, pk=wanted)
    else:
        year = timezone.localdate().year
        plan = plans.filter(state="force", year__lte=year).order_by("-year", "pk").first()
    context: dict[str, Any] = {
        "plan": plan, "may_export": plan is not None,
    }  # fmt: skip
    context["may_change"] = who.may("targets.change") and (
        plan is None or found.plans_kept(who).filter(pk=plan.pk).exists()
    )
    if plan is not None:
        only = who.employee_id if who.role == "salesperson" else None
        if request.GET.get("export"):
            return _workbook(request, plan, only)
        context |= {
            "rows": found.board(plan, only), "months": range(1, 13),
            "differences": found.differences(plan) if only is None else [],
            "versions": plans.filter(department=plan.department, year=plan.year).order_by("-edition"),
            "story": PLAN.story(who, plan),
            "others": plans.filter(state="force").exclude(pk=plan.pk).order_by("-year"),
        }  # fmt: skip
    return render(request, "sales/targets.html", context)


def _workbook(request: HttpRequest, plan: TargetPlan, only: int | None) -> HttpResponse:
    """The board's cells, a row each, in the columns that come in again; noted."""
    lines = [
        (
            plan.department.code, str(cell["month"]), row.who.number if row.who else None,
            row.who.name if row.who else plan.department.name, cell["target"], cell["actual"],
        )
        for row in found.board(plan, only) for cell in row.cells
        if cell["target"] is not None or cell["actual"]
    ]  # fmt: skip
    heads = [
        (_("部门编号"), "text"), (_("月份"), "text"), (_("工号"), "text"), (_("姓名"), "text"),
        (_("任务额"), "money"), (_("完成"), "money"),
    ]  # fmt: skip
    note(request, "export", _("任务 %(plan)s") % {"plan": plan}, rows=len(lines))
    return workbook_response(f"targets-{plan.department.code}-{plan.year}", heads, lines)


@needs("targets.change")
def draft(request: HttpRequest) -> HttpResponse:
    """A new version of a year, begun from the one in force."""
    who = viewer(request)
    departments = found.departments_kept(who)
    mine = departments.filter(assignment__role="manager").distinct().first() or departments.first()
    first = {"year": timezone.localdate().year, "department": mine}
    form = DraftForm(departments, request.POST or None, initial=first)

    def act(said: dict[str, Any]) -> TargetPlan:
        department = said.pop("department", None) or mine
        if department is None:
            raise UserError(_("没有部门可以定任务"))
        return actions.draft_plan(department=department, **said)

    intro = "" if "department" in form.fields else str(mine or "")
    return form_page(
        request, form, title=_("新一版年度任务"), intro=intro, act=act, done=_page,
        said=_("草稿已建"), extra={"back": reverse("sales:targets")},
    )  # fmt: skip


@needs("targets.change")
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid of a draft: amounts by month and person, all or none of them."""
    plan = one(found.plans_kept(viewer(request)), pk=pk)
    field = FenFormField(required=False)
    cells: dict[tuple[Month, int | None], int | None] = {}
    wrong = []
    amount = None
    for name, text in request.POST.items():
        word, _mark, rest = name.partition("-")
        if word != "t" and name != "amount":
            continue
        try:
            value = field.clean(text)
        except ValidationError as error:
            wrong.append(labelled(text, " ".join(error.messages)))
            continue
        if name == "amount":
            amount = value
            continue
        said, _mark, who = rest.partition("-")
        month, whose = number(said, *MONTHS), number(who)
        if month is None or (who and whose is None):
            wrong.append(_("有一格不知道是谁、哪个月的：刷新再填"))
            continue
        cells[(Month(month), whose)] = value
    if wrong:
        messages.error(request, series(wrong[:5], "；"))
        return HttpResponseRedirect(_page(plan))
    return press(
        request,
        lambda: actions.set_targets(
            plan, cells, version=version_of(request) or 0, amount=amount
        ),
        said=_("草稿已保存"), back=_page(plan),
    )  # fmt: skip


@needs("targets.change")
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft comes into force."""
    plan = one(found.plans_kept(viewer(request)), pk=pk)
    return press(
        request,
        lambda: actions.publish_plan(
            plan, version=version_of(request) or 0, why=request.POST.get("why", "")[:200]
        ),
        said=_("已发布"), back=_page(plan),
    )  # fmt: skip
