"""A dispute through the pages: raised on one's own line, answered in time, reviewed once, kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assay.desk.actions.notices import collect
from assay.desk.models import Notice
from assay.desk.queries import pay
from assay.desk.queries.notices import said as words_of
from assay.furniture.workdays import after_working_days, working_days_left
from assay.incentives.actions.disputes import pass_on_late
from assay.incentives.models import Dispute, Line, PayMonth
from assay.people import actions as people
from tests import factories
from tests.incentives.conftest import browsers
from tests.incentives.steps import MONTH, confirmed, opened, post, press

pytestmark = pytest.mark.django_db


def line_of(person, name="commission"):
    return Line.objects.get(statement__employee=person, line=name)


def begun(house):
    """March open to queries."""
    opened(browsers(house))


def raised(desks, house, **said):
    line = line_of(house.first)
    given = {"reason": "3月11日那单应是 9折，请核对。", **said}
    desks["salesperson"].post(f"/pay/lines/{line.pk}/dispute/", given)
    return Dispute.objects.get()


def test_a_payee_objects_to_his_own_line_and_the_clock_runs(desks, house):
    row = raised(desks, house, attachment=factories.pdf("合同.pdf"))
    assert row.due_on == after_working_days(timezone.localdate(), 5)
    assert row.state == "open"
    url = f"/pay/disputes/{row.pk}/"
    for role in ("salesperson", "manager", "finance", "hr"):
        assert "应是 9折" in desks[role].get(url).content.decode()
        assert desks[role].get(f"{url}attachment/").content.startswith(b"%PDF")
    assert "请核对，" in desks["hr"].get(url).content.decode(), (
        "of its history, in a line with others"
    )
    assert url in desks["hr"].get("/search/", {"q": row.number}).content.decode()
    stranger = factories.signed_in(who=house.second)
    assert stranger.get(url).status_code == 404
    assert stranger.get(f"/pay/lines/{row.line_id}/dispute/").status_code == 404
    again = desks["salesperson"].post(f"/pay/lines/{row.line_id}/dispute/", {"reason": "再提"})
    assert "已有处理中的异议" in again.content.decode()


def test_an_open_objection_holds_the_confirmation_up(desks, house):
    raised(desks, house)
    told = post(desks["manager"], f"{MONTH}confirm/manager/", department=house.team.pk)
    assert "还有 1 条异议没有办结" in told
    assert PayMonth.objects.get().state == "preview"


def test_the_manager_explains_hr_reviews_once(desks, house):
    row = raised(desks, house)
    url = f"/pay/disputes/{row.pk}/"
    assert desks["salesperson"].post(url, {"answer": "同意", "end": "explain"}).status_code == 404
    assert "必填" in desks["manager"].post(url, {"answer": "", "end": "explain"}).content.decode()
    press(desks["manager"], url, answer="合同上写的是 8.5折", end="explain")
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("explained", house.manager)
    press(desks["salesperson"], f"{url}appeal/", why="补充协议改成了 9折")
    row.refresh_from_db()
    assert (row.state, row.level) == ("open", 2)
    assert desks["manager"].post(url, {"answer": "不变", "end": "explain"}).status_code == 404
    press(desks["hr"], url, answer="补充协议没有盖章", end="explain")
    told = post(desks["salesperson"], f"{url}appeal/", why="再审")
    assert "只有一次" in told
    page = desks["salesperson"].get(url).content.decode()
    for said in ("应是 9折", "8.5折", "改成了 9折", "没有盖章"):
        assert said in page, "everything said is kept"


def test_more_appeals_than_hr_s_desk_lists_are_counted_and_reached(desks, house, monkeypatch):
    first = raised(desks, house)
    desks["salesperson"].post(
        f"/pay/lines/{line_of(house.first, 'phone').pk}/dispute/", {"reason": "少"}
    )
    for row in Dispute.objects.all():
        press(desks["manager"], f"/pay/disputes/{row.pk}/", answer="不变", end="explain")
        press(desks["salesperson"], f"/pay/disputes/{row.pk}/appeal/", why="再看")
    more = 'href="/pay/disputes/?state=open"'
    assert more not in desks["hr"].get("/").content.decode()
    monkeypatch.setattr(pay, "MOST", 1)
    page = desks["hr"].get("/").content.decode()
    assert '等人事复核的异议 <span class="dim">2</span>' in page
    assert f"/pay/disputes/{first.pk}/" in page
    assert more in page


def test_a_correction_names_the_record_and_the_figure_follows_from_it(desks, house):
    row = raised(desks, house)
    url = f"/pay/disputes/{row.pk}/"
    told = desks["manager"].post(url, {"answer": "漏了一单", "end": "correct"}).content.decode()
    assert "写明更正了哪条记录" in told
    before = row.line.amount
    factories.order(house.first, pieces=10, ratio="0.95", of=house.good, placed=True,
                    day=house.orders[1].day)  # fmt: skip
    press(desks["manager"], url, answer="漏了一单", end="correct", corrected="补录 3月11日的单")
    assert line_of(house.first).amount == before, "no figure is ever edited"
    post(desks["finance"], "/pay/months/calculate/", month="2026-03")
    now = Line.objects.get(
        statement__employee=house.first, line="commission",
        statement__run=PayMonth.objects.get().run,
    )  # fmt: skip
    assert now.amount > before
    assert PayMonth.objects.get().state == "preview"


def test_a_correction_after_the_lock_is_a_line_of_the_next_month_which_the_page_names(desks, house):
    confirmed(desks, house, MONTH)
    press(desks["finance"], f"{MONTH}lock/")
    line = line_of(house.first)
    desks["salesperson"].post(f"/pay/lines/{line.pk}/dispute/", {"reason": "漏了一单"})
    url = f"/pay/disputes/{Dispute.objects.get().pk}/"
    factories.order(house.first, pieces=10, ratio="0.95", of=house.good, placed=True,
                    day=house.orders[1].day)  # fmt: skip
    press(desks["manager"], url, answer="漏了一单", end="correct", corrected="补录 3月11日的单")
    post(desks["finance"], "/pay/months/calculate/", month="2026-04")
    late = line_of(house.first, "adjustment:commission")
    # 9,500 at 8 %, all of it beyond the base quota
    assert (late.amount, str(late.for_month)) == (760_00, "2026-03")
    assert Line.objects.get(pk=line.pk).amount == line.amount
    there = f'<a href="/pay/statements/{late.statement_id}/">'
    assert there in desks["finance"].get(url).content.decode()
    payee = desks["salesperson"]
    assert there not in payee.get(url).content.decode(), "nobody's but the offices' until it opens"
    press(desks["finance"], "/pay/months/2026-04/preview/")
    page = payee.get(url).content.decode()
    assert there in page
    assert late.title in page
    assert "760.00" in page


def test_an_objection_is_withdrawn_by_who_raised_it(desks, house):
    row = raised(desks, house)
    assert desks["manager"].post(f"/pay/disputes/{row.pk}/withdraw/", follow=True)
    row.refresh_from_db()
    assert row.state == "open"
    press(desks["salesperson"], f"/pay/disputes/{row.pk}/withdraw/")
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_who_answers_is_told_of_it_who_objected_of_the_answer_and_who_signs_of_his_step(
    desks, house
):
    row = raised(desks, house)
    assert notices("close") == [(house.manager.pk, "2026-03 结账轮到你：大客户部，部门经理确认")]
    assert notices("dispute") == [
        (house.manager.pk, f"赵敏 对“{row.line.title}”有异议，{row.number}，{row.due_on} 前答复")
    ]
    row.due_on = timezone.localdate()
    row.save()
    assert notices("dispute") == [
        (house.manager.pk, f"异议 {row.number} {row.due_on} 到期：赵敏“{row.line.title}”")
    ]
    url = f"/pay/disputes/{row.pk}/"
    press(desks["manager"], url, answer="合同上写的是 8.5折", end="explain")
    assert notices("dispute") == []
    assert notices("answered") == [
        (house.first.pk, f"异议 {row.number} 已解释：“合同上写的是 8.5折”")
    ]
    press(desks["salesperson"], f"{url}appeal/", why="补充协议改成了 9折")
    assert [who for who, _said in notices("dispute")] == [house.hr.pk]
    press(desks["hr"], url, answer="补充协议没有盖章", end="explain")
    press(desks["manager"], f"{MONTH}confirm/manager/", department=house.team.pk)
    assert notices("close") == [(house.director.pk, "2026-03 结账轮到你：总监确认")]


def notices(kind):
    """What is unread of a kind, after a worker's round: whose it is, and what it says."""
    collect()
    rows = Notice.objects.filter(kind=kind, read_at=None).select_related("user").order_by("pk")
    return [(row.user.employee_id, words_of(row)) for row in rows]


def test_only_whose_turn_it_is_answers(desks, house):
    row = raised(desks, house)
    url = f"/pay/disputes/{row.pk}/"
    said = {"answer": "不变", "end": "explain"}
    for role in ("finance", "director", "hr"):
        assert desks[role].post(url, said).status_code == 404, role
        assert 'name="answer"' not in desks[role].get(url).content.decode()
    assert 'name="answer"' in desks["manager"].get(url).content.decode()
    people.end_employment(house.manager, last=timezone.localdate() - timedelta(1), reason="")
    assert 'name="answer"' in desks["finance"].get(url).content.decode(), "nobody heads it"


def test_what_is_about_the_head_himself_the_director_answers(desks, house):
    line = Line.objects.filter(statement__employee=house.manager).first()
    assert line is not None
    desks["manager"].post(f"/pay/lines/{line.pk}/dispute/", {"reason": "少了"})
    url = f"/pay/disputes/{Dispute.objects.get().pk}/"
    said = {"answer": "不变", "end": "explain"}
    for role in ("manager", "finance", "hr"):
        assert desks[role].post(url, said).status_code == 404, role
    assert "已答复" in post(desks["director"], url, **said)


def test_an_objection_after_the_approval_holds_up_the_lock(desks, house):
    confirmed(desks, house, MONTH)
    line = line_of(house.first)
    desks["salesperson"].post(f"/pay/lines/{line.pk}/dispute/", {"reason": "漏了一单"})
    assert "还有 1 条异议没有办结" in post(desks["finance"], f"{MONTH}lock/")
    assert PayMonth.objects.get().state == "confirmed"
    url = f"/pay/disputes/{Dispute.objects.get().pk}/"
    press(desks["manager"], url, answer="没有漏", end="explain")
    assert "已锁定" in post(desks["finance"], f"{MONTH}lock/")


def test_what_nobody_answers_in_five_working_days_is_hr_s(desks, house):
    row = raised(desks, house)
    url = f"/pay/disputes/{row.pk}/"
    today = timezone.localdate()
    left = f"还有 {working_days_left(today, row.due_on)} 个工作日"
    assert left in desks["salesperson"].get(url).content.decode()
    assert "还有 5 个工作日" in left
    pass_on_late()
    row.refresh_from_db()
    assert row.level == 1
    row.due_on = today - timedelta(1)
    row.save()
    assert "1 条已超时" in desks["manager"].get("/").content.decode()
    pass_on_late()
    row.refresh_from_db()
    assert (row.level, row.due_on) == (2, after_working_days(today, 5))
    assert url in desks["hr"].get("/").content.decode()
    assert "五个工作日内没有答复，转人事复核" in desks["salesperson"].get(url).content.decode()
    assert desks["manager"].post(url, {"answer": "不变", "end": "explain"}).status_code == 404
    assert "已答复" in post(desks["hr"], url, answer="不变", end="explain")
    pass_on_late()
    assert Dispute.objects.get().state == "explained"
