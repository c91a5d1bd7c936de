"""Forms of signing in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from assay.people.models import User


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label=_("登录名"), max_length=60,
        widget=forms.TextInput({"autofocus": True, "autocomplete": "username"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("密码"), max_length=200, strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )  # fmt: skip


class CodeForm(forms.Form):
    """Six figures."""

    code = forms.RegexField(
        r"^\s*[0-9]{6}\s*$", label=_("验证码"), error_messages={"invalid": _("六位数字")},
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )  # fmt: skip


class PasswordForm(forms.Form):
    """The old password, and twice the new one."""

    old = forms.CharField(
        label=_("现在的密码"), strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )  # fmt: skip
    new = forms.CharField(
        label=_("新密码"), strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("再输一次"), strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """For one login."""
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        """It must be the one in force."""
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise forms.ValidationError(_("现在的密码不对"))
        return old

    def clean_new(self) -> str:
        """Long, and not a common one."""
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        """Twice the same."""
        said = super().clean() or {}
        if said.get("new") and said.get("again") and said["new"] != said["again"]:
            self.add_error("again", _("两次输入的不一样"))
        return said
