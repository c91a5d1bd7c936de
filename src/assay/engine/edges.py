"""Where a month changes its ways as a sale grows: every comparison, band, quota and extreme of a plan.

Between two amounts at which all of them stand the same, nothing switches: such a piece is searched
as a whole. Comparisons of sums are linear in the amount sold, so a piece's ends tell for it all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from assay.plan.program import Program
from assay.plan.rows import Row
from assay.plan.run import Runner
from assay.plan.tree import (
    Arith,
    Bands,
    Between,
    Column,
    Compare,
    Const,
    Dated,
    Extreme,
    Fill,
    Ladder,
    Level,
    Node,
    Ref,
    Sliced,
    Value,
    walk,
)
from assay.plan.values import Env

Number = Fraction | int
Atoms = tuple[Number | None, ...]
DEEPEST = 400

WATCHED = Compare | Bands | Sliced | Between | Ladder | Extreme | Fill


class Edges:
    """The switches of a program for some payees: how far each is from turning, as exact numbers."""

    def __init__(self, program: Program, roles: set[str]) -> None:
        found: dict[int, Node] = {}
        for rule in program.rules:
            if roles & {*rule.roles}:
                for node in program.deep(rule.pay):
                    if isinstance(node, WATCHED):
                        found[id(node)] = node
        self.nodes = list(found.values())

    def atoms(self, runner: Runner, envs: list[Env], rows: list[Row]) -> Atoms:
        """Distances at hand: of the months of `envs`, and of the new `rows`."""
        found: list[Number | None] = []
        of_rows = [runner.values.env_of(row) for row in rows]
        for node in self.nodes:
            if isinstance(node, Fill):
                found += _fills(runner, node, rows)
                continue
            ours = of_rows if node.frame.level is Level.ROW else envs
            for env in ours:
                if node.frame.level is Level.ROW and not _reaches(env.row, node.frame.fact):
                    continue
                found += _distances(runner, node, env)
        return tuple(found)


def _reaches(row: Row | None, fact: str) -> bool:
    while row is not None and row.fact != fact:
        row = row.parent
    return row is not None


def _distances(runner: Runner, node: Node, env: Env) -> Iterator[Number | None]:
    value = runner.values.value
    if isinstance(node, Compare):
        yield _less(value(node.left, env), value(node.right, env))
    elif isinstance(node, Extreme):
        first = value(node.operands[0], env)
        for other in node.operands[1:]:
            yield _less(first, value(other, env))
    elif isinstance(node, Bands | Sliced):
        of = value(node.of, env)
        for row in node.rows:
            if row.low is not None:
                yield _less(of, row.low)
    elif isinstance(node, Between):
        of = value(node.of, env)
        yield from (_less(of, at) for at, _ in node.points)
    elif isinstance(node, Ladder):
        yield _less(value(node.of, env), node.start)


def _fills(runner: Runner, node: Fill, rows: list[Row]) -> Iterator[Number | None]:
    """Of each row of the sellers, what it has above and what within the quota."""
    for owner in {
        (r.payee, r.role, r.month): r for r in rows if _reaches(r, node.frame.fact)
    }.values():
        key = (owner.payee, owner.role, owner.month)
        for row in runner.values.shelf.by_payee.get(key, ()):
            if row.fact != node.frame.fact:
                continue
            env = runner.values.env_of(row)
            part = runner.values.filled(node, env)
            yield part
            yield _less(runner.values.value(node.amount, env), part)


def _less(left: Value, right: Value) -> Number | None:
    if isinstance(left, bool) or isinstance(right, bool):
        return None
    if isinstance(left, int | Fraction) and isinstance(right, int | Fraction):
        return left - right
    return None


def signs(atoms: Atoms) -> tuple[int | None, ...]:
    """Which side of each switch: −1, 0, 1, or None."""
    return tuple(None if a is None else (a > 0) - (a < 0) for a in atoms)


def pieces(at: Callable[[int], Atoms], low: int, high: int) -> Iterator[tuple[int, int]]:
    """Spans of amounts from low to high, both included, over which every switch stands the same."""
    stack = [(low, high, 0)]
    while stack:
        a, b, depth = stack.pop()
        here, there = at(a), at(b)
        if a == b or signs(here) == signs(there) or depth > DEEPEST:
            yield a, b
            continue
        middle = _root(here, there, a, b) if depth % 8 != 7 else (a + b) // 2
        stack.append((middle + 1, b, depth + 1))
        stack.append((a, middle, depth + 1))


def _root(here: Atoms, there: Atoms, a: int, b: int) -> int:
    """Where the first switch that turns would do so if it were linear; a to b − 1."""
    roots: list[int] = []
    for one, other in zip(here, there, strict=False):
        if one is None or other is None or (one > 0) - (one < 0) == (other > 0) - (other < 0):
            continue
        root = a + (b - a) * Fraction(one) / (Fraction(one) - Fraction(other))
        roots.append(root.numerator // root.denominator)
    return min(max(min(roots, default=(a + b) // 2), a), b - 1)


def discounts(
    program: Program, roles: set[str], level: Level | None = None
) -> dict[Fraction, bool]:
    """Every ratio of amount to list price at which some rule of the roles changes, descending.

    True where the ratio itself counts among those above it (>= 9折), False where it does not.
    level: only those that values of this level are held against (a row's own, a month's average).
    """
    found: dict[Fraction, bool] = {}
    for rule in program.rules:
        if not roles & {*rule.roles}:
            continue
        for node in program.deep(rule.pay):
            if level is not None and node.frame.level is not level:
                continue
            if isinstance(node, Bands) and _discount(program, node.of):
                found |= {row.low: row.low_in for row in node.rows if row.low is not None}
            elif isinstance(node, Compare):
                for one, other, signs_in in (
                    (node.left, node.right, (">=", "<")),
                    (node.right, node.left, ("<=", ">")),
                ):
                    if _discount(program, one):
                        counts = node.operator in signs_in
                        found = {**dict.fromkeys(_fixed(program, other), counts), **found}
    return {d: found[d] for d in sorted(found, reverse=True) if 0 < d < 1}


def discount_cites(program: Program, roles: set[str]) -> tuple[str, ...]:
    """The clauses under which an order's own discount decides what some rule of the roles pays."""
    reached = {
        node.name
        for rule in program.rules
        if roles & {*rule.roles}
        for node in program.deep(rule.pay)
        if isinstance(node, Ref)
    }
    deciding = [
        step
        for name, step in program.steps.items()
        if name in reached and any(_turns_on_discount(program, node) for node in walk(step.node))
    ]
    return tuple(dict.fromkeys(cite for step in deciding for cite in step.cite))


def _turns_on_discount(program: Program, node: Node) -> bool:
    """Whether a value turns on the discount of a row itself, not on a month's average."""
    if isinstance(node, Bands):
        held: tuple[Node, ...] = (node.of,)
    elif isinstance(node, Compare):
        held = (node.left, node.right)
    else:
        return False
    return any(one.frame.level is Level.ROW and _discount(program, one) for one in held)


def _discount(program: Program, node: Node) -> bool:
    """Whether a value is a quotient that rests on the list price."""
    if node.unit.kind != "ratio":
        return False
    below = list(program.deep(node))
    return any(isinstance(n, Arith) and n.operator == "/" for n in below) and any(
        isinstance(n, Column) and n.stored == "list_amount" for n in below
    )


def _fixed(program: Program, node: Node) -> Iterator[Fraction]:
    for below in program.deep(node):
        if isinstance(below, Const) and isinstance(below.value, int | Fraction):
            yield Fraction(below.value)
        elif isinstance(below, Dated):
            yield from (Fraction(v) for _, v in below.values if isinstance(v, int | Fraction))
