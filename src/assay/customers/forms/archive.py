"""Forms of the archive: profile, tax profile, contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from assay.customers.models import PARTS, SOURCES, STANCES
from assay.furniture.identity import check_credit_code, check_phone
from assay.people.models import Agent, Employee, Shop

# Asks, while it is typed, whether the customer is there already.
LIVE = {
    "hx-get": reverse_lazy("customers:twins"), "hx-trigger": "input changed delay:300ms",
    "hx-target": "#twins", "hx-include": "closest form",
}  # fmt: skip


class ProfileForm(forms.Form):
    """Who a customer is."""

    name = forms.CharField(
        label=_("客户名称"), max_length=120, widget=forms.TextInput({"autofocus": True})
    )
    short = forms.CharField(label=_("简称"), max_length=40, required=False)
    group = forms.CharField(label=_("集团"), max_length=120, required=False)
    industry = forms.CharField(label=_("行业"), max_length=40, required=False)
    city = forms.CharField(label=_("城市"), max_length=40, required=False)
    headcount = forms.IntegerField(
        label=_("员工人数"), min_value=1, max_value=9_999_999, required=False
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    source = forms.ChoiceField(label=_("来源"), choices=SOURCES)
    agent = forms.ModelChoiceField(
        Agent.objects.filter(stop=None).order_by("pinyin"), label=_("介绍的代理商"), required=False
    )
    shop = forms.ModelChoiceField(
        Shop.objects.filter(stop=None).order_by("code"), label=_("开发的银楼"), required=False
    )
    remark = forms.CharField(
        label=_("备注"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        """An agent's or a shop's customer says whose."""
        said = super().clean() or {}
        if said.get("source") == "agent" and not said.get("agent"):
            self.add_error("agent", _("来源是代理商，要选是哪一个"))
        if said.get("agent") and said.get("source") not in (None, "agent"):
            self.add_error("source", _("选了代理商，来源就是“代理商介绍”"))
        return said


class OpenForm(ProfileForm):
    """A new customer with a first contact; twins are shown while it is typed."""

    tax_number = forms.CharField(
        label=_("税号"), max_length=20, required=False, validators=[check_credit_code],
        widget=forms.TextInput(LIVE),
    )  # fmt: skip
    contact_name = forms.CharField(label=_("联系人"), max_length=60, required=False)
    contact_title = forms.CharField(label=_("职务"), max_length=60, required=False)
    contact_part = forms.ChoiceField(label=_("决策中的角色"), choices=PARTS, required=False)
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=20, required=False, validators=[check_phone],
        widget=forms.TextInput({**LIVE, "inputmode": "tel"}),
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        Employee.objects.none(), label=_("负责人"), required=False, help_text=_("不选就放进公海")
    )
    anyway = forms.BooleanField(label=_("仍要新建：确实是另一位客户"), required=False)

    field_order = (
        "name", "tax_number", "contact_name", "contact_phone", "contact_title", "contact_part",
        "short", "group", "industry", "city", "headcount", "address", "source", "agent", "shop",
        "owner", "remark", "anyway",
    )  # fmt: skip

    def __init__(self, owners: Any, *args: Any, role: str = "", **kwargs: Any) -> None:
        """`owners`: who may be made owner; nobody but oneself for a salesperson and a clerk."""
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs.update(LIVE)
        if owners is None:
            del self.fields["owner"]
        else:
            chosen: Any = self.fields["owner"]
            chosen.queryset = owners
        if role == "clerk":
            for name in ("shop", "agent", "source"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A contact's title or phone needs the name."""
        said = super().clean()
        if said.get("contact_phone") and not said.get("contact_name"):
            self.add_error("contact_name", _("写了电话，也写联系人"))
        return said


class ChangeForm(ProfileForm):
    """The profile, as of a version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class TaxForm(forms.Form):
    """What an invoice needs."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    tax_title = forms.CharField(label=_("抬头"), max_length=120, required=False)
    tax_number = forms.CharField(
        label=_("税号"), max_length=20, required=False, validators=[check_credit_code]
    )
    tax_bank = forms.CharField(label=_("开户行"), max_length=120, required=False)
    tax_account = forms.RegexField(
        r"^[0-9\s-]{6,40}$", label=_("账号"), required=False,
        help_text=_("加密保存；不改就留空"), error_messages={"invalid": _("账号只有数字")},
    )  # fmt: skip
    tax_address = forms.CharField(label=_("注册地址"), max_length=200, required=False)
    tax_phone = forms.CharField(
        label=_("注册电话"), max_length=30, required=False, validators=[check_phone]
    )


class ContactForm(forms.Form):
    """A contact and the part played in the decision."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    title = forms.CharField(label=_("职务"), max_length=60, required=False)
    part = forms.ChoiceField(label=_("决策中的角色"), choices=PARTS)
    stance = forms.ChoiceField(label=_("态度"), choices=STANCES, initial="neutral")
    phone = forms.CharField(
        label=_("电话"), max_length=20, required=False, validators=[check_phone],
        help_text=_("加密保存，页面上只显示首尾；不改就留空"),
    )  # fmt: skip
    email = forms.EmailField(label=_("邮箱"), required=False)
    remark = forms.CharField(label=_("备注"), max_length=200, required=False)


class ContactChangeForm(ContactForm):
    """The same, and whether somebody has left."""

    left = forms.BooleanField(label=_("已离开这家单位"), required=False)
