"""Orders, quotations, receipts, pick-ups and goods as they are found from anywhere."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assay.furniture.finding import Hit, Sought, paper
from assay.furniture.links import page_at
from assay.people.access import Viewer
from assay.sales.models import Good, Order, PickUp, Receipt
from assay.sales.queries.orders import listed, orders_seen, pickups_seen, receipts_seen
from assay.sales.views.orders import page_of

LEAST = 4  # signs of a paper's number, below which too many begin so


def _papers(**series: str) -> Callable[[str], Q]:
    """field=series, …: papers of which one of the numbers begins as typed."""

    def asked(text: str) -> Q:
        found = Q(pk__in=[])
        if len(text.strip()) >= LEAST:
            for field, prefix in series.items():
                found |= paper(field, text, prefix)
        return found

    return asked


def _order(row: Order) -> Hit:
    return Hit(str(row), f"{row.customer.name} {row.get_status_display()}", page_of(row))


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


SOUGHT = [
    Sought(
        _("订单"), "orders.see", lambda who: listed(orders_seen(who)), _order,
        own=_papers(number="HT", quote_number="BJ"), all_at="sales:orders",
    ),
    Sought(
        _("回款"), "collections.see", receipts_seen, _receipt, own=_papers(number="SK"),
        all_at="sales:receipts",
    ),
    Sought(
        _("提货"), "pickups.see", pickups_seen, _pickup, own=_papers(number="TJ"),
        all_at="sales:pickups",
    ),
    Sought(_("商品"), "goods.see", _goods, _good, kind="good", all_at="sales:goods"),
]  # fmt: skip
