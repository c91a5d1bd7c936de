"""The folder of a run: statements, credits, run.json, and all that is needed to check it again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from assay.engine.results import (
    CREDIT_COLUMNS,
    STATEMENT_COLUMNS,
    write_csv,
    write_json,
)
from assay.engine.run import Outcome, credits_of, totals
from assay.engine.staging import COMMIT, staged
from assay.errors import UserError
from assay.facts.facts import Facts, write_rejected
from assay.facts.files import digest as file_digest
from assay.facts.schema import TABLES
from assay.money import yuan
from assay.period import Month
from assay.plan.program import Program
from assay.plan.source import digest
from assay.plan.sql.query import Queries, compile_sql

BUCKETS = 16
KEPT = ("plan.yaml", "query.sql", "statements.csv", "credits.csv", "paid.csv", "rejected.csv")


def publish(
    program: Program,
    text: str,
    facts: Facts,
    outcome: Outcome,
    months: range,
    folder: Path,
    credits: str = "csv",
) -> None:
    """Write a run's folder, whole or not at all; files that are not a run's are left alone."""
    with staged(folder) as stage:
        rows = statement_rows(program, outcome)
        write_csv(stage / "statements.csv", STATEMENT_COLUMNS, rows)
        if credits == "parquet":
            count = _partitioned(facts, outcome, stage / "credits")
        else:
            found = credits_of(program, facts, outcome)
            count = write_csv(stage / "credits.csv", CREDIT_COLUMNS, found)
        if facts.rejected:
            write_rejected(stage / "rejected.csv", facts.rejected)
        (stage / "plan.yaml").write_text(text, encoding="utf-8")
        queries = outcome.queries or compile_sql(program)
        (stage / "query.sql").write_text(query_text(queries), encoding="utf-8")
        keep_facts(facts, stage / "facts")
        data = describe(program, text, facts, outcome, months, count)
        write_json(stage / COMMIT, {**data, "files": files_of(stage)})


def query_text(queries: Queries) -> str:
    """query.sql: what DuckDB is asked, the credits and then the lines of months."""
    return f"{queries.credits};\n\n{queries.months};\n"


def files_of(folder: Path) -> dict[str, str]:
    """Digests of the files of a run's folder, but for run.json itself and partitioned credits."""
    names = [
        *(folder / name for name in KEPT if (folder / name).is_file()),
        *sorted((folder / "facts").glob("*.parquet")),
        *sorted((folder / "before").glob("*.parquet")),
    ]
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in names}


def statement_data(program: Program, outcome: Outcome) -> list[dict[str, str]]:
    """The rows of statements.csv as data."""
    return [
        dict(zip(STATEMENT_COLUMNS, row, strict=True)) for row in statement_rows(program, outcome)
    ]


def statement_rows(program: Program, outcome: Outcome) -> Iterator[tuple[str, ...]]:
    """The rows of statements.csv (contract: Results out)."""
    for row in outcome.statements:
        rule = program.rules[row.rule]
        title = rule.title.text("zh", rule.name) + (f" · {row.award}" if row.award else "")
        month = str(Month(row.month))
        yield (row.payee, row.name, row.role, month, rule.name, title, yuan(row.amount))


def describe(
    program: Program,
    text: str,
    facts: Facts,
    outcome: Outcome,
    months: range,
    credits: int | None = None,
) -> Mapping[str, object]:
    """run.json: no clock and no path, so that equal runs are equal bytes."""
    return {
        "plan": {
            "name": program.plan.name,
            "digest": digest(text),
            "effective": program.plan.effective,
        },
        "inputs": facts.inputs,
        "readings": dict(program.readings),
        "engine": {
            "rules": [
                {
                    "line": rule.name,
                    "roles": list(rule.roles),
                    "ran_on": outcome.where[number],
                    **({"because": outcome.reasons[number]} if number in outcome.reasons else {}),
                }
                for number, rule in enumerate(program.rules)
            ]
        },
        "months": {"from": str(Month(months.start)), "to": str(Month(months.stop - 1))},
        "counts": {
            **outcome.counts,
            "rejected": len(facts.rejected),
            "statement_lines": len(outcome.statements),
            **({} if credits is None else {"credits": credits}),
        },
        "totals": {
            name: yuan(amount) for name, amount in totals(program, outcome.statements).items()
        },
        "ignored_columns": {file: list(names) for file, names in facts.ignored.items()},
    }


def _partitioned(facts: Facts, outcome: Outcome, folder: Path) -> int:
    """Credits as Parquet, partitioned by month and bucket of payee; money as int64 分."""
    if outcome.lines and any(line.credits for line in outcome.lines):
        raise UserError("credits of rules that ran on the reference are written as CSV only")
    folder.mkdir(exist_ok=True)
    target = str(folder).replace("'", "''")
    columns = ", ".join(CREDIT_COLUMNS)
    facts.connection.execute(
        f"COPY (SELECT {columns}, CAST(hash(payee_id) % {BUCKETS} AS INTEGER) AS bucket FROM credit_out"
        f" ORDER BY payee_id, role, month, line_no, day, id_rank) TO '{target}'"
        " (FORMAT parquet, PARTITION_BY (month, bucket), OVERWRITE_OR_IGNORE)"
    )
    return facts.number("SELECT count(*) FROM credit_out")


def keep_facts(facts: Facts, folder: Path) -> None:
    """The facts as read, rejected rows and what lies below them left out, as Parquet."""
    folder.mkdir(exist_ok=True)
    for table in sorted(facts.files):
        path = facts.files[table]
        if path.suffix == ".parquet" and not facts.rejected and _is_plain(facts, table):
            shutil.copyfile(path, folder / path.name)
            continue
        known = {spec.name for spec in TABLES.get(table, ())}
        present = [
            c for c in sorted(facts.present[table]) if c in known or table not in TABLES
        ] or ["*"]
        extra = sorted(facts.present[table] - set(present))
        picked = ", ".join(
            f'CAST("{c}" - 1 AS DATE) AS "{c}"' if (table, c) == ("people", "to") else f'"{c}"'
            for c in [*present, *extra]
        )
        query = f"SELECT {picked} FROM raw_{table} WHERE {_kept(facts, table)} ORDER BY row"
        arrow = facts.connection.sql(query).to_arrow_table()
        pq.write_table(arrow, folder / f"{table}.parquet")


def _is_plain(facts: Facts, table: str) -> bool:
    """Whether a Parquet file holds the columns that are read, under their own names, and no others."""
    names = set(pq.read_schema(facts.files[table]).names)
    return names == facts.present[table] and not facts.ignored.get(facts.files[table].name)


def _kept(facts: Facts, table: str) -> str:
    """The condition of a row that is kept: not rejected, and nor is the row it belongs to."""
    name = facts.files[table].name
    rejected = sorted({r.row for r in facts.rejected if r.file == name})
    conditions = [f"row NOT IN (SELECT unnest(CAST({rejected} AS BIGINT[])))"] * bool(rejected)
    for above in facts.files:
        key = "order_id" if above == "orders" else f"{above}_id"
        if above != table and key in facts.present[table] and key in facts.present[above]:
            there = f'SELECT "{key}" FROM raw_{above} WHERE {_kept(facts, above)}'
            conditions.append(f'"{key}" IN ({there})')
    if table == "targets" and "payee_id" in facts.present[table]:
        conditions.append("(payee_id IS NULL OR payee_id IN (SELECT payee_id FROM holdings))")
    return " AND ".join(conditions) or "TRUE"
