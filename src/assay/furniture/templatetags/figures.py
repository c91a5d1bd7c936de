"""Figures on pages: ¥1,234.50, 44.71 万, 8.04折, 110.35%, and what cells and facts show."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import cn2an
from django import template
from django.utils.translation import gettext

from assay.furniture.reader import reads_chinese, series
from assay.furniture.spans import last_day
from assay.money import grouped, half_up
from assay.money import yuan as plain_yuan
from assay.signs import MINUS

register = template.Library()
NONE = "—"
_HAN = re.compile(r"[\u3400-\u9fff]")
_COMMA = re.compile(r"(?:(?<!\d),|,(?!\d{3}(?!\d)))(?![^\[\]()]*\]) ?")
_COLON = re.compile(r"(?<!\d):(?!//) ?|:(?![\d/]) ?")
_WIDE = {ord(sign): ord(sign) + 0xFEE0 for sign in "()"}  # full-width, which stand without spaces
_ROUND = re.compile(r" ?\(([^()\[\]]*)\) ?")


@register.filter
def money(fen: int | None) -> str:
    """123450 -> 1,234.50; as it stands in tables, where the head says 元."""
    return NONE if fen is None else grouped(fen).replace("-", MINUS)


@register.filter
def yuan(fen: int | None) -> str:
    """123450 -> ¥1,234.50; -5 -> −¥0.05."""
    if fen is None:
        return NONE
    return f"{MINUS if fen < 0 else ''}¥{grouped(abs(fen))}"


@register.filter
def wan(fen: int | None) -> str:
    """447100000 -> 447.10 万, for boards; never in one column with money."""
    if fen is None:
        return NONE
    scaled = half_up(Fraction(fen, 10_000))
    figure = f"{MINUS if scaled < 0 else ''}{abs(scaled) // 100:,}.{abs(scaled) % 100:02d}"
    return f"{figure} 万" if reads_chinese() else f"{figure} ×10k"


register.filter(series)


@register.filter
def discount(net: int | None, listed: int | None) -> str:
    """Net over list as people say it: 8.04折 (a higher 折 is a smaller discount); 80.4% off list.

    Never rounded onto a tenth of a 折 it is not, for a plan's edges lie there: 7.0001折 is told as 7.01折.
    """
    if net is None or not listed:
        return NONE
    return _fold_text(_hundredths(Fraction(net * 1000, listed)), least=0)


@register.filter
def average(ratio: Fraction | None) -> str:
    """An average as 8.00折: in a column all have two decimals; as a percentage in English."""
    return NONE if ratio is None else _fold_text(_hundredths(ratio * 1000), least=2)


def _hundredths(exact: Fraction) -> int:
    """Hundredths of a 折: half up, but kept on its own side of a tenth."""
    near = half_up(exact)
    if near == exact or near % 10:
        return near
    return near + (1 if exact > near else -1)


def _fold_text(hundredths: int, least: int) -> str:
    """Hundredths of a 折 in the words of the language, in Chinese with at least so many decimals."""
    if not reads_chinese():
        return f"{hundredths / 10:g}%"
    decimals = f"{hundredths % 100:02d}".rstrip("0").ljust(least, "0")
    return f"{hundredths // 100}{'.' if decimals else ''}{decimals}折"


@register.filter
def percent(value: Fraction | None, places: int = 2) -> str:
    """A ratio as 110.35%."""
    if value is None:
        return NONE
    scaled = half_up(value * 10 ** (places + 2))
    whole, part = divmod(abs(scaled), 10**places)
    tail = f".{part:0{places}d}" if places else ""
    return f"{MINUS if scaled < 0 else ''}{whole:,}{tail}%"


@register.filter
def day(value: Any) -> str:
    """A day as 2026-11-23."""
    return NONE if value is None else f"{value:%Y-%m-%d}"


@register.filter
def until(stop: Any) -> str:
    """The last day of a span, or “today on”."""
    last = last_day(stop)
    return gettext("至今") if last is None else f"{last:%Y-%m-%d}"


@register.filter
def field_of(form: Any, name: str) -> Any:
    """A bound field by its name."""
    return form[name]


@register.filter
def fold(ratio: Fraction | None) -> str:
    """A ratio as 7.5折; as a percentage in English."""
    return NONE if ratio is None else discount(ratio.numerator, ratio.denominator)


@register.filter
def in_words(fen: int) -> str:
    """An amount as cheques have it: 123450 -> 壹仟贰佰叁拾肆元伍角."""
    return str(cn2an.an2cn(plain_yuan(fen), "rmb"))


@register.filter
def item(held: Any, key: Any) -> Any:
    """What stands under a key; None where nothing does."""
    return held.get(key)


@register.filter
def grams(milligrams: int | None) -> str:
    """12500 -> 12.500 克."""
    if milligrams is None:
        return NONE
    text = f"{milligrams // 1000:,}.{milligrams % 1000:03d}"
    return f"{text} {gettext('克')}"


@register.filter
def hundredths(part: int) -> str:
    """Hundredths of a percent: 2550 -> 25.50%."""
    return percent(Fraction(part, 10_000))


@register.filter
def han(text: str) -> str:
    """Punctuation as Chinese is printed: 三种方式:直接,团购(照字面) -> 三种方式：直接，团购（照字面）.

    Figures keep theirs (2,400; 14:47), and a half-open band keeps its brackets: (7折, 8折].
    """
    if not reads_chinese() or not _HAN.search(text):
        return text
    text = _COMMA.sub("，", text)
    text = _COLON.sub("：", text).replace(";", "；")
    return _ROUND.sub(lambda m: m[0].strip().translate(_WIDE) if _HAN.search(m[1]) else m[0], text)


@register.filter
def wan_short(fen: int | None) -> str:
    """447100000 -> 447.1, where the head says 万元."""
    if fen is None:
        return ""
    tenths = half_up(Fraction(fen, 100_000))
    return f"{MINUS if tenths < 0 else ''}{abs(tenths) // 10:,}.{abs(tenths) % 10}"
