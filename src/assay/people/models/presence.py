"""Attendance by the day, and training with who came and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assay.furniture.kept import Kept
from assay.people.models.staff import Employee


class Attendance(Kept):
    """A working day of an employee."""

    STATES: ClassVar = [
        ("present", _("正常")),
        ("late", _("迟到")),
        ("early", _("早退")),
        ("absent", _("缺勤")),
        ("leave", _("请假")),
        ("trip", _("外出")),
    ]

    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="attendance", verbose_name=_("员工")
    )
    day = models.DateField(_("日期"))
    state = models.CharField(_("考勤"), max_length=7, choices=STATES)
    minutes = models.PositiveIntegerField(_("迟到或早退分钟"), default=0)
    remark = models.CharField(_("备注"), max_length=120, blank=True)

    class Meta:
        """One row a day."""

        verbose_name = _("考勤")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["employee", "day"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(state__in=["present", "late", "early", "absent", "leave", "trip"]),
                name="attendance_state",
            ),
            models.CheckConstraint(
                condition=Q(minutes=0) | Q(state__in=["late", "early"]),
                name="attendance_minutes",
                violation_error_message=_("只有迟到和早退才有分钟数"),
            ),
        ]

    _under = "employee_id"

    def __str__(self) -> str:
        """Who and when."""
        return f"{self.employee} {self.day}"


class Training(Kept):
    """A training held (scheme 三.6)."""

    number = models.CharField(_("编号"), max_length=30, unique=True)
    title = models.CharField(_("培训"), max_length=120)
    day = models.DateField(_("日期"))
    hours = models.PositiveSmallIntegerField(_("课时"), default=1)
    trainer = models.CharField(_("讲师"), max_length=60, blank=True)
    place = models.CharField(_("地点"), max_length=120, blank=True)

    class Meta:
        """Named by number."""

        verbose_name = _("培训")

    def __str__(self) -> str:
        """Its title."""
        return self.title


class TrainingSeat(Kept):
    """Who was asked to a training, whether he came, and what came of it."""

    RESULTS: ClassVar = [("open", _("未评")), ("passed", _("合格")), ("failed", _("不合格"))]

    training = models.ForeignKey(Training, models.PROTECT, related_name="seats")
    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="trainings", verbose_name=_("员工")
    )
    attended = models.BooleanField(_("到场"), null=True)
    result = models.CharField(_("结果"), max_length=6, choices=RESULTS, default="open")
    score = models.PositiveSmallIntegerField(_("分数"), null=True, blank=True)

    class Meta:
        """One seat each."""

        verbose_name = _("培训名单")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["training", "employee"], name="seat_once"),
            models.CheckConstraint(
                condition=Q(result="open") | Q(attended=True),
                name="seat_result",
                violation_error_message=_("没有到场就没有结果"),
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=100), name="seat_score"
            ),
        ]

    @property
    def came(self) -> str:
        """Yes, no, or not noted yet."""
        return "—" if self.attended is None else (gettext("是") if self.attended else gettext("否"))

    _under = "training_id"

    def __str__(self) -> str:
        """Who."""
        return f"{self.employee}"
