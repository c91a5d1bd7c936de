"""The file a payee keeps holds what later months put right: his orders as they were and as they are, nobody else's."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date

import pytest

from assay.engine.adjust_folder import write_adjustments
from assay.incentives.actions.running import run_month
from assay.incentives.models import Line, PayMonth
from assay.incentives.proving import ADJUSTED, ADJUSTED_FILE
from assay.incentives.queries.statements import folder_of
from assay.incentives.queries.witnessed import root_faults
from assay.incentives.slips import slip
from assay.period import Month
from assay.sales.actions.orders import cancel
from tests import factories
from tests.incentives.reading import read_pdf
from tests.incentives.test_kept_file import CHROMIUM, browsed, data_of, kept, rechecked

pytestmark = pytest.mark.django_db
MARCH = Month.parse("2026-03")


@pytest.fixture
def put_right(house):
    """April worked out after March was locked and three of its orders came to something else."""
    run_month(MARCH)
    row = PayMonth.objects.get()
    row.state = "locked"
    row.save()
    house.late = factories.order(
        house.first, pieces=100, ratio="0.95", of=house.good, placed=True, day=date(2026, 3, 28)
    )
    cancel(house.orders[0], why="客户改主意")
    cancel(house.orders[2], why="客户改主意")
    house.foreign = factories.order(
        house.second, pieces=50, ratio="0.95", of=house.good, placed=True, day=date(2026, 3, 29)
    )
    house.run = run_month(MARCH.next())
    april = PayMonth.objects.get(month=MARCH.next().index)
    april.state, april.preview_to = "preview", date(2026, 5, 7)
    april.save()
    house.mine = house.run.statements.get(code="S01")
    return house


def rows_of(data):
    return [
        dict(zip(ADJUSTED, row.split("\t"), strict=True)) for row in data["adjusted"].split("\n")
    ]


def test_it_holds_ones_own_orders_before_and_after_and_they_come_to_the_adjustment(put_right):
    html = kept(put_right)
    data = data_of(html)
    assert all(rechecked(data).values())
    text = data["adjusted"]
    assert json.loads(data["text"])["adjusted"] == hashlib.sha256(text.encode()).hexdigest()
    head, *rows = rows_of(data)
    line = put_right.mine.lines.get(line="adjustment:commission")
    assert (head["kind"], head["for_month"], head["line"]) == ("line", "2026-03", "commission")
    assert (int(head["amount"]), head["reason"]) == (line.amount, line.reason)
    # 40 pieces gone: the base quota falls on the 90 of the 11th; 100 came.
    gone, stays, late = (put_right.orders[0], put_right.orders[1], put_right.late)
    assert {(row["kind"], row["order_id"]) for row in rows} == {
        ("before", gone.number), ("before", stays.number), ("after", stays.number),
        ("after", late.number),
    }  # fmt: skip
    sums = {
        kind: sum(int(r["amount"]) for r in rows if r["kind"] == kind)
        for kind in ("before", "after")
    }
    assert sums["after"] - sums["before"] == line.amount
    for row in rows:
        assert int(row["quota_part"]) + int(row["commissionable"]) == int(row["net_amount"])
        share = float(row["rate"]) + float(row["added_point"] or 0)
        assert abs(int(row["commissionable"]) * share - int(row["amount"])) < 1
    for number in (put_right.orders[2].number, put_right.foreign.number):
        assert number not in html, "a colleague's order"
    manager = kept(put_right, "manager", put_right.run.statements.get(code="M01", role="manager"))
    assert put_right.foreign.number in manager, "whoever is paid for it sees it"
    assert list(root_faults(put_right.run)) == []


def test_what_is_kept_of_it_is_held_by_the_root(put_right):
    path = folder_of(put_right.run) / ADJUSTED_FILE
    path.write_text(path.read_text(encoding="utf-8").replace(str(put_right.late.number), "HT-0"))
    assert any(
        said.startswith("S01：提成单与它的校验叶不符") for said in root_faults(put_right.run)
    )
    browser = factories.signed_in("salesperson", put_right.first)
    url = f"/pay/statements/{put_right.mine.pk}/keep/"
    assert "校验根不符" in browser.get(url, follow=True).content.decode()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.parametrize("change", [False, True])
@pytest.mark.either_database
def test_a_browser_works_it_out_again_and_names_what_was_changed(put_right, tmp_path, change):
    html = kept(put_right)
    line = Line.objects.get(statement=put_right.mine, line="adjustment:commission")
    if change:
        rows = data_of(html)["adjusted"].split("\n")
        row = next(row for row in rows if f"\tcommission\t{put_right.late.number}\t" in row)
        told = "\t".join([*row.split("\t")[:-2], "1", ""])
        html = html.replace(*(json.dumps(one, ensure_ascii=False)[1:-1] for one in (row, told)))
    dom = browsed(html, tmp_path)
    assert f'data-verdict="{"bad" if change else "good"}"' in dom
    assert put_right.late.number in dom.partition('id="turned"')[2]
    named = f"现在减原来等于补发补扣 · {line.title} 2026-03<"
    assert (named in dom) == change
    assert (f"看方案条款 · {put_right.late.number}<" in dom) == change


@pytest.mark.parametrize(
    ("foreign", "said"), [(True, "别人的单变了"), (None, "见这一行点开后的前后对照")]
)
def test_a_reason_that_may_name_a_colleagues_order_is_told_to_the_office_alone(
    request, house, monkeypatch, foreign, said
):
    """As in plans that share a pool: his line moves because somebody else's order did; or it was not noted then."""

    def of_others(*given):
        return [replace(one, foreign=foreign) for one in write_adjustments(*given)]

    monkeypatch.setattr("assay.incentives.actions.running.write_adjustments", of_others)
    assert request.getfixturevalue("put_right") is house
    line = house.mine.lines.get(line="adjustment:commission")
    assert house.orders[0].number in line.reason
    adjustment = f"/pay/adjustments/{line.pk}/"
    browser = factories.signed_in(who=house.first)
    for url in (f"/pay/statements/{house.mine.pk}/", adjustment):
        told = browser.get(url).content.decode()
        assert said in told, url
        assert line.reason not in told, url
    office = factories.signed_in("finance", house.finance).get(adjustment).content.decode()
    assert line.reason in office
    printed = read_pdf(slip(house.mine))
    assert said in printed
    assert house.orders[0].number not in printed
