"""Agents register prospects: an answer at once, protection, each sees only his own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assay.customers import actions
from assay.customers.models import Customer, Prospect
from tests import factories

pytestmark = pytest.mark.django_db
SAID = {"name": "琴川机电安装有限公司", "contact": "段丽", "phone": "13812345678"}


@pytest.fixture
def agent():
    return factories.signed_in("agent")


def test_a_free_company_is_registered_and_protected(agent):
    assert "可以报备" in agent.get("/customers/prospects/verdict/", SAID).content.decode()
    answer = agent.post("/customers/prospects/register/", SAID)
    row = Prospect.objects.get()
    assert answer["Location"] == f"/customers/prospects/{row.pk}/"
    assert row.protected_until == timezone.localdate() + timedelta(90)
    assert row.protected_until.isoformat() in agent.get(answer["Location"]).content.decode()


def test_another_agent_is_told_no_and_sees_nothing_of_it(agent):
    agent.post("/customers/prospects/register/", SAID)
    other, row = factories.signed_in("agent"), Prospect.objects.get()
    again = {**SAID, "name": "琴川机电安装", "phone": "13900001111"}
    live = other.get("/customers/prospects/verdict/", again).content.decode()
    assert "别的代理商已报备" in live
    assert "锦程" not in live
    assert other.post("/customers/prospects/register/", again).status_code == 422
    assert other.get(f"/customers/prospects/{row.pk}/").status_code == 404
    assert SAID["name"] not in other.get("/customers/prospects/").content.decode()


def test_a_company_that_is_a_customer_is_refused_without_saying_whose(agent):
    factories.customer(factories.employee(name="林志远"), name=SAID["name"])
    page = agent.post("/customers/prospects/register/", SAID).content.decode()
    assert "已是本公司客户" in page
    assert "林志远" not in page


def test_when_the_protection_is_over_another_may_register(agent):
    today = timezone.localdate()
    late = actions.register_prospect(
        factories.agent(), name=SAID["name"], contact="段", day=today - timedelta(91)
    )
    assert agent.post("/customers/prospects/register/", SAID).status_code == 302
    late.refresh_from_db()
    assert late.state == "expired"


def test_a_registration_becomes_a_customer_of_somebody(agent):
    agent.post("/customers/prospects/register/", SAID)
    row = Prospect.objects.get()
    team = factories.department()
    boss, seller = factories.employee("manager", place=team), factories.employee(place=team)
    browser = factories.signed_in(who=boss)
    url = f"/customers/prospects/{row.pk}/decide/"
    assert "选由谁负责" in browser.post(url, {"verdict": "convert"}).content.decode()
    browser.post(url, {"verdict": "convert", "owner": seller.pk})
    customer = Customer.objects.get()
    assert (customer.agent, customer.owner, customer.source) == (row.agent, seller, "agent")
    assert agent.get(f"/customers/{customer.pk}/").status_code == 403


def decided(name, **more):
    """A registration of a company decided by its manager: the page's answer, and who looks after what."""
    row = Prospect.objects.get(name=name)
    team = factories.department()
    boss, seller = factories.employee("manager", place=team), factories.employee(place=team)
    said = {"verdict": "convert", "owner": seller.pk, **more}
    answer = factories.signed_in(who=boss).post(f"/customers/prospects/{row.pk}/decide/", said)
    return answer, sorted(Customer.objects.filter(owner=seller).values_list("name", flat=True))


def test_a_company_of_a_longer_name_in_the_pool_stays_there(agent):
    factories.customer(name=f"{SAID['name'][:4]}安装设计院")
    said = {**SAID, "name": SAID["name"][:4]}
    agent.post("/customers/prospects/register/", said)
    assert decided(said["name"])[1] == [said["name"]]


def test_a_phone_known_in_the_pool_is_the_same_company_unless_it_is_said_not_to_be(agent):
    factories.contact(factories.customer(name="琴川商贸有限公司"), phone=SAID["phone"])
    live = agent.get("/customers/prospects/verdict/", SAID).content.decode()
    assert "现在没有人负责" in live
    agent.post("/customers/prospects/register/", SAID)
    assert decided(SAID["name"])[1] == ["琴川商贸有限公司"]
    again = {**SAID, "name": "琴川文旅有限公司", "phone": "13900001111"}
    agent.post("/customers/prospects/register/", again)
    factories.contact(
        factories.customer(factories.employee(), name="云岭商贸"), phone="13900001111"
    )
    answer, _mine = decided(again["name"])
    assert "仍要新建" in answer.content.decode()
    assert decided(again["name"], anyway="on")[1] == [again["name"]]


def test_an_agent_gives_a_registration_up_once_and_another_may_take_it(agent):
    agent.post("/customers/prospects/register/", SAID)
    row = Prospect.objects.get()
    url = f"/customers/prospects/{row.pk}/withdraw/"
    other = factories.signed_in("agent")
    assert other.post(url).status_code == 404
    assert "报备已撤回" in agent.post(url, follow=True).content.decode()
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert "已撤回" in agent.post(url, follow=True).content.decode()
    assert other.post("/customers/prospects/register/", SAID).status_code == 302
