"""Values said outright in an example, and the parts of a balance of one month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from assay.plan.rows import Row
from assay.plan.tree import Value
from assay.plan.values import Env

Nothing = tuple[()]


@dataclass(frozen=True)
class Given:
    """Named values that stand whatever their formulas say: an empty tuple where nothing is given.

    payees: (name, payee, role, month). months: (name, month), of the team or of nobody.
    rows: (name, fact, row). everywhere: of every row. begins: the month before which there is
    nothing.
    """

    payees: Mapping[tuple[str, str, str, int], Value] = field(default_factory=dict)
    months: Mapping[tuple[str, int], Value] = field(default_factory=dict)
    rows: Mapping[tuple[str, str, Value], Value] = field(default_factory=dict)
    everywhere: Mapping[str, Value] = field(default_factory=dict)
    begins: int | None = None

    def of_payee(self, name: str, env: Env) -> Value | Nothing:
        """A value of a payee's month."""
        return self.payees.get((name, env.payee, env.role, env.month), ())

    def of_month(self, name: str, month: int) -> Value | Nothing:
        """A value of a month."""
        return self.months.get((name, month), ())

    def of_row(self, name: str, row: Row) -> Value | Nothing:
        """A value of a row."""
        if name in self.everywhere:
            return self.everywhere[name]
        return self.rows.get((name, row.fact, row.values.get("row")), ())


@dataclass(frozen=True)
class Lot:
    """What one month added to a balance and is still there; it lapses at the end of a month."""

    until: int
    amount: Fraction | int


@dataclass
class Balance:
    """What a balance was before a month, what the month added and took, and what lapsed.

    lots: where what is added lasts for a time, what is left of it, the oldest first.
    """

    before: Fraction | int
    adds: Fraction | int | None = None
    takes: Fraction | int | None = None
    lapsed: Fraction | int = 0
    lots: list[Lot] = field(default_factory=list)

    def lapse(self, lots: list[Lot], month: int, lasts: int) -> None:
        """Take from the oldest lots, then let go what has had its time by the month's end.

        A balance below nought is a debt, which what is added pays first.
        """
        debt = max(Fraction(0), Fraction(sum(lot.amount for lot in lots) - self.before))
        added = self.adds or 0
        owed = debt + (self.takes or 0) + max(0, -added)
        left: list[Lot] = []
        for lot in [*lots, Lot(month + lasts, max(0, added))]:
            paid = min(owed, lot.amount)
            owed -= paid
            left.append(Lot(lot.until, lot.amount - paid))
        self.lapsed = sum((lot.amount for lot in left if lot.until <= month), 0)
        self.lots = [lot for lot in left if lot.until > month and lot.amount]

    @property
    def after(self) -> Fraction | int:
        """What it is at the month's end."""
        return self.before + (self.adds or 0) - (self.takes or 0) - self.lapsed

    def part(self, name: str) -> Fraction | int:
        """One of its parts."""
        return {
            "before": self.before,
            "adds": self.adds or 0,
            "takes": self.takes or 0,
            "lapsed": self.lapsed,
            "after": self.after,
        }[name]
