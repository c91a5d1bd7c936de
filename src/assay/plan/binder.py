"""Names to nodes: every word of a plan resolved, typed and placed once, circles refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from assay.plan import balances, calls, functions, meeting, roots, sums, tables
from assay.plan.below import Below
from assay.plan.binding import Window, circle
from assay.plan.document import Measure, Plan, Policy, Question, Rule, Table
from assay.plan.formula import (
    Among,
    Binary,
    Missing,
    Nought,
    Number,
    Part,
    Path,
    Quoted,
    Syntax,
    Unary,
)
from assay.plan.guards import Guards, after
from assay.plan.problems import Place, PlanError, fault, nearest
from assay.plan.sentences import say
from assay.plan.steps import Step, deep
from assay.plan.tree import CONST, Column, Const, Dated, IsNone, Node, Ref, row
from assay.plan.units import BOOL, DATE, KIND_UNITS, PLAIN, RATIO, Unit, money
from assay.plan.vocabulary import (
    COLLECTED,
    COLLECTED_ON,
    CREDITED,
    DATES,
    EVENT,
    FACTS,
    PART,
    QUOTIENTS,
)
from assay.plan.vocabulary import Column as ColumnWord

ROOTS = ("payee", "team", "company", "line", "target", "month", "reports")
_LOGIC = ("and", "or")
_COMPARE = ("=", "!=", "<", "<=", ">", ">=")


@dataclass
class Binder:
    """Binds one plan under one choice of readings; `policies` replaces values for a trial."""

    plan: Plan
    readings: Mapping[str, str]
    policies: Mapping[str, Syntax]
    steps: dict[str, Step] = field(default_factory=dict)
    branches: dict[str, list[Node]] = field(default_factory=dict)
    carrying: dict[str, str] = field(default_factory=dict)
    guards: Guards = field(default_factory=Guards)
    _open: list[str] = field(default_factory=list)
    _where: Syntax | None = None
    _over: Window = field(default_factory=Window)
    _filtered: int = 0
    summing: bool = False

    def __post_init__(self) -> None:
        self.money = money(self.plan.currency)
        self.parents = {name: fact.of for name, fact in FACTS.items()}
        self.parents |= {
            f.name: f.of or self.parents.get(f.name, "") for f in self.plan.facts.values()
        }
        self.below = Below(self.plan, self.money)
        self.reporting = self.below.those
        self.rules: Mapping[str, Rule] = {rule.name: rule for rule in self.plan.rules}

    # -- facts --------------------------------------------------------------------------------

    def columns(self, fact: str) -> dict[str, ColumnWord]:
        """The columns of a fact: the house's and those the plan declares."""
        found = dict(FACTS[fact].columns) if fact in FACTS else {}
        if fact == "order":
            found[COLLECTED_ON] = ColumnWord(COLLECTED_ON, "date", optional=True, empty=True)
        if fact in self.plan.facts:
            for spec in self.plan.facts[fact].has:
                empty = spec.kind in (*DATES, "text")
                found.setdefault(spec.name, ColumnWord(spec.name, spec.kind, empty=empty))
        if self.divided(fact):
            found[PART] = ColumnWord(PART, "rate", least=0)
            if "amount" in found:
                found[CREDITED] = ColumnWord(CREDITED, "money", least=0)
        return found

    def day(self, kind: str) -> bool:
        """Whether columns of a kind hold days."""
        return KIND_UNITS.get(kind) == DATE

    def divided(self, fact: str) -> bool:
        """Whether payees are credited with parts of a fact's rows."""
        said = self.plan.facts.get(fact)
        return said is not None and said.divided

    def is_fact(self, name: str) -> bool:
        """Whether a name is a fact of the house or of the plan."""
        return name in FACTS or name in self.plan.facts

    def unit_of_kind(self, column: ColumnWord) -> Unit:
        """The unit of a column."""
        if column.kind == "money":
            return self.money
        return KIND_UNITS.get(column.kind) or Unit("word", words=frozenset(column.words))

    def column(self, fact: str, part: Part) -> Node:
        """A column of a row."""
        quotient = QUOTIENTS.get(fact, {}).get(part.name)
        if quotient:
            left, right = (self.column(fact, Part(name, None, (), part.place)) for name in quotient)
            return meeting.arithmetic("/", left, right, row(fact), part.place)
        known = self.columns(fact)
        if part.name not in known and part.name == COLLECTED and fact == "order":
            return sums.collected(self, part)
        if part.name not in known and part.name == CREDITED:
            return self.column(fact, Part("amount", None, (), part.place))
        if part.name not in known and part.name == PART:
            return replace(meeting.constant(1, RATIO, part.place, "100%"), frame=row(fact))
        if part.name not in known:
            names = [*known, *QUOTIENTS.get(fact, {})]
            raise fault(
                part.place,
                say("{0} has no column “{1}”", fact, part.name),
                ", ".join(names),
                nearest(part.name, names)
                or say("declare it: facts: {0}: {has: {{1}: …}}", fact, part.name),
            )
        spec = known[part.name]
        unit = self.unit_of_kind(spec)
        return Column(
            unit=unit,
            frame=row(fact),
            nonable=spec.empty,
            shaky=False,
            least=spec.least,
            place=part.place,
            fact=fact,
            name=part.name,
            stored=spec.stored,
            event=spec.empty and spec.kind == EVENT,
        )

    # -- steps --------------------------------------------------------------------------------

    def step(self, name: str, place: Place) -> Step:
        """The bound step of a name."""
        if name in self.steps:
            self.below.again(name)
            return self.steps[name]

        def make() -> Step:
            with self.opened(name, place), self.inside():
                return self._make(name)

        return self.steps.setdefault(name, self.below.bound(name, self.steps, make))

    @contextmanager
    def opened(self, name: str, place: Place) -> Iterator[None]:
        """Bind something under a name: meeting the name again inside is a circle."""
        if self.is_open(name):
            raise circle([*self._open[self._open.index(name) :], name], self.plan, place)
        self._open.append(name)
        try:
            yield
        finally:
            self._open.pop()

    def is_open(self, name: str) -> bool:
        """Whether a name is being bound."""
        if name in self._open:
            self.below.meanwhile()
        return name in self._open

    def _make(self, name: str) -> Step:
        plan = self.plan
        source: Policy | Measure | Table | Question
        if name in plan.policies:
            source = plan.policies[name]
            kind, node = "policy", self._policy(source)
        elif name in plan.measures:
            source = plan.measures[name]
            kind, node = "measure", self._measure(source)
        elif name in plan.tables:
            source = plan.tables[name]
            kind, node = "table", tables.bind_table(self, source)
        else:
            source = plan.questions[name]
            kind, node = "question", self._question(source)
        return Step(name, kind, node, source.title, source.cite, source.place)

    def _policy(self, policy: Policy) -> Node:
        values = policy.values
        if policy.name in self.policies:
            values = ((None, self.policies[policy.name]),)
        nodes = [(month, self.bind(syntax)) for month, syntax in values]
        for _, node in nodes:
            if self.fixed(node) is None:
                raise fault(
                    node.place, say("the policy “{0}” is not a fixed value", policy.name), "2万元"
                )
        first = nodes[0][1]
        if nodes[0][0] is None:
            return self.fixed(first) or first
        fixed = [(month or 0, self.fixed(node)) for month, node in nodes]
        pairs = tuple((month, const.value) for month, const in fixed if const is not None)
        return Dated(
            unit=first.unit,
            frame=CONST,
            least=min((const.least or 0) for _, const in fixed if const is not None),
            place=policy.place,
            name=policy.name,
            values=tuple((m, v) for m, v in pairs if isinstance(v, str) or calls.is_number(v)),  # type: ignore[misc]
        )

    def _measure(self, measure: Measure) -> Node:
        if measure.carry is not None:
            return balances.carried(self, measure, measure.carry)
        said = bool(measure.over)
        self._where, self._over = (
            measure.where,
            Window(measure.over or "month", said, measure.since),
        )
        before = self._filtered
        node = self.bind(measure.formula)
        if (measure.where is not None or measure.over) and self._filtered == before:
            raise fault(
                measure.place,
                say(
                    "the measure “{0}” has “where” or “over” but sums nothing itself", measure.name
                ),
                "sum(…), count(…), mean(…)",
                "move “where” and “over” to the measure that sums",
            )
        return node

    def _question(self, question: Question) -> Node:
        chosen = self.reading(question)
        nodes = {
            name: self.bind(syntax)
            for name, syntax in question.readings.items()
            if syntax is not None and not calls.is_order(syntax)
        }
        if chosen not in nodes:
            return Const(
                unit=Unit("word", words=question.words),
                frame=CONST,
                place=question.place,
                value=chosen,
                text=chosen,
            )
        calls.share_unit(
            nodes.values(), question.place, say("the readings of “{0}”", question.name)
        )
        self.branches.setdefault(question.name, []).append(nodes[chosen])
        return nodes[chosen]

    def reading(self, question: Question) -> str:
        """The reading in force: chosen for this run, else the one the plan says."""
        return self.readings.get(question.name, question.read)

    def fixed(self, node: Node) -> Const | None:
        """The constant a node stands for, looking through names; None when it varies."""
        if isinstance(node, Const):
            return node
        if isinstance(node, Ref) and node.name in self.steps:
            return self.fixed(self.steps[node.name].node)
        return None

    def deep(self, node: Node) -> Iterator[Node]:
        """A node and all it rests on, through names."""
        return deep(node, self.steps)

    # -- formulas -----------------------------------------------------------------------------

    def bind(self, syntax: Syntax) -> Node:
        """The typed node of a formula."""
        if isinstance(syntax, Number):
            return self._number(syntax)
        if isinstance(syntax, Quoted):
            return meeting.quoted(syntax.value, syntax.place)
        if isinstance(syntax, Nought):
            return meeting.constant(0, self.money, syntax.place)
        if isinstance(syntax, Path):
            return self._path(syntax)
        if isinstance(syntax, Unary):
            return self._unary(syntax)
        if isinstance(syntax, Among):
            return self._among(syntax)
        if isinstance(syntax, Missing):
            operand = self.bind(syntax.value)
            if not operand.nonable:
                raise fault(
                    syntax.place,
                    say("{0} that is always there is asked whether it is none", operand.unit),
                    "a target, a date or text column, a quotient, min(), max() or mean() of rows",
                    "an empty cell of another kind is nought: compare with 0元, 0%, 0单",
                )
            node = IsNone(unit=BOOL, frame=operand.frame, place=syntax.place, operand=operand)
            return meeting.negation(node, syntax.place) if syntax.negated else node
        return self._binary(syntax)

    def _number(self, number: Number) -> Node:
        if number.unit.kind == "money" and number.unit != self.money:
            raise fault(
                number.place,
                say(
                    "“{0}” is {1}, the plan pays in {2}",
                    number.text,
                    number.unit,
                    self.plan.currency,
                ),
                say("an amount in {0}", self.plan.currency),
            )
        if number.unit.kind == "money" and number.value.denominator != 1:
            raise fault(number.place, say("“{0}” is finer than a 分", number.text), "whole 分")
        return meeting.constant(number.value, number.unit, number.place, number.text)

    def _unary(self, syntax: Unary) -> Node:
        operand = self.bind(syntax.operand)
        if syntax.operator == "not":
            return meeting.negation(operand, syntax.place)
        zero = meeting.constant(0, operand.unit, syntax.place)
        return meeting.arithmetic("-", zero, operand, operand.frame, syntax.place)

    def _binary(self, syntax: Binary) -> Node:
        operator = syntax.operator
        if operator in ("=", "!="):
            left, right = self._words(syntax.left, syntax.right)
        else:
            left = self.bind(syntax.left)
            with self.guards.knowing(after(operator, left)):
                right = self.bind(syntax.right)
        frame = meeting.join(left.frame, right.frame, self.parents, syntax.place)
        if operator in _LOGIC:
            return meeting.logic(operator, left, right, frame, syntax.place)
        if operator in _COMPARE:
            made = meeting.comparison(operator, left, right, frame, syntax.place)
            return self.guards.settled(made)
        if operator == "otherwise":
            return meeting.fallback(left, right, frame, syntax.place)
        if operator == "*":
            sliced = tables.as_slices(self, left, right) or tables.as_slices(self, right, left)
            if sliced is not None:
                return sliced
        made = meeting.arithmetic(operator, left, right, frame, syntax.place)
        points = operator == "*" and made.unit == RATIO
        if points and any(meeting.counted(x, self.plan.measures) for x in (left, right)):
            return replace(made, unit=PLAIN)
        return made

    def _words(self, left: Syntax, right: Syntax) -> tuple[Node, Node]:
        """The two sides of an (in)equality, a bare word on either read as one of the other's."""
        if self._bare(left) and not self._bare(right):
            other = self.bind(right)
            return self.word(left, other), other
        first = self.bind(left)
        return first, self.word(right, first)

    def _bare(self, syntax: Syntax) -> bool:
        return (
            isinstance(syntax, Path)
            and len(syntax.parts) == 1
            and syntax.parts[0].arguments is None
            and not self._valued(syntax.name)
        )

    def _valued(self, name: str) -> bool:
        """Whether a bare name has a value: what only stands before a dot may be a word of text."""
        before_a_dot = self.is_fact(name) or (name in ROOTS and name != "target")
        return self.known(name) and not before_a_dot

    def known(self, name: str) -> bool:
        """Whether a name is a policy, measure, table, question or a root of the language."""
        plan = self.plan
        return (
            any(
                name in part for part in (plan.policies, plan.measures, plan.tables, plan.questions)
            )
            or name in ROOTS
            or name in ("true", "false")
            or self.is_fact(name)
        )

    def word(self, syntax: Syntax, other: Node) -> Node:
        """A side compared with a word: a bare name is the word itself."""
        if not (isinstance(syntax, Path) and len(syntax.parts) == 1) or other.unit.kind != "word":
            return self.bind(syntax)
        name, words = syntax.name, other.unit.words
        if syntax.parts[0].arguments is None and (name in words or not self._valued(name)):
            if words and name not in words:
                raise fault(
                    syntax.place,
                    say("“{0}” is none of the words that can stand here", name),
                    ", ".join(sorted(words)),
                    nearest(name, words),
                )
            return meeting.constant(name, other.unit, syntax.place, name)
        return self.bind(syntax)

    def _among(self, syntax: Among) -> Node:
        value = self.bind(syntax.value)
        found: Node | None = None
        for option in syntax.options:
            side = self.word(option, value)
            frame = meeting.join(value.frame, side.frame, self.parents, syntax.place)
            equal = meeting.comparison("=", value, side, frame, syntax.place)
            found = (
                equal if found is None else meeting.logic("or", found, equal, frame, syntax.place)
            )
        assert found is not None
        return found

    # -- paths --------------------------------------------------------------------------------

    def _path(self, path: Path) -> Node:
        first = path.parts[0]
        if len(path.parts) > 1:
            return roots.dotted(self, path)
        return self._call(path) if first.arguments is not None else self._name(first)

    def _name(self, part: Part) -> Node:
        name = part.name
        if name in ("true", "false"):
            return meeting.constant(name == "true", BOOL, part.place, name)
        if name == "target":
            return roots.target(self, part.place, team=False)
        if not self.known(name) or name in ROOTS or self.is_fact(name):
            raise self.unknown(name, part.place)
        if name in self._open and self.below.may_stand(name):
            return self.below.ref(name, part.place)
        node = self.step(name, part.place).node
        if isinstance(node, Const) and node.unit.kind in ("word", "bool"):
            return node
        return Ref(
            unit=node.unit,
            frame=node.frame,
            nonable=node.nonable,
            shaky=node.shaky,
            least=node.least,
            place=part.place,
            name=name,
        )

    def unknown(self, name: str, place: Place) -> PlanError:
        """The error for a name nobody knows."""
        plan = self.plan
        own = (plan.policies, plan.measures, plan.tables, plan.questions, plan.facts)
        names = [name for known in (*own, FACTS, ROOTS) for name in known]
        return fault(
            place,
            say("unknown name “{0}”", name),
            "a policy, measure, table or question of this plan, or fact.column",
            (nearest(name, names) if name not in names else f"{name}.…")
            or "a word of text stands in quotes: 'word'",
        )

    def _call(self, path: Path) -> Node:
        part = path.parts[0]
        if part.name in self.plan.tables:
            table = self.plan.tables[part.name]
            said = part.arguments or ()
            wanted = max(1, len(table.of))
            if len(said) != wanted or part.named:
                takes, form = (
                    ("one value", "table(value)")
                    if wanted == 1
                    else ("two values", "table(across, down)")
                )
                raise fault(part.place, say("the table “{0}” takes {1}", part.name, takes), form)
            values = tuple(self.bind(value) for value in said)
            with self.opened(f"{table.name}(…)", part.place):
                return tables.bind_table(self, table, values)
        count = len(part.arguments or ())
        if part.name in sums.AGGREGATES and (part.name not in ("min", "max") or count == 1):
            return sums.aggregate(self, "", part)
        return functions.function(self, part)

    # -- the surroundings of a sum ------------------------------------------------------------

    def surroundings(self) -> tuple[Syntax | None, Window]:
        """`where` and `over` of the measure being bound; notes that a sum used them."""
        self._filtered += 1
        return self._where, self._over

    @contextmanager
    def inside(self, summing: bool = False) -> Iterator[None]:
        """Bind the inside of something: sums within it do not inherit `where` and `over`."""
        saved = self._where, self._over, self.guards, self.summing
        self._where, self._over, self.guards, self.summing = None, Window(), Guards(), summing
        try:
            yield
        finally:
            self._where, self._over, self.guards, self.summing = saved
