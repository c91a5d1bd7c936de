"""Importing as a job: checked first and shown, then written all at once or not at all."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.facts.files import Sheet
from assay.furniture import jobs
from assay.furniture.exports import workbook
from assay.furniture.imports.reading import read_rows
from assay.furniture.imports.spec import SPECS, Column, ImportSpec, Row
from assay.furniture.models import Job
from assay.furniture.reader import series
from assay.furniture.templatetags.figures import money
from assay.period import Month

_log = logging.getLogger("assay.jobs")
SHOWN = 50
KIND = "import"


def uploaded(job: Job) -> Path:
    """The file a person sent."""
    return jobs.folder() / str(job.given["file"])


def returned(job: Job) -> Path:
    """The workbook of the rows that failed."""
    return jobs.folder() / f"{job.pk}-failed.xlsx"


def do(job: Job, tell: jobs.Progress) -> tuple[str, dict[str, Any]]:
    """Check the file, or, once somebody has said yes, write it: the work of an import job."""
    spec = SPECS[job.given["spec"]]
    # Read before anything is held: on SQLite nobody else writes while this transaction lasts.
    read = read_rows(spec, uploaded(job), str(job.given["name"]))
    if job.given["phase"] == "check":
        rows, result = _checked(job, spec, read, tell)
        return "ready", result
    try:
        with transaction.atomic():
            rows, result = _checked(job, spec, read, tell)
            if result["failed"]:
                raise UserError(_("文件检查之后数据有了变动，现在有行不能写入；没有写入任何一行"))
            spec.write([row for row in rows if row.state in ("new", "changed")], tell)
    except IntegrityError:  # somebody wrote the same at this very moment
        raise UserError(
            _("就在这时有人写了同样的数据；没有写入任何一行，请再检查一次文件")
        ) from None
    except (
        OperationalError
    ):  # another long writer held the tables, or two held what the other wants
        _log.exception("job %s: the database turned it down", job.pk)
        raise UserError(
            _("数据库这时忙不过来；没有写入任何一行，请过一会儿再检查一次文件")
        ) from None
    uploaded(job).unlink(missing_ok=True)
    return "done", result


def _checked(
    job: Job, spec: ImportSpec, read: tuple[Sheet, list[Row], tuple[str, ...]], tell: jobs.Progress
) -> tuple[list[Row], dict[str, Any]]:
    sheet, rows, ignored = read
    tell(0, len(rows))
    readable = [row for row in rows if not row.reasons]
    spec.compare(readable)
    failed = [row for row in rows if row.reasons]
    counts = Counter(row.state for row in rows if not row.reasons)
    if failed:
        _give_back(job, sheet.header, dict(sheet.rows), failed)
    good = [row for row in rows if not row.reasons and row.state != "same"]
    result = {
        "rows": len(rows), "new": counts["new"], "changed": counts["changed"], "same": counts["same"],
        "failed": len(failed), "ignored": list(ignored),
        "wrong": [[row.number, series(row.reasons, "；")] for row in failed[:SHOWN]],
        "heads": [column.title for column in spec.columns],
        "shown": [_line(spec, row) for row in good[:SHOWN]],
    }  # fmt: skip
    return rows, result


def _line(spec: ImportSpec, row: Row) -> dict[str, Any]:
    """A row as the preview shows it: each cell, with what stood there before."""
    cells = []
    for column in spec.columns:
        before, after = row.changes.get(column.name, (None, row.values.get(column.name)))
        cells.append(
            [_shown(column, after), _shown(column, before) if column.name in row.changes else None]
        )
    return {"number": row.number, "state": row.state, "cells": cells}


def _shown(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.shown is not None:
        return column.shown(value)
    if column.kind == "money":
        return money(value)
    if column.kind == "month":
        return str(Month(value))
    if isinstance(value, date):
        return value.isoformat()
    # The first of several words for one thing is the one it is called by.
    back = {kept: said for said, kept in [*column.words.items()][::-1]}
    return str(back.get(value, value))


def _give_back(
    job: Job, header: Sequence[str], cells: dict[int, list[str]], failed: list[Row]
) -> None:
    """The failed rows as they came, with the reason behind each."""
    heads = [*((name, "text") for name in header), (_("原因"), "text"), (_("行号"), "count")]
    width = len(header)
    lines = (
        [*(cells[row.number] + [""] * width)[:width], series(row.reasons, "；"), row.number]
        for row in failed
    )
    returned(job).write_bytes(workbook(heads, lines))


def compare_by_key(
    rows: list[Row], standing: dict[Any, Any], key: str | tuple[str, ...], fields: Sequence[str]
) -> None:
    """Say of each row whether it is new, changed or same against what stands under its key.

    `standing`: key (a tuple where several columns name a row) -> record; `fields`: the columns
    that are attributes of the record. An empty cell leaves what stands there.
    """
    for row in rows:
        if row.reasons:
            continue
        named = row.values[key] if isinstance(key, str) else tuple(row.values[k] for k in key)
        row.found = standing.get(named)
        if row.found is None:
            row.state = "new"
            continue
        for name in fields:
            before, after = getattr(row.found, name), row.values.get(name)
            before = before.index if isinstance(before, Month) else before
            if after is not None and before != after:
                row.changes[name] = (before, after)
        row.state = "changed" if row.changes else "same"


jobs.register(KIND, do)
