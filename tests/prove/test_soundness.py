"""The solver says of small plans what trying everything says; the encoding pays what the reference pays."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.plan.compile import compile_plan
from assay.plan.program import Program
from assay.plan.prove.assay import Effort, prove, stage_for, subjects
from assay.plan.prove.cells import NET
from assay.plan.prove.finding import NOT_APPLICABLE, PROVED, REFUTED, UNDECIDED
from assay.plan.prove.replay import Filled
from assay.plan.prove.side import Side
from assay.plan.prove.stage import BESIDE, Stage, stage
from assay.plan.prove.symbols import Quot, Term
from assay.plan.reading import read_plan
from tests.conftest import PLAN, ROOT

GALLERY = sorted((ROOT / "plans" / "gallery").glob("*.yaml"))
SHAPES = sorted((ROOT / "tests" / "plan" / "shapes").glob("*.yaml"))
SMALL = """
plan: small
effective: 2024-01
measures:
  sales: "sum(order.amount)"
tables:
  rate:
    of: {of}
    reads: {reads}
    bands: [["< {edge}", {low}%], ["[{edge}, {edge2})", {middle}%], [">= {edge2}", {high}%]]
  step:
    first:
      - ["sales > {gate}元", {point}%]
      - [otherwise, 0%]
rules:
  - {{name: pay, for: seller, per: {per}, pay: "{pay}"}}
"""


# -- the encoding is the reference --------------------------------------------------------------


def exact(filled: Filled, at: Stage) -> Fraction:
    runner = filled.runner()
    found = Fraction(0)
    for rule, payee, role in at.lines():
        found += sum(runner.line(rule, payee, role, m).exact for m in filled.scene.months)
    return found


def value(model: z3.ModelRef, side: Side) -> Fraction | None:
    def number(t: Term) -> Fraction:
        return Fraction(model.eval(t.num, model_completion=True).as_long(), t.den)

    for guard, atom in side.pay:
        holds = guard if isinstance(guard, bool) else z3.is_true(model.eval(guard, True))
        if not holds:
            continue
        if isinstance(atom, Quot):
            return number(atom.top) / number(atom.bottom)
        return number(atom) if isinstance(atom, Term) else atom  # type: ignore[return-value]
    return None


def guess(side: Side, solver: z3.Solver, dice: random.Random) -> None:
    """Amounts here and there, edges among them."""
    for cell in [*side.cells.made.values(), *side.cells.targets.values()]:
        for guard, atom in cell if isinstance(cell, tuple) else [(cell, None)]:
            wish = guard
            if isinstance(atom, Term) and atom.low is not None and atom.high is not None:
                low, high = int(atom.low * atom.den), int(atom.high * atom.den)
                tries = (low, high, dice.randint(low, high), min(high, dice.randint(1, 60) * 10**6))
                wish = atom.num == dice.choice(tries)
            if not isinstance(wish, bool) and dice.random() < 0.7:
                solver.push()
                solver.add(wish)
                if solver.check() != z3.sat:
                    solver.pop()


WITHIN = [PLAN, *GALLERY, *(path for path in SHAPES if path.stem != "each")]


@pytest.mark.parametrize("path", WITHIN, ids=lambda p: p.stem[:20])
def test_the_encoding_pays_what_the_reference_pays(path: Path) -> None:
    """Every rule over one month and over two, at amounts taken by chance."""
    agree(compile_plan(read_plan(path.read_text(encoding="utf-8"))), random.Random(path.stem))


def test_what_the_encoding_does_not_reach_is_undecided() -> None:
    """A balance for each customer has no encoding: nothing that rests on it counts as proved."""
    [path] = set(SHAPES) - set(WITHIN)
    found = prove(compile_plan(read_plan(path.read_text(encoding="utf-8"))))
    judged = [f for f in found if f.status != NOT_APPLICABLE]
    assert judged
    assert {f.status for f in judged} == {UNDECIDED}, [f for f in judged if f.status != UNDECIDED]
    assert all(f.reason for f in judged)


DENSE = """
plan: places
effective: 2024-01
measures:
  sales: "sum(order.amount)"
  place: "rank(sales, among: role, ties: dense)"
tables:
  prize: {of: place, bands: [["<= 1", 300元], ["(1, 2]", 200元], ["> 2", 0元]]}
rules:
  - {name: prize, for: seller, per: month, pay: prize}
"""


def test_places_that_leave_none_out() -> None:
    """Equal sales share a place, and the next place follows: as the reference, and decided."""
    program = compile_plan(read_plan(DENSE))
    for seed in range(6):
        agree(program, random.Random(seed))
    found = {f.about: f.status for f in prove(program) if f.rule == "prize"}
    assert (found["cliff"], found["more_sales"]) == (REFUTED, PROVED)


ROUNDED = """
plan: rounded
effective: 2024-01
rounding: {rounding}
rules:
  - {{name: part, for: seller, per: order, pay: "order.amount * 1%"}}
  - {{name: rest, for: seller, per: month, pay: "max(0元, sum(order.amount) - 0.3元) * 2%"}}
"""
# Two sales of 0.50: 0.01 in one month, 0.01 each in two. A sale of 0.65, where the other line has the
# greater part of the statement's 0.01, or of 0.55, where this one has.
BY_A_FEN = {
    "line": ("shift_month", ((50, 1), (50, 1)), ((50, 0), (50, 1))),
    "statement": ("deeper_discount", ((65, 0),), ((55, 0),)),
}


@pytest.mark.parametrize("rounding", BY_A_FEN)
def test_what_rounding_moves_is_said_not_to_count(rounding: str) -> None:
    """Proved of exact pay: several amounts may each round their own way, and the bounds say by how much."""
    program = compile_plan(read_plan(ROUNDED.format(rounding=rounding)))
    about, one, two = BY_A_FEN[rounding]
    [finding] = [f for f in prove(program, Effort(properties=(about,))) if f.rule == "part"]
    assert finding.status == PROVED
    at = stage(program, program.rules[:1], "seller", 2)

    def pay(sales: tuple[tuple[int, int], ...]) -> int:
        rows = [at.rows(f"X{n}", month=at.months[m])[0] for n, (_, m) in enumerate(sales)]
        cells = {(f"X{n}", NET): net for n, (net, _) in enumerate(sales)}
        return Filled(at.scene(*rows), cells, {}, {}).pay(at.lines())

    moved = pay(two) - pay(one)
    [said] = [int(b.parts["least"]) for b in finding.bounds if b.key == "rounding"]
    assert 0 < moved < said


def agree(program: Program, dice: random.Random) -> None:
    """The encoding at amounts taken by chance, held against the reference."""
    for subject, about in itertools.product(subjects(program), ("split", "shift_month")):
        if subject.whole:
            continue
        at = stage_for(program, subject, about)
        at = at.moved()[0] if about == "shift_month" else at
        rows = at.rows("A", "X", BESIDE) if at.sold else ()
        side = Side(at, at.scene(*rows), "side")
        truths = [t for t in side.truths() if t is not True]
        for _ in range(2):
            solver = z3.Solver()
            solver.add(*truths)
            guess(side, solver, dice)
            assert solver.check() == z3.sat
            model = solver.model()
            filled = side.filled(model)
            found, paid = value(model, side), exact(filled, at)
            # A part of a pool is held exact, and paid in whole 分.
            assert found is not None
            assert abs(found - paid) <= len(side.encoder.slack), (subject.name, about, filled.cells)


# -- against trying everything ------------------------------------------------------------------


def tried(program: Program, about: str, grid: list[int]) -> Iterator[tuple[Fraction, Fraction]]:
    """Pays in the first and second situation of a property, over a small grid of amounts in 分."""
    at = stage(program, program.rules, "seller")
    keys = {"split": ("A", "X1", "X2"), "merge": ("A", "X1", "X2")}.get(about, ("A", "X"))

    def pay(amounts: dict[str, tuple[int, int]]) -> Fraction:
        rows = [r for r in at.rows(*keys, "X") if r.key in amounts]
        cells = {
            (key, column): amount
            for key, pair in amounts.items()
            for column, amount in zip(("net_amount", "list_amount"), pair, strict=True)
        }
        return exact(Filled(at.scene(*rows), cells, {}, {}), at)

    listed = max(grid)
    cases = list(itertools.product(grid[:3], grid, grid))
    for a, n, m in random.Random(about).sample(cases, min(len(cases), 40)):
        other = {"A": (a, listed)}
        if about == "deeper_discount" and m < n:
            yield pay(other | {"X": (n, listed)}), pay(other | {"X": (m, listed)})
        elif about == "more_sales":
            # Less pay with the sale is more pay without it.
            yield pay(other | {"X": (n, listed)}), pay(other)
        elif about in ("split", "merge"):
            one = pay(other | {"X": (n + m, 2 * listed)})
            two = pay(other | {"X1": (n, listed), "X2": (m, listed)})
            yield (one, two) if about == "split" else (two, one)


RATES = st.sampled_from(["0", "1", "2", "3", "5"])


@st.composite
def plans(draw: st.DrawFn) -> tuple[str, list[int]]:
    """A small plan, and amounts about its edges."""
    of, edges, listed = draw(
        st.sampled_from(
            [
                ("sales", ("300元", "600元"), 800),
                ("order.amount", ("300元", "600元"), 800),
                ("order.discount", ("5折", "8折"), 800),
            ]
        )
    )
    amount = "sales" if of == "sales" and draw(st.booleans()) else "order.amount"
    per = "month" if amount == "sales" else "order"
    reads = draw(st.sampled_from(["whole", "slices"])) if of != "order.discount" else "whole"
    pay = draw(
        st.sampled_from(
            [
                f"{amount} * rate",
                f"{amount} * rate + {amount} * step",
                f"min({amount} * rate, 20元)",
                f"max(0元, {amount} - 100元) * rate",
            ]
        )
    )
    text = SMALL.format(
        of=of, reads=reads, edge=edges[0], edge2=edges[1], low=draw(RATES), middle=draw(RATES),
        high=draw(RATES), gate=draw(st.sampled_from([500, 700])), point=draw(RATES), per=per, pay=pay,
    )  # fmt: skip
    near = [300, 600] if of != "order.discount" else [listed // 2, listed * 8 // 10]
    grid = sorted({1, *(100 * n + d for n in near for d in (-1, 0, 1)), 100 * listed})
    return text, [grid[0], grid[2], grid[-1], *grid[1:2], *grid[3:-1]]


@settings(max_examples=8, deadline=None, derandomize=True)
@given(plans())
def test_proved_is_never_contradicted_and_refuted_is_shown(made: tuple[str, list[int]]) -> None:
    text, grid = made
    program = compile_plan(read_plan(text))
    asked = ("deeper_discount", "more_sales", "split", "merge")
    for finding in prove(program, Effort(properties=asked)):
        if finding.rule != "pay":
            continue
        least = 1 if any(b.key == "rounding" for b in finding.bounds) else 0
        worst = max((b - a for a, b in tried(program, finding.about, grid)), default=Fraction(0))
        if finding.status == PROVED:
            assert worst <= least, (finding.about, text)
        else:
            assert finding.status == REFUTED, (finding.about, text)
            assert finding.example is not None
            assert finding.example.gain * (-1 if finding.about == "more_sales" else 1) > 0
