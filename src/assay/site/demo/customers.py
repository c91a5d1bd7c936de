"""Customers of the sample department: 300 archives its orders name, with what goes on around them."""

from __future__ import annotations

import csv
import random
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from assay.customers import actions
from assay.customers.actions.base import put_keys
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
from assay.samples.department import LEAVES, SELLERS, write_department
from assay.site.demo import names
from assay.site.demo.people import House

COUNT = 300
KEY = 30_000_000  # this department sells more than the default of 100,000 supposes
LEFT = "S07"


@dataclass
class Told:
    """What the orders tell of one customer: sellers, days, what was paid by order."""

    sellers: Counter[str] = field(default_factory=Counter)
    agent: str = ""
    store: str = ""
    paid: list[tuple[str, date, int]] = field(default_factory=list)


def settle(house: House, seed: int = 1) -> dict[str, Customer]:
    """Write the archive; returns the customers by their codes."""
    rng = random.Random(seed + 17)
    actions.furnish()
    actions.change_rules(key_threshold=KEY)
    told = _told(seed)
    made = _archives(rng, house, told)
    _contacts(rng, made)
    _dealings(rng, made)
    _purchases(rng, made, told)
    made = {row.code: row for row in Customer.objects.select_related("owner")}
    _turns(house, made)
    _standing(rng, house, made)
    _outside(house, made)
    return {row.code: row for row in Customer.objects.all()}


def _told(seed: int) -> dict[str, Told]:
    """The orders that count, by customer, with what was collected for each."""
    found: dict[str, Told] = defaultdict(Told)
    with tempfile.TemporaryDirectory() as folder:
        write_department(seed, Path(folder), force=True)
        collected: Counter[str] = Counter()
        for row in _rows(Path(folder) / "collections.csv"):
            collected[row[0]] += read_yuan(row[2])
        for row in _rows(Path(folder) / "orders.csv"):
            number, day, seller, code, channel, agent, store = row[:7]
            one = found[code]
            if seller:
                one.sellers[seller] += 1
            one.agent = agent if channel == "agent" and agent else one.agent
            one.store = store if channel == "store" and not one.sellers else one.store
            if row[9] not in LEFT_OUT and row[10] not in YES and collected[number]:
                one.paid.append((number, date.fromisoformat(day), collected[number]))
    return found


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[1:]


def _archives(rng: random.Random, house: House, told: dict[str, Told]) -> dict[str, Customer]:
    """An archive each, opened before the first order; one in five belongs to a group."""
    called = names.companies(rng, COUNT)
    made = {}
    for at, (name, short, industry, group) in enumerate(called, start=1):
        code, one = f"K{at:04d}", told[f"K{at:04d}"]
        days = [day for _number, day, _paid in one.paid] or [date(2024, 6, 3)]
        seller = one.sellers.most_common(1)[0][0] if one.sellers else "M01"
        opened = max(min(days) - timedelta(rng.randrange(5, 500)), date(2022, 1, 10))
        by_agent = bool(one.agent) and rng.random() < 0.35
        made[code] = actions.open_customer(
            name=name, code=code, day=opened, owner=_owner(house, seller, opened), short=short,
            group=group, anyway=True, industry=industry, city=rng.choice(names.CITIES),
            headcount=rng.randrange(3, 180) * 10, address=names.address(rng),
            source="agent" if by_agent else rng.choice(("own", "own", "referral", "enquiry", "other")),
            agent=house.agents[one.agent] if by_agent else None,
            shop=house.shops[one.store] if one.store and rng.random() < 0.2 else None,
            tax_title=name, tax_number=names.credit_code(at), tax_bank=names.bank(rng),
            tax_account=seal(f"6228{rng.randrange(10**14, 10**15)}"), tax_phone=f"021-5{at:07d}",
            tax_address=names.address(rng),
        )  # fmt: skip
    return made


def _owner(house: House, seller: str, opened: date) -> Employee:
    """The seller, or the manager where the seller had not come yet."""
    person = house.employees[seller]
    return person if person.start <= opened else house.employees["M01"]


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
    for customer in made.values():
        put_keys(customer)
    Customer.objects.bulk_update(made.values(), ["finder"], batch_size=100)


def _dealings(rng: random.Random, made: dict[str, Customer]) -> None:
    """Visits before festivals, satisfaction now and then, needs by category and year."""
    festivals = list(Festival.objects.filter(day__lte=timezone.localdate()).order_by("day"))
    big = [
        f
        for f in festivals
        if f.name in ("春节", "端午节", "中秋节", "国庆节", "元旦", "三八妇女节")
    ]
    categories = list(Category.objects.exclude(code="other"))
    people: dict[int, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.all():
        people[contact.customer_id].append(contact)
    visits, scores, needs = [], [], []
    for customer in made.values():
        if customer.owner is None:
            continue
        for festival in big:
            day = festival.day - timedelta(rng.randrange(3, 50))
            if day < customer.opened or rng.random() < 0.55:
                continue
            visits.append(
                Visit(
                    customer=customer, day=day, kind=rng.choice(("visit", "call", "call", "message", "gift")),
                    said=rng.choice(names.SAID).format(festival=festival.name),
                    contact=rng.choice(people[customer.pk]), employee=customer.owner,
                )
            )  # fmt: skip
        if rng.random() < 0.6:
            scores += _scores(rng, customer)
        for category in rng.sample(categories, rng.randrange(0, 3)):
            needs.append(
                Need(
                    customer=customer, year=rng.choice((2025, 2026, 2026, 2027)), category=category,
                    text=rng.choice(names.NEEDS), amount=rng.randrange(1, 40) * 500_000,
                    state=rng.choice(("open", "open", "won", "lost")),
                )
            )  # fmt: skip
    Visit.objects.bulk_create(visits, 500)
    Satisfaction.objects.bulk_create(scores, 500)
    Need.objects.bulk_create(needs, 500)
    _last_met(visits)


def _scores(rng: random.Random, customer: Customer) -> list[Satisfaction]:
    asked = []
    for year in (2024, 2025, 2026):
        day = date(year, rng.randrange(1, 11), rng.randrange(1, 28))
        if day > customer.opened:
            score = rng.choice((5, 5, 4, 4, 4, 3, 2))
            asked.append(
                Satisfaction(
                    customer=customer, day=day, score=score, note=names.REMARKS[score],
                    employee=customer.owner,
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


def _purchases(rng: random.Random, made: dict[str, Customer], told: dict[str, Told]) -> None:
    """What was collected for each order, in the category a customer mostly buys."""
    codes = ("silver", "medal", "gold", "jewelry", "gift", "voucher")
    rows = []
    for code, customer in made.items():
        liked = rng.sample(codes, 3)
        for number, day, amount in told[code].paid:
            rows.append(actions.Paid(customer, number, day, amount, rng.choice((*liked, liked[0]))))
    actions.record_purchase_days(rows)


def _turns(house: House, made: dict[str, Customer]) -> None:
    """The customers of the one who left are handed over that day, all but a few; some are given back."""
    gone, day = house.employees[LEFT], LEAVES + timedelta(1)
    his = sorted((c for c in made.values() if c.owner_id == gone.pk), key=lambda c: c.code)
    heirs = [code for code in SELLERS if code != LEFT]
    for nth, heir in enumerate(heirs):
        mine = [(c, c.version) for c in his[nth :: len(heirs)]]
        if mine:
            actions.hand_over(mine, to=house.employees[heir], reason="欧阳倩离职", day=day)
    quiet = sorted(
        (c for c in made.values() if c.tier == "ordinary" and c.owner_id not in (None, gone.pk)),
        key=lambda c: (c.quiet_since, c.code),
    )
    for nth, customer in enumerate(quiet[:24]):
        actions.release(
            customer, version=customer.version, day=date(2026, 3 + nth % 7, 5 + nth % 20),
            reason=("联系不上", "今年没有预算", "已有固定供应商")[nth % 3],
        )  # fmt: skip


def _standing(rng: random.Random, house: House, made: dict[str, Customer]) -> None:
    """Target list, nominations in every state, losses with reasons, services, own days, documents."""
    today, manager = timezone.localdate(), house.employees["M01"]
    owned = [c for c in Customer.objects.select_related("owner").order_by("code") if c.owner_id]
    ordinary = [c for c in owned if c.tier == "ordinary" and c.owner_id != manager.pk]
    director = house.employees["D01"]
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
        actions.aim_at(
            customer, year=(2024, 2025, 2026)[nth % 3], expected=(5 + nth % 20) * 1_000_000,
            reason=rng.choice(names.NEEDS), day=date((2024, 2025, 2026)[nth % 3], 1, 8),
        )  # fmt: skip
    for customer in sorted(owned, key=lambda c: c.quiet_since)[:8]:
        if (today - customer.quiet_since).days > 396:
            actions.note_loss(
                customer, reason=rng.choice(("price", "rival", "contact", "budget")), day=today
            )
    for nth, customer in enumerate(owned[:40]):
        actions.add_occasion(
            customer, name=("建厂纪念日", "院庆", "安全月", "司庆")[nth % 4], month=1 + nth % 12, day=3 + nth % 25
        )  # fmt: skip
    for nth, customer in enumerate([c for c in owned if c.owner_id != manager.pk][:6]):
        made_one = actions.add_service(
            customer, by=customer.owner, title=names.SERVICES[nth], text="按客户要求增加，不另收费",
            day=today - timedelta(20 + nth),
        )  # fmt: skip
        if nth < 3:
            actions.decide_service(made_one, by=manager, agreed=nth != 2, day=today)


def _outside(house: House, made: dict[str, Customer]) -> None:
    """Enquiries, agents' registrations, market notes, campaigns."""
    today = timezone.localdate()
    owned = list(
        Customer.objects.filter(owner__isnull=False).select_related("owner").order_by("code")
    )
    for nth, text in enumerate(names.ENQUIRIES):
        customer = owned[nth * 7] if nth % 3 else None
        at = timezone.make_aware(datetime(today.year, today.month, today.day, 9, 30)) - timedelta(
            nth
        )
        row = actions.take_enquiry(
            asker=names.ASKERS[nth % len(names.ASKERS)], channel=("phone", "wechat", "shop", "web")[nth % 4],
            text=text, phone=f"1998888{nth:04d}", customer=customer, at=at,
            employee=None if customer else house.employees[SELLERS[nth % 6]],
        )  # fmt: skip
        if nth > 3:
            actions.answer_enquiry(
                row, answer="已电话答复，发了报价和样册", at=at + timedelta(hours=2)
            )
    for nth, name in enumerate(names.PROSPECTS):
        agent = house.agents[("A01", "A02")[nth % 2]]
        actions.register_prospect(
            agent, name=name, contact=names.ASKERS[nth], phone=f"1997777{nth:04d}",
            text="年底福利，约 200 人", day=today - timedelta(5 + 9 * nth),
        )  # fmt: skip
    for nth, (kind, rival, text, proposal) in enumerate(names.NOTES):
        actions.note_market(
            by=house.employees[SELLERS[nth]], kind=kind, rival=rival, text=text, proposal=proposal,
            day=today - timedelta(6 * nth),
        )  # fmt: skip
    for name, products, start, budget in names.CAMPAIGNS:
        campaign = actions.set_campaign(
            None, name=name, products=products, start=start, stop=start + timedelta(2), budget=budget,
            cost=budget * 93 // 100,
        )  # fmt: skip
        for nth, customer in enumerate(owned[start.month :: 17]):
            actions.invite(campaign, customer, came=nth % 4 != 0)
