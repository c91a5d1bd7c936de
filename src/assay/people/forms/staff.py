"""Forms of hiring, moving, paying, ending."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import DayFormField, FenFormField
from assay.furniture.identity import check_id_number, check_phone
from assay.people.models import Assignment, Department, Shop
from assay.people.roles import STAFF_ROLES


class PersonFields(forms.Form):
    """Phone and identity number."""

    phone = forms.CharField(
        label=_("手机"), max_length=20, required=False, validators=[check_phone]
    )
    id_number = forms.CharField(
        label=_("身份证号"), max_length=18, required=False, validators=[check_id_number],
        help_text=_("加密保存，页面上只显示首尾"),
    )  # fmt: skip


class PostForm(forms.Form):
    """A post: role, place, day."""

    role = forms.ChoiceField(label=_("角色"), choices=STAFF_ROLES)
    title = forms.CharField(label=_("职务"), max_length=40, required=False)
    department = forms.ModelChoiceField(
        Department.objects.filter(stop=None), label=_("部门"), required=False
    )
    shop = forms.ModelChoiceField(
        Shop.objects.filter(stop=None), label=_("银楼"), required=False, help_text=_("店员才填")
    )
    start = DayFormField(label=_("从哪天起"))

    def clean(self) -> dict[str, Any]:
        """A clerk stands in a shop, everybody else in a department."""
        said = super().clean() or {}
        clerk = said.get("role") == "clerk"
        if clerk and not said.get("shop"):
            self.add_error("shop", _("店员要选银楼"))
        if not clerk and not said.get("department"):
            self.add_error("department", _("要选部门"))
        if not clerk and said.get("shop"):
            self.add_error("shop", _("只有店员才选银楼"))
        return said


class HireForm(PostForm, PersonFields):
    """A new employee with the first post and base pay."""

    number = forms.CharField(label=_("工号"), max_length=30)
    name = forms.CharField(label=_("姓名"), max_length=60)
    base_wage = FenFormField(label=_("基本工资（元/月）"), required=False)
    phone_allowance = FenFormField(label=_("电话补助（元/月）"), required=False)

    field_order = (
        "number", "name", "start", "role", "department", "shop", "title", "base_wage",
        "phone_allowance", "phone", "id_number",
    )  # fmt: skip


class EmployeeForm(PersonFields):
    """What can be corrected; what is left empty stays."""

    name = forms.CharField(label=_("姓名"), max_length=60)

    field_order = ("name", "phone", "id_number")


class MoveForm(PostForm):
    """The post that ends, and the one that begins."""

    post = forms.ModelChoiceField(Assignment.objects.none(), label=_("哪个任职"))

    field_order = ("post", "start", "role", "department", "shop", "title")

    def __init__(self, posts: QuerySet[Assignment], *args: Any, **kwargs: Any) -> None:
        """Of one employee's open posts."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["post"]
        field.queryset = posts
        field.label_from_instance = lambda post: (
            f"{post.get_role_display()} {post.shop or post.department} {post.start:%Y-%m-%d}"
        )


class WageForm(forms.Form):
    """Base pay from a day on."""

    start = DayFormField(label=_("从哪天起"))
    base_wage = FenFormField(label=_("基本工资（元/月）"))
    phone_allowance = FenFormField(label=_("电话补助（元/月）"), required=False)

    def clean_phone_allowance(self) -> int:
        """None is 0."""
        return self.cleaned_data["phone_allowance"] or 0


class EndForm(forms.Form):
    """The last day."""

    last = DayFormField(label=_("最后一天"))
    reason = forms.CharField(label=_("原因"), max_length=120, required=False)
