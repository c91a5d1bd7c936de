"""A line of an order as a file says it: by piece, or by weight with the gold price of its day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.furniture.imports.spec import Column, Row
from assay.furniture.templatetags.figures import grams, money
from assay.sales import rules
from assay.sales.models import METALS, Good, OrderLine

Gold = Mapping[tuple[str, date], int]
"""What a gram of a metal sold at on a day, in 分."""

# What is compared with the line that stands, and written.
LINE = (
    "name", "quantity", "list_amount", "net_amount", "cost_amount", "weight", "gold_price", "labour",
    "discount_on",
)  # fmt: skip
# What a line sold by piece says of weight: nothing.
BY_PIECE = {"weight": None, "gold_price": None, "labour": None, "discount_on": "all"}
MOST = 10**9  # milligrams


def _grams(value: object) -> str:
    return grams(value) if isinstance(value, int) else str(value)


COLUMNS = (
    Column("weight", "克重", "number", must=False, also=("总克重",), shown=_grams,
           note=gettext_lazy("按克重卖的商品写：这一行的总克重，最多三位小数")),
    Column("gold_price", "当日金价", "money", must=False, also=("金价",),
           note=gettext_lazy("每克，元；不写用“当日金价”里那一天的")),
    Column("labour", "工费", "money", must=False,
           note=gettext_lazy("每克，元；不写用商品的工费")),
    Column("discount_on", "打折范围", must=False,
           words={"整件": "all", "只打工费": "labour", "只打工费，金料不打折": "labour"},
           note=gettext_lazy("整件，或只打工费（金料不打折）；不写是整件")),
)  # fmt: skip


def read(
    row: Row, goods: Mapping[str, Good], held: OrderLine | None, day: date | None, gold: Gold
) -> None:
    """Complete the row's values: good, name, pieces, and of a weighed one its list price.

    held: the line that stands; what the row leaves empty stays as it is there. A good by piece in
    place of one by weight begins anew: nothing of its weight stays, and it says its own list price.
    """
    said = row.values
    good = goods.get(said["good"]) if said["good"] else None
    if said["good"] and good is None:
        row.wrong("货号", _("没有这个编号：%(code)s") % {"code": said["good"]})
    said["name"] = said["name"] or (good.name if good else held.name if held else None)
    if not said["name"] and not said["good"]:
        row.wrong("品名", _("货号和品名至少写一个"))
    said["quantity"] = 1 if said["quantity"] is None else said["quantity"]
    said["good_row"], said["gold_day"] = good, None
    good = good or (held.good if held else None)
    weighed = held is not None and held.weight is not None
    said["unweighed"] = weighed and good is not None and good.way != "weight"
    _weighed(row, good, held, day, gold)
    if said["unweighed"]:
        held = None
        said |= BY_PIECE
    if said["list_amount"] is None:
        if held is None and not row.reasons:
            row.wrong("原价金额", _("缺少"))
        said["list_amount"] = held.list_amount if held else None
    for name, title, least in (
        ("line", "行号", 1), ("quantity", "件数", 1), ("list_amount", "原价金额", 1),
        ("net_amount", "成交金额", 0), ("cost_amount", "成本", 0),
    ):  # fmt: skip
        if said[name] is not None and said[name] < least:
            row.wrong(title, _("要大于 0") if least else _("不能为负"))


def _weighed(
    row: Row, good: Good | None, held: OrderLine | None, day: date | None, gold: Gold
) -> None:
    """克重 × 当日金价 + 工费 as list price; the price of the day is kept with the line."""
    said = row.values
    kept = held if held is not None and held.weight is not None else None
    by_weight = good.way == "weight" if good is not None else kept is not None
    said["weight"] = _milligrams(row)
    told = any(said[name] is not None for name in ("weight", "gold_price", "labour", "discount_on"))
    if not told and not by_weight:
        return
    if good is not None and not by_weight:
        row.wrong("克重", _("%(good)s 按件卖，没有克重") % {"good": good.number})
        return
    weight = said["weight"] or (kept.weight if kept else None)
    if not weight:
        row.wrong("克重", _("按克重卖的要写克重"))
        return
    price = said["gold_price"] or (kept.gold_price if kept else None)
    if price is None and good is not None and day is not None:
        price = gold.get((good.metal, day))
    labour = said["labour"]
    if labour is None:
        labour = kept.labour if kept else good.labour if good else None
    if price is None and day is not None:
        metal = dict(METALS)[good.metal] if good else _("这种成色")
        row.wrong(
            "当日金价", _("%(day)s 还没有%(metal)s的金价：写在这一列，或先在“当日金价”里填")
            % {"day": day, "metal": metal},
        )  # fmt: skip
    if labour is None:
        row.wrong("工费", _("没有货号的要写工费"))
    if price is None or labour is None or not _above(row):
        return
    _priced(
        row, weight, price, labour, said["discount_on"] or (kept.discount_on if kept else "all")
    )
    said["gold_day"] = kept.gold_day if kept and price == kept.gold_price else day


def _above(row: Row) -> bool:
    """Prices are more than nothing, a labour fee not less."""
    if row.values["gold_price"] is not None and row.values["gold_price"] <= 0:
        row.wrong("当日金价", _("要大于 0"))
    if row.values["labour"] is not None and row.values["labour"] < 0:
        row.wrong("工费", _("不能为负"))
    return not row.reasons


def _priced(row: Row, weight: int, price: int, labour: int, on: str) -> None:
    said = row.values
    found = rules.by_weight(weight, price, labour, Fraction(1), on)
    if said["list_amount"] not in (None, found.listed):
        row.wrong("原价金额", _("克重 × 当日金价 + 工费是 %(sum)s") % {"sum": money(found.listed)})
    if on == "labour" and said["net_amount"] is not None and said["net_amount"] < found.gold:
        row.wrong("成交金额", _("只打工费，不能低于金料 %(sum)s") % {"sum": money(found.gold)})
    said |= {
        "list_amount": found.listed, "weight": weight, "gold_price": price, "labour": labour,
        "discount_on": on,
    }  # fmt: skip


def _milligrams(row: Row) -> int | None:
    """Grams of the cell (an exact fraction in text) in milligrams."""
    if row.values["weight"] is None:
        return None
    scaled = Fraction(row.values["weight"]) * rules.MG
    if scaled.denominator != 1 or not 0 < scaled <= MOST:
        row.wrong("克重", _("克重要大于 0，最多三位小数"))
        return None
    return int(scaled)


def changes(row: Row, line: OrderLine | None) -> dict[str, tuple[object, object]]:
    """What a row changes of the line that stands (None: it is a new one): column -> before, after."""
    said, gone = row.values, BY_PIECE if row.values["unweighed"] else {}
    found = {
        name: (getattr(line, name) if line else None, said[name])
        for name in LINE if said[name] is not None or name in gone
    }  # fmt: skip
    return {name: both for name, both in found.items() if both[0] != both[1]}


def told(row: Row, held: Mapping[int, OrderLine]) -> OrderLine:
    """The line of the database a row becomes."""
    said = row.values
    line = held.get(said["line"]) or OrderLine(number=said["line"])
    line.good = said["good_row"] or line.good
    line.gold_day = None if said["unweighed"] else said["gold_day"] or line.gold_day
    for name, (_before, after) in changes(row, line).items():
        setattr(line, name, after)
    return line
