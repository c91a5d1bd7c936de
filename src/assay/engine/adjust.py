"""Adjustments: what came or changed after a month was paid, as lines of their own, never an edit.

Only the person-months that a change touches are computed again, and those that rest on them: the
months after it where the plan looks back, the team's where it looks at teams, all where it ranks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from assay.engine.change_words import ChangeWords
from assay.engine.changes import Change, changes_between, telling
from assay.engine.folder import ADJUSTMENT, Paid, RunFolder
from assay.engine.inputs import load_book, read_inputs
from assay.engine.results import credit_row
from assay.facts.facts import Facts
from assay.plan.book import Book
from assay.plan.program import PayRule, Program, sees_company, sees_team
from assay.plan.run import Credit, Line, Runner
from assay.plan.tree import Aggregate, Node, Rank, Share
from assay.plan.units import show

Key = tuple[str, str, int]
Held = tuple[Line, Credit]
MOST_REASONS = 3


@dataclass(frozen=True)
class Adjustment:
    """What one line of a paid month comes to now less what was paid: amount in 分, with reasons.

    credits: the rows whose share changed, with the difference. award: what is given in kind more
    or less than was, or in place of it; empty where it is the same. turned: rows of the payee that
    pay or show otherwise, as they were and as they are (None where there is none). foreign: whether
    the reason names rows that are not his.
    """

    payee: str
    name: str
    role: str
    line: str
    title: str
    for_month: int
    amount: int
    reason: str
    credits: tuple[Held, ...]
    award: str = ""
    turned: tuple[tuple[Held | None, Held | None], ...] = ()
    foreign: bool = False

    @property
    def printed_title(self) -> str:
        """The line as people read it: paid or taken back later, or put right where only an award is."""
        word = "补发" if self.amount > 0 else "补扣" if self.amount < 0 else "更正"
        return f"{word} · {self.title}" + (f" · 实物 {self.award}" if self.award else "")

    @property
    def printed_line(self) -> str:
        """The line as the statement names it."""
        return f"{ADJUSTMENT}{self.line}"


@dataclass
class Side:
    """A program over the facts as they were, or as they are."""

    program: Program
    book: Book

    def __post_init__(self) -> None:
        """Make the runner once: it remembers what it has worked out."""
        self.runner = Runner(self.program, self.book)

    def lines(self, key: Key) -> dict[str, Line]:
        """The lines of a person-month by name; of one who does not stand in it, what still comes."""
        return {line.rule.name: line for line in self.runner.paid(*key)}

    def orders(self, payee: str, role: str) -> set[str]:
        """The orders credited to a payee in a role, in whatever month."""
        return self._orders.get((payee, role), set())

    @cached_property
    def _orders(self) -> dict[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for (payee, role, _month), rows in self.runner.values.shelf.by_payee.items():
            found[payee, role] |= {str(row.root.values.get("order_id")) for row in rows}
        return found


def adjustments(paid: RunFolder, kept: Path, facts: Facts) -> list[Adjustment]:
    """What the months of a run lack or paid too much by the facts of today (kept as Parquet).

    Equal to the full recomputation less what was paid, line by line.
    """
    program = paid.program
    changes = changes_between(paid.facts, kept)
    if not changes:
        return []
    was = read_inputs(program, paid.facts)
    payees = _people(program, changes, was, facts)
    old, new = (Side(program, load_book(program, side, payees)) for side in (was, facts))
    touched = Touched(program, old, new, paid.months)
    keys = touched.keys(changes)
    return [*_differences(paid.paid(), keys, old, new)]


def _people(program: Program, changes: list[Change], was: Facts, now: Facts) -> set[str] | None:
    """Whose rows must be read: those named by a change and all of their teams; None for everyone."""
    if program.looks_beside or program.divided or program.rounding == "statement":
        return None
    columns = {s.who.stored for s in program.streams} | {"payee_id"}
    named = {value for c in changes for column in columns for value in c.values(column)}
    teams = {value for c in changes for value in c.values("team")}
    orders = {value for c in changes for value in c.values("order_id")}
    if any(c.table not in ("orders", "targets", "people") for c in changes):
        stored = sorted(s.who.stored for s in program.streams if s.who.fact == "order")
        for facts in (was, now):
            for column in stored:
                query = f"SELECT DISTINCT {column} FROM orders WHERE order_id = ANY(?)"
                found = facts.connection.execute(query, [sorted(orders)]).fetchall()
                named |= {payee for (payee,) in found if payee}
        if any(s.who.fact != "order" for s in program.streams):
            return None
    query = "SELECT payee_id, role, team FROM holdings"
    held = [row for side in (was, now) for row in side.connection.execute(query).fetchall()]
    return with_teams(program, held, named, teams)


def with_teams(
    program: Program,
    held: Collection[tuple[str, str, str | None]],
    named: set[str],
    teams: Collection[str] = (),
) -> set[str]:
    """Payees (and teams) with all who ever stood in a team of theirs; held: (payee, role, team).

    Who is paid by a team brings the other teams he stood in along: his lines rest on all of them.
    """
    looking = {r for rule in program.rules if of_team(program, rule) for r in rule.roles}
    placed = _alone(program)
    rows = [row for row in held if row[2] is not None or placed]
    reached: set[str | None] = {team for payee, _, team in rows if payee in named} | {*teams}
    charges: dict[str, set[str | None]] = defaultdict(set)
    for payee, role, team in rows:
        if role in looking:
            charges[payee].add(team)
    while True:
        more = {team for own in charges.values() if own & reached for team in own} - reached
        if not more:
            return named | {payee for payee, _, team in rows if team in reached}
        reached |= more


def _alone(program: Program) -> bool:
    """Whether those who stand in no team are measured among one another."""
    return any(
        isinstance(node, Rank) and node.among != "role"
        for rule in program.rules
        for node in _nodes(program, rule)
    )


class Touched:
    """The person-months a set of changes can reach within the months paid, with their reasons."""

    def __init__(self, program: Program, old: Side, new: Side, months: range) -> None:
        self.program = program
        self.sides = (old, new)
        self.months = months
        # Roles of which a line rests on a team, and on people anywhere in the house.
        self.team_roles = {
            r for rule in program.rules if of_team(program, rule) for r in rule.roles
        }
        self.alone = _alone(program)
        self.house_roles = {
            r for rule in program.rules if _of_house(program, rule) for r in rule.roles
        }
        self.of_company = any(
            sees_company(node) for rule in program.rules for node in _nodes(program, rule)
        )

    def keys(self, changes: list[Change]) -> dict[Key, list[Change]]:
        """Person-months by the changes that touch them."""
        direct: dict[Key, list[Change]] = defaultdict(list)
        for change in changes:
            for key in self._everyone() if self.of_company else self._direct(change):
                direct[key].append(change)
        reached: dict[Key, dict[int, Change]] = defaultdict(dict)
        for (payee, role, month), found in direct.items():
            for later in self._onwards(month):
                for key in {(payee, role, later), *self._beside(payee, role, later)}:
                    for change in found:
                        reached[key].setdefault(id(change), change)
        return {key: list(found.values()) for key, found in sorted(reached.items())}

    def _onwards(self, month: int) -> Iterable[int]:
        if not self.program.looks_back:
            return [month] if month in self.months else []
        return range(max(month, self.months.start), self.months.stop)

    def _everyone(self) -> Iterator[Key]:
        """Every person-month paid: a sum of the company rests on every row."""
        for month in self.months:
            known = {key for side in self.sides for key in side.runner.values.shelf.known(month)}
            yield from ((payee, role, month) for payee, role in sorted(known))

    def _direct(self, change: Change) -> Iterator[Key]:
        """The person-months whose own rows, target or holding a change is of."""
        for side in self.sides:
            shelf = side.runner.values.shelf
            if change.table == "targets":
                yield from self._of_target(change, side)
            elif change.table == "people":
                for payee in change.values("payee_id"):
                    for month in self.months:
                        roles = {role for p, role in shelf.known(month) if p == payee}
                        yield from ((payee, role, month) for role in sorted(roles))
            else:
                yield from self._of_rows(change, side)

    def _of_target(self, change: Change, side: Side) -> Iterator[Key]:
        months = {row.get("month") for row in (change.before, change.after)}
        for month in self.months:
            if month in months:
                for payee, role in side.runner.values.shelf.active(month):
                    team = side.runner.values.shelf.team_of(payee, role, month)
                    if payee in change.values("payee_id") or team in change.values("team"):
                        yield (payee, role, month)

    def _of_rows(self, change: Change, side: Side) -> Iterator[Key]:
        """Rows of orders and of facts: those credited that are the changed row or lie about it."""
        ids = {c: change.values(c) for c in change.row if c.endswith("_id") and c != "payee_id"}
        columns = {s.who.stored for s in self.program.streams if s.fact == change.table}
        for (payee, role, month), rows in side.runner.values.shelf.by_payee.items():
            about = any(
                str(row.root.values.get(column, "")) in values
                for row in rows
                for column, values in ids.items()
                if column in ("order_id", f"{row.root.fact}_id")
            )
            named = any(payee in change.values(column) for column in columns)
            if about or (named and change.table != "orders"):
                yield (payee, role, month)

    def _beside(self, payee: str, role: str, month: int) -> Iterator[Key]:
        """Those whose month rests on this one: who is in charge of the team or shares with it, or
        everyone of a role that looks through the house; his other roles, rounded together."""
        for side in self.sides:
            shelf = side.runner.values.shelf
            if self.program.rounding == "statement":
                yield from ((p, r, month) for p, r in shelf.known(month))
            elif self.house_roles:
                roles = self.house_roles | self.team_roles
                yield from ((p, r, month) for p, r in shelf.known(month) if r in roles)
            elif self.team_roles:
                team = shelf.team_of(payee, role, month)
                # A row belongs to the team its payee stood in on its day, which may have changed.
                teams = {h.team for h in shelf.holdings.get(payee, ())} | {team}
                yield from (
                    (h.payee, h.role, month)
                    for h in side.book.holdings
                    if h.team in teams
                    and (h.team is not None or self.alone)
                    and h.role in self.team_roles
                    and h.touches(month)
                )


def _nodes(program: Program, rule: PayRule) -> Iterator[Node]:
    return (node for top in rule.nodes() for node in program.deep(top))


def of_team(program: Program, rule: PayRule) -> bool:
    """Whether a line rests on the rows or people of a team."""
    return rule.of_team or any(
        sees_team(node) or isinstance(node, Rank | Share) for node in _nodes(program, rule)
    )


def _of_house(program: Program, rule: PayRule) -> bool:
    """Whether a line rests on people who may stand in any team."""
    return any(
        (isinstance(node, Rank | Share) and node.among != "team")
        or (isinstance(node, Aggregate) and node.scope in ("reports", "their_rows"))
        for node in _nodes(program, rule)
    )


def _differences(
    paid: Paid, keys: dict[Key, list[Change]], old: Side, new: Side
) -> Iterator[Adjustment]:
    words = ChangeWords(new.program)
    for key, changes in keys.items():
        payee, role, month = key
        was, now = old.lines(key), new.lines(key)
        order = [rule.name for rule in new.program.rules]
        names = sorted({*was, *now}, key=order.index)
        own = {number for side in (old, new) for number in side.orders(payee, role)}
        for name in names:
            before = paid.get((payee, role, month, name), 0)
            amount = (now[name].amount if name in now else 0) - before
            award = _award(was.get(name), now.get(name))
            if amount or award:
                line = now.get(name) or was[name]
                holdings = {**old.runner.values.shelf.holdings, **new.runner.values.shelf.holdings}
                held = holdings.get(payee, [])
                yield Adjustment(
                    payee,
                    held[-1].name if held else payee,
                    role,
                    name,
                    line.rule.title.text("zh", name),
                    month,
                    amount,
                    _reason(words, changes, before, was.get(name)),
                    tuple(_credits(was.get(name), now.get(name))),
                    award,
                    tuple(_turned(was.get(name), now.get(name))),
                    _foreign(changes, payee, own),
                )


def _award(was: Line | None, now: Line | None) -> str:
    """What is given in kind now and was not: so much more or less, or one thing for another."""
    before, after = (line.award if line is not None else "" for line in (was, now))
    line = now or was
    if before == after or line is None or line.rule.gives is None:
        return ""
    old, new = (line.given if line is not None else None for line in (was, now))
    unit = line.rule.gives.unit
    if not unit.numeric:
        return f"{before or '无'} → {after or '无'}"
    numbers = [Fraction(v) if isinstance(v, int | Fraction) else Fraction(0) for v in (old, new)]
    more = numbers[1] - numbers[0]
    return f"{'+' if more > 0 else '-'}{show(abs(more), unit)}"


def _reason(words: ChangeWords, changes: list[Change], before: int, was: Line | None) -> str:
    named = telling(changes)
    said = [words.said(change) for change in named[:MOST_REASONS]]
    if len(named) > MOST_REASONS:
        said.append(f"等共 {len(named)} 项")
    if was is not None and was.amount != before:
        said.append("原已付数与其依据不符")
    return "; ".join(said)


def _credits(was: Line | None, now: Line | None) -> Iterator[tuple[Line, Credit]]:
    """Rows whose share of a line changed, with the difference."""
    before = {_row_key(c): c for c in was.credits} if was is not None else {}
    after = {_row_key(c): c for c in now.credits} if now is not None else {}
    for key in sorted(before.keys() | after.keys(), key=str):
        line, credit = (now, after[key]) if key in after else (was, before[key])
        amount = (after[key].amount if key in after else 0) - (
            before[key].amount if key in before else 0
        )
        if amount and line is not None:
            yield line, replace(credit, amount=amount)


def _turned(was: Line | None, now: Line | None) -> Iterator[tuple[Held | None, Held | None]]:
    """Rows of a line that are written otherwise than they were, before and after, by their orders."""
    before = {_row_key(c): (was, c) for c in was.credits} if was is not None else {}
    after = {_row_key(c): (now, c) for c in now.credits} if now is not None else {}
    for key in sorted(before.keys() | after.keys(), key=str):
        old, new = before.get(key), after.get(key)
        if old is None or new is None or credit_row(*old) != credit_row(*new):
            yield old, new


def _foreign(changes: list[Change], payee: str, own: set[str]) -> bool:
    """Whether what a reason names is of an order that is not his, or of somebody else."""
    return any(
        not change.values("order_id") <= own
        or (not change.values("order_id") and not change.values("payee_id") <= {payee})
        for change in telling(changes)[:MOST_REASONS]
    )


def _row_key(credit: Credit) -> tuple[object, ...]:
    values = credit.row.values
    own = tuple(str(v) for k, v in sorted(values.items()) if k not in ("row", "rank", "id_rank"))
    order = credit.row.root.values.get("order_id")
    return (
        (credit.row.fact, order) if credit.row.fact == "order" else (credit.row.fact, order, *own)
    )
