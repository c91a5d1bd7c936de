"""What people owe of their pay: carried until a payroll file takes it back, settled where none will."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from assay.incentives.models import PayMonth, Settling
from assay.incentives.queries.parties import KINDS, PAYABLES, STAFF
from assay.incentives.queries.payroll import carried_on
from assay.ledger.models import Account
from assay.people.access import Viewer, one
from assay.people.models import Agent, Employee, Shop
from assay.period import Month

Party = Employee | Agent | Shop
FIELDS = {Employee: "employee", Agent: "agent", Shop: "shop"}


@dataclass(frozen=True)
class Owing:
    """Somebody whose months came to less than nothing: how much is left, in 分, and what happens to it.

    account: his own in the books; open: the month that is still to be locked before
    it is known what he owes at the end; waiting: what finance has asked for.
    """

    party: Party
    code: str
    account: Account
    left: int
    here: bool
    open: Month | None
    waiting: Settling | None

    @property
    def settled(self) -> bool:
        """Whether nothing will take it back, so that it is settled by hand."""
        return not self.here and self.open is None


def owing(today: date, party: Party | None = None) -> list[Owing]:
    """Everyone (or one) who owes after the last locked month: people, then agents, then shops.

    Of people what payroll files carry; of agents and shops what stands below zero in the books.
    """
    last = _latest()
    if last is None:
        return []
    asked = Settling.objects.filter(state="asked").select_related(
        "asked_by", "employee", "agent", "shop"
    )
    waiting = {row.account: row for row in asked}
    found = []
    for kind in KINDS:
        held = {row.party: row for row in Account.objects.filter(control=kind.payable)}
        if kind is STAFF:
            left = {code: -sum_ for code, sum_ in carried_on().items()}
        else:
            left = {code: -row.held for code, row in held.items() if row.held < 0}
        people = kind.model.objects.filter(**{f"{kind.key}__in": left}).order_by(kind.key)
        if party is not None:
            people = people.filter(pk=party.pk) if type(party) is kind.model else people.none()
        for who in people:
            code = getattr(who, kind.key)
            here = who.stop is None or who.stop > today
            found.append(
                Owing(
                    who, code, held[code], left[code], here,
                    None if here else _unlocked(who.stop, last), waiting.get(held[code].code),
                )
            )  # fmt: skip
    return found


def _unlocked(stop: date, last: PayMonth) -> Month | None:
    """The month he worked in last, where it is not locked yet."""
    worked = Month.of(stop - timedelta(1))
    return worked if worked.index > last.month.index else None


def party_of(account: Account) -> Party:
    """Whom a payable is owed to. Http404 where it is nobody's."""
    kind = PAYABLES[account.control]
    found: Party = one(kind.model.objects.all(), **{kind.key: account.party})
    return found


def _latest() -> PayMonth | None:
    found: PayMonth | None = (
        PayMonth.objects.filter(state__in=PayMonth.SHUT).order_by("-month").first()
    )
    return found


def to_decide(who: Viewer) -> list[Settling]:
    """What waits for this one's word: neither asked by him nor owed by him. None for who decides nothing."""
    if not who.may("pay.settle"):
        return []
    rows = Settling.objects.filter(state="asked").exclude(asked_by=who.employee_id)
    mine = Q(employee__isnull=False, employee=who.employee_id)
    return list(rows.exclude(mine).order_by("pk"))


def decided() -> list[Settling]:
    """What was settled or refused, newest first."""
    rows = Settling.objects.exclude(state="asked").order_by("-decided_at")
    return list(rows.select_related("employee", "agent", "shop", "asked_by", "decided_by")[:50])
