"""An order of a payee's month worded, when somebody opens it: as a piece of the page, or alone."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.numbers import number
from assay.furniture.reader import reader_language
from assay.incentives.forms.supposing import read_supposed
from assay.incentives.queries.live import order_live
from assay.incentives.queries.opened import OrderOpened, Which, order_of_statement
from assay.incentives.queries.statements import statements_seen
from assay.incentives.views.running import chosen, read_orders, running_of
from assay.incentives.views.statements import page_of
from assay.people.access import one, viewer
from assay.people.gate import needs


@needs("statements.see")
def statement_order(request: HttpRequest, pk: int) -> HttpResponse:
    """An order of a statement, `?line=…&order=…`: as a piece of the page, or as one of its own."""
    row = one(statements_seen(viewer(request)), pk=pk)
    if "order" not in request.GET:
        return HttpResponseRedirect(page_of(row))
    found = order_of_statement(row, _asked(request), reader_language())
    name = _("提成单 %(month)s") % {"month": row.run.pay_month.month}
    return _told(request, found, page_of(row), name)


@needs("statements.running")
def running_order(request: HttpRequest) -> HttpResponse:
    """The same of the running month, with the orders that are imagined beside it."""
    today = timezone.localdate()
    whose, choices = chosen(request, today)
    back = running_of(whose)
    if "order" not in request.GET:
        return HttpResponseRedirect(back)
    try:
        orders = read_orders(read_supposed(request.GET, today), request, whose, choices)
        found = order_live(whose, today, orders, _asked(request), reader_language())
    except UserError as error:
        return _answer(request, {"fault": str(error), "back": back, "back_name": _("本月提成")})
    return _told(request, found, back, _("本月提成"))


def _asked(request: HttpRequest) -> Which:
    nth = number(request.GET.get("nth", "")) or 0
    return Which(request.GET.get("line", ""), request.GET["order"], nth)


def _told(request: HttpRequest, found: OrderOpened | None, back: str, name: str) -> HttpResponse:
    if found is None:
        raise Http404
    said = {"order": found.order, "title": found.title, "gists": found.gists}
    return _answer(request, {**said, "back": back, "back_name": name})


def _answer(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """As a piece where a page asks for it, else as a page."""
    name = "opened_said" if getattr(request, "htmx", False) else "order"
    answer = render(request, f"incentives/{name}.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer
