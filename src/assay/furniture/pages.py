"""Form pages: shown, checked, done by one action, and back with a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from assay.errors import UserError


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    title: Any,
    act: Callable[[dict[str, Any]], Any],
    done: Callable[[Any], str] | str,
    said: Any = "",
    button: Any = "",
    intro: Any = "",
    template: str = "furniture/form.html",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """A form page. `act` takes the cleaned values and calls one action; `done` is where to go then.

    UserError and ValidationError of the action come back onto the form. Make `form` with
    `request.POST or None`.
    """
    if request.method == "POST" and form.is_valid():
        try:
            made = act(form.cleaned_data)
        except UserError as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            put_errors(form, error)
        else:
            if said:
                messages.success(request, str(said))
            return HttpResponseRedirect(done(made) if callable(done) else done)
    context = {"form": form, "title": title, "button": button, "intro": intro, **(extra or {})}
    status = 422 if request.method == "POST" else 200
    return render(request, template, context, status=status)


def put_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Errors of a model onto the fields a form has; the others above it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, found in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, found)
