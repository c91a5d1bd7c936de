"""A plan's tables drawn: bands on a ruler, grids, ladders, curves; else as rows of words."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assay.papers.charts import Band, Point, curve, fineness, in_proportion, ruler
from assay.papers.model import Block, Cell, Chart, Column, Table, Words
from assay.papers.phrases import words
from assay.plan import document
from assay.plan.formula import Syntax, literal
from assay.plan.program import Program
from assay.plan.saying import Saying
from assay.plan.stretches import beyond
from assay.plan.tree import Bands, Between, Const, First, Ladder, Node, Row
from assay.plan.units import Unit

_STEPS = 4  # steps of a ladder that are drawn


@dataclass(frozen=True)
class Tables:
    """Draws the tables of one program."""

    program: Program
    say: Saying

    def blocks(self, table: document.Table) -> Iterator[Block]:
        """A table as blocks: what it reads, and its rows or its drawing."""
        node = self.program.steps[table.name].node
        title = table.title.text(self.say.lang, table.name)
        if isinstance(node, First):
            yield self.conditions(title, node)
        elif isinstance(node, Between):
            yield self.drawn_curve(title, node)
        elif isinstance(node, Bands) and table.columns:
            yield self.grid(title, table, node)
        elif isinstance(node, Bands):
            yield from self.bands(title, table, node)

    def note(self, of: Node, reads: str) -> str:
        """What a table reads, and how."""
        return words(self.say.lang)["reads"].format(
            of=self.say.formula(of), how=words(self.say.lang)[f"reads.{reads}"]
        )

    def values(self, rows: Sequence[Node]) -> list[Cell]:
        """What rows give, with the metal of rates."""
        fixed = [self.say.fixed(node) for node in rows]
        plain = [_number(one) for one in fixed]
        rates = all(one is not None and one.unit.kind == "ratio" for one in fixed)
        known = [value for value in plain if value is not None]
        metals = (
            fineness(known)
            if rates and len(known) == len(plain) and any(known)
            else [""] * len(rows)
        )
        return [
            Cell(self.say.value(node) or "—", voice="strong", metal=metal)
            for node, metal in zip(rows, metals, strict=True)
        ]

    def conditions(self, title: str, node: First) -> Table:
        """Conditions from the top; the first that holds decides."""
        phrases = words(self.say.lang)
        cells = self.values([row.value for row in node.rows])
        rows = []
        for row, value in zip(node.rows, cells, strict=True):
            if row.none:
                text = phrases["nothing"]
            elif row.condition is None:
                text = phrases["otherwise"]
            else:
                text = self.say.formula(row.condition)
            rows.append((Cell(text), value))
        columns = (Column(phrases["condition"], share=3), Column(phrases["gives"], True, 1))
        return Table(columns, tuple(rows), title, phrases["first"])

    def drawn_curve(self, title: str, node: Between) -> Chart:
        """Points and the line between them."""
        phrases = words(self.say.lang)
        points = [
            Point(x, y, self.short(x, node.of.unit), self.short(y, node.unit))
            for x, y in node.points
        ]
        said = phrases["comma"].join(f"{p.x_text} → {p.y_text}" for p in points)
        parts = [self.note(node.of, "between"), *self.outside(node)]
        if any(a[0] == b[0] for a, b in itertools.pairwise(node.points)):
            parts.append(phrases["jumps"])
        parts += [] if in_proportion(points) else [phrases["evenly"]]
        note = phrases["semicolon"].join(parts)
        return Chart(curve(points), f"{title}: {said}", title, note)

    def outside(self, node: Between) -> Iterator[str]:
        """What stands below and above the points of a curve, in one phrase where it is the same."""
        phrases = words(self.say.lang)
        below, above = beyond(node)
        if below == above and isinstance(below, str):
            yield phrases[f"beyond.{below}"]
            return
        for side, said in (("below", below), ("above", above)):
            key = f"side.{said}" if isinstance(said, str) else "side.value"
            value = "" if isinstance(said, str) else self.say.shown(said, node.unit)
            yield phrases[side].format(what=phrases[key].format(value=value))

    def grid(self, title: str, table: document.Table, node: Bands) -> Table:
        """Two values: rows over the second, columns over the first."""
        phrases = words(self.say.lang)
        inner = [row.value for row in node.rows]
        across = next(value for value in inner if isinstance(value, Bands))
        every = [cell.value for value in inner if isinstance(value, Bands) for cell in value.rows]
        cells = iter(self.values(every))
        rows = tuple(
            (Cell(self.say.written(row.label)), *(next(cells) for _ in table.columns))
            for row in node.rows
        )
        corner = Column(f"{self.say.formula(node.of)} \\ {self.say.formula(across.of)}")
        heads = tuple(Column(self.say.written(column.label), True) for column in table.columns)
        return Table((corner, *heads), rows, title, phrases["grid"])

    def bands(self, title: str, table: document.Table, node: Bands) -> Iterator[Block]:
        """Bands of one value: on a ruler where each gives a number, else as rows."""
        phrases = words(self.say.lang)
        note = self.note(node.of, "slices" if node.slices else "whole")
        rows = [row for row in node.rows if not row.none]
        specs = [spec for spec in table.bands if not spec.none]
        drawn = self.drawn(rows, specs, node.of.unit)
        if drawn:
            said = phrases["comma"].join(
                f"{self.say.written(row.label)} {self.say.value(row.value)}" for row in rows
            )
            yield Chart(ruler(drawn), f"{title}: {said}", title, f"{note}  {phrases['ends']}")
        else:
            cells = self.values([row.value for row in rows])
            columns = (
                Column(self.say.formula(node.of), share=2),
                Column(phrases["gives"], True, 1),
            )
            lines = tuple(
                (Cell(self.say.written(r.label)), c) for r, c in zip(rows, cells, strict=True)
            )
            yield Table(columns, lines, title, note)
        for row in rows:
            if isinstance(row.value, Ladder):
                yield Words(self.say.formula(row.value), "note")
        for row in node.rows:
            if row.none:
                said = self.say.value(row.value)
                yield Words(phrases["none_gives"].format(value=said), "note")

    def drawn(
        self, rows: Sequence[Row], specs: Sequence[document.BandSpec], unit: Unit
    ) -> list[Band]:
        """The bands in rising order, or none where a value is no fixed number."""
        found: list[Band] = []
        for row, spec in zip(rows, [*specs, None][: len(rows)], strict=True):
            if isinstance(row.value, Ladder):
                found += self.steps(row.value, unit)
                continue
            value = _number(self.say.fixed(row.value))
            if value is None:
                return []
            ends = (spec.low, spec.high) if spec is not None else (None, None)
            low, high = (
                self.end(said, at, unit) for said, at in zip(ends, (row.low, row.high), strict=True)
            )
            text = self.say.value(row.value)
            found.append(Band(row.low, low, row.low_in, row.high, high, row.high_in, value, text))
        return sorted(found, key=lambda b: (b.low is not None, b.low or 0, not b.low_in))

    def end(self, said: Syntax | None, at: Fraction | None, unit: Unit) -> str:
        """An end of a band as the plan writes it."""
        if at is None:
            return ""
        number = literal(said) if said is not None else None
        return self.say.written(number.text) if number is not None else self.short(at, unit)

    def short(self, value: Fraction, unit: Unit) -> str:
        """A value without noughts after the point."""
        return self.say.shown(value, unit).replace(".00", "")

    def steps(self, ladder: Ladder, unit: Unit) -> list[Band]:
        """The first steps of a ladder; the last of them stands for all that follow."""
        found: list[Band] = []
        for step in range(_STEPS):
            low = ladder.start + step * ladder.every
            last = step == _STEPS - 1
            value = ladder.first + step * ladder.add
            text = self.short(value, ladder.unit) + (" …" if last else "")
            high = None if last else low + ladder.every
            ends = (self.short(low, unit), "" if high is None else self.short(high, unit))
            found.append(Band(low, ends[0], True, high, ends[1], False, value, text))
        return found


def _number(node: Const | None) -> Fraction | None:
    value = None if node is None else node.value
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return None
    return Fraction(value)
