"""A proof in several processes is the proof in one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assay.commands.several import beside
from assay.plan.compile import compile_plan
from assay.plan.prove.assay import Effort, prove
from assay.plan.reading import read_plan

# A worker of the suite has a thread beside it that speaks to the suite; newer Pythons warn of a fork then.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
PLAN = """
plan: two_roles
effective: 2024-01
facts:
  order:
    to:
      - {who: order.salesperson, as: seller}
      - {who: order.agent, as: agent, where: "order.channel = agent"}
measures:
  sales: "sum(order.amount)"
tables:
  rate: {of: sales, bands: [["< 1万元", 1%], [">= 1万元", 2%]]}
rules:
  - {name: own, for: seller, per: month, pay: "sales * rate"}
  - {name: brought, for: agent, per: order, pay: "order.amount * 1%"}
"""
FEW = Effort(properties=("more_sales", "cliff", "merge"))


def test_several_processes_find_what_one_finds_in_its_order() -> None:
    """The same findings, examples and digests; each is told of once."""
    program = compile_plan(read_plan(PLAN))
    told: list[str] = []
    alone = [replace(one, seconds=0.0) for one in prove(program, FEW)]
    spread = [replace(one, seconds=0.0) for one in prove(program, FEW, told.append, beside)]
    assert [one.data() for one in spread] == [one.data() for one in alone]
    assert {one.rule for one in alone} == {"own", "brought", "seller.total", "agent.total"}
    assert len(told) == len(set(told)) == 12


def test_what_goes_wrong_in_one_of_them_is_told() -> None:
    """As map would: nothing is left out silently."""
    with pytest.raises(ZeroDivisionError):
        list(beside(lambda number: 1 // number, [1, 2, 0, 4]))
