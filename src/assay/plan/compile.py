"""compile_plan(): a Plan under one choice of readings to a Program of ordered, typed steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from assay.plan import meeting
from assay.plan.binder import Binder
from assay.plan.document import CreditSpec, Plan, Question
from assay.plan.formula import Part, Syntax
from assay.plan.naming import columns_taken, names_taken, unknown_clauses
from assay.plan.needs import with_needs
from assay.plan.paying import Paying, doubled
from assay.plan.problems import NOWHERE, Place, PlanError, Problem, fault, nearest
from assay.plan.program import PayRule, Program, Refusal, Stream
from assay.plan.sentences import either, say
from assay.plan.tree import Aggregate, Column, Const, Level, Node, Turn
from assay.plan.units import DATE
from assay.plan.vocabulary import FACTS

ROUNDINGS = ("line", "statement")
# Roles whose credits stand in a column of their own when a plan does not say (contract: people).
DEFAULT_COLUMNS = {"agent": "agent", "store": "store"}


def compile_plan(
    plan: Plan,
    readings: Mapping[str, str] | None = None,
    policies: Mapping[str, Syntax] | None = None,
    whole: bool = False,
) -> Program:
    """Bind everything a plan says. Raises PlanError with every fault found.

    `readings` chooses other readings than the plan's own, `policies` other fixed values. `whole`
    credits the rows of every fact a name rests on, those no rule in force pays by included.
    """
    chosen = _choose(plan, readings or {})
    problems = [*names_taken(plan), *columns_taken(plan), *unknown_clauses(plan)]
    if problems:
        raise PlanError(problems)
    for name in policies or {}:
        if name not in plan.policies:
            raise fault(NOWHERE, say("no policy “{0}”", name), ", ".join(plan.policies))
    binder = Binder(plan, chosen, policies or {})
    for name in (*plan.policies, *plan.measures, *plan.tables, *plan.questions):
        try:
            binder.step(name, NOWHERE)
        except PlanError as error:
            problems.extend(_cited(plan, name, error))
    if problems:
        raise PlanError(problems)
    binder.below.check(binder.steps)
    return _Assembly(binder, chosen, whole).program()


def _choose(plan: Plan, readings: Mapping[str, str]) -> dict[str, str]:
    for name, reading in readings.items():
        question = plan.questions.get(name)
        if question is None:
            raise fault(
                NOWHERE,
                say("the plan asks no question “{0}”", name),
                ", ".join(plan.questions) or "a plan with questions",
                nearest(name, plan.questions),
            )
        if reading not in question.readings:
            raise fault(
                question.place,
                say("“{0}” is no reading of “{1}”", reading, name),
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


def _wide(node: Node) -> bool:
    """Whether a node looks beyond its row: at other rows, the payee, the team, the company."""
    if isinstance(node, Aggregate):
        return node.scope != "children"
    return isinstance(node, Turn) or node.frame.level in (Level.PAYEE, Level.TEAM)


_CREDITED_SCOPES = ("own", "alike", "running", "team", "their_rows", "company")


class _Assembly:
    """Puts streams, rules, dates and needs together once the names are bound."""

    def __init__(self, binder: Binder, chosen: Mapping[str, str], whole: bool) -> None:
        self.binder = binder
        self.everything = whole
        self.plan = binder.plan
        self.chosen = chosen
        self.problems: list[Problem] = []

    def program(self) -> Program:
        plan = self.plan
        dates = {name: self.date_of(name) for name in self.dated_facts()}
        streams = tuple(s for name in self.dated_facts() for s in self.streams(name))
        paying = Paying(self.binder, self.chosen, streams)
        rules: list[PayRule] = []
        for rule in plan.rules:
            try:
                made = paying.rule(rule)
            except PlanError as error:
                self.problems.extend(_with_clause(error, rule.cite, rule.place))
            else:
                if made is not None:
                    rules.append(made)
        self.problems.extend(doubled(rules))
        refusals = tuple(self.refusals())
        if self.problems:
            raise PlanError(self.problems)
        used = self.used(rules) | self.refusing(refusals)
        dates |= {name: self.date_of(name) for name in sorted(used - {*dates})}
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
        program = replace(program, resting=frozenset(self.binder.below.met))
        return with_needs(program, self.binder)

    def dated_facts(self) -> list[str]:
        """Facts whose rows are credited: the order, and every fact a plan says `to` for."""
        return ["order", *(n for n, fact in self.plan.facts.items() if n != "order" and fact.to)]

    def used(self, rules: list[PayRule]) -> set[str]:
        """Facts whose credited rows the rules in force pay for or sum."""
        found = {"order", *(rule.fact for rule in rules if rule.fact)}
        tops = [node for rule in rules for node in rule.nodes()]
        if self.everything:
            tops += [step.node for step in self.binder.steps.values()]
        for node in (node for top in tops for node in self.binder.deep(top)):
            if isinstance(node, Turn) or (
                isinstance(node, Aggregate) and node.scope in _CREDITED_SCOPES
            ):
                found.add(node.fact)
        return found

    def refusing(self, refusals: Iterable[Refusal]) -> set[str]:
        """Facts whose credited rows decide over what is turned away."""
        wide = [refusal for refusal in refusals if refusal.wide]
        named = {
            node.fact
            for refusal in wide
            for node in self.binder.deep(refusal.when)
            if isinstance(node, Aggregate | Turn) and node.fact
        }
        return named | {refusal.fact for refusal in wide}

    def date_of(self, name: str) -> Node:
        fact = self.plan.facts.get(name)
        if fact is not None and fact.on is not None:
            node = self.binder.bind(fact.on)
        else:
            default = FACTS[name].on if name in FACTS else "on"
            above = self.binder.parents.get(name, "")
            if above and default not in self.binder.columns(name):
                return self.date_of(above)
            place = fact.place if fact else NOWHERE
            if default not in self.binder.columns(name):
                days = [c.name for c in fact.has if self.binder.day(c.kind)] if fact else []
                raise fault(
                    place,
                    say("{0} counts for somebody, but no day says in which month", name),
                    "rows that count for somebody need a date: a column `on`, or `on: fact.column`",
                    say("on: {0}.{1}", name, days[0] if days else "start"),
                )
            node = self.binder.column(name, Part(default, None, (), place))
        if node.unit != DATE or node.frame.level is not Level.ROW:
            raise fault(
                node.place, say("rows of {0} are dated by {1}", name, node.unit), "a date column"
            )
        return node

    def streams(self, name: str) -> Iterator[Stream]:
        fact = self.plan.facts.get(name)
        if fact is None or not fact.to:
            yield from self.default_streams()
            return
        for spec in fact.to:
            stream = self.stream(name, spec)
            if stream is not None:
                yield stream

    def stream(self, name: str, spec: CreditSpec) -> Stream | None:
        """One entry of `to`; None where its condition never holds."""
        who = self.binder.bind(spec.who)
        where = self.binder.bind(spec.where) if spec.where is not None else None
        if not isinstance(who, Column) or who.unit.kind != "word":
            raise fault(spec.place, "“who” is not a column of the fact", "order.salesperson")
        if where is not None and where.unit.kind != "bool":
            raise fault(where.place, say("“where” is {0}", where.unit), "a condition")
        if isinstance(where, Const):
            if not where.value:
                return None
            where = None
        part = self.binder.bind(spec.part) if spec.part is not None else None
        if part is not None and (part.unit.kind not in ("ratio", "plain") or part.nonable):
            raise fault(
                part.place, say("“part” is {0}, or can be none", part.unit), "split.percent, 25%"
            )
        return Stream(name, who, spec.roles, where, spec.team, part, self.whole(spec, part))

    def whole(self, spec: CreditSpec, part: Node | None) -> Fraction | None:
        """What the parts of one row must come to."""
        if spec.adds_to is None:
            return None
        said = self.binder.fixed(self.binder.bind(spec.adds_to))
        number = said.value if said is not None else None
        if part is None or not isinstance(number, int | Fraction) or number <= 0:
            raise fault(spec.place, "“adds_to” is what parts come to", "part: …, adds_to: 100%")
        return Fraction(number)

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

    def refusals(self) -> Iterator[Refusal]:
        for name, fact in self.plan.facts.items():
            for spec in fact.refuse:
                when = self.binder.bind(spec.when)
                if when.unit.kind != "bool":
                    raise fault(
                        when.place,
                        say("“when” is {0}", when.unit),
                        "a condition: order.… <= …, sum(…) != …",
                    )
                own = when.frame.fact in ("", name) or meeting.is_below(
                    name, when.frame.fact, self.binder.parents
                )
                if not own:
                    raise fault(
                        when.place, say("“when” is of {0}, not of {1}", when.frame.fact, name)
                    )
                if isinstance(when, Const) and not when.value:
                    continue
                why = either(spec.why.either("en"), spec.why.either("zh"))
                yield Refusal(when, why, name, any(map(_wide, self.binder.deep(when))))

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
                said.place,
                say("“{0}” is no way to round", (wrong or ["?"])[0]),
                ", ".join(ROUNDINGS),
            )
        if said.value not in ROUNDINGS:
            raise fault(
                said.place, say("“{0}” is no way to round", said.value), ", ".join(ROUNDINGS)
            )
        return said.value
