"""The close of a month: each step somebody took, and took back; only ever added."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.furniture.kept import Kept
from assay.incentives.models.months import PayMonth, Run
from assay.people.models import Department, Employee

KINDS = [
    ("calculate", _("计算")),
    ("preview", _("开放查询")),
    ("manager", _("部门经理确认")),
    ("director", _("总监确认")),
    ("hr", _("人事确认")),
    ("finance", _("财务确认")),
    ("general", _("总经理批准")),
    ("lock", _("锁定入账")),
    ("export", _("导出工资文件")),
    ("paid", _("确认发放")),
]


class Step(Kept):
    """A step of the close. undone_at: taken back, with the person and the reason; it stays in the list."""

    pay_month = models.ForeignKey(PayMonth, models.PROTECT, related_name="steps")
    kind = models.CharField(_("步骤"), max_length=9, choices=KINDS)
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("部门")
    )
    by = models.ForeignKey(
        Employee, models.PROTECT, related_name="close_steps", verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undone_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("撤销人")
    )
    undone_why = models.CharField(_("撤销原因"), max_length=300, blank=True)

    class Meta:
        """A step stands once at a time: two people who take it at once are told so."""

        verbose_name = _("结账步骤")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=[code for code, _name in KINDS]), name="step_kind"
            ),
            models.UniqueConstraint(
                fields=["pay_month", "kind"],
                condition=Q(undone_at__isnull=True, department__isnull=True),
                name="step_once",
                violation_error_message=_("这一步已经有人办过了"),
            ),
            models.UniqueConstraint(
                fields=["pay_month", "kind", "department"],
                condition=Q(undone_at__isnull=True, department__isnull=False),
                name="step_once_a_department",
                violation_error_message=_("这一步已经有人办过了"),
            ),
        ]

    _under = "pay_month_id"

    def __str__(self) -> str:
        """Kind and month."""
        return f"{self.pay_month} {self.get_kind_display()}"
