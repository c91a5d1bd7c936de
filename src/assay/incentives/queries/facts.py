"""The facts of a month, pulled from the database: one query a table, all of one moment, into Arrow."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from assay.engine.in_force import compiled
from assay.engine.inputs import complete, wanted_by
from assay.errors import UserError
from assay.facts.assemble import facts_of
from assay.facts.database import Database, fetch, tables_of
from assay.facts.facts import Facts
from assay.facts.selects import SELECTS, written
from assay.incentives.models import PlanVersion
from assay.period import Month
from assay.plan.problems import PlanError
from assay.plan.program import Program
from assay.plan.source import digest
from assay.sales.queries.plan import InForce, hold_to


def as_published(month: Month, found: InForce | None) -> None:
    """Once a plan is published its file must say what was published, to the letter.

    UserError where the file of a month was changed, taken away, or another put beside it.
    """
    published = (
        PlanVersion.objects.filter(state="published", holds_from__lte=month.index)
        .order_by("-holds_from")
        .first()
    )
    if published is None:
        return
    if found is None or Month.parse(found[0].plan.effective).index < published.holds_from.index:
        raise UserError(
            _("%(title)s 的文件不在方案文件夹里：把 %(file)s 放回去")
            % {"title": published, "file": file_of(published).name}
        )
    _program, text, path = found
    if digest(text) != published.digest:
        raise UserError(
            _(
                "方案文件 %(file)s 与发布的方案不同（文件 %(found)s，发布 %(wanted)s）："
                "恢复发布时的文件，或把改动作为新版本发布"
            )
            % {
                "file": path.name, "found": digest(text)[:12], "wanted": published.digest[:12],
            }
        )  # fmt: skip


hold_to(as_published)


def file_of(version: PlanVersion) -> Path:
    """Where a published version's file lies: named by plan and month."""
    plain = re.sub(r"[^\w-]", "-", version.name)
    place: Path = settings.PLANS / f"{plain}-{version.holds_from}.yaml"
    return place


def files_of(month: Month) -> Iterator[tuple[Path, str]]:
    """The files of the plan folder that begin in a month, with their texts; what is no plan is none."""
    for path in sorted(settings.PLANS.glob("*.yaml")) if settings.PLANS.is_dir() else []:
        try:
            program, text = compiled(path, path.stat().st_mtime_ns)
        except (PlanError, UserError):
            continue
        if Month.parse(program.plan.effective) == month:
            yield path, text


def facts_of_month(program: Program, month: Month) -> Facts:
    """The facts a month is paid by, held to the same checks as files."""
    return facts_out_of(pulled(program, month, month), program)


def facts_out_of(tables: Mapping[str, pa.Table], program: Program) -> Facts:
    """Facts as a program reads them. UserError where a reading's facts are not there."""
    return complete(program, facts_of(tables, wanted_by(program)))


def looks_about(program: Program) -> bool:
    """Whether a program looks at orders of other months than those it pays."""
    return program.looks_back or not program.by_order_date


def pulled(program: Program, first: Month, last: Month) -> Mapping[str, pa.Table]:
    """The tables some months are paid by, of one moment.

    Only the months' own orders where the plan looks no further. On PostgreSQL past the ORM by ADBC.
    Inside a transaction by Django's own connection, which alone sees what was written in it.
    """
    orders = ""
    if not looks_about(program):
        orders = f" AND o.day >= '{first.first}' AND o.day < '{last.after}'"
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            return _read(cursor, orders)
    if connection.vendor == "sqlite":
        return _beside(orders)
    return fetch(_place(), orders=orders)


def _read(cursor: Any, orders: str) -> dict[str, pa.Table]:
    rows = {}
    for table in SELECTS:
        cursor.execute(written(table, connection.vendor == "sqlite", orders))
        rows[table] = list(cursor.fetchall())
    return tables_of(rows)


def _beside(orders: str) -> dict[str, pa.Table]:
    """One moment of the SQLite file, by a connection that holds no writer up.

    By Python's own SQLite: a second copy of the library in one process (ADBC brings one) would let
    go of the locks of the first whenever it closes the file.
    """
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(f"file:{quote(name)}?mode=ro", uri=True, timeout=20)) as beside:
        beside.isolation_level = None
        beside.execute("BEGIN")
        return _read(beside.cursor(), orders)


def _place() -> Database:
    """The PostgreSQL database of this site as ADBC opens it."""
    said = connection.settings_dict
    user = f"{said['USER']}:{said['PASSWORD']}@" if said["PASSWORD"] else f"{said['USER']}@"
    host, port = said["HOST"] or "localhost", said["PORT"] or 5432
    return Database(f"postgresql://{user}{host}:{port}/{said['NAME']}")
