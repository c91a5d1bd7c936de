"""How a rule settles: to date less what was paid, released in parts, undone by events."""

from __future__ import annotations

from assay.plan.document import SettleSpec
from assay.plan.fields import (
    entries_of,
    formula_of,
    items_of,
    optional_text,
    period_of,
    text_of,
)
from assay.plan.formula import Syntax
from assay.plan.problems import fault
from assay.plan.sentences import say
from assay.plan.shape import choices, keys
from assay.plan.source import Entries, Items, Text, Value

_KEEP = "keep"
_WORDS = ("negative", "within", "release", "undo")


def settlement_of(entry: Entries, cite: tuple[str, ...]) -> SettleSpec | None:
    """`settle: cumulative` with negative, within, release and undo; the last two imply it."""
    said = entry.get("settle")
    if said is not None and text_of(said).value != "cumulative":
        raise fault(
            said.place, say("“{0}” is no way to settle", text_of(said).value), "settle: cumulative"
        )
    release, undo = entry.get("release"), entry.get("undo")
    if said is None and release is None and undo is None:
        for key in _WORDS:
            if (lone := entry.get(key)) is not None:
                raise fault(
                    lone.place, say("“{0}” belongs to a settlement", key), "settle: cumulative"
                )
        return None
    negative = optional_text(entry, "negative")
    if negative not in ("", *choices("rule", "negative")):
        place = entry.place
        raise fault(
            place,
            say("“{0}” says nothing of amounts below nought", negative),
            ", ".join(choices("rule", "negative")),
        )
    return SettleSpec(
        negative,
        period_of(entry, "within"),
        _release(release, cite),
        tuple(_undo(item, cite) for item in (items_of(undo, "undo") if undo is not None else ())),
        entry.place,
    )


def _release(
    value: Value | None, cite: tuple[str, ...]
) -> tuple[tuple[Syntax, Syntax | None], ...]:
    """Parts with what makes them due; a single formula is the part that is due."""
    if value is None:
        return ()
    if isinstance(value, Text):
        return ((formula_of(value, cite), None),)
    parts: list[tuple[Syntax, Syntax | None]] = []
    for item in items_of(value, "release"):
        if isinstance(item, Items) and len(item) == 2:
            part, when = item.values
            parts.append((formula_of(part, cite), formula_of(when, cite)))
        elif isinstance(item, Items) and len(item) == 1:
            parts.append((formula_of(item.values[0], cite), None))
        else:
            raise fault(
                item.place,
                "a part of a release does not fit",
                '[70%, "order.collected >= 30% * order.amount"], or [20%, order.loan_paid_on]',
                "put quotes around a formula that contains a comma",
            )
    return tuple(parts)


def _undo(value: Value, cite: tuple[str, ...]) -> tuple[Syntax, Syntax]:
    """An event and what then remains: [order.returned_on, "keep 0%"]."""
    if isinstance(value, Entries):
        entry = entries_of(value, "undo")
        entry.only(keys("undone"), "undo")
        return formula_of(entry.need("when", "undo"), cite), formula_of(
            entry.need(_KEEP, "undo"), cite
        )
    items = items_of(value, "undo")
    said = text_of(items.values[1]) if len(items) == 2 else None
    if said is None or not said.value.startswith(_KEEP + " "):
        raise fault(
            value.place,
            "what is undone does not fit",
            '[order.returned_on, "keep 0%"]: the event, and what then remains',
        )
    kept = Text(said.value[len(_KEEP) + 1 :], said.place)
    return formula_of(items.values[0], cite), formula_of(kept, cite)
