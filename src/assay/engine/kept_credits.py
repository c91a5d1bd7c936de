"""The credits a run kept, read again: a line's orders, and its amount by tier and added point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import duckdb

from assay.engine.publish import BUCKETS
from assay.engine.results import CREDIT_COLUMNS
from assay.errors import UserError
from assay.money import allocate, half_up

_MONEY = ("list_amount", "net_amount", "quota_part", "commissionable", "amount")
_EMPTY = ", ".join(
    f"CAST(NULL AS {'BIGINT' if c in _MONEY else 'VARCHAR'}) AS {c}" for c in CREDIT_COLUMNS
)
Key = tuple[str, str, str]
"""payee, role, line."""


@dataclass(frozen=True)
class Part:
    """A part of a line: of a tier (its band as the plan writes it), or of the added point."""

    band: str
    added: bool
    rate: Fraction


def relation(folder: Path, where: str = "") -> str:
    """A query over a run's credits with amounts in whole 分, whichever way they were written."""
    if (folder / "credits").is_dir() and not any((folder / "credits").glob("*/*/*.parquet")):
        return f"SELECT {_EMPTY}, 0 AS bucket WHERE FALSE"  # a month in which nobody sold
    if (folder / "credits").is_dir():
        files = str(folder / "credits" / "*" / "*" / "*.parquet").replace("'", "''")
        columns = ", ".join(CREDIT_COLUMNS)
        return f"SELECT {columns}, bucket FROM read_parquet('{files}', hive_partitioning = true){where}"
    path = folder / "credits.csv"
    if not path.is_file():
        raise UserError(f"{folder}: no credits; name a folder that `./assay run --out` wrote")
    file = str(path).replace("'", "''")
    columns = ", ".join(
        f"CAST(CAST(nullif({c}, '') AS DECIMAL(18, 2)) * 100 AS BIGINT) AS {c}"
        if c in _MONEY
        else c
        for c in CREDIT_COLUMNS
    )
    return f"SELECT {columns} FROM read_csv('{file}', all_varchar = true, header = true)"


def orders_of(folder: Path, payee: str, role: str, line: str) -> list[dict[str, object]]:
    """The rows of a line, in the order the run wrote them: CREDIT_COLUMNS, amounts in 分."""
    with duckdb.connect(":memory:") as connection:
        bucket = ""
        if (folder / "credits").is_dir():
            bucket = f" WHERE bucket = CAST(hash(?) % {BUCKETS} AS INTEGER)"
        given = [payee] if bucket else []
        found = connection.execute(
            f"SELECT {', '.join(CREDIT_COLUMNS)} FROM ({relation(folder, bucket)})"
            " WHERE payee_id = ? AND role = ? AND line = ?",
            [*given, payee, role, line],
        ).fetchall()
    return [dict(zip(CREDIT_COLUMNS, row, strict=True)) for row in found]


def parts(folder: Path) -> dict[Key, dict[Part, Fraction]]:
    """Exact amounts in 分 of each line by tier and added point; lines that know no rate are left out."""
    with duckdb.connect(":memory:") as connection:
        found = connection.execute(
            "SELECT payee_id, role, line, coalesce(band, ''), CAST(rate AS VARCHAR),"
            " CAST(added_point AS VARCHAR), CAST(sum(commissionable) AS BIGINT)"
            f" FROM ({relation(folder)}) WHERE commissionable IS NOT NULL AND coalesce(rate, '') <> ''"
            " GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    made: dict[Key, dict[Part, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for payee, role, line, band, rate, added, base in found:
        share = made[payee, role, line]
        share[Part(band, False, Fraction(rate))] += base * Fraction(rate)
        if added and Fraction(added):
            share[Part("", True, Fraction(added))] += base * Fraction(added)
    return {key: dict(share) for key, share in made.items()}


def shared_out(amount: int, exact: Mapping[Part, Fraction]) -> dict[Part, int]:
    """A line's amount over its parts, in whole 分 that add up to it (largest remainder).

    The parts may come to something else than the line (a cap, a floor): then in proportion.
    """
    order = sorted(exact, key=lambda part: (part.added, -part.rate, part.band))
    total = sum(exact.values())
    if not total:
        return dict.fromkeys(order, 0) | ({order[0]: amount} if order else {})
    if half_up(total) == amount:
        shares = [exact[part] for part in order]
    else:
        shares = [exact[part] * amount / total for part in order]
    return dict(zip(order, allocate(amount, shares), strict=True))


def nothing_paid(folder: Path) -> list[tuple[str, str, int]]:
    """Payees with orders whose rates came to nothing at all: payee, role, number of orders."""
    with duckdb.connect(":memory:") as connection:
        return [
            (str(payee), str(role), int(orders))
            for payee, role, orders in connection.execute(
                "SELECT payee_id, role, count(DISTINCT order_id)"
                f" FROM ({relation(folder)}) WHERE coalesce(CAST(rate AS VARCHAR), '') <> ''"
                " GROUP BY ALL HAVING sum(amount) = 0 ORDER BY ALL"
            ).fetchall()
        ]
