"""Who signs which step of a close and takes it back, and whose disputes a person answers."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from assay.incentives.models import Dispute, Step
from assay.people.access import Viewer
from assay.people.models import Employee
from assay.people.queries import manager_on

# Which role signs which signature; a department without a manager is signed for by the director.
SIGNERS = {
    "manager": ("manager", "director"),
    "director": ("director",),
    "hr": ("hr",),
    "finance": ("finance",),
    "general": ("general",),
}
# The steps that can be taken back, in their order.
SIGNED = ("preview", *SIGNERS)


def disputes_seen(who: Viewer) -> QuerySet[Dispute]:
    """The offices all; a manager those of his departments; everyone his own."""
    rows = Dispute.objects.select_related("line__statement__run__pay_month", "employee", "agent")
    if who.everything:
        return rows
    mine = Q(employee=who.employee_id) if who.employee_id else Q(agent=who.agent_id)
    mine |= who.led_on("line__statement__department", "at__date")
    return rows.filter(mine)


def answers(who: Viewer, dispute: Dispute, today: date) -> bool:
    """Whether a person decides this one: HR the second level; the first who leads the department.

    A head's own goes to the next above him, or the director; what nobody leads, to him or finance.
    """
    if dispute.state != "open" or dispute.employee_id == who.employee_id:
        return False
    if dispute.level == 2:
        return who.role == "hr"
    place, own = dispute.line.statement.department, False
    while place is not None:
        head = manager_on(place.pk, today)
        if head is not None and head.pk != dispute.employee_id:
            return head.pk == who.employee_id
        own |= head is not None
        place = place.parent
    return who.role == "director" or (who.role == "finance" and not own)


def may_undo(who: Employee, role: str, step: Step) -> bool:
    """Whether somebody takes a step of a close back: who took it, or who signs the whole month after it."""
    after = SIGNED[SIGNED.index(step.kind) + 1 :] if step.kind in SIGNED else ()
    # A manager signs for his people, not for the month.
    whole = {role for kind in after if kind != "manager" for role in SIGNERS[kind]}
    return step.by_id == who.pk or role in whole
