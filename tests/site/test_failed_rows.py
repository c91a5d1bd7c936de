"""Rows that could not be taken come back as they were sent, with the reason and the line of each."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from tests import factories

pytestmark = pytest.mark.django_db
FILES = [
    (
        "customers", "customers", "manager", ["编号", "客户名称", "城市", "税号", "自己的列"],
        ["K5", "好的一家", "苏州", "", "甲"], ["K6", "碧湖酒店", "无锡", "123", "乙"],
        "税号：统一社会信用代码不对",
    ),
    (
        "customers", "contacts", "manager", ["编号", "姓名", "角色", "电话"],
        ["K1", "段丽", "财务", "13812345678"], ["K404", "杨慧敏", "决策", ""],
        "编号：没有编号为 K404 的客户",
    ),
    (
        "people", "employees", "hr",
        ["工号", "姓名", "入职日期", "角色", "部门编号", "基本工资"],
        ["S02", "单立新", "2026-03-01", "业务员", "KA", "1,800.00"],
        ["S03", "段丽", "2026/3/1", "业务员", "XX", "1,800"],
        "部门编号：没有这个编号",
    ),
    (
        "sales", "collections", "finance", ["流水号", "交易日期", "对方户名", "金额", "订单号"],
        ["B1", "2026-01-05", "云岭电力", "88.00", ""],
        ["B2", "2026-01-05", "云岭电力", "1,000.00", "HT-没有"],
        "订单号",
    ),
    (
        "sales", "targets", "director", ["部门编号", "月份", "业务员工号", "任务额"],
        ["KA", "2026-01", "", "600,000.00"], ["KA", "2026-01", "S404", "1,000.00"],
        "没有这个工号",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("room", "kind", "role", "head", "good", "wrong", "reason"), FILES, ids=[f[1] for f in FILES]
)
def test_failed_rows_come_back_as_sent_with_their_reason(
    room, kind, role, head, good, wrong, reason, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "files"
    team = factories.department(code="KA")
    factories.customer(factories.employee(place=team), code="K1", name="云岭电力")
    browser = factories.signed_in(who=factories.employee(role, team))
    text = io.StringIO()
    csv.writer(text).writerows([head, good, wrong])
    file = SimpleUploadedFile("本月.csv", text.getvalue().encode("utf-8-sig"))
    job = browser.post(f"/{room}/import/{kind}/", {"file": file})["Location"]
    answer = browser.get(f"{job}failed/")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [["" if c is None else c for c in row] for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == [*head, "原因", "行号"]
    assert len(rows) == 2, "only the row that failed"
    assert rows[1][: len(head)] == wrong
    assert reason in rows[1][len(head)]
    assert rows[1][len(head) + 1] == 3
    assert factories.signed_in(role).get(f"{job}failed/").status_code == 404, "another's file"
