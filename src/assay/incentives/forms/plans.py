"""What people fill in about plans: a file, a consultation, a decision, a sign-off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import DayFormField

LARGEST = 1_000_000


class PlanFileForm(forms.Form):
    """A plan file."""

    file = forms.FileField(
        label=_("方案文件"), help_text=_("YAML（.yaml），UTF-8，1 MB 以内"),
        widget=forms.FileInput({"accept": ".yaml,.yml"}),
    )  # fmt: skip

    def clean_file(self) -> str:
        """Its text."""
        file: Any = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("文件太大：方案文本最多 1 MB"))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("不是 UTF-8：用 UTF-8 另存后再传")) from None


class ConsultForm(forms.Form):
    """The record of a consultation."""

    on = DayFormField(label=_("民主协商日期"))
    text = forms.CharField(
        label=_("协商记录"), widget=forms.Textarea({"rows": 8}), max_length=20_000,
        help_text=_("谁参加、提了什么意见、怎么答复的；方案在哪里公示。"),
    )  # fmt: skip
    text.wide = True  # type: ignore[attr-defined]


class PaperForm(forms.Form):
    """Acknowledgements on paper: when they were signed, and where they lie."""

    on = DayFormField(label=_("签字日期"))
    note = forms.CharField(label=_("存放处"), max_length=300)


class DecisionForm(forms.Form):
    """Which reading, who decided, when."""

    question = forms.CharField(max_length=80)
    reading = forms.CharField(max_length=80, error_messages={"required": _("选一种读法")})
    by = forms.CharField(label=_("谁定的"), max_length=60)
    on = DayFormField(label=_("日期"))


class SignOffForm(forms.Form):
    """Which finding, who accepts it, when and why; every: all jumps of its rule."""

    number = forms.IntegerField(min_value=0)
    by = forms.CharField(label=_("签认人"), max_length=60)
    on = DayFormField(label=_("日期"))
    why = forms.CharField(label=_("理由"), max_length=300)
    every = forms.BooleanField(required=False)
