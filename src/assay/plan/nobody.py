"""Rows, or parts of them, that nobody gets: which row, which day decides, who does not stand on it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from assay.plan.parts import Part
from assay.plan.program import Stream
from assay.plan.rows import Row
from assay.plan.sentences import say
from assay.plan.tree import Value
from assay.plan.units import RATIO, show


class Unclaimed(NamedTuple):
    """A row, or a part of it, that nobody gets. who: whom an entry of `to:` names; None where no
    entry takes the row."""

    row: Row
    day: date
    who: Value
    stream: Stream | None
    part: Part | None

    def text(self) -> str:
        """The row by name, the day that decides, and the roles nobody holds on it."""
        what = self._row()
        if self.part is not None:
            what = say("{0} of {1}", show(self.part.ratio, RATIO), what)
        if self.stream is None or self.who is None:
            return say(
                "nobody gets {0}: no “to:” takes it (“who” is empty, or “where” does not hold)",
                what,
            )
        roles = " or ".join(self.stream.roles)
        return say(
            "nobody gets {0}: “{1}” does not stand as {2} on {3}, the day of the {4}",
            what,
            self.who,
            roles,
            self.day,
            self.row.root.fact,
        )

    def _row(self) -> str:
        own = self.row.values.get(f"{self.row.fact}_id")
        name = str(own or self.row.values.get("row") or "")
        name = name.removeprefix(self.row.fact).strip()
        dated = self.row.values.get("order_date" if self.row.fact == "order" else "on")
        return f"{self.row.fact} {name} ({dated or self.day})"


def day_that_decides(row: Row, day: date) -> date:
    """The day on which a row's payee must hold the role: the order's own day, for an order and for
    all that stands below it; else the row's day."""
    decides = row.root.values.get("order_date", day)
    assert isinstance(decides, date)
    return decides
