"""The site's addresses and one that breaks, so that the page for faults can be looked at."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from assay.people.gate import PUBLIC, needs
from assay.site.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@needs(PUBLIC)
def broken(request: HttpRequest) -> HttpResponse:
    """Breaks."""
    raise RuntimeError("as asked")


urlpatterns += [path("broken/", broken, name="broken")]
