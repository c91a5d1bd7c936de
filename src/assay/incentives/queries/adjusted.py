"""An adjustment opened: what a paid month's line was made of when it was paid, and is made of now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation import gettext as _

from assay.engine.adjust_folder import BEFORE
from assay.engine.explain import opened
from assay.engine.folder import ADJUSTMENT
from assay.errors import UserError
from assay.incentives.models import Line
from assay.incentives.queries.drawing import band_said
from assay.incentives.queries.kept import facts_kept, program_at
from assay.incentives.queries.opened import lines_told
from assay.incentives.queries.rows import Opened, OrderRow
from assay.incentives.queries.statements import folder_of


@dataclass(frozen=True)
class Turned:
    """An order that pays otherwise than it did; None where it did not count, or no longer does."""

    before: OrderRow | None
    after: OrderRow | None

    @property
    def versions(self) -> Sequence[tuple[str, OrderRow | None]]:
        """What a version is called, and the order of it."""
        return (_("原来"), self.before), (_("现在"), self.after)

    @property
    def told(self) -> OrderRow:
        """As it is now, or as it was where it is gone."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def difference(self) -> int:
        """What it pays more or less, in 分."""
        return (self.after.amount if self.after else 0) - (self.before.amount if self.before else 0)


@dataclass(frozen=True)
class Adjusted:
    """An adjustment with both versions of its line, the orders that pay otherwise, and the gists."""

    line: Line
    before: Opened | None
    after: Opened | None
    rows: Sequence[Turned]
    gists: Mapping[str, str]

    @property
    def cite(self) -> Sequence[str]:
        """The clauses of the line."""
        found = self.after or self.before
        return found.cite if found else ()

    @property
    def versions(self) -> Sequence[tuple[str, Opened | None]]:
        """What a version is called, and the line of it."""
        return (_("原来"), self.before), (_("现在"), self.after)


def adjusted(line: Line, lang: str) -> Adjusted:
    """An adjustment of a recorded statement, opened from the facts kept before and after."""
    assert line.for_month is not None
    folder = folder_of(line.statement.run) / f"adjust-{line.for_month}"
    before, after = _version(line, folder, BEFORE, lang), _version(line, folder, "facts", lang)
    was, now = _orders(before), _orders(after)
    rows = [
        Turned(was.get(key), now.get(key))
        for key in dict.fromkeys([*was, *now])
        if _figures(was.get(key)) != _figures(now.get(key))
    ]
    rows.sort(key=lambda row: (str(row.told.day), row.told.number))
    clauses = program_at(folder).plan.clauses
    gists = {number: clause.gist(lang) for number, clause in clauses.items()}
    return Adjusted(line, before, after, rows, gists)


def _version(line: Line, folder: Path, part: str, lang: str) -> Opened | None:
    one, name = line.statement, line.line.removeprefix(ADJUSTMENT)
    assert line.for_month is not None
    with facts_kept(folder, part) as facts:
        try:
            at_work = opened(
                program_at(folder), facts, one.code, line.for_month, name, role=one.role
            )
        except UserError:  # he did not stand in that month as it was, or no longer does
            return None
        return next(iter(lines_told(at_work, lang)), None)


def _orders(one: Opened | None) -> dict[tuple[str, int], OrderRow]:
    rows = one.orders if one else ()
    return {(row.number, row.nth): replace(row, band=band_said(row.band)) for row in rows}


def _figures(row: OrderRow | None) -> tuple[object, ...] | None:
    if row is None:
        return None
    return row.net, row.quota, row.base, row.rate, row.added, row.amount
