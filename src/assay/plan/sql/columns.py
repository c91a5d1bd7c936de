"""Names and texts in SQL, and the columns that layers of the query carry for formulas."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TypeVar

from assay.plan.tree import Aggregate


def quoted(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """An identifier."""
    return '"' + text.replace('"', '""') + '"'


@dataclass(frozen=True)
class Peers:
    """Those somebody is measured among, told by columns of payee_sums they share, and by what."""

    among: tuple[str, ...]
    by: str


@dataclass(frozen=True)
class Pool(Peers):
    """A pool shared out among them by weights; num / divisor is the pool."""

    num: str
    divisor: str
    signed: bool


_Key = TypeVar("_Key", bound=Hashable)


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
    ranks: dict[Peers, str] = field(default_factory=dict)
    pools: dict[Pool, str] = field(default_factory=dict)
    # Columns of the team's month at which a payee's month looks -> column there.
    mates: dict[str, str] = field(default_factory=dict)
    # Own sums (of m, his month) that are summed over the people of a team -> column.
    members: dict[str, str] = field(default_factory=dict)

    @property
    def teams(self) -> bool:
        """Whether a payee's month must know his team."""
        return bool(self.mates) or any("team" in x.among for x in (*self.ranks, *self.pools))


def carried(columns: dict[_Key, str], key: _Key, stem: str = "v") -> str:
    """The name under which an expression is carried; the same expression only once."""
    if key not in columns:
        columns[key] = f"{stem}{len(columns)}"
    return columns[key]
