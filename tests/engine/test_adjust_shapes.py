"""Adjusting equals paying again, for every shape: plans of the gallery over made-up facts."""

from __future__ import annotations

import csv
import random
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from assay.engine.adjust import Side, Touched
from assay.engine.adjust_folder import write_adjustments
from assay.engine.changes import CHANGED, Change
from assay.engine.folder import open_run
from assay.engine.inputs import load_book, read_inputs
from assay.engine.publish import publish
from assay.engine.run import run_program
from assay.engine.verify import verify
from assay.money import yuan
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.reading import read_plan
from assay.samples.made import Made
from tests.conftest import PLAN, ROOT, write_csv

GALLERY = ROOT / "plans" / "gallery"
Row = dict[str, str]
Tables = dict[str, tuple[list[str], list[Row]]]
# A balance, settlement by row and by year, turns, ranks, pools, reports, splits, windows, refusals.
SHAPES = (
    "01",
    "05",
    "08",
    "10",
    "19",
    "29",
    "33",
    "45",
    "52",
    "62",
    "65",
    "69",
    "71",
    "72",
    "73",
    "74",
    # Places among the team's rows, balances of the team and the company, levels that are skipped.
    "among",
    "upline",
)


def program_of(text: str, seed: int) -> Program:
    """A plan with some of its questions read otherwise."""
    chance = random.Random(seed)
    plan = read_plan(text)
    chosen = {
        name: chance.choice(list(question.readings))
        for name, question in plan.questions.items()
        if chance.random() < 0.4
    }
    return compile_plan(plan, chosen)


def pay(program: Program, text: str, facts: Path, out: Path, months: range, engine: str) -> Path:
    read = read_inputs(program, facts)
    publish(program, text, read, run_program(program, read, months, engine), months, out)
    return out


def tables(folder: Path) -> Tables:
    found: Tables = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
            found[path.stem] = (list(reader.fieldnames or ()), rows)
    return found


def save(folder: Path, found: Tables) -> None:
    for name, (header, rows) in found.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


AMOUNTS = ("net_amount", "amount", "target", "commission", "bonus", "gross", "fee")
OWNERS = ("salesperson_id", "agent_id", "store_id", "who", "specialist", "owner")


def change(folder: Path, seed: int, count: int = 7) -> None:
    """Rows of every table come, go, move to another owner, month or team, and change amounts."""
    chance = random.Random(seed)
    found = tables(folder)
    others = [name for name in found if name not in ("orders", "people", "order_lines")]
    for _ in range(count):
        name = chance.choice(["orders", "orders", "orders", "people", *others])
        header, rows = found[name]
        if not rows:
            continue
        row = chance.choice(rows)
        kind = chance.choice(("edit", "edit", "drop", "add"))
        if name == "people":
            moved(row, rows, chance)
        elif kind == "drop" and name not in ("split", "contract"):
            rows.remove(row)
        elif kind == "add" and name not in ("split", "contract", "targets"):
            late = {
                **row,
                **({"amount": yuan(chance.randrange(1, 10**7))} if "amount" in row else {}),
            }
            if name == "orders":
                late["order_id"] = str(10**6 + chance.randrange(10**5))
                below = found.get("split", ([], []))[1]
                same = [r for r in below if r["order_id"] == row["order_id"]]
                below += [{**r, "order_id": late["order_id"]} for r in same]
            rows.append(late)
        else:
            edit(row, header, rows, chance)
    ids = {row["order_id"] for row in found["orders"][1]}
    for name, (header, rows) in found.items():
        if name != "orders" and "order_id" in header:
            rows[:] = [row for row in rows if row["order_id"] in ids]
    save(folder, found)


def moved(row: Row, rows: list[Row], chance: random.Random) -> None:
    """Somebody leaves, comes later, or changes team or superior."""
    column = chance.choice(("to", "from", "team", "reports_to"))
    if column in ("team", "reports_to"):
        row[column] = chance.choice([r for r in rows if r["role"] == row["role"]])[column]
    elif not row["from"] and not row["to"]:
        row[column] = f"2024-0{chance.randrange(2, 5)}-{chance.randrange(1, 28):02d}"


def edit(row: Row, header: list[str], rows: list[Row], chance: random.Random) -> None:
    column = chance.choice([c for c in ["net_amount", "order_date", *header] if c in header])
    value = row[column]
    day = f"2024-0{chance.randrange(1, 7)}-{chance.randrange(1, 28):02d}"
    if column in AMOUNTS:
        row[column] = yuan(chance.randrange(1, 10**7))
    elif column in OWNERS:
        row[column] = chance.choice(rows)[column] if value else value
    elif column == "status":
        row[column] = chance.choice(("cancelled", "completed"))
    elif value.count("-") == 2:
        row[column] = day
    elif value in ("0", "1") and column not in ("month", "line"):
        row[column] = "1" if value == "0" else "0"


def by_line(*folders: Path) -> Mapping[tuple[str, ...], int]:
    found: Counter[tuple[str, ...]] = Counter()
    for folder in folders:
        for row in tables(folder)["statements"][1]:
            line = row["line"].removeprefix("adjustment:")
            month = row.get("for_month") or row["month"]
            found[(row["payee_id"], row["role"], month, line)] += round(float(row["amount"]) * 100)
    return {key: amount for key, amount in found.items() if amount}


@pytest.mark.parametrize("seed", [3])
@pytest.mark.parametrize("shape", SHAPES)
def test_adjusting_twice_equals_paying_once(shape: str, seed: int, tmp_path: Path) -> None:
    """Also where rows are rejected: they are left out by both."""
    own = ROOT / "tests" / "plan" / "shapes" / f"{shape}.yaml"
    path = own if own.is_file() else next(GALLERY.glob(f"{shape}-*.yaml"))
    text = path.read_text(encoding="utf-8")
    seed = seed * 100 + (int(shape) if shape.isdigit() else len(shape))
    program = program_of(text, seed)
    made = Made(program, seed, 11, 5, 1)
    made.write(tmp_path / "was")
    months = range(made.span.start, made.span.start + 4)
    folders = [pay(program, text, tmp_path / "was", tmp_path / "paid", months, "duckdb")]
    before = (tmp_path / "paid" / "statements.csv").read_bytes()
    shutil.copytree(tmp_path / "was", tmp_path / "now")
    for turn in range(2):
        change(tmp_path / "now", seed + turn)
        facts = read_inputs(program, tmp_path / "now")
        out = tmp_path / f"adjusted{turn}"
        found = write_adjustments(open_run(folders[-1]), facts, Month(months.stop), out)
        assert all(
            (one.amount or one.award) and one.reason and one.for_month in months for one in found
        )
        folders.append(out)
    engine = ("reference", "duckdb")[seed % 2]
    again = pay(program, text, tmp_path / "now", tmp_path / "again", months, engine)
    assert by_line(*folders) == by_line(again)
    assert (tmp_path / "paid" / "statements.csv").read_bytes() == before
    for folder in (folders[0], folders[-1]):
        assert [d.text() for d in verify(open_run(folder))[1]] == []


IN_KIND = """plan: kind
effective: 2024-01
facts: {order: {has: {gifts: count}}}
measures: {sales: "sum(order.amount)"}
tables: {prize: {of: sales, bands: [["< 1000元", "''"], [">= 1000元", "'手机'"]]}}
rules:
  - {name: presents, title: 礼品, for: rep, per: order, pay: "order.amount * 1%", gives: order.gifts}
  - {name: trip, title: 奖品, for: rep, per: month, gives: prize}
"""


def test_what_is_given_in_kind_is_put_right_too(tmp_path: Path) -> None:
    program = compile_plan(read_plan(IN_KIND))
    folders = []
    for name, gifts, amount in (("was", 2, 900), ("now", 5, 900), ("then", 1, 1000)):
        folder = tmp_path / name
        folder.mkdir()
        write_csv(folder / "people.csv", "payee_id,role", "P,rep")
        head = "order_id,order_date,salesperson_id,list_amount,net_amount,gifts"
        write_csv(folder / "orders.csv", head, f"1,2024-01-05,P,2000,{amount},{gifts}")
        folders.append(folder)
    paid = pay(program, IN_KIND, folders[0], tmp_path / "paid", range(24288, 24289), "reference")
    found = []
    for step, folder in enumerate(folders[1:]):
        out = tmp_path / f"adjusted{step}"
        write_adjustments(open_run(paid), read_inputs(program, folder), Month(24289), out)
        assert [d.text() for d in verify(open_run(out))[1]] == []
        found.append([(r["title"], r["amount"]) for r in tables(out)["statements"][1]])
        paid = out
    assert found == [
        [("更正 · 礼品 · 实物 +3", "0.00")],
        [("补发 · 礼品 · 实物 -4", "1.00"), ("更正 · 奖品 · 实物 无 → 手机", "0.00")],
    ]


def test_only_what_is_touched_is_worked_out_again(tmp_path: Path) -> None:
    """One order of the department's plan: its owner's month, and that of his team's manager."""
    program = compile_plan(read_plan(PLAN.read_text(encoding="utf-8")))
    made = Made(program, 1, 40, 4)
    made.write(tmp_path / "was")
    facts = read_inputs(program, tmp_path / "was")
    side = Side(program, load_book(program, facts))
    header, rows = made.tables["orders"]
    row = next(dict(zip(header, r, strict=True)) for r in rows if r[2] and r[9] == "completed")
    order = {**row, "net_amount": 1}
    touched = Touched(program, side, side, made.span)
    keys = touched.keys([Change("orders", CHANGED, str(row["order_id"]), row, order)])
    owner = str(row["salesperson_id"])
    team = next(p.team for p in made.people if p.id == owner)
    manager = next(p.id for p in made.people if p.role == "manager" and p.team == team)
    month = Month.parse(str(row["order_date"])[:7]).index
    assert set(keys) == {(owner, "salesperson", month), (manager, "manager", month)}
