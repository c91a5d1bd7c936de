"""A jewelry house's key-account department over 24 months, the same every time for a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from assay.money import yuan
from assay.period import Month
from assay.samples.folder import (
    COLLECTIONS,
    ORDER_LINES,
    ORDERS,
    PEOPLE,
    TARGETS,
    make_folder,
    write,
)

Tables = dict[str, tuple[tuple[str, ...], list[list[str]]]]
TEAM = "KA"
FIRST, MONTHS = Month.parse("2024-01"), 24
MANAGER = "M01"
SELLERS = ("S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08")
AGENTS, STORES = ("A01", "A02"), ("Y01", "Y02", "Y03")
NAMES = {
    "M01": "沈国栋", "S01": "陈雅琴", "S02": "林志远", "S03": "王𠮷祥", "S04": "赵敏", "S05": "曾文婷",
    "S06": "单立新", "S07": "欧阳倩", "S08": "周㐱", "A01": "锦程礼品有限公司", "A02": "黄丽(个人代理)",
    "Y01": "南京路银楼", "Y02": "人民广场银楼", "Y03": "虹桥银楼",
}  # fmt: skip
JOINS, LEAVES = date(2024, 4, 15), date(2025, 8, 20)
# How much of an ordinary month's trade a month sees: 春节, 端午, 七夕, 中秋与国庆, 年会.
SEASON = {1: 19, 2: 10, 3: 11, 4: 11, 5: 13, 6: 12, 7: 11, 8: 15, 9: 19, 10: 12, 11: 14, 12: 20}
DISCOUNTS = (98, 95, 95, 92, 90, 90, 88, 88, 85, 85, 82, 80, 80, 78, 75, 75, 72, 70, 68, 65, 62, 58)
LOW = (76, 74, 73, 72, 71, 70, 68)
# Months of low prices: the department under 7.5折, over its target and at exactly 120 % of it.
LOW_MONTHS = tuple(Month.parse(m).index for m in ("2025-06", "2025-07", "2025-08"))
LEVEL_MONTH = LOW_MONTHS[2]  # brought to exactly 7.5折 by one order at full price
EXACT_MONTHS = (Month.parse("2025-03").index, LOW_MONTHS[1])
OVER_MONTH = Month.parse("2025-04").index


@dataclass
class Order:
    """An order with amounts in 分."""

    day: date
    seller: str
    listed: int
    net: int
    channel: str = "direct"
    agent: str = ""
    store: str = ""
    status: str = "completed"
    returned: str = "0"
    id: str = ""

    @property
    def valid(self) -> bool:
        """Whether it counts."""
        return (
            self.status not in ("cancelled", "取消", "已退货", "returned") and self.returned == "0"
        )


@dataclass
class Department:
    """Everything that is written."""

    orders: list[Order] = field(default_factory=list)
    targets: dict[tuple[str, int], int] = field(default_factory=dict)
    team_targets: dict[int, int] = field(default_factory=dict)


def staged() -> dict[tuple[str, int], tuple[int, list[tuple[int, int, int]]]]:
    """Person-months made of edges: target in yuan, then (day, list, net) in 分 of each order."""
    edges = [
        (3 + i, 10_000_000, net)
        for i, net in enumerate(
            [d * 1_000_000 + beside for d in (9, 8, 7, 6) for beside in (0, -1, 1)]
        )
    ]
    steps = [
        (2 + 2 * i, amount + 1_000_000, amount)
        for i, amount in enumerate(
            [30_000_000, 29_999_999, 50_000_000, 49_999_999, 100_000_000, 99_999_999]
        )
    ]
    return {
        ("S01", _at("2024-03")): (500_000, edges),
        ("S02", _at("2024-04")): (900_000, steps),
        ("S03", _at("2024-05")): (
            400_000,
            [(6, 30_000_000, 27_000_000), (20, 25_000_000, 21_000_000)],
        ),
        ("S03", _at("2024-06")): (
            400_000,
            [(6, 30_000_000, 27_000_000), (20, 25_000_000, 21_000_001)],
        ),
        ("S03", _at("2024-07")): (
            200_000,
            [(8, 30_000_000, 20_000_000), (9, 6_000_000, 4_000_000)],
        ),
        ("S04", _at("2024-07")): (
            200_000,
            [(5, 10_000_000, 8_000_000), (18, 30_000_000, 22_000_000)],
        ),
        ("S04", _at("2024-08")): (
            200_000,
            [(5, 10_000_000, 8_000_000), (18, 30_000_000, 21_999_999)],
        ),
        ("S08", _at("2024-11")): (
            300_000,
            [
                (1, 1_600_000, 1_500_000),
                (11, 1_200_000, 1_100_000),
                (11, 6_000_000, 4_500_000),
                (11, 9_000_000, 8_100_000),
            ],
        ),
    }


def _at(text: str) -> int:
    return Month.parse(text).index


def make(seed: int) -> Department:
    """The department of a seed."""
    rng = random.Random(seed)
    made = Department()
    stages = staged()
    for index in range(FIRST.index, FIRST.index + MONTHS):
        for seller in (*SELLERS, MANAGER):
            _person_month(rng, made, seller, index, stages.get((seller, index)))
        _stores(rng, made, index)
    _oddities(made)
    _level(made)
    made.orders.sort(key=lambda o: (o.day, o.seller, o.channel, o.listed, o.net))
    _number(made)
    _team_targets(rng, made)
    return made


def active(seller: str, day: date) -> bool:
    """Whether somebody is there on a day: one joins within the months, one leaves."""
    return not (seller == "S06" and day < JOINS) and not (seller == "S07" and day > LEAVES)


def _person_month(
    rng: random.Random,
    made: Department,
    seller: str,
    index: int,
    stage: tuple[int, list[tuple[int, int, int]]] | None,
) -> None:
    month = Month(index)
    if stage is not None:
        made.targets[(seller, index)] = stage[0] * 100
        made.orders += [
            Order(month.first.replace(day=d), seller, listed, net) for d, listed, net in stage[1]
        ]
        return
    if seller != MANAGER and (seller, index) != ("S05", _at("2024-09")):
        none = (seller, index) == ("S05", _at("2024-10"))
        made.targets[(seller, index)] = 0 if none else rng.randrange(40, 110) * 1_000_000
    count = (
        rng.randrange(1, 3) if seller == MANAGER else SEASON[index % 12 + 1] + rng.randrange(-3, 4)
    )
    for _ in range(count):
        order = draw_order(rng, seller, month)
        if active(seller, order.day):
            made.orders.append(order)


def draw_order(rng: random.Random, seller: str, month: Month) -> Order:
    """An ordinary order of somebody's on some day of a month."""
    length = (month.after - month.first).days
    day = month.first + timedelta(days=rng.randrange(length))
    listed = int(min(rng.lognormvariate(10.6, 0.9), 900_000.0)) // 100 * 10_000 + 80_000
    rate = rng.choice(LOW if month.index in LOW_MONTHS else DISCOUNTS)
    net = listed * rate // 100 + (rng.randrange(-9_900, 0) if rng.random() < 0.3 else 0)
    order = Order(
        day, seller, listed, max(net, 0), rng.choice(("direct", "direct", "group_buy", ""))
    )
    chance = rng.random()
    if chance < 0.06:
        order.channel, order.agent = "agent", rng.choice(AGENTS)
    elif chance < 0.09:
        order.status, order.returned = rng.choice(
            (
                ("returned", "1"),
                ("cancelled", "0"),
                ("取消", "0"),
                ("completed", "是"),
                ("已退货", "1"),
            )
        )
    elif chance < 0.2:
        order.status = rng.choice(("open", "shipped"))
    return order


def _stores(rng: random.Random, made: Department, index: int) -> None:
    for store in STORES:
        for _ in range(rng.randrange(3, 8)):
            order = draw_order(rng, "", Month(index))
            order.channel, order.agent, order.store = "store", "", store
            made.orders.append(order)


def _oddities(made: Department) -> None:
    """Single orders that a department has now and then."""
    made.orders += [
        Order(date(2024, 5, 9), "", 3_000_000, 2_700_000),
        Order(date(2024, 6, 12), "", 8_000_000, 7_200_000, "agent", "A02"),
        Order(date(2024, 6, 13), "S02", 8_000_000, 6_800_000, "agent", "A01"),
        Order(date(2024, 7, 8), "S01", 5_000_000, 5_600_000, "group_buy"),
        Order(date(2024, 7, 9), "S02", 120_000, 0),
        Order(date(2024, 7, 10), "S05", 9_000_000, 4_500_000),
        Order(date(2024, 7, 11), "S05", 60_000_000, 36_000_000),
    ]


def _level(made: Department) -> None:
    """One order at list price that brings a department month of low prices to exactly 7.5折."""
    orders = _department(made, LEVEL_MONTH)
    listed, net = sum(o.listed for o in orders), sum(o.net for o in orders)
    amount = 3 * listed - 4 * net
    made.orders.append(Order(Month(LEVEL_MONTH).first.replace(day=18), "S02", amount, amount))


def _number(made: Department) -> None:
    """HT-20241105-001 and the like; on 2024-11-11 ids of digits, where 9 comes before 10."""
    today: dict[date, int] = {}
    plain = iter(("10", "9", "100"))
    for order in made.orders:
        today[order.day] = today.get(order.day, 0) + 1
        if order.seller == "S08" and order.day == date(2024, 11, 11) and order.listed != 9_000_000:
            order.id = next(plain)
        else:
            order.id = f"HT-{order.day:%Y%m%d}-{today[order.day]:03d}"


def _department(made: Department, index: int) -> list[Order]:
    return [
        o for o in made.orders
        if o.valid and o.seller and o.channel != "store" and Month.of(o.day).index == index
    ]  # fmt: skip


def _team_targets(rng: random.Random, made: Department) -> None:
    """Targets of the department; two months stand at exactly 120 % and one 分 over."""
    for index in range(FIRST.index, FIRST.index + MONTHS):
        orders = _department(made, index)
        total = sum(order.net for order in orders)
        if index in (*EXACT_MONTHS, OVER_MONTH):
            wanted = 0 if index in EXACT_MONTHS else 1
            largest = max(orders, key=lambda o: (o.net, o.id))
            largest.net += (wanted - total) % 6
            total = sum(order.net for order in orders)
            made.team_targets[index] = (total - wanted) * 5 // 6
        elif index in LOW_MONTHS:
            made.team_targets[index] = total * 7 // 10 // 100 * 100
        else:
            made.team_targets[index] = (
                total * rng.randrange(70, 115) // 100 // 1_000_000 * 1_000_000
            )


def write_department(seed: int, folder: Path, force: bool = False) -> int:
    """Write the department of a seed; returns the number of orders."""
    make_folder(folder, force)
    found = tables(seed)
    for name, (header, rows) in found.items():
        write(folder / f"{name}.csv", header, rows)
    return len(found["orders"][1])


def tables(seed: int) -> Tables:
    """The files of a department: name -> header and rows, as they are written."""
    made = make(seed)
    rng = random.Random(seed + 1)
    return {
        "orders": (ORDERS, [_cells(rng, order) for order in made.orders]),
        "people": (PEOPLE, list(_people())),
        "targets": (TARGETS, list(_targets(made))),
        "collections": (COLLECTIONS, list(_collections(rng, made))),
        "order_lines": (ORDER_LINES, list(order_lines(rng, made))),
    }


def _cells(rng: random.Random, order: Order) -> list[str]:
    delivered = (
        ""
        if order.status == "open"
        else (order.day + timedelta(days=rng.randrange(1, 25))).isoformat()
    )
    customer = f"K{rng.randrange(1, 301):04d}"
    return [
        order.id, order.day.isoformat(), order.seller, customer, order.channel, order.agent,
        order.store, yuan(order.listed), yuan(order.net), order.status, order.returned, delivered,
    ]  # fmt: skip


def staged_people() -> list[list[str]]:
    """Rows of people.csv: payee_id, name, role, team, from, to."""
    return list(_people())


def _people() -> Iterator[list[str]]:
    """The manager sells: without a salesperson row in the first year, with one in the second."""
    yield [MANAGER, NAMES[MANAGER], "manager", TEAM, "", ""]
    yield [MANAGER, NAMES[MANAGER], "salesperson", TEAM, "2025-01", ""]
    for seller in SELLERS:
        start = JOINS.isoformat() if seller == "S06" else ""
        stop = LEAVES.isoformat() if seller == "S07" else ""
        yield [seller, NAMES[seller], "salesperson", TEAM, start, stop]
    for payee, role in [*((a, "agent") for a in AGENTS), *((s, "store") for s in STORES)]:
        yield [payee, NAMES[payee], role, "", "", ""]


def _targets(made: Department) -> Iterator[list[str]]:
    for (payee, index), amount in sorted(made.targets.items()):
        if active(payee, Month(index).after - timedelta(days=1)) or active(
            payee, Month(index).first
        ):
            yield [payee, "", str(Month(index)), yuan(amount)]
    for index, amount in sorted(made.team_targets.items()):
        yield ["", TEAM, str(Month(index)), yuan(amount)]


def _collections(rng: random.Random, made: Department) -> Iterator[list[str]]:
    """Most orders are collected in one to three parts within three months, some not in full."""
    for order in made.orders:
        left, day = order.net, order.day
        for part in range(rng.randrange(1, 4)):
            day += timedelta(days=rng.randrange(0, 40))
            amount = left if part == 2 else left * rng.randrange(30, 101) // 100
            if amount > 0:
                yield [order.id, day.isoformat(), yuan(amount)]
                left -= amount


def order_lines(rng: random.Random, made: Department) -> Iterator[list[str]]:
    """Rows of order_lines.csv: one to three a order, which add up to it."""
    for order in made.orders:
        listed, net = order.listed, order.net
        for line in range(1, rng.randrange(1, 4)):
            share = rng.randrange(20, 61)
            part, paid = listed * share // 100, net * rng.randrange(15, 66) // 100
            yield [order.id, str(line), yuan(part), yuan(paid)]
            listed, net = listed - part, net - paid
        yield [order.id, "9", yuan(listed), yuan(net)]
