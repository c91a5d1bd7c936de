"""Rules bound: what each pays per, that the pay is money that is always there, and how it settles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from assay.plan import meeting
from assay.plan.binder import Binder
from assay.plan.document import Rule, SettleSpec
from assay.plan.nones import lack
from assay.plan.problems import Place, Problem, fault, nearest
from assay.plan.program import PayRule, Settle, Stream
from assay.plan.sentences import say
from assay.plan.tree import Aggregate, Earlier, Level, Node, Ref, Target, Turn
from assay.plan.units import DATE, MONTHS
from assay.plan.vocabulary import EARLIER, PERIODS

LASTING = ("year_to_date", "life")


@dataclass(frozen=True)
class Paying:
    """Binds the rules of a plan; `streams` say who is credited with which rows."""

    binder: Binder
    chosen: Mapping[str, str]
    streams: tuple[Stream, ...]

    def rule(self, rule: Rule) -> PayRule | None:
        """The rule bound; None where a question leaves it out. Raises PlanError."""
        binder = self.binder
        period, fact, of_team = self._per(rule)
        pay = binder.bind(rule.pay)
        if pay.unit != binder.money:
            raise fault(
                pay.place,
                say("the rule “{0}” pays {1}", rule.name, pay.unit),
                str(binder.money),
                "multiply a rate by an amount, or write the unit: 100元",
            )
        if pay.nonable:
            raise fault(
                pay.place,
                say("the pay of “{0}” can be none: {1}", rule.name, lack(pay).what),
                "pay that is always there",
                say("say what is paid then: “{0}”", lack(pay).mend),
            )
        shows = {column: binder.bind(said) for column, said in rule.shows.items()}
        gives = binder.bind(rule.gives) if rule.gives is not None else None
        if gives is not None:
            self._given(rule, gives, fact)
        self._fits(rule, fact, of_team, (pay, *shows.values(), *([gives] if gives else [])))
        if period != "month":
            self._whole(rule, period, pay)
            if gives is not None:
                self._whole(rule, period, gives)
        settle = self._settle(rule.settle, fact, pay) if rule.settle is not None else None
        if not self._in_force(rule):
            return None
        return PayRule(
            rule.name,
            rule.roles,
            fact,
            of_team,
            pay,
            shows,
            rule.title,
            rule.cite,
            rule.place,
            period,
            settle,
            gives,
        )

    def _given(self, rule: Rule, gives: Node, fact: str) -> None:
        """An award is a word, or a quantity in kind; of rows only what can be summed."""
        if gives.unit.kind != "word" and not gives.unit.numeric:
            raise fault(
                gives.place,
                say("an award is a word or a quantity, not {0}", gives.unit),
                "'手机', 5件, 200元",
            )
        if fact and (rule.settle is not None or not gives.unit.numeric):
            raise fault(
                gives.place,
                say("“{0}” gives a word for rows, or for rows settled over months", rule.name),
                "an award of the month, or a quantity per row",
                "per: month",
            )

    def _in_force(self, rule: Rule) -> bool:
        for name, (reading, place) in rule.only.items():
            question = self.binder.plan.questions.get(name)
            if question is None or reading not in question.readings:
                raise fault(
                    place,
                    say("no reading “{0}” of a question “{1}”", reading, name),
                    "only: {question: reading}",
                )
            if self.chosen[name] != reading:
                return False
        return True

    def _per(self, rule: Rule) -> tuple[str, str, bool]:
        """The period a rule pays for, the fact it pays per row of, and whether of the team."""
        said = rule.per.value
        if said in PERIODS:
            return said, "", False
        scope, _, fact = said.rpartition(".")
        if scope not in ("", "team") or not self.binder.is_fact(fact):
            words = (*PERIODS, "order", "team.order", *self.binder.plan.facts)
            raise fault(
                rule.per.place,
                say("“{0}” is nothing to pay per", said),
                say("{0}, order, team.order, or another fact", ", ".join(PERIODS)),
                nearest(said, words),
            )
        return "month", fact, scope == "team"

    def _fits(self, rule: Rule, fact: str, of_team: bool, nodes: Iterable[Node]) -> None:
        """The pay stands on what the rule pays per, and somebody is credited with it."""
        for node in nodes:
            if node.frame.level is Level.ROW and not fact:
                raise fault(
                    node.place,
                    say(
                        "“{0}” pays per {1} but its formula stands on rows of {2}",
                        rule.name,
                        rule.per.value,
                        node.frame.fact,
                    ),
                    "a value of the month",
                    say("sum the rows: sum(…), or write “per: {0}”", node.frame.fact),
                )
            inner = node.frame.fact
            fits = inner == fact or meeting.is_below(fact, inner, self.binder.parents)
            if node.frame.level is Level.ROW and not fits:
                raise fault(
                    node.place,
                    say("“{0}” pays per {1}", rule.name, fact),
                    say("columns of {0} or above it", fact),
                )
        if not fact:
            return
        credited = [s for s in self.streams if s.fact == fact]
        roles = {role for s in credited for role in s.roles}
        if of_team:
            if not any(s.team for s in credited):
                raise fault(
                    rule.per.place,
                    say("no {0} counts for a team", fact),
                    say("facts: {0}: to: [{…, counts_for: team}]", fact),
                )
        elif missing := [role for role in rule.roles if role not in roles]:
            raise fault(
                rule.place,
                say("no {0} is ever credited to the role “{1}”", fact, missing[0]),
                ", ".join(sorted(roles)),
                nearest(missing[0], roles) or say("add it under facts: {0}: to:", fact),
            )

    def _whole(self, rule: Rule, period: str, pay: Node) -> None:
        """A rule of a quarter or year must not rest on one month's rows or target unawares."""
        for node in self._open(pay):
            single = isinstance(node, Target) or (
                isinstance(node, Aggregate)
                and node.scope != "children"
                and node.over == "month"
                and not node.said
                and node.fact
                and (node.body is None or node.body.frame.level is Level.ROW)
            )
            if single:
                what = "the target" if isinstance(node, Target) else "a sum"
                mend = (
                    "sum(target otherwise 0元) in a measure with over: "
                    if isinstance(node, Target)
                    else "write over: "
                )
                raise fault(
                    node.place,
                    say(
                        "“{0}” pays per {1} but rests on {2} of its last month only",
                        rule.name,
                        period,
                        what,
                    ),
                    "a value of the whole period",
                    say("{0}{1}, or over: month if that month alone is meant", mend, period),
                )

    def _open(self, node: Node) -> Iterator[Node]:
        """What a value rests on in the month itself: sums over months and earlier months aside."""
        seen: set[str] = set()
        stack = [node]
        while stack:
            found = stack.pop()
            yield found
            if isinstance(found, Earlier) or (
                isinstance(found, Aggregate) and found.over != "month"
            ):
                continue
            if isinstance(found, Ref) and found.name not in seen:
                seen.add(found.name)
                stack.append(self.binder.steps[found.name].node)
            stack.extend(found.children())

    # -- settlement ---------------------------------------------------------------------------

    def _settle(self, said: SettleSpec, fact: str, pay: Node) -> Settle:
        if not fact and (said.release or said.undo):
            raise fault(
                said.place,
                "release and undo are of rows",
                "per: order",
                "or settle the month: settle: cumulative alone",
            )
        if fact and said.negative:
            raise fault(
                said.place,
                "“negative” is of months: the rows of this rule may be deducted each for itself",
                "per: month, with sum(…) of what is earned to date",
            )
        within = said.within or ("" if fact else self._within(said.place, pay))
        release = tuple(self._released(pair) for pair in said.release)
        parts = [self.binder.fixed(part) for part, _ in release]
        if len(release) > 1 and all(part is not None for part in parts):
            total = sum(
                Fraction(p.value) for p in parts if p and isinstance(p.value, int | Fraction)
            )
            if total > 1:
                raise fault(
                    said.place, say("the parts released come to {0}%", total * 100), "100% at most"
                )
        undo = tuple(self._undone(pair) for pair in said.undo)
        made = Settle(said.negative, within, release, undo)
        for node in made.nodes():
            inner = node.frame.fact
            if node.frame.level is Level.ROW and not (
                inner == fact or meeting.is_below(fact, inner, self.binder.parents)
            ):
                raise fault(
                    node.place, say("a row of {0} is settled by columns of {1}", fact, inner)
                )
        return made

    def _within(self, place: Place, pay: Node) -> str:
        """The period of the windows a cumulative pay rests on."""
        found: set[str] = set()
        for node in self.binder.deep(pay):
            if isinstance(node, Aggregate | Turn) and node.since is not None:
                raise fault(
                    place,
                    "settled to date over periods counted since a day: when does it begin anew?",
                    "within: year (of the calendar); or per row: running(x), less what stood before",
                    "pay: min(cap, so_far) - min(cap, so_far - order.amount), with running(…) since a day",
                )
            if isinstance(node, Aggregate) and node.over not in ("month",):
                found.add("year" if node.over in LASTING[:1] else node.over)
        found -= {"life", *EARLIER}
        if not found:
            return ""
        if len(found) > 1 or not found <= set(PERIODS):
            raise fault(
                place,
                say("settled to date over {0}: when does it begin anew?", ", ".join(sorted(found))),
                "within: quarter, within: year",
                "add within: to the rule",
            )
        return found.pop()

    def _released(self, pair: tuple[object, ...]) -> tuple[Node, Node | None]:
        said, when_said = pair
        part = self.binder.bind(said)  # type: ignore[arg-type]
        self._ratio(part, "a part released", "70%")
        return part, None if when_said is None else self._event(when_said)

    def _undone(self, pair: tuple[object, object]) -> tuple[Node, Node]:
        when, keep = self._event(pair[0]), self.binder.bind(pair[1])  # type: ignore[arg-type]
        self._ratio(keep, "what remains", "keep 0%")
        return when, keep

    def _ratio(self, node: Node, what: str, form: str) -> None:
        if node.unit.kind not in ("ratio", "plain"):
            raise fault(node.place, say("{0} is {1}", what, node.unit), form)
        if node.nonable:
            found = lack(node)
            raise fault(
                node.place,
                say("{0} can be none: {1}", what, found.what),
                form,
                say("write “{0}”", found.mend),
            )

    def _event(self, said: object) -> Node:
        node = self.binder.bind(said)  # type: ignore[arg-type]
        if node.unit != DATE and node.unit.kind != "bool":
            hint = "a day" if node.unit == MONTHS else "a condition or a day"
            raise fault(node.place, say("{0} does not say when", node.unit), hint)
        return node


def doubled(rules: Iterable[PayRule]) -> Iterator[Problem]:
    """Two rules in force that yield one line for one role."""
    seen: dict[tuple[str, str], Place] = {}
    for rule in rules:
        for role in rule.roles:
            if (rule.name, role) in seen:
                yield Problem(
                    rule.place,
                    say("two rules yield the line “{0}” for {1}", rule.name, role),
                    "one rule for a line and role under every choice of readings",
                    "rename one, or tell them apart with only: {question: reading}",
                )
            seen[(rule.name, role)] = rule.place
