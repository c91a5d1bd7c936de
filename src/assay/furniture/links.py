"""Addresses of rows: looked up once by name, then only the key is put in; a list needs a hundred of them."""

from __future__ import annotations

from functools import cache

from django.urls import reverse

_ANY = 987_654_321_987


@cache
def _around(name: str, words: tuple[str, ...]) -> tuple[str, str]:
    """What stands before and behind the key."""
    before, _key, behind = reverse(name, args=[*words, _ANY]).partition(str(_ANY))
    return before, behind


def page_at(name: str, key: int, *words: str) -> str:
    """The address of a row's page, as reverse(name, args=[*words, key]) gives it."""
    before, behind = _around(name, words)
    return f"{before}{key}{behind}"
