"""Forms of standing: giving up, handing over, nominations, targets, losses, rules, merges."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from assay.customers.models import REASONS, Rules
from assay.furniture.fields import DayFormField, FenFormField
from assay.people.models import Employee


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button is the answer."""


class ReleaseForm(forms.Form):
    """Why a customer is given back."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("原因"), max_length=200)


class HandOverForm(forms.Form):
    """To whom, and why; what is ticked travels beside."""

    to = forms.ModelChoiceField(Employee.objects.none(), label=_("移交给"))
    reason = forms.CharField(label=_("原因"), max_length=200)

    def __init__(self, sellers: Any, *args: Any, **kwargs: Any) -> None:
        """`sellers`: who may be given customers."""
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["to"]
        chosen.queryset = sellers


class NominateForm(forms.Form):
    """Why this customer should be a key account."""

    reason = forms.CharField(label=_("理由"), max_length=400, widget=forms.Textarea({"rows": 3}))


class TargetForm(forms.Form):
    """A year's target account."""

    year = forms.IntegerField(label=_("年份"), min_value=2000, max_value=2199)
    expected = FenFormField(label=_("预计金额"), required=False)
    reason = forms.CharField(label=_("切入点"), max_length=200, required=False)

    def clean_expected(self) -> int:
        """None is 0."""
        return self.cleaned_data["expected"] or 0


class LossForm(forms.Form):
    """Why a customer was lost."""

    reason = forms.ChoiceField(label=_("原因"), choices=REASONS)
    note = forms.CharField(
        label=_("经过"), max_length=400, required=False, widget=forms.Textarea({"rows": 3})
    )
    declare = forms.BooleanField(label=_("还没到流失线，也宣布流失"), required=False)


class MergeForm(forms.Form):
    """Why the two are one; which values stay is chosen in the table."""

    keep_version = forms.IntegerField(widget=forms.HiddenInput)
    gone_version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("合并的原因"), max_length=120)


class MergeWithForm(forms.Form):
    """The other archive."""

    code = forms.CharField(label=_("另一位客户的编号"), max_length=30)


class FestivalForm(forms.Form):
    """A festival of one year."""

    name = forms.CharField(label=_("节日"), max_length=40)
    day = DayFormField(label=_("日期"))
    lead = forms.IntegerField(label=_("提前几天下单"), min_value=0, max_value=180, initial=20)


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """The department's figures."""

    class Meta:
        """All of them."""

        model = Rules
        fields = (
            "key_threshold", "warn_months", "lost_days", "upgrade_days", "pick_protection",
            "visit_protection", "order_protection", "prospect_protection", "own_limit",
            "picks_a_day", "again_after", "recycle_by_night",
        )  # fmt: skip
        help_texts: ClassVar = {
            "key_threshold": _("近 12 个月实收到了这个数，可以申报升为大客户"),
            "warn_months": _("这么久没有成交，就列进快要流失的名单，提醒负责人"),
            "lost_days": _("这么多天没有成交就算流失；没到的，宣布时要注明"),
            "upgrade_days": _("建档不到这么多天的客户升了级，不计入升级数"),
            "pick_protection": _("建档、领取或分派那天起，客户保护这么多天"),
            "visit_protection": _("记一次往来或移交给别人，从那天起再保护这么多天"),
            "order_protection": _("每成交一单，从下单那天起再保护这么多天"),
            "prospect_protection": _("报备的单位这么多天内归那家代理商，别家不能再报"),
            "own_limit": _("名下普通客户到了这个数，就不能再从公海领取；大客户不算"),
            "picks_a_day": _("一天里从公海领取的最多几位"),
            "again_after": _("自己退回公海的客户，要隔这么多天才能再领"),
            "recycle_by_night": _("不勾选时，保护到期的客户要由经理手工收回公海"),
        }
