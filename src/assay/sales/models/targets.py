"""Targets: a department's year in versions, its months, and each person's part of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import FenField, MonthField
from assay.furniture.kept import Kept
from assay.people.models import Department, Employee


class TargetPlan(Kept):
    """A version of a department's annual plan. One of a year is in force; none is ever erased."""

    STATES: ClassVar = [
        ("draft", _("草稿")),
        ("force", _("现行")),
        ("past", _("已被替代")),
    ]

    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("部门"))
    year = models.IntegerField(_("年度"))
    edition = models.IntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=5, choices=STATES, default="draft")
    amount = FenField(_("年度任务额"))
    why = models.CharField(_("说明"), max_length=200, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        """Numbered within a year; one in force, one draft."""

        verbose_name = _("年度任务")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["department", "year", "edition"], name="target_plan_edition"
            ),
            models.UniqueConstraint(
                fields=["department", "year"], condition=Q(state="force"), name="target_plan_force"
            ),
            models.UniqueConstraint(
                fields=["department", "year"], condition=Q(state="draft"), name="target_plan_draft",
                violation_error_message=_("这一年已有草稿"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "force", "past"]), name="target_plan_state"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="target_plan_amount"),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Whose year."""
        return f"{self.department} {self.year} v{self.edition}"


class Target(Kept):
    """A month of the department (nobody named), or of a person."""

    plan = models.ForeignKey(
        TargetPlan, models.CASCADE, related_name="targets", verbose_name=_("年度任务")
    )
    month = MonthField(_("月份"))
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="targets",
        verbose_name=_("业务员"),
    )  # fmt: skip
    amount = FenField(_("任务额"))

    class Meta:
        """One a month and person."""

        verbose_name = _("任务")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "month", "employee"], name="month_target_once",
                condition=Q(employee__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["plan", "month"], name="month_target_department_once",
                condition=Q(employee__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="target_not_negative",
                violation_error_message=_("任务额不能为负"),
            ),
        ]  # fmt: skip

    _under = "plan_id"

    def __str__(self) -> str:
        """Month and whose."""
        return f"{self.month} {self.employee or self.plan.department}"
