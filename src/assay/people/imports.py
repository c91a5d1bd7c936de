"""Files of people: attendance by the day, and staff lists."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.furniture.imports.running import compare_by_key
from assay.furniture.imports.spec import Column, ImportSpec, Row, register
from assay.people import actions
from assay.people.models import Attendance, Employee

STATES = {
    "正常": "present", "出勤": "present", "迟到": "late", "早退": "early", "缺勤": "absent",
    "旷工": "absent", "请假": "leave", "外出": "trip", "出差": "trip",
}  # fmt: skip


def _compare_attendance(rows: list[Row]) -> None:
    """Each row's employee must have been employed that day; minutes belong to late and early."""
    numbers = {row.values["number"] for row in rows}
    staff = {e.number: e for e in Employee.objects.filter(number__in=numbers)}
    for row in rows:
        employee = staff.get(row.values["number"])
        day, state = row.values["day"], row.values["state"]
        if employee is None:
            row.wrong("工号", _("没有这个工号"))
            continue
        row.values["employee"] = employee
        if day < employee.start or (employee.stop and day >= employee.stop):
            row.wrong("日期", _("这一天 %(name)s 不在职") % {"name": employee.name})
        minutes = row.values["minutes"] or 0
        if minutes < 0 or minutes > 24 * 60:
            row.wrong("分钟", _("应在 0 到 1440 之间"))
        elif minutes and state not in ("late", "early"):
            row.wrong("分钟", _("只有迟到和早退才有分钟数"))
        row.values["minutes"] = minutes
    good = [row for row in rows if not row.reasons]
    if not good:
        return
    days = [row.values["day"] for row in good]
    standing = {
        (a.employee.number, a.day): a
        for a in Attendance.objects.filter(
            employee__number__in=numbers, day__gte=min(days), day__lte=max(days)
        ).select_related("employee")
    }
    compare_by_key(good, standing, ("number", "day"), ("state", "minutes", "remark"))


def _write_attendance(rows: list[Row], tell: Callable[[int, int], None]) -> None:
    actions.record_attendance(
        new=[
            Attendance(
                employee=row.values["employee"], day=row.values["day"], state=row.values["state"],
                minutes=row.values["minutes"], remark=row.values["remark"] or "",
            )
            for row in rows if row.state == "new"
        ],
        changed=[_changed(row) for row in rows if row.state == "changed"],
        tell=tell,
    )  # fmt: skip


def _changed(row: Row) -> Attendance:
    found: Attendance = row.found
    for name, (_before, after) in row.changes.items():
        setattr(found, name, after)
    return found


ATTENDANCE = register(
    ImportSpec(
        name="attendance",
        title=gettext_lazy("考勤"),
        note=gettext_lazy("考勤机导出的表也可以直接用：列名对得上就行，多余的列不管。"),
        columns=(
            Column("number", "工号", example="例S01"),
            Column("day", "日期", "date", example="2026-11-02"),
            Column(
                "state", "考勤", also=("状态",), example="迟到", words=STATES,
                note=gettext_lazy("正常、迟到、早退、缺勤、请假、外出"),
            ),
            Column(
                "minutes", "分钟", "count", must=False, also=("迟到分钟",), example="12",
                note=gettext_lazy("迟到或早退多少分钟"),
            ),
            Column("remark", "备注", must=False, example="地铁故障"),
        ),
        key=("number", "day"),
        compare=_compare_attendance,
        write=_write_attendance,
    )
)  # fmt: skip
