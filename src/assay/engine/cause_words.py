"""Causes of a difference and the words of a reconciliation, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.money import grouped, yuan
from assay.period import Month

READING, EDGE, ROUNDING, ORDER, TARGET, DIGITS, PLACE, SUMS = (
    "reading",
    "tier_edge",
    "rounding",
    "order",
    "target",
    "digits",
    "wrong_row",
    "sum",
)
KINDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        READING: "读法", EDGE: "档界", ROUNDING: "舍入", ORDER: "订单", TARGET: "任务额", DIGITS: "数字",
        PLACE: "串行", SUMS: "合计",
    },
    "en": {
        READING: "reading", EDGE: "tier edge", ROUNDING: "rounding", ORDER: "order", TARGET: "target",
        DIGITS: "digits", PLACE: "wrong row", SUMS: "sum",
    },
}  # fmt: skip
ONLY, LIKELY, SEVERAL, NONE = "only", "likely", "candidates", "unexplained"
STATUS: Mapping[str, Mapping[str, str]] = {
    "zh": {ONLY: "唯一解释", LIKELY: "最可能", SEVERAL: "可能之一", NONE: "未能解释"},
    "en": {ONLY: "the only one", LIKELY: "likeliest", SEVERAL: "one of several", NONE: "unexplained"},
}  # fmt: skip

TEXTS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "reading": "按读法 {readings}",
        "reading_also": "按读法 {readings}（另有 {n} 处也是）",
        "reading_and": "按读法 {readings}，并且{cause}",
        "each_line": "每项{how}到{unit}",
        "each_order": "每单{how}到{unit}再相加",
        "sum_cut": "各项不舍入，合计后截去到分",
        "sum_rounded": "各项不舍入，合计后四舍五入到分",
        "left_out": "漏了订单 {order}（成交 {net}）",
        "twice": "订单 {order} 算了两遍",
        "returned_too": "退货或取消的订单 {order} 也算了",
        "other_day_too": "{day} 的订单 {order} 也算了",
        "next_band": "订单 {order} 按邻档 {band} 取{title}",
        "other_way": "把“{condition}”当成相反",
        "target": "任务额用错：{others}，不是 {right}",
        "team_target": "部门任务额用错：{others}，不是 {right}",
        "target_low": "低到已经超额的数",
        "target_high": "高到没有超额的数",
        "no_target": "没有任务额",
        "own_target": "{month} 的 {amount}",
        "their_target": "{who} 的 {month} 的 {amount}",
        "turned": "数字前后颠倒：{meant} 写成 {written}",
        "point_up": "小数点错位：多了 {n} 倍",
        "point_down": "小数点错位：少到 1/{n}",
        "sign": "正负号写反",
        "unpaid": "没有发",
        "misplaced": "填成了 {who} {month} 的 {column} {amount}",
        "of_parts": "由 {parts} 的差额带来",
        "sum_slip": "合计{cause}",
        "sum_wrong": "合计加错：各项之和是 {amount}",
        "missing": "名单里没有这个人",
        "none": "试过的原因都得不出这个数",
        "half_up": "四舍五入", "truncated": "截去", "1": "分", "10": "角", "100": "元", "or": "或", "list": "、",
    },
    "en": {
        "reading": "under the reading {readings}",
        "reading_also": "under the reading {readings} (as in {n} more)",
        "reading_and": "under the reading {readings}, and {cause}",
        "each_line": "each line {how} to {unit}",
        "each_order": "each order {how} to {unit}, then summed",
        "sum_cut": "lines kept exact, their sum cut to 分",
        "sum_rounded": "lines kept exact, their sum rounded to 分",
        "left_out": "order {order} left out (net {net})",
        "twice": "order {order} counted twice",
        "returned_too": "order {order}, returned or cancelled, counted too",
        "other_day_too": "order {order} of {day} counted too",
        "next_band": "order {order} given {title} of the band beside it, {band}",
        "other_way": "“{condition}” taken the other way",
        "target": "wrong target: {others} instead of {right}",
        "team_target": "wrong team target: {others} instead of {right}",
        "target_low": "one low enough to be passed",
        "target_high": "one too high to be passed",
        "no_target": "no target",
        "own_target": "{amount} of {month}",
        "their_target": "{amount} of {who}, {month}",
        "turned": "digits changed over: {written} for {meant}",
        "point_up": "point misplaced: {n} times too much",
        "point_down": "point misplaced: a {n}th of it",
        "sign": "sign turned round",
        "unpaid": "not paid",
        "misplaced": "{column} of {who} in {month}, {amount}, put here",
        "of_parts": "from the differences of {parts}",
        "sum_slip": "in the sum, {cause}",
        "sum_wrong": "added up wrongly: the parts come to {amount}",
        "missing": "not in the list",
        "none": "none of the causes tried gives this amount",
        "half_up": "rounded", "truncated": "cut", "1": "分", "10": "角", "100": "元", "or": " or ", "list": ", ",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """A way to come to exactly the amount that was paid: its kind, and a sentence of TEXTS.

    values: amounts in 分, months, words; causes inside one another and words by language are
    rendered in the language asked for.
    """

    kind: str
    key: str
    values: tuple[tuple[str, object], ...] = ()

    def text(self, lang: str = "zh") -> str:
        """The sentence."""
        shown = {name: _shown(name, value, lang) for name, value in self.values}
        return TEXTS[lang][self.key].format(**shown)


@dataclass(frozen=True)
class Words:
    """What is said differently in both languages: a word of TEXTS, or the plan's own titles."""

    zh: str
    en: str


def cause(kind: str, key: str, **values: object) -> Cause:
    """A cause with its values by name."""
    return Cause(kind, key, tuple(values.items()))


def word(key: str) -> Words:
    """A word of TEXTS."""
    return Words(TEXTS["zh"][key], TEXTS["en"][key])


def _shown(name: str, value: object, lang: str) -> str:
    if isinstance(value, Cause):
        return value.text(lang)
    if isinstance(value, Words):
        return value.zh if lang == "zh" else value.en
    if isinstance(value, Month):
        return str(value)
    if isinstance(value, tuple):
        joined = TEXTS[lang]["or" if name == "others" else "list"]
        return joined.join(_shown("", one, lang) for one in value)
    if isinstance(value, int) and name != "n":
        return yuan(value) if name in ("written", "meant") else grouped(value)
    return str(value)
