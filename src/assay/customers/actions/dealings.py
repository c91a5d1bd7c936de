"""Visits in two fields, enquiries, needs, satisfaction, documents, special services."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.customers.actions.base import locked
from assay.customers.actions.owning import protect
from assay.customers.models import (
    Category,
    Contact,
    Customer,
    Document,
    Enquiry,
    Need,
    Satisfaction,
    Service,
    Visit,
)
from assay.customers.names import next_day
from assay.customers.queries.days import rules
from assay.customers.uploads import keep_file
from assay.errors import UserError
from assay.furniture.identity import phone_key
from assay.furniture.numbering import next_number
from assay.furniture.seal import seal
from assay.people.models import Employee


@transaction.atomic
def log_visit(
    customer: Customer,
    *,
    by: Employee,
    kind: str,
    said: str,
    day: date | None = None,
    contact: Contact | None = None,
) -> Visit:
    """Write a visit or call down: how, and what was said. 「下一步 11-25」 in it is remembered."""
    today = timezone.localdate()
    on, now = day or today, locked(customer)
    if on > today:
        raise UserError(_("日期在今天之后；打算做的事写“下一步 月-日”"))
    if contact is not None and contact.customer_id != now.pk:
        raise UserError(_("这个联系人不是这位客户的"))
    visit = Visit(
        customer=now, day=on, kind=kind, said=said.strip(), contact=contact, employee=by,
        next_on=next_day(said, on),
    )  # fmt: skip
    visit.full_clean()
    visit.save()
    now.last_met = max(now.last_met or on, on)
    protect(now, on + timedelta(rules().visit_protection))
    now.save()
    if contact is not None:
        contact.last_met = max(contact.last_met or on, on)
        contact.save()
    return visit


def note_need(
    customer: Customer, *, year: int, category: Category, text: str, amount: int = 0
) -> Need:
    """What a customer needs in a year."""
    need = Need(customer=customer, year=year, category=category, text=text, amount=amount)
    need.full_clean()
    need.save()
    return need


def change_need(need: Need, **said: Any) -> Need:
    """Correct a need, or note what came of it."""
    for name, value in said.items():
        setattr(need, name, value)
    need.full_clean()
    need.save()
    return need


def note_satisfaction(
    customer: Customer, *, by: Employee, score: int, note: str = "", day: date | None = None
) -> Satisfaction:
    """How satisfied a customer said to be."""
    row = Satisfaction(
        customer=customer, day=day or timezone.localdate(), score=score, note=note, employee=by
    )
    row.full_clean()
    row.save()
    return row


def keep_document(
    customer: Customer, *, kind: str, file: UploadedFile[Any], day: date | None = None
) -> Document:
    """Check a file and keep it outside of what the web serves."""
    kept = keep_file("customers", file)
    document = Document(
        customer=customer, kind=kind, name=kept.name, path=kept.path, size=kept.size,
        content_type=kept.content_type, digest=kept.digest, day=day or timezone.localdate(),
    )  # fmt: skip
    document.full_clean()
    document.save()
    return document


def withdraw_document(document: Document) -> Document:
    """Take a document off the page; the file and its history stay."""
    document.gone = True
    document.save()
    return document


def add_service(
    customer: Customer, *, by: Employee, title: str, text: str, day: date | None = None
) -> Service:
    """A special service added, waiting for approval."""
    row = Service(
        customer=customer, title=title, text=text, day=day or timezone.localdate(), employee=by
    )
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def decide_service(
    service: Service, *, by: Employee, agreed: bool, day: date | None = None
) -> Service:
    """Approve a special service or turn it down; never one's own, never twice."""
    held: Service = Service.objects.select_for_update().get(pk=service.pk)
    if held.state != "waiting":
        raise UserError(_("这项服务%(state)s") % {"state": held.get_state_display()})
    if held.employee_id == by.pk:
        raise UserError(_("不能审批自己增加的服务"))
    held.state = "approved" if agreed else "refused"
    held.decided_by, held.decided_on = by, day or timezone.localdate()
    held.full_clean()
    held.save()
    return held


@transaction.atomic
def take_enquiry(
    *,
    asker: str,
    channel: str,
    text: str,
    phone: str = "",
    customer: Customer | None = None,
    employee: Employee | None = None,
    at: Any = None,
) -> Enquiry:
    """Somebody asks: numbered, and given to a person (the customer's owner where none is named)."""
    when = at or timezone.now()
    answerer = employee or (customer.owner if customer is not None else None)
    row = Enquiry(
        number=next_number("XW", timezone.localtime(when).date()), at=when, channel=channel,
        customer=customer, asker=asker, text=text, employee=answerer,
    )  # fmt: skip
    row.phone = seal(phone_key(phone)) if phone else None
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def answer_enquiry(enquiry: Enquiry, *, answer: str, at: Any = None) -> Enquiry:
    """What was answered."""
    held: Enquiry = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    if held.state != "open":
        raise UserError(_("这条询问%(state)s") % {"state": held.get_state_display()})
    held.state, held.answer, held.answered_at = "answered", answer.strip(), at or timezone.now()
    held.full_clean()
    held.save()
    return held


def give_enquiry(
    enquiry: Enquiry, *, employee: Employee, customer: Customer | None = None
) -> Enquiry:
    """Have somebody answer it; and whose enquiry it is."""
    enquiry.employee = employee
    if customer is not None:
        enquiry.customer = customer
    enquiry.full_clean()
    enquiry.save()
    return enquiry
