"""What a payee's running month came to at the end of a day: kept once, never changed."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assay.errors import UserError
from assay.furniture.fields import FenField, MonthField
from assay.people.models import Agent, Department, Employee, Shop


class DayKept(models.Model):
    """A payee's month in one role as a day left it. Only ever added.

    told: {"lines": [[line, title, 分]], "orders": [[line, number, day, list, net, 计提, rate, added,
    分]]}, amounts in 分. digest: SHA-256 over it and whose it is.
    """

    day = models.DateField(_("日期"))
    month = MonthField(_("月份"))
    code = models.CharField(_("编号"), max_length=30)
    name = models.CharField(_("姓名"), max_length=120)
    role = models.CharField(_("角色"), max_length=40)
    employee = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    shop = models.ForeignKey(Shop, models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    plan_digest = models.CharField(max_length=64)
    total = FenField(_("应发"))
    told = models.JSONField()
    digest = models.CharField(_("摘要值"), max_length=64)
    # Whether what was written since was undone by the history; not of days kept before it was.
    rewound = models.BooleanField(null=True, editable=False)

    class Meta:
        """Once a day, payee and role."""

        verbose_name = _("某日的提成")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "code", "role"], name="daykept_once"),
        ]

    @property
    def late(self) -> bool:
        """Whether it was not kept as soon as the day had ended: what changed since is in it."""
        return timezone.localdate(self.at) > self.day + timedelta(1)

    def __str__(self) -> str:
        """Whose, which day."""
        return f"{self.name} {self.day}"

    def sealed(self) -> str:
        """The digest of what it tells and of whose it is."""
        held = {"lines": self.told["lines"], "orders": self.told["orders"]}
        said = [str(self.day), self.code, self.role, held]
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once."""
        if self.pk is not None:
            raise UserError(gettext("留下的一天不能改"))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never."""
        raise UserError(gettext("留下的一天不能删"))
