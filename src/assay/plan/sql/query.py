"""A Program as whole-number SQL: credits of every rule the subset carries, and month lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assay.plan.program import PayRule, Program, Settle, Stream
from assay.plan.sql import peers, windows
from assay.plan.sql.columns import Needs, name, quoted
from assay.plan.sql.formulas import Formulas
from assay.plan.sql.shown import fen, rate_text
from assay.plan.sql.terms import OutsideError, Term, constant, floored, half_up, product
from assay.plan.sql.windows import closing
from assay.plan.tree import Level, Node
from assay.plan.vocabulary import PERIODS

MONEY_SHOWN = ("quota_part", "commissionable")
RATES_SHOWN = ("rate", "added_point")
# Where the lines of a month are only those of payees who stand in it.
_STANDS = "%STANDS%"
_BASE = ("id_rank", "order_date", "list_amount", "net_amount")


@dataclass(frozen=True)
class Queries:
    """What to run: SQL of credits and of month lines, and which rule runs where.

    outside: rule index -> why the reference computes it. bounds: number of amounts multiplied ->
    the greatest constant factor before such a product, for the check of bounds before a run.
    totals: lines of credits by payee and month alone (payee_id, role, month, amount), the same sums
    without sharing them out. parts: what each order alone comes to, cut to 分 (role, order_id, amount).
    people: sums over the people of a team, which only the whole month's bounds.
    """

    credits: str
    months: str
    keys: str
    uncredited: str
    inside: tuple[int, ...]
    outside: Mapping[int, str]
    bounds: Mapping[int, int]
    totals: str = ""
    parts: str = ""
    people: bool = False


def compile_sql(program: Program, numbered: bool = False) -> Queries:
    """The queries of a program. `numbered`: ids are whole numbers, so that no text is carried."""
    return _Query(program, numbered).queries()


def compile_held(
    program: Program, held: Sequence[tuple[Level, Node, Node, Fraction]], numbered: bool = False
) -> str:
    """What months hold against each other: (level, one, other, factor), one against other * factor.

    A query of (number, unit, month, one, other, scale): whole numbers over the scale, none where a
    side is none; a unit is a payee by id with his role, or a team by name without.
    Raises OutsideError.
    """
    return _Query(program, numbered).held(held)


class _Query:
    """Gathers what each rule needs, then writes the layers."""

    def __init__(self, program: Program, numbered: bool) -> None:
        self.program = program
        self.needs = Needs(day="order_date" if program.by_order_date else "day")
        self.base_columns = _BASE if numbered else ("order_id", *_BASE)
        self.order_id = "CAST(id_rank AS VARCHAR) AS order_id" if numbered else "order_id"
        self.lines: dict[int, str] = {}
        self.totals: dict[int, str] = {}
        self.parts: dict[int, str] = {}
        self.months: dict[int, str] = {}
        self.outside: dict[int, str] = {}

    def queries(self) -> Queries:
        for index, rule in enumerate(self.program.rules):
            try:
                self.rule(index, rule)
            except OutsideError as reason:
                self.outside[index] = str(reason)
        try:
            layers = self.layers()
        except OutsideError as reason:
            every = {i: str(reason) for i in range(len(self.program.rules))}
            return Queries("", "", "", "", (), every, {})
        credits = self.with_layers(layers, list(self.lines.values()))
        stands = " AND m.stands" if self.needs.dense else ""
        lines = [
            f"SELECT line, payee, role, month, amount FROM ({text.replace(_STANDS, stands)})"
            for text in self.months.values()
        ]
        months = self.with_layers(layers, lines)
        standing = " WHERE stands" if self.needs.dense else ""
        keys = self.with_layers(layers, [f"SELECT payee, role, month FROM payee_sums{standing}"])
        inside = tuple(sorted({*self.lines, *self.months}))
        totals = self.with_layers(layers, list(self.totals.values()))
        parts = self.with_layers(layers, list(self.parts.values()))
        return Queries(
            credits,
            months,
            keys,
            self.uncredited(),
            inside,
            self.outside,
            self.needs.bounds,
            totals,
            parts,
            bool(self.needs.members),
        )

    def held(self, held: Sequence[tuple[Level, Node, Node, Fraction]]) -> str:
        parts = []
        for number, (level, one, other, factor) in enumerate(held):
            make = Formulas(self.program, self.needs, level)
            left, right = make.number(one), product(make.number(other), constant(factor))
            if left.overs or right.overs:
                raise OutsideError("quotients of data held against each other")
            sides = ", ".join(
                f"CAST({side.num} AS HUGEINT) * {den} AS {title}"
                for side, den, title in ((left, right.den, "one"), (right, left.den, "other"))
            )
            unit = (
                "m.payee AS unit, m.role" if level is Level.PAYEE else "y.team AS unit, '' AS role"
            )
            source = (
                "payee_month m"
                if level is Level.PAYEE
                else "team_month m JOIN teams y ON y.number = m.team"
            )
            parts.append(
                f"SELECT {number} AS number, {unit}, m.month, {sides},"
                f" {left.den * right.den} AS scale FROM {source}"
            )
        return self.with_layers(self.layers(), parts)

    # -- rules ------------------------------------------------------------------------------

    def rule(self, index: int, rule: PayRule) -> None:
        if self.program.rounding != "line":
            raise OutsideError("rounding once per statement")
        if rule.settle is not None and (
            rule.fact or rule.settle.negative or rule.period != "month"
        ):
            raise OutsideError("settled to date by rows, or with a rest carried on")
        if rule.gives is not None:
            raise OutsideError("an award in kind")
        if any(stream.part is not None for stream in self.program.streams):
            raise OutsideError("rows credited in parts")
        if not rule.fact:
            self.months[index] = self.month_line(index, rule)
            return
        if rule.fact != "order":
            raise OutsideError(f"rows of {rule.fact}")
        make = Formulas(self.program, self.needs, Level.ROW, "b" if rule.of_team else "p")
        term = make.number(rule.pay)
        self.divisible(rule, term)
        shown = {column: self.shown(make, column, node) for column, node in rule.shows.items()}
        self.lines[index] = self.line(index, rule, term, shown)
        self.totals[index], self.parts[index] = self.unshared(rule, term)

    def divisible(self, rule: PayRule, term: Term) -> None:
        """Shares of a line must have one denominator, or their remainders could not be ranked."""
        if term.nullable:
            raise OutsideError("pay that SQL cannot tell from none")
        for over in term.overs:
            if 'r."' in over.sql.replace('r."w', "") or 't."' in over.sql or rule.of_team:
                raise OutsideError("pay divided by something of each row")

    def shown(self, make: Formulas, column: str, node: Node) -> str:
        if column == "band":
            return make.label(node)
        if column in RATES_SHOWN:
            return rate_text(make, node)
        return fen(make.number(node))

    def month_line(self, index: int, rule: PayRule) -> str:
        make = Formulas(self.program, self.needs, Level.PAYEE)
        amount = fen(make.number(rule.pay))
        roles = ", ".join(quoted(role) for role in rule.roles)
        if rule.late:
            # Who has stood before is still paid what a period or a settlement comes to.
            self.needs.dense = True
            if rule.period != "month":
                amount = f"CASE WHEN {closing(rule.period, make.begins)} THEN {amount} ELSE 0 END"
            found = (
                f"SELECT {index} AS line, m.who, m.payee, m.role, m.month,"
                f" CAST({amount} AS BIGINT) AS amount, m.stands, m.known\n"
                f"FROM payee_month m WHERE m.role IN ({roles})"
            )
            if rule.settle is not None:
                found = self.settled(rule.settle, found, make.begins)
            return f"SELECT * FROM ({found}) WHERE stands OR (known AND amount <> 0)"
        return (
            f"SELECT {index} AS line, m.payee, m.role, m.month, CAST({amount} AS BIGINT) AS amount\n"
            f"FROM payee_month m WHERE m.role IN ({roles}){_STANDS}"
        )

    def settled(self, settle: Settle, earned: str, begins: int) -> str:
        """What is earned to date less what was a month ago, since the beginning or the period's."""
        first = (
            f"(SELECT least({self.program.effective}, coalesce(min(month), {self.program.effective}))"
            " FROM own_sums)"
        )
        opens = [f"month <= {first}"]
        if settle.within:
            opens.append(f"(month + {12 - begins}) % {PERIODS[settle.within]} = 0")
        before = "lag(amount, 1, 0) OVER (PARTITION BY who ORDER BY month)"
        return (
            "SELECT line, payee, role, month, stands, known,\n"
            f"  amount - CASE WHEN {' OR '.join(opens)} THEN 0 ELSE {before} END AS amount\n"
            f"FROM ({earned})"
        )

    def line(self, index: int, rule: PayRule, term: Term, shown: Mapping[str, str]) -> str:
        """The credits of a rule: each row's numerator, then its share of the rounded line."""
        who = "b" if rule.of_team else "p"
        columns = {column: shown.get(column, "''") for column in ("band", *RATES_SHOWN)}
        columns |= {column: shown.get(column, "NULL") for column in MONEY_SHOWN}
        picked = ", ".join(f"r.{column}" for column in self.base_columns)
        day = "" if self.needs.day == "order_date" else ", r.day"
        extra = ", ".join(f"{sql} AS {column}" for column, sql in columns.items())
        divisor = " * ".join([str(term.den), *(over.sql for over in term.overs)])
        text = extra + term.num + divisor
        source = self.source(rule, text)
        inner = (
            f"SELECT {who}.who, {who}.payee, {who}.role, {who}.month, {who}.month_text{day}, {picked},\n"
            f"  {extra},\n  {term.num} AS n{f', {divisor} AS d' if term.overs else ''}\n{source}"
        )
        amount, ranked = "n", inner
        if divisor != "1":
            d = "d" if term.overs else divisor
            ranked = _ranked(inner, d, term.signed, bool(term.overs), self.needs.day)
            amount = "q + CASE WHEN k <= t - f THEN 1 ELSE 0 END"
        return (
            f"SELECT payee AS payee_id, role, month_text AS month, {quoted(rule.name)} AS line, {self.order_id},\n"
            "  order_date, list_amount, net_amount, band, rate, CAST(quota_part AS BIGINT) AS quota_part,\n"
            "  CAST(commissionable AS BIGINT) AS commissionable, added_point,\n"
            f"  CAST({amount} AS BIGINT) AS amount, {index} AS line_no,"
            f" {self.needs.day} AS day, id_rank\nFROM (\n{ranked}\n)"
        )

    def unshared(self, rule: PayRule, term: Term) -> tuple[str, str]:
        """The line of each payee's month, rounded once; and each row's own part of it, cut."""
        who = "b" if rule.of_team else "p"
        divisor = " * ".join([str(term.den), *(over.sql for over in term.overs)])
        rows = (
            f"SELECT {who}.who, {who}.role, {who}.month, {self.order_id.replace('id_rank', 'r.id_rank')},"
            f" {term.num} AS n, {divisor} AS d\n{self.source(rule, term.num + divisor)}"
        )
        total = "sum(n)" if term.overs else "CAST(sum(n) AS BIGINT)"
        rounded = "t" if divisor == "1" else half_up("t", "d", term.signed)
        totals = (
            f"SELECT y.payee AS payee_id, y.role, s.month, CAST({rounded} AS BIGINT) AS amount\nFROM (\n"
            f"SELECT who, month, {total} AS t, max(d) AS d FROM (\n{rows}\n) GROUP BY who, month\n"
            ") s JOIN payees y ON y.who = s.who"
        )
        floor = floored("n", "d", term.signed)
        return totals, f"SELECT role, order_id, CAST({floor} AS BIGINT) AS amount FROM (\n{rows}\n)"

    def source(self, rule: PayRule, text: str) -> str:
        """FROM and WHERE of a rule: its rows, joined with the months its formulas read."""
        team = (
            "\nJOIN team_month t ON t.team IS NOT DISTINCT FROM r.team AND t.month = r.month"
            if 't."' in text
            else ""
        )
        owner = "\nJOIN payee_month p ON p.who = r.who AND p.month = r.month"
        if not rule.of_team:
            roles = ", ".join(quoted(role) for role in rule.roles)
            return f"FROM filled r{owner}{team}\nWHERE p.role IN ({roles})"
        roles = ", ".join(quoted(role) for role in rule.roles)
        return (
            f"FROM filled r{owner if 'p.' + chr(34) in text else ''}{team}\n"
            f"JOIN charge c ON c.team = r.team AND r.{self.needs.day} >= c.start"
            f" AND r.{self.needs.day} < c.stop AND c.role IN ({roles})\n"
            "JOIN payee_month b ON b.who = c.who AND b.month = r.month\n"
            "WHERE r.counts"
        )

    # -- layers -----------------------------------------------------------------------------

    def layers(self) -> list[tuple[str, str]]:
        streams = [s for s in self.program.streams if s.fact == "order"]
        day = Formulas(self.program, self.needs, Level.ROW).word(self.program.dates["order"])
        bases = [self.base(index, stream, day) for index, stream in enumerate(streams)]
        needs = self.needs
        facts = "".join(
            f", r.{name(column)}"
            for column in sorted(needs.facts - set(self.base_columns) - {needs.day})
        )
        picked = ", ".join(f"r.{column}" for column in self.base_columns)
        base = "\nUNION ALL\n".join(text.replace("%COLUMNS%", picked + facts) for text in bases)
        bands = "".join(f",\n  {sql} AS {name(alias)}" for sql, alias in needs.bands.items())
        fills = "".join(f",\n  {sql} AS {name(alias)}" for sql, alias in needs.fills.items())
        joined = (
            "\nJOIN payee_month p ON p.who = r.who AND p.month = r.month" if 'p."' in fills else ""
        )
        beside, measured = peers.layers(needs)
        return [
            ("base", base),
            ("credit", f"SELECT r.*{bands}\nFROM base r"),
            ("own_sums", self.sums("own", ("who", "month"), "")),
            ("team_sums", self.sums("team", ("team", "month"), "\nWHERE r.counts")),
            ("month_keys", self.month_keys()),
            *windows.layers(needs, self.program.plan.year_begins - 1),
            *([("member_sums", self.member_sums())] if needs.members else []),
            ("team_month", self.team_month()),
            ("payee_sums", self.payee_sums()),
            *beside,
            ("payee_month", self.carried(measured, needs.payee)),
            ("filled", f"SELECT r.*{fills}\nFROM credit r{joined}"),
        ]

    def base(self, index: int, stream: Stream, day: str) -> str:
        make = Formulas(self.program, self.needs, Level.ROW)
        where = f" AND {make.condition(stream.where)}" if stream.where is not None else ""
        counts = "TRUE" if stream.team else "FALSE"
        dated = "" if self.needs.day == "order_date" else f"{day} AS day,\n"
        return (
            f"SELECT h.who, h.team, {counts} AS counts, {dated}"
            f"  CAST(year({day}) * 12 + month({day}) - 1 AS INTEGER) AS month, %COLUMNS%\n"
            f"FROM order_rows r JOIN credit_holdings h ON h.stream = {index}"
            f" AND h.payee = r.{name(stream.who.stored)}\n"
            "  AND r.order_date >= h.start AND r.order_date < h.stop\n"
            f"WHERE r.valid{where}" + (f" AND {day} IS NOT NULL" if dated else "")
        )

    def uncredited(self) -> str:
        """For each month, how many valid, dated orders are of nobody who stands on their day."""
        make = Formulas(self.program, Needs(), Level.ROW)
        day = make.word(self.program.dates["order"])
        given = [
            f"EXISTS (SELECT 1 FROM credit_holdings h WHERE h.stream = {index}"
            f" AND h.payee = r.{name(s.who.stored)}"
            " AND r.order_date >= h.start AND r.order_date < h.stop)"
            + (f" AND {make.condition(s.where)}" if s.where is not None else "")
            for index, s in enumerate(s for s in self.program.streams if s.fact == "order")
        ]
        # Where no formula says whose an order is, none is missing its payee.
        anyone = " OR ".join(f"({one})" for one in given) or "TRUE"
        return (
            f"SELECT year({day}) * 12 + month({day}) - 1 AS month, count(*) AS orders\n"
            f"FROM order_rows r WHERE r.valid AND {day} IS NOT NULL\n"
            f"  AND NOT coalesce({anyone}, FALSE) GROUP BY ALL"
        )

    def sums(self, scope: str, keys: tuple[str, ...], where: str) -> str:
        grouped = ", ".join(f"r.{key}" for key in keys)
        columns = "".join(
            f",\n  CAST(sum({key.split(': ', 1)[1]}) AS BIGINT) AS {name(alias)}"
            for key, (node, alias) in self.needs.sums.items()
            if node.scope == scope
        )
        return f"SELECT {grouped}{columns}\nFROM credit r{where}\nGROUP BY {grouped}"

    def payee_sums(self) -> str:
        """Every payee's month: those active, and those credited; sums of nothing are nought."""
        columns = "".join(
            f", coalesce(s.{name(alias)}, 0) AS {name(alias)}"
            for node, alias in self.needs.sums.values()
            if node.scope == "own"
        )
        more, joined = windows.joins(self.needs)
        more += ", k.stands, k.known" if self.needs.dense else ""
        if self.needs.teams:
            more += ", h.team" + "".join(
                f", t.{name(column)} AS {name(alias)}" for column, alias in self.needs.mates.items()
            )
            joined += "\nLEFT JOIN active_months h ON h.who = k.who AND h.month = k.month"
        if self.needs.mates:
            joined += "\nLEFT JOIN team_month t ON t.team IS NOT DISTINCT FROM h.team AND t.month = k.month"
        return (
            "SELECT k.who, y.payee, y.role, k.month,\n"
            "  lpad(CAST(k.month // 12 AS VARCHAR), 4, '0') || '-' ||"
            " lpad(CAST(k.month % 12 + 1 AS VARCHAR), 2, '0') AS month_text,\n"
            f"  g.amount AS target{columns}{more}\n"
            "FROM month_keys k\n"
            "JOIN payees y ON y.who = k.who\n"
            "LEFT JOIN own_sums s ON s.who = k.who AND s.month = k.month\n"
            f"LEFT JOIN targets g ON g.payee_id = y.payee AND g.month = k.month{joined}"
        )

    def month_keys(self) -> str:
        """Payees and months: those active or credited, or where windows are summed all of them."""
        standing = "SELECT who, month FROM active_months UNION SELECT who, month FROM own_sums"
        if not self.needs.dense:
            return standing
        return (
            "SELECT coalesce(a.who, d.who) AS who, coalesce(a.month, d.month) AS month,\n"
            "  a.who IS NOT NULL AS stands,\n"
            "  coalesce(a.month, d.month) >= least(y.since, coalesce(f.first, y.since)) AS known\n"
            "FROM (SELECT p.who, n.month FROM payees p CROSS JOIN run_months n) d\n"
            f"FULL JOIN ({standing}) a ON a.who = d.who AND a.month = d.month\n"
            "JOIN payees y ON y.who = coalesce(a.who, d.who)\n"
            "LEFT JOIN (SELECT who, min(month) AS first FROM own_sums GROUP BY who) f ON f.who = y.who"
        )

    def member_sums(self) -> str:
        """What the people who stand in a team, in roles that count for it, sum themselves."""
        roles = dict.fromkeys(r for s in self.program.streams if s.team for r in s.roles)
        columns = "".join(
            f",\n  CAST(sum({sql}) AS BIGINT) AS {name(alias)}"
            for sql, alias in self.needs.members.items()
        )
        people = (
            "SELECT DISTINCT y.number AS team, p.who, k.month\nFROM run_months k\n"
            "JOIN holdings h ON h.start < k.after AND h.stop > k.first\n"
            "JOIN payees p ON p.payee = h.payee_id AND p.role = h.role\n"
            f"JOIN teams y ON y.team = h.team\nWHERE h.role IN ({', '.join(map(quoted, roles))})"
        )
        return (
            f"SELECT p.team, p.month{columns}\nFROM (\n{people}\n) p\n"
            "JOIN own_sums m ON m.who = p.who AND m.month = p.month\nGROUP BY p.team, p.month"
        )

    def team_month(self) -> str:
        """Every team's month, also that of who stands in none; sums of nothing are nought."""
        columns = "".join(
            f", coalesce(s.{name(alias)}, 0) AS {name(alias)}"
            for node, alias in self.needs.sums.values()
            if node.scope == "team"
        )
        columns += "".join(
            f", coalesce(e.{name(alias)}, 0) AS {name(alias)}"
            for alias in self.needs.members.values()
        )
        people = "LEFT JOIN member_sums e ON e.team = y.number AND e.month = k.month\n"
        inner = (
            f"SELECT y.number AS team, k.month, g.amount AS target{columns}\n"
            "FROM (SELECT number, team FROM teams UNION ALL SELECT NULL, NULL) y CROSS JOIN run_months k\n"
            "LEFT JOIN team_sums s ON s.team = y.number AND s.month = k.month\n"
            f"{people if self.needs.members else ''}"
            "LEFT JOIN targets g ON g.team = y.team AND g.month = k.month"
        )
        return self.carried(f"(\n{inner}\n)", self.needs.team)

    def carried(self, source: str, columns: Mapping[str, str]) -> str:
        values = "".join(f",\n  {sql} AS {name(alias)}" for sql, alias in columns.items())
        return f"SELECT m.*{values}\nFROM {source} m"

    def with_layers(self, layers: list[tuple[str, str]], parts: list[str]) -> str:
        if not parts:
            return ""
        body = ",\n".join(f"{title} AS (\n{text}\n)" for title, text in layers)
        text = f"WITH {body}\n" + "\nUNION ALL\n".join(parts)
        # Window columns are those of `filled`; 'w.' only marked them while formulas were compiled.
        return re.sub(r'\bw\."(w\d+)"', r'r."\1"', text)


def _ranked(inner: str, d: str, signed: bool, wide: bool, day: str) -> str:
    """Floors, remainders and the rank of each remainder within the line (scheme Q17)."""
    rest = f"((n % {d}) + {d}) % {d}" if signed else f"n % {d}"
    floor = floored("n", d, signed)
    total = "sum(n) OVER g" if wide else "CAST(sum(n) OVER g AS BIGINT)"
    return (
        f"SELECT *, {floor} AS q, {half_up(total, d, signed)} AS t,\n"
        f"  CAST(sum({floor}) OVER g AS BIGINT) AS f,\n"
        f"  row_number() OVER (PARTITION BY who, month ORDER BY {rest} DESC, {day}, id_rank) AS k\n"
        f"FROM (\n{inner}\n)\nWINDOW g AS (PARTITION BY who, month)"
    )
