"""Texts read: a company written in two ways has one key; a note names the day of the next step."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_FORMS = re.compile(
    r"(股份有限责任公司|有限责任公司|股份有限公司|集团有限公司|有限公司|分公司|总公司|公司|集团|co\.?,?ltd\.?|inc\.?|llc)$"
)
_NEXT = re.compile(
    r"(?:下一步|下次|next)\D{0,8}?(?:(\d{4})[-年/])?(\d{1,2})[-月/](\d{1,2})", re.IGNORECASE
)
_KEPT = re.compile(r"[^\w]|_")


def name_key(name: str) -> str:
    """「云岭电力（上海） 有限公司」 and 「云岭电力(上海)」 have one key; never empty for a name."""
    plain = unicodedata.normalize("NFKC", name).lower().strip()
    squeezed = re.sub(r"\s+", "", plain)
    bare = _FORMS.sub("", squeezed)
    return (_KEPT.sub("", bare) or _KEPT.sub("", squeezed) or squeezed or plain)[:120]


def tax_key(text: str) -> str:
    """A taxpayer's number in capitals without spaces."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def next_day(text: str, today: date) -> date | None:
    """The day a note names for the next step: 下一步 11-25, 下次12月3日; the coming one of it."""
    found = _NEXT.search(text)
    if found is None:
        return None
    year, month, day = found.groups()
    for candidate in (int(year),) if year else (today.year, today.year + 1):
        try:
            on = date(candidate, int(month), int(day))
        except ValueError:
            return None
        if year or on >= today:
            return on
    return None
