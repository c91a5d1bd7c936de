"""A reconciliation as data and as a workbook: 汇总, 差异, 候选."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assay.engine.cause_words import KINDS, STATUS, TEXTS
from assay.engine.reconcile import Difference, Reconciliation, said
from assay.engine.workbook import Column, Sheet, write_workbook
from assay.money import yuan
from assay.period import Month


def reconciliation_data(found: Reconciliation, lang: str = "zh") -> dict[str, object]:
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
        "sets_tried": found.tried,
        "all_sets": found.whole,
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
        "differences": [_difference(d, lang) for d in found.differences],
    }


def _difference(d: Difference, lang: str) -> dict[str, object]:
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
        "causes": [{"kind": c.kind, "text": c.text(lang)} for c in d.causes],
        "by_reading": yuan(d.by_reading),
        "by_fault": yuan(d.by_fault),
        "unexplained": yuan(d.unexplained),
    }


WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "title": "手工表 {file} 与方案核对", "own": "{n} 个数，照方案现在的读法 {own} 个相同",
        "under": "若按读法 {readings}，{n} 个相同", "as_good": "同样好的读法：{readings}",
        "whole": "试了全部 {n} 组读法", "part": "试了 {n} 组读法（逐个加入、成对、逐个换下再试），不是全部组合",
        "untried": "缺资料，没有试的读法：{readings}", "ignored": "不看的列：{columns}；要看就写 --column 列名=项目",
        "agree": "没有差异。", "or": "或", "others": "另有 {n} 种", "more": "… 另有 {n} 处，见 --xlsx",
        "sum": "{column}：差额 {all} = 读法 {reading} + 差错 {fault} + 未解释 {rest}", "files": "文件",
        "named": "按名称", "all lines": "全部项目", "title alike": "名称相近", "said": "照 --column",
        "paid": "手工", "computed": "方案", "difference": "差额", "by_reading": "读法", "by_fault": "差错",
        "unexplained": "未解释", "sheet": "手工表的列", "lines": "方案的项目", "summary": "汇总",
        "differences": "差异", "candidates": "候选", "who": "编号", "name": "姓名", "month": "月份",
        "column": "列", "row": "行", "judged": "判断", "kind": "类别", "cause": "原因",
        "possible": "可能的原因", "total": "合计", "colon": "：",
    },
    "en": {
        "title": "Payroll {file} held against the plan", "own": "{n} amounts, {own} as the plan stands",
        "under": "Under {readings} {n} agree", "as_good": "As good: {readings}",
        "whole": "All {n} sets of readings were tried",
        "part": "{n} sets of readings were tried (one more at a time, pairs, each exchanged again), not all there are",
        "untried": "Not tried, their facts are absent: {readings}",
        "ignored": "Columns left aside: {columns}; to read one, --column HEADING=LINE",
        "agree": "Nothing differs.", "or": "or", "others": "{n} more", "more": "… {n} more, see --xlsx",
        "sum": "{column}: difference {all} = readings {reading} + slips {fault} + unexplained {rest}",
        "files": "files", "named": "by name", "all lines": "all lines", "title alike": "by a like title",
        "said": "as --column says", "paid": "Paid", "computed": "Plan", "difference": "Difference",
        "by_reading": "Reading", "by_fault": "Slip", "unexplained": "Unexplained", "sheet": "Column",
        "lines": "Lines of the plan", "summary": "Summary", "differences": "Differences",
        "candidates": "Candidates", "who": "ID", "name": "Name", "month": "Month", "column": "Column",
        "row": "Row", "judged": "Verdict", "kind": "Kind", "cause": "Cause", "possible": "Possible cause",
        "total": "Total", "colon": ": ",
    },
}  # fmt: skip


def heading(found: Reconciliation, lang: str) -> list[str]:
    """What agrees, the readings that explain most, and how widely these were looked for."""
    say = WORDS[lang]
    own, under = found.agree
    lines = [say["own"].format(n=found.entries, own=own)]
    if found.readings:
        lines.append(say["under"].format(readings=said(found.readings), n=under))
    lines += [say["as_good"].format(readings=said(other)) for other in found.others[:5]]
    if found.tried:
        lines.append(say["whole" if found.whole else "part"].format(n=found.tried))
    return lines


def write_reconciliation(found: Reconciliation, path: Path, lang: str = "zh") -> None:
    """The workbook: in every row and in every sum, difference = readings + slips + unexplained."""
    above = (WORDS[lang]["title"].format(file=found.payroll.file), *heading(found, lang))
    sheets = [_summary(found, above, lang), _rows(found, lang), _candidates(found, lang)]
    write_workbook(path, sheets)


def _split(lang: str) -> tuple[Column, ...]:
    kinds = {"paid": "money", "computed": "money"}
    heads = ("paid", "computed", "difference", "by_reading", "by_fault", "unexplained")
    return tuple(Column(WORDS[lang][h], kinds.get(h, "change"), summed=True) for h in heads)


def _summary(found: Reconciliation, above: tuple[str, ...], lang: str) -> Sheet:
    rows = [
        (
            column,
            TEXTS[lang]["list"].join(found.payroll.columns[column]),
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
    say = WORDS[lang]
    columns = (Column(say["sheet"], width=18), Column(say["lines"], width=36), *_split(lang))
    return Sheet(say["summary"], columns, rows, above)


def _of_whom(lang: str) -> tuple[Column, ...]:
    widths = {"who": 10, "name": 14, "month": 9, "column": 14}
    return tuple(Column(WORDS[lang][head], width=width) for head, width in widths.items())


def _rows(found: Reconciliation, lang: str) -> Sheet:
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
            STATUS[lang][d.status],
            KINDS[lang][d.causes[0].kind] if d.causes else "",
            d.causes[0].text(lang) if d.causes else TEXTS[lang]["none"],
        )
        for d in found.differences
    ]
    say = WORDS[lang]
    columns = (
        *_of_whom(lang),
        Column(say["row"], "count", 6),
        *_split(lang),
        Column(say["judged"], width=12),
        Column(say["kind"], width=9),
        Column(say["cause"], width=60),
    )
    return Sheet(say["differences"], columns, rows, total=say["total"])


def _candidates(found: Reconciliation, lang: str) -> Sheet:
    rows = [
        (
            d.payee,
            d.name,
            str(Month(d.month)),
            d.column,
            d.amount,
            KINDS[lang][c.kind],
            c.text(lang),
        )
        for d in found.differences
        if len(d.causes) > 1
        for c in d.causes
    ]
    say = WORDS[lang]
    columns = (
        *_of_whom(lang),
        Column(say["difference"], "change"),
        Column(say["kind"], width=9),
        Column(say["possible"], width=70),
    )
    return Sheet(say["candidates"], columns, rows)
