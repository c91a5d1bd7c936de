"""Cells of lists as the page has them: 50 rows of ten would cost a template most of the page's time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from django.template.base import render_value_in_context
from django.template.context import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from assay.furniture.templatetags.figures import day, money

_CONTEXT = Context()
_SAID: dict[str, Callable[[Any], str]] = {"money": money, "day": day}


class Shown(Protocol):
    """What a cell needs to know of its column (lists.Column)."""

    title: Any
    kind: str
    value: Callable[[Any], Any]
    link: Callable[[Any], str] | None
    under: tuple[Any, Callable[[Any], Any]] | None

    @property
    def figure(self) -> bool:
        """Whether it stands at the right."""


def text(value: Any) -> str:
    """A value as a template shows it: escaped, numbers and days in the language of the page."""
    if isinstance(value, str):
        return conditional_escape(value)
    return "" if value is None else render_value_in_context(value, _CONTEXT)


def cells(
    columns: Sequence[Any], first_figure: Any, rows: Sequence[Any]
) -> list[tuple[int, str, SafeString]]:
    """Of each row its key, its name, and its cells as they stand in the table.

    first_figure: the column that stands beside the name on phones; other figures say their title there.
    """
    drawn = [_drawing(c, at == 0, c is first_figure) for at, c in enumerate(columns)]
    return [
        (row.pk, text(columns[0].value(row)), mark_safe("".join(draw(row) for draw in drawn)))
        for row in rows
    ]


def _drawing(column: Shown, lead: bool, first_figure: bool) -> Callable[[Any], str]:
    """A function that writes a column's cell of a row."""
    words = "lead" if lead else ""
    # On a phone there are no heads: a figure, a day, a yes or no would not say what it is of.
    named, answers = (
        f' data-label="{conditional_escape(column.title)}"',
        (gettext("是"), gettext("否")),
    )
    label = named if column.kind == "day" or (column.figure and not first_figure) else ""
    if column.figure:
        words += " n first-figure" if first_figure else " n"
    elif column.kind in ("day", "note"):
        words += " nums faint nw"
    opening, answering = f'<td class="{words}"{label}>', f'<td class="{words}"{named}>'
    said, value, link = _SAID.get(column.kind), column.value, column.link
    under = column.under[1] if column.under else None

    def draw(row: Any) -> str:
        shown = value(row)
        inner = text(said(shown) if said else shown)
        url = link(row) if link else ""
        if url:
            inner = f'<a href="{conditional_escape(url)}">{inner}</a>'
        below = under(row) if under else ""
        if below:
            inner += f"<small>{text(below)}</small>"
        return f"{answering if shown in answers else opening}{inner}</td>"

    return draw
