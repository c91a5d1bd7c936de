"""Whose an account of the books is: the name of the payee, agent or shop behind its code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from assay.ledger.models import Account
from assay.people.models import Agent, Employee, Shop

WHO: dict[str, tuple[Any, str]] = {
    "payable.payee": (Employee, "number"), "payable.agent": (Agent, "code"),
    "payable.store": (Shop, "code"),
}  # fmt: skip


def names_of(accounts: Iterable[Account]) -> dict[int, str]:
    """Account -> the name of its party, where it is somebody the house pays; a query for each kind."""
    kinds: dict[str, dict[str, int]] = defaultdict(dict)
    for account in accounts:
        if account.party and account.control in WHO:
            kinds[account.control][account.party] = account.pk
    found: dict[int, str] = {}
    for control, parties in kinds.items():
        model, key = WHO[control]
        rows = model.objects.filter(**{f"{key}__in": list(parties)}).values_list(key, "name")
        found |= {parties[code]: name for code, name in rows}
    return found
