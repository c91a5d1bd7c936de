"""Parts of pages as tags: a figure, a term, a clause, and what the server draws beside figures."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from assay.furniture import drawn, glossary
from assay.furniture.reader import reads_chinese, sign
from assay.furniture.templatetags.figures import percent

register = template.Library()
register.simple_tag(sign)


@register.filter(name="term")
def term_filter(label: Any) -> Any:
    """A label as a link to its entry of the glossary, where it has one; else as it stands."""
    entry = glossary.find(label)
    return label if entry is None else _opens(entry, label)


@register.filter
def term_mark(label: Any) -> Any:
    """The mark that opens a label's entry, where the label itself does something else: 客户 ?."""
    entry = glossary.find(label)
    if entry is None:
        return ""
    said = gettext("%(word)s是什么") % {"word": label}
    return _opens(entry, "?", format_html(' aria-label="{}"', said), "term mark")


@register.simple_tag(name="term")
def term_tag(label: str) -> Any:
    """A translated label that opens its entry: {% term "折扣" %}."""
    entry = glossary.find(label)
    shown = gettext(label)
    return shown if entry is None else _opens(entry, shown)


def _opens(entry: glossary.Entry, shown: Any, more: Any = "", kind: str = "term") -> SafeString:
    """A link to an entry, shown in a corner by script; the fragment is quoted as addresses are."""
    return format_html(
        '<a class="{}" href="{}#{}" data-told="{}"{}>{}</a>', kind,
        reverse("glossary"), quote(entry.anchor), reverse("term", args=[entry.anchor]), more, shown,
    )  # fmt: skip


@register.simple_tag
def comma() -> str:
    """A comma as the language of the page prints it."""
    return sign("，")


@register.filter
def washed(text: str | None, word: str) -> Any:
    """A text with the phrase in which a figure stands on gold: the words that decided."""
    if not text or not word:
        return text or ""
    found = re.search(rf"[^,\uff0c:\uff1a;\uff1b\u3001]*(?<![\d.]){re.escape(word)}", text)
    if found is None:
        return text
    return format_html(
        "{}<mark>{}</mark>{}", text[: found.start()], found[0], text[found.end() :]
    )  # fmt: skip


def home_of(number: str, held: Container[str]) -> str:
    """The clause that tells a number: itself, or the part it lies in (三.4 is told by 三); "" where none does."""
    while number and number not in held:
        number = number.rpartition(".")[0]
    return number


@register.simple_tag(takes_context=True)
def clause(context: Context, number: Any) -> SafeString:
    """The hallmark of a clause that something cites: it opens the clause where the plan in force has it."""
    held = context.get("clauses_held")
    if held is not None and not home_of(str(number), held):
        return format_html('<span class="chip">{}</span>', number)
    return _clause(str(number), gettext("条款"))


@register.simple_tag(takes_context=True)
def page_clause(context: Context, number: str) -> SafeString | str:
    """The hallmark of a clause the page itself goes by; nothing where the plan in force has none such."""
    held = context.get("clauses_held")
    return "" if held is not None and not home_of(number, held) else clause(context, number)


@lru_cache(maxsize=1024)
def _clause(number: str, word: str) -> SafeString:
    """A month of two hundred orders says a thousand of them."""
    return format_html(
        '<a class="chip" href="{}#c-{}" data-told="{}" aria-label="{} {}">{}</a>',
        reverse("clauses"), number, reverse("clause", args=[number]), word, number, number,
    )  # fmt: skip


@register.inclusion_tag("furniture/parts/figure.html", takes_context=True)
def figure(
    context: Context, label: Any, value: Any, note: Any = "", one: bool = False, unit: Any = "", tone: str = "",
    cite: str = "", trend: Sequence[int] = (),
) -> dict[str, Any]:  # fmt: skip
    """A figure: its label, the value as it is read, its working below.

    one: the one figure of a page; tone: red where a word beside it says why; cite: the clause that
    decides it; trend: how it came here, oldest first.
    """
    return {
        "label": term_filter(label), "value": value, "note": note, "one": one, "unit": unit,
        "clauses_held": context.get("clauses_held"), "tone": tone, "cite": cite,
        "bars": drawn.spark(trend) if trend else [],
        "bar_width": drawn.place(Fraction(7, 10 * max(len(trend), 1))),
    }  # fmt: skip


@register.inclusion_tag("furniture/parts/waterfall.html", takes_context=True)
def waterfall(context: Context, steps: Sequence[drawn.Step], total: Any) -> dict[str, Any]:
    """A sum step by step: drawn.Step rows, and the name of the sum."""
    return {
        "rungs": drawn.waterfall(steps, str(total)), "clauses_held": context.get("clauses_held"),
    }  # fmt: skip


@register.inclusion_tag("furniture/parts/thermometer.html")
def thermometer(
    done: int, target: int | None, elapsed: Fraction | None = None, over: Fraction | None = None,
    name: Any = "", labels: bool = False, total: bool = False, reach: Fraction | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A bar of sales (分) against a target (分); name: whose, for those who hear the page.

    over: the part of the target past which more is paid; elapsed: the part of the time gone;
    labels: write the marks above the bar (one bar alone, or the head of a column); reach: how far the
    one scale of a column goes (`drawn.reach`).
    """
    lines = [(Fraction(1), percent(Fraction(1), 0))]
    lines += [(over, percent(over, 0))] if over is not None else []
    told = drawn.thermometer(done, target, elapsed, lines, gettext("今日"), reach)
    return {
        "told": told, "done": done, "target": target, "name": name, "labels": labels,
        "total": total, "kind": "fi" if total else told.kind,
    }  # fmt: skip


@register.inclusion_tag("furniture/parts/clock.html")
def clock(elapsed: int, limit: int, begun: Any = "") -> dict[str, Any]:
    """Minutes gone of a limit in minutes, past it in red; begun: what stands at the beginning."""
    return {"told": drawn.clock(elapsed, limit), "begun": begun, "hours": limit // 60}


register.simple_tag(reads_chinese, name="speaks_chinese")
