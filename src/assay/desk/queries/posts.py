"""Where somebody stands in pay today: his number, the departments his month rests on."""

from __future__ import annotations

from datetime import date

from assay.customers.access import departments_led
from assay.people.access import Viewer
from assay.people.models import Agent, Employee
from assay.people.queries import team_on
from assay.sales.queries.running import Running, Standing, running


def own_month(who: Viewer, today: date, look_ahead: bool = True) -> tuple[Running, Standing | None]:
    """The running month of the person signed in, with his own standing where he is paid by it.

    UserError where no plan is in force.
    """
    if who.agent_id is not None:
        code = Agent.objects.values_list("code", flat=True).get(pk=who.agent_id)
        found = running(today, agent=who.agent_id, look_ahead=code if look_ahead else "")
        return found, found.payees.get(code)
    number = Employee.objects.values_list("number", flat=True).get(pk=who.employee_id or 0)
    found = running(today, departments_of(who, today), look_ahead=number if look_ahead else "")
    return found, found.payees.get(number)


def departments_of(who: Viewer, today: date) -> list[int]:
    """Those a manager leads today, all for a director; else the one somebody sells in."""
    if who.role in ("manager", "director"):
        return sorted(departments_led(who))
    team = team_on(who.employee_id or 0, today)
    return [team] if team is not None else []
