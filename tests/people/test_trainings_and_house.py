"""By the pages of HR and the house: a training with its results, a shop, the company's profile."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from assay.people.models import Agent, Company, Department, Employee, Shop, Training, User
from tests import factories

pytestmark = pytest.mark.django_db
ID = "11010519491231002X"


def test_a_training_is_planned_and_its_results_are_posted_and_shown():
    team = factories.department()
    one, other = (factories.employee(place=team, name=name) for name in ("赵敏", "段丽"))
    browser = factories.signed_in("hr")
    said = {
        "title": "新品知识", "day": "2026-03-05", "hours": "2", "trainer": "顾明远", "place": "二楼",
        "employees": [one.pk, other.pk],
    }  # fmt: skip
    answer = browser.post("/people/trainings/plan/", said)
    training = Training.objects.get()
    where = f"/people/trainings/{training.pk}/"
    assert answer["Location"] == where
    page = browser.get(where).content.decode()
    for words in ("新品知识", "顾明远", "二楼", "赵敏", "段丽", "未评"):
        assert words in page, words
    assert "合格" not in page
    came, away = training.seats.get(employee=one), training.seats.get(employee=other)
    told = {
        f"{came.pk}-attended": "yes", f"{came.pk}-result": "passed", f"{came.pk}-score": "93",
        f"{away.pk}-attended": "no", f"{away.pk}-result": "open",
    }  # fmt: skip
    assert browser.post(f"{where}results/", told)["Location"] == where
    came.refresh_from_db()
    away.refresh_from_db()
    assert (came.attended, came.result, came.score) == (True, "passed", 93)
    assert (away.attended, away.result, away.score) == (False, "open", None)
    page = browser.get(where).content.decode()
    assert "合格" in page
    assert '<td class="n">93</td>' in page
    row = browser.get("/people/trainings/").context["window"].rows[0]
    assert (row.asked, row.came, row.passed) == (2, 1, 1)


def test_a_result_of_somebody_who_did_not_come_is_refused_and_nothing_is_kept():
    one, other = factories.employee(name="赵敏"), factories.employee(name="段丽")
    training = factories.training(one, other)
    came, away = training.seats.get(employee=one), training.seats.get(employee=other)
    told = {
        f"{came.pk}-attended": "yes", f"{came.pk}-result": "passed",
        f"{away.pk}-attended": "no", f"{away.pk}-result": "passed",
    }  # fmt: skip
    answer = factories.signed_in("hr").post(f"/people/trainings/{training.pk}/results/", told)
    assert answer.status_code == 422
    came.refresh_from_db()
    assert (came.attended, came.result) == (None, "open")


def test_who_was_asked_sees_the_training_and_his_own_result_alone():
    one, other = factories.employee(name="赵敏"), factories.employee(name="段丽")
    training = factories.training(one, other)
    page = factories.signed_in(who=one).get(f"/people/trainings/{training.pk}/").content.decode()
    assert "段丽" not in page
    stranger = factories.signed_in()
    assert stranger.get(f"/people/trainings/{training.pk}/").status_code == 404
    assert stranger.post(f"/people/trainings/{training.pk}/results/").status_code == 403


def test_a_shop_is_opened_changed_and_closed_on_its_last_day():
    browser = factories.signed_in("hr")
    said = {
        "code": "Y09", "name": "淮海路银楼", "address": "淮海路 8 号", "phone": "02512345678",
        "start": "2025-05-01",
    }  # fmt: skip
    answer = browser.post("/people/shops/open/", said)
    shop = Shop.objects.get()
    where = f"/people/shops/{shop.pk}/"
    assert answer["Location"] == where
    assert "淮海路 8 号" in browser.get(where).content.decode()
    twice = browser.post("/people/shops/open/", said)
    assert twice.status_code == 422
    assert Shop.objects.count() == 1
    changed = {
        "name": "淮海中路银楼",
        "address": "淮海中路 18 号",
        "phone": "",
        "last": "2026-03-31",
    }
    assert browser.post(f"{where}change/", changed)["Location"] == where
    shop.refresh_from_db()
    assert (shop.name, shop.stop) == ("淮海中路银楼", date(2026, 4, 1))
    page = browser.get(where).content.decode()
    assert "淮海中路 18 号" in page
    assert "淮海中路银楼" in browser.get("/people/shops/").content.decode()
    assert factories.signed_in().post(f"{where}change/", changed).status_code == 403


def test_the_companys_profile_is_changed_and_stands_on_its_page():
    factories.company()
    browser = factories.signed_in("director")
    said = {
        "name": "成色银楼有限公司", "credit_code": "91350100M000100Y43", "address": "人民路 1 号",
        "phone": "02512345678", "bank": "滇池银行", "account": "123456789",
        "quote_words": "价格含税",
    }  # fmt: skip
    odds = {"odds_lead": 5, "odds_needs": 30, "odds_quoted": 100, "quote_days": 15}
    assert (Company().odds_lead, Company().odds_needs, Company().odds_quoted) == (10, 30, 60)
    assert browser.post("/people/company/", {**said, **odds, "odds_lead": 101}).status_code == 422
    assert browser.post("/people/company/", said | odds).status_code == 302
    kept = Company.objects.get()
    assert {name: getattr(kept, name) for name in odds} == odds
    assert {name: getattr(kept, name) for name in said} == said
    page = browser.get("/people/company/").content.decode()
    for words in said.values():
        assert words in page, words
    wrong = browser.post("/people/company/", {**said, "credit_code": "1", "name": "别名"})
    assert wrong.status_code == 422
    kept.refresh_from_db()
    assert kept.name == "成色银楼有限公司"
    assert factories.signed_in("hr").get("/people/company/").status_code == 403


def test_while_nobody_is_hr_the_administrator_takes_people_on_and_afterwards_not():
    admin = factories.signed_in("admin")
    assert "今天没有人事" in admin.get("/").content.decode()
    opened = {"code": "HR", "name": "人事部", "start": "2026-01-01"}
    assert admin.post("/people/departments/open/", opened).status_code == 302
    team = Department.objects.get()
    assert "人事部" in admin.get(f"/people/departments/{team.pk}/").content.decode()
    shop = {"code": "Y01", "name": "淮海路银楼", "start": "2026-01-01"}
    assert admin.post("/people/shops/open/", shop).status_code == 302
    assert admin.get("/people/import/employees/").status_code == 200
    said = {
        "number": "H01",
        "name": "段丽",
        "role": "hr",
        "department": team.pk,
        "start": "2026-01-01",
    }
    answer = admin.post("/people/employees/hire/", said)
    assert "段丽" in admin.get(answer["Location"]).content.decode()
    assert "今天没有人事" not in admin.get("/").content.decode()
    for path in ("departments/open/", "shops/open/", "employees/hire/", "import/employees/"):
        assert admin.get(f"/people/{path}").status_code == 403, path
    hr = factories.signed_in("hr", Employee.objects.get())
    assert hr.get("/people/employees/hire/").status_code == 200


def test_an_agreement_is_signed_changed_and_ended_on_its_last_day():
    browser = factories.signed_in("hr")
    said = {
        "code": "A09", "kind": "person", "name": "锦程", "agreement": "XY-9", "id_number": ID,
        "start": "2026-01-01", "pay_by": "labour", "bank": "滇池银行", "account": "6222000011112222",
    }  # fmt: skip
    answer = browser.post("/people/agents/sign/", said)
    row = Agent.objects.get()
    where = f"/people/agents/{row.pk}/"
    assert answer["Location"] == where
    page = browser.get(where).content.decode()
    for words in ("XY-9", "转账到个人，按劳务报酬", "滇池银行"):
        assert words in page, words
    assert said["account"] not in page
    changed = {
        "name": "锦程礼品",
        "agreement": "XY-10",
        "pay_by": "invoice",
        "bank": "",
        "account": "",
    }
    assert browser.post(f"{where}change/", changed)["Location"] == where
    row.refresh_from_db()
    assert (row.name, row.pay_by, row.stop) == ("锦程礼品", "invoice", None)
    assert row.account.open() == said["account"], "left empty it stays"
    browser.post(f"{where}change/", {**changed, "last": "2026-03-31"})
    row.refresh_from_db()
    assert row.stop == date(2026, 4, 1)
    assert "2026-03-31" in browser.get(where).content.decode()


def test_a_department_is_opened_under_another():
    above = factories.department(name="销售中心")
    browser = factories.signed_in("hr")
    said = {"code": "KB", "name": "渠道部", "parent": above.pk, "start": "2026-01-01"}
    answer = browser.post("/people/departments/open/", said)
    made = Department.objects.get(code="KB")
    assert answer["Location"] == f"/people/departments/{made.pk}/"
    assert (made.parent, made.start) == (above, date(2026, 1, 1))
    assert browser.post("/people/departments/open/", said).status_code == 422


def test_a_login_is_switched_off_and_on_again_but_never_ones_own():
    admin, seller = factories.login("admin"), factories.employee()
    browser, theirs = Client(), factories.signed_in(who=seller)
    browser.force_login(admin, "django.contrib.auth.backends.ModelBackend")
    where = f"/people/logins/{seller.login.pk}/"
    assert theirs.get("/").status_code == 200
    for active, status in ((False, 302), (True, 200)):
        assert browser.post(f"{where}switch/")["Location"] == where
        assert User.objects.get(employee=seller).is_active is active
        assert theirs.get("/").status_code == status
    assert browser.post(f"/people/logins/{admin.pk}/switch/").status_code == 404
