"""A month paid both ways: as the orders stand, and as they would stand otherwise."""

from __future__ import annotations

from copy import copy
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

    def at(self, facts: Facts) -> BothWays:
        """The same at another connection to its facts, where the small tables stand already."""
        made = copy(self)
        made.facts = facts
        return made

    def pays(self, role: str, relation: str = "") -> dict[Who, int]:
        """分 by payee and month with orders read from a relation (empty: as they stand)."""
        self.pay_into("paid_now", role, relation)
        rows = self.facts.connection.execute("SELECT payee, month, amount FROM paid_now").fetchall()
        return {(payee, month): amount for payee, month, amount in rows}

    def pay_into(self, table: str, role: str, relation: str = "") -> None:
        """The same kept as a table (payee, month, amount)."""
        connection = self.facts.connection
        columns = "payee VARCHAR, month INTEGER, amount BIGINT"
        if self.queries is not None:
            self.read_from(relation or orders_view(self.facts))
            summed = " UNION ALL ".join(self._summed()) or "SELECT '', 0, 0 WHERE FALSE"
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT payee, month,"
                f" CAST(sum(amount) AS BIGINT) AS amount FROM ({summed}) t(payee, month, amount, role)"
                " WHERE role = ? GROUP BY payee, month",
                [role],
            )
            return
        facts = replace(self.facts, reads=relation or self.facts.reads)
        outcome = run_program(self.program, facts, self.months, "reference")
        sums: dict[Who, int] = {}
        for row in outcome.statements:
            if row.role == role:
                key = (row.payee, row.month)
                sums[key] = sums.get(key, 0) + row.amount
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({columns})")
        rows = [[payee, month, amount] for (payee, month), amount in sums.items()]
        if rows:
            connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)

    def by_order(self, role: str, relation: str, table: str) -> bool:
        """Keep what each order itself comes to, over a relation, as a table (order_id, amount).

        False where credits by order are not to be had from DuckDB.
        """
        if self.queries is None or not self.queries.parts:
            return False
        self.read_from(relation or orders_view(self.facts))
        self.facts.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT order_id,"
            f" CAST(sum(amount) AS BIGINT) AS amount FROM ({self.queries.parts})"
            " WHERE role = ? GROUP BY ALL",
            [role],
        )
        return True

    def read_from(self, relation: str) -> None:
        """The relation that the queries of a month read orders from."""
        where = ""
        if self.program.by_order_date:
            first, after = Month(self.months.start).first, Month(self.months.stop).first
            where = f" WHERE order_date >= DATE '{first}' AND order_date < DATE '{after}'"
        self.facts.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW order_rows AS SELECT * FROM {relation}{where}"
        )

    def _summed(self) -> list[str]:
        """Queries of (payee, month, amount, role): lines of credits, and lines of months."""
        assert self.queries is not None
        found = []
        if self.queries.totals:
            found.append(f"SELECT payee_id, month, amount, role FROM ({self.queries.totals})")
        if self.queries.months:
            within = f"month BETWEEN {self.months.start} AND {self.months.stop - 1}"
            found.append(
                f"SELECT payee, month, amount, role FROM ({self.queries.months}) WHERE {within}"
            )
        return found


def _moves(program: Program, rule: PayRule) -> bool:
    """Whether any row can move what a rule pays."""
    return bool(rule.fact) or any(
        isinstance(node, Aggregate | Column | LineOf)
        for top in rule.nodes()
        for node in program.deep(top)
    )
