"""Customers and contacts by Excel: previewed, written all or nothing, failed rows given back."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assay.customers.models import Contact, Customer
from assay.furniture import jobs
from assay.furniture.imports import pages, reading
from assay.furniture.models import Job
from tests import factories

pytestmark = pytest.mark.django_db
HEAD = ["编号", "客户名称", "城市", "负责人工号", "税号"]


@pytest.fixture
def team(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    place = factories.department()
    boss, seller = factories.employee("manager", place=place), factories.employee(place=place)
    return factories.signed_in(who=boss), seller


def send(browser, kind, head, *rows):
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    file = SimpleUploadedFile("a.csv", text.getvalue().encode("utf-8-sig"))
    return browser.post(f"/customers/import/{kind}/", {"file": file})["Location"]


def test_customers_come_in_and_are_updated_by_code(team):
    browser, seller = team
    factories.customer(seller, code="K1", name="碧湖酒店", city="苏州")
    job = send(browser, "customers", HEAD, ["K1", "碧湖酒店", "无锡", "", ""],
               ["K2", "云岭电力", "上海", seller.number, "91350100M000100Y43"])  # fmt: skip
    assert Customer.objects.count() == 1
    browser.post(f"{job}write/")
    found = {c.code: (c.name, c.city, c.owner_id) for c in Customer.objects.all()}
    assert found == {"K1": ("碧湖酒店", "无锡", seller.pk), "K2": ("云岭电力", "上海", seller.pk)}
    job = send(
        browser, "contacts", ["编号", "姓名", "角色", "电话"], ["K2", "段丽", "财务", "13812345678"]
    )
    browser.post(f"{job}write/")
    assert (Contact.objects.get().part, Contact.objects.get().phone.masked) == (
        "finance",
        "138****5678",
    )


def test_one_wrong_row_keeps_all_out_and_comes_back_with_its_reason(team):
    browser, seller = team
    factories.customer(seller, code="K1", name="碧湖酒店")
    factories.customer(factories.employee(), code="K8", name="别部门的客户")
    job = send(browser, "customers", HEAD, ["K5", "碧湖酒店有限公司", "", "", ""],
               ["K6", "好的一家", "", "", ""], ["K7", "税号错的", "", "", "123"],
               ["K8", "别部门的客户", "", "", ""], ["K9", "没人负责", "", "X99", ""])  # fmt: skip
    page = browser.get(job).content.decode()
    for said in ("已有同名客户 K1", "统一社会信用代码不对", "这位客户不归你管", "没有这个业务员"):
        assert said in page
    browser.post(f"{job}write/")
    assert Customer.objects.count() == 2
    assert browser.get(f"{job}failed/").status_code == 200


def test_owner_group_and_tier_change_by_a_file_with_their_history(team):
    browser, seller = team
    other = factories.employee(place=seller.assignments.get().department)
    kept = factories.customer(seller, code="K1", name="碧湖酒店", group="碧湖集团")
    lying = factories.customer(None, code="K2", name="云岭电力")
    head = ["编号", "客户名称", "负责人工号", "集团", "级别"]
    job = send(browser, "customers", head, ["K1", "碧湖酒店", other.number, "云岭集团", "大客户"],
               ["K2", "云岭电力", seller.number, "", ""], ["K3", "新开的", "", "云岭集团", "大客户"])  # fmt: skip
    page = browser.get(job).content.decode()
    assert f'<span class="struck faint">{seller.number}</span> {other.number}' in page
    assert '<span class="struck faint">普通客户</span> 大客户' in page
    browser.post(f"{job}write/")
    kept.refresh_from_db()
    lying.refresh_from_db()
    assert (kept.owner, str(kept.group), kept.tier) == (other, "云岭集团", "key")
    assert [t.how for t in kept.turns.order_by("pk")] == ["created", "handed"]
    assert kept.turns.latest("pk").reason == "由文件导入"
    assert [(s.tier, s.ground) for s in kept.tiers.order_by("start")] == [
        ("ordinary", "opening"), ("key", "brought"),
    ]  # fmt: skip
    assert (lying.owner, lying.pooled_on) == (seller, None)
    assert [t.how for t in lying.turns.order_by("pk")] == ["created", "assigned"]
    new = Customer.objects.get(code="K3")
    assert (new.tier, new.owner, new.pooled_on, str(new.group)) == (
        "key",
        None,
        new.opened,
        "云岭集团",
    )
    assert new.tiers.get().ground == "brought"
    # The same file again changes nothing.
    send(browser, "customers", head, ["K1", "碧湖酒店", other.number, "云岭集团", "大客户"])
    assert Job.objects.latest("id").result["same"] == 1


def test_names_and_tax_numbers_stand_once(team):
    browser, seller = team
    tax, other = "91350100M000100Y43", "91310000MA1FL00043"
    factories.customer(seller, code="K1", name="碧湖酒店", tax_number=tax)
    rows = [
        ["K2", "云岭电力", "", "", ""], ["K3", "云岭电力有限公司", "", "", ""],
        ["K4", "琴川机电", "", "", other], ["K5", "锦程物流", "", "", other], ["K6", "南山医院", "", "", tax],
    ]  # fmt: skip
    send(browser, "customers", HEAD, *rows)
    told = dict(Job.objects.latest("id").result["wrong"])
    for numbers, reason in (
        ((2, 3), "客户名称：在文件里重复：同名"), ((4, 5), "税号：在文件里重复：税号相同"),
        ((6,), "税号：已是客户 K1 的税号"),
    ):  # fmt: skip
        for number in numbers:
            assert reason in told[number], (number, told[number])


def test_nobody_says_by_a_file_of_what_tier_his_own_customer_is(team):
    browser, seller = team
    boss = seller.assignments.get().department.assignment_set.get(role="manager").employee
    factories.customer(boss, code="K1", name="碧湖酒店")
    factories.customer(seller, code="K2", name="云岭电力")
    head = ["编号", "客户名称", "负责人工号", "级别"]
    rows = [
        ["K1", "碧湖酒店", "", "大客户"], ["K1", "碧湖酒店", seller.number, "大客户"],
        ["K3", "新开的", boss.number, "大客户"], ["K2", "云岭电力", boss.number, "大客户"],
    ]  # fmt: skip
    for row in rows:
        page = browser.get(send(browser, "customers", head, row)).content.decode()
        assert "自己的客户不由自己定级别" in page, row
    job = send(
        browser,
        "customers",
        head,
        ["K1", "碧湖酒店", "", "普通客户"],
        ["K2", "云岭电力", "", "大客户"],
    )
    browser.post(f"{job}write/")
    assert dict(Customer.objects.values_list("code", "tier")) == {"K1": "ordinary", "K2": "key"}


def test_a_file_that_says_the_pool_of_an_owned_customer_is_told_so(team):
    browser, seller = team
    factories.customer(seller, code="K1", name="碧湖酒店")
    lying = factories.customer(None, code="K2", name="云岭电力")
    head = ["编号", "客户名称", "负责人"]
    rows = [["K1", "碧湖酒店", "公海"], ["K2", "云岭电力", "公海"], ["K3", "新开的", "公海"]]
    job = send(browser, "customers", head, *rows)
    assert f"{seller.name} 负责着；要放回公海" in browser.get(job).content.decode()
    browser.post(f"{send(browser, 'customers', head, *rows[1:])}write/")
    assert Customer.objects.get(code="K3").owner is None
    assert (lying.owner, Job.objects.latest("id").result["same"]) == (None, 1)


def test_a_salesperson_imports_nothing_and_too_long_a_text_says_so(team):
    browser, seller = team
    assert factories.signed_in(who=seller).get("/customers/import/customers/").status_code == 403
    job = send(browser, "customers", HEAD, ["K5", "长" * 121, "", "", ""])
    assert "最多 120 个字" in browser.get(job).content.decode()


def test_many_customers_are_opened_in_few_statements(
    team, monkeypatch, django_assert_max_num_queries
):
    browser, seller = team
    monkeypatch.setattr(pages, "AT_ONCE", 0)
    rows = [[f"K{n:05d}", f"云岭第{n}设计院", "苏州", seller.number, ""] for n in range(1000)]
    job = send(browser, "customers", HEAD, *rows)
    for state in ("ready", "done"):
        held = jobs.claim()
        assert held is not None
        with django_assert_max_num_queries(220):
            assert jobs.run(held).state == state
        browser.post(f"{job}write/")
    assert Customer.objects.filter(owner=seller).count() == 1000


CONTACT = ["编号", "姓名", "职务", "角色", "电话", "备注"]


def test_contacts_that_cannot_be_are_turned_down_each_with_its_reason(team):
    browser, seller = team
    factories.customer(seller, code="K1", name="碧湖酒店")
    factories.customer(factories.employee(), code="K8", name="别部门的客户")
    wrong = [
        (["", "段丽", "", "决策", "", ""], "编号：缺少"),
        (["K1", "", "", "决策", "", ""], "姓名：缺少"),
        (["K1", "段丽", "", "", "", ""], "决策中的角色：缺少"),
        (["K1", "苏宁", "", "老板", "", ""], "决策中的角色：写成 决策、使用、采购、财务、影响 之一"),
        (["K1", "林远", "", "决策", "12", ""], "电话：电话号码不对"),
        (["K9", "周敏", "", "决策", "", ""], "编号：没有编号为 K9 的客户"),
        (["K8", "周敏", "", "决策", "", ""], "编号：这位客户不归你管"),
        (["K1", "长" * 61, "", "决策", "", ""], "姓名：最多 60 个字"),
        (["K1", "孙立", "长" * 61, "决策", "", ""], "职务：最多 60 个字"),
        (["K1", "孙燕", "", "决策", "", "长" * 201], "备注：最多 200 个字"),
        (["K1", "两次", "", "决策", "", ""], "在文件里重复，第 12、13 行"),
        (["K1", "两次", "", "使用", "", ""], "在文件里重复，第 12、13 行"),
    ]  # fmt: skip
    job = send(
        browser,
        "contacts",
        CONTACT,
        *(row for row, _why in wrong),
        ["K1", "好", "", "决策", "", ""],
    )
    told = dict(Job.objects.latest("id").result["wrong"])
    assert all(why in told[n] for n, (_row, why) in enumerate(wrong, 2))
    browser.post(f"{job}write/")
    assert not Contact.objects.exists()


def test_a_file_of_too_many_rows_is_refused_in_words(team, monkeypatch):
    browser, _seller = team
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    job = send(browser, "customers", HEAD, *([f"K{n}", f"第{n}家", "", "", ""] for n in range(4)))
    page = browser.get(job).content.decode()
    assert "文件有 4 行；一次最多 3 行，请分成几个文件" in page
    assert Job.objects.get().state == "failed"
