"""What is paid does not depend on the order of rows, on batches, or on what arrives later."""

from __future__ import annotations

import csv
import itertools
import random
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.engine.inputs import load_book, read_inputs
from assay.engine.run import StatementRow, credits_of, run_program
from assay.period import Month
from assay.plan.book import Book, ranked
from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.reading import read_plan
from assay.plan.run import Runner
from assay.plan.tree import Value
from assay.samples.made import Made
from tests.conftest import PLAN, ROOT

# Attainment and accelerators, tiers in slices, pools, ranks, balances, settlement, splits, levels,
# running sums, sums of the company.
GALLERY = ("10", "33", "34", "40", "45", "52", "62", "65", "69", "71", "72", "74")
NEIGHBOURS = ("real-estate-cap", "saas-ae", "broker-zh", "profit-pool", "export")
# Places among the team's rows, balances of the team and the company, what lapses, levels skipped.
SHAPES = ("among", "upline", "unilevel", "kw-cap", "best", "each", "affiliate-carry")
NAMES = (*GALLERY, *NEIGHBOURS, *SHAPES)
MONTHS = 4
# Plans that run on DuckDB whole, and some that do not, as they come out of files.
ON_DUCKDB = ("key-account", "33", "48", "56", "71", "74")
FROM_FILES = (*ON_DUCKDB, "10", "45", "62", "each")
Paid = tuple[list[object], list[tuple[str, ...]]]
Lines = dict[tuple[str, str, int, str], int]
Made_ = dict[str, tuple[Program, Book, Lines]]


def text_of(name: str) -> str:
    tests = ROOT / "tests" / "plan"
    if name == PLAN.stem:
        return PLAN.read_text(encoding="utf-8")
    plans = ROOT / "plans" / "gallery", tests / "neighbours", tests / "shapes"
    found = [path for folder in plans for path in folder.glob(f"{name}*.yaml")]
    # The months begin in September, so that years and quarters end within them; a small plan.
    text = found[0].read_text(encoding="utf-8").replace("2024-01: 500万元", "2024-01: 1元")
    return re.sub("effective: 2024-..", "effective: 2024-09", text)


def months_of(program: Program) -> range:
    return range(program.effective, program.effective + MONTHS)


def lines(program: Program, book: Book, months: Iterable[int]) -> Lines:
    runner = Runner(program, book)
    return {
        (line.payee, line.role, line.month, line.rule.name): line.amount
        for month in months
        for line in runner.month(month)
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made_:
    """Each plan with a book made up for it and what it pays."""
    found: Made_ = {}
    for name in NAMES:
        program = compile_plan(read_plan(text_of(name)))
        folder = tmp_path_factory.mktemp("facts") / name
        Made(program, 3, 9, MONTHS, 2).write(folder)
        book = load_book(program, read_inputs(program, folder))
        paid = lines(program, book, months_of(program))
        assert any(paid.values()), name
        found[name] = program, book, paid
    return found


def shuffled(book: Book, seed: int) -> Book:
    """The same rows in another order, as files in another order would give them."""
    chance = random.Random(seed)
    rows: dict[str, list[dict[str, Value]]] = {}
    for fact, said in book.rows.items():
        copied = [dict(row) for row in said]
        chance.shuffle(copied)
        for number, row in enumerate(copied, start=2):
            row["row"] = number
        rows[fact] = copied if fact == "order" else ranked(copied)
    return replace(
        book,
        rows=rows,
        holdings=chance.sample(list(book.holdings), len(book.holdings)),
        targets=dict(chance.sample(list(book.targets.items()), len(book.targets))),
    )


@settings(max_examples=25, deadline=None)
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 10**6))
def test_the_order_of_rows_changes_nothing(made: Made_, name: str, seed: int) -> None:
    program, book, paid = made[name]
    assert lines(program, shuffled(book, seed), months_of(program)) == paid


@settings(max_examples=15, deadline=None)
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 10**6))
def test_paying_in_batches_changes_nothing(made: Made_, name: str, seed: int) -> None:
    """Month by month, each anew, and people in two heaps."""
    program, book, paid = made[name]
    chance = random.Random(seed)
    people = sorted({holding.payee for holding in book.holdings})
    heap = {payee for payee in people if chance.random() < 0.5}
    found: Lines = {}
    for month in chance.sample(list(months_of(program)), MONTHS):
        for payees in (heap, {*people} - heap):
            for line in Runner(program, book).month(month, payees):
                found[(line.payee, line.role, line.month, line.rule.name)] = line.amount
    assert found == paid


def due(row: Mapping[str, Value], orders: Mapping[Value, date]) -> date:
    """The day on which a row is there: its own, and not before the order it stands below."""
    own = row.get("order_date") or row.get("on")
    day = own if isinstance(own, date) else date.min
    return max(day, orders.get(row.get("order_id"), date.min))


@settings(max_examples=25, deadline=None)
@given(
    name=st.sampled_from(NAMES), seed=st.integers(0, 10**6), many=st.integers(1, MONTHS - 1)
)  # fmt: skip
def test_what_comes_later_changes_no_month_before(
    made: Made_, name: str, seed: int, many: int
) -> None:
    """The first months paid from what had come by then are those paid from everything."""
    program = made[name][0]
    with tempfile.TemporaryDirectory() as folder:
        Made(program, seed, 9, MONTHS, 2).write(Path(folder) / "facts")
        book = load_book(program, read_inputs(program, Path(folder) / "facts"))
    orders = {
        row["order_id"]: day
        for row in book.rows["order"]
        if isinstance(day := row.get("order_date"), date)
    }
    # What is made up may be paid before it is ordered; no house has such rows.
    book = replace(
        book,
        rows={
            fact: [r for r in said if due({**r, "order_id": None}, {}) >= due(r, orders)]
            for fact, said in book.rows.items()
        },
    )
    months = list(months_of(program))[:many]
    after = Month(months[-1]).after
    rows = {fact: [r for r in said if due(r, orders) < after] for fact, said in book.rows.items()}
    paid = lines(program, book, months)
    found = lines(program, replace(book, rows=rows), months)
    assert found == {key: amount for key, amount in paid.items() if key[2] in months}


def paid_from(program: Program, folder: Path, months: range, engine: str) -> Paid:
    """Statements and credits of a folder, as they are written."""
    facts = read_inputs(program, folder)
    outcome = run_program(program, facts, months, engine)
    credits = [tuple(str(cell) for cell in row) for row in credits_of(program, facts, outcome)]
    return list(outcome.statements), credits


def rewritten(
    folder: Path, target: Path, kept: Callable[[dict[str, str]], bool], seed: int
) -> Path:
    """The same files with their lines in another order, or some of them alone."""
    target.mkdir()
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            found = [row for row in reader if kept(row)]
            header = list(reader.fieldnames or ())
        random.Random(seed).shuffle(found)
        with (target / path.name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header)
            writer.writeheader()
            writer.writerows(found)
    return target


Files = dict[str, tuple[Program, Path, Paid]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Plans that run on DuckDB, each with files made up for it and what they pay there."""
    found: Files = {}
    for name in ON_DUCKDB:
        program = compile_plan(read_plan(text_of(name)))
        folder = tmp_path_factory.mktemp("files") / name
        Made(program, 4, 9, MONTHS, 2).write(folder)
        found[name] = (
            program,
            folder,
            paid_from(program, folder, months_of(program), "duckdb"),
        )
        assert found[name][2][0]
    return found


@settings(max_examples=12, deadline=None)
@given(name=st.sampled_from(ON_DUCKDB), seed=st.integers(0, 10**6))
def test_on_duckdb_neither_order_nor_batches_change_anything(
    files: Files, name: str, seed: int
) -> None:
    """Lines of files in any order; months in batches of any length, the later ones first or last."""
    program, folder, (statements, credits) = files[name]
    chance = random.Random(seed)
    months = list(months_of(program))
    cuts = sorted(chance.sample(range(1, MONTHS), chance.randrange(MONTHS)))
    batches = [
        range(months[first], months[last - 1] + 1)
        for first, last in itertools.pairwise([0, *cuts, MONTHS])
    ]
    chance.shuffle(batches)
    with tempfile.TemporaryDirectory() as place:
        mixed = rewritten(folder, Path(place) / "mixed", lambda row: True, seed)
        found = [paid_from(program, mixed, batch, "duckdb") for batch in batches]
    for whole, parts in ((statements, [p[0] for p in found]), (credits, [p[1] for p in found])):
        assert sorted(map(str, whole)) == sorted(str(row) for part in parts for row in part)


@pytest.mark.parametrize("name", FROM_FILES)
def test_files_in_any_order_in_batches_and_as_they_come(name: str, tmp_path: Path) -> None:
    """Also on DuckDB: lines shuffled, months paid one at a time, and from what had come by then."""
    program = compile_plan(read_plan(text_of(name)))
    months = months_of(program)
    Made(program, 3, 9, MONTHS, 2).write(tmp_path / "facts")
    engine = "duckdb" if name in ON_DUCKDB else "reference"
    statements, credits = paid_from(program, tmp_path / "facts", months, engine)
    assert statements
    mixed = rewritten(tmp_path / "facts", tmp_path / "mixed", lambda row: True, 5)
    assert paid_from(program, mixed, months, engine) == (statements, credits)
    batches = [paid_from(program, mixed, range(m, m + 1), engine) for m in months[:2]]
    after = Month(months[2]).first.isoformat()
    come = rewritten(
        mixed,
        tmp_path / "come",
        lambda row: (
            max(row.get("order_date") or row.get("on") or row.get("date") or "", "") < after
        ),
        7,
    )
    early = paid_from(program, come, months[:2], engine)
    for found in (early[0], [line for batch in batches for line in batch[0]]):
        assert sorted(map(str, found)) == sorted(
            str(line)
            for line in statements
            if isinstance(line, StatementRow) and line.month in months[:2]
        )
