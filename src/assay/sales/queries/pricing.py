"""What an order would pay and leave at its price, at every edge of the plan, and what needs approval."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from hashlib import sha256

from django.core.cache import cache

from assay.engine.backwards import least
from assay.engine.effect import Effect, Rate, Scene, scenery
from assay.engine.in_force import NoPlanError
from assay.errors import UserError
from assay.furniture.reader import reader_language
from assay.money import half_up
from assay.people.models import Agent, Employee, Shop
from assay.people.queries import teams_of
from assay.period import Month
from assay.plan.book import Book
from assay.plan.program import Program
from assay.plan.run import Runner
from assay.plan.tree import Value
from assay.plan.units import number_text
from assay.sales import rules
from assay.sales.models import Order, OrderShare
from assay.sales.queries.facts import Rows, facts_from, month_rows
from assay.sales.queries.plan import plan_of
from assay.sales.queries.running import KEPT, digest

Want = tuple[int, Callable[[Fraction], int]]
"""What a payee wants to get (分), and the order's net amount (分) at a discount over all of it."""
Shares = Sequence[tuple[Employee, int]]
"""Who shares an order, in hundredths of a percent."""
NEW = "+"
SPLIT = "split"  # the fact that tells who shares an order (facts.assemble.SPLITS)
# Which word of the plan makes a price need an approval; a good without list price is the house's own rule.
DECIDED_BY = {"below": rules.FLOOR, "average": rules.FLOOR, "lowest": rules.LOWEST}
LOWEST_SHOWN = Fraction(5, 10)  # where the ruler begins, unless the order or an edge lies below
STEPS = 1000  # of the list price, in which a discount is asked backwards: 0.01折


@dataclass(frozen=True)
class Side:
    """A price in 分 and what the payee's month gains by it, with the rate the plan shows."""

    net: int
    pay: int
    rate: Rate


@dataclass(frozen=True)
class Edge:
    """A discount at which pay turns: the dearest side and the one just below it.

    One of the plan's own, or where this order takes the month over a line that changes its rate.
    """

    ratio: Fraction
    counts: bool
    above: Side
    below: Side

    @property
    def turns(self) -> bool:
        """Whether pay turns here, by its rate or by more than the 1 分 of price between its sides."""
        return self.above.rate != self.below.rate or abs(self.above.pay - self.below.pay) > 1


@dataclass(frozen=True)
class Least:
    """Backwards: the least discount over the whole order, to 0.01折, at which it still pays `want` (分).

    net and pay (分) are what it then comes to, reasons those for which it would need an approval. None
    where no discount pays it; `reached`: whether some price would, which lines with a discount of
    their own keep the order from. safe: from which discount on every one pays it, None where none.
    """

    want: int
    ratio: Fraction | None = None
    net: int = 0
    pay: int = 0
    safe: Fraction | None = None
    reasons: Sequence[str] = ()
    reached: bool = False

    @property
    def typed(self) -> str:
        """The discount as it is typed: 6.01."""
        return "" if self.ratio is None else number_text(self.ratio * 10)


@dataclass(frozen=True)
class Appraisal:
    """An order at its price. Amounts in 分; averages and edges as exact ratios, None where none.

    payee: whose pay the ruler shows. keeps: net − cost − everything the order pays anybody.
    attained: sales of the payee's month over his target; top and bottom: what the order pays him at
    its full list price and at LOWEST_SHOWN of it. clauses: of the plan's own words (rules.FLOOR, …);
    ruled: those under which the ruler's bands pay. fault: why nothing is told of what the plan pays;
    judged: whether the price was held to the plan all the same, which it is where there is no plan.
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
    judged: bool = True
    clauses: dict[str, str] = field(default_factory=dict)
    ruled: Sequence[str] = ()
    attained_before: Fraction | None = None
    attained_after: Fraction | None = None
    over: Fraction | None = None
    top: int = 0
    bottom: int = 0
    least: Least | None = None

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


def appraise(
    order: Order, *, edges: bool = False, reference: bool | None = None, want: Want | None = None,
    shares: Shares | None = None, pay: bool = True, around: Around | None = None,
) -> Appraisal:  # fmt: skip
    """An order (saved or not) by the plan in force on its day, given the month so far.

    `pay`: what it pays to whom, everybody's month with it and without it; not where only the
    averages are asked, which is a quarter of the work.

    `want`: what the payee wants to get for it, to be answered backwards. `shares`: who shares it in
    hundredths of a percent, as typed; those saved where not said.

    `reference`: whether a line has no list price; asked of the saved lines where not said.
    `around`: the month about it, where that was read just now.
    """
    if reference is None:
        reference = order.pk is not None and order.lines.filter(reference=True).exists()
    payee, name = _payee(order)
    bare = Appraisal(
        order.list_amount, order.net_amount, order.cost_amount, payee, name, reference=reference
    )
    try:
        shares = _shares(order) if shares is None else shares
        scene = _scene(around or around_of(order, shares), order, shares)
    except UserError as error:
        return Appraisal(
            bare.listed, bare.net, bare.cost, payee, name, reference=reference, fault=str(error),
            judged=isinstance(error, NoPlanError),
        )  # fmt: skip
    return _appraised(bare, scene, edges, want, pay)


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


@dataclass(frozen=True)
class Around:
    """The plan in force and the rows of the month about an order; `key` tells both from any other."""

    program: Program
    month: Month
    rows: Rows
    key: str


def _shares(order: Order) -> list[tuple[Employee, int]]:
    held = order.shares.select_related("employee") if order.pk else ()
    return [(share.employee, share.part) for share in held]


def around_of(order: Order, shares: Shares) -> Around:
    """The month around an order as its facts stand, read each time. UserError as `plan_of`."""
    month = Month.of(order.day)
    program, text = plan_of(month)
    sharing = [employee for employee, _part in shares]
    teams = teams_of(sharing)
    found_in = {order.department_id, *(teams.on(one.pk, order.day) for one in sharing)}
    departments = sorted(pk for pk in found_in if pk is not None)
    rows = month_rows(program, month, departments, order.agent_id, order.shop_id)
    return Around(program, month, rows, digest("scenery", text, month, rows))


def _scene(around: Around, order: Order, shares: Shares = ()) -> Scene:
    """An order and the month around it."""
    program, month = around.program, around.month
    book, columns = _scenery(around)
    seller = Employee.objects.get(pk=order.seller_id) if order.seller_id else None
    agent = Agent.objects.get(pk=order.agent_id) if order.agent_id else None
    shop = Shop.objects.get(pk=order.shop_id) if order.shop_id else None
    return Scene(
        program, book, columns, month,
        {
            "order_id": order.number or NEW, "order_date": order.day, "channel": order.channel,
            "salesperson_id": seller.number if seller else None,
            "agent_id": agent.code if agent else None, "store_id": shop.code if shop else None,
            "delivered_on": order.delivered_on,
        },
        _splits(program, shares, seller),
    )  # fmt: skip


def _splits(
    program: Program, shares: Shares, seller: Employee | None
) -> dict[str, list[dict[str, Value]]]:
    """Who shares the order, as facts tell it, where the plan reads that; nobody: its seller's whole."""
    if program.parents.get(SPLIT) != "order":
        return {}
    told = shares or ([(seller, OrderShare.WHOLE)] if seller else [])
    rows: list[dict[str, Value]] = [
        {"payee": employee.number, "percent": Fraction(part, OrderShare.WHOLE)}
        for employee, part in told
    ]
    return {SPLIT: rows}


def _scenery(around: Around) -> tuple[Book, list[str]]:
    """The month around an order, made anew only where a fact differs."""
    found: tuple[Book, list[str]] | None = cache.get(around.key)
    if found is None:
        found = scenery(around.program, facts_from(around.program, around.rows), around.month)
        cache.set(around.key, found, KEPT)
    return found


def _appraised(
    bare: Appraisal, scene: Scene, edges: bool, want: Want | None, pay: bool
) -> Appraisal:  # fmt: skip
    after = scene.at(bare.listed, bare.net)
    target = scene.book.targets.get((bare.payee, scene.month.index))
    names = (rules.AVERAGE, rules.TEAM_AVERAGE)
    before = [scene.named(scene.without, name, bare.payee) for name in names]
    later = [scene.named(after, name, bare.payee) for name in names]
    policies = scene.program.plan.policies
    turning, top, bottom = _edges(scene, bare) if edges else ([], 0, 0)
    return Appraisal(
        bare.listed, bare.net, bare.cost, bare.payee, bare.name,
        scene.effects(after, lang=reader_language()) if pay else (),
        turning,
        before[0], later[0], before[1], later[1],
        scene.named(after, rules.FLOOR, bare.payee), scene.named(after, rules.LOWEST, bare.payee),
        bare.reference,
        clauses={
            name: policies[name].cite[0]
            for name in (rules.FLOOR, rules.LOWEST, rules.OVER)
            if name in policies and policies[name].cite
        },
        ruled=scene.edge_cites(bare.payee) if edges else (),
        attained_before=_attained(scene, scene.without, bare.payee, target),
        attained_after=_attained(scene, after, bare.payee, target),
        over=scene.named(after, rules.OVER, bare.payee),
        top=top, bottom=bottom,
        least=_least(scene, bare, *want) if want else None,
    )  # fmt: skip


def _attained(scene: Scene, runner: Runner, payee: str, target: int | None) -> Fraction | None:
    """Sales over target; None without a target or where the plan measures no sales."""
    sales = scene.named(runner, rules.SALES, payee)
    return sales / target if sales is not None and target else None


def _least(scene: Scene, bare: Appraisal, want: int, whole: Callable[[Fraction], int]) -> Least:
    if bare.payee not in {payee for payee, _role in scene.payees}:
        return Least(want)
    way = least(scene, bare.payee, bare.listed, want)
    if way.net is None:
        return Least(want)

    def step(net: int) -> int:
        """The first discount, in steps, at which the order comes to an amount."""
        return bisect_left(range(STEPS + 1), net, key=lambda n: whole(Fraction(n, STEPS)))

    first, last = step(way.net), STEPS + 1 if way.safe is None else step(way.safe)
    # Rounded up to a step the price may have left a narrow band that pays; then the next ones are asked.
    for at in dict.fromkeys(n for n in (*range(first, first + 3), last) if n <= STEPS):
        side = _side(scene, bare, whole(Fraction(at, STEPS)))
        if side.pay >= want:
            then = _appraised(replace(bare, net=side.net), scene, False, None, False)
            safe = Fraction(last, STEPS) if last <= STEPS else None
            return Least(
                want, Fraction(at, STEPS), side.net, side.pay,
                Fraction(at, STEPS) if last <= at else safe, reasons_of(then), True,
            )  # fmt: skip
    return Least(want, reached=True)


def _edges(scene: Scene, bare: Appraisal) -> tuple[list[Edge], int, int]:
    """The plan's edges, and between them where the order's rate turns with the month, falling.

    With what the order pays (分) at its list price, and at LOWEST_SHOWN of it.
    """
    found: list[Edge] = []
    top = dearest = _side(scene, bare, bare.listed)
    for ratio, counts in scene.edges(bare.payee).items():
        exact = bare.listed * ratio
        floor, ceiling = (
            exact.numerator // exact.denominator,
            -(-exact.numerator // exact.denominator),
        )
        above = ceiling if counts else floor + 1
        edge = Edge(ratio, counts, _side(scene, bare, above), _side(scene, bare, above - 1))
        found += [*_turns(scene, bare, dearest, edge.above), edge]
        dearest = edge.below
    lowest = _side(scene, bare, half_up(bare.listed * LOWEST_SHOWN))
    return [*found, *_turns(scene, bare, dearest, lowest)], top.pay, lowest.pay


def _turns(scene: Scene, bare: Appraisal, dear: Side, cheap: Side, most: int = 2) -> list[Edge]:
    """Where the rate jumps inside a band with the month the order makes, falling; found by halving.

    A rate that moves with every 分 has no such place.
    """
    if dear.rate == cheap.rate or dear.net <= cheap.net or not most:
        return []
    above, below = dear, cheap
    while above.net - below.net > 1:
        middle = _side(scene, bare, (above.net + below.net) // 2)
        if middle.rate == dear.rate:
            above = middle
        else:
            below = middle
    if abs(above.pay - below.pay) <= 1:
        return []
    edge = Edge(Fraction(above.net, bare.listed), True, above, below)
    return [edge, *_turns(scene, bare, below, cheap, most - 1)]


def _side(scene: Scene, bare: Appraisal, net: int) -> Side:
    effects = scene.effects(scene.at(bare.listed, net), [bare.payee])
    rate = next((x.rate for x in effects if x.rate is not None), Rate())
    return Side(net, sum(x.amount for x in effects), rate)


def reasons_for(order: Order) -> list[str]:
    """Why an order's price needs an approval, asked when it is written and again when it is placed.

    Kept by all it rests on: of an order that is placed as it was written, in a month that nobody has
    changed since, it is not worked out a second time. UserError as `reasons_of`.
    """
    shares = _shares(order)
    try:
        around = around_of(order, shares)
    except NoPlanError:
        return reasons_of(appraise(order, pay=False, shares=shares))
    told = (
        order.number, order.day, order.channel, order.seller_id, order.agent_id, order.shop_id,
        order.list_amount, order.net_amount, order.delivered_on,
        order.pk is not None and order.lines.filter(reference=True).exists(),
        [(employee.pk, part) for employee, part in shares],
    )  # fmt: skip
    key = f"reasons:{sha256(repr((around.key, told)).encode()).hexdigest()}"
    found: list[str] | None = cache.get(key)
    if found is None:
        found = reasons_of(appraise(order, pay=False, shares=shares, around=around))
        cache.set(key, found, KEPT)
    return found


def reasons_of(found: Appraisal) -> list[str]:
    """Why a price needs an approval: codes of models.REASONS; none where it needs none.

    UserError where a plan holds that nobody can go by: what was not judged is not let through.
    """
    if not found.judged:
        raise UserError(found.fault)
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


def decided_by(found: Appraisal, code: str) -> str:
    """The clause that makes a price need an approval for a reason; "" for the house's own rule."""
    return found.clauses.get(DECIDED_BY.get(code, ""), "")


def _sinks(before: Fraction | None, after: Fraction | None, floor: Fraction) -> bool:
    """Whether an average comes under the floor by this order."""
    return after is not None and after < floor and (before is None or before >= floor)
