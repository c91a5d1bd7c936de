"""What a run keeps, read again and again: its plan compiled once, its facts held by the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from assay.engine.in_force import compiled
from assay.engine.inputs import held, read_inputs
from assay.facts.facts import Facts
from assay.plan.program import Program


@dataclass
class _Place:
    """Facts, once they are made, and whose turn it is with them."""

    facts: Facts | None = None
    turn: Lock = field(default_factory=Lock)


class Held:
    """Facts a process holds, the last asked for; each for one thread at a time."""

    def __init__(self, most: int) -> None:
        """`most`: how many at once."""
        self.most = most
        self._places: OrderedDict[object, _Place] = OrderedDict()
        self._gate = Lock()

    @contextmanager
    def facts(self, key: object, make: Callable[[], Facts]) -> Iterator[Facts]:
        """Facts under a key. Who asks for the same waits while they are made; who asks for others does not."""
        with self._gate:
            place = self._places.pop(key, None) or _Place()
            self._places[key] = place
            while len(self._places) > self.most:
                self._places.popitem(last=False)
        with place.turn:
            if place.facts is None:
                place.facts = make()
            yield place.facts

    def holds(self, key: object) -> bool:
        """Whether they are there already."""
        with self._gate:
            place = self._places.get(key)
        return place is not None and place.facts is not None


RUNS = Held(4)
"""Facts of months that were worked out: a million orders take 150 MB."""
RUNNING = Held(24)
"""Facts of departments in the running month: some MB each."""


def program_at(folder: Path) -> Program:
    """The plan of a run's folder, compiled once a process."""
    path = folder / "plan.yaml"
    return compiled(path, path.stat().st_mtime_ns)[0]


@contextmanager
def facts_kept(folder: Path, part: str = "facts") -> Iterator[Facts]:
    """The facts of a run's folder; `part`: those an adjustment keeps of before."""
    with RUNS.facts(
        folder / part, lambda: held(read_inputs(program_at(folder), folder / part, trusted=True))
    ) as facts:
        yield facts
