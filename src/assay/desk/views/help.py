"""Help where one stands: the words of the glossary and the clauses of the plan, a page and piece by piece."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from assay.furniture import glossary as book
from assay.furniture.reader import reader_language
from assay.furniture.templatetags.parts import home_of
from assay.people.access import viewer
from assay.people.gate import needs
from assay.plan.document import Plan, Title
from assay.sales.queries.plan import plan_today

_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Told:
    """A clause as a page tells it: its gist, what the plan does by it, what is open about it."""

    number: str
    gist: str
    does: tuple[str, ...]
    asks: tuple[tuple[str, str], ...]

    @property
    def lang(self) -> str:
        """The language the plan says the clause in, which need not be the page's."""
        return "zh-CN" if _HAN.search(self.gist) else "en"


@needs("self")
def glossary(request: HttpRequest) -> HttpResponse:
    """All words, 中文 beside English."""
    return render(request, "desk/glossary.html", {"entries": book.entries()})


@needs("self")
def term(request: HttpRequest, name: str) -> HttpResponse:
    """One word, for the corner of the page one reads; opened by itself it leads to its place."""
    entry = book.entry_of(name)
    if entry is None:
        raise Http404
    if not _aside(request):
        return HttpResponseRedirect(f"{reverse('glossary')}#{entry.anchor}")
    return render(request, "desk/term.html", {"entry": entry})


@needs("plan.read")
def clauses(request: HttpRequest) -> HttpResponse:
    """The clauses of the plan in force, as far as they are about the one who reads."""
    plan = plan_today()
    told = [one for one in _told(plan) if one.number in _theirs(request, plan)] if plan else []
    return render(
        request, "desk/clauses.html", {"plan": plan, "clauses": told, "name": _name(plan)}
    )


@needs("plan.read")
def clause(request: HttpRequest, number: str) -> HttpResponse:
    """One clause, or the part of the plan it lies in: 三.4 is told by 三."""
    plan = plan_today()
    held = {one.number: one for one in _told(plan)} if plan else {}
    home = home_of(number, held)
    if plan is None or home not in _theirs(request, plan):
        raise Http404
    if not _aside(request):
        return HttpResponseRedirect(f"{reverse('clauses')}#c-{home}")
    return render(
        request, "desk/clause.html", {"clause": held[home], "asked": number, "name": _name(plan)}
    )


def _aside(request: HttpRequest) -> bool:
    """Whether the page itself asks, to show it in its corner."""
    return request.headers.get("X-Told") == "1"


def _name(plan: Plan | None) -> str:
    return _title(plan.title, plan.name) if plan else ""


def _title(title: Title, name: str) -> str:
    return title.text(reader_language(), name)


def _theirs(request: HttpRequest, plan: Plan) -> frozenset[str]:
    """Clauses a viewer may read: the house all of them, an agent those by which he is paid."""
    if viewer(request).role != "agent":
        return frozenset(plan.clauses)
    return frozenset(number for rule in plan.rules if "agent" in rule.roles for number in rule.cite)


def _told(plan: Plan) -> list[Told]:
    said: list[tuple[str, Any]] = [
        *((rule.name, rule) for rule in plan.rules),
        *plan.tables.items(),
        *plan.measures.items(),
        *plan.policies.items(),
    ]
    return [
        Told(
            clause.number,
            clause.gist(reader_language()),
            tuple(dict.fromkeys(
                _title(one.title, name) for name, one in said if clause.number in one.cite
            )),
            tuple(
                (_title(question.title, question.name), question.read)
                for question in plan.questions.values()
                if clause.number in question.cite
            ),
        )
        for clause in plan.clauses.values()
    ]  # fmt: skip
