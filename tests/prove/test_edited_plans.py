"""The department's plan edited: each verdict is held against many situations paid by the reference."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

import pytest

from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.prove.assay import Effort, Subject, prove, stage_for, subjects
from assay.plan.prove.finding import PROVED, REFUTED
from assay.plan.prove.replay import Filled
from assay.plan.prove.stage import BESIDE, Stage
from assay.plan.reading import read_plan
from tests.conftest import PLAN

ASKED = ("deeper_discount", "more_sales", "split", "merge", "shift_month")
RULE = "  - {{name: {name}, title: {{zh: 试, en: trial}}, for: {role}, cite: 六, {body}}}\n\nquestions:\n"


def more(name: str, role: str, body: str) -> tuple[tuple[str, str], ...]:
    """An edit that adds a rule."""
    return (("\nquestions:\n", RULE.format(name=name, role=role, body=body)),)


EDITS: dict[str, tuple[tuple[str, str], ...]] = {
    "another edge": (('[">= 9折", rate_unit]', '[">= 8.5折", rate_unit]'), ("(8折, 9折)", "(8折, 8.5折)")),
    "another rate": (("percent: 8%", "percent: 3%"),),
    "rows swapped": (('["(8折, 9折)", 4%]', '["(8折, 9折)", 2%]'), ('["(7折, 8折]", 2%]', '["(7折, 8折]", 4%]')),
    "subtracts by order": more("fee", "salesperson", 'per: order, pay: "0元 - order.amount * 1%"'),
    "subtracts by month": more("desk", "salesperson", 'pay: "0元 - max(0元, 3000元 - sales * 1%)"'),
    "a second bonus": more("gate", "salesperson", 'pay: "if(sales > 10万元, 500元, 0元)"'),
    "on another line": more("tenth", "salesperson", 'pay: "line.commission * 10%"'),
    "taken back when high": more("cut", "salesperson", 'pay: "if(sales > 50万元, 0元 - line.deal_bonus, 0元)"'),
    "a cap": (("above_quota * tier_rate + point_base", "min(above_quota * tier_rate, 2000元) + point_base"),),
    "manager swapped": (("swapped: 0.1点, p0_03", "swapped: 0.3点, p0_03"), ("literal: 0.3点", "literal: 0.05点")),
    "manager loses": more("loss", "manager", 'pay: "if(team_average < 8折, 0元 - 300元, 0元)"'),
    "free count": more("count", "salesperson", 'pay: "count(order) * 10元"'),
}  # fmt: skip


def edited(name: str) -> Program:
    """The plan with an edit made."""
    text = PLAN.read_text(encoding="utf-8")
    for old, new in EDITS[name]:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    text = text[: text.index("\nexamples:\n") + 1]
    return compile_plan(read_plan(text))


def amounts(dice: random.Random) -> tuple[int, int]:
    """Net and list in 分, about the edges of the plan."""
    listed = dice.choice(
        (1, 100, 20_000_00, 100_000_00, 300_000_00, 813_000_00, dice.randint(1, 120_000_000))
    )
    at = dice.choice((60, 70, 75, 80, 85, 90, 100, dice.randint(0, 100)))
    net = listed * at // 100 + dice.choice((-1, 0, 0, 1, dice.randint(-5000, 5000)))
    net = dice.choice(
        (net, net, net, *(n + d for n in (30_000_000, 50_000_000, 10_000_000) for d in (-1, 0)))
    )
    return max(net, 0), max(listed, net, 1)


class Month:
    """Situations of a stage, paid."""

    def __init__(self, at: Stage, dice: random.Random) -> None:
        self.at, self.dice = at, dice
        aim = dice.choice((0, 1, 50_000_000, dice.randint(1, 100_000_000)))
        self.targets = {(p.id, m): aim for p in at.people for m in at.months if aim}
        self.teams = {("T", m): aim for m in at.months if aim}

    def pay(self, rows: dict[str, tuple[int, int]], late: bool = False) -> Fraction:
        """What the asked lines come to, exact; `late`: the row X in the second month."""
        first, *_, last = (*self.at.months, self.at.months[-1])
        slots = []
        for slot in self.at.rows("A", "X", "X1", "X2", BESIDE, month=first):
            if slot.key in rows:
                slots.append(slot)
        if late:
            moved = next(s for s in self.at.rows("A", "X", "X1", month=last) if s.key == "X")
            slots = [moved if s.key == "X" else s for s in slots]
        cells = {
            (k, c): n
            for k, pair in rows.items()
            for c, n in zip(("net_amount", "list_amount"), pair, strict=True)
        }
        filled = Filled(self.at.scene(*slots), cells, self.targets, self.teams)
        runner = filled.runner()
        return sum(
            (Fraction(runner.line(r, who, role, m).exact) for r, who, role in self.at.lines() for m in self.at.months),
            Fraction(0),
        )  # fmt: skip


def gains(program: Program, subject: Subject, about: str, tries: int) -> Iterator[Fraction]:
    """What the second situation of a property gains over the first, of situations by chance."""
    dice = random.Random(f"{subject.name}{about}")
    at = stage_for(program, subject, about)
    stages = at.moved() if about == "shift_month" else at.placed()
    for _ in range(tries):
        month = Month(dice.choice(stages), dice)
        others = {k: amounts(dice) for k in ("A", BESIDE) if dice.random() < 0.6}
        net, listed = amounts(dice)
        one = {**others, "X": (net, listed)}
        if about == "deeper_discount":
            lower = max(0, dice.choice((net - 1, dice.randint(0, net))))
            yield month.pay({**others, "X": (min(lower, net), listed)}) - month.pay(one)
        elif about == "more_sales":
            yield month.pay(others) - month.pay(one)
        elif about == "shift_month":
            gain = month.pay(one, late=True) - month.pay(one)
            yield abs(gain)
        else:
            m, p = amounts(dice)
            two = {**others, "X1": (net, listed), "X2": (m, p)}
            whole = {**others, "X": (net + m, listed + p)}
            gain = month.pay(two) - month.pay(whole)
            yield gain if about == "split" else -gain


@pytest.mark.parametrize("name", EDITS)
def test_every_verdict_stands_against_the_reference(name: str) -> None:
    program = edited(name)
    of = {subject.name: subject for subject in subjects(program)}
    roles = ("salesperson", "manager")
    for finding in prove(program, Effort(3000, False, ASKED)):  # as the command asks
        if finding.role not in roles or finding.status not in (PROVED, REFUTED):
            assert finding.status != "undecided", (finding.rule, finding.about)
            continue
        if finding.status == REFUTED:
            assert finding.example is not None
            assert finding.example.gain * (-1 if finding.about == "more_sales" else 1) > 0
            continue
        if finding.same_as:
            continue
        slack = (
            len(of[finding.rule].rules) if any(b.key == "rounding" for b in finding.bounds) else 0
        )
        worst = max(gains(program, of[finding.rule], finding.about, 40))
        assert worst <= slack, (finding.rule, finding.about, worst)
