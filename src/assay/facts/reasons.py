"""Why a cell cannot be read, in both languages: what money and period say in English is told in Chinese."""

from __future__ import annotations

import re

from assay.plan.sentences import Sentence, either

MISSING = either("missing", "缺少")
BEYOND = either("beyond 10^13 分", "超过 10^13 分")
UNKNOWN_PAYEE = either("unknown payee", "人员表里没有")

# What assay.money and assay.period say -> the same in Chinese, with what stands in it.
CHINESE: tuple[tuple[str, str], ...] = (
    (r"the amount is empty", "金额是空的"),
    (r"too long for an amount", "太长，不是金额"),
    (r"not an amount: write it as .*", "不是金额：写成 1234.50、1,234.50、¥1,234.5 或 12.3万"),
    (r"not an amount: there is no digit in it", "不是金额：里面没有数字"),
    (r"not an amount: it bears two signs", "不是金额：有两个正负号"),
    (r"not an amount: the comma parts .*", "不是金额：逗号分千位，点分小数"),
    (r"more exact than a 分: .*", "比一分还细：元最多两位小数"),
    (r"beyond the largest amount, (.*) 元", r"超过最大的金额 \1 元"),
    (r"a month lies in the years 1 to 9999", "月份在 1 年到 9999 年之间"),
    (r"not a month: write it as (.*)", r"不是月份：写成 \1"),
    (r"impossible month: there is no month (.*)", r"没有这个月：没有 \1 月"),
    (r"impossible (?:month|date): no year before (.*) is meant", r"不会是 \1 年以前"),
    (r"the date is empty", "日期是空的"),
    (r"ambiguous date: .*", "日期有歧义，分不清日和月：写成 2026-01-05"),
    (r"not a date: write it as (.*)", r"不是日期：写成 \1"),
    (r"not a date: an Excel serial lies in (.*) to (.*)", r"不是日期：Excel 序号在 \1 到 \2 之间"),
    (r"impossible date: there is no (.*)", r"没有 \1 这一天"),
)


def reason_of(error: Exception) -> str:
    """Why a cell cannot be read, told in either language; what nobody foresaw stays as it is."""
    said = error.args[0] if error.args else ""
    if isinstance(said, Sentence):
        return said
    text = str(error)
    for pattern, chinese in CHINESE:
        found = re.fullmatch(pattern, text)
        if found is not None:
            return either(text, found.expand(chinese))
    return text
