"""A month worked out by mistake is set aside: it counts as never worked out, holds up no lock, and is kept."""

from __future__ import annotations

import pytest

from assay.furniture.models import Job
from assay.incentives.models import PayMonth, Run, Step
from assay.period import Month
from tests.incentives.steps import MONTH, post, press, signed

PRESS, JANUARY = "/pay/months/calculate/", "/pay/months/2026-01/"


@pytest.mark.django_db
def test_a_month_worked_out_by_mistake_is_set_aside_and_holds_up_no_lock(desks, house):
    finance = desks["finance"]
    signed(desks, house)
    press(finance, PRESS, month="2026-01")
    page = finance.get(MONTH).content.decode()
    assert f'先锁定：<a class="nums" href="{JANUARY}">2026-01</a>' in page
    assert "只是试算、算错的月份，打开它作废" in page
    assert "先锁定它" in post(finance, f"{MONTH}lock/")
    assert "作废这次计算" in finance.get(JANUARY).content.decode()
    assert "作废要写原因" in post(finance, f"{JANUARY}set-aside/", why=" ")
    assert PayMonth.objects.get(month=Month.parse("2026-01").index).run is not None
    for who in ("director", "salesperson"):
        assert desks[who].post(f"{JANUARY}set-aside/", {"why": "x"}).status_code == 403
    page = post(finance, f"{JANUARY}set-aside/", why="看错了月份")
    assert "已作废" in page
    for said in ("看错了月份", house.finance.name, "v1", "计算</button>"):
        assert said in page, said
    january = PayMonth.objects.get(month=Month.parse("2026-01").index)
    assert (january.state, january.run) == ("open", None)
    assert january.runs.get().version == 1, "the version is kept"
    step = Step.objects.get(pay_month=january)
    assert (step.undone_by, step.undone_why) == (house.finance, "看错了月份")
    assert finance.get(f"{JANUARY}versions/1/").status_code == 200
    assert "已作废" in finance.get("/pay/months/").content.decode()
    assert "还没有计算" in post(finance, f"{JANUARY}set-aside/", why="again")
    assert "已锁定并入账" in post(finance, f"{MONTH}lock/")
    press(finance, PRESS, month="2026-01")
    assert Run.objects.filter(pay_month=january).count() == 2, "it may be worked out after all"


@pytest.mark.django_db
def test_what_was_opened_is_taken_back_first_and_what_is_locked_stays(desks, house):
    finance = desks["finance"]
    signed(desks, house)
    assert "作废这次计算" not in finance.get(MONTH).content.decode()
    assert "先逐步撤销" in post(finance, f"{MONTH}set-aside/", why="x")
    assert PayMonth.objects.get().run is not None
    assert "已锁定并入账" in post(finance, f"{MONTH}lock/")
    assert "先逐步撤销" in post(finance, f"{MONTH}set-aside/", why="x")
    assert PayMonth.objects.get().state == "locked"


@pytest.mark.django_db
def test_a_month_being_worked_out_is_not_set_aside(desks, house):
    finance = desks["finance"]
    press(finance, PRESS, month="2026-01")
    Job.objects.create(
        kind="calculate", who="x",
        given={"month": Month.parse("2026-01").index, "by": house.finance.pk},
    )  # fmt: skip
    assert "正在计算，算好再作废" in post(finance, f"{JANUARY}set-aside/", why="x")
    assert PayMonth.objects.get().state == "calculated"


@pytest.mark.django_db
def test_months_passed_over_are_told_once_as_a_span(desks, house):
    finance = desks["finance"]
    signed(desks, house)
    press(finance, f"{MONTH}lock/")
    press(finance, PRESS, month="2026-07")
    page = finance.get("/pay/months/2026-07/").content.decode()
    assert "2026-04 — 2026-06（3 个月） 还没有算过" in page
    assert page.count("还没有算过") == 1
    assert 'value="2026-04"' in page
    assert 'value="2026-05"' not in page
    finance.cookies["django_language"] = "en"
    page = finance.get("/pay/months/2026-07/").content.decode()
    assert "2026-04 — 2026-06 (3 months) not worked out yet" in page
