"""One contender of a bench in a process of its own: prints wall and CPU seconds and peak memory."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from assay.engine.duck import fits, prepare
from assay.engine.explain import explain
from assay.engine.folder import open_run
from assay.engine.inputs import read_inputs
from assay.engine.publish import publish
from assay.engine.republish import republish
from assay.engine.results import CREDIT_COLUMNS
from assay.engine.run import run_program
from assay.facts.files import digest
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.reading import read_plan
from assay.plan.sql.query import compile_sql

ROOT = Path(__file__).resolve().parents[1]
PLAN = ROOT / "plans" / "key-account.yaml"
SUMS = "SELECT payee_id, role, month, line, CAST(sum(amount) AS BIGINT), count(*) FROM"
YEAR = range(2024 * 12, 2025 * 12)


def program() -> Program:
    """The key-account plan."""
    return compile_plan(read_plan(PLAN.read_text(encoding="utf-8")))


def plan(folder: Path, out: Path, memory: str) -> Callable[[], object]:
    """The plan's generated query: credits to Parquet, statements from them."""
    made = program()
    facts = read_inputs(made, folder, memory=memory, trusted=True)
    prepare(made, facts, YEAR)

    def run() -> object:
        queries = compile_sql(made, facts.numbered)
        if not fits(made, facts, queries) or queries.outside:
            raise SystemExit("the plan does not fit the whole-number subset")
        columns = ", ".join(CREDIT_COLUMNS)
        return _copy(facts.connection, f"SELECT {columns} FROM ({queries.credits})", out)

    return run


def by_hand(folder: Path, out: Path, memory: str) -> Callable[[], object]:
    """The same sums in SQL written by hand."""
    connection = duckdb.connect(config={"memory_limit": memory} if memory else {})
    connection.execute("SET preserve_insertion_order = false").fetchall()
    connection.execute(
        f"CREATE VIEW raw AS SELECT * FROM read_parquet('{folder}/orders.parquet')"
    ).fetchall()
    connection.execute(
        f"CREATE TABLE people AS SELECT payee_id, role, team FROM read_csv('{folder}/people.csv')"
    ).fetchall()
    connection.execute(
        "CREATE TABLE targets AS SELECT payee_id, team, CAST(left(month, 4) AS INTEGER) * 12 +"
        f" CAST(right(month, 2) AS INTEGER) - 1 AS month,"
        f" CAST(target AS BIGINT) * 100 AS target FROM read_csv('{folder}/targets.csv')"
    ).fetchall()
    query = (ROOT / "bench" / "by_hand.sql").read_text(encoding="utf-8")
    return lambda: _copy(connection, query, out)


def _copy(connection: duckdb.DuckDBPyConnection, query: str, out: Path) -> object:
    connection.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet)").fetchall()
    sums = f"{SUMS} read_parquet('{out}') GROUP BY ALL ORDER BY ALL"
    return connection.execute(
        f"SELECT md5(string_agg(CAST(t AS VARCHAR), ';')) FROM ({sums}) t"
    ).fetchall()[0][0]


def scan(folder: Path, out: Path, memory: str) -> Callable[[], object]:
    """A bare scan: the sum of every amount."""
    connection = duckdb.connect()
    query = (
        "SELECT CAST(sum(list_amount) AS BIGINT), CAST(sum(net_amount) AS BIGINT), count(*)"
        f" FROM read_parquet('{folder}/orders.parquet')"
    )
    return lambda: str(connection.execute(query).fetchall())


def rewrite(folder: Path, out: Path, memory: str) -> Callable[[], object]:
    """A bare read and rewrite of the credits that a run wrote."""
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false").fetchall()
    source = out.with_name("plan.parquet")
    query = f"COPY (SELECT * FROM read_parquet('{source}')) TO '{out}' (FORMAT parquet)"
    return lambda: str(connection.execute(query).fetchall())


def reference(folder: Path, out: Path, memory: str) -> Callable[[], object]:
    """The reference in exact fractions."""
    made = program()
    facts = read_inputs(made, folder, trusted=True)
    return lambda: len(run_program(made, facts, YEAR, "reference").statements)


def explaining(folder: Path, out: Path, memory: str) -> Callable[[], object]:
    """One payee's month explained, the second call in the process."""
    made = program()
    facts = read_inputs(made, folder, trusted=True)
    explain(made, facts, "s00001", Month.parse("2024-03"))
    return lambda: len(explain(made, facts, "s00002", Month.parse("2024-05")))


def publishing(folder: Path, out: Path, memory: str) -> Callable[[], object]:
    """A whole run: facts read and checked, paid, and published with credits in Parquet."""
    made, text = program(), PLAN.read_text(encoding="utf-8")

    def run() -> object:
        facts = read_inputs(made, folder, memory=memory)
        publish(made, text, facts, run_program(made, facts, YEAR, "duckdb"), YEAR, out, "parquet")
        return _statements(out)

    return run


def republishing(folder: Path, out: Path, memory: str) -> Callable[[], object]:
    """The same folder brought up to date where one order changed."""
    (order,) = (folder / "changed").read_text(encoding="utf-8").split()
    published = open_run(out)

    def run() -> object:
        done = republish(published, folder, [order])
        return {"statements": _statements(out), "written": done.written, "of": done.partitions}

    return run


def _statements(out: Path) -> str:
    return digest(out / "statements.csv")


CONTENDERS = {
    "publish": publishing,
    "republish": republishing,
    "plan": plan,
    "by_hand": by_hand,
    "scan": scan,
    "rewrite": rewrite,
    "reference": reference,
    "explain": explaining,
}


def main() -> None:
    """`python -m bench.contender NAME FOLDER OUT [MEMORY]`."""
    name, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    run = CONTENDERS[name](folder, out, sys.argv[4] if len(sys.argv) > 4 else "")
    before = resource.getrusage(resource.RUSAGE_SELF)
    started = time.perf_counter()
    outcome = run()
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        json.dumps({"wall": wall, "cpu": cpu, "rss_mb": after.ru_maxrss / 1024, "outcome": outcome})
    )


if __name__ == "__main__":
    main()
