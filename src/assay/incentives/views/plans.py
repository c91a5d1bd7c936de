"""Plans as people read them: each clause beside what carries it out, acknowledged by whom it pays."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.furniture.exports import file_response
from assay.furniture.links import page_at
from assay.furniture.lists import Column, ListPage
from assay.furniture.narrowing import one_of
from assay.furniture.reader import reader_language
from assay.furniture.seen import note
from assay.incentives.actions import plans as actions
from assay.incentives.models import PlanVersion
from assay.incentives.queries import plans as found
from assay.incentives.queries.publishing import ACKNOWLEDGED, checklist, unmet
from assay.incentives.queries.studies import failed, findings, last_year, questions, running
from assay.incentives.views.recorded import PLAN
from assay.papers.pdf import pdf
from assay.people.access import Viewer, one, viewer
from assay.people.gate import needs
from assay.plan.problems import PlanError
from assay.sales.views.doing import press


def page_of(row: PlanVersion) -> str:
    """The address of a version."""
    return page_at("incentives:plan", row.pk)


PLANS = ListPage(
    title=gettext_lazy("方案"),
    columns=[
        Column(gettext_lazy("名称"), lambda row: row.title, link=page_of,
               under=(gettext_lazy("方案"), lambda row: row.name), sort="title"),
        Column(gettext_lazy("生效月份"), lambda row: str(row.holds_from), sort="holds_from"),
        Column(gettext_lazy("状态"), lambda row: row.standing, sort="state"),
        Column(gettext_lazy("发布人"), lambda row: row.published_by.name if row.published_by else "",
               sort="published_by__pinyin"),
        Column(gettext_lazy("摘要值"), lambda row: row.digest[:12], sort="digest"),
    ],
    order="-holds_from",
    filters=[one_of("state", gettext_lazy("全部状态"), lambda: PlanVersion.STATES)],
    empty=gettext_lazy("还没有登记的方案"),
    export_name="plans",
    template="incentives/plans.html",
)  # fmt: skip


@needs("plans.see")
def plan_list(request: HttpRequest) -> HttpResponse:
    """The versions a person may read, and those that wait for his acknowledgement."""
    who = viewer(request)
    return PLANS.answer(
        request, found.plans_seen(who), may_export=False, may_edit=who.may("plans.edit"),
        may_publish=who.may("plans.publish"), waiting=found.to_acknowledge(who),
        loose=found.unregistered() if who.may("plans.edit") else None,
    )  # fmt: skip


@needs("plans.see")
def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A version: clauses, rulers, questions, findings, examples; before it is published, what is missing."""
    who = viewer(request)
    row = one(found.plans_seen(who), pk=pk)
    context: dict[str, Any] = {
        "row": row, "may_edit": who.may("plans.edit") and row.state == "draft",
        "may_begin": who.may("plans.edit"), "today": timezone.localdate(), "who": who,
        "office": who.everything, "now": found.plan_now(), "may_text": who.may("plans.text"),
        "story": PLAN.story(who, row), "may_try": who.may("pay.suppose") and row.state == "draft",
    }  # fmt: skip
    try:
        paper = found.paper_for(row, who, reader_language())
    except PlanError as error:
        context["faults"] = found.told_to_reader(error.problems)
    else:
        aside = ("questions", "examples", "facts")
        held = {s.anchor: s for s in paper.sections}
        context |= {
            "paper": paper, "sections": [s for s in paper.sections if s.anchor not in aside],
            "examples": held.get("examples"), "facts": held.get("facts"),
        }  # fmt: skip
        if who.role != "agent":
            context |= _studied(row, who)
    if row.state == "published" or row.offered_at:
        own = found.mine(who, row)
        context |= {"own": own, "nodded": _nod(row, own)}
        if who.everything:
            context |= {"standing": found.standing(row), "may_paper": who.may("plans.publish")}
    if who.everything and row.state == "draft":
        points = checklist(row, reader_language())
        context |= {
            "checklist": points, "ready": all(point.done for point in points),
            "may_offer": row.offered_at is None
            and all(point.done for point in points if point.name != ACKNOWLEDGED),
        }  # fmt: skip
    if who.everything and row.registered:
        context["unmet"] = unmet(row, reader_language())
    return render(request, "incentives/plan.html", context)


def _nod(row: PlanVersion, own: found.Owner | None) -> Any:
    held = row.nods.filter(digest=row.digest)
    return held.filter(code=own.code).first() if own is not None else None


def _studied(row: PlanVersion, who: Viewer) -> dict[str, Any]:
    """Questions for everyone; what last year would have paid, and findings, for the offices alone."""
    asked = questions(row.text, reader_language())
    told: dict[str, Any] = {"questions": asked, "year": last_year(), "typed": found.typed(row)}
    if not who.everything:
        return told
    told["known"] = any(one.moves is not None for one in asked if len(one.readings) > 1)
    told["assayed"] = findings(row.text, reader_language())
    for kind in ("effect", "assay"):
        told[f"{kind}_job"], told[f"{kind}_failed"] = running(row, kind), failed(row, kind)
    return told


@needs("plans.see")
def plan_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper people sign, as PDF: its stamp is the digest of the version."""
    who = viewer(request)
    row = one(found.plans_seen(who), pk=pk)
    note(request, "file", _("方案 %(plan)s") % {"plan": row}, row=row)
    body = pdf(found.paper_for(row, who, reader_language()))
    return file_response(f"{row.name}-{row.holds_from}.pdf", body, "application/pdf")


@needs("plans.text")
def plan_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The version as its file, to the letter; the name bears the digest. Noted."""
    row = one(found.plans_seen(viewer(request)), pk=pk)
    note(request, "file", _("方案文件 %(plan)s") % {"plan": row}, row=row)
    name = f"{row.name}-{row.holds_from}-{row.digest[:12]}.yaml"
    return file_response(name, row.text.encode(), "application/yaml; charset=utf-8")


@needs("plans.text")
def plan_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What a version changes against another: in words beside the clause, and line by line."""
    seen = found.plans_seen(viewer(request))
    row = one(seen, pk=pk)
    others = list(found.before(row, seen))
    asked = request.GET.get("from", "")
    old = next((other for other in others if str(other.pk) == asked), None)
    if old is None and asked:
        raise Http404
    old = old or (others[0] if others else None)
    context: dict[str, Any] = {"row": row, "old": old, "others": others}
    if old is not None:
        context["lines"] = found.lines_changed(old.text, row.text)
        try:
            context["paper"] = found.difference(old.text, row.text, reader_language())
        except PlanError as error:
            context["faults"] = found.told_to_reader(error.problems)
    return render(request, "incentives/plan_changes.html", context)


@needs("plans.see")
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """A payee acknowledges a version."""
    who = viewer(request)
    row = one(found.plans_seen(who), pk=pk)
    read = request.POST.get("digest", "")
    return press(
        request, lambda: actions.nod(row, by=who, read=read), said=_("已签认"), back=page_of(row)
    )
