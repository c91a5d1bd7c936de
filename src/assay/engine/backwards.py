"""Backwards for one order: the least amount of its list price at which it still pays somebody so much.

The search is that of `target`: piece by piece between the plan's switches, every amount judged by the
reference, the one found tried again together with the amount 1 分 below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from assay.engine.effect import Scene
from assay.engine.judge import NEW, Amounts, Judge, Sale
from assay.engine.target import AT_LEAST, Price, Search, Way, pay_goal
from assay.plan.run import Runner


@dataclass(frozen=True)
class Whole(Price):
    """One list price, whatever the amount: the order's own."""

    amount: int = 0

    def listed(self, net: int) -> Fraction:
        """The list price."""
        return Fraction(self.amount)

    def whole(self, net: int) -> int:
        """The list price."""
        return self.amount


class OneOrder(Judge):
    """A payee's month in which the order of a scene is the only one that changes."""

    def __init__(self, scene: Scene, payee: str) -> None:
        self.scene, self.program, self.payee, self.month = scene, scene.program, payee, scene.month
        self.book, self.now = scene.book, scene.without
        self.roles = [role for p, role in scene.payees if p == payee]
        self.sale = Sale(payee, self.month.first, {})

    def runner(self, orders: Sequence[Amounts]) -> Runner:
        """The month with the order at an amount."""
        if not orders:
            return self.now
        listed, net = orders[0]
        return self.scene.at(int(listed), net, order_id=f"{NEW}1")


def least(scene: Scene, payee: str, listed: int, gain: int) -> Way:
    """The least net amount (分, up to `listed`) at which the order gains a payee `gain` 分 in his month.

    `net` is None where the full list price does not pay it; `gaps` are amounts above at which it is
    missed again.
    """
    judge = OneOrder(scene, payee)
    goal = pay_goal(judge, 0)
    wanted = type(goal)(goal.title, goal.have + gain, goal.measure, goal.have)
    return Search(judge, wanted, Whole(Fraction(1), AT_LEAST, listed), 1, listed).way()
