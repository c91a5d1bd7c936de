"""Forms of agents and shops."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import DayFormField
from assay.furniture.spans import last_day
from assay.people.forms.staff import PersonFields
from assay.people.models import Agent, Shop


class AgentFields(PersonFields):
    """What can change of an agent."""

    name = forms.CharField(label=_("名称"), max_length=120)
    contact = forms.CharField(label=_("联系人"), max_length=60, required=False)
    agreement = forms.CharField(label=_("协议编号"), max_length=60, required=False)
    pay_by = forms.ChoiceField(label=_("付款方式"), choices=Agent.PAY)
    bank = forms.CharField(label=_("开户行"), max_length=120, required=False)
    account = forms.CharField(
        label=_("账号"), max_length=40, required=False, help_text=_("加密保存，页面上只显示首尾")
    )


class AgentForm(AgentFields):
    """A new agreement."""

    code = forms.CharField(label=_("编号"), max_length=30)
    kind = forms.ChoiceField(label=_("类型"), choices=Agent.KINDS)
    start = DayFormField(label=_("协议开始"))

    field_order = (
        "code", "kind", "name", "contact", "agreement", "start", "pay_by", "bank", "account",
        "phone", "id_number",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A person has an identity number; it shows whether he is staff."""
        said = super().clean() or {}
        if said.get("kind") == "person" and not said.get("id_number"):
            self.add_error("id_number", _("个人代理要有身份证号，用来核对他不是员工"))
        return said


class AgentChangeForm(AgentFields):
    """Changes, and the end of the agreement. Sealed fields left empty stay as they are."""

    last = DayFormField(label=_("协议最后一天"), required=False)

    field_order = (
        "name", "contact", "agreement", "pay_by", "bank", "account", "phone", "id_number", "last",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The last day as the day after it."""
        said = super().clean() or {}
        return _half_open(said)


class ShopForm(forms.Form):
    """A new shop."""

    code = forms.CharField(label=_("编号"), max_length=30)
    name = forms.CharField(label=_("银楼"), max_length=60)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)
    start = DayFormField(label=_("开业日期"))


class ShopChangeForm(forms.Form):
    """Changes, and the end of business."""

    name = forms.CharField(label=_("银楼"), max_length=60)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)
    last = DayFormField(label=_("最后一天"), required=False)

    def clean(self) -> dict[str, Any]:
        """The last day as the day after it."""
        return _half_open(super().clean() or {})


def _half_open(said: dict[str, Any]) -> dict[str, Any]:
    last = said.pop("last", None)
    said["stop"] = last + timedelta(1) if last else None
    return said


def agent_now(row: Agent) -> dict[str, Any]:
    """What stands of an agent, for the form; sealed texts are not among it."""
    plain = {n: getattr(row, n) for n in ("name", "contact", "agreement", "pay_by", "bank")}
    return {**plain, "last": last_day(row.stop)}


def shop_now(row: Shop) -> dict[str, Any]:
    """What stands of a shop, for the form."""
    return {
        "name": row.name, "address": row.address, "phone": row.phone, "last": last_day(row.stop),
    }  # fmt: skip
