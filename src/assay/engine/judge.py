"""What a payee's month comes to with further sales: the reference asked again over one small book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from assay.engine.explain import book_for
from assay.engine.inputs import orders_view
from assay.errors import UserError
from assay.facts.facts import Facts
from assay.facts.schema import NUMBERS
from assay.period import Month
from assay.plan.book import Book
from assay.plan.program import Program
from assay.plan.rows import Row
from assay.plan.run import Line, Runner
from assay.plan.tree import Aggregate, Value
from assay.plan.vocabulary import CHANNELS

NEW = "+"
"""Ids of further sales begin with this; no order of the facts is called so."""

Amounts = tuple[Fraction | int, int]
"""List price (an exact part of a 分 while searching) and net amount, in 分."""


@dataclass(frozen=True)
class Sale:
    """How a further order would be written: by whom, when, through which channel."""

    seller: str
    day: date
    values: Mapping[str, Value]


class Judge:
    """A payee's month, and what it would be with more orders. Nothing is estimated."""

    def __init__(
        self, program: Program, facts: Facts, payee: str, month: Month, role: str = ""
    ) -> None:
        held = [
            r
            for (r,) in facts.connection.execute(
                "SELECT DISTINCT role FROM holdings WHERE payee_id = ? ORDER BY 1", [payee]
            ).fetchall()
        ]
        if not held:
            raise UserError(f"no payee {payee} in people; see its payee_id column")
        if role and role not in held:
            raise UserError(f"{payee} does not hold the role {role}, but {', '.join(held)}")
        rules = [r for r in program.rules if set(r.roles) & ({role} if role else {*held})]
        self.program, self.facts, self.payee, self.month = program, facts, payee, month
        self.book = trimmed(book_for(program, facts, payee, month, rules), program)
        self.now = self.runner(())
        active = self.now.values.shelf.active(month.index)
        self.roles = [r for p, r in active if p == payee and role in ("", r)]
        if not self.roles:
            raise UserError(f"{payee} holds no role in {month}")
        self.name = next((h.name for h in self.book.holdings if h.payee == payee), payee)
        query = f"SELECT * FROM {orders_view(facts)} LIMIT 0"
        self.columns = [c[0] for c in facts.connection.execute(query).description or ()]
        self.sale: Sale | None = None

    # -- asking -------------------------------------------------------------------------------

    def runner(self, orders: Sequence[Amounts]) -> Runner:
        """The reference over the book with further orders."""
        if not orders:
            return Runner(self.program, self.book)
        assert self.sale is not None
        return Runner(self.program, with_orders(self.book, self._rows(self.sale, orders)))

    def lines(self, runner: Runner) -> list[Line]:
        """The payee's lines of the month in his roles."""
        month = self.month.index
        return [x for role in self.roles for x in runner.statement(self.payee, role, month)]

    def _rows(self, sale: Sale, orders: Sequence[Amounts]) -> list[dict[str, Value]]:
        number = max((_number(r.get("row")) for r in self.book.rows["order"]), default=0)
        rank = max((_number(r.get("id_rank")) for r in self.book.rows["order"]), default=0)
        return [
            {
                **dict.fromkeys(self.columns),
                **sale.values,
                "row": number + place,
                "id_rank": rank + place,
                "order_id": f"{NEW}{place}",
                "order_date": sale.day,
                "month": self.month.index,
                "list_amount": listed,
                "net_amount": net,
                "valid": True,
            }
            for place, (listed, net) in enumerate(orders, start=1)
        ]

    # -- who would sell -----------------------------------------------------------------------

    def sells(
        self,
        seller: str,
        day: date | None = None,
        channel: str = "",
        more: Mapping[str, Value] = {},
    ) -> Sale | None:
        """How an order of a seller would be written so that he is credited; None if it cannot be."""
        shelf = self.now.values.shelf
        for stream in self.program.streams:
            if stream.fact != "order" or stream.who.fact != "order":
                continue
            on = day or self._last_day(seller, stream.roles)
            if on is None or shelf.holding(seller, stream.roles, on) is None:
                continue
            for way in (channel,) if channel else CHANNELS:
                values = {**more, stream.who.stored: seller, "channel": way}
                sale = Sale(seller, on, values)
                rows = self._rows(sale, [(100_000, 100_000)])
                made = Runner(self.program, with_orders(self.book, rows)).values.shelf
                if self._credited(made.by_payee, seller):
                    return sale
        return None

    def _last_day(self, seller: str, roles: Sequence[str]) -> date | None:
        shelf = self.now.values.shelf
        day = self.month.after - timedelta(days=1)
        while day >= self.month.first:
            if shelf.holding(seller, roles, day) is not None:
                return day
            day -= timedelta(days=1)
        return None

    def _credited(self, by_payee: Mapping[tuple[str, str, int], list[Row]], seller: str) -> bool:
        return any(
            str(row.root.values.get("order_id", "")).startswith(NEW)
            for (payee, _, month), rows in by_payee.items()
            if payee == seller and month == self.month.index
            for row in rows
        )

    def choose(
        self,
        seller: str = "",
        day: date | None = None,
        channel: str = "",
        more: Mapping[str, Value] = {},
    ) -> Sale:
        """Who sells: whoever is named, else the payee, else of his team whose sale pays him most.

        Raises UserError where nobody could be credited with an order.
        """
        self._complete(more)
        if day is not None and Month.of(day) != self.month:
            raise UserError(f"{day} is not in {self.month}")
        for_team = any(r.of_team and set(r.roles) & {*self.roles} for r in self.program.rules)
        if seller:
            names = [seller]
        else:
            shelf = self.now.values.shelf
            teams = {shelf.team_of(self.payee, role, self.month.index) for role in self.roles}
            mates = [p for team in teams if team for p, _ in shelf.members(team, self.month.index)]
            names = list(dict.fromkeys([self.payee, *(mates if for_team else ())]))
        found = [s for name in names if (s := self.sells(name, day, channel, more)) is not None]
        if not found:
            who = seller or self.payee
            raise UserError(
                f"no order of {who} would be credited in {self.month}: the plan credits orders to"
                f" {', '.join(sorted({r for s in self.program.streams for r in s.roles}))};"
                " name who sells with --by ID, or the channel with --channel"
            )
        if len(found) > 1:
            found.sort(key=self._worth)
        self.sale = found[0]
        return self.sale

    def _worth(self, sale: Sale) -> tuple[int, bool, str]:
        self.sale = sale
        pays = sum(line.amount for line in self.lines(self.runner([(10**8, 10**8)])))
        return (-pays, sale.seller != self.payee, sale.seller)

    def _complete(self, more: Mapping[str, Value]) -> None:
        """Refuse where a plan's own number columns of orders are not said."""
        fact = self.program.plan.facts.get("order")
        lacking = [
            spec.name
            for spec in (fact.has if fact else ())
            if spec.kind in NUMBERS and spec.name not in more
        ]
        if lacking:
            raise UserError(
                f"the plan also reads {', '.join(lacking)} of orders; say what the new one has:"
                f" --with {lacking[0]}=AMOUNT"
            )


def trimmed(book: Book, program: Program) -> Book:
    """A book without rows that are looked at by no rule, and those below orders not in it."""
    used = {rule.fact for rule in program.rules} | {s.who.fact for s in program.streams}
    tops = [node for rule in program.rules for node in rule.nodes()]
    tops += [n for s in program.streams for n in (s.where, s.part) if n is not None]
    for node in (below for top in tops for below in program.deep(top)):
        used |= {node.frame.fact, node.fact if isinstance(node, Aggregate) else ""}
    for fact in list(used):
        while fact := program.parents.get(fact, ""):
            used.add(fact)
    used.add("order")
    ids = {row["order_id"] for row in book.rows["order"]}
    rows = {
        fact: [r for r in found if "order_id" not in r or r["order_id"] in ids]
        for fact, found in book.rows.items()
        if fact in used
    }
    return Book(rows, book.holdings, book.targets, book.team_targets)


def with_orders(book: Book, more: Sequence[Mapping[str, Value]]) -> Book:
    """A book with further orders."""
    rows = {**book.rows, "order": [*book.rows["order"], *more]}
    return Book(rows, book.holdings, book.targets, book.team_targets)


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0
