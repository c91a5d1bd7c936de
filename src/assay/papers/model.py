"""A paper: sections of words, formulas, tables and drawings, the same for HTML and PDF."""

from __future__ import annotations

from dataclasses import dataclass, field

from assay.papers.drawing import Drawing


@dataclass(frozen=True)
class Chip:
    """A clause or question struck beside what it vouches for; dashed where it is not settled."""

    text: str
    settled: bool = True
    to: str = ""


@dataclass(frozen=True)
class Words:
    """A paragraph. voice: plain, strong, note, wrong, or source (the document's own voice)."""

    text: str
    voice: str = "plain"


@dataclass(frozen=True)
class Formula:
    """What something is: its name, the formula in words, and as the plan writes it."""

    name: str
    words: str
    written: str = ""
    note: str = ""
    chips: tuple[Chip, ...] = ()
    lead: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell: its text, small lines under it. voice: plain, strong, note or wrong.

    metal: the square before a rate, f1 (the highest) … f4 or fd (nothing), or none.
    """

    text: str
    under: tuple[str, ...] = ()
    voice: str = "plain"
    chips: tuple[Chip, ...] = ()
    metal: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Column:
    """A column's head; figures stand right. share: its part of the width, 0 for what it needs."""

    head: str
    figure: bool = False
    share: int = 0


@dataclass(frozen=True)
class Table:
    """Rows of cells under heads; one that `folds` shows each row as a paragraph on a phone."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    note: str = ""
    folds: bool = False


@dataclass(frozen=True)
class Chart:
    """A drawing with its title, and the sentence a person would say of it."""

    drawing: Drawing
    sentence: str
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class Figures:
    """Single figures in a row: label, figure, a note under it."""

    items: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class SideRow:
    """A line of two situations: its label, and what stands on either side."""

    label: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether the two sides are not the same here."""
        return self.left != self.right


@dataclass(frozen=True)
class Sides:
    """Two situations of the same goods side by side; the last row is the result.

    heads: over the labels, the left and the right side. worse: which side's result is the point.
    """

    heads: tuple[str, str, str]
    rows: tuple[SideRow, ...]
    result: SideRow
    note: str = ""
    worse: str = "right"


Block = Words | Formula | Table | Chart | Figures | Sides


@dataclass(frozen=True)
class Section:
    """A part of a paper: name and note in the margin, the source's text, the matter."""

    name: str
    blocks: tuple[Block, ...]
    anchor: str = ""
    note: str = ""
    chips: tuple[Chip, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Paper:
    """A whole paper. lead: lines under the title. stamp: what identifies its content.

    signatures: who signs, each with room for a name and a date.
    """

    lang: str
    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    stamp: str
    figures: Figures = field(default_factory=lambda: Figures(()))
    signatures: tuple[str, ...] = ()
