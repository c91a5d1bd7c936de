"""Finding records by whatever is typed: characters, sounds, initials, numbers, phones.

Every place in a name from which somebody may begin to type is kept as a clue, so that any part of
a name is the beginning of a clue, and looking it up costs the log of the table on SQLite and
PostgreSQL alike. Kept records write their clues in the transaction that saves them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from assay.furniture import many
from assay.furniture.identity import phone_key
from assay.furniture.models import CLUE, Clue
from assay.furniture.pinyin import mixed, sounds
from assay.furniture.seal import Sealed, fingerprint

FEW = 1000  # rows of a list that are named one by one
COMMON = 5_000  # records that are named one by one to the database
BATCH = 2000
LEAST = 4  # signs of a paper's number, below which too many begin so
NAMED = 200  # records a word is looked up for where some are shown
_APART = re.compile(r"[^\w]|_")
_PHONE = re.compile(r"\+?\d[\d\s-]{6,19}")


@dataclass(frozen=True)
class Told:
    """What a record is found by. `spoken`: names by their sounds, where those are others."""

    names: Sequence[str] = ()
    spoken: Sequence[str] | None = None
    numbers: Sequence[str] = ()
    phones: Sequence[Sealed | str | None] = ()


def plain(text: str) -> str:
    """As clues are written: one width, small letters, nothing but letters and digits."""
    return _APART.sub("", unicodedata.normalize("NFKC", text).lower())


def clues(told: Told) -> dict[str, int]:
    """Clue -> place: 0 where the name itself begins with it, 1 inside of it."""
    found: dict[str, int] = {}

    def add(text: str, place: int) -> None:
        if text:
            found[text] = min(place, found.get(text, 1))

    for name in told.names:
        bare = plain(name)
        for at in range(len(bare)):
            add(bare[at : at + CLUE], 0 if at == 0 else 1)
    for name in told.names if told.spoken is None else told.spoken:
        for at, said in enumerate(sounds(plain(name))):
            for sound in said:
                add(sound, 0 if at == 0 else 1)
    for number in told.numbers:
        bare = plain(number)
        add(bare[:CLUE], 0)
        digits = re.sub(r"^\D+0*", "", bare)
        for end in {digits, bare[-8:], bare[-6:], bare[-4:]} if len(bare) > 4 else {digits}:
            add(end[:CLUE], 1)
    for phone in told.phones:
        number = phone_key(phone.open() if isinstance(phone, Sealed) else phone or "")
        if number:
            add(number[-4:], 1)
            add(_mark(number[-6:]), 1)
            add(_mark(number), 0)
    return _shortest(found)


def _shortest(found: dict[str, int]) -> dict[str, int]:
    """Without those that another one, of no later place, begins with: they say nothing more."""
    kept: dict[str, int] = {}
    longer: list[str] = []  # of what comes behind in order, those the text at hand may begin
    for text in sorted(found, reverse=True):
        longer = [other for other in longer if other.startswith(text)]
        if not any(kept[other] <= found[text] for other in longer):
            kept[text] = found[text]
            longer.append(text)
    return kept


def _mark(number: str) -> str:
    """A whole phone number as a clue: nobody reads it in the table."""
    return "#" + fingerprint(number)[: CLUE - 1]


class Findable(models.Model):
    """A record with clues. `_told` names the fields they are made of; `told()` makes them."""

    _told: frozenset[str] = frozenset()

    class Meta:
        """No table of its own."""

        abstract = True

    def told(self) -> Told | None:
        """What it is found by; None where it is not to be found at all."""
        return None


def kind_of(model: type[models.Model]) -> str:
    """The word under which clues of a table stand."""
    return str(model._meta.model_name)


def put(rows: Iterable[Any], fresh: bool = False) -> None:
    """Write the clues of records anew; of `fresh` ones there are none yet."""
    held = list(rows)
    if not fresh:
        drop(held)
    for part in many.parts(held, BATCH):
        # In the order of the table, so that its index grows place by place.
        made = sorted(
            (kind_of(type(row)), place, text, row.pk)
            for row in part
            if (told := row.told()) is not None
            for text, place in clues(told).items()
        )
        many.pour(Clue, ("kind", "place", "text", "key"), made, ready=True)


def drop(rows: Iterable[Any]) -> None:
    """Forget the clues of records."""
    keys: dict[str, list[int]] = {}
    for row in rows:
        keys.setdefault(kind_of(type(row)), []).append(row.pk)
    for kind, pks in keys.items():
        for part in many.parts(pks):
            Clue.objects.filter(kind=kind, key__in=part).delete()


def rebuild() -> int:
    """Write the clues of all records anew; returns how many records there are."""
    with transaction.atomic():
        Clue.objects.all().delete()
        return sum(_put_all(model) for model in _findable())


def complete() -> None:
    """Write the clues of kinds that have none yet: those of an older database."""
    with transaction.atomic():
        for model in _findable():
            if not Clue.objects.filter(kind=kind_of(model)).exists():
                _put_all(model)


def _findable() -> list[type[Any]]:
    return [one for one in apps.get_models() if issubclass(one, Findable) and one._told]


def _put_all(model: type[Any]) -> int:
    """Write the clues of all rows of a table that has none; returns how many rows there are."""
    rows = model._default_manager.order_by("pk")
    count, last = 0, 0
    while part := list(rows.filter(pk__gt=last)[:BATCH]):
        put(part, fresh=True)
        count, last = count + len(part), part[-1].pk
    return count


def words(text: str) -> list[str]:
    """What was typed, word by word, the longest first; a whole phone number is one word."""
    if _PHONE.fullmatch(text.strip()):
        number = phone_key(text)
        return [number]
    parts = (plain(part) for part in text.split())
    return sorted({part for part in parts if part}, key=lambda word: (-len(word), word))[:4]


def meant(word: str) -> Q:
    """Clues a word is the beginning of, or names said partly in full, partly by initials (bailuyy).

    A phone number, whole or its last six, also means its mark.
    """
    found = Q(text__begins=word[:CLUE])
    ways = mixed(word[:CLUE])
    for way in ways:  # the shape first: it costs a tenth of the pattern
        found |= Q(text__shaped=way.shape) & Q(text__regex=way.pattern)
        if way.broken:
            whole = way.begin.ljust(CLUE, "?")
            found |= Q(text__shaped=whole) & Q(text__regex=way.broken)
    if ways:  # one range for all
        return Q(text__begins=ways[-1].begin) & found
    if word.isdigit() and len(word) >= 6:
        found |= Q(text=_mark(word))
    return found


def keys(kind: str, text: str) -> list[int] | None:
    """Keys of the records of a kind that hold every word; None where they are very many."""
    typed = words(text)
    if not typed:
        return []
    rows = _with(_holding(kind, typed[0]), kind, typed[1:])
    found = list(rows.values_list("key", flat=True)[: 6 * COMMON])
    distinct = list(dict.fromkeys(found))
    return None if len(found) == 6 * COMMON or len(distinct) > COMMON else distinct


def _with(rows: QuerySet[Clue], kind: str, others: Sequence[str]) -> QuerySet[Clue]:
    """Clues of records that hold the other words too."""
    for word in others:
        held = keys(kind, word)
        beside = Clue.objects.filter(meant(word), kind=kind, key=OuterRef("key"))
        rows = rows.filter(Exists(beside)) if held is None else rows.filter(key__among=held)
    return rows


def _holding(kind: str, word: str) -> QuerySet[Clue]:
    return Clue.objects.filter(meant(word), kind=kind, place__in=(0, 1))


def holding(kind: str, text: str, path: str = "pk") -> Q:
    """Rows from which `path` leads to a record of the kind that holds every word."""
    found = Q()
    for word in words(text):
        found &= Q(**{f"{path}__in": _holding(kind, word).values("key")})
    return found


_PAPER = re.compile(r"([A-Z]+)-?(\d{8})-?(\d*)")


def papers(text: str, prefix: str = "") -> list[str]:
    """How the number of a paper may begin that was typed: ht20261123001, 20261123-001, HT-2026."""
    said = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    told = [said, text.strip()]
    whole = _PAPER.fullmatch(said)
    if whole and whole[3]:
        told.append(f"{whole[1]}-{whole[2]}-{whole[3]}")
    elif whole:
        told.append(f"{whole[1]}-{whole[2]}")
    if prefix and said[:1].isdigit():
        told += papers(f"{prefix}{said}") if said[:8].isdigit() and len(said) >= 8 else []
        told.append(f"{prefix}-{said}")
    return list(dict.fromkeys(told))


def paper(field: str, text: str, prefix: str = "") -> Q:
    """Papers whose number begins as typed; nothing where no digit was."""
    found = Q(pk__in=[])
    if any(sign.isdigit() for sign in text):
        for begin in papers(text, prefix):
            found |= Q(**{f"{field}__begins": begin})
    return found


@dataclass(frozen=True)
class Way:
    """A way in which rows of a list are found.

    By clues of `kind` of the record `path` leads to; with `via`, by clues of rows of another table
    whose field `at` leads to that record (the contacts of a customer); by the beginning of a text
    of their own (`begins`) or of the number of a paper (`number`, in the series `prefix`).
    """

    kind: str = ""
    path: str = "pk"
    via: Callable[[], QuerySet[Any]] | None = None
    at: str = ""
    begins: str = ""
    number: str = ""
    prefix: str = ""
    within: str = ""

    def own(self, text: str) -> Q | None:
        """A condition on the rows' own texts, where this way is one of those."""
        if self.number:
            return paper(self.number, text, self.prefix)
        if self.within:
            return Q(**{f"{self.within}__icontains": text})
        return Q(**{f"{self.begins}__begins": text.strip()}) if self.begins else None

    def few(self, text: str) -> Q | None:
        """The rows by keys; None where those are many."""
        own = self.own(text)
        if own is not None:
            return own
        found = keys(self.kind, text)
        if found and self.via is not None:
            found = list(self.via().filter(pk__among=found).values_list(self.at, flat=True))
        return None if found is None else Q(**{f"{self.path}__among": found})

    def all(self, text: str) -> Q:
        """The rows by what the database finds itself, however many."""
        own = self.own(text)
        if own is not None:
            return own
        if self.via is None:
            return holding(self.kind, text, self.path)
        inner = self.via().filter(holding(self.kind, text)).values(self.at)
        return Q(**{f"{self.path}__in": inner})


def narrow(rows: QuerySet[Any], ways: Sequence[Way], text: str) -> QuerySet[Any]:
    """Rows found in any of the ways.

    By their own keys where they are few, else by the keys of the records they lead to. A common
    word is left to the database, as alternatives: it then holds each row, in the order of the
    list, against a table of keys, where a join would sort all that is found.
    """
    if not words(text):
        return rows.none()
    told = [way.few(text) for way in ways]
    named = [found for found in told if found is not None]
    if len(named) < len(told):
        named = [*(way.all(text) for way in ways), Q(pk__isnull=True)]
    else:
        pks: set[int] = set()
        for found in named:
            pks.update(_first(rows.model, found))
        if len(pks) <= FEW:
            return rows.filter(pk__among=pks)
    either = Q()
    for found in named:
        either |= found
    return rows.filter(either)


def _first(model: Any, found: Q) -> list[int]:
    rows = model._default_manager.filter(found)
    return list(rows.values_list("pk", flat=True)[: FEW + 1])


@dataclass(frozen=True)
class Hit:
    """A record found: what it is called, what tells it from others, its page."""

    name: str
    note: str
    url: str


@dataclass(frozen=True)
class Sought:
    """A kind of record that is sought from anywhere.

    right: of roles.RIGHTS. rows: what a viewer may see of it. kind: of its clues; without one
    `own` gives the conditions on the rows' own texts. all_at: the name of its list's address.
    """

    title: Any
    right: str
    rows: Callable[[Any], QuerySet[Any]]
    show: Callable[[Any], Hit]
    kind: str = ""
    own: Callable[[str], Q] | None = None
    all_at: str = ""


def numbered(**series: str) -> Callable[[str], Q]:
    """field=series, …: papers of which one of the numbers begins as typed."""

    def asked(text: str) -> Q:
        found = Q(pk__in=[])
        if len(text.strip()) >= LEAST:
            for field, prefix in series.items():
                found |= paper(field, text, prefix)
        return found

    return asked


def look(sought: Sought, who: Any, text: str, limit: int) -> list[Any]:
    """The rows a viewer may see, those first whose name begins as typed; at most `limit`."""
    rows = sought.rows(who)
    if sought.own is not None:
        found = list(rows.filter(sought.own(text))[: 4 * limit])
        return sorted(found, key=lambda row: -row.pk)[:limit]
    pks: dict[int, None] = {}
    for place in (0, 1):
        named = _named(sought.kind, text, place)
        mine = set(rows.filter(pk__among=named).values_list("pk", flat=True)) if named else set()
        pks.update((pk, None) for pk in named if pk in mine)
        if len(pks) >= limit:
            break
        if len(named) >= NAMED:  # more hold it than were looked at: ask those he may see
            all_keys = keys(sought.kind, text)
            one_of = holding(sought.kind, text) if all_keys is None else Q(pk__among=all_keys)
            asked = rows.filter(one_of).values_list("pk", flat=True)
            pks.update((pk, None) for pk in asked[:limit])
            break
    first = list(pks)[:limit]
    held = rows.in_bulk(first) if first else {}
    return [held[pk] for pk in first if pk in held]


def _named(kind: str, text: str, place: int) -> list[int]:
    typed = words(text)
    if not typed:
        return []
    rows = Clue.objects.filter(meant(typed[0]), kind=kind, place=place)
    ordered = _with(rows, kind, typed[1:]).order_by("text", "key").values_list("key", flat=True)
    return list(dict.fromkeys(ordered[:NAMED]))
