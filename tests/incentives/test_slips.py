"""Pay slips of a whole month: one job with its progress, a PDF each in one zip, for HR and finance."""

from __future__ import annotations

import io
import zipfile

import pytest

from assay.furniture import jobs
from assay.furniture.models import AccessEntry, Job
from assay.incentives.actions.slips import bundle_of
from assay.incentives.models import Statement
from tests import factories
from tests.incentives.steps import MONTH, post, press, signed
from tests.tidying import guards_off

pytestmark = pytest.mark.django_db
SLIPS = f"{MONTH}slips/"


def work():
    while (job := jobs.claim()) is not None:
        jobs.run(job)


def zipped(browser):
    answer = browser.get(f"{SLIPS}file/")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_all_slips_of_a_month_are_made_once_and_kept(desks, house):
    for number in range(20):
        factories.employee("salesperson", house.team, number=f"X{number:02d}", name="万里/云")
    signed(desks, house)
    assert "锁定以后才出提成单" in post(desks["finance"], SLIPS)
    press(desks["finance"], f"{MONTH}lock/")
    assert SLIPS in desks["hr"].get(MONTH).content.decode()
    page = post(desks["hr"], SLIPS)
    assert "<progress" in page
    assert desks["hr"].get(f"{SLIPS}progress/").status_code == 200
    assert "还没有做好" in desks["hr"].get(f"{SLIPS}file/", follow=True).content.decode()
    work()
    assert desks["hr"].get(f"{SLIPS}progress/").headers["HX-Refresh"] == "true"
    book = zipped(desks["finance"])
    rows = Statement.objects.count()
    assert len(book.namelist()) == len(set(book.namelist())) == rows > 20
    assert "大客户部/2026-03-X00-万里-云-salesperson.pdf" in book.namelist()
    assert all(book.read(name).startswith(b"%PDF") for name in book.namelist())
    assert AccessEntry.objects.get(kind="file", rows=rows).what == "提成单 2026-03 全部"
    press(desks["finance"], SLIPS)
    assert Job.objects.filter(kind="slips").count() == 1, "what is there is not made again"
    bundle_of(Job.objects.get(kind="slips")).unlink()
    assert "文件已清理" in desks["finance"].get(SLIPS).content.decode()
    press(desks["finance"], SLIPS)
    work()
    assert len(zipped(desks["finance"]).namelist()) == rows


def test_slips_of_everybody_are_for_hr_and_finance(desks, house):
    signed(desks, house)
    for role in ("manager", "director", "general", "salesperson"):
        assert desks[role].get(SLIPS).status_code == 403
        assert desks[role].post(SLIPS).status_code == 403


def test_a_statement_made_before_roots_says_that_it_has_no_kept_file(desks, house):
    signed(desks, house)
    press(desks["finance"], f"{MONTH}lock/")
    one = Statement.objects.get(employee=house.first)
    url = f"/pay/statements/{one.pk}/"
    assert f"{url}keep/" in desks["salesperson"].get(url).content.decode()
    with guards_off():
        Statement.objects.filter(pk=one.pk).update(leaf="")
    page = desks["salesperson"].get(url).content.decode()
    assert "还没有校验根" in page
    assert f"{url}keep/" not in page
