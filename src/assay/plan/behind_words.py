"""What stands behind the sums of a line, told in sentences and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from assay.money import rate, yuan
from assay.period import Month
from assay.plan.behind import Behind, Made, Part, Sum
from assay.plan.program import key_of
from assay.plan.run import Line
from assay.plan.saying import Saying
from assay.plan.tree import Aggregate, LineOf, Value
from assay.plan.units import Unit
from assay.plan.values import exact, slim
from assay.plan.words import Words

MOST_PARTS = 20  # parts of a sum that a sentence lists, unless all are asked for
MOST_SUMS = 40  # sums of a line that are told then
Told = tuple[int, Sum, Made]  # how deep a sum lies, the sum, what it was made of


@dataclass(frozen=True)
class BehindWords:
    """Tells the sums behind a line for its payee's eyes, in the language of `words`."""

    words: Words
    behind: Behind

    # -- words for a sum and its parts ----------------------------------------------------------

    @cached_property
    def _saying(self) -> Saying:
        return Saying(self.words.runner.program, self.words.lang)

    def title(self, whole: Sum, line: Line) -> str:
        """What a sum is called; whose, or of which team, and of which month where not the line's own."""
        node = whole.node
        if whole.name:
            said = self.words.title(whole.name)
        elif isinstance(node, LineOf):
            said = self._saying.line(node.rule)
        else:
            said = self._saying.formula(node)
        about = []
        if whole.team:
            if whole.team != self._team(line):
                about.append(whole.team)
        elif whole.env.payee not in ("", line.payee):
            about.append(self.name(whole.env.payee))
        if whole.env.month != line.month:
            about.append(str(Month(whole.env.month)))
        return f"{said} ({', '.join(about)})" if about else said

    def _team(self, line: Line) -> str | None:
        """The team of a line's month: the last its payee stood in."""
        return self.words.runner.values.shelf.team_of(line.payee, line.role, line.month)

    def name(self, payee: str) -> str:
        """What a payee is called."""
        held = self.words.runner.values.shelf.holdings.get(payee, ())
        return held[-1].name if held else payee

    def unit(self, whole: Sum) -> Unit:
        """The unit of a sum's parts."""
        node = whole.node
        if isinstance(node, Aggregate) and node.body is not None:
            return node.body.unit
        return node.unit

    def figure(self, whole: Sum) -> str:
        """What a sum comes to."""
        said = self.words.exact(whole.figure, whole.node.unit)
        return said or self.words.say("no_award")

    def worth(self, whole: Sum, part: Part) -> str:
        """What a part contributes; empty where it only counts as one."""
        return "" if part.value is None else self.words.exact(part.value, self.unit(whole))

    def part(self, part: Part) -> str:
        """A part as it is called: the row with its day, the month, the person."""
        env = part.env
        if part.opens:
            return self.words.say("opened_with")
        if env.row is None:
            return str(Month(env.month))
        number, day = number_of(part), day_of(part)
        when = f" ({day.isoformat()})" if day is not None else ""
        return f"{self.words.fact(env.row.fact)} {number}".rstrip() + when

    def _said(self, whole: Sum, part: Part, line: Line) -> str:
        told = self.name(part.env.payee) if whole.of == "people" else self.part(part)
        worth = self.worth(whole, part)
        whose = "" if whole.of == "people" or part.env.payee in ("", line.payee) else part.env.payee
        aside = f" {self.name(whose)}" if whose else ""
        if whole.of == "people" and part.env.month != whole.env.month:
            aside = f" {Month(part.env.month)}"
        return f"{told}{aside}" + (f" {worth}" if worth else "")

    # -- sentences ------------------------------------------------------------------------------

    def sentences(self, line: Line, told: Iterable[Told], every: bool = False) -> list[str]:
        """Each sum of a line with its parts, then the sums of its months and people.

        every: all parts, however many; else the first, and what the others come to together.
        """
        said: list[str] = []
        for depth, whole, made in told:
            if not every and len(said) == MOST_SUMS:
                said.append(self.words.say("more_sums"))
                break
            said.append("  " * depth + self._sentence(whole, made, line, every))
        return self.words.spoken(said)

    def told(self, line: Line) -> Iterator[Told]:
        """Every sum once, with how deep it lies: what a month rests on follows its month's sum."""
        seen: set[tuple[object, ...]] = set()
        stack = [(0, whole) for whole in reversed(self.behind.of_line(line))]
        while stack:
            depth, whole = stack.pop()
            if whole.key in seen:
                continue
            seen.add(whole.key)
            made = self.behind.opened(whole)
            yield depth, whole, made
            below = [one for part in made.parts for one in self.behind.below(whole, part)]
            stack += [(depth + 1, one) for one in reversed(below)]

    def _sentence(self, whole: Sum, made: Made, line: Line, every: bool) -> str:
        say = self.words.say
        shown = made.parts if every else made.parts[:MOST_PARTS]
        told = [self._said(whole, part, line) for part in shown]
        if left := made.parts[len(shown) :]:
            told.append(
                say("and_more", n=len(left), together=self._together(self.amount(whole, left)))
            )
        if made.others:
            told.append(
                say(
                    f"others.{whole.of}",
                    n=made.others,
                    together=self._together(self.theirs(whole, made)),
                )
            )
        head = say("counted", title=self.title(whole, line), figure=self.figure(whole),
                   n=say(f"n.{whole.of}", n=len(made.parts) + made.others))  # fmt: skip
        rows = say("colon") + say("comma").join(told) if told else ""
        tail = say(f"left_out.{whole.of}", n=made.left_out) if made.left_out else ""
        return head + rows + tail + say("stop")

    def amount(self, whole: Sum, parts: Sequence[Part]) -> str:
        """What some of its parts come to; empty where they do not add up."""
        if not parts or whole.kind not in ("sum", "mean", "carried"):
            return ""
        total = slim(sum((Fraction(exact(part.value)) for part in parts), Fraction(0)))
        return self.words.exact(total, self.unit(whole))

    def theirs(self, whole: Sum, made: Made) -> str:
        """What other people's parts come to; empty where they do not add up."""
        there = made.theirs is not None and made.others
        return self.words.exact(made.theirs, self.unit(whole)) if there else ""

    def _together(self, amount: str) -> str:
        return self.words.say("together", value=amount) if amount else ""

    # -- data -----------------------------------------------------------------------------------

    def data(self, line: Line, told: Iterable[Told]) -> list[dict[str, object]]:
        """Every sum of a line with all its parts; `depth`: 0 those the line rests on itself."""
        return [
            {
                "title": self.title(whole, line), "name": whole.name, "kind": whole.kind,
                "of": whole.of, "depth": depth, "payee_id": whole.env.payee,
                "month": str(Month(whole.env.month)),
                "figure": _bare(whole.figure, whole.node.unit),
                "parts": [self._data(whole, part) for part in made.parts],
                "others": made.others, "left_out": made.left_out,
                "others_value": "" if made.theirs is None else _bare(made.theirs, self.unit(whole)),
            }
            for depth, whole, made in told
        ]  # fmt: skip

    def _data(self, whole: Sum, part: Part) -> dict[str, object]:
        row, day = part.env.row, day_of(part)
        return {
            "fact": row.fact if row is not None else "", "id": number_of(part),
            "date": day.isoformat() if day is not None else "", "payee_id": part.env.payee,
            "month": str(Month(part.env.month)), "opens": part.opens,
            "value": "" if part.value is None else _bare(part.value, self.unit(whole)),
        }  # fmt: skip


def number_of(part: Part) -> str:
    """The number by which a row is known: its own, or that of its order; empty without one."""
    row = part.env.row
    if row is None:
        return ""
    return str(row.values.get(key_of(row.fact)) or row.root.values.get("order_id") or "")


def day_of(part: Part) -> date | None:
    """The day of a row; None of a month or a person."""
    row = part.env.row
    if row is None:
        return None
    day = row.values.get("on") or row.root.values.get("order_date")
    return day if isinstance(day, date) else None


def _bare(value: Value, unit: Unit) -> str:
    """A value without its unit: money in yuan, a ratio as it is; ten digits at most."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return "" if value is None else str(value)
    if unit.kind == "money":
        return yuan(value) if isinstance(value, int) else rate(Fraction(value) / 100)
    return rate(Fraction(value))
