"""Sums of rows and of months, the month itself, and curves, as SQL terms."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Protocol

from assay.plan.program import Program
from assay.plan.sql import terms, windows
from assay.plan.sql.columns import Needs, carried, name
from assay.plan.sql.plainly import of_rows
from assay.plan.sql.terms import OutsideError, Term
from assay.plan.stretches import Stretch, stretches
from assay.plan.tree import Aggregate, Between, Calendar, Level, Node, Ref


class Making(Protocol):
    """The compiler of formulas as this part of it sees it."""

    program: Program
    needs: Needs
    level: Level
    begins: int

    def number(self, node: Node) -> Term:
        """The term of a numeric node."""

    def condition(self, node: Node) -> str:
        """The SQL of a condition."""

    def at(self, level: Level) -> Making:
        """The compiler of another level."""

    def bare(self) -> Making:
        """The compiler of rows that know nothing of their payee's month."""

    def note(self, power: int, scale: int) -> None:
        """Remember the greatest factor before a product of `power` amounts."""

    def compared(self, operator: str, term: Term, end: Fraction) -> str:
        """The SQL of a comparison with a fixed number."""


def aggregate(make: Making, node: Aggregate) -> Term:
    """A sum or count of rows, worked out once in the month's own layer, or of a window of months."""
    if node.asks:
        raise OutsideError("a sum that reads what it is worked out for")
    if node.since is not None or node.skip is not None:
        raise OutsideError("periods counted since a day of one's own, or levels that are skipped")
    if node.best:
        raise OutsideError("the best of many values")
    if node.scope == "months":
        return _of_months(make, node)
    if node.scope == "members":
        return _of_members(make, node)
    scopes = {Level.PAYEE: "own", Level.TEAM: "team"}
    reached = make.level is Level.PAYEE or node.over == "month"
    if node.scope != scopes.get(make.level) or not reached or node.fact != "order":
        raise OutsideError(of_rows(node))
    if node.kind not in ("sum", "count", "mean"):
        raise OutsideError(f"{node.kind} of rows")
    rows = make.bare()
    where = rows.condition(node.where) if node.where is not None else ""
    body = rows.number(node.body) if node.body is not None else terms.constant(1)
    text = body.num + where
    if body.overs or body.nullable or '-."' in text or 't."' in text:
        raise OutsideError("a sum of quotients, or of values of the month")
    if 'w."' in text:
        raise OutsideError("a sum of filled quotas inside the month")
    counted = "1" if node.kind == "count" else body.num
    sql = f"CASE WHEN {where} THEN {counted} ELSE 0 END" if where else counted
    total = Term(
        "",
        1 if node.kind == "count" else body.den,
        power=0 if node.kind == "count" else body.power,
        scale=10**6 if node.kind == "count" else body.scale,
        signed=body.signed,
    )
    total = _over(make, node, sql, total)
    if node.kind != "mean":
        return total
    one = f"CASE WHEN {where} THEN 1 ELSE 0 END" if where else "1"
    return terms.quotient(total, _over(make, node, one, Term("", scale=10**6)), False)


def _over(make: Making, node: Aggregate, sql: str, term: Term) -> Term:
    """The column of a month's sum, or of its window."""
    monthly = _sum(make, node, sql)
    if node.over == "month":
        return replace(term, num=f"m.{name(monthly)}")
    return windows.windowed(make.needs, node.over, make.begins, monthly, term)


def _of_months(make: Making, node: Aggregate) -> Term:
    """A sum over months of what is nought where nothing stands: a month's own sum, or targets."""
    body = _own_sum(make, node)
    if make.level is not Level.PAYEE or node.kind != "sum" or node.where is not None:
        raise OutsideError("months summed with a condition")
    if windows.summed_target(node):
        target = Term("", power=1)
        return windows.windowed(make.needs, node.over, make.begins, windows.TARGETS, target)
    if body is not None:
        return aggregate(make, replace(body, over=node.over))
    raise OutsideError("months summed of something worked out in each")


def _of_members(make: Making, node: Aggregate) -> Term:
    """A sum over the people of a team of what each sums himself in the month."""
    body = _own_sum(make, node)
    plain = node.kind == "sum" and node.where is None and node.over == "month"
    if make.level is not Level.TEAM or not plain or body is None:
        raise OutsideError("the people of a team, counted or by something worked out for each")
    own = aggregate(make.at(Level.PAYEE), body)
    return replace(own, num=f"m.{name(carried(make.needs.members, own.num, 'e'))}")


def _own_sum(make: Making, node: Aggregate) -> Aggregate | None:
    """What is summed, through names, where it is a payee's own sum or count of the month."""
    body = node.body
    while isinstance(body, Ref):
        body = make.program.steps[body.name].node
    own = isinstance(body, Aggregate) and (body.scope, body.over) == ("own", "month")
    return body if own and isinstance(body, Aggregate) and body.kind in ("sum", "count") else None


def calendar(make: Making, node: Calendar) -> Term:
    if node.name != "number":
        raise OutsideError(f"the month's {node.name}")
    month = "r.month" if make.level is Level.ROW else "m.month"
    return Term(f"({month} % 12 + 1)", scale=12)


def between(make: Making, node: Between) -> Term:
    """A curve: on each stretch its rise, then what stands there at nought."""
    value = make.number(node.of)
    *pieces, last = stretches(node)
    rows = [
        (make.compared("<=" if p.low == p.high else "<", value, p.high), _on(p, value))
        for p in pieces
        if p.high is not None
    ]
    if last.base is not None:
        return terms.cases(rows, _on(last, value))
    return terms.cases(rows, None)


def _on(piece: Stretch, value: Term) -> Term:
    """What a stretch of a curve gives."""
    if piece.base is None:
        return Term("NULL", nullable=True)
    base = terms.constant(piece.base)
    if not piece.slope:
        return base
    return terms.total(terms.product(value, terms.constant(piece.slope)), base, "+")


def _sum(make: Making, node: Aggregate, sql: str) -> str:
    key = f"{node.scope}: {sql}"
    if key not in make.needs.sums:
        make.needs.sums[key] = (node, f"s{len(make.needs.sums)}")
    return make.needs.sums[key][1]
