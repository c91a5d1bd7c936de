"""Agents register prospects; the department notes what the market does and runs campaigns."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.customers.actions.archive import open_customer
from assay.customers.actions.base import locked, turn_over, written
from assay.customers.models import Campaign, Customer, Guest, MarketNote, Prospect
from assay.customers.names import name_key, tax_key
from assay.customers.queries.days import rules
from assay.customers.queries.lookups import twins
from assay.customers.queries.prospects import verdict
from assay.errors import UserError
from assay.furniture.identity import phone_key
from assay.furniture.numbering import next_number
from assay.furniture.seal import fingerprint, seal
from assay.people.models import Agent, Employee


@transaction.atomic
def register_prospect(
    agent: Agent,
    *,
    name: str,
    contact: str,
    phone: str = "",
    tax_number: str = "",
    text: str = "",
    day: date | None = None,
) -> Prospect:
    """Hold a company for an agent for the days of protection; UserError where it is not free."""
    today = day or timezone.localdate()
    expire(today)
    found = verdict(agent, name, tax_number, phone, today)
    if not found.free:
        raise UserError(found.said)
    row = Prospect(
        number=next_number("BB", today), agent=agent, name=name.strip(), name_key=name_key(name),
        tax_number=tax_key(tax_number), contact=contact, text=text, day=today,
        protected_until=today + timedelta(rules().prospect_protection),
    )  # fmt: skip
    if phone:
        row.phone, row.phone_mark = seal(phone_key(phone)), fingerprint(phone_key(phone))
    row.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise UserError(_("别的代理商刚刚报备了这家单位")) from None
    return row


def expire(today: date) -> int:
    """Registrations whose days of protection are over; how many."""
    over = list(Prospect.objects.filter(state="held", protected_until__lt=today))
    for row in over:
        row.state = "expired"
    Prospect.objects.bulk_update(over, ["state"])
    return len(over)


@transaction.atomic
def withdraw_prospect(prospect: Prospect) -> Prospect:
    """Give a registration up."""
    return _ended(prospect, "withdrawn", "")


@transaction.atomic
def refuse_prospect(prospect: Prospect, *, answer: str) -> Prospect:
    """Turn a registration down, with a reason the agent reads."""
    return _ended(prospect, "refused", answer)


@transaction.atomic
def convert_prospect(
    prospect: Prospect, *, owner: Employee, answer: str = "", anyway: bool = False
) -> Prospect:
    """Open the customer a registration led to, brought by this agent, looked after by `owner`.

    The same company in the pool is taken out of it, as the agent was told; TwinError where it is
    somebody's by now. `anyway` opens another one beside a customer of the same name or phone.
    """
    held = _held(prospect)
    phone = held.phone.open() if held.phone else ""
    same = [t.customer for t in twins(held.name, held.tax_number, [phone]) if t.why != "like"]
    if same and same[0].pooled_on and not anyway:
        customer = _out_of_pool(same[0], held.agent, owner)
    else:
        customer = open_customer(
            name=held.name, owner=owner, source="agent", agent=held.agent, anyway=anyway,
            tax_number=held.tax_number,
            contact={"name": held.contact, "part": "purchase", "phone": phone},
        )  # fmt: skip
    held.state, held.customer, held.answer = "converted", customer, answer
    held.save()
    return held


def _out_of_pool(customer: Customer, agent: Agent, owner: Employee) -> Customer:
    now = locked(customer)
    now.source, now.agent = "agent", agent
    today = timezone.localdate()
    turn_over(
        now, owner, how="assigned", day=today, protect=rules().pick_protection,
        reason=_("代理商 %(name)s 报备") % {"name": agent.name},
    )  # fmt: skip
    return written(now)


def _held(prospect: Prospect) -> Prospect:
    held: Prospect = Prospect.objects.select_for_update().get(pk=prospect.pk)
    if held.state != "held":
        raise UserError(_("这条报备%(state)s") % {"state": held.get_state_display()})
    return held


def _ended(prospect: Prospect, state: str, answer: str) -> Prospect:
    held = _held(prospect)
    held.state, held.answer = state, answer
    held.full_clean()
    held.save()
    return held


def note_market(*, by: Employee, day: date | None = None, **said: Any) -> MarketNote:
    """What somebody learnt about the market, and proposes."""
    row = MarketNote(employee=by, day=day or timezone.localdate(), **said)
    row.full_clean()
    row.save()
    return row


def set_campaign(campaign: Campaign | None, **said: Any) -> Campaign:
    """Plan a campaign, or correct it."""
    row = campaign or Campaign()
    for name, value in said.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return row


def invite(campaign: Campaign, customer: Customer, *, came: bool = False) -> Guest:
    """Ask a customer to a campaign; said again, note whether somebody came."""
    found = Guest.objects.filter(campaign=campaign, customer=customer).first()
    guest = found or Guest(campaign=campaign, customer=customer)
    guest.came = came
    guest.full_clean()
    guest.save()
    return guest
