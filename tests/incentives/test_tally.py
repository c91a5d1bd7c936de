"""“Why do we differ”: a payee's own tally answered line by line; sums tie; nothing of colleagues."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from assay.incentives.actions.running import run_month
from assay.incentives.models import PayMonth
from assay.period import Month
from assay.sales.actions import orders
from tests import factories
from tests.incentives.reading import only

pytestmark = pytest.mark.django_db


def begun(house):
    """March: 36,000 at 9折 (20,000 to the quota), 76,500 at 8.5折, 385,000 at 7.7折 with its bonus."""
    house.big = factories.order(
        house.first, pieces=500, ratio="0.77", of=house.good, placed=True, day=date(2026, 3, 21)
    )
    house.april = factories.order(
        house.first, pieces=5, ratio="0.9", of=house.good, placed=True, day=date(2026, 4, 2)
    )
    house.gone = factories.order(
        house.first, pieces=5, ratio="0.9", of=house.good, placed=True, day=date(2026, 3, 22)
    )
    orders.cancel(house.gone, why="客户改主意")
    house.run = run_month(Month.parse("2026-03"))
    row = PayMonth.objects.get()
    row.state = "preview"
    row.save()
    house.mine = house.run.statements.get(code="S01")


@pytest.fixture
def paid(house):
    house.browser = factories.signed_in("salesperson", house.first)
    return house


def sheet(rows, heads=("订单号", "我算的金额")):
    book = Workbook()
    for row in (heads, *rows):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("我的账.xlsx", target.getvalue())


def compared(paid, file, status=200, browser=None):
    url = f"/pay/statements/{paid.mine.pk}/tally/"
    answer = (browser or paid.browser).post(url, {"file": file})
    assert answer.status_code == status
    return answer.content.decode()


def why(html, number):
    """The answer to a row: its difference, and the reasons."""
    found = re.search(
        rf"{number}.*?first-figure\">(.*?)</td><td class=\"why-not\">(.*?)</td>", html, re.S
    )
    assert found, number
    return found[1], found[2]


def test_each_difference_has_its_reason(paid):
    first, second, _other = (one.number for one in paid.orders)
    html = compared(paid, sheet([
        (first, 2880),  # 36,000 at 8 %, the base quota forgotten
        (second, 1530),  # at 2 % instead of 4 %
        (paid.big.number, "7,700.00"),  # without its bonus of 10,000
        (paid.april.number, 360),
        (paid.gone.number, 360),
        ("HT-20200101-001", 100),
    ]))  # fmt: skip
    assert why(html, first) == ("+1,600.00", "没有扣基本任务 20,000.00")
    assert why(html, second) == ("−1,530.00", "按另一档“7折至8折（含）”算了")
    assert why(html, paid.big.number) == ("−10,000.00", "没有算单笔奖励 10,000.00")
    assert "算在 2026-04" in why(html, paid.april.number)[1]
    assert "已取消" in why(html, paid.gone.number)[1]
    assert "你名下没有这个订单号" in why(html, "HT-20200101-001")[1]


@pytest.mark.either_database
def test_rounding_a_further_point_and_what_nothing_explains(paid):
    first, second, _other = (one.number for one in paid.orders)
    html = compared(paid, sheet([(first, 1440), (second, 3059.99), (paid.big.number, 17700.03)]))
    assert why(html, first) == ("+160.00", "加点按 1 个百分点算了")
    assert "试过的原因都得不出" in why(html, second)[1]
    assert "试过的原因都得不出" in why(html, paid.big.number)[1]


def test_the_rows_add_up_and_what_is_lacking_is_told(paid):
    first, second, _other = (one.number for one in paid.orders)
    html = compared(paid, sheet([(first, 1280), ("基本工资", 2000), ("合计", 3280)])).replace(
        "−", "-"
    )
    assert "相同" in why(html, first)[1]
    assert "你的表里没有这一单" in why(html, second)[1]
    assert "基本工资" in html
    gaps = re.findall(r'first-figure">\+?(-?[\d,.]+)</td>', html)
    foot = only(r'<tfoot>.*?<td class="n">\+?(-?[\d,.]+)</td><td></td>', html)
    as_fen = [round(float(gap.replace(",", "")) * 100) for gap in gaps]
    assert sum(as_fen) == round(float(foot.replace(",", "")) * 100)
    assert "电话补助 100.00" in html


def test_a_colleagues_order_is_not_even_known(paid):
    theirs = paid.orders[2].number
    html = compared(paid, sheet([(theirs, 480)]))
    assert "你名下没有这个订单号" in why(html, theirs)[1]
    assert "钱伟" not in html
    assert "48,000" not in html
    other = factories.signed_in("salesperson", paid.second)
    assert other.get(f"/pay/statements/{paid.mine.pk}/tally/").status_code == 404


@pytest.mark.parametrize(
    "heads", [("单号", "提成"), ("order_id", "expected"), ("合同编号", "金额")]
)
@pytest.mark.either_database
def test_other_headings_are_known(paid, heads):
    first = paid.orders[0].number
    assert "相同" in why(compared(paid, sheet([(first, 1280)], heads)), first)[1]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (lambda: sheet([("A", 1)], ("甲", "乙")), "缺少列"),
        (lambda: sheet([("A", "很多")]), "不是金额"),
        (lambda: sheet([]), "没有数据行"),
        (lambda: sheet([(f"A{n}", 1) for n in range(2001)]), "最多 2000 行"),
        (lambda: SimpleUploadedFile("a.xls", b"x"), "只收 .xlsx 和 .csv"),
        (lambda: SimpleUploadedFile("a.csv", b"x" * 1_000_001), "最多 1 MB"),
        (lambda: SimpleUploadedFile("a.xlsx", b"no workbook"), "a.xlsx"),
    ],
    ids=["columns", "amount", "empty", "rows", "kind", "size", "damaged"],
)
@pytest.mark.either_database
def test_a_file_that_cannot_be_read_is_told_of(paid, file, told):
    assert told in compared(paid, file(), 422)


@pytest.mark.either_database
def test_the_template_is_answered_as_it_comes(paid):
    answer = paid.browser.get("/pay/statements/tally/template/")
    book = load_workbook(io.BytesIO(answer.content))
    assert [cell.value for cell in book.worksheets[0][1]] == ["订单号", "我算的金额", "备注"]
    file = SimpleUploadedFile("a.xlsx", answer.content)
    assert "没有数据行" in compared(paid, file, 422), "the example is nobody's order"
