"""An order of a payee's month worded, and the rows behind a line's sums, when somebody opens them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.numbers import number
from assay.furniture.reader import reader_language
from assay.incentives.forms.supposing import read_supposed
from assay.incentives.queries.behind import Asked, LineBehind, behind_statement
from assay.incentives.queries.live import behind_live, order_live
from assay.incentives.queries.opened import OrderOpened, Which, order_of_statement
from assay.incentives.queries.statements import statements_seen
from assay.incentives.views.running import chosen, read_orders, running_of
from assay.incentives.views.statements import page_of
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.sales.queries.orders import orders_seen


@needs("statements.see")
def statement_order(request: HttpRequest, pk: int) -> HttpResponse:
    """An order of a statement, `?line=…&order=…`, or the rows behind the sums of a line, `?line=…`
    (`&at=…` one of them): as a piece of the page, or as one of its own.
    """
    row = one(statements_seen(viewer(request)), pk=pk)
    if "line" not in request.GET:
        return HttpResponseRedirect(page_of(row))
    name = _("提成单 %(month)s") % {"month": row.run.pay_month.month}
    if "order" not in request.GET:
        behind = behind_statement(row, _line_asked(request), reader_language())
        return _rows(request, behind, page_of(row), name)
    found = order_of_statement(row, _asked(request), reader_language())
    return _told(request, found, page_of(row), name)


@needs("statements.running")
def running_order(request: HttpRequest) -> HttpResponse:
    """The same of the running month, with the orders that are imagined beside it."""
    today = timezone.localdate()
    whose, choices = chosen(request, today)
    back = running_of(whose)
    if "line" not in request.GET:
        return HttpResponseRedirect(back)
    try:
        orders = read_orders(read_supposed(request.GET, today), request, whose, choices)
        if "order" not in request.GET:
            asked = _line_asked(request)
            behind = behind_live(whose, today, orders, asked, reader_language())
            return _rows(request, behind, back, _("本月提成"))
        found = order_live(whose, today, orders, _asked(request), reader_language())
    except UserError as error:
        return _answer(request, {"fault": str(error), "back": back, "back_name": _("本月提成")})
    return _told(request, found, back, _("本月提成"))


def _asked(request: HttpRequest) -> Which:
    nth = number(request.GET.get("nth", "")) or 0
    return Which(request.GET.get("line", ""), request.GET["order"], nth)


def _line_asked(request: HttpRequest) -> Asked:
    page = number(request.GET.get("page", "")) or 1
    return Asked(request.GET["line"], request.GET.get("at", ""), page)


def _rows(request: HttpRequest, found: LineBehind | None, back: str, name: str) -> HttpResponse:
    """The rows behind a line's sums; an order that the reader may open leads there."""
    if found is None:
        raise Http404
    numbers = {part.order for one in found.sums for part in one.parts if part.order}
    seen = orders_seen(viewer(request)).filter(number__in=numbers)
    said = {
        "found": found, "keys": dict(seen.values_list("number", "pk")), "back": back, "back_name": name,
        "here": _here(request), "pages": _pages(request, found),
    }  # fmt: skip
    return _answer(request, said, "behind", "line")


def _here(request: HttpRequest, **more: str) -> str:
    """This address for another sum, part or page of the line: all but what follows."""
    said = request.GET.copy()
    for name in ("at", "page"):
        said.pop(name, None)
    return f"{request.path}?{said.urlencode()}&{urlencode(more)}"


def _pages(request: HttpRequest, found: LineBehind) -> dict[str, object]:
    """The pages about this one of a sum that is shown alone."""
    if not found.whole or found.sums[0].pages == 1:
        return {}
    (whole,) = found.sums
    before, after = (_here(request, at=whole.at, page=str(whole.page + step)) for step in (-1, 1))
    return {
        "first": whole.first + 1, "last": whole.first + len(whole.parts),
        "before": before if whole.page > 1 else "",
        "after": after if whole.page < whole.pages else "",
    }  # fmt: skip


def _told(request: HttpRequest, found: OrderOpened | None, back: str, name: str) -> HttpResponse:
    if found is None:
        raise Http404
    said = {"order": found.order, "title": found.title, "gists": found.gists}
    return _answer(request, {**said, "back": back, "back_name": name})


def _answer(
    request: HttpRequest, context: dict[str, Any], piece: str = "opened_said", page: str = "order"
) -> HttpResponse:  # fmt: skip
    """As a piece where a page asks for it, else as a page."""
    name = piece if getattr(request, "htmx", False) else page
    answer = render(request, f"incentives/{name}.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer
