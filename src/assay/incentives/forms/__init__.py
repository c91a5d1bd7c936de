"""What people fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import DayFormField, FenFormField
from assay.incentives.models import Settling


class ReasonForm(forms.Form):
    """Why: for a step taken back."""

    why = forms.CharField(label=_("原因"), max_length=300)


class DisputeForm(forms.Form):
    """An objection, with a file where there is one."""

    reason = forms.CharField(
        label=_("理由"), widget=forms.Textarea(), max_length=2000,
        help_text=_("写明哪一单、应该是多少；五个工作日内答复。"),
    )  # fmt: skip
    attachment = forms.FileField(
        label=_("附件"), required=False, help_text=_("pdf、图片、docx、xlsx，10 MB 以内")
    )


class AnswerForm(forms.Form):
    """How an objection ends: explained, or the record that was wrong put right."""

    answer = forms.CharField(label=_("答复"), widget=forms.Textarea(), max_length=2000)
    corrected = forms.CharField(
        label=_("更正了哪条记录"), required=False, max_length=300,
        help_text=_("只在更正时填：先在订单、回款或任务里改好，这里写改了什么。金额由重算得出。"),
    )  # fmt: skip


class ClaimForm(forms.Form):
    """An agent's request to be paid; the invoice may follow."""

    invoice = forms.CharField(
        label=_("发票号码"), required=False, max_length=40,
        help_text=_("已经开了就填；没开也可以先请款，开好交给财务。"),
    )  # fmt: skip
    invoice_on = DayFormField(label=_("开票日期"), required=False)
    attachment = forms.FileField(
        label=_("发票文件"), required=False, help_text=_("pdf、图片，10 MB 以内")
    )


class LabourClaimForm(forms.Form):
    """A person's request: no invoice, nothing to fill in."""


class InvoiceForm(forms.Form):
    """An invoice that was received."""

    invoice = forms.CharField(label=_("发票号码"), max_length=40)
    invoice_on = DayFormField(label=_("开票日期"))
    amount = FenFormField(label=_("价税合计"), least=1)


class ClaimPaymentForm(forms.Form):
    """A transfer to an agent."""

    on = DayFormField(label=_("转账日期"))
    reference = forms.CharField(label=_("银行流水号"), max_length=80)
    tax = FenFormField(label=_("代扣个税"), required=False)

    def clean_tax(self) -> Any:
        """Nothing written is nothing withheld."""
        return self.cleaned_data["tax"] or 0


class ExplainForm(forms.Form):
    """What finance answers to an exception."""

    text = forms.CharField(label=_("说明"), max_length=500)


class SettlingForm(forms.Form):
    """What somebody who left owes, paid back or written off."""

    way = forms.ChoiceField(label=_("方式"), choices=Settling.WAYS)
    amount = FenFormField(label=_("金额"), least=1)
    on = DayFormField(label=_("日期"), help_text=_("到账的那天；核销写今天。"))
    reference = forms.CharField(
        label=_("银行流水号"),
        required=False,
        max_length=80,
        help_text=_("对方转回的必须写；核销不写。"),
    )
    reason = forms.CharField(
        label=_("原因"), max_length=300, help_text=_("和对方怎么谈的，为什么追回或不追。")
    )

    def clean(self) -> dict[str, Any]:
        """A transfer has the bank's number, said beside its field where it lacks."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("way") == "back" and not said.get("reference", "").strip():
            self.add_error("reference", _("写银行流水号"))
        return said


class TransferForm(forms.Form):
    """A transfer to a shop."""

    amount = FenFormField(label=_("金额"), least=1)
    on = DayFormField(label=_("转账日期"))
    reference = forms.CharField(label=_("银行流水号"), max_length=80)

    def clean_reference(self) -> Any:
        """Without blanks around it."""
        return self.cleaned_data["reference"].strip()
