"""Logins: an employee's, an agent's, or an administrator's own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.furniture.kept import Kept, KeptQuerySet
from assay.people.models.partners import Agent
from assay.people.models.staff import Employee


class UserManager(BaseUserManager.from_queryset(KeptQuerySet)):  # type: ignore[misc]
    """Finds logins by name."""

    def get_by_natural_key(self, username: str | None) -> Any:
        """The login of a name, as it was typed."""
        return self.get(username=username)


class User(Kept, AbstractBaseUser):
    """A login. What it may do follows from who it belongs to, today."""

    username = models.CharField(_("登录名"), max_length=60, unique=True)
    employee = models.OneToOneField(
        Employee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="login",
        verbose_name=_("员工"),
    )
    agent = models.OneToOneField(
        Agent, models.PROTECT, null=True, blank=True, related_name="login", verbose_name=_("代理商")
    )
    admin = models.BooleanField(_("管理员"), default=False)
    is_active = models.BooleanField(_("可登录"), default=True)
    renew = models.BooleanField(_("下次登录要改密码"), default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = []

    objects: ClassVar[Any] = UserManager()

    class Meta:
        """An administrator is neither staff nor agent under that login."""

        verbose_name = _("登录")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(employee__isnull=False, agent__isnull=True, admin=False)
                | Q(employee__isnull=True, agent__isnull=False, admin=False)
                | Q(employee__isnull=True, agent__isnull=True, admin=True),
                name="login_of_one",
                violation_error_message=_("一个登录只属于一名员工、一个代理商或管理员"),
            )
        ]

    _unkept = frozenset({"password", "last_login"})

    @property
    def name(self) -> str:
        """What the person is called."""
        if self.employee is not None:
            return self.employee.name
        return self.agent.name if self.agent is not None else self.username

    def __str__(self) -> str:
        """Login name."""
        return self.username
