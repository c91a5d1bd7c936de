"""Whom a salesperson calls today, and why: festivals, promises, silence, money, protection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from assay.customers.models import Contact, Customer, Loss, Occasion, Purchase, Rules, Visit
from assay.customers.queries.calendar import SEASON, coming, near
from assay.customers.queries.days import rules
from assay.customers.queries.figures import Silence, silence_of
from assay.furniture.templatetags.figures import money
from assay.sales.models import Order
from assay.sales.queries.orders import PLACED

SHOWN = 10
FESTIVAL_ROOM = 30  # days before the last day to order from which on a festival calls
OWN_ROOM = 14
DUE_ROOM = 7
LINE_ROOM = 45
PROTECTION_ROOM = 14
PURCHASE_DAYS = 1200
# What has been over for long presses less than what is about to be: days it then counts as.
STALE = {"protection": (0, 12), "silence": (1, 25), "festival": (0, 20)}
DEBT_PEAK = 30  # days over at which a debt presses most; then a day less every FADES, never past what is due today
FADES = 3
DEBT_STEP, DEBT_FROM = (
    10,
    100_000_00,
)  # days that a debt gains at 10 万元, and again at ten times that
WHYS = ("promised", "festival", "money", "silence", "protection")


@dataclass(frozen=True)
class Reason:
    """Why to call: in words, how many days are left (negative: over), the 分 that are owed."""

    kind: str
    said: str
    left: int
    note: str = ""
    order: int | None = None
    owed: int = 0

    @property
    def pressing(self) -> bool:
        """Within a week, or over."""
        return self.left <= 7

    @property
    def push(self) -> int:
        """How far up it moves a call: the fewer, the further."""
        if self.kind == "money":
            return _debt_push(self.left, self.owed)
        since, instead = STALE.get(self.kind, (self.left, 0))
        return self.left if self.left >= since else instead


def _debt_push(left: int, owed: int) -> int:
    """A debt presses more each day, and less again once it is old; a large one more at any age."""
    old = max(-left - DEBT_PEAK, 0)
    days = min(old // FADES - DEBT_PEAK, 0) if old else left
    size = len(str(owed // DEBT_FROM)) if owed >= DEBT_FROM else 0
    return days - DEBT_STEP * size


@dataclass
class Call:
    """A customer to call, with all the reasons, the most pressing first."""

    customer: Customer
    mine: bool
    reasons: list[Reason] = field(default_factory=list)
    contact: Contact | None = None

    @property
    def rank(self) -> tuple[int, int, str]:
        """What is promised first, then what has the fewest days left."""
        promised = any(r.kind == "promised" for r in self.reasons)
        first = min(r.push for r in self.reasons) - len(self.reasons)
        return (0 if promised else 1, first, self.customer.pinyin)


@dataclass(frozen=True)
class Calls:
    """The list of a day: the rows shown, how many of each kind there are, who was met today."""

    rows: list[Call]
    counts: dict[str, int]
    total: int
    met: list[Customer]


def calls(employee: int, today: date, why: str = "", shown: int | None = SHOWN) -> Calls:
    """Whom somebody calls today; in ten queries, however many customers are theirs."""
    mine = list(Customer.objects.filter(owner=employee, merged_into=None))
    found: dict[int, Call] = {}

    def note(customer: Customer, reason: Reason, own: bool = True) -> None:
        found.setdefault(customer.pk, Call(customer, own)).reasons.append(reason)

    held = rules()
    bought = _purchases(mine, today)
    for customer, reason in _festivals(mine, bought, employee, today):
        note(customer, reason)
    for customer, reason in _silences(mine, bought, held, today):
        note(customer, reason)
    for customer, reason in _promises(mine, employee, today):
        note(customer, reason)
    for customer in mine:
        left = _days(customer.protected_until, today)
        if customer.tier == "ordinary" and left is not None and left <= PROTECTION_ROOM:
            note(customer, _protection(left))
    own = {customer.pk for customer in mine}
    for customer, reason in _debts(_owing(employee, today), today):
        note(customer, reason, customer.pk in own)
    met = [customer for customer in mine if customer.last_met == today]
    return _told(found, met, why, shown)


def _told(found: dict[int, Call], met: Sequence[Customer], why: str, shown: int | None) -> Calls:
    done = {customer.pk for customer in met}
    rows = [call for pk, call in found.items() if pk not in done]
    for call in rows:
        call.reasons.sort(key=lambda r: (r.kind != "promised", r.left))
    counts = {kind: sum(any(r.kind == kind for r in c.reasons) for c in rows) for kind in WHYS}
    if why in WHYS:
        rows = [call for call in rows if any(r.kind == why for r in call.reasons)]
    rows.sort(key=lambda call: call.rank)
    total = len(rows)
    rows = rows[:shown]
    _with_contacts(rows)
    return Calls(rows, counts, total, list(met))


def _with_contacts(rows: Sequence[Call]) -> None:
    """Whom to ask for: one with a phone first, in the order they were written down."""
    people = Contact.objects.filter(
        customer__in=[c.customer.pk for c in rows if c.mine], left=False
    )
    for person in people.order_by(F("phone").asc(nulls_last=True), "pk"):
        call = next(c for c in rows if c.customer.pk == person.customer_id)
        if call.contact is None or (call.contact.phone is None and person.phone is not None):
            call.contact = person


def _days(day: date | None, today: date) -> int | None:
    return None if day is None else (day - today).days


def _purchases(mine: Sequence[Customer], today: date) -> dict[int, list[Purchase]]:
    rows = Purchase.objects.filter(
        customer__in=[c.pk for c in mine], day__gt=today - timedelta(PURCHASE_DAYS)
    ).order_by("day")
    found: dict[int, list[Purchase]] = defaultdict(list)
    for row in rows:
        found[row.customer_id].append(row)
    return found


def _festivals(
    mine: Sequence[Customer], bought: dict[int, list[Purchase]], employee: int, today: date
) -> Iterator[tuple[Customer, Reason]]:
    """Festivals they bought for a year ago and have not ordered for yet; days of their own."""
    festivals = near(today)
    own: dict[int, list[Occasion]] = defaultdict(list)
    for row in Occasion.objects.filter(customer__in=[c.pk for c in mine]):
        own[row.customer_id].append(row)
    since = today - timedelta(SEASON + FESTIVAL_ROOM)
    placed: dict[int, date] = {}
    recent = Order.objects.filter(seller=employee, day__gt=since).exclude(status="cancelled")
    for customer, day in recent.order_by("day").values_list("customer", "day"):
        placed[customer] = day
    for customer in mine:
        for one in coming(festivals, own[customer.pk], bought[customer.pk], today):
            room = OWN_ROOM if one.own else FESTIVAL_ROOM
            last = placed.get(customer.pk)
            ordered = last is not None and last >= one.order_by - timedelta(room)
            if one.left > room or ordered or not (one.own or one.last_year):
                continue
            yield customer, _festival(one.name, one.order_by, one.left, one.last_year)
            if not one.own:
                break  # the next one's season is the same: one call does for both


def _festival(name: str, by: date, left: int, last_year: int | None) -> Reason:
    told = {"name": name, "day": f"{by:%m-%d}", "left": left}
    if left < 0:
        said = _("%(name)s的下单期 %(day)s 已过") % told
    elif left == 0:
        said = _("%(name)s今天是最晚下单日") % told
    else:
        said = _("%(name)s最晚 %(day)s 下单，还有 %(left)s 天") % told
    note = _("去年买了 %(amount)s") % {"amount": money(last_year)} if last_year else ""
    return Reason("festival", said, left, note)


def _silences(
    mine: Sequence[Customer], bought: dict[int, list[Purchase]], held: Rules, today: date
) -> Iterator[tuple[Customer, Reason]]:
    """Silent for longer than their own pace, or near the lines of churn."""
    lost = Loss.objects.filter(customer__in=[c.pk for c in mine], back=None)
    noted = set(lost.values_list("customer", flat=True))
    for customer in mine:
        if customer.pk in noted or customer.last_paid is None:
            continue
        paid: dict[str, int] = defaultdict(int)
        days: dict[str, date] = {}
        for row in bought[customer.pk]:
            paid[row.source] += row.amount
            days[row.source] = row.day
        quiet = silence_of(customer, [days[s] for s in days if paid[s] > 0], today, held)
        late = quiet.usual > 0 and 2 * quiet.days > 3 * quiet.usual
        if late or quiet.state != "fresh" or quiet.left <= LINE_ROOM:
            yield customer, _silence(quiet)


def _silence(quiet: Silence) -> Reason:
    told = {
        "days": quiet.days,
        "usual": quiet.usual,
        "left": quiet.left,
        "day": f"{quiet.lost_day:%m-%d}",
    }
    note = _("平时 %(usual)s 天一次") % told if quiet.usual else ""
    if quiet.left <= 0:
        said = _("沉默 %(days)s 天，%(day)s 起算流失") % told
    else:
        said = _("沉默 %(days)s 天，再过 %(left)s 天算流失") % told
    return Reason("silence", said, max(quiet.left, 0), note)


def _promises(
    mine: Sequence[Customer], employee: int, today: date
) -> Iterator[tuple[Customer, Reason]]:
    """What was promised for today or earlier, and has not been done since."""
    by_key = {customer.pk: customer for customer in mine}
    rows = Visit.objects.filter(
        employee=employee, next_on__lte=today, next_on__gt=today - timedelta(60),
        customer__in=list(by_key), customer__last_met__lt=F("next_on"),
    ).order_by("-next_on")  # fmt: skip
    told: set[int] = set()
    for row in rows:
        if row.customer_id not in told and row.next_on is not None:
            told.add(row.customer_id)
            said = _("约好 %(day)s：%(said)s") % {"day": f"{row.next_on:%m-%d}", "said": row.said}
            yield by_key[row.customer_id], Reason("promised", said, (row.next_on - today).days)


def _protection(left: int) -> Reason:
    if left < 0:
        said = _("归属保护已过 %(days)s 天，随时可能回到公海") % {"days": -left}
    else:
        said = _("归属保护还剩 %(days)s 天") % {"days": left}
    return Reason("protection", said, left, _("记一次联系就续上"))


def _owing(employee: int, today: date) -> list[Order]:
    """His orders due within a week or overdue, with something owed."""
    rows = Order.objects.filter(
        seller=employee, status__in=PLACED, due_on__lte=today + timedelta(DUE_ROOM),
        collected__lt=F("net_amount") - F("returned_net"),
    ).select_related("customer")  # fmt: skip
    return list(rows.order_by("due_on", "pk")[:200])


def _debts(orders: Sequence[Order], today: date) -> Iterator[tuple[Customer, Reason]]:
    """What each customer owes, all orders together; the link is to the one due longest."""
    by_customer: dict[int, list[Order]] = defaultdict(list)
    for order in orders:
        by_customer[order.customer_id].append(order)
    for owing in by_customer.values():
        first = owing[0]
        assert first.due_on is not None
        left = (first.due_on - today).days
        owed = sum(o.owed for o in owing)
        told = {
            "amount": money(owed), "days": abs(left),
            "day": f"{first.due_on:%m-%d}", "count": len(owing),
        }  # fmt: skip
        if left < 0:
            said = _("应收 %(amount)s，逾期 %(days)s 天") % told
        elif left == 0:
            said = _("应收 %(amount)s，今天到期") % told
        else:
            said = _("应收 %(amount)s，%(day)s 到期") % told
        if len(owing) > 1:
            said += _("，共 %(count)s 单") % told
        yield first.customer, Reason("money", said, left, first.number or "", first.pk, owed)
