"""Facts a plan declares itself: read from their own files, typed, credited, paid per row."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT, assay, rows, write_csv

PLAN = """plan: declared
effective: 2024-01
facts:
  order: {has: {cost: money, share: rate, pieces: count}}
  payment: {of: order, has: {on: date, amount: money, fee: money}, to: {who: order.salesperson, as: salesperson}}
  visit: {has: {on: date, who: text, hours: number}, to: {who: visit.who, as: salesperson}}
measures:
  margin: "sum(order.amount - order.cost)"
  pieces: "sum(order.pieces)"
rules:
  - {name: profit, for: salesperson, per: month, pay: "max(0元, margin) * 10% + pieces * 5元"}
  - {name: shared, for: salesperson, per: order, pay: "order.amount * order.share"}
  - {name: received, for: salesperson, per: payment, pay: "(payment.amount - payment.fee) * 2%"}
  - {name: visits, for: salesperson, per: visit, pay: "10元 * visit.hours"}
"""


def folder(path: Path) -> Path:
    (path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    write_csv(path / "people.csv", "payee_id,role", "s1,salesperson")
    write_csv(
        path / "orders.csv", "order_id,order_date,salesperson_id,list_amount,net_amount,cost,share,pieces",
        "1,2024-01-05,s1,1000,900,600,1.5%,3", "2,2024-01-06,s1,1000,1000,1200,0.02,1",
    )  # fmt: skip
    write_csv(
        path / "payment.csv", "order_id,on,amount,fee", "1,2024-01-20,500,5", "1,2024-02-20,400,0",
    )  # fmt: skip
    write_csv(path / "visit.csv", "on,who,hours", "2024-01-09,s1,3", "2024-01-10,nobody,5")
    return path


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_declared_facts_are_paid(tmp_path: Path, engine: str) -> None:
    folder(tmp_path)
    ran = assay(
        "run", tmp_path / "plan.yaml", "--facts", tmp_path, "--out", tmp_path / "out", "--engine", engine,
        "--from", "2024-01", "--to", "2024-02",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    assert '"uncredited_visit_rows": 1' in (tmp_path / "out" / "run.json").read_text(
        encoding="utf-8"
    )
    paid = {(r["month"], r["line"]): r["amount"] for r in rows(tmp_path / "out" / "statements.csv")}
    assert paid == {
        ("2024-01", "profit"): "30.00", ("2024-01", "shared"): "33.50", ("2024-01", "received"): "9.90",
        ("2024-01", "visits"): "30.00", ("2024-02", "profit"): "0.00", ("2024-02", "shared"): "0.00",
        ("2024-02", "received"): "8.00", ("2024-02", "visits"): "0.00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("orders.csv", "600", ""), ("orders.csv", "1.5%", "much"), ("payment.csv", "1,2024-01-20", "9,2024-01-20"),
        ("payment.csv", "2024-01-20", ""), ("visit.csv", "2024-01-09,s1,3", "2024-01-09,s1,some"),
    ],
)  # fmt: skip
def test_their_cells_are_checked(tmp_path: Path, name: str, old: str, new: str) -> None:
    folder(tmp_path)
    path = tmp_path / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    ran = assay("run", tmp_path / "plan.yaml", "--facts", tmp_path)
    assert ran.status == 2
    assert f"{name}:2" in ran.err


def test_a_declared_fact_without_its_file_is_told(tmp_path: Path) -> None:
    (folder(tmp_path) / "payment.csv").unlink()
    ran = assay("run", tmp_path / "plan.yaml", "--facts", tmp_path)
    assert ran.status == 2
    assert "payment.csv" in ran.err


SHARED = """plan: shared
effective: 2024-01
facts:
  order:
    has: {helper: text}
    to: [{who: order.salesperson, as: rep}, {who: order.helper, as: overlay, part: 25%}]
  deal:
    has: {on: date, amount: money, lead: text, aide: text}
    to: [{who: deal.lead, as: rep}, {who: deal.aide, as: overlay, part: 50%}]
rules:
  - {name: commission, for: [rep, overlay], per: order, pay: "order.credited * 10% + 1元 * order.part"}
  - {name: dealt, for: [rep, overlay], per: deal, pay: "deal.credited * 10%"}
examples:
  - payee: {id: A, role: rep}
    orders: [{amount: 1000元, helper: B}, {amount: 500元}]
    deal: [{amount: 1000元, aide: B}]
    others: [{id: B, role: overlay}]
    expect: {commission: 152元, B.commission: 25.25元, dealt: 100元, B.dealt: 50元}
"""


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_who_has_no_part_is_credited_in_full(tmp_path: Path, engine: str) -> None:
    plan = tmp_path / "shared.yaml"
    plan.write_text(SHARED, encoding="utf-8")
    tried = assay("try", plan)
    assert tried.status == 0, tried.err
    write_csv(tmp_path / "people.csv", "payee_id,role", "A,rep", "B,overlay")
    write_csv(
        tmp_path / "orders.csv", "order_id,order_date,salesperson_id,list_amount,net_amount,helper",
        "1,2024-01-05,A,1000,1000,B", "2,2024-01-06,A,500,500,",
    )  # fmt: skip
    write_csv(tmp_path / "deal.csv", "on,amount,lead,aide", "2024-01-05,1000,A,B")
    out = tmp_path / "out"
    ran = assay("run", plan, "--facts", tmp_path, "--out", out, "--engine", engine)
    assert ran.status == 0, ran.err
    paid = {(r["payee_id"], r["line"]): r["amount"] for r in rows(out / "statements.csv")}
    assert paid == {
        ("A", "commission"): "152.00", ("A", "dealt"): "100.00",
        ("B", "commission"): "25.25", ("B", "dealt"): "50.00",
    }  # fmt: skip


def test_what_a_part_is_of_is_a_column_of_the_fact(tmp_path: Path) -> None:
    plan = tmp_path / "shared.yaml"
    plan.write_text(SHARED.replace("amount: money, lead", "size: money, lead"), encoding="utf-8")
    ran = assay("check", plan)
    assert ran.status == 2
    assert "deal has no column “amount”" in ran.err


DIVIDED = """plan: divided
effective: 2024-01
facts:
  part: {of: deal, has: {who: text, percent: rate}}
  deal: {has: {on: date, amount: money}, to: {who: part.who, as: rep, part: part.percent, adds_to: 100%}}
rules:
  - {name: dealt, for: rep, per: deal, pay: "deal.credited * 10%"}
  - {name: sold, for: rep, per: order, pay: "order.amount * 10%"}
examples:
  - payee: {id: A}
    others: [{id: B}]
    deal:
      - {amount: 1000元, part: [{who: A, percent: 60%}, {who: B, percent: 30%}]}
      - {amount: 500元, part: [{who: A, percent: 60%}, {who: B, percent: 40%}]}
    expect: {dealt: 30元, B.dealt: 20元}
"""


def test_parts_that_do_not_add_up_turn_their_own_row_away(tmp_path: Path) -> None:
    """In examples as in runs: the deal, not the order that stands in the same row of its file."""
    plan = tmp_path / "divided.yaml"
    plan.write_text(DIVIDED, encoding="utf-8")
    tried = assay("try", plan)
    assert tried.status == 0, tried.err
    assert (
        "note: deal 1 (2024-01-01) is refused: the parts come to 90% in place of 100%" in tried.out
    )
    write_csv(tmp_path / "people.csv", "payee_id,role", "A,rep", "B,rep")
    write_csv(
        tmp_path / "orders.csv", "order_id,order_date,salesperson_id,list_amount,net_amount",
        "1,2024-01-05,A,1000,1000", "2,2024-01-06,A,500,500",
    )  # fmt: skip
    write_csv(tmp_path / "deal.csv", "deal_id,on,amount", "D1,2024-01-05,1000", "D2,2024-01-05,500")
    write_csv(
        tmp_path / "part.csv", "deal_id,who,percent", "D1,A,60%", "D1,B,30%", "D2,A,60%", "D2,B,40%",
    )  # fmt: skip
    out = tmp_path / "out"
    ran = assay("run", plan, "--facts", tmp_path, "--out", out)
    assert ran.status == 2
    assert "deal.csv:2: part “D1”: 各份合计 90%，应为 100%" in ran.err
    ran = assay("run", plan, "--facts", tmp_path, "--out", out, "--skip-rejected")
    assert ran.status == 0, ran.err
    paid = {(r["payee_id"], r["line"]): r["amount"] for r in rows(out / "statements.csv")}
    assert paid == {
        ("A", "dealt"): "30.00", ("A", "sold"): "150.00", ("B", "dealt"): "20.00", ("B", "sold"): "0.00",
    }  # fmt: skip
    assert assay("verify", out).status == 0


def test_what_parts_come_to_goes_by_the_reading(tmp_path: Path) -> None:
    plan = ROOT / "plans" / "gallery" / "69-overlay-double-credit-and-split.yaml"
    write_csv(tmp_path / "people.csv", "payee_id,role", "P,executive", "Q,executive")
    write_csv(
        tmp_path / "orders.csv", "order_id,order_date,salesperson_id,list_amount,net_amount,specialist",
        "1,2024-01-05,,100000,100000,", "2,2024-01-06,,100000,100000,",
    )  # fmt: skip
    write_csv(
        tmp_path / "split.csv", "order_id,payee,percent", "1,P,60%", "1,Q,40%", "2,P,60%", "2,Q,30%",
    )  # fmt: skip
    ran = assay("run", plan, "--facts", tmp_path)
    assert ran.status == 2
    assert "orders.csv:3: part “2”" in ran.err
    out = tmp_path / "out"
    ran = assay(
        "run", plan, "--facts", tmp_path, "--out", out, "--question", "sharing=both_in_full"
    )
    assert ran.status == 0, ran.err
    assert {r["amount"] for r in rows(out / "statements.csv")} == {"10000.00"}


GRADED = """plan: graded
effective: 2024-01
facts: {review: {has: {on: date, who: text, grade: text}, to: {who: review.who, as: rep}}}
measures: {last: "latest(review.grade)"}
rules: [{name: bonus, for: rep, per: month, pay: "if(last = gold, 5元, 1元)"}]
examples:
  - {payee: {id: A}, review: [ROWS], expect: {bonus: 5元}}
"""


@pytest.mark.parametrize("grades", [("gold", "amber"), ("amber", "gold")])
def test_which_of_one_day_is_the_latest_is_told_by_no_place(
    tmp_path: Path, grades: tuple[str, str]
) -> None:
    """In the list of an example as in a file."""
    plan = tmp_path / "graded.yaml"
    listed = ", ".join(f"{{on: 01-05, grade: {grade}}}" for grade in grades)
    plan.write_text(GRADED.replace("ROWS", listed), encoding="utf-8")
    tried = assay("try", plan)
    assert tried.status == 0, tried.err
    write_csv(tmp_path / "people.csv", "payee_id,role", "A,rep")
    write_csv(
        tmp_path / "orders.csv", "order_id,order_date,salesperson_id,list_amount,net_amount", "1,2024-01-05,A,1,1",
    )  # fmt: skip
    write_csv(tmp_path / "review.csv", "on,who,grade", *(f"2024-01-05,A,{g}" for g in grades))
    ran = assay("run", plan, "--facts", tmp_path, "--out", tmp_path / "out")
    assert ran.status == 0, ran.err
    assert [r["amount"] for r in rows(tmp_path / "out" / "statements.csv")] == ["5.00"]
