"""The words of a search in Chinese and English: patterns, how each is told, why one was not looked for."""

from __future__ import annotations

from collections.abc import Mapping

from assay.engine.searched import Searched
from assay.facts.schema import WORDS
from assay.plan.units import number_text

NO_GUILT: Mapping[str, str] = {
    "zh": "这是规律，不是过错：每一处都可能另有正当的原因，请先问，再下结论。",
    "en": "These are patterns, not guilt: each may have a good reason; ask before you judge.",
}

TITLES: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "split": "一单拆成几单",
        "merge": "几单并成一单",
        "cliff": "刚过门槛的订单",
        "month_edge": "差一点过线的月份",
        "month_lifted": "靠月末几单过线的月份",
        "month_returned": "靠后来退掉的订单过线的月份",
        "shift_month": "记到下个月的订单",
        "deeper_discount": "卖得更便宜而多得",
        "more_sales": "多卖反而少得",
        "bounded_share": "提成占销售额的比例",
        "negative_margin": "亏本的订单照样提成",
    },
    "en": {
        "split": "One order written as several",
        "merge": "Several written as one",
        "cliff": "Orders just above an edge",
        "month_edge": "Months a whisker beside an edge",
        "month_lifted": "Months lifted over an edge by their last orders",
        "month_returned": "Months lifted by orders returned since",
        "shift_month": "Booked into the next month",
        "deeper_discount": "Sold for less, paid more",
        "more_sales": "Sold more, paid less",
        "bounded_share": "Pay as a share of sales",
        "negative_margin": "Orders sold at a loss, paid all the same",
    },
}

KEYS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "split": "同一业主、同一客户、同一个月，前后相隔不超过 {days} 天的订单算一组；"
        "照实付的与并成一单(第一天)付的相比",
        "merge": "一单过了按金额的一档、对半分则都不过，而该客户其余订单都不到这一档；与分成两单付的相比",
        "cliff": "在门槛之上 {near} 以内的订单；与低到门槛下 1 分时付的相比，并数出门槛两侧同样宽的各段有多少单",
        "month_edge": "整月的合计离门槛不到 {near} 的月份；"
        "与当月最大的一单改到刚好越过门槛时付的相比，并数出门槛两侧有多少个月",
        "month_lifted": "没有最后 {turn} 天的订单就在门槛另一侧的月份；与这些订单记在下月第一天时两个月共付的相比",
        "month_returned": "最后 {turn} 天有订单后来退掉或取消、当时算上它们就在门槛另一侧的月份；"
        "算上时多付的(关账后应已补扣)",
        "shift_month": "每月头 {turn} 天的订单；与记在上月最后一天时两个月共付的相比",
        "deeper_discount": "低于折扣门槛的订单；与都按门槛折扣卖时付的相比",
        "more_sales": "逐单去掉，看哪一单去掉后当月反而多付；"
        "单数太多时只试能使平均折扣越过门槛的(每月至多 40 单)，"
        "没有这种门槛时试折扣最深、最大与最小的",
        "negative_margin": "成交额减去成本（方案只有利润或底价的，取利润或减底价），再减去所有人因这一单所得，"
        "小于 0 的订单；小于 0 的部分就是公司倒贴的钱。按月付、不按单付的不算在内",
    },
    "en": {
        "split": "Orders of one owner and one customer in one month, each within {days} days of the one before,"
        " are a group; what they paid against one order on the first day",
        "merge": "An order past a step by amount that neither half would reach, of a customer whose other orders"
        " stay under it; against two halves",
        "cliff": "Orders within {near} above an edge; against 1 分 below it, and how many stand in equal widths"
        " on both sides",
        "month_edge": "Months whose sums lie within {near} of an edge; against the month with its largest order"
        " changed until it just stands across, and how many months stand on both sides",
        "month_lifted": "Months that would stand across an edge without the orders of their last {turn} days;"
        " both months against those orders on the first day of the next",
        "month_returned": "Months that orders of their last {turn} days, returned or cancelled since, had put across"
        " an edge; what they paid more while those stood (taken back, where months are adjusted)",
        "shift_month": "Orders of the first {turn} days of a month; both months against booking on the day before",
        "deeper_discount": "Orders under a discount edge; against all of them sold at the edge",
        "more_sales": "Each order left out in turn: the one without which the month pays more; of very many orders"
        " only those that tip an average over an edge (at most 40 a month), else the deepest, largest and smallest",
        "negative_margin": "Orders of which the net less the cost (the profit, or net less the floor price, where the"
        " plan has that instead) less what everybody is paid for the order is below 0: the company loses the"
        " difference. What is paid for a month, not for an order, is left out",
    },
}

WHY: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "undecided": "prove 在限定步数内没有定论，不知道该找什么",
        "no_orders": "没有这个角色的订单",
        "no_customers": "订单没有客户编号",
        "no_amounts": "没有按单笔金额的档",
        "no_months": "门槛不在订单的金额或折扣上，也不在整月的合计上",
        "months_together": "整月的门槛与别的月份或别人的业绩相连，不能一个月一个月重付",
        "no_sql": "整月的门槛里有不能逐月比较的式子",
        "other_date": "订单不按下单日期归月",
        "no_discounts": "方案没有按折扣的门槛",
        "bounded_share": "它是一个比例，不是谁的做法；见 prove",
        "negative_margin": "方案的订单没有成本、底价或利润；给定成本率见 prove --cost",
    },
    "en": {
        "undecided": "prove came to no verdict within its steps, so it is not known what to look for",
        "no_orders": "the role has no orders",
        "no_customers": "orders name no customer",
        "no_amounts": "no steps by the amount of an order",
        "no_months": "the threshold rests neither on an order's amount or discount nor on sums of the month",
        "months_together": "thresholds of the month rest on other months or other people; a month cannot be paid alone",
        "no_sql": "the month's thresholds hold formulas that cannot be compared month by month",
        "other_date": "orders do not belong to the month of their own date",
        "no_discounts": "the plan has no threshold by discount",
        "bounded_share": "it is a share, nobody's doing; see prove",
        "negative_margin": "the plan's orders bear no cost, floor price or profit; with a cost rate see prove --cost",
    },
}

LABELS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "span": "{first} 至 {last}，{n} 单。",
        "none": "方案不奖励这些做法，或订单里无从找起。",
        "not_looked": "没有找",
        "more": "符合 {n} 处 · {people} 人 · 因此多得 {amount}",
        "fewer": "试了 {n} 单 · {people} 人 · 因多卖少得 {amount}",
        "lost": "{n} 单 · 卖出的 {people} 人 · 公司倒贴 {amount}",
        "turn": "月末 {days} 天 {late} 单，月初 {days} 天 {early} 单，平均每 {days} 天 {mean} 单",
        "busy": "，多于平常",
        "others": "… 另有 {n} 人",
        "and_more": " 等 {n} 单",
        "edge": "门槛",
        "below2": "再低一段",
        "below": "刚好不到",
        "above": "刚过",
        "above2": "再高一段",
        "on": "正好在界上",
        "moved": "移动的钱",
        "chance": "多于两侧",
        "files": "文件",
        "stop": "。",
        "join": "、",
    },
    "en": {
        "span": "{first} to {last}, {n} orders. ",
        "none": "The plan rewards none of this, or the orders do not tell.",
        "not_looked": "Not looked for",
        "more": "fitting {n} · people {people} · {amount} more by it",
        "fewer": "orders tried {n} · people {people} · {amount} less for selling more",
        "lost": "orders {n} · sold by {people} · the company loses {amount}",
        "turn": "{late} orders in the last {days} days of months, {early} in the first {days}, {mean} in {days} days"
        " on average",
        "busy": ": more than usual",
        "others": "… and {n} more",
        "and_more": " … {n} orders",
        "edge": "Edge",
        "below2": "Lower yet",
        "below": "Just under",
        "above": "Just over",
        "above2": "Higher yet",
        "on": "On it",
        "moved": "Money moved",
        "chance": "more than beside it",
        "files": "files",
        "stop": ".",
        "join": ", ",
    },
}


def key_of(kind: str, searched: Searched, lang: str = "zh") -> str:
    """How a pattern is told in the orders, as the manual says it."""
    windows = searched.windows
    near = f"{number_text(windows.near * 100)}%"
    return KEYS[lang][kind].format(days=windows.days, turn=windows.turn, near=near)


def role_title(role: str, lang: str = "zh") -> str:
    """A role in Chinese where the house has a word for it."""
    if lang == "en":
        return role
    named = {word: said for said, word in reversed(list(WORDS["role"].items()))}
    return named.get(role, role)


def titled(kind: str, role: str, lang: str = "zh") -> str:
    """A pattern's title with the role it is of, where it is of one."""
    title = TITLES[lang][kind]
    return f"{title} · {role_title(role, lang)}" if role else title
