"""Bench data: N orders of 5,000 salespeople in 100 departments over 12 months, a fifth on an edge."""

from __future__ import annotations

from pathlib import Path

import duckdb

PEOPLE, TEAMS = 5000, 100


def make(folder: Path, orders: int) -> Path:
    """orders.parquet, people.csv, targets.csv; made once for a number of orders."""
    target = folder / f"orders-{orders}"
    if (target / "done").exists():
        return target
    target.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("SELECT setseed(0.42)").fetchall()
    connection.execute(f"""
        COPY (
          SELECT i AS order_id, DATE '2024-01-01' + CAST(hash(i * 7 + 1) % 366 AS INTEGER) AS order_date,
            's' || lpad(CAST(hash(i * 13 + 5) % {PEOPLE} AS VARCHAR), 5, '0') AS salesperson_id,
            'direct' AS channel, list_amount,
            CASE WHEN i % 5 = 0 THEN list_amount * CAST(6 + hash(i) % 4 AS BIGINT) // 10
                   + CAST(hash(i * 3) % 3 AS BIGINT) - 1
                 ELSE list_amount * CAST(55 + hash(i * 11) % 45 AS BIGINT) // 100 END AS net_amount
          FROM (SELECT i, CAST(500000 + (hash(i * 17 + 3) % 60000) * 100 AS BIGINT) // 10 * 10 AS list_amount
                FROM range({orders}) t(i))
          ORDER BY i
        ) TO '{target}/orders.parquet' (FORMAT parquet)""").fetchall()
    with (target / "people.csv").open("w", encoding="utf-8") as out:
        out.write("payee_id,name,role,team,from,to\n")
        for i in range(PEOPLE):
            out.write(f"s{i:05d},s{i:05d},salesperson,t{i % TEAMS:03d},,\n")
        for i in range(TEAMS):
            out.write(f"m{i:03d},m{i:03d},manager,t{i:03d},,\n")
    monthly = max(orders // 12 // PEOPLE, 1) * 2_600_000
    with (target / "targets.csv").open("w", encoding="utf-8") as out:
        out.write("payee_id,team,month,target\n")
        for month in range(1, 13):
            for i in range(PEOPLE):
                amount = monthly * (70 + i % 40) // 100 // 100
                out.write(f"s{i:05d},,2024-{month:02d},{amount}\n")
            for i in range(TEAMS):
                out.write(f",t{i:03d},2024-{month:02d},{monthly * PEOPLE // TEAMS // 100}\n")
    (target / "done").write_text("")
    return target
