"""The salesperson's day: whom to call, the month so far, quotations on their way, questions asked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from assay.customers.models import Enquiry
from assay.desk.drawings import bar, elapsed, reach_of
from assay.desk.queries.calls import WHYS, calls
from assay.desk.queries.pay import latest
from assay.desk.queries.posts import own_month
from assay.errors import UserError
from assay.people.access import Viewer
from assay.sales.models import Order

MOST = 6


def desk(who: Viewer, today: date, why: str, everything: bool) -> dict[str, Any]:
    """What 今日 shows a salesperson. `why`: only calls for that; `everything`: all of them."""
    return {
        **month(who, today), "statement": latest(who),
        "calls": calls(who.employee_id or 0, today, why, None if everything else 10),
        "why": why if why in WHYS else "", "quotes": quotes(who.employee_id or 0),
        "enquiries": list(
            Enquiry.objects.filter(employee=who.employee_id, state="open")
            .select_related("customer").order_by("at")[:MOST]
        ),
    }  # fmt: skip


def month(who: Viewer, today: date) -> dict[str, Any]:
    """The month of the person signed in as the engine pays it; `fault` says why there is none."""
    try:
        found, mine = own_month(who, today)
    except UserError as error:
        return {"fault": str(error)}
    if mine is None:
        return {}
    gone = elapsed(today)
    return {
        "running": found, "mine": mine, "gone": gone, "step": mine.nearest,
        "bar": bar(mine.attained, gone, found.over, reach_of([mine.attained], found.over)),
        "below": bool(found.floor and mine.average is not None and mine.average < found.floor),
    }  # fmt: skip


def quotes(employee: int) -> list[Order]:
    """Quotations that wait for something: those refused first, then asked, to ask, to place."""
    rows = Order.objects.filter(seller=employee, status="quote").select_related("customer")
    place = {"refused": 0, "granted": 1, "needed": 2, "asked": 3, "none": 4}
    found = list(rows.filter(~Q(approval="")).order_by("-day", "-pk")[:40])
    return sorted(found, key=lambda o: place[o.approval])[:MOST]
