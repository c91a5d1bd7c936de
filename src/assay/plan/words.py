"""explain(line): sentences with every number, band, quota and clause a line rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from assay.money import half_up
from assay.period import Month
from assay.plan.awards import awarded, given_by_row
from assay.plan.document import Title
from assay.plan.phrases import LANGUAGES
from assay.plan.program import Settle
from assay.plan.rows import Row
from assay.plan.run import Line, Runner
from assay.plan.said import SAID
from assay.plan.saying import is_quotient
from assay.plan.settle import earning
from assay.plan.tree import (
    Aggregate,
    Arith,
    Attribute,
    Bands,
    Calendar,
    CarriedPart,
    Choose,
    Column,
    Compare,
    Const,
    Dated,
    Earlier,
    Extreme,
    Fill,
    First,
    Holds,
    IsNone,
    Level,
    LineOf,
    Logic,
    Node,
    Not,
    Otherwise,
    Rank,
    Ref,
    Share,
    Sliced,
    Target,
    This,
    Turn,
    Value,
    walk,
)
from assay.plan.units import RATIO, Unit, ends, exactly, money_text, show
from assay.plan.values import Env, exact
from assay.plan.vocabulary import closes

_SIGNS = {"*": " × ", "/": " ÷ ", "+": " + ", "-": " - "}
_RELATIONS = {"<=": "≤", ">=": "≥", "!=": "≠"}


@dataclass(frozen=True)
class Words:
    """Writes sentences about lines of one runner in one language."""

    runner: Runner
    lang: str = "zh"
    # Of a fill and a payee's month: what the rows before each had taken, in their turn.
    _taken: dict[tuple[object, ...], dict[int, Fraction | int]] = field(default_factory=dict)

    def say(self, key: str, **parts: object) -> str:
        """A fixed phrase filled in."""
        return LANGUAGES[self.lang][key].format(**parts)

    def sentences(self, line: Line) -> list[str]:
        """The line explained: its orders first, then what holds for the month, then the sum."""
        head, rows, tail = self.parts(line)
        return [*head, *(text for row in rows for text in row), *tail]

    def parts(
        self, line: Line, only: Collection[object] | None = None
    ) -> tuple[list[str], list[list[str]], list[str]]:
        """The same in three parts: what the line is, each of its credits, what holds for all of them.

        only: the order ids whose credits are worded, the others stay empty; None: all.
        """
        head, rows, tail = self._parts(line, only)
        return self.spoken(head), [self.spoken(row) for row in rows], self.spoken(tail)

    def spoken(self, said: list[str]) -> list[str]:
        """Sentences with money as the language writes it."""
        return said if self.lang == "zh" else [text.replace("元", " yuan") for text in said]

    def _parts(
        self, line: Line, only: Collection[object] | None
    ) -> tuple[list[str], list[list[str]], list[str]]:
        title = line.rule.title.text(self.lang, line.rule.name)
        clauses = ", ".join(line.rule.cite) or "-"
        money = line.rule.pay.unit
        amount = show(line.amount, money)
        said = [
            self.say("line", title=title, amount=amount, month=Month(line.month), clauses=clauses)
        ]
        env = self.runner.values.env(line.payee, line.role, line.month)
        if not line.rule.fact:
            if not closes(line.rule.period, line.month, self.runner.values.begins):
                said.append(self.say("period", period=LANGUAGES[self.lang][line.rule.period]))
                return said, [], []
            said.append(self._pays(line.rule.pay, env))
            if line.rule.settle is not None:
                said.append(self._to_date(line, env))
            named: set[str] = set()
            said += self.names(line.rule.pay, env, named)
            return [*said, *awarded(self, line, env, named)], [], []
        if not line.credits:
            said.append(self.say("nothing"))
        month_named: set[str] = set()
        rows: list[list[str]] = []
        after: list[str] = []
        tops = [line.rule.pay, *([line.rule.gives] if line.rule.gives is not None else [])]
        names = {node.name for top in tops for node in walk(top) if isinstance(node, Ref)}
        for credit in line.credits:
            worded = only is None or credit.row.root.values.get("order_id") in only
            if not worded and names <= month_named:  # nothing that a row before did not name
                rows.append([])
                continue
            row_env = Env(line.payee, line.role, line.month, credit.row.team, credit.row)
            if line.rule.settle is not None:
                row_env = self.runner.row_env(line.rule, line.payee, line.role, credit.row)
                row_env = earning(row_env, line.month)
            rows.append([])
            if worded:
                rows[-1] += self._order(credit.row, line.rule.pay, row_env)
                if line.rule.settle is not None:
                    rows[-1] += self._released(line, line.rule.settle, row_env)
                if line.rule.gives is not None:
                    rows[-1] += given_by_row(self, line.rule.gives, row_env)
            for top in tops:
                after += self.names(top, row_env, month_named, rows=False)
        after.append(self.say("sum", total=exactly(line.exact, money), amount=amount))
        if line.exact != line.amount or any(c.part != c.amount for c in line.credits):
            after.append(self.say("shares", amount=amount))
        if line.award:
            after.append(self.say("award", award=line.award))
        return said, rows, after

    def _order(self, row: Row, pay: Node, env: Env) -> Iterator[str]:
        order = row.root.values
        day = order.get("order_date")
        yield self.say(
            "order",
            id=order.get("order_id"),
            day=day.isoformat() if isinstance(day, date) else "-",
            net=money_text(exact(order.get("net_amount") or 0), pay.unit.currency),
            listed=money_text(exact(order.get("list_amount") or 0), pay.unit.currency),
        )
        yield self._pays(pay, env)
        yield from self.names(pay, env, set(), rows=True)

    def _to_date(self, line: Line, env: Env) -> str:
        """Earned to date, paid before, and what that leaves for the month."""
        money = line.rule.pay.unit
        earned = half_up(exact(self.runner.values.value(line.rule.pay, env)))
        return self.say(
            "to_date",
            earned=show(earned, money),
            before=show(earned - line.amount, money),
            amount=show(line.amount, money),
        )

    def _released(self, line: Line, settle: Settle, env: Env) -> Iterator[str]:
        """How much of a row's pay is due by the month's end, and was a month before."""
        money, settling = line.rule.pay.unit, self.runner.settling
        now = half_up(settling.entitled(line.rule, settle, env, line.month))
        before = half_up(settling.entitled(line.rule, settle, env, line.month - 1))
        share = settling.share(settle, replace(env, as_of=line.month, held=False))
        yield self.say(
            "released",
            share=show(share, RATIO),
            earned=show(now, money),
            before=show(before, money),
            amount=show(now - before, money),
        )

    def _pays(self, pay: Node, env: Env) -> str:
        value = exactly(self.runner.values.value(pay, env), pay.unit)
        return self.say("pays", formula=self.formula(pay, env), value=value)

    def exact(self, value: Value, unit: Unit) -> str:
        """A value with its unit."""
        return exactly(value, unit)

    def fact(self, name: str) -> str:
        """What a row of a fact is called."""
        plan = self.runner.program.plan
        # A reading may bear the name of a fact: its title is of the reading then.
        read = any(name in question.readings for question in plan.questions.values())
        said = Title() if read else plan.titles.get(name, Title())
        return said.either(self.lang) or LANGUAGES[self.lang].get(f"row.{name}", name)

    # -- formulas with their values -----------------------------------------------------------

    def title(self, name: str) -> str:
        """What a named step is called."""
        return self.runner.program.steps[name].title.text(self.lang, name)

    def formula(self, node: Node, env: Env, tight: bool = False) -> str:
        """A formula with each name's value beside it; `tight` brackets a sum."""
        env = self.runner.values.at_home(node, env)
        if isinstance(node, Arith):
            return self._arith(node, env, tight)
        if isinstance(node, Choose):
            chosen = node.yes if self.runner.values.value(node.condition, env) else node.no
            return self.formula(chosen, env, tight)
        if isinstance(node, Otherwise):
            there = self.runner.values.value(node.value, env) is not None
            return self.formula(node.value if there else node.fallback, env, tight)
        value = exactly(self.runner.values.value(node, env), node.unit)
        name = self._called(node, env)
        return f"{name} {value}" if name else value

    def _arith(self, node: Arith, env: Env, tight: bool) -> str:
        if is_quotient(node):
            return f"{LANGUAGES[self.lang]['discount']} {self._quotient(node, env)}"
        product = node.operator in "*/"
        left = self.formula(node.left, env, product)
        right = self.formula(node.right, env, product or node.operator == "-")
        text = f"{left}{_SIGNS[node.operator]}{right}"
        return f"({text})" if tight and not product else text

    def _quotient(self, node: Arith, env: Env) -> str:
        """left ÷ right and what it comes to, cut where it does not end."""
        values = self.runner.values
        left, right, value = (values.value(n, env) for n in (node.left, node.right, node))
        if not isinstance(value, int | Fraction):
            return show(value, node.unit)
        if ends(value * 100):
            return show(value, node.unit)
        sides = f"{exactly(left, node.left.unit)} ÷ {exactly(right, node.right.unit)}"
        return f"{sides} ≈ {show(value, node.unit)}"

    def _called(self, node: Node, env: Env) -> str:
        phrases = LANGUAGES[self.lang]
        if isinstance(node, Ref):
            return self.title(node.name)
        if isinstance(node, Column):
            said = self.runner.program.plan.titles.get(f"{node.fact}.{node.name}", Title())
            return said.either(self.lang) or phrases.get(f"{node.fact}.{node.name}", node.name)
        if isinstance(node, Target):
            return phrases["team.target" if node.team else "target"]
        if isinstance(node, Attribute):
            return phrases.get(f"payee.{node.name}") or SAID[self.lang][f"payee.{node.name}"]
        if isinstance(node, LineOf):
            return node.rule
        if isinstance(node, Aggregate):
            return phrases["count" if node.kind == "count" else "total"]
        if isinstance(node, This):
            return self._called(node.of, env)
        if isinstance(node, Bands | First):
            return self.title(node.name)
        if isinstance(node, Calendar):
            return phrases[f"{'month' if node.period == 'month' else 'period'}.{node.name}"]
        if isinstance(node, CarriedPart):
            return f"{self.title(node.name)}{phrases[f'carried.{node.part}']}"
        if isinstance(node, Earlier):
            return f"{self._called(node.of, env)}{self.say('earlier', months=node.months)}"
        if isinstance(node, Rank | Turn):
            return phrases["rank" if isinstance(node, Rank) else "turn"]
        if isinstance(node, Share):
            return phrases["share"]
        if isinstance(node, Fill):
            return ""
        return ""

    # -- names explained ------------------------------------------------------------------------

    def names(self, node: Node, env: Env, seen: set[str], rows: bool | None = None) -> list[str]:
        """Sentences for the names a formula rests on, each once, as far as they decided.

        rows: only values of the row (True) or only those of the month (False).
        """
        said: list[str] = []
        for inner, there in self._decisive(node, env):
            of_row = inner.frame.level is Level.ROW
            key = inner.name if isinstance(inner, Ref) else f"#{id(inner)}"
            whose = f"{key}@{there.team}" if inner.frame.level is Level.TEAM else key
            if isinstance(inner, Ref) and whose not in seen:
                seen |= {key, whose}
                step = self.runner.program.steps[inner.name]
                if rows is None or rows == of_row:
                    said += self._step(inner.name, step.node, step.cite, there)
                said += self.names(step.node, self._owner(inner, there), seen, rows)
            elif isinstance(inner, Fill) and inner is not node and rows is not False:
                seen.add(key)
                said.append(self._fill(inner, there, ()))
        return said

    def _of_team(self, node: Node, env: Env) -> str:
        """The team a value is of, in brackets, where it is not the one of the payee's month."""
        if node.frame.level is not Level.TEAM or env.row is None or env.team is None:
            return ""
        home = self.runner.values.shelf.team_of(env.payee, env.role, env.month)
        return f" ({env.team})" if env.team != home else ""

    def _owner(self, ref: Ref, env: Env) -> Env:
        """For whom a name's formula is worked out: a row's own values are its owner's."""
        if ref.frame.level is Level.ROW and env.row is not None:
            owner = self.runner.values.env_of(env.row.up_to(ref.frame.fact))
            return replace(owner, as_of=env.as_of, held=env.held)
        if ref.frame.level is Level.PAYEE and env.row is not None:
            return self.runner.values.env(env.payee, env.role, env.month)
        return env

    def _decisive(self, node: Node, env: Env) -> Iterator[tuple[Node, Env]]:
        """Names and fills in the parts of a formula that decided its value, each with for whom."""
        env = self.runner.values.at_home(node, env)
        if isinstance(node, Ref | Fill):
            yield node, env
            if isinstance(node, Fill):
                yield from self._decisive(node.quota, env)
            return
        if isinstance(node, Choose):
            yield from self._decisive(node.condition, env)
            taken = self.runner.values.value(node.condition, env)
            yield from self._decisive(node.yes if taken else node.no, env)
            return
        if isinstance(node, First):
            for row in node.rows:
                if row.condition is not None:
                    yield from self._decisive(row.condition, env)
                if row.condition is None or self.runner.values.value(row.condition, env):
                    yield from self._decisive(row.value, env)
                    return
            return
        if isinstance(node, Bands):
            yield from self._decisive(node.of, env)
            return
        if isinstance(node, Aggregate | Earlier | CarriedPart):
            return
        for child in node.children():
            yield from self._decisive(child, env)

    def _clause(self, cite: tuple[str, ...]) -> str:
        return self.say("clause", clauses=", ".join(cite)) if cite else ""

    def _step(self, name: str, node: Node, cite: tuple[str, ...], env: Env) -> list[str]:
        title, clause = self.title(name) + self._of_team(node, env), self._clause(cite)
        # A word that says nothing is a prize that is not given.
        value = exactly(self.runner.values.named(name, env), node.unit) or self.say("no_award")
        owner = self._owner(Ref(unit=node.unit, frame=node.frame, name=name), env)
        if isinstance(node, Bands):
            row = self.runner.values.band(node, owner)
            key = "band_none" if row is None or row.none else "band"
            of = self.formula(node.of, owner)
            label = row.label if row else ""
            return [self.say(key, title=title, of=of, label=label, value=value, clause=clause)]
        if isinstance(node, First):
            why = self._why(node, owner)
            return [self.say("first", title=title, value=value, why=why, clause=clause)]
        if isinstance(node, Fill):
            return [self._fill(node, owner, cite)]
        if node.unit.kind == "bool":
            why = self.condition(node, owner)
            key = "holds" if self.runner.values.named(name, env) else "fails"
            return [self.say(f"step_{key}", title=title, why=why, clause=clause)]
        if isinstance(node, Const | Dated | Column | Aggregate | Target | Rank | Turn):
            return [self.say("is", title=title, value=value, clause=clause)]
        text = self.formula(node, owner)
        if isinstance(node, Choose | Ref | Otherwise) and text.endswith(f" {value}"):
            return [self.say("takes", title=title, value=text, clause=clause)]
        rounded = show(self.runner.values.named(name, env), node.unit)
        came = f"≈ {rounded}" if "/" in value else f"= {value}"
        shown = value if text in (value, "") else f"{text} {came}"
        return [self.say("is", title=title, value=shown, clause=clause)]

    def _why(self, node: First, env: Env) -> str:
        parts: list[str] = []
        for row in node.rows:
            if row.condition is None:
                parts.append(self.say("otherwise"))
                break
            parts.append(self.condition(row.condition, env))
            if self.runner.values.value(row.condition, env):
                parts += self.chosen(row.value, env)
                break
        return ";".join(parts) if self.lang == "zh" else "; ".join(parts)

    def chosen(self, node: Node, env: Env) -> Iterator[str]:
        """The conditions that chose between values, each with whether it holds."""
        while isinstance(node, Choose):
            yield self.condition(node.condition, env)
            node = node.yes if self.runner.values.value(node.condition, env) else node.no

    def condition(self, node: Node, env: Env) -> str:
        """A condition with the values compared, and whether it holds."""
        env = self.runner.values.at_home(node, env)
        if isinstance(node, Logic):
            word = LANGUAGES[self.lang][node.operator]
            return f"{self.condition(node.left, env)} {word} {self.condition(node.right, env)}"
        if isinstance(node, Not):
            return f"{LANGUAGES[self.lang]['not']} ({self.condition(node.operand, env)})"
        if isinstance(node, Ref) and node.unit.kind == "bool":
            return self.condition(self.runner.program.steps[node.name].node, self._owner(node, env))
        holds = bool(self.runner.values.value(node, env))
        if isinstance(node, Compare):
            return self._compared(node, env, holds)
        text = self._plain_condition(node, env)
        return self.say("holds" if holds else "fails", condition=text)

    def _plain_condition(self, node: Node, env: Env) -> str:
        if isinstance(node, IsNone):
            return f"{self.formula(node.operand, env)} = {LANGUAGES[self.lang]['none']}"
        if isinstance(node, Holds):
            return f"{LANGUAGES[self.lang]['payee.role']} {self._word(node.role)}"
        return self._called(node, env) or type(node).__name__

    def _compared(self, node: Compare, env: Env, holds: bool) -> str:
        values = self.runner.values
        left, right = values.value(node.left, env), values.value(node.right, env)
        relation = _RELATIONS.get(node.operator, node.operator)
        sides = [self._side(side, env) for side in (node.left, node.right)]
        text = f"{sides[0]} {relation} {sides[1]}"
        if left is None or right is None:
            return self.say("absent", condition=text)
        said = self.say("holds" if holds else "fails", condition=text)
        missing = shortfall(node, left, right)
        if not holds and missing:
            said += self.say("gap", gap=exactly(missing, node.left.unit))
        return said

    def _side(self, node: Node, env: Env) -> str:
        text = self.formula(node, env)
        value = self.runner.values.value(node, env)
        if isinstance(value, str):
            return text.replace(value, self._word(value))
        if isinstance(value, Fraction) and node.unit.kind == "ratio" and not ends(value * 100):
            return text.replace(exactly(value, node.unit), f"≈ {show(value, node.unit)}")
        if isinstance(node, Arith) and node.operator == "/":
            return text
        if isinstance(node, Arith | Extreme | Sliced):
            return f"{text} = {exactly(self.runner.values.value(node, env), node.unit)}"
        return text

    def _word(self, value: str) -> str:
        """A word of facts as people call it: the roles and channels the house knows, others as written."""
        return SAID[self.lang].get(f"word.{value}", value)

    def _before(self, node: Fill, owner: Env) -> Fraction | int:
        """What the rows before one had taken; a month is added up once."""
        key = (node, owner.payee, owner.role, owner.month)
        found = self._taken.get(key)
        if found is None:
            values, found = self.runner.values, {}
            total: Fraction | int = 0
            fact = owner.row.fact if owner.row else ""
            rows = values.shelf.by_payee[(owner.payee, owner.role, owner.month)]
            for row in values.in_turn(node, [r for r in rows if r.fact == fact]):
                found[id(row)] = total
                part = exact(values.filled(node, values.env_of(row)) or 0)
                whole = exact(values.value(node.amount, values.env_of(row)))
                total += whole - part if node.above else part
            self._taken[key] = found
        return found[id(owner.row)]

    def _fill(self, node: Fill, env: Env, cite: tuple[str, ...]) -> str:
        values = self.runner.values
        owner = values.env_of(env.row.up_to(node.frame.fact)) if env.row else env
        assert owner.row is not None
        amount = exact(values.value(node.amount, owner))
        left = values.filled(node, owner)
        remains = exact(left or 0) if node.above else amount - exact(left or 0)
        return self.say(
            "fill",
            quota=self.formula(node.quota, owner),
            order=LANGUAGES[self.lang][node.by],
            before=exactly(self._before(node, owner), node.unit),
            taken=exactly(amount - remains, node.unit),
            left=exactly(remains, node.unit),
            clause=self._clause(cite),
        )


def shortfall(node: Compare, left: Value, right: Value) -> Fraction | int | None:
    """How much more the left side needs for the comparison to hold; None when more would not help."""
    if node.operator not in (">", ">=") or not node.left.unit.numeric:
        return None
    gap = exact(right) - exact(left)
    if gap < 0 or (gap == 0 and node.operator == ">="):
        return None
    if node.operator == ">" and node.left.unit.kind == "money":
        # Strictly over: the next whole 分 above the threshold.
        return Fraction(exact(right)).__floor__() + 1 - exact(left)
    return gap if node.operator == ">=" or gap else None
