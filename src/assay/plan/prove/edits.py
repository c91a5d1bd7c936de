"""Changes of one line of a plan's text: a constant, a reading in force, a table's mode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from assay.plan.document import Plan, Question, Table
from assay.plan.formula import parse
from assay.plan.literals import literals, put
from assay.plan.problems import Place
from assay.plan.program import Program
from assay.plan.prove.reach import Reach
from assay.plan.source import Text
from assay.plan.tree import Bands, Const, Node, Row
from assay.plan.units import unit_of_sign

_LITERAL = re.compile(r"(-?)(\d+(?:\.\d+)?)(.*)\Z", re.S)
_READ = re.compile(r"(\bread:\s*)([^\s,}#]+)")
STEPS = 4  # how often the way between two values is halved
MOST = 120


@dataclass(frozen=True)
class Edit:
    """A line of the plan, as it is and as it would be, and what that changes.

    what: reading, mode or number; name: of the question or table, or the literal as written;
    home: the section and entry in which a literal stands.
    """

    line: int
    old: str
    new: str
    what: str
    name: str
    value: str
    place: Place
    home: tuple[str, Any] = ("", "")

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
        number = parse(Text(self.value, self.place))
        section = getattr(plan, self.home[0])
        changed: Any = put(section[self.home[1]], self.place, number)
        if isinstance(section, tuple):
            at = int(self.home[1])
            parts: dict[str, Any] = {self.home[0]: (*section[:at], changed, *section[at + 1 :])}
        else:
            parts = {self.home[0]: {**section, self.home[1]: changed}}
        return replace(plan, **parts)

    def written(self, text: str) -> str:
        """The plan's text with the line changed; everything else, comments too, stays."""
        lines = text.split("\n")
        assert lines[self.line - 1] == self.old
        lines[self.line - 1] = self.new
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
    """Everything that one line can change of what some rules rest on, each once."""
    lines = text.split("\n")
    seen: set[tuple[int, str]] = set()
    for edit in _all(program, reach, lines):
        key = (edit.line, edit.new)
        if key not in seen and edit.old != edit.new and len(seen) < MOST:
            seen.add(key)
            yield edit


def _all(program: Program, reach: Reach, lines: list[str]) -> Iterator[Edit]:
    yield from _readings(program, reach, lines)
    yield from _modes(program, reach, lines)
    homes = _homes(program.plan)
    for node, others in _constants(reach):
        if node.place in homes:
            for edit in _values(node, others, lines):
                yield replace(edit, home=homes[node.place])


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
        for edit in _replaced(said.place, said.value, other, lines):
            yield replace(edit, what="mode", name=table.name)
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


def _values(node: Const, others: list[Const], lines: list[str]) -> Iterator[Edit]:
    """Other values of a constant: those beside it, nought, its half and double, and between."""
    match = _LITERAL.match(node.text)
    if match is None or not isinstance(node.value, int | Fraction):
        return
    sign = match[3].strip()
    found = unit_of_sign(sign) if sign else None
    factor = found[1] if found is not None else Fraction(1)
    own = Fraction(node.value) / factor
    ends = {Fraction(o.value) / factor for o in others if isinstance(o.value, int | Fraction)}
    ends |= {Fraction(0), own / 2}
    if node.unit.kind != "ratio" or Fraction(node.value) * 2 <= 1:
        ends.add(own * 2)
    wanted: list[Fraction] = []
    for end in sorted(ends, key=lambda e: (abs(e - own), e)):
        wanted.append(end)
        step = end
        for _ in range(STEPS if end in ends else 0):
            step = (step + own) / 2
            wanted.append(step)
    for value in dict.fromkeys(wanted):
        text = decimal(value)
        if text is not None and value != own:
            yield from _replaced(node.place, node.text, f"{text}{match[3]}", lines)


def decimal(value: Fraction) -> str | None:
    """A decimal of at most four places, or None where there is none."""
    scaled = value * 10_000
    if scaled.denominator != 1:
        return None
    whole, rest = divmod(abs(scaled.numerator), 10_000)
    digits = f"{rest:04d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{'.' if digits else ''}{digits}"


def _replaced(place: Place, old: str, new: str, lines: list[str]) -> Iterator[Edit]:
    """A text replaced where it stands: at its column, or one beside where a quote opens it."""
    if not 1 <= place.line <= len(lines):
        return
    line = lines[place.line - 1]
    for at in (place.column - 1, place.column):
        if line[at : at + len(old)] == old:
            changed = line[:at] + new + line[at + len(old) :]
            yield Edit(place.line, line, changed, "number", old, new, place)
            return
