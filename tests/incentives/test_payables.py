"""Each payable is what statements less payments come to, and what moves it otherwise is named."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from assay.incentives.models import (
    PayMonth,
    Statement,
)
from assay.incentives.queries.auditing import audit
from assay.ledger.actions import post as write
from assay.ledger.entry import Entry, Posting
from assay.ledger.queries import balance
from tests import factories
from tests.incentives.steps import MONTH, press, signed
from tests.story.test_two_months import _pay, _pay_agent
from tests.tidying import guards_off

pytestmark = pytest.mark.django_db


def test_each_payable_is_what_statements_less_payments_come_to(desks, house):
    factories.order(house.first, pieces=50, ratio="0.9", of=house.good, placed=True,
                    channel="store", shop=house.shop, day=date(2026, 3, 15))  # fmt: skip
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    agent = Statement.objects.get(agent=house.agent)
    _pay_agent(desks["finance"], agent)
    shop = Statement.objects.get(shop=house.shop)
    said = {"on": "2026-04-10", "reference": "20260410-77", "amount": "100"}
    press(desks["finance"], f"/pay/statements/{shop.pk}/transfer/", **said)
    _pay(desks["finance"], MONTH, "2026-03")
    assert PayMonth.objects.get().state == "paid"
    assert balance("payable.store:Y01") == shop.total - 100_00 > 0
    assert audit() == [], "statements less wages, less the claim, less the transfer"
    # A payment that was made and is no longer on record as paid.
    claim = agent.claims.get()
    state = "UPDATE incentives_claim SET state = %s WHERE id = %s"
    with guards_off(), connection.cursor() as cursor:
        cursor.execute(state, ["received", claim.pk])
    told = audit()
    assert any(f"A01：账上应付 0 分，应为 {agent.total} 分" in said for said in told), told
    assert any(f"来源“claim:{claim.pk}”没有对应的记录" in said for said in told)
    with guards_off(), connection.cursor() as cursor:
        cursor.execute(state, ["paid", claim.pk])
    assert audit() == []
    # Money that moves a payable with no record of pay behind it.
    write(Entry("stray", date(2026, 4, 11), "", (Posting("payable.payee:S01", "bank", 7),)))
    told = audit()
    assert any(said.startswith("stray：动了应付") for said in told), "it is of no month"
    assert any("S01：账上应付 -7 分，应为 0 分" in said for said in told)
