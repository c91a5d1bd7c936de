"""Drawings: shapes on a band of free width, written as SVG for the page and for the press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

# The colours of classes on white paper, where no style sheet reaches (looks: Tokens, Print).
PRINTED: Mapping[str, str] = {
    "ax": 'stroke="#000000" stroke-width="0.75"',
    "hair": 'stroke="#bbbbbb" stroke-width="0.5"',
    "need": 'stroke="#000000" stroke-width="1.5"',
    "curve": 'stroke="#ac802b" stroke-width="2" stroke-linecap="round"',
    "f1": 'fill="#ac802b"',
    "f2": 'fill="#c09b54"',
    "f3": 'fill="#cdb176"',
    "f4": 'fill="#d9c291"',
    "fs": 'fill="#6f6a61"',
    "fd": 'fill="#dedad0"',
    "fi": 'fill="#22252a"',
    "in": 'fill="#000000"',
    "out": 'fill="#ffffff" stroke="#000000" stroke-width="1"',
    "text": 'fill="#333333"',
    "strong": 'fill="#000000" font-weight="600"',
    "gold": 'fill="#745409" font-weight="600"',
}


@dataclass(frozen=True)
class Box:
    """A rectangle from x to x + width (parts of the whole width), y and height in px."""

    x: float
    width: float
    y: float
    height: float
    kind: str


@dataclass(frozen=True)
class Stroke:
    """A line; x in parts of the width, y in px."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


@dataclass(frozen=True)
class Dot:
    """A point: `in` where the end belongs to the band, `out` where it does not."""

    x: float
    y: float
    kind: str
    radius: float = 3


@dataclass(frozen=True)
class Label:
    """A text at x (part of the width, moved by dx px); anchor: start, middle, end."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    kind: str = "text"
    dx: float = 0


@dataclass(frozen=True)
class Drawing:
    """Shapes over a height in px."""

    height: float
    shapes: tuple[Box | Stroke | Dot | Label, ...] = field(default=())


@dataclass(frozen=True)
class _Pen:
    """Writes shapes: x in % for a page of any width, or in px of a width with fixed colours."""

    width: float | None

    def x(self, at: float) -> str:
        return _px(at * 100) + "%" if self.width is None else _px(at * self.width)

    def look(self, kind: str) -> str:
        return f'class="{kind}"' if self.width is None else PRINTED[kind]

    def shape(self, shape: Box | Stroke | Dot | Label) -> str:
        look = self.look(shape.kind)
        if isinstance(shape, Box):
            return (
                f'<rect x="{self.x(shape.x)}" y="{_px(shape.y)}" width="{self.x(shape.width)}"'
                f' height="{_px(shape.height)}" {look}/>'
            )
        if isinstance(shape, Stroke):
            return (
                f'<line x1="{self.x(shape.x1)}" y1="{_px(shape.y1)}" x2="{self.x(shape.x2)}"'
                f' y2="{_px(shape.y2)}" {look}/>'
            )
        if isinstance(shape, Dot):
            return f'<circle cx="{self.x(shape.x)}" cy="{_px(shape.y)}" r="{shape.radius}" {look}/>'
        moved = f' dx="{_px(shape.dx)}"' if shape.dx else ""
        font = "" if self.width is None else _font(shape.kind)
        return (
            f'<text x="{self.x(shape.x)}" y="{_px(shape.y)}" text-anchor="{shape.anchor}"'
            f"{moved}{font} {look}>{escape(shape.text)}</text>"
        )


def svg(drawing: Drawing, sentence: str, width: float | None = None) -> str:
    """The drawing as SVG: fluid with classes, or of a fixed width in px with its own colours."""
    pen = _Pen(width)
    inner = "".join(pen.shape(shape) for shape in drawing.shapes)
    height = _px(drawing.height)
    if width is None:
        head = (
            f'class="d" width="100%" height="{height}" role="img" aria-label="{escape(sentence)}"'
        )
    else:
        head = f'width="{_px(width)}" height="{height}" viewBox="0 0 {_px(width)} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{inner}</svg>'


def _font(kind: str) -> str:
    """The press's sans: the file of all weights where it is bold, else the regular one."""
    family = "Noto Sans SC" if kind == "text" else "Noto Sans CJK SC"
    return f' font-family="{family}" font-size="9"'


def _px(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
