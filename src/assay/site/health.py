"""Whether the site can answer: 200 when the database does, 503 otherwise."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from assay.people.gate import PUBLIC, needs


@needs(PUBLIC)
def healthz(request: HttpRequest) -> HttpResponse:
    """For whoever watches the server."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return HttpResponse("database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
