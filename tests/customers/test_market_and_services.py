"""Market notes, campaigns and what followed, special services, order-by dates, enquiries, white space."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from assay.customers import actions
from assay.customers.models import Campaign, Enquiry, MarketNote, Service
from assay.furniture.models import AccessEntry, Change
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    """A manager, a seller with a customer, and a seller of another department with one of his own."""
    actions.furnish()
    place = factories.department()
    boss, seller = factories.employee("manager", place=place), factories.employee(place=place)
    other = factories.employee()
    mine, theirs = factories.customer(seller, code="K1"), factories.customer(other, code="K2")
    return boss, seller, other, mine, theirs


def page(browser, url) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, url
    return str(answer.content.decode())


def test_a_market_note_is_reported_found_by_kind_and_given_out(team):
    boss, seller, _other, _mine, _theirs = team
    browser = factories.signed_in(who=seller)
    said = {"kind": "rival", "rival": "嘉禾珠宝", "text": "银条报到 6.9折", "proposal": "送刻字"}
    assert browser.post("/customers/market/add/", said).status_code == 302
    browser.post("/customers/market/add/", {"kind": "policy", "text": "福利标准上调"})
    note = MarketNote.objects.get(kind="rival")
    assert (note.employee, note.day, note.proposal) == (seller, timezone.localdate(), "送刻字")
    assert Change.objects.filter(label="customers.marketnote", verb="add").count() == 2
    leader = factories.signed_in(who=boss)
    rivals = page(leader, "/customers/market/?kind=rival")
    assert "银条报到 6.9折" in rivals
    assert "福利标准上调" not in rivals
    book = leader.get("/customers/market/?kind=rival&export=xlsx")
    rows = list(load_workbook(io.BytesIO(book.content)).active.iter_rows(values_only=True))
    assert len(rows) == 2
    assert AccessEntry.objects.get(kind="export").rows == 1
    empty = browser.post("/customers/market/add/", {"kind": "rival", "text": ""})
    assert empty.status_code == 422
    assert factories.signed_in("clerk").get("/customers/market/").status_code == 403


def test_what_followed_a_campaign_counts_from_its_first_day_to_the_days_after_its_last(team):
    boss, seller, _other, mine, theirs = team
    leader = factories.signed_in(who=boss)
    said = {
        "name": "品鉴会", "products": "银条", "start": "2026-03-02", "stop": "2026-03-04", "budget": "3万",
        "cost": "28,000", "follow_days": "10",
    }  # fmt: skip
    where = leader.post("/customers/campaigns/add/", said)["Location"]
    row = Campaign.objects.get()
    assert (row.budget, row.cost) == (3_000_000, 2_800_000)
    leader.post(where, {"code": "K1", "came": "on"})
    assert "没有编号为 K2 的客户" in leader.post(where, {"code": "K2"}).content.decode()
    actions.invite(row, theirs, came=True)
    for source, day, amount in (
        ("before", date(2026, 3, 1), 100), ("first", date(2026, 3, 2), 200_00), ("last", date(2026, 3, 14), 300_00),
        ("after", date(2026, 3, 15), 400),
    ):  # fmt: skip
        actions.record_purchase_day(mine, source=source, day=day, amount=amount)
    actions.record_purchase_day(theirs, source="theirs", day=date(2026, 3, 3), amount=999_00)
    browser = factories.signed_in(who=seller)
    text = page(browser, where)
    assert "500.00" in text
    assert "2 单" in text
    assert theirs.name not in text
    assert "1,499.00" not in text, "others' sales are theirs"
    everybody = page(factories.signed_in("director"), where)
    assert "1,499.00" in everybody
    # Somebody who was asked and did not come counts for nothing.
    actions.invite(row, mine, came=False)
    assert "500.00" not in page(browser, where)
    wrong = leader.post("/customers/campaigns/add/", said | {"stop": "2026-03-01"})
    assert wrong.status_code == 422
    assert browser.get("/customers/campaigns/add/").status_code == 403


def test_a_special_service_is_approved_by_another_and_once(team):
    boss, seller, _other, mine, theirs = team
    browser, leader = factories.signed_in(who=seller), factories.signed_in(who=boss)
    said = {"title": "上门刻字", "text": "当天可取"}
    assert browser.post(f"/customers/{theirs.pk}/service/", said).status_code == 404
    browser.post(f"/customers/{mine.pk}/service/", said)
    row = Service.objects.get()
    assert (row.state, row.employee) == ("waiting", seller)
    url = f"/customers/services/{row.pk}/decide/"
    assert browser.post(url, {"agreed": "1"}).status_code == 403
    assert "上门刻字" in page(leader, "/customers/nominations/")
    leader.post(url, {"agreed": "1"})
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.decided_on) == ("approved", boss, timezone.localdate())
    again = leader.post(url, {"agreed": "0"}, follow=True).content.decode()
    assert "这项服务已同意" in again
    own = actions.add_service(factories.customer(boss), by=boss, title="x", text="y")
    told = leader.post(f"/customers/services/{own.pk}/decide/", {"agreed": "1"}, follow=True)
    assert "不能审批自己增加的服务" in told.content.decode()
    stranger = factories.signed_in("manager")
    assert stranger.post(url, {"agreed": "1"}).status_code == 404
    assert Change.objects.filter(label="customers.service", key=row.pk).count() == 2


def test_order_by_dates_stand_on_the_calendar_and_on_the_customer_s_page(team):
    boss, seller, _other, mine, theirs = team
    day = timezone.localdate() + timedelta(40)
    row = actions.set_festival(None, name="司庆日", day=day, lead=35)
    by = day - timedelta(35)
    leader = factories.signed_in(who=boss)
    assert str(by) in page(leader, f"/customers/festivals/?year={day.year}")
    browser = factories.signed_in(who=seller)
    text = page(browser, f"/customers/{mine.pk}/")
    assert "司庆日" in text
    ahead = timezone.localdate() + timedelta(30)
    said = {"name": "建厂日", "month": ahead.month, "day": min(ahead.day, 28), "lead": 20}
    assert browser.post(f"/customers/{mine.pk}/occasion/", said).status_code == 302
    assert browser.post(f"/customers/{theirs.pk}/occasion/", said).status_code == 404
    assert "建厂日" in page(browser, f"/customers/{mine.pk}/")
    # Another lead: another day to order by.
    leader.post(f"/customers/festivals/{row.pk}/", {"name": "司庆日", "day": str(day), "lead": 5})
    assert str(day - timedelta(5)) in page(leader, f"/customers/festivals/?year={day.year}")
    twice = leader.post("/customers/festivals/add/", {"name": "司庆日", "day": str(day), "lead": 5})
    assert "已有这个节日" in twice.content.decode()


def test_an_enquiry_nobody_answers_for_lies_with_who_leads_and_is_answered_once(team):
    boss, seller, other, _mine, _theirs = team
    leader = factories.signed_in(who=boss)
    said = {
        "asker": "李工",
        "channel": "web",
        "text": "能否刻字",
        "phone": "13812345678",
        "code": "",
    }
    where = leader.post("/customers/enquiries/take/", said)["Location"]
    row = Enquiry.objects.get()
    browser, stranger = factories.signed_in(who=seller), factories.signed_in(who=other)
    assert browser.get(where).status_code == 404
    assert "138****5678" in page(leader, where)
    assert "13812345678" not in page(leader, where)
    leader.post(f"{where}give/", {"employee": seller.pk})
    assert page(browser, where)
    assert stranger.get(where).status_code == 404
    assert browser.post(f"{where}give/", {"employee": other.pk}).status_code == 403
    browser.post(where, {"answer": "可以，三天"})
    row.refresh_from_db()
    assert (row.state, row.employee, row.answer) == ("answered", seller, "可以，三天")
    twice = browser.post(where, {"answer": "不行"})
    assert "这条询问已答" in twice.content.decode()
    assert "13812345678" in browser.post(f"{where}phone/", {"why": "contact"}).content.decode()
    assert AccessEntry.objects.get(kind="reveal").why == "联系本人"
    unknown = leader.post("/customers/enquiries/take/", said | {"code": "K77"})
    assert "没有编号为 K77 的客户" in unknown.content.decode()


def test_the_white_space_shows_what_was_never_bought_by_category_and_year(team):
    _boss, seller, _other, mine, theirs = team
    browser = factories.signed_in(who=seller)
    for year, code, amount in (
        (timezone.localdate().year, "silver", 120_000),
        (timezone.localdate().year - 1, "medal", 340_000),
    ):
        actions.record_purchase_day(
            mine, source=f"HT-{year}", day=date(year, 1, 2), amount=amount, category=code
        )
    text = page(browser, f"/customers/{mine.pk}/")
    for shown in (
        "1,200.00",
        "3,400.00",
        "银条",
        "投资金条",
        "空白",
        str(timezone.localdate().year - 2),
    ):
        assert shown in text, shown
    white = text.count("空白")
    actions.record_purchase_day(
        mine, source="HT-x", day=date(timezone.localdate().year, 1, 3), amount=500, category="gold"
    )
    assert page(browser, f"/customers/{mine.pk}/").count("空白") == white - 1
    # A refund makes it white again.
    actions.record_purchase_day(
        mine, source="HT-x", day=date(timezone.localdate().year, 1, 3), amount=0, category="gold"
    )
    assert page(browser, f"/customers/{mine.pk}/").count("空白") == white
    assert browser.get(f"/customers/{theirs.pk}/").status_code == 404
