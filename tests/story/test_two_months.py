"""Two months of pay: close, objection, payout, a late return, its adjustment, and the books at zero."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from assay.engine.folder import open_run
from assay.engine.verify import verify
from assay.facts.export import write_folder
from assay.incentives.models import Dispute, Line, PayMonth, Statement
from assay.incentives.queries.auditing import audit
from assay.incentives.queries.statements import folder_of
from assay.ledger.queries import balances
from assay.money import yuan
from assay.sales.actions import handing
from assay.sales.queries.facts import all_facts
from tests import factories
from tests.conftest import PLAN, assay, rows
from tests.incentives.conftest import desks, house, made_once
from tests.incentives.steps import brought_in, post, press

pytestmark = pytest.mark.django_db
assert house is not None
assert made_once is not None
assert desks is not None
OVER = date(2020, 1, 1)


def close(desks, house, month):
    """From the calculation to the payout, each step by who may."""
    url = f"/pay/months/{month}/"
    post(desks["finance"], "/pay/months/calculate/", month=month)
    press(desks["finance"], f"{url}preview/")
    yield url
    row = PayMonth.objects.get(run__folder__contains=month)
    row.preview_to = OVER
    row.save()
    press(desks["manager"], f"{url}confirm/manager/", department=house.team.pk)
    for kind in ("director", "hr", "finance", "general"):
        press(desks[kind], f"{url}confirm/{kind}/")
    press(desks["finance"], f"{url}lock/")
    _pay(desks["finance"], url, month)
    assert PayMonth.objects.get(pk=row.pk).state == "paid"


def _pay(finance, url, month):
    answer = finance.post(f"{url}export/")
    sheet = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    code, gross, kind = (sheet[0].index(title) for title in ("工号", "应发合计", "人员类型"))
    lines = ["期间,工号,应发合计,个税,社保,公积金,实发,发放日"]
    lines += [
        f"{month},{row[code]},{row[gross]:.2f},1,2,3,{row[gross] - 6:.2f},2026-05-10"
        for row in sheet[1:] if row[kind] == "员工" and row[gross] and row[gross] > 6
    ]  # fmt: skip
    brought_in(finance, lines)
    press(finance, f"{url}paid/")


def _pay_agent(finance, statement):
    """Asked for in the portal, the invoice received, the transfer booked."""
    portal = factories.signed_in("agent", statement.agent)
    press(portal, f"/pay/statements/{statement.pk}/claim/", invoice=f"F-{statement.code}")
    url = f"/pay/claims/{statement.claims.get().pk}/"
    bill = {"invoice": f"F-{statement.code}", "invoice_on": "2026-04-08"}
    press(finance, f"{url}receive/", **bill, amount=f"{statement.total / 100:.2f}")
    press(finance, f"{url}pay/", on="2026-04-10", reference=f"T-{statement.code}")


def _command_pays(month, folder):
    """The facts of now in files, paid by the command: each line is the statements'."""
    write_folder(all_facts(), folder / f"facts-{month}")
    out = folder / f"run-{month}"
    done = assay("run", PLAN, "--facts", folder / f"facts-{month}", "--month", month, "--out", out)
    assert done.status == 0, done.err
    lines = Line.objects.filter(statement__run__folder__contains=month, for_month=None)
    assert _written(out) == _stand(lines)


def _written(folder):
    return {
        (r["payee_id"], r["role"], r["line"], r.get("for_month", ""), r["amount"])
        for r in rows(folder / "statements.csv")
    }


def _stand(lines):
    return {
        (x.statement.code, x.statement.role, x.line, str(x.for_month or ""), yuan(x.amount))
        for x in lines.select_related("statement")
    }


def test_two_months_end_with_every_payable_at_zero(desks, house, tmp_path):
    march = close(desks, house, "2026-03")
    next(march)
    line = Line.objects.get(statement__employee=house.first, line="commission")
    desks["salesperson"].post(f"/pay/lines/{line.pk}/dispute/", {"reason": "3月11日的单应是 9折"})
    dispute = Dispute.objects.get()
    press(desks["manager"], f"/pay/disputes/{dispute.pk}/", answer="合同是 8.5折", end="explain")
    next(march, None)
    paid = line.amount
    for agent in Statement.objects.filter(employee=None).exclude(total=0):
        _pay_agent(desks["finance"], agent)

    _command_pays("2026-03", tmp_path / "command")

    # In April the customer sends goods of March back, and buys again.
    order = house.orders[1]
    handing.return_goods(
        order, day=date(2026, 4, 15), why="质量问题", wanted={order.lines.get().pk: 30}
    )
    for seller in (house.first, house.second):
        factories.order(
            seller, pieces=80, ratio="0.92", of=house.good, placed=True, day=date(2026, 4, 16)
        )
    april = close(desks, house, "2026-04")
    next(april)
    late = Line.objects.filter(for_month__isnull=False)
    back = late.get(line="adjustment:commission")
    assert (back.statement.code, back.amount < 0) == ("S01", True)
    assert back.reason == (
        f"订单 {order.number} 原价金额 90000.00→60000.00, 成交金额 76500.00→51000.00"
    )
    assert Line.objects.get(pk=line.pk).amount == paid, "the paid month stays as it was"
    assert late.filter(line="adjustment:override", amount__lt=0).exists()
    page = desks["salesperson"].get(f"/pay/statements/{back.statement_id}/").content.decode()
    assert "2026-03" in page
    next(april, None)
    files = tmp_path / "command"
    _command_pays("2026-04", files)
    done = assay("adjust", files / "run-2026-03", "--facts", files / "facts-2026-04",
                 "--month", "2026-04", "--out", files / "adjust")  # fmt: skip
    assert done.status == 0, done.err
    assert _written(files / "adjust") == _stand(late), "what came late, too"

    assert set(balances("payable.payee").values()) == {0}
    assert balances("payable.agent")["A01"] == 0
    assert audit(deep=True) == []
    run = PayMonth.objects.get(run__folder__contains="2026-04").run
    assert run is not None
    count, wrong = verify(open_run(folder_of(run) / "adjust-2026-03"))
    assert count == late.count()
    assert not wrong
