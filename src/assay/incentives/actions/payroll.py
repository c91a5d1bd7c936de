"""The hand-off to payroll: a file out of a locked month, what comes back, and the payout in the books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from assay.errors import UserError
from assay.furniture.numbering import next_number
from assay.furniture.reader import series
from assay.incentives.actions.closing import held
from assay.incentives.models import PaidRow, PayFile, PayMonth, Statement, Step
from assay.incentives.queries.parties import STAFF, payable_of
from assay.incentives.queries.payroll import Sheet, gross_of, sheet
from assay.ledger.actions import post
from assay.ledger.entry import Entry, Posting
from assay.people.models import Employee
from assay.period import Month


@transaction.atomic
def export(month: Month, *, by: Employee, today: date) -> tuple[PayFile, Sheet]:
    """The file of a locked month; asked again it is a new batch with the same figures."""
    row = held(month)
    if row.state not in ("locked", "exported"):
        raise UserError(_("锁定以后才能导出工资文件"))
    assert row.run is not None
    batch = next_number("GZ", today)
    with override("zh-hans"):  # payroll reads one language, whoever sends the file
        made = sheet(row, batch)
    kept = PayFile.objects.create(
        pay_month=row, run=row.run, batch=batch, by=by, rows=len(made.rows), total=made.total,
        checksum=made.checksum, codes=made.codes,
    )  # fmt: skip
    if row.state == "locked":
        row.state = "exported"
        row.save()
        Step(pay_month=row, kind="export", run=row.run, by=by, note=batch).save()
    return kept, made


def write_paid(
    new: list[PaidRow], changed: list[PaidRow], tell: Callable[[int, int], None]
) -> None:
    """What payroll paid, as its file says; the rows have been held against the statements.

    UserError where a month was paid out meanwhile: from then on its rows stay as they are.
    """
    with transaction.atomic():
        _unpaid({row.pay_month_id for row in [*new, *changed]})
        _write(new, changed, tell)


def _unpaid(months: set[int]) -> None:
    """Hold the months, so that no payout goes by rows that are being written."""
    rows = PayMonth.objects.select_for_update().filter(pk__in=months).order_by("month")
    paid = [str(row) for row in rows if row.state == "paid"]
    if paid:
        raise UserError(_("%(month)s 已确认发放") % {"month": series(paid)})


def _write(new: list[PaidRow], changed: list[PaidRow], tell: Callable[[int, int], None]) -> None:
    PaidRow.objects.bulk_create(new, 500)
    tell(len(new), len(new) + len(changed))
    PaidRow.objects.bulk_update(
        changed, ["name", "gross", "tax", "social", "fund", "net", "paid_on"], batch_size=500
    )
    tell(len(new) + len(changed), len(new) + len(changed))


@transaction.atomic
def pay_out(month: Month, *, by: Employee) -> PayMonth:
    """Book what payroll paid: payable / bank, tax and contributions; the month is paid.

    Every employee with something due must stand in the file that came back, with that very sum.
    """
    row = held(month)
    if row.state != "exported":
        raise UserError(_("先导出工资文件，收到发放结果，再确认发放"))
    due = {code: gross for code, gross in gross_of(row).items() if gross > 0}
    paid = {one.code: one for one in row.paid_rows.all()}
    lacking = sorted(code for code in due if code not in paid or paid[code].gross != due[code])
    if lacking:
        raise UserError(
            _("发放结果里还缺 %(count)s 人：%(who)s")
            % {"count": len(lacking), "who": series(lacking[:10])}
        )
    post(*(_payout(row, one) for code, one in sorted(paid.items()) if code in due))
    row.state = "paid"
    row.save()
    assert row.run is not None
    Step(pay_month=row, kind="paid", run=row.run, by=by).save()
    return row


def _payout(row: PayMonth, one: PaidRow) -> Entry:
    payable = STAFF.account(one.code)
    legs = [
        Posting(payable, account, amount)
        for account, amount in (
            ("bank", one.net), ("withheld.tax", one.tax), ("withheld.social", one.social + one.fund),
        )
        if amount > 0
    ]  # fmt: skip
    with override("zh-hans"):
        text = _("发放 %(month)s") % {"month": row.month}
    return Entry(f"pay:{row.month}:{one.code}", one.paid_on, text, tuple(legs), f"paid:{one.pk}")


@transaction.atomic
def pay_partner(statement: Statement, *, amount: int, on: date, reference: str) -> None:
    """Book a transfer to a shop: as it is, never more than is owed, never in cash.

    reference: the bank's own number of the transfer, which can be booked once.
    """
    if statement.employee_id:
        raise UserError(_("员工的提成随工资发放"))
    if statement.agent_id:
        raise UserError(_("代理商凭请款付款：先登记请款"))
    row = PayMonth.objects.select_for_update().get(pk=statement.run.pay_month_id)
    if row.state not in PayMonth.SHUT or row.run_id != statement.run_id:
        raise UserError(_("锁定以后才能付款"))
    if not reference.strip():
        raise UserError(_("写银行流水号"))
    payable = payable_of(statement)
    with override("zh-hans"):
        text = _("转账 %(name)s") % {"name": statement.name}
    entry = Entry(
        f"transfer:{reference.strip()}", on, text, (Posting(payable, "bank", amount),),
        f"statement:{statement.pk}",
    )  # fmt: skip
    post(entry, never_dry=[payable])
