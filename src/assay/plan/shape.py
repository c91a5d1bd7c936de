"""Which keys stand where in a plan file: the one list behind the reader and the editors' schema."""

from __future__ import annotations

from collections.abc import Mapping

from assay.plan.vocabulary import CARRIED, FINDINGS

Keys = Mapping[str, str]

# What may stand under a key: a name of another entry here, or one of the plain kinds of
# editor.PLAIN; `[x]` is a list of x, `{x}` a mapping of names to x, `x|y` one or the other,
# `=x,y` one of these words. Keys that must be there are in NEEDED.
SHAPE: Mapping[str, Keys] = {
    "plan": {
        "plan": "word",
        "title": "text|titles",
        "effective": "month",
        "currency": "currency",
        "rounding": "text",
        "year_begins": "text",
        "titles": "{text|titles}",
        "clauses": "{text|titles}",
        "prose": "[text]|{text}",
        "facts": "{fact}",
        "policies": "{policy}",
        "measures": "{measure}",
        "tables": "{table}",
        "rules": "[rule]",
        "questions": "{question}",
        "examples": "[example]",
        "accepted": "[acceptance]",
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
        "counts_for": "=team",
    },
    "refusal": {"when": "formula", "why": "text|titles"},
    "policy": {"is": "formula|formulas", "cite": "cite", "title": "text|titles"},
    "measure": {
        "is": "formula",
        "where": "formula",
        "over": "window",
        "since": "formula",
        "carry": f"={','.join(CARRIED)}",
        "opens": "formula",
        "adds": "formula",
        "takes": "formula",
        "resets": "period",
        "lasts": "formula",
        "same": "formula",
        "cite": "cite",
        "title": "text|titles",
    },
    "table": {
        "of": "formula|[formula]",
        "bands": "[pair]",
        "first": "[pair]",
        "words": "[pair]",
        "columns": "[text]",
        "rows": "[any]",
        "points": "[pair]",
        "beyond": "=refuse,hold,go_on|ends",
        "then": "ladder",
        "reads": "text",
        "cite": "cite",
        "title": "text|titles",
    },
    "ends": {"below": "text", "above": "text"},
    "ladder": {"from": "formula", "first": "formula", "every": "formula", "add": "formula"},
    "rule": {
        "name": "word",
        "for": "words",
        "per": "text",
        "pay": "formula",
        "gives": "formula",
        "settle": "=cumulative",
        "negative": "=carry,floor",
        "within": "period",
        "release": "formula|[any]",
        "undo": "[pair|undone]",
        "only": "{text}",
        "shows": "shown",
        "cite": "cite",
        "title": "text|titles",
    },
    "undone": {"when": "formula", "keep": "formula"},
    "titles": {"zh": "text", "en": "text"},
    "question": {
        "cite": "cite",
        "ask": "text|titles",
        "readings": "[word]|formulas",
        "read": "word",
        "decided_by": "text",
        "decided_on": "text",
        "title": "text|titles",
    },
    "acceptance": {
        "finding": f"={','.join(FINDINGS)}",
        "rule": "text",
        "by": "text",
        "on": "text",
        "why": "text",
        "digest": "text",
        "at": "text",
    },
    "example": {
        "name": "text|titles",
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
        "also": "words",
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
    "undone": ("when", "keep"),
    "ladder": ("from", "first", "every", "add"),
    "rule": ("name", "for"),
    "question": ("readings", "read"),
    "acceptance": ("finding", "rule", "by", "on", "why"),
}
# Entries for which a bare text stands for `{is: text}`.
SHORT = ("policy", "measure")
# Entries beside whose keys rows of the facts a plan declares may stand.
WITH_FACTS = ("example", "person")


def keys(entry: str) -> tuple[str, ...]:
    """The keys that may stand in an entry."""
    return tuple(SHAPE[entry])


def choices(entry: str, key: str) -> tuple[str, ...]:
    """The words of which one may stand under a key."""
    return tuple(SHAPE[entry][key].partition("|")[0].removeprefix("=").split(","))
