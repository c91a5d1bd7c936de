"""The small book of an example: its people, their rows and targets over its months, values given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from assay.period import Month, read_date
from assay.plan.binder import Binder
from assay.plan.book import Book, id_key, ranked
from assay.plan.document import Example
from assay.plan.evaluate import Evaluator
from assay.plan.fields import entries_of, items_of, month_of, text_of
from assay.plan.formula import Path, Syntax, parse
from assay.plan.given import Given
from assay.plan.meeting import is_below
from assay.plan.problems import Place, fault, nearest
from assay.plan.program import Program, Stream, key_of
from assay.plan.rows import Row
from assay.plan.sentences import say
from assay.plan.shape import keys
from assay.plan.source import Entries, Items, Text, Value
from assay.plan.standing import Holding
from assay.plan.tree import Level
from assay.plan.tree import Value as Plain
from assay.plan.units import Unit, same
from assay.plan.values import exact
from assay.plan.vocabulary import CHANNELS, CREDITED, DATES, FACTS, PART
from assay.plan.vocabulary import Column as ColumnWord

SUBJECT = "payee"
TEAM = "team"
# Rows of these facts are also found under the plain words of the trade.
ALIASES = {"collection": "collections", "order_line": "lines"}
_DAY = re.compile(r"(\d{1,2})-(\d{1,2})\Z")


@dataclass
class ExampleBook:
    """Builds the book of one example; people by id with their role, the subject first."""

    program: Program
    binder: Binder
    example: Example
    months: range
    people: dict[str, str] = field(default_factory=dict)
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Plain]]] = field(default_factory=lambda: {"order": []})
    holdings: list[Holding] = field(default_factory=list)
    targets: dict[tuple[str, int], int] = field(default_factory=dict)
    team_targets: dict[tuple[str, int], int] = field(default_factory=dict)
    given: Given = field(default_factory=Given)

    def build(self) -> tuple[Book, Given]:
        """The book and what is given. Raises PlanError where the block does not fit."""
        body, place = self.example.body, self.example.place
        said = body.get("payee")
        subject = entries_of(said, "payee") if said is not None else Entries({}, {}, place)
        own = {key: v for key, v in body.items() if key == "orders" or key in self.facts()}
        self.known_keys()
        self.person(subject, SUBJECT, TEAM, own, self.example.given)
        for key, team in (("team", TEAM), ("others", "")):
            others = body.get(key)
            items = items_of(others, key) if others is not None else ()
            for number, other in enumerate(items, start=1):
                entry = entries_of(other, say("one of {0}", key))
                self.person(entry, f"{'member' if team else 'other'}{number}", team, {}, {})
        for rank, order in enumerate(
            sorted(self.rows["order"], key=lambda o: id_key(str(o["order_id"])))
        ):
            order["id_rank"] = rank
        for fact, rows in self.rows.items():
            if fact != "order":
                ranked(rows, ("row", f"{fact}_id"))
        self.given = replace(self.given, begins=self.months.start)
        book = Book(self.rows, self.holdings, self.targets, self.team_targets)
        return book, self.given

    def facts(self) -> dict[str, str]:
        """The words under which rows of facts stand, with the fact."""
        named = {name: name for name in (*FACTS, *self.program.plan.facts) if name != "order"}
        return named | {alias: fact for fact, alias in ALIASES.items()}

    def known_keys(self) -> None:
        """Every key of the block is a word of examples or a fact of the plan."""
        known = (*keys("example"), *self.facts())
        for key in self.example.body:
            if key not in known:
                place = self.example.body_places.get(key, self.example.place)
                raise fault(
                    place,
                    say("unknown key “{0}” in an example", key),
                    ", ".join(known),
                    nearest(key, known),
                )

    # -- people -------------------------------------------------------------------------------

    def person(
        self,
        entry: Entries,
        default: str,
        team: str,
        own: Mapping[str, Value],
        given: Mapping[str, Value],
    ) -> None:
        """A payee with role, team, targets, what is given and his rows."""
        entry.only((*keys("person"), *self.facts()), "a person of an example")
        payee = self.text(entry, "id") or default
        if payee in self.people:
            raise fault(entry.place, say("“{0}” stands twice in the example", payee))
        role = self.role(entry)
        self.people[payee] = role
        team = self.text(entry, "team") or team
        first = self.day(entry.get("from"), self.months.start) or date.min
        last = self.day(entry.get("to"), self.months.start)
        stop = date.max if last is None else date.fromordinal(last.toordinal() + 1)
        above = self.text(entry, "reports_to") or None
        name = self.text(entry, "name") or payee
        self.roles[payee] = (role, *self.also(entry, role))
        for held in self.roles[payee]:
            self.holdings.append(Holding(payee, name, held, team or None, first, stop, above))
        for month, amount in self.by_month(entry.get("target")):
            self.targets[(payee, month)] = amount
        for month, amount in self.by_month(entry.get("team_target")):
            self.team_targets[(team, month)] = amount
        said = {
            key: value for key, value in entry.values.items() if key in (*self.facts(), "orders")
        }
        for key, value in {**own, **said}.items():
            for item in items_of(value, key):
                if key == "orders":
                    entry_of_order = entries_of(item, "an order")
                    for _ in range(self.times(entry_of_order)):
                        self.order(entry_of_order, payee)
                else:
                    self.row(self.facts()[key], entries_of(item, key), None, payee)
        more = entry.get("given")
        values = entries_of(more, "given").values if more is not None else {}
        for name, value in {**given, **values}.items():
            self.give(name, value, payee, role)

    def role(self, entry: Entries) -> str:
        roles = self.program.roles
        said = entry.get("role")
        if said is None:
            return roles[0] if roles else "payee"
        return self.known_role(text_of(said))

    def also(self, entry: Entries, role: str) -> list[str]:
        """The further roles of a person: one, or a list."""
        said = entry.get("also")
        texts = [] if said is None else [said] if isinstance(said, Text) else items_of(said, "also")
        found = [self.known_role(text_of(text)) for text in texts]
        return [other for other in dict.fromkeys(found) if other != role]

    def known_role(self, said: Text) -> str:
        roles, role = self.program.roles, said.value
        if role not in roles and not any(role in rule.roles for rule in self.program.plan.rules):
            raise fault(
                said.place,
                say("no rule pays the role “{0}”", role),
                ", ".join(roles),
                nearest(role, roles),
            )
        return role

    def text(self, entry: Entries, key: str) -> str:
        value = entry.get(key)
        return text_of(value).value if value is not None else ""

    def by_month(self, value: Value | None) -> list[tuple[int, int]]:
        """An amount for each month: one for all of them, or a list."""
        if value is None:
            return []
        texts = list(value) if isinstance(value, Items) else [value] * len(self.months)
        if len(texts) != len(self.months):
            raise fault(value.place, say("{0} values for {1} months", len(texts), len(self.months)))
        pairs = zip(self.months, (text_of(text) for text in texts), strict=True)
        return [(month, self.money(text)) for month, text in pairs if text.value != "none"]

    def money(self, text: Text) -> int:
        said = self.constant(parse(text), self.binder.money)
        assert isinstance(said, int)
        return said

    # -- what is given ------------------------------------------------------------------------

    def give(self, name: str, value: Value, payee: str, role: str) -> None:
        """A named value, or a line, set directly: one for all, or a list by month (or by row)."""
        step = self.program.steps.get(name)
        rules = [rule.name for rule in self.program.plan.rules]
        if step is None and name not in rules:
            known = [*self.program.steps, *rules]
            mend = nearest(name, known)
            if name == "target":
                mend = "it stands with the person: payee: {target: 10万元}"
            raise fault(
                value.place,
                say("the plan has no “{0}” to be given", name),
                ", ".join(known[:12]),
                mend,
            )
        unit = step.node.unit if step is not None else self.binder.money
        many = isinstance(value, Items)
        texts = list(value) if isinstance(value, Items) else [value]
        values = [self.said(text_of(text), unit) for text in texts]
        level = step.node.frame.level if step is not None else Level.PAYEE
        payees, months = dict(self.given.payees), dict(self.given.months)
        rows, everywhere = dict(self.given.rows), dict(self.given.everywhere)
        if level is Level.ROW and step is not None:
            fact = step.node.frame.fact
            if not many:
                everywhere[name] = values[0]
            for number, found in enumerate(values if many else (), start=1):
                rows[(name, fact, number)] = found
        else:
            each = values if many else values * len(self.months)
            if len(each) != len(self.months):
                raise fault(
                    value.place, say("{0} values for {1} months", len(each), len(self.months))
                )
            for month, one in zip(self.months, each, strict=True):
                if level is Level.PAYEE:
                    key = name if step is not None else f"line.{name}"
                    payees[(key, payee, role, month)] = one
                else:
                    months[(name, month)] = one
        self.given = Given(payees, months, rows, everywhere)

    def said(self, text: Text, unit: Unit) -> Plain:
        """A value as written: none, a condition, a word, a day, or a quantity of the unit."""
        if text.value == "none":
            return None
        if unit.kind == "bool" and text.value in ("yes", "no", "true", "false", "是", "否"):
            return text.value in ("yes", "true", "是")
        if unit.kind == "date":
            return self.day(text, self.months.start)
        if unit.kind == "word":
            quoted = len(text.value) > 1 and text.value[0] == text.value[-1] == "'"
            return text.value[1:-1] if quoted else text.value
        return self.constant(parse(text), unit)

    def constant(self, syntax: Syntax, unit: Unit) -> Plain:
        """A fixed value in a unit; a bare word stands for itself."""
        if isinstance(syntax, Path) and unit.kind == "word" and len(syntax.parts) == 1:
            return syntax.name
        node = self.binder.bind(syntax)
        fixed = self.binder.fixed(node)
        if fixed is None or same(fixed.unit, unit) is None:
            raise fault(
                node.place,
                say("{0} stands here", node.unit),
                str(unit),
                "write the unit: 100元, 8%",
            )
        return fixed.value

    # -- rows ---------------------------------------------------------------------------------

    def day(self, value: Value | None, month: int) -> date | None:
        """A date, or month-day within the year of the example."""
        if value is None:
            return None
        text = text_of(value)
        short = _DAY.match(text.value)
        try:
            if short:
                return date(month // 12, int(short[1]), int(short[2]))
            return read_date(text.value)
        except ValueError as error:
            raise fault(
                text.place, say("“{0}” is no day: {1}", text.value, error), "03-04 or 2024-03-04"
            ) from None

    def cell(self, value: Value, kind: str) -> Plain:
        """A cell as written; `none` and nothing between quotes are an empty text or date."""
        text = text_of(value)
        if text.value in ("", "none") and kind in ("text", "word", *DATES):
            return None
        if kind in ("text", "word"):
            return text.value
        if kind in DATES:
            return self.day(value, self.months.start)
        if kind == "yes_no":
            return text.value in ("yes", "true", "是", "1")
        return self.constant(parse(text), self.binder.unit_of_kind(ColumnWord("", kind)))

    def below(self, fact: str) -> dict[str, str]:
        """The words under which rows below a row stand."""
        return {
            key: name for key, name in self.facts().items() if self.program.parents[name] == fact
        }

    def written(self, fact: str) -> dict[str, ColumnWord]:
        """The columns of a fact that a row says; what it is credited with follows from `to`."""
        follows = (CREDITED, PART) if self.binder.divided(fact) else ()
        return {k: word for k, word in self.binder.columns(fact).items() if k not in follows}

    def row(self, fact: str, entry: Entries, parent: Plain, payee: str) -> None:
        """A row of a fact (not an order), with the rows below it."""
        above = self.program.parents.get(fact, "")
        if above and parent is None:
            raise fault(
                entry.place,
                say("rows of {0} stand below {1}", fact, above),
                f"{above}: [{{{fact}: …}}]",
            )
        columns, below = self.written(fact), self.below(fact)
        entry.only((*columns, *below), fact)
        rows = self.rows.setdefault(fact, [])
        number = len(rows) + 1
        row: dict[str, Plain] = {"row": number, f"{fact}_id": f"{fact} {number}"}
        if above:
            row[key_of(above)] = parent
        for name, column in columns.items():
            said = entry.get(name)
            row[column.stored] = self.cell(said, column.kind) if said is not None else None
            if said is None and name == "on":
                row[column.stored] = Month(self.months.start).first
            elif said is None and not column.empty:
                row[column.stored] = False if column.kind == "yes_no" else 0
        self.credit(fact, entry, row, payee)
        rows.append(row)
        self.nested(entry, below, row[f"{fact}_id"], payee)

    def nested(self, entry: Entries, below: Mapping[str, str], parent: Plain, payee: str) -> None:
        for key, name in below.items():
            value = entry.get(key)
            for item in items_of(value, key) if value is not None else ():
                self.row(name, entries_of(item, key), parent, payee)

    def times(self, entry: Entries) -> int:
        """How many equal orders an entry stands for."""
        said = self.text(entry, "times") or "1"
        if not said.isdigit() or not 0 < int(said) <= 1000:
            raise fault(entry.place, say("“{0}” is no number of orders", said), "times: 12")
        return int(said)

    def order(self, entry: Entries, payee: str) -> None:
        """An order of a payee, with the rows below it."""
        columns, below = self.written("order"), self.below("order")
        entry.only((*columns, "on", "discount", "times", *below), "an order")
        said_facts = self.program.plan.facts.get("order")
        declared = {spec.name for spec in said_facts.has} if said_facts is not None else set()
        number = len(self.rows["order"]) + 1
        order: dict[str, Plain] = {"order_id": str(number), "row": number}
        for name, column in columns.items():
            said = entry.get(name)
            order.setdefault(column.stored, None)
            if said is not None:
                order[column.stored] = self.cell(said, column.kind)
            elif name in declared and not column.empty:
                order[column.stored] = False if column.kind == "yes_no" else 0
        order["order_date"] = (
            self.day(entry.get("on") or entry.get("ordered_on"), self.months.start)
            or Month(self.months.start).first
        )
        self.prices(entry, order)
        self.channel(entry, order, payee)
        self.credit("order", entry, order, payee)
        self.rows["order"].append(order)
        self.nested(entry, below, order["order_id"], payee)
        self.collect(order)

    def prices(self, entry: Entries, order: dict[str, Plain]) -> None:
        """List price and amount; either may follow from the other and `discount`."""
        said = entry.get("discount")
        amount, listed = order["net_amount"], order["list_amount"]
        if said is not None:
            discount = exact(self.constant(parse(text_of(said)), Unit("ratio")))
            if amount is not None and listed is None and discount:
                listed = Fraction(exact(amount)) / discount
            elif listed is not None and amount is None:
                amount = Fraction(exact(listed)) * discount
        listed = amount if listed is None else listed
        amount = listed if amount is None else amount
        for name, value in (("amount", amount), ("list_price", listed)):
            if value is None:
                raise fault(entry.place, say("the order has no {0}", name), "list_price and amount")
            if Fraction(exact(value)).denominator != 1:
                raise fault(
                    entry.place, say("{0} would be finer than a 分", name), "a price that divides"
                )
        order["net_amount"], order["list_amount"] = int(exact(amount or 0)), int(exact(listed or 0))
        if int(exact(listed or 0)) <= 0 or int(exact(amount or 0)) < 0:
            raise fault(
                entry.place,
                "an order's list price is above nought and its amount not below it",
                "what was sold, as it was sold",
                "a return is a row of its own that is subtracted: facts: {refund: {of: order, "
                "has: {on: date, amount: money}, to: …}} (“Returns” in docs/plan-language.md)",
            )

    def streams(self, payee: str) -> list[Stream]:
        """The entries of `to:` that can credit a payee, those of his first role first."""
        found = (s for role in self.roles[payee] for s in self.program.streams if role in s.roles)
        return list(dict.fromkeys(found))

    def channel(self, entry: Entries, order: dict[str, Plain], payee: str) -> None:
        """The channel of an order, unless said: the first that credits the payee it stands under."""
        if entry.get("channel") is not None:
            return
        order["channel"] = CHANNELS[0]
        taking = [s for s in self.streams(payee) if s.fact == "order"]
        if taking and taking[0].where is not None:
            who = taking[0].who.stored
            owned = {**order, who: order.get(who) or payee}
            fits = (c for c in CHANNELS if self.takes(taking[0], "order", {**owned, "channel": c}))
            order["channel"] = next(fits, CHANNELS[0])

    def credit(self, fact: str, entry: Entries, row: dict[str, Plain], payee: str) -> None:
        """Credit a row to the payee it stands under: in the column of the first entry of `to:` that
        then takes it, of the columns that the row leaves unsaid; not where he stands in one."""
        streams = [s for s in self.streams(payee) if s.who.fact == fact]
        if any(row.get(s.who.stored) == payee for s in streams):
            return
        free = [s for s in streams if entry.get(s.who.name) is None]
        taking = [s for s in free if self.takes(s, fact, {**row, s.who.stored: payee})]
        for stream in (taking or free)[:1]:
            row[stream.who.stored] = payee

    def takes(self, stream: Stream, fact: str, row: Mapping[str, Plain]) -> bool:
        """Whether an entry of `to:` takes a row; one for rows below it, which are not here yet, may."""
        if stream.where is None or is_below(stream.fact, fact, self.program.parents):
            return True
        empty = Evaluator(self.program, Book({}, ()))
        return bool(empty.of_bare_row(stream.where, self.bare(fact, row)))

    def bare(self, fact: str, row: Mapping[str, Plain]) -> Row:
        """A row with those it stands below: the last made of their facts."""
        above = self.program.parents.get(fact, "")
        return Row(fact, row, self.bare(above, self.rows[above][-1]) if above else None)

    def collect(self, order: dict[str, Plain]) -> None:
        """The day on which the order was collected in full."""
        got = 0
        for row in self.rows.get("collection", ()):
            if row["order_id"] == order["order_id"]:
                got += int(exact(row["amount"] or 0))
                if got >= int(exact(order["net_amount"])) and order.get("collected_on") is None:
                    order["collected_on"] = row["on"]


def months_of(example: Example, effective: str) -> range:
    """The months of an example: `month`, or from it `to` another."""
    said, last = example.body.get("month"), example.body.get("to")
    first = month_of(text_of(said) if said is not None else Text(effective, example.place))
    end = month_of(text_of(last)) if last is not None else first
    if end < first or end > first + 120:
        place: Place = last.place if last is not None else example.place
        raise fault(place, "“to” is not within ten years after “month”", "to: 2024-06")
    return range(first, end + 1)
