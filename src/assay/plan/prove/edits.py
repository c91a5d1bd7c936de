"""Changes of one thing in a plan's text: a number, the edge where two bands meet, a reading, a mode."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, zip_longest
from typing import Any

from assay.plan.document import Plan, Question, Table
from assay.plan.formula import Number, parse
from assay.plan.literals import literals, put
from assay.plan.problems import Place
from assay.plan.program import Program
from assay.plan.prove.reach import Reach
from assay.plan.source import Text
from assay.plan.tree import Bands, Const, Node, Row, Sliced
from assay.plan.units import unit_of_sign

_LITERAL = re.compile(r"(-?)(\d+(?:\.\d+)?)(.*)\Z", re.S)
_READ = re.compile(r"(\bread:\s*)([^\s,}#]+)")
STEPS = 4  # how often the way between two values is halved
FAR = 10**6  # farther than any other change of a number that is written


Line = tuple[int, str, str]


@dataclass(frozen=True)
class Scalar:
    """A number of the plan wherever it stands: once, or at the ends of all bands that meet there.

    own: its value in the unit it is written in. home: the section and entry it stands in.
    """

    places: tuple[Place, ...]
    text: str
    own: Fraction
    home: tuple[str, Any]
    edge: bool = False

    @property
    def grain(self) -> Fraction:
        """A tenth of the last digit that is written: the step in which smaller changes are tried."""
        match = _LITERAL.match(self.text)
        assert match is not None
        return Fraction(1, 10 ** min(len(match[2].partition(".")[2]) + 1, 4))

    def to(self, value: Fraction, lines: list[str]) -> Edit | None:
        """The change to another value; None where it cannot be written or stands nowhere."""
        match, number = _LITERAL.match(self.text), decimal(value)
        if match is None or number is None or value == self.own:
            return None
        text = f"{number}{match[3]}"
        made: dict[int, str] = {}
        # From the right, so that what stands to the left keeps its column.
        for place in sorted(self.places, key=lambda p: (p.line, -p.column)):
            if not 1 <= place.line <= len(lines):
                return None
            line = made.get(place.line, lines[place.line - 1])
            written = _written(line, place, self.text, text)
            if written is None:
                return None
            made[place.line] = written
        (first, new), *more = made.items()
        also = tuple((at, lines[at - 1], line) for at, line in more)
        return Edit(
            first, lines[first - 1], new, "number", self.text, text, self.places[0], also, self, value
        )  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """A line of the plan, as it is and as it would be, and what that changes.

    what: reading, mode or number; name: of the question or table, or the number as written.
    also: further lines that change with it. scalar, goal: of a number, which, and its new value.
    """

    line: int
    old: str
    new: str
    what: str
    name: str
    value: str
    place: Place
    also: tuple[Line, ...] = ()
    scalar: Scalar | None = None
    goal: Fraction = Fraction(0)

    @property
    def key(self) -> tuple[int, str, tuple[Line, ...]]:
        """What it writes."""
        return (self.line, self.new, self.also)

    @property
    def relative(self) -> Fraction:
        """How far a number moves: by which part of the lesser of the two; halved is as far as doubled.

        Another reading or mode counts as that too; to nought, or past it, is farthest.
        """
        if self.scalar is None:
            return Fraction(1)
        less, more = sorted((abs(self.scalar.own), abs(self.goal)))
        if self.scalar.own * self.goal <= 0:
            return FAR + abs(self.goal - self.scalar.own)
        return (more - less) / less

    def applied(self, plan: Plan) -> Plan:
        """The plan with the change, as reading the changed text would give it.

        Raises PlanError where the new value is none.
        """
        if self.what == "reading":
            question = replace(plan.questions[self.name], read=self.value)
            return replace(plan, questions={**plan.questions, self.name: question})
        if self.what == "mode":
            table = plan.tables[self.name]
            mode = replace(table, reads=Text(self.value, table.reads.place))
            return replace(plan, tables={**plan.tables, self.name: mode})
        assert self.scalar is not None
        part, key = self.scalar.home
        section = getattr(plan, part)
        changed: Any = section[key]
        for place in self.scalar.places:
            changed = put(changed, place, parse(Text(self.value, place)))
        parts: dict[str, Any] = (
            {part: {**section, key: changed}} if isinstance(section, dict) else {}
        )
        if isinstance(section, tuple):
            at = int(key)
            parts = {part: (*section[:at], changed, *section[at + 1 :])}
        return replace(plan, **parts)

    def written(self, text: str) -> str:
        """The plan's text with the change; everything else, comments too, stays."""
        lines = text.split("\n")
        for line, old, new in ((self.line, self.old, self.new), *self.also):
            assert lines[line - 1] == old
            lines[line - 1] = new
        return "\n".join(lines)


_PARTS = ("facts", "policies", "measures", "tables", "rules", "questions")


def _homes(plan: Plan) -> dict[Place, tuple[str, Any]]:
    """In which section and entry of the plan each literal stands."""
    found: dict[Place, tuple[str, Any]] = {}
    for section in _PARTS:
        entries: Any = getattr(plan, section)
        pairs = enumerate(entries) if isinstance(entries, tuple) else entries.items()
        for key, entry in pairs:
            for number in literals(entry):
                found[number.place] = (section, key)
    return found


def edits(program: Program, reach: Reach, text: str) -> Iterator[Edit]:
    """Everything that one change can do to what some rules rest on, each once.

    In turns: of each reading, table and number one change before the second of any, so that who
    stops early has looked everywhere.
    """
    lines = text.split("\n")
    seen: set[object] = set()
    for edit in chain.from_iterable(zip_longest(*_groups(program, reach, lines))):
        if edit is not None and edit.key not in seen and edit.old != edit.new:
            seen.add(edit.key)
            yield edit


def _groups(program: Program, reach: Reach, lines: list[str]) -> Iterator[Iterable[Edit]]:
    """The changes of each thing that can be changed."""
    yield from ([edit] for edit in _readings(program, reach, lines))
    yield from ([edit] for edit in _modes(program, reach, lines))
    homes = _homes(program.plan)
    for scalar, ends in (*_numbers(reach, homes), *_edges(program, reach)):
        made = (scalar.to(value, lines) for value in _values(scalar, ends))
        yield [edit for edit in made if edit is not None]


# -- questions ----------------------------------------------------------------------------------


def _readings(program: Program, reach: Reach, lines: list[str]) -> Iterator[Edit]:
    """Another reading of a question."""
    for question in program.plan.questions.values():
        if program.readings[question.name] != question.read:
            continue  # chosen on the command line: no line of the plan says it
        found = _read_line(question, lines)
        if found is None:
            continue
        number, match = found
        line = lines[number - 1]
        for reading in question.readings:
            if reading != question.read:
                quoted = f'"{reading}"' if reading in ("yes", "no") else reading
                new = line[: match.start(2)] + quoted + line[match.end(2) :]
                place = Place(number, match.start(2) + 1)
                yield Edit(number, line, new, "reading", question.name, reading, place)


def _read_line(question: Question, lines: list[str]) -> tuple[int, re.Match[str]] | None:
    """The line on which a question says its reading: its own, or one of those below it."""
    for number in range(question.place.line, min(question.place.line + 12, len(lines)) + 1):
        line = lines[number - 1]
        for match in _READ.finditer(line):
            if match[2].strip("\"'") == question.read:
                return number, match
    return None


# -- modes --------------------------------------------------------------------------------------


def _modes(program: Program, reach: Reach, lines: list[str]) -> Iterator[Edit]:
    """A table paid back to the first yuan paid in slices instead, or the other way."""
    names = {node.name for node in reach.nodes if isinstance(node, Bands)}
    for name, table in program.plan.tables.items():
        if name in names and table.bands and not table.columns:
            yield from _mode(table, lines)


def _mode(table: Table, lines: list[str]) -> Iterator[Edit]:
    said = table.reads
    other = {"whole": "slices", "slices": "whole"}.get(said.value)
    if other is None:
        return
    if said.place != table.place:
        line = lines[said.place.line - 1]
        new = _written(line, said.place, said.value, other)
        if new is not None:
            yield Edit(said.place.line, line, new, "mode", table.name, other, said.place)
        return
    for number in range(table.place.line, min(table.place.line + 8, len(lines)) + 1):
        line = lines[number - 1]
        at = line.find("bands:")
        if at >= 0:
            new = f"{line[:at]}reads: {other}{', ' if '{' in line[:at] else chr(10) + line[:at]}"
            place = Place(number, at + 1)
            yield Edit(number, line, new + line[at:], "mode", table.name, other, place)
            return


# -- constants ----------------------------------------------------------------------------------


def _constants(reach: Reach) -> Iterator[tuple[Const, list[Const]]]:
    """Each constant written in the plan, with those beside it in its table."""
    beside: dict[int, list[Const]] = {}
    for node in reach.nodes:
        rows = getattr(node, "rows", ())
        values = [_under(reach, row.value) for row in rows if isinstance(row, Row)]
        consts = [value for value in values if value is not None]
        for value in consts:
            beside.setdefault(id(value), []).extend(c for c in consts if c is not value)
    for node in reach.nodes:
        if isinstance(node, Const) and node.text and not isinstance(node.value, bool | str):
            yield node, beside.get(id(node), [])


def _under(reach: Reach, node: Node) -> Const | None:
    """The constant a value is, through names."""
    seen = 0
    while hasattr(node, "name") and getattr(node, "name", "") in reach.program.steps and seen < 9:
        node, seen = reach.program.steps[node.name].node, seen + 1
    return node if isinstance(node, Const) else None


def _numbers(
    reach: Reach, homes: Mapping[Place, tuple[str, Any]]
) -> Iterator[tuple[Scalar, set[Fraction]]]:
    """Each number a value of the rules rests on, with those beside it in its table."""
    for node, others in _constants(reach):
        factor = _factor(node.text)
        if node.place in homes and factor is not None and isinstance(node.value, int | Fraction):
            own = Fraction(node.value) / factor
            ends = {
                Fraction(o.value) / factor for o in others if isinstance(o.value, int | Fraction)
            }
            ends |= {Fraction(0), own / 2}
            if node.unit.kind != "ratio" or Fraction(node.value) * 2 <= 1:
                ends.add(own * 2)
            yield Scalar((node.place,), node.text, own, homes[node.place]), ends


def _edges(program: Program, reach: Reach) -> Iterator[tuple[Scalar, set[Fraction]]]:
    """Each number at which bands meet: one edge, though it stands at the ends of two of them."""
    names = {node.name for node in reach.nodes if isinstance(node, Bands | Sliced)}
    for name, table in program.plan.tables.items():
        for bands in (table.bands, table.columns) if name in names else ():
            met: dict[str, list[Place]] = {}
            values: dict[str, Fraction] = {}
            for band in bands:
                for end in (band.low, band.high):
                    factor = _factor(end.text) if isinstance(end, Number) else None
                    if isinstance(end, Number) and factor is not None:
                        met.setdefault(end.text, []).append(end.place)
                        values[end.text] = Fraction(end.value) / factor
            for text, places in met.items():
                own = values[text]
                others = {o for t, o in values.items() if t != text and _sign(t) == _sign(text)}
                scalar = Scalar(tuple(places), text, own, ("tables", name), edge=True)
                yield scalar, {*others, own / 2, own * 2}


def _sign(text: str) -> str:
    match = _LITERAL.match(text)
    return match[3].strip() if match is not None else ""


def _factor(text: str) -> Fraction | None:
    """What one of a number's unit is in the unit it is held in; None of what is no number."""
    if _LITERAL.match(text) is None:
        return None
    found = unit_of_sign(_sign(text)) if _sign(text) else None
    return found[1] if found is not None else Fraction(1)


def _values(scalar: Scalar, ends: set[Fraction]) -> list[Fraction]:
    """Other values of a number: those beside it, nought, its half and double; then those between."""
    own = scalar.own
    wanted = sorted(ends, key=lambda e: (abs(e - own), e))
    between = wanted
    for _ in range(STEPS):
        between = [(value + own) / 2 for value in between]
        wanted = [*wanted, *between]
    return list(dict.fromkeys(wanted))


def decimal(value: Fraction) -> str | None:
    """A decimal of at most four places, or None where there is none."""
    scaled = value * 10_000
    if scaled.denominator != 1:
        return None
    whole, rest = divmod(abs(scaled.numerator), 10_000)
    digits = f"{rest:04d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{'.' if digits else ''}{digits}"


def _written(line: str, place: Place, old: str, new: str) -> str | None:
    """A line with a text replaced where it stands: at its column, or one beside where a quote opens it."""
    for at in (place.column - 1, place.column):
        if line[at : at + len(old)] == old:
            return line[:at] + new + line[at + len(old) :]
    return None
