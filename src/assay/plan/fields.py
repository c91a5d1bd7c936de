"""Small readers of single values in a plan: texts, words, months, titles, citations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from assay.plan.document import Title
from assay.plan.formula import RESERVED, Nought, Syntax, parse
from assay.plan.problems import Place, PlanError, Problem, fault
from assay.plan.sentences import say
from assay.plan.shape import SHAPE, SHORT, keys
from assay.plan.source import Entries, Items, Text, Value
from assay.plan.vocabulary import PERIODS

T = TypeVar("T")
_NAME = re.compile(r"[^\W\d]\w*\Z")
_DASHED = re.compile(r"\w[\w-]*\Z")
_MONTH = re.compile(r"(\d{4})-(\d{2})\Z")


class Faults:
    """Gathers the faults of independent entries, so that one reading names them all."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Keep a PlanError raised inside and go on after the block."""
        try:
            yield
        except PlanError as error:
            self.found.extend(error.problems)

    def raise_any(self, file: str) -> None:
        """Raise one PlanError of everything gathered."""
        if self.found:
            raise PlanError(self.found, file)


def text_of(value: Value) -> Text:
    """A single text."""
    if not isinstance(value, Text):
        raise fault(value.place, "a single text is expected here", "one value, in quotes if long")
    return value


def optional_text(entry: Entries, key: str) -> str:
    """The text under a key, or an empty one."""
    value = entry.get(key)
    return "" if value is None else text_of(value).value


def entries_of(value: Value, what: str) -> Entries:
    """A mapping."""
    if not isinstance(value, Entries):
        raise fault(value.place, say("{0} is a mapping", what), "key: value")
    return value


def items_of(value: Value, what: str) -> Items:
    """A list."""
    if not isinstance(value, Items):
        raise fault(value.place, say("{0} is a list", what), "- item, or [item, item]")
    return value


def word_of(value: Value, what: str, dashes: bool = False) -> Text:
    """A name: letters of any script, digits and _."""
    text = text_of(value)
    if not (_DASHED if dashes else _NAME).match(text.value):
        raise fault(
            text.place, say("“{0}” cannot be {1}", text.value, what), "letters, digits and _"
        )
    if text.value in RESERVED:
        raise fault(text.place, say("“{0}” is a word of the language", text.value), "another name")
    return text


def words_of(value: Value, what: str) -> tuple[Text, ...]:
    """One name or a list of names."""
    if isinstance(value, Text):
        return (word_of(value, what),)
    words = tuple(word_of(item, what) for item in items_of(value, what))
    if not words:
        raise fault(value.place, say("{0} is empty", what), "at least one")
    return words


def month_of(text: Text) -> int:
    """A month as year * 12 + month - 1."""
    match = _MONTH.match(text.value)
    if not match or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1:
        raise fault(text.place, say("“{0}” is no month", text.value), "a month like 2024-01")
    return int(match[1]) * 12 + int(match[2]) - 1


def title_of(entry: Entries) -> Title:
    """A title in one text, or in two languages as {zh: …, en: …}."""
    value = entry.get("title")
    return Title() if value is None else titled(value, "a title")


def titled(value: Value, what: str) -> Title:
    """One text, or one in each of two languages as {zh: …, en: …}."""
    if isinstance(value, Text):
        return Title(value.value)
    pair = entries_of(value, what)
    pair.only(keys("titles"), what)
    return Title(optional_text(pair, "zh"), optional_text(pair, "en"))


def cite_of(entry: Entries) -> tuple[str, ...]:
    """The clauses an entry claims."""
    value = entry.get("cite")
    if value is None:
        return ()
    if isinstance(value, Text):
        return (value.value,)
    return tuple(text_of(item).value for item in items_of(value, "cite"))


def formula_of(value: Value, cite: tuple[str, ...] = ()) -> Syntax:
    """A formula; the first clause cited goes into its errors."""
    return parse(text_of(value), cite[0] if cite else "")


def optional_formula(entry: Entries, key: str, cite: tuple[str, ...] = ()) -> Syntax | None:
    """The formula under a key, or None."""
    value = entry.get(key)
    return None if value is None else formula_of(value, cite)


def section(
    top: Entries, key: str, read: Callable[[str, Entries], T], faults: Faults
) -> dict[str, T]:
    """A section of named entries; a bare text stands for `{is: text}`."""
    found: dict[str, T] = {}
    value = top.get(key)
    if value is None:
        return found
    with faults.gather():
        entries = entries_of(value, key)
        for name, entry in entries.values.items():
            with faults.gather():
                place = entries.keys[name]
                word_of(Text(name, place), say("a name in {0}", key))
                if isinstance(entry, Text) and SHAPE["plan"][key].strip("{}") in SHORT:
                    entry = Entries({"is": entry}, {"is": entry.place}, place)
                body = entries_of(entry, f"“{name}”")
                found[name] = read(name, Entries(body.values, body.keys, place))
    return found


def sequence(top: Entries, key: str, read: Callable[[Value], T], faults: Faults) -> tuple[T, ...]:
    """A section that is a list."""
    found: list[T] = []
    value = top.get(key)
    if value is not None:
        with faults.gather():
            for item in items_of(value, key):
                with faults.gather():
                    found.append(read(item))
    return tuple(found)


def nought(place: Place) -> Syntax:
    """No money, where a formula was left out."""
    return Nought(place)


def period_of(entry: Entries, key: str) -> str:
    """A period (month, quarter, half_year, year), or nothing."""
    value = entry.get(key)
    if value is None:
        return ""
    text = text_of(value)
    if text.value not in PERIODS:
        raise fault(text.place, say("“{0}” is no period", text.value), ", ".join(PERIODS))
    return text.value
