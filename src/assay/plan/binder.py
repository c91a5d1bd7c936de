"""Names to nodes: every word of a plan resolved, typed and placed once, circles refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from assay.plan import calls, meeting, tables
from assay.plan.document import Measure, Plan, Policy, Question, Table, Title
from assay.plan.formula import (
    Among,
    Binary,
    Missing,
    Number,
    Part,
    Path,
    Quoted,
    Syntax,
    Unary,
)
from assay.plan.problems import Place, PlanError, fault, nearest
from assay.plan.tree import (
    CONST,
    PAYEE,
    TEAM,
    Attribute,
    Column,
    Const,
    Dated,
    Holds,
    IsNone,
    LineOf,
    Node,
    Ref,
    Target,
    row,
)
from assay.plan.units import BOOL, KIND_UNITS, Unit, money
from assay.plan.vocabulary import (
    COLLECTED_ON,
    FACTS,
    PAYEE_COLUMNS,
    QUOTIENTS,
)
from assay.plan.vocabulary import Column as ColumnWord

ROOTS = ("payee", "team", "line", "target")
_LOGIC = ("and", "or")
_COMPARE = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True)
class Step:
    """A named value of the plan, bound."""

    name: str
    kind: str
    node: Node
    title: Title
    cite: tuple[str, ...]
    place: Place


@dataclass
class Binder:
    """Binds one plan under one choice of readings; `policies` replaces values for a trial."""

    plan: Plan
    readings: Mapping[str, str]
    policies: Mapping[str, Syntax]
    steps: dict[str, Step] = field(default_factory=dict)
    branches: dict[str, list[Node]] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)
    _where: Syntax | None = None
    _over: str = "month"
    _filtered: int = 0

    def __post_init__(self) -> None:
        self.money = money(self.plan.currency)
        self.parents = {name: fact.of for name, fact in FACTS.items()}
        self.parents |= {
            f.name: f.of or self.parents.get(f.name, "") for f in self.plan.facts.values()
        }
        self.rules = {rule.name: rule for rule in self.plan.rules}

    # -- facts --------------------------------------------------------------------------------

    def columns(self, fact: str) -> dict[str, ColumnWord]:
        """The columns of a fact: the house's and those the plan declares."""
        found = dict(FACTS[fact].columns) if fact in FACTS else {}
        if fact == "order":
            found[COLLECTED_ON] = ColumnWord(COLLECTED_ON, "date", optional=True, empty=True)
        if fact in self.plan.facts:
            for spec in self.plan.facts[fact].has:
                empty = spec.kind not in ("money", "count", "number", "rate", "yes_no")
                found.setdefault(spec.name, ColumnWord(spec.name, spec.kind, empty=empty))
        return found

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
        if part.name not in known:
            names = [*known, *QUOTIENTS.get(fact, {})]
            raise fault(
                part.place,
                f"{fact} has no column “{part.name}”",
                ", ".join(names),
                nearest(part.name, names)
                or f"declare it: facts: {fact}: {{has: {{{part.name}: …}}}}",
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
        )

    # -- steps --------------------------------------------------------------------------------

    def step(self, name: str, place: Place) -> Step:
        """The bound step of a name."""
        if name in self.steps:
            return self.steps[name]
        if name in self._open:
            circle = " → ".join([*self._open[self._open.index(name) :], name])
            raise fault(place, f"a circle: {circle}", "names that rest on earlier ones only")
        self._open.append(name)
        saved = self._where, self._over
        self._where, self._over = None, "month"
        try:
            step = self._make(name)
        finally:
            self._where, self._over = saved
            self._open.pop()
        self.steps[name] = step
        return step

    def _make(self, name: str) -> Step:
        plan = self.plan
        source: Policy | Measure | Table | Question
        if name in plan.policies:
            source = plan.policies[name]
            return Step(
                name, "policy", self._policy(source), source.title, source.cite, source.place
            )
        if name in plan.measures:
            source = plan.measures[name]
            return Step(
                name, "measure", self._measure(source), source.title, source.cite, source.place
            )
        if name in plan.tables:
            source = plan.tables[name]
            node = tables.bind_table(self, source, None)
            return Step(name, "table", node, source.title, source.cite, source.place)
        source = plan.questions[name]
        return Step(
            name, "question", self._question(source), source.title, source.cite, source.place
        )

    def _policy(self, policy: Policy) -> Node:
        values = policy.values
        if policy.name in self.policies:
            values = ((None, self.policies[policy.name]),)
        nodes = [(month, self.bind(syntax)) for month, syntax in values]
        for _, node in nodes:
            if self.fixed(node) is None:
                raise fault(node.place, f"the policy “{policy.name}” is not a fixed value", "2万元")
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
        self._where, self._over = measure.where, measure.over
        before = self._filtered
        node = self.bind(measure.formula)
        if (measure.where is not None or measure.over != "month") and self._filtered == before:
            raise fault(
                measure.place,
                f"the measure “{measure.name}” has “where” or “over” but sums nothing itself",
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
        calls.share_unit(nodes.values(), question.place, f"the readings of “{question.name}”")
        self.branches.setdefault(question.name, []).append(nodes[chosen])
        return nodes[chosen]

    def reading(self, question: Question) -> str:
        """The reading in force: chosen for this run, else the one the plan says."""
        return self.readings.get(question.name, question.read)

    def fixed(self, node: Node) -> Const | None:
        """The constant a node stands for, looking through names; None when it varies."""
        if isinstance(node, Const):
            return node
        if isinstance(node, Ref):
            return self.fixed(self.steps[node.name].node)
        return None

    # -- formulas -----------------------------------------------------------------------------

    def bind(self, syntax: Syntax) -> Node:
        """The typed node of a formula."""
        if isinstance(syntax, Number):
            return self._number(syntax)
        if isinstance(syntax, Quoted):
            return meeting.constant(syntax.value, Unit("word"), syntax.place, syntax.value)
        if isinstance(syntax, Path):
            return self._path(syntax)
        if isinstance(syntax, Unary):
            return self._unary(syntax)
        if isinstance(syntax, Among):
            return self._among(syntax)
        if isinstance(syntax, Missing):
            operand = self.bind(syntax.value)
            node = IsNone(unit=BOOL, frame=operand.frame, place=syntax.place, operand=operand)
            return meeting.negation(node, syntax.place) if syntax.negated else node
        return self._binary(syntax)

    def _number(self, number: Number) -> Node:
        if number.unit.kind == "money" and number.unit != self.money:
            raise fault(
                number.place,
                f"“{number.text}” is {number.unit}, the plan pays in {self.plan.currency}",
                f"an amount in {self.plan.currency}",
            )
        if number.unit.kind == "money" and number.value.denominator != 1:
            raise fault(number.place, f"“{number.text}” is finer than a 分", "whole 分")
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
            left, right = self.bind(syntax.left), self.bind(syntax.right)
        frame = meeting.join(left.frame, right.frame, self.parents, syntax.place)
        if operator in _LOGIC:
            return meeting.logic(operator, left, right, frame, syntax.place)
        if operator in _COMPARE:
            return meeting.comparison(operator, left, right, frame, syntax.place)
        if operator == "otherwise":
            return meeting.fallback(left, right, frame, syntax.place)
        if operator == "*":
            sliced = tables.as_slices(self, left, right) or tables.as_slices(self, right, left)
            if sliced is not None:
                return sliced
        return meeting.arithmetic(operator, left, right, frame, syntax.place)

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
            and not self.known(syntax.name)
        )

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
        if syntax.parts[0].arguments is None and (name in words or not self.known(name)):
            if words and name not in words:
                raise fault(
                    syntax.place,
                    f"“{name}” is none of the words that can stand here",
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
        if len(path.parts) == 1:
            return self._call(path) if first.arguments is not None else self._name(first)
        if len(path.parts) > 2:
            raise fault(path.place, f"“{path.name}” has too many dots", "fact.column, team.sum(…)")
        second = path.parts[1]
        if first.arguments is not None:
            raise fault(first.place, f"nothing follows “{first.name}(…)”", "a name before the dot")
        if first.name == "payee":
            return self._payee(second)
        if first.name == "line":
            return self._line(second)
        if first.name == "team" and second.arguments is None and second.name == "target":
            return Target(
                unit=self.money, frame=TEAM, nonable=True, least=0, place=path.place, team=True
            )
        if second.arguments is not None and (first.name == "team" or self.is_fact(first.name)):
            return calls.aggregate(self, first.name, second)
        if self.is_fact(first.name):
            return self.column(first.name, second)
        raise self.unknown(path.name, first.place)

    def _payee(self, part: Part) -> Node:
        if part.name == "holds" and part.arguments is not None and len(part.arguments) == 1:
            role = part.arguments[0]
            if isinstance(role, Path) and len(role.parts) == 1:
                return Holds(unit=BOOL, frame=PAYEE, place=part.place, role=role.name)
        if part.name in PAYEE_COLUMNS and part.arguments is None:
            words: frozenset[str] = frozenset()
            nonable = part.name == "team"
            return Attribute(
                unit=Unit("word", words=words),
                frame=PAYEE,
                nonable=nonable,
                place=part.place,
                name=part.name,
            )
        raise fault(
            part.place,
            f"a payee has no “{part.name}”",
            "payee.id, payee.role, payee.name, payee.team, payee.holds(role)",
        )

    def _line(self, part: Part) -> Node:
        if part.name not in self.rules:
            raise fault(
                part.place,
                f"no rule yields a line “{part.name}”",
                ", ".join(self.rules),
                nearest(part.name, self.rules),
            )
        name = f"line.{part.name}"
        if name in self._open:
            circle = " → ".join([*self._open[self._open.index(name) :], name])
            raise fault(part.place, f"a circle: {circle}", "lines that rest on earlier ones only")
        self._open.append(name)
        try:
            for rule in self.plan.rules:
                if rule.name == part.name:
                    self.bind(rule.pay)
        finally:
            self._open.pop()
        return LineOf(unit=self.money, frame=PAYEE, place=part.place, rule=part.name)

    def _name(self, part: Part) -> Node:
        name = part.name
        if name in ("true", "false"):
            return meeting.constant(name == "true", BOOL, part.place, name)
        if name == "target":
            return Target(
                unit=self.money, frame=PAYEE, nonable=True, least=0, place=part.place, team=False
            )
        if not self.known(name) or name in ROOTS or self.is_fact(name):
            raise self.unknown(name, part.place)
        step = self.step(name, part.place)
        node = step.node
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
        names = [
            *plan.policies,
            *plan.measures,
            *plan.tables,
            *plan.questions,
            *FACTS,
            *plan.facts,
            *ROOTS,
        ]
        return fault(
            place,
            f"unknown name “{name}”",
            "a policy, measure, table or question of this plan, or fact.column",
            nearest(name, names) or "a word of text stands in quotes: 'word'",
        )

    def _call(self, path: Path) -> Node:
        part = path.parts[0]
        if part.name in self.plan.tables:
            table = self.plan.tables[part.name]
            if part.arguments is None or len(part.arguments) != 1 or part.named:
                raise fault(part.place, f"the table “{part.name}” takes one value", "table(value)")
            return tables.bind_table(self, table, self.bind(part.arguments[0]))
        count = len(part.arguments or ())
        if part.name in calls.AGGREGATES and (part.name not in ("min", "max") or count == 1):
            return calls.aggregate(self, "", part)
        return calls.function(self, part)

    # -- the surroundings of a sum ------------------------------------------------------------

    def surroundings(self) -> tuple[Syntax | None, str]:
        """`where` and `over` of the measure being bound; notes that a sum used them."""
        self._filtered += 1
        return self._where, self._over

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Bind the inside of a sum: sums within it do not inherit `where` and `over`."""
        saved = self._where, self._over
        self._where, self._over = None, "month"
        try:
            yield
        finally:
            self._where, self._over = saved
