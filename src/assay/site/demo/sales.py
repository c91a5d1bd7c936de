"""What the sample department sold: orders, lines, targets, collections as its facts name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from assay.customers.actions.archive import open_customer
from assay.customers.models import Category, Customer
from assay.facts.schema import LEFT_OUT, YES
from assay.furniture.numbering import next_count
from assay.furniture.pinyin import sort_key
from assay.money import read_yuan, yuan
from assay.people.models import Employee
from assay.period import Month
from assay.sales.models import (
    Good,
    Match,
    Order,
    OrderLine,
    Receipt,
    Return,
    ReturnLine,
    Target,
    TargetPlan,
)
from assay.samples.department import TEAM, tables
from assay.site.demo.people import House

Rows = list[list[str]]
BATCH = 500
STATES = {"open": "open", "shipped": "shipped", "completed": "completed"}
GOODS = (
    ("HJ-0101", "足金转运珠手链", "piece", 168_000, 118_000), ("HJ-0102", "足金生肖吊坠", "piece", 236_000, 165_000),
    ("HJ-0103", "足金福字金条 10 克", "piece", 628_000, 559_000),
    ("HJ-0201", "18K 金镶玉胸针", "piece", 398_000, 221_000),
    ("HJ-0202", "珍珠项链礼盒", "piece", 128_000, 61_000), ("HJ-0203", "银质茶具套装", "piece", 286_000, 150_000),
    ("HJ-0301", "足金定制纪念章", "piece", None, 90_000),
)  # fmt: skip
WEIGHED = (
    ("HJ-0401", "足金手镯（按克）", 2_800, 900),
    ("HJ-0402", "足金项链（按克）", 3_600, 1_200),
)


def trade(house: House, rows: Mapping[str, Rows] | None = None) -> dict[str, Order]:
    """Write the rows of orders, lines, collections and targets (the sample's own where none are
    said); returns the orders by number."""
    found = rows or {name: told for name, (_header, told) in tables(1).items()}
    _customers(house, found["orders"])
    goods = _goods()
    orders = _orders(house, found["orders"])
    for number, _day, amount in found["collections"]:
        orders[number].collected += read_yuan(amount)
    Order.objects.bulk_create(list(orders.values()), BATCH)
    _lines(orders, found["order_lines"], goods)
    _returned(orders)
    _collections(orders, found["collections"])
    _targets(house, found["targets"])
    _numbers(orders)
    return orders


def believable(rows: Rows) -> Rows:
    """Lines as a shop writes them: counted from 1, each at the discount of its order.

    The sample's own are drawn to try what a plan does with odd ones, dearer than their list price.
    """
    of_order: dict[str, Rows] = defaultdict(list)
    for row in rows:
        of_order[row[0]].append(row)
    made = []
    for number, lines in of_order.items():
        listed = [read_yuan(row[2]) for row in lines]
        left = net = sum(read_yuan(row[3]) for row in lines)
        for at, part in enumerate(listed):
            paid = left if at == len(lines) - 1 else net * part // max(sum(listed), 1)
            left -= paid
            made.append([number, str(at + 1), yuan(part), yuan(paid)])
    return made


def _customers(house: House, rows: Rows) -> None:
    """Customers of the orders that nobody has opened yet, each with the first who sold to them."""
    held = set(Customer.objects.values_list("code", flat=True))
    first = {row[3]: row for row in reversed(rows)}
    for code in sorted(set(first) - held):
        owner = house.employees.get(first[code][2])
        day = date.fromisoformat(first[code][1])
        if owner is not None and owner.stop is not None:
            owner = None
        open_customer(
            name=f"{PLACES[int(code[1:]) % len(PLACES)]}{KINDS[int(code[1:]) // 7 % len(KINDS)]}{code}",
            code=code, day=day, owner=owner, anyway=True,
        )  # fmt: skip


PLACES = ("云岭", "碧湖", "澜桥", "盛原", "青岩", "泰和", "江城", "白鹭", "东港", "临河", "松陵")
KINDS = ("电力设计院", "酒店", "物业", "汽车销售", "小学工会", "人寿保险", "建材", "医院", "物流")


# Categories of goods by number; what is sold by weight is jewelry.
CATEGORIES = {
    "HJ-0103": "gold", "HJ-0202": "gift", "HJ-0203": "gift", "HJ-0301": "medal",
}  # fmt: skip


def _goods() -> list[Good]:
    held = Category.objects.in_bulk(field_name="code")
    rows = [
        Good(number=number, name=name, way=way, list_price=price, cost=cost)
        for number, name, way, price, cost in GOODS
    ]
    rows += [
        Good(
            number=number, name=name, way="weight", metal="gold999", labour=labour, labour_cost=cost
        )
        for number, name, labour, cost in WEIGHED
    ]
    for row in rows:
        row.pinyin = sort_key(row.name)
        row.category = held.get(CATEGORIES.get(row.number, "jewelry"))
        row.full_clean()
    return list(Good.objects.bulk_create(rows))


def _orders(house: House, rows: Rows) -> dict[str, Order]:
    customers = {c.code: c for c in Customer.objects.all()}
    team = house.departments[TEAM]
    made = []
    for row in rows:
        number, day, seller, customer, channel, agent, shop, listed, net, status, back, sent = row
        left = status.lower() in LEFT_OUT or back.lower() in YES
        cancelled = left and status.lower() in ("cancelled", "取消")
        state = "cancelled" if cancelled else "returned" if left else STATES[status]
        placed = date.fromisoformat(day)
        ordered, paid = read_yuan(listed), read_yuan(net)
        made.append(
            Order(
                number=number, day=placed, status=state, customer=customers[customer],
                seller=house.employees.get(seller), department=team if seller else None,
                channel=channel or "direct", agent=house.agents.get(agent),
                shop=house.shops.get(shop), list_amount=ordered, net_amount=paid,
                cost_amount=ordered * 58 // 100, counted_list=ordered, counted_net=paid,
                due_on=placed + timedelta(45), returned_net=paid if state == "returned" else 0,
                delivered_on=date.fromisoformat(sent) if sent else None,
            )
        )  # fmt: skip
    return {row.number or "": row for row in made}


def _lines(orders: Mapping[str, Order], rows: Rows, goods: list[Good]) -> None:
    pieces = [good for good in goods if good.way == "piece" and good.list_price]
    made = []
    for at, (number, line, listed, net) in enumerate(rows):
        amount, paid = read_yuan(listed), read_yuan(net)
        back = orders[number].status == "returned"
        made.append(
            OrderLine(
                order=orders[number], number=int(line), good=pieces[at % len(pieces)],
                name=pieces[at % len(pieces)].name, list_amount=amount, net_amount=paid,
                cost_amount=amount * 58 // 100, returned=int(back),
                returned_list=amount * back, returned_net=paid * back,
            )
        )  # fmt: skip
    OrderLine.objects.bulk_create(made, BATCH)


def _returned(orders: Mapping[str, Order]) -> None:
    """Orders that came back have a paper that says so, a week after."""
    back = [order for order in orders.values() if order.status == "returned"]
    held: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=back):
        held[line.order_id].append(line)
    papers = [
        Return(
            number=f"TH-{order.day + timedelta(7):%Y%m%d}-{number:03d}", order=order,
            day=order.day + timedelta(7), why="客户取消采购",
            list_amount=order.list_amount, net_amount=order.net_amount,
        )
        for number, order in enumerate(back, start=1)
    ]  # fmt: skip
    ReturnLine.objects.bulk_create(
        [
            ReturnLine(
                parent=paper, line=line, quantity=line.quantity,
                list_amount=line.list_amount, net_amount=line.net_amount,
            )
            for paper in Return.objects.bulk_create(papers, BATCH)
            for line in held[paper.order_id]
        ],
        BATCH,
    )  # fmt: skip


def _collections(orders: Mapping[str, Order], rows: Rows) -> None:
    """A receipt for what one customer paid on one day; it may pay several orders."""
    together: dict[tuple[str, int], list[tuple[Order, int]]] = defaultdict(list)
    for number, day, amount in rows:
        together[day, orders[number].customer_id].append((orders[number], read_yuan(amount)))
    counts: dict[str, int] = defaultdict(int)
    receipts = []
    for (said, _customer), parts in sorted(together.items()):
        day, customer = said.replace("-", ""), parts[0][0].customer
        counts[day] += 1
        whole = sum(fen for _order, fen in parts)
        receipts.append(
            Receipt(
                number=f"SK-{day}-{counts[day]:03d}", day=date.fromisoformat(said),
                payer=customer.name, customer=customer, amount=whole, matched=whole,
                reference=f"{day}{counts[day]:06d}",
            )
        )  # fmt: skip
    made = Receipt.objects.bulk_create(receipts, BATCH)
    Match.objects.bulk_create(
        [
            Match(receipt=receipt, order=order, amount=fen)
            for receipt, (_key, parts) in zip(made, sorted(together.items()), strict=True)
            for order, fen in parts
        ],
        BATCH,
    )
    for day, last in counts.items():
        next_count(f"SK-{day}", last)


def _targets(house: House, rows: Rows) -> None:
    team = house.departments[TEAM]
    years: dict[int, list[tuple[Month, Employee | None, int]]] = defaultdict(list)
    for payee, _team, month, amount in rows:
        at = Month.parse(month)
        years[at.first.year].append(
            (at, house.employees[payee] if payee else None, read_yuan(amount))
        )
    for year, cells in years.items():
        whole = sum(amount for _m, who, amount in cells if who is None)
        for edition, state in ((1, "past"), (2, "force")):
            plan = TargetPlan(
                department=team, year=year, edition=edition, state=state,
                amount=whole if state == "force" else whole * 9 // 10,
                why="年初下达" if state == "past" else "按上年完成情况上调；部门数含预留",
            )  # fmt: skip
            plan.full_clean()
            plan.save()
            Target.objects.bulk_create(
                [
                    Target(
                        plan=plan, month=month.index, employee=who,
                        amount=amount if state == "force" else amount * 9 // 10,
                    )
                    for month, who, amount in cells
                ]
            )  # fmt: skip


def _numbers(orders: Mapping[str, Order]) -> None:
    """Counters go on from the numbers brought along."""
    last: dict[str, int] = {}
    for number in orders:
        if number.startswith("HT-"):
            key, _, said = number.rpartition("-")
            last[key] = max(last.get(key, 0), int(said))
    for key, count in last.items():
        next_count(key, count)
