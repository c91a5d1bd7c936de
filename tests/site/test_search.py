"""The search box of every page: whatever is typed, what is found is what the person may see."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command

from assay.customers import actions as customers
from assay.customers.models import Enquiry
from assay.furniture import finding
from assay.furniture.models import Clue
from assay.incentives.models import Claim
from assay.people.models import Training
from assay.sales.actions import money
from assay.sales.models import Request, Return
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return factories.employee("salesperson", name="曾立新", number="S077")


def found(browser, typed):
    """Names on the page of results."""
    page = browser.get("/search/", {"q": typed}).content.decode()
    return re.findall(r'<li><a href="[^"]+">([^<]+)</a>', page)


@pytest.mark.parametrize(
    "typed",
    [
        "单氏建筑", "建筑", "设计院", "筑设", "氏 设计", "shanshi", "danshi", "jianzhu", "ssjz", "dsjz", "jzsj",
        "SHANSHI", "K0001", "91350100M000100Y43", "100Y43", "021-55501234", "云岭", "ylj",
    ],
)  # fmt: skip
def test_a_customer_is_found_by_any_part_sound_or_number(seller, typed):
    factories.customer(
        seller, name="单氏建筑设计院有限公司", tax_number="91350100M000100Y43",
        tax_phone="021-55501234", group="云岭集团",
    )  # fmt: skip
    factories.customer(seller, name="碧湖酒店")
    names = found(factories.signed_in(who=seller), typed)
    assert typed != "云岭" or "云岭集团" in names
    assert [name for name in names if name != "云岭集团"] == ["单氏建筑设计院有限公司"]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("bailuyy", {"白鹭园艺", "白鹭渔业基地"}), ("bailuyuany", {"白鹭园艺"}), ("bailuyyjd", {"白鹭渔业基地"}),
        ("luyy", {"白鹭园艺", "白鹭渔业基地"}), ("yuyejd", {"白鹭渔业基地"}), ("YUYEJD", {"白鹭渔业基地"}),
        ("bailuzhgd", {"白鹭珠海宫殿"}), ("bailuzhhgd", {"白鹭珠海宫殿"}), ("jianhz", {"吉安海珠"}),
        ("jiannanhz", {"吉安南海珠"}), ("nanhaiay", {"南海爱园"}), ("di3wy", {"第3物业"}),
        ("danshij", {"单氏建筑"}), ("shanshijz", {"单氏建筑"}),
        ("bailuwhlyfzyx", {"白鹭文化旅游发展有限公司"}), ("bailuwhlyfx", set()),  # from the 21st letter on unknown
        ("bailuyn", set()),  # of 白鹭园 the n is no beginning
        ("bailuyyy", set()), ("bailuyu白鹭", set()), ("yyy", set()), ("azhzhzhzhzhzhzhzhzhz", set()),
    ],
)  # fmt: skip
def test_syllables_in_full_and_initials_behind_them_find_a_name(seller, typed, names):
    for name in (
        "白鹭园艺", "白鹭渔业基地", "白鹭园", "白鹭珠海宫殿", "吉安海珠", "吉安南海珠", "南海爱园", "第3物业",
        "单氏建筑", "白鹭文化旅游发展有限公司",
    ):  # fmt: skip
        factories.customer(seller, name=name)
    factories.customer(name="白鹭园艺二")  # another's
    browser = factories.signed_in(who=seller)
    assert set(found(browser, typed)) == names
    page = browser.get("/customers/", {"q": typed}).content.decode()
    assert set(re.findall(r'<a href="/customers/\d+/">([^<]+)<', page)) == names


@pytest.mark.parametrize(
    "typed",
    ["杨慧", "yanghuimin", "huimin", "yhm", "5678", "345678", "138 1234 5678", "+8613812345678"],
)
def test_a_contact_is_found_by_name_sound_and_phone(seller, typed):
    factories.contact(factories.customer(seller, name="碧湖酒店"))
    page = factories.signed_in(who=seller).get("/search/", {"q": typed}).content.decode()
    shown = "".join(re.findall(r"<li><a href=.*?</li>", page))
    assert "杨慧敏" in shown
    assert "碧湖酒店" in shown
    assert "13812345678" not in shown


def test_papers_are_found_by_number_with_and_without_its_marks(seller):
    order = factories.order(seller, placed=True)
    receipt = money.record_receipt(day=order.day, amount=10_000, payer="周敏")
    browser = factories.signed_in("finance")
    day = f"{order.day:%Y%m%d}"
    for typed in (
        order.number,
        str(order).replace("-", "").lower(),
        f"{day}-001",
        f"{day}001",
        order.quote_number,
    ):
        assert str(order) in found(browser, typed), typed
    assert found(browser, receipt.number) == [receipt.number]
    assert found(browser, f"HT-{day}-999") == []


def test_people_agents_shops_and_goods_are_found_by_who_may_see_them(seller):
    factories.agent(name="锦程礼品有限公司")
    factories.shop(name="南京路银楼")
    factories.good(name="足金吊坠", number="G9001")
    hr, mine = factories.signed_in("hr"), factories.signed_in(who=seller)
    assert found(hr, "zenglixin") == ["曾立新"]
    assert found(hr, "clx") == ["曾立新"]
    assert found(hr, "jcl") == ["锦程礼品有限公司"]
    assert found(hr, "njl") == found(mine, "njl") == ["南京路银楼"]
    assert found(mine, "zjdz") == found(mine, "g9001") == ["足金吊坠"]
    assert found(mine, "zenglixin") == found(mine, "jcl") == []


def test_nothing_is_shown_to_the_wrong_person(seller):
    other = factories.employee("salesperson")
    row = factories.customer(other, name="云岭电力设计院")
    factories.contact(row, name="段丽")
    order = factories.order(other, customer=row, placed=True)
    agent = factories.signed_in("agent")
    clerk = factories.signed_in("clerk")
    for browser in (
        factories.signed_in(who=seller),
        agent,
        clerk,
        factories.signed_in("hr"),
        factories.signed_in("admin"),
    ):
        for typed in ("云岭", "yldl", "段丽", order.number):
            assert found(browser, typed) == [], typed
    assert found(factories.signed_in(who=other), "段丽") == ["段丽"]
    assert found(factories.signed_in("director"), "云岭") == ["云岭电力设计院"]


def test_an_agent_finds_his_own_registrations():
    mine, others = factories.agent(), factories.agent()
    made = [
        customers.register_prospect(agent, name=name, contact="段丽")
        for agent, name in ((mine, "滇池银行"), (others, "滇池酒店"))
    ]
    browser = factories.signed_in("agent", mine)
    for typed in ("滇池", "银行", "dianchi", "yh", "dianchiyh", made[0].number):
        assert found(browser, typed) == ["滇池银行"], typed
    assert found(browser, made[1].number) == []


def test_an_opportunity_is_found_by_any_part_and_sound_of_its_title_by_who_may_see_it(seller):
    row = factories.opportunity(seller, title="中秋福利银条")
    other = factories.employee("salesperson")
    factories.opportunity(other, title="国庆福利银条")
    mine = factories.signed_in(who=seller)
    for typed in ("中秋", "福利", "fuliyt", "fuli", "zqfl", "银条 中秋"):
        assert found(mine, typed) == ["中秋福利银条"], typed
        assert "国庆" not in mine.get("/sales/opportunities/", {"q": typed}).content.decode()
        assert "中秋福利" in mine.get("/sales/opportunities/", {"q": typed}).content.decode()
    assert (
        f'<a href="/sales/opportunities/{row.pk}/"' in mine.get("/search/?q=fuli").content.decode()
    )
    assert set(found(factories.signed_in("director"), "fuli")) == {"中秋福利银条", "国庆福利银条"}
    for role in ("finance", "hr", "clerk", "agent", "admin", "manager"):
        assert found(factories.signed_in(role), "fuli") == [], role
    row.title = "端午礼盒"
    row.save()
    assert found(mine, "fuli") == []
    assert found(mine, "dwlh") == ["端午礼盒"]


def test_a_group_is_found_by_its_sounds(seller):
    factories.customer(seller, name="碧湖酒店", group="云岭集团")
    factories.customer(name="南屏酒店", group="云岭二集团")
    browser = factories.signed_in(who=seller)
    for typed in ("yunlingjt", "yunling", "yljt"):
        assert found(browser, typed)[-1] == "云岭集团", typed
        assert "云岭二集团" not in found(browser, typed)


def test_one_of_ones_own_is_found_where_hundreds_share_the_word(seller, monkeypatch):
    monkeypatch.setattr(finding, "NAMED", 5)
    for n in range(8):
        factories.customer(factories.employee(), name=f"滇池第{n}物业")
    factories.customer(seller, name="南屏物业")
    browser = factories.signed_in(who=seller)
    assert found(browser, "物业") == found(browser, "wuye") == ["南屏物业"]


def test_names_that_begin_as_typed_come_first(seller):
    for name in ("江城物业", "上海江城", "江城"):
        factories.customer(seller, name=name)
    assert found(factories.signed_in(who=seller), "江城") == ["江城", "江城物业", "上海江城"]


def test_suggestions_are_a_part_of_a_page_and_lead_to_all(seller):
    for n in range(7):
        factories.customer(seller, name=f"滇池第{n}物业")
    browser = factories.signed_in(who=seller)
    page = browser.get("/search/", {"q": "滇池"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert page.count('role="option"') == 6  # five and the way to all
    assert len(found(browser, "滇池")) == 7
    home = browser.get("/").content.decode()
    assert 'role="combobox"' in home
    assert 'action="/search/"' in home


def test_what_is_found_follows_every_change(seller):
    browser = factories.signed_in(who=seller)
    row = factories.customer(seller, name="碧湖酒店")
    row = customers.change_customer(row, version=row.version, name="澜桥酒店")
    assert found(browser, "碧湖") == []
    assert found(browser, "lqjd") == ["澜桥酒店"]
    contact = factories.contact(row, name="段丽")
    customers.change_contact(contact, left=True)
    assert found(browser, "段丽") == []
    other = factories.customer(seller, name="白鹭宾馆")
    row.refresh_from_db()
    customers.merge(row, other, versions=(row.version, other.version), choices={}, reason="同一家")
    assert found(browser, "bailu") == []
    assert found(browser, "澜桥") == ["澜桥酒店"]


def test_all_clues_written_anew_are_those_that_were_kept(seller, capsys):
    row = factories.customer(seller, name="单氏建筑有限公司", short="单氏", group="单氏")
    factories.contact(row)
    factories.good()
    factories.opportunity(seller)
    kept = set(Clue.objects.values_list("kind", "place", "text", "key"))
    Clue.objects.filter(kind="customer").delete()
    call_command("index_clues")
    assert set(Clue.objects.values_list("kind", "place", "text", "key")) == kept
    Clue.objects.filter(kind__in=["opportunity", "group"]).delete()  # as in an older database
    finding.complete()
    assert set(Clue.objects.values_list("kind", "place", "text", "key")) == kept


def test_what_cannot_mean_anything_finds_nothing(seller):
    factories.customer(seller, name="碧湖酒店")
    browser = factories.signed_in(who=seller)
    for typed in ("", "  ", "%", "_", "'", "--", "𠮷", "a" * 500):
        assert found(browser, typed) == []


@pytest.mark.parametrize(("few", "common"), [(1000, 5000), (1, 5000), (1, 1)])
def test_lists_find_the_same_however_many_hold_the_word(seller, monkeypatch, few, common):
    monkeypatch.setattr(finding, "FEW", few)
    monkeypatch.setattr(finding, "COMMON", common)
    rows = [factories.customer(seller, name=f"滇池第{n}物业") for n in "三一二"]
    factories.contact(factories.customer(seller, name="南屏酒店"), name="滇晓东")
    factories.customer(name="滇池第四物业")
    orders = [factories.order(seller, customer=row) for row in rows]
    browser = factories.signed_in(who=seller)
    all_of_them = {row.name for row in rows}
    for typed, names in (
        ("滇", {*all_of_them, "南屏酒店"}), ("物业 滇池第二", {"滇池第二物业"}), ("dcd", all_of_them),
    ):  # fmt: skip
        page = browser.get("/customers/", {"q": typed}).content.decode()
        shown = set(re.findall(r'<a href="/customers/\d+/">([^<]+)<', page))
        assert shown == names, typed
    page = browser.get("/sales/orders/", {"q": "wuye"}).content.decode()
    assert set(re.findall(r'<a href="/sales/orders/(\d+)/">', page)) == {str(o.pk) for o in orders}


def test_every_paper_is_found_by_its_number_and_by_who_may_see_it(house):
    boss, finance = house.browser("manager"), house.browser("finance")
    models = (Request, Return, Enquiry, Training)
    rows = [row for model in models if (row := model.objects.first()) is not None]
    assert len(rows) >= 3
    for row in rows:
        assert found(boss, row.number) or found(finance, row.number), row
    claim = Claim.objects.first()
    assert claim is not None
    assert found(finance, claim.number) == [claim.number]
    assert found(house.browser("clerk"), claim.number) == []
