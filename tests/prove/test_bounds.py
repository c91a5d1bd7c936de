"""What a proof takes as it stands is in its bounds; what it can leave open it looks at."""

from __future__ import annotations

import pytest

from assay.plan.compile import compile_plan
from assay.plan.prove.assay import Effort, prove
from assay.plan.prove.finding import PROVED, REFUTED, UNDECIDED, Finding
from assay.plan.reading import read_plan

HEAD = "plan: bounded\neffective: 2024-01\n"
SALES = 'measures: {sales: "sum(order.amount)"}\n'
SPLIT = """facts:
  split: {of: order, has: {payee: text, percent: rate}}
  order: {to: {who: split.payee, as: rep, part: split.percent, adds_to: 100%}}
"""
CHANNEL = """facts:
  order:
    to:
      - {who: order.salesperson, as: rep, where: "order.channel = direct"}
      - {who: order.salesperson, as: rep, where: "order.channel = group_buy", part: 10%}
"""
VISIT = """facts: {visit: {has: {on: date, who: text}, to: {who: visit.who, as: rep}}}
measures: {sales: "sum(order.amount)", visits: "count(visit)"}
"""
CHEAP = """facts: {order: {to: {who: order.salesperson, as: rep, where: "order.discount < 8折"}}}
"""
ACROSS = """measures:
  sales: "sum(order.amount)"
  before: {is: "sum(order.amount)", over: previous_month}
  to_date: {is: "sum(order.amount)", over: year_to_date}
"""
# What is proved only because of what the scene takes as it stands, and what says so.
TAKEN = {
    "days": ("", "per: order", "if(order.ordered_on > month.first_day + 20天, 0元 - 10元, order.amount * 1%)"),
    "since": (
        SALES,
        "per: month",
        "if(months_between(payee.joined_on otherwise '2010-01-01', month.last_day) < 6个月,"
        " max(0元, 5000元 - sales), sales * 2%)",
    ),
    "others": (VISIT, "per: month", "if(visits >= 3次, max(0元, 1000元 - sales), sales * 1%)"),
    "whole": (SPLIT, "per: order", "if(order.part < 50%, 0元 - 10元, order.credited * 1%)"),
    "channel": (CHANNEL, "per: order", "if(order.part < 50%, 0元 - 10元, order.credited * 1%)"),
    "spans": (
        "facts: {order: {has: {term: months}}}\n",
        "per: order",
        "if(order.term > 100个月, 0元 - 10元, 10元)",
    ),
    "credited": (CHEAP, "per: order", "order.amount * 1%"),
}  # fmt: skip


def asked(facts: str, per: str, pay: str, about: str) -> Finding:
    text = f'{HEAD}{facts}rules: [{{name: line, for: rep, {per}, pay: "{pay}"}}]\n'
    found = prove(compile_plan(read_plan(text)), Effort(1000, False, (about,)))
    return next(f for f in found if f.rule == "line")


@pytest.mark.parametrize("key", TAKEN)
def test_what_is_taken_as_it_stands_is_said(key: str) -> None:
    finding = asked(*TAKEN[key], "more_sales")
    assert finding.status == PROVED
    said = [bound for bound in finding.bounds if bound.key == key]
    assert said, [bound.key for bound in finding.bounds]
    assert all(bound.text("zh") != bound.text("en") for bound in said)
    plain = asked(SALES, "per: month", "sales * 1%", "more_sales")
    assert not {bound.key for bound in plain.bounds} & {*TAKEN}


@pytest.mark.parametrize(
    ("pay", "months"),
    [
        ("if(sales >= 1000元, max(0元, 500元 - before), 0元)", ("2024-01", "2024-02")),
        ("if(sales >= 1000元, max(0元, 500元 - to_date + sales), 0元)", ("2024-10", "2024-12")),
    ],
)
def test_a_sale_that_costs_another_months_pay_is_found(pay: str, months: tuple[str, str]) -> None:
    """One more sale, and a later month that had another's pays less: they stand in two months."""
    finding = asked(ACROSS, "per: month", pay, "more_sales")
    assert finding.status == REFUTED
    assert finding.example is not None
    days = sorted(row["order_date"][:7] for _, row in finding.example.after.rows)
    assert (days[0], days[-1]) == months
    assert [b.parts for b in finding.bounds if b.key == "apart"] == [
        {"months": months[0], "others": months[1]}
    ]


BACK = "if({} >= 100元, sales * 2%, sales * 1%)"
TWICE = SALES.replace("}", ', twice: "earlier(earlier(sales, 1个月), 1个月)"}')
LESS = "if(earlier(sales, 1个月) >= 1000元, sales * 1%, sales * 2%) + earlier(sales, 3个月) * 0%"


@pytest.mark.parametrize(
    ("facts", "pay", "about"),
    [
        (SALES, BACK.format("earlier(sales, 3个月)"), "shift_month"),
        (TWICE, BACK.format("twice"), "shift_month"),
        (ACROSS, BACK.format("to_date - sales"), "shift_month"),
        (SALES, LESS, "more_sales"),
        (SALES, "max(0元, sales * 2% - earlier(sales, 3个月) * 1%)", "more_sales"),
    ],
    ids=["months before", "before that", "of this year", "the month before of several", "between"],
)
def test_other_sales_stand_where_the_formula_looks(facts: str, pay: str, about: str) -> None:
    """They stood in the two months alone, or as far off as the formula looks: proved, and it was not."""
    finding = asked(facts, "per: month", pay, about)
    assert finding.status == REFUTED
    [where] = [b for b in finding.bounds if b.key in ("moved", "apart")]
    assert where.text("zh") != where.text("en")
    assert finding.example is not None
    assert len({row["order_date"][:7] for _, row in finding.example.after.rows}) > 1


def test_where_the_others_stood_is_said_of_a_proof() -> None:
    """Proved of a sale that moves between these months, the others in those: no more."""
    finding = asked(SALES, "per: month", "earlier(sales, 3个月) * 1%", "shift_month")
    assert finding.status == PROVED
    moved = [b.parts["others"] for b in finding.bounds if b.key == "moved"]
    assert moved == ["2024-01, 2024-02", "2024-04, 2024-05", "2024-01, 2024-02"]


def test_what_is_credited_by_its_price_is_asked_at_one_that_is() -> None:
    """Rows that nobody is credited with prove nothing."""
    assert asked(CHEAP, "per: order", "order.amount * 200%", "bounded_share").status == REFUTED
    assert asked(CHEAP, "per: month", "count(order) * 10元", "deeper_discount").status == PROVED
    nobody = CHEAP.replace("order.discount < 8折", "order.amount = 77.77元")
    finding = asked(nobody, "per: order", "order.amount * 200%", "bounded_share")
    assert finding.status == UNDECIDED
    assert finding.reason is not None
    assert "credited to nobody" in finding.reason.text("en")


REFUSED = (
    'facts: {{order: {{has: {{cost: money}}, refuse: {{when: "order.amount {0}", why: no}}}}}}\n'
)


@pytest.mark.parametrize("about", ["bounded_share", "negative_margin", "more_sales", "cliff"])
def test_where_nothing_is_allowed_nothing_is_proved(about: str) -> None:
    """All orders refused: undecided. Small ones refused: asked among those that are large enough."""
    pay = "if(order.amount >= 600万元, 0元 - 1元, order.amount * 200%)"
    none = asked(REFUSED.format(">= 0元"), "per: order", pay, about)
    assert (none.status, none.reason and none.reason.key) == (UNDECIDED, "empty")
    assert asked(REFUSED.format("< 500万元"), "per: order", pay, about).status == REFUTED


def test_a_channel_that_the_formula_asks_for_is_open() -> None:
    """It was the first that credits the payee, and a bonus of another channel had no cliff."""
    pay = "if(order.channel = group_buy and order.amount >= 1000元, 10元, 0元)"
    finding = asked("", "per: order", pay, "cliff")
    assert finding.status == REFUTED
    assert finding.example is not None
    assert {row["channel"] for _, row in finding.example.after.rows} >= {"group_buy"}
    assert [b.parts["names"] for b in finding.bounds if b.key == "channel"] == [
        "direct, group_buy, agent, store"
    ]


def test_a_team_has_one_manager() -> None:
    """An example of a month that no facts can hold would show nobody anything."""
    text = HEAD + (
        "facts: {order: {to: {who: order.salesperson, as: [member, manager], counts_for: team}}}\n"
        "rules: [{name: line, for: member, per: month,"
        ' pay: "if(team.sum(order.amount) > 10元, 1元, 0元)"}]\n'
    )
    found = prove(compile_plan(read_plan(text)), Effort(1000, False, ("cliff",)))
    [people] = [f.example.people for f in found if f.example is not None and f.rule == "line"]
    assert sorted(one["role"] for one in people) == ["manager", "member"]
