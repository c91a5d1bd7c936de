"""Band texts: `>= 9折`, `(8折, 9折]`, `= 1万元`, and `none`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assay.plan.formula import Syntax, parse
from assay.plan.problems import Place, PlanError, fault
from assay.plan.sentences import say
from assay.plan.source import Text

_ONE = re.compile(r"(<=|>=|<|>|=|≤|≥|＜|＞)\s*(?P<bound>.+)\Z", re.S)
_TWO = re.compile(r"([\[(（［])(?P<low>[^,，]+)[,，](?P<high>[^,，]+)([\])）］])\Z", re.S)
_ALIASES = {"≤": "<=", "≥": ">=", "＜": "<", "＞": ">"}


@dataclass(frozen=True)
class Range:
    """The ends of a band as formulas; None is open."""

    low: Syntax | None
    low_in: bool
    high: Syntax | None
    high_in: bool


def read_band(text: Text, clause: str) -> Range:
    """A band's ends. 以上/以下/以内 include the number, 超过/不满 do not (民法典 1259)."""
    value = text.value
    two = _TWO.match(value)
    if two:
        low, high = _bound(text, two, "low", clause), _bound(text, two, "high", clause)
        return Range(low, two[1] in "[［", high, two[4] in "]］")
    one = _ONE.match(value)
    if not one:
        raise _unreadable(text, clause)
    operator, bound = _ALIASES.get(one[1], one[1]), _bound(text, one, "bound", clause)
    if operator == "=":
        return Range(bound, True, bound, True)
    if operator.startswith("<"):
        return Range(None, False, bound, operator == "<=")
    return Range(bound, operator == ">=", None, False)


def _bound(text: Text, match: re.Match[str], group: str, clause: str) -> Syntax:
    raw = match.group(group)
    shift = match.start(group) + len(raw) - len(raw.lstrip())
    place = Place(text.place.line, text.place.column + shift)
    return parse(Text(raw.strip(), place, text.plain), clause)


def _unreadable(text: Text, clause: str) -> PlanError:
    return fault(
        Place(text.place.line, text.place.column, clause),
        say("“{0}” is not a band", text.value),
        "“>= 9折”, “< 6折”, “(8折, 9折)”, “(7折, 8折]”; [ ] include the end, ( ) do not",
        "put quotes around it",
    )
