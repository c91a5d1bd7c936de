"""A plan's file that is no longer what was published pays nobody, prices nothing and opens nothing."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.cache import cache
from django.utils import timezone

from assay.errors import UserError
from assay.incentives.actions import plans
from assay.incentives.queries.auditing import audit
from assay.sales.queries import plan as plan_in_force
from assay.sales.queries.pricing import appraise
from assay.sales.queries.running import running
from tests import factories
from tests.conftest import PLAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered(house, settings, tmp_path):
    """The plan in force taken up as published, in a folder of its own."""
    settings.PLANS = tmp_path / "plans"
    settings.PLANS.mkdir()
    file = settings.PLANS / "ours.yaml"
    file.write_text(PLAN.read_text(encoding="utf-8"), encoding="utf-8")
    row = plans.register(by=house.director, on=house.director.start, text="公示一周")
    assert audit() == []
    return row, file


def test_a_file_that_is_no_longer_what_was_published_is_named(registered):
    row, file = registered
    file.write_text(row.text.replace("is: 2万元", "is: 1万元"), encoding="utf-8")
    (said,) = audit()
    assert "ours.yaml" in said
    assert row.digest[:12] in said
    file.write_text(row.text.replace("effective: 2024-01", "effective: 2023-01"), encoding="utf-8")
    (said,) = audit()
    assert "没有它的文件" in said
    file.write_text(row.text, encoding="utf-8")
    (file.parent / "second.yaml").write_text(row.text, encoding="utf-8")
    (said,) = audit()
    assert "ours.yaml, second.yaml" in said


@pytest.mark.parametrize("url", ["running/", "running/what-if/?o0-listed=100&o0-ratio=9折",
                                 "running/order/?who=S01:salesperson&line=commission&order=1"])  # fmt: skip
def test_a_running_month_is_not_paid_by_a_changed_file(registered, house, url):
    row, file = registered
    browser = factories.signed_in("salesperson", house.first)
    assert "与发布的方案不同" not in browser.get(f"/pay/statements/{url}").content.decode()
    file.write_text(row.text.replace("is: 2万元", "is: 1万元"), encoding="utf-8")
    cache.clear()
    html = browser.get(f"/pay/statements/{url}").content.decode()
    assert "与发布的方案不同" in html
    assert row.digest[:12] in html


def test_a_process_that_opens_no_page_is_held_to_it_too(registered, monkeypatch):
    row, file = registered
    monkeypatch.setattr(plan_in_force, "_checks", [])
    apps.get_app_config("incentives").ready()
    file.write_text(row.text.replace("is: 2万元", "is: 1万元"), encoding="utf-8")
    with pytest.raises(UserError, match="与发布的方案不同"):
        plan_in_force.plan_of(row.holds_from)


def test_no_price_no_desk_and_no_clause_goes_by_a_changed_file(registered, house):
    row, file = registered
    quote = factories.order(house.first, pieces=10, ratio="0.9", of=house.good)
    assert not appraise(quote).fault
    file.write_text(row.text.replace("is: 2万元", "is: 1万元"), encoding="utf-8")
    assert "与发布的方案不同" in appraise(quote).fault
    with pytest.raises(UserError, match="与发布的方案不同"):
        running(timezone.localdate(), [house.team.pk])
    assert "与发布的方案不同" in factories.signed_in("admin").get("/").content.decode()


def changed(file):
    file.write_text(file.read_text(encoding="utf-8").replace("is: 2万元", "is: 1万元"), "utf-8")


def taken_away(file):
    file.unlink()


def one_beside_it(file):
    file.with_name("second.yaml").write_bytes(file.read_bytes())


def no_plan(file):
    file.write_text("plan: [", encoding="utf-8")


def no_text(file):
    file.write_bytes(b"\xff\xfe")


HARMS = [
    (changed, "与发布的方案不同"), (taken_away, "文件不在方案文件夹里"), (one_beside_it, "同月生效"),
    (no_plan, "ours.yaml:1"), (no_text, "不是 UTF-8"),
]  # fmt: skip


def test_nothing_is_placed_or_asked_by_a_plan_nobody_can_go_by(registered, house):
    row, file = registered
    quote = factories.order(house.first, pieces=10, ratio="0.95", of=house.good)
    browser = factories.signed_in("salesperson", house.first)
    address = f"/sales/orders/{quote.pk}/"
    for harm, said in HARMS:
        harm(file)
        assert said in browser.get(address).content.decode()
        assert said in browser.post(f"{address}place/", follow=True).content.decode()
        assert said in browser.get(f"{address}ask/").content.decode()
        assert said in browser.post(f"{address}ask/", {"why": "老客户"}).content.decode()
        quote.refresh_from_db()
        assert (quote.status, quote.number, quote.requests.count()) == ("quote", None, 0)
        file.with_name("second.yaml").unlink(missing_ok=True)
        file.write_text(row.text, encoding="utf-8")
    browser.post(f"{address}place/")
    quote.refresh_from_db()
    assert quote.number


def test_where_no_plan_was_ever_published_an_order_is_placed(house, settings, tmp_path):
    settings.PLANS = tmp_path / "none"
    quote = factories.order(house.first, pieces=10, ratio="0.6", of=house.good)
    browser = factories.signed_in("salesperson", house.first)
    browser.post(f"/sales/orders/{quote.pk}/place/")
    quote.refresh_from_db()
    assert quote.number
