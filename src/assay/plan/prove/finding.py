"""What the assay found: a property of a rule, proved, refuted with an example, or undecided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.money import yuan
from assay.plan.problems import NOWHERE, Place
from assay.plan.prove.said import Said, joined

PROVED, REFUTED, UNDECIDED = "proved", "refuted", "undecided"
NOT_APPLICABLE = "not_applicable"
STATUSES = (PROVED, REFUTED, UNDECIDED, NOT_APPLICABLE)
# The whole month of a payee: every line of his role together, named as in examples.
TOTAL = "total"


@dataclass(frozen=True)
class Situation:
    """One side of an example: rows of facts and targets as files hold them, and the pay in 分.

    rows: (fact, column -> text as in the files). targets: (payee or team, month, 分).
    """

    rows: tuple[tuple[str, Mapping[str, str]], ...]
    targets: tuple[tuple[str, str, int], ...]
    pay: int

    def orders(self) -> list[dict[str, str]]:
        """The rows for `--json`; rows of other facts than orders name their fact."""
        return [
            dict(values) if fact == "order" else {"fact": fact, **values}
            for fact, values in self.rows
        ]


@dataclass(frozen=True)
class Counterexample:
    """Two situations that differ in one thing, each paid by the reference interpreter."""

    before: Situation
    after: Situation
    payee: str = ""
    role: str = ""
    months: tuple[str, ...] = ()
    people: tuple[Mapping[str, str], ...] = ()

    @property
    def gain(self) -> int:
        """What the second situation pays more, in 分."""
        return self.after.pay - self.before.pay

    def data(self) -> dict[str, object]:
        """For `--json` (contract: before, after, pay_before, pay_after); money in yuan."""
        return {
            "before": self.before.orders(),
            "after": self.after.orders(),
            "pay_before": yuan(self.before.pay),
            "pay_after": yuan(self.after.pay),
            "payee_id": self.payee,
            "role": self.role,
            "months": list(self.months),
            "people": [dict(person) for person in self.people],
            "targets_before": _targets(self.before),
            "targets_after": _targets(self.after),
        }


def _targets(side: Situation) -> list[dict[str, str]]:
    return [
        {"of": who, "month": month, "target": yuan(amount)} for who, month, amount in side.targets
    ]


@dataclass(frozen=True)
class Mend:
    """A change of one thing in the plan that makes a property hold, and what it would have paid.

    proved: whether the property is proved of the changed plan. also: further lines that change with
    it, as at the edge where two bands meet. least: whether the change one step smaller, in tenths of
    the number's last digit, was asked and is not proved. difference: what last year's pay
    would have been more (or less) in 分, None where no facts were given; by_payee the same each.
    """

    line: int
    old: str
    new: str
    proved: bool
    also: tuple[tuple[int, str, str], ...] = ()
    least: bool = True
    difference: int | None = None
    by_payee: Mapping[str, int] | None = None

    def data(self) -> dict[str, object]:
        """For `--json` (contract: line, old, new, proved, pays_difference)."""
        return {
            "line": self.line,
            "old": self.old,
            "new": self.new,
            "proved": self.proved,
            "also": [{"line": line, "old": old, "new": new} for line, old, new in self.also],
            "least": self.least,
            "pays_difference": None if self.difference is None else yuan(self.difference),
            "by_payee": {who: yuan(amount) for who, amount in (self.by_payee or {}).items()},
        }


@dataclass(frozen=True)
class Finding:
    """A property of a rule (or of `ROLE.total`, a payee's whole month). about: which property.

    bounds: over what was proved or looked for. reason: why it does not apply or
    was not decided. at: the threshold of a cliff. digest: of the formulas it rests on, so that an
    acceptance belongs to them. share: the bound proved of bounded_share, as text. same_as: the
    one rule of a whole month that sales can touch, whose finding this is. untried: changes that
    were not looked at for its mending, for want of steps.
    """

    about: str
    rule: str
    role: str
    status: str
    bounds: tuple[Said, ...] = ()
    reason: Said | None = None
    example: Counterexample | None = None
    clause: str = ""
    place: Place = NOWHERE
    seconds: float = 0.0
    at: str = ""
    share: str = ""
    digest: str = ""
    same_as: str = ""
    accepted: bool = False
    mending: tuple[Mend, ...] | None = None
    untried: int = 0

    @property
    def gain(self) -> int:
        """How much the example's pay moves, in 分, without a sign."""
        return abs(self.example.gain) if self.example is not None else 0

    @property
    def open(self) -> bool:
        """Whether it stands in the way of publication."""
        return self.status in (REFUTED, UNDECIDED) and not self.accepted

    def data(self, lang: str = "zh") -> dict[str, object]:
        """For `--json`: the contract's columns first."""
        found: dict[str, object] = {
            "property": self.about,
            "rule": self.rule,
            "status": self.status,
            "bounds": joined(self.bounds, lang),
            "example": self.example.data() if self.example is not None else None,
            "clause": self.clause,
            "line": self.place.line,
            "seconds": round(self.seconds, 3),
            "role": self.role,
            "reason": self.reason.text(lang) if self.reason is not None else "",
            "at": self.at,
            "share": self.share,
            "digest": self.digest,
            "same_as": self.same_as,
            "accepted": self.accepted,
        }
        if self.mending is not None:
            found["mending"] = [mend.data() for mend in self.mending]
            found["untried"] = self.untried
        return found
