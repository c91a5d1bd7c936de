"""Settling what somebody who left owes: finance asks, the general manager decides, the books move."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from assay.errors import UserError
from assay.incentives.models import PayMonth, Settling
from assay.incentives.queries.locks import last_locked
from assay.incentives.queries.owing import FIELDS, Owing, Party, owing
from assay.ledger.actions import post
from assay.ledger.entry import Entry, Posting
from assay.money import grouped
from assay.people.models import Employee

TAKES = {"back": "bank", "off": "expense.written_off"}


@transaction.atomic
def ask(
    party: Party,
    *,
    way: str,
    amount: int,
    on: date,
    reference: str,
    reason: str,
    by: Employee,
) -> Settling:
    """Ask to book that he paid back, or to write it off; nothing moves until it is decided.

    UserError where a payroll file will still take it back, or it is more than he owes.
    """
    _still()
    if party == by:
        raise UserError(_("自己的由别人办"))
    if on > timezone.localdate():
        raise UserError(_("%(day)s 还没有到") % {"day": on})
    if way == "back" and not reference.strip():
        raise UserError(_("写银行流水号"))
    _enough(party, amount)
    row = Settling(
        way=way, amount=amount, on=on, reason=reason.strip(), asked_by=by,
        reference=reference.strip() if way == "back" else "", **{FIELDS[type(party)]: party},
    )  # fmt: skip
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def approve(row: Settling, *, by: Employee) -> Settling:
    """Book it: bank, or what is written off / his payable. For good."""
    _still()
    held = _asked(row, by)
    _enough(held.party, held.amount)
    held.state, held.decided_by, held.decided_at = "done", by, timezone.now()
    last = last_locked()
    assert last is not None
    held.after = last.month
    held.save()
    with override("zh-hans"):  # the books speak one language, whoever writes them
        text = _("欠款清账 %(name)s %(way)s") % {
            "name": held.party.name, "way": held.get_way_display(),
        }  # fmt: skip
    leg = Posting(TAKES[held.way], held.account, held.amount)
    post(Entry(f"settle:{held.pk}", held.on, text, (leg,), f"settled:{held.pk}"))
    return held


@transaction.atomic
def refuse(row: Settling, *, by: Employee, why: str) -> Settling:
    """Send it back with the reason; finance can ask again."""
    held = _asked(row, by)
    if not why.strip():
        raise UserError(_("驳回要写原因"))
    held.state, held.decided_by, held.decided_at = "refused", by, timezone.now()
    held.answer = why.strip()
    held.save()
    return held


def _still() -> PayMonth:
    """The last locked month, held: while it is, no month is locked and nothing else is settled.

    Who locks a month holds all before it. One who waited here for that is given the month that was the
    last when he began; with it held none is locked any more, so asked once more it is the last.
    """
    rows = PayMonth.objects.select_for_update().filter(state__in=PayMonth.SHUT).order_by("-month")
    if rows.first() is None:
        raise UserError(_("还没有锁定过一个月"))
    last: PayMonth = rows[0]
    return last


def _asked(row: Settling, by: Employee) -> Settling:
    held: Settling = Settling.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if held.state != "asked":
        raise UserError(_("这一笔已经办结"))
    if by.pk in (held.asked_by_id, held.employee_id):
        raise UserError(_("自己提出的、自己欠的，由别人批"))
    return held


def _enough(party: Party, amount: int) -> None:
    """Refuse what he does not owe, or what a payroll file takes back."""
    one: Owing | None = next(iter(owing(timezone.localdate(), party)), None)
    if one is None:
        raise UserError(_("%(who)s 不欠") % {"who": party.name})
    if one.here:
        if isinstance(party, Employee):
            raise UserError(_("%(who)s 还在职：下个月的工资文件里扣") % {"who": party.name})
        raise UserError(_("%(who)s 还在合作：以后的提成单先抵") % {"who": party.name})
    if one.open is not None:
        raise UserError(_("先锁定 %(month)s：他在那个月还有提成单") % {"month": one.open})
    if not 0 < amount <= one.left:
        told = {"who": party.name, "left": grouped(one.left)}
        raise UserError(_("%(who)s 欠 %(left)s") % told)
