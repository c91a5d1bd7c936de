"""The typed formula tree: one node a thought, each with unit, frame and whether it can be none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from enum import IntEnum
from fractions import Fraction

from assay.plan.problems import NOWHERE, Place
from assay.plan.units import Unit

Value = Fraction | int | str | bool | date | None


class Level(IntEnum):
    """What a value belongs to: nothing, a team's month, a payee's month, or one row of a fact."""

    CONST = 0
    TEAM = 1
    PAYEE = 2
    ROW = 3


@dataclass(frozen=True)
class Frame:
    """A level, and for rows the fact they are of."""

    level: Level
    fact: str = ""


CONST = Frame(Level.CONST)
TEAM = Frame(Level.TEAM)
PAYEE = Frame(Level.PAYEE)


_NAMES: dict[str, tuple[str, ...]] = {}


def _names(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a kind of node that can hold nodes."""
    if kind.__name__ not in _NAMES:
        found = tuple(spec.name for spec in fields(kind) if spec.name not in _PLAIN)
        _NAMES[kind.__name__] = found
    return _NAMES[kind.__name__]


_PLAIN = frozenset({"unit", "frame", "nonable", "shaky", "least", "place", "name"})


def row(fact: str) -> Frame:
    """The frame of one row of a fact."""
    return Frame(Level.ROW, fact)


@dataclass(frozen=True, eq=False, kw_only=True)
class Node:
    """What every node bears. `shaky`: a condition that a none can make false by accident."""

    unit: Unit
    frame: Frame
    nonable: bool = False
    shaky: bool = False
    least: int | None = None
    place: Place = NOWHERE

    def children(self) -> Iterator[Node]:
        """The nodes directly below, in the order of the formula."""
        for name in _names(type(self)):
            value = getattr(self, name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                for item in value:
                    if isinstance(item, Node):
                        yield item
                    elif isinstance(item, Row):
                        yield from item.nodes()


@dataclass(frozen=True, eq=False)
class Row:
    """A row of a table: a band (low..high) or a condition, its label, and what it gives."""

    label: str
    value: Node
    condition: Node | None = None
    low: Fraction | None = None
    low_in: bool = False
    high: Fraction | None = None
    high_in: bool = False
    none: bool = False
    place: Place = NOWHERE

    def nodes(self) -> Iterator[Node]:
        """The row's formulas."""
        if self.condition is not None:
            yield self.condition
        yield self.value

    def holds(self, value: Fraction | int) -> bool:
        """Whether a value lies in the band."""
        if self.low is not None and (value < self.low or (value == self.low and not self.low_in)):
            return False
        return not (
            self.high is not None
            and (value > self.high or (value == self.high and not self.high_in))
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Const(Node):
    """A fixed value; `text` as written."""

    value: Value
    text: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Dated(Node):
    """A policy whose value depends on the month: (first month, value), ascending.

    The first value also holds before its month.
    """

    name: str
    values: tuple[tuple[int, Fraction | int | str], ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Column(Node):
    """A column of the row's fact, or of its parent.

    event: the day of something that happens, which is not known before it has come.
    """

    fact: str
    name: str
    stored: str
    event: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Attribute(Node):
    """A property of the payee: id, role, name, team, employed, days, joined_on, left_on."""

    name: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Calendar(Node):
    """The month itself, or the quarter, half-year or year it lies in: number, days, first and last day.

    number: 1–12 of a month, the place in its year of a quarter or half-year, a year's own number.
    """

    name: str
    period: str = "month"


@dataclass(frozen=True, eq=False, kw_only=True)
class DayPart(Node):
    """The day, month or year of a date as a bare number."""

    of: Node
    name: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Holds(Node):
    """Whether the payee holds a role on any day of the month."""

    role: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Target(Node):
    """The target entered for the payee's (or the team's) month; none when absent or 0."""

    team: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Ref(Node):
    """The value of a named step."""

    name: str


@dataclass(frozen=True, eq=False, kw_only=True)
class LineOf(Node):
    """The rounded amount of a statement line of the payee's month."""

    rule: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Arith(Node):
    """left (+ - * /) right; a quotient by nothing is none."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, eq=False, kw_only=True)
class Compare(Node):
    """left (= != < <= > >=) right; with a none it does not hold."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, eq=False, kw_only=True)
class Logic(Node):
    """left (and or) right."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, eq=False, kw_only=True)
class Not(Node):
    """The opposite of a condition that no none can reach."""

    operand: Node


@dataclass(frozen=True, eq=False, kw_only=True)
class IsNone(Node):
    """Whether a value is none."""

    operand: Node


@dataclass(frozen=True, eq=False, kw_only=True)
class Extreme(Node):
    """The least or greatest of some values."""

    greatest: bool
    operands: tuple[Node, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Choose(Node):
    """if(condition, yes, no)."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, eq=False, kw_only=True)
class Otherwise(Node):
    """The first value, or the second where the first is none."""

    value: Node
    fallback: Node


@dataclass(frozen=True, eq=False, kw_only=True)
class Aggregate(Node):
    """sum, count, mean, least or greatest of rows (or of people, or of months) in a window.

    scope: own (rows credited to the payee), alike (those of them with the same `same` as this
    row), running (its rows up to this one), team (rows that count for the team), members (payees of
    the team), months (a value of each month), reports and their_rows (those who report to him at
    `depth`, or rows credited to them), children (rows of a fact below this row), company (every row
    once, whoever is credited with it) and everyone (all payees of the month). `said`: the plan
    names the window itself. whose: of alike and running, empty for the payee's rows, team or company.
    since: a day of its own from which the window's periods are counted. skip: of people who report,
    those between that make no level. best: how many of the values count, the greatest; 0 for all.
    asks: its body or condition reads values of the row or payee the sum is worked out for (This).
    """

    kind: str
    fact: str
    scope: str
    over: str
    body: Node | None
    where: Node | None
    same: Node | None = None
    depth: int = 1
    said: bool = False
    whose: str = ""
    since: Node | None = None
    skip: Node | None = None
    best: int = 0
    asks: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class This(Node):
    """Inside a sum: a value of the row (or of the payee's month) for which the sum is worked out."""

    of: Node


@dataclass(frozen=True, eq=False, kw_only=True)
class Turn(Node):
    """The place of a row among the payee's rows in the order of date and id, the first is 1.

    `same`: only rows with the same value count; `where`: only those for which it holds, so that a
    row that is none of them has the place of the last one before it. whose and since as in Aggregate.
    """

    fact: str
    over: str
    same: Node | None
    where: Node | None = None
    whose: str = ""
    since: Node | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Rounded(Node):
    """A value in whole steps: floor, ceil, or round (half away from nought)."""

    of: Node
    step: Fraction
    mode: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Earlier(Node):
    """The value of a month some months before."""

    of: Node
    months: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Span(Node):
    """Months, or days, from one date to another; below nought when it is earlier.

    counts: months completed, or begun (started), or turned in the calendar (calendar).
    """

    start: Node
    end: Node
    counts: str = "completed"


@dataclass(frozen=True, eq=False, kw_only=True)
class Shift(Node):
    """A date some days or months later (or earlier); a day beyond a month's end is its last."""

    day: Node
    by: Node
    back: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Carried(Node):
    """A balance over months: opens, then before + adds - takes; `resets` a period.

    every: the period in whose last month it adds and takes. whose: empty for a payee's balance,
    team or company. lasts: how many months what a month adds is still there, the oldest taken first.
    since: the day from which the periods of `resets` are counted. same: a column of the payee's rows,
    one balance for each of its values (each customer); it then stands on each of those rows.
    """

    name: str
    opens: Node
    adds: Node
    takes: Node
    resets: str
    every: str = "month"
    whose: str = ""
    lasts: Node | None = None
    since: Node | None = None
    same: Node | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class CarriedPart(Node):
    """before, adds, takes, lapsed or after of a balance carried over months."""

    name: str
    part: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Bands(Node):
    """The row of a table in which a value lies; slices: the effective rate of all slices."""

    of: Node
    rows: tuple[Row, ...]
    slices: bool
    name: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Sliced(Node):
    """A value paid slice by slice: each part at the rate of its own band."""

    of: Node
    rows: tuple[Row, ...]
    name: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Between(Node):
    """A curve read between its points in proportion; two points at one value are a jump.

    At a jump the later point holds. hold: outside the points the nearest one's value, else none;
    ends: what stands below and above instead, a fixed value or a word of `beyond`.
    """

    of: Node
    points: tuple[tuple[Fraction, Fraction], ...]
    hold: bool
    name: str
    ends: tuple[Fraction | str, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Ladder(Node):
    """first + add for every full step of a value above a start."""

    of: Node
    start: Fraction
    first: Fraction
    every: Fraction
    add: Fraction


@dataclass(frozen=True, eq=False, kw_only=True)
class First(Node):
    """The first row whose condition holds."""

    rows: tuple[Row, ...]
    name: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Rank(Node):
    """The payee's place among others by a value of the month, the greatest first.

    among: team or role (payees of the same role in both), or whole_team (of any role). dense: no
    places are left out after equal values, which always take the same, better place. then: what parts those with equal
    values, one after the other, the greatest first.
    """

    of: Node
    among: str
    dense: bool
    then: tuple[Node, ...] = ()

    @property
    def by(self) -> tuple[Node, ...]:
        """All the values the place goes by, in their order."""
        return (self.of, *self.then)


@dataclass(frozen=True, eq=False, kw_only=True)
class Share(Node):
    """The payee's part of a pool in proportion to a value, in whole 分 by largest remainder."""

    pool: Node
    by: Node
    among: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Fill(Node):
    """The part of a row's amount above (or within) a quota that the payee's rows fill in turn.

    by: date (then id), lowest or highest (of `key`, then date, id), pro_rata (in proportion).
    """

    amount: Node
    quota: Node
    by: str
    key: Node | None
    above: bool


def asked(node: Node) -> Iterator[Node]:
    """What a formula inside a sum reads itself: sums within it, and names, are not looked into."""
    yield node
    if not isinstance(node, Aggregate | This):
        for child in node.children():
            yield from asked(child)


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it, references not followed."""
    yield node
    for child in node.children():
        yield from walk(child)
