"""Staff from Excel: new numbers hired, known ones corrected, nothing of posts or pay rewritten."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assay.furniture.models import Job
from assay.people.actions import end_employment
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
    place = factories.department(code="KA")
    factories.shop(code="Y01")
    known = factories.employee(place=place, number="S01", name="陈雅琴", base_wage=180_000)
    browser = factories.signed_in("hr")
    where, page = sent(
        browser,
        "S01,陈雅芹,2022-01-01,业务员,KA,,,1800,,,",
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


WRONG = [
    (f"{'S' * 31},甲,2026-03-01,业务员,KA,,,,,,", "工号：最多 30 个字"),
    (f"S01,{'甲' * 61},2026-03-01,业务员,KA,,,,,,", "姓名：最多 60 个字"),
    (f"S02,乙,2026-03-01,业务员,KA,,{'员' * 41},,,,", "职务：最多 40 个字"),
    ("S03,丙,2026-03-01,业务员,XX,,,,,,", "部门编号：没有这个编号"),
    ("S04,丁,2026-03-01,店员,,Y99,,,,,", "银楼编号：没有这个编号"),
    ("S05,戊,2026-03-01,业务员,,,,,,,", "部门编号：缺少"),
    ("S06,己,2026-03-01,店员,KA,,,,,,", "银楼编号：缺少"),
    ("S07,庚,2026-03-01,业务员,KA,Y01,,,,,", "银楼编号：店员才有银楼"),
    ("S08,辛,2021-03-01,业务员,KA,,,,,,", "入职日期：大客户部 在这一天不存在"),
    (f"S09,壬,2026-03-01,业务员,KA,,,,,,{ID}", "身份证号：这个证件号已有人用"),
    ("S10,癸,2026-03-01,业务员,KA,,,,,,123", "身份证号不对"),
    ("S11,子,2026-03-01,业务员,KA,,,,,12,", "电话号码不对"),
    ("S12,丑,2026-03-01,老板,KA,,,,,,", "角色：写成 业务员、部门经理"),
    ("S13,寅,2026-03-01,业务员,KA,,,-1,,,", "基本工资：不能为负"),
    ("S14,卯,2026-03-01,业务员,KA,,,,-1,,", "电话补助：不能为负"),
    ("S15,辰,2026-02-28,部门经理,KA,,,,,,", "角色：这个部门在这段时间里已有经理"),
]


def test_what_cannot_be_hired_is_said_each_with_its_reason():
    place = factories.department(code="KA")
    factories.shop(code="Y01")
    end_employment(factories.employee("manager", place), last=date(2026, 2, 28))
    factories.agent(kind="person", pay_by="labour", id_number=ID)
    _where, page = sent(factories.signed_in("hr"), *(row for row, _reason in WRONG))
    told = dict(Job.objects.get().result["wrong"])
    for number, (_row, reason) in enumerate(WRONG, start=2):
        assert reason in told.get(number, ""), (reason, told.get(number))
        assert reason in page
    assert Employee.objects.count() == 2


def test_what_a_file_does_not_change_of_somebody_there_is_said_cell_by_cell():
    place = factories.department(code="KA")
    factories.department(code="KB")
    known = factories.employee(place=place, number="S01", base_wage=180_000, id_number=ID)
    given = "S01,陈雅琴,2022-01-01,业务员,KA,,,1800,,,"
    browser = factories.signed_in("hr")
    _where, page = sent(browser, given + ID)
    assert '不能写入</div><div class="v">0' in page
    another = "110105194912310038"
    _where, page = sent(browser, f"S01,陈雅琴,2026-03-01,部门经理,KB,,主管,9999,1,,{another}")
    told = dict(Job.objects.latest("pk").result["wrong"])[2]
    later = "和现在的不同；任职和工资在员工页上按日子改"
    for title in ("角色", "部门编号", "职务", "基本工资", "电话补助"):
        assert f"{title}：{later}" in told, title
    assert "入职日期：登记的是 2022-01-01" in told
    assert "身份证号：和登记的不同；在员工页上更正" in told
    known.refresh_from_db()
    assert known.wages.get().base_wage == 180_000


def test_the_successor_of_a_manager_who_has_left_comes_in_by_a_file():
    place = factories.department(code="KA")
    end_employment(factories.employee("manager", place), last=date(2026, 2, 28))
    browser = factories.signed_in("hr")
    rows = ["S02,甲,2026-01-05,业务员,KA,,,,,,", "M02,乙,2026-03-01,部门经理,KA,,,,,,"]
    where, _page = sent(browser, *rows)
    browser.post(f"{where}write/")
    assert Employee.objects.get(number="M02").assignments.get().department == place
    _where, page = sent(browser, "M03,丙,2027-03-01,部门经理,KA,,,,,,")
    assert "这个部门在这段时间里已有经理" in page
