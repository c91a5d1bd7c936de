"""Tables and columns of the facts: names in both languages, kinds, what must be there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

KIND_TYPES = {
    "money": "BIGINT",
    "count": "BIGINT",
    "number": "VARCHAR",
    "rate": "VARCHAR",
    "days": "BIGINT",
    "months": "BIGINT",
    "date": "DATE",
    "agreed_date": "DATE",
    "text": "VARCHAR",
    "yes_no": "BOOLEAN",
    "channel": "VARCHAR",
    "role": "VARCHAR",
    "month": "INTEGER",
    "since": "DATE",
    "until": "DATE",
    "status": "VARCHAR",
}


@dataclass(frozen=True)
class Spec:
    """A column: its name, other names in the header, kind, whether column and cell must be there."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    column: bool = True
    cell: bool = True


@dataclass(frozen=True)
class Wanted:
    """What a plan asks of the facts beyond the contract.

    roles: those it names. holders: column of orders -> roles one of which its payee must hold on
    the order's day. extra: fact -> column -> kind. keys: fact -> the columns that name its row
    and the row above it; above: fact -> the fact whose rows its rows belong to.
    """

    roles: tuple[str, ...] = ()
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extra: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    above: Mapping[str, str] = field(default_factory=dict)


ROLES = ("salesperson", "manager", "agent", "store")
WORDS: Mapping[str, Mapping[str, str]] = {
    "role": {
        "业务员": "salesperson",
        "部门经理": "manager",
        "经理": "manager",
        "代理商": "agent",
        "银楼": "store",
    },
    "channel": {
        "直销": "direct",
        "团购": "group_buy",
        "代理": "agent",
        "代理商": "agent",
        "银楼": "store",
    },
}
CHANNELS = ("direct", "group_buy", "agent", "store")
LEFT_OUT = frozenset({"cancelled", "canceled", "returned", "取消", "已取消", "退货", "已退货"})
YES = frozenset({"1", "true", "yes", "y", "是", "退货", "已退货", "1.0"})
NO = frozenset({"", "0", "false", "no", "n", "否", "0.0"})

ORDERS = (
    Spec("order_id", ("订单号",), "text"),
    Spec("order_date", ("下单日期",), "date"),
    Spec("salesperson_id", ("业务员编号",), "text", cell=False),
    Spec("customer_id", ("客户编号",), "text", column=False, cell=False),
    Spec("channel", ("渠道",), "channel", column=False, cell=False),
    Spec("agent_id", ("代理商编号",), "text", column=False, cell=False),
    Spec("store_id", ("银楼编号",), "text", column=False, cell=False),
    # A cancelled order may lack its amounts; the checks ask for them on all others.
    Spec("list_amount", ("原价金额",), "money", cell=False),
    Spec("net_amount", ("成交金额",), "money", cell=False),
    Spec("status", ("状态",), "status", column=False, cell=False),
    Spec("returned", ("退货",), "yes_no", column=False, cell=False),
    Spec("delivered_on", ("交货日期", "送货日期"), "date", column=False, cell=False),
)
PEOPLE = (
    Spec("payee_id", ("编号",), "text"),
    Spec("name", ("姓名",), "text", column=False, cell=False),
    Spec("role", ("角色",), "role"),
    Spec("team", ("团队",), "text", column=False, cell=False),
    Spec("reports_to", ("上级", "直属上级"), "text", column=False, cell=False),
    Spec("from", ("起",), "since", column=False, cell=False),
    Spec("to", ("止",), "until", column=False, cell=False),
)
TARGETS = (
    Spec("payee_id", ("编号",), "text", column=False, cell=False),
    Spec("team", ("团队",), "text", column=False, cell=False),
    Spec("month", ("月份",), "month"),
    Spec("target", ("任务额",), "money", cell=False),
)
COLLECTIONS = (
    Spec("order_id", ("订单号",), "text"),
    Spec("on", ("date", "日期", "回款日期"), "date"),
    Spec("amount", ("金额", "回款金额"), "money"),
)
ORDER_LINES = (
    Spec("order_id", ("订单号",), "text"),
    Spec("line", ("行号",), "text"),
    Spec("list_amount", ("原价金额",), "money"),
    Spec("net_amount", ("成交金额",), "money"),
)
TABLES: Mapping[str, tuple[Spec, ...]] = {
    "orders": ORDERS,
    "people": PEOPLE,
    "targets": TARGETS,
    "collections": COLLECTIONS,
    "order_lines": ORDER_LINES,
}


# Kinds a formula counts with: a declared column of these must have a value in every row.
NUMBERS = ("money", "count", "number", "rate", "days", "months")


_KEY_NAMES = {"order_id": ("订单号",)}


def specs_of(table: str, wanted: Wanted) -> tuple[Spec, ...]:
    """The columns of a table, those a plan declares included."""
    named = wanted.keys.get(table, ())
    keyed = tuple(Spec(key, _KEY_NAMES.get(key, ()), "text") for key in named)
    loose = () if "order_id" in named else (Spec("order_id", ("订单号",), "text", False, False),)
    known = TABLES.get(table, (*keyed, *loose))
    names = {spec.name for spec in known}
    more = tuple(
        Spec(name, (), kind, cell=kind in NUMBERS or name == "on")
        for name, kind in wanted.extra.get(table, {}).items()
        if name not in names
    )
    return (*known, *more)
