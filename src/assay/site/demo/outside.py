"""What comes to the sample department from outside: enquiries, agents' registrations, notes, campaigns."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from assay.customers import actions
from assay.customers.models import Customer
from assay.samples.department import SELLERS
from assay.site.demo import names
from assay.site.demo.people import House


def surround(house: House, today: date) -> None:
    """All of it, the last days before today."""
    owned = list(
        Customer.objects.filter(owner__isnull=False).select_related("owner").order_by("code")
    )
    _enquiries(house, owned, today)
    for nth, name in enumerate(names.PROSPECTS):
        agent = house.agents[("A01", "A02")[nth % 2]]
        actions.register_prospect(
            agent, name=name, contact=names.ASKERS[nth], phone=f"1997777{nth:04d}",
            text="年底福利，约 200 人", day=today - timedelta((86, 5, 23, 61)[nth]),
        )  # fmt: skip
    for nth, (kind, rival, text, proposal) in enumerate(names.NOTES):
        actions.note_market(
            by=house.employees[SELLERS[nth]], kind=kind, rival=rival, text=text, proposal=proposal,
            day=today - timedelta(6 * nth),
        )  # fmt: skip
    for name, products, after, budget in names.CAMPAIGNS:
        start = today + timedelta(after)
        campaign = actions.set_campaign(
            None, name=name, products=products, start=start, stop=start + timedelta(2), budget=budget,
            cost=budget * 93 // 100 if after < 0 else 0,
        )  # fmt: skip
        for nth, customer in enumerate(owned[-after % 11 :: 17]):
            actions.invite(campaign, customer, came=after < 0 and nth % 4 != 0)


def _enquiries(house: House, owned: list[Customer], today: date) -> None:
    """The first few wait for an answer; each customer's own to its owner, the rest to the sellers."""
    begun = timezone.make_aware(datetime(today.year, today.month, today.day, 9, 30))
    for nth, text in enumerate(names.ENQUIRIES):
        customer = owned[nth * 7] if nth % 3 else None
        at = begun - timedelta(days=nth + 1) + timedelta(hours=7 if nth < 2 else 0)
        row = actions.take_enquiry(
            asker=names.ASKERS[nth % len(names.ASKERS)], channel=("phone", "wechat", "shop", "web")[nth % 4],
            text=text, phone=f"1998888{nth:04d}", customer=customer, at=at,
            employee=None if customer else house.employees[SELLERS[(3 + nth) % 6]],
        )  # fmt: skip
        if nth > 3:
            actions.answer_enquiry(
                row, answer="已电话答复，发了报价和样册", at=at + timedelta(hours=2)
            )
