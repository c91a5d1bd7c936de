"""Everything held against everything: books, runs kept, statements, payments; what differs is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
from django.conf import settings
from django.utils.translation import gettext as _

from assay.engine.folder import open_run
from assay.engine.verify import changed_files, verify
from assay.errors import UserError
from assay.furniture.reader import labelled
from assay.incentives.models import Line, PaidRow, PayMonth, PlanVersion, Run, Statement
from assay.incentives.queries.payroll import gross_of
from assay.incentives.queries.published import file_of, files_of
from assay.incentives.queries.reconciling import payable_faults
from assay.incentives.queries.statements import folder_digest, folder_of
from assay.incentives.queries.witnessed import (
    attachment_faults,
    day_faults,
    file_faults,
    nod_faults,
    receipt_faults,
    root_faults,
)
from assay.ledger import auditing as books
from assay.ledger.models import Posting
from assay.money import read_yuan
from assay.plan.source import digest

Say = Callable[[str], None]


def audit(deep: bool = False, say: Say = lambda text: None) -> list[str]:
    """Sentences on what does not hold; none where all does.

    Books: every entry, chain and balance; every payable is what statements less payments come to, and
    nothing else moved it. Each version of a month: the folder as it was written, file by file, its lines
    the statements', these under the version's root. Of each month the accrual as the statements' totals,
    the payouts as payroll said, acknowledgements, payroll files and attachments by their digests. Days
    kept. Plans: the published text by its digest, who acknowledged it, and the file months are paid by,
    to the letter. `deep` works every line of the versions that count out again, by the reference.
    """
    say(_("账簿"))
    found = books.faults()
    found += payable_faults()  # of all months together: what is owed is not owed for one of them
    for version in PlanVersion.objects.filter(state="published").order_by("holds_from"):
        found += [labelled(version, said) for said in _plan(version)]
        found += [labelled(version, said) for said in nod_faults(version)]
    for row in PayMonth.objects.exclude(run=None).select_related("run").order_by("month"):
        say(str(row.month))
        for run in row.runs.order_by("version"):
            now = run.pk == row.run_id
            told = str(row.month if now else run)
            found += [labelled(told, said) for said in _run(run, deep and now)]
        found += [labelled(row.month, said) for said in _month(row)]
    found += day_faults()
    return found


def _plan(version: PlanVersion) -> Iterator[str]:
    """A published plan: its own text, and the one file of the folder that begins in its month."""
    if digest(version.text) != version.digest:
        yield _("方案文本与签认的摘要值不符")
    files = list(files_of(version.holds_from))
    if not files:
        yield _("方案文件夹里没有它的文件，或已读不成方案：把 %(file)s 放回去") % {
            "file": file_of(version).name
        }
    elif len(files) > 1:
        yield _("同月生效的文件有几份，只能留一份：%(files)s") % {
            "files": ", ".join(path.name for path, _text in files)
        }
    for path, text in files:
        if digest(text) != version.digest:
            yield _("文件 %(file)s 与发布的不同（文件 %(found)s，发布 %(wanted)s）") % {
                "file": path.name, "found": digest(text)[:12], "wanted": version.digest[:12],
            }  # fmt: skip


def _run(run: Run, deep: bool) -> Iterator[str]:
    """A version of a month: what is kept of it, and the statements made of that."""
    folder = folder_of(run)
    try:
        if folder_digest(folder) != run.digest:
            yield _("保存的计算结果与记录的摘要值不符")
        yield from _lines(run, folder)
        yield from _kept(folder, deep)
        yield from root_faults(run)
    except (UserError, OSError, ValueError, duckdb.Error) as error:
        yield _("保存的计算读不出来：%(error)s") % {"error": error}
    for one in Statement.objects.filter(run=run).prefetch_related("lines"):
        if sum(line.amount for line in one.lines.all()) != one.total:
            yield _("%(who)s：各行之和不是应发") % {"who": one.code}


def _month(row: PayMonth) -> Iterator[str]:
    """What was done with the version that counts."""
    assert row.run is not None
    if row.state in PayMonth.SHUT:
        yield from _accrued(row, row.run)
    if row.state == "paid":
        yield from _paid(row)
    yield from receipt_faults(row)
    yield from file_faults(row)
    yield from attachment_faults(row)


def _lines(run: Run, folder: Path) -> Iterator[str]:
    """The lines recorded against the lines of the folder, adjustments included."""
    kept: Counter[tuple[str, str, str, str]] = Counter()
    for place in [folder, *sorted(folder.glob("adjust-*"))]:
        for row in open_run(place).rows("statements.csv"):
            key = (row["payee_id"], row["role"], row["line"], row.get("for_month") or "")
            kept[key] += read_yuan(row["amount"])
    held: Counter[tuple[str, str, str, str]] = Counter()
    lines = Line.objects.filter(statement__run=run).select_related("statement")
    for line in lines.iterator(chunk_size=2000):
        key = (line.statement.code, line.statement.role, line.line, str(line.for_month or ""))
        held[key] += line.amount
    for key in sorted(kept.keys() | held.keys()):
        if kept[key] != held[key]:
            yield _("%(who)s %(line)s：提成单 %(held)s 分，计算结果 %(kept)s 分") % {
                "who": key[0], "line": key[2], "held": held[key], "kept": kept[key],
            }  # fmt: skip


def _kept(folder: Path, deep: bool) -> Iterator[str]:
    """Each file by its digest; `deep`: each line worked out again, too."""
    for place in [folder, *sorted(folder.glob("adjust-*"))]:
        run = open_run(place)
        yield from (one.text() for one in (verify(run)[1] if deep else changed_files(run)))


def _accrued(row: PayMonth, run: Run) -> Iterator[str]:
    """What the lock booked to each payable against the statements."""
    due: Counter[str] = Counter()
    for one in Statement.objects.filter(run=run):
        due[one.code] += one.total
    booked: Counter[str] = Counter()
    key = f"accrue:{row.month}:v{run.version}"
    for leg in Posting.objects.filter(entry__key=key).select_related("debit", "credit"):
        booked[leg.credit.party] += leg.amount if leg.credit.party else 0
        booked[leg.debit.party] -= leg.amount if leg.debit.party else 0
    for code in sorted(due.keys() | booked.keys()):
        if code and due[code] != booked[code]:
            yield _("%(who)s：应发 %(due)s 分，入账 %(booked)s 分") % {
                "who": code, "due": due[code], "booked": booked[code],
            }  # fmt: skip


def _paid(row: PayMonth) -> Iterator[str]:
    """What was paid against what is due, and against the books."""
    due = gross_of(row)
    for one in PaidRow.objects.filter(pay_month=row).order_by("code"):
        gross = due.get(one.code, 0)
        if gross != one.gross or max(one.gross, 0) != one.net + one.tax + one.social + one.fund:
            yield _("%(who)s：发放记录 %(paid)s 分，应发 %(due)s 分") % {
                "who": one.code, "paid": one.gross, "due": gross,
            }  # fmt: skip
        legs = Posting.objects.filter(entry__key=f"pay:{row.month}:{one.code}")
        booked = sum(leg.amount for leg in legs)
        if gross > 0 and booked != one.gross:
            yield _("%(who)s：发放记录 %(paid)s 分，付款入账 %(booked)s 分") % {
                "who": one.code, "paid": one.gross, "booked": booked,
            }  # fmt: skip


def kept_for_nothing() -> list[str]:
    """Folders of runs nobody recorded (a process died in between); they can be taken away."""
    root = Path(settings.MEDIA_ROOT)
    known = set(Run.objects.values_list("folder", flat=True))
    return sorted(
        path.relative_to(root).as_posix()
        for path in root.glob("runs/*/v*")
        if path.relative_to(root).as_posix() not in known
    )
