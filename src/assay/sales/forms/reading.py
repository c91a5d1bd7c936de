"""Fields that read what people write in sales: discounts, grams, goods and customers by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from assay.engine.quote import read_ratio
from assay.errors import UserError
from assay.furniture.finding import Way, narrow
from assay.furniture.reader import series
from assay.plan.units import number_text
from assay.sales.models import Good
from assay.signs import FULL_WIDTH

_GRAMS = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*[^0-9.]?")


class RatioField(forms.CharField):
    """A discount as people write it: 8折, 8.5, 85%, 0.85; a bare number over 1 is 折."""

    def __init__(self, **kwargs: Any) -> None:
        """A short box."""
        kwargs.setdefault(
            "widget", forms.TextInput({"inputmode": "decimal", "class": "n", "autocomplete": "off"})
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """17/20 as 8.5折."""
        return f"{number_text(value * 10)}折" if isinstance(value, Fraction) else value

    def to_python(self, value: Any) -> Any:
        """A ratio over 0 and at most 1.2, or None."""
        text = super().to_python(value)
        if not text:
            return None
        bare = text.translate(FULL_WIDTH).strip()
        try:
            if bare.replace(".", "", 1).isdigit() and Fraction(bare) > 1:
                bare = f"{bare}折" if Fraction(bare) <= 12 else f"{bare}%"
            return read_ratio(bare)
        except (UserError, ValueError, ZeroDivisionError):
            raise ValidationError(_("折扣看不懂：写成 8折、8.5折 或 85%"), code="ratio") from None


class GramsField(forms.CharField):
    """Grams as people write them, cleaned to milligrams."""

    def __init__(self, **kwargs: Any) -> None:
        """A short box."""
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "decimal", "class": "n"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """12500 as 12.5."""
        return number_text(Fraction(value, 1000)) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        """Milligrams, or None."""
        text = super().to_python(value)
        if not text:
            return None
        match = _GRAMS.fullmatch(text.translate(FULL_WIDTH).strip())
        if match is None:
            raise ValidationError(_("克重看不懂：写成 12.35"), code="grams")
        scaled = Decimal(match[1]) * 1000
        if scaled != scaled.to_integral_value() or not 0 < scaled <= 10**9:
            raise ValidationError(_("克重要大于 0，最多三位小数"), code="grams")
        return int(scaled)


class NamedField(forms.CharField):
    """A row by its number or name as typed; says what was meant where several were."""

    def __init__(
        self, rows: QuerySet[Any], code: str, search: Sequence[Way], **kwargs: Any
    ) -> None:
        """`code`: the field that names a row for certain; `search`: how others are found."""
        self.rows, self.code, self.search = rows, code, search
        kwargs.setdefault("widget", forms.TextInput({"autocomplete": "off"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A row as its number and name."""
        return f"{getattr(value, self.code)} {value.name}" if hasattr(value, "name") else value

    def to_python(self, value: Any) -> Any:
        """The row, or None."""
        text = super().to_python(value)
        if not text:
            return None
        exact = self.rows.filter(**{self.code: text.split(" ", 1)[0]}).first()
        if exact is not None:
            return exact
        rows = list(narrow(self.rows, self.search, text)[:4])
        same = [row for row in rows if row.name == text]
        if len(same) == 1 or len(rows) == 1:
            return (same or rows)[0]
        if not rows:
            raise ValidationError(_("没有找到：%(text)s"), code="named", params={"text": text})
        raise ValidationError(
            _("有几个都像：%(names)s，写编号"), code="named",
            params={"names": series(f"{getattr(r, self.code)} {r.name}" for r in rows[:3])},
        )  # fmt: skip


def suggesting(list_id: str, name: str) -> forms.TextInput:
    """A box whose suggestions (the datalist of that id) are asked of an address as one types."""
    return forms.TextInput({
        "autocomplete": "off", "list": list_id, "hx-get": reverse_lazy(name),
        "hx-trigger": "input changed delay:120ms", "hx-target": f"#{list_id}",
        "hx-sync": "this:replace", "placeholder": " ",  # an empty box is told from a filled one by it
    })  # fmt: skip


def good_field(**kwargs: Any) -> NamedField:
    """A good on sale."""
    kwargs.setdefault("widget", suggesting("goods", "sales:suggest_goods"))
    return NamedField(Good.objects.filter(on_sale=True), "number", [Way("good")], **kwargs)


def with_held(rows: QuerySet[Any], held: Iterable[int | None]) -> QuerySet[Any]:
    """Rows, and those that stand already: gone from the choices they would be lost."""
    kept = [pk for pk in held if pk is not None]
    return rows | rows.model.objects.filter(pk__in=kept) if kept else rows
