"""Forms of goods, gold prices, opportunities, decisions, targets, receipts, returns, pick-ups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assay.customers.models import Category
from assay.customers.queries.lookups import by_customer, categories
from assay.furniture.fields import DayFormField, FenFormField
from assay.people.access import Viewer
from assay.people.models import Department, Employee
from assay.sales.access import buyers_for, sellers_for
from assay.sales.forms.reading import NamedField, RatioField, with_held
from assay.sales.models import METALS, Good, Opportunity, Order, OrderLine, Receipt


class GoodForm(forms.Form):
    """A good."""

    number = forms.CharField(label=_("货号"), max_length=30)
    name = forms.CharField(label=_("品名"), max_length=80)
    way = forms.ChoiceField(label=_("计价"), choices=Good.WAYS)
    list_price = FenFormField(
        label=_("原价（元/件）"),
        required=False,
        help_text=_("按件；没有原价就空着，卖时填参考价并审批"),
    )
    cost = FenFormField(label=_("成本（元/件）"), required=False)
    metal = forms.ChoiceField(
        label=_("成色"), choices=[("", "—"), *METALS], required=False, help_text=_("按克重")
    )
    labour = FenFormField(label=_("工费（元/克）"), required=False, help_text=_("按克重"))
    labour_cost = FenFormField(label=_("工费成本（元/克）"), required=False)
    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("品类"), required=False,
        help_text=_("客户买过哪些品类按它算，从下一次核销起"),
    )  # fmt: skip
    on_sale = forms.BooleanField(label=_("在售"), required=False, initial=True)

    def __init__(self, good: Good | None, *args: Any, **kwargs: Any) -> None:
        """Of a category in use, or the one that `good` is of."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["category"]
        field.queryset = with_held(categories(), [good.category_id if good else None])


class GoldPriceForm(forms.Form):
    """A day's price of a metal."""

    day = DayFormField(label=_("日期"))
    metal = forms.ChoiceField(label=_("成色"), choices=METALS)
    price = FenFormField(label=_("金价（元/克）"), least=1)
    cost = FenFormField(label=_("成本（元/克）"), required=False)


class OpportunityForm(forms.Form):
    """A sale in sight."""

    title = forms.CharField(label=_("商机"), max_length=80)
    seller = forms.ModelChoiceField(Employee.objects.none(), label=_("业务员"))
    day = DayFormField(label=_("发现日期"))
    stage = forms.ChoiceField(label=_("阶段"), choices=Opportunity.STAGES)
    expected = FenFormField(label=_("预计金额（元）"))
    expected_on = DayFormField(label=_("预计成交日"))
    why_lost = forms.CharField(label=_("丢单原因"), max_length=120, required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    field_order = (
        "customer", "title", "seller", "day", "stage", "expected", "expected_on", "why_lost", "note",
    )  # fmt: skip

    def __init__(self, who: Viewer, *args: Any, **kwargs: Any) -> None:
        """For those the person may sell to and for."""
        super().__init__(*args, **kwargs)
        self.fields["customer"] = NamedField(
            buyers_for(who), "code", by_customer(), label=_("客户"),
            help_text=_("编号、名称或拼音"),
        )  # fmt: skip
        field: Any = self.fields["seller"]
        field.queryset = sellers_for(who)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """A lost one says why."""
        said = super().clean() or {}
        if said.get("stage") == "lost" and not said.get("why_lost"):
            self.add_error("why_lost", _("丢单要写原因"))
        return said


class DayForm(forms.Form):
    """A day, and the version the page was opened at."""

    day = DayFormField(label=_("日期"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class WhyForm(forms.Form):
    """A reason."""

    why = forms.CharField(label=_("理由"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CommentForm(forms.Form):
    """What an approver says; to whom it goes, or at which discount."""

    comment = forms.CharField(max_length=200, required=False)
    who = forms.ModelChoiceField(Employee.objects.none(), required=False)
    ratio = RatioField(required=False)

    def __init__(self, signers: Any, *args: Any, **kwargs: Any) -> None:
        """Among those who can sign."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["who"]
        field.queryset = signers


class DraftForm(forms.Form):
    """A new version of a year; of which department, where there are several."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("部门"), required=False, empty_label=None
    )
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2199)
    amount = FenFormField(label=_("年度任务额（元）"))
    why = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, departments: QuerySet[Department], *args: Any, **kwargs: Any) -> None:
        """Those whose targets a person sets."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.queryset = departments
        if departments.count() < 2:
            del self.fields["department"]


class ReceiptForm(forms.Form):
    """Money received."""

    day = DayFormField(label=_("收款日期"))
    amount = FenFormField(label=_("金额（元）"), least=1)
    payer = forms.CharField(label=_("付款方"), max_length=120)
    method = forms.ChoiceField(label=_("方式"), choices=Receipt.METHODS)
    reference = forms.CharField(label=_("银行流水号"), max_length=60, required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def __init__(self, who: Viewer, *args: Any, **kwargs: Any) -> None:
        """From a customer the person sees, or from nobody known."""
        super().__init__(*args, **kwargs)
        self.fields["customer"] = NamedField(
            buyers_for(who), "code", by_customer(), label=_("客户"), required=False
        )


class MatchForm(forms.Form):
    """Which order a receipt pays, how much, and why where it is more than owed."""

    amount = FenFormField(label=_("核销金额（元）"), least=1)
    over = forms.CharField(label=_("多收或预收说明"), max_length=120, required=False)

    def __init__(self, orders: Any, *args: Any, **kwargs: Any) -> None:
        """Among the orders the person sees."""
        super().__init__(*args, **kwargs)
        self.fields["order"] = NumberedField(orders, label=_("订单号"))
        self.order_fields(("order", "amount", "over"))


class NumberedField(forms.CharField):
    """An order by its number."""

    def __init__(self, rows: Any, **kwargs: Any) -> None:
        """Among these."""
        self.rows = rows
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """The order."""
        text = super().to_python(value)
        if not text:
            return None
        found = self.rows.filter(number=text.strip()).first()
        if found is None:
            raise forms.ValidationError(_("没有这个订单：%(n)s"), params={"n": text})
        return found


class QuantitiesForm(forms.Form):
    """How many pieces of each line; `left` gives what there still is."""

    def __init__(self, order: Order, left: Any, *args: Any, **kwargs: Any) -> None:
        """A box for each line of which something is left."""
        super().__init__(*args, **kwargs)
        self.lines: list[OrderLine] = [line for line in order.lines.all() if left(line) > 0]
        for line in self.lines:
            self.fields[f"q{line.pk}"] = forms.IntegerField(
                label=_("%(name)s（还有 %(left)s 件）") % {"name": line.name, "left": left(line)},
                min_value=0, max_value=left(line), required=False,
            )  # fmt: skip

    def wanted(self) -> dict[int, int]:
        """Line -> pieces, those of which some are meant."""
        found = {line.pk: self.cleaned_data.get(f"q{line.pk}") or 0 for line in self.lines}
        return {pk: quantity for pk, quantity in found.items() if quantity}


class PickUpForm(QuantitiesForm):
    """Who picks up, by what proof."""

    person = forms.CharField(label=_("提货人"), max_length=60)
    proof = forms.CharField(label=_("凭证（提货码、证件尾号）"), max_length=60, required=False)


class ReturnForm(QuantitiesForm):
    """When and why goods came back."""

    day = DayFormField(label=_("退货日期"))
    why = forms.CharField(label=_("退货原因"), max_length=120)
