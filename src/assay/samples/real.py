"""Northwind and AdventureWorks mapped to a folder of facts (contract: Sample mapping)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from assay.errors import UserError
from assay.samples.folder import ORDERS, PEOPLE, TARGETS, make_folder, write

SHIPPED = Path(__file__).parent / "northwind"
TEAM = "T1"


@dataclass(frozen=True)
class Sample:
    """Who manages, and whose target rows are regional rather than personal."""

    manager: str
    manager_name: str
    regional: frozenset[str]
    targets: bool


SAMPLES = {
    "northwind": Sample("2", "Andrew Fuller", frozenset(), False),
    "adventureworks": Sample("277", "Brian Welcker", frozenset({"272", "290", "294"}), True),
}


def map_sample(name: str, source: Path, folder: Path, force: bool) -> int:
    """Write a real sample's facts; returns the number of orders. The printed amounts are used."""
    sample = SAMPLES[name]
    orders = _rows(source / "orders_norm.csv")
    targets = _rows(source / "monthly_targets.csv") if sample.targets else []
    make_folder(folder, force)
    sellers = {row["salesperson_id"]: row["salesperson_name"] for row in orders}
    people = [[payee, sellers[payee], "salesperson", TEAM, "", ""] for payee in sorted(sellers)]
    people.append([sample.manager, sample.manager_name, "manager", TEAM, "", ""])
    write(folder / "orders.csv", ORDERS[:-1], [_order(row) for row in orders])
    write(folder / "people.csv", PEOPLE, people)
    write(folder / "targets.csv", TARGETS, [t for row in targets if (t := _target(sample, row))])
    return len(orders)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; FROM is the folder with {path.name}") from None


def _order(row: dict[str, str]) -> list[str]:
    """Channel is direct on every row; the source's channel and store are territories."""
    try:
        return [
            row["order_id"], row["order_date"], row["salesperson_id"], row["customer_id"],
            "direct", "", "", row["list_amount"], row["net_amount"], row["status"], row["returned"],
        ]  # fmt: skip
    except KeyError as error:
        raise UserError(f"orders_norm.csv has no column {error.args[0]}") from None


def _target(sample: Sample, row: dict[str, str]) -> list[str] | None:
    key = row["employee_key"]
    if key == sample.manager:
        return ["", TEAM, row["month"], row["target_amount"]]
    if key in sample.regional:
        return None
    return [key, "", row["month"], row["target_amount"]]
