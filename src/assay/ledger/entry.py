"""An entry of the books: postings that move whole 分 from one account to another, and its digest."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from assay.money import MAX_FEN

NOTHING_BEFORE = bytes(32)


@dataclass(frozen=True)
class Posting:
    """So much from one account (credit, 贷) to another (debit, 借); accounts by their codes."""

    debit: str
    credit: str
    amount: int


@dataclass(frozen=True)
class Entry:
    """What happened, and what it moved. key: the asker's own number for it, one entry each.

    Each posting takes from one account what it gives another, so that an entry sums to zero by its
    shape (after TigerBeetle's transfers). ValueError where it could not stand in the books.
    """

    key: str
    on: date
    text: str
    postings: tuple[Posting, ...]
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no entry: nothing moved, a fraction, a sign, an account against itself."""
        if not self.key or len(self.key) > 120:
            raise ValueError("an entry has a key of 1 to 120 characters")
        if not self.postings:
            raise ValueError(f"{self.key}: an entry has at least one posting")
        for one in self.postings:
            if type(one.amount) is not int or not 0 < one.amount <= MAX_FEN:
                raise ValueError(f"{self.key}: {one.amount!r} is no whole amount above zero")
            if one.debit == one.credit:
                raise ValueError(f"{self.key}: {one.debit} against itself")

    def body(self) -> bytes:
        """The entry as bytes that are the same wherever it is written down."""
        lines = [[one.debit, one.credit, one.amount] for one in self.postings]
        told = [self.key, self.on.isoformat(), self.text, self.source, lines]
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()

    def digest(self) -> bytes:
        """32 bytes that stand for the body: a second request of one key must have the same."""
        return hashlib.sha256(self.body()).digest()

    def sums(self) -> dict[str, int]:
        """What each account gains (debit) or gives (credit, below zero), in 分. They sum to zero."""
        return sums(self.postings)

    def codes(self) -> list[str]:
        """The accounts it touches, each once."""
        return sorted({code for one in self.postings for code in (one.debit, one.credit)})


def sums(postings: Iterable[Posting]) -> dict[str, int]:
    """What postings move for each account, debit positive."""
    moved: Counter[str] = Counter()
    for one in postings:
        moved[one.debit] += one.amount
        moved[one.credit] -= one.amount
    return dict(moved)


def sealed(digest: bytes, at: datetime, who: str) -> bytes:
    """An entry's digest together with the moment (in whatever zone) and the person that wrote it."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(digest + f"{moment} {who}".encode()).digest()


def chained(before: bytes, sealed_entry: bytes) -> bytes:
    """The digest of a strand of entries after one more: none before it can be changed unseen."""
    return hashlib.sha256(before + sealed_entry).digest()
