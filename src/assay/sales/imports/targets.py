"""Files of targets: months of a department and of its people, into the draft of their year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.furniture.imports.spec import Column, ImportSpec, Row, register
from assay.furniture.kept import actor
from assay.furniture.reader import series
from assay.people.access import Viewer, viewer_of
from assay.people.models import Department, Employee, User
from assay.people.queries import teams_of
from assay.period import Month
from assay.sales.actions import targets as actions
from assay.sales.models import Target, TargetPlan
from assay.sales.queries.targets import departments_kept

Cells = dict[tuple[Month, int | None], int | None]


def _who() -> Viewer | None:
    user = User.objects.filter(pk=actor()[0]).first()
    return viewer_of(user) if user is not None else None


def _compare(rows: list[Row]) -> None:
    """A month of a department, or of somebody who was in it then; against draft or version in force."""
    who = _who()
    departments = {d.code: d for d in departments_kept(who)} if who else {}
    numbers = {row.values["employee"] for row in rows if row.values["employee"]}
    people = {e.number: e for e in Employee.objects.filter(number__in=numbers)}
    teams = teams_of(people.values())
    _twice(rows)
    for row in rows:
        said = row.values
        place: Department | None = departments.get(said["department"])
        person = people.get(said["employee"]) if said["employee"] else None
        said["place"], said["person"] = place, person
        if place is None:
            row.wrong(TITLES["department"], _("没有这个部门，或不归你管"))
        if said["employee"] and person is None:
            row.wrong(TITLES["employee"], _("没有这个工号"))
        if said["amount"] < 0:
            row.wrong(TITLES["amount"], _("不能为负"))
        month = Month(said["month"])
        if person and place and not teams.within(person.pk, month, place.pk):
            row.wrong(TITLES["employee"], _("%(month)s 不在这个部门卖货") % {"month": month})
    _against([row for row in rows if not row.reasons])


def _twice(rows: list[Row]) -> None:
    """The department's own month said twice; a person's is seen by the key."""
    seen: dict[tuple[Any, Any], list[Row]] = defaultdict(list)
    for row in rows:
        if row.values["employee"] is None:
            seen[row.values["department"], row.values["month"]].append(row)
    for several in seen.values():
        for row in several if len(several) > 1 else ():
            numbers = series(str(one.number) for one in several)
            row.wrong(TITLES["month"], _("在文件里重复，第 %(numbers)s 行") % {"numbers": numbers})


def _against(rows: list[Row]) -> None:
    years = {(row.values["place"].pk, Month(row.values["month"]).first.year) for row in rows}
    standing: dict[tuple[int, int, int | None], int] = {}
    plans = {key: plan for key in sorted(years) if (plan := _plan(*key)) is not None}
    for (department, _year), plan in plans.items():
        for target in Target.objects.filter(plan=plan):
            standing[department, target.month.index, target.employee_id] = target.amount
    for row in rows:
        said = row.values
        key = (said["place"].pk, said["month"], said["person"].pk if said["person"] else None)
        before = standing.get(key)
        row.state = "new" if before is None else "same" if before == said["amount"] else "changed"
        if row.state == "changed":
            row.changes["amount"] = (before, said["amount"])


def _plan(department: int, year: int) -> TargetPlan | None:
    """The draft of a year, else the version in force."""
    rows = TargetPlan.objects.filter(department=department, year=year)
    draft: TargetPlan | None = rows.filter(state="draft").first()
    return draft or rows.filter(state="force").first()


def _write(rows: list[Row], tell: Callable[[int, int], None]) -> None:
    by_year: dict[tuple[Department, int], Cells] = defaultdict(dict)
    for row in rows:
        said, month = row.values, Month(row.values["month"])
        person = said["person"].pk if said["person"] else None
        by_year[said["place"], month.first.year][month, person] = said["amount"]
    done = 0
    for (department, year), cells in by_year.items():
        actions.fill_draft(department=department, year=year, cells=cells)
        done += len(cells)
        tell(done, len(rows))


COLUMNS = (
    Column("department", "部门编号", also=("部门",), example="例KA"),
    Column("month", "月份", "month", example="2026-01"),
    Column(
        "employee", "工号", must=False, also=("业务员工号",), example="S01",
        note=gettext_lazy("不填是部门自己的任务额"),
    ),
    Column("amount", "任务额", "money", example="600,000.00"),
)  # fmt: skip
TITLES = {column.name: column.title for column in COLUMNS}

TARGETS = register(
    ImportSpec(
        name="targets",
        title=gettext_lazy("任务额"),
        note=gettext_lazy("写进那一年的草稿（没有就从现行版起一版），看过合计再发布。"),
        columns=COLUMNS,
        key=("department", "month", "employee"),
        compare=_compare,
        write=_write,
    )
)
