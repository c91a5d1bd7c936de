"""What somebody does with any list: save its filters under a name, choose its columns."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assay.errors import UserError
from assay.furniture import saved
from assay.people.gate import needs


def _page(request: HttpRequest) -> tuple[str, str]:
    """The list as its address is named, and its address; 404 where there is none of the name."""
    name = request.POST.get("page", "")[:80]
    try:
        return name, reverse(name)
    except NoReverseMatch:
        raise Http404 from None


@needs("self")
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """The filters as they stand, under a name."""
    name, url = _page(request)
    query = saved.settled(request.POST.get("query", ""))
    try:
        made = saved.save_view(name, request.POST.get("name", ""), query)
    except UserError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已保存：%(name)s") % {"name": made.name})
    return HttpResponseRedirect(f"{url}?{query}")


@needs("self")
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """One of one's own forgotten."""
    _name, url = _page(request)
    if not saved.drop_view(pk):
        raise Http404
    messages.success(request, _("已删掉"))
    return HttpResponseRedirect(url)


@needs("self")
@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Which columns to show from now on."""
    name, url = _page(request)
    wanted = [] if "usual" in request.POST else request.POST.getlist("col")
    saved.choose_columns(name, wanted)
    query = saved.settled(request.POST.get("query", ""))
    return HttpResponseRedirect(f"{url}?{query}")
