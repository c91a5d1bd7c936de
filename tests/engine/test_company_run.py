"""From files: sums of the company, the latest row, running sums, earlier periods, other years."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import assay, rows, write_csv

PLAN = """plan: company
effective: 2024-01
year_begins: 2
facts:
  profit: {has: {on: date, amount: money}}
  fx: {has: {on: date, rate: number}}
  terms: {has: {on: date, who: text, base: money, grade: text}, to: {who: terms.who, as: rep}}
  order: {has: {kind: text, usd: number}}
  change: {of: order, has: {on: date, amount: money}}
policies: {cap: 100元}
measures:
  units: "count(order)"
  to_year: {is: "sum(order.amount)", over: year}
  pool: {is: "company.sum(profit.amount) * 10%"}
  sales: "sum(order.amount)"
  place: "rank(sales, among: role)"
  heads: "company.count(payee.role = rep)"
  base: {is: "latest(terms.base) otherwise 0元", over: life}
  grade: {is: "latest(terms.grade)", over: life}
  month_rate: "company.latest(fx.rate) otherwise 7"
  to_date: {is: "running(order.amount)", over: year}
  kept: "min(cap, to_date * 10%) - min(cap, (to_date - order.amount) * 10%)"
  before: {is: "sum(order.amount)", over: previous_quarter}
tables:
  piece: {of: units, reads: slices, bands: [["<= 1单", 1元], ["> 1单", 2元]]}
rules:
  - {name: wage, for: rep, per: month, pay: "base + if(grade = senior, 5元, 0元)"}
  - {name: share, for: rep, per: month, pay: "share(pool, by: sales, among: role)"}
  - {name: top, for: rep, per: month, pay: "if(place / heads <= 50%, 1元, 0元)"}
  - {name: own, for: rep, per: order, pay: "order.amount - kept"}
  - {name: abroad, for: rep, per: order, pay: "order.usd * month_rate * 1% * if(order.kind = ring, 2, 1) * 1元"}
  - {name: pieces, for: rep, per: month, pay: "units * piece"}
  - {name: earlier, for: rep, per: month, pay: "before * 1%"}
  - {name: changed, for: rep, per: order, settle: cumulative, pay: "(order.amount + order.sum(change.amount)) * 1%"}
  - {name: yearly, for: rep, per: year, pay: "to_year * 1%"}
"""


def folder(path: Path) -> Path:
    (path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    write_csv(path / "people.csv", "payee_id,role", "a,rep", "b,rep")
    write_csv(
        path / "orders.csv", "order_id,order_date,salesperson_id,list_amount,net_amount,kind,usd",
        "1,2024-01-05,a,600,600,ring,10.5", "2,2024-01-06,a,300,300,,1",
        "3,2024-02-06,b,900,900,ring,2", "4,2024-02-07,a,2000,2000,,3",
    )  # fmt: skip
    write_csv(path / "profit.csv", "on,amount", "2024-01-31,50", "2024-02-29,100")
    write_csv(path / "fx.csv", "on,rate", "2024-01-02,7.1", "2024-01-31,7.125", "2024-02-01,7")
    write_csv(
        path / "terms.csv", "on,who,base,grade",
        "2023-05-01,a,30,junior", "2024-02-01,a,40,senior", "2024-01-01,b,20,junior",
    )  # fmt: skip
    write_csv(path / "change.csv", "order_id,on,amount", "1,2024-02-10,-100")
    return path


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_paid_from_files(tmp_path: Path, engine: str) -> None:
    folder(tmp_path)
    out = tmp_path / "out"
    ran = assay(
        "run", tmp_path / "plan.yaml", "--facts", tmp_path, "--out", out, "--engine", engine,
        "--from", "2024-01", "--to", "2024-02",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows(out / "statements.csv"):
        found.setdefault((row["payee_id"], row["line"]), []).append(row["amount"])
    assert found[("a", "wage")] == ["30.00", "45.00"]
    assert found[("b", "wage")] == ["20.00", "20.00"]
    assert found[("a", "share")] == ["5.00", "6.90"]
    assert found[("b", "share")] == ["0.00", "3.10"]
    assert found[("a", "top")] == ["1.00", "1.00"]
    # The year begins in February: 900 of January fill 90 of the cap, February begins anew.
    assert found[("a", "own")] == ["810.00", "1900.00"]
    assert found[("a", "abroad")] == ["1.57", "0.21"]
    assert found[("a", "pieces")] == ["3.00", "1.00"]
    assert found[("a", "earlier")] == ["0.00", "9.00"]
    assert found[("a", "changed")] == ["9.00", "19.00"]
    assert found[("a", "yearly")] == ["9.00", "0.00"]
    verified = assay("verify", out)
    assert verified.status == 0, verified.err
    json.loads((out / "run.json").read_text(encoding="utf-8"))
    told = assay(
        "explain", tmp_path / "plan.yaml", "--facts", tmp_path, "--payee", "a", "--month", "2024-02"
    )
    assert told.status == 0, told.err
    assert "累计 5.00元,此前已付 6.00元,本月 -1.00元" in told.out


def test_a_rate_that_is_no_number_is_turned_away(tmp_path: Path) -> None:
    folder(tmp_path)
    write_csv(tmp_path / "fx.csv", "on,rate", "2024-01-02,7.1.2")
    ran = assay("run", tmp_path / "plan.yaml", "--facts", tmp_path, "--month", "2024-01")
    assert ran.status == 2
    assert "fx.csv:2: rate “7.1.2”: 不是数" in ran.err
