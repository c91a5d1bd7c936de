"""Has anyone used it? What a plan rewards, looked for in real orders, with the money it moved.

It shows patterns, never guilt: an order just above an edge may simply be a good order.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from assay.engine.inputs import BY_PAYEE, orders_view
from assay.engine.losses import NEGATIVE, losses
from assay.engine.patterns import Scope, Windows
from assay.engine.search_role import Role
from assay.engine.searched import Pattern, Searched
from assay.facts.facts import Facts, Progress
from assay.period import Month
from assay.plan.program import Program
from assay.plan.prove.assay import Effort, Task, prove
from assay.plan.prove.finding import REFUTED, TOTAL, UNDECIDED, Finding

LOOKED_FOR = ("split", "merge", "cliff", "shift_month", "deeper_discount", "more_sales")
NOT_IN_ORDERS = "bounded_share"
KEPT = "orders_kept"
SIDE_BY_SIDE = min(4, os.cpu_count() or 1)
"""So many looks go on at once; each has its tables in memory."""

Refuted = Mapping[str, list[Finding]]
"""Property -> what was found of it."""


def beside(facts: Facts, role: str) -> Facts:
    """The same facts at a connection of its own, over a schema of the role's own.

    What the looks of a role share stands in the schema; what one look makes is temporary, which is
    its connection's alone. So looks of one role, and of several, can go on at once.
    """
    connection = facts.connection.cursor()
    schema = f"of_{role.encode().hex()}"  # names there do not tell large letters from small ones
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    connection.execute(f"SET search_path = '{schema},main'")
    return replace(facts, connection=connection)


def proved_beside(
    program: Program,
    read: Callable[[], Facts],
    wanted: Sequence[str],
    say: Progress,
    ready: Callable[[Facts], Search | None],
) -> Searched | None:
    """What the plan rewards proved, its facts read and what is refuted looked for, beside one another.

    `ready` makes the search of facts once they are read; None where it will have none of them, and
    then nothing more is asked. What reading or `ready` raises ends the proof.
    """
    heard: list[list[Finding]] = []
    search: Search | None = None
    with ThreadPoolExecutor(max_workers=1) as alone:
        reading = alone.submit(read)

        def begin() -> None:
            nonlocal search
            if search is None:
                search = ready(reading.result())
            if search is None:
                raise _NotWantedError
            while heard:
                search.begin(heard.pop(0))

        def each(
            ask: Callable[[Task], list[Finding]], tasks: Sequence[Task]
        ) -> Iterator[list[Finding]]:
            for task in tasks:
                some = ask(task)
                heard.append(some)
                if reading.done():
                    begin()
                yield some

        try:
            findings = prove(program, Effort(1000, False, tuple(wanted)), say, each)
            begin()
            assert search is not None
            return search.find(findings)
        except _NotWantedError:
            return None
        finally:
            if search is not None:
                search.close()


class _NotWantedError(Exception):
    """The facts are not to be searched."""


@dataclass
class Search:
    """A search at work: what is refuted of each role's month, looked for several at a time.

    margins: whether orders that lose are looked for, where the plan's orders bear a cost.
    """

    program: Program
    facts: Facts
    months: range
    windows: Windows = field(default_factory=Windows)
    progress: Progress = lambda text: None
    margins: bool = True

    def __post_init__(self) -> None:
        """Orders are kept once, for whatever will be looked for."""
        self._raw = orders_view(self.facts)
        self._kept = self._keep()
        self._several = ThreadPoolExecutor(SIDE_BY_SIDE)
        self._desks: dict[str, Future[Role | None]] = {}
        self._looks: dict[tuple[str, str], Future[list[Pattern | str]]] = {}

    def close(self) -> None:
        """Begin nothing more, and wait for what goes on."""
        self._several.shutdown(cancel_futures=True)

    def begin(self, findings: Sequence[Finding]) -> None:
        """Begin to look for what is refuted of whole months among findings, unless begun."""
        for role, refuted in rewarded(findings).items():
            if role not in self._desks:
                self._desks[role] = self._several.submit(self._ready, role)
            for about, its in refuted.items():
                if (role, about) not in self._looks:
                    self._looks[role, about] = self._several.submit(self._look, role, about, its)

    def find(self, findings: Sequence[Finding]) -> Searched:
        """Every refuted property of a role's whole month, looked for in the orders."""
        names = dict(
            self.facts.connection.execute(
                "SELECT payee_id, arg_max(name, start) FROM holdings GROUP BY payee_id"
            ).fetchall()
        )
        patterns: list[Pattern] = []
        skipped = [(f.about, f.role, "undecided") for f in findings if _left_open(f)]
        try:
            self.begin(findings)
            for role, refuted in rewarded(findings).items():
                for about in refuted:
                    self.progress(f"looking for {about} of {role}")
                    for found in self._looks[role, about].result():
                        if isinstance(found, str):
                            skipped.append((about, role, found))
                        else:
                            patterns.append(found)
            desks = [desk.result() for desk in self._desks.values()]
        finally:
            self.close()
        seen = [desk.seen for desk in desks if desk is not None]
        patterns.sort(key=lambda p: (LOOKED_FOR.index(p.about), p.role))
        skipped = [*dict.fromkeys(skipped), (NOT_IN_ORDERS, "", NOT_IN_ORDERS)]
        if self.margins:
            self.progress(f"looking for {NEGATIVE}")
            lost = losses(self.program, self.facts, self.months)
            if lost is not None:
                patterns.append(lost)
            else:
                skipped.append((NEGATIVE, "", NEGATIVE))
        return Searched(
            self.program, self.months, max(seen, default=0), self.windows,
            tuple(patterns), tuple(skipped), names,
        )  # fmt: skip

    def _ready(self, role: str) -> Role | None:
        facts = beside(self._kept, role)
        return Role.of(Scope(self.program, facts, self.months, role, self._raw), self.windows)

    def _look(self, role: str, about: str, its: list[Finding]) -> list[Pattern | str]:
        """The patterns of one property; or the word of search_words why there are none."""
        desk = self._desks[role].result()
        if desk is None:
            return ["no_orders"]
        return list(desk.at(beside(self._kept, role)).look(about, its))

    def _keep(self) -> Facts:
        """The orders that count as a table, by payee: every question reads them again."""
        first, after = Month(self.months.start).first, Month(self.months.stop).first
        within = f" AND order_date >= DATE '{first}' AND order_date < DATE '{after}'"
        self.facts.connection.execute(
            f"CREATE OR REPLACE TABLE {KEPT} AS SELECT * FROM {orders_view(self.facts)}"
            f" WHERE valid{within if self.program.by_order_date else ''}"
            f" ORDER BY {BY_PAYEE}"
        )
        return replace(self.facts, reads=KEPT)


def _left_open(found: Finding) -> bool:
    """Whether a property of a whole month was not decided, so that nothing is known to look for."""
    return (
        found.status == UNDECIDED and found.rule.endswith(f".{TOTAL}") and found.about in LOOKED_FOR
    )


def rewarded(findings: Sequence[Finding]) -> Mapping[str, Refuted]:
    """By role what its whole month rewards: property -> refuted findings."""
    found: dict[str, dict[str, list[Finding]]] = {}
    for one in findings:
        if one.status == REFUTED and one.rule.endswith(f".{TOTAL}") and one.about in LOOKED_FOR:
            found.setdefault(one.role, {}).setdefault(one.about, []).append(one)
    return found
