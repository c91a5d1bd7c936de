"""What people acknowledged and what was handed out, worked out again from what it was made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from assay.customers.uploads import read_file
from assay.errors import UserError
from assay.furniture.reader import labelled
from assay.incentives.keeping import text_of
from assay.incentives.models import (
    Claim,
    DayKept,
    Dispute,
    PayFile,
    PayMonth,
    PlanVersion,
    Receipt,
    Run,
    Statement,
)
from assay.incentives.proving import NOTHING, leaf, order_digests, read_adjusted, root
from assay.incentives.queries.payroll import carried_into
from assay.incentives.queries.statements import folder_of, statement_digest


def root_faults(run: Run) -> Iterator[str]:
    """Each statement's leaf, the root over all, and the root that the run's folder says."""
    if not run.root:  # worked out before there were roots
        return
    folder = folder_of(run)
    orders, adjusted = order_digests(folder), read_adjusted(folder)
    leaves = []
    rows = Statement.objects.filter(run=run).select_related("run__pay_month")
    for one in sorted(rows.prefetch_related("lines"), key=lambda row: (row.code, row.role)):
        whose = one.code, one.role
        made = leaf(text_of(one, orders.get(whose, NOTHING), adjusted.get(whose, "")))
        leaves.append(made)
        if made != one.leaf:
            yield _("%(who)s：提成单与它的校验叶不符") % {"who": one.code}
    said = json.loads((folder / "run.json").read_text(encoding="utf-8")).get("statements", {})
    if not root(leaves) == run.root == said.get("root"):
        yield _("全部提成单合起来与校验根不符")


def receipt_faults(row: PayMonth) -> Iterator[str]:
    """Acknowledgements of a month: of the statement that counts, by its digest."""
    found = Receipt.objects.filter(statement__run__pay_month=row).order_by("pk")
    for one in found.select_related("statement__run__pay_month").prefetch_related(
        "statement__lines"
    ):
        if one.digest != statement_digest(one.statement):
            yield _("%(who)s：签认的摘要值与提成单不符") % {"who": one.statement.code}
        if one.statement.run_id != row.run_id:
            yield _("%(who)s：签认的不是锁定的那一版") % {"who": one.statement.code}
        if one.root is not None and one.root != one.statement.run.root:
            yield _("%(who)s：签认的校验根与那一版不符") % {"who": one.statement.code}


def file_faults(row: PayMonth) -> Iterator[str]:
    """Payroll files of a month: whose rows they hold, and what these come to."""
    for one in PayFile.objects.filter(pay_month=row).order_by("pk"):
        due = Statement.objects.filter(run=one.run)
        due = (
            due.filter(employee__isnull=False)
            if one.codes is None
            else due.filter(code__in=one.codes)
        )
        people = set(due.values_list("code", flat=True))
        total = sum(due.values_list("total", flat=True))
        total += sum(less for code, less in carried_into(row).items() if code in people)
        if (one.rows, one.total) != (len(people), total):
            yield _("工资文件 %(batch)s：记着 %(rows)s 行 %(sum)s 分，提成单是 %(people)s 人 %(due)s 分") % {
                "batch": one.batch, "rows": one.rows, "sum": one.total, "people": len(people),
                "due": total,
            }  # fmt: skip
        if one.run_id != row.run_id:
            yield _("工资文件 %(batch)s：不是锁定的那一版") % {"batch": one.batch}


def attachment_faults(row: PayMonth) -> Iterator[str]:
    """Files that came with the objections and claims of a month: there, and the same."""
    held: Sequence[Dispute | Claim] = [
        *Dispute.objects.filter(line__statement__run__pay_month=row).exclude(attachment=""),
        *Claim.objects.filter(statement__run__pay_month=row).exclude(attachment=""),
    ]
    for one in held:
        try:
            read_file(one.attachment, one.attachment_digest)
        except UserError as error:
            yield labelled(one.number, error)


def nod_faults(version: PlanVersion) -> Iterator[str]:
    """Acknowledgements of a published plan: whoever gave his since then gave it for this text."""
    for one in version.nods.exclude(digest=version.digest).order_by("pk"):
        if version.published_at is not None and one.at >= version.published_at:
            yield _("%(who)s 签认的不是发布的文本（签认 %(digest)s）") % {
                "who": one.code, "digest": one.digest[:12],
            }  # fmt: skip


def day_faults() -> Iterator[str]:
    """Days of running months that were kept: each row by its digest, its lines by their sum."""
    for one in DayKept.objects.order_by("day", "code", "role").iterator(chunk_size=500):
        said = {"day": one.day, "who": one.code}
        if one.digest != one.sealed():
            yield _("%(day)s %(who)s：留下的一天与摘要值不符") % said
        if one.total != sum(amount for *_line, amount in one.told["lines"]):
            yield _("%(day)s %(who)s：各行之和不是应发") % said
