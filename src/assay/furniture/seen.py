"""What is shown to whom: every reveal of masked data and every export leaves an entry."""

from __future__ import annotations

from django.db import models
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import override

from assay.furniture.kept import actor
from assay.furniture.models import AccessEntry


def note(
    request: HttpRequest | None,
    kind: str,
    what: str | Promise,
    *,
    row: models.Model | None = None,
    rows: int | None = None,
    why: str = "",
) -> None:
    """Write an entry: kind is reveal, export or file; `what` says it in a person's words.

    A text that waits for its language is kept in Chinese, so that readers of either find it in theirs.
    """
    with override("zh-hans"):
        said = str(what)[:200]
    user, name = actor()
    AccessEntry.objects.create(
        user_id=user, who=name, kind=kind, what=said, rows=rows, why=why[:200],
        label=row._meta.label_lower if row is not None else "",
        key=row.pk if row is not None else None,
        address=(request.META.get("REMOTE_ADDR") or "")[:45] if request is not None else "",
    )  # fmt: skip
