"""Typed nodes to SQL terms, conditions and words; what the subset does not carry is OutsideError."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from assay.plan.program import Program
from assay.plan.sql import terms
from assay.plan.sql.columns import Needs, carried, name, quoted
from assay.plan.sql.peers import rank, share
from assay.plan.sql.plainly import of_node
from assay.plan.sql.sums import aggregate, between, calendar
from assay.plan.sql.terms import OutsideError, Term
from assay.plan.tree import (
    Aggregate,
    Arith,
    Attribute,
    Bands,
    Between,
    Calendar,
    Choose,
    Column,
    Compare,
    Const,
    Dated,
    Extreme,
    Fill,
    First,
    Holds,
    IsNone,
    Ladder,
    Level,
    Logic,
    Node,
    Not,
    Otherwise,
    Rank,
    Ref,
    Rounded,
    Row,
    Share,
    Sliced,
    Target,
)


class Formulas:
    """Compiles nodes at one level. Values of a wider level become columns carried from there.

    level: ROW inside rows, PAYEE or TEAM inside their months. `beneficiary` is the prefix under
    which values of the payee's month are found (his own, or the manager's of a team's rows).
    """

    def __init__(self, program: Program, needs: Needs, level: Level, payee: str = "p") -> None:
        self.program = program
        self.needs = needs
        self.level = level
        self.payee = payee
        self.begins = program.plan.year_begins - 1
        self._kept: dict[int, Node] = {}

    def at(self, level: Level) -> Formulas:
        """The compiler of another level over the same needs."""
        return Formulas(self.program, self.needs, level)

    def bare(self) -> Formulas:
        """The compiler of rows that know nothing of their payee's month."""
        return Formulas(self.program, self.needs, Level.ROW, "-")

    def owner(self, node: Ref) -> Formulas:
        """The compiler for what a name stands for: a row's own values are those of its owner."""
        if self.payee == "b" and node.frame.level is Level.ROW:
            return Formulas(self.program, self.needs, Level.ROW, "p")
        return self

    # -- numbers ----------------------------------------------------------------------------

    def number(self, node: Node) -> Term:
        """The term of a numeric node. Raises OutsideError."""
        lifted = self._lifted(node)
        if lifted is not None:
            return lifted
        maker = _NUMBERS.get(type(node))
        if maker is None:
            raise OutsideError(of_node(node))
        term = maker(self, node)
        self.note(term.power, term.scale)
        return term

    def note(self, power: int, scale: int) -> None:
        """Remember the greatest factor before a product of `power` amounts."""
        self.needs.bounds[power] = max(self.needs.bounds.get(power, 1), scale)

    def _lifted(self, node: Node) -> Term | None:
        """A value of a wider level, carried as columns of that level's month."""
        level = node.frame.level
        if isinstance(node, Const) or level is Level.CONST or level is self.level:
            return None
        if level < self.level:
            return self._carry(node, level)
        raise OutsideError("a value of a narrower level")

    def _carry(self, node: Node, level: Level) -> Term:
        inner = self.at(level).number(node)
        if inner.fixed is not None:
            return inner
        num = self.column_of(level, inner.num)
        overs = tuple(
            terms.Over(self.column_of(level, over.sql), over.power, over.sure)
            for over in inner.overs
        )
        return Term(
            num, inner.den, overs, inner.nullable, inner.power, inner.scale, None, inner.signed
        )

    def column_of(self, level: Level, sql: str) -> str:
        """An expression of a wider level, as a column that this level can see."""
        if level is Level.PAYEE:
            return f"{self.payee}.{name(carried(self.needs.payee, sql))}"
        column = carried(self.needs.team, sql)
        if self.level is Level.ROW:
            return f"t.{name(column)}"
        return f"m.{name(self.needs.mates.setdefault(column, f't_{column}'))}"

    # -- conditions -------------------------------------------------------------------------

    def condition(self, node: Node) -> str:
        """The SQL of a condition; never NULL."""
        level = node.frame.level
        if Level.CONST < level < self.level:
            return self.column_of(level, self.at(level).condition(node))
        maker = _CONDITIONS.get(type(node))
        if maker is None:
            raise OutsideError(of_node(node))
        return maker(self, node)

    def word(self, node: Node) -> str:
        """The SQL of a word or date."""
        if isinstance(node, Const):
            if isinstance(node.value, date):
                return f"DATE '{node.value.isoformat()}'"
            return quoted(str(node.value))
        if isinstance(node, Ref):
            return self.word(self.program.steps[node.name].node)
        if isinstance(node, Column):
            return self._column(node)
        if isinstance(node, Attribute) and node.name in ("role", "id", "team"):
            column = {"role": "role", "id": "payee", "team": "team"}[node.name]
            if self.level is Level.PAYEE and column != "team":
                return f"m.{column}"
        if isinstance(node, Choose):
            return (
                f"CASE WHEN {self.condition(node.condition)} THEN {self.word(node.yes)}"
                f" ELSE {self.word(node.no)} END"
            )
        raise OutsideError(of_node(node))

    def _column(self, node: Column) -> str:
        if self.level is not Level.ROW or node.fact != "order":
            raise OutsideError(f"columns of {node.fact}")
        self.needs.facts.add(node.stored)
        return f"r.{name(node.stored)}"

    # -- the row a table gave ---------------------------------------------------------------

    def label(self, node: Node) -> str:
        """The label of a table's row as SQL text; an empty text for anything else."""
        if isinstance(node, Ref):
            return self.owner(node).label(self.program.steps[node.name].node)
        if isinstance(node, Choose):
            return (
                f"CASE WHEN {self.condition(node.condition)} THEN {self.label(node.yes)}"
                f" ELSE {self.label(node.no)} END"
            )
        if isinstance(node, Bands) and node.frame.level is Level.ROW:
            index = self.band(node)
            whens = " ".join(f"WHEN {i} THEN {quoted(r.label)}" for i, r in enumerate(node.rows))
            return f"CASE {index} {whens} ELSE '' END"
        return "''"

    def band(self, node: Bands) -> str:
        """The number of the row in which a table's value lies; carried when rows can tell alone."""
        term = self.number(node.of)
        whens: list[str] = []
        if absent := term.absent:
            none = next((str(i) for i, row in enumerate(node.rows) if row.none), "NULL")
            whens.append(f"WHEN {absent} THEN {none}")
        # Bands leave no gap, so from the top each is told by its lower end alone.
        bands = [(i, row) for i, row in enumerate(node.rows) if not row.none]
        bands.sort(key=lambda pair: (pair[1].low is None, -(pair[1].low or 0), pair[1].low_in))
        for index, row in bands[:-1]:
            whens.append(f"WHEN {self._reached(term, row)} THEN {index}")
        lowest = bands[-1][0]
        sql = f"CASE {' '.join(whens)} ELSE {lowest} END" if whens else str(lowest)
        if self.level is not Level.ROW or any(x in sql for x in ('p."', 'b."', 't."', 'w."')):
            return sql
        return f"r.{name(carried(self.needs.bands, sql, 'band'))}"

    def _reached(self, term: Term, row: Row) -> str:
        """Whether a value is at or above the lower end of a band."""
        assert row.low is not None
        return self.compared(">=" if row.low_in else ">", term, row.low)

    def compared(self, operator: str, term: Term, end: Fraction) -> str:
        """The SQL of a comparison with a fixed number."""
        sql, power, scale = terms.compared(operator, term, terms.constant(end))
        self.note(power, scale)
        return sql


# -- numbers ------------------------------------------------------------------------------------


def _const(make: Formulas, node: Const) -> Term:
    if isinstance(node.value, bool) or not isinstance(node.value, int | Fraction):
        raise OutsideError("a constant that is no number")
    return terms.constant(node.value)


def _dated(make: Formulas, node: Dated) -> Term:
    month = "r.month" if make.level is Level.ROW else "m.month"
    rows: list[tuple[str, Term]] = []
    for start, value in reversed(node.values):
        if isinstance(value, str):
            raise OutsideError("a dated word")
        rows.append((f"{month} >= {start}", terms.constant(value)))
    return terms.cases(rows[:-1], rows[-1][1]) if len(rows) > 1 else rows[0][1]


def _column_number(make: Formulas, node: Column) -> Term:
    if node.unit.kind in ("ratio", "plain", "date"):
        raise OutsideError(f"a column of {node.unit}")
    power = 1 if node.unit.kind == "money" else 0
    return terms.column(make._column(node), power, node.nonable, node.least is None)


def _target(make: Formulas, node: Target) -> Term:
    return Term("m.target", nullable=True, power=1)


def _ref(make: Formulas, node: Ref) -> Term:
    return make.owner(node).number(make.program.steps[node.name].node)


def _arith(make: Formulas, node: Arith) -> Term:
    left, right = make.number(node.left), make.number(node.right)
    if node.operator == "*":
        return terms.product(left, right)
    if node.operator == "/":
        if node.right.least is None:
            raise OutsideError("a quotient by something that can be below nought")
        return terms.quotient(left, right, node.right.least > 0)
    return terms.total(left, right, node.operator)


def _extreme(make: Formulas, node: Extreme) -> Term:
    return terms.extreme(node.greatest, [make.number(operand) for operand in node.operands])


def _rounded(make: Formulas, node: Rounded) -> Term:
    """An amount rounded to whole steps of 分, where only a fixed number divides it."""
    term = make.number(node.of)
    if node.mode != "round" or node.unit.kind != "money" or node.step.denominator > 1 or term.overs:
        raise OutsideError("a value in whole steps")
    steps = terms.half_up(terms.wide(term.num), str(term.den * node.step.numerator), term.signed)
    whole = f"CAST(({steps}) * {node.step.numerator} AS BIGINT)"
    return Term(
        whole, nullable=term.nullable, power=term.power, scale=term.scale, signed=term.signed
    )


def _choose(make: Formulas, node: Choose) -> Term:
    return terms.either(make.condition(node.condition), make.number(node.yes), make.number(node.no))


def _otherwise(make: Formulas, node: Otherwise) -> Term:
    return terms.otherwise(make.number(node.value), make.number(node.fallback))


def _bands(make: Formulas, node: Bands) -> Term:
    if node.slices:
        raise OutsideError("the effective rate of slices")
    index = make.band(node)
    rows = [(f"{index} = {i}", make.number(row.value)) for i, row in enumerate(node.rows)]
    if node.nonable:
        return terms.cases(rows, None)
    # The last row needs no condition: bands cover every value.
    return terms.cases(rows[:-1], rows[-1][1]) if len(rows) > 1 else rows[0][1]


def _first(make: Formulas, node: First) -> Term:
    rows: list[tuple[str, Term]] = []
    for row in node.rows:
        if row.condition is None:
            last = make.number(row.value)
            return terms.cases(rows, last) if rows else last
        rows.append((make.condition(row.condition), make.number(row.value)))
    return terms.cases(rows, None)


def _sliced(make: Formulas, node: Sliced) -> Term:
    if node.least is None:
        raise OutsideError("slices of something that can be below nought")
    value = make.number(node.of)
    found = terms.constant(0)
    for row in node.rows:
        if row.none:
            continue
        low = terms.constant(max(row.low or Fraction(0), Fraction(0)))
        top = value if row.high is None else terms.extreme(False, (value, terms.constant(row.high)))
        part = terms.extreme(True, (terms.total(top, low, "-"), terms.constant(0)))
        found = terms.total(found, terms.product(part, make.number(row.value)), "+")
    return found


def _ladder(make: Formulas, node: Ladder) -> Term:
    """Full steps by one whole-number division of what is not negative."""
    value = make.number(node.of)
    if value.den != 1 or value.overs or node.start.denominator != 1 or node.every.denominator != 1:
        raise OutsideError("steps of a quotient")
    above = f"greatest(({value.num}) - {node.start}, 0)"
    steps = Term(f"({above} // {node.every})", nullable=value.nullable, power=value.power)
    added = terms.product(steps, terms.constant(node.add))
    return terms.total(added, terms.constant(node.first), "+")


def _fill(make: Formulas, node: Fill) -> Term:
    """What a quota filled in turn leaves: max(cum - Q, 0) - max(cum - amount - Q, 0)."""
    if make.level is not Level.ROW or node.frame.fact != "order":
        raise OutsideError("a quota filled by other rows")
    owner = Formulas(make.program, make.needs, Level.ROW, "p")
    amount, quota = owner.number(node.amount), owner.number(node.quota)
    if amount.den != 1 or amount.overs or quota.overs:
        raise OutsideError("a quota of quotients")
    part = "PARTITION BY r.who, r.month"
    zero = terms.constant(0)
    if node.by == "pro_rata":
        whole = f"CAST(sum({amount.num}) OVER ({part}) AS BIGINT)"
        everything = Term(f"w.{name(carried(make.needs.fills, whole, 'w'))}", power=1)
        left = terms.extreme(True, (terms.total(everything, quota, "-"), zero))
        sure = f"(CASE WHEN {everything.num} > 0 THEN {everything.num} ELSE 1 END)"
        above = terms.quotient(terms.product(amount, left), Term(sure, power=1), True)
    else:
        order = f"r.{make.needs.day}, r.id_rank"
        if node.key is not None:
            key = owner.number(node.key)
            if key.overs or key.nullable:
                raise OutsideError("a quota filled in the order of quotients")
            order = f"({key.num}) {'ASC' if node.by == 'lowest' else 'DESC'}, {order}"
        rows = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
        cum = f"CAST(sum({amount.num}) OVER ({part} ORDER BY {order} {rows}) AS BIGINT)"
        reached = Term(f"w.{name(carried(make.needs.fills, cum, 'w'))}", power=1)
        after = terms.extreme(True, (terms.total(reached, quota, "-"), zero))
        before_sum = terms.total(reached, amount, "-")
        before = terms.extreme(True, (terms.total(before_sum, quota, "-"), zero))
        above = Term(**{**terms.total(after, before, "-").__dict__, "signed": False})
        if quota.signed:
            raise OutsideError("a quota that can be below nought")
    if node.above:
        return above
    return Term(**{**terms.total(amount, above, "-").__dict__, "signed": False})


_NUMBERS: dict[type[Node], Callable[..., Term]] = {
    Const: _const,
    Dated: _dated,
    Column: _column_number,
    Target: _target,
    Ref: _ref,
    Arith: _arith,
    Extreme: _extreme,
    Rounded: _rounded,
    Choose: _choose,
    Otherwise: _otherwise,
    Bands: _bands,
    First: _first,
    Sliced: _sliced,
    Ladder: _ladder,
    Aggregate: aggregate,
    Between: between,
    Rank: rank,
    Share: share,
    Calendar: calendar,
    Fill: _fill,
}


# -- conditions ---------------------------------------------------------------------------------


def _const_condition(make: Formulas, node: Const) -> str:
    return "TRUE" if node.value else "FALSE"


def _column_condition(make: Formulas, node: Column) -> str:
    return f"coalesce({make._column(node)}, FALSE)"


def _ref_condition(make: Formulas, node: Ref) -> str:
    return make.owner(node).condition(make.program.steps[node.name].node)


def _compare(make: Formulas, node: Compare) -> str:
    if node.left.unit.kind in ("word", "date", "bool"):
        sign = {"!=": "<>"}.get(node.operator, node.operator)
        if node.left.unit.kind == "bool":
            left, right = make.condition(node.left), make.condition(node.right)
        else:
            left, right = make.word(node.left), make.word(node.right)
        return f"coalesce({left} {sign} {right}, FALSE)"
    sql, power, scale = terms.compared(
        node.operator, make.number(node.left), make.number(node.right)
    )
    make.note(power, scale)
    return sql


def _logic(make: Formulas, node: Logic) -> str:
    return f"({make.condition(node.left)} {node.operator.upper()} {make.condition(node.right)})"


def _not(make: Formulas, node: Not) -> str:
    return f"NOT {make.condition(node.operand)}"


def _is_none(make: Formulas, node: IsNone) -> str:
    if not node.operand.unit.numeric:
        return f"({make.word(node.operand)} IS NULL)"
    return f"({make.number(node.operand).absent or 'FALSE'})"


def _choose_condition(make: Formulas, node: Choose) -> str:
    return (
        f"CASE WHEN {make.condition(node.condition)} THEN {make.condition(node.yes)}"
        f" ELSE {make.condition(node.no)} END"
    )


def _first_condition(make: Formulas, node: First) -> str:
    whens: list[str] = []
    last = "FALSE"
    for row in node.rows:
        if row.condition is None:
            last = make.condition(row.value)
            break
        whens.append(f"WHEN {make.condition(row.condition)} THEN {make.condition(row.value)}")
    return f"CASE {' '.join(whens)} ELSE {last} END" if whens else last


def _holds(make: Formulas, node: Holds) -> str:
    if make.level is not Level.PAYEE:
        raise OutsideError("a role held")
    return (
        "EXISTS (SELECT 1 FROM active_months a JOIN payees y ON y.who = a.who"
        f" WHERE y.payee = m.payee AND a.month = m.month AND y.role = {quoted(node.role)})"
    )


_CONDITIONS: dict[type[Node], Callable[..., str]] = {
    Const: _const_condition,
    Column: _column_condition,
    Ref: _ref_condition,
    Compare: _compare,
    Logic: _logic,
    Not: _not,
    IsNone: _is_none,
    Choose: _choose_condition,
    First: _first_condition,
    Holds: _holds,
}
