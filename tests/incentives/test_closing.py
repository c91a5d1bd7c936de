"""The close of a month through the pages: each step by who may, in order, undone, locked; what comes late."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assay.errors import UserError
from assay.furniture.workdays import after_working_days
from assay.incentives.actions import closing
from assay.incentives.models import Line, PayMonth, Statement, Step
from assay.incentives.models import Receipt as Acknowledged
from assay.ledger.auditing import faults
from assay.ledger.queries import balance, balances
from assay.money import grouped
from assay.people import actions as people
from assay.sales.models import Receipt
from tests import factories
from tests.conftest import PLAN
from tests.incentives.reading import only, opened_orders, read_pdf
from tests.incentives.steps import MONTH, opened, post, press, signed

pytestmark = pytest.mark.django_db


def test_a_statement_is_nobodys_before_the_queries_open(desks, house):
    post(desks["finance"], "/pay/months/calculate/", month="2026-03")
    march = PayMonth.objects.get().month
    with pytest.raises(UserError, match="截止以后"):
        closing.open_preview(march, by=house.finance, today=date(2026, 3, 31))
    assert "2026-04-01 零点截止" in desks["finance"].get(MONTH).content.decode()
    assert "/pay/statements/1" not in desks["salesperson"].get("/pay/statements/").content.decode()
    assert "还没有提成单" in desks["salesperson"].get("/pay/statements/").content.decode()
    press(desks["finance"], f"{MONTH}preview/")
    row = PayMonth.objects.get()
    assert row.state == "preview"
    assert row.preview_to == after_working_days(timezone.localdate(), 3)
    page = desks["salesperson"].get("/pay/statements/").content.decode()
    assert ">S01<" in page
    assert "钱伟" not in page, "a colleague's is not his"


def test_a_months_page_shows_some_of_many_statements_and_leads_to_them_all(desks, monkeypatch):
    opened(desks)
    every = Statement.objects.all()
    whole = desks["finance"].get(MONTH).content.decode()
    assert "全部列出" not in whole
    monkeypatch.setattr("assay.incentives.views.months.SHOWN", 2)
    page = desks["finance"].get(MONTH).content.decode()
    assert page.count('href="/pay/statements/') < whole.count('href="/pay/statements/')
    assert f"另有 {every.count() - 2} 张" in page
    total = grouped(sum(one.total for one in every))
    assert total in only("提成单 <span.*?<tfoot>(.*?)</tfoot>", page), "the sum is that of all"
    listed = desks["finance"].get("/pay/statements/?month=2026-03").content.decode()
    assert all(f"/pay/statements/{one.pk}/" in listed for one in every)
    assert 'href="/pay/statements/?month=2026-03"' in page


def test_signatures_come_in_order_each_by_who_may(desks, house):
    opened(desks)
    assert "要先有：部门经理确认" in post(desks["director"], f"{MONTH}confirm/director/")
    assert desks["finance"].post(f"{MONTH}confirm/general/").status_code == 404
    assert "已确认" in post(desks["manager"], f"{MONTH}confirm/manager/", department=house.team.pk)
    assert "没有等待确认" in post(
        desks["manager"], f"{MONTH}confirm/manager/", department=house.team.pk
    )
    assert "要先有：总监确认" in post(desks["finance"], f"{MONTH}confirm/finance/")
    for kind in ("director", "hr", "finance", "general"):
        assert "已确认" in post(desks[kind], f"{MONTH}confirm/{kind}/")
    assert list(Step.objects.values_list("kind", flat=True)) == [
        "calculate", "preview", "manager", "director", "hr", "finance", "general",
    ]  # fmt: skip


def test_nothing_is_confirmed_while_the_queries_run(desks, house):
    post(desks["finance"], "/pay/months/calculate/", month="2026-03")
    press(desks["finance"], f"{MONTH}preview/")
    told = post(desks["manager"], f"{MONTH}confirm/manager/", department=house.team.pk)
    assert "查询期到" in told
    assert PayMonth.objects.get().state == "preview"


def test_the_last_step_is_taken_back_with_a_reason(desks, house):
    signed(desks, house)
    assert "撤销要写原因" in post(desks["general"], f"{MONTH}undo/", why=" ")
    for other in ("manager", "director", "hr", "finance"):
        assert f"{MONTH}undo/" not in desks[other].get(MONTH).content.decode()
        told = post(desks[other], f"{MONTH}undo/", why="我不同意")
        assert "陆文渊 本人或后面步骤的人撤销" in told, other
    press(desks["general"], f"{MONTH}undo/", why="财务还要看一眼")
    assert "总经理批准后才能锁定" in post(desks["finance"], f"{MONTH}lock/")
    step = Step.objects.get(kind="general")
    assert (step.undone_why, step.undone_by) == ("财务还要看一眼", house.general)
    assert "已撤销" in post(desks["general"], f"{MONTH}undo/", why="财务那一步也撤"), "signs later"
    for kind in ("finance", "general"):
        press(desks[kind], f"{MONTH}confirm/{kind}/")
    press(desks["finance"], f"{MONTH}lock/")
    assert "锁定以后不能撤销" in post(desks["finance"], f"{MONTH}undo/", why="改")


def test_nobody_approves_what_pays_himself(desks, house):
    # From today on the salesperson also sits in finance.
    people.take_post(
        house.second, role="finance", department=house.team, start=date(2026, 3, 2), title=""
    )
    opened(desks)
    press(desks["manager"], f"{MONTH}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr"):
        press(desks[kind], f"{MONTH}confirm/{kind}/")
    both = factories.signed_in("finance", house.second)
    page = both.get(MONTH).content.decode()
    assert "钱伟 本月有自己的提成单，这一步由别人办" in page
    assert "这个月有付给你自己的提成单" in page
    assert "confirm/finance/" not in page, "no button that would refuse"
    assert "confirm/finance/" in desks["finance"].get(MONTH).content.decode()
    assert "要由别人确认" in post(both, f"{MONTH}confirm/finance/")
    press(desks["finance"], f"{MONTH}confirm/finance/")
    press(desks["general"], f"{MONTH}confirm/general/")
    assert "要由别人锁定" in post(both, f"{MONTH}lock/")
    assert PayMonth.objects.get().state == "confirmed"
    assert "已锁定" in post(desks["finance"], f"{MONTH}lock/")


@pytest.mark.parametrize("alone", [False, True])
def test_a_manager_who_sells_signs_for_his_people_and_the_director_for_him(desks, house, alone):
    place = house.team
    if alone:
        place = factories.department(code="KB", name="分部", parent=house.team)
    people.take_post(
        house.manager, role="salesperson", department=place, start=date(2026, 3, 2), title=""
    )
    factories.order(house.manager, pieces=40, ratio="0.9", of=house.good, placed=True,
                    day=date(2026, 3, 12))  # fmt: skip
    opened(desks)
    assert Statement.objects.get(employee=house.manager, role="salesperson").total > 0
    own = "沈国栋 本人的提成单由总监确认"
    with CaptureQueriesContext(connection) as asked:
        page = desks["director"].get(MONTH).content.decode()
    of_benches = [one for one in asked if 'NOT ("incentives_statement"."role"' in one["sql"]]
    assert len(of_benches) == 1, "the page reads the departments once"
    assert own in page
    assert "大客户部，这个部门由 沈国栋 确认" in page
    assert "确认 大客户部 的提成单" not in page, "what he would be refused is not offered"
    assert "包括 沈国栋 本人的提成单" in page
    if alone:  # nobody else in it: a department that waits for the director alone
        assert own in post(desks["manager"], f"{MONTH}confirm/manager/", department=place.pk)
        page = desks["manager"].get(MONTH).content.decode()
        assert "确认 大客户部 的提成单" in page
        assert "确认 分部 的提成单" not in page
    assert "要先有：部门经理确认" in post(desks["director"], f"{MONTH}confirm/director/")
    assert "已确认" in post(desks["manager"], f"{MONTH}confirm/manager/", department=house.team.pk)
    assert Step.objects.get(kind="manager").department == house.team
    assert "已确认" in post(desks["director"], f"{MONTH}confirm/director/")


def test_a_locked_month_stands_in_the_books_and_is_never_worked_out_again(desks, house):
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    held = {s.code: s.total for s in Statement.objects.filter(employee__isnull=False)}
    owed = balances("payable.payee")
    assert owed == {code: total for code, total in held.items() if total}
    agent = Statement.objects.get(agent=house.agent)
    assert balance("payable.agent:A01") == agent.total > 0, "agents have a payable of their own"
    assert balance("expense.commission") == sum(held.values())
    assert "不能再算" in post(desks["finance"], "/pay/months/calculate/", month="2026-03")
    assert faults() == []
    books = desks["finance"].get("/pay/books/").content.decode()
    moved = desks["finance"].get("/pay/books/expense.commission/").content.decode()
    for page in (books, moved):
        assert house.first.name in page, "whose an account is, by name"
    one = Statement.objects.get(employee=house.first)
    page = desks["salesperson"].get(f"/pay/statements/{one.pk}/").content.decode()
    assert f"账簿里现在还应付 ¥{grouped(balance('payable.payee:S01'))}" in page


def test_a_statement_opens_to_the_order_and_the_clause(desks, house):
    opened(desks)
    one = Statement.objects.get(employee=house.first)
    page = desks["salesperson"].get(f"/pay/statements/{one.pk}/").content.decode()
    for said in ("HT-20260301-001", "六.1.1", "六.3", "怎么算的", "9折"):
        assert said in page
    told = opened_orders(desks["salesperson"], page)
    for said in ("六.1.1", "基本任务量", "36,000.00", "9折"):
        assert said in told, said
    url = f"/pay/statements/{one.pk}/order/?line=commission&order=HT-20260301-001"
    with CaptureQueriesContext(connection) as asked:
        assert "基本任务量" in desks["manager"].get(url).content.decode()
    of_customers = [one for one in asked if 'FROM "customers_customer"' in one["sql"]]
    assert len(of_customers) == 1, "one order asks for one name, however many lines there are"
    for foreign in ("9", "%00", "&nth=1"):
        assert desks["salesperson"].get(f"{url}{foreign}").status_code == 404
    other = Statement.objects.get(employee=house.second)
    assert desks["salesperson"].get(f"/pay/statements/{other.pk}/").status_code == 404
    assert desks["manager"].get(f"/pay/statements/{other.pk}/").status_code == 200
    foreign = url.replace(f"/{one.pk}/", f"/{other.pk}/")
    assert desks["salesperson"].get(foreign).status_code == 404


def test_a_statement_is_acknowledged_once_it_is_locked_and_kept_as_a_slip(desks, house):
    signed(desks, house)
    one = Statement.objects.get(employee=house.first)
    url = f"/pay/statements/{one.pk}/"
    assert "锁定以后才能确认" in post(desks["salesperson"], f"{url}agree/")
    press(desks["finance"], f"{MONTH}lock/")
    assert "只能确认自己的" in post(desks["manager"], f"{url}agree/")
    page = desks["salesperson"].get(url).content.decode()
    read = only(r'name="read" value="(\w{64})"', page)
    assert f">{read[:12]}<" in page, "the code, before he says so"
    for stale in ("", "0" * 64):
        assert "提成单变了" in post(desks["salesperson"], f"{url}agree/", read=stale)
    assert not Acknowledged.objects.exists()
    assert "已确认" in post(desks["salesperson"], f"{url}agree/", read=read)
    assert f"校验码 {read[:12]}" in desks["salesperson"].get(url).content.decode(), "and after"
    assert "已经确认过了" in post(desks["salesperson"], f"{url}agree/", read=read)
    slip = read_pdf(desks["salesperson"].get(f"{url}slip/").content)
    for said in (house.first.name, "2026-03", grouped(one.total), one.run.root, "大客户部薪酬方案"):
        assert said in slip, said


def test_what_comes_late_is_a_line_of_the_next_month(desks, house):
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    added = factories.order(house.first, pieces=100, ratio="0.95", of=house.good, placed=True,
                            day=date(2026, 3, 28))  # fmt: skip
    factories.order(house.first, pieces=30, ratio="0.95", of=house.good, placed=True,
                    day=date(2026, 4, 2))  # fmt: skip
    post(desks["finance"], "/pay/months/calculate/", month="2026-04")
    late = Line.objects.filter(for_month__isnull=False).order_by("line")
    assert {(x.statement.code, x.line) for x in late} == {
        ("S01", "adjustment:commission"), ("M01", "adjustment:override"),
    }  # fmt: skip
    assert all(x.amount > 0 and "补发" in x.title and x.reason for x in late)
    press(desks["finance"], "/pay/months/2026-04/preview/")
    one = late.get(statement__code="S01").statement
    page = desks["salesperson"].get(f"/pay/statements/{one.pk}/").content.decode()
    assert "补发补扣" in page
    assert "2026-03" in page
    url = f"/pay/adjustments/{late.get(statement__code='S01').pk}/"
    assert url in page, "the figure opens"
    told = " ".join(desks["salesperson"].get(url).content.decode().split())
    assert f"/sales/orders/{added.pk}/" in told
    # 16,000 beyond the base quota at 8 % and 76,500 at 4 % before; 95,000 at 8 % more now.
    for said in (
        "¥4,340.00",
        "¥11,940.00",
        "95,000.00",
        "8%",
        "9折以上（含）",
        "六.1.1",
        "7,600.00",
    ):
        assert said in told, said
    assert house.orders[0].number not in told, "it pays what it paid"
    assert factories.signed_in("salesperson", house.second).get(url).status_code == 404


@pytest.fixture
def by_receipts(settings, tmp_path):
    """The reading that pays agents by what came in."""
    settings.PLANS = tmp_path / "plans"
    settings.PLANS.mkdir()
    text = PLAN.read_text(encoding="utf-8")
    head, found, tail = text.partition("\n  agent_base:")
    tail = tail.replace("read: order", "read: receipts", 1)
    (settings.PLANS / "ours.yaml").write_text(head + found + tail, encoding="utf-8")


def received(browser, order, day, amount):
    said = {"day": day, "amount": amount, "payer": order.customer.name}
    press(browser, "/sales/receipts/new/", **said, method="transfer")
    url = f"/sales/receipts/{Receipt.objects.latest('pk').pk}/match/"
    press(browser, url, order=order.number, amount=amount)


def test_each_collection_of_an_order_is_opened_by_itself(desks, house, by_receipts):
    for day, amount in (("2026-03-25", "20000"), ("2026-03-28", "5000")):
        received(desks["finance"], house.orders[2], day, amount)
    opened(desks)
    one = Statement.objects.get(agent=house.agent)
    assert one.total == 250_00
    page = desks["finance"].get(f"/pay/statements/{one.pk}/").content.decode()
    told = opened_orders(desks["finance"], page)
    assert "200.00元" in told
    assert "50.00元" in told.replace("250.00元", ""), "the second says how it came about itself"


def test_a_collection_put_down_late_is_paid_in_the_next_month(desks, house, by_receipts):
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    assert not Line.objects.filter(line="agent").exclude(amount=0).exists(), "nothing came in"
    received(desks["finance"], house.orders[2], "2026-03-25", "20000")
    post(desks["finance"], "/pay/months/calculate/", month="2026-04")
    late = Line.objects.get(for_month__isnull=False)
    assert (late.statement.code, late.line, late.amount) == ("A01", "adjustment:agent", 200_00)
    assert "补发" in late.title


def test_an_order_put_right_late_is_taken_back_in_the_next_month(desks, house):
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    wrong = house.orders[1]
    told = post(desks["salesperson"], f"/sales/orders/{wrong.pk}/cancel/",
                why="重复录入", version=wrong.version)  # fmt: skip
    assert "已取消" in told
    post(desks["finance"], "/pay/months/calculate/", month="2026-04")
    late = Line.objects.get(line="adjustment:commission")
    # 76,500 at 4 %
    assert (late.statement.code, late.amount) == ("S01", -3_060_00)
    assert "补扣" in late.title
    assert wrong.number in late.reason


def test_statements_are_found_by_name_sound_and_number(desks):
    opened(desks)
    for said in ("赵敏", "zhaomin", "zm", "S01"):
        page = desks["finance"].get("/pay/statements/", {"q": said}).content.decode()
        assert ">S01<" in page, said
        assert ">S02<" not in page, said
