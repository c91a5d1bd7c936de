"""verify: every line of a run worked out again from its own plan and facts, by the reference alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.parquet as pq

from assay.engine.adjust_folder import PAID_COLUMNS, worked_again
from assay.engine.folder import RunFolder, read_cells, read_rows
from assay.engine.inputs import read_inputs
from assay.engine.kept_credits import relation
from assay.engine.publish import BUCKETS, describe, files_of, query_text, statement_rows
from assay.engine.results import CREDIT_COLUMNS, STATEMENT_COLUMNS
from assay.engine.run import Outcome, credits_of, ran_on, roads, run_program
from assay.engine.staging import PUBLISHED
from assay.errors import UserError
from assay.facts.cells import Rejection
from assay.facts.facts import Facts, Progress
from assay.money import yuan
from assay.plan.source import digest
from assay.plan.sql.query import compile_sql

Row = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """A row that is not what it should be: where, which, and what stands there and should."""

    file: str
    key: str
    found: str
    expected: str

    def text(self) -> str:
        """The difference in a line."""
        return (
            f"{self.file}: {self.key}: {self.found or '—'}, should be {self.expected or 'absent'}"
        )


def verify(run: RunFolder, progress: Progress | None = None) -> tuple[int, list[Difference]]:
    """How many lines were worked out, and every difference, in the order of the files."""
    found = [*changed_files(run), *_strangers(run)]
    facts = read_inputs(run.program, run.facts, progress)
    found += [
        Difference(
            f"facts/{r.file}", f"row {r.row} {r.column}", r.value, f"not rejected ({r.reason})"
        )
        for r in facts.rejected
    ]
    if run.adjusts:
        again = worked_again(run, facts)
        columns = (*STATEMENT_COLUMNS, "for_month", "reason")
        found += _compared(run.path / "statements.csv", columns, again.statements)
        found += _compared(run.path / "credits.csv", (*CREDIT_COLUMNS, "for_month"), again.credits)
        found += _compared(run.path / "paid.csv", PAID_COLUMNS, again.paid, but="0.00")
        found += _told(run.data, again.data)
        return len(again.statements), found
    outcome = run_program(run.program, facts, run.months, "reference", progress)
    lines = [tuple(map(str, row)) for row in statement_rows(run.program, outcome)]
    found += _compared(run.path / "statements.csv", STATEMENT_COLUMNS, lines)
    worked = [tuple(map(_text, row)) for row in credits_of(run.program, facts, outcome)]
    found += _credits(run, worked)
    found += _query(run)
    found += _told(run.data, _described(run, facts, outcome, len(worked)))
    return len(lines), found


def _described(run: RunFolder, facts: Facts, outcome: Outcome, credits: int) -> dict[str, object]:
    """run.json as it must be, as far as the kept facts say: of rows that were rejected none is kept."""
    asked = {str(rule.get("because", "")) for rule in _rules(run.data)}
    counts = dict(outcome.counts)
    if asked != {"asked for"}:
        _, reasons = roads(run.program, facts, run.months, "duckdb")
        outcome = replace(outcome, where=ran_on(run.program, reasons), reasons=reasons)
        if not reasons:  # Rows of nobody, and of no day, are told by the reference alone.
            counts = {name: n for name, n in counts.items() if not name.endswith("_rows")}
    rejected = run.path / "rejected.csv"
    if rejected.is_file():
        said = run.data.get("counts")
        counts |= {n: said[n] for n in facts.counts if isinstance(said, Mapping) and n in said}
        rows = [Rejection(r["file"], 0, "", r["value"], r["reason"]) for r in read_rows(rejected)]
        facts = replace(facts, rejected=rows)
    outcome = replace(outcome, counts=counts)
    data = describe(run.program, run.text, facts, outcome, run.months, credits)
    return {name: data[name] for name in ("plan", "engine", "months", "counts", "totals")}


def _rules(data: Mapping[str, object]) -> list[Mapping[str, object]]:
    engine = data.get("engine")
    rules = engine.get("rules") if isinstance(engine, Mapping) else None
    return [r for r in rules if isinstance(r, Mapping)] if isinstance(rules, list) else []


def _query(run: RunFolder) -> Iterator[Difference]:
    """query.sql against what the plan compiles to, by ids that are all numbers or not."""
    path = run.path / "query.sql"
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    if text not in [query_text(compile_sql(run.program, numbered)) for numbered in (True, False)]:
        yield Difference("query.sql", "text", digest(text), "what the plan compiles to")


def _told(said: object, worked: object, at: str = "") -> Iterator[Difference]:
    """What run.json says against what it must, leaf by leaf."""
    said, worked = _by_name(said), _by_name(worked)
    if isinstance(worked, Mapping):
        mine = said if isinstance(said, Mapping) else {}
        for name in sorted({*worked, *(mine if at else ())}):
            yield from _told(mine.get(name), worked.get(name), f"{at} {name}".strip())
    elif said != worked:
        yield Difference("run.json", at, _leaf(said), _leaf(worked))


def _by_name(value: object) -> object:
    """A list as a mapping by place, 1 the first; anything else as it is."""
    return {f"{n}": one for n, one in enumerate(value, 1)} if isinstance(value, list) else value


def _leaf(value: object) -> str:
    return "" if value is None else str(value)


def changed_files(run: RunFolder) -> list[Difference]:
    """Files of a run that are not as they were written, by the digests in its run.json."""
    return [*_plan(run), *_files(run)]


def _strangers(run: RunFolder) -> Iterator[Difference]:
    """What would be taken for results in the folder and is none of its own: another list of statements,
    credits in parts, which whoever reads them prefers, beside those of adjustments."""
    own = {*PUBLISHED} - {"credits" if run.adjusts else "paid.csv"}
    for path in sorted(run.path.iterdir()):
        if path.name not in own and path.name.lower().startswith(_RESULTS):
            kind = "folder" if path.is_dir() else "file"
            yield Difference(path.name, kind, "beside the results", "")


# With what the names of results begin; a house's own notes in the folder are its own.
_RESULTS = ("statements", "credits", "paid", "rejected")


def _plan(run: RunFolder) -> Iterator[Difference]:
    said = run.data.get("plan")
    there = str(said.get("digest", "")) if isinstance(said, Mapping) else ""
    if there != digest(run.text):
        yield Difference("plan.yaml", "digest", digest(run.text), there)


def _files(run: RunFolder) -> Iterator[Difference]:
    """Digests of the files: a first sign only, the lines are worked out all the same."""
    said = run.data.get("files")
    listed = said if isinstance(said, Mapping) else {}
    there = files_of(run.path)
    for name in sorted({*listed, *there}):
        if str(listed.get(name, "")) != there.get(name, ""):
            yield Difference(name, "digest", there.get(name, ""), str(listed.get(name, "")))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _compared(
    path: Path, columns: tuple[str, ...], worked: Iterable[Row], but: str | None = None
) -> Iterator[Difference]:
    """Rows of a file, `but` those of an amount, against rows worked out, by what names them; equal
    rows are counted off. Columns are the run's own and no others: who reads the file by another would
    be told something else."""
    header, *written = read_cells(path) or [()]
    if header != columns:
        yield Difference(path.name, "columns", ",".join(header), ",".join(columns))
        return
    for number, row in enumerate(written, 2):
        if len(row) != len(columns):
            yield Difference(path.name, f"row {number}", ",".join(row), f"{len(columns)} cells")
    whole = [row for row in written if len(row) == len(columns)]
    amount = columns.index("amount")
    yield from _rows(path.name, columns, [r for r in whole if r[amount] != but], worked)


def _rows(
    name: str, columns: tuple[str, ...], written: Iterable[Row], worked: Iterable[Row]
) -> Iterator[Difference]:
    left, lacking = Counter(written), Counter(worked)
    both = left & lacking
    left, lacking = left - both, lacking - both
    by_key: dict[Row, tuple[list[Row], list[Row]]] = {}
    keys = [
        c for c in ("payee_id", "role", "month", "line", "order_id", "for_month") if c in columns
    ]
    for side, rows in enumerate((left, lacking)):
        for row in rows.elements():
            key = tuple(row[columns.index(c)] for c in keys)
            by_key.setdefault(key, ([], []))[side].append(row)
    for key in sorted(by_key):
        found, expected = by_key[key]
        for n in range(max(len(found), len(expected))):
            one = found[n] if n < len(found) else None
            other = expected[n] if n < len(expected) else None
            yield Difference(
                name,
                " ".join(k for k in key if k),
                _unlike(columns, one, other),
                _unlike(columns, other, one),
            )


def _unlike(columns: tuple[str, ...], row: Row | None, other: Row | None) -> str:
    """The cells of a row that differ from another's; its amount where there is no other."""
    if row is None:
        return ""
    if other is None:
        return f"amount {row[columns.index('amount')]}"
    return ", ".join(
        f"{c} {mine or '—'}"
        for c, mine, its in zip(columns, row, other, strict=True)
        if mine != its
    )


def _credits(run: RunFolder, worked: list[Row]) -> Iterator[Difference]:
    """The credits against those worked out, read as everything else reads them."""
    folder = run.path / "credits"
    if not folder.is_dir():
        yield from _compared(run.path / "credits.csv", CREDIT_COLUMNS, worked)
        return
    if (run.path / "credits.csv").is_file():
        yield Difference("credits.csv", "file", "beside the folder credits", "")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _PART.fullmatch(path.relative_to(folder).as_posix()):
            yield Difference("credits", path.relative_to(folder).as_posix(), "a file", "")
    columns = ", ".join(CREDIT_COLUMNS)
    try:
        yield from _columns_of_parts(folder)
        with duckdb.connect(":memory:") as connection:
            found = connection.execute(
                f"SELECT {columns}, bucket, CAST(hash(payee_id) % {BUCKETS} AS INTEGER)"
                f" FROM ({relation(run.path)})"
            ).fetchall()
    except (duckdb.Error, pyarrow.ArrowException) as error:
        reason = (str(error).splitlines() or ["no reason given"])[0]
        raise UserError(f"{folder}: damaged, it cannot be read as Parquet ({reason})") from None
    written = [tuple(map(_cell, CREDIT_COLUMNS, row)) for row in found]
    yield from _rows("credits", CREDIT_COLUMNS, written, worked)
    for row, (*_, bucket, its) in zip(written, found, strict=True):
        if bucket != its:
            yield Difference("credits", " ".join(row[:5]), f"bucket {bucket}", f"bucket {its}")


def _columns_of_parts(folder: Path) -> Iterator[Difference]:
    """Parts with other columns than a run writes, as of a CSV; the month is in the folder's name."""
    own = tuple(column for column in CREDIT_COLUMNS if column != "month")
    for path in sorted(folder.glob("*/*/*.parquet")):
        columns = tuple(pq.read_schema(path).names)
        if columns != own:
            part = path.relative_to(folder).as_posix()
            yield Difference("credits", f"columns of {part}", ",".join(columns), ",".join(own))


_PART = re.compile(r"month=[^/]+/bucket=\d+/[^/._][^/]*\.parquet")
_MONEY = ("list_amount", "net_amount", "quota_part", "commissionable", "amount")


def _cell(column: str, value: object) -> str:
    if value is None:
        return ""
    return yuan(value) if column in _MONEY and isinstance(value, int) else str(value)
