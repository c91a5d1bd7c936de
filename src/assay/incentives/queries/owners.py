"""Codes of the facts back to the people, agents and shops they name."""

from __future__ import annotations

from assay.furniture.spans import meeting
from assay.people.models import Agent, Assignment, Employee, Shop
from assay.people.queries import PAYEES
from assay.period import Month


class Owners:
    """Codes of the facts back to the people, agents and shops they name, and their departments."""

    def __init__(self, month: Month) -> None:
        """As they stood in a month."""
        self.staff = dict(Employee.objects.values_list("number", "pk"))
        self.agents = dict(Agent.objects.values_list("code", "pk"))
        self.shops = dict(Shop.objects.values_list("code", "pk"))
        posts = Assignment.objects.filter(
            meeting(month.first, month.after), role__in=PAYEES, department__isnull=False
        ).order_by("start")
        self.places = {(p.employee_id, p.role): p.department_id for p in posts}

    def of(self, code: str, role: str) -> dict[str, int | None]:
        """The keys of a statement: department is where he stood last in the month."""
        if role == "agent":
            return {"agent_id": self.agents.get(code)}
        if role == "store":
            return {"shop_id": self.shops.get(code)}
        person = self.staff.get(code)
        place = self.places.get((person, role)) if person else None
        return {"employee_id": person, "department_id": place}
