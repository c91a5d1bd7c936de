"""The words of reports in Chinese and English: findings, comparisons, searches, reconciliations."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from assay.engine.search_words import role_title as role_name
from assay.plan.units import number_text

__all__ = ["REPORTS", "discount", "role_name"]

REPORTS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "assay_title": "{plan} · 检验",
        "assay_lead": "对一切可能的订单求证，不是抽样；不成立的给出反例，两种情形并列，只有不同之处为红。",
        "readings": "所用读法：{readings}", "refuted": "不成立", "accepted": "不成立，已签认",
        "accepted_of": "其中已签认 {n}；单项与整月同一处的，只列整月",
        "undecided": "未决", "undecided_note": "在限定步数内未得出结论。",
        "proved": "成立", "proved_note": "在所列范围内求证。", "not_applicable": "不适用",
        "stale": "签认已失效", "stale_note": "公式变了，先前的签认不再作数。",
        "mend": "可改第 {line} 行：{old} → {new}（已证成立）",
        "check_title": "{plan} · 检查", "publishable": "可以公布。", "not_publishable": "还不能公布：{n} 处。",
        "faults_lead": "方案有错，改正之前不能计算，也不能检验。", "own_faults": "方案的错",
        "own_questions": "未决的问题", "own_examples": "不符的例子", "own_clauses": "无人执行的条款",
        "place": "位置", "to_mend": "改法", "expected": "应为：",
        "gets": "{who}得", "same_goods": "原价 → 成交", "left": "甲", "right": "乙", "order": "订单",
        "together": "合计", "target": "任务", "of": "所付", "finding": "结论", "clause": "条款", "why": "原因",
        "compare_title": "两种算法的差额", "compare_lead": "甲 {before}", "compare_lead_b": "乙 {after}",
        "span": "{first} 至 {last}，{currency}", "before": "甲", "after": "乙", "difference": "差额",
        "total": "合计", "line": "项目", "lines": "按项", "people": "按人", "months": "按月", "month": "月份",
        "orders": "差额最大的订单", "order_id": "订单", "why_changed": "原因", "person": "人员",
        "winners": "增加", "same": "不变", "losers": "减少", "persons": "{n} 人",
        "by_person": "各人差额", "spread": "每人每月所得的分布",
        "spread_note": "上为甲，下为乙；数为人月", "changed": "{n} 张订单计得不同",
        "not_by_order": "不按订单计的部分 {amount}", "more": "另有 {n} 人未列，见工作簿",
        "search_title": "{plan} · 有没有人用过",
        "span_orders": "{first} 至 {last}，{n} 单", "moved": "移动的钱", "candidates": "符合的",
        "last_days": "月末", "first_days": "月初", "cases": "最大的几处", "count": "单数",
        "not_looked": "没有找", "rewarded": "方案奖励的", "none_found": "没有找到使人多得的情形。",
        "calm": "找过，没有人因此多得",
        "reconcile_title": "手工工资表核对",
        "paid": "手工", "computed": "方案", "judged": "判断",
        "cause": "原因", "columns": "各列", "column": "列", "by_reading": "读法", "by_fault": "差错",
        "unexplained": "未解释", "differences": "差异", "explained": "已解释", "or": "或：{text}",

    },
    "en": {
        "assay_title": "{plan} · assay",
        "assay_lead": "Proved of every possible order, not of samples; what fails is shown by two situations,"
        " only what differs in red.",
        "readings": "Readings: {readings}", "refuted": "Refuted", "accepted": "Refuted, accepted",
        "accepted_of": "{n} accepted; what a line shares with the whole month is told there", "undecided": "Undecided",
        "undecided_note": "No answer within the steps allowed.",
        "proved": "Proved", "proved_note": "Within the bounds printed.", "not_applicable": "Not applicable",
        "stale": "Acceptances outdated", "stale_note": "The formulas changed; these no longer count.",
        "mend": "Line {line} could read {new} instead of {old} (proved)",
        "check_title": "{plan} · check", "publishable": "Publishable.",
        "not_publishable": "Not publishable yet: {n} findings.",
        "faults_lead": "The plan has faults; until they are mended it can be neither worked out nor assayed.",
        "own_faults": "Faults of the plan", "own_questions": "Open questions", "own_examples": "Failing examples",
        "own_clauses": "Clauses nothing carries out", "place": "Place", "to_mend": "To mend", "expected": "expected: ",
        "gets": "the {who} gets", "same_goods": "list → net", "left": "A", "right": "B", "order": "order",
        "together": "together", "target": "target", "of": "Pay", "finding": "Finding", "clause": "Clause",
        "why": "Because", "compare_title": "What the other would have paid", "compare_lead": "A {before}",
        "compare_lead_b": "B {after}", "span": "{first} to {last}, {currency}", "before": "A", "after": "B",
        "difference": "Difference", "total": "Total", "line": "Line", "lines": "By line",
        "people": "By person", "months": "By month", "month": "Month",
        "orders": "Orders that differ most", "order_id": "Order", "why_changed": "Because",
        "person": "Person", "winners": "More", "same": "Same", "losers": "Less", "persons": "{n}",
        "by_person": "Difference by person", "spread": "Pay of a person's month, how it is spread",
        "spread_note": "A above, B below; counts of person-months", "changed": "{n} orders paid otherwise",
        "not_by_order": "not by orders {amount}", "more": "{n} more people in the workbook",
        "search_title": "{plan} · has anyone used it?",
        "span_orders": "{first} to {last}, {n} orders", "moved": "Money moved", "candidates": "Fitting",
        "last_days": "last days", "first_days": "first days",
        "cases": "The largest", "count": "Orders", "not_looked": "Not looked for",
        "rewarded": "what the plan rewards", "none_found": "Nothing that paid anyone more.",
        "calm": "Looked for, paid nobody more",
        "reconcile_title": "A payroll held against the plan",
        "paid": "Paid", "computed": "Plan", "judged": "Verdict",
        "cause": "Cause", "columns": "Columns", "column": "Column", "by_reading": "Reading",
        "by_fault": "Slip", "unexplained": "Unexplained", "differences": "Differences",
        "explained": "Explained", "or": "or: {text}",
    },
}  # fmt: skip


def discount(net: int, listed: int, lang: str) -> str:
    """net of list as 8.04折, or as a share in English; at most four decimals."""
    if not listed:
        return ""
    share = Fraction(net, listed) * (10 if lang == "zh" else 100)
    text = number_text(share, 4)
    if text.endswith("…"):
        # Just beside an edge all four decimals are shown: 6.0000 is not 6.
        text = f"{text.rstrip('…').partition('.')[0]}.{text.rstrip('…').partition('.')[2]:0<4}"
    return f"{text}折" if lang == "zh" else f"{text}%"
