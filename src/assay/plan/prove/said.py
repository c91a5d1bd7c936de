"""What the assay says of bounds and reasons, in two languages; a key with what fills it."""

from __future__ import annotations

from dataclasses import dataclass, field

ZH = {
    "rows": "每位收款人至多 {n} 笔",
    "orders": "{n} 笔订单",
    "people": "{n} 位收款人",
    "whose": "销售先后归 {who}(P 为本人,* 为所问的)",
    "amount": "每笔金额 0 至 {most} 元,成交价不高于原价",
    "money": "每项金额 0 至 {most} 元",
    "target": "任务额不设或至 {most} 元",
    "months": "{months}",
    "placed": "各笔销售都在 {months}",
    "apart": "所问的销售在 {months},其他的在 {others}",
    "days": "销售在月内第 {days} 日",
    "others": "此外的行:{rows}",
    "since": "各人自 {days} 起在职",
    "whole": "每行全归一人(份额 100%)",
    "channel": "渠道 {names}",
    "credited": "各行前后都按方案归到其人",
    "refused": "方案拒收的行除外",
    "rates": "比率 0 至 200%,步长 0.01%",
    "counts": "件数 0 至 100",
    "spans": "月数 0 至 {months},天数、小时数 0 至 {days}",
    "numbers": "数字 0 至 1000000 的整数",
    "dates": "其他日期取所在日前后 {days} 天或为空",
    "words": "文字列取 {words}",
    "rounding": "合计不足 {least} 分的差额属舍入,不计",
    "canonical": "跳动按原价 10 万元的一单计,够不着时至 100 万元;其他单至 50 万元,任务不设或 50 万元;从无到有不算",
    "cost": "成本按原价的 {cost}% 计",
    "share": "份额按 0.01% 取",
    "search": "在上述范围内试遍门槛两侧",
    "no_sale": "不取决于任何销售行",
    "no_price": "不取决于订单的成交价",
    "no_amount": "不取决于销售金额",
    "no_cost": "方案没有给出成本或底价(orders 的 cost、floor_price 或 profit 列)",
    "no_threshold": "公式里没有门槛",
    "of_count": "只看金额与任务的门槛,按笔数、件数、比率、日期的不在内",
    "one_month": "只看一笔收入,与月份无关",
    "timeout": "在限定步数内未得出结论",
    "beyond": "公式超出求解范围:{what}",
    "differs": "求解的例子经参照计算不成立(程序的问题,请报告)",
    "empty": "范围内没有任何一个月符合方案的限制",
    "same_as": "与规则 {rule} 相同:角色的其余各行不受影响",
    "fixed": "与销售无关的固定金额",
    "smallest": "最小的例子:这样几笔里多付不少于 {gain} 的,原价合计没有低于 {first} 的,"
    "原价如此时其余金额合计没有低于 {second} 的",
    "smallest_one": "最小的例子:这样几笔里多付不少于 {gain} 的,金额合计没有低于 {first} 的",
    "cut": "较小的例子:在限定次数内缩小到此,未必最小",
    "any": "金额相乘的公式,例子没有缩到最小",
    "begins": "合计不到 {first} 时分文不多付",
    "row": "「{name}」的行「{row}」永远不成立",
    "row_open": "「{name}」的行「{row}」是否可能成立,在限定步数内未得出结论",
    "row_beyond": "「{name}」的行「{row}」是否可能成立,超出求解范围:{what}",
    "condition": "条件 {row} 永远不成立",
    "condition_open": "条件 {row} 是否可能成立,在限定步数内未得出结论",
    "condition_beyond": "条件 {row} 是否可能成立,超出求解范围:{what}",
    "opposite": "条件 {row} 的反面永远不成立",
    "opposite_open": "条件 {row} 的反面是否可能成立,在限定步数内未得出结论",
    "opposite_beyond": "条件 {row} 的反面是否可能成立,超出求解范围:{what}",
    "neighbours": "「{name}」的相邻两档「{row}」与「{other}」付的一样:其中一档永远不起作用",
    "neighbours_open": "「{name}」的相邻两档「{row}」与「{other}」付的是否不同,未得出结论",
    "left_out": "「{name}」的行「{row}」永远不起作用:没有它付的也一样",
    "left_out_open": "「{name}」的行「{row}」是否起作用,未得出结论",
    "point": "「{name}」的第 {n} 个点在两旁各点的直线上:没有它付的也一样",
    "choice": "「{name}」里的条件 {row} 永远不起作用:不论成立与否,付的都一样",
    "choice_open": "「{name}」里的条件 {row} 是否起作用,未得出结论",
    "rule": "规则「{name}」永远付 0",
    "rule_open": "规则「{name}」是否付过什么,未得出结论",
    "unused": "付款不依据「{name}」,也没有算例写它",
    "readings": "「{name}」的读法「{one}」与「{two}」算出来是同一套公式",
}
EN = {
    "rows": "at most {n} rows a payee",
    "orders": "{n} orders",
    "people": "{n} payees",
    "whose": "sales one after another of {who} (P the payee, * asked about)",
    "amount": "each amount 0 to {most}, net not above list",
    "money": "each amount 0 to {most}",
    "target": "targets absent or up to {most}",
    "months": "{months}",
    "placed": "all sales in {months}",
    "apart": "the sales asked about in {months}, the others in {others}",
    "days": "sales on days {days} of the month",
    "others": "other rows: {rows}",
    "since": "everybody there since {days}",
    "whole": "each row credited whole (100 %) to one",
    "channel": "channel {names}",
    "credited": "each row credited to its payee on both sides",
    "refused": "rows the plan refuses left out",
    "rates": "rates 0 to 200 % in steps of 0.01 %",
    "counts": "counts 0 to 100",
    "spans": "months 0 to {months}, days and hours 0 to {days}",
    "numbers": "numbers whole, 0 to 1000000",
    "dates": "other dates absent or {days} days from the row's own",
    "words": "texts out of {words}",
    "rounding": "a difference of less than {least} 分 is rounding and not counted",
    "canonical": "a jump is measured at an order of list 100,000, or up to 1,000,000; others up to 500,000, "
    "a target absent or 500,000; from nothing to something is no threshold",
    "cost": "cost taken as {cost} % of the list price",
    "share": "shares in steps of 0.01 %",
    "search": "both sides of every threshold tried within these",
    "no_sale": "rests on no row of sales",
    "no_price": "does not rest on an order's price",
    "no_amount": "does not rest on an amount of sales",
    "no_cost": "the plan gives no cost or floor price (a column cost, floor_price or profit of orders)",
    "no_threshold": "there is no threshold in its formulas",
    "of_count": "thresholds of amounts and targets only, not of counts, rates or days",
    "one_month": "paid of a single receipt, whatever the month",
    "timeout": "not decided within its steps",
    "beyond": "a formula the solver cannot be given: {what}",
    "differs": "the solver's example does not hold for the reference (a fault of the program: please report)",
    "empty": "no month within the bounds fits what the plan refuses",
    "same_as": "as the rule {rule}: the role's other lines are not touched",
    "fixed": "a fixed amount, whatever is sold",
    "smallest": "the smallest example: of so many rows that pay {gain} more or above, none has list prices of less "
    "than {first} together, nor at these other amounts of less than {second}",
    "smallest_one": "the smallest example: of so many rows that pay {gain} more or above, none comes to less "
    "than {first} together",
    "cut": "a small example: brought down so far within the questions allowed, perhaps not the smallest",
    "any": "amounts are multiplied: the example is not brought down to the smallest",
    "begins": "under {first} together nothing more is paid",
    "row": "the row “{row}” of “{name}” can never hold",
    "row_open": "whether the row “{row}” of “{name}” can ever hold was not decided within its steps",
    "row_beyond": "whether the row “{row}” of “{name}” can ever hold is beyond the solver: {what}",
    "condition": "the condition “{row}” can never hold",
    "condition_open": "whether the condition “{row}” can ever hold was not decided within its steps",
    "condition_beyond": "whether the condition “{row}” can ever hold is beyond the solver: {what}",
    "opposite": "the opposite of the condition “{row}” can never hold",
    "opposite_open": "whether the opposite of the condition “{row}” can ever hold was not decided within its steps",
    "opposite_beyond": "whether the opposite of the condition “{row}” can ever hold is beyond the solver: {what}",
    "neighbours": "the bands “{row}” and “{other}” of “{name}” pay the same: one of them never matters",
    "neighbours_open": "whether the bands “{row}” and “{other}” of “{name}” pay otherwise was not decided",
    "left_out": "the row “{row}” of “{name}” never matters: without it everything is paid the same",
    "left_out_open": "whether the row “{row}” of “{name}” ever matters was not decided",
    "point": "point {n} of “{name}” lies on the line between its neighbours: it never matters",
    "choice": "the condition “{row}” in “{name}” never matters: whether it holds or not, the same is paid",
    "choice_open": "whether the condition “{row}” in “{name}” ever matters was not decided",
    "rule": "the rule “{name}” never pays anything",
    "rule_open": "whether the rule “{name}” ever pays anything was not decided",
    "unused": "nothing that is paid rests on “{name}”, and no worked example expects it",
    "readings": "the readings “{one}” and “{two}” of “{name}” make the same formulas",
}
LANGUAGES = {"zh": ZH, "en": EN}


@dataclass(frozen=True)
class Said:
    """A sentence by its key, with what fills it."""

    key: str
    parts: dict[str, str] = field(default_factory=dict)

    def text(self, lang: str = "zh") -> str:
        """The sentence in a language."""
        return LANGUAGES[lang][self.key].format(**self.parts)


def joined(said: tuple[Said, ...], lang: str) -> str:
    """Sentences one after another."""
    return (";" if lang == "zh" else "; ").join(one.text(lang) for one in said)
