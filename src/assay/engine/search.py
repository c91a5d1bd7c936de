"""Has anyone used it? What a plan rewards, looked for in real orders, with the money it moved.

It shows patterns, never guilt: an order just above an edge may simply be a good order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from assay.engine.inputs import orders_view
from assay.engine.losses import NEGATIVE, losses
from assay.engine.patterns import Scope, Windows
from assay.engine.search_role import Role
from assay.engine.searched import Pattern, Searched
from assay.facts.facts import Facts, Progress
from assay.period import Month
from assay.plan.program import Program
from assay.plan.prove.assay import Effort, prove
from assay.plan.prove.finding import REFUTED, TOTAL, UNDECIDED, Finding

LOOKED_FOR = ("split", "merge", "cliff", "shift_month", "deeper_discount", "more_sales")
NOT_IN_ORDERS = "bounded_share"
KEPT = "orders_kept"


def proved_beside(
    program: Program, read: Callable[[], Facts], wanted: Sequence[str], say: Progress
) -> tuple[list[Finding], Facts]:
    """What the plan rewards, proved while its facts are read; what reading raises ends the proof."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        reading = beside.submit(read)

        def tell(text: str) -> None:
            if reading.done():
                reading.result()
            say(text)

        findings = prove(program, Effort(1000, False, tuple(wanted)), tell)
        return findings, reading.result()


@dataclass
class Search:
    """A search at work: one role after another, one property after another.

    margins: whether orders that lose are looked for, where the plan's orders bear a cost.
    """

    program: Program
    facts: Facts
    months: range
    windows: Windows = field(default_factory=Windows)
    progress: Progress = lambda text: None
    margins: bool = True

    def find(self, findings: Sequence[Finding]) -> Searched:
        """Every refuted property of a role's whole month, looked for in the orders."""
        names = dict(
            self.facts.connection.execute(
                "SELECT payee_id, arg_max(name, start) FROM holdings GROUP BY payee_id"
            ).fetchall()
        )
        patterns: list[Pattern] = []
        skipped = [(f.about, f.role, "undecided") for f in findings if _left_open(f)]
        orders = 0
        whole, raw = self.facts, orders_view(self.facts)
        self._keep()
        for role, refuted in rewarded(findings).items():
            desk = Role.of(Scope(self.program, self.facts, self.months, role, raw), self.windows)
            if desk is None:
                skipped += [(about, role, "no_orders") for about in refuted]
                continue
            orders = max(orders, desk.seen)
            for about, its in refuted.items():
                self.progress(f"looking for {about} of {role}")
                for found in desk.look(about, its):
                    if isinstance(found, str):
                        skipped.append((about, role, found))
                    else:
                        patterns.append(found)
        patterns.sort(key=lambda p: (LOOKED_FOR.index(p.about), p.role))
        skipped = [*dict.fromkeys(skipped), (NOT_IN_ORDERS, "", NOT_IN_ORDERS)]
        if self.margins:
            self.progress(f"looking for {NEGATIVE}")
            lost = losses(self.program, whole, self.months)
            if lost is not None:
                patterns.append(lost)
            else:
                skipped.append((NEGATIVE, "", NEGATIVE))
        return Searched(
            self.program, self.months, orders, self.windows, tuple(patterns), tuple(skipped), names
        )

    def _keep(self) -> None:
        """The orders that count, under a name: every question reads them again."""
        first, after = Month(self.months.start).first, Month(self.months.stop).first
        within = f" AND order_date >= DATE '{first}' AND order_date < DATE '{after}'"
        connection = self.facts.connection
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {KEPT} AS SELECT * FROM {orders_view(self.facts)}"
            f" WHERE valid{within if self.program.by_order_date else ''}"
        )
        self.facts = replace(self.facts, reads=KEPT)


def _left_open(found: Finding) -> bool:
    """Whether a property of a whole month was not decided, so that nothing is known to look for."""
    return (
        found.status == UNDECIDED and found.rule.endswith(f".{TOTAL}") and found.about in LOOKED_FOR
    )


def rewarded(findings: Sequence[Finding]) -> dict[str, dict[str, list[Finding]]]:
    """By role what its whole month rewards: property -> refuted findings."""
    found: dict[str, dict[str, list[Finding]]] = {}
    for one in findings:
        if one.status == REFUTED and one.rule.endswith(f".{TOTAL}") and one.about in LOOKED_FOR:
            found.setdefault(one.role, {}).setdefault(one.about, []).append(one)
    return found
