"""docs/screenshots holds every picture the script takes, and no other."""

from __future__ import annotations

from tests.browser.looking import WIDTHS
from tests.browser.screenshots import MOST, OUT, SHOTS


def test_every_page_of_the_walk_has_its_pictures():
    wanted = {f"{shot.name}-{width}.webp" for shot in SHOTS for width in WIDTHS}
    wanted |= {f"{shot.name}-1440-dark.webp" for shot in SHOTS if shot.dark}
    there = {path.name for path in OUT.glob("*.webp")}
    assert there == wanted
    assert sum(path.stat().st_size for path in OUT.glob("*.webp")) <= MOST
