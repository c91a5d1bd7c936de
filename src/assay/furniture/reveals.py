"""Showing what is masked: one field of one record, for a reason, noted before it is shown."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import plain
from assay.furniture.seen import note

REASONS = (
    ("contact", _("联系本人")),
    ("check", _("核对身份")),
    ("pay", _("付款或报税")),
    ("mend", _("更正资料")),
)


def reveal(
    request: HttpRequest, row: models.Model, name: str, allowed: tuple[str, ...]
) -> HttpResponse:
    """Answer a POST with the whole text under a seal; the entry says who, which field and why.

    The page shows it through furniture/masked.html; call it from a view whose right is to reveal.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    why = dict(REASONS).get(request.POST.get("why", ""))
    if name not in allowed or why is None:
        raise BadRequest
    field = row._meta.get_field(name)
    title = f"{row} · {getattr(field, 'verbose_name', name)}"
    note(request, "reveal", title, row=row, why=str(why))
    context: dict[str, Any] = {
        "value": plain(getattr(row, name)), "title": title, "phone": name == "phone",
    }  # fmt: skip
    part = (
        "furniture/revealed.html"
        if request.headers.get("HX-Request")
        else "furniture/revealed_page.html"
    )
    answer = render(request, part, context)
    answer["Cache-Control"] = "no-store"
    return answer
