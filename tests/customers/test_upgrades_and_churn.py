"""Upgrades asked and decided by another, targets, churn at 396 days, the festival calendar."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from assay.customers import actions
from assay.customers.models import Customer, Festival, Loss, Nomination
from assay.customers.queries import kpis
from assay.customers.queries.days import months_back
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    actions.furnish()
    place = factories.department()
    return factories.employee("manager", place=place), factories.employee(place=place)


def bought(customer, day, yuan=500, source=""):
    return actions.record_purchase_day(
        customer, source=source or f"HT-{day}-{customer.pk}", day=day, amount=yuan * 100
    )


def test_a_nomination_is_decided_by_another_and_only_once(team):
    boss, seller = team
    row = factories.customer(seller, day=date(2025, 1, 1))
    browser, manager = factories.signed_in(who=seller), factories.signed_in(who=boss)
    browser.post(f"/customers/{row.pk}/nominate/", {"reason": "集团统一采购"})
    asked = Nomination.objects.get()
    assert "集团统一采购" in manager.get("/customers/nominations/").content.decode()
    url, said = "/customers/nominations/decide/", {"pick": [asked.pk], "agreed": "1"}
    assert browser.post(url, said).status_code == 403
    assert "驳回要写意见" in manager.post(
        url, {"pick": [asked.pk], "agreed": "0"}, follow=True
    ).content.decode()  # fmt: skip
    manager.post(url, said)
    row.refresh_from_db()
    assert row.tier == "key"
    assert "这份申报已同意" in manager.post(url, said, follow=True).content.decode()
    today = timezone.localdate()
    assert [e.customer for e in kpis.upgraded(today, today + timedelta(1))] == [row.pk]


def test_nobody_decides_on_his_own_nomination(team):
    boss, _seller = team
    row = factories.customer(boss)
    browser = factories.signed_in(who=boss)
    browser.post(f"/customers/{row.pk}/nominate/", {"reason": "x"})
    said = {"pick": [Nomination.objects.get().pk], "agreed": "1"}
    answer = browser.post("/customers/nominations/decide/", said, follow=True)
    assert "不能审批自己的申报" in answer.content.decode()
    assert Customer.objects.get().tier == "ordinary"


def test_warned_after_ten_months_and_lost_after_396_days(team):
    boss, seller = team
    today = timezone.localdate()
    days = {
        "fresh": months_back(today, 10) + timedelta(1), "warned": months_back(today, 10),
        "near": today - timedelta(395), "lost": today - timedelta(396),
    }  # fmt: skip
    for name, day in days.items():
        bought(factories.customer(seller, name=f"{name}单位"), day)
    browser = factories.signed_in(who=boss)
    page = browser.get("/customers/churn/").content.decode()
    assert "fresh单位" not in page
    assert "warned单位" in page
    lost = browser.get("/customers/churn/?standing=lost").content.decode()
    assert "lost单位" in lost
    assert "near单位" not in lost


def test_the_rate_of_churn_counts_key_accounts_of_the_first_day(team):
    _boss, seller = team
    rows = [factories.customer(seller) for _ in range(4)]
    for row in rows:
        bought(row, date(2024, 3, 1), 120_000)
    bought(rows[0], date(2025, 3, 1))
    bought(rows[1], date(2025, 6, 1), source="back")  # 457 days later: lost, and won back
    start, stop = date(2025, 1, 1), date(2026, 1, 1)
    lost = kpis.lost_keys(start, stop, date(2026, 1, 1))
    assert [(e.customer, e.day) for e in lost] == [(r.pk, date(2025, 4, 1)) for r in rows[1:]]
    assert kpis.churn(start, stop, date(2026, 1, 1)).rate == pytest.approx(0.75)
    assert kpis.churn(date(2023, 1, 1), date(2024, 1, 1), date(2026, 1, 1)).rate is None


def test_why_a_customer_was_lost_is_written_down_and_declared_before_time(team):
    _boss, seller = team
    row = factories.customer(seller, day=timezone.localdate() - timedelta(30))
    browser = factories.signed_in(who=seller)
    url = f"/customers/{row.pk}/loss/"
    assert "沉默还不到 396 天" in browser.post(url, {"reason": "closed"}).content.decode()
    assert browser.post(url, {"reason": "closed", "declare": "on"}).status_code == 302
    assert Loss.objects.get().how == "declared"
    assert "已经记过" in browser.post(url, {"reason": "price", "declare": "on"}).content.decode()


def test_a_target_account_is_developed_once_for_its_group_and_never_upgraded_too(team):
    _boss, seller = team
    one = factories.customer(seller, group="云岭集团", day=date(2024, 1, 1))
    other = factories.customer(seller, group="云岭集团", day=date(2024, 1, 1))
    for row in (one, other):
        actions.aim_at(row, year=2025, day=date(2025, 1, 8))
    bought(other, date(2025, 5, 1), 200_000)
    bought(one, date(2025, 4, 1), 150_000)
    span = date(2025, 1, 1), date(2026, 1, 1)
    assert [(e.customer, e.day) for e in kpis.developed(*span)] == [(one.pk, date(2025, 4, 1))]
    assert [e.customer for e in kpis.upgraded(*span)] == [other.pk]


def test_festivals_are_laid_out_and_edited(team):
    boss, seller = team
    days = {(f.name, f.day.year): f.day.isoformat() for f in Festival.objects.all()}
    assert [days["春节", year] for year in range(2024, 2028)] == [
        "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06",
    ]  # fmt: skip
    assert days["中秋节", 2025] == "2025-10-06"
    row = Festival.objects.get(name="春节", day="2027-02-06")
    browser = factories.signed_in(who=boss)
    said = {"name": "春节", "day": "2027-02-06", "lead": 45}
    assert browser.post(f"/customers/festivals/{row.pk}/", said).status_code == 302
    page = browser.get("/customers/festivals/?year=2027").content.decode()
    assert "2026-12-23" in page
    answer = factories.signed_in(who=seller).post(f"/customers/festivals/{row.pk}/", said)
    assert answer.status_code == 403


def test_who_nominated_takes_it_back_and_nobody_else(team):
    boss, seller = team
    row = factories.customer(seller)
    browser, manager = factories.signed_in(who=seller), factories.signed_in(who=boss)
    browser.post(f"/customers/{row.pk}/nominate/", {"reason": "集团统一采购"})
    asked = Nomination.objects.get()
    url = f"/customers/nominations/{asked.pk}/withdraw/"
    assert "只有申报人能撤回" in manager.post(url, follow=True).content.decode()
    assert "申报已撤回" in browser.post(url, follow=True).content.decode()
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert "这份申报已撤回" in browser.post(url, follow=True).content.decode()


def test_a_key_account_is_nominated_down_again_and_keeps_both_spans(team):
    boss, seller = team
    row = factories.customer(seller, tier="key")
    browser, manager = factories.signed_in(who=seller), factories.signed_in(who=boss)
    assert "申报降级" in browser.get(f"/customers/{row.pk}/").content.decode()
    browser.post(f"/customers/{row.pk}/nominate/", {"reason": "两年没有采购"})
    asked = Nomination.objects.get()
    assert asked.tier == "ordinary"
    manager.post("/customers/nominations/decide/", {"pick": [asked.pk], "agreed": "1"})
    row.refresh_from_db()
    assert row.tier == "ordinary"
    spans = [(span.tier, span.ground) for span in row.tiers.order_by("start", "pk")]
    assert spans == [("key", "opening"), ("ordinary", "downgrade")]


def test_a_target_is_dropped_from_the_list_by_who_keeps_the_customer(team):
    _boss, seller = team
    row = factories.customer(seller)
    browser = factories.signed_in(who=seller)
    browser.post(f"/customers/{row.pk}/target/", {"year": timezone.localdate().year})
    target = row.targets.get()
    assert row.name in browser.get("/customers/targets/").content.decode()
    url = f"/customers/targets/{target.pk}/drop/"
    assert factories.signed_in().post(url).status_code == 404
    assert browser.post(url)["Location"] == f"/customers/{row.pk}/"
    assert row.name not in browser.get("/customers/targets/").content.decode()


def test_reasons_of_losses_are_counted_by_year_for_who_leads(team):
    boss, seller = team
    manager, today = factories.signed_in(who=boss), timezone.localdate()
    for reason in ("price", "price", "rival"):
        row = factories.customer(seller, day=today)
        actions.note_loss(row, reason=reason, declare=True)
    strange = factories.customer(factories.employee(), day=today)
    actions.note_loss(strange, reason="service", declare=True)
    page = manager.get("/customers/churn/").content.decode()
    told = re.findall(r'\?why=(\w+)">[^<]+</a></td><td class="n">(\d+)', page)
    assert told == [("price", "2"), ("rival", "1")]
    director = factories.signed_in("director").get("/customers/churn/").content.decode()
    assert "?why=service" in director
    assert "还没有记过流失原因" in manager.get("/customers/churn/?year=2024").content.decode()
    assert "?why=" not in factories.signed_in(who=seller).get("/customers/churn/").content.decode()
    listed = manager.get("/customers/churn/?why=rival").content.decode()
    assert row.name in listed
    assert listed.count("已流失，沉默") == 1
