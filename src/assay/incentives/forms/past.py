"""What a manager or the director changes on past months: the plan, a reading, a number of it, targets."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assay.furniture.fields import FenFormField, MonthFormField
from assay.furniture.reader import labelled, reader_language, series
from assay.incentives.models import PlanVersion
from assay.incentives.queries.studies import reading_called
from assay.papers.written import Written
from assay.plan.document import BandSpec, FirstSpec, Question, Table
from assay.plan.formula import Number
from assay.plan.literals import PlanNumber, plan_numbers
from assay.plan.program import Program
from assay.plan.saying import Saying
from assay.sales.forms.reading import RatioField


class PastForm(forms.Form):
    """One question; at least one thing must differ."""

    first = MonthFormField(label=_("从哪个月"))
    last = MonthFormField(label=_("到哪个月"))
    draft = forms.ChoiceField(
        label=_("换成一份草稿"), required=False, widget=forms.Select({"lang": "zh-CN"}),
        help_text=_("整份照草稿算，读法和数都用草稿的"),
    )  # fmt: skip
    # What is chosen from is the plan's own text, in whatever language that is.
    reading = forms.ChoiceField(
        label=_("存疑改一种读法"), required=False, widget=forms.Select({"lang": "zh-CN"})
    )
    number = forms.ChoiceField(
        label=_("改方案里的一个数"), required=False, widget=forms.Select({"lang": "zh-CN"})
    )
    value = forms.CharField(
        label=_("改成"), max_length=40, required=False, help_text=_("照方案的写法：5%、2万元、7.5折"),
    )  # fmt: skip
    targets = RatioField(
        label=_("任务额改为原来的"), required=False, help_text=_("例如 90% 或 110%"),
    )  # fmt: skip
    budget = FenFormField(label=_("预算（元）"), required=False, help_text=_("这几个月一共"))

    def __init__(
        self, program: Program, text: str, drafts: Iterable[PlanVersion], *args: Any, **kwargs: Any
    ) -> None:
        """With the open questions and the numbers of a plan, and the drafts that can be tried."""
        super().__init__(*args, **kwargs)
        draft: Any = self.fields["draft"]
        self.drafts = {str(row.pk): row for row in drafts}
        draft.choices = [("", "—")] + [
            (key, f"{row} · {row.digest[:8]}") for key, row in self.drafts.items()
        ]
        if not self.drafts:
            del self.fields["draft"]
        lang = reader_language()
        plan, words = program.plan, _Words(program, text, lang)
        reading: Any = self.fields["reading"]
        reading.choices = [("", "—")] + [
            (
                f"{name}={one}",
                labelled(question.title.text(lang, name), words.reading(name, one)),
            )
            for name, question in plan.questions.items()
            for one in question.readings
            if one != program.readings[name]
        ]
        number: Any = self.fields["number"]
        number.choices = [("", "—")] + [(one.key, words.number(one)) for one in plan_numbers(plan)]

    def clean(self) -> dict[str, Any]:
        """Something differs, and what belongs together is there."""
        said = super().clean() or {}
        if said.get("number") and not said.get("value"):
            self.add_error("value", gettext("写改成多少"))
        if said.get("value") and not said.get("number"):
            self.add_error("number", gettext("选改哪一个数"))
        if said.get("draft") and (said.get("reading") or said.get("number")):
            self.add_error("draft", gettext("草稿有自己的读法和数：要试别的，先改草稿"))
        if not any(said.get(name) for name in ("draft", "reading", "number", "targets")):
            self.add_error(None, gettext("改一样：换成草稿、读法、方案里的一个数，或任务额"))
        said["targets"] = said.get("targets") or Fraction(1)
        return said


class _Words:
    """Readings and numbers of a plan as people call them, instead of as its file names them."""

    def __init__(self, program: Program, text: str, lang: str) -> None:
        self.plan, self.lang = program.plan, lang
        self.say, self.written = Saying(program, lang), Written(text)

    def reading(self, question: str, name: str) -> str:
        """A reading of a question."""
        return reading_called(self.say, self.written, question, name)

    def number(self, one: PlanNumber) -> str:
        """The entry a number stands in, the number, and of a table or a question in which row."""
        entry = getattr(self.plan, one.section)[one.name]
        said = labelled(entry.title.text(self.lang, one.name), one.text)
        row = self._row(entry, one.place.line) if isinstance(entry, Table) else ""
        if isinstance(entry, Question):
            row = series(
                self.reading(entry.name, name)
                for name, means in entry.readings.items()
                if isinstance(means, Number) and means.place == one.place
            )
        return f"{said} · {row}" if row else said

    def _row(self, table: Table, line: int) -> str:
        rows: list[BandSpec | FirstSpec] = [*table.bands, *table.first, *table.columns]
        label = next((row.label for row in rows if row.place.line == line), "")
        if label in self.plan.measures or label in self.plan.policies:
            return self.say.title(label)
        return gettext("其他") if label == "otherwise" else label
