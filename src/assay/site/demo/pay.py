"""Pay of the sample department: one month paid out, the last one open to queries with an objection."""

from __future__ import annotations

from datetime import date, timedelta

from assay.furniture.kept import acting
from assay.furniture.workdays import after_working_days
from assay.incentives.actions import claims, closing, disputes, payroll, plans
from assay.incentives.actions.acknowledging import acknowledge
from assay.incentives.models import Line, PaidRow, PayMonth, Statement
from assay.incentives.queries.claims import tax_of
from assay.incentives.queries.exceptions import unanswered
from assay.incentives.queries.payroll import gross_of
from assay.incentives.queries.statements import statement_digest
from assay.people.access import Viewer
from assay.people.models import Employee
from assay.period import Month
from assay.site.demo.people import House

PAYDAY = 10
WITHHELD = (3, 8, 7)
"""Income tax, social insurance and housing fund of the sample, in percent of gross."""


def close(house: House, today: date) -> None:
    """Close the month before last to the payout; open the last month to queries."""
    last = Month.of(today).next(-1)
    _plan(house, today)
    _paid(house, last.next(-1))
    finance = house.employees["F01"]
    with acting(None, finance.name):
        closing.calculate(last, by=finance)
        closing.open_preview(last, by=finance, today=today)
    _objection(house, last, today)


def _plan(house: House, today: date) -> None:
    """The plan in force taken up, acknowledged by some; a draft of the next version."""
    director = house.employees["D01"]
    with acting(None, director.name):
        told = "全员会议讨论，公示七天；提出的两条意见已逐条答复。"
        row = plans.register(by=director, on=today - timedelta(30), text=told)
        plans.begin_from(row, by=director)
    for code in ("S01", "S02", "S04", "M01"):
        with acting(None, house.employees[code].name):
            plans.nod(row, by=_viewer(house, code), read=row.digest)


def _paid(house: House, month: Month) -> None:
    who = {role: house.employees[number] for role, number in (
        ("finance", "F01"), ("hr", "H01"), ("director", "D01"), ("general", "Z01"),
    )}  # fmt: skip
    opened = after_working_days(month.after, 1)
    with acting(None, who["finance"].name):
        closing.calculate(month, by=who["finance"])
        row = closing.open_preview(month, by=who["finance"], today=opened)
    assert row.preview_to is not None
    after = row.preview_to + timedelta(1)
    manager = house.employees["M01"]
    with acting(None, who["finance"].name):
        for item in unanswered(row):
            told = "查过身份证和通讯录，同名，不是同一个人。"
            closing.explain(month, item.subject, told, by=who["finance"])
    for kind, by in (
        ("manager", manager),
        *((k, who[k]) for k in ("director", "hr", "finance", "general")),
    ):
        with acting(None, by.name):
            place = house.departments["KA"] if kind == "manager" else None
            closing.confirm(month, kind, by=by, department=place, today=after)
    with acting(None, who["finance"].name):
        closing.lock(month, by=who["finance"])
        payroll.export(month, by=who["finance"], today=after)
        payroll.write_paid(_returned(month), [], lambda done, total: None)
        payroll.pay_out(month, by=who["finance"])
    _claims(month, who["finance"])
    for code in ("S04", "M01"):
        one = Statement.objects.filter(code=code, run__pay_month__month=month.index).first()
        if one is not None:
            with acting(None, one.name):
                acknowledge(one, by=_viewer(house, code), read=statement_digest(one))


def _claims(month: Month, finance: Employee) -> None:
    """Agents of the paid month: one has been paid, another waits for his money."""
    rows = Statement.objects.filter(
        agent__isnull=False, run__pay_month__month=month.index, total__gt=0
    )
    day = month.after + timedelta(PAYDAY - 1)
    for at, one in enumerate(rows.select_related("agent", "run__pay_month").order_by("code")[:2]):
        with acting(None, one.name):
            who = Viewer(0, one.name, "agent", agent_id=one.agent_id)
            claim = claims.ask(one, by=who, today=day)
        if at:
            continue
        with acting(None, finance.name):
            if claim.way == "invoice":
                number = f"2531{month.first:%Y%m}000{claim.pk:07d}"
                claim = claims.receive(
                    claim, by=finance, invoice=number, invoice_on=day, amount=claim.amount
                )
            claims.pay(
                claim, by=finance, on=day, reference=f"{day:%Y%m%d}-0417", tax=tax_of(claim, day)
            )


def _returned(month: Month) -> list[PaidRow]:
    """What payroll of the sample would send back."""
    row = PayMonth.objects.get(month=month.index)
    day = month.after + timedelta(PAYDAY - 1)
    rows = []
    for code, gross in gross_of(row).items():
        tax, social, fund = (max(0, gross) * part // 100 for part in WITHHELD)
        rows.append(
            PaidRow(
                pay_month=row, code=code, name=house_name(row, code), gross=gross, tax=tax,
                social=social, fund=fund, net=gross - tax - social - fund, paid_on=day,
            )
        )  # fmt: skip
    return rows


def house_name(row: PayMonth, code: str) -> str:
    """The name on the statement."""
    one = Statement.objects.filter(run=row.run, code=code).first()
    return one.name if one else code


def _objection(house: House, month: Month, today: date) -> None:
    line = Line.objects.filter(
        statement__code="S04", line="commission", statement__run__pay_month__month=month.index
    ).first()
    if line is not None:
        with acting(None, line.statement.name):
            disputes.raise_dispute(
                line, by=_viewer(house, "S04"), today=today,
                reason="月底那一单客户补了合同，折扣应按补充协议算，请核对。",
            )  # fmt: skip


def _viewer(house: House, code: str) -> Viewer:
    person = house.employees[code]
    return Viewer(0, person.name, "salesperson", employee_id=person.pk)
