"""Results out: statements.csv, credits.csv and run.json, to the letter of the contract."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path

from assay.money import half_up, rate, yuan
from assay.period import Month
from assay.plan.run import Credit, Line
from assay.plan.tree import Value

STATEMENT_COLUMNS = ("payee_id", "name", "role", "month", "line", "title", "amount")
CREDIT_COLUMNS = (
    "payee_id",
    "role",
    "month",
    "line",
    "order_id",
    "order_date",
    "list_amount",
    "net_amount",
    "band",
    "rate",
    "quota_part",
    "commissionable",
    "added_point",
    "amount",
)


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> int:
    """A CSV as the contract wants it: UTF-8 with BOM, LF, comma. Returns the rows written."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def write_json(path: Path, data: object) -> None:
    """JSON with sorted keys, so that equal content is equal bytes."""
    text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def credit_row(line: Line, credit: Credit) -> tuple[object, ...]:
    """A row of credits.csv."""
    order = credit.row.root.values
    return (
        line.payee,
        line.role,
        str(Month(line.month)),
        line.rule.name,
        order.get("order_id"),
        _day(order.get("order_date")),
        _money(order.get("list_amount")),
        _money(order.get("net_amount")),
        credit.shown.get("band", "") or "",
        _rate(credit.shown.get("rate")),
        _money(credit.shown.get("quota_part")),
        _money(credit.shown.get("commissionable")),
        _rate(credit.shown.get("added_point")),
        yuan(credit.amount),
    )


def _day(value: Value) -> str:
    return value.isoformat() if isinstance(value, date) else ""


def _money(value: Value) -> str:
    """分, or an exact part of one rounded half-up for show."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return ""
    return yuan(half_up(value))


def _rate(value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return ""
    return rate(Fraction(value))
