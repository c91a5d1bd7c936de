"""A formula in words: what a plan's signers read beside the clause, without any figures of a case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import singledispatchmethod

from assay.plan.program import Program
from assay.plan.said import SAID
from assay.plan.tree import (
    Aggregate,
    Arith,
    Attribute,
    Bands,
    Between,
    Calendar,
    Carried,
    CarriedPart,
    Choose,
    Column,
    Compare,
    Const,
    Dated,
    DayPart,
    Earlier,
    Extreme,
    Fill,
    First,
    Holds,
    IsNone,
    Ladder,
    Level,
    LineOf,
    Logic,
    Node,
    Not,
    Otherwise,
    Rank,
    Ref,
    Rounded,
    Share,
    Shift,
    Sliced,
    Span,
    Target,
    This,
    Turn,
    Value,
)
from assay.plan.units import DATE, SIGNS, Unit, show
from assay.plan.vocabulary import LAST_MONTHS, QUOTIENTS

# How tightly a phrase holds together: a choice, a condition, a sum, a product, a single name.
_CHOICE, _CONDITION, _SUM, _PRODUCT, _NAME = range(5)
_CURRENCY = re.compile(r"(?<=\d)(?=[A-Za-z]{3,}\b)")
_ENGLISH = re.compile(r"\d ?[a-z]{3,}")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{4,}(?![\d,])")
# A quantity as the plan writes it, with a Chinese sign of time or of things counted.
_COUNTED = "|".join(
    sorted(
        (s for s, (kind, _) in SIGNS.items() if kind == "count" and not s.isascii()), reverse=True
    )
)
_TIMES = {"天": "day", "日": "day", "周": "week", "个月": "month", "年": "year", "小时": "hour"}
_CHINESE = re.compile(rf"(?<![\d.])(\d+(?:\.\d+)?) ?({'|'.join(_TIMES)}|{_COUNTED})")
_SIGNS = {"*": " × ", "/": " ÷ ", "+": " + ", "-": " − "}
_COMPARED = {"=": "equals", "!=": "differs", "<": "under", "<=": "at_most", ">": "over"}


def is_quotient(node: Node) -> str:
    """The name under which the language knows a quotient of two columns, or an empty text."""
    if not isinstance(node, Arith) or node.operator != "/":
        return ""
    left, right = node.left, node.right
    if not isinstance(left, Column) or not isinstance(right, Column) or left.fact != right.fact:
        return ""
    known = QUOTIENTS.get(left.fact, {})
    return next((name for name, pair in known.items() if pair == (left.name, right.name)), "")


def spaced(text: str, lang: str = "zh") -> str:
    """A written quantity or band as it is printed: a blank before a currency, ≤ and ≥; 60天 as 60 days."""
    said = _CURRENCY.sub(" ", text).replace("<=", "≤").replace(">=", "≥")
    return _CHINESE.sub(_in_english, said) if lang == "en" else said


def _in_english(written: re.Match[str]) -> str:
    """60 days, 1 day; of things counted the number alone."""
    number, sign = written[1], written[2]
    if sign not in _TIMES:
        return number
    return f"{number} {_TIMES[sign]}{'' if number == '1' else 's'}"


@dataclass(frozen=True)
class Saying:
    """Says the formulas of one program in one language."""

    program: Program
    lang: str = "zh"

    def phrase(self, key: str, /, **parts: object) -> str:
        """A fixed phrase filled in."""
        return SAID[self.lang][key].format(**parts)

    def written(self, text: str) -> str:
        """A quantity or band as the plan writes it, in the language."""
        return spaced(text, self.lang)

    def shown(self, value: Value, unit: Unit) -> str:
        """A value with its unit, in the language."""
        return spaced(show(value, unit), self.lang)

    def known(self, key: str, otherwise: str) -> str:
        """What a word is called in the plan or the language, or the word itself."""
        plan = self.program.plan
        kind, _, bare = key.partition(".")
        read = {reading for question in plan.questions.values() for reading in question.readings}
        titles = plan.titles
        # A reading may bear the name of a fact: its title is of the reading then.
        for name in (key, "" if kind == "fact" and bare in read else bare):
            if name in titles and titles[name].either(self.lang):
                return titles[name].text(self.lang, otherwise)
        return SAID[self.lang].get(key, otherwise)

    def formula(self, node: Node) -> str:
        """The formula as one phrase."""
        text = self._said(node)[0]
        return text if self.lang == "zh" else text.replace("元", " yuan")

    def value(self, node: Node) -> str:
        """What a row of a table gives: the fixed value if it is one, else the formula."""
        fixed = self.fixed(node)
        if fixed is None:
            return self.formula(node)
        return self._const(fixed)

    def fixed(self, node: Node) -> Const | None:
        """The constant a node is, looking through names."""
        while isinstance(node, Ref):
            node = self.program.steps[node.name].node
        return node if isinstance(node, Const) else None

    def role(self, name: str) -> str:
        """What a role is called."""
        return self.known(f"role.{name}", name.replace("_", " "))

    def title(self, name: str) -> str:
        """What a named step is called."""
        return self.program.steps[name].title.text(self.lang, name)

    def line(self, name: str) -> str:
        """What a line of the statement is called."""
        rules = [rule for rule in self.program.rules if rule.name == name]
        return rules[0].title.text(self.lang, name) if rules else name.replace("_", " ")

    # -- phrases with how tightly they hold ----------------------------------------------------

    @singledispatchmethod
    def _said(self, node: Node) -> tuple[str, int]:
        return type(node).__name__, _NAME

    def _at(self, node: Node, least: int) -> str:
        """A phrase, in brackets where it would fall apart."""
        text, tight = self._said(node)
        return text if tight >= least else self.phrase("bracket", what=text)

    def _const(self, node: Const) -> str:
        """A fixed value as the plan writes it, a blank before a currency, an amount's thousands parted."""
        if isinstance(node.value, bool):
            return self.phrase("always" if node.value else "never")
        if isinstance(node.value, int | Fraction):
            # A unit in English letters is said in Chinese where the rest is.
            own = self.lang != "zh" or not _ENGLISH.search(node.text)
            written = self.written(node.text)
            if node.unit.kind == "money":
                written = _THOUSANDS.sub(lambda found: f"{int(found[0]):,}", written)
            return (written if own else "") or self.shown(node.value, node.unit)
        return self.known(f"word.{node.value}", str(node.value))

    @_said.register
    def _fixed(self, node: Const) -> tuple[str, int]:
        return self._const(node), _NAME

    @_said.register
    def _dated(self, node: Dated) -> tuple[str, int]:
        return self.title(node.name), _NAME

    @_said.register
    def _column(self, node: Column) -> tuple[str, int]:
        return self.known(f"{node.fact}.{node.name}", f"{node.fact}.{node.name}"), _NAME

    @_said.register
    def _attribute(self, node: Attribute) -> tuple[str, int]:
        return self.known(f"payee.{node.name}", f"payee.{node.name}"), _NAME

    @_said.register
    def _calendar(self, node: Calendar) -> tuple[str, int]:
        if node.period == "month":
            return self.phrase(f"month.{node.name}"), _NAME
        part = self.phrase(f"period.{node.name}")
        return self.phrase("of", what=part, whole=self.phrase(f"per.{node.period}")), _NAME

    @_said.register
    def _day_part(self, node: DayPart) -> tuple[str, int]:
        part = self.phrase(f"day.{node.name}")
        return self.phrase("of", what=part, whole=self._at(node.of, _NAME)), _NAME

    @_said.register
    def _holds(self, node: Holds) -> tuple[str, int]:
        return self.phrase("holds_role", role=self.role(node.role)), _CONDITION

    @_said.register
    def _target(self, node: Target) -> tuple[str, int]:
        return self.phrase("team.target" if node.team else "target"), _NAME

    @_said.register
    def _ref(self, node: Ref) -> tuple[str, int]:
        step = self.program.steps[node.name]
        if step.kind == "question":
            return self._said(step.node)
        return self.title(node.name), _NAME

    @_said.register
    def _line_of(self, node: LineOf) -> tuple[str, int]:
        return self.phrase("line_of", line=self.line(node.rule)), _NAME

    @_said.register
    def _arith(self, node: Arith) -> tuple[str, int]:
        known = is_quotient(node)
        if known and isinstance(node.left, Column):
            return self.known(f"{node.left.fact}.{known}", known), _NAME
        if node.operator == "/" and isinstance(node.right, Const) and node.right.value == 1:
            return self._said(node.left)
        tight = _PRODUCT if node.operator in "*/" else _SUM
        left = self._at(node.left, tight)
        right = self._at(node.right, tight + (node.operator in "-/"))
        return f"{left}{_SIGNS[node.operator]}{right}", tight

    @_said.register
    def _compare(self, node: Compare) -> tuple[str, int]:
        key = _COMPARED.get(node.operator, "at_least")
        if node.left.unit == DATE and f"day.{key}" in SAID[self.lang]:
            key = f"day.{key}"
        left, right = self._at(node.left, _SUM), self._at(node.right, _SUM)
        return self.phrase(key, left=left, right=right), _CONDITION

    @_said.register
    def _logic(self, node: Logic) -> tuple[str, int]:
        sides = [
            self._at(side, _CONDITION)
            if not isinstance(side, Logic) or side.operator == node.operator
            else self._at(side, _NAME)
            for side in (node.left, node.right)
        ]
        return self.phrase(node.operator, left=sides[0], right=sides[1]), _CONDITION

    @_said.register
    def _not(self, node: Not) -> tuple[str, int]:
        if isinstance(node.operand, IsNone):
            there = self._at(node.operand.operand, _SUM)
            return self.phrase("is_there", what=there), _CONDITION
        return self.phrase("not", what=self._at(node.operand, _CONDITION)), _CONDITION

    @_said.register
    def _is_none(self, node: IsNone) -> tuple[str, int]:
        return self.phrase("is_none", what=self._at(node.operand, _SUM)), _CONDITION

    @_said.register
    def _extreme(self, node: Extreme) -> tuple[str, int]:
        noughts = [n for n in node.operands if isinstance(n, Const) and n.value == 0]
        others = [n for n in node.operands if n not in noughts]
        if node.greatest and len(noughts) == 1 and len(others) == 1:
            return self.phrase("not_below", what=self._at(others[0], _SUM)), _CHOICE
        joined = self.phrase("comma").join(self._at(n, _SUM) for n in node.operands)
        return self.phrase("greatest" if node.greatest else "least", what=joined), _NAME

    @_said.register
    def _choose(self, node: Choose) -> tuple[str, int]:
        return (
            self.phrase(
                "if",
                condition=self._at(node.condition, _CONDITION),
                yes=self._at(node.yes, _SUM),
                no=self._at(node.no, _CHOICE),
            ),
            _CHOICE,
        )

    @_said.register
    def _otherwise(self, node: Otherwise) -> tuple[str, int]:
        fallback = self._at(node.fallback, _SUM)
        return self.phrase("missing", what=self._at(node.value, _SUM), fallback=fallback), _CHOICE

    def window(self, name: str, since: Node | None = None) -> str:
        """What a window is called: the month, the year since a day, the last 6 months."""
        found = LAST_MONTHS.match(name)
        if found:
            return self.phrase("window.last", months=found[1])
        window = self.phrase(f"window.{name}")
        if since is None:
            return window
        return self.phrase("since", window=window, day=self._at(since, _SUM))

    @_said.register
    def _aggregate(self, node: Aggregate) -> tuple[str, int]:
        scope = f"scope.{node.scope}"
        scope += f".{node.whose}" if node.whose else ""
        everybody = isinstance(node.skip, Const) and bool(node.skip.value) and node.depth == 1
        if node.depth == 1 and f"{scope}.next" in SAID[self.lang]:
            scope += ".all" if everybody else ".next"
        whose = self.phrase(scope, depth=node.depth, fact=self._fact(node.fact))
        if node.skip is not None and not everybody:
            whose += self.phrase("skip", what=self._said(node.skip)[0])
        if node.scope not in ("children",):
            window = self.window(node.over, node.since)
            whose = self.phrase("whose", window=window, whose=whose)
        where = self.phrase("where", what=self._said(node.where)[0]) if node.where else ""
        if node.same is not None:
            where += self.phrase("alike", what=self._said(node.same)[0])
        what = self._fact(node.fact) if node.body is None else self._at(node.body, _NAME)
        if node.body is None and node.scope in ("members", "reports", "everyone"):
            what = self.phrase("people")
        if node.best:
            what = self.phrase("best", what=what, many=node.best)
        return self.phrase(f"kind.{node.kind}", whose=whose, what=what, where=where), _NAME

    def _fact(self, name: str) -> str:
        return self.known(f"fact.{name}", name)

    @_said.register
    def _this(self, node: This) -> tuple[str, int]:
        whose = "row" if node.of.frame.level is Level.ROW else "payee"
        return self.phrase(f"this.{whose}", what=self._at(node.of, _NAME)), _NAME

    @_said.register
    def _turn(self, node: Turn) -> tuple[str, int]:
        alike = self.phrase("alike", what=self._said(node.same)[0]) if node.same else ""
        window = self.window(node.over, node.since)
        if node.whose:
            window = self.phrase("whose", window=window, whose=self.phrase(f"scope.{node.whose}"))
        if node.where is not None:
            alike += self.phrase("where", what=self._said(node.where)[0])
        return self.phrase("turn", fact=self._fact(node.fact), window=window, alike=alike), _NAME

    @_said.register
    def _rounded(self, node: Rounded) -> tuple[str, int]:
        step = self.shown(node.step, node.unit)
        return self.phrase(f"rounded.{node.mode}", what=self._at(node.of, _NAME), step=step), _NAME

    @_said.register
    def _earlier(self, node: Earlier) -> tuple[str, int]:
        return self.phrase("earlier", what=self._at(node.of, _NAME), months=node.months), _NAME

    @_said.register
    def _span(self, node: Span) -> tuple[str, int]:
        start, end = self._at(node.start, _SUM), self._at(node.end, _SUM)
        key = f"span.{node.unit.kind}"
        key += f".{node.counts}" if node.counts != "completed" else ""
        return self.phrase(key, start=start, end=end), _NAME

    @_said.register
    def _shift(self, node: Shift) -> tuple[str, int]:
        key = "before" if node.back else "after"
        return self.phrase(key, day=self._at(node.day, _NAME), by=self._at(node.by, _NAME)), _SUM

    @_said.register
    def _carried(self, node: Carried) -> tuple[str, int]:
        parts = (self._at(part, _SUM) for part in (node.opens, node.adds, node.takes))
        opens, adds, takes = parts
        text = self.phrase(
            "carried",
            opens=opens,
            adds=adds,
            takes=takes,
            period=self.phrase(f"per.{node.every}"),
        )
        if node.same is not None:
            text = self.phrase("kept_each", same=self._at(node.same, _SUM), what=text)
        if node.whose:
            text = self.phrase("kept_for", whose=self.phrase(f"scope.{node.whose}"), what=text)
        if node.resets:
            text += self.phrase("resets", period=self.phrase(f"per.{node.resets}"))
        if node.since is not None:
            text += self.phrase("resets.since", day=self._at(node.since, _SUM))
        if node.lasts is not None:
            text += self.phrase("lasts", months=self._at(node.lasts, _SUM))
        return text, _CHOICE

    @_said.register
    def _carried_part(self, node: CarriedPart) -> tuple[str, int]:
        return self.phrase(f"carried.{node.part}", what=self.title(node.name)), _NAME

    @_said.register
    def _bands(self, node: Bands | First | Between) -> tuple[str, int]:
        title = self.title(node.name) if node.name in self.program.steps else node.name
        if isinstance(node, First):
            return title, _NAME
        return self.phrase("looked_up", table=title, of=self._said(node.of)[0]), _NAME

    @_said.register
    def _sliced(self, node: Sliced) -> tuple[str, int]:
        of = self._at(node.of, _NAME)
        return self.phrase("sliced", of=of, table=self.title(node.name)), _NAME

    @_said.register
    def _ladder(self, node: Ladder) -> tuple[str, int]:
        return (
            self.phrase(
                "ladder",
                first=self.shown(node.first, node.unit),
                start=self.shown(node.start, node.of.unit),
                every=self.shown(node.every, node.of.unit),
                add=self.shown(node.add, node.unit),
            ),
            _SUM,
        )

    @_said.register
    def _rank(self, node: Rank) -> tuple[str, int]:
        among = self.phrase(f"among.{node.among}")
        key = "rank.dense" if node.dense else "rank"
        of = self._at(node.of, _NAME)
        for by in node.then:
            of = self.phrase("rank.then", of=of, by=self._at(by, _NAME))
        return self.phrase(key, of=of, among=among), _NAME

    @_said.register
    def _share(self, node: Share) -> tuple[str, int]:
        among = self.phrase(f"among.{node.among}")
        pool, by = self._at(node.pool, _PRODUCT), self._at(node.by, _NAME)
        return self.phrase("share", pool=pool, by=by, among=among), _NAME

    @_said.register
    def _fill(self, node: Fill) -> tuple[str, int]:
        key = self._at(node.key, _NAME) if node.key is not None else ""
        by = self.phrase(f"by.{node.by}", key=key)
        amount, quota = self._at(node.amount, _NAME), self._at(node.quota, _PRODUCT)
        text = self.phrase("above" if node.above else "within", amount=amount, quota=quota, by=by)
        return text, _NAME
