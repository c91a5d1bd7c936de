"""Forms of training."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import DayFormField
from assay.people.models import Employee, TrainingSeat

CAME = [("", "—"), ("yes", _("是")), ("no", _("否"))]


class TrainingForm(forms.Form):
    """A new training."""

    title = forms.CharField(label=_("培训"), max_length=120)
    day = DayFormField(label=_("日期"))
    hours = forms.IntegerField(label=_("课时"), min_value=1, max_value=99, initial=2)
    trainer = forms.CharField(label=_("讲师"), max_length=60, required=False)
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    employees = forms.ModelMultipleChoiceField(
        Employee.objects.none(), label=_("名单"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, staff: QuerySet[Employee], *args: Any, **kwargs: Any) -> None:
        """From those the planner sees."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["employees"]
        field.queryset, field.wide = staff.order_by("pinyin"), True

    def clean_employees(self) -> list[Employee]:
        """As a list."""
        return list(self.cleaned_data["employees"])


class SeatForm(forms.Form):
    """One line of the list of results."""

    attended = forms.ChoiceField(label=_("到场"), choices=CAME, required=False)
    result = forms.ChoiceField(label=_("结果"), choices=TrainingSeat.RESULTS)
    score = forms.IntegerField(label=_("分数"), min_value=0, max_value=100, required=False)

    def clean_attended(self) -> bool | None:
        """Yes, no, or not noted."""
        return {"yes": True, "no": False}.get(self.cleaned_data["attended"])


def seat_now(seat: TrainingSeat) -> dict[str, Any]:
    """What stands of a seat, for the form."""
    came = {True: "yes", False: "no", None: ""}[seat.attended]
    return {"attended": came, "result": seat.result, "score": seat.score}
