"""What waits for each seller in the sample department today: next steps, protections that end soon."""

from __future__ import annotations

from datetime import date, timedelta

from assay.customers import actions
from assay.customers.models import Customer
from assay.customers.queries.owning import pool
from assay.samples.department import SELLERS
from assay.samples.present import LEFT, Present
from assay.site.demo.people import House

# (days since, days until the next step, how, what was said)
STEPS = (
    (9, -1, "call", "春节福利等工会开会，{next}再问结果"),
    (6, 0, "visit", "看过样品，要礼盒小样，{next}送去"),
    (4, 0, "message", "预算批了，{next}报最终价"),
    (3, 1, "call", "人数增加三十，{next}发新报价"),
    (7, 3, "visit", "谈年会抽奖金条，{next}带合同"),
    (2, 6, "call", "新任采购刚到，{next}约见面"),
)
# Who picked something out of the pool and how long ago: protected for 30 days.
PICKED = (
    ("S04", 29), ("S04", 27), ("S04", 25), ("S04", 33), ("S01", 28), ("S02", 26), ("S05", 32),
    ("S08", 24), ("S03", 29),
)  # fmt: skip


def wait(house: House, told: Present) -> None:
    """Write it, up to today."""
    _steps(house, told)
    _picks(house, told)
    actions.skip_night(told.until)


def _steps(house: House, told: Present) -> None:
    for seller in (s for s in SELLERS if s != LEFT):
        owner = house.employees[seller]
        own = Customer.objects.filter(owner=owner).exclude(code__in=list(told.stops))
        for customer, (since, left, how, said) in zip(own.order_by("-code"), STEPS, strict=False):
            ahead = told.until + timedelta(left)
            actions.log_visit(
                customer, by=owner, kind=how, day=told.until - timedelta(since),
                said=said.format(next=f"下一步 {ahead.month}-{ahead.day} "),
                contact=customer.contacts.order_by("pk").first(),
            )  # fmt: skip


def _picks(house: House, told: Present) -> None:
    lying = list(pool().order_by("pooled_on", "pk"))
    for customer, (seller, since) in zip(lying, PICKED, strict=False):
        day: date = told.until - timedelta(since)
        if customer.pooled_on is not None and customer.pooled_on < day:
            actions.pick(customer, by=house.employees[seller], day=day)
