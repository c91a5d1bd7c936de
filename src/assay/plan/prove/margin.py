"""Whether sales that a plan allows can leave the company less than nothing once everyone is paid."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from assay.plan.prove.bounds import bounds_of
from assay.plan.prove.cells import LIST, NET
from assay.plan.prove.finding import PROVED, REFUTED
from assay.plan.prove.logic import Truth
from assay.plan.prove.question import (
    Outcome,
    Question,
    example,
    not_applicable,
    undecided,
)
from assay.plan.prove.replay import Asked, Filled
from assay.plan.prove.said import Said
from assay.plan.prove.scene import Slot
from assay.plan.prove.side import Side
from assay.plan.prove.solve import SAT, UNKNOWN
from assay.plan.prove.stage import Stage
from assay.plan.prove.symbols import (
    BeyondError,
    Number,
    Value,
    compared,
    const,
    lifted,
    minus,
    plus,
    times,
    total,
)
from assay.plan.vocabulary import FLOOR, PROFIT, leaves


def negative_margin(
    stage: Stage, milliseconds: int, pretty: bool = True, cost: Fraction | None = None
) -> Outcome:
    """Net less cost less everyone's pay for the sale is never below nought.

    The cost is the plan's column of orders, or `cost` of the list price. Orders that the plan
    refuses, and those below a floor price it gives, are not allowed and do not count.
    """
    said = stage.program.plan.facts.get("order")
    columns = {spec.name for spec in said.has} if said is not None else set()
    if stage.sold != "order":
        return not_applicable("no_sale" if not stage.sold else "no_price")
    if cost is None and not leaves(columns):
        return not_applicable("no_cost")
    try:
        return _asked(stage, milliseconds, pretty, columns, cost)
    except BeyondError as beyond:
        return undecided("beyond", what=str(beyond))


def _asked(
    stage: Stage, milliseconds: int, pretty: bool, columns: set[str], cost: Fraction | None
) -> Outcome:
    rows = stage.rows("A", "X")
    asked = everyone(stage)
    without = Side(stage, stage.scene(), "without", asked)
    with_ = Side(stage, stage.scene(*rows), "with", asked)
    with_.pay, without.pay  # noqa: B018 - opens the cells
    kept = total(_kept(with_, row, columns, cost) for row in rows)
    question = Question(without, with_, [*_allowed(with_, rows, columns)], milliseconds, pretty)
    loss = compared(">=", lifted(_less, question.gain, kept), const(question.least))
    bounds = (*bounds_of(without, with_), question.rounding)
    if cost is not None:
        bounds = (*bounds, Said("cost", {"cost": str(float(cost * 100)).removesuffix(".0")}))
    answer = question.solver.ask([loss])
    if answer.verdict == UNKNOWN:
        return undecided("timeout", bounds)
    if answer.verdict != SAT:
        return undecided("empty", bounds) if question.empty() else Outcome(PROVED, bounds)
    sides = question.sides(question.small(answer, [loss]) if pretty else answer)
    assert sides is not None
    shown = example(stage, *sides, asked)
    if shown.gain <= sum(_left(sides[1], row, columns, cost) for row in rows):
        return undecided("differs", bounds)
    return Outcome(REFUTED, bounds, example=shown, sides=sides)


def everyone(stage: Stage) -> Asked:
    """Every line of everyone in the scene where the whole month is asked about, else its own."""
    if len(stage.rules) == 1:
        return stage.lines()
    return tuple(
        (rule, person.id, person.role)
        for person in stage.people
        for rule in stage.program.rules
        if person.role in rule.roles
    )


def _kept(side: Side, row: Slot, columns: set[str], cost: Fraction | None) -> Value:
    """What a sale leaves before anyone is paid."""
    by = leaves(columns)
    if cost is None and by == PROFIT:
        return side.cell(row.key, PROFIT)
    net = side.cell(row.key, NET)
    if cost is None:
        return lifted(_less, net, side.cell(row.key, by))
    return lifted(_less, net, lifted(times, side.cell(row.key, LIST), const(cost)))


def _left(filled: Filled, row: Slot, columns: set[str], cost: Fraction | None) -> Fraction:
    """The same of a row with amounts in it, in 分."""

    def cell(stored: str) -> Fraction:
        value = filled.cells.get((row.key, stored))
        return Fraction(value) if isinstance(value, int | Fraction) else Fraction(0)

    by = leaves(columns)
    if cost is None and by == PROFIT:
        return cell(PROFIT)
    spent = cell(LIST) * cost if cost is not None else cell(by)
    return cell(NET) - spent


def _allowed(side: Side, rows: tuple[Slot, ...], columns: set[str]) -> Iterator[Truth]:
    if FLOOR in columns:
        for row in rows:
            yield compared(">=", side.cell(row.key, NET), side.cell(row.key, FLOOR))


def _less(a: Number, b: Number) -> Number:
    return plus(a, minus(b))
