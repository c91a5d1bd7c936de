"""The whole history of a record: of any kind, for whoever may open the record itself."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from assay.customers.views.recorded import RECORDED as OF_CUSTOMERS
from assay.desk.views.recorded import RECORDED as OF_DESK
from assay.furniture.history import ALL
from assay.furniture.numbers import number
from assay.incentives.views.recorded import RECORDED as OF_PAY
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.people.views.recorded import RECORDED as OF_PEOPLE
from assay.sales.views.recorded import RECORDED as OF_SALES

RECORDED = [*OF_PEOPLE, *OF_CUSTOMERS, *OF_SALES, *OF_PAY, *OF_DESK]
KINDS = {recorded.kind: recorded for recorded in RECORDED}


@needs("history.see")
def history(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A record's lines, newest first, a hundred at a time."""
    who, recorded = viewer(request), KINDS.get(kind)
    if recorded is None:
        raise Http404
    if not who.may(recorded.right):
        raise PermissionDenied
    row = one(recorded.rows(who), pk=pk)
    before = number(request.GET.get("before", ""))
    lines = recorded.told(who, row, most=ALL + 1, before=before)
    context = {
        "kind": recorded.model._meta.verbose_name, "name": str(row),
        "back": recorded.own_page(who, row), "lines": lines[:ALL],
        "later": lines[ALL - 1].number if len(lines) > ALL else None,
    }  # fmt: skip
    return render(request, "desk/history.html", context)
