"""Files that come in: what payroll sends back, or was sent; a payee's own tally."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.errors import UserError
from assay.facts.files import read_sheet
from assay.furniture.imports.reading import read_rows
from assay.furniture.imports.running import compare_by_key
from assay.furniture.imports.spec import Column, ImportSpec, Row, register
from assay.furniture.reader import series
from assay.incentives.actions import payroll
from assay.incentives.models import PaidRow, PayFile, PayMonth
from assay.incentives.queries.payroll import (
    checksum_of,
    codes_of,
    gross_of,
    paid_otherwise,
    row_code,
)
from assay.money import grouped, read_yuan, yuan
from assay.period import Month

_FIELDS = ("name", "gross", "tax", "social", "fund", "net", "paid_on")


def _compare(rows: list[Row]) -> None:
    """Each row must be somebody's statement of an exported month, with the very sum of it."""
    months = {
        row.month.index: row
        for row in PayMonth.objects.filter(month__in={r.values["month"] for r in rows})
    }
    due = {index: gross_of(month) for index, month in months.items()}
    sent = {index: codes_of(month) for index, month in months.items()}
    others = {index: paid_otherwise(month) for index, month in months.items()}
    for row in rows:
        _check(row, months, due, others)
        _bears(row, sent)
    good = [row for row in rows if not row.reasons]
    standing = {
        (one.pay_month.month.index, one.code): one
        for one in PaidRow.objects.filter(pay_month__in=months.values()).select_related("pay_month")
    }
    compare_by_key(good, standing, ("month", "code"), _FIELDS)


def _check(
    row: Row, months: dict[int, PayMonth], due: dict[int, dict[str, int]],
    others: dict[int, dict[str, str]],
) -> None:  # fmt: skip
    said = row.values
    month = months.get(said["month"])
    if month is None or month.state not in ("exported", "paid"):
        row.wrong("期间", _("%(month)s 没有导出过工资文件") % {"month": Month(said["month"])})
        return
    if month.state == "paid":
        row.wrong("期间", _("%(month)s 已确认发放") % {"month": month})
        return
    gross = due[said["month"]].get(said["code"])
    if gross is None:
        unknown = _("这个月没有他的提成单")
        row.wrong("工号", others[said["month"]].get(said["code"], unknown))
        return
    if gross != said["gross"]:
        row.wrong("应发合计", _("导出的是 %(sum)s") % {"sum": grouped(gross)})
    taken = [said[name] or 0 for name in ("tax", "social", "fund")]
    if min(taken) < 0 or said["net"] < 0:
        row.wrong("实发", _("个税、社保、公积金、实发都不能小于 0"))
    # Below zero nothing is paid out: it is carried into later months.
    paid_out = max(said["gross"], 0)
    if paid_out != said["net"] + sum(taken):
        row.wrong("实发", _("应发不等于实发加个税、社保、公积金"))
    said["pay_month"] = month


def _bears(row: Row, sent: dict[int, dict[str, set[str]]]) -> None:
    """Where a row bears a code it is the one that was sent for this very person and month."""
    said = row.values
    codes = sent.get(said["month"], {}).get(said["code"])
    if codes and said.get("row_code") and said["row_code"] not in codes:
        row.wrong("校验码", _("不是导出时这一行的校验码：行被改过、挪过，或来自别的文件"))


def _made(row: Row) -> PaidRow:
    values: dict[str, Any] = {name: row.values[name] for name in _FIELDS}
    values |= {name: values[name] or 0 for name in ("tax", "social", "fund")}
    values["name"] = values["name"] or ""
    return PaidRow(pay_month=row.values["pay_month"], code=row.values["code"], **values)


def _changed(row: Row) -> PaidRow:
    found: PaidRow = row.found
    for name, (_before, after) in row.changes.items():
        setattr(found, name, after)
    return found


def _write(rows: list[Row], tell: Callable[[int, int], None]) -> None:
    payroll.write_paid(
        [_made(row) for row in rows if row.state == "new"],
        [_changed(row) for row in rows if row.state == "changed"],
        tell,
    )


PAID = register(
    ImportSpec(
        name="paid",
        title=gettext_lazy("发放结果"),
        note=gettext_lazy("工资系统返回的表：应发合计要与导出的一致；对不上的行会退回，写明原因。"),
        columns=(
            Column("month", "期间", "month", also=("月份",), example="2026-03"),
            Column("code", "工号", example="例S01"),
            Column("name", "姓名", must=False, example="赵敏"),
            Column("gross", "应发合计", "money", also=("应发",), example="5,120.00"),
            Column("tax", "个税", "money", must=False, also=("个人所得税",), example="36.00"),
            Column("social", "社保", "money", must=False, example="420.00"),
            Column("fund", "公积金", "money", must=False, example="250.00"),
            Column("net", "实发", "money", also=("实发合计",), example="4,414.00"),
            Column("paid_on", "发放日", "date", also=("发放日期",), example="2026-04-10"),
            Column("row_code", "校验码", must=False, note=gettext_lazy("原样带回；有就核对")),
        ),
        key=("month", "code"),
        compare=_compare,
        write=_write,
    )
)  # fmt: skip


MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
SUMS = frozenset({"合计", "总计", "小计", "total", "sum"})
TALLY = ImportSpec(
    name="tally", title=gettext_lazy("我的账"),
    columns=[
        Column(
            "number", "订单号", also=("订单编号", "单号", "合同号", "合同编号", "订单", "编号", "order_id",
                                  "order", "order number", "Order"),
            example="HT-20260311-001",
            note=gettext_lazy("提成单上的订单号；按月的项目写它的名称，如 基本工资"),
        ),
        Column(
            "amount", "我算的金额", kind="money",
            also=("金额", "提成", "应得", "应得金额", "我的金额", "提成金额", "amount", "expected",
                  "commission", "Amount"),
            example="2,230.40", note=gettext_lazy("元，最多到分"),
        ),
        Column("note", "备注", must=False, also=("说明", "note"), note=gettext_lazy("不看")),
    ],
    key=("number",), compare=lambda rows: None, write=lambda rows, tell: None,
)  # fmt: skip


def read_tally(file: UploadedFile[bytes]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Number -> 分 as a payee wrote them, and the columns left aside. UserError names the rows."""
    with _on_disk(file) as path:
        _sheet, rows, ignored = read_rows(TALLY, path, file.name or "")
    rows = [r for r in rows if str(r.values.get("number") or "").strip().lower() not in SUMS]
    if len(rows) > MOST_ROWS:
        raise UserError(_("最多 %(most)s 行：只留这个月的订单") % {"most": MOST_ROWS})
    wrong = [(row.number, reason) for row in rows for reason in row.reasons]
    if wrong:
        said = series(
            (_("第 %(row)s 行 %(why)s") % {"row": n, "why": w} for n, w in wrong[:5]), "；"
        )
        more = _("，还有 %(n)s 处") % {"n": len(wrong) - 5} if len(wrong) > 5 else ""
        raise UserError(said + more)
    if not rows:
        raise UserError(_("文件里没有数据行"))
    return {str(r.values["number"]).strip(): int(r.values["amount"]) for r in rows}, ignored


@contextmanager
def _on_disk(file: UploadedFile[bytes]) -> Iterator[Path]:
    """An uploaded table as a file while it is read. UserError where it is none, or too big."""
    ending = Path(file.name or "").suffix.lower()
    if ending not in (".xlsx", ".csv"):
        raise UserError(_("只收 .xlsx 和 .csv；旧的 .xls 请另存为 .xlsx"))
    if (file.size or 0) > MOST_BYTES:
        raise UserError(_("文件太大：最多 1 MB"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{Path(file.name or '').stem[:60] or 'table'}{ending}"
        path.write_bytes(file.read())
        yield path


def hold_to_sent(month: Month, file: UploadedFile[bytes] | None) -> None:
    """Hold a file against the one that was sent to payroll; columns added behind its own are let be.

    UserError names the batch that never was, the rows that were changed, or says that rows are
    lacking, moved or added.
    """
    if file is None:
        raise UserError(_("选一个文件"))
    with _on_disk(file) as path:
        read = read_sheet(path)
    if not {"批次", "工号", "应发合计", "校验码"} <= {*read.header}:
        raise UserError(_("这不是导出的工资文件：表头不同"))
    width, person = read.header.index("校验码"), read.header.index("工号")
    lines = [(number, (cells + [""] * width)[: width + 1]) for number, cells in read.rows]
    batches = {cells[read.header.index("批次")] for _number, cells in lines}
    sent = PayFile.objects.filter(pay_month__month=month.index, batch__in=batches).first()
    if sent is None or sent.codes is None or len(batches) != 1:
        raise UserError(_("这个月没有导出过这一批：%(batch)s") % {"batch": series(sorted(batches))})
    money = range(read.header.index("计税方式") + 1, read.header.index("应发合计") + 1)
    wrong = [
        str(number)
        for number, cells in lines
        if not cells[-1] == sent.codes.get(cells[person]) == row_code(_as_sent(cells[:-1], money))
    ]
    if wrong:
        raise UserError(_("和导出的不一样：第 %(rows)s 行") % {"rows": series(wrong[:20])})
    if checksum_of(read.header[: width + 1], [cells[-1] for _n, cells in lines]) != sent.checksum:
        raise UserError(_("和导出的不一样：少了行、多了行，或换了次序"))


def _as_sent(cells: list[str], money: range) -> Iterator[str]:
    """A row's texts as the CSV had them: a workbook says 5120 where the CSV says 5120.00."""
    for at, text in enumerate(cells):
        try:
            yield yuan(read_yuan(text)) if at in money else text
        except ValueError:
            yield text
