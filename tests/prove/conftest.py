"""What the tests of the assay share: the department's plan proved once."""

from __future__ import annotations

import pytest

from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.program import Program
from assay.plan.prove.assay import prove
from assay.plan.prove.finding import Finding


@pytest.fixture(scope="session")
def program(key_account: Plan) -> Program:
    """The department's plan, compiled."""
    return compile_plan(key_account)


@pytest.fixture(scope="session")
def findings(program: Program) -> list[Finding]:
    """Everything the assay finds of the department's plan."""
    return prove(program)
