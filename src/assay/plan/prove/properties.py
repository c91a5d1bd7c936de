"""Properties of two situations: a deeper discount, another sale, a split, a merger, another month."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from assay.plan.prove.cells import ADDED, NET
from assay.plan.prove.finding import REFUTED
from assay.plan.prove.logic import Truth
from assay.plan.prove.question import Outcome, Question, not_applicable, undecided, worst
from assay.plan.prove.scene import Slot
from assay.plan.prove.side import Side
from assay.plan.prove.stage import BESIDE, Stage
from assay.plan.prove.symbols import BeyondError, Term, compare, number, plus, whole
from assay.plan.tree import Column

# Rows beside the one a question is about, tried in turn until one is decided: a row before it,
# and one after it or somebody else's.
AROUND = (("A", BESIDE), ("A",), ())


def deeper_discount(stage: Stage, milliseconds: int, pretty: bool = True) -> Outcome:
    """The same goods at a lower net never pay more."""
    if stage.sold != "order" or not _priced(stage):
        return not_applicable("no_price")

    def ask(around: tuple[str, ...]) -> Question:
        rows = _among(stage, around, "X")
        ((_, atom),) = lower = whole("X.lower", 0, stage.limits.most)
        assert isinstance(atom, Term)
        before = Side(stage, stage.scene(*rows), "before")
        lowered = [r.said(net_amount=lower) if r.key == "X" else r for r in rows]
        after = Side(stage, stage.scene(*lowered), "after")
        before.pay, after.pay  # noqa: B018 - opens the cells
        net = before.amount("X", NET)
        after.amount("X", NET)
        more = [atom.num >= 0, compare("<", atom, net)]
        return Question(before, after, more, milliseconds, pretty)

    return _first_decided(ask)


def more_sales(stage: Stage, milliseconds: int, pretty: bool = True) -> Outcome:
    """Another sale never pays less."""
    if not stage.sold:
        return not_applicable("no_sale")

    def ask(around: tuple[str, ...]) -> Question:
        rows = _among(stage, around, "X")
        less = [r for r in rows if r.key != "X"]
        # Pays less: the month without the sale pays more than the month with it.
        with_ = Side(stage, stage.scene(*rows), "with")
        without = Side(stage, stage.scene(*less), "without")
        return Question(with_, without, (), milliseconds, pretty)

    return _turned(_first_decided(ask))


def split(stage: Stage, milliseconds: int, pretty: bool = True) -> Outcome:
    """One sale written as two never pays more."""
    return _parted(stage, milliseconds, pretty, apart=True)


def merge(stage: Stage, milliseconds: int, pretty: bool = True) -> Outcome:
    """Two sales written as one never pay more."""
    return _parted(stage, milliseconds, pretty, apart=False)


def shift_month(stage: Stage, milliseconds: int, pretty: bool = True) -> Outcome:
    """A sale booked in the neighbouring month never pays more."""
    if not stage.sold:
        return not_applicable("no_sale")

    def ask(later: bool, around: tuple[str, ...]) -> Question:
        first, second = stage.moving, stage.moving + 1
        early = stage.rows(*(k for k in around if k != BESIDE), month=stage.aside)
        late = stage.rows(*(f"{k}'" for k in around if k != BESIDE), month=stage.after)
        rows = (*early, *late)
        here, there = (
            Side(stage, stage.scene(*rows, replace(stage.rows("X", month=month)[0], day=day)), name)
            for name, month in (("early", first), ("late", second))
            for day in [stage.rows("A", "B", "X", month=month)[2].day]
        )
        sides = (here, there) if later else (there, here)
        return Question(*sides, (), milliseconds, pretty, exact=True)

    found: list[Outcome] = []
    for later in (True, False):
        found.append(_first_decided(partial(ask, later), AROUND[1:]))
        if found[-1].status == REFUTED:
            break
    return worst(found)


def _priced(stage: Stage) -> bool:
    """Whether the price of an order decides what is paid of it, or whether it is credited at all."""
    credited = (n for s in stage.program.streams for n in stage.reach.crediting(s))
    read = {(n.fact, n.stored) for n in credited if isinstance(n, Column)}
    return ("order", NET) in stage.reach.columns | read


def _among(stage: Stage, around: tuple[str, ...], key: str) -> list[Slot]:
    """Rows in the order A, the one asked about, and the one after it."""
    keys = [k for k in around if k != BESIDE] + [key] + [k for k in around if k == BESIDE]
    return list(stage.rows(*keys))


def _first_decided(
    ask: Callable[[tuple[str, ...]], Question], around: tuple[tuple[str, ...], ...] = AROUND
) -> Outcome:
    """Refuted over the fewest rows that show it; else decided over the most for which it can be,
    at least one beside the row asked about."""
    found: Outcome | None = None
    try:
        for keys in reversed(around):
            question = ask(keys)
            if question.possible():
                found = question.outcome()
                if found.status == REFUTED:
                    return found
        # With no row beside it a sale says little of a month: what is not decided with one is not.
        for keys in around[:-1] or around:
            found = ask(keys).outcome()
            if found.reason is None or found.reason.key != "timeout":
                return found
    except BeyondError as beyond:
        return undecided("beyond", what=str(beyond))
    assert found is not None
    return found


def _turned(found: Outcome) -> Outcome:
    """The example the other way round: first without, then with."""
    if found.example is None:
        return found
    turned = replace(found.example, before=found.example.after, after=found.example.before)
    sides = None if found.sides is None else (found.sides[1], found.sides[0])
    return replace(found, example=turned, sides=sides)


def _parted(stage: Stage, milliseconds: int, pretty: bool, apart: bool) -> Outcome:
    if not stage.sold:
        return not_applicable("no_sale")

    def ask(around: tuple[str, ...]) -> Question:
        rows = _among(stage, around, "X")
        one = Side(stage, stage.scene(*rows), "one")
        parts = [p for r in rows for p in ([r.part("X1"), r.part("X2")] if r.key == "X" else [r])]
        two = Side(stage, stage.scene(*parts), "two")
        one.pay, two.pay  # noqa: B018 - opens the cells
        more = list(adds_up(one, two))
        sides = (one, two) if apart else (two, one)
        return Question(*sides, more, milliseconds, pretty, exact=True)

    return _first_decided(ask)


def adds_up(one: Side, two: Side) -> Iterator[Truth]:
    """What the two parts come to is what the one row holds."""
    for (key, stored), value in list(one.cells.made.items()):
        if key.split("/")[0] != "X" or one.cells.columns[(key, stored)] not in ADDED:
            continue
        below = key[1:]
        parts = [two.cells.made.get((f"X{n}{below}", stored)) for n in (1, 2)]
        if not isinstance(value, tuple) or not all(isinstance(p, tuple) for p in parts):
            continue
        a, b = (number(p[0][1]) for p in parts if isinstance(p, tuple))
        yield compare("=", plus(a, b), number(value[0][1]))
