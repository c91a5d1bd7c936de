"""Forms of dealings: the log in two fields, needs, satisfaction, documents, services, enquiries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assay.customers.models import Contact, Customer, Document, Enquiry, Need, Visit
from assay.customers.queries.lookups import categories
from assay.furniture.fields import DayFormField, FenFormField
from assay.furniture.identity import check_phone
from assay.people.models import Employee


class LogForm(forms.Form):
    """Two fields: how, and what was said. The day is today unless another is chosen."""

    kind = forms.ChoiceField(label=_("方式"), choices=Visit.KINDS)
    said = forms.CharField(
        label=_("说了什么"), max_length=500,
        widget=forms.TextInput({"placeholder": _("说了什么，下一步几号做什么"), "autofocus": True}),
        help_text=_("写上“下一步 11-25”，到那天会提醒"),
    )  # fmt: skip


class LogMoreForm(LogForm):
    """The same with whom and when, for what is written down later."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("联系人"), required=False)
    day = DayFormField(label=_("日期"), required=False, help_text=_("不填就是今天"))

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        """Contacts of one customer."""
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["contact"]
        chosen.queryset = customer.contacts.filter(left=False)


class NeedForm(forms.Form):
    """A need: year, category, what, how much."""

    year = forms.IntegerField(label=_("年份"), min_value=2000, max_value=2199)
    category = forms.ModelChoiceField(categories(), label=_("品类"))
    text = forms.CharField(label=_("需求"), max_length=300)
    amount = FenFormField(label=_("预计金额"), required=False)

    def clean_amount(self) -> int:
        """None is 0."""
        return self.cleaned_data["amount"] or 0


class NeedChangeForm(NeedForm):
    """The same, and what came of it."""

    state = forms.ChoiceField(label=_("状态"), choices=Need.STATES)


class SatisfactionForm(forms.Form):
    """1 to 5 and what was said."""

    score = forms.TypedChoiceField(
        label=_("满意度"), coerce=int, choices=[(n, f"{n} / 5") for n in (5, 4, 3, 2, 1)]
    )
    note = forms.CharField(label=_("意见"), max_length=300, required=False)
    day = DayFormField(label=_("日期"), required=False, help_text=_("不填就是今天"))


class DocumentForm(forms.Form):
    """A file and its kind."""

    kind = forms.ChoiceField(label=_("类型"), choices=Document.KINDS)
    file = forms.FileField(
        label=_("文件"), help_text=_("pdf、png、jpg、docx、xlsx，最大 10 MB"),
        widget=forms.ClearableFileInput({"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"}),
        error_messages={"empty": _("文件是空的")},
    )  # fmt: skip


class ServiceForm(forms.Form):
    """A special service added."""

    title = forms.CharField(label=_("特色服务"), max_length=80)
    text = forms.CharField(label=_("做法"), max_length=300)


class OccasionForm(forms.Form):
    """A customer's own day of the year."""

    name = forms.CharField(label=_("纪念日"), max_length=40)
    month = forms.IntegerField(label=_("月"), min_value=1, max_value=12)
    day = forms.IntegerField(label=_("日"), min_value=1, max_value=31)
    lead = forms.IntegerField(label=_("提前几天下单"), min_value=0, max_value=180, initial=20)


class EnquiryForm(forms.Form):
    """Somebody asks."""

    asker = forms.CharField(label=_("询问人"), max_length=60)
    phone = forms.CharField(
        label=_("电话"), max_length=20, required=False, validators=[check_phone]
    )
    channel = forms.ChoiceField(label=_("渠道"), choices=Enquiry.CHANNELS)
    text = forms.CharField(label=_("问什么"), max_length=500, widget=forms.Textarea({"rows": 3}))
    code = forms.CharField(
        label=_("客户编号"), max_length=30, required=False, help_text=_("已是客户才填")
    )
    employee = forms.ModelChoiceField(
        Employee.objects.none(),
        label=_("由谁答复"),
        required=False,
        help_text=_("不选就由客户的负责人答复"),
    )

    def __init__(self, answerers: Any, *args: Any, **kwargs: Any) -> None:
        """`answerers`: who may be asked to answer."""
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["employee"]
        chosen.queryset = answerers


class AnswerForm(forms.Form):
    """What was answered."""

    answer = forms.CharField(label=_("答复"), max_length=500, widget=forms.Textarea({"rows": 3}))


class GiveForm(forms.Form):
    """Who answers."""

    employee = forms.ModelChoiceField(Employee.objects.none(), label=_("由谁答复"))

    def __init__(self, answerers: Any, *args: Any, **kwargs: Any) -> None:
        """`answerers`: who may be asked to answer."""
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["employee"]
        chosen.queryset = answerers
