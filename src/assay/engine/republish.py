"""A published run brought up to date where some orders changed: only what they touch is worked out.

The touched payees are those the changed orders name, before and now, and with them all of their
teams where a line looks at teams. Their months are paid again from their own orders by the same
queries; the partitions of credits they stand in are written anew, all others are linked.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assay.engine.adjust import of_team, with_teams
from assay.engine.folder import RunFolder
from assay.engine.inputs import read_inputs
from assay.engine.publish import BUCKETS, describe, statement_rows
from assay.engine.results import CREDIT_COLUMNS, write_json
from assay.engine.run import Outcome, run_program
from assay.engine.staging import COMMIT, staged
from assay.errors import UserError
from assay.facts.facts import Facts
from assay.facts.files import digest as file_digest
from assay.money import read_yuan, yuan
from assay.period import Month

Rows = list[tuple[str, ...]]
_AGAIN = "work it out with ./assay run instead"


@dataclass(frozen=True)
class Republished:
    """What was done: payees whose pay or credits changed, partitions written out of how many."""

    payees: int
    written: int
    partitions: int


@dataclass(frozen=True)
class _Paid:
    """The touched payees' months by the facts before or now."""

    facts: Facts
    outcome: Outcome
    rows: Rows
    months: range


def republish(run: RunFolder, facts: Path, changed: Collection[str]) -> Republished:
    """Bring a run up to the facts of today, of which only the named orders differ from its own.

    The folder then is what `run` would write. Raises UserError where a run or its facts do not
    allow it: credits as CSV, rules on the reference, plans that look through the whole house or
    read more than orders.
    """
    _allowed(run, facts)
    connection = duckdb.connect(":memory:")
    sides = (run.facts / "orders.parquet", facts / "orders.parquet")
    who = _Touched(connection, run, sides, sorted(changed))
    months = who.months(run.months)
    with tempfile.TemporaryDirectory() as place:
        before, now = (
            _paid(run, _extract(connection, orders, run.facts, who, Path(place) / name), months)
            for name, orders in zip(("before", "now"), sides, strict=True)
        )
        payees = who.payees & _unlike(before, now)
        with staged(run.path) as stage:
            partitions, written = _credits(run.path, stage, now, payees)
            _statements(run, stage, now, payees)
            _facts(run, facts, stage)
            write_json(stage / COMMIT, _described(run, stage, before, now, payees))
    return Republished(len(payees), written, partitions)


def _unlike(before: _Paid, now: _Paid) -> set[str]:
    """Payees whose credits or lines differ."""
    lines = {row[0] for row in {*before.rows} ^ {*now.rows}}
    query = f"SELECT {', '.join(CREDIT_COLUMNS)} FROM credit_out"
    credits = [set(side.facts.connection.execute(query).fetchall()) for side in (before, now)]
    return lines | {str(row[0]) for row in credits[0] ^ credits[1]}


def _allowed(run: RunFolder, facts: Path) -> None:
    program = run.program
    if run.adjusts:
        raise UserError(f"{run.path}: a folder of adjustments; run ./assay adjust on it instead")
    if not (run.path / "credits").is_dir():
        raise UserError(
            f"{run.path}: its credits are one CSV file, of which no part can be written anew; only a"
            f" run with --credits parquet is brought up to date. For this one {_AGAIN}"
        )
    if not (facts / "orders.parquet").is_file():
        raise UserError(
            f"{facts}: no orders.parquet; the facts of today must be Parquet, as a run keeps them in"
            f" RUN_DIR/facts. From CSV {_AGAIN}"
        )
    engine = run.data.get("engine")
    rules = engine.get("rules", []) if isinstance(engine, dict) else []
    if any(rule.get("ran_on") != "duckdb" for rule in rules) or program.divided:
        raise UserError(f"some rules ran on the reference; {_AGAIN}")
    if program.looks_beside or program.rounding == "statement":
        raise UserError(f"the plan looks at people outside a team; {_AGAIN}")
    if more := sorted({need.table for need in program.needs} - {"orders", "people", "targets"}):
        raise UserError(f"the plan reads {', '.join(more)} too; {_AGAIN}")


class _Touched:
    """Which payees a set of changed orders reaches, and when."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        run: RunFolder,
        sides: tuple[Path, Path],
        changed: list[str],
    ) -> None:
        program = self.program = run.program
        self.columns = sorted({s.who.stored for s in program.streams if s.who.fact == "order"})
        self.days: set[str] = set()
        named: set[str] = set()
        for side in sides:
            there = _columns(connection, side)
            picked = [f'CAST("{c}" AS VARCHAR)' for c in self.columns if c in there]
            found = connection.execute(
                f"SELECT CAST(order_date AS VARCHAR), {', '.join(picked)} FROM {_parquet(side)}"
                f" WHERE {_one_of(there, changed)}"
            ).fetchall()
            self.days |= {day for day, *_ in found}
            named |= {payee for _, *payees in found for payee in payees if payee}
            if side == sides[1] and len(found) < len(changed):
                _nothing_below(connection, run.facts, changed)
        if not self.days:
            raise UserError(f"none of the orders {', '.join(changed[:5])} is in the facts")
        self.payees = named
        if any(of_team(program, rule) for rule in program.rules):
            people = run.facts / "people.parquet"
            query = f"SELECT payee_id, role, team FROM {_parquet(people)}"
            self.payees = with_teams(program, connection.execute(query).fetchall(), named)

    def months(self, paid: range) -> range:
        """The months to pay again: those of the changed orders, or all where a month looks back."""
        if self.program.looks_back or not self.program.by_order_date:
            return paid
        inside = sorted({Month.parse(day[:7]).index for day in self.days} & set(paid))
        return range(inside[0], inside[-1] + 1) if inside else range(paid.start, paid.start)


def _nothing_below(connection: duckdb.DuckDBPyConnection, kept: Path, orders: list[str]) -> None:
    """Refuse orders that went where rows below them are kept."""
    for path in sorted(kept.glob("*.parquet")):
        if path.stem != "orders" and "order_id" in _columns(connection, path):
            query = (
                f"SELECT count(*) FROM {_parquet(path)} WHERE CAST(order_id AS VARCHAR) = ANY(?)"
            )
            if connection.execute(query, [orders]).fetchall()[0][0]:
                raise UserError(f"an order that went has rows in {path.stem}; {_AGAIN}")


def _extract(
    connection: duckdb.DuckDBPyConnection, orders: Path, kept: Path, who: _Touched, folder: Path
) -> Path:
    """The orders of the touched payees alone, with the people and targets kept."""
    folder.mkdir()
    payees = ", ".join("'" + payee.replace("'", "''") + "'" for payee in sorted(who.payees))
    there = _columns(connection, orders)
    mine = " OR ".join(f'"{c}" IN ({payees})' for c in who.columns if c in there) or "FALSE"
    if who.program.by_order_date and not who.program.looks_back:
        first, last = min(who.days)[:7], Month.parse(max(who.days)[:7]).after
        mine = f"({mine}) AND order_date >= DATE '{first}-01' AND order_date < DATE '{last}'"
    out = _text(folder / "orders.parquet")
    connection.execute(f"COPY (SELECT * FROM {_parquet(orders)} WHERE {mine}) TO '{out}'")
    for name in ("people.parquet", "targets.parquet"):
        if (kept / name).is_file():
            there = _columns(connection, kept / name)
            # Superiors outside a team are looked at by no line of such a plan.
            picked = (
                "* REPLACE (CAST(NULL AS VARCHAR) AS reports_to)" if "reports_to" in there else "*"
            )
            which = [f"payee_id IN ({payees or 'NULL'})"] * ("payee_id" in there)
            which += ["team IS NOT NULL"] * (name == "targets.parquet" and "team" in there)
            query = f"SELECT {picked} FROM {_parquet(kept / name)} WHERE {' OR '.join(which)}"
            connection.execute(f"COPY ({query}) TO '{_text(folder / name)}' (FORMAT parquet)")
    return folder


def _paid(run: RunFolder, folder: Path, months: range) -> _Paid:
    facts = read_inputs(run.program, folder)
    if facts.rejected:
        first = facts.rejected[0]
        raise UserError(f"{first.file}: {first.column} “{first.value}”: {first.reason}; {_AGAIN}")
    outcome = run_program(run.program, facts, months, "duckdb")
    return _Paid(facts, outcome, list(statement_rows(run.program, outcome)), months)


# -- what is written ------------------------------------------------------------------------------


def _credits(old: Path, stage: Path, now: _Paid, payees: Collection[str]) -> tuple[int, int]:
    """Partitions linked, but for those the touched payees stand in: these are written anew."""
    connection = now.facts.connection
    source, target = old / "credits", stage / "credits"
    paid = {str(Month(month)) for month in now.months} if payees else set()
    connection.execute(
        "CREATE TABLE touched AS SELECT unnest(CAST(? AS VARCHAR[])) AS payee", [sorted(payees)]
    )
    query = f"SELECT DISTINCT CAST(hash(payee) % {BUCKETS} AS INTEGER) FROM touched"
    buckets = {bucket for (bucket,) in connection.execute(query).fetchall()}
    parts = {path.parent for path in source.rglob("*.parquet")}
    wanted = {
        source / f"month={month}" / f"bucket={bucket}" for month in paid for bucket in buckets
    }
    for part in sorted(parts - wanted):
        place = target / part.relative_to(source)
        place.mkdir(parents=True)
        for path in part.glob("*.parquet"):
            _link(path, place / path.name)
    written = 0
    for part in sorted(wanted):
        written += _partition(connection, part, target / part.relative_to(source))
    return len(parts | wanted), written


def _partition(connection: duckdb.DuckDBPyConnection, part: Path, place: Path) -> int:
    """One partition without the touched payees' old rows and with their new ones."""
    month, bucket = (name.split("=")[1] for name in (part.parent.name, part.name))
    columns = ", ".join(c for c in CREDIT_COLUMNS if c != "month")
    new = (
        f"SELECT {columns}, line_no, day, id_rank FROM credit_out WHERE month = '{month}'"
        f" AND payee_id IN (SELECT payee FROM touched) AND hash(payee_id) % {BUCKETS} = {bucket}"
    )
    rows = f"SELECT {columns} FROM ({new} ORDER BY payee_id, role, line_no, day, id_rank)"
    if any(part.glob("*.parquet")):
        old = f"read_parquet('{_text(part)}/*.parquet', hive_partitioning = false)"
        rows = (
            f"SELECT {columns} FROM {old} WHERE payee_id NOT IN (SELECT payee FROM touched)"
            f" UNION ALL ({rows})"
        )
    place.mkdir(parents=True)
    out = place / "data_0.parquet"
    connection.execute(f"COPY ({rows}) TO '{_text(out)}' (FORMAT parquet)")
    return 1


def _statements(run: RunFolder, stage: Path, now: _Paid, payees: Collection[str]) -> None:
    """The statements with the touched payees' months in the place of the old ones."""
    months = {str(Month(month)) for month in now.months}
    fresh: dict[str, Rows] = {payee: [] for payee in payees}
    for row in now.rows:
        if row[0] in fresh:
            fresh[row[0]].append(row)
    order = {rule.name: n for n, rule in reversed(list(enumerate(run.program.rules)))}

    def key(row: tuple[str, ...]) -> tuple[str, str, str, int]:
        return row[0], row[2], row[3], order[row[4]]

    text = (run.path / "statements.csv").read_text(encoding="utf-8-sig")
    with (stage / "statements.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for payee, block in _blocks(text, fresh):
            if payee not in fresh:
                stream.write(block)
                continue
            old = (tuple(row) for row in csv.reader(io.StringIO(block)))
            rows: Rows = [row for row in old if row[3] not in months] + fresh[payee]
            rows.sort(key=key)
            writer.writerows(rows)


def _blocks(text: str, payees: Collection[str]) -> Iterator[tuple[str, str]]:
    """The rows of each of some payees as they stand, and what stands between them."""
    if '"' in text:  # a name may hold a line end: leave it to the reader of CSV
        yield from _read_blocks(text)
        return
    at = 0
    for payee in sorted(payees):  # as the rows stand: each is looked for from the one before on
        begin = f"{payee},"
        start = end = text.find(f"\n{begin}", max(at - 1, 0)) + 1
        while end and text.startswith(begin, end):
            end = text.find("\n", end) + 1 or len(text)
        if end > start:
            yield "", text[at:start]
            yield payee, text[start:end]
            at = end
    yield "", text[at:]


def _read_blocks(text: str) -> Iterator[tuple[str, str]]:
    """The rows of each payee, written anew one by one, the header first."""
    out = io.StringIO()
    current, block = "", ""
    for row in csv.reader(io.StringIO(text)):
        if row[0] != current:
            yield current, block
            current, block = row[0], ""
        out.seek(0)
        out.truncate()
        csv.writer(out, lineterminator="\n").writerow(row)
        block += out.getvalue()
    yield current, block


def _facts(run: RunFolder, facts: Path, stage: Path) -> None:
    """The facts kept with the run: the orders of today, everything else as it was."""
    place = stage / "facts"
    place.mkdir()
    for path in run.facts.iterdir():
        if path.name != "orders.parquet":
            _link(path, place / path.name)
    shutil.copyfile(facts / "orders.parquet", place / "orders.parquet")
    for name in ("plan.yaml", "query.sql"):
        _link(run.path / name, stage / name)


def _described(
    run: RunFolder, stage: Path, before: _Paid, now: _Paid, payees: Collection[str]
) -> dict[str, object]:
    """run.json: counts and totals moved by the difference, digests of what was written."""
    counts = _whole(run.data.get("counts"))
    totals = {name: read_yuan(str(said)) for name, said in _mapping(run.data.get("totals")).items()}
    for side, sign in ((before, -1), (now, 1)):
        mine = [row for row in side.rows if row[0] in payees]
        for row in mine:
            totals[row[4]] = totals.get(row[4], 0) + sign * read_yuan(row[6])
        said = describe(run.program, run.text, side.facts, side.outcome, side.months)["counts"]
        more = {**_whole(said), "statement_lines": len(mine), "credits": _credited(side, payees)}
        for name, number in more.items():
            counts[name] = counts.get(name, 0) + sign * number
    orders = file_digest(stage / "facts" / "orders.parquet")
    statements = file_digest(stage / "statements.csv")
    files = {"facts/orders.parquet": orders, "statements.csv": statements}
    return {
        **run.data,
        "counts": counts,
        "totals": {name: yuan(amount) for name, amount in totals.items()},
        "inputs": {**_mapping(run.data.get("inputs")), "orders.parquet": orders},
        "files": {**_mapping(run.data.get("files")), **files},
    }


def _credited(side: _Paid, payees: Collection[str]) -> int:
    query = "SELECT count(*) FROM credit_out WHERE payee_id = ANY(?)"
    return side.facts.number(query, [sorted(payees)])


def _mapping(value: object) -> dict[str, object]:
    return {str(k): v for k, v in value.items()} if isinstance(value, dict) else {}


def _whole(value: object) -> dict[str, int]:
    return {name: int(str(number)) for name, number in _mapping(value).items()}


def _link(source: Path, target: Path) -> None:
    """The same file under another name; copied where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _one_of(there: Mapping[str, str], orders: list[str]) -> str:
    """The condition that a row is of some orders, by number where ids are numbers."""
    if there["order_id"] in ("BIGINT", "INTEGER"):
        numbers = [order for order in orders if order.isascii() and order.isdigit()]
        return f"order_id IN ({', '.join(numbers) or 'NULL'})"
    texts = ", ".join("'" + order.replace("'", "''") + "'" for order in orders)
    return f"CAST(order_id AS VARCHAR) IN ({texts})"


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """The columns of a Parquet file with their types."""
    rows = connection.execute(f"DESCRIBE SELECT * FROM {_parquet(path)}").fetchall()
    return {str(row[0]): str(row[1]) for row in rows}


def _parquet(path: Path) -> str:
    return f"read_parquet('{_text(path)}', hive_partitioning = false)"


def _text(path: Path) -> str:
    return str(path).replace("'", "''")
