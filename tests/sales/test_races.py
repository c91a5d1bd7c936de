"""Two people at the same moment, on the pages: one wins, the other is told, nothing is doubled."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from assay.customers import actions as customers
from assay.customers.models import Customer, Purchase
from assay.furniture.models import Job
from assay.sales.actions import approvals, money
from assay.sales.models import Match, Order, PickUp, Receipt, Request
from tests import factories
from tests.races import at_once, environment, process

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team():
    """A manager, a director and a seller with a quotation at 7折 that waits for approval."""
    place = factories.department()
    manager, seller = factories.employee("manager", place=place), factories.employee(place=place)
    director = factories.employee("director")
    order = factories.order(seller, ratio="0.7")
    request = approvals.ask(order, by=seller, why="老客户")
    people = {"manager": manager, "director": director, "seller": seller}
    return people, Order.objects.get(pk=order.pk), request


def browsers(people, *roles):
    return [factories.signed_in(who=people[role]) for role in roles]


def again(browser) -> Client:
    """The same person in a second window."""
    other = Client()
    other.cookies = browser.cookies
    return other


def told(answer) -> str:
    return str(answer.content.decode())


def post(browser, url, **said):
    return lambda: told(browser.post(url, said, follow=True))


def test_one_approver_agrees_while_the_other_refuses(team):
    people, order, request = team
    first = request.signs.get()
    second = approvals.add_signer(first, by=people["manager"], who=people["director"])
    manager, director = browsers(people, "manager", "director")
    pages = at_once(
        post(manager, f"/sales/approvals/sign/{first.pk}/agree/", comment=""),
        post(director, f"/sales/approvals/sign/{second.pk}/refuse/", comment="不行"),
    )
    request.refresh_from_db()
    order.refresh_from_db()
    assert (request.state, order.approval) == ("refused", "refused")
    said = {sign.who_id: sign.said for sign in request.signs.all()}
    assert said[people["director"].pk] == "refused"
    if said[people["manager"].pk] == "void":
        assert "已经办过了" in pages[0]


def test_a_button_pressed_twice_at_once_signs_once(team):
    people, order, request = team
    sign = request.signs.get()
    (one,) = browsers(people, "manager")
    other = again(one)
    url = f"/sales/approvals/sign/{sign.pk}/agree/"
    pages = at_once(post(one, url, comment=""), post(other, url, comment=""))
    order.refresh_from_db()
    assert order.approval == "granted"
    assert sum("已经办过了" in page for page in pages) == 1


def test_withdrawn_while_it_is_agreed_to(team):
    people, order, request = team
    manager, seller = browsers(people, "manager", "seller")
    pages = at_once(
        post(manager, f"/sales/approvals/sign/{request.signs.get().pk}/agree/", comment=""),
        post(seller, f"/sales/approvals/{request.pk}/withdraw/"),
    )
    request.refresh_from_db()
    order.refresh_from_db()
    assert (request.state, order.approval) in (("agreed", "granted"), ("withdrawn", "needed"))
    assert sum("已经办过了" in page for page in pages) == 1


def sheet(order, ratio):
    """The order as its page posts it, at another discount."""
    return {
        "order": order.pk, "all-version": order.version, "all-overall": ratio,
        "head-customer": order.customer.code, "head-channel": "direct", "head-seller": order.seller.pk,
        "head-day": order.day.isoformat(), "line0-good": factories.good_of(order), "line0-quantity": 10,
    }  # fmt: skip


def test_an_order_edited_while_it_is_approved_is_never_approved_at_a_price_nobody_saw(team):
    people, order, request = team
    manager, seller = browsers(people, "manager", "seller")
    sign = request.signs.get()
    pages = at_once(
        post(manager, f"/sales/approvals/sign/{sign.pk}/agree/", comment=""),
        post(seller, f"/sales/orders/{order.pk}/change/", **sheet(order, "6.5折")),
    )
    request.refresh_from_db()
    order.refresh_from_db()
    assert order.net_amount == 650_000, pages[1]
    assert order.approval == "needed", "the new price has been seen by nobody"
    if request.state == "changed":
        assert "已经办过了" in pages[0]
        assert "单据已改" in pages[0]
    else:
        assert (request.state, request.net_amount) == ("agreed", 700_000)
    assert Request.objects.count() == 1


def test_two_who_edit_one_order_and_the_second_is_told_who_was_first(team):
    people, order, _request = team
    (one,) = browsers(people, "seller")
    other = again(one)
    url = f"/sales/orders/{order.pk}/change/"
    pages = at_once(post(one, url, **sheet(order, "9折")), post(other, url, **sheet(order, "8折")))
    order.refresh_from_db()
    assert order.version == 2
    assert order.net_amount in (900_000, 800_000)
    assert sum("改过，你的修改没有保存" in page for page in pages) == 1


def test_an_order_placed_twice_at_once_has_one_number():
    seller = factories.employee()
    order = factories.order(seller)
    one = factories.signed_in(who=seller)
    other = again(one)
    url, version = f"/sales/orders/{order.pk}/place/", order.version
    pages = at_once(post(one, url, version=version), post(other, url, version=version))
    order.refresh_from_db()
    today = timezone.localdate()
    assert (order.number, order.status) == (f"HT-{today:%Y%m%d}-001", "open")
    assert sum(("已下单" in page and "role=\"status\"" in page) or "下过了" in page or "改过" in page
               for page in pages) >= 1  # fmt: skip
    assert factories.order(seller, placed=True).number == f"HT-{today:%Y%m%d}-002"


def test_many_who_place_orders_at_once_get_a_number_each():
    seller = factories.employee()
    orders = [factories.order(seller) for _ in range(8)]
    browser = factories.signed_in(who=seller)
    crowd = [again(browser) for _ in orders]
    at_once(
        *(
            post(b, f"/sales/orders/{o.pk}/place/", version=1)
            for b, o in zip(crowd, orders, strict=True)
        )
    )
    today = timezone.localdate()
    numbers = sorted(str(order) for order in Order.objects.all())
    assert numbers == [f"HT-{today:%Y%m%d}-{n:03d}" for n in range(1, 9)]


WRITER = """
from datetime import date
from assay.sales.actions.money import record_receipt
for n in range(int(sys.argv[2])):
    record_receipt(day=date(2026, 11, 23), amount=100, payer="x", reference=f"{sys.argv[1]}-{n}")
"""


def test_processes_that_number_receipts_at_once_give_no_number_twice(tmp_path):
    connection.ensure_connection()
    env = environment(tmp_path)
    running = [process(WRITER, env, str(n), "12") for n in range(3)]
    for child in running:
        _out, err = child.communicate(timeout=240)
        assert child.returncode == 0, err
    numbers = sorted(Receipt.objects.values_list("number", flat=True))
    assert numbers == [f"SK-20261123-{n:03d}" for n in range(1, 37)]


def test_one_receipt_matched_by_two_at_once_never_pays_more_than_it_holds():
    orders = [factories.order(factories.employee(), placed=True) for _ in range(2)]
    receipt = money.record_receipt(day=timezone.localdate(), amount=950_000, payer="x")
    crowd = [factories.signed_in("finance") for _ in orders]
    url = f"/sales/receipts/{receipt.pk}/match/"
    pages = at_once(
        *(post(b, url, order=o.number, amount="9500") for b, o in zip(crowd, orders, strict=True))
    )
    receipt.refresh_from_db()
    assert receipt.matched == 950_000
    assert Match.objects.count() == Purchase.objects.count() == 1
    assert sum("这笔收款只剩" in page for page in pages) == 1


def test_the_last_piece_handed_over_in_two_places_goes_out_once():
    shop = factories.shop()
    clerks = [factories.employee("clerk", shop) for _ in range(2)]
    order = factories.order(factories.employee(), pieces=1, pickup_shop=shop, placed=True)
    crowd = [factories.signed_in(who=clerk) for clerk in clerks]
    line = order.lines.get()
    said = {"person": "周敏", "proof": "", f"q{line.pk}": "1"}
    pages = at_once(*(post(b, f"/sales/waiting/{order.pk}/", **said) for b in crowd))
    assert PickUp.objects.count() == 1, pages
    line.refresh_from_db()
    assert line.picked == 1


def bring(browser, kind, *rows):
    """A file sent: its job's address, ready to be written."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    file = SimpleUploadedFile("a.csv", text.getvalue().encode("utf-8-sig"))
    return browser.post(f"/sales/import/{kind}/", {"file": file})["Location"]


def test_the_same_file_written_by_two_at_once_is_in_once():
    seller = factories.employee(number="S01")
    factories.customer(seller, code="K1")
    head = ["订单号", "下单日期", "客户编号", "业务员工号", "行号", "品名", "原价金额", "成交金额"]
    rows = [[f"旧-{n}", "2026-01-05", "K1", "S01", "1", "银条", "100", "90"] for n in range(20)]
    crowd = [factories.signed_in("director") for _ in range(2)]
    places = [bring(browser, "orders", head, *rows) for browser in crowd]
    at_once(*(post(b, f"{p}write/") for b, p in zip(crowd, places, strict=True)))
    assert Order.objects.count() == 20
    jobs = list(Job.objects.order_by("pk"))
    assert "done" in {job.state for job in jobs}
    for job in jobs:
        if job.state != "done":
            assert "没有写入任何一行" in job.error, job.error


def test_one_file_whose_button_is_pressed_twice_is_written_once():
    browser = factories.signed_in("finance")
    head = ["流水号", "日期", "付款方", "金额"]
    place = bring(
        browser, "collections", head, *(([f"B{n}", "2026-01-05", "x", "5"]) for n in range(20))
    )
    at_once(post(browser, f"{place}write/"), post(again(browser), f"{place}write/"))
    assert Receipt.objects.count() == 20
    assert Job.objects.get().state == "done"


def test_two_sellers_pick_one_customer_on_the_page_and_one_is_told():
    row = factories.customer(name="碧湖酒店")
    crowd = [factories.signed_in() for _ in range(2)]
    pages = at_once(*(post(b, f"/customers/{row.pk}/pick/") for b in crowd))
    row.refresh_from_db()
    assert row.owner is not None
    assert row.ownerships.count() == 1
    assert sum("领走" in page for page in pages) == 1


def test_one_nomination_decided_by_two_at_once_is_decided_once():
    place = factories.department()
    manager, seller = factories.employee("manager", place=place), factories.employee(place=place)
    row = factories.customer(seller)
    asked = customers.nominate(row, by=seller, reason="规模大")
    crowd = [factories.signed_in(who=manager), factories.signed_in("director")]
    url, pick = "/customers/nominations/decide/", asked.pk
    pages = at_once(
        post(crowd[0], url, pick=pick, agreed="1"), post(crowd[1], url, pick=pick, answer="再看看")
    )
    assert sum("这份申报已" in page for page in pages) == 1
    asked.refresh_from_db()
    tier = Customer.objects.get(pk=row.pk).tier
    assert (asked.state, tier) in (("approved", "key"), ("refused", "ordinary"))
    assert row.tiers.filter(stop=None).count() == 1
