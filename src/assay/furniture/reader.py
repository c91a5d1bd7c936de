"""Who reads a page: the language in which the plan's own words are told to him, and its signs."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

SIGNS = {"，": ", ", "、": ", ", "；": "; ", "：": ": "}  # between words, and in English


def reader_language() -> str:
    """zh or en: the language of whoever asks."""
    return (get_language() or "zh")[:2]


def reads_chinese() -> bool:
    """Whether whoever asks reads Chinese."""
    return reader_language() == "zh"


def sign(said: str) -> str:
    """A sign between words as the reader's language prints it; one of SIGNS."""
    return said if reads_chinese() else SIGNS[said]


def series(words: Iterable[object], between: str = "、") -> str:
    """Words one after another as the reader's language has them: 甲、乙; one, two."""
    return sign(between).join(str(word) for word in words)


def labelled(head: object, said: object) -> str:
    """What is said of something, behind its name: 甲：乙; one: two."""
    return f"{head}{sign('：')}{said}"
