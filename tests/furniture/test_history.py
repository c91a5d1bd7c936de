"""History: a line for each change, none for none, and no way round it."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from assay.desk.views.history import RECORDED
from assay.furniture.history import history
from assay.furniture.kept import Kept, acting, parent
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
    "incentives.settling": "asked once and decided once: who, when, why; the database refuses anything else",
    "customers.purchase": "what orders tell; those have their own history",
}


def lines(row):
    return Change.objects.filter(label=row._meta.label_lower, key=row.pk)


def test_every_record_of_the_rooms_is_kept():
    for model in apps.get_models():
        named = {model._meta.app_label, model._meta.label_lower}
        if model.__module__.startswith("assay.") and not named & set(WITHOUT):
            assert issubclass(model, Kept), model


def test_every_record_kept_is_read_by_itself_or_as_a_part_of_one_that_is():
    read = {recorded.model for recorded in RECORDED}
    assert len({recorded.kind for recorded in RECORDED}) == len(RECORDED), "two kinds of one word"
    kept = {
        m for m in apps.get_models() if issubclass(m, Kept) and m.__module__.startswith("assay.")
    }
    assert kept - read == {model for model in kept if parent(model) in read}


def test_what_was_a_part_is_read_in_the_history_of_the_whole_when_it_is_gone():
    person = factories.employee(base_wage=180_000)
    wage = person.wages.get()
    with acting(None, "hr1"):
        wage.delete()
    told = history(person)[0]
    assert (told.who, told.verb, told.title) == ("hr1", "删除", "基本工资")
    assert ("基本工资", None, "1,800.00") in told.shown
    assert [line.title for line in history(person, when=Q(label="people.assignment"))] == ["任职"]


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
    told = history(person)
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


def test_lines_of_an_older_database_are_told_whose_they_are():
    person = factories.employee(base_wage=180_000)
    order = factories.order(person)
    person.wages.get().delete()
    before = dict(Change.objects.values_list("pk", "whole"))
    assert set(before.values()) >= {f"people.employee {person.pk}", f"sales.order {order.pk}"}
    Change.objects.update(whole="")
    told = import_module("assay.furniture.migrations.0005_history_of_the_whole").tell
    told(apps, SimpleNamespace(connection=connection))
    assert dict(Change.objects.values_list("pk", "whole")) == before


def test_the_migration_knows_every_part_there_is():
    known = import_module("assay.furniture.migrations.0005_history_of_the_whole").PARTS
    parts = {m for m in apps.get_models() if issubclass(m, Kept) and m._under}
    found = {m._meta.label_lower: (m._under, parent(m)) for m in parts}
    assert {label: (key, apps.get_model(whole)) for label, (key, whole) in known.items()} == found


def test_checks_are_asked_at_once_and_each_that_fails_is_named():
    person = factories.contact(factories.customer())
    with CaptureQueriesContext(connection) as asked:
        person.validate_constraints()
    assert sum("_check" in one["sql"] for one in asked) == 1
    person.part = "nobody"
    with pytest.raises(ValidationError, match="contact_part") as one:
        person.validate_constraints()
    assert "contact_stance" not in str(one.value)
    person.stance = "nowhere"
    with pytest.raises(ValidationError, match=r"contact_part.*contact_stance"):
        person.validate_constraints()
    with pytest.raises(ValidationError, match="contact_stance") as left:
        person.validate_constraints(exclude={"part"})
    assert "contact_part" not in str(left.value)
    person.stance, person.part = "for", "decide"
    person.validate_constraints()
