"""Who signs which step of a close, and whose disputes a person answers."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from assay.incentives.models import Dispute
from assay.people.access import Viewer

# Which role signs which signature; a department without a manager is signed for by the director.
SIGNERS = {
    "manager": ("manager", "director"),
    "director": ("director",),
    "hr": ("hr",),
    "finance": ("finance",),
    "general": ("general",),
}


def disputes_seen(who: Viewer) -> QuerySet[Dispute]:
    """The offices all; a manager those of his departments; everyone his own."""
    rows = Dispute.objects.select_related("line__statement__run__pay_month", "employee", "agent")
    if who.everything:
        return rows
    mine = Q(employee=who.employee_id) if who.employee_id else Q(agent=who.agent_id)
    mine |= who.led_on("line__statement__department", "at__date")
    return rows.filter(mine)


def answers(who: Viewer, dispute: Dispute) -> bool:
    """Whether a person decides this one: the manager first (finance where there is none), then HR."""
    if dispute.state != "open" or dispute.employee_id == who.employee_id:
        return False
    if dispute.level == 2:
        return who.role == "hr"
    department = dispute.line.statement.department_id
    if who.role == "manager":
        return any(department in led.departments and led.stop is None for led in who.led)
    return who.role in ("finance", "director")
