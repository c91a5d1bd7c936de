"""Pools, places in a team and sums of the team on both engines: who moves, leaves, or stands in no team."""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.engine import run as engine_run
from assay.engine.adjust_folder import write_adjustments
from assay.engine.folder import open_run
from assay.engine.inputs import read_inputs
from assay.engine.publish import publish
from assay.engine.republish import republish
from assay.engine.run import Outcome, run_program
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.reading import read_plan
from assay.plan.sql.query import compile_sql
from tests.conftest import write_csv
from tests.engine.test_adjust_shapes import by_line
from tests.engine.test_engines_agree import paid

PLAN = """
plan: pools
effective: 2024-01
facts:
  order: {to: [{who: order.salesperson, as: [rep, guest], counts_for: team}, {who: order.agent, as: agent}]}
policies: {purse: 1000.01元}
measures:
  sales: "sum(order.amount)"
  deals: {is: "count(order)", over: quarter}
  big: "if(sales >= 100元, sales, 0元)"
  team_sales: "team.sum(order.amount)"
  of_people: "team.sum(sales)"
  mine: "order.amount * if(team_sales >= 1000元, 10%, 1%)"
  reaches: "team_sales >= 60% * team.target"
  purse_part: "share(purse, by: sales, among: role)"
  place: "rank(sales, among: team)"
rules:
  - {name: pot, for: rep, per: month, pay: "share(team_sales * 3.3% - 7.77元, by: big, among: team)"}
  - {name: of_purse, for: [rep, guest], per: month, pay: purse_part}
  - {name: by_deals, for: rep, per: month, pay: "share(0元 - team_sales * 0.9%, by: deals, among: team)"}
  - {name: net, for: rep, per: month, pay: "share(of_people * 1%, by: sales - 150元, among: team)"}
  - {name: even, for: helper, per: month, pay: "share(team_sales * 5%, by: 1, among: team)"}
  - {name: reached, for: rep, per: month, pay: "share(if(reaches, team_sales, 0元) * 2%, by: sales, among: team)"}
  - {name: on_top, for: rep, per: order, pay: "order.amount * if(purse_part >= 200元, 1%, 2%)"}
  - {name: first_in, for: rep, per: month, pay: "if(place = 1, 1元, 0元) + if(sales >= 0.5 * team_sales, 2元, 0元)"}
  - {name: direct, for: [rep, agent], per: order, pay: "order.amount * if(team_sales >= 1000元, 10%, 1%)"}
  - {name: named, for: [rep, agent], per: order, pay: mine}
"""


HEADER = "order_id,order_date,salesperson_id,agent_id,list_amount,net_amount"


def house(chance: random.Random, folder: Path) -> None:
    """Two months of three teams: people who move, come, leave, stand in none; equal and odd amounts."""
    people = ["h1,helper,T1,,", "h2,helper,T1,,", "h3,helper,T2,2024-01-20,", "h4,helper,,,"]
    people += ["a1,agent,,,", "a2,agent,T1,,", "g1,guest,T1,,", "h1,rep,T2,,"]
    for number in range(8):
        turn = date(2024, 1, 1) + timedelta(chance.randrange(1, 50))
        first, then = chance.choice(("T1", "T2", "T3", "")), chance.choice(("T1", "T2", ""))
        kind = chance.random()
        if kind < 0.4:
            people += [f"r{number},rep,{first},,"]
        elif kind < 0.7:
            people += [
                f"r{number},rep,{first},,{turn}",
                f"r{number},rep,{then},{turn + timedelta(1)},",
            ]
        else:
            people += [f"r{number},rep,{first}," + (f"{turn}," if kind < 0.85 else f",{turn}")]
    orders = []
    for number in range(chance.randrange(1, 30)):
        day = date(2024, 1, 1) + timedelta(chance.randrange(60) if number else 0)
        amount = chance.choice((100, 100, 33.33, 250.01, 0.01, chance.randrange(1, 99999) / 100))
        who, agent = f"r{chance.randrange(8)}", ""
        if chance.random() < 0.2:
            who, agent = "", chance.choice(("a1", "a2"))
        who = chance.choice((who, who, who, "h1", "g1")) if who else who
        orders.append(f"{number + 1},{day},{who},{agent},{amount:.2f},{amount:.2f}")
    targets = [f"{team},{month},{chance.choice((100, 500))}" for team in ("T1", "T2")
               for month in ("2024-01", "2024-02") if chance.random() < 0.7]  # fmt: skip
    write_csv(folder / "people.csv", "payee_id,role,team,from,to", *people)
    write_csv(folder / "orders.csv", HEADER, *orders)
    write_csv(folder / "targets.csv", "team,month,target", *targets)


@pytest.fixture(scope="module")
def pools() -> Program:
    program = compile_plan(read_plan(PLAN))
    assert not compile_sql(program).outside
    return program


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9))
def test_both_engines_share_pools_alike(pools: Program, seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        house(chance, Path(place))
        later = chance.choice((0, 1))
        slow = paid(pools, Path(place), "reference", later)
        fast = paid(pools, Path(place), "duckdb", later)
    assert set(fast[2].where.values()) == {"duckdb"}
    assert slow[:2] == fast[:2]
    assert amounts(fast[2], pools, "direct") == amounts(fast[2], pools, "named")


def amounts(outcome: Outcome, program: Program, rule: str) -> dict[tuple[str, int], int]:
    """What a rule pays each payee in each month."""
    return {
        (row.payee, row.month): row.amount
        for row in outcome.statements
        if program.rules[row.rule].name == rule
    }


def moving(folder: Path, of_b: int = 600) -> Path:
    """Somebody moves from T1 to T2 in the month; helpers, whose rows count for no team; b sells some."""
    people = ["a,rep,T1,,2024-01-15", "a,rep,T2,2024-01-16,", "b,rep,T1,,", "c,rep,T2,,"]
    people += ["h1,helper,T1,,", "h2,helper,T1,,", "h3,helper,,,"]
    sold = (("03", "a", 500), ("20", "a", 500), ("20", "b", of_b), ("20", "c", 500))
    orders = [f"{n},2024-01-{day},{who},,{net},{net}" for n, (day, who, net) in enumerate(sold)]
    folder.mkdir(exist_ok=True)
    write_csv(folder / "people.csv", "payee_id,role,team,from,to", *people)
    write_csv(folder / "orders.csv", HEADER, *orders)
    return folder


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_a_pool_is_shared_out_once(pools: Program, tmp_path: Path, engine: str) -> None:
    outcome = paid(pools, moving(tmp_path), engine)[2]

    def of(rule: str) -> list[int]:
        return list(amounts(outcome, pools, rule).values())

    # T1 sold 1,100 and T2 1,000; a stands in T2 at the month's end, with all he sold himself.
    assert of("pot") == [16_82, 28_53, 8_41]
    assert of("even") == [27_50, 27_50, 0]
    # a's order of T1 is paid by what T1 reached, that of T2 by what T2 did, named or not.
    assert of("direct") == of("named") == [100_00, 60_00, 50_00]


TURNED = (
    ("m.n - q * m.d DESC", "m.n - q * m.d ASC"), ("DESC, m.who)", "DESC, m.who DESC)"), (" <= m.t - ", " < m.t - "),
    ("PARTITION BY m.role, m.month, m.team", "PARTITION BY m.role, m.month"),
    ("PARTITION BY m.role, m.month ORDER", "PARTITION BY m.month ORDER"), ("greatest(", "abs("),
    ("IS NOT DISTINCT FROM r.team", "= r.team"), ("h.stop > k.first", "h.stop > k.after"), (" AND m.stands", ""),
)  # fmt: skip
Houses = list[tuple[Path, tuple[object, ...]]]


@pytest.fixture(scope="module")
def houses(pools: Program, tmp_path_factory: pytest.TempPathFactory) -> Houses:
    """Some houses with what they pay."""
    found: Houses = []
    for seed in range(6):
        folder = tmp_path_factory.mktemp("house")
        house(random.Random(seed), folder)
        found.append((folder, paid(pools, folder, "duckdb")[:2]))
    return found


@pytest.mark.parametrize(("old", "new"), TURNED)
def test_a_turned_pool_is_noticed(
    pools: Program, houses: Houses, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    queries = compile_sql(pools)
    turned = replace(
        queries,
        months=queries.months.replace(old, new),
        credits=queries.credits.replace(old, new),
    )
    assert turned != queries
    monkeypatch.setattr(engine_run, "compile_sql", lambda *_: turned)
    for folder, right in houses:
        try:
            if paid(pools, folder, "duckdb")[:2] != right:
                return
        except duckdb.Error:
            return
    pytest.fail("the same amounts in every house")


ALONE = PLAN.replace("among: role", "among: team")


def test_what_changed_later_reaches_all_who_share(tmp_path: Path) -> None:
    """a's order of T1 is paid otherwise when b sells less; his part of the pool of T2 rests on c."""
    program = compile_plan(read_plan(ALONE))
    months = range(program.effective, program.effective + 1)

    def pay(facts: Path, name: str) -> Path:
        read = read_inputs(program, facts)
        outcome = run_program(program, read, months, "duckdb")
        publish(program, ALONE, read, outcome, months, tmp_path / name, "parquet")
        return tmp_path / name

    before, again = (pay(moving(tmp_path / str(of_b), of_b), f"of {of_b}") for of_b in (600, 100))
    now = read_inputs(program, tmp_path / "100")
    write_adjustments(open_run(before), now, Month(months.stop), tmp_path / "adjusted")
    assert by_line(before, tmp_path / "adjusted") == by_line(again)
    republish(open_run(before), again / "facts", ["2"])
    assert by_line(before) == by_line(again)
