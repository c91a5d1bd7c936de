"""Every line and every credit of the samples, against the scheme worked out on its own."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from assay.samples.real import SHIPPED, map_sample
from tests.conftest import PLAN, assay, rows
from tests.oracle import Clerk, fen


def agree(folder: Path, out: Path, engine: str = "duckdb") -> int:
    """Run a folder and hold everything against the clerk; returns the credits compared."""
    ran = assay("run", PLAN, "--facts", folder, "--out", out, "--engine", engine)
    assert ran.status == 0, ran.err
    clerk = Clerk(folder)
    clerk.pay()
    paid = {
        (r["payee_id"], r["role"], r["month"], r["line"]): fen(r["amount"])
        for r in rows(out / "statements.csv")
    }
    assert paid == clerk.lines
    credits: dict[tuple[str, str, str, str], dict[str, int]] = {}
    for r in rows(out / "credits.csv"):
        key = (r["payee_id"], r["role"], r["month"], r["line"])
        credits.setdefault(key, {})[r["order_id"]] = fen(r["amount"])
    assert credits == {key: shares for key, shares in clerk.credits.items() if shares}
    return sum(len(shares) for shares in credits.values())


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_the_sample_department(department: Path, tmp_path: Path, engine: str) -> None:
    assert agree(department, tmp_path, engine) > 7000


def test_northwind(tmp_path: Path) -> None:
    map_sample("northwind", SHIPPED, tmp_path / "facts", force=False)
    assert agree(tmp_path / "facts", tmp_path / "run") == 3 * 830


@pytest.mark.parametrize("seed", [2, 3])
def test_other_departments_at_other_sizes(tmp_path: Path, seed: int) -> None:
    """Amounts times 7 and other targets: bands stay, thresholds and bonuses move."""
    folder = tmp_path / "facts"
    assert assay("sample", "--seed", seed, folder).status == 0
    for name, columns in (
        ("orders.csv", ("list_amount", "net_amount")),
        ("targets.csv", ("target",)),
    ):
        table = rows(folder / name)
        for row in table:
            for column in columns:
                factor = 7 if name == "orders.csv" else seed + 3
                row[column] = f"{fen(row[column]) * factor / 100:.2f}"
        with (folder / name).open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, list(table[0]))
            writer.writeheader()
            writer.writerows(table)
    assert agree(folder, tmp_path / "run") > 7000
