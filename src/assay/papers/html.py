"""A paper as one HTML file: style and drawings inside it, nothing fetched, every text escaped."""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assay.papers.drawing import svg
from assay.papers.model import Chart, Paper
from assay.papers.phrases import words

_SHEETS = ("tokens.css", "paper.css")


def html(paper: Paper) -> str:
    """The page of a paper."""
    environment = Environment(
        loader=PackageLoader("assay.papers"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    folder = resources.files("assay.papers") / "templates"
    style = "\n".join((folder / name).read_text(encoding="utf-8") for name in _SHEETS)
    return environment.get_template("paper.html").render(
        paper=paper,
        words=words(paper.lang),
        style=Markup(style),  # our own sheets, no input
        drawn=_drawn,
        kind=lambda block: type(block).__name__,
    )


def _drawn(chart: Chart) -> Markup:
    """A chart's SVG; its texts are escaped where they are written into it."""
    return Markup(svg(chart.drawing, chart.sentence))
