"""People, agents and shops as they are found from anywhere."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assay.furniture.finding import Hit, Sought
from assay.people.access import agents_seen, employees_seen, shops_seen

SOUGHT = [
    Sought(
        _("员工"), "people.see", employees_seen,
        lambda row: Hit(row.name, row.number, reverse("people:employee", args=[row.pk])),
        kind="employee", all_at="people:employees",
    ),
    Sought(
        _("代理商"), "agents.see", agents_seen,
        lambda row: Hit(row.name, row.code, reverse("people:agent", args=[row.pk])),
        kind="agent", all_at="people:agents",
    ),
    Sought(
        _("银楼"), "shops.see", shops_seen,
        lambda row: Hit(row.name, row.code, reverse("people:shop", args=[row.pk])),
        kind="shop", all_at="people:shops",
    ),
]  # fmt: skip
