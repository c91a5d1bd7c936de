"""The site's addresses, one that breaks, and one that lets the working days of queries pass."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import path

from assay.furniture.kept import acting
from assay.incentives.models import PayMonth
from assay.people.gate import PUBLIC, needs
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


urlpatterns += [
    path("broken/", broken, name="broken"),
    path("days-pass/<str:month>/", days_pass, name="days_pass"),
]
