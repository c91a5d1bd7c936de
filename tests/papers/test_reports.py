"""Reports: findings, comparisons, searches and reconciliations as HTML and PDF; charts as pictures."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from assay.cli import main
from tests.conftest import PLAN, ROOT


def text_of(path: Path) -> str:
    """What a page says, without its style and marks."""
    page = path.read_text(encoding="utf-8")
    return re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)


Row = tuple[str, str, str]


def sides_of(page: str) -> list[list[Row]]:
    """Label, left and right of each row of each two sides; only what differs is red."""
    found: list[list[Row]] = []
    for table in re.findall(r'<table class="t sides">.*?</table>', page, re.S):
        made = re.findall(r"<tr.*?</tr>", table, re.S)[1:]
        assert ['class="result"' in row for row in made] == [*[False] * (len(made) - 1), True]
        found.append([])
        for row in made:
            label, left, right = re.findall(r"<td.*?>(.*?)</td>", row, re.S)
            if row != made[-1]:
                assert ('class="n red"' in row) == (left != right)
            found[-1].append((label, left, right))
    assert found
    return found


def money(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def net(cell: str) -> Decimal:
    """What an order was sold for, 0 where it does not stand on this side."""
    return Decimal(0) if cell == "—" else money(cell.split("\n")[0].rpartition("→ ")[2])


STEPS = """plan: steps
effective: 2024-01
measures: {sales: "sum(order.amount)"}
tables:
  flat: {of: order.amount, bands: [["< 30元", 1元], [">= 30元", 4元]]}
  rate: {of: sales, bands: [["< 100元", 0%], [">= 100元", 1%]]}
rules:
  - {name: pay, for: rep, per: order, pay: "flat + order.amount * rate"}
"""
GALLERY = (
    ROOT / "plans" / "gallery" / "55-flat-rate-by-highest-tier-per-transaction.yaml"
).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        *((STEPS, about) for about in ("cliff", "split", "merge", "shift_month")),
        *((GALLERY, about) for about in ("cliff", "merge")),
    ],
    ids=lambda one: one if len(str(one)) < 20 else "steps" if one == STEPS else "gallery",
)
def test_each_property_shows_what_it_is_about(tmp_path: Path, text: str, about: str) -> None:
    """A cliff: 1 分 of one sale. Split, merge: the same sum in more, in fewer orders. A shift: its day."""
    file, path = tmp_path / "plan.yaml", tmp_path / "assay.html"
    file.write_text(text, encoding="utf-8")
    assert main(["prove", str(file), "--only", about, "--report", str(path)]) == 1
    for *rows, (_, before, after) in sides_of(path.read_text(encoding="utf-8")):
        assert money(after) > money(before)
        orders = [row for row in rows if row[0].startswith("订单")]
        changed = [(left, right) for _, left, right in orders if left != right]
        moved = sum(net(right) - net(left) for left, right in changed)
        if about == "cliff":
            assert (len(changed), abs(moved)) == (1, Decimal("0.01"))
            continue
        assert moved == 0
        if about == "shift_month":
            ((left, right),) = changed
            assert (left[:2], right[:2], left[5:]) == ("01", "02", right[5:])
            continue
        gone, come = (sum(pair[at] != "—" for pair in changed) for at in (0, 1))
        assert (gone, come) == ((1, 2) if about == "split" else (2, 1))


@pytest.mark.parametrize(("lang", "result"), [("zh", "部门经理得"), ("en", "the manager gets")])
def test_findings_stand_side_by_side(tmp_path: Path, lang: str, result: str) -> None:
    path = tmp_path / "assay.html"
    words = ["prove", str(PLAN), "--only", "deeper_discount", "--lang", lang, "--report", str(path)]
    assert main(words) == 1
    page, said = path.read_text(encoding="utf-8"), text_of(path)
    assert result in said
    for *_, (_, before, after) in sides_of(page):
        assert money(after) > money(before)
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert re.search(rf'<html [^>]*lang="{lang}', page)
    # On paper: sheets of A4, a table's two sides not torn apart, its head on every sheet.
    printed = page[page.rindex("@media print{") :].partition("</style>")[0]
    for rule in (
        "@page{size:A4",
        r"\.sides\{break-inside:avoid",
        "thead{display:table-header-group",
    ):
        assert re.search(rule, printed), rule
    assert ("范围" if lang == "zh" else "within") in said  # over what it was asked


def test_every_report_is_written_both_ways(department: Path, tmp_path: Path) -> None:
    paid = tmp_path / "paid.csv"
    paid.write_text("编号,月份,销售提成\nS03,2024-05,28400.01\n", encoding="utf-8")
    commands = {
        "compare": ["--question", "at_120=included", "--month", "2024-05"],
        "search": ["--only", "more_sales", "--month", "2024-01"],
        "reconcile": ["--paid", str(paid)],
    }
    for name, words in commands.items():
        for ending, lang in ((".html", "zh"), (".pdf", "en")):
            path = tmp_path / f"{name}{ending}"
            base = [name, str(PLAN), "--facts", str(department), *words, "--lang", lang]
            assert main([*base, "--report", str(path)]) in (0, 1)
            assert path.stat().st_size > 2000
    assert "这是规律，不是过错" in text_of(tmp_path / "search.html")
    assert "+4,600.00" in text_of(tmp_path / "compare.html")
    assert "未能解释" in text_of(tmp_path / "reconcile.html")


def test_charts_are_the_same_every_time(department: Path, tmp_path: Path) -> None:
    base = ["compare", str(PLAN), "--facts", str(department), "--question", "at_120=included"]
    for name in ("a", "b"):
        assert main([*base, "--month", "2024-05", "--out", str(tmp_path / name)]) == 0
    for name in ("compare.svg", "compare.png", "compare.xlsx"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    drawn = (tmp_path / "a" / "compare.svg").read_text(encoding="utf-8")
    assert "+4,600.00" in drawn
    assert "王𠮷祥" in drawn
    assert (tmp_path / "a" / "compare.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("command", "words", "said"),
    [
        ("prove", ["--report", "x.txt"], "FILE.html"),
        ("compare", ["--facts", ".", "--question", "average=mean", "--chart", "x.gif"], "FILE.svg"),
        ("search", ["--facts", ".", "--report", "x.docx"], "FILE.pdf"),
    ],
)
def test_other_endings_are_refused_before_any_work(
    capsys: pytest.CaptureFixture[str], command: str, words: list[str], said: str
) -> None:
    assert main([command, str(PLAN), *words]) == 2
    assert said in capsys.readouterr().err
