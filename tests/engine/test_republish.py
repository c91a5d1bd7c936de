"""A run brought up to date where a few orders changed is what a run of today's facts would be."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assay.engine.folder import open_run
from assay.engine.inputs import read_inputs
from assay.engine.publish import publish
from assay.engine.republish import republish
from assay.engine.run import run_program
from assay.engine.verify import verify
from assay.errors import UserError
from assay.plan.compile import compile_plan
from assay.plan.reading import read_plan
from assay.samples.made import Made
from tests.conftest import PLAN, assay

TEXT = PLAN.read_text(encoding="utf-8")
PROGRAM = compile_plan(read_plan(TEXT))
MADE = Made(PROGRAM, 8, 40, 4)
MONTHS = MADE.span[:3]
Row = dict[str, object]


def pay(facts: Path, out: Path) -> Path:
    read = read_inputs(PROGRAM, facts)
    publish(
        PROGRAM, TEXT, read, run_program(PROGRAM, read, MONTHS, "duckdb"), MONTHS, out, "parquet"
    )
    return out


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over facts in Parquet: orders, people and targets."""
    place = tmp_path_factory.mktemp("republish")
    MADE.write(place / "csv")
    for name in ("collections", "order_lines"):
        (place / "csv" / f"{name}.csv").unlink()
    return pay(pay(place / "csv", place / "first") / "facts", place / "run")


def credits(folder: Path) -> Counter[tuple[object, ...]]:
    """Every credit with the partition it stands in."""
    found: Counter[tuple[object, ...]] = Counter()
    for path in sorted((folder / "credits").rglob("*.parquet")):
        for row in pq.read_table(path, partitioning=None).to_pylist():
            found[(*path.parts[-3:-1], *row.values())] += 1
    return found


def order_of(orders: list[Row], **wanted: object) -> Row:
    return next(
        o for o in orders
        if o["status"] == "completed" and all(o[c] == v if v is not None else o[c] for c, v in wanted.items())
    )  # fmt: skip


def changed(kind: str, orders: list[Row]) -> list[str]:
    """Change some orders as they come; returns the ids that changed."""
    one = order_of(orders, salesperson_id=None)
    other = order_of(orders[60:], salesperson_id=None)
    if kind == "amount":
        one["net_amount"] = 77_777_777
    elif kind == "cancelled":
        one["status"] = "cancelled"
    elif kind == "owner":
        assert one["salesperson_id"] != other["salesperson_id"]
        one["salesperson_id"] = other["salesperson_id"]
    elif kind == "month":
        one["order_date"] = date(2024, 3, 3)
    elif kind == "out of the months paid":
        one["order_date"] = date(2024, 4, 4)
    elif kind == "gone":
        orders.remove(one)
    elif kind == "new":
        orders.append({**one, "order_id": "99999", "net_amount": 1})
    elif kind == "agent":
        one = order_of(orders, agent_id=None)
        one["net_amount"] = 123
    else:
        one["net_amount"], other["net_amount"] = 1, 2
        return [str(one["order_id"]), str(other["order_id"])]
    return ["99999"] if kind == "new" else [str(one["order_id"])]


KINDS = (
    "amount",
    "cancelled",
    "owner",
    "month",
    "out of the months paid",
    "gone",
    "new",
    "agent",
    "two",
)


def today(paid: Path, folder: Path, kind: str) -> list[str]:
    """The facts of today: those of the run with some orders changed."""
    shutil.copytree(paid / "facts", folder)
    table = pq.read_table(folder / "orders.parquet")
    orders = table.to_pylist()
    ids = changed(kind, orders)
    pq.write_table(pa.Table.from_pylist(orders, schema=table.schema), folder / "orders.parquet")
    return ids


@pytest.mark.parametrize("kind", KINDS)
def test_it_equals_a_run_of_today(paid: Path, tmp_path: Path, kind: str) -> None:
    ids = today(paid, tmp_path / "today", kind)
    out = tmp_path / "out"
    shutil.copytree(paid, out)
    before = {p: os.stat(p).st_ino for p in (out / "credits").rglob("*.parquet")}
    done = republish(open_run(out), tmp_path / "today", ids)
    again = pay(tmp_path / "today", tmp_path / "again")
    assert (out / "statements.csv").read_bytes() == (again / "statements.csv").read_bytes()
    assert (out / "run.json").read_text() == (again / "run.json").read_text()
    assert credits(out) == credits(again)
    assert verify(open_run(out))[1] == []
    # Nothing else was written: the other partitions are the files they were.
    after = {p: os.stat(p).st_ino for p in (out / "credits").rglob("*.parquet")}
    rewritten = {p.parent for p, node in after.items() if before.get(p) != node}
    assert len(rewritten) <= done.written < done.partitions / 3


def test_what_cannot_be_brought_up_to_date_is_said(paid: Path, tmp_path: Path) -> None:
    run = open_run(paid)
    with pytest.raises(UserError, match="none of the orders 123456789"):
        republish(run, paid / "facts", ["123456789"])
    with pytest.raises(UserError, match=r"no orders\.parquet"):
        republish(run, tmp_path, ["1"])
    plain = tmp_path / "plain"
    shutil.copytree(paid, plain)
    shutil.rmtree(plain / "credits")
    with pytest.raises(UserError, match="--credits parquet"):
        republish(open_run(plain), paid / "facts", ["1"])


def test_the_command(paid: Path, tmp_path: Path) -> None:
    ids = today(paid, tmp_path / "today", "amount")
    out = tmp_path / "out"
    shutil.copytree(paid, out)
    ran = assay("republish", out, "--facts", tmp_path / "today", "--order", ids[0])
    assert ran.status == 0, ran.err
    assert "partitions written" in ran.out
    assert assay("verify", out).status == 0
