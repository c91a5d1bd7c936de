"""Attendance from Excel: template, preview, failed rows back, update by key, all or nothing."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from assay.furniture import jobs
from assay.furniture.imports import pages
from assay.furniture.models import AccessEntry, Change, Job
from assay.people.models import Attendance
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/people/import/attendance/"
HEAD = "工号,日期,考勤,分钟,备注"


def csv(*lines, head=HEAD):
    text = "\n".join([head, *lines])
    return SimpleUploadedFile("十一月.csv", text.encode("gb18030"))


def claimed() -> Job:
    job = jobs.claim()
    assert job is not None
    return job


def sent(browser, file):
    answer = browser.post(URL, {"file": file}, follow=True)
    return answer.redirect_chain[-1][0], answer.content.decode()


def test_a_file_is_shown_before_it_is_written():
    factories.employee(number="S01")
    browser = factories.signed_in("hr")
    where, page = sent(browser, csv("S01,2026/11/2,迟到,12,地铁故障", "S01,20261103,正常,,"))
    assert "写入 2 行" in page
    assert not Attendance.objects.exists()
    done = browser.post(f"{where}write/", follow=True).content.decode()
    assert "已写入" in done
    late = Attendance.objects.get(day=date(2026, 11, 2))
    assert (late.state, late.minutes, late.remark) == ("late", 12, "地铁故障")
    assert Change.objects.filter(label="people.attendance").count() == 2


def test_the_same_rows_again_change_nothing_and_others_are_updated():
    factories.employee(number="S01")
    browser = factories.signed_in("hr")
    where, _page = sent(browser, csv("S01,2026-11-02,迟到,12,地铁故障", "S01,2026-11-03,正常,,"))
    browser.post(f"{where}write/")
    where, page = sent(browser, csv("S01,2026-11-02,请假,0,", "S01,2026-11-03,正常,,"))
    result = Job.objects.latest("id").result
    assert (result["new"], result["changed"], result["same"]) == (0, 1, 1)
    assert '<span class="struck faint">迟到</span> 请假' in page
    browser.post(f"{where}write/")
    leave = Attendance.objects.get(day=date(2026, 11, 2))
    assert (leave.state, leave.minutes, leave.remark) == ("leave", 0, "地铁故障")


def test_one_wrong_row_and_no_row_is_written_and_the_wrong_come_back_with_reasons():
    factories.employee(number="S01", start=date(2026, 11, 1))
    browser = factories.signed_in("hr")
    lines = [
        "S01,2026-11-02,正常,,好的一行", "S77,2026-11-02,正常,,", "S01,03/04/2026,正常,,",
        "S01,2026-10-31,正常,,", "S01,2026-11-04,睡觉,,", "S01,2026-11-05,正常,9,", ",2026-11-06,正常,,",
        "S01,2026-11-07,正常,,", "S01,2026-11-07,迟到,5,", "S01,2026-11-08,迟到,五,",
        "S01,2026-11-09,迟到,1441,",
    ]  # fmt: skip
    where, page = sent(browser, csv(*lines))
    for words in ("没有这个工号", "日期有歧义", "不在职", "写成 正常、出勤、迟到", "才有分钟数", "缺少",
                  "在文件里重复，第 9、10 行", "不是整数", "分钟：应在 0 到 1440 之间"):  # fmt: skip
        assert words in page, words
    assert "写入 1 行" not in page
    browser.post(f"{where}write/")
    assert not Attendance.objects.exists()
    back = browser.get(f"{where}failed/")
    rows = list(load_workbook(io.BytesIO(back.content)).active.iter_rows(values_only=True))
    assert rows[0] == (*HEAD.split(","), "原因", "行号")
    assert [row[-1] for row in rows[1:]] == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert rows[1][0] == "S77"
    assert AccessEntry.objects.get(kind="file").rows == 10


def test_what_changed_between_check_and_write_stops_the_whole_file():
    person = factories.employee(number="S01")
    browser = factories.signed_in("hr")
    where, _page = sent(browser, csv("S01,2026-11-02,正常,,", "S01,2026-11-03,正常,,"))
    person.number = "S02"
    person.save()
    page = browser.post(f"{where}write/", follow=True).content.decode()
    assert "没有写入任何一行" in page
    assert not Attendance.objects.exists()


def test_the_template_is_filled_in_and_comes_back():
    factories.employee(number="S01")
    browser = factories.signed_in("hr")
    book = load_workbook(io.BytesIO(browser.get(f"{URL}template/").content))
    sheet = book.active
    assert [cell.value for cell in sheet[1]] == HEAD.split(",")
    sheet.append(["S01", date(2026, 11, 2), "早退", 30, None])
    stream = io.BytesIO()
    book.save(stream)
    _where, page = sent(browser, SimpleUploadedFile("考勤.xlsx", stream.getvalue()))
    assert "写入 1 行" in page  # the example row is nobody's


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("a.xls", b"x"), "只收 .xlsx 和 .csv"),
        (SimpleUploadedFile("a.xlsx", b"no workbook"), "not readable as xlsx"),
        (csv(head="工号,日期"), "没有数据行"),
        (csv("S01,2026-11-02", head="工号,日期"), "缺少列：考勤"),
        (csv("S01,2026-11-02,正常", head="工号,日期,考勤,分钟"), "格数与表头不一样"),
    ],
)
def test_files_that_cannot_be_used_say_why(file, words):
    factories.employee(number="S01")
    file.seek(0)
    answer = factories.signed_in("hr").post(URL, {"file": file}, follow=True)
    assert words in answer.content.decode()


def test_nobody_sees_a_file_somebody_else_sent():
    factories.employee(number="S01")
    where, _page = sent(factories.signed_in("hr"), csv("S01,2026-11-02,正常,,"))
    other = factories.signed_in("hr")
    for path in ("", "progress/", "failed/"):
        assert other.get(where + path).status_code == 404
    assert other.post(f"{where}write/").status_code == 404


def test_fifty_thousand_rows_go_through_a_worker(monkeypatch):
    """Sent, checked and written in the background, the page asking how far it is."""
    monkeypatch.setattr(pages, "AT_ONCE", 0)
    staff = [
        factories.employee(
            number=f"N{n}",
        )
        for n in range(20)
    ]
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEAD.split(","))
    first = date(2022, 1, 1).toordinal()
    for n in range(4_000):
        day = date.fromordinal(first + n // 20)
        sheet.write_row(n + 1, 0, [staff[n % 20].number, day.isoformat(), "正常"])
    book.close()
    browser = factories.signed_in("hr")
    where, page = sent(browser, SimpleUploadedFile("大.xlsx", stream.getvalue()))
    assert "<progress" in page
    job = claimed()
    assert jobs.claim() is None
    jobs.teller(job)(1000, 4000)
    asked = browser.get(f"{where}progress/")
    assert "1,000 / 4,000" in asked.content.decode()
    assert jobs.run(job).state == "ready"
    assert browser.get(f"{where}progress/")["HX-Refresh"] == "true"
    browser.post(f"{where}write/")
    assert jobs.run(claimed()).state == "done"
    assert Attendance.objects.count() == 4_000


def test_a_job_whose_worker_died_is_taken_up_again(monkeypatch):
    factories.employee(number="S01")
    monkeypatch.setattr(pages, "AT_ONCE", 0)
    sent(factories.signed_in("hr"), csv("S01,2026-11-02,正常,,"))
    first = claimed()
    assert jobs.claim() is None
    monkeypatch.setattr(jobs, "SILENT", timedelta(0))
    assert jobs.claim() == first
    assert jobs.claim() == first
    assert jobs.claim() is None  # three tries are enough
    first.refresh_from_db()
    assert first.state == "failed"


def test_the_month_counts_late_and_absent_days():
    factories.employee(number="S01", name="陈雅琴")
    browser = factories.signed_in("hr")
    lines = [f"S01,2026-11-{n:02d},{s},{m}," for n, s, m in
             [(2, "迟到", 5), (3, "迟到", 7), (4, "缺勤", ""), (5, "正常", ""), (6, "请假", "")]]  # fmt: skip
    where, _page = sent(browser, csv(*lines))
    browser.post(f"{where}write/")
    page = browser.get("/people/attendance/?month=2026-11").content.decode()
    assert "陈雅琴" in page
    answer = browser.get("/people/attendance/?month=202611&export=xlsx")
    row = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))[1]
    assert row == ("S01", "陈雅琴", 5, 2, 0, 1, 1, 12)
