"""A drawing as a picture of its own: SVG, or PNG set by typst with its fonts."""

from __future__ import annotations

import typst

from assay.papers.drawing import Drawing, svg
from assay.papers.pdf import fonts

WIDE = 560.0  # px of the drawing's width before it is scaled
_EDGE = 24.0
_DOTS = 192

_SOURCE = """
#set page(width: auto, height: auto, margin: 18pt, fill: rgb("#f6f5f1"))
#image(bytes(sys.inputs.drawing), format: "svg", width: 420pt)
"""


def picture_svg(drawing: Drawing, sentence: str) -> str:
    """A file that needs no style sheet, on paper's ground."""
    inner = svg(drawing, sentence, WIDE)
    width, height = WIDE + 2 * _EDGE, drawing.height + 2 * _EDGE
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
    ground = f'<rect width="{width:g}" height="{height:g}" fill="#f6f5f1"/>'
    placed = inner.replace("<svg ", f'<svg x="{_EDGE:g}" y="{_EDGE:g}" ', 1)
    return f'{head} width="{width:g}" height="{height:g}">{ground}{placed}</svg>\n'


def picture_png(drawing: Drawing, sentence: str) -> bytes:
    """The same bytes for the same drawing, no font of the machine."""
    made = typst.compile(
        _SOURCE.encode("utf-8"),
        format="png",
        ppi=_DOTS,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"drawing": svg(drawing, sentence, WIDE)},
        timestamp=0,
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single picture")
    return made
