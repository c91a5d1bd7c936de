"""`bench facts-db`: the facts of a department's database read into Arrow, rows a second."""

from __future__ import annotations

import argparse
import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from assay.facts.database import Database, fetch
from assay.facts.selects import SELECTS

TABLES = """
CREATE TABLE people_employee (id INTEGER PRIMARY KEY, number TEXT, name TEXT);
CREATE TABLE people_agent (id INTEGER PRIMARY KEY, code TEXT, name TEXT, start DATE, stop DATE);
CREATE TABLE people_shop (id INTEGER PRIMARY KEY, code TEXT, name TEXT, start DATE, stop DATE);
CREATE TABLE people_department (id INTEGER PRIMARY KEY, code TEXT);
CREATE TABLE customers_customer (id INTEGER PRIMARY KEY, code TEXT);
CREATE TABLE people_assignment (id INTEGER PRIMARY KEY, employee_id BIGINT, role TEXT,
  department_id BIGINT, start DATE, stop DATE);
CREATE TABLE sales_targetplan (id INTEGER PRIMARY KEY, department_id BIGINT, state TEXT);
CREATE TABLE sales_target (id INTEGER PRIMARY KEY, plan_id BIGINT, employee_id BIGINT,
  month INTEGER, amount BIGINT);
CREATE TABLE sales_order (id INTEGER PRIMARY KEY, number TEXT, day DATE, seller_id BIGINT,
  customer_id BIGINT, channel TEXT, agent_id BIGINT, shop_id BIGINT, counted_list BIGINT,
  counted_net BIGINT, status TEXT, delivered_on DATE);
CREATE TABLE sales_receipt (id INTEGER PRIMARY KEY, day DATE);
CREATE TABLE sales_match (id INTEGER PRIMARY KEY, receipt_id BIGINT, order_id BIGINT, amount BIGINT);
CREATE TABLE sales_orderline (id INTEGER PRIMARY KEY, order_id BIGINT, number INTEGER,
  list_amount BIGINT, net_amount BIGINT, returned_list BIGINT, returned_net BIGINT,
  returned INTEGER, quantity INTEGER);
CREATE TABLE sales_ordershare (id INTEGER PRIMARY KEY, order_id BIGINT, employee_id BIGINT, part INTEGER);
"""


def _orders(count: int) -> Iterator[tuple[object, ...]]:
    for n in range(1, count + 1):
        day = f"2026-{n % 12 + 1:02d}-{n % 28 + 1:02d}"
        sent = day if n % 3 else None
        yield (
            n, f"HT-{day.replace('-', '')}-{n}", day, n % 5000 + 1, n % 3000 + 1, "direct", None,
            None, 100_000 + n, 90_000 + n, "completed", sent,
        )  # fmt: skip


def main() -> None:
    """Make a database once, read it some times, print the best."""
    options = argparse.ArgumentParser(prog="bench facts-db")
    options.add_argument("--orders", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "assay.sqlite3"
        with sqlite3.connect(place) as base:
            base.executescript(TABLES)
            base.execute("PRAGMA journal_mode=WAL")
            marks = ", ".join("?" * 12)
            base.executemany(f"INSERT INTO sales_order VALUES ({marks})", _orders(args.orders))
        base.close()
        times = []
        for _ in range(args.rounds):
            start = time.perf_counter()
            rows = fetch(Database(str(place)))["orders"].num_rows
            times.append(time.perf_counter() - start)
    found = {
        "orders": rows, "columns": len(SELECTS["orders"].columns), "seconds": round(min(times), 3),
        "rows_per_second": round(rows / min(times)),
    }  # fmt: skip
    print(
        json.dumps(found)
        if args.json
        else f"{rows:,} orders in {min(times):.2f} s: {rows / min(times):,.0f} rows/s"
    )


if __name__ == "__main__":
    main()
