"""Which keys stand where in a plan file: the one list behind the reader and the editors' schema."""

from __future__ import annotations

from collections.abc import Mapping

Keys = Mapping[str, str]

# What may stand under a key: a name of another entry here, or one of the plain kinds
# text, word, words, formula, formulas, month, title, cite, any; `[x]` is a list of x,
# `{x}` a mapping of names to x, `x|y` one or the other. Keys that must be there are in NEEDED.
SHAPE: Mapping[str, Keys] = {
    "plan": {
        "plan": "word",
        "title": "title",
        "effective": "month",
        "currency": "currency",
        "rounding": "text",
        "clauses": "{text}",
        "prose": "[text]|{text}",
        "facts": "{fact}",
        "policies": "{policy}",
        "measures": "{measure}",
        "tables": "{table}",
        "rules": "[rule]",
        "questions": "{question}",
        "examples": "[example]",
    },
    "fact": {
        "of": "word",
        "has": "{kind}",
        "on": "formula",
        "to": "credit|[credit]",
        "refuse": "refusal|[refusal]",
        "cite": "cite",
    },
    "credit": {
        "who": "formula",
        "as": "words",
        "where": "formula",
        "part": "formula",
        "adds_to": "formula",
        "counts_for": "text",
    },
    "refusal": {"when": "formula", "why": "text"},
    "policy": {"is": "formula|formulas", "cite": "cite", "title": "title"},
    "measure": {
        "is": "formula",
        "where": "formula",
        "over": "window",
        "carry": "text",
        "opens": "formula",
        "adds": "formula",
        "takes": "formula",
        "resets": "period",
        "cite": "cite",
        "title": "title",
    },
    "table": {
        "of": "formula|[formula]",
        "bands": "[pair]",
        "first": "[pair]",
        "words": "[pair]",
        "columns": "[text]",
        "rows": "[any]",
        "points": "[pair]",
        "beyond": "text",
        "then": "ladder",
        "reads": "text",
        "cite": "cite",
        "title": "title",
    },
    "ladder": {"from": "formula", "first": "formula", "every": "formula", "add": "formula"},
    "rule": {
        "name": "word",
        "for": "words",
        "per": "text",
        "pay": "formula",
        "gives": "formula",
        "settle": "text",
        "negative": "text",
        "within": "period",
        "release": "formula|[any]",
        "undo": "[pair]",
        "only": "{text}",
        "shows": "shown",
        "cite": "cite",
        "title": "title",
    },
    "question": {
        "cite": "cite",
        "ask": "text",
        "readings": "[word]|formulas",
        "read": "word",
        "decided_by": "text",
        "decided_on": "text",
        "title": "title",
    },
    "example": {
        "name": "text",
        "read": "{text}",
        "with": "formulas",
        "given": "{any}",
        "names": "{text}",
        "expect": "{any}",
        "by_hand": "text|{text}",
        "month": "month",
        "to": "month",
        "payee": "person",
        "orders": "[any]",
        "team": "[person]",
        "others": "[person]",
    },
    "person": {
        "id": "text",
        "name": "text",
        "role": "word",
        "also": "word",
        "team": "text",
        "reports_to": "text",
        "target": "any",
        "team_target": "any",
        "from": "text",
        "to": "text",
        "given": "{any}",
        "orders": "[any]",
    },
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "plan": ("plan", "effective"),
    "credit": ("who", "as"),
    "refusal": ("when", "why"),
    "policy": ("is",),
    "ladder": ("from", "first", "every", "add"),
    "rule": ("name", "for"),
    "question": ("readings", "read"),
}
# Sections in which a bare text stands for `{is: text}`.
SHORT = ("policy", "measure")


def keys(entry: str) -> tuple[str, ...]:
    """The keys that may stand in an entry."""
    return tuple(SHAPE[entry])
