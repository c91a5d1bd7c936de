"""All of one customer for its page, in a bounded number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.customers.access import customers_seen, days_seen, years_seen
from assay.customers.models import (
    Category,
    Contact,
    Customer,
    Document,
    Enquiry,
    Loss,
    Need,
    Nomination,
    Purchase,
    Satisfaction,
    Service,
    TargetAccount,
    TierSpan,
    Turn,
    Visit,
)
from assay.customers.queries.calendar import Coming, coming, months_ahead, near
from assay.customers.queries.days import rules, year_before
from assay.customers.queries.figures import Silence, Space, silence_of, white_space
from assay.furniture.reader import series
from assay.people.access import Viewer

MOMENTS = 40


@dataclass(frozen=True)
class Moment:
    """A line of the timeline: hollow = contact, money = gold, trouble = red."""

    day: date
    text: str
    note: str = ""
    amount: int | None = None
    kind: str = ""


@dataclass
class Picture:
    """What the page shows."""

    customer: Customer
    today: date
    threshold: int
    paid: int
    orders: int
    silence: Silence
    space: Space
    coming: list[Coming]
    months: list[tuple[str, date]]
    contacts: list[Contact]
    gone_contacts: list[Contact]
    moments: list[Moment]
    needs: list[Need]
    satisfactions: list[Satisfaction]
    documents: list[Document]
    services: list[Service]
    turns: list[Turn]
    tiers: list[TierSpan]
    waiting: Nomination | None
    loss: Loss | None
    targets: list[TargetAccount]
    siblings: list[Customer]
    asked: Q = field(default_factory=Q)

    @property
    def score(self) -> Satisfaction | None:
        """The latest satisfaction."""
        return self.satisfactions[0] if self.satisfactions else None


def picture(customer: Customer, who: Viewer, today: date | None = None) -> Picture:
    """Everything about a customer that this person may read."""
    day, held = today or timezone.localdate(), rules()
    seen, years = days_seen(who, customer), years_seen(who, customer)
    purchases = list(customer.purchases.filter(seen).select_related("category").order_by("day"))
    needs = list(customer.needs.filter(years).select_related("category").order_by("-year", "id"))
    # A contact has no day: who may read some days only reads of contacts in the dealings of those.
    contacts = [] if seen else list(customer.contacts.order_by("left", "id"))
    losses = list(customer.losses.filter(seen).order_by("-day"))
    satisfactions = list(
        customer.satisfactions.filter(seen).select_related("employee").order_by("-day", "-id")[:12]
    )
    turns = list(customer.turns.filter(seen).select_related("before", "after").order_by("-id")[:30])
    tiers = list(customer.tiers.filter(days_seen(who, customer, "start")).order_by("-start"))
    paid_days = _orders(purchases)
    year = [row for row in purchases if year_before(day) < row.day <= day]
    found = Picture(
        customer=customer, today=day, threshold=held.key_threshold,
        paid=sum(row.amount for row in year), orders=len({row.source for row in year if row.amount > 0}),
        silence=silence_of(customer, [on for on, amount in paid_days if amount > 0], day, held),
        space=white_space(purchases, needs, list(Category.objects.all()), day),
        coming=coming(near(day), list(customer.occasions.all()), purchases, day),
        months=months_ahead(day),
        contacts=[c for c in contacts if not c.left], gone_contacts=[c for c in contacts if c.left],
        moments=[], needs=needs, satisfactions=satisfactions,
        documents=list(customer.documents.filter(seen, gone=False).order_by("-id")),
        services=list(customer.services.filter(seen).select_related("employee").order_by("-day", "-id")),
        turns=turns, tiers=tiers,
        waiting=customer.nominations.filter(days_seen(who, customer, "asked_on"), state="waiting")
        .select_related("asked_by").first(),
        loss=next((row for row in losses if row.back is None), None),
        targets=list(customer.targets.filter(seen).order_by("-year")),
        siblings=_siblings(customer, who),
        asked=days_seen(who, customer, "at__date"),
    )  # fmt: skip
    found.moments = sorted(
        _moments(found, seen, purchases, losses), key=lambda m: m.day, reverse=True
    )
    found.moments = found.moments[:MOMENTS]
    return found


def _orders(purchases: list[Purchase]) -> list[tuple[date, int]]:
    sums: dict[tuple[date, str], int] = {}
    for row in purchases:
        sums[row.day, row.source] = sums.get((row.day, row.source), 0) + row.amount
    return sorted((day, amount) for (day, _source), amount in sums.items())


def _siblings(customer: Customer, who: Viewer) -> list[Customer]:
    if customer.group_id is None:
        return []
    return list(
        customers_seen(who).filter(group=customer.group_id).exclude(pk=customer.pk)
        .select_related("owner").order_by("pinyin")[:20]
    )  # fmt: skip


def _moments(
    seen_page: Picture, seen: Q, purchases: list[Purchase], losses: list[Loss]
) -> Iterator[Moment]:
    customer = seen_page.customer
    visits = Visit.objects.filter(seen, customer=customer).select_related("employee", "contact")
    for visit in visits.order_by("-day", "-id")[:MOMENTS]:
        whom = f" {visit.contact.name}" if visit.contact else ""
        yield Moment(
            visit.day, f"{visit.get_kind_display()}{whom}", visit.said + _next(visit), None, ""
        )
    asked = Enquiry.objects.filter(seen_page.asked, customer=customer)
    for enquiry in asked.order_by("-at")[:10]:
        yield Moment(
            timezone.localtime(enquiry.at).date(), _("询问：%(text)s") % {"text": enquiry.text},
            enquiry.answer or str(enquiry.get_state_display()),
        )  # fmt: skip
    sources: dict[str, list[Purchase]] = {}
    for row in purchases:
        sources.setdefault(row.source, []).append(row)
    for source, rows in sources.items():
        what = series(dict.fromkeys(row.category.name for row in rows))
        yield Moment(
            rows[0].day, _("成交：%(what)s") % {"what": what}, source,
            sum(row.amount for row in rows), "money",
        )  # fmt: skip
    yield from _standing(seen_page, losses)


def _next(visit: Visit) -> str:
    return "" if visit.next_on is None else f" → {visit.next_on:%m-%d}"


def _standing(seen_page: Picture, losses: list[Loss]) -> Iterator[Moment]:
    for asked in seen_page.satisfactions:
        yield Moment(
            asked.day, _("满意度 %(score)s / 5") % {"score": asked.score}, asked.note,
            kind="trouble" if asked.score <= 2 else "",
        )  # fmt: skip
    for span in seen_page.tiers:
        if span.ground != "opening":
            yield Moment(
                span.start, _("成为%(tier)s") % {"tier": span.get_tier_display()},
                str(span.get_ground_display()), None, "money",
            )  # fmt: skip
    for turn in seen_page.turns:
        to = turn.after.name if turn.after else ""
        yield Moment(turn.day, f"{turn.get_how_display()} {to}".strip(), turn.reason)
    for loss in losses:
        yield Moment(
            loss.day, _("流失：%(reason)s") % {"reason": loss.get_reason_display()}, loss.note,
            kind="trouble",
        )  # fmt: skip
        if loss.back is not None:
            yield Moment(loss.back, _("赢回"), kind="money")
