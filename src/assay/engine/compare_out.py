"""A comparison as data and as a workbook: 总览, 按人, 按月, 按订单."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from assay.engine.compare import Comparison, OrderDifference, Pair, Part, winners
from assay.engine.workbook import Column, Sheet, write_workbook
from assay.money import yuan
from assay.period import Month
from assay.plan.sentences import told_in
from assay.plan.units import number_text

BEFORE, AFTER, DIFFERENCE = "甲", "乙", "差额"
SHOWN_TITLES = {
    "band": "档",
    "rate": "提成率",
    "quota_part": "计入基本任务",
    "commissionable": "参与提成",
    "added_point": "加点",
}
_RATES = frozenset({"rate", "added_point"})
_MONEY = frozenset({"quota_part", "commissionable"})


def pair_data(pair: Pair) -> dict[str, str | None]:
    """An amount on both sides for `--json`; null where a side has none."""
    return {
        "before": None if pair.before is None else yuan(pair.before),
        "after": None if pair.after is None else yuan(pair.after),
        "difference": yuan(pair.difference),
    }


def comparison_data(found: Comparison) -> dict[str, object]:
    """Everything for `--json`."""
    better, same, worse = winners(found.people().values())
    return {
        "before": found.labels[0],
        "after": found.labels[1],
        "months": {
            "from": str(Month(found.months.start)),
            "to": str(Month(found.months.stop - 1)),
        },
        "currency": found.currency,
        "total": pair_data(found.total()),
        "winners": better,
        "unchanged": same,
        "losers": worse,
        "lines": [
            {"line": name, "title": found.titles[name], **pair_data(pair)}
            for name, pair in found.lines().items()
        ],
        "by_month": [
            {"month": str(Month(month)), **pair_data(pair)}
            for month, pair in found.by_months().items()
        ],
        "people": [
            {"payee_id": payee, "name": found.names.get(payee, payee), **pair_data(pair)}
            for payee, pair in found.people().items()
        ],
        "orders": [_order_data(order) for order in found.orders],
        "orders_changed": found.changed,
        "orders_difference": yuan(found.orders_total),
        "not_by_order": [
            {
                "payee_id": payee,
                "role": role,
                "month": str(Month(month)),
                "line": line,
                "difference": yuan(amount),
            }
            for (payee, role, month, line), amount in found.by_month.items()
        ],
        "refused": {
            side: [
                {"file": r.file, "row": r.row, "value": r.value, "reason": told_in(r.reason, "zh")}
                for r in rejected
            ]
            for side, rejected in zip(("before", "after"), found.refused, strict=True)
        },
    }


def _order_data(order: OrderDifference) -> dict[str, object]:
    return {
        "order_id": order.order,
        "order_date": order.day.isoformat() if order.day else None,
        "list_amount": None if order.listed is None else yuan(order.listed),
        "net_amount": None if order.net is None else yuan(order.net),
        **pair_data(order.pair),
        "parts": [
            {
                "payee_id": part.payee,
                "role": part.role,
                "month": str(Month(part.month)),
                "line": part.line,
                **pair_data(part.pair),
                "changed": {name: [a, b] for name, a, b in part.shown},
            }
            for part in order.parts
        ],
    }


def why(part: Part) -> str:
    """What the rules show otherwise of an order, as in 提成率 4% → 8%."""
    said = [
        f"{SHOWN_TITLES[name]} {_shown(name, a)} → {_shown(name, b)}" for name, a, b in part.shown
    ]
    if part.pair.before is None or part.pair.after is None:
        side = BEFORE if part.pair.before is None else AFTER
        said.insert(0, f"{side}方没有这一项")
    return "; ".join(said) or "档与率相同,算法不同"


def _shown(name: str, text: str) -> str:
    if not text:
        return "—"
    if name in _RATES:
        return f"{number_text(Fraction(text) * 100)}%"
    return yuan(int(text)) if name in _MONEY else text


def discount_text(listed: int | None, net: int | None) -> str:
    """net ÷ list as 8.04折, cut to two decimals; empty without a list price."""
    if not listed or net is None:
        return ""
    cut = net * 1000 // listed
    whole, part = divmod(cut, 100)
    digits = f"{part:02d}".rstrip("0")
    return f"{whole}{'.' + digits if digits else ''}折"


def write_comparison(found: Comparison, path: Path) -> None:
    """The workbook; every sheet's differences add up to the same total."""
    span = f"{Month(found.months.start)} 至 {Month(found.months.stop - 1)}"
    above = (
        f"{BEFORE} {found.labels[0]}",
        f"{AFTER} {found.labels[1]}",
        f"{span},{found.currency},差额 = {AFTER} − {BEFORE}",
    )
    write_workbook(
        path, [_overview(found, above), _people(found), _months(found), _order_sheet(found)]
    )


_AMOUNTS = (
    Column(BEFORE, "money", summed=True),
    Column(AFTER, "money", summed=True),
    Column(DIFFERENCE, "change", summed=True),
)


def _row(pair: Pair) -> tuple[int | None, int | None, int]:
    return (pair.before, pair.after, pair.difference)


def _overview(found: Comparison, above: tuple[str, ...]) -> Sheet:
    better, same, worse = winners(found.people().values())
    rows = [(found.titles[name], name, *_row(pair)) for name, pair in found.lines().items()]
    said = (*above, f"{better} 人增加,{same} 人不变,{worse} 人减少;{found.changed} 张订单计得不同")
    refused = [
        f"{side}方不接受 {len({(r.file, r.row) for r in rejected})} 行:{told_in(rejected[0].reason, 'zh')}"
        for side, rejected in zip((BEFORE, AFTER), found.refused, strict=True)
        if rejected
    ]
    columns = (Column("项目", width=22), Column("代号", width=16), *_AMOUNTS)
    return Sheet("总览", columns, rows, (*said, *refused), "合计")


def _people(found: Comparison) -> Sheet:
    lines = list(found.lines())
    cells: dict[str, dict[str, int]] = {}
    for (payee, _, _, line), pair in found.cells.items():
        mine = cells.setdefault(payee, {})
        mine[line] = mine.get(line, 0) + pair.difference
    rows = [
        (payee, found.names.get(payee, payee), *_row(pair), *(cells[payee].get(n) for n in lines))
        for payee, pair in found.people().items()
    ]
    columns = (
        Column("编号", width=10),
        Column("姓名", width=18),
        *_AMOUNTS,
        *(Column(f"{found.titles[name]} {DIFFERENCE}", "change", 17, True) for name in lines),
    )
    return Sheet("按人", columns, rows, total="合计")


def _months(found: Comparison) -> Sheet:
    rows = [(str(Month(month)), *_row(pair)) for month, pair in found.by_months().items()]
    return Sheet("按月", (Column("月份", width=10), *_AMOUNTS), rows, total="合计")


def _order_sheet(found: Comparison) -> Sheet:
    rows: list[tuple[object, ...]] = []
    for order in found.orders:
        discount = discount_text(order.listed, order.net)
        for part in order.parts:
            rows.append(
                (
                    order.order,
                    order.day,
                    order.listed,
                    order.net,
                    discount,
                    part.payee,
                    found.names.get(part.payee, part.payee),
                    str(Month(part.month)),
                    found.titles[part.line],
                    *_row(part.pair),
                    why(part),
                )
            )
    listed = sum(order.pair.difference for order in found.orders)
    if found.orders_total != listed:
        more = f"其余 {found.changed - len(found.orders)} 张订单"
        rest = found.orders_total - listed
        rows.append((more, *[None] * 8, None, None, rest, ""))
    for (payee, _, month, line), amount in found.by_month.items():
        name = found.names.get(payee, payee)
        rows.append(
            ("不按订单计", None, None, None, "", payee, name, str(Month(month)), found.titles[line],
             None, None, amount, "按月计的项目")
        )  # fmt: skip
    columns = (
        Column("订单号", width=18),
        Column("下单日期", "date"),
        Column("原价", "money"),
        Column("成交", "money"),
        Column("折扣", width=9),
        Column("编号", width=10),
        Column("姓名", width=16),
        Column("月份", width=9),
        Column("项目", width=14),
        *_AMOUNTS,
        Column("原因", width=44),
    )
    return Sheet("按订单", columns, rows, total="合计")
