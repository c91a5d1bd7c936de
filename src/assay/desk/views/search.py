"""Search from anywhere: one box on every page, suggestions as one types, a page without script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from assay.customers.views.sought import SOUGHT as OF_CUSTOMERS
from assay.furniture.finding import Hit, look
from assay.incentives.views.sought import SOUGHT as OF_PAY
from assay.people.access import viewer
from assay.people.gate import needs
from assay.people.views.sought import SOUGHT as OF_PEOPLE
from assay.sales.views.sought import SOUGHT as OF_SALES

SOUGHT = [*OF_CUSTOMERS, *OF_SALES, *OF_PAY, *OF_PEOPLE]
SUGGESTED, SHOWN = 5, 20  # of each kind


@dataclass(frozen=True)
class Group:
    """Hits of one kind, and where the others are; `more` where there are others."""

    title: Any
    hits: list[Hit]
    more: str


@needs("self")
def search(request: HttpRequest) -> HttpResponse:
    """What is called, sounds or is numbered so, among what this person may see."""
    who = viewer(request)
    text = request.GET.get("q", "").strip()[:60]
    partly = bool(getattr(request, "htmx", False))
    limit = SUGGESTED if partly else SHOWN
    groups = []
    for kind in SOUGHT if text else ():
        if who.may(kind.right):
            rows = look(kind, who, text, limit + 1)
            url = f"{reverse(kind.all_at)}?{urlencode({'q': text})}" if kind.all_at else ""
            if rows:
                hits = [kind.show(row) for row in rows[:limit]]
                groups.append(Group(kind.title, hits, url if len(rows) > limit else ""))
    template = "desk/suggested.html" if partly else "desk/search.html"
    answer = render(request, template, {"q": text, "sought": text, "groups": groups})
    patch_vary_headers(answer, ["HX-Request"])
    return answer
