"""Fills a department's database for `bench rooms`: customers, dealings, orders, money, all with history."""

from __future__ import annotations

import bench.rooms_setup  # noqa: F401

# isort: split
import argparse
import json
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from assay.customers import actions as customers
from assay.customers.access import customers_seen
from assay.customers.models import (
    Category,
    Contact,
    Customer,
    Ownership,
    Purchase,
    TierSpan,
    Turn,
    Visit,
)
from assay.customers.names import name_key
from assay.customers.seeds import CATEGORIES, almanac
from assay.furniture.finding import clues, kind_of
from assay.furniture.kept import acting, parent, whole
from assay.furniture.models import Change, Clue
from assay.furniture.pinyin import sort_key
from assay.furniture.seal import fingerprint, seal
from assay.people import actions as staffing
from assay.people.access import viewer_of
from assay.people.models import Department, Employee, Shop, User
from assay.sales.actions.goods import write_good
from assay.sales.models import Match, Order, OrderLine, Receipt
from assay.sales.queries.orders import orders_seen
from assay.site.demo import names
from bench.rooms_drive import PASSWORD

DAYS = 1095
SINCE = date(2020, 1, 1)
WORDS = (
    "安邦", "博远", "长青", "德润", "恩泽", "丰华", "广源", "恒通", "佳信", "凯旋", "立达", "美林", "宁远",
    "鹏程", "启明", "荣盛", "三江", "天成", "万象", "祥云", "雅居", "正大", "中兴", "卓越", "百川", "晨光",
    "大同", "东升", "福临", "高地", "国泰", "海纳", "宏图", "吉祥", "金桥", "蓝天", "龙腾", "明珠", "南方",
)  # fmt: skip
ROLES = {"salesperson": 12, "manager": 3, "finance": 2, "director": 1, "hr": 1, "clerk": 1}


@dataclass
class House:
    """Numbers of who was made, by place in its row."""

    sellers: list[tuple[int, int]]  # employee, department
    shops: list[int]


def say(text: str) -> None:
    """Progress on stderr."""
    print(text, file=sys.stderr, flush=True)


def fill(count: int, orders: int, users: int) -> None:
    """Migrate and fill an empty database."""
    call_command("migrate", verbosity=0)
    started = time.monotonic()
    with acting(None, "bench"):
        house = _house(users)
        goods = _goods()
    with connection.cursor() as cursor:
        _hurry(cursor)
    trade = Trade(count, orders, house, goods)
    for told, table, rows in (
        ("customers", CUSTOMER, trade.customers()),
        ("contacts", CONTACT, trade.contacts()),
        ("owners", OWNER, trade.owners()),
        ("tiers", TIER, trade.tiers()),
        ("turns", TURN, trade.turns()),
        ("visits", VISIT, trade.visits()),
        ("orders", ORDER, trade.orders()),
        ("lines", LINE, trade.lines()),
        ("receipts", RECEIPT, trade.receipts()),
        ("matches", MATCH, trade.matches()),
        ("purchases", PURCHASE, trade.purchases()),
        ("clues", CLUES, trade.clues()),
        ("history", CHANGE, trade.history()),
    ):
        table.write(rows)
        say(f"{time.monotonic() - started:6.0f} s  {told}")
    settle(TABLES)
    say(f"{time.monotonic() - started:6.0f} s  analysed")


def _house(users: int) -> House:
    staffing.found_company(name="成色珠宝有限公司")
    centre = staffing.open_department(code="MC", name="营销中心", start=SINCE)
    teams = [
        staffing.open_department(code=f"T{n:02d}", name=f"大客户{n}部", start=SINCE, parent=centre)
        for n in range(1, 11)
    ]
    shops = [
        staffing.open_shop(code=f"Y{n:02d}", name=f"{n} 号银楼", start=SINCE) for n in range(1, 6)
    ]
    rng = random.Random(1)
    staff: dict[str, list[Employee]] = {role: [] for role in ROLES}

    def hire(
        role: str, number: str, department: Department | None = None, shop: Shop | None = None
    ) -> Employee:
        made = staffing.hire(
            number=number, name=names.person(rng), start=SINCE, role=role, phone=f"1380000{len(staff[role]):04d}",
            base_wage=180_000, department=department, shop=shop,
        )  # fmt: skip
        staff[role].append(made)
        return made

    sellers = [
        (hire("salesperson", f"S{n:03d}", department=teams[n % 10]).pk, teams[n % 10].pk)
        for n in range(100)
    ]
    for n, team in enumerate(teams):
        hire("manager", f"M{n:02d}", department=team)
    for n, shop in enumerate(shops):
        hire("clerk", f"C{n:02d}", shop=shop)
    for role, letter in (("finance", "F"), ("hr", "H"), ("director", "D")):
        for n in range(2):
            hire(role, f"{letter}{n:02d}", department=centre)
    wanted = [role for role, many in ROLES.items() for _n in range(many)]
    logins: list[tuple[str, str]] = []
    for n, role in enumerate((wanted * (users // len(wanted) + 1))[:users]):
        same = [role for _login, held in logins if held == role]
        who = staff[role][len(same)]
        staffing.open_login(username=f"u{n:02d}", password=PASSWORD, employee=who, renew=False)
        logins.append((f"u{n:02d}", role))
    for code, name in CATEGORIES.items():
        customers.open_category(code=code, name=name)
    for name, day, lead in almanac():
        customers.set_festival(None, name=name, day=day, lead=lead)
    return House(sellers, [shop.pk for shop in shops])


def _goods() -> list[int]:
    return [
        write_good(
            number=f"G{n:03d}", name=f"{names.PLACES[n % 26]}足金吊坠", way="piece",
            list_price=100_000 + 1_000 * n, cost=60_000,
        ).pk
        for n in range(60)
    ]  # fmt: skip


def _hurry(cursor: CursorWrapper) -> None:
    """No foreign key is looked up while rows come in that fit by how they are made."""
    if connection.vendor == "postgresql":
        cursor.execute("SET session_replication_role = replica")
    else:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("PRAGMA synchronous = OFF")


def settle(held: Sequence[Table]) -> None:
    """Counters behind the numbers given, and the planner's figures."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [one.model for one in held]):
            cursor.execute(sql)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")


class Table:
    """A table written by COPY (PostgreSQL) or in batches; fields not named keep their defaults."""

    def __init__(self, model: type[models.Model], *named: str) -> None:
        """`named`: the attribute names the rows give, in their order."""
        self.model, self.named = model, named

    def write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """All rows."""
        fields = {f.attname: f for f in self.model._meta.concrete_fields}
        default = self.model()
        rest = {
            name: f.get_db_prep_save(getattr(default, name), connection)
            for name, f in fields.items()
            if name not in self.named and not (f.primary_key and name == "id")
        }
        columns = [fields[name].column for name in (*self.named, *rest)]
        more = tuple(rest.values())
        table = connection.ops.quote_name(self.model._meta.db_table)
        listed = ", ".join(connection.ops.quote_name(str(column)) for column in columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row + more)
                return
            marks = ", ".join("?" * len(columns))
            cursor.execute("BEGIN")
            connection.connection.executemany(
                f"INSERT INTO {table} ({listed}) VALUES ({marks})",
                (tuple(_plain(value) for value in row + more) for row in rows),
            )
            cursor.execute("COMMIT")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


CUSTOMER = Table(
    Customer, "id", "code", "name", "short", "name_key", "pinyin", "industry", "city", "source",
    "opened", "tier", "owner_id", "department_id", "shop_id", "pooled_on", "protected_until",
    "tax_title", "tax_number", "first_paid", "last_paid", "quiet_since", "last_met",
)  # fmt: skip
CONTACT = Table(Contact, "id", "customer_id", "name", "title", "part", "phone", "phone_mark")
OWNER = Table(Ownership, "id", "customer_id", "employee_id", "department_id", "start")
TIER = Table(TierSpan, "id", "customer_id", "tier", "ground", "start")
TURN = Table(Turn, "id", "customer_id", "day", "how", "after_id")
VISIT = Table(Visit, "id", "customer_id", "day", "kind", "said", "contact_id", "employee_id")
ORDER = Table(
    Order, "id", "number", "quote_number", "day", "status", "customer_id", "seller_id",
    "department_id", "list_amount", "net_amount", "cost_amount", "counted_list", "counted_net",
    "collected", "due_on", "delivered_on",
)  # fmt: skip
LINE = Table(
    OrderLine, "id", "order_id", "number", "good_id", "name", "quantity", "list_amount",
    "net_amount", "cost_amount",
)  # fmt: skip
RECEIPT = Table(Receipt, "id", "number", "day", "payer", "customer_id", "amount", "matched")
MATCH = Table(Match, "id", "receipt_id", "order_id", "amount")
PURCHASE = Table(Purchase, "source", "customer_id", "day", "category_id", "amount")
CLUES = Table(Clue, "kind", "place", "text", "key")
CHANGE = Table(Change, "at", "who", "label", "key", "verb", "what", "whole")
TABLES = [CUSTOMER, CONTACT, OWNER, TIER, TURN, VISIT, ORDER, LINE, RECEIPT, MATCH, PURCHASE]


class Trade:
    """Rows of every table, all a function of their number, so that they fit one another."""

    def __init__(self, count: int, orders: int, house: House, goods: list[int]) -> None:
        """`count` customers; `orders` over three years, the older the lower the number."""
        self.count, self.total, self.house, self.goods = count, orders, house, goods
        self.today = timezone.localdate()
        self.first_day = self.today - timedelta(DAYS - 1)
        self.categories = list(Category.objects.values_list("pk", flat=True))
        self.first: dict[int, date] = {}
        self.last: dict[int, date] = {}
        for n in range(1, orders + 1):
            if self._paid(n):
                whose, day = self._whose(n), self._day(n)
                self.first.setdefault(whose, day)
                self.last[whose] = day

    def _whose(self, n: int) -> int:
        return n * 7919 % self.count + 1

    def _day(self, n: int) -> date:
        return self.first_day + timedelta((n - 1) * DAYS // self.total)

    def _status(self, n: int) -> str:
        if n > self.total * 0.97:
            return "quote" if n % 3 == 0 else "open"
        return "cancelled" if n % 50 == 0 else "completed"

    def _paid(self, n: int) -> bool:
        return self._status(n) == "completed" and n % 10 != 3

    def _owner(self, c: int) -> tuple[int, int] | None:
        """Employee and department; 5 in 100 lie in the pool, 3 in a shop."""
        return None if c % 100 < 8 else self.house.sellers[(c * 31 + c // 100) % 100]

    def _shop(self, c: int) -> int | None:
        return self.house.shops[c % 5] if c % 100 < 3 else None

    def _seller(self, c: int) -> tuple[int, int]:
        return self._owner(c) or self.house.sellers[c % 100]

    def _opened(self, c: int) -> date:
        return self.first_day - timedelta(c % 900)

    def _name(self, c: int) -> tuple[str, str, str]:
        """Name, short name, industry."""
        kind, legal, industry = names.KINDS[c % 14]
        place = names.PLACES[c // 14 % 26]
        word = WORDS[c // 364 % 39]
        branch = f"第{c // 14196 + 1}" if c >= 14196 else ""
        return f"{place}{word}{branch}{legal}", f"{place}{word}{kind}{branch}"[:40], industry

    def customers(self) -> Iterator[tuple[Any, ...]]:
        """A tenth are key accounts."""
        for c in range(1, self.count + 1):
            name, short, industry = self._name(c)
            owner, shop = self._owner(c), self._shop(c)
            pooled = self.today - timedelta(c % 200) if owner is None and shop is None else None
            yield (
                c, f"K{c:04d}", name, short, name_key(name), sort_key(name), industry, "上海", "own",
                self._opened(c), "key" if c % 10 == 9 else "ordinary",
                owner[0] if owner else None, owner[1] if owner else None, shop, pooled,
                self.today + timedelta(c % 90) if owner else None,
                name, names.credit_code(c), self.first.get(c), self.last.get(c),
                self.last.get(c, self._opened(c)), self.today - timedelta(c % 300),
            )  # fmt: skip

    def _contact(self, n: int) -> tuple[str, str]:
        """Name and phone."""
        surname = names.SURNAMES[n % len(names.SURNAMES)]
        return surname + names.GIVEN[n // 40 % len(names.GIVEN)], f"19{n:09d}"

    def contacts(self) -> Iterator[tuple[Any, ...]]:
        """Two of each customer."""
        for n in range(1, 2 * self.count + 1):
            name, phone = self._contact(n)
            part = "decide" if n % 2 else "purchase"
            yield (
                n, (n + 1) // 2, name, "采购经理", part, seal(phone).token, fingerprint(phone),
            )  # fmt: skip

    def _owned(self) -> Iterator[tuple[int, tuple[int, int]]]:
        for c in range(1, self.count + 1):
            owner = self._owner(c)
            if owner is not None:
                yield c, owner

    def owners(self) -> Iterator[tuple[Any, ...]]:
        """Since the customer was opened."""
        for n, (c, owner) in enumerate(self._owned(), start=1):
            yield n, c, owner[0], owner[1], self._opened(c)

    def tiers(self) -> Iterator[tuple[Any, ...]]:
        """One each."""
        for c in range(1, self.count + 1):
            yield c, c, "key" if c % 10 == 9 else "ordinary", "opening", self._opened(c)

    def turns(self) -> Iterator[tuple[Any, ...]]:
        """One each."""
        for c in range(1, self.count + 1):
            owner = self._owner(c)
            yield c, c, self._opened(c), "created", owner[0] if owner else None

    def visits(self) -> Iterator[tuple[Any, ...]]:
        """Three each."""
        for n in range(1, 3 * self.count + 1):
            c = (n + 2) // 3
            day = self.today - timedelta(c % 300 + n % 3 * 40)
            yield n, c, day, "visit", "谈中秋福利，下月初定人数", 2 * c, self._seller(c)[0]

    def _numbers(self, series: str, n: int) -> str:
        day = self._day(n)
        before = -(-(day - self.first_day).days * self.total // DAYS)
        return f"{series}-{day:%Y%m%d}-{n - before:03d}"

    def _amounts(self, n: int) -> tuple[int, int]:
        listed = (20 + n % 300) * 100_000
        return listed, listed * (70 + n % 30) // 100

    def orders(self) -> Iterator[tuple[Any, ...]]:
        """One in a hundred a quotation, two cancelled, two open, the others complete."""
        for n in range(1, self.total + 1):
            c, day, status = self._whose(n), self._day(n), self._status(n)
            seller, department = self._seller(c)
            listed, net = self._amounts(n)
            quote = status == "quote"
            yield (
                n, None if quote else self._numbers("HT", n), self._numbers("BJ", n), day, status, c,
                seller, department, listed, net, listed * 6 // 10, listed, net,
                net if self._paid(n) else 0, day + timedelta(30),
                day + timedelta(7) if status == "completed" else None,
            )  # fmt: skip

    def _lines(self) -> Iterator[tuple[int, int, int, int]]:
        for n in range(1, self.total + 1):
            listed, net = self._amounts(n)
            parts = 2 if n % 3 == 0 else 1
            for number in range(1, parts + 1):
                yield n, number, listed // parts, net // parts + (net % parts if number == 1 else 0)

    def lines(self) -> Iterator[tuple[Any, ...]]:
        """One of each order, two of every third."""
        for pk, (n, number, listed, net) in enumerate(self._lines(), start=1):
            good = self.goods[(n + number) % len(self.goods)]
            yield pk, n, number, good, "足金吊坠", 1 + n % 9, listed, net, listed * 6 // 10

    def _receipts(self) -> Iterator[int]:
        return (n for n in range(1, self.total + 1) if self._paid(n))

    def receipts(self) -> Iterator[tuple[Any, ...]]:
        """One pays each order that is paid."""
        for pk, n in enumerate(self._receipts(), start=1):
            c, net = self._whose(n), self._amounts(n)[1]
            number = self._numbers("SK", n)
            yield pk, number, self._day(n), self._name(c)[0], c, net, net

    def matches(self) -> Iterator[tuple[Any, ...]]:
        """The whole receipt."""
        for pk, n in enumerate(self._receipts(), start=1):
            yield pk, pk, n, self._amounts(n)[1]

    def purchases(self) -> Iterator[tuple[Any, ...]]:
        """As orders tell them to customers."""
        kinds = len(self.categories)
        for n in self._receipts():
            yield (
                self._numbers("HT", n), self._whose(n), self._day(n), self.categories[n % kinds],
                self._amounts(n)[1],
            )  # fmt: skip

    def clues(self) -> Iterator[tuple[Any, ...]]:
        """By the records' own words, as saving writes them."""
        for c in range(1, self.count + 1):
            name, short, _industry = self._name(c)
            row = Customer(
                pk=c, code=f"K{c:04d}", name=name, short=short, tax_number=names.credit_code(c)
            )
            yield from self._of(row)
        for n in range(1, 2 * self.count + 1):
            name, phone = self._contact(n)
            yield from self._of(Contact(pk=n, name=name, phone=phone))

    def _of(self, row: Customer | Contact) -> Iterator[tuple[Any, ...]]:
        told = row.told()
        for text, place in clues(told).items() if told is not None else ():
            yield kind_of(type(row)), place, text, row.pk

    def history(self) -> Iterator[tuple[Any, ...]]:
        """A line for each record added."""
        counts = {
            Customer: self.count, Contact: 2 * self.count, TierSpan: self.count, Turn: self.count,
            Visit: 3 * self.count, Order: self.total, OrderLine: sum(1 for _ in self._lines()),
            Receipt: len(list(self._receipts())), Match: len(list(self._receipts())),
            Ownership: sum(1 for _ in self._owned()),
        }  # fmt: skip
        now = timezone.now()
        for model, count in counts.items():
            label, above = model._meta.label_lower, parent(model)
            for key in range(1, count + 1):
                of = whole(above, (key - 1) % counts[above] + 1) if above else whole(model, key)
                yield now, "bench", label, key, "add", json.dumps({"number": [None, key]}), of


def people() -> list[tuple[str, str, dict[str, list[int]]]]:
    """Login, role, and numbers of some customers and orders each of the users may open."""
    found = []
    for user in User.objects.filter(username__startswith="u").order_by("username"):
        who = viewer_of(user)
        if who is not None:
            own = {
                "customer": list(customers_seen(who).values_list("pk", flat=True)[:400]),
                "order": list(orders_seen(who).values_list("pk", flat=True)[:400]),
            }
            found.append((user.username, who.role, own))
    return found


def main() -> None:
    """Fill the database of the environment where it is empty; print its users as JSON."""
    options = argparse.ArgumentParser(prog="bench.rooms_fill")
    for name in ("customers", "orders", "users"):
        options.add_argument(f"--{name}", type=int, required=True)
    args = options.parse_args()
    if not connection.introspection.table_names():
        fill(args.customers, args.orders, args.users)
    print(json.dumps(people()))


if __name__ == "__main__":
    main()
