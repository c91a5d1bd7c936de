"""Reminders to acknowledge: at once, after three days, after seven, then weekly, until it is done."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from assay.desk.actions import notices as actions
from assay.desk.models import Notice
from assay.desk.queries.notices import said
from assay.desk.queries.reminders import mark
from assay.incentives.actions import closing, plans
from assay.incentives.models import PayMonth, Statement, Step
from assay.incentives.queries.statements import statement_digest
from assay.period import Month
from tests import factories
from tests.incentives.conftest import house, made_once

pytestmark = pytest.mark.django_db
assert house is not None
assert made_once is not None
MARCH = Month(2026 * 12 + 2)


@pytest.mark.parametrize(
    ("days", "named"),
    [(0, ""), (2, ""), (3, ":3"), (6, ":3"), (7, ":7"), (13, ":7"), (14, ":14"), (30, ":28")],
)
def test_which_reminder_is_due(days, named):
    assert mark(date(2026, 4, 1), date(2026, 4, 1) + timedelta(days)) == named


def locked(house):
    closing.calculate(MARCH, by=house.finance)
    row = PayMonth.objects.get()
    row.state = "locked"
    row.save()
    step = Step(pay_month=row, kind="lock", run=row.run, by=house.finance)
    step.save()
    return timezone.localtime(step.at)


def told(browser):
    return browser.get("/notices/").content.decode()


def test_a_statement_is_asked_for_again_until_it_is_acknowledged(house):
    browser = factories.signed_in("salesperson", house.first)
    at: datetime = locked(house)
    actions.collect(at)
    rows = Notice.objects.filter(kind="statement")
    assert rows.count() == 1, "those without a login are told nothing"
    assert "请确认 2026-03 提成单" in said(rows.get())
    actions.collect(at + timedelta(2))
    assert rows.count() == 1
    actions.collect(at + timedelta(3))
    assert rows.count() == 2
    assert rows.filter(read_at=None).count() == 1, "the earlier one makes way"
    assert "再提醒：请确认 2026-03 提成单" in told(browser)
    assert "已锁定 3 天" in told(browser)
    actions.collect(at + timedelta(8))
    actions.collect(at + timedelta(15))
    assert [row.data["again"] for row in rows.order_by("pk")] == ["", "3", "7", "14"]
    one = Statement.objects.get(employee=house.first)
    read = {"read": statement_digest(one)}
    agreed = browser.post(f"/pay/statements/{one.pk}/agree/", read, follow=True)
    assert "已确认" in agreed.content.decode()
    actions.collect(at + timedelta(22))
    assert rows.count() == 4
    assert not rows.filter(read_at=None).exists(), "what is done asks no more"


def test_who_comes_late_is_told_a_first_time_first(house):
    at = locked(house)
    actions.collect(at)
    browser = factories.signed_in("salesperson", house.first)
    actions.collect(at + timedelta(10))
    assert "请确认 2026-03 提成单" in told(browser)
    assert "再提醒" not in told(browser)
    actions.collect(at + timedelta(14))
    assert "再提醒：请确认 2026-03 提成单" in told(browser)


def test_an_agent_and_a_shops_clerk_are_reminded_too(house):
    agent = factories.login("agent", house.agent)
    clerk = factories.login("clerk", factories.employee("clerk", house.shop))
    at = locked(house)
    actions.collect(at)
    assert set(Notice.objects.filter(kind="statement").values_list("user", flat=True)) == {
        agent.pk, clerk.pk,
    }  # fmt: skip


def test_a_plan_is_asked_for_again_until_it_is_acknowledged(house):
    browser = factories.signed_in("salesperson", house.first)
    row = plans.register(by=house.director, on=date(2026, 1, 5), text="公示一周")
    now = timezone.now()
    for days in (0, 3, 4, 7):
        actions.collect(now + timedelta(days))
    rows = Notice.objects.filter(kind="plan")
    assert [one.data["again"] for one in rows.order_by("pk")] == ["", "3", "7"]
    assert "已发布 7 天" in told(browser)
    browser.post(f"/pay/plans/{row.pk}/acknowledge/", {"digest": row.digest})
    actions.collect(now + timedelta(14))
    assert rows.count() == 3
    assert not rows.filter(read_at=None).exists()
