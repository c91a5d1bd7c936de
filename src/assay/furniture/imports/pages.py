"""The pages of an import: template, upload, preview, progress, failed rows back."""

from __future__ import annotations

import os
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assay.furniture import jobs
from assay.furniture.exports import XLSX, file_response, workbook_with_notes
from assay.furniture.imports.running import KIND, returned
from assay.furniture.imports.spec import ImportSpec
from assay.furniture.kept import actor
from assay.furniture.models import Job
from assay.furniture.seen import note

View = Callable[..., Any]
AT_ONCE = 200_000  # bytes: a smaller file is checked and written while the person waits
LARGEST = 20_000_000


class UploadForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label=gettext_lazy("文件"), help_text=gettext_lazy("Excel（.xlsx）或 CSV，最多 50,000 行"),
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
    )  # fmt: skip

    def clean_file(self) -> UploadedFile[Any]:
        """A workbook or a CSV of a size."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        ending = os.path.splitext(file.name or "")[1].lower()
        if ending not in (".xlsx", ".csv"):
            raise forms.ValidationError(_("只收 .xlsx 和 .csv；旧的 .xls 请另存为 .xlsx"))
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("文件太大：最多 20 MB"))
        return file


def addresses(
    spec: ImportSpec, needs: Callable[[View], View], *, space: str, back: str
) -> list[URLPattern]:
    """The addresses of an import; put them into a room's urls under its app_name `space`.

    `needs` is the declared right; `back` the name of the page people come from. Names:
    import_<name>, …_template, …_job, …_progress, …_write, …_failed.
    """
    named = f"import_{spec.name}"
    made = Importing(spec, f"{space}:{named}", back)
    return [
        path(f"import/{spec.name}/", needs(made.start), name=named),
        path(f"import/{spec.name}/template/", needs(made.template), name=f"{named}_template"),
        path(f"import/{spec.name}/<int:job>/", needs(made.job), name=f"{named}_job"),
        path(f"import/{spec.name}/<int:job>/progress/", needs(made.progress), name=f"{named}_progress"),
        path(f"import/{spec.name}/<int:job>/write/", needs(made.write), name=f"{named}_write"),
        path(f"import/{spec.name}/<int:job>/failed/", needs(made.failed), name=f"{named}_failed"),
    ]  # fmt: skip


def _own(request: HttpRequest, spec: ImportSpec, pk: int) -> Job:
    """A job of this kind that the person began himself."""
    job = Job.objects.filter(pk=pk, kind=KIND, user_id=request.user.pk).first()
    if job is None or job.given["spec"] != spec.name:
        raise Http404
    return job


def _small(given: dict[str, Any]) -> bool:
    """Whether a file is checked and written while the person waits."""
    return int(given["size"]) <= AT_ONCE


def _taken(job: Job) -> bool:
    """Whether this very press of the button has the job written: of two at once, one."""
    jobs.teller(job)(0, 0)  # alive from now on, so that no worker takes it for abandoned
    given = {**job.given, "phase": "write"}
    state = "running" if _small(given) else "waiting"
    if not Job.objects.filter(pk=job.pk, state="ready").update(state=state, tries=0, given=given):
        return False
    job.refresh_from_db()
    return True


class Importing:
    """The views of one spec."""

    def __init__(self, spec: ImportSpec, named: str, back: str) -> None:
        """Views are made by `view`."""
        self.spec, self.named, self.back = spec, named, back

    def _to(self, suffix: str, job: Job) -> str:
        return reverse(f"{self.named}_{suffix}", args=[job.pk])

    @property
    def start(self) -> View:
        """Upload, with the columns explained."""

        def start(request: HttpRequest) -> HttpResponse:
            form = UploadForm(request.POST or None, request.FILES or None)
            if request.method == "POST" and form.is_valid():
                return HttpResponseRedirect(self._to("job", self._begin(form.cleaned_data["file"])))
            context = {
                "form": form, "spec": self.spec, "template": reverse(f"{self.named}_template"),
                "back": reverse(self.back),
            }  # fmt: skip
            status = 422 if form.errors else 200
            return render(request, "furniture/import.html", context, status=status)

        return start

    def _begin(self, file: UploadedFile[Any]) -> Job:
        """Keep the file; check it now if it is small, else leave it to a worker."""
        user, who = actor()
        ending = os.path.splitext(file.name or "")[1].lower()
        kept = f"{token_hex(16)}{ending}"
        with (jobs.folder() / kept).open("wb") as stream:
            for chunk in file.chunks():
                stream.write(chunk)
        given = {
            "spec": self.spec.name,
            "phase": "check",
            "file": kept,
            "name": file.name,
            "size": file.size,
        }
        state = "running" if _small(given) else "waiting"
        job = Job.objects.create(kind=KIND, user_id=user, who=who, given=given, state=state)
        return jobs.run(job) if state == "running" else job

    @property
    def template(self) -> View:
        """The workbook to fill in."""

        def template(request: HttpRequest) -> HttpResponse:
            columns = self.spec.columns
            body = workbook_with_notes(
                [(c.title, "text") for c in columns],
                [[c.example for c in columns]],
                [(c.title, _("必填") if c.must else _("可不填"), str(c.note)) for c in columns],
            )
            return file_response(f"{self.spec.title}-{_('模板')}.xlsx", body, XLSX)

        return template

    @property
    def job(self) -> View:
        """What the check found, or what was written."""

        def job(request: HttpRequest, job: int) -> HttpResponse:
            return render(request, "furniture/import_job.html", self._context(request, job))

        return job

    def _context(self, request: HttpRequest, pk: int) -> dict[str, Any]:
        found = _own(request, self.spec, pk)
        done, total = jobs.progress(found)
        return {
            "job": found, "spec": self.spec, "done": done, "total": total,
            "progress": self._to("progress", found), "write": self._to("write", found),
            "failed": self._to("failed", found) if returned(found).is_file() else "",
            "again": reverse(self.named), "back": reverse(self.back),
        }  # fmt: skip

    @property
    def progress(self) -> View:
        """The bar, asked for again and again; once the job has ended the page comes anew."""

        def progress(request: HttpRequest, job: int) -> HttpResponse:
            context = self._context(request, job)
            answer = render(request, "furniture/progress.html", context)
            if not context["job"].under_way:
                answer["HX-Refresh"] = "true"
            return answer

        return progress

    @property
    def write(self) -> View:
        """Somebody says yes."""

        def write(request: HttpRequest, job: int) -> HttpResponse:
            found = _own(request, self.spec, job)
            if found.state == "ready" and not found.result["failed"] and _taken(found):
                found = jobs.run(found) if found.state == "running" else found
                if found.state == "done":
                    messages.success(request, _("已写入"))
            return HttpResponseRedirect(self._to("job", found))

        return require_POST(write)

    @property
    def failed(self) -> View:
        """The failed rows as a workbook."""

        def failed(request: HttpRequest, job: int) -> HttpResponse:
            found = _own(request, self.spec, job)
            if not returned(found).is_file():
                raise Http404
            note(request, "file", str(found.given["name"]), rows=found.result.get("failed"))
            name = os.path.splitext(str(found.given["name"]))[0]
            body = returned(found).read_bytes()
            return file_response(f"{name}-{_('失败的行')}.xlsx", body, XLSX)

        return failed
