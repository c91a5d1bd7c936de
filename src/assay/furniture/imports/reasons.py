"""Why a cell cannot be read, in the words of the person whose file it is."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assay.furniture.reader import reader_language
from assay.plan.sentences import told_in

# What money, period and facts say -> what a page says.
SAID: tuple[tuple[str, str], ...] = (
    (r"more exact than", gettext_noop("最多两位小数")),
    (r"beyond the largest amount", gettext_noop("金额太大")),
    (r"amount|two signs", gettext_noop("不是金额：写成 1234.50、1,234.50、¥1,234.5 或 12.3万")),
    (r"ambiguous date", gettext_noop("日期有歧义，分不清日和月：写成 2026-01-05")),
    (r"impossible date", gettext_noop("没有这一天")),
    (r"not a date|date is empty", gettext_noop("不是日期：写成 2026-01-05、2026/1/5 或 20260105")),
    (r"impossible month", gettext_noop("没有这个月")),
    (r"not a month", gettext_noop("不是月份：写成 2026-01")),
    (r"not a whole number", gettext_noop("不是整数")),
    (r"not a rate", gettext_noop("不是比率：写成 0.08 或 8%")),
    (r"write 1 or 0", gettext_noop("写 1 或 0，是 或 否")),
    (r"missing", gettext_noop("缺少")),
    (r"\d cells, the head", gettext_noop("格数与表头不一样")),
)


def said(reason: str) -> str:
    """A reason in the language of the page."""
    for pattern, words in SAID:
        if re.search(pattern, reason):
            return _(words)
    return told_in(reason, reader_language())
