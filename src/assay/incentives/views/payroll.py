"""The hand-off to payroll: the file out, a file held against what was sent, and that payroll has paid."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assay.furniture.exports import XLSX, file_response, workbook
from assay.furniture.seen import note
from assay.incentives.actions import payroll
from assay.incentives.imports import hold_to_sent
from assay.incentives.queries.payroll import Sheet, cell_text
from assay.incentives.views.months import month_named, page_of
from assay.people.access import viewer
from assay.people.gate import needs
from assay.sales.access import employee_of
from assay.sales.views.doing import press


@needs("pay.run")
@require_POST
def paid(request: HttpRequest, month: str) -> HttpResponse:
    """Payroll has paid: into the books."""
    named, by = month_named(month), employee_of(viewer(request))
    return press(
        request, lambda: payroll.pay_out(named, by=by), said=_("已确认发放并入账"), back=page_of(named)
    )  # fmt: skip


@needs("pay.run")
@require_POST
def export(request: HttpRequest, month: str) -> HttpResponse:
    """The payroll file, as xlsx or CSV, its checksum in its name; noted."""
    named, by = month_named(month), employee_of(viewer(request))
    made: list[Any] = []

    def act() -> None:
        made.extend(payroll.export(named, by=by, today=timezone.localdate()))

    answer = press(request, act, said=_("已导出"), back=page_of(named))
    if not made:
        return answer
    kept, sheet = made
    note(request, "export", _("工资文件 %(batch)s") % {"batch": kept.batch}, rows=kept.rows)
    name = f"{kept.batch}-{kept.checksum[:12]}"
    if request.POST.get("as") == "csv":
        return file_response(f"{name}.csv", _csv(sheet), "text/csv; charset=utf-8")
    return file_response(f"{name}.xlsx", workbook(sheet.heads, sheet.rows), XLSX)


def _csv(sheet: Sheet) -> bytes:
    """The same cells as text: UTF-8 with BOM, LF; amounts in yuan with two decimals."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([title for title, _kind in sheet.heads])
    for line in sheet.rows:
        cells = zip(line, sheet.heads, strict=True)
        writer.writerow([cell_text(value, kind) for value, (_title, kind) in cells])
    return target.getvalue().encode("utf-8-sig")


@needs("pay.run")
@require_POST
def sent(request: HttpRequest, month: str) -> HttpResponse:
    """Hold a file against what was sent to payroll in a month, row by row."""
    named = month_named(month)
    return press(
        request, lambda: hold_to_sent(named, request.FILES.get("file")),
        said=_("和导出的一样，每一行都没有动过"), back=page_of(named),
    )  # fmt: skip
