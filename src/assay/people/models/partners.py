"""Agents: gift companies and people who bring customers; never staff (财税〔2009〕29号)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import SealedField
from assay.furniture.finding import Told
from assay.furniture.kept import Kept
from assay.people.models.company import ends_after_start


class Agent(Kept):
    """An agent under a written agreement, paid by transfer only."""

    KINDS: ClassVar = [("company", _("公司")), ("person", _("个人"))]
    PAY: ClassVar = [
        ("invoice", _("对公转账，凭发票")),
        ("labour", _("转账到个人，按劳务报酬")),
    ]

    code = models.CharField(_("编号"), max_length=30, unique=True)
    kind = models.CharField(_("类型"), max_length=7, choices=KINDS)
    name = models.CharField(_("名称"), max_length=120)
    pinyin = models.CharField(max_length=200, editable=False)
    contact = models.CharField(_("联系人"), max_length=60, blank=True)
    phone = SealedField(_("手机"), null=True, blank=True)
    id_number = SealedField(_("证件号"), null=True, blank=True)
    id_mark = models.CharField(max_length=64, null=True, unique=True, editable=False)
    agreement = models.CharField(_("协议编号"), max_length=60, blank=True)
    pay_by = models.CharField(_("付款方式"), max_length=7, choices=PAY)
    bank = models.CharField(_("开户行"), max_length=120, blank=True)
    account = SealedField(_("账号"), null=True, blank=True)
    start = models.DateField(_("协议开始"))
    stop = models.DateField(_("协议结束"), null=True, blank=True)

    class Meta:
        """Found by name and by sound."""

        verbose_name = _("代理商")
        indexes: ClassVar = [models.Index(fields=["pinyin", "id"], name="agent_by_sound")]
        constraints: ClassVar = [
            ends_after_start("agent_span"),
            models.CheckConstraint(condition=Q(kind__in=["company", "person"]), name="agent_kind"),
            models.CheckConstraint(
                condition=Q(kind="company", pay_by="invoice") | Q(kind="person"),
                name="agent_pay_by",
                violation_error_message=_("公司代理只能对公转账，凭发票"),
            ),
        ]

    _unkept = frozenset({"pinyin", "id_mark"})
    _told = frozenset({"code", "name", "contact", "agreement", "phone"})

    def told(self) -> Told:
        """Names, code and agreement, phone."""
        return Told(
            (self.name, self.contact), numbers=(self.code, self.agreement), phones=(self.phone,)
        )

    def __str__(self) -> str:
        """Its name."""
        return self.name
