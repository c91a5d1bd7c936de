"""The posting statements, written by hand: one prepared statement on PostgreSQL, one writer on SQLite.

On PostgreSQL the accounts are locked in the order of their numbers, then the head of the strand; the
balances move in the trigger of the same statement, and the account's own check refuses to run dry.
On SQLite a writer holds the database (BEGIN IMMEDIATE) and the same steps stand one after another.
Both answer None where the key is taken or an account is not open yet, and have then done nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

from assay.ledger.entry import NOTHING_BEFORE, Entry, chained

STRANDS = 16

_POST = """
WITH held AS MATERIALIZED (
  SELECT id, code FROM ledger_account WHERE code = ANY(%(codes)s) ORDER BY id FOR NO KEY UPDATE
), head AS (
  INSERT INTO ledger_strand AS s (id, size, digest)
  SELECT %(strand)s::smallint, 1, sha256(%(nothing)s::bytea || %(sealed)s::bytea)
  WHERE (SELECT count(*) FROM held) = cardinality(%(codes)s::text[])
    AND NOT EXISTS (SELECT 1 FROM ledger_entry WHERE key = %(key)s)
  ON CONFLICT (id) DO UPDATE
    SET size = s.size + 1, digest = sha256(s.digest || %(sealed)s::bytea)
  RETURNING size, digest
), entry AS (
  INSERT INTO ledger_entry
    (key, "on", at, who, text, source, legs, body, strand, place, digest)
  SELECT %(key)s, %(on)s, %(at)s, %(who)s, %(text)s, %(source)s, cardinality(%(amounts)s::bigint[]),
    %(body)s::bytea, %(strand)s, size, digest FROM head
  RETURNING id, place, digest
), legs AS (
  INSERT INTO ledger_posting (entry_id, place, debit_id, credit_id, amount)
  SELECT entry.id, g.place, d.id, c.id, g.amount
  FROM entry, unnest(%(debits)s::text[], %(credits)s::text[], %(amounts)s::bigint[])
    WITH ORDINALITY AS g (debit, credit, amount, place)
  JOIN held d ON d.code = g.debit JOIN held c ON c.code = g.credit
)
SELECT id, place, digest FROM entry
"""

_HEAD = "SELECT size, digest FROM ledger_strand WHERE id = ?"
_TAKEN = "SELECT 1 FROM ledger_entry WHERE key = ?"
_ENTRY = (
    'INSERT INTO ledger_entry (key, "on", at, who, text, source, legs, body, strand, place, digest)'
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LEG = (
    "INSERT INTO ledger_posting (entry_id, place, debit_id, credit_id, amount)"
    " VALUES (?, ?, ?, ?, ?)"
)
_GROWN = (
    "INSERT INTO ledger_strand (id, size, digest) VALUES (?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET size = excluded.size, digest = excluded.digest"
)


@dataclass(frozen=True)
class Written:
    """Where an entry stands in the books."""

    id: int
    place: int
    digest: bytes


def strand_of(key: str) -> int:
    """The strand a key belongs to: the same for all time, so that one key meets itself."""
    return sum(key.encode()) % STRANDS


def write(entry: Entry, *, at: datetime, who: str, body: bytes, seal: bytes) -> Written | None:
    """Write an entry inside the transaction that stands open."""
    raw = connection.connection
    strand = strand_of(entry.key)
    if connection.vendor == "sqlite":
        return _on_sqlite(raw, entry, strand, at, who, body, seal)
    asked = {
        "codes": entry.codes(), "strand": strand, "nothing": NOTHING_BEFORE, "sealed": seal,
        "key": entry.key, "on": entry.on, "at": at, "who": who, "text": entry.text,
        "source": entry.source, "body": body, "debits": [one.debit for one in entry.postings],
        "credits": [one.credit for one in entry.postings],
        "amounts": [one.amount for one in entry.postings],
    }  # fmt: skip
    with psycopg.Cursor(raw) as cursor:
        found = cursor.execute(_POST, asked, prepare=True).fetchone()
    return Written(found[0], found[1], bytes(found[2])) if found else None


def _on_sqlite(
    raw: Any, entry: Entry, strand: int, at: datetime, who: str, body: bytes, seal: bytes
) -> Written | None:
    codes = entry.codes()
    open_accounts = _accounts(raw, codes)
    if len(open_accounts) < len(codes) or raw.execute(_TAKEN, [entry.key]).fetchone():
        return None
    size, before = raw.execute(_HEAD, [strand]).fetchone() or (0, NOTHING_BEFORE)
    digest = chained(bytes(before), seal)
    # As Django writes a moment on SQLite, so that it reads it back.
    moment = at.replace(tzinfo=None).isoformat(" ", "microseconds")
    said = [entry.key, entry.on.isoformat(), moment, who, entry.text, entry.source]
    told = [*said, len(entry.postings), body, strand, size + 1, digest]
    number = raw.execute(_ENTRY, told).lastrowid
    raw.executemany(
        _LEG,
        [
            (number, place, open_accounts[one.debit], open_accounts[one.credit], one.amount)
            for place, one in enumerate(entry.postings, 1)
        ],
    )
    raw.execute(_GROWN, [strand, size + 1, digest])
    return Written(int(number), size + 1, digest)


def _accounts(raw: Any, codes: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at in range(0, len(codes), 500):
        part = codes[at : at + 500]
        marks = ", ".join("?" * len(part))
        asked = f"SELECT code, id FROM ledger_account WHERE code IN ({marks})"
        found.update(raw.execute(asked, part).fetchall())
    return found


def lock(codes: list[str], strands: list[int]) -> None:
    """Hold the accounts, then the strands, of several entries in one order (PostgreSQL alone)."""
    if connection.vendor == "sqlite":
        return
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            "SELECT id FROM ledger_account WHERE code = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [codes],
            prepare=True,
        )
        cursor.execute(
            "SELECT id FROM ledger_strand WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [strands]
        )
