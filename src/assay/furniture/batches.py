"""Batches: one thing done with each of the rows ticked in a list, and told how many went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.numbers import number

MOST = 200
TOLD = 5  # reasons told one by one


def picked(request: HttpRequest, most: int | None = MOST) -> list[int]:
    """Numbers of the rows ticked, of the first `most`; None: of all."""
    said = (number(text) for text in request.POST.getlist("pick")[:most])
    return [pk for pk in said if pk is not None]


def each(
    request: HttpRequest, rows: QuerySet[Any], act: Callable[[Any], Any], *, said: Any, back: str
) -> HttpResponseRedirect:
    """Do it with each row ticked among `rows`; what stands in one's way stops no other.

    said: a sentence with %(count)s. Goes back to the list as it was.
    """
    found = rows.in_bulk(picked(request))
    done, faults = 0, []
    for pk in sorted(found):
        try:
            act(found[pk])
            done += 1
        except UserError as error:
            faults.append(f"{found[pk]}: {error}")
        except ValidationError as error:
            faults.append(f"{found[pk]}: {' '.join(error.messages)}")
    if done:
        messages.success(request, str(said) % {"count": done})
    for fault in faults[:TOLD]:
        messages.error(request, fault)
    if len(faults) > TOLD:
        messages.error(request, _("另有 %(count)s 条没有办成") % {"count": len(faults) - TOLD})
    if not found:
        messages.error(request, _("先在列表里勾选"))
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(target if safe else back)
