"""Plans changed: begun, edited as text or value by value, studied, decided, signed off, published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assay.errors import UserError
from assay.furniture import jobs
from assay.furniture.numbers import number
from assay.furniture.pages import form_page
from assay.furniture.reader import reader_language
from assay.incentives.actions import plans as actions
from assay.incentives.actions import studies
from assay.incentives.forms.plans import (
    ConsultForm,
    DecisionForm,
    PaperForm,
    PlanFileForm,
    SignOffForm,
)
from assay.incentives.models import PlanVersion
from assay.incentives.queries.plans import faults, plans_seen
from assay.incentives.queries.sheets import sheets
from assay.incentives.queries.studies import running, undecided_since
from assay.incentives.views.plans import page_of
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.sales.access import employee_of
from assay.sales.views.doing import press, version_of

NO_SUCH = -1  # a finding, or a mending of one, that no plan has


def _draft(request: HttpRequest, pk: int) -> PlanVersion:
    """A draft of the address; 404 where there is none."""
    return one(plans_seen(viewer(request)), pk=pk, state="draft")


def _seen(request: HttpRequest) -> int:
    """The number of changes a page was opened at; none said is none seen."""
    return version_of(request) or 0


def edit_of(row: PlanVersion) -> str:
    """Where a draft is changed."""
    return reverse("incentives:edit_plan", args=[row.pk])


@needs("plans.edit")
def new_plan(request: HttpRequest) -> HttpResponse:
    """Upload a plan file as a draft."""
    by = employee_of(viewer(request))
    form = PlanFileForm(request.POST or None, request.FILES or None)
    return form_page(
        request, form, title=_("上传方案"), act=lambda said: actions.begin(said["file"], by=by),
        intro=_("先成为草稿；发布以前可以改。"), done=page_of, said=_("已成为草稿"), button=_("上传"),
        extra={"back": reverse("incentives:plans")},
    )  # fmt: skip


@needs("plans.edit")
@require_POST
def copy_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as a copy of a version."""
    who = viewer(request)
    row = one(plans_seen(who), pk=pk)
    return _begun(request, lambda: actions.begin_from(row, by=employee_of(who)), page_of(row))


@needs("plans.edit")
@require_POST
def copy_file(request: HttpRequest) -> HttpResponse:
    """A draft as a copy of the plan that is in force as a file."""
    by = employee_of(viewer(request))
    back = reverse("incentives:plans")
    return _begun(request, lambda: actions.begin_from_file(by=by), back)


def _begun(request: HttpRequest, act: Callable[[], PlanVersion], back: str) -> HttpResponse:
    try:
        made = act()
    except UserError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(back)
    messages.success(request, _("已起草"))
    return HttpResponseRedirect(edit_of(made))


@needs("plans.edit")
def edit_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft: values as forms, the whole text beside them."""
    row = _draft(request, pk)
    if request.method != "POST":
        return _edit_page(request, row, row.text)
    text = actions.plain(request.POST.get("text", ""))
    try:
        saved = actions.save_text(row, text, seen=_seen(request))
    except UserError as error:
        # What was typed stays on the page, whatever stood in the way.
        return _edit_page(request, row, text, wrong=str(error), status=409)
    _saved(request, saved, row)
    return HttpResponseRedirect(edit_of(row))


def _edit_page(
    request: HttpRequest, row: PlanVersion, text: str, wrong: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "row": row, "text": text, "faults": faults(text), "sheets": sheets(row.text, reader_language()),
        "wrong": wrong, "lines": text.count("\n") + 1, "seen": version_of(request) or row.version,
    }  # fmt: skip
    return render(request, "incentives/plan_edit.html", context, status=status)


def _saved(request: HttpRequest, row: PlanVersion, before: PlanVersion) -> None:
    """Saved, what is still wrong with it, and what nobody has decided any more."""
    for title in undecided_since(before.text, row.text):
        messages.warning(
            request, _("“%(title)s”换了读法，原来的决定不再算数：重新定") % {"title": title}
        )
    many = len(faults(row.text))
    if many:
        messages.warning(request, _("已保存；文本里还有 %(n)s 处错误") % {"n": many})
    else:
        messages.success(request, _("已保存"))


@needs("plans.edit")
@require_POST
def check_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The faults of a text as it is typed, with their lines."""
    _draft(request, pk)
    text = actions.plain(request.POST.get("text", ""))
    return render(request, "incentives/plan_faults.html", {"faults": faults(text)})


@needs("plans.edit")
@require_POST
def change_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Values of the file changed where they stand: fields v<number>."""
    row = _draft(request, pk)
    values = {
        at: value.strip()
        for name, value in request.POST.items()
        if name[:1] == "v" and (at := number(name[1:])) is not None and isinstance(value, str)
    }
    back = f"{edit_of(row)}#{request.POST.get('at', '')[:80]}"
    try:
        saved = actions.change(row, values, seen=_seen(request))
    except UserError as error:
        messages.error(request, str(error))
    else:
        _saved(request, saved, row)
    return HttpResponseRedirect(back)


def _said(
    request: HttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], Any], **to: Any
) -> HttpResponse:
    """A small form of the plan page: done, or told why not."""
    if not form.is_valid():
        wrong = [
            f"{form.fields[n].label or ''} {e}".strip() for n, es in form.errors.items() for e in es
        ]
        messages.error(request, " ".join(wrong))
        return HttpResponseRedirect(to["back"])
    return press(request, lambda: act(form.cleaned_data), **to)


@needs("plans.edit")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide a question, by name and day."""
    row, seen = _draft(request, pk), _seen(request)
    return _said(
        request, DecisionForm(request.POST),
        lambda said: actions.decide(row, said["question"], said["reading"], by=said["by"],
                                    on=said["on"], seen=seen),
        said=_("已定，写入方案"), back=f"{page_of(row)}#q-{request.POST.get('question', '')[:80]}",
    )  # fmt: skip


@needs("plans.edit")
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a finding off, by name."""
    row, seen = _draft(request, pk), _seen(request)
    return _said(
        request, SignOffForm(request.POST),
        lambda said: actions.accept(
            row, said["number"], by=said["by"], on=said["on"], why=said["why"], seen=seen,
            every=said["every"],
        ),
        said=_("已签认，写入方案"), back=f"{page_of(row)}#findings",
    )  # fmt: skip


@needs("plans.edit")
@require_POST
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up a mending."""
    row, seen = _draft(request, pk), _seen(request)
    said, _colon, rest = request.POST.get("mend", "").partition(":")
    at, place = (NO_SUCH if (n := number(part)) is None else n for part in (said, rest))
    return press(
        request, lambda: actions.mend(row, at, place, seen=seen),
        said=_("已照此修改；重新检验后看结果"), back=f"{page_of(row)}#findings",
    )  # fmt: skip


@needs("plans.edit")
@require_POST
def study(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Work out, in the background, what the readings would have paid, or what the plan rewards."""
    row = _draft(request, pk)
    at = "questions" if kind == "effect" else "findings"
    return press(
        request, lambda: studies.begin(row, kind), said=_("已开始算，可以离开这一页"),
        back=f"{page_of(row)}#{at}",
    )  # fmt: skip


@needs("plans.edit")
def progress(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """How far a study is; once it has ended the page comes anew."""
    row = one(plans_seen(viewer(request)), pk=pk)
    job = running(row, kind)
    if job is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    done, total = jobs.progress(job)
    context = {
        "job": job, "done": done, "total": total,
        "progress": reverse(f"incentives:{kind}_progress", args=[row.pk]),
    }  # fmt: skip
    return render(request, "furniture/progress.html", context)


@needs("plans.edit")
def consult(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of the consultation."""
    row = _draft(request, pk)
    given = {"on": row.consulted_on or timezone.localdate(), "text": row.consultation}
    return form_page(
        request, ConsultForm(request.POST or None, initial=given), title=_("民主协商：%(plan)s") % {"plan": row},
        act=lambda said: actions.consult(row, on=said["on"], text=said["text"]), done=page_of,
        said=_("已记下"), extra={"back": page_of(row)},
    )  # fmt: skip


@needs("plans.publish")
@require_POST
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the payees to acknowledge a draft."""
    row = _draft(request, pk)
    return press(
        request, lambda: actions.offer(row, seen=_seen(request), lang=reader_language()),
        said=_("已交付签认"), back=f"{page_of(row)}#nods",
    )  # fmt: skip


@needs("plans.publish")
@require_POST
def on_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Payees who signed on paper."""
    who = viewer(request)
    row = one(plans_seen(who), pk=pk)
    form = PaperForm(request.POST)

    def act() -> None:
        if not form.is_valid():
            raise UserError(_("写明签字日期和纸质件存放在哪里"))
        said = form.cleaned_data
        actions.nod_on_paper(
            row, request.POST.getlist("code"), on=said["on"], note=said["note"],
            by=employee_of(who), read=request.POST.get("digest", ""),
        )  # fmt: skip

    return press(request, act, said=_("已记下"), back=f"{page_of(row)}#nods")


@needs("plans.publish")
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish: from here on it never changes."""
    who = viewer(request)
    row = _draft(request, pk)
    return press(
        request, lambda: actions.publish(row, by=employee_of(who), seen=_seen(request), lang=reader_language()),
        said=_("已发布"), back=page_of(row),
    )  # fmt: skip


@needs("plans.edit")
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    row = _draft(request, pk)
    return press(
        request, lambda: actions.drop(row, seen=_seen(request)), said=_("已弃用"),
        back=reverse("incentives:plans"),
    )  # fmt: skip


@needs("plans.publish")
def register(request: HttpRequest) -> HttpResponse:
    """Take up the plan that is in force as a file only."""
    by = employee_of(viewer(request))
    return form_page(
        request, ConsultForm(request.POST or None), title=_("登记现行方案"),
        intro=_("方案文件夹里正在执行的方案：登记以后，文件改动一个字，计算就会停下。"),
        act=lambda said: actions.register(by=by, on=said["on"], text=said["text"]), done=page_of,
        said=_("已登记；请大家签认"), button=_("登记"), extra={"back": reverse("incentives:plans")},
    )  # fmt: skip
