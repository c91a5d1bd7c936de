"""History: a line for each change, none for none, and no way round it."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps

from assay.furniture.history import history
from assay.furniture.kept import Kept, acting
from assay.furniture.models import Change
from assay.people.models import Attendance, Employee
from tests import factories

pytestmark = pytest.mark.django_db
# Records that are nobody's to change, or that are history themselves.
WITHOUT = {
    "ledger": "only ever added, and chained by digest",
    "furniture": "counters, history itself, entries, jobs",
    "desk.notice": "told from facts that have their history",
    "desk.delivery": "is itself the record of what went out",
    "desk.part": "which notices a message holds",
    "incentives.run": "only ever added: who, when, digest",
    "incentives.statement": "of a run, never changed",
    "incentives.line": "of a run, never changed",
    "incentives.study": "worked out from a text, by its digest; never changed",
    "incentives.daykept": "a day as it was; the database refuses change",
    "incentives.nod": "only ever added: who, when, digest",
    "incentives.receipt": "only ever added: who, when, digest",
    "incentives.remark": "only ever added: who, when",
    "incentives.explained": "only ever added: whose words, when, on which evidence",
    "incentives.payfile": "only ever added: who, when, checksum",
    "customers.purchase": "what orders tell; those have their own history",
}


def lines(row):
    return Change.objects.filter(label=row._meta.label_lower, key=row.pk)


def test_every_record_of_the_rooms_is_kept():
    for model in apps.get_models():
        named = {model._meta.app_label, model._meta.label_lower}
        if model.__module__.startswith("assay.") and not named & set(WITHOUT):
            assert issubclass(model, Kept), model


def test_saving_what_did_not_change_leaves_no_line():
    person = factories.employee()
    before = lines(person).count()
    Employee.objects.get(pk=person.pk).save()
    assert lines(person).count() == before
    person = Employee.objects.get(pk=person.pk)
    person.name = "陈雅芹"
    with acting(None, "import"):
        person.save()
    person.save()
    assert [c.who for c in lines(person)[before:]] == ["import"]


def test_rows_written_many_at_a_time_have_their_lines():
    person = factories.employee()
    days = Attendance.objects.bulk_create(
        [Attendance(employee=person, day=date(2026, 3, n), state="present") for n in (1, 2, 3)]
    )
    for day in days[:2]:
        day.state = "late"
    Attendance.objects.bulk_update(days, ["state"])
    assert [lines(day).count() for day in days] == [2, 2, 1]
    Attendance.objects.filter(employee=person).delete()
    assert lines(days[0]).latest("id").verb == "delete"


def test_nothing_changes_behind_its_back():
    with pytest.raises(TypeError, match="kept record"):
        Employee.objects.update(name="x")


def test_pages_show_names_words_and_amounts():
    team = factories.department(name="渠道部")
    person = factories.employee("salesperson", team, base_wage=180_000)
    told = history(person, person.assignments.all(), person.wages.all())
    shown = {name: after for line in told for name, _before, after in line.shown}
    assert shown["部门"] == "渠道部"
    assert shown["角色"] == "业务员"
    assert shown["基本工资"] == "1,800.00"
    assert "员工" not in shown


def test_what_fails_leaves_neither_row_nor_line():
    count = Change.objects.count()
    team = factories.department()
    with pytest.raises(Exception, match="number"):
        factories.employee("salesperson", team, number="")
    assert Change.objects.count() == count + 1  # the department's
