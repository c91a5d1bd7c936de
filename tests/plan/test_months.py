"""What a month may look at and what it may not: circles, balances, undoing, likeness, life, roles."""

from __future__ import annotations

from textwrap import dedent

import pytest

from assay.plan.example import work
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan


def holds(text: str) -> None:
    """Every example of a plan comes out."""
    plan = read_plan("plan: p\neffective: 2024-01\n" + dedent(text), "p.yaml")
    assert plan.examples
    for example in plan.examples:
        assert not work(plan, example).failures


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_what_was_before_closes_no_circle_in_any_order(order: tuple[int, ...]) -> None:
    names = [
        '  spare: "max(0元, sum(order.amount) - later.before)"',
        '  moved: "max(0元, first.before - spare)"',
        '  first: {carry: month, adds: "sum(order.amount)", takes: first.before}',
        "  later: {carry: month, adds: moved, takes: later.before}",
    ]
    measures = "\n".join(names[place] for place in order)
    holds(
        "measures:\n" + measures + "\n"
        "rules: [{name: pay, for: rep, per: month, pay: later}]\n"
        "examples:\n"
        "  - {month: 2024-01, to: 2024-03, orders: [{on: 01-05, amount: 9元}],\n"
        "     expect: {first: [9元, 0元, 0元], pay: [0元, 9元, 0元]}}\n"
    )


def test_a_balance_that_needs_itself_is_still_a_circle() -> None:
    with pytest.raises(PlanError, match=r"not known yet|circle"):
        holds("""
            measures: {owed: {carry: month, adds: "owed.after"}}
            rules: [{name: pay, for: rep, per: month, pay: owed}]
            examples: [{expect: {pay: 0元}}]
        """)


def test_what_was_undone_stays_undone() -> None:
    """A clawback is not paid back when the one it was taken from leaves."""
    holds("""
        facts: {order: {has: {paid_off_on: date}}}
        measures: {held: "days_between(order.ordered_on, order.paid_off_on) otherwise 180天"}
        rules:
          - name: pay
            for: rep
            per: order
            pay: "order.amount * 1%"
            undo: [{when: "order.paid_off_on <= order.ordered_on + 180天 and payee.employed", keep: "held / 180天"}]
        examples:
          - month: 2024-01
            to: 2024-05
            payee: {id: A, role: rep, from: 2023-01-01, to: 2024-03-20}
            orders: [{on: 01-03, amount: 18000元, paid_off_on: 02-02}]
            expect: {pay: [180元, -150元, 0元, 0元, 0元]}
    """)


def test_likeness_within_a_window_is_of_the_month_it_is_summed_for() -> None:
    holds("""
        facts: {order: {has: {product: text}}}
        measures:
          of_product: {is: "sum(order.amount, same: order.product)", over: quarter}
          doubled: {is: "sum(of_product)", over: quarter}
        rules: [{name: pay, for: rep, per: month, pay: doubled}]
        examples:
          - month: 2024-01
            to: 2024-02
            orders:
              - {on: 01-05, amount: 1元, product: A}
              - {on: 02-05, amount: 2元, product: A}
              - {on: 02-06, amount: 5元, product: B}
            expect: {pay: [1元, 11元], of_product: [1元, 3元, 5元]}
    """)


def test_life_begins_with_the_first_row_of_any_fact() -> None:
    holds("""
        facts: {fx: {has: {on: date, rate: number}}}
        measures: {usd: {is: "company.latest(fx.rate) otherwise 7", over: life}}
        rules: [{name: pay, for: rep, per: month, pay: "usd * 1元"}]
        examples:
          - {month: 2024-03, fx: [{on: 2023-02-01, rate: 7.1}], expect: {pay: 7.10元}}
    """)


def test_a_rule_of_the_month_pays_nothing_outside_of_the_role() -> None:
    holds("""
        rules:
          - {name: base, for: rep, per: month, pay: 100元}
          - {name: deal, for: rep, per: order, pay: "order.amount * 1%"}
        examples:
          - month: 2024-01
            to: 2024-04
            payee: {id: A, role: rep, from: 2024-02-10, to: 2024-03-01}
            orders: [{on: 02-20, amount: 500元}]
            expect: {base: [0元, 100元, 100元, 0元], deal: [0元, 5元, 0元, 0元]}
    """)


def test_a_day_that_is_agreed_is_known_before_it_comes() -> None:
    holds("""
        facts: {order: {has: {due_on: agreed_date, left_on: date}}}
        measures:
          due_later: {is: "count(order, where: order.due_on > month.last_day)", over: life}
          gone: {is: "count(order, where: order.left_on is not none)", over: life}
        rules: [{name: pay, for: rep, per: month, pay: 0元}]
        examples:
          - {month: 2024-01, to: 2024-03, orders: [{on: 01-05, amount: 1元, due_on: 03-15, left_on: 03-10}],
             expect: {due_later: [1, 1, 0], gone: [0, 0, 1]}}
    """)


def test_asking_whether_a_sum_is_none_is_refused() -> None:
    with pytest.raises(PlanError, match="always there"):
        holds("""
            measures: {a: "if(sum(order.amount) is none, 1元, 2元)"}
            rules: [{name: pay, for: rep, per: month, pay: a}]
            examples: [{expect: {pay: 2元}}]
        """)


def test_a_grid_is_read_with_two_values_of_ones_own() -> None:
    holds("""
        facts: {order: {has: {margin: rate}}}
        tables:
          grid:
            of: [order.amount, order.margin]
            columns: ["<= 50元", "> 50元"]
            rows: [["<= 15%", 9%, 10%], ["> 15%", 10%, 11%]]
        measures: {at_least: "grid(order.amount, 0%)"}
        rules: [{name: pay, for: rep, per: order, pay: "order.amount * (grid - at_least)"}]
        examples: [{orders: [{amount: 100元, margin: 20%}], expect: {pay: 1元, at_least: 10%}}]
    """)
