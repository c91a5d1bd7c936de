"""What stands in a page, read by tests."""

from __future__ import annotations

import re


def only(pattern: str, text: str) -> str:
    """What a pattern's group holds in a text; it must stand there."""
    found = re.search(pattern, text, re.S)
    assert found is not None, pattern
    return found[1]
