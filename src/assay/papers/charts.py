"""The charts of papers: bands on a ruler, curves between points, bars; thresholds drawn as lines."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from assay.papers.drawing import Box, Dot, Drawing, Label, Stroke

_TALL = 72  # px of the highest bar
_TOP = 20  # px above it, for its label
_LINE = 15  # px of a row of labels
_NARROW = 0.1  # the least part of the width in which a label finds room
_FINE = ("f1", "f2", "f3", "f4")


@dataclass(frozen=True)
class Band:
    """A band with what it gives: its ends (None: open) and their texts, value and its text."""

    low: Fraction | None
    low_text: str
    low_in: bool
    high: Fraction | None
    high_text: str
    high_in: bool
    value: Fraction
    text: str


def fineness(values: Sequence[Fraction]) -> list[str]:
    """The metal of each value: the highest is the richest, nought earns nothing."""
    order = sorted({value for value in values if value > 0}, reverse=True)
    return [
        "fd" if value <= 0 else _FINE[min(3, order.index(value) * 4 // max(4, len(order)))]
        for value in values
    ]


def ruler(bands: Sequence[Band]) -> Drawing:
    """Bands as steps over an axis; ● where an end belongs to the band, ○ where it does not."""
    edges = _edges(bands)
    top = max(Fraction(0), *(band.value for band in bands))
    bottom = min(Fraction(0), *(band.value for band in bands))
    scale = Fraction(_TALL) / (top - bottom) if top > bottom else Fraction(0)
    ground = _TOP + float(top * scale)
    shapes: list[Box | Stroke | Dot | Label] = []
    dots: list[Dot] = []
    for index, (band, kind) in enumerate(
        zip(bands, fineness([b.value for b in bands]), strict=True)
    ):
        left, right = edges[index], edges[index + 1]
        height = float(abs(band.value) * scale)
        y = ground - height if band.value > 0 else ground
        shapes.append(Box(left, right - left, y, max(height, 3), kind))
        shapes.append(_label((left + right) / 2, y - 6, band.text, "strong"))
        if band.low is not None and index:
            dots.append(Dot(left, y, "in" if band.low_in else "out"))
        if band.high is not None and index < len(bands) - 1:
            dots.append(Dot(right, y, "in" if band.high_in else "out"))
    shapes.append(Stroke(0, ground, 1, ground, "ax"))
    names = [(edges[i], bands[i].low_text) for i in range(1, len(bands))]
    rows = _rows([at for at, _ in names], max((len(t) for _, t in names), default=1))
    base = ground + max(0.0, float(-bottom * scale))
    for (at, text), row in zip(names, rows, strict=True):
        shapes.append(Stroke(at, ground, at, base + 4 + row * _LINE, "ax"))
        shapes.append(_label(at, base + 16 + row * _LINE, text))
    lowest = base + 20 + max(rows, default=0) * _LINE
    return Drawing(lowest, (*shapes, *dots))


def _edges(bands: Sequence[Band]) -> list[float]:
    """Where bands begin and end: in proportion where each finds room, else of equal width."""
    count = len(bands)
    inner = [band.low for band in bands[1:]]
    equal = [index / count for index in range(count + 1)]
    if count < 3 or any(low is None for low in inner):
        return equal
    ends = [low for low in inner if low is not None]
    span = ends[-1] - ends[0]
    if span <= 0:
        return equal
    open_end = span / (count - 1)
    first, last = ends[0] - open_end, ends[-1] + open_end
    edges = [0.0, *(float((end - first) / (last - first)) for end in ends), 1.0]
    return edges if min(b - a for a, b in itertools.pairwise(edges)) >= _NARROW else equal


def _label(at: float, y: float, text: str, kind: str = "text") -> Label:
    """A label over a place, moved inside where it would stand out over an end."""
    half = len(text) * 0.013
    if at - half < 0:
        return Label(0, y, text, "start", kind)
    if at + half > 1:
        return Label(1, y, text, "end", kind)
    return Label(at, y, text, "middle", kind)


def _rows(places: Sequence[float], signs: int) -> list[int]:
    """The row of labels in which each finds room, of at most three."""
    need = max(_NARROW, signs * 0.026)
    last = [-1.0, -1.0, -1.0]
    found: list[int] = []
    for at in places:
        row = next((r for r in range(3) if at - last[r] >= need), 2)
        last[row] = at
        found.append(row)
    return found


@dataclass(frozen=True)
class Point:
    """A point of a curve with the texts of both values."""

    x: Fraction
    y: Fraction
    x_text: str
    y_text: str


def in_proportion(points: Sequence[Point]) -> bool:
    """Whether every point finds room for its labels at its own place."""
    span = points[-1].x - points[0].x
    return all((b.x - a.x) / span >= Fraction(1, 8) for a, b in itertools.pairwise(points))


def curve(points: Sequence[Point]) -> Drawing:
    """A line through points, each labelled with both its values; crowded ones stand evenly."""
    left, right = points[0].x, points[-1].x
    low = min(Fraction(0), *(p.y for p in points))
    high = max(p.y for p in points)
    ground = float(_TOP + _TALL)
    true = in_proportion(points)

    def at(index: int, point: Point) -> tuple[float, float]:
        part = (point.x - left) / (right - left) if true else Fraction(index, len(points) - 1)
        tall = float((point.y - low) / (high - low)) * _TALL if high > low else 0.0
        return 0.02 + 0.96 * float(part), ground - tall

    shapes: list[Box | Stroke | Dot | Label] = [Stroke(0, ground, 1, ground, "ax")]
    spots = [at(index, point) for index, point in enumerate(points)]
    shapes += [Stroke(*a, *b, "curve") for a, b in itertools.pairwise(spots)]
    rows = _rows([x for x, _ in spots], max(len(p.x_text) for p in points))
    for point, (x, y), row in zip(points, spots, rows, strict=True):
        shapes.append(Dot(x, y, "in"))
        shapes.append(_label(x, y - 8, point.y_text, "strong"))
        shapes.append(Stroke(x, ground, x, ground + 4 + row * _LINE, "ax"))
        shapes.append(_label(x, ground + 16 + row * _LINE, point.x_text))
    return Drawing(ground + 20 + max(rows) * _LINE, tuple(shapes))


@dataclass(frozen=True)
class Bar:
    """A bar: what it is, its value, the figure printed, its metal (f1 … f4, fs, fi, fd)."""

    label: str
    value: Fraction
    figure: str
    kind: str = "f1"


def bars(items: Sequence[Bar]) -> Drawing:
    """Lying bars from nought, the name before and the figure after each; below nought to the left."""
    row, start, end = 28, 0.3, 0.82
    top = max((max(Fraction(0), item.value) for item in items), default=Fraction(0))
    bottom = min((min(Fraction(0), item.value) for item in items), default=Fraction(0))
    span = top - bottom
    zero = start + (end - start) * (float(-bottom / span) if span else 0.0)
    shapes: list[Box | Stroke | Dot | Label] = []
    for index, item in enumerate(items):
        y = index * row
        width = (end - start) * (float(abs(item.value) / span) if span else 0.0)
        left = zero if item.value >= 0 else zero - width
        shapes.append(Label(0, y + 17, item.label, "start", "strong"))
        shapes.append(Box(left, width, y + 8, 12, item.kind))
        shapes.append(Label(1, y + 17, item.figure, "end", "strong"))
        shapes.append(Stroke(0, y + row - 0.5, 1, y + row - 0.5, "hair"))
    shapes.append(Stroke(zero, 4, zero, max(row * len(items) - 4, 4), "ax"))
    return Drawing(float(row * len(items)), tuple(shapes))


def diverging(items: Sequence[Bar]) -> Drawing:
    """Bars to both sides of nought; name and figure stand over each, so that any width will do."""
    row = 40
    top = max((max(Fraction(0), item.value) for item in items), default=Fraction(0))
    bottom = min((min(Fraction(0), item.value) for item in items), default=Fraction(0))
    span = top - bottom
    zero = float(-bottom / span) if span else 0.0
    shapes: list[Box | Stroke | Dot | Label] = []
    for index, item in enumerate(items):
        y = index * row
        width = float(abs(item.value) / span) if span else 0.0
        left = zero if item.value >= 0 else zero - width
        shapes.append(Label(0, y + 15, item.label, "start", "strong"))
        shapes.append(Label(1, y + 15, item.figure, "end", "strong"))
        shapes.append(Stroke(0, y + 26, 1, y + 26, "hair"))
        shapes.append(Box(left, max(width, 0.002), y + 21, 10, item.kind))
        shapes.append(Stroke(zero, y + 19, zero, y + 33, "need"))
    return Drawing(float(row * len(items)), tuple(shapes))


@dataclass(frozen=True)
class Bin:
    """A span of values with how many stand in it on either side."""

    label: str
    above: int
    below: int


def mirrored(bins: Sequence[Bin], names: tuple[str, str]) -> Drawing:
    """Two distributions back to back over one axis: counts of the first up, of the second down."""
    tall, start = 54.0, 0.07
    most = max((max(b.above, b.below) for b in bins), default=1) or 1
    ground = _TOP + tall
    under = ground + _LINE + 6
    step = (1 - start) / max(1, len(bins))
    shapes: list[Box | Stroke | Dot | Label] = [
        Label(0, ground - 6, names[0], "start", "strong"),
        Label(0, under + 14, names[1], "start", "strong"),
        Stroke(start, ground, 1, ground, "ax"),
        Stroke(start, under, 1, under, "ax"),
    ]
    for index, one in enumerate(bins):
        left = start + index * step
        middle, wide = left + step / 2, step * 0.7
        shapes.append(Label(middle, ground + _LINE, one.label))
        for count, kind in ((one.above, "fs"), (one.below, "fi")):
            if not count:
                continue
            height = max(tall * count / most, 1.0)
            y = ground - height if kind == "fs" else under
            shapes.append(Box(middle - wide / 2, wide, y, height, kind))
            at = y - 4 if kind == "fs" else y + height + 13
            shapes.append(Label(middle, at, str(count), "middle", "strong"))
    return Drawing(under + tall + 20, tuple(shapes))


def stacked(parts: Sequence[tuple[str, Drawing]]) -> Drawing:
    """Drawings under each other, each below its title."""
    shapes: list[Box | Stroke | Dot | Label] = []
    top = 0.0
    for title, part in parts:
        shapes.append(Label(0, top + 16, title, "start", "strong"))
        top += 30
        shapes += [_moved(shape, top) for shape in part.shapes]
        top += part.height + 26
    return Drawing(top, tuple(shapes))


def _moved(shape: Box | Stroke | Dot | Label, down: float) -> Box | Stroke | Dot | Label:
    if isinstance(shape, Stroke):
        return replace(shape, y1=shape.y1 + down, y2=shape.y2 + down)
    return replace(shape, y=shape.y + down)
