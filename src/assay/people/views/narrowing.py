"""Lists narrowed by a person, a department or a shop, for who sees the rows of several."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from assay.furniture.lists import Filter
from assay.furniture.narrowing import one_row
from assay.people.access import Viewer, departments_seen, employees_seen
from assay.people.models import Assignment, Shop

ALONE = frozenset({"salesperson", "clerk", "agent"})


def by_seller(
    who: Viewer, name: str = "seller", title: Any = None, field: str = ""
) -> list[Filter]:
    """By whoever sells or sold, of the people somebody sees; nothing for who sees his own alone."""
    if who.role in ALONE:
        return []
    posts = Assignment.objects.filter(
        employee=OuterRef("pk"), role__in=("salesperson", "manager", "director")
    )
    people = employees_seen(who).filter(Exists(posts)).order_by("pinyin")
    return [one_row(name, title or _("全部业务员"), people, "name", field)]


def by_department(who: Viewer, field: str = "department") -> list[Filter]:
    """By department, of those somebody sees."""
    if who.role in ALONE:
        return []
    places = departments_seen(who).order_by("code")
    return [one_row("department", _("全部部门"), places, "name", field)]


def by_shop(who: Viewer, field: str = "shop") -> list[Filter]:
    """By shop, for who sees those of several."""
    if who.role in ALONE:
        return []
    return [one_row("shop", _("全部银楼"), Shop.objects.order_by("code"), "name", field)]
