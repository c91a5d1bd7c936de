"""The department's plan under the assay: what is proved of it and what is refuted."""

from __future__ import annotations

from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.prove.assay import prove


def test_the_department_plan_rewards_a_deeper_discount_only_for_the_manager(
    key_account: Plan,
) -> None:
    findings = {(f.rule, f.about): f for f in prove(compile_plan(key_account))}
    assert findings[("commission", "deeper_discount")].status == "proved"
    refuted = findings[("override", "deeper_discount")]
    assert refuted.status == "refuted"
    assert refuted.example is not None
    assert refuted.example.gain > 0
    assert findings[("commission", "more_sales")].status == "refuted"
    assert findings[("base_wage", "split")].status == "not_applicable"
