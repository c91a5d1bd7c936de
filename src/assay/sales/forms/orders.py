"""The form of a quotation: its head, lines, shares, and the discount over all of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assay.customers.queries.lookups import by_customer
from assay.furniture.fields import DayFormField, FenFormField, named
from assay.furniture.reader import labelled
from assay.money import half_up
from assay.people.access import Viewer
from assay.people.models import Agent, Employee, Shop
from assay.period import Month
from assay.sales.access import buyers_for, sellers_for
from assay.sales.actions.orders import LineSaid
from assay.sales.forms.reading import (
    GramsField,
    NamedField,
    RatioField,
    good_field,
    suggesting,
    with_held,
)
from assay.sales.models import CHANNELS, Opportunity, Order, OrderLine, OrderShare

LINES = 4
SHARES = 3
MOST_LINES = 60


class CustomerField(NamedField):
    """One of those somebody may sell to."""

    def __init__(self, who: Viewer) -> None:
        """By number, name or sound."""
        super().__init__(
            buyers_for(who), "code", by_customer(), label=_("客户"), help_text=_("编号、名称或拼音"),
            widget=suggesting("customers", "sales:suggest_buyers"),
        )  # fmt: skip


class HeadForm(forms.Form):
    """Who, to whom, how, when."""

    channel = forms.ChoiceField(label=_("渠道"), choices=CHANNELS)
    day = DayFormField(label=_("日期"))
    seller = forms.ModelChoiceField(Employee.objects.none(), label=_("业务员"), required=False)
    agent = forms.ModelChoiceField(
        Agent.objects.filter(stop=None), label=_("代理商"), required=False
    )
    shop = forms.ModelChoiceField(
        Shop.objects.filter(stop=None), label=_("银楼（银楼自己的客户）"), required=False
    )
    pickup_shop = forms.ModelChoiceField(
        Shop.objects.filter(stop=None), label=_("提货银楼"), required=False
    )
    opportunity = forms.ModelChoiceField(
        Opportunity.objects.none(), label=_("商机"), required=False
    )
    due_on = DayFormField(label=_("回款期限"), required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    field_order = (
        "customer", "channel", "day", "seller", "agent", "shop", "pickup_shop", "opportunity",
        "due_on", "note",
    )  # fmt: skip

    def __init__(
        self, who: Viewer, opportunities: Any, order: Order | None, *args: Any, **kwargs: Any
    ) -> None:
        """For those the person may sell to and for; what stands in `order` stays among the choices."""
        super().__init__(*args, **kwargs)
        self.who, self.order = who, order
        self.fields["customer"] = CustomerField(who)
        given = {"seller": sellers_for(who), "opportunity": opportunities}
        for name in ("seller", "agent", "shop", "pickup_shop", "opportunity"):
            field: Any = self.fields[name]
            held = [getattr(order, f"{name}_id")] if order else []
            field.queryset = with_held(given.get(name, field.queryset), held)
        self.order_fields(self.field_order)

    def clean_day(self) -> date:
        """Never ahead; what is placed stays in its month, unless one may bring orders in as they are."""
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise ValidationError(_("日期不能在今天之后"), code="ahead")
        order = self.order
        free = order is None or not order.placed or self.who.may("orders.import")
        if order is not None and not free and Month.of(day) != Month.of(order.day):
            raise ValidationError(
                _("已下单的单留在它的月份，提成按那个月算；月份写错了请总监改"), code="month"
            )
        return day

    def clean(self) -> dict[str, Any]:
        """What each channel asks for."""
        said = super().clean() or {}
        channel = said.get("channel")
        if channel == "agent" and not said.get("agent"):
            self.add_error("agent", _("代理渠道要选代理商"))
        if channel == "store" and not said.get("shop"):
            self.add_error("shop", _("银楼渠道要选银楼"))
        if channel != "store" and said.get("shop"):
            self.add_error("shop", _("只有银楼自己开发的客户才选银楼；在银楼提货选“提货银楼”"))
        if channel in ("direct", "group_buy") and not said.get("seller"):
            self.add_error("seller", _("要选业务员"))
        return said


class LineForm(forms.Form):
    """A line; one without a good is left out, unless it came without (a file names goods freely)."""

    good = good_field(label=_("商品"), required=False)
    name = forms.CharField(label=_("商品"), max_length=80, required=False)
    quantity = forms.IntegerField(label=_("件数"), min_value=1, max_value=100_000, required=False)
    weight = GramsField(label=_("克重"), required=False)
    price = FenFormField(label=_("参考价"), required=False)
    ratio = RatioField(label=_("折扣"), required=False)
    discount_on = forms.ChoiceField(label=_("打折范围"), choices=OrderLine.ON, required=False)

    def __init__(self, *args: Any, stood: OrderLine | None = None, **kwargs: Any) -> None:
        """`stood`: the line that stands in this place; its good may be off sale by now."""
        super().__init__(*args, **kwargs)
        self.stood = stood
        if stood is None or stood.good_id is not None:
            del self.fields["name"]
        if stood is not None:
            field: Any = self.fields["good"]
            field.rows = with_held(field.rows, [stood.good_id])

    def said(self, ratio: Fraction) -> LineSaid | None:
        """What was written, at the order's discount where the line has none of its own."""
        told = self.cleaned_data
        good, name = told.get("good"), told.get("name", "")
        if good is None and not name:
            return None
        return LineSaid(
            good=good, name=name, keeps=self.stood.number if self.stood else 0,
            quantity=told.get("quantity") or 1, weight=told.get("weight"),
            price=told.get("price"), ratio=told.get("ratio") or ratio,
            discount_on=told.get("discount_on") or "all",
        )  # fmt: skip


class OverallForm(forms.Form):
    """The discount of all lines, and the version the page was opened at."""

    overall = RatioField(label=_("整单折扣"), help_text=_("折越高，让得越少；8折是原价的 80%"))
    want = FenFormField(
        label=_("至少要得（元）"), required=False, least=1,
        help_text=_("填这一单至少要拿多少，倒算最低能打几折"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ShareForm(forms.Form):
    """A person's part of the credit."""

    employee = forms.ModelChoiceField(Employee.objects.none(), label=_("业务员"), required=False)
    percent = forms.DecimalField(
        label=_("分成 %"), min_value=0, max_value=100, decimal_places=2, required=False
    )

    def __init__(self, sellers: Any, *args: Any, **kwargs: Any) -> None:
        """Among those who sell."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["employee"]
        field.queryset = sellers


class Sheet:
    """All forms of the page together: head, overall, lines, shares."""

    def __init__(
        self, who: Viewer, opportunities: Any, data: Any = None, order: Order | None = None,
        first: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """`data`: what was posted; `order`: what is changed; `first`: what a new one begins with."""
        self.order, self.who = order, who
        lines = list(order.lines.select_related("good")) if order else []
        shares = list(order.shares.all()) if order else []
        count = self._count(data, "line", max(LINES, len(lines) + 1))
        self.head = HeadForm(
            who,
            opportunities,
            order,
            data,
            prefix="head",
            initial={**(first or {}), **_head_of(order)},
        )
        overall = _overall_of(order, lines)
        self.overall = OverallForm(data, prefix="all", initial=overall)
        self.lines = [
            named(
                LineForm(
                    data,
                    prefix=f"line{n}",
                    stood=lines[n] if n < len(lines) else None,
                    initial=_line_of(lines[n], overall["overall"]) if n < len(lines) else {},
                ),
                n + 1,
            )
            for n in range(count)
        ]
        sellers = with_held(sellers_for(who), [share.employee_id for share in shares])
        self.shares = [
            named(
                ShareForm(
                    sellers, data, prefix=f"share{n}",
                    initial=_share_of(shares[n]) if n < len(shares) else {},
                ),
                n + 1,
            )
            for n in range(max(SHARES, len(shares) + 1))
        ]  # fmt: skip
        self.wrong: list[str] = []

    @staticmethod
    def _count(data: Any, word: str, least: int) -> int:
        if data is None:
            return least
        said = {key.split("-")[0] for key in data if key.startswith(word)}
        more = LINES if data.get("more") == "1" else 0
        return min(max(len(said), 1) + more, MOST_LINES)

    @property
    def slider(self) -> str:
        """Where the slider stands: tenths of the list price."""
        value = self.overall["overall"].value()
        ratio = value if isinstance(value, Fraction) else None
        if isinstance(value, str):
            try:
                ratio = self.overall.fields["overall"].to_python(value)
            except forms.ValidationError:
                ratio = None
        return f"{float((ratio or Fraction(1)) * 10):.1f}"

    @property
    def parts_of(self) -> list[forms.Form]:
        """Every one of them."""
        return [self.head, self.overall, *self.lines, *self.shares]

    def is_valid(self) -> bool:
        """Whether all of them are."""
        valid = [form.is_valid() for form in self.parts_of]
        return all(valid)

    def said(self) -> list[LineSaid]:
        """The lines as written; each at the order's discount unless it has its own."""
        ratio = self.overall.cleaned_data.get("overall") or Fraction(1)
        found = [form.said(ratio) for form in self.lines if form.is_valid()]
        return [line for line in found if line is not None]

    def whole(self, lines: Sequence[OrderLine], ratio: Fraction) -> int:
        """What its lines (as `said` has them, priced) come to, in 分, at a discount over all of it."""
        own = [
            form.cleaned_data.get("ratio") is not None
            for form in self.lines
            if form.is_valid() and form.said(ratio) is not None
        ]
        return sum(
            line.net_amount if kept else line.firm + half_up((line.list_amount - line.firm) * ratio)
            for line, kept in zip(lines, own, strict=True)
        )

    def parts(self) -> list[tuple[Employee, int]]:
        """The shares in hundredths of a percent."""
        return [
            (form.cleaned_data["employee"], int(form.cleaned_data["percent"] * 100))
            for form in self.shares
            if form.cleaned_data.get("employee") and form.cleaned_data.get("percent")
        ]

    def faults(self) -> list[str]:
        """What is wrong in words, each with its line."""
        told = list(self.wrong)
        for number, form in enumerate(self.lines, start=1):
            for name, errors in form.errors.items():
                label = form.fields[name].label if name in form.fields else ""
                where = f"{gettext('第 %(n)s 行') % {'n': number}} {label}"
                told += [labelled(where, error) for error in errors]
        for share in self.shares:
            told += [str(e) for errors in share.errors.values() for e in errors]
        return told


def _head_of(order: Order | None) -> dict[str, Any]:
    if order is None:
        return {}
    return {name: getattr(order, name) for name in HeadForm.field_order}


def _overall_of(order: Order | None, lines: list[OrderLine]) -> dict[str, Any]:
    if order is None:
        return {"overall": Fraction(1)}
    ratios = {line.ratio for line in lines}
    overall = ratios.pop() if len(ratios) == 1 else Fraction(1)
    return {"overall": overall, "version": order.version}


def _line_of(line: OrderLine, overall: Fraction) -> dict[str, Any]:
    """What stands in a line; its discount only where it is not that of the whole."""
    ratio = line.ratio
    return {
        "good": line.good, "name": line.name, "quantity": line.quantity, "weight": line.weight,
        "price": line.list_amount // line.quantity if line.reference else None,
        "ratio": None if ratio == overall else ratio, "discount_on": line.discount_on,
    }  # fmt: skip


def _share_of(share: OrderShare) -> dict[str, Any]:
    return {"employee": share.employee_id, "percent": share.part / 100}
