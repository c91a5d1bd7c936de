"""A small plan edited: its cliffs, shares and margins are judged anew, as trying everything says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.prove.assay import Effort, prove
from assay.plan.prove.finding import PROVED, REFUTED, Finding
from assay.plan.prove.replay import Filled
from assay.plan.prove.stage import Stage, stage
from assay.plan.reading import read_plan

SMALL = """plan: small
effective: 2024-01
facts:
  order:
    has: {cost: money}
    refuse: {when: "order.amount < order.cost * 104%", why: below the least margin}
tables:
  rate: {of: order.amount, bands: [["< 300元", 1%], ["[300元, 600元)", 3%], [">= 600元", 5%]]}
rules:
  - {name: pay, for: seller, per: order, pay: "order.amount * rate"}
"""
EDITS = {
    "as it is": (),
    "another edge": (("300元", "400元"),),
    "another rate": (("3%", "1%"),),
    "rows swapped": (("3%", "7%"), ("5%", "3%"), ("7%", "5%")),
    "a rate beyond the sale": (("5%", "120%"),),
    "a lower top": (("5%", "3%"),),
    "another least margin": (("104%", "106%"),),
    "a cap": (("order.amount * rate", "min(order.amount * rate, 9元)"),),
}


class Tried:
    """The rule paid by the reference, one order at a time."""

    def __init__(self, program: Program) -> None:
        self.at: Stage = stage(program, program.rules, "seller")

    def pay(self, net: int) -> int:
        """What an order of so many 分 pays."""
        rows = self.at.rows("X")
        cells = {("X", "net_amount"): net, ("X", "list_amount"): max(net, 1), ("X", "cost"): 0}
        return Filled(self.at.scene(*rows), cells, {}, {}).pay(self.at.lines())

    def jumps(self, text: str) -> set[str]:
        """The edges at which one 分 moves the pay by more than rounding can."""
        edges = [n for n in (300, 400, 600) if f"{n}元" in text]
        return {f"{n}元" for n in edges if abs(self.pay(n * 100) - self.pay(n * 100 - 1)) > 2}

    def amounts(self) -> Iterator[int]:
        """Net amounts at and about the edges, small and large, in 分."""
        for yuan in (1, 20, 180, 200, 299, 300, 301, 399, 400, 599, 600, 601, 1000, 20_000):
            yield from (yuan * 100 - 1, yuan * 100, yuan * 100 + 1)


def statuses(found: list[Finding], about: str) -> set[str]:
    return {f.status for f in found if (f.rule, f.about) == ("pay", about)}


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_plan_is_judged_anew(name: str) -> None:
    text = SMALL
    for old, new in EDITS[name]:
        assert old in text
        text = text.replace(old, new)
    program = compile_plan(read_plan(text))
    tried = Tried(program)
    asked = ("cliff", "bounded_share", "negative_margin")
    found = prove(program, Effort(pretty=False, properties=asked))

    jumps = tried.jumps(text)
    told = [f for f in found if (f.rule, f.about) == ("pay", "cliff")]
    assert {f.at.removeprefix("order.amount ") for f in told if f.status == REFUTED} == jumps
    assert jumps or statuses(found, "cliff") == {PROVED}

    beyond = any(tried.pay(net) > net for net in tried.amounts())
    assert statuses(found, "bounded_share") == {REFUTED if beyond else PROVED}

    least = 106 if "106%" in text else 104
    # The dearest goods that may still be sold at that net.
    loses = any(tried.pay(net) > net - net * 100 // least + 1 for net in tried.amounts())
    assert statuses(found, "negative_margin") == {REFUTED if loses else PROVED}


def test_the_edits_turn_each_verdict() -> None:
    """What is held against the reference above is not the same throughout."""
    seen: dict[str, set[object]] = {"jumps": set(), "beyond": set()}
    for edits in EDITS.values():
        text = SMALL
        for old, new in edits:
            text = text.replace(old, new)
        tried = Tried(compile_plan(read_plan(text)))
        seen["jumps"].add(frozenset(tried.jumps(text)))
        seen["beyond"].add(any(tried.pay(net) > net for net in tried.amounts()))
    assert len(seen["jumps"]) > 3
    assert len(seen["beyond"]) == 2
