"""Why a rule runs on the reference, in the words of those who read a run: never the tree's own."""

from __future__ import annotations

from assay.plan.tree import (
    Aggregate,
    Attribute,
    Between,
    Calendar,
    Carried,
    CarriedPart,
    DayPart,
    Earlier,
    Fill,
    Holds,
    Ladder,
    LineOf,
    Node,
    Rank,
    Share,
    Shift,
    Sliced,
    Span,
    Target,
    This,
    Turn,
)

_NODES: dict[type[Node], str] = {
    Aggregate: "a sum where a word, a day or a condition stands",
    Attribute: "a property of the payee",
    Between: "a curve read between its points",
    Calendar: "a day of the calendar",
    Carried: "a balance carried over months",
    CarriedPart: "a balance carried over months",
    DayPart: "a part of a date",
    Earlier: "a value of an earlier month",
    Fill: "a quota filled by rows",
    Holds: "a role held beside another",
    Ladder: "a ladder of steps",
    LineOf: "the line of another rule",
    Rank: "a place among others",
    Share: "a part of a pool",
    Shift: "a date moved by days or months",
    Sliced: "one slice of a table",
    Span: "the time between two dates",
    Target: "a target",
    This: "a value of what a sum is worked out for",
    Turn: "the place of a row among others",
}
_SCOPES = {
    "own": "his own rows",
    "alike": "rows that are alike in a column",
    "running": "rows up to the one at hand",
    "children": "rows below a row",
    "team": "rows of the team",
    "their_rows": "rows of those who report to him",
    "reports": "what those come to who report to him",
    "company": "rows of the company",
    "everyone": "what everybody comes to",
}


def of_node(node: Node) -> str:
    """What kind of value or condition a node is."""
    return _NODES.get(type(node), "a value of a kind that only the reference works out")


def of_rows(node: Aggregate) -> str:
    """Which rows or people a sum is over, and of which months."""
    whose = _SCOPES.get(node.scope, "rows of others")
    fact = "" if node.fact in ("", "order") else f" of {node.fact.replace('_', ' ')}"
    return f"{whose}{fact}, over {node.over.replace('_', ' ')}"
