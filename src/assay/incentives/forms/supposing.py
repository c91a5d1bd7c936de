"""Orders imagined: some rows of list price, net amount or discount, day and channel, from an address."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import DayFormField, FenFormField
from assay.money import half_up
from assay.period import Month
from assay.sales.forms.reading import RatioField
from assay.sales.models import CHANNELS

ROWS = 5  # so many orders are supposed at once
MOST = 10**11  # 分: ten times any order there was


class SupposedForm(forms.Form):
    """One imagined order: a list price with either its net amount or its discount."""

    listed = FenFormField(label=_("原价（元）"), least=1, required=False)
    net = FenFormField(label=_("成交价（元）"), required=False)
    ratio = RatioField(label=_("折扣"), required=False)
    day = DayFormField(label=_("日期"), required=False)
    channel = forms.ChoiceField(
        label=_("渠道"), choices=[one for one in CHANNELS if one[0] != "store"], required=False
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """Of the month of a day."""
        self.today = today
        super().__init__(*args, **kwargs)

    def has_changed(self) -> bool:
        """Whether anything of an order was written."""
        return any(self.data.get(self.add_prefix(name)) for name in ("listed", "net", "ratio"))

    def clean(self) -> dict[str, Any]:
        """Amounts that go together, a day of the month at hand."""
        said = super().clean() or {}
        said["day"] = said.get("day") or self.today
        said["channel"] = said.get("channel") or "direct"
        if Month.of(said["day"]) != Month.of(self.today):
            self.add_error("day", gettext("只能是本月的日期"))
        listed, net, ratio = (said.get(name) for name in ("listed", "net", "ratio"))
        if self.errors:
            return said
        if not listed:
            self.add_error("listed", gettext("要写原价"))
        elif net is None and ratio is None:
            self.add_error("net", gettext("写成交价或折扣"))
        elif net is None:
            assert isinstance(ratio, Fraction)
            said["net"] = half_up(listed * ratio)
        elif ratio is not None and half_up(listed * ratio) != net:
            self.add_error("ratio", gettext("和成交价对不上，留一个"))
        if max(listed or 0, said.get("net") or 0) > MOST:
            self.add_error("listed", gettext("假设的一单最多 10 亿元"))
        return said


def read_supposed(given: QueryDict, today: date) -> list[SupposedForm]:
    """The rows an address names; at least one, at most ROWS."""
    return [
        SupposedForm(given if any(k.startswith(f"o{at}-") for k in given) else None,
                     prefix=f"o{at}", today=today)
        for at in range(ROWS)
    ]  # fmt: skip
