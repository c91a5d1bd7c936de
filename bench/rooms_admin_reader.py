"""Middleware of the peer: every request is the reader's, with no session to load."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class Reader:
    """Whom the admin's pages greet: may read all, is nobody."""

    is_active = is_staff = is_authenticated = True
    is_anonymous = False
    pk = id = 0

    def get_username(self) -> str:
        """A name."""
        return "reader"

    def get_short_name(self) -> str:
        """A name."""
        return "reader"

    def has_usable_password(self) -> bool:
        """No link to change it."""
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Yes."""
        return True


class AsReader:
    """As Django wants it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """As Django wants it."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """As the reader."""
        request.user = Reader()  # type: ignore[assignment]
        return self.get_response(request)
