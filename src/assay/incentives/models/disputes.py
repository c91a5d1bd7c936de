"""Disputes: a line a payee does not agree with, its clock, and how it ended."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.furniture.kept import Kept
from assay.incentives.models.months import Line
from assay.people.models import Agent, Employee


class Dispute(Kept):
    """An objection to a line. level 1: the manager of the payee; 2: HR. due_on: working days counted."""

    STATES: ClassVar = [
        ("open", _("处理中")),
        ("explained", _("已解释")),
        ("adjusted", _("已更正")),
        ("withdrawn", _("已撤回")),
    ]

    number = models.CharField(_("异议编号"), max_length=40, unique=True)
    line = models.ForeignKey(Line, models.PROTECT, related_name="disputes")
    employee = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="disputes")
    reason = models.TextField(_("理由"))
    attachment = models.CharField(_("附件"), max_length=200, blank=True)
    attachment_name = models.CharField(_("附件名"), max_length=150, blank=True)
    attachment_digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    due_on = models.DateField(_("办结期限"))
    level = models.PositiveSmallIntegerField(_("级别"), default=1)
    state = models.CharField(_("状态"), max_length=9, choices=STATES, default="open")
    answer = models.TextField(_("答复"), blank=True)
    decided_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答复人")
    )
    decided_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    # What an `adjusted` one corrects: the record that was wrong, as a sentence; the line follows from it.
    corrected = models.CharField(_("更正了什么"), max_length=300, blank=True)

    class Meta:
        """One open objection a line."""

        verbose_name = _("异议")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "explained", "adjusted", "withdrawn"]),
                name="dispute_state",
            ),
            models.CheckConstraint(condition=Q(level__in=[1, 2]), name="dispute_level"),
            models.UniqueConstraint(
                fields=["line"], condition=Q(state="open"), name="dispute_one_open",
                violation_error_message=_("这一行已有处理中的异议"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Its number."""
        return self.number


class Remark(models.Model):
    """A word in a dispute, kept with the rest: asked, answered, raised to HR. Only ever added."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="remarks")
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    who = models.CharField(_("操作人"), max_length=150)
    text = models.TextField(_("内容"))

    class Meta:
        """In order."""

        verbose_name = _("异议往来")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        """Its words."""
        return self.text[:40]
