"""compile_plan(): a Plan under one choice of readings to a Program of ordered, typed steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assay.plan import meeting
from assay.plan.binder import Binder, Step
from assay.plan.document import Plan, Question, Rule, Title
from assay.plan.formula import Part, Syntax
from assay.plan.naming import names_taken, unknown_clauses
from assay.plan.problems import NOWHERE, Place, PlanError, Problem, fault, nearest
from assay.plan.tree import Aggregate, Column, Const, Level, Node, Ref, walk
from assay.plan.units import DATE
from assay.plan.vocabulary import COLLECTED_ON, FACTS

ROUNDINGS = ("line", "statement")
# Roles whose credits stand in a column of their own when a plan does not say (contract: people).
DEFAULT_COLUMNS = {"agent": "agent", "store": "store"}


@dataclass(frozen=True)
class Stream:
    """Who is credited with the rows of a fact, tried role by role, and whether for the team."""

    fact: str
    who: Column
    roles: tuple[str, ...]
    where: Node | None
    team: bool


@dataclass(frozen=True)
class PayRule:
    """A rule in force: per month, per row credited to the payee, or per row of his team."""

    name: str
    roles: tuple[str, ...]
    fact: str
    of_team: bool
    pay: Node
    shows: Mapping[str, Node]
    title: Title
    cite: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Refusal:
    """Rows the plan turns away."""

    when: Node
    why: str
    fact: str


@dataclass(frozen=True)
class Need:
    """A fact or optional column a program reads, and the reading that made it read it."""

    table: str
    column: str
    question: str = ""
    reading: str = ""


@dataclass(frozen=True)
class Program:
    """A plan ready to run: steps bound once, in an order in which each rests on earlier ones."""

    plan: Plan
    readings: Mapping[str, str]
    steps: Mapping[str, Step]
    rules: tuple[PayRule, ...]
    streams: tuple[Stream, ...]
    dates: Mapping[str, Node]
    refusals: tuple[Refusal, ...]
    rounding: str
    parents: Mapping[str, str]
    needs: tuple[Need, ...]

    def deep(self, node: Node) -> Iterator[Node]:
        """A node and all it rests on, through names."""
        seen: set[str] = set()
        stack = [node]
        while stack:
            for found in walk(stack.pop()):
                yield found
                if isinstance(found, Ref) and found.name not in seen:
                    seen.add(found.name)
                    stack.append(self.steps[found.name].node)

    @property
    def order_date(self) -> Column | None:
        """The column that dates orders under the readings in force."""
        node = self.dates["order"]
        while isinstance(node, Ref):
            node = self.steps[node.name].node
        return node if isinstance(node, Column) else None

    @property
    def by_order_date(self) -> bool:
        """Whether orders belong to the month of their own date."""
        return self.order_date is not None and self.order_date.stored == "order_date"

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role the plan names, in its order."""
        named = [role for rule in self.plan.rules for role in rule.roles]
        named += [role for stream in self.streams for role in stream.roles]
        return tuple(dict.fromkeys(named))


def compile_plan(
    plan: Plan,
    readings: Mapping[str, str] | None = None,
    policies: Mapping[str, Syntax] | None = None,
) -> Program:
    """Bind everything a plan says. Raises PlanError with every fault found.

    `readings` chooses other readings than the plan's own, `policies` other fixed values.
    """
    chosen = _choose(plan, readings or {})
    problems = [*names_taken(plan), *unknown_clauses(plan)]
    if problems:
        raise PlanError(problems)
    for name in policies or {}:
        if name not in plan.policies:
            raise fault(NOWHERE, f"no policy “{name}”", ", ".join(plan.policies))
    binder = Binder(plan, chosen, policies or {})
    for name in (*plan.policies, *plan.measures, *plan.tables, *plan.questions):
        try:
            binder.step(name, NOWHERE)
        except PlanError as error:
            problems.extend(_cited(plan, name, error))
    if problems:
        raise PlanError(problems)
    return _Assembly(binder, chosen).program()


def _choose(plan: Plan, readings: Mapping[str, str]) -> dict[str, str]:
    for name, reading in readings.items():
        question = plan.questions.get(name)
        if question is None:
            raise fault(
                NOWHERE,
                f"the plan asks no question “{name}”",
                ", ".join(plan.questions) or "a plan with questions",
                nearest(name, plan.questions),
            )
        if reading not in question.readings:
            raise fault(
                question.place,
                f"“{reading}” is no reading of “{name}”",
                ", ".join(question.readings),
                nearest(reading, question.readings),
            )
    return {name: readings.get(name, q.read) for name, q in plan.questions.items()}


def _cited(plan: Plan, name: str, error: PlanError) -> list[Problem]:
    """The error's problems with the clause of the entry they arose in, where they have none."""
    entry = (
        plan.policies.get(name)
        or plan.measures.get(name)
        or plan.tables.get(name)
        or plan.questions.get(name)
    )
    return _with_clause(error, entry.cite if entry else (), entry.place if entry else NOWHERE)


def _with_clause(error: PlanError, cite: tuple[str, ...], at: Place) -> list[Problem]:
    clause = cite[0] if cite else ""
    return [
        Problem(
            Place(
                (p.place if p.place != NOWHERE else at).line,
                (p.place if p.place != NOWHERE else at).column,
                p.place.clause or clause,
            ),
            p.message,
            p.expected,
            p.mend,
        )
        for p in error.problems
    ]


class _Assembly:
    """Puts streams, rules, dates and needs together once the names are bound."""

    def __init__(self, binder: Binder, chosen: Mapping[str, str]) -> None:
        self.binder = binder
        self.plan = binder.plan
        self.chosen = chosen
        self.problems: list[Problem] = []

    def program(self) -> Program:
        plan = self.plan
        dates = {name: self.date_of(name) for name in self.dated_facts()}
        streams = tuple(s for name in self.dated_facts() for s in self.streams(name))
        rules: list[PayRule] = []
        for rule in plan.rules:
            try:
                made = self.rule(rule, streams)
            except PlanError as error:
                self.problems.extend(_with_clause(error, rule.cite, rule.place))
            else:
                if made is not None:
                    rules.append(made)
        self.problems.extend(_doubled(rules))
        refusals = tuple(self.refusals())
        if self.problems:
            raise PlanError(self.problems)
        used = self.used(rules)
        program = Program(
            plan,
            self.chosen,
            self.binder.steps,
            tuple(rules),
            tuple(stream for stream in streams if stream.fact in used),
            {fact: node for fact, node in dates.items() if fact in used},
            refusals,
            self.rounding(),
            self.binder.parents,
            (),
        )
        return _with_needs(program, self.binder)

    def dated_facts(self) -> list[str]:
        """Facts whose rows are credited: the order, and every fact a plan says `to` for."""
        return ["order", *(n for n, fact in self.plan.facts.items() if n != "order" and fact.to)]

    def used(self, rules: list[PayRule]) -> set[str]:
        """Facts whose credited rows the rules in force pay for or sum."""
        found = {"order", *(rule.fact for rule in rules if rule.fact)}
        stack = [node for rule in rules for node in (rule.pay, *rule.shows.values())]
        seen: set[str] = set()
        while stack:
            for node in walk(stack.pop()):
                if isinstance(node, Aggregate) and node.scope in ("own", "team"):
                    found.add(node.fact)
                if isinstance(node, Ref) and node.name not in seen:
                    seen.add(node.name)
                    stack.append(self.binder.steps[node.name].node)
        return found

    def date_of(self, name: str) -> Node:
        fact = self.plan.facts.get(name)
        if fact is not None and fact.on is not None:
            node = self.binder.bind(fact.on)
        else:
            default = FACTS[name].on if name in FACTS else "on"
            place = fact.place if fact else NOWHERE
            node = self.binder.column(name, Part(default, None, (), place))
        if node.unit != DATE or node.frame.level is not Level.ROW:
            raise fault(node.place, f"rows of {name} are dated by {node.unit}", "a date column")
        return node

    def streams(self, name: str) -> Iterator[Stream]:
        fact = self.plan.facts.get(name)
        if fact is None or not fact.to:
            yield from self.default_streams()
            return
        for spec in fact.to:
            who = self.binder.bind(spec.who)
            where = self.binder.bind(spec.where) if spec.where is not None else None
            if not isinstance(who, Column) or who.unit.kind != "word":
                raise fault(spec.place, "“who” is not a column of the fact", "order.salesperson")
            if where is not None and where.unit.kind != "bool":
                raise fault(where.place, f"“where” is {where.unit}", "a condition")
            if isinstance(where, Const):
                if not where.value:
                    continue
                where = None
            yield Stream(name, who, spec.roles, where, spec.team)

    def default_streams(self) -> Iterator[Stream]:
        """Without `to`, orders go to their salesperson in whichever role the rules name."""
        roles = list(dict.fromkeys(role for rule in self.plan.rules for role in rule.roles))
        by_column: dict[str, list[str]] = {}
        for role in roles:
            by_column.setdefault(DEFAULT_COLUMNS.get(role, "salesperson"), []).append(role)
        for column, named in by_column.items():
            who = self.binder.column("order", Part(column, None, (), NOWHERE))
            assert isinstance(who, Column)
            yield Stream("order", who, tuple(named), None, column == "salesperson")

    def rule(self, rule: Rule, streams: tuple[Stream, ...]) -> PayRule | None:
        fact, of_team = self.per(rule)
        pay = self.binder.bind(rule.pay)
        if pay.unit != self.binder.money:
            raise fault(
                pay.place,
                f"the rule “{rule.name}” pays {pay.unit}",
                str(self.binder.money),
                "multiply a rate by an amount, or write the unit: 100元",
            )
        if pay.nonable:
            raise fault(
                pay.place,
                f"the pay of “{rule.name}” can be none (a quotient by nothing, a target that is absent)",
                "pay that is always there",
                "say what is paid then: “… otherwise 0元”",
            )
        shows = {column: self.binder.bind(said) for column, said in rule.shows.items()}
        self.fits(rule, fact, of_team, pay, shows, streams)
        for name, (reading, place) in rule.only.items():
            question = self.plan.questions.get(name)
            if question is None or reading not in question.readings:
                raise fault(
                    place,
                    f"no reading “{reading}” of a question “{name}”",
                    "only: {question: reading}",
                )
            if self.chosen[name] != reading:
                return None
        return PayRule(
            rule.name, rule.roles, fact, of_team, pay, shows, rule.title, rule.cite, rule.place
        )

    def per(self, rule: Rule) -> tuple[str, bool]:
        said = rule.per.value
        if said == "month":
            return "", False
        scope, _, fact = said.rpartition(".")
        if scope not in ("", "team") or not self.binder.is_fact(fact):
            raise fault(
                rule.per.place,
                f"“{said}” is nothing to pay per",
                "month, order, team.order, or another fact",
                nearest(said, ("month", "order", "team.order", *self.plan.facts)),
            )
        return fact, scope == "team"

    def fits(
        self,
        rule: Rule,
        fact: str,
        of_team: bool,
        pay: Node,
        shows: Mapping[str, Node],
        streams: tuple[Stream, ...],
    ) -> None:
        """The pay stands on what the rule pays per, and somebody is credited with it."""
        for node in (pay, *shows.values()):
            if node.frame.level is Level.ROW and not fact:
                raise fault(
                    node.place,
                    f"“{rule.name}” pays per month but its formula stands on rows of {node.frame.fact}",
                    "a value of the month",
                    f"sum the rows: sum(…), or write “per: {node.frame.fact}”",
                )
            inner = node.frame.fact
            fits = inner == fact or meeting.is_below(fact, inner, self.binder.parents)
            if node.frame.level is Level.ROW and not fits:
                raise fault(
                    node.place, f"“{rule.name}” pays per {fact}", f"columns of {fact} or above it"
                )
        if not fact:
            return
        credited = [s for s in streams if s.fact == fact]
        roles = {role for s in credited for role in s.roles}
        if of_team:
            if not any(s.team for s in credited):
                raise fault(
                    rule.per.place,
                    f"no {fact} counts for a team",
                    f"facts: {fact}: to: [{{…, counts_for: team}}]",
                )
        elif missing := [role for role in rule.roles if role not in roles]:
            raise fault(
                rule.place,
                f"no {fact} is ever credited to the role “{missing[0]}”",
                ", ".join(sorted(roles)),
                nearest(missing[0], roles) or f"add it under facts: {fact}: to:",
            )

    def refusals(self) -> Iterator[Refusal]:
        for name, fact in self.plan.facts.items():
            for spec in fact.refuse:
                when = self.binder.bind(spec.when)
                on_rows = when.frame.level is Level.ROW or isinstance(when, Const)
                if when.unit.kind != "bool" or not on_rows:
                    raise fault(when.place, "“when” is not a condition on rows", "order.… <= …")
                if isinstance(when, Const) and not when.value:
                    continue
                yield Refusal(when, spec.why, name)

    def rounding(self) -> str:
        said = self.plan.rounding
        question: Question | None = self.plan.questions.get(said.value)
        if question is not None:
            wrong = [name for name in question.readings if name not in ROUNDINGS]
            node = self.binder.step(question.name, said.place).node
            value = node.value if isinstance(node, Const) else ""
            if value in ROUNDINGS:
                return str(value)
            raise fault(
                said.place, f"“{(wrong or ['?'])[0]}” is no way to round", ", ".join(ROUNDINGS)
            )
        if said.value not in ROUNDINGS:
            raise fault(said.place, f"“{said.value}” is no way to round", ", ".join(ROUNDINGS))
        return said.value


def _doubled(rules: list[PayRule]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], Place] = {}
    for rule in rules:
        for role in rule.roles:
            if (rule.name, role) in seen:
                yield Problem(
                    rule.place,
                    f"two rules yield the line “{rule.name}” for {role}",
                    "one rule for a line and role under every choice of readings",
                    "rename one, or tell them apart with only: {question: reading}",
                )
            seen[(rule.name, role)] = rule.place


def _with_needs(program: Program, binder: Binder) -> Program:
    """What facts and optional columns the program reads, and which reading asked for them."""
    roots: list[Node] = [rule.pay for rule in program.rules]
    roots += [node for rule in program.rules for node in rule.shows.values()]
    roots += [node for s in program.streams for node in (s.who, s.where) if node is not None]
    roots += [*program.dates.values(), *(refusal.when for refusal in program.refusals)]
    wanted = {need for root in roots for need in _needs(program, binder, root)}
    asked: dict[tuple[str, str], tuple[str, str]] = {}
    for name, nodes in binder.branches.items():
        for node in nodes:
            for pair in _needs(program, binder, node):
                asked.setdefault(pair, (name, program.readings[name]))
    in_force = {rule.place for rule in program.rules}
    for rule in program.plan.rules:
        if rule.place in in_force and rule.per.value in FACTS:
            for question, (reading, _) in rule.only.items():
                asked.setdefault((FACTS[rule.per.value].table, ""), (question, reading))
    needs = tuple(Need(*pair, *asked.get(pair, ("", ""))) for pair in sorted(wanted))
    return Program(**{**program.__dict__, "needs": needs})


def _needs(program: Program, binder: Binder, root: Node) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for node in program.deep(root):
        if isinstance(node, Column):
            table = FACTS[node.fact].table if node.fact in FACTS else node.fact
            if node.name == COLLECTED_ON:
                found.add((FACTS["collection"].table, ""))
            elif node.fact != "order":
                found.add((table, ""))
            elif binder.columns(node.fact)[node.name].optional:
                found.add((table, node.stored))
    return found
