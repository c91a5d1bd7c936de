"""Adjusting equals paying again, for every shape: plans of the gallery over made-up facts."""

from __future__ import annotations

import csv
import json
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.engine.adjust import Side
from assay.engine.adjust_folder import write_adjustments
from assay.engine.folder import open_run
from assay.engine.inputs import read_inputs
from assay.engine.publish import publish
from assay.engine.run import run_program
from assay.engine.verify import verify
from assay.facts.facts import Facts
from assay.money import yuan
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.reading import read_plan
from assay.plan.run import Line
from assay.samples.made import Made
from tests.conftest import PLAN, ROOT, write_csv

GALLERY = ROOT / "plans" / "gallery"
Row = dict[str, str]
Tables = dict[str, tuple[list[str], list[Row]]]
# The department's plan, every plan of the gallery, and shapes none of them has: places among the
# team's rows, levels that are skipped, a balance of each customer, sums that ask for whom they are.
SHAPES = (
    "key-account",
    *sorted(path.stem[:2] for path in GALLERY.glob("*.yaml")),
    "among",
    "upline",
    "each",
    "this",
    "rests",
)
PAYEES, MONTHS = 7, 4
LATE = "late_returns: {is: late}"
ASKED = "late: {readings: [adjust, leave_out], read: leave_out}"
# Adjusted a second time, and verified: a balance, settlement by row and by year, a balance of each customer.
TWICE = ("45", "62", "71", "each")


def text_of(shape: str) -> str:
    own = ROOT / "tests" / "plan" / "shapes" / f"{shape}.yaml"
    if shape == PLAN.stem:
        return PLAN.read_text(encoding="utf-8")
    path = own if own.is_file() else next(GALLERY.glob(f"{shape}-*.yaml"))
    return path.read_text(encoding="utf-8")


def program_of(text: str, seed: int) -> Program:
    """A plan with some of its questions read otherwise."""
    chance = random.Random(seed)
    plan = read_plan(text)
    chosen = {
        name: chance.choice(list(question.readings))
        for name, question in plan.questions.items()
        # A department that leaves late returns out pays otherwise than once for all, as it says.
        if chance.random() < 0.4 and name != "late_return"
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


def withhold(folder: Path, seed: int) -> None:
    """Some rows have not come yet: orders with all that stands below them, other rows alone."""
    chance = random.Random(seed)
    found = tables(folder)
    orders = found["orders"][1]
    late = {row["order_id"] for row in orders if chance.random() < 0.2}
    if len(late) == len(orders):
        late.clear()
    for name, (header, rows) in found.items():
        if "order_id" in header:
            rows[:] = [row for row in rows if row["order_id"] not in late]
        if name not in ("orders", "people", "split", "contract", "order_lines"):
            rows[:] = [row for row in rows if chance.random() < 0.9]
    save(folder, found)


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=1, deadline=None, database=None, suppress_health_check=[*HealthCheck])
@given(seed=st.integers(0, 10**6).filter(bool))
def test_paying_now_and_adjusting_equals_paying_once(shape: str, seed: int) -> None:
    """First what had come, then all that came later and changed; rejected rows are left out."""
    text = text_of(shape)
    program = program_of(text, seed)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        made = Made(program, seed, PAYEES, MONTHS, 1)
        made.write(folder / "was")
        shutil.copytree(folder / "was", folder / "now")
        withhold(folder / "was", seed)
        months = range(made.span.start, made.span.stop)
        folders = [pay(program, text, folder / "was", folder / "paid", months, "duckdb")]
        before = (folder / "paid" / "statements.csv").read_bytes()
        for turn in range(2 if shape in TWICE else 1):
            change(folder / "now", seed + turn)
            facts = read_inputs(program, folder / "now")
            out = folder / f"adjusted{turn}"
            found = write_adjustments(open_run(folders[-1]), facts, Month(months.stop), out)
            assert all(
                (one.amount or one.award) and one.reason and one.for_month in months
                for one in found
            )
            folders.append(out)
        engine = ("reference", "duckdb")[seed % 2]
        again = pay(program, text, folder / "now", folder / "again", months, engine)
        assert by_line(*folders) == by_line(again)
        assert (folder / "paid" / "statements.csv").read_bytes() == before
        if shape in TWICE:
            assert [d.text() for d in verify(open_run(folders[-1]))[1]] == []


@pytest.mark.parametrize("shape", ["key-account", "45"])
@settings(max_examples=1, deadline=None, database=None, suppress_health_check=[*HealthCheck])
@given(seed=st.integers(0, 10**6).filter(bool))
def test_returns_left_out_stay_paid_however_often_adjusted(shape: str, seed: int) -> None:
    """Twice some orders are returned while others change: all comes to what paying without the returns does."""
    text = text_of(shape)
    if shape == PLAN.stem:
        program = compile_plan(read_plan(text), {"late_return": "leave_out"})
    else:
        text = text.replace("\npolicies:", f"\npolicies:\n  {LATE}", 1)
        text = text.replace("\nquestions:", f"\nquestions:\n  {ASKED}", 1)
        program = compile_plan(read_plan(text))
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        made = Made(program, seed, PAYEES, MONTHS, 1)
        made.write(folder / "was")
        shutil.copytree(folder / "was", folder / "now")
        months = range(made.span.start, made.span.stop)
        folders = [pay(program, text, folder / "was", folder / "paid", months, "duckdb")]
        found = tables(folder / "now")
        orders = found["orders"][1]
        counted = [r for r in orders if r["status"] not in ("cancelled", "returned")]
        back = chance.sample(counted, len(counted) // 3)
        was = {r["order_id"]: r["status"] for r in back}
        for turn in range(2):
            for row in back[turn::2]:
                row["status"] = "returned"
            for row in [r for r in counted if r not in back][turn::3]:
                column = "commission" if "commission" in row else "net_amount"
                row[column] = yuan(chance.randrange(1, 10**7))
            save(folder / "now", found)
            facts = read_inputs(program, folder / "now")
            out = folder / f"adjusted{turn}"
            write_adjustments(open_run(folders[-1]), facts, Month(months.stop), out)
            assert [d.text() for d in verify(open_run(out))[1]] == []
            folders.append(out)
        for row in back:
            row["status"] = was[row["order_id"]]
        save(folder / "now", found)
        again = pay(program, text, folder / "now", folder / "again", months, "duckdb")
        assert by_line(*folders) == by_line(again)


LEFT_OUT = f"""plan: left_out
effective: 2024-01
policies: {{{LATE}}}
questions: {{{ASKED}}}
facts: {{order: {{has: {{cost: money}}}}}}
rules:
  - {{name: pay, for: rep, per: order, pay: "order.amount * 1% + order.cost * 1% + order.sum(order_line.amount) * 1%"}}
"""
ORDERS = "order_id,order_date,salesperson_id,list_amount,net_amount,cost,status"
LINES = "order_id,line,list_amount,net_amount"


def late(folder: Path, orders: list[str], lines: list[str]) -> Facts:
    folder.mkdir()
    write_csv(folder / "people.csv", "payee_id,role", "P,rep")
    write_csv(folder / "orders.csv", ORDERS, *orders)
    write_csv(folder / "order_lines.csv", LINES, *lines)
    return read_inputs(compile_plan(read_plan(LEFT_OUT)), folder)


def test_a_part_that_comes_back_late_is_left_out_and_another_price_is_not(tmp_path: Path) -> None:
    """A third of an order without lines; a line of two, of another discount; both stay paid, however
    often one adjusts, though the order changes hands or states. A price put right is put right."""
    was = [
        "1,2024-01-05,P,300,270.01,30,open", "2,2024-01-06,P,300,220,5,open",
        "3,2024-01-07,P,300,270,0,open", "4,2024-01-08,P,300,270,0,open",
    ]  # fmt: skip
    lines = ["2,1,200,180", "2,2,100,40", "4,1,100,90", "4,2,200,180"]
    late(tmp_path / "was", was, lines)
    program = compile_plan(read_plan(LEFT_OUT))
    pay(program, LEFT_OUT, tmp_path / "was", tmp_path / "paid", range(24288, 24289), "reference")
    parts = [
        "1,2024-01-05,P,200,180.01,20,shipped", "2,2024-01-06,P,200,180,5,open",
        "3,2024-01-07,P,300,200,0,open", "4,2024-01-08,P,200,180,0,open",
    ]  # fmt: skip
    now = late(tmp_path / "now", parts, ["2,1,200,180", "4,2,200,180"])
    found = write_adjustments(open_run(tmp_path / "paid"), now, Month(24289), tmp_path / "first")
    assert [(one.line, one.amount) for one in found] == [("pay", -70)]
    assert [held.row.root.values["order_id"] for _, held in found[0].credits] == ["3"]
    told = json.loads((tmp_path / "first" / "run.json").read_text(encoding="utf-8"))
    assert told["returned_late"] == ["1", "2", "4"]
    # The rest of one comes back, another loses a further part, the last changes its price as well.
    rest = [
        "1,2024-01-05,P,200,180.01,20,returned", "2,2024-01-06,P,100,90,5,open",
        "3,2024-01-07,P,300,200,0,open", "4,2024-01-08,P,200,180,0,open",
    ]  # fmt: skip
    then = late(tmp_path / "then", rest, ["2,1,100,90", "4,2,200,180"])
    again = write_adjustments(open_run(tmp_path / "first"), then, Month(24290), tmp_path / "second")
    assert again == []
    for name in ("first", "second"):
        assert [d.text() for d in verify(open_run(tmp_path / name))[1]] == []
    # Where the plan takes returns back, the same parts are taken back.
    text = LEFT_OUT.replace("read: leave_out", "read: adjust")
    program = compile_plan(read_plan(text))
    pay(program, text, tmp_path / "was", tmp_path / "other", range(24288, 24289), "reference")
    (back,) = write_adjustments(open_run(tmp_path / "other"), now, Month(24289), tmp_path / "back")
    assert len(back.credits) == 4


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


TOUCHED = {
    "order": ("orders", {"net_amount": "1.00"}),
    "return": ("orders", {"status": "returned"}),
    "collection": ("collections", {"amount": "0.01"}),
    "target": ("targets", {"target": "99999999.00"}),
}


def worked_out(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str, int]]:
    """The person-months of which lines are worked out from now on."""
    worked: set[tuple[str, str, int]] = set()
    lines = Side.lines

    def noted(side: Side, key: tuple[str, str, int]) -> dict[str, Line]:
        worked.add(key)
        return lines(side, key)

    monkeypatch.setattr(Side, "lines", noted)
    return worked


@pytest.mark.parametrize("kind", TOUCHED)
def test_only_what_is_touched_is_worked_out_again(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The months of those credited with the order, or with a target, and their team's manager's."""
    text = PLAN.read_text(encoding="utf-8")
    program = compile_plan(read_plan(text), {"agent_base": "receipts"})
    made = Made(program, 1, 24, 3, 1)
    made.write(tmp_path / "was")
    paid = pay(program, text, tmp_path / "was", tmp_path / "paid", made.span, "duckdb")
    shutil.copytree(tmp_path / "was", tmp_path / "now")
    table, changed = TOUCHED[kind]
    found = tables(tmp_path / "now")
    stays = {p.id: p for p in made.people if not p.first and not p.last}
    owner = "agent_id" if kind == "collection" else "salesperson_id"
    orders = {
        r["order_id"]: r
        for r in found["orders"][1]
        if r["status"] == "completed" and r[owner] in stays
    }
    greatest = max(orders.values(), key=lambda r: float(r["net_amount"]))
    where = (
        {"payee_id": greatest[owner], "month": greatest["order_date"][:7]}
        if kind == "target"
        else {"order_id": greatest["order_id"]}
    )
    row = next(r for r in found[table][1] if where.items() <= r.items())
    row.update(changed)
    save(tmp_path / "now", found)
    worked = worked_out(monkeypatch)
    facts = read_inputs(program, tmp_path / "now")
    assert write_adjustments(open_run(paid), facts, Month(made.span.stop), tmp_path / "out")
    # Whoever is credited with the order, in its month and in those in which it pays him.
    credited = [c for c in tables(paid)["credits"][1] if c["order_id"] == greatest["order_id"]]
    days = {greatest["order_date"][:7], *(c["month"] for c in credited)}
    months = {row["month"]} if kind == "target" else days
    who = {(greatest[owner], owner.removesuffix("_id"))}
    assert kind == "target" or who == {
        (c["payee_id"], c["role"]) for c in credited if c["role"] != "manager"
    }
    direct = {(*one, Month.parse(month).index) for one in who for month in months}
    managers = {p.team: p.id for p in made.people if p.role == "manager"}
    above = {(managers[stays[who].team], "manager", month) for who, _, month in direct}
    assert worked == direct | above


# A pool is shared by the team in the month alone; what stands to date and a balance go on to the end.
REACHED = {"33": (True, False), "71": (False, True), "45": (False, True)}


@pytest.mark.parametrize("shape", REACHED)
def test_of_a_gallery_plan_only_what_is_touched_is_worked_out_again(
    shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one order that changed: its payee's month, with the team's or the months after it."""
    of_team, onwards = REACHED[shape]
    text = text_of(shape)
    program = compile_plan(read_plan(text))
    made = Made(program, 1, 20, 4, 1)
    made.write(tmp_path / "was")
    paid = pay(program, text, tmp_path / "was", tmp_path / "paid", made.span, "duckdb")
    shutil.copytree(tmp_path / "was", tmp_path / "now")
    found = tables(tmp_path / "now")
    stays = {p.id: p for p in made.people if not p.first and not p.last}
    row = next(r for r in found["orders"][1][20:] if r["salesperson_id"] in stays)
    row["commission" if "commission" in row else "net_amount"] = "1.00"
    save(tmp_path / "now", found)
    worked = worked_out(monkeypatch)
    facts = read_inputs(program, tmp_path / "now")
    assert write_adjustments(open_run(paid), facts, Month(made.span.stop), tmp_path / "out")
    seller, month = stays[row["salesperson_id"]], Month.parse(row["order_date"][:7])
    people = [p for p in made.people if p.team == seller.team] if of_team else [seller]
    held = [
        p for p in people
        if (not p.first or p.first < month.after.isoformat()) and (not p.last or p.last >= month.first.isoformat())
    ]  # fmt: skip
    months = range(month.index, made.span.stop if onwards else month.index + 1)
    assert worked == {(p.id, p.role, m) for p in held for m in months}
    assert len(worked) < len(made.people) * len(made.span) / 2


HEADED = """plan: headed
effective: 2024-01
facts: {order: {to: {who: order.salesperson, as: rep}}}
rules:
  - {name: override, for: head, per: month, settle: cumulative, pay: "reports.sum(order.amount) * 10%"}
"""


def test_who_came_later_than_it_was_said_has_earned_nothing_before(tmp_path: Path) -> None:
    """The head's first day was wrong: what his month before it was paid is taken back whole."""
    program = compile_plan(read_plan(HEADED))
    orders = "order_id,order_date,salesperson_id,list_amount,net_amount\n1,2024-01-05,r,1000,1000\n"
    for name, start in (("was", ""), ("now", "2024-02-11")):
        (tmp_path / name).mkdir()
        people = f"payee_id,name,role,team,reports_to,from\nr,r,rep,,h,\nh,h,head,,,{start}\n"
        (tmp_path / name / "people.csv").write_text(people, "utf-8")
        (tmp_path / name / "orders.csv").write_text(orders, "utf-8")
    months = range(Month.parse("2024-01").index, Month.parse("2024-03").index)
    paid = pay(program, HEADED, tmp_path / "was", tmp_path / "paid", months, "reference")
    assert by_line(paid)["h", "head", "2024-01", "override"] == 100_00
    now = read_inputs(program, tmp_path / "now")
    write_adjustments(open_run(paid), now, Month(months.stop), tmp_path / "adjusted")
    again = pay(program, HEADED, tmp_path / "now", tmp_path / "again", months, "reference")
    assert by_line(paid, tmp_path / "adjusted") == by_line(again)
    assert ("h", "head", "2024-01", "override") not in by_line(paid, tmp_path / "adjusted")
