"""A reconciliation as data and as a workbook: 汇总, 差异, 候选."""

from __future__ import annotations

from pathlib import Path

from assay.engine.causes import KINDS
from assay.engine.reconcile import STATUS, Difference, Reconciliation, said
from assay.engine.workbook import Column, Sheet, write_workbook
from assay.money import yuan
from assay.period import Month


def reconciliation_data(found: Reconciliation) -> dict[str, object]:
    """Everything for `--json`."""
    payroll = found.payroll
    return {
        "payroll": payroll.file,
        "columns": {
            heading: {"lines": list(lines), "told_by": payroll.guessed[heading]}
            for heading, lines in payroll.columns.items()
        },
        "ignored_columns": list(payroll.ignored),
        "months": {
            "from": str(Month(payroll.months.start)),
            "to": str(Month(payroll.months.stop - 1)),
        },
        "entries": found.entries,
        "agree": found.agree[0],
        "readings": dict(sorted(found.readings)),
        "agree_under_readings": found.agree[1],
        "as_good": [dict(sorted(other)) for other in found.others],
        "not_tried": list(found.untried),
        "totals": {
            column: {
                "paid": yuan(t.paid),
                "computed": yuan(t.computed),
                "difference": yuan(t.paid - t.computed),
                "by_reading": yuan(t.by_reading),
                "by_fault": yuan(t.by_fault),
                "unexplained": yuan(t.unexplained),
            }
            for column, t in found.totals.items()
        },
        "differences": [_difference(d) for d in found.differences],
    }


def _difference(d: Difference) -> dict[str, object]:
    return {
        "payee_id": d.payee,
        "name": d.name,
        "month": str(Month(d.month)),
        "column": d.column,
        "row": d.row or None,
        "paid": yuan(d.paid),
        "computed": yuan(d.computed),
        "difference": yuan(d.amount),
        "status": d.status,
        "causes": [{"kind": c.kind, "text": c.text} for c in d.causes],
        "by_reading": yuan(d.by_reading),
        "by_fault": yuan(d.by_fault),
        "unexplained": yuan(d.unexplained),
    }


def write_reconciliation(found: Reconciliation, path: Path) -> None:
    """The workbook: in every row and in every sum, 差额 = 读法 + 差错 + 未解释."""
    own, under = found.agree
    above = [
        f"手工表 {found.payroll.file} 与方案核对",
        f"{found.entries} 个数,照方案现在的读法 {own} 个相同",
    ]
    if found.readings:
        above.append(f"若按读法 {said(found.readings)},{under} 个相同")
    if found.others:
        above.append("同样好的读法:" + ";".join(said(other) for other in found.others[:5]))
    write_workbook(path, [_summary(found, tuple(above)), _rows(found), _candidates(found)])


_SPLIT = (
    Column("手工", "money", summed=True),
    Column("方案", "money", summed=True),
    Column("差额", "change", summed=True),
    Column("读法", "change", summed=True),
    Column("差错", "change", summed=True),
    Column("未解释", "change", summed=True),
)


def _summary(found: Reconciliation, above: tuple[str, ...]) -> Sheet:
    rows = [
        (
            column,
            "、".join(found.payroll.columns[column]),
            t.paid,
            t.computed,
            t.paid - t.computed,
            t.by_reading,
            t.by_fault,
            t.unexplained,
        )
        for column, t in found.totals.items()
    ]
    # Columns may hold the same lines, so that their sum would say nothing.
    columns = (Column("手工表的列", width=18), Column("方案的项目", width=36), *_SPLIT)
    return Sheet("汇总", columns, rows, above)


def _rows(found: Reconciliation) -> Sheet:
    rows = [
        (
            d.payee,
            d.name,
            str(Month(d.month)),
            d.column,
            d.row or None,
            d.paid,
            d.computed,
            d.amount,
            d.by_reading,
            d.by_fault,
            d.unexplained,
            STATUS[d.status],
            KINDS.get(d.causes[0].kind, "") if d.causes else "",
            d.causes[0].text if d.causes else "试过的原因都得不出这个数",
        )
        for d in found.differences
    ]
    columns = (
        Column("编号", width=10),
        Column("姓名", width=14),
        Column("月份", width=9),
        Column("列", width=14),
        Column("行", "count", 6),
        *_SPLIT,
        Column("判断", width=10),
        Column("类别", width=9),
        Column("原因", width=60),
    )
    return Sheet("差异", columns, rows, total="合计")


def _candidates(found: Reconciliation) -> Sheet:
    rows = [
        (d.payee, d.name, str(Month(d.month)), d.column, d.amount, KINDS.get(c.kind, ""), c.text)
        for d in found.differences
        if len(d.causes) > 1
        for c in d.causes
    ]
    columns = (
        Column("编号", width=10),
        Column("姓名", width=14),
        Column("月份", width=9),
        Column("列", width=14),
        Column("差额", "change"),
        Column("类别", width=9),
        Column("可能的原因", width=70),
    )
    return Sheet("候选", columns, rows)
