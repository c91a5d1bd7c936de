"""Files of orders: a row is a line, the rows of a number are one order; updated by that number."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.customers.models import Customer
from assay.facts.cells import read_rate
from assay.facts.schema import WORDS
from assay.furniture.imports.spec import Column, ImportSpec, Row, register
from assay.furniture.many import among
from assay.furniture.reader import series
from assay.people.models import Agent, Employee, Shop
from assay.people.queries import Teams, teams_of
from assay.sales.actions.bringing import Brought, bring_orders
from assay.sales.imports import lines
from assay.sales.models import Good, Order, OrderLine, OrderShare
from assay.sales.queries.bringing import standing_orders
from assay.sales.queries.goods import gold_prices

# What a file says once for an order; each of its rows may repeat it or leave it empty.
HEAD = (
    "day", "customer", "seller", "channel", "agent", "shop", "pickup_shop", "status", "due_on",
    "delivered_on", "split", "note",
)  # fmt: skip
CODES = ("customer", "agent", "shop", "pickup_shop")
STATES = {
    "已下单": "open", "已发货": "shipped", "已完成": "completed", "已取消": "cancelled",
    "取消": "cancelled",
}  # fmt: skip
AHEAD = ("open", "shipped", "completed")
_PART = re.compile(r"^\s*(\S+?)\s*[:：]\s*(\S+?)\s*$")


@dataclass
class Told:
    """An order as its rows tell it: the head, who is meant by it, its shares."""

    rows: list[Row]
    head: dict[str, Any] = field(default_factory=dict)
    meant: dict[str, Any] = field(default_factory=dict)
    shares: dict[str, int] = field(default_factory=dict)
    found: Order | None = None

    @property
    def first(self) -> Row:
        """The row that bears what is wrong with the order itself."""
        return self.rows[0]


@dataclass
class Known:
    """Everything a file names, by its code."""

    customers: dict[str, Customer]
    people: dict[str, Employee]
    agents: dict[str, Agent]
    shops: dict[str, Shop]
    goods: dict[str, Good]
    teams: Teams
    gold: lines.Gold


def _compare(rows: list[Row]) -> None:
    """Orders of the file against those that stand; what cannot be is turned down with its reason."""
    told: dict[str, Told] = {}
    for row in rows:
        told.setdefault(row.values["number"], Told([])).rows.append(row)
    standing = standing_orders(told)
    for number, one in told.items():
        one.found = standing.get(number)
        _heads(one)
        _split(one)
    known = _known(told)
    for one in told.values():
        _meant(one, known)
        _when(one)
        held = {x.number: x for x in one.found.lines.all()} if one.found else {}
        for row in one.rows:
            lines.read(row, known.goods, held.get(row.values["line"]), one.head["day"], known.gold)
        if one.found is not None:
            _against(one, one.found)
        else:
            for row in one.rows:
                row.state = "new"
        for row in one.rows:
            row.values["told"] = one


def _heads(one: Told) -> None:
    """What each column says for the order; two different words are refused."""
    for name in HEAD:
        said = [(row, row.values[name]) for row in one.rows if row.values[name] is not None]
        one.head[name] = said[0][1] if said else None
        for row, value in said[1:]:
            if value != said[0][1]:
                row.wrong(TITLES[name], _("与同一订单的第 %(n)s 行不同") % {"n": said[0][0].number})
    if one.found is not None:
        _kept(one, one.found)
    for name in ("day", "customer"):
        if one.head[name] is None:
            one.first.wrong(TITLES[name], _("缺少"))
    one.head["channel"] = one.head["channel"] or "direct"
    one.head["status"] = one.head["status"] or "open"


def _kept(one: Told, found: Order) -> None:
    """What the file leaves empty stays as it stands; another channel brings its own agent or shop."""
    head, names = (
        one.head,
        ["day", "customer", "seller", "status", "due_on", "delivered_on", "pickup_shop"],
    )
    if head["channel"] is None or head["channel"] == found.channel:
        names += ["channel", "agent", "shop"]
    for name in names:
        if head[name] is None:
            head[name] = _said(found, name)


def _said(found: Order, name: str) -> Any:
    """A column as the file would say what stands."""
    row = getattr(found, name)
    if name == "seller":
        return row.number if row else None
    return (row.code if row else None) if name in CODES else row


def _known(told: dict[str, Told]) -> Known:
    def named(name: str) -> set[str]:
        return {one.head[name] for one in told.values() if one.head[name]}

    numbers = named("seller") | {number for one in told.values() for number in one.shares}
    people = {e.number: e for e in among(Employee.objects.all(), "number", numbers)}
    goods = {row.values["good"] for one in told.values() for row in one.rows if row.values["good"]}
    return Known(
        {c.code: c for c in among(Customer.objects.all(), "code", named("customer"))}, people,
        {a.code: a for a in Agent.objects.filter(code__in=named("agent"))},
        {s.code: s for s in Shop.objects.filter(code__in=named("shop") | named("pickup_shop"))},
        {g.number: g for g in among(Good.objects.all(), "number", goods)},
        teams_of(people.values()), gold_prices(one.head["day"] for one in told.values()),
    )  # fmt: skip


def _split(one: Told) -> None:
    """`S01:60%；S02:40%`: whose parts, all together 100 %."""
    said = one.head["split"]
    if not said:
        return
    for text in re.split(r"[;；、,，\n]+", said.strip("；; ")):
        found = _PART.match(text)
        try:
            part = Fraction(read_rate(found[2] if found else "")) * OrderShare.WHOLE
        except ValueError:
            one.first.wrong(TITLES["split"], _("写成 S01:60%；S02:40%"))
            return
        who = found[1] if found else ""
        if who in one.shares:
            one.first.wrong(TITLES["split"], _("%(who)s 写了两次") % {"who": who})
        if part.denominator != 1 or part <= 0:
            one.first.wrong(TITLES["split"], _("分成要大于 0，最多两位小数"))
        one.shares[who] = int(part)
    if sum(one.shares.values()) != OrderShare.WHOLE:
        one.first.wrong(TITLES["split"], _("各人的分成合起来要是 100%"))


def _meant(one: Told, known: Known) -> None:
    """Codes to rows; who sells must be in a department that day, agents within their agreement."""
    head, wrong = one.head, one.first.wrong
    places: tuple[tuple[str, dict[str, Any]], ...] = (
        ("customer", known.customers), ("seller", known.people), ("agent", known.agents),
        ("shop", known.shops), ("pickup_shop", known.shops),
    )  # fmt: skip
    for name, found in places:
        code = head[name]
        one.meant[name] = found.get(code) if code else None
        if code and code not in found:
            wrong(TITLES[name], _("没有这个编号：%(code)s") % {"code": code})
    customer, day = one.meant["customer"], head["day"]
    if customer is not None and customer.merged_into_id is not None:
        wrong(TITLES["customer"], _("这位客户已并入另一位"))
    for code in one.shares:
        if code not in known.people:
            wrong(TITLES["split"], _("没有这个编号：%(code)s") % {"code": code})
    _channel(one)
    if day is None:
        return
    seller, agent = one.meant["seller"], one.meant["agent"]
    one.meant["department"] = known.teams.on(seller.pk, day) if seller else None
    if seller is not None and one.meant["department"] is None:
        wrong(TITLES["seller"], _("%(day)s 不在任何部门") % {"day": day})
    if agent is not None and not _within(agent, day):
        wrong(TITLES["agent"], _("代理商的协议在 %(day)s 不在有效期内") % {"day": day})
    for code in one.shares:
        person = known.people.get(code)
        if person is not None and known.teams.on(person.pk, day) is None:
            wrong(TITLES["split"], _("%(who)s 在 %(day)s 不在任何部门") % {"who": code, "day": day})


def _channel(one: Told) -> None:
    channel, wrong = one.head["channel"], one.first.wrong
    if channel == "agent" and not one.head["agent"]:
        wrong(TITLES["agent"], _("代理渠道要写代理商编号"))
    if channel == "store" and not one.head["shop"]:
        wrong(TITLES["shop"], _("银楼渠道要写银楼编号"))
    if channel != "store" and one.head["shop"]:
        wrong(TITLES["shop"], _("只有银楼渠道才写银楼编号；只在那里提货的写“提货银楼”"))


def _within(row: Any, day: date) -> bool:
    return bool(row.start <= day and (row.stop is None or day < row.stop))


def _when(one: Told) -> None:
    day, today = one.head["day"], timezone.localdate()
    if day is None:
        return
    if day > today:
        one.first.wrong(TITLES["day"], _("在今天之后"))
    for name in ("due_on", "delivered_on"):
        if one.head[name] and one.head[name] < day:
            one.first.wrong(TITLES[name], _("早于下单日期"))
    if one.head["delivered_on"] and one.head["status"] != "completed":
        one.first.wrong(TITLES["delivered_on"], _("只有已完成的单才有交货日期"))


def _against(one: Told, found: Order) -> None:
    """What differs from the order that stands, and whether it may still be changed so."""
    stood = {line.number: line for line in found.lines.all()}
    _allowed(one, found, stood)
    head = {name: _same(one, found, name) for name in HEAD}
    differs = False
    for name, (before, after) in head.items():
        if before != after:
            one.first.changes[name] = (before, after)
            differs = True
    for row in one.rows:
        line = stood.get(row.values["line"])
        row.changes |= lines.changes(row, line)
        if row.values["good"] and (line is None or line.good_id != row.values["good_row"].pk):
            row.changes["good"] = (
                line.good.number if line and line.good else None,
                row.values["good"],
            )
        differs = differs or bool(row.changes)
    for row in one.rows:
        row.found, row.state = found, "changed" if differs else "same"


def _same(one: Told, found: Order, name: str) -> tuple[Any, Any]:
    """What stands, and what the file says of it."""
    if name == "split":
        held = {share.employee.number: share.part for share in found.shares.all()}
        return _parts(held), _parts(one.shares or held)
    if name == "note":
        return found.note, found.note if one.head["note"] is None else one.head["note"]
    return _said(found, name), one.head[name]


def _parts(held: dict[str, int]) -> str:
    return "；".join(f"{who}:{part / 100:g}%" for who, part in sorted(held.items()))


def _allowed(one: Told, found: Order, lines: dict[int, OrderLine]) -> None:
    wrong = one.first.wrong
    if not found.placed:
        wrong(TITLES["number"], _("%(state)s的单不能再改") % {"state": found.get_status_display()})
    if found.pickups.all() or found.returns.all():
        wrong(TITLES["number"], _("已提货或退货的单不能再改"))
    missing = sorted(set(lines) - {row.values["line"] for row in one.rows})
    if missing:
        wrong(
            TITLES["line"],
            _("这一单还有第 %(lines)s 行；要删行请在订单页上改")
            % {"lines": series(map(str, missing))},
        )
    net = sum(row.values["net_amount"] or 0 for row in one.rows)
    if found.collected > net and not found.over_said:
        wrong(TITLES["net_amount"], _("已回款超过新的成交金额：先撤销多出的核销"))
    said = one.head["status"]
    if said == "cancelled" and found.collected:
        wrong(TITLES["status"], _("已回款的单不能取消"))
    if said in AHEAD and found.status in AHEAD and AHEAD.index(said) < AHEAD.index(found.status):
        wrong(TITLES["status"], _("状态不能往回改"))


def _write(rows: list[Row], tell: Callable[[int, int], None]) -> None:
    orders: dict[str, Told] = {row.values["number"]: row.values["told"] for row in rows}
    bring_orders([_brought(number, one) for number, one in orders.items()], tell)


def _brought(number: str, one: Told) -> Brought:
    """The rows of the database an order becomes."""
    order = one.found or Order(number=number, approval="none")
    head = {
        name: one.head[name]
        for name in ("day", "channel", "status", "due_on", "delivered_on", "note")
    }
    head |= {
        name: one.meant[name] for name in ("customer", "seller", "agent", "shop", "pickup_shop")
    }
    for name, value in head.items():
        said = any(row.values[name] is not None for row in one.rows)
        if one.found is None or said:
            setattr(order, name, "" if name == "note" and value is None else value)
    if one.found is None or one.head["seller"] or one.head["day"]:
        seller = order.seller_id
        order.department_id = (
            one.meant["department"] if one.meant["seller"] else order.department_id
        )
        order.department_id = order.department_id if seller else None
    held = {line.number: line for line in order.lines.all()} if order.pk else {}
    return Brought(
        order, one.found is None, [lines.told(row, held) for row in sorted(one.rows, key=lambda r: r.values["line"])],
        one.shares if one.head["split"] else None,
    )  # fmt: skip


COLUMNS = (
    Column("number", "订单号", example="HT-例20260105-001"),
    Column("day", "下单日期", "date", must=False, example="2026-01-05", note=gettext_lazy("每单写一次就够")),
    Column("customer", "客户编号", must=False, example="K0001", note=gettext_lazy("每单写一次就够")),
    Column("seller", "业务员工号", must=False, also=("业务员编号",), example="S01"),
    Column(
        "channel", "渠道", must=False, example="直销", words=WORDS["channel"],
        note=gettext_lazy("直销、团购、代理、银楼；不填是直销"),
    ),
    Column("agent", "代理商编号", must=False),
    Column("shop", "银楼编号", must=False),
    Column("pickup_shop", "提货银楼", must=False),
    Column("line", "行号", "count", example="1"),
    Column("good", "货号", must=False, example="HJ-0101"),
    Column("name", "品名", must=False, example="足金转运珠手链", note=gettext_lazy("没有货号时必填")),
    Column("quantity", "件数", "count", must=False, example="10", note=gettext_lazy("不填是 1")),
    Column("list_amount", "原价金额", "money", must=False, example="16,800.00",
           note=gettext_lazy("这一行的原价合计；按克重的可以不写，由克重、金价和工费算出")),
    Column("net_amount", "成交金额", "money", example="15,120.00", note=gettext_lazy("这一行的成交合计")),
    Column("cost_amount", "成本", "money", must=False),
    *lines.COLUMNS,
    Column(
        "status", "状态", must=False, example="已完成", words=STATES,
        note=gettext_lazy("不填是已下单；退货不从这里进，请办退货"),
    ),
    Column("due_on", "回款期限", "date", must=False, example="2026-02-04"),
    Column("delivered_on", "交货日期", "date", must=False, example="2026-01-12"),
    Column("split", "分成", must=False, also=("业绩分成",), example="S01:60%；S02:40%"),
    Column("note", "备注", must=False),
)  # fmt: skip
TITLES = {column.name: column.title for column in COLUMNS}

ORDERS = register(
    ImportSpec(
        name="orders",
        title=gettext_lazy("订单"),
        note=gettext_lazy(
            "一行是订单的一行商品；同一订单号的各行是一单。按订单号更新，空格子不改原来的。"
            "导入的价格视同总监批准，不再走审批。"
        ),
        columns=COLUMNS,
        key=("number", "line"),
        compare=_compare,
        write=_write,
    )
)
