"""Forms of logins and of the company's profile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assay.furniture.identity import check_credit_code
from assay.people.models import Agent, Company, Employee, User

QUOTES = ("quote_days", "quote_words")
ODDS = ("odds_lead", "odds_needs", "odds_quoted")
PROFILE = ("name", "credit_code", "address", "phone", "bank", "account", *QUOTES, *ODDS)


class LoginForm(forms.Form):
    """A new login: exactly one of employee, agent, administrator."""

    username = forms.CharField(label=_("登录名"), max_length=60)
    password = forms.CharField(
        label=_("第一个密码"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    employee = forms.ModelChoiceField(Employee.objects.none(), label=_("员工"), required=False)
    agent = forms.ModelChoiceField(Agent.objects.none(), label=_("代理商"), required=False)
    admin = forms.BooleanField(label=_("管理员"), required=False)

    def __init__(
        self, open_to: tuple[QuerySet[Employee], QuerySet[Agent]], *args: Any, **kwargs: Any
    ) -> None:
        """Those without a login yet."""
        super().__init__(*args, **kwargs)
        for name, rows in zip(("employee", "agent"), open_to, strict=True):
            field: Any = self.fields[name]
            field.queryset = rows

    def clean_password(self) -> str:
        """Long, and not a common one."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        """One of the three."""
        said = super().clean() or {}
        if sum(bool(said.get(name)) for name in ("employee", "agent", "admin")) != 1:
            raise forms.ValidationError(_("员工、代理商、管理员，只选一个"))
        return said


class ResetForm(forms.Form):
    """Another password for somebody."""

    password = forms.CharField(
        label=_("新密码"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """For one login."""
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Long, and not a common one."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class CompanyForm(forms.Form):
    """The profile, as it stands on papers."""

    name = forms.CharField(label=_("公司名称"), max_length=120)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), max_length=18, required=False, validators=[check_credit_code]
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)
    bank = forms.CharField(label=_("开户行"), max_length=120, required=False)
    account = forms.CharField(label=_("账号"), max_length=40, required=False)
    quote_days = forms.IntegerField(
        label=_("报价有效天数"), min_value=1, max_value=366, required=False,
        help_text=_("报价单上印有效期至哪天；不填就不印。"),
    )  # fmt: skip
    quote_words = forms.CharField(
        label=_("报价单说明"), max_length=200, required=False,
        help_text=_("印在每张报价单上，如含不含税、谁付运费。"),
    )  # fmt: skip
    odds_lead = forms.IntegerField(
        label=_("有意向的商机，可能性 %"), min_value=0, max_value=100,
        help_text=_("预测提成费用时这样折算商机；出厂是 10、30、60，按自己的成交率改。"),
    )  # fmt: skip
    odds_needs = forms.IntegerField(label=_("需求已明的商机，可能性 %"), min_value=0, max_value=100)
    odds_quoted = forms.IntegerField(label=_("已报价的商机，可能性 %"), min_value=0, max_value=100)


def company_now(row: Company) -> dict[str, Any]:
    """What stands."""
    return {name: getattr(row, name) for name in PROFILE}
