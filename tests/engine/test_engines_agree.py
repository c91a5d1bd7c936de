"""The reference and the whole-number SQL agree to the 分 on generated plans and months."""

from __future__ import annotations

import random
import re
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.engine import run as engine_run
from assay.engine.inputs import read_inputs
from assay.engine.run import Outcome, credits_of, months_of, run_program
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.program import Program
from assay.plan.reading import read_plan
from assay.plan.sql.query import Queries, compile_sql
from assay.samples.made import Made
from tests.conftest import PLAN, ROOT

EDGES = ("6折", "7折", "7.5折", "8折", "9折")
MONEY_EDGES = ("2万元", "5万元", "10万元")


def paid(
    program: Program, folder: Path, engine: str, later: int = 0
) -> tuple[list[object], list[object], Outcome]:
    """Statements and credits of a folder by one engine, the first months left unpaid if said."""
    facts = read_inputs(program, folder)
    months = months_of(program, facts)
    months = months[min(later, len(months) - 1) :]
    outcome = run_program(program, facts, months, engine)
    credits = [tuple(str(cell) for cell in row) for row in credits_of(program, facts, outcome)]
    return list(outcome.statements), list(credits), outcome


def month(rng: random.Random, folder: Path) -> None:
    """Two months of five people in two teams: edges, ties, returns, joins, missing targets."""
    people = ["payee_id,name,role,team,from,to"]
    people += [
        f"s{i},s{i},salesperson,T{i % 2},{'2024-01-16' if i == 4 else ''}," for i in range(5)
    ]
    people += [
        "m0,m0,manager,T0,,2024-01-20",
        "m1,m1,manager,T0,2024-01-21,",
        "m2,m2,manager,T1,2024-01-10,",
    ]
    people += ["s0,s0,manager,T9,,", "a0,a0,agent,,,", "y0,y0,store,,,"]
    orders = [
        "order_id,order_date,salesperson_id,channel,agent_id,store_id,list_amount,net_amount,status,returned"
    ]
    for number in range(rng.randrange(3, 45)):
        day = date(2024, 1, 16) + timedelta(days=rng.choice((0, 0, 1, 4, 5, 9, 20, 40)))
        listed = rng.choice((100_000, 2_000_000, 10_000_000, rng.randrange(1, 50_000_000)))
        net = max(listed * rng.choice((5, 6, 7, 8, 9, 10, 11)) // 10 + rng.choice((-1, 0, 0, 1)), 0)
        channel = rng.choice(("direct", "group_buy", "", "agent", "store"))
        seller = rng.choice(("s0", "s1", "s2", "s3", "s4", "m2", ""))
        # The first is never returned: without a valid order there is no month to pay.
        status = rng.choice(("open", "completed", "completed", "returned")) if number else "open"
        identity = rng.choice((f"{number + 1}", f"HT-{number}", f"{100 - number}x"))
        agent, store = ("a0" if channel == "agent" else ""), ("y0" if channel == "store" else "")
        orders.append(
            f"{identity},{day},{seller},{channel},{agent},{store},{listed / 100:.2f},{net / 100:.2f},{status},"
        )
    targets = ["payee_id,team,month,target"]
    for payee in ("s0", "s1", "s2", "s3"):
        if rng.random() < 0.7:
            targets.append(
                f"{payee},,2024-{rng.choice(('01', '02'))},{rng.choice((0, 50_000, 100_000, 333_333.33))}"
            )
    targets += [
        f",T{t},2024-01,{rng.choice((80_000, 200_000))}" for t in range(2) if rng.random() < 0.8
    ]
    for name, lines in (("people", people), ("orders", orders), ("targets", targets)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def bands(rng: random.Random, edges: tuple[str, ...], values: list[str]) -> str:
    """Bands over some edges, each end belonging to one of its two sides."""
    chosen = sorted(rng.sample(range(len(edges)), rng.randrange(1, len(edges))))
    rows, low, closed = [], "", False
    for index in chosen:
        inclusive = rng.random() < 0.5
        high = edges[index]
        if not low:
            label = f"{'<=' if inclusive else '<'} {high}"
        else:
            label = f"{'[' if closed else '('}{low}, {high}{']' if inclusive else ')'}"
        rows.append(f'["{label}", {rng.choice(values)}]')
        low, closed = high, not inclusive
    rows.append(f'["{">=" if closed else ">"} {low}", {rng.choice(values)}]')
    return "[" + ", ".join(rows) + "]"


def plan_text(rng: random.Random) -> str:
    """A plan out of every part the language has."""
    rates = ["8%", "4%", "1.5%", "0.33%", "0%", "2%"]
    by = rng.choice(("date", "pro_rata", "lowest(rate)", "highest(rate)", "order_of_quota"))
    operator = rng.choice((">", ">=", "<"))
    over = rng.choice(
        (
            "month",
            "quarter",
            "half_year",
            "year_to_date",
            "last_2_months",
            "life",
            "previous_month",
            "previous_quarter",
        )
    )
    average = rng.choice(("sales / list_sales", "sales / list_sales", "mean(order.discount)"))
    where = rng.choice(
        ("", ', where: "order.channel = group_buy"', ', where: "order.amount >= 1万元"')
    )
    reads = rng.choice(("whole", "slices", "tiers"))
    point = rng.choice(("1点", "0.5点", "-0.25点", "case(q, one: 1点, two: 0.3点)"))
    per_order = rng.choice(
        (
            f"above(order.amount, quota, by: {by}) * (rate + point)",
            "order.amount * rate + within(order.amount, quota, by: date) * 0.1%",
            "max(0元, order.amount - 1000元) * rate",
            "min(order.amount, 5万元) * (rate + point)",
            "if(order.discount > 6折, order.amount * rate, 0元)",
            "order.amount * (above(order.amount, 120% * target, by: date) / sales otherwise 0%)",
        )
    )
    whole_pay = rng.choice(
        (
            "extra * 2%",
            "if(booked >= target_to_date, booked * 1%, 0元)",
            "booked * 0.5% + target_to_date * 0.1%",
            "(booked / target_to_date otherwise 0%) * 100元",
            "if(place_of_extra = 1, 300元, 0元) + extra * 0.01%",
        )
    )
    month_pay = rng.choice(
        (
            whole_pay,
            whole_pay,
            "sales * tier",
            "max(0元, sales - quota) * tier",
            "if(reached, 500元, 0元)",
            "count(order) * 10元",
            "if(place <= 2, 300元, 0元) + number(month.number) * 1元",
            "curve otherwise 7元",
        )
    )
    per = rng.choice(("month", "quarter", "half_year", "year"))
    if per != "month":
        month_pay = whole_pay
    settled = rng.choice(
        ("", ", settle: cumulative, within: year", ", settle: cumulative, within: quarter")
    )
    if per != "month":
        settled = ""
    team_pay = rng.choice(
        ("order.amount * 0.5%", "over_quota * (0.5% + team_point)", "order.amount * team_point")
    )
    return f"""
plan: made
effective: 2024-01
rounding: {rng.choice(("line", "line", "line", "statement"))}
facts:
  order:
    to:
      - who: order.salesperson
        as: [salesperson, manager]
        where: "order.channel in [direct, group_buy, agent]"
        counts_for: team
      - {{who: order.agent, as: agent, where: "order.channel = agent"}}
      - {{who: order.store, as: store, where: "order.channel = store"}}
policies:
  quota: {rng.choice(("2万元", "{is: {2024-01: 2万元, 2024-02: 3万元}}" if "quota" not in by else "1万元"))}
measures:
  sales: "sum(order.amount)"
  list_sales: "sum(order.list_price)"
  extra: {{is: "sum(order.amount)", over: {over}{where}}}
  average: "{average}"
  reached: "sales {operator} {rng.choice(("100%", "120%", "99.5%"))} * target"
  over_quota: "above(order.amount, 2万元, by: date)"
  booked: {{is: "sum(sales)", over: {rng.choice(("year_to_date", "quarter", "life"))}}}
  target_to_date: {{is: "sum(target otherwise 0元)", over: year_to_date}}
  place: "rank(sales, among: role, ties: same)"
  place_of_extra: "rank(extra, among: role)"
  team_sales: "team.sum(order.amount)"
tables:
  rate: {{of: order.discount, bands: {bands(rng, EDGES, rates)}}}
  tier: {{of: sales, reads: {reads}, bands: {bands(rng, MONEY_EDGES, rates)}}}
  point:
    first:
      - ["reached and average {rng.choice(("<", "<="))} 7.5折", 0.5点]
      - [reached, "{point}"]
      - [otherwise, 0点]
  curve:
    of: sales
    reads: between
    points: [[1000元, 3元], [2万元, 55.5元], [30万元, 60元]]
    beyond: {rng.choice(("refuse", "hold"))}
  team_point:
    first: [["team_sales > 110% * team.target", 0.3点], [otherwise, 0点]]
rules:
  - name: per_order
    for: [salesperson, store]
    per: order
    pay: "{per_order}"
    shows: {{band: rate, rate: rate, commissionable: order.amount}}
  - {{name: per_month, for: [salesperson, manager], per: {per}, pay: "{month_pay}"{settled}}}
  - {{name: of_team, for: manager, per: team.order, pay: "{team_pay}", shows: {{added_point: team_point}}}}
  - {{name: brought, for: agent, per: order, pay: "order.amount * 1%"}}
questions:
  q: {{ask: x, readings: [one, two], read: {rng.choice(("one", "two"))}}}
  tiers: {{ask: x, readings: [whole, slices], read: {rng.choice(("whole", "slices"))}}}
  order_of_quota: {{ask: x, readings: {{a: date, b: "lowest(rate)"}}, read: {rng.choice(("a", "b"))}}}
"""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(min_value=0, max_value=10**9))
def test_generated_plans_and_months(seed: int) -> None:
    rng = random.Random(seed)
    text = plan_text(rng)
    with tempfile.TemporaryDirectory() as place:
        month(rng, Path(place))
        program = compile_plan(read_plan(text))
        later = rng.choice((0, 0, 1))
        slow = paid(program, Path(place), "reference", later)
        fast = paid(program, Path(place), "duckdb", later)
    assert slow[0] == fast[0], text
    assert slow[2].counts == fast[2].counts
    assert slow[1] == fast[1], text


BEGUN = """plan: begun
effective: 2024-02
rules:
  - {name: kept, for: rep, per: month, pay: "5000元 + sum(order.amount) * 1%", settle: cumulative, within: quarter}
"""


def test_what_is_settled_begins_with_the_first_month_of_anything(tmp_path: Path) -> None:
    """A plan that begins within a quarter has paid nothing in the month before, whatever it comes to."""
    head = "order_id,order_date,salesperson_id,channel,list_amount,net_amount,status"
    orders = [f"{n},2024-{day},s,direct,100,100,open" for n, day in enumerate(("02-05", "03-05"))]
    (tmp_path / "people.csv").write_text("payee_id,name,role,team\ns,s,rep,\n", "utf-8")
    (tmp_path / "orders.csv").write_text("\n".join((head, *orders)) + "\n", "utf-8")
    program = compile_plan(read_plan(BEGUN))
    slow, fast = (paid(program, tmp_path, engine) for engine in ("reference", "duckdb"))
    assert set(fast[2].where.values()) == {"duckdb"}
    assert slow[0] == fast[0]
    assert [row.amount for row in slow[2].statements] == [5001_00, 0]


QUESTIONS = read_plan(PLAN.read_text(encoding="utf-8")).questions


@pytest.fixture(scope="module")
def default(key_account: Plan, department: Path) -> object:
    """What the sample is paid under the default readings."""
    return paid(compile_plan(key_account), department, "duckdb")[:2]


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_reading_on_the_sample(
    key_account: Plan, department: Path, default: object, name: str
) -> None:
    """Every other reading of every question, on every line; each differs from the default somewhere."""
    question = QUESTIONS[name]
    same = compile_plan(key_account, {name: question.read}).readings
    assert same == compile_plan(key_account).readings, "paid below, once for all questions"
    for reading in set(question.readings) - {question.read}:
        program = compile_plan(key_account, {name: reading})
        if name == "at_or_below_6" and reading == "forbidden":
            assert read_inputs(program, department).rejected
        slow = paid(program, department, "reference")
        fast = paid(program, department, "duckdb")
        assert slow[:2] == fast[:2], (name, reading)
        moves = name not in ("at_10000", "late_return", "rounding")
        if moves:
            assert fast[:2] != default, (name, reading)


def test_default_readings_run_on_duckdb(key_account: Plan, department: Path) -> None:
    fast = paid(compile_plan(key_account), department, "duckdb")
    assert set(fast[2].where.values()) == {"duckdb"}
    assert fast[:2] == paid(compile_plan(key_account), department, "reference")[:2]


# Windows over quarters and years, whole periods, slices; a curve; settled to date; places; a grid; a pool.
ON_DUCKDB = {"40": 1, "48": 1, "54": 1, "71": 1, "74": 1, "56": 4, "10": 1, "33": 3}


@pytest.mark.parametrize("shape", ON_DUCKDB)
def test_shapes_of_the_gallery_run_on_duckdb(shape: str, tmp_path: Path) -> None:
    """They agree on made-up facts, also where a run begins after the plan."""
    program = compile_plan(read_plan(gallery_text(shape)))
    inside = compile_sql(program).inside
    assert len(inside) == ON_DUCKDB[shape]
    # The grid of 10 is paid by the year.
    Made(program, int(shape), 12, 12 if shape == "10" else 8).write(tmp_path)
    for later in (0, 4):
        slow = paid(program, tmp_path, "reference", later)
        fast = paid(program, tmp_path, "duckdb", later)
        assert slow[:2] == fast[:2]
        assert any(row.amount for row in fast[2].statements if row.rule in inside)


def gallery_text(shape: str) -> str:
    """A plan of the gallery; “targets” is 71 with everybody's own targets instead of one in the clause."""
    number = "71" if shape == "targets" else shape
    text = next((ROOT / "plans" / "gallery").glob(f"{number}-*.yaml")).read_text(encoding="utf-8")
    if shape == "targets":
        text, _, _ = text.partition("examples:")
        fixed = '"month_target * number(month.number)"'
        assert fixed in text
        text = text.replace(fixed, '"sum(target otherwise 0元)", over: year_to_date')
    return text


TURNED = {
    "40": (("s.month >= ", "s.month > "), ("k.month + 1\n", "k.month\n"), ("13) % 3 = 0", "14) % 3 = 0"),
           ("12) % 12", "12) % 6")),
    "targets": (("lag(amount, 1", "lag(amount, 2"), ("g.month >= ", "g.month > ")),
    "74": (("EXCLUDE GROUP", "EXCLUDE TIES"), (" DESC", " ASC"), ("WHEN m.stands", "WHEN NOT m.stands")),
}  # fmt: skip


@pytest.mark.parametrize("shape", TURNED)
def test_a_turned_window_is_noticed(
    shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = compile_plan(read_plan(gallery_text(shape)))
    Made(program, 7, 20, 14).write(tmp_path)
    queries = compile_sql(program)
    right = paid(program, tmp_path, "duckdb")[0]
    for old, new in TURNED[shape]:
        turned = queries.months.replace(old, new)
        assert turned != queries.months, old

        def compiled(program: Program, numbered: bool = False, text: str = turned) -> Queries:
            return replace(queries, months=text)

        monkeypatch.setattr(engine_run, "compile_sql", compiled)
        assert paid(program, tmp_path, "duckdb")[0] != right, (old, new)
    monkeypatch.undo()


def mutants(text: str) -> list[str]:
    """The query with one operator turned: comparisons, signs, greatest and least, divisors."""
    turns = {
        " >= (": " > (",
        " > (": " >= (",
        " < (": " <= (",
        " - (": " + (",
        " + (": " - (",
        "greatest(": "least(",
    }
    found = []
    for old, new in turns.items():
        for match in re.finditer(re.escape(old), text):
            found.append(text[: match.start()] + new + text[match.end() :])
    return found


def where_they_differ(text: str, mutant: str) -> str:
    """The surroundings of the turned operator."""
    at = next(i for i, (a, b) in enumerate(zip(text, mutant, strict=False)) if a != b)
    return f"{text[max(at - 90, 0) : at + 60]!r} -> {mutant[at - 5 : at + 20]!r}"


@pytest.mark.parametrize("part", range(4))
def test_a_turned_operator_is_noticed(
    key_account: Plan, department: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """Each operator of the generated query matters: turned, some 分 differs or the query breaks."""
    program = compile_plan(key_account)
    right = paid(program, department, "duckdb")[:2]
    queries = compile_sql(program)
    facts = read_inputs(program, department)
    survived = []
    for mutant in mutants(queries.credits)[part::4]:

        def compiled(program: Program, numbered: bool, mutant: str = mutant) -> Queries:
            return replace(queries, credits=mutant)

        monkeypatch.setattr(engine_run, "compile_sql", compiled)
        try:
            outcome = run_program(program, facts, months_of(program, facts), "duckdb")
            credits = [tuple(str(c) for c in row) for row in credits_of(program, facts, outcome)]
        except duckdb.Error:
            continue
        if (list(outcome.statements), credits) == right:
            survived.append(mutant)
    assert not survived, "\n".join(
        where_they_differ(queries.credits, mutant) for mutant in survived
    )
