"""What if, on past months: for a manager over his departments, for the director over the company."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.customers.access import departments_led
from assay.errors import UserError
from assay.furniture import jobs
from assay.furniture.drawn import place
from assay.furniture.models import Job
from assay.furniture.reader import series
from assay.incentives.actions.supposing import KIND, Change, ask
from assay.incentives.forms.past import PastForm
from assay.incentives.queries.plans import plans_seen
from assay.people.access import Viewer, viewer
from assay.people.gate import needs
from assay.period import Month
from assay.sales.queries.plan import plan_of

BARS = 9
RECENT = 8


@needs("pay.suppose")
def past(request: HttpRequest) -> HttpResponse:
    """The question, and those asked before."""
    who, today = viewer(request), timezone.localdate()
    month = Month.of(today)
    try:
        program, text = plan_of(month)
    except UserError as error:
        return render(request, "incentives/past.html", {"fault": str(error)})
    before = Month(month.index - 1)
    given = {"first": before, "last": before, "draft": request.GET.get("draft", "")}
    drafts = plans_seen(who).filter(state="draft").order_by("-holds_from", "-pk")
    form = PastForm(program, text, drafts, request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            job = ask(_change(form, who), _told(form))
        except UserError as error:
            form.add_error(None, str(error))
        else:
            return HttpResponseRedirect(reverse("incentives:past_job", args=[job.pk]))
    rows = Job.objects.filter(kind=KIND, user_id=request.user.pk).order_by("-pk")[:RECENT]
    context = {"form": form, "rows": rows, "company": who.role == "director"}
    status = 422 if form.errors else 200
    return render(request, "incentives/past.html", context, status=status)


def _change(form: PastForm, who: Viewer) -> Change:
    said = form.cleaned_data
    name, _equals, reading = said["reading"].partition("=")
    draft = form.drafts.get(said.get("draft", ""))
    return Change(
        said["first"], said["last"], (name, reading) if name else None,
        (said["number"], said["value"]) if said["number"] else None, said["targets"],
        None if who.role == "director" else tuple(sorted(departments_led(who))), said["budget"],
        draft.text if draft else "",
    )  # fmt: skip


def _told(form: PastForm) -> str:
    """The question in a line."""
    said, parts = form.cleaned_data, []
    if said.get("draft"):
        label = dict(form.fields["draft"].choices)[said["draft"]]  # type: ignore[attr-defined]
        parts.append(_("草稿 %(plan)s") % {"plan": label})
    if said["reading"]:
        parts.append(dict(form.fields["reading"].choices)[said["reading"]])  # type: ignore[attr-defined]
    if said["number"]:
        label = dict(form.fields["number"].choices)[said["number"]]  # type: ignore[attr-defined]
        parts.append(f"{label.partition(' · ')[0]} → {said['value']}")
    if said["targets"] != 1:
        parts.append(_("任务额 × %(part)s") % {"part": f"{float(said['targets'] * 100):g}%"})
    return series(parts, "；")


def _own(request: HttpRequest, pk: int) -> Job:
    job = Job.objects.filter(pk=pk, kind=KIND, user_id=request.user.pk).first()
    if job is None:
        raise Http404
    return job


@needs("pay.suppose")
def past_job(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer: total, month by month, line by line, per person, how it is spread, the budget."""
    job = _own(request, pk)
    context = _progress(job)
    if job.state == "done":
        context |= _answer(job)
    return render(request, "incentives/past_job.html", context)


@needs("pay.suppose")
def past_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar; once the job has ended the page comes anew."""
    job = _own(request, pk)
    answer = render(request, "furniture/progress.html", _progress(job))
    if not job.under_way:
        answer["HX-Refresh"] = "true"
    return answer


def _progress(job: Job) -> dict[str, Any]:
    done, total = jobs.progress(job)
    url = reverse("incentives:past_progress", args=[job.pk])
    return {"job": job, "done": done, "total": total, "progress": url}


def _answer(job: Job) -> dict[str, Any]:
    found = job.result
    total = [sum(row[at] for row in found["months"]) for at in (1, 2)]
    people = [(*row, row[3] - row[2]) for row in found["people"]]
    budget = job.given["budget"]
    return {
        "before": total[0], "after": total[1], "difference": total[1] - total[0],
        "months": [(*row, row[2] - row[1]) for row in found["months"]],
        "lines": [(*row, row[2] - row[1]) for row in found["lines"]], "people": people,
        "gain": sum(row[4] > 0 for row in people), "same": sum(row[4] == 0 for row in people),
        "lose": sum(row[4] < 0 for row in people), "bars": spread([row[4] for row in people]),
        "budget": budget, "left": None if budget is None else abs(budget - total[1]),
        "over": budget is not None and budget < total[1],
    }  # fmt: skip


def spread(differences: list[int]) -> list[dict[str, Any]]:
    """How many lose and gain how much, in equal steps: bars from the greatest loss to the greatest gain.

    A bar holds what is at least its `from` and less than its `to`, the last one its `to` as well.
    """
    if not differences or not any(differences):
        return []
    low, high = min(0, *differences), max(0, *differences)
    step = -(-(high - low) // BARS)
    bars = -(-(high - low) // step)
    counts = Counter(min((one - low) // step, bars - 1) for one in differences)
    most = max(counts.values())
    return [
        {"from": low + at * step, "to": low + (at + 1) * step, "count": counts[at],
         "width": place(Fraction(counts[at], most))}
        for at in range(bars)
    ]  # fmt: skip
