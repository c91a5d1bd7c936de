"""A formula's text to a syntax tree with places: no names are resolved and nothing is computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from assay.plan.problems import Place, PlanError, fault
from assay.plan.sentences import say
from assay.plan.source import Text
from assay.plan.units import PLAIN, SIGNS_BY_LENGTH, Unit, unit_of_sign


@dataclass(frozen=True)
class Number:
    """A literal with its unit, in the unit it is held in (money: 分)."""

    value: Fraction
    unit: Unit
    text: str
    place: Place


@dataclass(frozen=True)
class Quoted:
    """A word in quotes."""

    value: str
    place: Place


@dataclass(frozen=True)
class Path:
    """A dotted name, each part with arguments or without: order.amount, team.sum(x, where: y)."""

    parts: tuple[Part, ...]
    place: Place

    @property
    def name(self) -> str:
        """The dotted text."""
        return ".".join(part.name for part in self.parts)


@dataclass(frozen=True)
class Part:
    """One part of a path; `arguments` is None when no bracket follows."""

    name: str
    arguments: tuple[Syntax, ...] | None
    named: tuple[tuple[str, Syntax], ...]
    place: Place


@dataclass(frozen=True)
class Binary:
    """left operator right; operators: + - * / = != < <= > >= and or otherwise."""

    operator: str
    left: Syntax
    right: Syntax
    place: Place


@dataclass(frozen=True)
class Unary:
    """operator operand; operators: - not."""

    operator: str
    operand: Syntax
    place: Place


@dataclass(frozen=True)
class Among:
    """value in [a, b, c]."""

    value: Syntax
    options: tuple[Syntax, ...]
    place: Place


@dataclass(frozen=True)
class Missing:
    """value is none / value is not none."""

    value: Syntax
    negated: bool
    place: Place


@dataclass(frozen=True)
class Nought:
    """No money, where a plan leaves a formula out."""

    place: Place


Syntax = Number | Quoted | Path | Binary | Unary | Among | Missing | Nought

_SIGN = "|".join(re.escape(sign) for sign in SIGNS_BY_LENGTH)
_TOKEN = re.compile(
    rf"(?P<number>\d[\d_]*(?:\.\d+)?)(?:\s?(?P<sign>{_SIGN}|[A-Z]{{3}})(?![A-Za-z0-9_]))?"
    r"|(?P<quoted>'[^']*'|\"[^\"]*\")"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<operator><=|>=|!=|[-+*/<>=(),.:\[\]≤≥≠×÷−])"
    r"|(?P<blank>\s+)"
)
_ALIASES = {"≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/", "−": "-"}
_COMPARE = ("=", "!=", "<", "<=", ">", ">=")
RESERVED = frozenset(
    {"and", "or", "not", "in", "is", "none", "otherwise", "where", "true", "false"}
)
MAX_LENGTH = 4000
MAX_NESTING = 60
MAX_DIGITS = 20


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    place: Place
    sign: str = ""


def parse(text: Text, clause: str = "") -> Syntax:
    """Parse one formula. Raises PlanError naming line and column of the sign that does not fit."""
    return _Parser(text, clause).whole()


def parse_number(text: Text, clause: str = "") -> Number:
    """A literal alone, with an optional minus before it."""
    syntax = parse(text, clause)
    number = literal(syntax)
    if number is None:
        raise fault(
            Place(text.place.line, text.place.column, clause),
            say("“{0}” is not a quantity", text.value),
            "a number with its unit: 2万元, 9折, 1.5%, 3单",
        )
    return number


def literal(syntax: Syntax) -> Number | None:
    """The number a syntax tree consists of, a leading minus included; None for anything else."""
    if isinstance(syntax, Number):
        return syntax
    if isinstance(syntax, Unary) and syntax.operator == "-" and isinstance(syntax.operand, Number):
        inner = syntax.operand
        return Number(-inner.value, inner.unit, "-" + inner.text, syntax.place)
    return None


class _Parser:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, text: Text, clause: str) -> None:
        self.text = text
        self.clause = clause
        self.position = 0
        self.depth = 0
        if len(text.value) > MAX_LENGTH:
            raise self.error(
                text.place, "the formula is too long", say("{0} signs at most", MAX_LENGTH)
            )
        self.tokens = self._tokens()

    def error(self, place: Place, message: str, expected: str = "", mend: str = "") -> PlanError:
        return fault(Place(place.line, place.column, self.clause), message, expected, mend)

    def _place(self, offset: int) -> Place:
        """A place inside the formula; in a quoted or block text only its line is certain."""
        start = self.text.place
        before = self.text.value[:offset]
        breaks = before.count("\n")
        quote = 0 if self.text.plain else 1
        if breaks:
            return Place(start.line + breaks, 1, self.clause)
        return Place(start.line, start.column + quote + offset, self.clause)

    def _tokens(self) -> list[_Token]:
        found: list[_Token] = []
        value, offset = self.text.value, 0
        while offset < len(value):
            match = _TOKEN.match(value, offset)
            place = self._place(offset)
            if match is None:
                raise self.error(
                    place,
                    say("“{0}” cannot stand in a formula", value[offset]),
                    "names, numbers with a unit, + - * / < <= = >= > and or not ( )",
                )
            kind = match.lastgroup or ""
            if match.group("number") is not None:
                number = match.group("number")
                if sum(char.isdigit() for char in number) > MAX_DIGITS:
                    raise self.error(
                        place, say("“{0}” has too many digits", number), f"≤ {MAX_DIGITS}"
                    )
                found.append(_Token("number", number, place, match.group("sign") or ""))
            elif kind != "blank":
                text = match.group()
                found.append(_Token(kind, _ALIASES.get(text, text), place))
            offset = match.end()
        end = self._place(len(value))
        found.append(_Token("end", "", end))
        return found

    # -- the grammar, loosest binding first -------------------------------------------------

    def whole(self) -> Syntax:
        if self.tokens[0].kind == "end":
            raise self.error(self.text.place, "an empty formula", "a formula")
        result = self.expression()
        token = self.tokens[self.position]
        if token.kind != "end":
            raise self.error(
                token.place,
                say("“{0}” does not fit here", token.text),
                "an operator, or the end of the formula",
                self._unit_meant(token)
                or "a bracket too many, a missing operator, or an unknown unit after a number?",
            )
        return result

    def _unit_meant(self, token: _Token) -> str:
        """5万 is short of 元: the quantity with the unit that begins so."""
        before = self.tokens[self.position - 1]
        if before.kind != "number" or before.sign or token.kind != "name":
            return ""
        meant = [sign for sign in SIGNS_BY_LENGTH if sign == f"{token.text}元"]
        return say("write the unit whole: {0}{1}", before.text, meant[0]) if meant else ""

    def expression(self) -> Syntax:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.error(self.tokens[self.position].place, "nested too deeply")
        left = self._left(self._disjunction, ("otherwise",))
        self.depth -= 1
        return left

    def _disjunction(self) -> Syntax:
        return self._left(self._conjunction, ("or",))

    def _conjunction(self) -> Syntax:
        return self._left(self._negation, ("and",))

    def _left(self, operand: Callable[[], Syntax], operators: tuple[str, ...]) -> Syntax:
        left = operand()
        while self.tokens[self.position].text in operators and self._is_operator():
            token = self._take()
            left = Binary(token.text, left, operand(), token.place)
        return left

    def _is_operator(self) -> bool:
        return self.tokens[self.position].kind in ("operator", "name")

    def _negation(self) -> Syntax:
        token = self.tokens[self.position]
        if token.kind == "name" and token.text == "not":
            self._take()
            self.depth += 1
            if self.depth > MAX_NESTING:
                raise self.error(token.place, "nested too deeply")
            inner = self._negation()
            self.depth -= 1
            return Unary("not", inner, token.place)
        return self._comparison()

    def _comparison(self) -> Syntax:
        left = self._sum()
        token = self.tokens[self.position]
        if token.kind == "operator" and token.text in _COMPARE:
            self._take()
            result: Syntax = Binary(token.text, left, self._sum(), token.place)
            after = self.tokens[self.position]
            if after.kind == "operator" and after.text in _COMPARE:
                raise self.error(
                    after.place, "two comparisons in a row", "a < b and b < c", "write “and”"
                )
            return result
        if token.kind == "name" and token.text == "in":
            self._take()
            return Among(left, self._options(), token.place)
        if token.kind == "name" and token.text == "is":
            self._take()
            negated = self._accept("not")
            self._expect("none", "none")
            return Missing(left, negated, token.place)
        return left

    def _options(self) -> tuple[Syntax, ...]:
        self._expect("[", "[ and a list of words")
        options = [self._sum()]
        while self._accept(","):
            options.append(self._sum())
        self._expect("]", "]")
        return tuple(options)

    def _sum(self) -> Syntax:
        return self._left(self._product, ("+", "-"))

    def _product(self) -> Syntax:
        return self._left(self._factor, ("*", "/"))

    def _factor(self) -> Syntax:
        token = self.tokens[self.position]
        if token.kind == "operator" and token.text == "-":
            self._take()
            self.depth += 1
            if self.depth > MAX_NESTING:
                raise self.error(token.place, "nested too deeply")
            inner = self._factor()
            self.depth -= 1
            return Unary("-", inner, token.place)
        return self._primary()

    def _primary(self) -> Syntax:
        token = self._take()
        if token.kind == "number":
            return self._number(token)
        if token.kind == "quoted":
            return Quoted(token.text[1:-1], token.place)
        if token.kind == "operator" and token.text == "(":
            inner = self.expression()
            self._expect(")", "a closing bracket )")
            return inner
        if token.kind == "name" and (token.text not in RESERVED or token.text in ("true", "false")):
            return self._path(token)
        if token.kind == "end":
            raise self.error(
                token.place,
                "the formula ends early",
                "a name, a number or a bracket",
                "put quotes around the formula: without them a comma or # ends it",
            )
        raise self.error(
            token.place, say("“{0}” does not fit here", token.text), "a name or a number"
        )

    def _number(self, token: _Token) -> Number:
        value = Fraction(token.text.replace("_", ""))
        if not token.sign:
            return Number(value, PLAIN, token.text, token.place)
        known = unit_of_sign(token.sign)
        if known is None:
            raise self.error(token.place, say("“{0}” is not a unit", token.sign))
        unit, factor = known
        return Number(value * factor, unit, token.text + token.sign, token.place)

    def _path(self, first: _Token) -> Path:
        parts = [self._part(first)]
        while self._accept("."):
            token = self._take()
            if token.kind != "name":
                raise self.error(token.place, "a name must follow the dot", "order.amount")
            parts.append(self._part(token))
        return Path(tuple(parts), first.place)

    def _part(self, token: _Token) -> Part:
        if not self._accept("("):
            return Part(token.text, None, (), token.place)
        arguments: list[Syntax] = []
        named: list[tuple[str, Syntax]] = []
        while not self._accept(")"):
            if arguments or named:
                self._expect(",", "a comma, or a closing bracket )")
            name, after = self.tokens[self.position], self.tokens[self.position + 1 :][:1]
            if name.kind == "name" and after and after[0].text == ":":
                self._take()
                self._take()
                named.append((name.text, self.expression()))
            elif named:
                raise self.error(name.place, "an unnamed value after a named one", "name: value")
            else:
                arguments.append(self.expression())
        return Part(token.text, tuple(arguments), tuple(named), token.place)

    # -- tokens ----------------------------------------------------------------------------

    def _take(self) -> _Token:
        token = self.tokens[self.position]
        if token.kind != "end":
            self.position += 1
        return token

    def _accept(self, text: str) -> bool:
        token = self.tokens[self.position]
        if token.text == text and token.kind in ("operator", "name"):
            self.position += 1
            return True
        return False

    def _expect(self, text: str, expected: str) -> None:
        if not self._accept(text):
            token = self.tokens[self.position]
            found = say("“{0}” stands here", token.text) if token.text else "the formula ends early"
            raise self.error(
                token.place, found, expected, "close the bracket, or put quotes around the formula"
            )
