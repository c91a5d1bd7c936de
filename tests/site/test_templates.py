"""The template of every kind of file: its example is nobody's data, a row written below it comes in."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from django.utils import timezone
from openpyxl import load_workbook

from assay.customers.models import Customer
from assay.furniture.imports.spec import SPECS
from assay.furniture.models import Job
from assay.incentives.models import PayMonth
from assay.incentives.queries.payroll import gross_of
from assay.money import yuan
from assay.people.models import Employee

pytestmark = pytest.mark.django_db


def row_of(kind, house):
    """Title -> cell: a row that can be written, of what the house has."""
    seller, today = Employee.objects.get(pk=house.numbers["people:"]), timezone.localdate()
    code, day = Customer.objects.get(pk=house.numbers["customers:"]).code, str(today)
    if kind == "paid":
        month = PayMonth.objects.get()
        month.state = "exported"
        month.save()
        number, gross = next(iter(gross_of(month).items()))
        return {
            "期间": str(month),
            "工号": number,
            "应发合计": yuan(gross),
            "实发": yuan(gross),
            "发放日": day,
        }
    return {
        "customers": {"编号": "K-新", "客户名称": "江北学校", "负责人工号": seller.number, "级别": "大客户"},
        "contacts": {"编号": code, "姓名": "孙立", "决策中的角色": "采购"},
        "orders": {"订单号": "旧-1", "下单日期": day, "客户编号": code, "业务员工号": seller.number,
                   "行号": "1", "品名": "银条", "原价金额": "1,000", "成交金额": "900"},
        "collections": {"银行流水号": "B-1", "收款日期": day, "付款方": "江北学校", "金额": "900"},
        "targets": {"部门编号": "KA", "月份": day[:7], "任务额": "30万"},
        "employees": {"工号": "S-新", "姓名": "孙立", "入职日期": day, "角色": "业务员", "部门编号": "KA"},
        "attendance": {"工号": seller.number, "日期": day, "考勤": "迟到", "分钟": "12"},
    }[kind]  # fmt: skip


@pytest.mark.parametrize("kind", ["attendance", "collections", "contacts", "customers", "employees",
                                  "orders", "paid", "targets"])  # fmt: skip
def test_the_template_comes_back_as_it_is_and_with_a_row_filled_in(kind, house):
    at = next(name for name in house.files if name.endswith(f"import_{kind}"))
    browser, url = house.browser(house.files[at]), reverse(at)
    body = browser.get(reverse(f"{at}_template")).content
    browser.post(url, {"file": SimpleUploadedFile("a.xlsx", body)})
    found = Job.objects.latest("pk")
    assert (found.state, found.error) == ("failed", "文件里没有数据行"), "the example is nobody's"
    book = load_workbook(io.BytesIO(body))
    said, heads = row_of(kind, house), [cell.value for cell in book.active[1]]
    assert set(said) <= set(heads)
    book.active.append([said.get(head) for head in heads])
    filled = io.BytesIO()
    book.save(filled)
    browser.post(url, {"file": SimpleUploadedFile("a.xlsx", filled.getvalue())})
    told = Job.objects.latest("pk").result
    assert (told["rows"], told["new"], told["failed"]) == (1, 1, 0), told["wrong"]


def test_every_kind_of_file_has_its_template_looked_at(house):
    assert {at.rsplit("import_", 1)[1] for at in house.files} == set(SPECS)


def test_no_head_means_two_columns_in_any_language():
    get_resolver().check()  # with the addresses come the specs
    for kind, spec in SPECS.items():
        meant: dict[str, str] = {}
        for column in spec.columns:
            for head in {column.name, *(said.lower() for said in column.spec.aliases)}:
                assert meant.setdefault(head, column.name) == column.name, (kind, head)
