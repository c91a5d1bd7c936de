"""What editors know of a plan file: a JSON Schema out of the same list that the reader goes by."""

from __future__ import annotations

from collections.abc import Mapping

from assay.plan.hints import HINTS
from assay.plan.shape import NEEDED, SHAPE, SHORT, WITH_FACTS
from assay.plan.vocabulary import KINDS, LAST_MONTHS, PERIODS, SHOWN, WINDOWS

Schema = dict[str, object]

# A plan's scalars stay text; an editor may take `2024` or `yes` for something else.
_TEXT: Schema = {"type": ["string", "number", "boolean"]}
# A name: letters of any script, digits and _; the reader says more exactly what is wrong.
_NAME: Schema = {"type": "string", "pattern": r"^[^\s\d.,:()\[\]{}\"'][^\s.,:()\[\]{}\"']*$"}
_LAST = LAST_MONTHS.pattern.removesuffix(r"\Z")
PLAIN: Mapping[str, Schema] = {
    "text": _TEXT,
    "word": _TEXT,
    "words": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]},
    "formula": _TEXT,
    "formulas": {"type": "object", "additionalProperties": _TEXT},
    "month": {"type": "string", "pattern": r"^\d{4}-\d{2}$"},
    "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    "cite": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]},
    "kind": {"enum": list(KINDS)},
    "window": {"anyOf": [{"enum": list(WINDOWS)}, {"type": "string", "pattern": f"^{_LAST}$"}]},
    "period": {"enum": list(PERIODS)},
    "pair": {"type": "array", "minItems": 2, "maxItems": 2},
    "shown": {
        "type": "object",
        "properties": dict.fromkeys(SHOWN, _TEXT),
        "additionalProperties": False,
    },
    "any": {},
}


def schema() -> Schema:
    """The JSON Schema (draft 2020-12) of a plan file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Assay plan",
        "$ref": "#/$defs/plan",
        "$defs": {name: _entry(name) for name in SHAPE},
    }


def _entry(name: str) -> Schema:
    hints = HINTS[name]
    made: Schema = {
        "type": "object",
        "properties": {
            key: {"description": hints[key], **_kind(kind)} for key, kind in SHAPE[name].items()
        },
        # Rows of declared facts stand under the facts' names, which only the plan knows.
        "additionalProperties": {"type": "array"} if name in WITH_FACTS else False,
    }
    if name in NEEDED:
        made["required"] = list(NEEDED[name])
    return {"anyOf": [_TEXT, made]} if name in SHORT else made


def _kind(kind: str) -> Schema:
    if "|" in kind and kind[0] not in "[{":
        return {"anyOf": [_kind(part) for part in kind.split("|")]}
    if kind.startswith("="):
        return {"enum": kind[1:].split(",")}
    if kind.startswith("["):
        inner, closed, more = kind[1:].partition("]")
        made: Schema = {"type": "array", "items": _kind(inner)}
        assert closed
        return {"anyOf": [made, _kind(more[1:])]} if more else made
    if kind.startswith("{"):
        inner = kind[1:-1]
        return {
            "type": "object",
            "propertyNames": _names(inner),
            "additionalProperties": _kind(inner),
        }
    return PLAIN.get(kind, {"$ref": f"#/$defs/{kind}"})


def _names(inner: str) -> Schema:
    """Names of entries are names; clauses and addresses are not."""
    return _NAME if inner in SHAPE or inner == "kind" else {}
