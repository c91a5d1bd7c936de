"""The child of `bench live` that fills a database: departments, who sells there, orders of this month."""

from __future__ import annotations

import bench.rooms_setup  # noqa: F401

# isort: split
import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from assay.customers import actions as customers
from assay.furniture.kept import acting
from assay.people import actions as staffing
from assay.period import Month
from assay.sales.actions.goods import write_good
from bench.rooms_drive import PASSWORD
from bench.rooms_fill import ORDER, say, settle

SINCE = date(2022, 1, 1)
PER_TEAM = 20
LISTED, NET = 1_000_000, 900_000
"""Each order: 10,000 yuan at 9折, so that a commission says how many orders it holds."""


def fill(sellers: int, before: int, watchers: int) -> list[dict[str, Any]]:
    """So many who sell, so many orders of the month among them; who watches, with his login."""
    call_command("migrate", verbosity=0)
    with acting(None, "bench"):
        staffing.found_company(name="成色珠宝有限公司")
        write_good(number="G1", name="足金吊坠", way="piece", list_price=LISTED, cost=600_000)
        people = []
        for n in range(sellers):
            if n % PER_TEAM == 0:
                team = staffing.open_department(
                    code=f"T{n // PER_TEAM:02d}", name=f"大客户{n // PER_TEAM + 1}部", start=SINCE
                )
            person = staffing.hire(
                number=f"S{n:03d}",
                name=f"员工{n}",
                start=SINCE,
                role="salesperson",
                department=team,
            )
            people.append((person, team.pk))
        buyer = customers.open_customer(name="云岭电力设计院", day=SINCE).pk
        # Spread over the departments.
        step = max(1, sellers // watchers)
        watching = [people[n * step % sellers][0] for n in range(watchers)]
        for n, person in enumerate(watching):
            staffing.open_login(
                username=f"u{n:02d}", password=PASSWORD, employee=person, renew=False
            )
    ORDER.write(_orders([(person.pk, team) for person, team in people], before, buyer))
    settle([ORDER])
    say("filled")
    return [{"login": f"u{n:02d}", "code": one.number} for n, one in enumerate(watching)]


def _orders(people: list[tuple[int, int]], count: int, buyer: int) -> Iterator[tuple[Any, ...]]:
    today = timezone.localdate()
    first = Month.of(today).first
    for n in range(1, count + 1):
        who, team = people[n % len(people)]
        day = first + timedelta(n % ((today - first).days + 1))
        yield (
            n, f"KQ-{day:%Y%m%d}-{n}", f"KB-{day:%Y%m%d}-{n}", day, "open", buyer, who, team,
            LISTED, NET, 600_000, LISTED, NET, 0, day, None,
        )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(fill(*(int(word) for word in sys.argv[1:4]))))
