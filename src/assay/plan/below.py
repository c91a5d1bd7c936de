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
# Written instead of a name where only what is being bound just now decides.
_MEANWHILE = ""
# How often another unit is tried in one plan: for each name, and for names within each other
# (four of them, one within the other, need 781).
TRIED_EACH, MOST_TRIED = 6, 2000


@dataclass
class Below:
    """What is known of names that are met inside themselves while they are bound; met: those.

    Each name bound tells on which names still being bound it rests: what does not rest on a name
    whose unit is being looked for is bound once, however many units are tried for that name.
    """

    plan: Plan
    money: Unit
    met: set[str] = field(default_factory=set)
    tried: int = 0
    _depth: int = 0
    _assumed: dict[str, Unit] = field(default_factory=dict)
    _rests: dict[str, set[str]] = field(default_factory=dict)
    _around: list[set[str]] = field(default_factory=lambda: [set()])
    _failed: dict[str, PlanError] = field(default_factory=dict)
    _blamed: dict[PlanError, set[str]] = field(default_factory=dict)

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
        self.met.add(name)
        self._around[-1].add(name)
        return Ref(unit=self._assumed[name], frame=PAYEE, place=place, name=name)

    def meanwhile(self) -> None:
        """Note that what is being bound would be otherwise, were another name not being bound."""
        self._around[-1].add(_MEANWHILE)

    def again(self, name: str) -> None:
        """Note that a name bound before is used: what rests on it rests on the same."""
        self._around[-1] |= self._rests.get(name, set())

    def bound(self, name: str, steps: dict[str, Step], make: Callable[[], Step]) -> Step:
        """A step; where it meets itself, the unit is the one with which it comes to itself.

        Raises what is wrong with it, the same each time where it rests on nothing being bound.
        """
        if name in self._failed:
            raise self._failed[name]
        if name in self._assumed:  # met within itself where it may not stand: a circle
            return make()
        rests: set[str] = set()
        self._around.append(rests)
        try:
            return self._found(name, rests, steps, make)
        except PlanError as error:
            if name in self._blamed.get(error, {name}):
                self._blamed[error] = rests - {name}
            if not self._blamed[error]:
                self._failed[name] = error
            raise
        finally:
            self._around.pop()
            self._assumed.pop(name, None)
            self._rests[name] = rests - {name}
            self._around[-1] |= self._rests[name]

    def _found(
        self, name: str, rests: set[str], steps: dict[str, Step], make: Callable[[], Step]
    ) -> Step:
        """The step in the first unit with which it comes to itself; rests: on what it rests."""
        units = [self.money, BOOL, COUNT, PLAIN, RATIO]
        failed: PlanError | None = None
        before = set(steps)
        for unit in units:
            self._assumed[name] = unit
            try:
                step = make()
            except PlanError as error:
                if name not in self._blamed.get(error, rests):
                    raise
                failed = failed or error
            else:
                if name not in rests:
                    return step
                if step.node.unit == unit:
                    return _always_there(name, step)
                units += [step.node.unit] if step.node.unit not in units else []
            self._forget(name, steps, before)
            self.tried += 1
            if self.tried > MOST_TRIED + TRIED_EACH * (
                len(self.plan.measures) + len(self.plan.tables)
            ):
                raise self._no_unit(name, failed)
        raise failed or self._no_unit(name, None)

    def _forget(self, name: str, steps: dict[str, Step], before: set[str]) -> None:
        """Drop what was bound since and rests on the unit a name was taken to have."""
        wrong = {name}
        since = [one for one in steps if one not in before]
        while found := [one for one in since if one not in wrong and self._rests[one] & wrong]:
            wrong.update(found)
        for one in wrong:
            steps.pop(one, None)

    def _place(self, name: str) -> Place:
        measure = self.plan.measures.get(name)
        return measure.place if measure is not None else self.plan.tables[name].place

    def _no_unit(self, name: str, failed: PlanError | None) -> PlanError:
        """The error where units were looked for in vain, with what failed first."""
        none = fault(
            self._place(name),
            say("no unit is found with which “{0}” comes to itself among those below", name),
            "fewer names that rest on each other, or names in money",
            "write some of them without the others",
        )
        return PlanError([*(failed.problems if failed else ()), *none.problems])

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
