"""Files of money received, as a bank gives them: updated by its reference, matched to orders named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.customers.models import Customer
from assay.furniture.imports.spec import Column, ImportSpec, Row, register
from assay.furniture.many import among
from assay.money import grouped
from assay.sales.actions.bringing import Money, bring_receipts
from assay.sales.models import Order, Receipt
from assay.sales.queries.bringing import standing_receipts

METHODS = {
    "对公转账": "transfer",
    "转账": "transfer",
    "刷卡": "card",
    "现金": "cash",
    "承兑汇票": "draft",
}
# What a file says once for a receipt; each of its rows repeats it or leaves it empty.
HEAD = ("day", "payer", "amount", "method", "customer", "note")


def _compare(rows: list[Row]) -> None:
    """Receipts of the file against those that stand, and orders against what they still owe."""
    told: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        told[row.values["reference"]].append(row)
    numbers = {row.values["order"] for row in rows if row.values["order"]}
    codes = {row.values["customer"] for row in rows if row.values["customer"]}
    named = Order.objects.select_related("customer")
    orders = {o.number: o for o in among(named, "number", numbers)}
    live = Customer.objects.filter(merged_into=None)
    customers = {c.code: c for c in among(live, "code", codes)}
    standing = standing_receipts(told)
    left = {number: order.owed for number, order in orders.items()}
    for reference, several in told.items():
        found = standing.get(reference)
        head = _head(several, found, customers)
        _matches(several, head, found, orders, left)
        for row in several:
            row.values["several"] = several


def _head(
    several: list[Row], found: Receipt | None, customers: dict[str, Customer]
) -> dict[str, Any]:
    """What the rows of one reference say together; two different words are refused."""
    first, head = several[0], {}
    for name in HEAD:
        said = [(row, row.values[name]) for row in several if row.values[name] is not None]
        head[name] = said[0][1] if said else None
        for row, value in said[1:]:
            if value != said[0][1]:
                row.wrong(
                    TITLES[name], _("与同一流水号的第 %(n)s 行不同") % {"n": said[0][0].number}
                )
    if head["amount"] is not None and head["amount"] <= 0:
        first.wrong(TITLES["amount"], _("要大于 0"))
    if head["day"] and head["day"] > timezone.localdate():
        first.wrong(TITLES["day"], _("在今天之后"))
    if head["customer"] and head["customer"] not in customers:
        first.wrong(TITLES["customer"], _("没有这个编号：%(code)s") % {"code": head["customer"]})
    head["customer_row"] = customers.get(head["customer"]) if head["customer"] else None
    if found is not None and head["amount"] is not None and head["amount"] < found.matched:
        first.wrong(
            TITLES["amount"], _("已核销 %(done)s：先撤销核销") % {"done": grouped(found.matched)}
        )
    for row in several:
        row.values["head"], row.found = head, found
        row.state = "new" if found is None else "same"
    if found is not None:
        for name in HEAD:
            before = found.customer.code if name == "customer" and found.customer else None
            before = before if name == "customer" else getattr(found, name)
            if head[name] is not None and head[name] != before:
                first.changes[name] = (before, head[name])
                first.state = "changed"
    return head


def _matches(
    several: list[Row], head: dict[str, Any], found: Receipt | None, orders: dict[Any, Order],
    left: dict[Any, int],
) -> None:  # fmt: skip
    """Which orders are paid: what the file says, else as much as the order owes and the money holds."""
    done = {match.order.number: match.amount for match in found.matches.all()} if found else {}
    amount = head["amount"] if head["amount"] is not None else (found.amount if found else 0)
    rest = amount - (found.matched if found else 0)
    for row in several:
        number, said = row.values["order"], row.values["pays"]
        row.values["match"] = None
        if number is None:
            if said is not None:
                row.wrong(TITLES["order"], _("写了核销金额，要写订单号"))
            continue
        order = orders.get(number)
        if order is None:
            row.wrong(TITLES["order"], _("没有这个编号：%(code)s") % {"code": number})
            continue
        if number in done:
            if said is not None and said != done[number]:
                row.wrong(
                    TITLES["pays"],
                    _("已核销 %(done)s：先撤销核销") % {"done": grouped(done[number])},
                )
            continue
        if not order.placed:
            row.wrong(
                TITLES["order"], _("%(state)s的单不收款") % {"state": order.get_status_display()}
            )
            continue
        if head["day"] and head["day"] < order.day:
            row.wrong(
                TITLES["day"], _("收款早于下单日期 %(day)s：预收请逐笔记") % {"day": order.day}
            )
        pays = min(rest, left[number]) if said is None else said
        _pays(row, pays, rest, left[number])
        left[number] -= pays
        rest -= pays
        row.values["match"] = (order, pays)
        if found is not None:
            row.changes["order"] = (None, number)
            row.state = "changed"


def _pays(row: Row, pays: int, rest: int, owed: int) -> None:
    if row.values["pays"] is not None and pays <= 0:
        row.wrong(TITLES["pays"], _("要大于 0"))
    elif owed <= 0:
        row.wrong(TITLES["order"], _("这一单已收齐"))
    elif pays > owed:
        row.wrong(TITLES["pays"], _("这一单只欠 %(owed)s") % {"owed": grouped(owed)})
    elif pays > rest or rest <= 0:
        row.wrong(
            TITLES["pays"], _("这笔收款只剩 %(left)s 没有核销") % {"left": grouped(max(rest, 0))}
        )


def _write(rows: list[Row], tell: Callable[[int, int], None]) -> None:
    money: dict[str, Money] = {}
    for row in rows:
        reference, head = row.values["reference"], row.values["head"]
        if reference not in money:
            money[reference] = Money(_receipt(reference, head, row.found))
        if row.values["match"]:
            money[reference].pays.append(row.values["match"])
    bring_receipts(list(money.values()), tell)


def _receipt(reference: str, head: dict[str, Any], found: Receipt | None) -> Receipt:
    receipt = found or Receipt(reference=reference)
    for name in ("day", "payer", "amount", "method", "note"):
        if head[name] is not None:
            setattr(receipt, name, head[name])
    if head["customer_row"] is not None:
        receipt.customer = head["customer_row"]
    return receipt


COLUMNS = (
    Column("reference", "银行流水号", also=("流水号",), example="例20260105000123"),
    Column("day", "收款日期", "date", also=("日期", "交易日期"), example="2026-01-05"),
    Column("payer", "付款方", also=("对方户名",), example="云岭电力设计院有限公司"),
    Column("amount", "金额", "money", also=("收款金额",), example="15,120.00"),
    Column("method", "方式", must=False, example="对公转账", words=METHODS),
    Column("customer", "客户编号", must=False, example="K0001"),
    Column(
        "order", "订单号", must=False, example="HT-20260105-001",
        note=gettext_lazy("不填就先挂着，以后再核销；一笔款付几单就写几行"),
    ),
    Column(
        "pays", "核销金额", "money", must=False, example="15,120.00",
        note=gettext_lazy("不填就按订单还欠的核销"),
    ),
    Column("note", "备注", must=False),
)  # fmt: skip
TITLES = {column.name: column.title for column in COLUMNS}

COLLECTIONS = register(
    ImportSpec(
        name="collections",
        title=gettext_lazy("回款"),
        note=gettext_lazy(
            "银行导出的流水可以直接用。按银行流水号更新；多收和预收请逐笔记，要写说明。"
        ),
        columns=COLUMNS,
        key=("reference", "order"),
        compare=_compare,
        write=_write,
    )
)
