"""Writing a folder of facts as the contract names its files and columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from assay.errors import UserError

ORDERS = (
    "order_id", "order_date", "salesperson_id", "customer_id", "channel", "agent_id", "store_id",
    "list_amount", "net_amount", "status", "returned", "delivered_on",
)  # fmt: skip
PEOPLE = ("payee_id", "name", "role", "team", "from", "to")
TARGETS = ("payee_id", "team", "month", "target")
COLLECTIONS = ("order_id", "date", "amount")
ORDER_LINES = ("order_id", "line", "list_amount", "net_amount")


def make_folder(folder: Path, force: bool) -> None:
    """Make a folder, or refuse one in which something stands already."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise UserError(
            f"{folder} is not empty; name another folder, or write over it with --force"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder}: {error.strerror}") from None


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV in UTF-8 with BOM and LF."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
