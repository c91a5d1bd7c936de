"""Opportunities, orders and their papers, groups and goods as they are found from anywhere."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assay.customers.access import groups_seen
from assay.furniture.finding import Hit, Sought, numbered
from assay.furniture.links import page_at
from assay.people.access import Viewer
from assay.sales.models import Good, Opportunity, Order, PickUp, Receipt, Request, Return
from assay.sales.queries.approvals import requests_seen
from assay.sales.queries.orders import (
    listed,
    opportunities_seen,
    orders_seen,
    pickups_seen,
    receipts_seen,
    returns_seen,
)
from assay.sales.views.orders import page_of
from assay.sales.views.recorded import RETURN


def _order(row: Order) -> Hit:
    return Hit(str(row), f"{row.customer.name} {row.get_status_display()}", page_of(row))


def _opportunity(row: Opportunity) -> Hit:
    said = f"{row.customer.name} {row.get_stage_display()}"
    return Hit(row.title, said, page_at("sales:change_opportunity", row.pk))


def _receipt(row: Receipt) -> Hit:
    return Hit(row.number, row.payer, page_at("sales:receipt", row.pk))


def _pickup(row: PickUp) -> Hit:
    said = f"{row.order.customer.name} {row.person}"
    return Hit(row.number, said, page_at("sales:pickup", row.pk))


def _goods(who: Viewer) -> QuerySet[Good]:
    return Good.objects.all()


def _good(row: Good) -> Hit:
    """Whoever may not change it sees it in the list."""
    return Hit(row.name, row.number, f"{reverse('sales:goods')}?q={row.number}")


def _return(row: Return) -> Hit:
    return Hit(row.number, f"{row.order.customer.name} {row.order.number}", RETURN.address(row))


def _request(row: Request) -> Hit:
    said = f"{row.order.customer.name} {row.get_state_display()}"
    return Hit(row.number, said, page_at("sales:request", row.pk))


SOUGHT = [
    Sought(
        _("订单"), "orders.see", lambda who: listed(orders_seen(who)), _order,
        own=numbered(number="HT", quote_number="BJ"), all_at="sales:orders",
    ),
    Sought(
        _("商机"), "opportunities", opportunities_seen, _opportunity, kind="opportunity",
        all_at="sales:opportunities",
    ),
    Sought(
        _("回款"), "collections.see", receipts_seen, _receipt, own=numbered(number="SK"),
        all_at="sales:receipts",
    ),
    Sought(
        _("提货"), "pickups.see", pickups_seen, _pickup, own=numbered(number="TJ"),
        all_at="sales:pickups",
    ),
    Sought(
        _("退货"), "returns.see", returns_seen, _return, own=numbered(number="TH"),
        all_at="sales:returns",
    ),
    Sought(
        _("审批"), "approvals.see", requests_seen, _request, own=numbered(number="SP"),
        all_at="sales:requests",
    ),
    Sought(
        _("集团"), "groups.see", groups_seen,
        lambda row: Hit(row.name, "", page_at("sales:group", row.pk)), kind="group",
        all_at="sales:groups",
    ),
    Sought(_("商品"), "goods.see", _goods, _good, kind="good", all_at="sales:goods"),
]  # fmt: skip
