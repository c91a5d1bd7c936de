"""Numbers as addresses and forms name rows, versions and years: such as a database can hold."""

from __future__ import annotations

MOST = 2**63 - 1


def number(text: str, least: int = 0, most: int = MOST) -> int | None:
    """A whole number in plain digits; None for anything else, and beyond its bounds.

    Python counts ² and ７ as digits too, and would read numbers longer than any database keeps.
    """
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(MOST))
    found = int(text) if plain else -1
    return found if least <= found <= most else None
