"""reconcile: a payroll made from other readings with planted faults; each is found, nothing is made up."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from assay.cli import main
from assay.engine.inputs import read_inputs
from assay.engine.payroll import read_payroll
from assay.engine.reconcile import Reconciliation, reconcile
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from tests.conftest import PLAN, assay, rows

LAST = "2024-06"
READINGS = ("deal_bonus=cumulative", "point_on=over_120")
HEADINGS = {"销售提成": "commission", "单笔奖励": "deal_bonus", "管理提成": "override"}
Key = tuple[str, str, str]
Cells = dict[Key, int]
Faults = dict[Key, tuple[str, str]]
Credits = dict[Key, list[dict[str, str]]]


def fen(text: str) -> int:
    return int(Decimal(text) * 100)


def paid(folder: Path, out: Path, *readings: str) -> Cells:
    """What a run of 2024 pays: payee, month, line -> 分."""
    words = [word for reading in readings for word in ("--question", reading)]
    ran = ["run", str(PLAN), "--facts", str(folder), "--to", LAST, "--out", str(out)]
    assert main([*ran, *words]) == 0
    cells: Cells = defaultdict(int)
    for row in rows(out / "statements.csv"):
        cells[(row["payee_id"], row["month"], row["line"])] += fen(row["amount"])
    return cells


def changed(
    folder: Path, out: Path, name: str, change: Callable[[dict[str, str]], list[dict[str, str]]]
) -> Path:
    """A folder of facts with each row of one file put through a change."""
    out.mkdir()
    for path in folder.iterdir():
        (out / path.name).write_bytes(path.read_bytes())
    table = rows(folder / name)
    with (out / name).open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(table[0]))
        writer.writeheader()
        for row in table:
            writer.writerows(change(row))
    return out


def sheet(path: Path, cells: Cells, names: dict[str, str], skip: str = "") -> None:
    """A payroll as people make it: a title, headings, amounts as numbers, a last row of sums."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write_row(0, 0, ["大客户部提成表"])
    page.write_row(2, 0, ["编号", "姓名", "月份", *HEADINGS, "备注"])
    number = 3
    for payee, month in sorted({key[:2] for key in cells}):
        if payee[0] not in "SM" or f"{payee}{month}" == skip:
            continue
        amounts = [cells.get((payee, month, line), 0) / 100 for line in HEADINGS.values()]
        page.write_row(number, 0, [payee, names[payee], month, *amounts, ""])
        number += 1
    page.write_row(number, 0, ["合计"])
    book.close()


@pytest.fixture(scope="module")
def planted(
    department: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Faults, Cells]:
    """A payroll under two other readings; where a fault was planted, of what kind, and its word."""
    made = tmp_path_factory.mktemp("planted")
    cells = paid(department, made / "right", *READINGS)
    faults: Faults = {}
    credits: Credits = defaultdict(list)
    for row in rows(made / "right" / "credits.csv"):
        credits[(row["payee_id"], row["month"], row["line"])].append(row)

    def plant(payee: str, month: str, line: str, amount: int, kind: str, word: str) -> None:
        key = (payee, month, line)
        assert cells[key] != amount, key
        cells[key] = amount
        faults[key] = (kind, word)

    left = credits[("S02", "2024-05", "commission")][-1]["order_id"]
    twice = credits[("S05", "2024-03", "commission")][-1]["order_id"]
    back = next(
        r
        for r in rows(department / "orders.csv")
        if (r["status"] in ("returned", "cancelled", "取消", "已退货") or r["returned"] == "1")
        and r["salesperson_id"] in ("S01", "S03", "S04", "S06", "S07", "S08")
        and r["channel"] in ("direct", "group_buy")
        and fen(r["net_amount"]) > 3_000_000
        and "2024-02" <= r["order_date"][:7] <= LAST
        and Decimal(r["net_amount"]) > Decimal(r["list_amount"]) * Decimal("0.81")
    )
    also: dict[str, Callable[[dict[str, str]], list[dict[str, str]]]] = {
        left: lambda r: [{**r, "status": "cancelled"}],
        twice: lambda r: [r, {**r, "order_id": f"{twice}b"}],
        back["order_id"]: lambda r: [{**r, "status": "open", "returned": "0"}],
    }

    def change(row: dict[str, str]) -> list[dict[str, str]]:
        return also[row["order_id"]](row) if row["order_id"] in also else [row]

    other = changed(department, made / "a", "orders.csv", change)
    got = paid(other, made / "a-run", *READINGS)
    for payee, month, order in (
        ("S02", "2024-05", left),
        ("S05", "2024-03", twice),
        (back["salesperson_id"], back["order_date"][:7], back["order_id"]),
    ):
        plant(payee, month, "commission", got[payee, month, "commission"], "order", order)
    return made, faults, plant_more(cells, faults, credits, plant)


def plant_more(cells: Cells, faults: Faults, credits: Credits, plant: Callable[..., None]) -> Cells:
    """Slips of the pen, of rounding and of bands; one amount that has no cause."""
    key = next(
        k for k, n in sorted(cells.items())
        if k[2] == "commission" and k not in faults and n > 100_000 and str(n)[1] != str(n)[2]
    )  # fmt: skip
    text = str(cells[key])
    plant(*key, int(text[0] + text[2] + text[1] + text[3:]), "digits", "颠倒")
    for (payee, month, line), mine in sorted(credits.items()):
        at = (payee, month, line)
        if line != "commission" or at in faults:
            continue
        near = [
            r for r in mine
            if r["rate"] == "0.04" and Decimal(r["commissionable"]) > 5000
            and Decimal("0.895") < Decimal(r["net_amount"]) / Decimal(r["list_amount"]) < Decimal("0.9")
        ]  # fmt: skip
        if near and "digits" in {k for k, _ in faults.values()}:
            exact = sum(Decimal(r["commissionable"]) * Decimal(r["rate"]) for r in mine) + Decimal(
                near[0]["commissionable"]
            ) * Decimal("0.04")
            if all(r["added_point"] == "0" for r in mine):
                plant(
                    *at,
                    int((exact * 100).quantize(Decimal(1), "ROUND_HALF_UP")),
                    "tier_edge",
                    near[0]["order_id"],
                )
                break
    for (payee, month, line), mine in sorted(credits.items()):
        at = (payee, month, line)
        if line == "commission" and at not in faults and all(r["added_point"] == "0" for r in mine):
            cut = sum(int(Decimal(r["commissionable"]) * Decimal(r["rate"]) * 100) for r in mine)
            if cells[at] - cut > 1:
                plant(*at, cut, "rounding", "每单截去")
                break
    plant("S06", "2024-04", "commission", cells["S06", "2024-04", "commission"] + 123_457, "", "")
    return cells


def explained(plan: Plan, department: Path, path: Path) -> Reconciliation:
    program = compile_plan(plan)
    facts = read_inputs(program, department)
    payroll = read_payroll(path, program, facts)
    return reconcile(plan, program, facts, department, payroll)


def test_every_planted_cause_is_found(
    key_account: Plan,
    department: Path,
    planted: tuple[Path, Faults, Cells],
) -> None:
    folder, faults, cells = planted
    assert {kind for kind, _ in faults.values()} == {"order", "digits", "tier_edge", "rounding", ""}
    names = {p["payee_id"]: p["name"] for p in rows(department / "people.csv")}
    sheet(folder / "paid.xlsx", cells, names, skip="S072024-06")
    found = explained(key_account, department, folder / "paid.xlsx")
    assert {f"{n}={r}" for n, r in found.readings} == set(READINGS)
    assert not found.others
    by_key = {(d.payee, str(d.month), d.column): d for d in found.differences}
    heading = {line: title for title, line in HEADINGS.items()}
    for (payee, month, line), (kind, word) in faults.items():
        year, number = month.split("-")
        index = int(year) * 12 + int(number) - 1
        d = by_key.pop((payee, str(index), heading[line]))
        if not kind:
            assert (d.status, d.causes, d.unexplained) == ("unexplained", (), d.amount)
            continue
        told = [c for c in d.causes if c.kind == kind and word in c.text()]
        assert told, (d, word)
        assert d.status != "only" or len(d.causes) == 1
        assert d.unexplained == 0
    missing = [d for d in by_key.values() if not d.row]
    assert {(d.payee, d.causes[0].text()) for d in missing} == {("S07", "名单里没有这个人")}
    for d in by_key.values():
        if d.row:
            assert d.causes[0].kind == "reading", d
            assert any(reading in d.causes[0].text() for reading in READINGS), d
    for d in found.differences:
        assert d.by_reading + d.by_fault + d.unexplained == d.amount
    for column, total in found.totals.items():
        mine = [d for d in found.differences if d.column == column]
        assert sum(d.amount for d in mine) == total.paid - total.computed
        assert sum(d.unexplained for d in mine) == total.unexplained


def test_the_plans_own_run_agrees(department: Path, tmp_path: Path) -> None:
    """Nothing differs, in a CSV with English headings and ids; exit 0."""
    cells = paid(department, tmp_path / "run")
    with (tmp_path / "paid.csv").open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["payee_id", "month", "commission", "total"])
        for payee, month in sorted({k[:2] for k in cells}):
            mine = {k[2]: n for k, n in cells.items() if k[:2] == (payee, month)}
            total = sum(mine.values())
            writer.writerow(
                [payee, month, f"{mine.get('commission', 0) / 100:,.2f}", f"{total / 100:.2f}"]
            )
    ran = assay("reconcile", PLAN, "--facts", department, "--paid", tmp_path / "paid.csv", "--json")
    assert ran.status == 0, ran.err
    data = json.loads(ran.out)
    assert data["differences"] == []
    assert data["agree"] == data["entries"] > 100
    assert len(data["columns"]["total"]["lines"]) > 5


def test_three_readings_at_once(
    department: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A payroll under three other readings that meet in one line: the set is found, whole, and it is
    said how widely was searched; in English too."""
    three = ("deal_bonus=cumulative", "base_quota_order=pro_rata", "under_75=deduction")
    cells = paid(department, tmp_path / "run", *three)
    names = {p["payee_id"]: p["name"] for p in rows(department / "people.csv")}
    lines = ["编号,姓名,月份,提成与奖励"]
    for payee, month in sorted({k[:2] for k in cells if k[0][0] == "S"}):
        amount = cells[payee, month, "commission"] + cells[payee, month, "deal_bonus"]
        lines.append(f"{payee},{names[payee]},{month},{amount / 100}")
    path = small(tmp_path, *lines)
    base = ["reconcile", str(PLAN), "--facts", str(department), "--paid", str(path)]
    base += ["--column", "提成与奖励=commission+deal_bonus", "--lang", "en"]
    capsys.readouterr()
    assert main([*base, "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert {f"{name}={reading}" for name, reading in data["readings"].items()} == {*three}
    assert data["agree_under_readings"] == data["entries"] > data["agree"]
    assert data["sets_tried"] > 3
    assert all("under the reading" in d["causes"][0]["text"] for d in data["differences"])
    assert main(base) == 1
    out = capsys.readouterr().out
    assert "sets of readings were tried" in out
    assert not [line for line in out.splitlines()[4:] if "读法" in line]


def small(folder: Path, *lines: str) -> Path:
    path = folder / "paid.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_sums_wrong_targets_and_swapped_rows(
    department: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One month by name with the month in no column; written as a workbook whose sums tie."""
    cells = paid(department, tmp_path / "run")
    names = {p["payee_id"]: p["name"] for p in rows(department / "people.csv")}
    month = "2024-06"

    def wages(payee: str) -> int:
        return cells[payee, month, "base_wage"] + cells[payee, month, "phone"]

    lines = ["姓名,销售提成,单笔奖励,应发合计"]
    people = sorted(n for n in names if n.startswith("S") and (n, month, "commission") in cells)
    swap = {people[0]: people[1], people[1]: people[0]}
    for payee in people:
        got = cells[swap.get(payee, payee), month, "commission"]
        got = 350_000 if payee == "S04" else got
        bonus = cells[payee, month, "deal_bonus"]
        total = got + bonus + wages(payee) + (900 if payee == people[-1] else 0)
        lines.append(f"{names[payee]},{got / 100},{bonus / 100},{total / 100}")
    path = small(tmp_path, *lines)
    base = ["reconcile", str(PLAN), "--facts", str(department), "--paid", str(path)]
    capsys.readouterr()
    book = tmp_path / "out.xlsx"
    assert main([*base, "--month", month, "--json", "--xlsx", str(book)]) == 1
    data = json.loads(capsys.readouterr().out)
    told = {(d["payee_id"], d["column"]): d for d in data["differences"]}
    for one, other in swap.items():
        texts = [c["text"] for c in told[one, "销售提成"]["causes"]]
        assert any(other in text for text in texts), texts
        assert told[one, "应发合计"]["causes"][0]["kind"] == "sum"
    wrong = told[people[-1], "应发合计"]
    assert "合计加错" in wrong["causes"][0]["text"]
    assert main([*base]) == 2
    assert "--month" in capsys.readouterr().err
    page = CalamineWorkbook.from_path(str(book)).get_sheet_by_name("差异").to_python()
    head = next(i for i, row in enumerate(page) if "差额" in row)
    place = page[head].index("差额")
    for row in page[head + 1 :]:
        whole, *parts = (round(float(str(cell)), 2) for cell in row[place : place + 4])
        assert round(sum(parts) - whole, 2) == 0
    assert "manager" in {p["role"] for p in rows(department / "people.csv")}


def test_a_wrong_target_is_named(
    department: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """S03 at exactly 120 % in May: with June's lower target the point would have been due."""
    moved = changed(
        department,
        tmp_path / "f",
        "targets.csv",
        lambda r: [
            {**r, "target": "300000"} if (r["payee_id"], r["month"]) == ("S03", "2024-04") else r
        ],
    )
    as_if = changed(
        department,
        tmp_path / "g",
        "targets.csv",
        lambda r: [
            {**r, "target": "300000"} if (r["payee_id"], r["month"]) == ("S03", "2024-05") else r
        ],
    )
    got = paid(as_if, tmp_path / "run")["S03", "2024-05", "commission"]
    path = small(tmp_path, "编号,月份,销售提成", f"S03,2024-05,{got / 100}")
    base = ["reconcile", str(PLAN), "--facts", str(moved), "--paid", str(path), "--json"]
    capsys.readouterr()
    assert main([*base, "--month", "2024-05"]) == 1
    data = json.loads(capsys.readouterr().out)
    mine = next(d for d in data["differences"] if d["payee_id"] == "S03")
    causes = {c["kind"]: c["text"] for c in mine["causes"]}
    assert "2024-04 的 300,000.00" in causes["target"]
    assert mine["status"] == "candidates"
    assert "reading" in causes


@pytest.mark.parametrize(
    ("lines", "words", "said"),
    [
        (("姓名,月份,提成", "没有人,2024-03,5"), (), "nobody in people"),
        (("编号,月份,提成", "S99,2024-03,5"), (), "S99"),
        (("编号,月份,提成", "S01,三月,5"), (), "三月"),
        (("编号,月份,提成", "S01,2024-03,五元"), (), "五元"),
        (("编号,月份,奖金", "S01,2024-03,5"), (), "--column"),
        (("编号,月份,提成", "S01,2024-03,5"), ("--column", "提成=nothing"), "nothing"),
        (("编号,月份,提成", "S01,2024-03,5"), ("--column", "奖=commission"), "提成"),
        (("谁,月份,提成", "S01,2024-03,5"), (), "编号"),
        (("编号,月份,提成,提成", "S01,2024-03,5,5"), (), "twice"),
        (("编号,月份,提成", ",,"), (), "no amount"),
        (("编号,月份,提成", "S01,2024-03,5"), ("--whisker", "50%"), "20%"),
    ],
)
def test_faults_are_told(
    department: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    lines: tuple[str, ...],
    words: tuple[str, ...],
    said: str,
) -> None:
    path = small(tmp_path, *lines)
    base = ["reconcile", str(PLAN), "--facts", str(department), "--paid", str(path)]
    assert main([*base, *words]) == 2
    assert said in capsys.readouterr().err
