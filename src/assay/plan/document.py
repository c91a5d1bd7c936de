"""A plan as written: clauses, facts, policies, measures, tables, rules, questions, examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.plan.formula import Syntax
from assay.plan.problems import NOWHERE, Place
from assay.plan.source import Text, Value


@dataclass(frozen=True)
class Title:
    """What a thing is called; `en` falls back to the code name with blanks."""

    zh: str = ""
    en: str = ""

    def text(self, lang: str, name: str) -> str:
        """The title in a language, or what the name says."""
        plain = name.replace("_", " ")
        return (self.en or plain) if lang == "en" else (self.zh or self.en or plain)

    def either(self, lang: str) -> str:
        """The text in a language, or in the one there is."""
        return (self.en or self.zh) if lang == "en" else (self.zh or self.en)


@dataclass(frozen=True)
class Clause:
    """A numbered part of the source document, with its gist in own words."""

    number: str
    said: Title
    place: Place

    def gist(self, lang: str) -> str:
        """The gist in a language, or in the one there is."""
        return self.said.either(lang)


@dataclass(frozen=True)
class ColumnSpec:
    """A column that a plan declares of a fact, with its kind (money, count, date, …)."""

    name: str
    kind: str
    place: Place


@dataclass(frozen=True)
class CreditSpec:
    """Who is credited with a row: the column that names the payee, the roles tried in turn.

    part: which part of the row's amount; adds_to: what the parts of one row must come to.
    """

    who: Syntax
    roles: tuple[str, ...]
    where: Syntax | None
    team: bool
    place: Place
    part: Syntax | None = None
    adds_to: Syntax | None = None


@dataclass(frozen=True)
class RefusalSpec:
    """Rows that the plan itself turns away, with the reason given to the person."""

    when: Syntax
    why: Title
    place: Place


@dataclass(frozen=True)
class Fact:
    """A dated thing a plan reads: its parent, columns, date, credits and refusals."""

    name: str
    place: Place
    of: str = ""
    has: tuple[ColumnSpec, ...] = ()
    on: Syntax | None = None
    to: tuple[CreditSpec, ...] = ()
    refuse: tuple[RefusalSpec, ...] = ()

    @property
    def divided(self) -> bool:
        """Whether some payees are credited with parts of its rows."""
        return any(spec.part is not None for spec in self.to)


@dataclass(frozen=True)
class Policy:
    """A value other parts of the house read, by the month from which it holds (None: always)."""

    name: str
    values: tuple[tuple[int | None, Syntax], ...]
    title: Title
    cite: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class CarrySpec:
    """A balance: what it opens with, adds and takes `every` period; `resets` begins it anew.

    whose: empty for each payee's own, team or company. lasts: how long what is added is there.
    same: the column by whose values his rows are told apart, one balance for each.
    """

    opens: Syntax
    adds: Syntax
    takes: Syntax
    resets: str
    every: str = "month"
    whose: str = ""
    lasts: Syntax | None = None
    same: Syntax | None = None


@dataclass(frozen=True)
class Measure:
    """What is counted per payee and period, or worked out per row; `over` is empty if not said.

    since: the day from which its periods are counted.
    """

    name: str
    formula: Syntax
    where: Syntax | None
    over: str
    title: Title
    cite: tuple[str, ...]
    place: Place
    carry: CarrySpec | None = None
    since: Syntax | None = None


@dataclass(frozen=True)
class BandSpec:
    """A range with its ends (None: open), the text as written, and what it gives."""

    label: str
    low: Syntax | None
    low_in: bool
    high: Syntax | None
    high_in: bool
    value: Syntax
    place: Place
    none: bool = False


@dataclass(frozen=True)
class FirstSpec:
    """A condition (None: otherwise) with what it gives when it is the first that holds."""

    label: str
    condition: Syntax | None
    value: Syntax
    place: Place
    none: bool = False


@dataclass(frozen=True)
class LadderSpec:
    """Beyond the bands: `first` from a value on, then `add` for every further full step."""

    start: Syntax
    first: Syntax
    every: Syntax
    add: Syntax
    place: Place


@dataclass(frozen=True)
class Table:
    """Bands over one or two values, whole or in slices; first that holds; or points of a curve.

    Two values: `bands` are the rows over the second, `columns` the bands over the first, and
    `grid` the values, a tuple a row. `points` with `beyond`: read between them.
    """

    name: str
    of: tuple[Syntax, ...]
    bands: tuple[BandSpec, ...]
    first: tuple[FirstSpec, ...]
    reads: Text
    title: Title
    cite: tuple[str, ...]
    place: Place
    columns: tuple[BandSpec, ...] = ()
    grid: tuple[tuple[Syntax, ...], ...] = ()
    points: tuple[tuple[Syntax, Syntax], ...] = ()
    beyond: Mapping[str, Text] = field(default_factory=dict)
    ladder: LadderSpec | None = None


@dataclass(frozen=True)
class SettleSpec:
    """Pay what has been earned to date less what was paid before.

    negative: below nought a deduction (empty), carried on, or dropped (floor). within: the period
    after which it begins anew (empty: as the windows say). release: parts of a row's pay and when
    they fall due (a condition, a day, or nothing: at once). undo: events and what then remains.
    """

    negative: str
    within: str
    release: tuple[tuple[Syntax, Syntax | None], ...]
    undo: tuple[tuple[Syntax, Syntax], ...]
    place: Place


@dataclass(frozen=True)
class Rule:
    """What yields one kind of statement line for the payees of some roles.

    gives: an award in kind beside what is paid, a word or a quantity.
    """

    name: str
    roles: tuple[str, ...]
    per: Text
    pay: Syntax
    only: Mapping[str, tuple[str, Place]]
    shows: Mapping[str, Syntax]
    title: Title
    cite: tuple[str, ...]
    place: Place
    settle: SettleSpec | None = None
    gives: Syntax | None = None


@dataclass(frozen=True)
class Question:
    """Where the source is silent or torn: the readings, and the one in force."""

    name: str
    ask: Title
    readings: Mapping[str, Syntax | None]
    places: Mapping[str, Place]
    read: str
    decided_by: str
    decided_on: str
    title: Title
    cite: tuple[str, ...]
    place: Place

    @property
    def words(self) -> frozenset[str]:
        """The names of the readings."""
        return frozenset(self.readings)


@dataclass(frozen=True)
class Example:
    """A worked case: facts given, named values expected, and the arithmetic by hand.

    names: other names for what is expected, each an address such as A.commission or net@3.
    body: people, orders and rows of facts, with the places of their keys.
    """

    name: str
    place: Place
    read: Mapping[str, tuple[str, Place]]
    with_: Mapping[str, Syntax]
    given: Mapping[str, Value]
    names: Mapping[str, Text]
    body: Mapping[str, Value]
    body_places: Mapping[str, Place]
    expect: Mapping[str, Value]
    by_hand: Mapping[str, str]
    title: Title = Title()


@dataclass(frozen=True)
class Acceptance:
    """A finding of the assay that somebody has accepted: of which rule, who, when and why.

    digest: of what the finding rests on, so that a changed rule asks anew; at: one cliff of many.
    """

    finding: str
    rule: str
    by: str
    on: str
    why: str
    digest: str
    at: str
    place: Place


@dataclass(frozen=True)
class Plan:
    """One plan file. titles: what roles, facts, columns and readings are called."""

    name: str
    title: Title
    effective: str
    currency: str
    rounding: Text
    clauses: Mapping[str, Clause]
    prose: Mapping[str, Place]
    facts: Mapping[str, Fact]
    policies: Mapping[str, Policy]
    measures: Mapping[str, Measure]
    tables: Mapping[str, Table]
    rules: tuple[Rule, ...]
    questions: Mapping[str, Question]
    examples: tuple[Example, ...]
    accepted: tuple[Acceptance, ...] = ()
    place: Place = field(default=NOWHERE)
    year_begins: int = 1
    titles: Mapping[str, Title] = field(default_factory=dict)
