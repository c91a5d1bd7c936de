"""Forms of agents' prospects, market notes and campaigns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from assay.customers.models import MarketNote
from assay.furniture.fields import DayFormField, FenFormField
from assay.furniture.identity import check_credit_code, check_phone
from assay.people.models import Employee

LIVE = {
    "hx-get": reverse_lazy("customers:verdict"), "hx-trigger": "input changed delay:300ms",
    "hx-target": "#verdict", "hx-include": "closest form",
}  # fmt: skip


class ProspectForm(forms.Form):
    """A company an agent wants to bring; the answer comes while it is typed."""

    name = forms.CharField(
        label=_("单位名称"), max_length=120, widget=forms.TextInput({**LIVE, "autofocus": True})
    )
    tax_number = forms.CharField(
        label=_("税号"), max_length=20, required=False, validators=[check_credit_code],
        widget=forms.TextInput(LIVE),
    )  # fmt: skip
    contact = forms.CharField(label=_("联系人"), max_length=60)
    phone = forms.CharField(
        label=_("电话"), max_length=20, validators=[check_phone],
        widget=forms.TextInput({**LIVE, "inputmode": "tel"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("意向"), max_length=300, required=False, widget=forms.Textarea({"rows": 3})
    )


class ProspectDecisionForm(forms.Form):
    """Become a customer with an owner, or turned down with a reason."""

    verdict = forms.ChoiceField(
        label=_("决定"), choices=[("convert", _("转为客户")), ("refuse", _("驳回"))],
        widget=forms.RadioSelect, initial="convert",
    )  # fmt: skip
    owner = forms.ModelChoiceField(Employee.objects.none(), label=_("负责人"), required=False)
    answer = forms.CharField(label=_("答复"), max_length=200, required=False)
    anyway = forms.BooleanField(label=_("仍要新建：确实是另一位客户"), required=False)

    def __init__(self, sellers: Any, *args: Any, **kwargs: Any) -> None:
        """`sellers`: who may look after it."""
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["owner"]
        chosen.queryset = sellers

    def clean(self) -> dict[str, Any]:
        """An owner, or a reason."""
        said = super().clean() or {}
        if said.get("verdict") == "convert" and not said.get("owner"):
            self.add_error("owner", _("选由谁负责"))
        if said.get("verdict") == "refuse" and not said.get("answer"):
            self.add_error("answer", _("驳回要写原因，代理商会看到"))
        return said


class NoteForm(forms.Form):
    """What somebody learnt."""

    kind = forms.ChoiceField(label=_("类型"), choices=MarketNote.KINDS)
    rival = forms.CharField(label=_("竞争对手"), max_length=60, required=False)
    text = forms.CharField(label=_("情况"), max_length=500, widget=forms.Textarea({"rows": 3}))
    proposal = forms.CharField(label=_("建议"), max_length=300, required=False)


class CampaignForm(forms.Form):
    """A campaign."""

    name = forms.CharField(label=_("营销活动"), max_length=80)
    products = forms.CharField(label=_("推广的产品"), max_length=200)
    start = DayFormField(label=_("开始日期"))
    stop = DayFormField(label=_("结束日期"))
    budget = FenFormField(label=_("预算"), required=False)
    cost = FenFormField(label=_("实际费用"), required=False)
    follow_days = forms.IntegerField(
        label=_("活动后几天内的成交算后续"), min_value=0, max_value=365, initial=60
    )

    def clean(self) -> dict[str, Any]:
        """Nothing written is 0."""
        said = super().clean() or {}
        return {**said, "budget": said.get("budget") or 0, "cost": said.get("cost") or 0}


class InviteForm(forms.Form):
    """A customer asked to a campaign."""

    code = forms.CharField(label=_("客户编号"), max_length=30)
    came = forms.BooleanField(label=_("到场"), required=False)
