"""Targets: a year drafted, its sums checked, published as a version, never changed afterwards."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import timezone

from assay.people import actions as people
from assay.sales.models import Target, TargetPlan
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_year_is_drafted_checked_and_published_in_versions():
    team = factories.department(code="KA")
    seller = factories.employee("salesperson", team)
    browser = factories.signed_in(who=factories.employee("manager", team))
    year = timezone.localdate().year
    browser.post("/sales/targets/draft/", {"year": year, "amount": "120万"})
    plan = TargetPlan.objects.get()
    january = year * 12
    said = {f"t-{january + n}-": "10万" for n in range(12)}
    said |= {f"t-{january}-{seller.pk}": "90000", "version": str(plan.version)}
    browser.post(f"/sales/targets/{plan.pk}/save/", said)
    page = browser.get(f"/sales/targets/?plan={plan.pk}").content.decode()
    assert "对不上" in page
    plan.refresh_from_db()
    url = f"/sales/targets/{plan.pk}/publish/"
    assert (
        "合计对不上" in browser.post(url, {"version": plan.version}, follow=True).content.decode()
    )
    stale = browser.post(f"/sales/targets/{plan.pk}/save/", said, follow=True).content.decode()
    assert "刚被别人改过" in stale
    more = {f"t-{january + n}-{seller.pk}": "10万" for n in range(12)}
    browser.post(f"/sales/targets/{plan.pk}/save/", more | {"version": plan.version})
    plan.refresh_from_db()
    browser.post(url, {"version": plan.version})
    plan.refresh_from_db()
    assert plan.state == "force"
    assert (
        "已发布的版本不能改"
        in browser.post(
            f"/sales/targets/{plan.pk}/save/", more | {"version": plan.version}, follow=True
        ).content.decode()
    )
    browser.post("/sales/targets/draft/", {"year": year, "amount": "120万"})
    second = TargetPlan.objects.get(edition=2)
    assert Target.objects.filter(plan=second).count() == 24
    page = browser.get(f"/sales/targets/?plan={second.pk}").content.decode()
    assert page.index("<details>", page.index('id="history"')) < page.index("新建 任务"), (
        "a line a cell"
    )
    browser.post(f"/sales/targets/{second.pk}/publish/", {"version": second.version})
    plan.refresh_from_db()
    assert plan.state == "past"


def test_a_director_drafts_for_the_department_he_names_and_a_manager_only_for_his():
    first, second = factories.department(code="KA"), factories.department(code="KB")
    leader = factories.signed_in(who=factories.employee("manager", first))
    said = {"year": 2027, "amount": "120万", "department": second.pk}
    leader.post("/sales/targets/draft/", said)
    assert TargetPlan.objects.get().department == first, "a manager's own, whatever is posted"
    factories.signed_in("director").post("/sales/targets/draft/", said)
    assert TargetPlan.objects.filter(department=second, year=2027).count() == 1


def drafted(department, amount="12万"):
    """A director's browser, and the draft of 2027 of a department."""
    browser = factories.signed_in("director")
    said = {"year": 2027, "amount": amount, "department": department.pk, "why": "试"}
    browser.post("/sales/targets/draft/", said)
    return browser, TargetPlan.objects.get(department=department, state="draft")


def save(browser, plan, **cells):
    plan.refresh_from_db()
    url = f"/sales/targets/{plan.pk}/save/"
    said = {name.replace("_", "-"): text for name, text in cells.items()}
    answer = browser.post(url, {**said, "version": plan.version}, follow=True)
    return answer.content.decode()


def test_a_target_is_of_somebody_who_sells_in_the_department_that_month():
    team = factories.department(code="KA")
    inside, outside = factories.employee(place=team), factories.employee(name="林远")
    browser, plan = drafted(team)
    month = 2027 * 12 + 3
    page = save(
        browser, plan, **{f"t_{month}_{inside.pk}": "1万", f"t_{month}_{outside.pk}": "1万"}
    )
    assert "不在这个部门卖货" in page
    assert "林远" in page
    assert "不在这个部门卖货" in save(browser, plan, **{f"t_{month}_987654": "1万"})
    assert not plan.targets.exists()
    save(browser, plan, **{f"t_{month}_{inside.pk}": "1万"})
    assert plan.targets.get().employee == inside


def test_nobody_has_targets_of_one_month_in_two_departments():
    first, second = factories.department(name="一部"), factories.department(name="二部")
    seller = factories.employee(place=first, name="林远")
    people.move(
        seller,
        post=seller.assignments.get(),
        role="salesperson",
        start=date(2027, 4, 16),
        department=second,
    )
    april = 2027 * 12 + 3
    for place in (first, second):
        browser, plan = drafted(place)
        save(browser, plan, **{f"t_{april}_{seller.pk}": "1万"})
        said = {"version": plan.version + 1, "why": "试"}
        page = browser.post(
            f"/sales/targets/{plan.pk}/publish/", said, follow=True
        ).content.decode()
        plan.refresh_from_db()
        assert plan.state == ("force" if place == first else "draft")
    assert "在一部的现行任务里已有任务额" in page
    save(browser, plan, **{f"t_{april}_{seller.pk}": ""})
    browser.post(f"/sales/targets/{plan.pk}/publish/", {"version": plan.version + 1, "why": "试"})
    plan.refresh_from_db()
    assert plan.state == "force"


def test_the_board_has_a_row_for_who_came_and_went_within_the_year():
    team = factories.department(code="KA")
    seller = factories.employee(place=team, name="林远", start=date(2027, 3, 1))
    people.end_employment(seller, last=date(2027, 10, 31))
    browser, plan = drafted(team)
    assert "林远" in browser.get(f"/sales/targets/?plan={plan.pk}").content.decode()


def test_what_is_typed_on_the_page_is_what_is_kept():
    """The names of the boxes come from the page itself, as a browser sends them back."""
    team = factories.department(code="KA")
    factories.employee("salesperson", team)
    browser = factories.signed_in(who=factories.employee("manager", team))
    year = timezone.localdate().year
    browser.post("/sales/targets/draft/", {"year": year, "amount": "120万"})
    plan = TargetPlan.objects.get()
    page = browser.get(f"/sales/targets/?plan={plan.pk}").content.decode()
    boxes = re.findall(r'<input class="n" inputmode="decimal" name="(t-[^"]+)"', page)
    assert len(boxes) == 36, "the department, its manager and one person, twelve months each"
    save = f"/sales/targets/{plan.pk}/save/"
    browser.post(save, {"version": plan.version, **dict.fromkeys(boxes, "10万")})
    assert Target.objects.filter(plan=plan, amount=10_000_000).count() == 36
    plan.refresh_from_db()
    lost = browser.post(save, {"version": plan.version, "t-24,322-": "9万"}, follow=True)
    assert "刷新再填" in lost.content.decode(), "nothing is dropped in silence"
    assert Target.objects.filter(plan=plan, amount=10_000_000).count() == 36
