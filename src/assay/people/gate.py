"""The gate: every view declares the right it needs; one without is refused at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, reverse
from django.utils.cache import add_never_cache_headers

from assay.furniture.kept import acting
from assay.people.access import viewer_of
from assay.people.models import User
from assay.people.roles import RIGHTS

PUBLIC = "public"
View = Callable[..., Any]


def needs(action: str) -> Callable[[View], View]:
    """Declare the right a view needs: a key of roles.RIGHTS, or PUBLIC."""
    if action != PUBLIC and action not in RIGHTS:
        raise ImproperlyConfigured(f"no right “{action}” stands in people/roles.py")

    def declare(view: View) -> View:
        view.right = action  # type: ignore[attr-defined]
        return view

    return declare


def views(patterns: Sequence[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every (address, pattern) of a list of url patterns."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


def guarded(patterns: list[Any]) -> list[Any]:
    """The patterns themselves, once every view of theirs has declared a right.

    Raises ImproperlyConfigured, so that a server with an undeclared view does not start.
    """
    for address, pattern in views(patterns):
        if not hasattr(pattern.callback, "right"):
            raise ImproperlyConfigured(f"/{address}: the view declares no right (people/gate.py)")
    return patterns


class Gate:
    """Middleware: who asks, whether he may, and under whose name history is written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """As Django wants it."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Whatever a request writes is written under its login."""
        request.viewer = None  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            with acting(None, ""):
                return self.get_response(request)
        with acting(request.user.pk, request.user.username):
            answer = self.get_response(request)
        if not answer.has_header("Cache-Control"):
            add_never_cache_headers(answer)
        return answer

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Let a request through, send it to sign in, or refuse it."""
        right = getattr(view, "right", None)
        if right == PUBLIC:
            return None
        user = request.user
        if not isinstance(user, User):
            return HttpResponseRedirect(
                f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}"
            )
        if request.session.get("code_due"):
            return HttpResponseRedirect(reverse("sign_in_code"))
        viewer = viewer_of(user)
        if viewer is None:
            return render(request, "people/no_role.html", status=403)
        request.viewer = viewer  # type: ignore[attr-defined]
        if user.renew and request.resolver_match and request.resolver_match.url_name not in (
            "password", "sign_out", "language",
        ):  # fmt: skip
            return HttpResponseRedirect(reverse("password"))
        if right is None or not viewer.may(right):
            raise PermissionDenied
        return None
