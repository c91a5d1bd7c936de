"""What a file to be imported is: its columns, its key, how it is checked and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override

from assay.facts.schema import Spec
from assay.furniture.reader import labelled

Values = dict[str, Any]
"""A row, typed: column name -> int 分, date, Month index, bool, text, or None."""


@dataclass(frozen=True)
class Column:
    """A column: `title` heads it in the template, `kind` is one of facts/ (money, date, text, …).

    also: further names it may bear. must: whether each row needs a value. words: what people
    write -> what is kept, for columns of choices. checked: raises ValidationError or ValueError.
    shown: how a value stands in the preview. Names and words are read in every language of the house,
    so that what was exported in one is taken back.
    """

    name: str
    title: str
    kind: str = "text"
    must: bool = True
    also: tuple[str, ...] = ()
    example: str = ""
    note: Any = ""
    words: Mapping[str, str] = field(default_factory=dict)
    checked: Callable[[str], None] | None = None
    shown: Callable[[Any], str] | None = None

    @property
    def spec(self) -> Spec:
        """As facts/ names a column."""
        names = dict.fromkeys(
            said for name in (self.title, *self.also) for said in everywhere(name)
        )
        return Spec(self.name, tuple(names), self.kind, self.must, self.must)

    @property
    def choices(self) -> dict[str, str]:
        """The words in every language -> what is kept."""
        return {said: kept for word, kept in self.words.items() for said in everywhere(word)}


@cache
def everywhere(text: str) -> tuple[str, ...]:
    """A word as it is and as the catalogues say it in each language."""
    found = [text]
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.append(gettext(text))
    return tuple(dict.fromkeys(found))


@dataclass
class Row:
    """A row of the file: its number (the header is 1), values, and what became of it."""

    number: int
    values: Values
    reasons: list[str] = field(default_factory=list)
    state: str = ""  # new, changed, same; empty while wrong
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    found: Any = None

    def wrong(self, column: str, reason: str) -> None:
        """Turn it down: the column's title and why."""
        self.reasons.append(labelled(column, reason) if column else reason)


@dataclass(frozen=True)
class ImportSpec:
    """A kind of file.

    key: the columns that name a row (no two rows of a file alike). compare: takes the rows whose
    cells could be read, finds what stands already (row.found), turns down what cannot be, and says
    of each other row whether it is new, changed or same. write: one action that writes the rows
    that are new or changed, in bulk, inside one transaction.
    """

    name: str
    title: Any
    columns: Sequence[Column]
    key: Sequence[str]
    compare: Callable[[list[Row]], None]
    write: Callable[[list[Row], Callable[[int, int], None]], None]
    note: Any = ""

    def title_of(self, name: str) -> str:
        """A column's title."""
        return next(column.title for column in self.columns if column.name == name)


SPECS: dict[str, ImportSpec] = {}


def register(spec: ImportSpec) -> ImportSpec:
    """Make a kind of file known to the workers."""
    SPECS[spec.name] = spec
    return spec
