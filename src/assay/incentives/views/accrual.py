"""Accrual and forecast for finance: owed by the books, earned and not posted, expected ahead; as xlsx too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture import jobs
from assay.furniture.exports import Sheet, sheets_response
from assay.furniture.reader import reader_language
from assay.incentives.actions import forecasting
from assay.incentives.queries import accrual as found
from assay.incentives.queries.forecast import Ahead, months_ahead, newest, standing
from assay.incentives.queries.owing import decided, owing
from assay.people.access import viewer
from assay.people.gate import needs


@needs("books.see")
def accrual(request: HttpRequest) -> HttpResponse:
    """What the books owe, month by month, and what is earned and not posted yet."""
    today = timezone.localdate()
    booked = found.owed(today)
    fault, months = "", []
    try:
        months = found.unposted(today)
    except UserError as error:
        fault = str(error)
    if request.GET.get("export") == "xlsx":
        title = _("计提与预测")
        return sheets_response(
            request, title, title, [_booked_sheet(booked), _earned_sheet(months)]
        )
    context = {
        "owed": booked, "unposted": months, "fault": fault,
        "owed_total": sum(one.owed for one in booked),
        "unposted_total": sum(one.total for one in months),
        "owing": owing(today), "decided": decided(), "may_settle": viewer(request).may("pay.run"),
        "may_decide": viewer(request).may("pay.settle"),
    }  # fmt: skip
    return render(request, "incentives/accrual.html", context)


def _booked_sheet(booked: Sequence[found.Owed]) -> Sheet:
    heads = [
        (_("科目"), "text"), (_("月份"), "text"), (_("入账"), "money"), (_("冲回"), "money"),
        (_("付出"), "money"), (_("月末应付"), "money"),
    ]  # fmt: skip
    rows = [
        (str(one.title), str(m.month), m.accrued, m.taken, m.paid, m.owed)
        for one in booked
        for m in one.months
    ]
    return (_("账上应付"), heads, rows)


def _earned_sheet(months: Sequence[found.Unposted]) -> Sheet:
    heads = [
        (_("月份"), "text"), (_("科目"), "text"), (_("部门"), "text"), (_("项目"), "text"),
        (_("人数"), "count"), (_("金额"), "money"),
    ]  # fmt: skip
    rows = [
        (str(row.month), str(row.account), row.department, row.title, row.payees, row.amount)
        for one in months
        for row in one.rows
    ]
    return (_("已得未入账"), heads, rows)


@needs("books.see")
def forecast(request: HttpRequest) -> HttpResponse:
    """The coming months with their range and how it was found; a POST begins it anew."""
    who = viewer(request)
    if request.method == "POST":
        if not who.may("pay.run"):
            raise Http404
        forecasting.begin()
        return HttpResponseRedirect(request.path)
    done = standing()
    months = months_ahead(done, reader_language()) if done else []
    if request.GET.get("export") == "xlsx" and done:
        title = _("预测")
        return sheets_response(request, title, title, [_months_sheet(months), _lines_sheet(months)])
    context = {
        "months": months, "standing": done, "may_run": who.may("pay.run"),
        "sources": done.result["sources"] if done else 0, **_progress(),
        "odds": done.result.get("odds") if done else None,
        "growth": done.result.get("growth", "") if done else "",
    }  # fmt: skip
    return render(request, "incentives/forecast.html", context)


def _months_sheet(months: Sequence[Ahead]) -> Sheet:
    heads = [
        (_("月份"), "text"), (_("任务额"), "money"), (_("商机预计"), "money"), (_("低"), "money"),
        (_("中"), "money"), (_("高"), "money"), (_("商机折算"), "money"),
    ]  # fmt: skip
    rows = [(str(m.month), m.target, m.pipeline, m.low, m.mid, m.high, m.weighed) for m in months]
    return _("预测"), heads, rows


def _lines_sheet(months: Sequence[Ahead]) -> Sheet:
    heads = [
        (_("月份"), "text"), (_("科目"), "text"), (_("项目"), "text"), (_("低"), "money"),
        (_("中"), "money"), (_("高"), "money"),
    ]  # fmt: skip
    rows = [(str(m.month), str(account), *rest) for m in months for account, *rest in m.lines]
    return (_("按项目"), heads, rows)


def _progress() -> dict[str, Any]:
    job = newest()
    done, total = jobs.progress(job) if job else (0, 0)
    url = reverse("incentives:forecast_progress")
    return {"job": job, "done": done, "total": total, "progress": url}


@needs("books.see")
def forecast_progress(request: HttpRequest) -> HttpResponse:
    """The bar; once the job has ended the page comes anew."""
    context = _progress()
    if context["job"] is None:
        raise Http404
    answer = render(request, "furniture/progress.html", context)
    if not context["job"].under_way:
        answer["HX-Refresh"] = "true"
    return answer
