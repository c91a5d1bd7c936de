"""A house with one of everything, so that every address can be opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from tests import factories


@dataclass
class House:
    """Objects by the name an address gives to their number."""

    logins: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def browser(self, role: str) -> Client:
        browser = Client()
        browser.force_login(self.logins[role], "django.contrib.auth.backends.ModelBackend")
        return browser


def house() -> House:
    """Made by factories; each room adds its objects under the prefix of its address names."""
    made = House()
    team, shop = factories.department(code="KA"), factories.shop()
    people = {
        role: factories.employee(role, shop if role == "clerk" else team)
        for role in ("salesperson", "manager", "finance", "clerk", "hr", "director")
    }
    made.logins = {role: factories.login(role, person) for role, person in people.items()}
    made.logins |= {"agent": factories.login("agent"), "admin": factories.login("admin")}
    made.numbers["people:"] = people["salesperson"].pk
    return made


def words(made: House, name: str, pattern: Any) -> dict[str, Any]:
    """What an address needs: `pk` is the number under the longest prefix of its name."""
    needed = pattern.pattern.converters
    if not needed:
        return {}
    prefix = max((p for p in made.numbers if name.startswith(p)), key=len)
    return dict.fromkeys(needed, made.numbers[prefix])
