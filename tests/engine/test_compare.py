"""compare: what orders, lines, months and people make differ is one and the same total, to the 分."""

from __future__ import annotations

import json
import random
import tempfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from assay.cli import main
from assay.engine.compare import compare
from assay.errors import UserError
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.reading import read_plan
from assay.samples.real import SHIPPED, map_sample
from tests.conftest import PLAN, assay, rows, write_csv
from tests.engine.test_engines_agree import month, plan_text


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(min_value=0, max_value=10**9))
def test_generated_plans_tie_on_both_engines(seed: int) -> None:
    """Σ orders + Σ lines by the month = Σ lines = Σ people = Σ months, and engines agree."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        month(rng, folder)
        texts = plan_text(rng), plan_text(rng)
        programs = tuple(compile_plan(read_plan(text, "made")) for text in texts)
        sides = [
            compare((programs[0], programs[1]), (folder, folder), engine=engine, skip_rejected=True)
            for engine in ("duckdb", "reference")
        ]
    for found in sides:
        total = found.total().difference
        assert found.orders_total + sum(found.by_month.values()) == total
        assert sum(order.pair.difference for order in found.orders) == found.orders_total
        for parts in (found.lines(), found.people(), found.by_months()):
            assert sum(pair.difference for pair in parts.values()) == total
        by_order = {n for p in programs for n in (r.name for r in p.rules if not r.fact)}
        assert {key[3] for key in found.by_month} <= by_order
    assert sides[0].cells == sides[1].cells
    assert sides[0].by_month == sides[1].by_month
    assert [(o.order, o.pair) for o in sides[0].orders] == [
        (o.order, o.pair) for o in sides[1].orders
    ]


def fen(text: str) -> int:
    return int(Decimal(text) * 100)


def test_it_says_what_two_runs_say(department: Path, tmp_path: Path) -> None:
    """Against the statements and credits of the two runs, written and read as files."""
    reading = ("--question", "at_120=literal")
    paid: list[dict[tuple[str, ...], int]] = []
    for name, words in (("a", ()), ("b", reading)):
        ran = assay("run", PLAN, "--facts", department, "--out", tmp_path / name, *words)
        assert ran.status == 0, ran.err
        sums: dict[tuple[str, ...], int] = defaultdict(int)
        for row in rows(tmp_path / name / "statements.csv"):
            for key in (("person", row["payee_id"]), ("line", row["line"]), ("m", row["month"])):
                sums[key] += fen(row["amount"])
        for row in rows(tmp_path / name / "credits.csv"):
            sums[("order", row["order_id"])] += fen(row["amount"])
        paid.append(sums)
    out = tmp_path / "out"
    ran = assay("compare", PLAN, *reading, "--facts", department, "--out", out, "--json")
    assert ran.status == 0, ran.err
    data = json.loads(ran.out)
    kinds = (
        ("people", "payee_id", "person"),
        ("lines", "line", "line"),
        ("by_month", "month", "m"),
    )
    for section, column, kind in kinds:
        for row in data[section]:
            key = (kind, row[column])
            assert [fen(row["before"]), fen(row["after"])] == [side[key] for side in paid]
    changed = {o["order_id"]: fen(o["difference"]) for o in data["orders"]}
    assert changed == {
        order: paid[1][(kind, order)] - was
        for (kind, order), was in paid[0].items()
        if kind == "order" and paid[1][(kind, order)] != was
    }
    sizes = [abs(fen(o["difference"])) for o in data["orders"]]
    assert sizes == sorted(sizes, reverse=True)
    assert changed
    assert json.loads((out / "compare.json").read_text(encoding="utf-8")) == data
    tied(out / "compare.xlsx", data["total"]["difference"])


def tied(path: Path, difference: str) -> None:
    """Figures are numbers, and the differences of every sheet add up to the same."""
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["总览", "按人", "按月", "按订单"]
    for name in book.sheet_names:
        cells = book.get_sheet_by_name(name).to_python()
        head = next(i for i, row in enumerate(cells) if "差额" in row)
        place = cells[head].index("差额")
        values = [row[place] for row in cells[head + 1 :]]
        assert all(isinstance(v, float) for v in values), name
        *parts, total = (round(Decimal(str(v)), 2) for v in values)
        assert sum(parts) == total == Decimal(difference), name


def renamed(text: str) -> str:
    """The plan with a line called otherwise, and one role that gets nothing."""
    changed = text.replace("  - name: commission\n", "  - name: sales_pay\n")
    assert changed != text
    head, _, tail = changed.partition("  - name: store\n")
    rest = tail[tail.index("\nquestions:") :]
    return (head + rest).partition("\nexamples:")[0] + "\n"


def test_lines_and_people_of_one_side_only(key_account: Plan, department: Path) -> None:
    other = read_plan(renamed(PLAN.read_text(encoding="utf-8")), "other")
    programs = (compile_plan(key_account), compile_plan(other))
    found = compare(programs, (department, department))
    lines = found.lines()
    assert lines["commission"].after is None
    assert lines["sales_pay"].before is None
    assert lines["commission"].before == lines["sales_pay"].after
    assert lines["store"].after is None
    stores = {payee: pair for payee, pair in found.people().items() if payee.startswith("Y")}
    assert stores
    assert all(p.after is None and p.difference == -(p.before or 0) for p in stores.values())
    assert found.total().difference == lines["store"].difference
    assert found.orders_total == found.total().difference


def test_what_a_reading_refuses_is_left_out_on_its_side_and_told(
    key_account: Plan, department: Path
) -> None:
    programs = (
        compile_plan(key_account),
        compile_plan(key_account, {"at_or_below_6": "forbidden"}),
    )
    found = compare(programs, (department, department))
    assert not found.refused[0]
    assert found.refused[1]
    assert "forbidden" in found.refused[1][0].reason
    assert found.orders_total + sum(found.by_month.values()) == found.total().difference < 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--question NAME=READING"),
        (("--question", "at_120=never"), "at_120"),
        (("--question", "nothing=one"), "nothing"),
        (("--question", "average=mean", "--month", "2024-01", "--to", "2024-02"), "--month"),
        (("--question", "month_of=delivery", "--facts", "nowhere"), "nowhere"),
    ],
)
def test_faults_are_told(
    department: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    assert main(["compare", str(PLAN), "--facts", str(department), *words]) == 2
    assert said in capsys.readouterr().err


def test_plans_in_other_currencies_or_of_other_people_are_refused(
    key_account: Plan, tmp_path: Path
) -> None:
    map_sample("northwind", SHIPPED, tmp_path / "nw", force=False)
    program = compile_plan(key_account)
    gallery = PLAN.parent / "gallery"
    for name, said in (
        ("04-shop-cs-incremental-tier", "no row of orders"),
        ("46-draw-recoverable-versus-nonrecoverable", "USD"),
    ):
        text = (gallery / f"{name}.yaml").read_text(encoding="utf-8")
        with pytest.raises(UserError, match=said):
            compare((program, compile_plan(read_plan(text, name))), (tmp_path / "nw",) * 2)


FLAT = """plan: {name}
effective: 2024-01
tables: {{rate: {{of: order.amount, bands: [["< 1000元", {low}%], [">= 1000元", {high}%]]}}}}
rules: [{{name: pay, for: salesperson, per: order, pay: "order.amount * rate"}}]
"""


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """Two plans, and three people with an order each; another folder in which one order is larger."""
    for name, low, high in (("a", 2, 4), ("b", 3, 3)):
        text = FLAT.format(name=name, low=low, high=high)
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    for folder, largest in (("facts", 2000), ("other", 3000)):
        (tmp_path / folder).mkdir()
        write_csv(
            tmp_path / folder / "people.csv", "payee_id,name,role,team,from,to",
            *(f"{who},{who},salesperson,,," for who in "KLM"),
        )  # fmt: skip
        write_csv(
            tmp_path / folder / "orders.csv",
            "order_id,order_date,salesperson_id,customer_id,channel,agent_id,store_id,"
            "list_amount,net_amount,status,returned",
            *(
                f"{at},2024-01-05,{who},C,direct,,,{amount},{amount},completed,"
                for at, (who, amount) in enumerate([("K", 500), ("L", largest)])
            ),
        )
    return tmp_path


def test_two_plans_name_who_wins_and_who_loses(
    three: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """K: 500 at 2 % and 3 %; L: 2,000 at 4 % and 3 %, of 3,000 in the other folder; M sells nothing."""
    words = [
        "compare",
        str(three / "a.yaml"),
        str(three / "b.yaml"),
        "--facts",
        str(three / "facts"),
    ]
    found = []
    for more in ((), ("--other-facts", str(three / "other"))):
        assert main([*words, *more, "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out))
    for data, of_l in zip(found, ("-20.00", "10.00"), strict=True):
        people = {row["payee_id"]: row["difference"] for row in data["people"]}
        assert people == {"K": "5.00", "L": of_l, "M": "0.00"}
        assert {o["order_id"]: o["difference"] for o in data["orders"]} == {"0": "5.00", "1": of_l}
    assert [(d["winners"], d["unchanged"], d["losers"]) for d in found] == [(1, 1, 1), (2, 1, 0)]
    assert [d["total"]["difference"] for d in found] == ["-15.00", "15.00"]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "K" in told
    assert "-15.00" in told.replace("−", "-")
