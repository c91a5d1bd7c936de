"""Agents held against staff and customers' contacts: an agent must be neither (反不正当竞争法 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from assay.customers.models import Contact
from assay.furniture.identity import phone_key
from assay.furniture.reader import series
from assay.furniture.seal import Sealed, fingerprint
from assay.furniture.spans import meeting
from assay.incentives.models import PayMonth, Statement
from assay.people.models import Agent, Employee
from assay.sales.models import Order

STAFF, CONTACT, NAMESAKE = "staff", "contact", "namesake"


@dataclass(frozen=True)
class Match:
    """An agent who is also somebody else: kind is staff, contact or namesake, subject names both for good."""

    statement: Statement
    kind: str
    said: str
    subject: str


def matches(row: PayMonth, held: list[Statement]) -> list[Match]:
    """Agents of a month who share a name, phone or identity number with staff of that month, or a
    phone or a name with a customer's contact. Of one who brought nothing of that customer a name by
    itself is a namesake: shown with both phones masked, for it is a hint and no more.
    """
    agents = [(one, one.agent) for one in held if one.agent is not None]
    if not agents:
        return []
    found = [*_staff(row, agents), *_contacts(agents)]
    return sorted(found, key=lambda each: (each.statement.code, each.kind, each.subject))


Agents = list[tuple[Statement, Agent]]


def _names(agent: Agent) -> set[str]:
    """A person's own name; of a company the person to talk to."""
    return {name for name in (agent.name, agent.contact) if name}


def _mark(sealed: Sealed | None) -> str:
    return fingerprint(phone_key(sealed.open())) if sealed else ""


def _staff(row: PayMonth, agents: Agents) -> Iterator[Match]:
    names = {name for _one, agent in agents for name in _names(agent)}
    phones = any(agent.phone for _one, agent in agents)
    people = list(Employee.objects.filter(meeting(row.month.first, row.month.after)).order_by("pk"))
    marks = {person.pk: _mark(person.phone) if phones else "" for person in people}
    for one, agent in agents:
        own = _mark(agent.phone)
        for person in people:
            how = {
                "id": bool(agent.id_mark) and agent.id_mark == person.id_mark,
                "phone": bool(own) and own == marks[person.pk],
                "name": person.name in names and person.name in _names(agent),
            }
            if any(how.values()):
                said = _("员工 %(name)s %(number)s：%(how)s相同") % {
                    "name": person.name, "number": person.number, "how": _how(how),
                }  # fmt: skip
                yield Match(one, STAFF, said, _subject(STAFF, agent, person.pk, how))


def _contacts(agents: Agents) -> Iterator[Match]:
    """All customers' contacts by phone and by name; two queries."""
    marks = {agent.pk: _mark(agent.phone) for _one, agent in agents}
    names = {name for _one, agent in agents for name in _names(agent)}
    pairs = Order.objects.filter(agent__in=list(marks)).values_list("agent", "customer")
    brought = set(pairs.distinct())
    rows = Contact.objects.filter(left=False, customer__merged_into=None).select_related("customer")
    by_phone = Q(phone_mark__in=set(marks.values()) - {""})
    found = list(rows.filter(by_phone | Q(name__in=names)).order_by("pk"))
    for one, agent in agents:
        for contact in found:
            how = {
                "phone": bool(marks[agent.pk]) and contact.phone_mark == marks[agent.pk],
                "name": contact.name in _names(agent),
            }
            if any(how.values()):
                near = how["phone"] or (agent.pk, contact.customer_id) in brought
                kind = CONTACT if near else NAMESAKE
                said = _("%(customer)s 的联系人 %(name)s：%(how)s相同") % {
                    "customer": contact.customer.called, "name": contact.name, "how": _how(how),
                }  # fmt: skip
                if not near:
                    said += _("；手机 %(theirs)s，代理商的 %(ours)s") % {
                        "theirs": contact.phone or "—", "ours": agent.phone or "—",
                    }  # fmt: skip
                yield Match(one, kind, said, _subject(kind, agent, contact.pk, how))


def _how(how: Mapping[str, bool]) -> str:
    words: dict[str, Any] = {"id": _("证件号"), "phone": _("手机"), "name": _("姓名")}
    return series(str(words[name]) for name, same in how.items() if same)


def _subject(kind: str, agent: Agent, other: int, how: Mapping[str, bool]) -> str:
    return f"{kind}:{agent.code}:{other}:{'+'.join(name for name, same in how.items() if same)}"
