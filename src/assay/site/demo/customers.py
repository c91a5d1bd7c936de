"""Customers of the sample department: 300 archives its orders name, with what goes on around them."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, timedelta

from assay.customers import actions
from assay.customers.models import (
    Category,
    Contact,
    Customer,
    Festival,
    Need,
    Satisfaction,
    Visit,
)
from assay.facts.schema import LEFT_OUT, YES
from assay.furniture.seal import fingerprint, seal
from assay.money import read_yuan
from assay.people.models import Employee
from assay.samples.department import JOINS, LEAVES
from assay.samples.present import JOINED, LEFT, Present
from assay.site.demo import names, outside
from assay.site.demo.people import House

COUNT = 300
KEY = 45_000_000  # this department sells more than the default of 100,000 supposes


def settle(house: House, told: Present, seed: int = 1) -> dict[str, Customer]:
    """Write the archive; returns the customers by their codes."""
    rng = random.Random(seed + 17)
    actions.furnish()
    actions.change_rules(key_threshold=KEY)
    made = _archives(rng, house, told)
    _contacts(rng, made)
    _dealings(rng, house, told, made)
    _purchases(rng, made, told)
    made = {row.code: row for row in Customer.objects.select_related("owner")}
    _turns(house, told, made)
    _standing(rng, house, told.until)
    outside.surround(house, told.until)
    return {row.code: row for row in Customer.objects.all()}


def _paid(told: Present) -> dict[str, list[tuple[str, date, int]]]:
    """The orders that count, by customer, with what was collected for each."""
    collected: Counter[str] = Counter()
    for number, _day, amount in told.tables["collections"]:
        collected[number] += read_yuan(amount)
    found: dict[str, list[tuple[str, date, int]]] = defaultdict(list)
    for row in told.tables["orders"]:
        if row[9].lower() not in LEFT_OUT and row[10].lower() not in YES and collected[row[0]]:
            found[row[3]].append((row[0], date.fromisoformat(row[1]), collected[row[0]]))
    return found


def _archives(rng: random.Random, house: House, told: Present) -> dict[str, Customer]:
    """An archive each, opened before the first order; one in five belongs to a group."""
    called = names.companies(rng, COUNT)
    orders = told.tables["orders"]
    begun = {row[3]: date.fromisoformat(row[1]) for row in sorted(orders, key=lambda r: r[1])[::-1]}
    agents = {row[3]: row[5] for row in orders if row[5]}
    stores = {row[3]: row[6] for row in orders if row[6]}
    said = []
    for at, (name, short, industry, group) in enumerate(called, start=1):
        code = f"K{at:04d}"
        opened = max(
            begun.get(code, date(2024, 6, 3)) - timedelta(rng.randrange(5, 500)), date(2022, 1, 10)
        )
        by_agent = code in agents and rng.random() < 0.35
        by_store = code in stores and rng.random() < 0.1
        profile = {
            "short": short, "industry": industry, "city": rng.choice(names.CITIES),
            "headcount": rng.randrange(3, 180) * 10, "address": names.address(rng),
            "source": "agent" if by_agent else rng.choice(("own", "own", "referral", "enquiry", "other")),
            "agent": house.agents[agents[code]] if by_agent else None,
            "shop": house.shops[stores[code]] if by_store else None,
            "tax_title": name, "tax_number": names.credit_code(at), "tax_bank": names.bank(rng),
            "tax_account": seal(f"6228{rng.randrange(10**14, 10**15)}"),
            "tax_phone": f"021-5{at:07d}", "tax_address": names.address(rng),
        }  # fmt: skip
        owner = house.employees[told.seller_on(code, opened)]
        said.append(actions.Opening(code, name, opened, owner, group, profile=profile))
    return {row.code: row for row in actions.open_customers(said)}


def _contacts(rng: random.Random, made: dict[str, Customer]) -> None:
    """Two to four each, with their parts; the archive is then found by them too."""
    contacts = []
    for at, customer in enumerate(made.values()):
        parts = [
            "decide",
            *rng.sample(["purchase", "use", "finance", "influence"], rng.randrange(1, 4)),
        ]
        for nth, part in enumerate(parts):
            phone = f"199{at:04d}{nth:04d}"
            contact = Contact(
                customer=customer, name=names.person(rng), part=part,
                title=rng.choice(names.TITLES[part]), phone_mark=fingerprint(phone),
                stance=rng.choice(("for", "neutral", "neutral", "for", "against")),
                remark=rng.choice(("", "", "", "要求先票后款", "喜欢微信联系", "每年换一次款式")),
            )  # fmt: skip
            contact.phone = seal(phone)
            contacts.append(contact)
    Contact.objects.bulk_create(contacts)


def _dealings(rng: random.Random, house: House, told: Present, made: dict[str, Customer]) -> None:
    """Visits before festivals, satisfaction now and then, needs by category and year."""
    reach = told.until + timedelta(50)
    big = Festival.objects.filter(day__lte=reach, name__in=names.BIG).order_by("day")
    festivals, categories = list(big), list(Category.objects.exclude(code="other"))
    people: dict[int, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.all():
        people[contact.customer_id].append(contact)
    visits, scores, needs = [], [], []
    for code, customer in made.items():
        last = told.stops.get(code, told.until - timedelta(60)) + timedelta(60)
        for festival in festivals:
            day = festival.day - timedelta(rng.randrange(3, 50))
            if not customer.opened <= day <= last or rng.random() < 0.55:
                continue
            visits.append(
                Visit(
                    customer=customer, day=day, kind=rng.choice(("visit", "call", "call", "message", "gift")),
                    said=rng.choice(names.SAID).format(festival=festival.name),
                    contact=rng.choice(people[customer.pk]),
                    employee=house.employees[told.seller_on(code, day)],
                )
            )  # fmt: skip
        if rng.random() < 0.6:
            scores += _scores(rng, house, told, code, customer)
        for category in rng.sample(categories, rng.randrange(0, 3)):
            year = told.until.year + rng.choice((-1, 0, 0, 1))
            needs.append(
                Need(
                    customer=customer, year=year, category=category, text=rng.choice(names.NEEDS),
                    amount=rng.randrange(1, 40) * 500_000,
                    state="open" if year > told.until.year else rng.choice(("open", "won", "lost")),
                )
            )  # fmt: skip
    Visit.objects.bulk_create(visits, 500)
    Satisfaction.objects.bulk_create(scores, 500)
    Need.objects.bulk_create(needs, 500)
    _last_met(visits)


def _scores(
    rng: random.Random, house: House, told: Present, code: str, customer: Customer
) -> list[Satisfaction]:
    asked = []
    for year in range(told.until.year - 2, told.until.year + 1):
        day = date(year, rng.randrange(1, 11), rng.randrange(1, 28))
        if customer.opened < day <= told.stops.get(code, told.until):
            score = rng.choice((5, 5, 4, 4, 4, 3, 2))
            asked.append(
                Satisfaction(
                    customer=customer, day=day, score=score, note=names.REMARKS[score],
                    employee=house.employees[told.seller_on(code, day)],
                )
            )  # fmt: skip
    return asked


def _last_met(visits: list[Visit]) -> None:
    customers: dict[int, Customer] = {}
    for visit in visits:
        row = customers.setdefault(visit.customer_id, visit.customer)
        row.last_met = max(row.last_met or visit.day, visit.day)
        if visit.contact is not None:
            visit.contact.last_met = max(visit.contact.last_met or visit.day, visit.day)
    Customer.objects.bulk_update(customers.values(), ["last_met"], batch_size=100)
    met = {visit.contact.pk: visit.contact for visit in visits if visit.contact is not None}
    Contact.objects.bulk_update(met.values(), ["last_met"], batch_size=200)


def _purchases(rng: random.Random, made: dict[str, Customer], told: Present) -> None:
    """What was collected for each order, in the category a customer mostly buys."""
    codes = ("silver", "medal", "gold", "jewelry", "gift", "voucher")
    paid, rows = _paid(told), []
    for code, customer in made.items():
        liked = rng.sample(codes, 3)
        for number, day, amount in paid[code]:
            rows.append(actions.Paid(customer, number, day, amount, rng.choice((*liked, liked[0]))))
    actions.record_purchase_days(rows)


def _turns(house: House, told: Present, made: dict[str, Customer]) -> None:
    """Who joins takes over his customers from the manager, the others those of the one who left;
    ordinary ones that have gone silent are given back to the pool."""
    for code, seller in sorted(told.first.items()):
        if seller == JOINED and made[code].owner_id == house.employees["M01"].pk:
            _hand(made[code], house.employees[JOINED], "单立新到岗", JOINS)
    for code, heir in sorted(told.heirs.items()):
        if made[code].owner_id == house.employees[LEFT].pk:
            _hand(made[code], house.employees[heir], "欧阳倩离职", LEAVES + timedelta(1))
    silent = Customer.objects.filter(code__in=told.pooled, tier="ordinary", owner__isnull=False)
    for nth, customer in enumerate(silent.order_by("code")):
        actions.release(
            customer, version=customer.version, day=told.until - timedelta(35 + 4 * nth),
            reason=("联系不上", "今年没有预算", "已有固定供应商")[nth % 3],
        )  # fmt: skip


def _hand(customer: Customer, to: Employee, reason: str, day: date) -> None:
    actions.hand_over([(customer, customer.version)], to=to, reason=reason, day=day)


def _standing(rng: random.Random, house: House, today: date) -> None:
    """Target list, nominations in every state, losses with reasons, services, own days."""
    manager, director = house.employees["M01"], house.employees["D01"]
    owned = list(
        Customer.objects.filter(owner__isnull=False).exclude(owner=manager)
        .select_related("owner").order_by("code")
    )  # fmt: skip
    ordinary = [c for c in owned if c.tier == "ordinary"]
    for nth, customer in enumerate(ordinary[:9]):
        asked = actions.nominate(
            customer, by=customer.owner, reason=names.GROUNDS[nth % len(names.GROUNDS)],
            day=today - timedelta(1 + nth % 4),
        )  # fmt: skip
        if nth < 5:
            actions.decide(
                asked, by=(manager, director)[nth % 2], agreed=nth != 3,
                answer="" if nth != 3 else "先做满一单再报", day=today,
            )  # fmt: skip
    for nth, customer in enumerate(ordinary[10:50]):
        year = today.year - 2 + nth % 3
        actions.aim_at(
            customer, year=year, expected=(5 + nth % 20) * 1_000_000,
            reason=rng.choice(names.NEEDS), day=date(year, 1, 8),
        )  # fmt: skip
    for customer in sorted(owned, key=lambda c: (c.quiet_since, c.code))[:6]:
        if (today - customer.quiet_since).days > 396:
            actions.note_loss(
                customer, reason=rng.choice(("price", "rival", "contact", "budget")), day=today
            )
    for nth, customer in enumerate(owned[:40]):
        actions.add_occasion(
            customer, name=("建厂纪念日", "院庆", "安全月", "司庆")[nth % 4], month=1 + nth % 12, day=3 + nth % 25
        )  # fmt: skip
    for nth, customer in enumerate(owned[::5][:6]):
        made = actions.add_service(
            customer, by=customer.owner, title=names.SERVICES[nth], text="按客户要求增加，不另收费",
            day=today - timedelta(20 + nth),
        )  # fmt: skip
        if nth < 3:
            actions.decide_service(made, by=manager, agreed=nth != 2, day=today)
