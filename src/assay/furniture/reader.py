"""Who reads a page: the language in which the plan's own words are told to him."""

from __future__ import annotations

from django.utils.translation import get_language


def reader_language() -> str:
    """zh or en: the language of whoever asks."""
    return (get_language() or "zh")[:2]
