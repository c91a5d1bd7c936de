"""Charts: steps in order, ends drawn where they belong, nothing outside the drawing."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from assay.papers.charts import Band, Bar, Point, bars, curve, fineness, ruler
from assay.papers.drawing import Box, Dot, Drawing, Label, Stroke, svg


def band(low: int | None, high: int | None, value: int, closed: bool) -> Band:
    return Band(
        None if low is None else Fraction(low),
        str(low),
        closed,
        None if high is None else Fraction(high),
        str(high),
        not closed,
        Fraction(value),
        f"{value}%",
    )


@st.composite
def chains(draw: st.DrawFn) -> list[Band]:
    """Bands that meet from below everything to above everything."""
    ends = sorted(draw(st.sets(st.integers(-50, 10**9), min_size=1, max_size=9)))
    closed = draw(st.booleans())
    edges = [None, *ends, None]
    values = draw(st.lists(st.integers(-9, 100), min_size=len(ends) + 1, max_size=len(ends) + 1))
    return [
        band(low, high, value, closed)
        for low, high, value in zip(edges, edges[1:], values, strict=False)
    ]


def inside(drawing: Drawing) -> None:
    """Every shape lies on the drawing."""
    for shape in drawing.shapes:
        if isinstance(shape, Box):
            assert 0 <= shape.x <= shape.x + shape.width <= 1.000001
            assert 0 <= shape.y <= shape.y + shape.height <= drawing.height
        elif isinstance(shape, Stroke):
            assert 0 <= min(shape.x1, shape.x2) <= max(shape.x1, shape.x2) <= 1
            assert max(shape.y1, shape.y2) <= drawing.height
        else:
            assert 0 <= shape.x <= 1
            assert 0 <= shape.y <= drawing.height


@settings(max_examples=60, deadline=None)
@given(chains())
@example([band(None, 0, -1, False), band(0, None, -2, False)])
def test_bands_stand_side_by_side_in_their_order(found: list[Band]) -> None:
    drawing = ruler(found)
    inside(drawing)
    boxes = [s for s in drawing.shapes if isinstance(s, Box)]
    assert [round(b.x + b.width, 9) for b in boxes[:-1]] == [round(b.x, 9) for b in boxes[1:]]
    assert (boxes[0].x, round(boxes[-1].x + boxes[-1].width, 9)) == (0, 1)
    by_height = sorted(zip(found, boxes, strict=True), key=lambda pair: pair[0].value)
    above = [box.height for band, box in by_height if band.value > 0]
    assert above == sorted(above)
    texts = [s.text for s in drawing.shapes if isinstance(s, Label)]
    assert all(b.text in texts for b in found)
    # At each edge one full dot and one hollow: the edge belongs to one of the two bands.
    dots = [s for s in drawing.shapes if isinstance(s, Dot)]
    assert sum(d.kind == "in" for d in dots) == sum(d.kind == "out" for d in dots)
    assert len(dots) == 2 * (len(found) - 1)


def test_a_higher_rate_is_a_richer_metal() -> None:
    assert fineness([Fraction(8), Fraction(4), Fraction(2), Fraction(1), Fraction(0)]) == [
        "f1",
        "f2",
        "f3",
        "f4",
        "fd",
    ]
    assert fineness([Fraction(n) for n in range(8, 0, -1)])[::7] == ["f1", "f4"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=2, max_size=9))
def test_a_curve_runs_through_its_points(pairs: list[tuple[int, int]]) -> None:
    rising = sorted(dict(pairs).items())
    if len(rising) < 2:
        return
    points = [Point(Fraction(x), Fraction(y), str(x), str(y)) for x, y in rising]
    drawing = curve(points)
    inside(drawing)
    dots = [s for s in drawing.shapes if isinstance(s, Dot)]
    lines = [s for s in drawing.shapes if isinstance(s, Stroke) and s.kind == "curve"]
    assert [(line.x1, line.y1) for line in lines] == [(d.x, d.y) for d in dots[:-1]]
    heights = sorted(zip([y for _, y in rising], [-d.y for d in dots], strict=True))
    assert [h for _, h in heights] == sorted(h for _, h in heights)


def test_bars_begin_at_nought_and_losses_lie_to_its_left() -> None:
    drawing = bars([Bar("a", Fraction(30), "30"), Bar("b", Fraction(-10), "-10", "fs")])
    inside(drawing)
    gain, loss = (s for s in drawing.shapes if isinstance(s, Box))
    assert round(loss.x + loss.width, 9) == round(gain.x, 9)
    assert round(gain.width / loss.width, 6) == 3


def test_texts_of_a_drawing_are_escaped() -> None:
    drawing = Drawing(10, (Label(0.5, 5, '<script>"&'),))
    for width in (None, 200.0):
        written = svg(drawing, '"><script>', width)
        assert "<script" not in written
        assert "&lt;script&gt;&quot;&amp;" in written
