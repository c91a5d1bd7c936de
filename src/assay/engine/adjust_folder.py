"""The folder of adjustments: what was paid, today's facts, and the lines between the two."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from assay.engine.adjust import Adjustment, adjustments
from assay.engine.folder import Paid, RunFolder, cell, fen, month_of
from assay.engine.inputs import read_inputs
from assay.engine.late_returns import leaves_out, stand_as_paid
from assay.engine.publish import files_of, keep_facts
from assay.engine.results import (
    CREDIT_COLUMNS,
    STATEMENT_COLUMNS,
    credit_row,
    write_csv,
    write_json,
)
from assay.engine.run import run_program
from assay.engine.staging import COMMIT, staged
from assay.errors import UserError
from assay.facts.facts import Facts
from assay.money import yuan
from assay.period import Month
from assay.plan.source import digest

Cells = tuple[str, ...]
PAID_COLUMNS = ("payee_id", "role", "month", "line", "amount")
BEFORE = "before"


def write_adjustments(paid: RunFolder, facts: Facts, at: Month, folder: Path) -> list[Adjustment]:
    """Work out and write the adjustments of a run's months, as lines of the month `at`.

    The folder keeps the facts before and now, so that it can be verified and adjusted in turn: where
    returns after the close are left out, orders that came back, wholly or in part, stand in them as
    they were paid.
    """
    if folder.resolve() == paid.path.resolve():
        raise UserError("--out names the run itself; adjustments go into a folder of their own")
    if at.index < paid.months.stop:
        raise UserError(f"{at} has been paid already; name a later month with --month")
    with staged(folder) as stage:
        keep_facts(facts, stage / "facts")
        shutil.copytree(paid.facts, stage / BEFORE)
        late = _returned_late(paid, facts, stage / "facts")
        if late:
            facts = read_inputs(paid.program, stage / "facts")
        found = adjustments(paid, stage / "facts", facts)
        _write_paid(stage / "paid.csv", paid.paid())
        write_csv(
            stage / "statements.csv",
            (*STATEMENT_COLUMNS, "for_month", "reason"),
            (_statement(one, at) for one in _sorted(found, paid)),
        )
        write_csv(
            stage / "credits.csv",
            (*CREDIT_COLUMNS, "for_month"),
            (row for one in _sorted(found, paid) for row in _credits(one, at)),
        )
        (stage / "plan.yaml").write_text(paid.text, encoding="utf-8")
        told = {"returned_late": late} if late else {}
        data = {**_described(paid, at, found), **told, "files": files_of(stage)}
        write_json(stage / COMMIT, data)
    return found


def _returned_late(paid: RunFolder, facts: Facts, kept: Path) -> list[str]:
    """The orders that came back after the close and stand in the kept facts as they were paid."""
    if not leaves_out(paid.program):
        return []
    return stand_as_paid(paid.program, paid.facts, kept, facts)


def _described(paid: RunFolder, at: Month, found: list[Adjustment]) -> dict[str, object]:
    """run.json, but for the digests of its files."""
    return {
        "plan": {"name": paid.program.plan.name, "digest": digest(paid.text)},
        "readings": dict(paid.program.readings),
        "months": {"from": str(Month(paid.months.start)), "to": str(Month(paid.months.stop - 1))},
        "adjusts": {"in": str(at), "lines": len(found)},
        "totals": {"adjustments": yuan(sum(one.amount for one in found))},
    }


class Again(NamedTuple):
    """A folder of adjustments worked out again: rows of its files as texts, and its run.json."""

    statements: list[Cells]
    credits: list[Cells]
    paid: list[Cells]
    data: dict[str, object]


def worked_again(run: RunFolder, facts: Facts) -> Again:
    """What a folder of adjustments must hold, by its facts before and now."""
    at, found = _again(run, facts)
    return Again(
        [_statement(one, at) for one in found],
        [tuple(map(str, row)) for one in found for row in _credits(one, at)],
        _paid_before(run),
        _described(run, at, found),
    )


def _paid_before(run: RunFolder) -> list[Cells]:
    """paid.csv as the facts before make it: a run and its adjustments together are what paying all
    of it by the facts of the last of them comes to. Lines of nought say nothing."""
    before = read_inputs(run.program, run.path / BEFORE)
    outcome = run_program(run.program, before, run.months, "reference")
    rules = run.program.rules
    return [
        (row.payee, row.role, str(Month(row.month)), rules[row.rule].name, yuan(row.amount))
        for row in outcome.statements
        if row.amount
    ]


def _again(run: RunFolder, facts: Facts) -> tuple[Month, list[Adjustment]]:
    said = run.data["adjusts"]
    try:
        at = Month.parse(str(said["in"] if isinstance(said, dict) else ""))
    except (KeyError, ValueError) as error:
        raise UserError(f"{run.path}/run.json cannot be read: adjusts in {error}") from None
    before = PaidBefore(run.path, run.program, run.text, run.data, run.months)
    return at, _sorted(adjustments(before, run.facts, facts), run)


class PaidBefore(RunFolder):
    """What stood before a folder of adjustments: its facts before, and paid.csv."""

    @property
    def facts(self) -> Path:
        """The facts as they were."""
        return self.path / BEFORE

    def paid(self) -> Paid:
        """What had been paid before."""
        name = "paid.csv"
        return {
            (
                cell(r, "payee_id", name),
                cell(r, "role", name),
                month_of(r, name),
                cell(r, "line", name),
            ): fen(r, name)
            for r in self.rows(name)
        }


def _write_paid(path: Path, paid: Paid) -> None:
    rows = (
        (payee, role, str(Month(month)), line, yuan(amount))
        for (payee, role, month, line), amount in sorted(paid.items())
    )
    write_csv(path, PAID_COLUMNS, rows)


def _sorted(found: list[Adjustment], run: RunFolder) -> list[Adjustment]:
    order = {rule.name: n for n, rule in enumerate(run.program.rules)}
    return sorted(found, key=lambda a: (a.payee, a.role, a.for_month, order[a.line]))


def _statement(one: Adjustment, at: Month) -> tuple[str, ...]:
    return (
        one.payee,
        one.name,
        one.role,
        str(at),
        one.printed_line,
        one.printed_title,
        yuan(one.amount),
        str(Month(one.for_month)),
        one.reason,
    )


def _credits(one: Adjustment, at: Month) -> Iterator[tuple[object, ...]]:
    for line, credit in one.credits:
        row = [*credit_row(line, credit)]
        row[CREDIT_COLUMNS.index("month")] = str(at)
        row[CREDIT_COLUMNS.index("line")] = one.printed_line
        yield (*("" if value is None else value for value in row), str(Month(one.for_month)))
