"""Security headers: what a page may load, and from where; whose address a proxy passes on."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


class Headers:
    """Middleware: a content policy without inline scripts or styles, on every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """As Django wants it."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers. Behind a proxy the address is the last one it names: its own caller's."""
        told = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if settings.PROXIED and told:
            request.META["REMOTE_ADDR"] = told.rsplit(",", 1)[-1].strip()[:45]
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        answer.headers.setdefault("X-Frame-Options", "DENY")
        answer.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return answer
