"""search: what the plan rewards, found in orders, and the money it moved as the run says it."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from assay.cli import main
from assay.engine.both_ways import BothWays
from assay.engine.inputs import read_inputs
from assay.engine.run import months_of, run_program
from assay.engine.search import beside
from assay.engine.search_words import NO_GUILT, TITLES
from assay.plan.compile import compile_plan
from assay.plan.reading import read_plan
from assay.plan.vocabulary import PROPERTIES
from tests.conftest import PLAN, ROOT, assay, rows, write_csv
from tests.engine.test_engines_agree import month, plan_text
from tests.prove.test_mending import MARGIN


def fen(text: str) -> int:
    return int(Decimal(text) * 100)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(min_value=0, max_value=10**9))
def test_the_short_sums_are_those_of_the_run(seed: int) -> None:
    """A role's lines summed without sharing them out, on generated plans and months."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as made:
        month(rng, Path(made))
        program = compile_plan(read_plan(plan_text(rng), "made"))
        facts = read_inputs(program, Path(made))
        months = months_of(program, facts)
        outcome = run_program(program, facts, months, "reference")
        for role in program.roles:
            ways = BothWays.of_role(program, role, facts, months)
            names = {rule.name for rule in ways.program.rules if role in rule.roles}
            expected: dict[tuple[str, int], int] = defaultdict(int)
            for row in outcome.statements:
                if row.role == role and program.rules[row.rule].name in names:
                    expected[(row.payee, row.month)] += row.amount
            paid = ways.pays(role)
            assert {k: n for k, n in paid.items() if n} == {k: n for k, n in expected.items() if n}


@pytest.fixture(scope="module")
def found(department: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The search of the sample department as data; its workbook beside it."""
    out = tmp_path_factory.mktemp("search")
    data = out / "data.json"
    with pytest.MonkeyPatch.context() as patch:
        lines: list[str] = []
        patch.setattr("builtins.print", lambda *words, **_: lines.append(" ".join(map(str, words))))
        base = ["search", str(PLAN), "--facts", str(department), "--json", "--lang", "en"]
        assert main([*base, "--xlsx", str(out / "search.xlsx")]) == 0
    data.write_text("\n".join(lines), encoding="utf-8")
    return {**json.loads(data.read_text(encoding="utf-8")), "workbook": out / "search.xlsx"}


def pattern(found: dict[str, Any], kind: str, role: str) -> dict[str, Any]:
    return next(p for p in found["patterns"] if (p["pattern"], p["role"]) == (kind, role))


def case(found: dict[str, Any], about: str, role: str, payee: str, at: str) -> dict[str, Any]:
    cases = pattern(found, about, role)["cases"]
    return next(c for c in cases if (c["payee_id"], c["month"]) == (payee, at))


def otherwise(found: dict[str, Any], table: list[dict[str, str]]) -> list[dict[str, str]]:
    """The orders as they would stand without one case of each pattern, worked out here by hand."""
    rows_by_id = {row["order_id"]: row for row in table}
    split = case(found, "split", "salesperson", "S05", "2024-03")["orders"]
    first, *rest = (rows_by_id[i] for i in split)
    for column in ("list_amount", "net_amount"):
        first[column] = str(sum(Decimal(rows_by_id[i][column]) for i in split))
    gone = {row["order_id"] for row in rest}
    merged = case(found, "merge", "salesperson", "S05", "2024-04")["orders"]
    (whole,) = (rows_by_id[i] for i in merged)
    half = {**whole, "order_id": f"{whole['order_id']}x"}
    for column in ("list_amount", "net_amount"):
        odd, amount = fen(whole[column]) % 2, fen(whole[column]) // 2
        whole[column], half[column] = str(Decimal(amount + odd) / 100), str(Decimal(amount) / 100)
    (high,) = case(found, "cliff", "salesperson", "S03", "2024-06")["orders"]
    listed, net = fen(rows_by_id[high]["list_amount"]), fen(rows_by_id[high]["net_amount"])
    edges = [-(-listed * 9 // 10), listed * 8 // 10 + 1, 30_000_000, 50_000_000, 100_000_000]
    edge = max(e for e in edges if e <= net <= e * 1.005 + 1)
    rows_by_id[high]["net_amount"] = str(Decimal(edge - 1) / 100)
    for order in case(found, "shift_month", "salesperson", "S08", "2025-04")["orders"]:
        rows_by_id[order]["order_date"] = "2025-03-31"
    (deepest,) = case(found, "more_sales", "salesperson", "S04", "2024-01")["orders"]
    gone.add(deepest)
    for row in table:
        if (
            row["order_date"].startswith("2025-06")
            and row["salesperson_id"]
            and row["channel"] != "store"
        ):
            floor = -(-fen(row["list_amount"]) * 3 // 4)
            row["net_amount"] = str(Decimal(max(floor, fen(row["net_amount"]))) / 100)
    return [row for row in [*table, half] if row["order_id"] not in gone]


def test_the_money_is_what_two_runs_say(
    found: dict[str, Any], department: Path, tmp_path: Path
) -> None:
    """One case of each pattern undone in the file of orders, and the department paid again."""
    other = tmp_path / "facts"
    other.mkdir()
    for name in ("people.csv", "targets.csv"):
        (other / name).write_bytes((department / name).read_bytes())
    for folder, table in ((other, otherwise(found, rows(department / "orders.csv"))),):
        with (folder / "orders.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(table[0]))
            writer.writeheader()
            writer.writerows(table)
    paid: list[dict[tuple[str, str, str], int]] = []
    for folder in (department, other):
        out = tmp_path / f"run{len(paid)}"
        assert main(["run", str(PLAN), "--facts", str(folder), "--out", str(out)]) == 0
        sums: dict[tuple[str, str, str], int] = defaultdict(int)
        for row in rows(out / "statements.csv"):
            sums[(row["payee_id"], row["role"], row["month"])] += fen(row["amount"])
        paid.append(sums)

    def moved(payee: str, role: str, *months: str) -> int:
        return sum(paid[0][payee, role, at] - paid[1][payee, role, at] for at in months)

    for about, role, payee, months in (
        ("split", "salesperson", "S05", ("2024-03",)),
        ("merge", "salesperson", "S05", ("2024-04",)),
        ("cliff", "salesperson", "S03", ("2024-06",)),
        ("shift_month", "salesperson", "S08", ("2025-04", "2025-03")),
        ("deeper_discount", "manager", "M01", ("2025-06",)),
    ):
        told = case(found, about, role, payee, months[0])
        assert fen(told["moved"]) == moved(payee, role, *months) > 0, about
    lost = case(found, "more_sales", "salesperson", "S04", "2024-01")
    assert fen(lost["moved"]) == -moved("S04", "salesperson", "2024-01") > 0


def paid(
    orders: list[dict[str, str]], department: Path, to: Path
) -> dict[tuple[str, str, str], int]:
    """Σ of each payee, role and month after a run over these orders."""
    to.mkdir()
    for name in ("people.csv", "targets.csv"):
        (to / name).write_bytes((department / name).read_bytes())
    with (to / "orders.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(orders[0]))
        writer.writeheader()
        writer.writerows(orders)
    assert main(["run", str(PLAN), "--facts", str(to), "--out", str(to / "out")]) == 0
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows(to / "out" / "statements.csv"):
        sums[(row["payee_id"], row["role"], row["month"])] += fen(row["amount"])
    return sums


def test_months_lifted_at_the_last(found: dict[str, Any], department: Path, tmp_path: Path) -> None:
    """A month lifted by its last orders, one by orders returned since, one a whisker beside an edge:
    each undone in the file, the department paid again."""
    table = rows(department / "orders.csv")
    by_id = {row["order_id"]: row for row in table}
    as_is = paid(table, department, tmp_path / "as_is")
    lifted = pattern(found, "month_lifted", "salesperson")["cases"][0]
    gone = pattern(found, "month_returned", "salesperson")["cases"][0]
    beside = case(found, "month_edge", "salesperson", "S01", "2024-03")
    assert len({(lifted["payee_id"]), gone["payee_id"], "S01"}) == 3
    year, at = map(int, lifted["month"].split("-"))
    for order in lifted["orders"]:
        by_id[order]["order_date"] = f"{year + at // 12}-{at % 12 + 1:02d}-01"
    for order in gone["orders"]:
        by_id[order] |= {"status": "completed", "returned": ""}
    (largest,) = beside["orders"]
    row = by_id[largest]
    ours = [
        r for r in table if r["salesperson_id"] == "S01" and r["order_date"].startswith("2024-03")
    ]
    ours = [r for r in ours if counted(r)]
    under = 4 * sum(fen(r["net_amount"]) for r in ours) - 3 * sum(
        fen(r["list_amount"]) for r in ours
    )
    over_target = beside["moved"] != "0.00" and under >= 0
    step = -(under // 4 + 1) if over_target else -(under // 4)
    row["net_amount"] = str(Decimal(fen(row["net_amount"]) + step) / 100)
    other = paid(table, department, tmp_path / "other")

    def moved(payee: str, *months: str) -> int:
        return sum(as_is[payee, "salesperson", m] - other[payee, "salesperson", m] for m in months)

    following = f"{year + at // 12}-{at % 12 + 1:02d}"
    assert fen(lifted["moved"]) == moved(lifted["payee_id"], lifted["month"], following) > 0
    assert fen(gone["moved"]) == -moved(gone["payee_id"], gone["month"]) > 0
    assert fen(beside["moved"]) == moved("S01", "2024-03") > 0


def counted(row: dict[str, str]) -> bool:
    """Whether an order counts for its salesperson."""
    gone = ("returned", "cancelled", "取消", "已退货")
    return (
        row["status"] not in gone
        and row["returned"] not in ("1", "是")
        and row["channel"] != "store"
    )


def test_paying_only_what_is_touched_changes_nothing(department: Path) -> None:
    """The same, to the letter, with every month paid again for each pattern; as two commands."""
    said = ["search", str(PLAN), "--facts", str(department), "--json", "--lang", "en"]
    whole = (
        "import sys; from fractions import Fraction; from assay.engine import patterns;"
        "from assay.commands.search_command import main; patterns.NEARLY_ALL = Fraction(0);"
        "sys.exit(main(sys.argv[2:]))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    asked = [sys.executable, "-c", whole, *said]
    other = subprocess.run(asked, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert json.loads(other.stdout) == json.loads(assay(*said).out)


def test_any_order_whose_removal_pays_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two orders that drag the average under 7.5折 the shallower is the one that costs more pay:
    each order of the month is tried, by hand too."""
    write_csv(tmp_path / "people.csv", "payee_id,name,role,team", "S1,甲,salesperson,KA")
    write_csv(tmp_path / "targets.csv", "payee_id,month,target", "S1,2024-03,300000")
    header = "order_id,order_date,salesperson_id,customer_id,list_amount,net_amount"
    lines = [
        "1,2024-03-02,S1,A,500000,400000",
        "2,2024-03-05,S1,B,10000,6500",
        "3,2024-03-09,S1,C,99000,49600",
    ]
    write_csv(tmp_path / "orders.csv", header, *lines)
    base = [str(PLAN), "--facts", str(tmp_path)]
    assert main(["search", *base, "--only", "more_sales", "--json"]) == 0
    told = pattern(json.loads(capsys.readouterr().out), "more_sales", "salesperson")
    pays = {}
    for gone in (None, *lines):
        write_csv(tmp_path / "orders.csv", header, *(line for line in lines if line != gone))
        assert main(["run", *base, "--out", str(tmp_path / "out")]) == 0
        pays[gone] = sum(
            fen(r["amount"])
            for r in rows(tmp_path / "out" / "statements.csv")
            if r["payee_id"] == "S1"
        )
    best = max(lines, key=lambda line: pays[line])
    assert pays[best] > pays[None]
    assert [c["orders"] for c in told["cases"]] == [[best.split(",")[0]]]
    assert fen(told["moved"]) == pays[best] - pays[None]


@pytest.mark.parametrize(
    ("column", "values", "lost"),
    [
        ("cost", ("95", "90", "120", "80"), {"1": "3.00", "3": "28.00"}),
        ("floor_price", ("95", "92", "93", "91"), {"1": "3.00", "3": "1.00"}),
        ("profit", ("5", "8", "-20", "30"), {"1": "3.00", "3": "28.00"}),
    ],
)
def test_orders_that_lose_are_listed_with_what_they_lose(
    tmp_path: Path, capsys: pytest.CaptureFixture[str],
    column: str, values: tuple[str, ...], lost: dict[str, str],
) -> None:  # fmt: skip
    """Four sales of 100, 8 for each: what the cost leaves, less that."""
    plan = tmp_path / "margin.yaml"
    plan.write_text(MARGIN.format(column=column, refused="order.amount < 1元"), encoding="utf-8")
    write_csv(tmp_path / "people.csv", "payee_id,name,role,team", "R1,甲,rep,KA", "R2,乙,rep,KA")
    write_csv(
        tmp_path / "orders.csv",
        f"order_id,order_date,salesperson_id,list_amount,net_amount,{column}",
        *(f"{n},2024-03-0{n},R{1 + n // 3},100,100,{v}" for n, v in enumerate(values, 1)),
    )
    base = ["search", str(plan), "--facts", str(tmp_path), "--only", "negative_margin"]
    page = tmp_path / "search.html"
    assert main([*base, "--json", "--report", str(page)]) == 0
    data = json.loads(capsys.readouterr().out)
    (told,) = data["patterns"]
    assert (told["property"], told["candidates"]) == ("negative_margin", len(lost))
    assert {c["orders"][0]: c["moved"] for c in told["cases"]} == lost
    assert {p["payee_id"]: p["moved"] for p in told["people"]} == {"R1": lost["1"], "R2": lost["3"]}
    assert fen(told["moved"]) == sum(map(fen, lost.values()))
    assert all(one["property"] != "negative_margin" for one in data["not_looked_for"])
    assert TITLES["zh"]["negative_margin"] in page.read_text(encoding="utf-8")
    assert main(base) == 0
    said = capsys.readouterr().out
    assert f"公司倒贴 {told['moved']}" in said


LATER = """plan: later
effective: 2024-01
facts:
  order: {has: {cost: money, profit: money}}
  payment: {of: order, has: {on: date, amount: money}, to: [{who: order.salesperson, as: rep}]}
rules:
  - {name: pay, for: rep, per: payment, pay: "payment.amount * 8%"}
"""


def test_what_is_paid_for_an_order_in_later_months_is_part_of_what_it_loses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """100 for a cost of 95: 4 is paid in March, 4 in April. By the cost, as the proof has it, though
    the orders tell a profit too."""
    plan = tmp_path / "later.yaml"
    plan.write_text(LATER, encoding="utf-8")
    write_csv(tmp_path / "people.csv", "payee_id,name,role,team", "R1,甲,rep,KA")
    write_csv(
        tmp_path / "orders.csv",
        "order_id,order_date,salesperson_id,list_amount,net_amount,cost,profit",
        "1,2024-03-02,R1,100,100,95,50",
    )
    write_csv(tmp_path / "payment.csv", "order_id,on,amount", "1,2024-03-05,50", "1,2024-04-05,50")
    base = ["search", str(plan), "--facts", str(tmp_path), "--only", "negative_margin", "--json"]
    for span in ([], ["--month", "2024-03"]):
        assert main([*base, *span]) == 0
        (told,) = json.loads(capsys.readouterr().out)["patterns"]
        assert [(c["orders"], c["moved"]) for c in told["cases"]] == [(["1"], "3.00")]


def test_only_what_the_plan_rewards_is_looked_for(found: dict[str, Any]) -> None:
    looked = {(p["property"], p["role"]) for p in found["patterns"]}
    assert ("deeper_discount", "salesperson") not in looked
    assert not any(role == "agent" for _, role in looked)
    assert "not guilt" in found["note"]
    told = {p["property"] for p in found["patterns"]} | {
        p["property"] for p in found["not_looked_for"]
    }
    assert {*PROPERTIES} - told == set()
    assert all(p["because"] for p in found["not_looked_for"])
    for one in found["patterns"]:
        assert sum(fen(p["moved"]) for p in one["people"]) == fen(one["moved"])
        assert sum(fen(c["moved"]) for c in one["cases"]) == fen(one["moved"])


def test_edges_are_counted_on_both_sides(found: dict[str, Any], department: Path) -> None:
    """Against a plain count over the file."""
    gone = ("returned", "cancelled", "取消", "已退货")
    sellers = {p["payee_id"] for p in rows(department / "people.csv") if p["role"] == "salesperson"}
    seen = [
        (fen(r["net_amount"]), fen(r["list_amount"]))
        for r in rows(department / "orders.csv")
        if r["status"] not in gone and r["returned"] not in ("1", "是") and r["salesperson_id"] in sellers
    ]  # fmt: skip
    counts = {c["at"]: c for c in pattern(found, "cliff", "salesperson")["counts"]}
    told = counts["order.discount 90%"]
    step = 9 * 5
    widths = [
        sum(9000 + step * a <= 10_000 * Decimal(net) / listed < 9000 + step * (a + 1) for net, listed in seen)
        for a in (-2, -1, 0, 1)
    ]  # fmt: skip
    assert list(told["counts"].values()) == widths
    assert told["on_the_edge"] == sum(net * 10 == listed * 9 for net, listed in seen)
    assert told["more_than_chance"] is False


def test_a_heap_above_an_edge_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Orders just over 8折, none beside them; and the pattern's workbook ties."""
    write_csv(tmp_path / "people.csv", "payee_id,name,role,team", "S1,甲,salesperson,KA")
    lines = [f"{n},2024-03-{n % 28 + 1:02d},S1,C{n},50000,40{n:03d}" for n in range(1, 40)]
    lines += [f"{n},2024-03-{n % 28 + 1:02d},S1,C{n},50000,3{n}00" for n in range(71, 90)]
    header = "order_id,order_date,salesperson_id,customer_id,list_amount,net_amount"
    write_csv(tmp_path / "orders.csv", header, *lines)
    base = ["search", str(PLAN), "--facts", str(tmp_path), "--only", "cliff"]
    assert main([*base, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    told = {c["at"]: c for c in pattern(data, "cliff", "salesperson")["counts"]}
    assert told["order.discount 80%"]["more_than_chance"] is True
    assert told["order.discount 90%"]["more_than_chance"] is False
    assert main(base) == 0
    out = capsys.readouterr().out
    assert "这是规律，不是过错" in out
    assert "多于两侧" in out


def test_the_workbook_ties(found: dict[str, Any]) -> None:
    book = CalamineWorkbook.from_path(str(found["workbook"]))
    assert book.sheet_names == ["Overview", "People", "Cases", "Edges"]
    total = sum(Decimal(p["moved"]) for p in found["patterns"])
    for name in ("People", "Cases"):
        cells = book.get_sheet_by_name(name).to_python()
        place = cells[0].index("Money moved")
        values = [round(Decimal(str(row[place])), 2) for row in cells[1:]]
        assert sum(values[:-1]) == values[-1] == total


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_in_either_language(department: Path, tmp_path: Path, lang: str) -> None:
    """Every pattern has its part, in one file that fetches nothing."""
    path = tmp_path / "search.html"
    base = ["search", str(PLAN), "--facts", str(department), "--from", "2024-03", "--to", "2024-06"]
    assert main([*base, "--lang", lang, "--report", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    for kind in ("split", "month_edge", "month_lifted", "more_sales"):
        assert TITLES[lang][kind] in text
    assert NO_GUILT[lang] in text


def test_one_at_a_time_finds_what_several_do(
    department: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Looks that go on beside one another do not touch each other's tables; nor does a search
    the one before it."""
    base = ["search", str(PLAN), "--facts", str(department), "--month", "2024-03", "--json"]
    told = []
    for many in (1, 3, 3):
        monkeypatch.setattr("assay.engine.search.SIDE_BY_SIDE", many)
        assert main(base) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0]["patterns"]
    assert told[0] == told[1] == told[2]


def test_rejected_rows_end_a_search_unless_they_may_be_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_csv(tmp_path / "people.csv", "payee_id,name,role,team", "S1,甲,salesperson,KA")
    header = "order_id,order_date,salesperson_id,list_amount,net_amount"
    write_csv(tmp_path / "orders.csv", header, "1,2024-03-02,S1,50000,45000", "2,2024-03-03,S1,5,x")
    base = ["search", str(PLAN), "--facts", str(tmp_path), "--only", "cliff", "--json"]
    assert main(base) == 2
    said = capsys.readouterr()
    assert not said.out
    assert "net_amount" in said.err
    assert main([*base, "--skip-rejected"]) == 0
    assert json.loads(capsys.readouterr().out)["orders"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--days", "40"), "--days"),
        (("--near", "50%"), "--near"),
        (("--month", "2024-01", "--to", "2024-02"), "--month"),
        (("--from", "2024-05", "--to", "2024-02"), "2024-02"),
    ],
)
def test_faults_are_told(
    department: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert main(["search", str(PLAN), "--facts", str(department), *words]) == 2
    assert said in capsys.readouterr().err


def test_roles_that_differ_in_large_letters_alone_keep_their_tables_apart(tmp_path: Path) -> None:
    write_csv(tmp_path / "people.csv", "payee_id,name,role,team", "S1,甲,salesperson,KA")
    header = "order_id,order_date,salesperson_id,list_amount,net_amount"
    write_csv(tmp_path / "orders.csv", header, "1,2024-03-02,S1,50000,45000")
    facts = read_inputs(compile_plan(read_plan(PLAN.read_text(encoding="utf-8"))), tmp_path)
    names = ("rep", "Rep", "代表", '"', "o'x")
    for name in names:
        beside(facts, name).connection.execute(
            "CREATE OR REPLACE TABLE own AS SELECT ? AS n", [name]
        )
    for name in names:  # at another connection, as each look is
        assert beside(facts, name).connection.execute("FROM own").fetchall() == [(name,)]
