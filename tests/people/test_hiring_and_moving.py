"""Hiring, moving, paying otherwise, ending: through the pages, with nothing rewritten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.furniture.models import Change
from assay.people import actions, queries
from assay.people.models import Assignment, Employee, Wage
from tests import factories

pytestmark = pytest.mark.django_db
ID = "11010519491231002X"


def hired(browser, team, **said):
    given_ = {
        "number": "S99", "name": "单立新", "start": "2026/3/1", "role": "salesperson",
        "department": team.pk, "base_wage": "1,800", "phone_allowance": "¥100.00",
        "phone": "13800001234", "id_number": ID, **said,
    }  # fmt: skip
    return browser.post("/people/employees/hire/", given_)


def test_somebody_is_taken_on_with_post_and_pay():
    browser, team = factories.signed_in("hr"), factories.department()
    answer = hired(browser, team)
    person = Employee.objects.get(number="S99")
    assert answer["Location"] == f"/people/employees/{person.pk}/"
    wage = person.wages.get()
    assert (wage.base_wage, wage.phone_allowance, wage.start) == (180_000, 10_000, date(2026, 3, 1))
    page = browser.get(answer["Location"]).content.decode()
    assert "1,800.00" in page
    assert "138****1234" in page
    assert "13800001234" not in page
    assert ID not in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"base_wage": "十八元"}, "金额看不懂"),
        ({"start": "03/04/2026"}, "日期看不懂"),
        ({"id_number": "110105194912310021"}, "身份证号不对"),
        ({"phone": "12345"}, "电话号码不对"),
        ({"role": "clerk"}, "店员要选银楼"),
        ({"number": "E1"}, "已存在"),
        ({"department": ""}, "要选部门"),
    ],
)
def test_what_cannot_be_is_said_in_words(said, words):
    browser, team = factories.signed_in("hr"), factories.department()
    factories.employee(number="E1")
    answer = hired(browser, team, **said)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Employee.objects.filter(number="S99").exists()


def test_an_agent_cannot_be_staff_nor_staff_an_agent():
    browser, team = factories.signed_in("hr"), factories.department()
    factories.agent(kind="person", pay_by="labour", id_number=ID)
    assert "已登记为代理商" in hired(browser, team).content.decode()
    factories.employee(number="E7", id_number="440524188001010014")
    answer = browser.post(
        "/people/agents/sign/",
        {"code": "A9", "kind": "person", "name": "黄丽", "start": "2026-01-01", "pay_by": "labour",
         "id_number": "440524188001010014"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "代理商不能是员工" in answer.content.decode()


def test_a_move_ends_the_post_the_day_before_and_rewrites_nothing():
    old, new = factories.department(), factories.department(name="渠道部")
    boss = factories.employee("manager", old, name="沈国栋")
    person = factories.employee("salesperson", old)
    post = person.assignments.get()
    browser = factories.signed_in("hr")
    browser.post(
        f"/people/employees/{person.pk}/move/",
        {"post": post.pk, "start": "2026-02-01", "role": "salesperson", "department": new.pk},
    )
    post.refresh_from_db()
    assert (post.start, post.stop, post.department) == (factories.LONG_AGO, date(2026, 2, 1), old)
    assert queries.team_on(person.pk, date(2026, 1, 31)) == old.pk
    assert queries.team_on(person.pk, date(2026, 2, 1)) == new.pk
    assert queries.manager_on(old.pk, date(2026, 1, 31)) == boss
    spans = queries.posts_of(person, date(2026, 3, 1))
    assert [span.managers for span in spans] == [(), ("沈国栋",)]
    assert [span.now for span in spans] == [True, False]


def test_leaving_ends_posts_and_pay_and_is_told_on_the_page():
    person = factories.employee(base_wage=180_000)
    browser = factories.signed_in("hr")
    browser.post(f"/people/employees/{person.pk}/end/", {"last": "2026-03-31", "reason": "回乡"})
    person.refresh_from_db()
    assert person.stop == date(2026, 4, 1)
    assert person.assignments.get().stop == person.wages.get().stop == date(2026, 4, 1)
    assert "2026-03-31 离职" in browser.get(f"/people/employees/{person.pk}/").content.decode()
    again = browser.post(f"/people/employees/{person.pk}/end/", {"last": "2026-05-31"})
    assert "已离职，最后一天是 2026-03-31" in again.content.decode()


def test_pay_is_raised_from_a_day_on_and_never_before_the_present_pay_began():
    person = factories.employee(base_wage=180_000)
    browser = factories.signed_in("hr")
    url = f"/people/employees/{person.pk}/wage/"
    assert browser.post(url, {"start": "2021-01-01", "base_wage": "2000"}).status_code == 422
    browser.post(url, {"start": "2026-07-01", "base_wage": "0.2万"})
    assert list(person.wages.order_by("start").values_list("base_wage", "stop")) == [
        (180_000, date(2026, 7, 1)),
        (200_000, None),
    ]


def test_a_department_has_one_manager_at_a_time():
    team = factories.department()
    factories.employee("manager", team)
    browser = factories.signed_in("hr")
    answer = hired(browser, team, role="manager")
    assert "已有经理" in answer.content.decode()


def test_the_database_itself_refuses_overlaps():
    """Rows written past the actions: bulk, or by another program."""
    person, team = factories.employee(), factories.department()
    post = Assignment(
        employee=person, role="salesperson", department=team, start=date(2026, 1, 1), stop=None
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.bulk_create([post])
    Wage.objects.bulk_create(
        [
            Wage(
                employee=person,
                start=date(2026, 1, 1),
                stop=date(2026, 2, 1),
                base_wage=1,
                phone_allowance=0,
            )
        ]
    )
    later = Wage(employee=person, start=date(2026, 2, 1), stop=None, base_wage=2, phone_allowance=0)
    later.save()
    later.start = date(2026, 1, 31)
    with pytest.raises(IntegrityError), transaction.atomic():
        later.save()


@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(spans=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12) | st.none()), max_size=6))
def test_whatever_is_tried_no_day_has_two_wages(spans):
    with transaction.atomic():
        person = factories.employee()
        for start, length in spans:
            first = date(2026, 1, 1) + timedelta(start)
            stop = first + timedelta(length) if length else None
            try:
                with transaction.atomic():
                    Wage.objects.bulk_create(
                        [
                            Wage(
                                employee=person,
                                start=first,
                                stop=stop,
                                base_wage=1,
                                phone_allowance=0,
                            )
                        ]
                    )
            except IntegrityError:
                continue
        days = [date(2026, 1, 1) + timedelta(n) for n in range(60)]
        held = list(person.wages.all())
        for day in days:
            assert sum(w.start <= day and (w.stop is None or day < w.stop) for w in held) <= 1
        transaction.set_rollback(True)


def test_every_change_says_who_when_and_what():
    browser = factories.signed_in("hr", who := factories.employee("hr", name="苏宁"))
    person = factories.employee(name="陈雅琴")
    browser.post(
        f"/people/employees/{person.pk}/change/", {"name": "陈雅芹", "phone": "13900001111"}
    )
    change = Change.objects.filter(label="people.employee", key=person.pk).latest("id")
    assert change.who == who.login.username
    assert change.what["name"] == ["陈雅琴", "陈雅芹"]
    assert change.what["phone"] == [None, "139****1111"]
    page = browser.get(f"/people/employees/{person.pk}/").content.decode()
    assert "陈雅琴 →" in page


def test_a_manager_sees_those_who_were_his_while_he_led_them_and_nobody_else():
    team, other = factories.department(), factories.department()
    boss = factories.employee("manager", team, start=date(2024, 1, 1))
    mine = factories.employee("salesperson", team, name="赵敏")
    before = factories.employee("salesperson", team, name="欧阳倩")
    actions.end_employment(before, last=date(2023, 6, 30))
    left = factories.employee("salesperson", team, name="林志远")
    actions.move(
        left,
        post=left.assignments.get(),
        role="salesperson",
        start=date(2025, 1, 1),
        department=other,
    )
    stranger = factories.employee("salesperson", other)
    browser = factories.signed_in("manager", boss)
    page = browser.get("/people/employees/").content.decode()
    assert "赵敏" in page
    assert "林志远" in page
    assert "欧阳倩" not in page
    assert browser.get(f"/people/employees/{mine.pk}/").status_code == 200
    assert browser.get(f"/people/employees/{stranger.pk}/").status_code == 404
    assert browser.get(f"/people/employees/{before.pk}/").status_code == 404


def test_staff_are_found_by_every_reading_of_their_names():
    factories.employee(name="单立新", number="S06")
    factories.employee(name="曾文婷", number="S05")
    browser = factories.signed_in("director")
    for text, name in [
        ("shanlixin", "单立新"),
        ("slx", "单立新"),
        ("zwt", "曾文婷"),
        ("s06", "单立新"),
    ]:
        page = browser.get("/people/employees/", {"q": text}).content.decode()
        assert name in page, text
    assert "没有符合的" in browser.get("/people/employees/", {"q": "qqq"}).content.decode()


def test_today_decides_who_is_here():
    today = timezone.localdate()
    factories.employee(name="周㐱", start=today + timedelta(5))
    browser = factories.signed_in("director")
    assert "周㐱" in browser.get("/people/employees/", {"state": "gone"}).content.decode()
    assert "周㐱" not in browser.get("/people/employees/", {"state": "here"}).content.decode()


def test_what_has_not_begun_is_taken_back_and_what_it_ended_goes_on():
    team, other = factories.department(), factories.department()
    person = factories.employee("salesperson", team, base_wage=180_000)
    soon = timezone.localdate() + timedelta(20)
    moved = actions.move(
        person, post=person.assignments.get(), role="salesperson", start=soon, department=other
    )
    raised = actions.set_wage(person, start=soon, base_wage=200_000, phone_allowance=0)
    browser, url = factories.signed_in("hr"), f"/people/employees/{person.pk}/"
    assert "先撤销它们" in browser.post(
        f"{url}end/", {"last": timezone.localdate().isoformat()}
    ).content.decode()  # fmt: skip
    assert browser.get(url).content.decode().count("撤回") == 2
    browser.post(f"{url}take-back/post/{moved.pk}/")
    browser.post(f"{url}take-back/wage/{raised.pk}/")
    assert (person.assignments.get().department, person.assignments.get().stop) == (team, None)
    assert (person.wages.get().base_wage, person.wages.get().stop) == (180_000, None)
    begun = person.assignments.get()
    said = browser.post(f"{url}take-back/post/{begun.pk}/", follow=True).content.decode()
    assert "已经开始的改不了" in said


def test_a_department_closes_once_nobody_has_a_post_in_it():
    team = factories.department(name="渠道部")
    person = factories.employee("salesperson", team, name="赵敏")
    browser, url = factories.signed_in("hr"), f"/people/departments/{team.pk}/close/"
    assert (
        "还有人在这个部门任职：赵敏" in browser.post(url, {"last": "2026-06-30"}).content.decode()
    )
    actions.end_employment(person, last=date(2026, 6, 30))
    browser.post(url, {"last": "2026-06-30"})
    assert "2026-06-30 撤销" in browser.get(f"/people/departments/{team.pk}/").content.decode()
