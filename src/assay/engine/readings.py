"""Other readings of a plan over the months of a payroll, and the set of them that explains most."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assay.engine.inputs import load_book, read_inputs
from assay.engine.judge import trimmed
from assay.errors import UserError
from assay.facts.facts import Facts, Progress
from assay.plan.book import Book
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.problems import PlanError
from assay.plan.program import Program
from assay.plan.refusing import mark_of, refused, without
from assay.plan.run import Runner

Entry = tuple[str, int, str]
"""payee, month, column."""

Readings = frozenset[tuple[str, str]]
MOST_PAIRS = 20
MOST_SETS = 300
"""So many sets of readings are compared; of what few questions allow all are."""
ALL_SETS = 48
COLLECTIONS = "collections"


@dataclass
class Lens:
    """Looks at the entries of a payroll through any set of readings, each worked out once.

    entries: what was paid. columns: heading -> lines.
    """

    plan: Plan
    base: Program
    facts: Facts
    folder: Path
    columns: Mapping[str, tuple[str, ...]]
    entries: Mapping[Entry, int]
    progress: Progress
    _books: dict[tuple[object, ...], tuple[Book, Facts] | None] = field(default_factory=dict)
    focus: list[Entry] = field(default_factory=list)
    _values: dict[Readings, dict[Entry, int] | None] = field(default_factory=dict)
    _matches: dict[Readings, int] = field(default_factory=dict)
    tried: int = 0
    compared: int = 0
    whole: bool = True

    def program(self, readings: Readings) -> Program:
        """The plan under its own readings but for some."""
        return compile_plan(self.plan, {**self.base.readings, **dict(readings)})

    def facts_for(self, program: Program) -> Facts | None:
        """The facts as a program reads them; None where what it needs is not there."""
        found = self._book(program)
        return found[1] if found else None

    def _book(self, program: Program) -> tuple[Book, Facts] | None:
        needs = (program.needs, program.by_order_date, program.looks_back)
        if needs not in self._books:
            facts = self._read(program)
            self._books[needs] = None if facts is None else (self._loaded(program, facts), facts)
        found = self._books[needs]
        return None if found is None else (_without_refused(program, found[0]), found[1])

    def _read(self, program: Program) -> Facts | None:
        """The facts at hand where they hold what a program needs; read anew for collections."""
        known = {(n.table, n.column) for n in self.base.needs}
        more = [n for n in program.needs if (n.table, n.column) not in known]
        for need in more:
            there = self.facts.present.get(need.table, set())
            if not self.facts.has(need.table) or (need.column and need.column not in there):
                return None
        if not any(need.table == COLLECTIONS for need in more):
            return self.facts
        try:
            return read_inputs(program, self.folder)
        except UserError:
            return None

    def _loaded(self, program: Program, facts: Facts) -> Book:
        """The rows of the entries' months alone where nothing looks beyond them."""
        wide = program.looks_back or not program.by_order_date
        months = [month for _, month, _ in self.entries]
        book = load_book(program, facts, None, None if wide else (min(months), max(months)))
        return trimmed(book, program)

    def runner(self, program: Program) -> Runner | None:
        """The reference over the entries' months; None where its facts are not there."""
        found = self._book(program)
        return Runner(program, found[0]) if found is not None else None

    def own(self) -> dict[Entry, int]:
        """Every entry under the plan as it stands; from then on only those that differ are asked."""
        found = self._worked(frozenset(), list(self.entries))
        assert found is not None
        self.focus = [key for key, paid in self.entries.items() if found[key] != paid]
        self._values[frozenset()] = {key: found[key] for key in self.focus}
        self._matches[frozenset()] = len(self.entries) - len(self.focus)
        return found

    def values(self, readings: Readings) -> dict[Entry, int] | None:
        """The entries that differ under some readings; None where these cannot be tried here."""
        if readings not in self._values:
            self._values[readings] = self._worked(readings, self.focus)
        return self._values[readings]

    def _worked(self, readings: Readings, keys: Sequence[Entry]) -> dict[Entry, int] | None:
        self.tried += 1
        self.progress(f"trying readings ({self.tried})")
        try:
            program = self.program(readings)
        except PlanError:
            return None
        # What a rule shows beside its amount is not asked for.
        bare = replace(program, rules=tuple(replace(r, shows={}) for r in program.rules))
        runner = self.runner(bare)
        if runner is None:
            return None
        active: dict[int, list[tuple[str, str]]] = {}
        amounts: dict[Entry, int] = {}
        for payee, month, column in keys:
            if month not in active:
                active[month] = runner.values.shelf.active(month)
            roles = [role for p, role in active[month] if p == payee]
            lines = self.columns[column]
            amounts[(payee, month, column)] = _amount(runner, payee, roles, month, lines)
        return amounts

    def matches(self, readings: Readings, least: int = 0) -> int:
        """How many entries are paid exactly so; −1 where the readings cannot be tried.

        Where it cannot come to `least`, no more than is known is worked out and told.
        """
        if readings not in self._matches:
            values = self.values(readings)
            if values is None:
                return -1
            hits = sum(values[key] == self.entries[key] for key in self.focus)
            if hits + len(self.entries) - len(self.focus) < least or not hits:
                return hits
            full = self._worked(readings, list(self.entries)) or {}
            self._matches[readings] = sum(full[k] == paid for k, paid in self.entries.items())
        return self._matches[readings]

    # -- which readings -----------------------------------------------------------------------

    def singles(self) -> list[tuple[str, str]]:
        """Every other reading that changes at least one entry that differs."""
        own = self.values(frozenset())
        found = []
        for name, question in self.plan.questions.items():
            for reading in question.readings:
                if reading != self.base.readings[name]:
                    values = self.values(frozenset({(name, reading)}))
                    if values is not None and values != own:
                        found.append((name, reading))
        return found

    def best(self, singles: Sequence[tuple[str, str]]) -> tuple[Readings, list[Readings]]:
        """The smallest set of readings under which most entries agree, and others just as good.

        Of few questions every set is tried. Else one reading is added at a time as long as more
        entries agree; where none helps, pairs that touch an entry which is still wrong, then
        readings that alone change nothing; after each step every reading taken is left out, and
        put in another's place, again. `whole` says whether all sets were tried.
        """
        scored: dict[Readings, int] = {frozenset(): self.matches(frozenset())}
        every = _every(singles)
        self.whole = every is not None
        if every is not None:
            self._score(scored, every)
        while every is None and len(scored) < MOST_SETS:
            best = _first(scored)
            wrong = self._wrong(best)
            for more in (self._added, self._exchanged, self._pairs, self._silent):
                if wrong and _first(scored) == best:
                    self._score(scored, more(best, singles, wrong))
            self._score(scored, [best - {one} for one in best])
            if _first(scored) == best:
                break
        best = _first(scored)
        self.compared = len(scored)
        equal = [r for r, n in scored.items() if n == scored[best] and len(r) == len(best)]
        return best, sorted((r for r in equal if r != best), key=sorted)

    def _score(self, scored: dict[Readings, int], more: Sequence[Readings]) -> None:
        for readings in more:
            if readings not in scored and len(scored) < MOST_SETS:
                scored[readings] = self.matches(readings, max(scored.values()))

    def _exchanged(
        self, best: Readings, singles: Sequence[tuple[str, str]], wrong: set[Entry]
    ) -> list[Readings]:
        """A reading taken, another in its place: of its own question or of one not yet asked."""
        return [
            best - {one} | {other}
            for one in sorted(best)
            for other in singles
            if other not in best
            and other[0] not in {name for name, _ in best - {one}}
            and self._touches(other, wrong)
        ]

    def _silent(
        self, best: Readings, singles: Sequence[tuple[str, str]], wrong: set[Entry]
    ) -> list[Readings]:
        """Readings that alone change nothing, which together with those taken they may."""
        asked = {name for name, _ in best}
        return [
            best | {(name, reading)}
            for name, question in self.plan.questions.items()
            for reading in question.readings
            if best and wrong and name not in asked
            if (name, reading) not in singles and reading != self.base.readings[name]
        ]

    def _wrong(self, readings: Readings) -> set[Entry]:
        values = self.values(readings) or {}
        return {key for key in self.focus if values.get(key) != self.entries[key]}

    def _touches(self, single: tuple[str, str], wrong: set[Entry]) -> set[Entry]:
        """The entries among some that a reading changes."""
        own, values = self.values(frozenset()) or {}, self.values(frozenset({single})) or {}
        return {key for key in wrong if values.get(key) != own.get(key)}

    def _added(
        self, best: Readings, singles: Sequence[tuple[str, str]], wrong: set[Entry]
    ) -> list[Readings]:
        asked = {name for name, _ in best}
        useful = [s for s in singles if s[0] not in asked and self._touches(s, wrong)]
        return [best | {s} for s in useful]

    def _pairs(
        self, best: Readings, singles: Sequence[tuple[str, str]], wrong: set[Entry]
    ) -> list[Readings]:
        """Two more readings at once, those first whose effects add up to what was paid."""
        own, here = self.values(frozenset()) or {}, self.values(best) or {}
        asked = {name for name, _ in best}
        found: list[tuple[int, Readings]] = []
        for one, other in itertools.combinations(singles, 2):
            if one[0] == other[0] or {one[0], other[0]} & asked:
                continue
            both = self._touches(one, wrong) & self._touches(other, wrong)
            if not both:
                continue
            a, b = (self.values(frozenset({s})) or {} for s in (one, other))
            fits = sum(here[k] + a[k] + b[k] - 2 * own[k] == self.entries[k] for k in both)
            found.append((-fits, best | {one, other}))
        found.sort(key=lambda pair: (pair[0], sorted(pair[1])))
        return [readings for _, readings in found[:MOST_PAIRS]]


def _every(singles: Sequence[tuple[str, str]]) -> list[Readings] | None:
    """Every set of readings, at most one of a question; None where there are too many."""
    questions: dict[str, list[tuple[str, str]]] = {}
    for single in singles:
        questions.setdefault(single[0], []).append(single)
    if math.prod(len(readings) + 1 for readings in questions.values()) > ALL_SETS:
        return None
    chosen = itertools.product(*([None, *readings] for readings in questions.values()))
    return [frozenset(s for s in one if s is not None) for one in chosen]


def _first(scored: Mapping[Readings, int]) -> Readings:
    """The set with most entries, the smallest of those, the first by name."""
    return min(scored, key=lambda r: (-scored[r], len(r), sorted(r)))


def _amount(
    runner: Runner, payee: str, roles: Sequence[str], month: int, lines: Sequence[str]
) -> int:
    if runner.program.rounding == "statement":
        return sum(
            line.amount
            for role in roles
            for line in runner.statement(payee, role, month)
            if line.rule.name in lines
        )
    return sum(
        runner.line(rule, payee, role, month).amount
        for rule in runner.program.rules
        if rule.name in lines
        for role in roles
        if role in rule.roles
    )


def _without_refused(program: Program, book: Book) -> Book:
    """A book without the rows its plan turns away."""
    return without(book, {mark_of(one.row) for one in refused(program, book)})
