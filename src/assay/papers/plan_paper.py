"""A plan as the paper people sign: each clause beside what carries it out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from assay.papers.model import (
    Block,
    Cell,
    Chip,
    Column,
    Figures,
    Formula,
    Paper,
    Section,
    Table,
    Words,
)
from assay.papers.phrases import words
from assay.papers.plan_examples import Examples
from assay.papers.plan_tables import Tables
from assay.papers.written import Written
from assay.period import Month
from assay.plan import document
from assay.plan.compile import compile_plan
from assay.plan.program import PayRule, Program, Settle
from assay.plan.saying import Saying
from assay.plan.sentences import told_in
from assay.plan.source import digest
from assay.plan.tree import Dated, Node, Ref

_CASE = re.compile(r"\bcase\((\w+)")
Entry = document.Policy | document.Measure | document.Table | document.Rule


def plan_paper(
    plan: document.Plan, text: str, readings: Mapping[str, str] | None = None, lang: str = "zh"
) -> Paper:
    """The paper of a plan under its own readings or others.

    text: the plan file, whose digest the paper bears. Raises PlanError where the plan cannot run.
    """
    program = compile_plan(plan, readings)
    return _PlanPaper(program, Saying(program, lang), Written(text), dict(readings or {})).paper(
        text
    )


@dataclass(frozen=True)
class _PlanPaper:
    program: Program
    say: Saying
    written: Written
    chosen: Mapping[str, str]
    others: dict[tuple[str, str], Program] = field(default_factory=dict)

    @property
    def plan(self) -> document.Plan:
        return self.program.plan

    @property
    def words(self) -> Mapping[str, str]:
        return words(self.say.lang)

    def paper(self, text: str) -> Paper:
        plan, phrases = self.plan, self.words
        examples = Examples(plan, self.say, self.chosen)
        open_ones = [q for q in plan.questions.values() if not self.settled(q)]
        clauses = len(plan.clauses)
        figures = Figures(
            (
                (phrases["effective"], plan.effective, phrases["currency"] + plan.currency),
                (
                    phrases["clauses"],
                    str(clauses),
                    phrases["of_prose"].format(n=len(plan.prose)) if plan.prose else "",
                ),
                (phrases["lines"], str(len({r.name for r in self.program.rules})), ""),
                (
                    phrases["examples"],
                    f"{examples.passed} / {len(plan.examples)}",
                    phrases["examples_note"],
                ),
                (
                    phrases["questions"],
                    f"{len(open_ones)} / {len(plan.questions)}",
                    phrases["questions_note"],
                ),
            )
        )
        sections = [*self.clauses(), *self.rest(), *self.facts(), *self.questions()]
        sections += examples.sections()
        other = ", ".join(f"{name}={reading}" for name, reading in self.chosen.items())
        stamp = phrases["stamp"].format(name=plan.name, digest=digest(text))
        return Paper(
            self.say.lang,
            plan.title.text(self.say.lang, plan.name),
            tuple(self.lead(other)),
            tuple(sections),
            stamp + (f" · {phrases['chosen']}{other}" if other else ""),
            figures,
            tuple(phrases["signers"].split()),
        )

    def lead(self, other: str) -> Iterator[str]:
        yield self.words["lead"]
        yield self.words[f"rounding.{self.program.rounding}"]
        if other:
            yield self.words["chosen_note"].format(readings=other)

    def settled(self, question: document.Question) -> bool:
        """Whether somebody decided the reading in force, and when."""
        decided = bool(question.decided_by and question.decided_on)
        return decided and self.chosen.get(question.name, question.read) == question.read

    # -- clauses beside what carries them out --------------------------------------------------

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """What carries clauses out, with its name: lines first, then tables, measures, policies."""
        yield from ((rule.name, rule) for rule in self.plan.rules)
        yield from self.plan.tables.items()
        yield from self.plan.measures.items()
        yield from self.plan.policies.items()

    def clauses(self) -> Iterator[Section]:
        for clause in self.plan.clauses.values():
            number = clause.number
            at_home = [e for _, e in self.entries() if e.cite[:1] == (number,)]
            away = [(n, e) for n, e in self.entries() if number in e.cite[1:]]
            blocks = list(self.matter(at_home))
            blocks += self.see_also(away)
            if not blocks:
                asked = any(number in q.cite for q in self.plan.questions.values())
                key = "prose" if number in self.plan.prose or not asked else "by_question"
                blocks = [Words(self.words[key], "note")]
            yield Section(
                number,
                tuple(blocks),
                _anchor(number),
                chips=tuple(self.asked(number)),
                source=clause.gist(self.say.lang),
            )

    def see_also(self, away: list[tuple[str, Entry]]) -> Iterator[Words]:
        homes: dict[str, list[str]] = {}
        for name, entry in away:
            title = entry.title.text(self.say.lang, name)
            if title not in homes.setdefault(entry.cite[0], []):
                homes[entry.cite[0]].append(title)
        for home, titles in homes.items():
            text = self.words["see"].format(clause=home, what=self.words["comma"].join(titles))
            yield Words(text, "note")

    def asked(self, number: str) -> Iterator[Chip]:
        for question in self.plan.questions.values():
            if number in question.cite:
                title = question.title.text(self.say.lang, question.name)
                yield Chip(title, self.settled(question), f"q-{question.name}")

    def matter(self, entries: list[Entry]) -> Iterator[Block]:
        drawing = Tables(self.program, self.say)
        for entry in entries:
            if isinstance(entry, document.Rule):
                yield from self.rule(entry)
            elif isinstance(entry, document.Table):
                yield from drawing.blocks(entry)
            elif isinstance(entry, document.Measure):
                yield from self.measure(entry)
        policies = [entry for entry in entries if isinstance(entry, document.Policy)]
        if policies:
            yield self.policies(policies)

    def rest(self) -> Iterator[Section]:
        """What no clause is named for."""
        blocks = list(self.matter([entry for _, entry in self.entries() if not entry.cite]))
        if blocks:
            name, note = self.words["rest"], self.words["rest_note"]
            yield Section(name, tuple(blocks), "rest", note)

    def measure(self, measure: document.Measure) -> Iterator[Block]:
        node = self.program.steps[measure.name].node
        written = self.written.of("measures", measure.name)
        yield Formula(
            measure.title.text(self.say.lang, measure.name),
            self.say.formula(node),
            "" if self.asked_in(written) else written,
        )
        yield from self.otherwise(written, lambda program: program.steps[measure.name].node)

    # -- what a formula is under another reading ---------------------------------------------------

    def asked_in(self, written: str) -> list[document.Question]:
        """The questions between whose readings a formula chooses."""
        named = dict.fromkeys(_CASE.findall(written))
        return [self.plan.questions[name] for name in named if name in self.plan.questions]

    def otherwise(self, written: str, node_of: Callable[[Program], Node | None]) -> Iterator[Words]:
        """What a formula is under each other reading, in words; `written` alone would be code."""
        lang = self.say.lang
        for question in self.asked_in(written):
            title = question.title.text(lang, question.name)
            for reading in question.readings:
                if reading == self.program.readings[question.name]:
                    continue
                program = self.under(question.name, reading)
                node = node_of(program)
                if node is not None:
                    said = Saying(program, lang).formula(node)
                    called = self.say.known(f"word.{reading}", reading)
                    text = self.words["read_as"].format(question=title, reading=called, what=said)
                    yield Words(text, "note")

    def under(self, question: str, reading: str) -> Program:
        """The plan under one other reading, made once."""
        key = (question, reading)
        if key not in self.others:
            self.others[key] = compile_plan(self.plan, {**self.chosen, question: reading})
        return self.others[key]

    def policies(self, policies: list[document.Policy]) -> Table:
        """Values with their months; without a column of months where none is dated."""
        rows: list[tuple[Cell, ...]] = []
        nodes = [self.program.steps[policy.name].node for policy in policies]
        is_dated = any(isinstance(node, Dated) for node in nodes)
        for policy, node in zip(policies, nodes, strict=True):
            title = Cell(policy.title.text(self.say.lang, policy.name))
            if isinstance(node, Dated):
                for month, value in node.values:
                    shown = Cell(self.say.shown(value, node.unit), voice="strong")
                    rows.append((title, Cell(str(Month(month))), shown))
            else:
                since = (Cell(self.words["always"], voice="note"),) if is_dated else ()
                rows.append((title, *since, Cell(self.say.value(node), voice="strong")))
        since_column = (Column(self.words["since"], share=2),) if is_dated else ()
        value_column = Column(self.words["value"], True, 2)
        columns = (Column(self.words["policy"], share=3), *since_column, value_column)
        return Table(columns, tuple(rows))

    # -- lines of the statement ----------------------------------------------------------------

    def rule(self, said: document.Rule) -> Iterator[Block]:
        rule = next((r for r in self.program.rules if r.place == said.place), None)
        title = said.title.text(self.say.lang, said.name)
        if rule is None:
            only = ", ".join(
                f"{self.plan.questions[name].title.text(self.say.lang, name)}"
                f" = {self.say.known(f'word.{reading}', reading)}"
                for name, (reading, _) in said.only.items()
            )
            text = self.words["not_in_force"].format(line=title, only=only)
            yield Words(text, "note")
            return
        roles = self.words["comma"].join(self.say.role(role) for role in rule.roles)
        pays = self.say.formula(rule.pay)
        if isinstance(rule.pay, Ref) and rule.pay.name in self.plan.tables:
            pays = self.words["by_table"].format(table=pays)
        written = self.written.of_rule(self.plan.rules.index(said), "pay")
        plain = self.asked_in(written) or written in self.plan.tables  # the words say it all
        yield Formula(
            title,
            pays,
            "" if plain else written,
            self.words["line_note"].format(roles=roles, per=self.per(rule), line=rule.name),
            lead=True,
        )
        yield from self.otherwise(written, lambda program: _pay(program, rule))
        if rule.gives is not None:
            yield Words(self.words["gives_award"].format(what=self.say.formula(rule.gives)))
        if rule.settle is not None:
            yield from self.settlement(rule.settle)

    def per(self, rule: PayRule) -> str:
        if not rule.fact:
            return self.words["per"].format(what=self.say.phrase(f"per.{rule.period}"))
        fact = self.say.known(f"fact.{rule.fact}", rule.fact)
        return self.words["per_team" if rule.of_team else "per_row"].format(what=fact)

    def settlement(self, settle: Settle) -> Iterator[Block]:
        yield Words(self.words["settle"] + self.words[f"negative.{settle.negative or 'deduct'}"])
        if settle.within:
            period = self.say.phrase(f"per.{settle.within}")
            yield Words(self.words["anew"].format(period=period))
        columns = (Column(self.words["part"], share=1), Column(self.words["due"], share=3))
        if settle.release:
            rows = []
            for part, when in settle.release:
                due = self.say.formula(when) if when is not None else self.words["at_once"]
                rows.append((Cell(self.say.value(part), voice="strong"), Cell(due)))
            yield Table(columns, tuple(rows), self.words["release"])
        if settle.undo:
            columns = (Column(self.words["kept"], share=1), Column(self.words["event"], share=3))
            undone = tuple(
                (Cell(self.say.value(kept), voice="strong"), Cell(self.say.formula(event)))
                for event, kept in settle.undo
            )
            yield Table(columns, undone, self.words["undo"])

    # -- facts and questions -------------------------------------------------------------------

    def facts(self) -> Iterator[Section]:
        rows = []
        for stream in self.program.streams:
            roles = self.words["comma"].join(self.say.role(role) for role in stream.roles)
            who = self.say.formula(stream.who)
            lines = []
            if stream.where is not None:
                lines.append(self.words["only_where"].format(what=self.say.formula(stream.where)))
            if stream.part is not None:
                lines.append(self.words["credited"].format(part=self.say.formula(stream.part)))
            if stream.team:
                lines.append(self.words["for_team"])
            fact = Cell(self.say.known(f"fact.{stream.fact}", stream.fact))
            dated = Cell(self.say.formula(self.program.dates[stream.fact]))
            rows.append(
                (fact, dated, Cell(who + self.say.phrase("bracket", what=roles), tuple(lines)))
            )
        refused: list[Block] = []
        for r in self.program.refusals:
            why = told_in(r.why, self.say.lang)
            said = self.words["refused"].format(when=self.say.formula(r.when), why=why)
            refused.append(Words(said, "note"))
        columns = (
            Column(self.words["fact"], share=2),
            Column(self.words["dated"], share=2),
            Column(self.words["credited_to"], share=5),
        )
        blocks = (Table(columns, tuple(rows), folds=True), *refused)
        yield Section(self.words["facts"], blocks, "facts", self.words["facts_note"])

    def questions(self) -> Iterator[Section]:
        if not self.plan.questions:
            return
        columns = (
            Column(self.words["question"], share=5),
            Column(self.words["reading"], share=4),
            Column(self.words["decided"], share=2),
        )
        rows = tuple(self.question(question) for question in self.plan.questions.values())
        table = Table(columns, rows, folds=True)
        yield Section(self.words["questions"], (table,), "questions", self.words["questions_why"])

    def question(self, question: document.Question) -> tuple[Cell, ...]:
        in_force = self.program.readings[question.name]

        def reading(name: str) -> str:
            written = self.say.written(self.written.reading(question.name, name))
            called = self.say.known(f"word.{name}", name)
            return f"{called} = {written}" if written not in ("", name) else called

        asked = Cell(
            question.title.text(self.say.lang, question.name),
            (asks,) if (asks := question.ask.either(self.say.lang)) else (),
            "strong",
            tuple(Chip(number, to=_anchor(number)) for number in question.cite),
            anchor=f"q-{question.name}",
        )
        others = tuple(reading(name) for name in question.readings if name != in_force)
        read = Cell(
            self.words["in_force"].format(reading=reading(in_force)),
            (self.words["others"] + self.words["comma"].join(others),) if others else (),
        )
        if in_force != question.read:
            said = self.words["instead"].format(reading=question.read)
            return asked, read, Cell("", (said,), chips=(Chip(self.words["open"], False),))
        if not self.settled(question):
            return asked, read, Cell("", chips=(Chip(self.words["open"], False),))
        return asked, read, Cell(question.decided_by, (question.decided_on,))


def _pay(program: Program, rule: PayRule) -> Node | None:
    """What a line pays under another reading, if it is paid at all."""
    found = (r.pay for r in program.rules if (r.name, r.roles) == (rule.name, rule.roles))
    return next(found, None)


def _anchor(number: str) -> str:
    return f"clause-{number}"
