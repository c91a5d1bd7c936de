"""What one version of a plan changes against another: clause by clause, in words, before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest

from assay.papers.model import Block, Cell, Column, Paper, Section, Table
from assay.papers.phrases import words
from assay.papers.written import Written
from assay.period import Month
from assay.plan import document
from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.reading import read_plan
from assay.plan.saying import Saying
from assay.plan.scalars import scalars
from assay.plan.source import digest
from assay.plan.tree import Bands, Between, Dated, First, Node, Ref, Sliced
from assay.plan.units import show

Said = tuple[str, str]
"""A part of an entry in words: what it is called (empty: the entry itself), and what it says."""
Key = tuple[str, str]
"""A section of the file and a name in it."""
HEAD: Key = ("", "head")
NAMED = ("clauses", "policies", "measures", "tables", "questions")
LISTED = ("rules", "examples", "accepted")
ASIDE = ("facts", "titles", "examples", "accepted")


def plan_difference(old: str, new: str, lang: str = "zh") -> Paper:
    """What differs between two plan texts. Raises PlanError where one of them is no plan that runs.

    A section for each clause something was changed under, a table for each thing changed; what words
    do not tell apart is told as the file has it, so that nothing that differs is left out.
    """
    before, after = _Side.of(old, lang), _Side.of(new, lang)
    say = words(lang)
    homes: dict[str, list[Block]] = defaultdict(list)
    for key in dict.fromkeys([*after.entries, *before.entries]):
        table = _changed(key, before, after)
        if table is not None:
            homes[after.home(key) if key in after.entries else before.home(key)].append(table)
    order = [HEAD[1], *after.plan.clauses, *before.plan.clauses, "rest", *ASIDE]
    sections = []
    for home in dict.fromkeys(order):
        if home in homes:
            clause = after.plan.clauses.get(home) or before.plan.clauses.get(home)
            source = clause.gist(lang) if clause else ""
            name = home if clause else say[f"changed.{home}"]
            sections.append(Section(name, tuple(homes[home]), f"clause-{home}", source=source))
    lead = say["changed.lead"] if sections else say["changed.none"]
    stamp = f"SHA-256 {digest(old)} → {digest(new)}"
    return Paper(
        lang, after.plan.title.text(lang, after.plan.name), (lead,), tuple(sections), stamp
    )


def _changed(key: Key, before: _Side, after: _Side) -> Table | None:
    """The table of an entry that differs; None where it is the same."""
    if before.entries.get(key) == after.entries.get(key):
        return None
    was, now = before.told(key), after.told(key)
    if was == now:
        was, now = before.raw(key), after.raw(key)
    say = after.words
    here, there = key in before.entries, key in after.entries
    note = "" if here and there else say["changed.new" if there else "changed.gone"]
    rows = tuple(_rows(was, now, say["value"]))
    columns = (
        Column(say["changed.what"], share=2), Column(say["changed.before"], share=3),
        Column(say["changed.after"], share=3),
    )  # fmt: skip
    return Table(columns, rows, (after if there else before).title(key), note, folds=True)


def _rows(was: Sequence[Said], now: Sequence[Said], value: str) -> Iterator[tuple[Cell, ...]]:
    """Parts that differ, those of the same place beside each other; one without a name is the value."""
    matcher = SequenceMatcher(a=[*was], b=[*now], autojunk=False)
    for kind, low, high, first, last in matcher.get_opcodes():
        if kind == "equal":
            continue
        for left, right in zip_longest(was[low:high], now[first:last]):
            name = (right or left or ("", ""))[0] or value
            moved = left is not None and right is not None and left[0] != right[0]
            old = "" if left is None else f"{left[0]} {left[1]}" if moved else left[1]
            new = "" if right is None else right[1]
            yield Cell(name), Cell(old or "—", voice="note"), Cell(new or "—", voice="strong")


@dataclass(frozen=True)
class _Side:
    """One of the two texts. entries: everything in the file, as it has it, by section and name."""

    program: Program
    say: Saying
    written: Written
    entries: Mapping[Key, tuple[Said, ...]]
    _rules: Mapping[str, document.Rule] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, lang: str) -> _Side:
        program = compile_plan(read_plan(text), {})
        rules = dict(_numbered(program.plan))
        entries = {key: tuple(rows) for key, rows in _entries(text, list(rules)).items()}
        return cls(program, Saying(program, lang), Written(text), entries, rules)

    @property
    def plan(self) -> document.Plan:
        return self.program.plan

    @property
    def words(self) -> Mapping[str, str]:
        return words(self.say.lang)

    def _entry(self, key: Key) -> document.Policy | document.Rule | document.Question | None:
        section, name = key
        if section == "rules":
            return self._rules.get(name)
        found = getattr(self.plan, section, {}) if section in NAMED[1:] else {}
        entry: document.Policy | document.Rule | document.Question | None = found.get(name)
        return entry

    def home(self, key: Key) -> str:
        """The clause an entry stands under: the first it cites."""
        section, name = key
        if key == HEAD or section == "clauses":
            return name
        if section in ASIDE:
            return section
        entry = self._entry(key)
        return entry.cite[0] if entry is not None and entry.cite else "rest"

    def title(self, key: Key) -> str:
        """What an entry is called."""
        section, name = key
        entry = self._entry(key)
        if entry is not None:
            return entry.title.text(self.say.lang, entry.name)
        if section in ("", "clauses"):
            return self.words[f"changed.{section or 'head'}"]
        if section == "facts":
            return self.say.known(f"fact.{name}", name)
        return name

    def raw(self, key: Key) -> list[Said]:
        """An entry as the file has it, value by value."""
        return list(self.entries.get(key, ()))

    def told(self, key: Key) -> list[Said]:
        """An entry in words; what has none as the file has it."""
        if key not in self.entries:
            return []
        section, name = key
        if section == "rules":
            return list(self._rule(self._rules[name]))
        if section == "questions":
            return list(self._question(self.plan.questions[name]))
        if section == "clauses":
            return [("", self.plan.clauses[name].gist(self.say.lang))]
        if section in ("policies", "measures", "tables"):
            return list(self._step(self.program.steps[name].node))
        if key == HEAD:
            return [(self.words.get(name, name), value) for name, value in self.raw(key)]
        return self.raw(key)

    def _step(self, node: Node) -> Iterator[Said]:
        if isinstance(node, Dated):
            for month, value in node.values:
                since = "" if month is None else f"{self.words['since']} {Month(month)}"
                yield since, show(value, node.unit)
        elif isinstance(node, First):
            for row in node.rows:
                known = row.condition is not None
                label = self.say.formula(row.condition) if row.condition is not None else ""
                other = self.words["nothing" if row.none else "otherwise"]
                yield label if known else other, self.say.value(row.value)
        elif isinstance(node, Between):
            yield self.words["changed.reads"], self.say.formula(node.of)
            for x, y in node.points:
                yield show(x, node.of.unit), show(y, node.unit)
        elif isinstance(node, Bands | Sliced):
            yield from self._bands(node)
        else:
            yield "", self.say.value(node)

    def _bands(self, node: Bands | Sliced) -> Iterator[Said]:
        """What a table reads, then its rows; of two values each cell."""
        yield self.words["changed.reads"], self.say.formula(node.of)
        for row in node.rows:
            label = self.words["nothing"] if row.none else self.say.written(row.label)
            if isinstance(row.value, Bands):
                for cell in row.value.rows:
                    yield f"{label} · {self.say.written(cell.label)}", self.say.value(cell.value)
            else:
                yield label, self.say.value(row.value)

    def _rule(self, said: document.Rule) -> Iterator[Said]:
        rule = next((r for r in self.program.rules if r.place == said.place), None)
        roles = self.words["comma"].join(self.say.role(role) for role in said.roles)
        yield self.words["changed.paid_to"], roles
        if rule is None:
            return
        pays = rule.pay
        table = isinstance(pays, Ref) and pays.name in self.plan.tables
        text = self.say.formula(pays)
        yield (
            self.words["changed.pays"],
            self.words["by_table"].format(table=text) if table else text,
        )
        if rule.gives is not None:
            yield self.words["gives"], self.say.formula(rule.gives)

    def _question(self, said: document.Question) -> Iterator[Said]:
        for name in said.readings:
            written = self.say.written(self.written.reading(said.name, name))
            called = self.say.known(f"word.{name}", name)
            yield self.words["reading"], f"{called} = {written}" if written else called
        reads = self.say.known(f"word.{said.read}", said.read)
        yield self.words["changed.in_force"], reads
        if said.decided_by:
            yield self.words["decided"], f"{said.decided_by} {said.decided_on}"


def _numbered(plan: document.Plan) -> Iterator[tuple[str, document.Rule]]:
    """Rules by name; one that has several forms by its place among them."""
    seen: dict[str, int] = defaultdict(int)
    for rule in plan.rules:
        seen[rule.name] += 1
        at = seen[rule.name]
        yield rule.name if at == 1 else f"{rule.name} {at}", rule


def _entries(text: str, rules: Sequence[str]) -> dict[Key, list[Said]]:
    """Every value of a file, by the entry it stands in."""
    every = scalars(text)
    called = {
        one.path[:2]: one.value for one in every
        if one.path[0] in LISTED and one.path[2:] in (("name",), ("finding",))
    }  # fmt: skip
    found: dict[Key, list[Said]] = defaultdict(list)
    for one in every:
        section, rest = one.path[0], one.path[1:]
        if section == "rules" and rest:
            key: Key = (section, rules[int(rest[0])])
        elif section in LISTED and rest:
            key = (section, called.get(one.path[:2], rest[0]))
        elif section in (*NAMED, "facts", "titles") and rest:
            key = (section, rest[0])
        else:
            key, rest = HEAD, ("", *one.path)
        found[key].append((" ".join(rest[1:]), one.value))
    return found
