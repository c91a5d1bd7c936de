"""Whom the house owes pay, as the books have it: people, agents and shops, by their accounts and names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assay.incentives.models import Statement
from assay.ledger.chart import account_code
from assay.ledger.models import Account
from assay.people.models import Agent, Employee, Shop


@dataclass(frozen=True)
class Kind:
    """A kind of payee: the expense and the payable that his pay moves; the records, by their codes."""

    expense: str
    payable: str
    model: Any
    key: str

    def account(self, code: str) -> str:
        """The account of what one of them is owed."""
        return account_code(self.payable, code)


STAFF = Kind("expense.commission", "payable.payee", Employee, "number")
# Agents have a payable of their own (财税〔2009〕29号); nothing is netted.
AGENT = Kind("expense.agent", "payable.agent", Agent, "code")
STORE = Kind("expense.store", "payable.store", Shop, "code")
KINDS = (STAFF, AGENT, STORE)
PAYABLES = {kind.payable: kind for kind in KINDS}


def kind_of(statement: Statement) -> Kind:
    """The kind of a statement's payee. Told by whose it is, not by role names."""
    return AGENT if statement.agent_id else STORE if statement.shop_id else STAFF


def kind_paid_as(role: str) -> Kind:
    """The kind of whoever is paid in a role, where there is no statement yet."""
    return {"agent": AGENT, "store": STORE}.get(role, STAFF)


def payable_of(statement: Statement) -> str:
    """The account of what a statement's payee is owed."""
    return kind_of(statement).account(statement.code)


def names_of(accounts: Iterable[Account]) -> dict[int, str]:
    """Account -> the name of its party, where it is somebody the house pays; a query for each kind."""
    held: dict[str, dict[str, int]] = defaultdict(dict)
    for account in accounts:
        if account.party and account.control in PAYABLES:
            held[account.control][account.party] = account.pk
    found: dict[int, str] = {}
    for control, parties in held.items():
        kind = PAYABLES[control]
        rows = kind.model.objects.filter(**{f"{kind.key}__in": list(parties)})
        found |= {parties[code]: name for code, name in rows.values_list(kind.key, "name")}
    return found
