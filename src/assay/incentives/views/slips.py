"""Pay slips of a whole month: begun, watched, kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture import jobs
from assay.furniture.models import Job
from assay.furniture.seen import note
from assay.incentives.actions import slips as actions
from assay.incentives.models import PayMonth
from assay.incentives.views.months import month_named
from assay.people.access import one
from assay.people.gate import needs


def _row(month: str) -> PayMonth:
    rows = PayMonth.objects.select_related("run").filter(run__isnull=False)
    found: PayMonth = one(rows, month=month_named(month).index)
    return found


def _context(row: PayMonth) -> dict[str, Any]:
    assert row.run is not None
    job = actions.batch_of(row.run)
    made = job is not None and job.state == "done" and actions.bundle_of(job).is_file()
    done, total = jobs.progress(job) if job else (0, 0)
    return {
        "row": row, "month": row.month, "job": job, "made": made, "done": done, "total": total,
        "progress": reverse("incentives:slips_progress", args=[str(row.month)]),
    }  # fmt: skip


@needs("pay.slips")
def slips(request: HttpRequest, month: str) -> HttpResponse:
    """How far the slips of a month are; a POST begins them."""
    row = _row(month)
    if request.method == "POST":
        try:
            actions.make_slips(row.month)
        except UserError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(request.path)
    return render(request, "incentives/slips.html", _context(row))


@needs("pay.slips")
def slips_progress(request: HttpRequest, month: str) -> HttpResponse:
    """The bar; once the job has ended the page comes anew."""
    context = _context(_row(month))
    job: Job | None = context["job"]
    if job is None:
        raise Http404
    answer = render(request, "furniture/progress.html", context)
    if not job.under_way:
        answer["HX-Refresh"] = "true"
    return answer


@needs("pay.slips")
def slips_file(request: HttpRequest, month: str) -> HttpResponseBase:
    """The zip, sent as it lies; noted."""
    context = _context(_row(month))
    if not context["made"]:
        messages.error(request, _("还没有做好，或文件已清理：再做一次"))
        return HttpResponseRedirect(reverse("incentives:slips", args=[month]))
    job = context["job"]
    note(request, "file", _("提成单 %(month)s 全部") % {"month": month}, rows=job.result["count"])
    body = actions.bundle_of(job).open("rb")
    return FileResponse(body, as_attachment=True, filename=f"slips-{month}.zip")
