"""Fields: money in 分, months, and texts kept sealed; each reads what people write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from assay.facts.cells import read_money, read_month
from assay.furniture.seal import Sealed, open_seal, seal
from assay.money import MAX_FEN, grouped
from assay.period import Month, read_date


class FenFormField(forms.CharField):
    """An amount as people write it (1,234.50, ¥1,234.5, 12.3万), cleaned to whole 分."""

    default_error_messages = {  # noqa: RUF012 (Django's own shape)
        "amount": _("金额看不懂：写成 1234.50、1,234.50、¥1,234.5 或 12.3万，最多到分"),
        "least": _("金额不能小于 %(least)s"),
    }

    def __init__(self, *, least: int | None = 0, **kwargs: Any) -> None:
        """`least`: the smallest amount taken, in 分; None takes negative ones too."""
        self.least = least
        kwargs.pop("min_value", None)
        kwargs.pop("max_value", None)
        kwargs.setdefault(
            "widget", forms.TextInput({"inputmode": "decimal", "class": "n", "autocomplete": "off"})
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show 分 as 1,234.50; what was typed stays as it was typed."""
        return grouped(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        """Clean to 分, or None where nothing was written."""
        if isinstance(value, int):
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            fen = read_money(text)
        except ValueError:
            raise ValidationError(self.error_messages["amount"], code="amount") from None
        if self.least is not None and fen < self.least:
            raise ValidationError(
                self.error_messages["least"], code="least", params={"least": grouped(self.least)}
            )
        return fen


class FenField(models.BigIntegerField):  # type: ignore[type-arg]
    """Money in whole 分. The database itself refuses what is no whole number or out of range."""

    def db_check(self, connection: Any) -> str:
        """Whole, and within what contract.md allows; SQLite would else take any text."""
        column = connection.ops.quote_name(self.column)
        ranged = f"{column} BETWEEN -{MAX_FEN} AND {MAX_FEN}"
        if connection.vendor == "sqlite":
            empty = f"{column} IS NULL OR " if self.null else ""
            return f"{empty}(typeof({column}) = 'integer' AND {ranged})"
        return ranged

    def formfield(self, **kwargs: Any) -> Any:
        """A field that reads amounts."""
        return super().formfield(form_class=FenFormField, **kwargs)


class MonthFormField(forms.CharField):
    """A month as people write it: 2018-05, 2018/5, 201805, 2018年5月."""

    default_error_messages = {"month": _("月份看不懂：写成 2018-05")}  # noqa: RUF012

    def __init__(self, **kwargs: Any) -> None:
        """A short box with an example in it."""
        kwargs.pop("min_value", None)
        kwargs.pop("max_value", None)
        kwargs.setdefault("widget", forms.TextInput({"placeholder": "2018-05"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Clean to a Month, or None."""
        if isinstance(value, Month):
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            return Month(read_month(text))
        except ValueError:
            raise ValidationError(self.error_messages["month"], code="month") from None


class MonthField(models.IntegerField):  # type: ignore[type-arg]
    """A calendar month, held as year * 12 + month - 1, as facts and engine hold it."""

    def db_check(self, connection: Any) -> str:
        """A month between the years 1900 and 9999."""
        return f"{connection.ops.quote_name(self.column)} BETWEEN 22800 AND 119999"

    def from_db_value(self, value: int | None, *ignored: object) -> Month | None:
        """A Month."""
        return None if value is None else Month(value)

    def to_python(self, value: Any) -> Any:
        """A Month from whatever names one."""
        if value is None or isinstance(value, Month):
            return value
        return Month(value) if isinstance(value, int) else Month.parse(str(value))

    def get_prep_value(self, value: Any) -> Any:
        """Its index."""
        return value.index if isinstance(value, Month) else super().get_prep_value(value)

    def run_validators(self, value: Any) -> None:
        """Its index is what is checked."""
        super().run_validators(value.index if isinstance(value, Month) else value)

    def value_to_string(self, obj: models.Model) -> str:
        """2018-05."""
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> Any:
        """A field that reads months."""
        return super().formfield(form_class=MonthFormField, **kwargs)


class DayFormField(forms.DateField):
    """A day as people write it: 2026/1/5, 2026-01-05, 20260105, 2026年1月5日 or an Excel serial."""

    default_error_messages = {"day": _("日期看不懂：写成 2026-01-05")}  # noqa: RUF012

    def __init__(self, **kwargs: Any) -> None:
        """The browser's own calendar."""
        kwargs.setdefault("widget", forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Clean to a date, or None."""
        if value in self.empty_values or not isinstance(value, str):
            return super().to_python(value) if value not in self.empty_values else None
        try:
            return read_date(value)
        except ValueError:
            raise ValidationError(self.error_messages["day"], code="day") from None


class SealedField(models.TextField):  # type: ignore[type-arg]
    """A text nobody reads in the database: an identity number, a bank account. Read as a Sealed."""

    def from_db_value(self, value: str | None, *ignored: object) -> Sealed | None:
        """Still sealed; `.masked` shows its ends, `.open()` all of it."""
        return Sealed(value) if value else None

    def get_prep_value(self, value: Any) -> Any:
        """The token; a plain text is sealed first."""
        if value is None or value == "":
            return None
        return value.token if isinstance(value, Sealed) else seal(str(value)).token

    def to_python(self, value: Any) -> Any:
        """A Sealed."""
        if value is None or isinstance(value, Sealed):
            return value
        return seal(str(value)) if value else None


def plain(value: Sealed | None) -> str:
    """What is under a seal, or nothing. Log the reveal where a person sees it."""
    return open_seal(value) if value is not None else ""


def cleaned_by(read: Callable[[str], object], message: Any) -> Callable[[str], None]:
    """A validator out of a reader that raises ValueError."""

    def check(text: str) -> None:
        try:
            read(text)
        except ValueError:
            raise ValidationError(message) from None

    return check


def named(form: Any, row: Any) -> Any:
    """A form whose fields stand in a row of a table: each says its label and the row's name."""
    for field in form.fields.values():
        field.widget.attrs["aria-label"] = f"{row} {field.label}"
    return form
