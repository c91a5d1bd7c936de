"""Rows that a plan itself turns away: by what they say, or by what the month they stand in comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.plan.book import Book
from assay.plan.evaluate import Evaluator
from assay.plan.program import Program, Refusal
from assay.plan.rows import Row
from assay.plan.sentences import say
from assay.plan.tree import Value

Mark = tuple[str, Value]


def refused(program: Program, book: Book) -> Iterator[tuple[Row, Refusal]]:
    """Each row turned away (the topmost above it, where it lies below one) with the refusal.

    What a month comes to is looked at without the rows that are turned away for themselves.
    """
    if not program.refusals:
        return
    gone: set[Mark] = set()
    values = Evaluator(program, Book(book.rows, ()))
    for refusal in (r for r in program.refusals if not r.wide):
        for bare in values.shelf.bare(refusal.fact):
            if mark_of(bare) not in gone and values.of_bare_row(refusal.when, bare):
                gone.add(mark_of(bare))
                yield bare.root, refusal
    wide = [r for r in program.refusals if r.wide]
    if not wide:
        return
    values = Evaluator(program, without(book, gone))
    shelf = values.shelf
    rows = [row for found in (*shelf.by_payee.values(), *shelf.by_month.values()) for row in found]
    rows.sort(key=lambda row: row.key)
    for refusal in wide:
        for row in (row for row in rows if row.fact == refusal.fact):
            if mark_of(row) not in gone and values.value(refusal.when, values.env_of(row)):
                gone.add(mark_of(row))
                yield row.root, refusal


def mark_of(row: Row) -> Mark:
    """What names the topmost row above a row."""
    return row.root.fact, row.root.values.get("row")


def without(book: Book, gone: set[Mark]) -> Book:
    """A book without some rows; what lies below them is looked at by nothing."""
    if not gone:
        return book
    kept: dict[str, Sequence[Mapping[str, Value]]] = {
        fact: [row for row in rows if (fact, row.get("row")) not in gone]
        for fact, rows in book.rows.items()
    }
    return Book(kept, book.holdings, book.targets, book.team_targets)


def told(row: Row, refusal: Refusal) -> str:
    """A row turned away, in a few words."""
    own = row.values.get(f"{row.fact}_id") or row.values.get("row") or ""
    name = str(own).removeprefix(row.fact).strip()
    dated = row.values.get("order_date" if row.fact == "order" else "on")
    day = f" ({dated})" if dated is not None else ""
    return say("{0} {1}{2} is refused: {3}", row.fact, name, day, refusal.why)
