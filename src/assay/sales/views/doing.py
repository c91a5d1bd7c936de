"""One press of a button: an action done, or told why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from assay.errors import UserError
from assay.furniture.numbers import number


def press(request: HttpRequest, act: Callable[[], Any], *, said: Any, back: str) -> HttpResponse:
    """Do it and go back, with what was done or what stood in the way."""
    try:
        act()
    except UserError as error:
        messages.error(request, str(error))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, str(said))
    return HttpResponseRedirect(back)


def version_of(request: HttpRequest) -> int | None:
    """The version a page was opened at, as it was posted."""
    return number(request.POST.get("version", ""))
