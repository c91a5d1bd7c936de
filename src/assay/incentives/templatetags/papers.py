"""Parts of a paper on a page: which kind a block is, its drawing, whether rows stand in columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from assay.papers.drawing import svg
from assay.papers.model import Cell, Chart, Column, Table

register = template.Library()


@register.filter
def kind(block: Any) -> str:
    """Words, Formula, Table, Chart, Figures or Sides."""
    return type(block).__name__


@register.filter
def drawing(chart: Chart) -> SafeString:
    """A chart as SVG; its texts are escaped where they are written into it."""
    return mark_safe(svg(chart.drawing, chart.sentence))


@register.filter
def cells(row: tuple[Cell, ...], table: Table) -> Iterator[tuple[Cell, Column]]:
    """The cells of a row, each with its column."""
    return zip(row, table.columns, strict=True)
