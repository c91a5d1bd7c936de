"""Targets: a year drafted, its sums checked, published as a version, never changed afterwards."""

from __future__ import annotations

import pytest
from django.utils import timezone

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
