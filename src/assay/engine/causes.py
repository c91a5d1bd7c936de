"""Why a hand-made amount differs: each fault a clerk can make tried, and kept if it gives that very 分."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from assay.engine.cause_words import DIGITS, EDGE, ORDER, ROUNDING, TARGET, Cause, cause, word
from assay.engine.cause_words import Words as Said
from assay.engine.explain import book_for
from assay.engine.inputs import orders_view
from assay.engine.judge import trimmed
from assay.facts.facts import Facts
from assay.money import half_up
from assay.period import Month
from assay.plan.book import Book
from assay.plan.given import Given
from assay.plan.next import thresholds
from assay.plan.program import Program
from assay.plan.rows import Row
from assay.plan.run import Line, Runner
from assay.plan.tree import Bands, Compare, Level, Value
from assay.plan.tree import Row as TableRow
from assay.plan.values import Env, exact
from assay.plan.words import Words

WHISKER = Fraction(1, 100)
NEAR_DAYS = 10


class PaidMonth:
    """A payee's month under a program, and what it would be with something in it otherwise."""

    def __init__(
        self,
        program: Program,
        facts: Facts,
        payee: str,
        month: int,
        lines: Sequence[str],
        whisker: Fraction = WHISKER,
    ) -> None:
        self.program, self.facts = program, facts
        self.payee, self.month, self.whisker = payee, month, whisker
        self.rules = [r for r in program.rules if r.name in lines]
        self.book = trimmed(book_for(program, facts, payee, Month(month), self.rules), program)
        self.now = Runner(program, self.book)
        active = self.now.values.shelf.active(month)
        self.roles = [role for p, role in active if p == payee]
        self.lines = self._lines(self.now)
        self.amount = sum(line.amount for line in self.lines)

    def _lines(self, runner: Runner) -> list[Line]:
        rules = {id(rule) for rule in self.rules}
        if self.program.rounding == "statement":
            return [
                line
                for role in self.roles
                for line in runner.statement(self.payee, role, self.month)
                if id(line.rule) in rules
            ]
        return [
            runner.line(rule, self.payee, role, self.month)
            for rule in self.rules
            for role in self.roles
            if role in rule.roles
        ]

    def with_book(self, book: Book, given: Given | None = None) -> int:
        """The amount over another book."""
        runner = Runner(self.program, book, given)
        return sum(line.amount for line in self._lines(runner))

    # -- faults -------------------------------------------------------------------------------

    def faults(self, paid: int) -> Iterator[Cause]:
        """Every fault that gives exactly the amount paid."""
        for tries in (
            self._rounded,
            lambda: digits(paid, self.amount),
            self._orders,
            self._edges,
            self._month_edges,
        ):
            yield from (found for found, amount in tries() if amount == paid)
        yield from self._targets(paid)

    def _rounded(self) -> Iterator[tuple[Cause, int]]:
        exacts = [exact(line.exact) for line in self.lines]
        parts = [c.part for line in self.lines for c in line.credits]
        bare = sum((exact(x.exact) for x in self.lines if not x.credits), Fraction(0))
        for unit in (1, 10, 100):
            for how, said in ((half_up, "half_up"), (truncated, "truncated")):
                words = {"how": word(said), "unit": word(str(unit))}
                amount = sum(how(Fraction(x) / unit) * unit for x in exacts)
                yield cause(ROUNDING, "each_line", **words), amount
                if parts:
                    each = sum(how(Fraction(p) / unit) * unit for p in parts)
                    whole = how(Fraction(bare) / unit) * unit
                    yield cause(ROUNDING, "each_order", **words), each + whole
        total = sum(exacts)
        yield cause(ROUNDING, "sum_cut"), truncated(Fraction(total))
        yield cause(ROUNDING, "sum_rounded"), half_up(Fraction(total))

    def _orders(self) -> Iterator[tuple[Cause, int]]:
        mine = [row for row in self._credited() if row.fact == "order"]
        keys = {str(row.values.get("order_id")) for row in mine}
        rows = [r for r in self.book.rows["order"] if str(r.get("order_id")) in keys]
        for row in rows:
            left = [r for r in self.book.rows["order"] if r is not row]
            order = str(row["order_id"])
            out = cause(ORDER, "left_out", order=order, net=_int(row["net_amount"]))
            yield out, self.with_book(self._book(left))
            twice = {**row, "order_id": f"{row['order_id']}+", "row": -_int(row["row"])}
            both = [*self.book.rows["order"], twice]
            yield cause(ORDER, "twice", order=order), self.with_book(self._book(both))
        for row, why in self._outside():
            more = [*self.book.rows["order"], row]
            yield why, self.with_book(self._book(more))

    def _credited(self) -> list[Row]:
        found: dict[int, Row] = {}
        shelf = self.now.values.shelf
        for role in self.roles:
            for row in shelf.by_payee.get((self.payee, role, self.month), ()):
                found[id(row)] = row
        for line in self.lines:
            for credit in line.credits:
                found[id(credit.row.root)] = credit.row.root
        return list(found.values())

    def _outside(self) -> Iterator[tuple[dict[str, Value], Cause]]:
        """Orders that do not count: returned or cancelled ones, and those just outside the month."""
        mine = {self.payee} | {row.payee for row in self._credited()}
        first, after = Month(self.month).first, Month(self.month).after
        for row in orders_near(self.program, self.facts, sorted(mine), Month(self.month)):
            day = row["order_date"]
            assert isinstance(day, date)
            inside = first <= day < after
            if inside and not row["valid"]:
                yield row, cause(ORDER, "returned_too", order=str(row["order_id"]))
            elif not inside and row["valid"]:
                moved = {**row, "order_date": _within(day, Month(self.month))}
                yield moved, cause(ORDER, "other_day_too", order=str(row["order_id"]), day=str(day))

    def _book(self, orders: Sequence[Mapping[str, Value]]) -> Book:
        rows = {**self.book.rows, "order": orders}
        return Book(rows, self.book.holdings, self.book.targets, self.book.team_targets)

    # -- edges --------------------------------------------------------------------------------

    def _edges(self) -> Iterator[tuple[Cause, int]]:
        """An order close to the edge of a table put in the next band."""
        values = self.now.values
        for name, step in self.program.steps.items():
            node = step.node
            if not isinstance(node, Bands) or node.frame.level is not Level.ROW:
                continue
            for row in self._credited():
                if row.fact != node.frame.fact:
                    continue
                env = values.env_of(row)
                for band in self._neighbours(node, env):
                    given = Given(
                        rows={
                            (name, row.fact, row.values.get("row")): values.value(band.value, env)
                        }
                    )
                    title = Said(step.title.text("zh", name), step.title.text("en", name))
                    order = str(row.root.values.get("order_id"))
                    other = cause(EDGE, "next_band", order=order, band=band.label, title=title)
                    yield other, self.with_book(self.book, given)

    def _neighbours(self, node: Bands, env: Env) -> Iterator[TableRow]:
        of = self.now.values.value(node.of, env)
        here = self.now.values.band(node, env)
        if here is None or here.none or not isinstance(of, int | Fraction):
            return
        for band in node.rows:
            edge = (
                band.low if band.low == here.high else band.high if band.high == here.low else None
            )
            if band is here or edge is None:
                continue
            if abs(Fraction(of) - edge) <= self.whisker * abs(edge):
                yield band

    def _month_edges(self) -> Iterator[tuple[Cause, int]]:
        """A condition of the month that holds, or fails, by little, taken the other way."""
        words = [Words(self.now, lang) for lang in ("zh", "en")]
        seen: set[int] = set()
        for line in self.lines:
            for node in thresholds(self.now, line):
                env = self.now.values.env(line.payee, line.role, line.month)
                if id(node) in seen or not self._close(node, env):
                    continue
                seen.add(id(node))
                turned = Runner(self.program, self.book)
                turned.values.pretend(node, not self.now.values.value(node, env))
                said = Said(*(each.condition(node, env) for each in words))
                yield (
                    cause(EDGE, "other_way", condition=said),
                    sum(x.amount for x in self._lines(turned)),
                )

    def _close(self, node: Compare, env: Env) -> bool:
        if node.frame.level not in (Level.PAYEE, Level.TEAM):
            return False
        left, right = self.now.values.value(node.left, env), self.now.values.value(node.right, env)
        if not isinstance(left, int | Fraction) or not isinstance(right, int | Fraction):
            return False
        return abs(Fraction(left) - right) <= self.whisker * abs(Fraction(right))

    # -- targets ------------------------------------------------------------------------------

    def _targets(self, paid: int) -> Iterator[Cause]:
        """Another target: a neighbouring month's, another's, none; else only which side it lay on."""
        team = next(
            (t for role in self.roles if (t := self.now.values.shelf.team_of(self.payee, role, self.month))),
            None,
        )  # fmt: skip
        for owner, of_team in ((self.payee, False), (team, True)):
            if owner is None:
                continue
            targets = self.book.team_targets if of_team else self.book.targets
            right = targets.get((owner, self.month), 0)
            what = "team_target" if of_team else "target"
            found = [
                said
                for said, amount in self._others(owner, of_team)
                if amount != right and self._at_target(owner, of_team, amount) == paid
            ]
            if found:
                yield cause(TARGET, what, others=tuple(found[:3]), right=right)
                continue
            for amount, key in ((1, "target_low"), (10**13, "target_high")):
                if right and self._at_target(owner, of_team, amount) == paid:
                    yield cause(TARGET, what, others=word(key), right=right)

    def _others(self, owner: str, of_team: bool) -> Iterator[tuple[Cause, int]]:
        column = "team" if of_team else "payee_id"
        rows = self.facts.connection.execute(
            f"SELECT {column}, month, amount FROM targets WHERE {column} IS NOT NULL AND"
            f" (month = ? OR ({column} = ? AND month BETWEEN ? AND ?)) ORDER BY ALL",
            [self.month, owner, self.month - 1, self.month + 1],
        ).fetchall()
        yield cause(TARGET, "no_target"), 0
        for who, month, amount in rows:
            if (who, month) != (owner, self.month):
                key = "own_target" if who == owner else "their_target"
                yield cause(TARGET, key, who=who, month=Month(month), amount=amount), amount

    def _at_target(self, owner: str, of_team: bool, amount: int) -> int:
        mine, theirs = dict(self.book.targets), dict(self.book.team_targets)
        changed = theirs if of_team else mine
        changed.pop((owner, self.month), None)
        if amount:
            changed[(owner, self.month)] = amount
        return self.with_book(Book(self.book.rows, self.book.holdings, mine, theirs))


def orders_near(
    program: Program, facts: Facts, payees: Sequence[str], month: Month, days: int = NEAR_DAYS
) -> Iterator[dict[str, Value]]:
    """Orders of some payees, counted or not, of a month and some days beside it, by day and id."""
    columns = _owners(program)
    yield from _orders(
        facts,
        f"({' OR '.join(f'{column} = ANY(?)' for column in columns)})"
        " AND order_date >= ?::DATE - ?::INTEGER AND order_date < ?::DATE + ?::INTEGER",
        [*[list(payees)] * len(columns), month.first, days, month.after, days],
    )


def left_out(program: Program, facts: Facts, payee: str, month: Month) -> list[dict[str, Value]]:
    """Orders of a payee's month that were returned or cancelled, and so are counted nowhere."""
    columns = _owners(program)
    # The few that do not count are told first, and by plain comparisons, which a scan can skip by.
    found = _orders(
        facts,
        f"NOT valid AND ({' OR '.join(f'{column} = ?' for column in columns)})"
        " AND order_date >= ? AND order_date < ?",
        [*[payee] * len(columns), month.first, month.after],
    )
    return list(found)


def _owners(program: Program) -> list[str]:
    """The columns of orders that name who is credited."""
    return sorted({s.who.stored for s in program.streams if s.who.fact == "order"})


def _orders(facts: Facts, where: str, parameters: list[object]) -> Iterator[dict[str, Value]]:
    """Orders with both prices, by day and id."""
    cursor = facts.connection.execute(
        f"SELECT * FROM {orders_view(facts)} WHERE {where}"
        " AND list_amount IS NOT NULL AND net_amount IS NOT NULL ORDER BY order_date, id_rank",
        parameters,
    )
    names = [c[0] for c in cursor.description or ()]
    for values in cursor.fetchall():
        yield dict(zip(names, values, strict=True))


def digits(paid: int, right: int) -> Iterator[tuple[Cause, int]]:
    """Slips of the pen: neighbouring digits changed over, the point misplaced, the sign lost."""
    text = str(abs(right))
    for place in range(len(text) - 1):
        if text[place] != text[place + 1]:
            turned = f"{text[:place]}{text[place + 1]}{text[place]}{text[place + 2 :]}"
            amount = int(turned)
            yield cause(DIGITS, "turned", meant=right, written=amount), amount
    for times in (10, 100):
        yield cause(DIGITS, "point_up", n=times), right * times
        if right % times == 0:
            yield cause(DIGITS, "point_down", n=times), right // times
    if right:
        yield cause(DIGITS, "sign"), -right
        yield cause(DIGITS, "unpaid"), 0


def truncated(value: Fraction) -> int:
    """Toward zero."""
    size = abs(value.numerator) // value.denominator
    return -size if value < 0 else size


def _int(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _within(day: date, month: Month) -> date:
    """A day moved to the nearest one of a month."""
    return min(max(day, month.first), month.after - timedelta(days=1))
