"""Records of sales with their history: who reads it, and what of it."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q
from django.urls import reverse

from assay.customers.access import groups_seen
from assay.customers.models import Group
from assay.furniture.history import Recorded
from assay.furniture.links import page_at
from assay.people.access import Viewer
from assay.sales.models import (
    GoldPrice,
    Good,
    Match,
    Opportunity,
    Order,
    PickUp,
    Receipt,
    Request,
    Return,
    Target,
    TargetPlan,
)
from assay.sales.queries import approvals, orders, targets


def _cost(who: Viewer) -> Collection[str]:
    """What goods cost is for those who may see it."""
    return () if who.may("orders.cost") else ("cost_amount", "cost", "labour_cost")


def _paid(who: Viewer, row: Receipt) -> Q:
    """Of what a receipt pays, the orders one sees."""
    if who.everything:
        return Q()
    seen = row.matches.filter(order__in=orders.orders_seen(who)).values_list("pk", flat=True)
    return ~Q(label=Match._meta.label_lower) | Q(key__in=list(seen))


def _own(who: Viewer, row: TargetPlan) -> Q:
    """A salesperson reads his own targets, as on the board."""
    if who.role != "salesperson":
        return Q()
    own = row.targets.filter(employee=who.employee_id).values_list("pk", flat=True)
    return ~Q(label=Target._meta.label_lower) | Q(key__in=list(own))


GOOD = Recorded(
    Good, "goods.see", lambda who: Good.objects.all(),
    lambda row: page_at("sales:change_good", row.pk), hidden=_cost, opens="goods.change",
)  # fmt: skip
GOLD = Recorded(
    GoldPrice, "gold.see", lambda who: GoldPrice.objects.all(),
    lambda row: page_at("sales:change_gold", row.pk), hidden=_cost, opens="gold.change",
)  # fmt: skip
OPPORTUNITY = Recorded(
    Opportunity, "opportunities", orders.opportunities_seen,
    lambda row: page_at("sales:change_opportunity", row.pk),
)  # fmt: skip
ORDER = Recorded(
    Order,
    "orders.see",
    orders.orders_seen,
    lambda row: page_at("sales:order", row.pk),
    hidden=_cost,
)
RECEIPT = Recorded(
    Receipt, "collections.see", orders.receipts_seen, lambda row: page_at("sales:receipt", row.pk),
    when=_paid,
)  # fmt: skip
REQUEST = Recorded(
    Request, "approvals.see", approvals.requests_seen, lambda row: page_at("sales:request", row.pk)
)
PICKUP = Recorded(
    PickUp, "pickups.see", orders.pickups_seen, lambda row: page_at("sales:pickup", row.pk)
)
RETURN = Recorded(Return, "returns.see", orders.returns_seen)
PLAN = Recorded(
    TargetPlan, "targets.see", targets.plans_seen,
    lambda row: f"{reverse('sales:targets')}?plan={row.pk}", when=_own,
)  # fmt: skip
GROUP = Recorded(Group, "groups.see", groups_seen, lambda row: page_at("sales:group", row.pk))
RECORDED = [GROUP, GOOD, GOLD, OPPORTUNITY, ORDER, RECEIPT, REQUEST, PICKUP, RETURN, PLAN]
