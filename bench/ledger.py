"""`bench ledger`: entries posted a second, beside the same rows written by a raw prepared statement.

The peer inserts an entry and its posting and moves both balances, and nothing else: no request key, no
digest of the body, no chain, no guard, no lock order, no Django. Both commit each entry.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.postgres import binaries, server

ROOT = Path(__file__).resolve().parents[1]
CARDS = 200
OURS = """
import time, sys, json
from assay.site.boot import prepare
prepare()
import django
django.setup()
from datetime import date
from django.core.management import call_command
from assay.ledger.actions import post
from assay.ledger.entry import Entry, Posting
call_command("migrate", "ledger", verbosity=0)
count, cards, day = int(sys.argv[1]), int(sys.argv[2]), date(2026, 3, 31)
post(*(Entry(f"load-{n}", day, "load", (Posting("bank", f"prepaid:C{n}", 10**9),)) for n in range(cards)))
start, cpu = time.perf_counter(), time.process_time()
for n in range(count):
    post(Entry(f"k{n}", day, "spend", (Posting(f"prepaid:C{n * 7 % cards}", "sales", 100),)))
print(json.dumps([time.perf_counter() - start, time.process_time() - cpu]))
"""
TABLES = """
CREATE TABLE raw_account (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL);
CREATE TABLE raw_entry (id BIGINT PRIMARY KEY, day DATE, text VARCHAR(200));
CREATE TABLE raw_posting (entry BIGINT, debit BIGINT, credit BIGINT, amount BIGINT)
"""
RAW = """
import time, sys, json
count, cards, url = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
tables = json.loads(sys.argv[4])
if url.startswith("postgres"):
    import psycopg
    base = psycopg.connect(url)
    for one in tables:
        base.execute(one)
    base.cursor().executemany("INSERT INTO raw_account VALUES (%s, 0)", [(n,) for n in range(cards + 1)])
    base.commit()
    text = '''WITH e AS (INSERT INTO raw_entry VALUES (%(n)s, '2026-03-31', 'spend') RETURNING id),
      p AS (INSERT INTO raw_posting SELECT id, %(d)s, %(c)s, 100 FROM e),
      a AS (UPDATE raw_account SET balance = balance + 100 WHERE id = %(d)s)
      UPDATE raw_account SET balance = balance - 100 WHERE id = %(c)s'''
    def go(n):
        base.execute(text, {"n": n, "d": n * 7 % cards, "c": cards}, prepare=True)
        base.commit()
else:
    import sqlite3
    base = sqlite3.connect(url, isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=NORMAL")
    for one in tables:
        base.execute(one)
    base.executemany("INSERT INTO raw_account VALUES (?, 0)", [(n,) for n in range(cards + 1)])
    def go(n):
        base.execute("BEGIN IMMEDIATE")
        base.execute("INSERT INTO raw_entry VALUES (?, '2026-03-31', 'spend')", (n,))
        base.execute("INSERT INTO raw_posting VALUES (?, ?, ?, 100)", (n, n * 7 % cards, cards))
        base.execute("UPDATE raw_account SET balance = balance + 100 WHERE id = ?", (n * 7 % cards,))
        base.execute("UPDATE raw_account SET balance = balance - 100 WHERE id = ?", (cards,))
        base.execute("COMMIT")
start, cpu = time.perf_counter(), time.process_time()
for n in range(count):
    go(n)
print(json.dumps([time.perf_counter() - start, time.process_time() - cpu]))
"""


def main() -> None:
    """Both databases, ours and raw in turn, best of some rounds."""
    options = argparse.ArgumentParser(prog="bench ledger")
    options.add_argument("--entries", type=int, default=3000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    found = {"sqlite": _measured(args.entries, args.rounds, postgres=False)}
    if binaries() is not None:
        found["postgresql"] = _measured(args.entries, args.rounds, postgres=True)
    load = [round(one, 1) for one in os.getloadavg()]
    if args.json:
        print(json.dumps({**found, "load": load}))
        return
    for name, figures in found.items():
        ours, raw = figures["ours"], figures["raw"]
        print(
            f"{name:<12} post() {ours:>7,.0f} entries/s   raw {raw:>7,.0f}   ratio {raw / ours:.1f}"
        )
    print(f"load {load}")


def _measured(entries: int, rounds: int, postgres: bool) -> dict[str, float]:
    best = {"ours": 0.0, "raw": 0.0}
    for _ in range(rounds):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            bin_ = binaries()
            url = stack.enter_context(server(bin_)) if postgres and bin_ else ""
            raw = url or str(folder / "raw.sqlite3")
            tables = json.dumps([one for one in TABLES.split(";") if one.strip()])
            peer = _child(RAW, folder, url, str(entries), str(CARDS), raw, tables)
            ours = _child(OURS, folder, url, str(entries), str(CARDS))
            best["raw"] = max(best["raw"], entries / peer[0])
            best["ours"] = max(best["ours"], entries / ours[0])
    return best


def _child(text: str, folder: Path, url: str, *words: str) -> list[float]:
    env = {**os.environ, "ASSAY_DATA": str(folder), "DATABASE_URL": url}
    env["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    done = subprocess.run(
        [sys.executable, "-c", text, *words], env=env, capture_output=True, text=True, check=True
    )
    seconds: list[float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


if __name__ == "__main__":
    main()
