"""Staff from Excel: new numbers hired, known ones corrected, nothing of posts or pay rewritten."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assay.furniture.models import Job
from assay.people.models import Employee
from tests import factories

pytestmark = pytest.mark.django_db
HEAD = "工号,姓名,入职日期,角色,部门编号,银楼编号,职务,基本工资,电话补助,手机,身份证号"
ID = "11010519491231002X"


def sent(browser, *lines):
    file = SimpleUploadedFile("员工.csv", "\n".join([HEAD, *lines]).encode())
    answer = browser.post("/people/import/employees/", {"file": file}, follow=True)
    return answer.redirect_chain[-1][0], answer.content.decode()


def test_new_people_are_hired_and_known_ones_corrected():
    factories.department(code="KA")
    factories.shop(code="Y01")
    known = factories.employee(number="S01", name="陈雅琴", base_wage=180_000)
    browser = factories.signed_in("hr")
    where, page = sent(
        browser,
        "S01,陈雅芹,2026-03-01,业务员,KA,,,9999,,,",
        f'S02,𠮷祥,2026/3/1,业务员,KA,,业务经理,"1,800.00",100,13800001234,{ID}',
        "C09,吕芳,20260301,店员,,Y01,店员,,,,",
    )
    assert "写入 3 行" in page
    browser.post(f"{where}write/")
    assert Employee.objects.get(number="S02").wages.get().base_wage == 180_000
    assert str(Employee.objects.get(number="C09").assignments.get().shop) == "南京路银楼"
    known.refresh_from_db()
    assert known.name == "陈雅芹"
    assert known.wages.get().base_wage == 180_000


def test_what_cannot_be_hired_is_said():
    factories.department(code="KA")
    factories.agent(kind="person", pay_by="labour", id_number=ID)
    browser = factories.signed_in("hr")
    _where, page = sent(
        browser,
        "S02,甲,2026-03-01,业务员,XX,,,,,,",
        "S03,乙,2026-03-01,店员,KA,,,,,,",
        f"S04,丙,2026-03-01,业务员,KA,,,,,,{ID}",
        "S05,丁,2026-03-01,业务员,KA,,,,,12,",
        "S06,戊,2026-03-01,老板,KA,,,,,,",
    )
    for words in (
        "没有这个编号",
        "银楼编号：缺少",
        "已有人用",
        "电话号码不对",
        "写成 业务员、部门经理",
    ):
        assert words in page, words
    assert Job.objects.get().result["failed"] == 5
