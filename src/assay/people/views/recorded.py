"""Records of people with their history: who reads it, and what of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse

from assay.furniture.history import Recorded
from assay.furniture.links import page_at
from assay.people.access import (
    Viewer,
    agents_seen,
    departments_seen,
    employees_seen,
    shops_seen,
    trainings_seen,
)
from assay.people.models import (
    Agent,
    Attendance,
    Company,
    Department,
    Employee,
    Shop,
    Training,
    TrainingSeat,
    User,
    Wage,
)


def _parts_of_staff(who: Viewer) -> Collection[Any]:
    """Pay is for those who may see it; so are days of attendance."""
    shut = {Wage: "people.wages", Attendance: "attendance.see"}
    return [model for model, right in shut.items() if not who.may(right)]


def _seats(who: Viewer) -> Collection[Any]:
    """Who was asked, and what came of it, is read by those who run trainings."""
    return () if who.may("training.change") else (TrainingSeat,)


COMPANY = Recorded(
    Company, "company.change", lambda who: Company.objects.all(),
    lambda row: reverse("people:company"),
)  # fmt: skip
DEPARTMENT = Recorded(
    Department, "people.see", departments_seen, lambda row: page_at("people:department", row.pk)
)
EMPLOYEE = Recorded(
    Employee, "people.see", employees_seen, lambda row: page_at("people:employee", row.pk),
    without=_parts_of_staff,
)  # fmt: skip
AGENT = Recorded(Agent, "agents.see", agents_seen, lambda row: page_at("people:agent", row.pk))
SHOP = Recorded(Shop, "shops.see", shops_seen, lambda row: page_at("people:shop", row.pk))
TRAINING = Recorded(
    Training, "training.see", trainings_seen, lambda row: page_at("people:training", row.pk),
    without=_seats,
)  # fmt: skip
LOGIN = Recorded(
    User, "logins", lambda who: User.objects.all(), lambda row: page_at("people:login", row.pk)
)
RECORDED = [COMPANY, DEPARTMENT, EMPLOYEE, AGENT, SHOP, TRAINING, LOGIN]
