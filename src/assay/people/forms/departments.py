"""Forms of departments."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import DayFormField
from assay.people.models import Department


class DepartmentForm(forms.Form):
    """A new department."""

    code = forms.CharField(
        label=_("编号"), max_length=30, help_text=_("数据文件里的团队就是它，定了不改")
    )
    name = forms.CharField(label=_("部门"), max_length=60)
    parent = forms.ModelChoiceField(
        Department.objects.filter(stop=None), label=_("上级部门"), required=False
    )
    start = DayFormField(label=_("设立日期"))


class CloseForm(forms.Form):
    """The last day."""

    last = DayFormField(label=_("最后一天"))
