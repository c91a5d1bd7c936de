"""Facts a plan declares itself: read from their own files, typed, credited, paid per row."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import assay, rows, write_csv

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
