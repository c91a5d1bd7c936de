"""Names that rest on themselves among those who report: worked out from the lowest level up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from assay.plan.binding import circle
from assay.plan.document import Plan
from assay.plan.problems import Place, PlanError, fault
from assay.plan.sentences import say
from assay.plan.steps import Step
from assay.plan.tree import PAYEE, Aggregate, Carried, Node, Rank, Ref, Share, This, Turn
from assay.plan.units import BOOL, COUNT, PLAIN, RATIO, Unit

# How a name rests on another: for the same people, for those below, or for people of any level.
_SAME, _BELOW, _WIDE = "same", "below", "wide"
_OF_ALL = ("team", "members", "company", "everyone")


class UnknownUnitError(Exception):
    """A name is met inside itself before its unit is known."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass
class Below:
    """What is known of names that are met inside themselves while they are bound; met: those."""

    plan: Plan
    money: Unit
    _depth: int = 0
    _assumed: dict[str, Unit] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)

    @contextmanager
    def those(self, who: bool) -> Iterator[None]:
        """Bind a sum; who: of those who report, in which names that are being bound may stand."""
        self._depth += who
        try:
            yield
        finally:
            self._depth -= who

    def may_stand(self, name: str) -> bool:
        """Whether a name that is being bound may stand here: a measure or table, not a balance."""
        measure = self.plan.measures.get(name)
        known = measure.carry is None if measure is not None else name in self.plan.tables
        return self._depth > 0 and known

    def ref(self, name: str, place: Place) -> Node:
        """The value of such a name for somebody below, in the unit it is taken to have."""
        if name not in self._assumed:
            raise UnknownUnitError(name)
        self.met.add(name)
        return Ref(unit=self._assumed[name], frame=PAYEE, place=place, name=name)

    def bound(self, name: str, steps: dict[str, Step], make: Callable[[], Step]) -> Step:
        """A step; where it meets itself, the unit is the one with which it comes to itself."""
        try:
            return make()
        except UnknownUnitError as unknown:
            if unknown.name != name:
                raise
        failed: PlanError | None = None
        for unit in (self.money, BOOL, COUNT, PLAIN, RATIO):
            before = dict(steps)
            self._assumed[name] = unit
            try:
                step = make()
            except PlanError as error:
                failed = failed or error
            else:
                if step.node.unit == unit:
                    return _always_there(name, step)
            finally:
                del self._assumed[name]
            steps.clear()
            steps.update(before)
        assert failed is not None
        raise failed

    def check(self, steps: Mapping[str, Step]) -> None:
        """Refuse names that meet themselves otherwise than among those below, who end somewhere."""
        if not self.met:
            return
        edges = {name: [*_edges(step.node, _SAME, _SAME)] for name, step in steps.items()}
        reach = {name: _reached(edges, name) for name in edges}
        around = {
            name: [(to, how) for to, how in out if name in reach[to]] for name, out in edges.items()
        }
        same = {
            name: [(to, how) for to, how in out if how == _SAME] for name, out in around.items()
        }
        for name, out in around.items():
            wide = [to for to, how in out if how == _WIDE]
            carried = out and isinstance(steps[name].node, Carried)
            if wide or carried or name in _reached(same, name):
                between = wide[:1] if wide and wide[0] != name else []
                raise circle([name, *between, name], self.plan, steps[name].place)


def _always_there(name: str, step: Step) -> Step:
    """The step, where it is of a payee's month and there for everybody below."""
    if step.node.frame != PAYEE or step.node.nonable or step.node.shaky:
        raise fault(
            step.node.place,
            say(
                "“{0}” rests on itself among those below, but is not always there for a payee", name
            ),
            "a value of the payee's month that is always there",
            "sum the rows, or write “… otherwise 0元”",
        )
    return step


def _reached(edges: Mapping[str, list[tuple[str, str]]], name: str) -> set[str]:
    """The names reached from one, over one step or more."""
    found: set[str] = set()
    stack = [name]
    while stack:
        for to, _ in edges[stack.pop()]:
            if to not in found:
                found.add(to)
                stack.append(to)
    return found


def _edges(node: Node, how: str, outer: str) -> Iterator[tuple[str, str]]:
    """The names a formula rests on, and for whom; outer: for whom the sum around it is."""
    if isinstance(node, Ref):
        yield node.name, how
    elif isinstance(node, This):
        yield from _edges(node.of, outer, outer)
    elif isinstance(node, Aggregate):
        inner = how
        if node.scope in _OF_ALL or node.whose:
            inner = _WIDE
        elif node.scope in ("reports", "their_rows") and how != _WIDE:
            inner = _BELOW
        for child in node.children():
            yield from _edges(child, inner, how)
    else:
        wide = isinstance(node, Rank | Share) or (
            isinstance(node, Turn | Carried) and bool(node.whose)
        )
        for child in node.children():
            yield from _edges(child, _WIDE if wide else how, outer)
