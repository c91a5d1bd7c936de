"""People, agents, shops and trainings as they are found from anywhere."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.furniture.finding import Hit, Sought, paper
from assay.furniture.links import page_at
from assay.people.access import agents_seen, employees_seen, shops_seen, trainings_seen

SOUGHT = [
    Sought(
        _("员工"), "people.see", employees_seen,
        lambda row: Hit(row.name, row.number, page_at("people:employee", row.pk)),
        kind="employee", all_at="people:employees",
    ),
    Sought(
        _("代理商"), "agents.see", agents_seen,
        lambda row: Hit(row.name, row.code, page_at("people:agent", row.pk)),
        kind="agent", all_at="people:agents",
    ),
    Sought(
        _("银楼"), "shops.see", shops_seen,
        lambda row: Hit(row.name, row.code, page_at("people:shop", row.pk)),
        kind="shop", all_at="people:shops",
    ),
    Sought(
        _("培训"), "training.see", trainings_seen,
        lambda row: Hit(row.title, row.number, page_at("people:training", row.pk)),
        own=lambda text: Q(title__icontains=text) | paper("number", text, "PX"),
        all_at="people:trainings",
    ),
]  # fmt: skip
