"""What finance looks at first, through the page of the month: each kind shown, some of it answered."""

from __future__ import annotations

from datetime import date

import pytest

from assay.furniture import jobs
from assay.furniture.models import Job
from assay.furniture.seal import fingerprint
from assay.incentives.models import Explained, Line, PayMonth, Statement
from assay.incentives.queries import exceptions as found
from assay.money import grouped
from assay.people import actions as people
from assay.sales.actions import handing
from tests import factories
from tests.incentives.reading import only
from tests.incentives.steps import MONTH, post, press, signed
from tests.tidying import guards_off

pytestmark = pytest.mark.django_db
SECTION = r'<section class="sec" id="x-{}">(.*?)</section>'


def calculated(desks, month="2026-03"):
    post(desks["finance"], "/pay/months/calculate/", month=month)
    return desks["finance"].get(f"/pay/months/{month}/").content.decode()


def section(page, kind):
    return only(SECTION.format(kind), page)


def test_an_agent_who_is_also_staff_must_be_answered_before_finance_signs(desks, house):
    house.agent.contact = house.second.name
    house.agent.save()
    page = calculated(desks)
    assert "员工 钱伟 S02：姓名相同" in section(page, "staff")
    assert "1 条例外要写明结论" in page
    signed(desks, house)
    assert PayMonth.objects.get().steps.filter(kind="finance").count() == 0
    told = post(desks["finance"], f"{MONTH}confirm/finance/")
    assert "还有 1 条例外要先说明：锦程礼品有限公司" in told
    subject = only(r'name="subject" value="(staff:[^"]+)"', page)
    assert "写明查了什么" in post(desks["finance"], f"{MONTH}explain/", subject=subject, text=" ")
    said = {"subject": subject, "text": "同名不同人，身份证核对过"}
    assert desks["hr"].post(f"{MONTH}explain/", said).status_code == 403
    assert "已记下说明" in post(desks["finance"], f"{MONTH}explain/", **said)
    assert "已经说明过" in post(desks["finance"], f"{MONTH}explain/", **said)
    page = desks["finance"].get(MONTH).content.decode()
    assert "同名不同人，身份证核对过 — 钱淑华" in section(page, "staff")
    assert "已确认" in post(desks["finance"], f"{MONTH}confirm/finance/")
    assert Explained.objects.get().by == house.finance


def test_an_agent_is_known_by_his_identity_number_and_phone_whatever_he_is_called(desks, house):
    number, phone = "11010519491231002X", "13912345678"
    factories.agent(code="A04", kind="person", name="化名", pay_by="labour", id_number=number)
    factories.agent(code="A05", name="远山礼品", phone=phone)
    same = factories.employee("salesperson", house.team, number="S08", name="孙丽")
    # Who is hired with an agent's number is refused; brought along it may stand.
    same.id_mark = fingerprint(number)
    same.save()
    factories.employee("salesperson", house.team, number="S09", name="吴凡", phone="139-1234-5678")
    factories.employee("salesperson", house.team, number="S10", name="化名")
    told = section(calculated(desks), "staff")
    assert "员工 孙丽 S08：证件号相同" in told
    assert "员工 吴凡 S09：手机相同" in told
    assert "员工 化名 S10：姓名相同" in told


def test_an_agent_who_is_a_customers_contact_is_found_by_phone_and_by_name(
    desks, house, monkeypatch
):
    other = factories.agent(code="A03", name="星河礼品", contact="杨慧敏", phone="13812345678")
    stranger = factories.contact(
        factories.customer(house.first), name="不相干", phone="138 1234 5678"
    )
    mine = factories.customer(house.first)
    factories.contact(mine, name="杨慧敏", phone="13700001111")
    factories.order(house.first, other, pieces=10, of=house.good, customer=mine, placed=True,
                    day=date(2026, 3, 5))  # fmt: skip
    told = section(calculated(desks), "contact")
    assert f"{stranger.customer.called} 的联系人 不相干：手机相同" in told
    assert f"{mine.called} 的联系人 杨慧敏：姓名相同" in told
    far = factories.contact(factories.customer(house.second), name="杨慧敏", phone="13655557777")
    told = section(desks["finance"].get(MONTH).content.decode(), "namesake")
    assert f"{far.customer.called} 的联系人 杨慧敏：姓名相同；手机 136****7777" in told
    assert "138****5678" in told, "both masked, to tell a namesake from the man himself"
    assert "另有" not in told
    factories.contact(factories.customer(house.second), name="杨慧敏", phone="13655556666")
    monkeypatch.setattr(found, "SHOWN", 1)
    told = section(desks["finance"].get(MONTH).content.decode(), "namesake")
    assert "另有 1 处" in told
    assert '<span class="nums faint">2</span>' in told
    signed(desks, house)
    assert "还有 2 条例外" in post(desks["finance"], f"{MONTH}confirm/finance/"), "a name is a hint"


def test_what_changed_after_finance_signed_holds_up_the_lock(desks, house):
    signed(desks, house)
    house.agent.contact = house.second.name
    house.agent.save()
    assert "还有 1 条例外要先说明" in post(desks["finance"], f"{MONTH}lock/")
    assert PayMonth.objects.get().state == "confirmed"


def test_pay_of_an_agent_beyond_a_twentieth_of_his_sales_is_shown_and_answered(desks, house):
    calculated(desks)
    one = Statement.objects.get(agent=house.agent)
    with guards_off():
        Statement.objects.filter(pk=one.pk).update(total=2_400_01)  # 5 % of 48,000 and 1 分
    told = section(desks["finance"].get(MONTH).content.decode(), "limit")
    assert "带来的成交 48,000.00" in told
    assert "5% 是 2,400.00" in told
    with guards_off():
        Statement.objects.filter(pk=one.pk).update(total=2_400_00)
    assert 'id="x-limit"' not in desks["finance"].get(MONTH).content.decode(), (
        "exactly 5 % is within"
    )


def test_orders_that_earned_nothing_and_the_largest_are_shown(desks, house):
    third = factories.employee("salesperson", house.team, number="S03", name="孙丽")
    factories.order(third, pieces=10, ratio="0.9", of=house.good, placed=True, day=date(2026, 3, 7))
    page = calculated(desks)
    assert "孙丽" in section(page, "zero")
    assert "1 单" in section(page, "zero")
    best = Statement.objects.order_by("-total").first()
    assert best is not None
    assert best.name in section(page, "top")
    total = sum(one.total for one in Statement.objects.all())
    assert f'<td class="n">{grouped(total)}</td></tr></tfoot>' in page


def test_what_is_unlike_last_month_negative_or_late_is_shown(desks, house):
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    large = house.orders[1]
    wanted = {large.lines.get().pk: 90}
    handing.return_goods(large, day=date(2026, 4, 3), why="退货", wanted=wanted)
    factories.order(house.second, pieces=400, ratio="0.9", of=house.good, placed=True,
                    day=date(2026, 4, 2))  # fmt: skip
    page = calculated(desks, "2026-04")
    assert "钱伟" in section(page, "swing")
    assert "上月" in section(page, "swing")
    assert "2026-03" in section(page, "adjusted")
    late = Line.objects.filter(for_month__isnull=False, statement__code="S01")
    assert late.exists()
    assert all(line.amount < 0 for line in late)
    assert "赵敏" in section(page, "negative")


def test_who_was_paid_last_month_and_is_not_in_this_one_is_shown(desks, house):
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    gone = Statement.objects.get(employee=house.second)
    people.end_employment(house.second, last=date(2026, 3, 31), reason="")
    page = calculated(desks, "2026-04")
    assert not Statement.objects.filter(employee=house.second).exclude(pk=gone.pk).exists()
    told = section(page, "swing")
    assert f'/pay/statements/{gone.pk}/">钱伟' in told
    assert f"上月 {grouped(gone.total)}，本月没有提成单" in told


def test_patterns_are_looked_for_in_the_background_with_money_and_orders(desks, house):
    customer = factories.customer(house.second)
    # 8.005折 pays 4 % on all of it where 7.99折 pays 2 %: just above an edge of the plan.
    for day in (12, 13, 14):
        factories.order(house.second, pieces=100, ratio="0.8005", of=house.good, customer=customer,
                        placed=True, day=date(2026, 3, day))  # fmt: skip
    page = calculated(desks)
    assert "patterns/" in section(page, "patterns"), "a bar while it runs"
    job = jobs.claim()
    assert job is not None
    assert job.kind == "patterns"
    assert jobs.run(job).state == "done", job.error
    told = section(desks["finance"].get(MONTH).content.decode(), "patterns")
    assert "这是规律，不是过错" in told
    assert "刚过门槛的订单" in told
    assert "钱伟" in told
    assert "HT-20260312-001" in told
    assert "刚过 3" in told
    assert only(r'<span class="n">([\d,]+\.\d\d)</span>', told) != "0.00"
    english = desks["hr"].get(MONTH, headers={"accept-language": "en"}).content.decode()
    assert 'id="x-patterns"' in english
    assert 'id="x-patterns"' not in desks["manager"].get(MONTH).content.decode(), "offices only"


def test_a_version_that_was_never_searched_can_be(desks, house):
    calculated(desks)
    Job.objects.all().delete()
    assert "这一版还没有查过" in section(desks["finance"].get(MONTH).content.decode(), "patterns")
    press(desks["finance"], f"{MONTH}patterns/")
    assert Job.objects.get().kind == "patterns"
