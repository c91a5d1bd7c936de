"""Shapes over real files: settled to date, split, over levels, by contract, after people have left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT, assay, rows, write_csv

PLAN = """plan: shapes
effective: 2024-01
facts:
  order:
    has: {specialist: text, returned_on: date}
    to:
      - {who: split.payee, as: [rep], part: split.percent, adds_to: 100%, counts_for: team}
      - {who: order.specialist, as: specialist, part: 25%}
  split: {of: order, has: {payee: text, percent: rate}}
  contract: {has: {start: date, owner: text}}
  payment: {of: contract, has: {on: date, amount: money}, to: {who: contract.owner, as: rep}}
policies:
  draw: 500元
measures:
  credited: "sum(order.credited)"
  booked: {is: "sum(order.credited)", over: year_to_date}
  target_to_date: {is: "sum(target otherwise 0元)", over: year_to_date}
  earned: "line.commission"
  owed: {carry: month, adds: "max(0元, draw - earned)", takes: "min(owed.before, max(0元, earned - draw))"}
  quarter_sales: {is: "sum(order.credited)", over: quarter}
  place: "rank(quarter_sales, among: role)"
  came_in: "min(100%, order.collected / order.amount) otherwise 0%"
  age: "months_between(contract.start, payment.on) otherwise 0个月"
tables:
  trail_rate: {of: age, bands: [["<= 12个月", 10%], ["> 12个月", 5%]]}
  prize: {of: place, bands: [["<= 1", "'金牌'"], ["> 1", "''"]]}
rules:
  - name: commission
    for: rep
    per: order
    pay: "order.credited * 10%"
    settle: cumulative
    release: came_in
    undo: [[order.returned_on, "keep 0%"]]
  - {name: overlay, for: specialist, per: order, pay: "order.credited * 2%"}
  - {name: draw_line, for: rep, per: month, pay: "owed.adds - owed.takes"}
  - {name: true_up, for: rep, per: month, settle: cumulative, pay: "if(booked >= target_to_date, booked * 1%, 0元)"}
  - {name: best, for: rep, per: quarter, pay: "if(place = 1, 100元, 0元)", gives: prize}
  - {name: trail, for: rep, per: payment, pay: "payment.amount * trail_rate"}
  - {name: override, for: boss, per: month, pay: "reports.sum(line.commission) * 10%"}
  - {name: top, for: director, per: month, pay: "reports(2).sum(credited) * 1%"}
"""


def folder(path: Path, plan: str = PLAN) -> Path:
    (path / "plan.yaml").write_text(plan, encoding="utf-8")
    write_csv(
        path / "people.csv", "payee_id,role,team,from,to,reports_to",
        "a,rep,T,,,m", "b,rep,T,,2024-01-31,m", "s,specialist,,,,", "m,boss,T,,,d", "d,director,,,,",
    )  # fmt: skip
    write_csv(
        path / "orders.csv",
        "order_id,order_date,salesperson_id,list_amount,net_amount,specialist,returned_on",
        "1,2024-01-05,,1000.01,1000.01,s,", "2,2024-02-06,,2000,2000,,2024-03-09",
    )  # fmt: skip
    write_csv(path / "split.csv", "order_id,payee,percent", "1,a,50%", "1,b,50%", "2,a,100%")
    write_csv(
        path / "collections.csv", "order_id,date,amount",
        "1,2024-01-20,500.01", "1,2024-03-02,500", "2,2024-02-07,2000",
    )  # fmt: skip
    write_csv(path / "contract.csv", "contract_id,start,owner", "C1,2023-01-15,a")
    write_csv(
        path / "payment.csv", "contract_id,on,amount", "C1,2024-01-15,100", "C1,2024-02-15,100"
    )
    write_csv(path / "targets.csv", "payee_id,month,target", "a,2024-01,400", "a,2024-02,4000")
    return path


def paid(out: Path) -> dict[tuple[str, str], list[str]]:
    """line and payee -> amounts of January to March; months without a row are left out."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows(out / "statements.csv"):
        found.setdefault((row["line"], row["payee_id"]), []).append(row["amount"])
    return found


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_every_shape_is_paid_from_files(tmp_path: Path, engine: str) -> None:
    folder(tmp_path)
    ran = assay(
        "run", tmp_path / "plan.yaml", "--facts", tmp_path, "--out", tmp_path / "out", "--engine", engine,
        "--from", "2024-01", "--to", "2024-03",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    lines = paid(tmp_path / "out")
    # 500.01 and 500.00 of order 1 are credited; half of it is collected in January (500.01/1000.01).
    assert lines[("commission", "a")] == ["25.00", "200.00", "-175.00"]
    # b left in January: what the March collection releases still comes to him.
    assert lines[("commission", "b")] == ["25.00", "25.00"]
    assert lines[("overlay", "s")] == ["5.00", "0.00", "0.00"]
    assert lines[("draw_line", "a")] == ["475.00", "300.00", "675.00"]
    assert lines[("true_up", "a")] == ["5.00", "-5.00", "0.00"]
    assert lines[("best", "a")] == ["0.00", "0.00", "100.00"]
    assert lines[("trail", "a")] == ["10.00", "5.00", "0.00"]
    assert lines[("override", "m")] == ["5.00", "20.00", "-17.50"]
    assert lines[("top", "d")] == ["10.00", "20.00", "0.00"]
    titles = [row["title"] for row in rows(tmp_path / "out" / "statements.csv")]
    assert "best · 金牌" in titles
    data = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert {rule["ran_on"] for rule in data["engine"]["rules"]} == {"reference"}
    credits = rows(tmp_path / "out" / "credits.csv")
    for line, payee in [("commission", "a"), ("commission", "b"), ("trail", "a")]:
        total = sum(
            round(float(c["amount"]) * 100)
            for c in credits
            if (c["line"], c["payee_id"]) == (line, payee)
        )
        assert total == sum(round(float(x) * 100) for x in lines[(line, payee)])


RAN_ON = {
    "10": {
        "wage_paid": "reference",
        "wage_made_up": "reference",
        "rate_bonus": "reference",
        "rank_bonus": "duckdb",
    },
    "56": dict.fromkeys(("salary", "commission", "courtesy", "gross_bonus"), "duckdb"),
}


@pytest.mark.parametrize("shape", RAN_ON)
def test_every_rule_says_where_it_ran(tmp_path: Path, shape: str) -> None:
    """A plan of which one rule alone is in whole-number SQL, and one all of whose rules are."""
    plan = next((ROOT / "plans" / "gallery").glob(f"{shape}-*.yaml"))
    write_csv(tmp_path / "people.csv", "payee_id,role", "a,salesperson")
    write_csv(
        tmp_path / "orders.csv",
        "order_id,order_date,salesperson_id,list_amount,net_amount,gross,courtesy",
        "1,2024-12-05,a,600000,600000,1000,0",
    )
    write_csv(tmp_path / "wage.csv", "on,who,amount", "2024-12-05,a,1500")
    months = ("--from", "2024-12", "--to", "2024-12")
    ran = assay("run", plan, "--facts", tmp_path, "--out", tmp_path / "out", *months)
    assert ran.status == 0, ran.err
    data = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    told = {rule["line"]: rule for rule in data["engine"]["rules"]}
    for line, engine in RAN_ON[shape].items():
        assert told[line]["ran_on"] == engine, line
        assert bool(told[line].get("because")) == (engine == "reference"), line
    assert {*told} == {*RAN_ON[shape]}


def test_parts_that_do_not_add_up_are_turned_away(tmp_path: Path) -> None:
    folder(tmp_path)
    write_csv(tmp_path / "split.csv", "order_id,payee,percent", "1,a,50%", "1,b,40%", "2,a,100%")
    ran = assay("run", tmp_path / "plan.yaml", "--facts", tmp_path, "--month", "2024-01")
    assert ran.status == 2
    assert "orders.csv:2: part “1”: 各份合计 90%，应为 100%" in ran.err


def test_a_payment_of_no_contract_and_a_boss_nobody_knows_are_turned_away(tmp_path: Path) -> None:
    folder(tmp_path)
    write_csv(tmp_path / "payment.csv", "contract_id,on,amount", "C9,2024-01-15,100")
    write_csv(
        tmp_path / "contract.csv", "contract_id,start,owner", "C1,2023-01-15,a", "C1,2023-01-15,a"
    )
    people = (
        (tmp_path / "people.csv").read_text(encoding="utf-8").replace("a,rep,T,,,m", "a,rep,T,,,x")
    )
    (tmp_path / "people.csv").write_text(people, encoding="utf-8")
    ran = assay("run", tmp_path / "plan.yaml", "--facts", tmp_path, "--month", "2024-01")
    assert ran.status == 2
    assert "payment.csv:2: contract_id “C9”: contract 里没有" in ran.err
    assert "contract.csv:2: contract_id “C1”: contract_id 重复" in ran.err
    assert "people.csv:2: reports_to “x”: 人员表里没有" in ran.err


def test_a_settled_line_is_explained_by_what_is_due_and_was_paid(tmp_path: Path) -> None:
    folder(tmp_path)
    ran = assay(
        "explain", tmp_path / "plan.yaml", "--facts", tmp_path, "--payee", "a", "--month", "2024-03"
    )
    assert ran.status == 0, ran.err
    assert "到月底应发 100%,累计 50.00元,此前已付 25.00元,本月 25.00元" in ran.out
    assert "到月底应发 0%,累计 0.00元,此前已付 200.00元,本月 -200.00元" in ran.out
    assert "另奖:金牌" in ran.out
