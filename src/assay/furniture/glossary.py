"""The glossary as pages use it: docs/glossary.md read once, its words found by the label shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override

BOOK = Path(__file__).with_name("glossary.md")  # docs/glossary.md, which travels with the package
_CELL = re.compile(r"(?<!\\)\|")
_UNIT = re.compile(r"\s*[\uff08(][^\uff08\uff09()]*[\uff09)]$")  # brackets of either width


@dataclass(frozen=True)
class Entry:
    """A word of the field: its Chinese names, English, name in the code, and what it means."""

    names: tuple[str, ...]
    english: str
    code: str = ""
    meaning: str = ""
    meaning_en: str = ""

    @property
    def anchor(self) -> str:
        """Its place in the page and its word in the address."""
        return self.names[0]


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """All entries, those that say what they mean first; a word stands once."""
    told = {entry.anchor: entry for entry in _read(4)}
    known = {name: entry.anchor for entry in told.values() for name in entry.names}
    plain: dict[str, Entry] = {}
    for entry in _read(3):
        home = next((known[name] for name in entry.names if name in known), "")
        if home:
            told[home] = replace(told[home], code=told[home].code or entry.code)
        else:
            plain.setdefault(entry.anchor, entry)
    return (*told.values(), *plain.values())


def _read(columns: int) -> Iterator[Entry]:
    """Rows of the tables with so many columns: 中文 | English | code, or | 说明 | meaning."""
    for line in BOOK.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in _CELL.split(line)[1:-1]]
        if len(cells) != columns or cells[0] in ("中文", "") or set(cells[0]) <= set("-: "):
            continue
        names = tuple(cells[0].split(" / "))
        if columns == 4:
            yield Entry(names, cells[1], "", cells[2], cells[3])
            continue
        english, code = cells[1].split(" / "), cells[2].split(" / ")
        if len(english) == len(names) > 1:
            codes = code if len(code) == len(names) else [cells[2]] * len(names)
            for name, word, own in zip(names, english, codes, strict=True):
                yield Entry((name,), word, own)
        else:
            yield Entry(names, cells[1], cells[2])


def find(label: Any) -> Entry | None:
    """The entry of a label as a page shows it, in the language of the page; None if no term.

    One still to be translated is sought by its Chinese, which tells apart what English calls the same.
    A unit in brackets behind a word, 成交价（元）, is no part of it.
    """
    language = get_language() or ""
    if isinstance(label, Promise) and not language.startswith("zh"):
        with override("zh-hans"):
            label, language = str(label), "zh-hans"
    held, said = _index(language), str(label).strip().casefold()
    return held.get(said) or held.get(_UNIT.sub("", said))


def entry_of(name: str) -> Entry | None:
    """The entry of a Chinese name."""
    return next((entry for entry in entries() if name in entry.names), None)


@lru_cache(maxsize=4)
def _index(language: str) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries():
        for name in entry.names:
            found.setdefault(name.casefold(), entry)
            found.setdefault(gettext(name).casefold(), entry)
    return found
