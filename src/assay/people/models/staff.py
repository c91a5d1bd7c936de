"""Employees: their posts and their base pay over time, as spans of days that never overlap."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import FenField, SealedField
from assay.furniture.finding import Told
from assay.furniture.kept import Kept
from assay.furniture.spans import NoOverlap
from assay.people.models.company import Department, Shop, ends_after_start
from assay.people.roles import STAFF_ROLES


class Employee(Kept):
    """A person employed. `stop` is the day after the last."""

    number = models.CharField(_("工号"), max_length=30, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    pinyin = models.CharField(max_length=200, editable=False)
    phone = SealedField(_("手机"), null=True, blank=True)
    id_number = SealedField(_("证件号"), null=True, blank=True)
    id_mark = models.CharField(max_length=64, null=True, unique=True, editable=False)
    start = models.DateField(_("入职日期"))
    stop = models.DateField(_("离职日期"), null=True, blank=True)
    reason = models.CharField(_("离职原因"), max_length=120, blank=True)

    class Meta:
        """Found by name and by sound."""

        verbose_name = _("员工")
        indexes: ClassVar = [models.Index(fields=["pinyin", "id"], name="employee_by_sound")]
        constraints: ClassVar = [ends_after_start("employee_span")]

    _unkept = frozenset({"pinyin", "id_mark"})
    _told = frozenset({"number", "name", "phone"})

    def told(self) -> Told:
        """Name, number, phone."""
        return Told((self.name,), numbers=(self.number,), phones=(self.phone,))

    def __str__(self) -> str:
        """Name and number."""
        return f"{self.name} {self.number}"


class Assignment(Kept):
    """What somebody was, where, from when to when. Who managed whom follows from it by the day."""

    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="assignments", verbose_name=_("员工")
    )
    role = models.CharField(_("角色"), max_length=12, choices=STAFF_ROLES)
    title = models.CharField(_("职务"), max_length=40, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("部门")
    )
    shop = models.ForeignKey(Shop, models.PROTECT, null=True, blank=True, verbose_name=_("银楼"))
    start = models.DateField(_("开始日期"))
    stop = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        """One post in one role at a time; one manager of a department."""

        verbose_name = _("任职")
        constraints: ClassVar = [
            ends_after_start("assignment_span"),
            models.CheckConstraint(
                condition=Q(role__in=[code for code, _name in STAFF_ROLES]), name="assignment_role"
            ),
            models.CheckConstraint(
                condition=Q(role="clerk", shop__isnull=False)
                | (~Q(role="clerk") & Q(department__isnull=False, shop__isnull=True)),
                name="assignment_place",
                violation_error_message=_("店员要有银楼；其他人要有部门，没有银楼"),
            ),
            NoOverlap(
                name="assignment_once",
                fields=["employee", "role"],
                violation_error_message=_("这名员工在这段时间里已有同样的角色"),
            ),
            NoOverlap(
                name="assignment_one_manager",
                fields=["department"],
                where=("role", "manager"),
                violation_error_message=_("这个部门在这段时间里已有经理"),
            ),
        ]

    _under = "employee_id"

    def __str__(self) -> str:
        """Who and what."""
        return f"{self.employee} {self.get_role_display()}"


class Wage(Kept):
    """Monthly base pay and phone allowance, from when to when (scheme 五)."""

    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="wages", verbose_name=_("员工")
    )
    base_wage = FenField(_("基本工资"))
    phone_allowance = FenField(_("电话补助"))
    start = models.DateField(_("开始日期"))
    stop = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        """One at a time."""

        verbose_name = _("基本工资")
        constraints: ClassVar = [
            ends_after_start("wage_span"),
            models.CheckConstraint(
                condition=Q(base_wage__gte=0, phone_allowance__gte=0), name="wage_not_negative"
            ),
            NoOverlap(
                name="wage_once",
                fields=["employee"],
                violation_error_message=_("这名员工在这段时间里已有基本工资"),
            ),
        ]

    _under = "employee_id"

    def __str__(self) -> str:
        """Whose."""
        return f"{self.employee} {self.start}"
