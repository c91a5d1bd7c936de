"""Names and texts in SQL, and the columns that layers of the query carry for formulas."""

from __future__ import annotations

from dataclasses import dataclass, field

from assay.plan.tree import Aggregate


def quoted(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """An identifier."""
    return '"' + text.replace('"', '""') + '"'


@dataclass
class Needs:
    """Columns the layers of the query must carry, found while formulas are compiled."""

    payee: dict[str, str] = field(default_factory=dict)
    team: dict[str, str] = field(default_factory=dict)
    sums: dict[str, tuple[Aggregate, str]] = field(default_factory=dict)
    fills: dict[str, str] = field(default_factory=dict)
    bands: dict[str, str] = field(default_factory=dict)
    facts: set[str] = field(default_factory=set)
    bounds: dict[int, int] = field(default_factory=dict)
    day: str = "day"
    # (window, column of own_sums) -> column; dense: every payee has a row in every month paid.
    windows: dict[tuple[str, str], str] = field(default_factory=dict)
    dense: bool = False
    ranks: dict[str, str] = field(default_factory=dict)


def carried(columns: dict[str, str], sql: str, stem: str = "v") -> str:
    """The name under which an expression is carried; the same expression only once."""
    if sql not in columns:
        columns[sql] = f"{stem}{len(columns)}"
    return columns[sql]
