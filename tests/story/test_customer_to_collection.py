"""From a customer to his money: opportunity, quotation, approval, order, pick-up, collection, pay."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from django.utils import timezone

from assay.customers.models import Customer
from assay.sales.models import Opportunity, Order, Receipt
from tests import factories
from tests.conftest import PLAN, assay

pytestmark = pytest.mark.django_db


def test_a_customer_becomes_an_order_that_is_paid_for_and_pays(tmp_path):
    today = timezone.localdate()
    team, shop = factories.department(code="KA"), factories.shop(code="Y01")
    seller = factories.employee("salesperson", team, number="S01", name="赵敏")
    staff = {
        "seller": factories.signed_in(who=seller),
        "manager": factories.signed_in(who=factories.employee("manager", team, number="M01")),
        "clerk": factories.signed_in(who=factories.employee("clerk", shop)),
        "finance": factories.signed_in("finance"),
    }  # fmt: skip
    said: dict[str, Any] = {
        "name": "云岭电力设计院", "source": "own", "contact_name": "杨慧敏",
        "contact_part": "decide", "contact_phone": "13812345678",
    }  # fmt: skip
    assert staff["seller"].post("/customers/open/", said).status_code == 302
    customer = Customer.objects.get()
    assert (customer.owner, customer.contacts.get().name) == (seller, "杨慧敏")
    good = factories.good(price=10_000_000, cost=6_000_000)
    day = today.isoformat()
    said = {
        "customer": customer.code, "title": "春节福利", "seller": seller.pk, "day": day,
        "stage": "lead", "expected": "10万", "expected_on": day,
    }  # fmt: skip
    assert staff["seller"].post("/sales/opportunities/new/", said).status_code == 302
    chance = Opportunity.objects.get()
    said = {
        "head-customer": customer.code, "head-channel": "direct", "head-day": day,
        "head-seller": seller.pk, "head-pickup_shop": shop.pk, "head-opportunity": chance.pk,
        "all-overall": "7.2折", "line0-good": good.number, "line0-quantity": "1",
    }  # fmt: skip
    assert staff["seller"].post("/sales/orders/new/", said).status_code == 302
    order = Order.objects.get()
    url = f"/sales/orders/{order.pk}"
    staff["seller"].post(f"{url}/ask/", {"why": "工会定价", "version": order.version})
    sign = order.requests.get().signs.get()
    staff["manager"].post(f"/sales/approvals/sign/{sign.pk}/agree/", {})
    staff["seller"].post(f"{url}/place/", {"version": order.version})
    order.refresh_from_db()
    chance.refresh_from_db()
    assert (order.status, chance.stage) == ("open", "won")
    line = order.lines.get()
    staff["clerk"].post(f"/sales/waiting/{order.pk}/", {f"q{line.pk}": "1", "person": "周敏"})
    said = {"day": day, "amount": "7.2万", "payer": customer.name, "method": "transfer"}
    staff["finance"].post("/sales/receipts/new/", said)
    receipt = Receipt.objects.get()
    said = {"order": order.number, "amount": "72000"}
    staff["finance"].post(f"/sales/receipts/{receipt.pk}/match/", said)
    order.refresh_from_db()
    assert (order.status, order.owed) == ("completed", 0)
    assert Customer.objects.get(pk=customer.pk).last_paid == today
    answer = staff["finance"].get("/sales/facts/")
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path / "facts")
    ran = assay("run", PLAN, "--facts", tmp_path / "facts", "--out", tmp_path / "run")
    assert ran.status == 0, ran.err
    with (tmp_path / "run" / "statements.csv").open(encoding="utf-8-sig", newline="") as stream:
        paid = {(r["payee_id"], r["line"]): r["amount"] for r in csv.DictReader(stream)}
    assert paid["S01", "commission"] == "1040.00"  # (72000-20000)*2%
    assert paid["M01", "override"] == "260.00"  # (72000-20000)*0.5%
