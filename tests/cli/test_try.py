"""`try` shows every line and value as `expect` takes them; it names the file a fault stands in."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import assay

PLAN = """plan: small
effective: 2024-01
facts: {order: {has: {grade: text}}}
measures: {sales: "sum(order.amount)"}
tables: {gift: {of: sales, bands: [["< 50元", "''"], [">= 50元", "'茶'"]]}}
rules:
  - {name: commission, for: rep, per: order, pay: "order.amount * 10%"}
  - {name: present, for: rep, per: month, gives: gift}
examples:
  - name: two months
    month: 2024-01
    to: 2024-02
    payee: {id: A}
    orders: [{on: 01-05, amount: 30元}, {on: 02-05, amount: 40元}, {on: 02-06, amount: 20元}]
    others: [{id: B, orders: [{on: 02-07, amount: 10元}]}]
    expect: {commission: [3元, 6元]}
"""


def test_what_it_prints_can_be_expected(tmp_path: Path) -> None:
    plan = tmp_path / "small.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    ran = assay("try", plan)
    assert ran.status == 0, ran.err
    printed = {" ".join(line.split()) for line in ran.out.splitlines()}
    assert "✓ two months · A (rep) · 2024-01 … 2024-02" in printed
    assert {
        "commission [3.00元, 6.00元]",
        "commission.each [3.00元, 4.00元, 2.00元]",
        "present.award [none, 茶]",
        "sales [30.00元, 60.00元]",
        "B.commission 1.00元",
        "B.sales 10.00元",
    } <= printed
    expected = (
        "commission: [3元, 6元], commission.each: [3元, 4元, 2元], present.award: 茶, B.sales: 10元"
    )
    plan.write_text(PLAN.replace("commission: [3元, 6元]", expected), encoding="utf-8")
    assert assay("try", plan).status == 0


def test_a_list_of_blocks_and_a_difference(tmp_path: Path) -> None:
    plan, blocks = tmp_path / "small.yaml", tmp_path / "blocks.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    blocks.write_text(
        "- {name: one, orders: [{amount: 5元}]}\n- {name: two, orders: [{amount: 5元}], expect: {commission: 1元}}\n",
        encoding="utf-8",
    )
    ran = assay("try", plan, "--example", blocks)
    assert ran.status == 1
    assert "· one" in ran.out
    assert "✗ two" in ran.out
    assert "blocks.yaml:2: commission: expected 1.00元, found 0.50元" in ran.err


def test_a_fault_of_the_plan_is_the_plans(tmp_path: Path) -> None:
    plan, block = tmp_path / "small.yaml", tmp_path / "block.yaml"
    plan.write_text(PLAN.replace("* 10%", "+ 10%"), encoding="utf-8")
    block.write_text("orders: [{amount: 5元}]\n", encoding="utf-8")
    ran = assay("try", plan, "--example", block)
    assert ran.status == 2
    assert "small.yaml:7:" in ran.err


POLICIES = """plan: policies
effective: 2024-01
facts:
  policy:
    has: {on: date, owner: text, server: text, premium: money}
    to:
      - {who: policy.server, as: rep, where: "policy.server is not none"}
      - {who: policy.owner, as: rep, where: "policy.server is none"}
  deal:
    has: {on: date, owner: text, server: text, premium: money}
    to: [{who: deal.owner, as: rep}, {who: deal.server, as: rep}]
rules:
  - {name: renewal, for: rep, per: policy, pay: "policy.premium * 5%"}
  - {name: dealt, for: rep, per: deal, pay: "deal.premium * 5%"}
  - {name: own, for: rep, per: order, pay: "order.amount * 1%"}
  - {name: lead, for: leader, per: month, pay: 0元}
examples:
  - payee: {id: A, role: leader, also: rep}
    others: [{id: B, role: rep}]
    orders: [{amount: 1000元}]
    policy:
      - {premium: 100元, server: none}
      - {premium: 200元, server: B}
      - {premium: 400元, server: ''}
      - {premium: 800元}
      - {premium: 1600元, owner: B, server: none}
    deal: [{premium: 100元}, {premium: 200元, owner: B}, {premium: 400元, server: B}, {premium: 800元, owner: A}]
    expect: {renewal: 65元, B.renewal: 90元, dealt: 75元, B.dealt: 30元, own: 10元}
"""


def test_a_row_is_his_under_whom_it_stands_once(tmp_path: Path) -> None:
    """In whichever of his roles, in the first free column; `none` leaves a column free and empty."""
    plan = tmp_path / "policies.yaml"
    plan.write_text(POLICIES, encoding="utf-8")
    ran = assay("try", plan)
    assert ran.status == 0, ran.err
    assert "nobody gets" not in ran.out
