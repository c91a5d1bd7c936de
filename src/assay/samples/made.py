"""Facts made up for any plan: people in its roles, orders at its edges, rows of what it declares."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from assay.money import yuan
from assay.period import Month
from assay.plan.program import Program, key_of
from assay.plan.tree import Bands, Between
from assay.plan.vocabulary import DATES, FACTS
from assay.samples.folder import make_folder, write

TEAM = 8  # sellers of a team
GROUP = 5  # teams under one superior of the second level
_DISCOUNTS = (100, 95, 90, 85, 80, 75, 70, 65, 60, 55)
_RATES = ("1%", "5%", "10%", "12.5%", "15%", "20%", "60%", "75%", "90%", "100%")
_FEN = (-1, 0, 1)
_EVENT = 0.6  # how often an event has a day

Row = list[object]


@dataclass(frozen=True)
class Payee:
    """Somebody in a role: team, superior, first and last day (empty: open)."""

    id: str
    role: str
    team: str = ""
    above: str = ""
    first: str = ""
    last: str = ""


@dataclass
class Made:
    """The facts of one plan, made by a seed: `payees` sellers over some months.

    each: orders (and rows of other facts) of a seller in a month.
    """

    program: Program
    seed: int
    payees: int
    months: int = 6
    each: int = 2
    chance: random.Random = field(init=False)
    people: list[Payee] = field(init=False, default_factory=list)
    teams: dict[str, list[Payee]] = field(init=False, default_factory=lambda: defaultdict(list))
    _holding: dict[tuple[tuple[str, ...], int], list[Payee]] = field(
        init=False, default_factory=dict
    )
    tables: dict[str, tuple[list[str], list[Row]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.edges = sorted({*_money_edges(self.program)})
        start = self.program.effective
        self.span = range(start, start + self.months)
        self._people()
        self._orders()
        self._others()

    def write(self, folder: Path, force: bool = False) -> int:
        """Write the folder; returns the number of orders."""
        make_folder(folder, force)
        for name, (header, rows) in self.tables.items():
            write(folder / f"{name}.csv", header, rows)
        return len(self.tables["orders"][1])

    # -- people -------------------------------------------------------------------------------

    def _people(self) -> None:
        """Sellers in teams, in each team one of the next role, above them one of the role after."""
        firsts = list(dict.fromkeys(s.roles[0] for s in self.program.streams if s.roles))
        sellers = firsts or list(self.program.roles[:1])
        uppers = [role for role in self.program.roles if role not in sellers]
        for number in range(self.payees):
            role = sellers[number % len(sellers)]
            team = number // TEAM
            above = f"{uppers[0]}-{team}" if uppers else ""
            first, last = self._held()
            self.people.append(Payee(f"p{number:06d}", role, f"T{team}", above, first, last))
            self.teams[f"T{team}"].append(self.people[-1])
        teams = (self.payees - 1) // TEAM + 1
        for level, role in enumerate(uppers):
            higher = uppers[level + 1 : level + 2]
            most = max(1, teams // GROUP ** (level + 1))
            for number in range(max(1, teams // GROUP**level)):
                boss = f"{higher[0]}-{min(number // GROUP, most - 1)}" if higher else ""
                own = f"T{number}" if level == 0 else ""
                self.people.append(Payee(f"{role}-{number}", role, own, boss))
        rows: list[Row] = [
            [p.id, f"{p.role} {p.id}", p.role, p.team, p.first, p.last, p.above]
            for p in self.people
        ]
        self.tables["people"] = (
            ["payee_id", "name", "role", "team", "from", "to", "reports_to"],
            rows,
        )
        targets: list[Row] = []
        for payee in self.people:
            for month in self.span:
                if self.chance.random() < 0.8:
                    targets.append([payee.id, "", str(Month(month)), yuan(self._amount())])
        for team in range(teams):
            targets += [
                ["", f"T{team}", str(Month(m)), yuan(4 * self._amount())] for m in self.span
            ]
        self.tables["targets"] = (["payee_id", "team", "month", "target"], targets)

    def _held(self) -> tuple[str, str]:
        """Most hold their role throughout; some come or leave within the months."""
        draw = self.chance.random()
        if draw > 0.2 or self.months < 3:
            return "", ""
        day = Month(self.chance.choice(self.span[1:-1])).first + timedelta(
            self.chance.randrange(28)
        )
        return (day.isoformat(), "") if draw < 0.1 else ("", day.isoformat())

    def _in(self, roles: Sequence[str], month: int) -> list[Payee]:
        """Those who hold one of some roles all through a month, looked for once."""
        key = (tuple(roles), month)
        if key not in self._holding:
            self._holding[key] = [*_throughout(self.people, roles, month)]
        return self._holding[key]

    # -- amounts and columns --------------------------------------------------------------------

    def _amount(self) -> int:
        """分: often at an edge of the plan's tables, else anything up to 200,000 yuan."""
        if self.edges and self.chance.random() < 0.3:
            return max(1, self.chance.choice(self.edges) + self.chance.choice(_FEN))
        return int(10 ** self.chance.uniform(3.7, 7.3))

    def _cell(self, kind: str, day: date) -> object:
        """A cell of a declared column."""
        chance = self.chance
        if kind == "money":
            return yuan(self._amount() // 4)
        if kind == "rate":
            return chance.choice(_RATES)
        if kind in DATES:
            late = day + timedelta(chance.randrange(0, 120))
            return late.isoformat() if chance.random() < _EVENT else ""
        if kind == "yes_no":
            return chance.choice(("0", "1"))
        if kind in ("count", "months", "days"):
            return chance.randrange(1, 13)
        return chance.randrange(1000, 40000) if kind == "number" else f"x{chance.randrange(4)}"

    def _day(self, month: int) -> date:
        return Month(month).first + timedelta(self.chance.randrange(28))

    # -- orders and the facts below them ----------------------------------------------------------

    def _orders(self) -> None:
        columns = {
            s.who.stored: s
            for s in self.program.streams
            if s.fact == "order" and s.who.fact == "order"
        }
        below = {
            s.who.fact: s
            for s in self.program.streams
            if s.fact == "order" and s.who.fact != "order"
        }
        collected = [s.who.stored for s in self.program.streams if s.fact == "collection"]
        declared = self.program.plan.facts.get("order")
        more = {c.name: c.kind for c in declared.has} if declared else {}
        known = {"salesperson_id", "agent_id", "store_id"}
        header = ["order_id", "order_date", "salesperson_id", "agent_id", "store_id", "customer_id",
                  "channel", "list_amount", "net_amount", "status", "delivered_on", *more]  # fmt: skip
        rows: list[Row] = []
        collections: list[Row] = []
        lines: list[Row] = []
        parts: dict[str, list[Row]] = {fact: [] for fact in below}
        # Where rows below an order say whose it is, nobody else begins one.
        streams = list((below or columns).values())
        for month in self.span:
            for seller in self._in([s.roles[0] for s in streams], month):
                stream = next(s for s in streams if s.roles[0] == seller.role)
                for _ in range(self.each):
                    number, day = str(len(rows) + 1), self._day(month)
                    net = self._amount()
                    who: dict[str, str] = {}
                    if stream.who.stored in (*columns, *collected) and stream.who.fact == "order":
                        who[stream.who.stored] = seller.id
                    if stream.who.fact in below:
                        parts[stream.who.fact] += self._parts(
                            number, stream.who.fact, seller, month
                        )
                    others = [c for c in columns if c not in known and c not in who]
                    who |= {c: self._other(columns[c].roles, month) for c in others}
                    channel = {"agent_id": "agent", "store_id": "store"}.get(
                        stream.who.stored, "direct"
                    )
                    listed = max(net, net * 100 // self.chance.choice(_DISCOUNTS))
                    status = "cancelled" if self.chance.random() < 0.03 else "completed"
                    extra = [who.get(c, self._cell(kind, day)) for c, kind in more.items()]
                    rows.append([
                        number, day.isoformat(), who.get("salesperson_id", ""), who.get("agent_id", ""),
                        who.get("store_id", ""), f"c{self.chance.randrange(3 * self.payees)}", channel,
                        yuan(listed), yuan(net), status, self._cell("date", day), *extra,
                    ])  # fmt: skip
                    collections += self._collected(number, day, net)
                    lines += [[number, n, yuan(listed - listed // 2 * n), yuan(net - net // 2 * n)]
                              for n in (0, 1)] if listed > 1 else []  # fmt: skip
        self.tables["orders"] = (header, rows)
        self.tables["collections"] = (["order_id", "date", "amount"], collections)
        self.tables["order_lines"] = (["order_id", "line", "list_amount", "net_amount"], lines)
        for fact, found in parts.items():
            columns_of = [c.name for c in self.program.plan.facts[fact].has]
            self.tables[fact] = (["order_id", *columns_of], found)

    def _collected(self, number: str, day: date, net: int) -> Iterator[Row]:
        if self.chance.random() < 0.8 and net > 1:
            first = net // self.chance.choice((1, 2, 3))
            late = day + timedelta(self.chance.randrange(40))
            yield [number, late.isoformat(), yuan(first)]
            if first < net and self.chance.random() < 0.7:
                rest = late + timedelta(self.chance.randrange(60))
                yield [number, rest.isoformat(), yuan(net - first)]

    def _parts(self, number: str, fact: str, seller: Payee, month: int) -> Iterator[Row]:
        """Rows below an order that name who shares it: one with all, or two with 60 and 40 percent."""
        team = _throughout(self.teams[seller.team], [seller.role], month)
        mates = [p for p in team if p.id != seller.id]
        shared = bool(mates) and self.chance.random() < 0.4
        whom = (
            [(seller.id, "60%"), (self.chance.choice(mates).id, "40%")]
            if shared
            else [(seller.id, "100%")]
        )
        has = self.program.plan.facts[fact].has
        for payee, part in whom:
            yield [number, *(part if c.kind == "rate" else payee for c in has)]

    def _other(self, roles: Sequence[str], month: int) -> str:
        found = self._in(roles, month)
        return self.chance.choice(found).id if found and self.chance.random() < 0.5 else ""

    # -- other facts ----------------------------------------------------------------------------

    def _others(self) -> None:
        """Facts that stand alone, or below a fact of the plan's own: rows for each who is named."""
        for name, fact in self.program.plan.facts.items():
            if name in FACTS or name in self.tables:
                continue
            self._fact(name, fact.of, {c.name: c.kind for c in fact.has})

    def _fact(self, name: str, above: str, has: dict[str, str]) -> None:
        streams = [s for s in self.program.streams if s.who.fact == name]
        named = streams[0].who.stored if streams else ""
        roles = streams[0].roles if streams else ()
        has_rows = name in self.program.parents.values()
        header = [*([key_of(name)] if has_rows else []), *([key_of(above)] if above else []), *has]
        rows: list[Row] = []
        parents = "orders" if above == "order" else above
        if above and parents in self.tables:
            for parent in self.tables[parents][1]:
                for month in self.span:
                    rows.append([parent[0], *(self._of(kind, c, month) for c, kind in has.items())])
        else:
            for month in self.span[:1] if has_rows else self.span:
                # A fact of the company has one row a month.
                for payee in self._in(roles, month) if named else self.people[:1]:
                    day = self._day(month)
                    own = [len(rows) + 1] if has_rows else []
                    cells = (
                        payee.id if c == named else self._of(k, c, month) if c == "on" else self._cell(k, day)
                        for c, k in has.items()
                    )  # fmt: skip
                    rows.append([*own, *cells])
        self.tables[name] = (header, rows)

    def _of(self, kind: str, column: str, month: int) -> object:
        day = self._day(month)
        return day.isoformat() if column == "on" else self._cell(kind, day)


def _throughout(people: Iterable[Payee], roles: Sequence[str], month: int) -> Iterator[Payee]:
    """Those of some people who hold one of some roles all through a month."""
    first, last = Month(month).first.isoformat(), (Month(month).after - timedelta(1)).isoformat()
    for payee in people:
        starts = not payee.first or payee.first <= first
        if payee.role in roles and starts and (not payee.last or payee.last >= last):
            yield payee


def _money_edges(program: Program) -> Iterator[int]:
    """The ends of bands and points of curves in money, in 分."""
    for step in program.steps.values():
        for node in program.deep(step.node):
            found: list[Fraction | None] = []
            if isinstance(node, Bands) and node.of.unit.kind == "money":
                found = [end for row in node.rows for end in (row.low, row.high)]
            elif isinstance(node, Between) and node.of.unit.kind == "money":
                found = [at for at, _ in node.points]
            yield from (int(end) for end in found if end is not None and 0 < end < 10**10)
