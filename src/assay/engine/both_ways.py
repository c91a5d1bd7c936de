"""A month paid both ways: as the orders stand, and as they would stand otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assay.engine.duck import fits, prepare
from assay.engine.inputs import orders_view
from assay.engine.run import run_program
from assay.facts.facts import Facts
from assay.period import Month
from assay.plan.program import PayRule, Program
from assay.plan.sql.query import Queries, compile_sql
from assay.plan.tree import Aggregate, Column, LineOf

Who = tuple[str, int]
"""payee and month."""


@dataclass
class BothWays:
    """What the rules of one role pay each payee and month, over any relation of orders.

    Everything runs on DuckDB where its subset carries the rules, else on the reference.
    """

    program: Program
    facts: Facts
    months: range

    def __post_init__(self) -> None:
        """Compile once; the small tables beside the orders stay the same for every question."""
        self.queries: Queries | None = None
        if self.program.divided:
            return
        queries = compile_sql(self.program, self.facts.numbered)
        prepare(self.program, self.facts, self.months)
        if not queries.outside and fits(self.program, self.facts, queries):
            self.queries = queries

    @classmethod
    def of_role(cls, program: Program, role: str, facts: Facts, months: range) -> BothWays:
        """Only what one role is paid for sales; rules that other lines rest on stay."""
        wanted = [r for r in program.rules if role in r.roles and _moves(program, r)]
        for rule in wanted:
            for top in rule.nodes():
                names = {n.rule for n in program.deep(top) if isinstance(n, LineOf)}
                wanted += [r for r in program.rules if r.name in names and r not in wanted]
        return cls(replace(program, rules=tuple(wanted)), facts, months)

    def pays(self, role: str, relation: str = "") -> dict[Who, int]:
        """分 by payee and month with orders read from a relation (empty: as they stand)."""
        facts = replace(self.facts, reads=relation or self.facts.reads)
        if self.queries is None:
            outcome = run_program(self.program, facts, self.months, "reference")
            found: dict[Who, int] = {}
            for row in outcome.statements:
                if row.role == role:
                    key = (row.payee, row.month)
                    found[key] = found.get(key, 0) + row.amount
            return found
        self._read_from(facts)
        sums: dict[Who, int] = {}
        for query in self._summed():
            for payee, month, amount in facts.connection.execute(query, [role]).fetchall():
                sums[(payee, month)] = sums.get((payee, month), 0) + amount
        return sums

    def by_order(self, role: str, relation: str, table: str) -> bool:
        """Keep what each order itself comes to, over a relation, as a table (order_id, amount).

        False where credits by order are not to be had from DuckDB.
        """
        if self.queries is None or not self.queries.parts:
            return False
        self._read_from(replace(self.facts, reads=relation or self.facts.reads))
        self.facts.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT order_id,"
            f" CAST(sum(amount) AS BIGINT) AS amount FROM ({self.queries.parts})"
            " WHERE role = ? GROUP BY ALL",
            [role],
        )
        return True

    def _read_from(self, facts: Facts) -> None:
        where = ""
        if self.program.by_order_date:
            first, after = Month(self.months.start).first, Month(self.months.stop).first
            where = f" WHERE order_date >= DATE '{first}' AND order_date < DATE '{after}'"
        facts.connection.execute(
            f"CREATE OR REPLACE VIEW order_rows AS SELECT * FROM {orders_view(facts)}{where}"
        )

    def _summed(self) -> list[str]:
        assert self.queries is not None
        found = []
        if self.queries.totals:
            found.append(
                "SELECT payee_id, month, CAST(sum(amount) AS BIGINT) FROM"
                f" ({self.queries.totals}) WHERE role = ? GROUP BY ALL"
            )
        if self.queries.months:
            within = f"month BETWEEN {self.months.start} AND {self.months.stop - 1}"
            found.append(
                "SELECT payee, month, CAST(sum(amount) AS BIGINT) FROM"
                f" ({self.queries.months}) WHERE {within} AND role = ? GROUP BY ALL"
            )
        return found


def _moves(program: Program, rule: PayRule) -> bool:
    """Whether any row can move what a rule pays."""
    return bool(rule.fact) or any(
        isinstance(node, Aggregate | Column | LineOf)
        for top in rule.nodes()
        for node in program.deep(top)
    )


def moved(as_is: dict[Who, int], otherwise: dict[Who, int]) -> dict[Who, int]:
    """What stands more (or less) as it is, where it differs."""
    keys = as_is.keys() | otherwise.keys()
    return {
        key: difference
        for key in sorted(keys)
        if (difference := as_is.get(key, 0) - otherwise.get(key, 0))
    }
