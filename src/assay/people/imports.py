"""Files of people: attendance by the day, and staff lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.furniture.fields import plain
from assay.furniture.identity import check_id_number, check_phone
from assay.furniture.imports.running import compare_by_key
from assay.furniture.imports.spec import Column, ImportSpec, Row, register
from assay.furniture.many import among
from assay.furniture.seal import fingerprint
from assay.furniture.spans import meeting
from assay.people import actions
from assay.people.models import Agent, Assignment, Attendance, Department, Employee, Shop, Wage

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


ROLES = {
    "业务员": "salesperson", "部门经理": "manager", "经理": "manager", "财务": "finance",
    "店员": "clerk", "人事": "hr", "总监": "director", "总经理": "general",
}  # fmt: skip


def _compare_employees(rows: list[Row]) -> None:
    """A new number is hired into its place; of a known one only name and phone are corrected."""
    numbers = {row.values["number"] for row in rows}
    staff = {e.number: e for e in among(Employee.objects.all(), "number", numbers)}
    places = {
        "department": {d.code: d for d in Department.objects.filter(stop=None)},
        "shop": {s.code: s for s in Shop.objects.filter(stop=None)},
    }
    marks, led = _marks(rows), _led(rows)
    stands = _stands(staff.values())
    for row in rows:
        said = row.values
        row.found = staff.get(said["number"])
        _fits(row)
        if row.found is not None:
            _correct(row)
            _untouched(row, stands[row.found.pk])
            continue
        row.state = "new"
        _place(row, places)
        if said["id_number"]:
            mark = fingerprint(said["id_number"])
            if mark in marks:
                row.wrong("身份证号", _("这个证件号已有人用"))
            marks.add(mark)
        for name, title in (("base_wage", "基本工资"), ("phone_allowance", "电话补助")):
            if said[name] is not None and said[name] < 0:
                row.wrong(title, _("不能为负"))
        if said["role"] == "manager" and said["place"] is not None:
            if said["start"] < led.get(said["place"].pk, date.min):
                row.wrong("角色", _("这个部门在这段时间里已有经理"))
            led[said["place"].pk] = date.max


def _fits(row: Row) -> None:
    """Texts as long as the register takes them."""
    for column, title, most in (
        ("number", "工号", 30),
        ("name", "姓名", 60),
        ("title", "职务", 40),
    ):
        if row.values[column] and len(row.values[column]) > most:
            row.wrong(title, _("最多 %(most)s 个字") % {"most": most})


def _place(row: Row, places: dict[str, dict[str, Any]]) -> None:
    """Where somebody is hired into: a clerk a shop, others a department that is there on the day."""
    said = row.values
    for column, title in (("department", "部门编号"), ("shop", "银楼编号")):
        if said[column] and said[column] not in places[column]:
            row.wrong(title, _("没有这个编号"))
    clerk = said["role"] == "clerk"
    column, title = ("shop", "银楼编号") if clerk else ("department", "部门编号")
    said["place"] = places[column].get(said[column])
    if not row.reasons and said["place"] is None:
        row.wrong(title, _("缺少"))
    if not clerk and said["shop"]:
        row.wrong("银楼编号", _("店员才有银楼"))
    if said["place"] is not None and said["start"] < said["place"].start:
        row.wrong("入职日期", _("%(place)s 在这一天不存在") % {"place": said["place"]})


def _led(rows: list[Row]) -> dict[int, date]:
    """Departments with a manager on or after the earliest day of the file: from when each has none."""
    if not rows:
        return {}
    first = min(row.values["start"] for row in rows)
    posts = Assignment.objects.filter(
        meeting(first, None), role="manager", department__isnull=False
    )
    led: dict[int, date] = {}
    for pk, stop in posts.values_list("department", "stop"):
        led[pk] = max(led.get(pk, date.min), stop or date.max)
    return led


def _marks(rows: list[Row]) -> set[str]:
    """Identity numbers that somebody has already, staff or agent."""
    found = {fingerprint(r.values["id_number"]) for r in rows if r.values["id_number"]}
    held = (model.objects.values_list("id_mark", flat=True) for model in (Employee, Agent))
    return {mark for marks in held for mark in among(marks, "id_mark", found) if mark}


def _correct(row: Row) -> None:
    """What differs from what stands; posts and pay go by day, on their own pages."""
    found: Employee = row.found
    if row.values["name"] != found.name:
        row.changes["name"] = (found.name, row.values["name"])
    if row.values["phone"] and row.values["phone"] != plain(found.phone):
        before = found.phone.masked if found.phone else ""
        row.changes["phone"] = (before, row.values["phone"])
    row.state = "changed" if row.changes else "same"


def _stands(staff: Iterable[Employee]) -> dict[int, list[dict[str, Any]]]:
    """What a file does not change of those there already: as of each post they have yet to leave."""
    now = meeting(timezone.localdate(), None)
    found: dict[int, list[dict[str, Any]]] = {person.pk: [] for person in staff}
    paid = {wage.employee_id: wage for wage in Wage.objects.filter(now, employee__in=found)}
    posts = Assignment.objects.filter(now, employee__in=found).order_by("start")
    for post in posts.select_related("department", "shop"):
        wage = paid.get(post.employee_id)
        found[post.employee_id].append(
            {
                "role": post.role, "title": post.title,
                "department": post.department and post.department.code,
                "shop": post.shop and post.shop.code,
                "base_wage": wage and wage.base_wage,
                "phone_allowance": wage and wage.phone_allowance,
            }
        )  # fmt: skip
    return found


def _untouched(row: Row, posts: list[dict[str, Any]]) -> None:
    """Cells that differ from what stands and that a file does not write are turned down, not dropped."""
    said, found = row.values, row.found
    if said["start"] != found.start:
        row.wrong(EMPLOYEES.title_of("start"), _("登记的是 %(day)s") % {"day": found.start})
    if said["id_number"] and fingerprint(said["id_number"]) != found.id_mark:
        row.wrong(EMPLOYEES.title_of("id_number"), _("和登记的不同；在员工页上更正"))
    post = next((one for one in posts if one["role"] == said["role"]), posts[0] if posts else {})
    for name, stands in post.items():
        if said[name] not in (None, "", stands):
            row.wrong(EMPLOYEES.title_of(name), _("和现在的不同；任职和工资在员工页上按日子改"))


def _write_employees(rows: list[Row], tell: Callable[[int, int], None]) -> None:
    new = [row.values for row in rows if row.state == "new"]
    actions.hire_many(
        [
            actions.Hiring(
                said["number"], said["name"], said["start"], said["role"], said["place"],
                said["title"] or "", said["base_wage"], said["phone_allowance"],
                said["phone"] or "", said["id_number"] or "",
            )
            for said in new
        ],
        lambda done, _total: tell(done, len(rows)),
    )  # fmt: skip
    actions.correct_many(
        [
            (row.found, row.values["name"], row.values["phone"] or "")
            for row in rows if row.state == "changed"
        ]
    )  # fmt: skip
    tell(len(rows), len(rows))


EMPLOYEES = register(
    ImportSpec(
        name="employees",
        title=gettext_lazy("员工"),
        note=gettext_lazy("新的工号办入职；已有的工号只更正姓名和手机，任职和工资在员工页上按日子改。"),
        columns=(
            Column("number", "工号", example="例S01"),
            Column("name", "姓名", example="陈雅琴"),
            Column("start", "入职日期", "date", also=("入职",), example="2026-03-01"),
            Column(
                "role", "角色", example="业务员", words=ROLES,
                note=gettext_lazy("业务员、部门经理、财务、店员、人事、总监"),
            ),
            Column(
                "department", "部门编号", must=False, also=("部门",), example="KA",
                note=gettext_lazy("店员不填，其他人必填"),
            ),
            Column("shop", "银楼编号", must=False, also=("银楼",), note=gettext_lazy("店员才填")),
            Column("title", "职务", must=False, example="业务经理"),
            Column("base_wage", "基本工资", "money", must=False, example="1,800.00"),
            Column("phone_allowance", "电话补助", "money", must=False, example="100"),
            Column("phone", "手机", must=False, example="13800001234", checked=check_phone),
            Column("id_number", "身份证号", must=False, checked=check_id_number),
        ),
        key=("number",),
        compare=_compare_employees,
        write=_write_employees,
    )
)  # fmt: skip
