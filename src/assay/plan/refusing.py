"""Rows that a plan itself turns away: by what they say, or by what the month they stand in comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from assay.plan.book import Book
from assay.plan.evaluate import Evaluator
from assay.plan.parts import misfits
from assay.plan.program import Program
from assay.plan.rows import Row
from assay.plan.sentences import say
from assay.plan.tree import Value
from assay.plan.units import RATIO, show
from assay.plan.vocabulary import PART

Mark = tuple[str, Value]


class Refused(NamedTuple):
    """A row turned away (the topmost above it, where it lies below one), why, and for which column."""

    row: Row
    why: str
    column: str = ""

    def text(self) -> str:
        """The row by name, and why."""
        row = self.row
        own = row.values.get(f"{row.fact}_id") or row.values.get("row") or ""
        name = str(own).removeprefix(row.fact).strip()
        dated = row.values.get("order_date" if row.fact == "order" else "on")
        day = f" ({dated})" if dated is not None else ""
        return say("{0} {1}{2} is refused: {3}", row.fact, name, day, self.why)


def turns_away(program: Program) -> bool:
    """Whether a program refuses any row: by what it says, or because its parts must come to something."""
    return bool(program.refusals) or any(stream.adds_to is not None for stream in program.streams)


def refused(program: Program, book: Book) -> Iterator[Refused]:
    """Each row turned away: parts that do not come to what they must, then what the plan refuses.

    What a month comes to is looked at without the rows that are turned away for themselves.
    """
    if not turns_away(program):
        return
    gone: set[Mark] = set()
    values = Evaluator(program, Book(book.rows, ()))
    for bare, total, wanted in misfits(program, values.shelf.bare, values.of_bare_row):
        if mark_of(bare) not in gone:
            gone.add(mark_of(bare))
            sums = show(total, RATIO), show(wanted, RATIO)
            why = say("the parts come to {0} in place of {1}", *sums)
            yield Refused(bare.root, why, PART)
    for refusal in (r for r in program.refusals if not r.wide):
        for bare in values.shelf.bare(refusal.fact):
            if mark_of(bare) not in gone and values.of_bare_row(refusal.when, bare):
                gone.add(mark_of(bare))
                yield Refused(bare.root, refusal.why)
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
                yield Refused(row.root, refusal.why)


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
