"""What the sample department went on to do after its 24 months, up to a day; the months stay as they are."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assay.facts.schema import LEFT_OUT, YES
from assay.money import read_yuan, yuan
from assay.period import Month
from assay.samples.department import (
    FIRST,
    JOINS,
    LEAVES,
    MANAGER,
    MONTHS,
    SEASON,
    SELLERS,
    STORES,
    TEAM,
    Department,
    Order,
    active,
    draw_order,
    order_lines,
    tables,
)

Rows = list[list[str]]
JOINED, LEFT = "S06", "S07"
AFTER = Month(FIRST.index + MONTHS)
# How many of the 300 have gone: lost by now, warned, given back to the pool.
LOST, WARNED, POOLED = 10, 18, 36


@dataclass(frozen=True)
class Present:
    """All that was sold and paid up to a day, and whose customers are.

    tables: orders, lines, collections, targets by name; the sample's own rows first. first: customer
    -> who sold most to it in the sample (the manager where nobody did). heirs: those of the one who
    left -> who took them on. stops: of those that have gone silent, the last day of buying.
    """

    until: date
    tables: dict[str, Rows]
    first: dict[str, str]
    heirs: dict[str, str]
    lost: Sequence[str]
    warned: Sequence[str]
    pooled: Sequence[str]
    stops: dict[str, date]

    def seller_on(self, customer: str, day: date) -> str:
        """Whose customer it is on a day: of who has not come yet, the manager's."""
        found = self.first[customer]
        if found == JOINED and day < JOINS:
            return MANAGER
        return self.heirs[customer] if found == LEFT and day > LEAVES else found


def present(seed: int, until: date) -> Present:
    """The department of a seed on a day: the same whenever it is asked for."""
    base = {name: rows for name, (_header, rows) in tables(seed).items()}
    first, heirs = _homes(base["orders"])
    last = _last(base["orders"])
    gone = sorted(last, key=lambda code: (last[code], code))
    lost = gone[:LOST]
    here = [c for c in gone[LOST:] if last[c] > str(until - timedelta(390))]
    warned = (here or gone[LOST:])[:WARNED]
    small = [c for c in _smallest(base["orders"]) if c not in (*lost, *warned)]
    pooled = small[:POOLED]
    stops = {code: until - timedelta(420) for code in lost}
    stops |= {code: until - timedelta(312 + 4 * n) for n, code in enumerate(warned)}
    stops |= {code: until - timedelta(170 + 3 * n) for n, code in enumerate(pooled)}
    found = Present(until, base, first, heirs, lost, warned, pooled, stops)
    _settle(random.Random(f"{seed} settled"), found)
    for index in range(AFTER.index, Month.of(until).index + 1):
        _go_on(random.Random(f"{seed} {index}"), found, Month(index))
    found.tables["targets"].extend(_targets(random.Random(f"{seed} targets"), until))
    return found


def _homes(orders: Rows) -> tuple[dict[str, str], dict[str, str]]:
    """Who sold most to each, and who took on those of the one who left."""
    sold: dict[str, Counter[str]] = defaultdict(Counter)
    for row in orders:
        if row[2]:
            sold[row[3]][row[2]] += 1
    codes = [f"K{n:04d}" for n in range(1, 301)]
    first = {c: sold[c].most_common(1)[0][0] if sold[c] else MANAGER for c in codes}
    rest = [seller for seller in SELLERS if seller != LEFT]
    his = [code for code in codes if first[code] == LEFT]
    return first, {code: rest[n % len(rest)] for n, code in enumerate(his)}


def _last(orders: Rows) -> dict[str, str]:
    """The last day of an order of each customer."""
    last: dict[str, str] = {}
    for row in orders:
        if _counts(row):
            last[row[3]] = max(last.get(row[3], ""), row[1])
    return last


def _smallest(orders: Rows) -> list[str]:
    """Customers, those who bought least first."""
    bought: Counter[str] = Counter()
    for row in orders:
        bought[row[3]] += read_yuan(row[8]) if _counts(row) else 0
    return sorted(bought, key=lambda code: (bought[code], code))


def _counts(row: Sequence[str]) -> bool:
    return row[9].lower() not in LEFT_OUT and row[10].lower() not in YES


def _settle(rng: random.Random, found: Present) -> None:
    """The sample's orders arrive and are paid; two of each customer that was lost never are."""
    paid: Counter[str] = Counter()
    for number, _day, amount in found.tables["collections"]:
        paid[number] += read_yuan(amount)
    owing: dict[str, Rows] = defaultdict(list)
    for at, row in enumerate(found.tables["orders"]):
        if _counts(row) and (due := read_yuan(row[8]) - paid[row[0]]) > 0:
            owing[row[3]].append([row[0], row[1], yuan(due)])
        if row[9] in ("open", "shipped"):
            sent = row[11] or str(date.fromisoformat(row[1]) + timedelta(20))
            if sent <= str(found.until):
                found.tables["orders"][at] = [*row[:9], "completed", row[10], sent]
    for customer in sorted(owing):
        together = AFTER.first + timedelta(rng.randrange(4, 22))
        rows = owing[customer][:-2] if customer in found.lost else owing[customer]
        for number, ordered, amount in rows:
            late = date.fromisoformat(ordered) + timedelta(75)
            day = max(together, late)
            if day <= found.until:
                found.tables["collections"].append([number, str(day), amount])


def _go_on(rng: random.Random, found: Present, month: Month) -> None:
    """A further month: ordinary orders to one's own customers, their lines, what was paid so far."""
    made: list[tuple[Order, str]] = []
    for seller in (*SELLERS, MANAGER):
        season = SEASON[month.index % 12 + 1]
        count = rng.randrange(1, 3) if seller == MANAGER else season + rng.randrange(-3, 4)
        for _ in range(count):
            order = draw_order(rng, seller, month)
            if order.day <= found.until and active(seller, order.day):
                made.append((order, rng.choice(_buying(found, order.day, seller))))
    for store in STORES:
        for _ in range(rng.randrange(3, 8)):
            order = draw_order(rng, "", month)
            order.channel, order.agent, order.store = "store", "", store
            if order.day <= found.until:
                made.append((order, rng.choice(_buying(found, order.day))))
    made.sort(key=lambda pair: (pair[0].day, pair[0].seller, pair[0].store, pair[0].listed))
    today: Counter[date] = Counter()
    for order, customer in made:
        today[order.day] += 1
        order.id = f"HT-{order.day:%Y%m%d}-{today[order.day]:03d}"
        _age(order, found.until)
        found.tables["orders"].append(_cells(rng, order, customer, found.until))
        found.tables["collections"].extend(_collected(rng, order, found.until))
    found.tables["order_lines"].extend(order_lines(rng, Department([order for order, _c in made])))


def _buying(found: Present, day: date, seller: str = "") -> list[str]:
    """Customers that still buy on a day, a seller's own where he has any."""
    still = [c for c in found.first if day <= found.stops.get(c, day)]
    own = [c for c in still if found.seller_on(c, day) == seller]
    return own or still


def _age(order: Order, until: date) -> None:
    """How far an order is after so many days; what came back did so after a week."""
    days = (until - order.day).days
    if not order.valid and order.status not in ("cancelled", "取消") and days < 8:
        order.status, order.returned = "open", "0"
    if order.valid:
        order.status = "open" if days < 5 else "shipped" if days < 16 else "completed"


def _cells(rng: random.Random, order: Order, customer: str, until: date) -> list[str]:
    sent = min(order.day + timedelta(rng.randrange(3, 16)), until)
    return [
        order.id, str(order.day), order.seller, customer, order.channel, order.agent, order.store,
        yuan(order.listed), yuan(order.net), order.status, order.returned,
        str(sent) if order.status == "completed" else "",
    ]  # fmt: skip


def _collected(rng: random.Random, order: Order, until: date) -> Rows:
    """At once, in two parts, or (one in twenty) late by months."""
    draw, net = rng.random(), order.net
    if draw < 0.7:
        parts = [(rng.randrange(8, 52), net)]
    elif draw < 0.95:
        part = net * rng.randrange(30, 71) // 100
        parts = [(rng.randrange(0, 30), part), (rng.randrange(35, 70), net - part)]
    else:
        parts = [(rng.randrange(95, 170), net)]
    if not order.valid:
        return []
    days = [(order.day + timedelta(after), amount) for after, amount in parts]
    return [[order.id, str(day), yuan(fen)] for day, fen in days if day <= until and fen > 0]


def _targets(rng: random.Random, until: date) -> Rows:
    """Each year to the end of the present one; the department's is what its people's come to."""
    rows = []
    for index in range(AFTER.index, Month.parse(f"{until.year}-12").index + 1):
        month, whole = Month(index), 0
        for seller in SELLERS:
            if active(seller, month.first):
                amount = rng.randrange(45, 76) * 1_000_000
                whole += amount
                rows.append([seller, "", str(month), yuan(amount)])
        rows.append(["", TEAM, str(month), yuan(whole)])
    return rows
