"""The facts of a month as a page reads them: the same queries as a run's, inside its transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection

from assay.engine.inputs import complete, wanted_by
from assay.facts.assemble import SPLITS, facts_of
from assay.facts.database import tables_of
from assay.facts.facts import Facts
from assay.facts.selects import SELECTS, written
from assay.furniture.spans import meeting
from assay.people.models import Assignment
from assay.people.queries import PAYEES
from assay.period import Month
from assay.plan.program import Program

Rows = dict[str, list[tuple[Any, ...]]]


def team_of(department: int | None, month: Month, last: Month | None = None) -> list[int]:
    """Employees who sell or manage in a department on some day of a month (until a last one)."""
    return teams_of([department] if department is not None else [], month, last)


def teams_of(departments: Collection[int], month: Month, last: Month | None = None) -> list[int]:
    """Employees who sell or manage in any of some departments on some day of a month (until a last)."""
    if not departments:
        return []
    posts = Assignment.objects.filter(
        meeting(month.first, (last or month).after), department__in=departments, role__in=PAYEES
    )
    return sorted(set(posts.values_list("employee_id", flat=True)))


def month_facts(
    program: Program, month: Month, *, department: int | None, agent: int | None, shop: int | None
) -> Facts:
    """The facts of one month that a department's, an agent's or a shop's pay rests on."""
    departments = [department] if department is not None else []
    return facts_from(program, month_rows(program, month, departments, agent, shop))


def facts_from(program: Program, rows: Rows) -> Facts:
    """Facts out of rows that were read."""
    return complete(program, facts_of(tables_of(rows), wanted_by(program), trusted=True))


def month_rows(
    program: Program, month: Month, departments: Collection[int],
    agent: int | None = None, shop: int | None = None,
) -> Rows:  # fmt: skip
    """What a month's facts of some departments, an agent or a shop are made of, one query a table.

    Two readings that are equal give equal facts: what is worked out of them may be kept.
    """
    people = teams_of(departments, month)
    who = [f"o.seller_id IN ({_listed(people)})"] if people else []
    who += [f"o.agent_id = {int(agent)}"] if agent else []
    who += [f"o.shop_id = {int(shop)}"] if shop else []
    orders = f" AND ({' OR '.join(who) or '1 = 0'})"
    if program.by_order_date and not program.looks_back:
        orders += f" AND o.day >= '{month.first}' AND o.day < '{month.after}'"
    return _rows(people, departments, agent, shop, orders)


def _listed(numbers: Collection[int]) -> str:
    return ", ".join(str(int(n)) for n in numbers) or "0"


def _rows(
    people: list[int],
    departments: Collection[int],
    agent: int | None,
    shop: int | None,
    orders: str,
) -> Rows:
    only = {
        "employees": f"id IN ({_listed(people)})",
        "posts": f"employee_id IN ({_listed(people)})",
        "targets": f"department_id IN ({_listed(departments)})",
        "agents": f"id = {int(agent or 0)}",
        "shops": f"id = {int(shop or 0)}",
        "departments": "1 = 1",
        "customers": "1 = 0",
    }
    return _narrowed(only, orders)


def rows_of_orders(orders: Collection[int], more: str = "") -> Rows:
    """Some orders and what belongs to them; people, posts and targets whole; customers of these orders.

    more: a further condition on the orders `o`, from AND on.
    """
    listed = _listed(orders)
    whose = f"id IN (SELECT customer_id FROM sales_order WHERE id IN ({listed}))"
    return _narrowed({"customers": whose}, f" AND o.id IN ({listed}){more}")


def _narrowed(only: Mapping[str, str], orders: str) -> Rows:
    """Every table, those of `only` narrowed by a condition, orders by one on `o`, from AND on."""
    rows: Rows = {}
    with connection.cursor() as cursor:
        for table in SELECTS:
            text = written(table, connection.vendor == "sqlite", orders)
            if table in only:
                text = f"SELECT * FROM ({text}) q WHERE {only[table]}"
            cursor.execute(text)
            rows[table] = list(cursor.fetchall())
    return rows


def all_facts() -> Facts:
    """Every fact of the database, as this very transaction sees it; nothing checked, to be written."""
    rows = {}
    with connection.cursor() as cursor:
        for table in SELECTS:
            cursor.execute(written(table, connection.vendor == "sqlite"))
            rows[table] = list(cursor.fetchall())
    return facts_of(tables_of(rows), SPLITS, trusted=True)
