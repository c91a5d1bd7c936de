"""What a search found as sentences, as data and as a workbook."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from assay.engine.search import Count, Pattern, Searched
from assay.engine.workbook import Column, Sheet, write_workbook
from assay.facts.schema import WORDS
from assay.money import yuan
from assay.period import Month
from assay.plan.units import number_text

NO_GUILT = "这是规律,不是过错:每一处都可能另有正当的原因,请先问,再下结论。"
NO_GUILT_EN = "These are patterns, not guilt: each may have a good reason; ask before you judge."
TITLES = {
    "split": "一单拆成几单",
    "merge": "几单并成一单",
    "cliff": "刚过门槛的订单",
    "shift_month": "记到下个月的订单",
    "deeper_discount": "卖得更便宜而多得",
    "more_sales": "多卖反而少得",
}

KEYS = {
    "zh": {
        "split": "同一业主、同一客户、同一个月,前后相隔不超过 {days} 天的订单算一组;照实付的与并成一单(第一天)付的相比",
        "merge": "一单过了按金额的一档、对半分则都不过,而该客户其余订单都不到这一档;与分成两单付的相比",
        "cliff": "在门槛之上 {near} 以内的订单;与低到门槛下 1 分时付的相比,并数出门槛两侧同样宽的各段有多少单",
        "shift_month": "每月头 {turn} 天的订单;与记在上月最后一天时两个月共付的相比",
        "deeper_discount": "低于折扣门槛的订单;与都按门槛折扣卖时付的相比",
        "more_sales": "每月折扣最深的那一单;与没有这一单时付的相比",
    },
    "en": {
        "split": "Orders of one owner and one customer in one month, each within {days} days of the one before,"
        " are a group; what they paid against one order on the first day.",
        "merge": "An order past a step by amount that neither half would reach, of a customer whose other orders"
        " stay under it; against two halves.",
        "cliff": "Orders within {near} above an edge; against 1 分 below it, and how many stand in equal widths"
        " on both sides.",
        "shift_month": "Orders of the first {turn} days of a month; both months against booking on the day before.",
        "deeper_discount": "Orders under a discount edge; against all of them sold at the edge.",
        "more_sales": "The order at the deepest discount of each month; against the month without it.",
    },
}


def key_of(about: str, searched: Searched, lang: str = "zh") -> str:
    """How a pattern is told in the orders, as the manual says it."""
    windows = searched.windows
    near = f"{number_text(windows.near * 100)}%"
    return KEYS[lang][about].format(days=windows.days, turn=windows.turn, near=near)


def role_title(role: str) -> str:
    """A role in Chinese where the house has a word for it."""
    named = {word: said for said, word in reversed(list(WORDS["role"].items()))}
    return named.get(role, role)


def searched_data(found: Searched) -> dict[str, object]:
    """Everything for `--json`."""
    return {
        "plan": found.program.plan.name,
        "months": {
            "from": str(Month(found.months.start)),
            "to": str(Month(found.months.stop - 1)),
        },
        "orders": found.orders,
        "note": NO_GUILT_EN,
        "windows": {
            "days": found.windows.days,
            "turn": found.windows.turn,
            "near": str(found.windows.near),
        },
        "patterns": [_pattern(found, one) for one in found.patterns],
        "not_looked_for": [
            {"property": about, "role": role, "because": why} for about, role, why in found.skipped
        ],
    }


def _pattern(found: Searched, one: Pattern) -> dict[str, object]:
    return {
        "property": one.about,
        "role": one.role,
        "key": key_of(one.about, found),
        "clause": one.finding.clause,
        "candidates": one.candidates,
        "moved": yuan(one.total),
        "people": [
            {"payee_id": payee, "name": found.names.get(payee, payee), "moved": yuan(amount)}
            for payee, amount in one.people.items()
        ],
        "counts": [
            {
                "at": c.what,
                "counts": dict(zip(c.labels, c.counts, strict=True)),
                "on_the_edge": c.on,
                "expected": number_text(c.expected, 1).rstrip("…"),
                "more_than_chance": c.unusual,
                "moved": None if c.moved is None else yuan(c.moved),
            }
            for c in one.counts
        ],
        "cases": [
            {
                "payee_id": case.payee,
                "month": str(Month(case.month)),
                "orders": list(case.orders),
                "count": case.count,
                "moved": yuan(case.moved),
            }
            for case in one.cases
        ],
    }


def write_searched(found: Searched, path: Path) -> None:
    """The workbook: 总览, 按人, 明细, 门槛两侧."""
    span = f"{Month(found.months.start)} 至 {Month(found.months.stop - 1)}"
    above = (f"方案奖励的做法在订单里的痕迹,{span},{found.orders} 单", NO_GUILT)
    write_workbook(path, [_overview(found, above), _people(found), _cases(found), _edges(found)])


def _overview(found: Searched, above: tuple[str, ...]) -> Sheet:
    rows = [
        (TITLES[p.about], role_title(p.role), p.candidates, len(p.people), p.total, key_of(p.about, found))
        for p in found.patterns
    ]  # fmt: skip
    columns = (
        Column("规律", width=20),
        Column("角色", width=10),
        Column("符合的", "count", 9),
        Column("人数", "count", 7),
        Column("移动的钱", "money", summed=True),
        Column("怎样认", width=90),
    )
    return Sheet("总览", columns, rows, above)


def _people(found: Searched) -> Sheet:
    rows = [
        (TITLES[p.about], role_title(p.role), payee, found.names.get(payee, payee), amount)
        for p in found.patterns
        for payee, amount in p.people.items()
    ]
    columns = (
        Column("规律", width=20),
        Column("角色", width=10),
        Column("编号", width=10),
        Column("姓名", width=18),
        Column("移动的钱", "money", summed=True),
    )
    return Sheet("按人", columns, rows, total="合计")


def _cases(found: Searched) -> Sheet:
    rows = [
        (TITLES[p.about], case.payee, found.names.get(case.payee, case.payee), str(Month(case.month)),
         case.count, case.moved, "、".join(case.orders) + (" 等" if case.count > len(case.orders) else ""))
        for p in found.patterns
        for case in p.cases
    ]  # fmt: skip
    columns = (
        Column("规律", width=20),
        Column("编号", width=10),
        Column("姓名", width=18),
        Column("月份", width=9),
        Column("单数", "count", 7),
        Column("移动的钱", "money", summed=True),
        Column("订单", width=80),
    )
    return Sheet("明细", columns, rows, total="合计")


def _edges(found: Searched) -> Sheet:
    rows = [
        (TITLES[p.about], role_title(p.role), c.what, *_four(c), c.on, _round(c.expected),
         "多于两侧" if c.unusual else "", c.moved)
        for p in found.patterns
        for c in p.counts
        if p.about == "cliff"
    ]  # fmt: skip
    columns = (
        Column("规律", width=20),
        Column("角色", width=10),
        Column("门槛", width=24),
        Column("再低一段", "count", 10),
        Column("刚好不到", "count", 10),
        Column("刚过", "count", 8),
        Column("再高一段", "count", 10),
        Column("其中正好", "count", 10),
        Column("两侧平均", "count", 10),
        Column("判断", width=12),
        Column("移动的钱", "money"),
    )
    return Sheet("门槛两侧", columns, rows)


def _four(count: Count) -> tuple[int | None, ...]:
    return count.counts if len(count.counts) == 4 else (None, *count.counts, None)


def _round(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
