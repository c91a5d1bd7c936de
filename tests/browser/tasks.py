"""A desk as a task begins on it: what is pressed is counted, and where the task is done is three presses away."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

MOST = 3  # presses from the desk to where the task is done; what is typed there is not counted


class Desk:
    """The window of a role, on its first page."""

    def __init__(self, page: Any) -> None:
        """`page`: signed in."""
        self.page = page
        self.pressed = 0
        page.goto("/")

    def press(self, what: Any) -> None:
        """Click on it: a selector, or found already."""
        self.pressed += 1
        self.found(what).click()
        self.page.wait_for_load_state("domcontentloaded")

    def key(self, key: str) -> None:
        """One key."""
        self.pressed += 1
        self.page.keyboard.press(key)

    def found(self, what: Any) -> Any:
        """The first of what a selector means in the page proper."""
        return (self.page.locator("main").locator(what) if isinstance(what, str) else what).first

    def there(self, what: Any) -> Any:
        """Where the task is done: on the screen, by three presses at most."""
        one = self.found(what)
        expect(one).to_be_visible()
        assert self.pressed <= MOST, f"{self.pressed} presses to {what}"
        return one

    def fill(self, name: str, said: str) -> None:
        """Type into a field of the form at hand."""
        self.page.locator(f"main [name={name}]").last.fill(said)

    def shows(self, said: Any) -> None:
        """The page says so."""
        expect(self.page.locator("main")).to_contain_text(said)

    def done(self, said: Any) -> None:
        """It was told that it is done."""
        expect(self.page.locator(".said").first).to_contain_text(said)
