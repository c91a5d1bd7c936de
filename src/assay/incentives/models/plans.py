"""Plan versions: a text, what was done before it held, and who has acknowledged it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import MonthField
from assay.furniture.kept import Kept
from assay.people.models import Agent, Employee, Shop


class PlanVersion(Kept):
    """A plan as a text. A published one never changes: a later version follows it.

    digest: SHA-256 of the text as it is signed. holds_from: the plan's own `effective`. version
    counts the changes of a draft: who saves over an older one is told. offered_at: since when its
    payees are asked to acknowledge this very text; a change of the text takes it back. signed: the
    decisions and sign-offs of a draft's text as they were made (plan.signing.signatures). logins: those of
    them that were made on the page, with the login that made them, empty of what was signed before logins
    were noted; None of a row from then. consulted_*: the text the consultation was about, and what it paid
    by (scalars.substance). The database keeps what is published as it is (migrations/0003).
    """

    STATES: ClassVar = [
        ("draft", _("草稿")),
        ("published", _("已发布")),
        ("dropped", _("已弃用")),
    ]

    name = models.CharField(_("方案"), max_length=80)
    title = models.CharField(_("名称"), max_length=120)
    holds_from = MonthField(_("生效月份"))
    text = models.TextField(_("方案文本"))
    digest = models.CharField(_("摘要值"), max_length=64)
    state = models.CharField(_("状态"), max_length=9, choices=STATES, default="draft")
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("起草人")
    )
    made_at = models.DateTimeField(_("起草时间"), auto_now_add=True)
    consulted_on = models.DateField(_("民主协商日期"), null=True, blank=True)
    consultation = models.TextField(_("协商记录"), blank=True)
    consulted_digest = models.CharField(_("协商的文本"), max_length=64, null=True, blank=True)
    consulted_substance = models.CharField(max_length=64, null=True, editable=False)
    signed = models.JSONField(null=True, editable=False)
    logins = models.JSONField(null=True, editable=False)
    offered_at = models.DateTimeField(_("交付签认时间"), null=True, blank=True)
    published_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("发布人")
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    # The text has its own history: versions; here only that it changed is told, by the digest.
    _unkept = frozenset({"text", "signed", "logins", "consulted_substance"})

    class Meta:
        """One published plan begins in a month."""

        verbose_name = _("方案版本")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "dropped"]), name="plan_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(published_at__isnull=False, consulted_on__isnull=False),
                name="plan_published_whole",
            ),
            models.UniqueConstraint(
                fields=["holds_from"], condition=Q(state="published"), name="plan_one_a_month",
                violation_error_message=_("这个月份已有一份发布的方案"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Title and month."""
        return f"{self.title} {self.holds_from}"

    @property
    def registered(self) -> bool:
        """Whether it was in force as a file before its row, and never went through the publishing."""
        return self.state == "published" and self.offered_at is None

    @property
    def standing(self) -> str:
        """Its state in words."""
        return gettext("登记，未经发布") if self.registered else str(self.get_state_display())


class Study(models.Model):
    """What was worked out of a plan, kept by what the plan pays by (scalars.substance). Only ever added.

    effect: what each reading of each question would have paid in the months first … last;
    assay: what the plan rewards, proved or refuted.
    """

    KINDS: ClassVar = [("effect", _("读法的影响")), ("assay", _("检验"))]

    kind = models.CharField(_("种类"), max_length=6, choices=KINDS)
    substance = models.CharField(max_length=64)
    first = MonthField(_("起始月份"))
    last = MonthField(_("截止月份"))
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    who = models.CharField(_("操作人"), max_length=150)
    result = models.JSONField()

    class Meta:
        """Found by what it is of."""

        verbose_name = _("方案测算")
        indexes: ClassVar = [
            models.Index(fields=["kind", "substance", "-id"], name="study_of"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["effect", "assay"]), name="study_kind"),
        ]

    def __str__(self) -> str:
        """Kind and when."""
        return f"{self.kind} {self.at}"


class Nod(models.Model):
    """A payee has read a plan: when, and which text by its digest. Only ever added.

    how: he pressed the button himself, or he signed on paper and `by` put it down, with a note of where
    the paper lies.
    """

    HOWS: ClassVar = [("login", _("本人在系统里")), ("paper", _("纸质"))]

    plan = models.ForeignKey(PlanVersion, models.PROTECT, related_name="nods")
    code = models.CharField(_("编号"), max_length=30)
    employee = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    shop = models.ForeignKey(Shop, models.PROTECT, null=True, blank=True, related_name="+")
    digest = models.CharField(_("摘要值"), max_length=64)
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    who = models.CharField(_("操作人"), max_length=150)
    how = models.CharField(_("方式"), max_length=5, choices=HOWS, default="login")
    on = models.DateField(_("签字日期"), null=True, blank=True)
    note = models.CharField(_("存放处"), max_length=300, blank=True)
    by = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("经办人")
    )

    class Meta:
        """Once each and text."""

        verbose_name = _("方案签认")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "code", "digest"], name="nod_once"),
            models.CheckConstraint(condition=Q(how__in=["login", "paper"]), name="nod_how"),
            models.CheckConstraint(
                condition=Q(how="login") | (Q(on__isnull=False, by__isnull=False) & ~Q(note="")),
                name="nod_paper_whole",
            ),
        ]

    def __str__(self) -> str:
        """Who."""
        return self.code

    @property
    def name(self) -> str:
        """Whose it is."""
        row = self.employee or self.agent or self.shop
        return row.name if row else self.code
