"""What an order would pay and leave at its price, at every edge of the plan, and what needs approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import get_language

from assay.engine.effect import Effect, Scene
from assay.errors import UserError
from assay.people.models import Agent, Employee, Shop
from assay.period import Month
from assay.plan.program import Program
from assay.sales import rules
from assay.sales.models import Order
from assay.sales.queries.facts import month_facts, program_of

NEW = "+"


@dataclass(frozen=True)
class Side:
    """A price in 分 and what the payee's month gains by it; `rate` as the plan shows it."""

    net: int
    pay: int
    rate: str


@dataclass(frozen=True)
class Edge:
    """A discount at which pay turns: the dearest side and the one just below it."""

    ratio: Fraction
    counts: bool
    above: Side
    below: Side


@dataclass(frozen=True)
class Appraisal:
    """An order at its price. Amounts in 分; averages and edges as exact ratios, None where none.

    payee: whose pay the ruler shows. keeps: net − cost − everything the order pays anybody.
    """

    listed: int
    net: int
    cost: int | None
    payee: str
    name: str
    effects: Sequence[Effect] = ()
    edges: Sequence[Edge] = ()
    own_before: Fraction | None = None
    own_after: Fraction | None = None
    team_before: Fraction | None = None
    team_after: Fraction | None = None
    floor: Fraction | None = None
    lowest: Fraction | None = None
    reference: bool = False
    fault: str = ""
    clauses: dict[str, str] = field(default_factory=dict)

    @property
    def ratio(self) -> Fraction:
        """The order's discount."""
        return Fraction(self.net, self.listed)

    @property
    def paid(self) -> int:
        """What the order pays to all together."""
        return sum(x.amount for x in self.effects)

    @property
    def mine(self) -> list[Effect]:
        """What it pays the payee."""
        return [x for x in self.effects if x.payee == self.payee]

    @property
    def gain(self) -> int:
        """All that it pays the payee."""
        return sum(x.amount for x in self.mine)

    @property
    def keeps(self) -> int | None:
        """What the company keeps."""
        return None if self.cost is None else self.net - self.cost - self.paid


def appraise(order: Order, *, edges: bool = False, reference: bool | None = None) -> Appraisal:
    """An order (saved or not) by the plan in force on its day, given the month so far.

    `reference`: whether a line has no list price; asked of the saved lines where not said.
    """
    if reference is None:
        reference = order.pk is not None and order.lines.filter(reference=True).exists()
    payee, name = _payee(order)
    bare = Appraisal(
        order.list_amount, order.net_amount, order.cost_amount, payee, name, reference=reference
    )
    try:
        program = program_of(order.day)
        scene = _scene(program, order)
    except UserError as error:
        return Appraisal(
            bare.listed, bare.net, bare.cost, payee, name, reference=reference, fault=str(error)
        )
    return _appraised(bare, scene, edges)


def _payee(order: Order) -> tuple[str, str]:
    if order.channel == "store" and order.shop_id:
        shop = Shop.objects.get(pk=order.shop_id)
        return shop.code, shop.name
    if order.seller_id:
        seller = Employee.objects.get(pk=order.seller_id)
        return seller.number, seller.name
    if order.agent_id:
        agent = Agent.objects.get(pk=order.agent_id)
        return agent.code, agent.name
    return "", ""


def _scene(program: Program, order: Order) -> Scene:
    month = Month.of(order.day)
    facts = month_facts(
        program, month, department=order.department_id, agent=order.agent_id, shop=order.shop_id
    )
    seller = Employee.objects.get(pk=order.seller_id) if order.seller_id else None
    agent = Agent.objects.get(pk=order.agent_id) if order.agent_id else None
    shop = Shop.objects.get(pk=order.shop_id) if order.shop_id else None
    return Scene(
        program, facts, month,
        {
            "order_id": order.number or NEW, "order_date": order.day, "channel": order.channel,
            "salesperson_id": seller.number if seller else None,
            "agent_id": agent.code if agent else None, "store_id": shop.code if shop else None,
            "delivered_on": order.delivered_on,
        },
    )  # fmt: skip


def _appraised(bare: Appraisal, scene: Scene, edges: bool) -> Appraisal:
    after = scene.at(bare.listed, bare.net)
    names = (rules.AVERAGE, rules.TEAM_AVERAGE)
    before = [scene.named(scene.without, name, bare.payee) for name in names]
    later = [scene.named(after, name, bare.payee) for name in names]
    policies = scene.program.plan.policies
    return Appraisal(
        bare.listed, bare.net, bare.cost, bare.payee, bare.name,
        scene.effects(after, lang=(get_language() or "zh")[:2]),
        list(_edges(scene, bare)) if edges else (),
        before[0], later[0], before[1], later[1],
        scene.named(after, rules.FLOOR, bare.payee), scene.named(after, rules.LOWEST, bare.payee),
        bare.reference,
        clauses={
            name: policies[name].cite[0]
            for name in (rules.FLOOR, rules.LOWEST)
            if name in policies and policies[name].cite
        },
    )  # fmt: skip


def _edges(scene: Scene, bare: Appraisal) -> list[Edge]:
    found = []
    for ratio, counts in scene.edges(bare.payee).items():
        exact = bare.listed * ratio
        floor, ceiling = (
            exact.numerator // exact.denominator,
            -(-exact.numerator // exact.denominator),
        )
        above = ceiling if counts else floor + 1
        found.append(Edge(ratio, counts, _side(scene, bare, above), _side(scene, bare, above - 1)))
    return found


def _side(scene: Scene, bare: Appraisal, net: int) -> Side:
    effects = scene.effects(scene.at(bare.listed, net), [bare.payee])
    rate = next((x.rate for x in effects if x.rate), "0%")
    return Side(net, sum(x.amount for x in effects), rate)


def reasons_of(found: Appraisal) -> list[str]:
    """Why a price needs an approval: codes of models.REASONS; none where it needs none."""
    reasons = []
    if found.floor is not None:
        if found.ratio < found.floor:
            reasons.append("below")
        sides = ((found.own_before, found.own_after), (found.team_before, found.team_after))
        if any(_sinks(before, after, found.floor) for before, after in sides):
            reasons.append("average")
    if found.lowest is not None and found.ratio <= found.lowest:
        reasons.append("lowest")
    if found.reference:
        reasons.append("no_list")
    return reasons


def _sinks(before: Fraction | None, after: Fraction | None, floor: Fraction) -> bool:
    """Whether an average comes under the floor by this order."""
    return after is not None and after < floor and (before is None or before >= floor)
