"""The sums behind a line of a payee's month, opened to their rows, months and people, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assay.engine.explain import PayeeMonth
from assay.furniture.numbers import number
from assay.incentives.models import Statement
from assay.incentives.queries.opened import at_work_of, customers_named
from assay.plan.behind import Part, Sum
from assay.plan.behind_words import BehindWords, day_of, number_of
from assay.plan.run import Line

FIRST = 20  # parts of a sum that are listed beside other sums
PAGE = 200  # and on a page of its own


@dataclass(frozen=True)
class Asked:
    """What of a line an address asks for: `at` names a sum, or a part of one, by places from 0.

    "" the sums the line rests on; "1" the second of them, all its parts, page by page; "1.3" the sums
    its fourth part rests on; "1.3.0" the first of those. page: from 1.
    """

    line: str
    at: str = ""
    page: int = 1

    @property
    def places(self) -> tuple[int, ...] | None:
        """The places; None where the address names none."""
        said = self.at.split(".") if self.at else []
        numbers = [number(one) for one in said]
        return None if None in numbers else tuple(one for one in numbers if one is not None)


@dataclass(frozen=True)
class PartShown:
    """A row, a month or a person with what it contributed; `at`: where the sums it rests on open.

    order: the number of the order it is or lies below; who: whose it is, where it is not the payee's.
    """

    title: str
    worth: str
    day: date | None = None
    who: str = ""
    order: str = ""
    customer: str = ""
    at: str = ""


@dataclass(frozen=True)
class SumShown:
    """A sum with its parts, or the first of them. of: rows, months or people.

    count: how many parts it has, others' included; seen: how many he may see. first: the place of the
    first that is listed, page: on which of `pages` (0 beside other sums); more: how many of his are
    not listed, and `together` what those come to; others, theirs: how many are other people's, likewise.
    """

    title: str
    figure: str
    of: str
    at: str
    parts: Sequence[PartShown]
    count: int
    seen: int
    first: int
    page: int
    pages: int
    more: int
    together: str
    others: int
    theirs: str
    left_out: int


@dataclass(frozen=True)
class LineBehind:
    """A line with the sums that were asked for. whole: one sum alone, page by page."""

    name: str
    title: str
    amount: int
    sums: Sequence[SumShown]
    whole: bool


def behind_statement(statement: Statement, asked: Asked, lang: str) -> LineBehind | None:
    """The same of a recorded statement."""
    with at_work_of(statement) as at_work:
        return line_behind(at_work, asked, lang)


def line_behind(at_work: PayeeMonth, asked: Asked, lang: str) -> LineBehind | None:
    """What stands behind one of a payee's lines; None where there is no such line, sum or part."""
    found = next((one for one in at_work.wanted if one[1].name == asked.line), None)
    if found is None or asked.places is None:
        return None
    role, rule = found
    lines = at_work.runner.statement(at_work.payee, role, at_work.month.index)
    line = next(one for one in lines if one.rule is rule)
    telling = at_work.behind(line, lang)
    sums = _reached(telling, line, asked.places)
    if sums is None:
        return None
    whole = len(asked.places) % 2 == 1
    shown = [_shown(telling, line, one, at, max(asked.page, 1) if whole else 0) for at, one in sums]
    names = customers_named({part.order for one in shown for part in one.parts if part.order})
    shown = [replace(one, parts=_with_customers(one.parts, names)) for one in shown]
    title = line.rule.title.text(lang, line.rule.name)
    return LineBehind(line.rule.name, title, line.amount, shown, whole)


def _reached(
    telling: BehindWords, line: Line, places: Sequence[int]
) -> list[tuple[str, Sum]] | None:
    """The sums at some places, each with its address; None where there is nothing."""
    behind, sums, at = telling.behind, telling.behind.of_line(line), ""
    for depth, place in enumerate(places):
        if depth % 2 == 0:
            if place >= len(sums):
                return None
            sums, at = [sums[place]], f"{at}.{place}".lstrip(".")
        else:
            parts = behind.opened(sums[0]).parts
            if place >= len(parts):
                return None
            sums, at = behind.below(sums[0], parts[place]), f"{at}.{place}"
    if len(places) % 2 == 1:
        return [(at, sums[0])]
    return [(f"{at}.{place}".lstrip("."), one) for place, one in enumerate(sums)]


def _shown(telling: BehindWords, line: Line, whole: Sum, at: str, page: int) -> SumShown:
    """A sum with its first parts; with those of a page, from 1 (the last one beyond it)."""
    made = telling.behind.opened(whole)
    last = max(len(made.parts) - 1, 0) // PAGE + 1
    page = min(page, last)
    first, most = (page * PAGE - PAGE, PAGE) if page else (0, FIRST)
    listed = made.parts[first : first + most]
    parts = [
        _part(telling, line, whole, part, f"{at}.{first + place}")
        for place, part in enumerate(listed)
    ]
    left = [*made.parts[:first], *made.parts[first + most :]]
    title, figure, together, theirs = telling.words.spoken(
        [telling.title(whole, line), telling.figure(whole), telling.amount(whole, left),
         telling.theirs(whole, made)]
    )  # fmt: skip
    return SumShown(
        title, figure, whole.of, at, parts, len(made.parts) + made.others, len(made.parts), first,
        page, last, len(left), together, made.others, theirs, made.left_out,
    )  # fmt: skip


def _part(telling: BehindWords, line: Line, whole: Sum, part: Part, at: str) -> PartShown:
    row = part.env.row
    (worth,) = telling.words.spoken([telling.worth(whole, part)])
    below = at if row is None and telling.behind.below(whole, part) else ""
    mine = part.env.payee in ("", line.payee)
    who = "" if mine and whole.of != "people" else telling.name(part.env.payee)
    if row is None:
        people = whole.of == "people"
        title = who if people else telling.part(part)
        return PartShown(title, worth, who="" if people else who, at=below)
    order = str(row.root.values.get("order_id") or "")
    title = f"{telling.words.fact(row.fact)} {number_of(part)}".strip()
    return PartShown(title, worth, day_of(part), who, order)


def _with_customers(
    parts: Sequence[PartShown], names: Mapping[str, tuple[str, str]]
) -> list[PartShown]:
    return [replace(one, customer=names.get(one.order, ("", ""))[0]) for one in parts]
