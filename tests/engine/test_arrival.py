"""What is paid does not depend on the order of rows, on batches, or on what arrives later."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.engine.inputs import load_book, ranked, read_inputs
from assay.period import Month
from assay.plan.book import Book
from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.reading import read_plan
from assay.plan.run import Runner
from assay.plan.tree import Value
from assay.samples.made import Made
from tests.conftest import ROOT

# Attainment and accelerators, tiers in slices, pools, ranks, balances, settlement, splits, levels,
# running sums, sums of the company.
GALLERY = ("10", "33", "34", "40", "45", "52", "62", "65", "69", "71", "72", "74")
NEIGHBOURS = ("real-estate-cap", "saas-ae", "broker-zh", "profit-pool", "export")
# Places among the team's rows, balances of the team and the company, what lapses, levels skipped.
SHAPES = ("among", "upline", "unilevel", "kw-cap", "best")
NAMES = (*GALLERY, *NEIGHBOURS, *SHAPES)
MONTHS = 4
Lines = dict[tuple[str, str, int, str], int]
Made_ = dict[str, tuple[Program, Book, Lines]]


def text_of(name: str) -> str:
    tests = ROOT / "tests" / "plan"
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


# Made-up receipts of an export may come before their order does.
@pytest.mark.parametrize("name", [name for name in NAMES if name != "export"])
def test_what_comes_later_changes_no_month_before(made: Made_, name: str) -> None:
    """The first months paid from what had come by then are those paid from everything."""
    program, book, paid = made[name]
    months = list(months_of(program))[:2]
    after = Month(months[-1]).after

    def come(row: dict[str, Value]) -> bool:
        day = row.get("order_date") or row.get("on")
        return not isinstance(day, date) or day < after

    rows = {fact: [row for row in said if come(dict(row))] for fact, said in book.rows.items()}
    found = lines(program, replace(book, rows=rows), months)
    assert found == {key: amount for key, amount in paid.items() if key[2] in months}
