"""What waits for whom in his role: upgrades, enquiries, objections, the close; an agent's protection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from assay.customers.models import Enquiry, Nomination, Prospect, Service
from assay.desk.queries.reminders import Fact
from assay.furniture.spans import covering
from assay.incentives.actions.closing import SIGNS
from assay.incentives.models import Dispute, PayMonth, Settling, Statement
from assay.incentives.queries.closing import benches, departments_to_confirm, standing
from assay.people.models import Assignment, Department, User
from assay.people.roles import RANK

ANSWERED_FOR = timedelta(days=7)
ASKED_FOR = timedelta(days=60)  # an enquiry: by then nobody waits for its answer
DUE_ROOM = 1  # days before an objection falls due
PROTECTION_ROOM = 7


@dataclass(frozen=True)
class Posts:
    """Who holds which role today, of those with a login: role -> employees; department -> managers."""

    logins: Mapping[int, int]
    roles: Mapping[str, list[int]]
    managers: Mapping[int, list[int]]
    parents: Mapping[int, int | None]

    def heads(self, department: int | None, but: int | None, instead: str) -> list[int]:
        """Who leads a department or the next above it; where nobody else does, who holds `instead`."""
        place = department
        while place is not None:
            found = [one for one in self.managers.get(place, []) if one != but]
            if found:
                return found
            place = self.parents.get(place)
        return [one for one in self.roles.get(instead, []) if one != but]

    def users(self, employees: Iterable[int]) -> list[int]:
        """Their logins."""
        return [self.logins[one] for one in employees]


def _posts(logins: Mapping[int, int], today: date) -> Posts:
    """Each in the role he signs in as."""
    rows = Assignment.objects.filter(covering(today), employee__in=list(logins))
    held: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
    for employee, role, department in rows.values_list("employee", "role", "department"):
        held[employee].append((role, department))
    roles: dict[str, list[int]] = defaultdict(list)
    managers: dict[int, list[int]] = defaultdict(list)
    for employee, posts in sorted(held.items()):
        role = min((one for one, _department in posts), key=RANK.index)
        roles[role].append(employee)
        for one, department in posts:
            if one == role == "manager" and department is not None:
                managers[department].append(employee)
    parents = dict(Department.objects.values_list("pk", "parent"))
    return Posts(logins, roles, managers, parents)


def duties(logins: Mapping[int, int], now: datetime, today: date) -> Iterator[Fact]:
    """What waits for an employee's word, and what was answered to those who objected."""
    posts = _posts(logins, today)
    yield from _upgrades(posts)
    yield from _enquiries(posts, now)
    yield from _disputes(posts, today)
    yield from _answered(posts, now)
    yield from _settlings(posts, now)
    yield from _closes(posts, today)


def _upgrades(posts: Posts) -> Iterator[Fact]:
    """The manager of the department that has the customer; his own, and the pool's, the director."""
    page = reverse("customers:nominations")
    for row in Nomination.objects.filter(state="waiting").select_related("customer", "asked_by"):
        heads = posts.heads(row.customer.department_id, row.asked_by_id, "director")
        for user in posts.users(heads):
            yield Fact(
                user, "upgrade", f"upgrade:{row.pk}",
                {
                    "who": row.asked_by.name, "customer": row.customer.called, "tier": row.tier,
                    "why": row.reason,
                }, page,
            )  # fmt: skip
    for one in Service.objects.filter(state="waiting").select_related("customer", "employee"):
        heads = posts.heads(one.customer.department_id, one.employee_id, "director")
        for user in posts.users(heads):
            yield Fact(
                user, "upgrade", f"service:{one.pk}",
                {"who": one.employee.name, "customer": one.customer.called, "service": one.title},
                page,
            )  # fmt: skip


def _enquiries(posts: Posts, now: datetime) -> Iterator[Fact]:
    rows = Enquiry.objects.filter(
        state="open", employee__in=list(posts.logins), at__gt=now - ASKED_FOR
    )
    for row in rows:
        yield Fact(
            posts.logins[row.employee_id or 0], "enquiry", f"enquiry:{row.pk}",
            {"asker": row.asker, "text": row.text[:80]},
            reverse("customers:enquiry", args=[row.pk]),
        )  # fmt: skip


def _disputes(posts: Posts, today: date) -> Iterator[Fact]:
    """The manager first (of his own the director; finance where there is none), then HR; anew when due."""
    rows = Dispute.objects.filter(state="open").select_related("line__statement")
    for row in rows:
        statement = row.line.statement
        if row.level == 2:
            whose = [one for one in posts.roles.get("hr", []) if one != row.employee_id]
        else:
            leads = any(row.employee_id in found for found in posts.managers.values())
            instead = "director" if leads else "finance"
            whose = posts.heads(statement.department_id, row.employee_id, instead)
        due = (row.due_on - today).days <= DUE_ROOM
        for user in posts.users(whose):
            yield Fact(
                user, "dispute", f"dispute:{row.pk}:{row.level}:{'due' if due else 'raised'}",
                {
                    "number": row.number, "who": statement.name, "line": row.line.title,
                    "day": str(row.due_on), "due": due, "late": row.due_on < today,
                },
                reverse("incentives:dispute", args=[row.pk]),
            )  # fmt: skip


def _answered(posts: Posts, now: datetime) -> Iterator[Fact]:
    rows = Dispute.objects.filter(
        state__in=["explained", "adjusted"], decided_at__gt=now - ANSWERED_FOR
    )
    for row in rows.select_related("line"):
        if row.agent_id is not None:
            agents = User.objects.filter(is_active=True, agent=row.agent_id)
            whose = list(agents.values_list("pk", flat=True))
        else:
            whose = posts.users([one for one in [row.employee_id] if one in posts.logins])
        for user in whose:
            yield Fact(
                user, "answered", f"answered:{row.pk}:{row.level}",
                {
                    "number": row.number, "line": row.line.title, "state": row.state,
                    "answer": row.answer[:120],
                },
                reverse("incentives:dispute", args=[row.pk]),
            )  # fmt: skip


def _settlings(posts: Posts, now: datetime) -> Iterator[Fact]:
    """What finance asks of who left owing, for who may decide it; the answer, for who asked."""
    page = f"{reverse('incentives:accrual')}#owing"
    rows = Settling.objects.filter(Q(state="asked") | Q(decided_at__gt=now - ANSWERED_FOR))
    for row in rows.select_related("employee", "agent", "shop", "asked_by").order_by("pk"):
        asked = row.state == "asked"
        general = [
            one for one in posts.roles.get("general", [])
            if one not in (row.asked_by_id, row.employee_id)
        ]  # fmt: skip
        for user in posts.users(
            general if asked else [one for one in [row.asked_by_id] if one in posts.logins]
        ):
            yield Fact(
                user, "settling" if asked else "settled", f"settling:{row.pk}:{row.state}",
                {
                    "who": row.party.name, "by": row.asked_by.name, "way": row.way,
                    "amount": row.amount, "why": row.reason, "state": row.state,
                    "answer": row.answer[:120],
                }, page,
            )  # fmt: skip


def _closes(posts: Posts, today: date) -> Iterator[Fact]:
    """The next step of each month that is being closed, for who may take it."""
    rows = PayMonth.objects.exclude(state__in=["open", "paid"]).select_related("run")
    for row in rows.order_by("-month")[:3]:
        for step, employees, department in _next(row, posts, today):
            for user in posts.users(employees):
                yield Fact(
                    user, "close", f"close:{row.run_id}:{step}:{department.pk if department else ''}",
                    {
                        "month": str(row.month), "step": step,
                        "department": department.name if department else "",
                    },
                    reverse("incentives:month", args=[str(row.month)]),
                )  # fmt: skip


Waiting = Iterator[tuple[str, list[int], Department | None]]


def _next(row: PayMonth, posts: Posts, today: date) -> Waiting:
    """Steps that can be taken now: their kind, whose they are, of which department."""
    finance = posts.roles.get("finance", [])
    if row.state == "calculated":
        if today >= row.month.after:
            yield "preview", finance, None
        return
    if row.state in ("locked", "exported"):
        yield ("export" if row.state == "locked" else "paid"), finance, None
        return
    if row.preview_to is None or today <= row.preview_to:
        return
    done = set(standing(row).values_list("kind", flat=True))
    if "director" not in done:
        seats = benches(row, today)
        left = departments_to_confirm(row, seats)
        for seat in seats:
            if seat.department in left:
                head = seat.head.pk if seat.head else None
                found = [head] if head in posts.logins else posts.roles.get("director", [])
                yield "manager", [one for one in found if one is not None], seat.department
        if left:
            return
    step = next((one for one in SIGNS[1:] if one not in done), "lock")
    role = "finance" if step == "lock" else step
    paid = set(Statement.objects.filter(run=row.run_id).values_list("employee", flat=True))
    yield step, [one for one in posts.roles.get(role, []) if one not in paid], None


def registrations(today: date) -> Iterator[Fact]:
    """Companies an agent registered whose days of protection are about to be over."""
    rows = Prospect.objects.filter(
        state="held", protected_until__gte=today,
        protected_until__lte=today + timedelta(PROTECTION_ROOM),
    )  # fmt: skip
    held = defaultdict(list)
    for row in rows:
        held[row.agent_id].append(row)
    agents = User.objects.filter(is_active=True, agent__in=list(held)).values_list("agent", "pk")
    for agent, user in agents:
        for row in held[agent or 0]:
            yield Fact(
                user, "protection", f"prospect:{row.pk}:{row.protected_until}",
                {"number": row.number, "customer": row.name, "day": str(row.protected_until)},
                reverse("customers:prospect", args=[row.pk]),
            )  # fmt: skip
