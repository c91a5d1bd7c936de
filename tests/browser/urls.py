"""The site's addresses, one that breaks, and some that bring about what pages show: days gone, a debt, a job."""

from __future__ import annotations

import os
import time
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from assay.furniture import jobs
from assay.furniture.kept import acting
from assay.furniture.models import Job
from assay.incentives.models import PayMonth
from assay.incentives.queries.calculation import KIND
from assay.ledger.actions import post
from assay.ledger.entry import Entry, Posting
from assay.people import actions as people
from assay.people.gate import PUBLIC, needs
from assay.people.models import Employee
from assay.period import Month
from assay.site.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@needs(PUBLIC)
def broken(request: HttpRequest) -> HttpResponse:
    """Breaks."""
    raise RuntimeError("as asked")


@needs(PUBLIC)
def days_pass(request: HttpRequest, month: str) -> HttpResponse:
    """A month whose queries were opened today has had them opened ten days ago."""
    row = PayMonth.objects.get(month=Month.parse(month).index)
    assert row.preview_from is not None
    assert row.preview_to is not None
    row.preview_from -= timedelta(10)
    row.preview_to -= timedelta(10)
    with acting(None, "the tests"):
        row.save()
    return HttpResponse("ten days have passed")


@needs(PUBLIC)
def shop_owes(request: HttpRequest) -> HttpResponse:
    """A shop that closed in a month that is locked was paid 1,234.56 too much."""
    day = Month.of(timezone.localdate()).next(-2).first + timedelta(10)
    with acting(None, "the tests"):
        shop = people.open_shop(code="Y99", name="老城隍庙银楼", start=day - timedelta(400))
        shop.stop = day
        shop.save()
        leg = Posting("payable.store:Y99", "bank", 123_456)
        post(Entry("transfer:Y99", day, "转账", (leg,), "x"))
    return HttpResponse("it owes")


@needs(PUBLIC)
def at_work(request: HttpRequest, month: str, state: str) -> HttpResponse:
    """A month whose calculation is as asked: running, waiting behind nobody, failed."""
    index = Month.parse(month).index
    PayMonth.objects.get_or_create(month=index)
    Job.objects.filter(kind=KIND, given__month=index).delete()
    job = Job.objects.create(
        kind=KIND, who="f01", given={"month": index, "by": Employee.objects.get(name="钱淑华").pk},
        state=state, due=timezone.now() + timedelta(9), made=timezone.now() - timedelta(seconds=83),
        error="有 1 行资料不能用，先改好再算" if state == "failed" else "",
        ended=timezone.now() if state == "failed" else None,
    )  # fmt: skip
    if state == "running":
        jobs.teller(job)(3, 8)
        ahead = time.time() + 3600  # nobody takes it for abandoned
        os.utime(jobs.folder() / f"{job.pk}.progress", (ahead, ahead))
    return HttpResponse(state)


urlpatterns += [
    path("shop-owes/", shop_owes, name="shop_owes"),
    path("at-work/<str:month>/<str:state>/", at_work, name="at_work"),
    path("broken/", broken, name="broken"),
    path("days-pass/<str:month>/", days_pass, name="days_pass"),
]
