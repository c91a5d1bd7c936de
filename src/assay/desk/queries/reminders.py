"""What people have yet to acknowledge: told at once, again after 3 and 7 days, then weekly until it is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from assay.desk.models import Notice
from assay.furniture.spans import covering
from assay.incentives.models import PlanVersion
from assay.incentives.queries.plans import standing, to_read
from assay.incentives.queries.statements import unacknowledged
from assay.people.models import Assignment, User

REMIND_FOR = timedelta(days=183)  # a statement; a plan as long as it holds


@dataclass(frozen=True)
class Fact:
    """Something a login is to be told. The key names what it follows from."""

    user: int
    kind: str
    key: str
    data: dict[str, Any]
    url: str
    # Of a reminder: the key of the first one, which its own continues.
    first: str = ""


def mark(since: date, today: date) -> str:
    """Names the last reminder that is due: none, :3 after three days, :7 after seven, :14, :21 …"""
    days = (today - since).days
    if days < 7:
        return ":3" if days >= 3 else ""
    return f":{days // 7 * 7}"


def reminders(logins: Mapping[int, int], today: date) -> Iterator[Fact]:
    """Plans and statements that wait for somebody with a login; a shop's are its clerks'."""
    versions = to_read()
    statements = list(unacknowledged(today - REMIND_FOR))
    if not versions and not statements:
        return
    users = _users(logins, today)
    for version in versions:
        asked = version.offered_at or version.published_at
        again = mark(timezone.localdate(asked) if asked else today, today)
        for one in standing(version).left:
            first = f"plan:{version.pk}:{_text(version)}{one.code}"
            for user in users.get((one.key, one.row), []):
                yield Fact(
                    user, "plan", f"{first}{again}",
                    {
                        "title": version.title, "month": str(version.holds_from), "again": again[1:],
                        "offered": version.offered_at is not None,
                    },
                    reverse("incentives:plan", args=[version.pk]), first,
                )  # fmt: skip
    for row, locked in statements:
        again = mark(timezone.localdate(locked), today)
        key = "employee" if row.employee_id else "agent" if row.agent_id else "shop"
        owner = row.employee_id or row.agent_id or row.shop_id or 0
        for user in users.get((key, owner), []):
            yield Fact(
                user, "statement", f"statement:{row.pk}{again}",
                {"month": str(row.run.pay_month.month), "total": row.total, "again": again[1:]},
                reverse("incentives:statement", args=[row.pk]), f"statement:{row.pk}",
            )  # fmt: skip


def as_told(facts: Iterable[Fact]) -> list[Fact]:
    """Facts as each person is told them: who was not told before is not told “again”."""
    held = [*facts]
    later = [fact for fact in held if fact.data.get("again")]
    rows = Notice.objects.filter(
        user__in={fact.user for fact in later}, kind__in={fact.kind for fact in later}
    )
    keys: dict[int, list[str]] = defaultdict(list)
    for user, key in rows.values_list("user", "key"):
        keys[user].append(key)
    return [
        fact
        if not fact.data.get("again") or any(_continues(fact, key) for key in keys[fact.user])
        else replace(fact, data=fact.data | {"again": ""})
        for fact in held
    ]


def _continues(fact: Fact, key: str) -> bool:
    return key == fact.first or key.startswith(f"{fact.first}:")


def _text(version: PlanVersion) -> str:
    """Names the text of an offered draft: another one is asked for anew."""
    return f"{version.digest[:8]}:" if version.state == "draft" else ""


def _users(logins: Mapping[int, int], today: date) -> dict[tuple[str, int], list[int]]:
    """(employee, agent or shop; its key) -> the logins that speak for it."""
    held = {("employee", employee): [user] for employee, user in logins.items()}
    agents = User.objects.filter(is_active=True, agent__isnull=False).values_list("agent", "pk")
    for agent, user in agents:
        held.setdefault(("agent", agent or 0), []).append(user)
    clerks = Assignment.objects.filter(
        covering(today), role="clerk", shop__isnull=False, employee__in=list(logins)
    ).values_list("shop", "employee")
    for shop, employee in clerks:
        held.setdefault(("shop", shop or 0), []).append(logins[employee])
    return held
