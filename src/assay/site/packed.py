"""Pages and sheets go over the wire compressed; workbooks, papers and pictures are so already."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = ("text/", "application/javascript", "application/json", "image/svg+xml")


class Packed(GZipMiddleware):
    """Django's own compression, which hides the length of secrets, for texts alone."""

    def process_response(self, request: HttpRequest, response: Any) -> HttpResponseBase:
        """The response, compressed where it is a text and the browser takes it."""
        if not response.get("Content-Type", "").startswith(TEXTS):
            return response  # type: ignore[no-any-return]
        return super().process_response(request, response)
