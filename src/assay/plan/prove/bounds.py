"""Over what a question was asked, in sentences: what its scene leaves open, and what it takes as it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from assay.money import grouped
from assay.period import Month
from assay.plan.prove.cells import (
    CHANNEL,
    LIST,
    MOST_DAYS,
    MOST_MONTHS,
    NET,
)
from assay.plan.prove.said import Said
from assay.plan.prove.scene import Slot, month_text
from assay.plan.prove.side import Side
from assay.plan.prove.stage import ASKED
from assay.plan.tree import Column

ROUNDING = "rounding"  # the bound that says what is not counted
SIZED = ("smallest", "smallest_one", "cut", "any", "begins")  # what is said of an example's size


def bounds_of(*sides: Side) -> tuple[Said, ...]:
    """Over what a question was asked, as the cells that were opened say."""
    stage = sides[0].stage
    most = grouped(stage.limits.most).removesuffix(".00")
    first, last = month_text(stage.months[0]), month_text(stage.months[-1])
    rows = max(len(_sales(side)) for side in sides)
    kinds = {kind for side in sides for kind in side.cells.columns.values()}
    stored = {name for side in sides for _, name in side.cells.columns}
    found = [Said("months", {"months": first if first == last else f"{first} – {last}"})]
    if len(stage.months) > 1 and stage.at:
        placed, others = (
            month_text(stage.at),
            _others(*sides) or month_text(stage.aside or stage.at),
        )
        one = Said("placed", {"months": placed})
        found.append(
            one if placed == others else Said("apart", {"months": placed, "others": others})
        )
    if len(stage.months) > 2 and stage.moving:
        placed = f"{month_text(stage.moving)}, {month_text(stage.moving + 1)}"
        others = _others(*sides) or f"{month_text(stage.aside)}, {month_text(stage.after)}"
        found.append(Said("moved", {"months": placed, "others": others}))
    if len(stage.people) > 1:
        found.append(Said("people", {"n": str(len(stage.people))}))
    if rows:
        found.append(Said("orders", {"n": str(rows)}))
    if rows and len(stage.people) > 1:
        found.append(Said("whose", {"who": _whose(*sides)}))
    found += _shape(*sides)
    if "money" in kinds:
        found.append(Said("amount" if {NET, LIST} <= stored else "money", {"most": most}))
    if any(side.cells.targets for side in sides):
        found.append(Said("target", {"most": most}))
    if "ratio" in kinds:
        found.append(Said("rates"))
    if "count" in kinds:
        found.append(Said("counts"))
    if "plain" in kinds:
        found.append(Said("numbers"))
    if kinds & {"months", "days", "hours"}:
        found.append(Said("spans", {"months": str(MOST_MONTHS), "days": str(MOST_DAYS)}))
    if "date" in kinds and stage.limits.days:
        days = ", ".join(str(d) for d in stage.limits.days)
        found.append(Said("dates", {"days": days}))
    if stage.limits.words:
        found.append(Said("words", {"words": ", ".join(stage.limits.words)}))
    return tuple(found)


def _shape(*sides: Side) -> Iterator[Said]:
    """What is taken as it stands, where the formulas read it or could: days, other rows, parts, channels."""
    stage, slots = sides[0].stage, [slot for side in sides for slot in side.scene.slots]
    sold = [slot for slot in slots if slot.fact == stage.sold]
    if sold and stage.reach.reads_days:
        yield Said("days", {"days": ", ".join(str(d) for d in sorted({s.day.day for s in sold}))})
    counted: dict[str, int] = {}
    for side in sides:
        here = Counter(s.fact for s in side.scene.slots if s.fact != stage.sold)
        counted |= {fact: max(n, counted.get(fact, 0)) for fact, n in here.items()}
    if counted:
        yield Said("others", {"rows": ", ".join(f"{f} {n}" for f, n in sorted(counted.items()))})
    if stage.reach.who:
        days = sorted({person.start.isoformat() for person in stage.people})
        yield Said("since", {"days": ", ".join(days)})
    facts = {slot.fact for slot in slots}
    streams = [s for s in stage.program.streams if s.fact in facts]
    if any(stream.part is not None for stream in streams):
        yield Said("whole")
    read = {n.stored for s in streams for n in stage.reach.crediting(s) if isinstance(n, Column)}
    if ("order", CHANNEL) in stage.reach.columns:
        roles = dict.fromkeys(slot.owner.role for slot in sold)
        names = dict.fromkeys(name for role in roles for name in stage.limits.channels[role])
        yield Said("channel", {"names": ", ".join(names)})
    elif CHANNEL in read:
        fixed = [slot.fixed[CHANNEL] for slot in sold if CHANNEL in slot.fixed]
        names = dict.fromkeys(str(atom) for value in fixed for _, atom in value)
        yield Said("channel", {"names": ", ".join(names)})
    if any(side.encoder.credits for side in sides):
        yield Said("credited")
    if any(refusal.fact in facts for refusal in stage.program.refusals):
        yield Said("refused")


def _sales(side: Side) -> list[Slot]:
    """The sales of a side by day."""
    sold = [slot for slot in side.scene.slots if slot.fact == side.stage.sold]
    return sorted(sold, key=lambda slot: (slot.day, slot.key))


def _others(*sides: Side) -> str:
    """The months of the sales beside those asked about; nothing where there are none."""
    beside = {s.day for side in sides for s in _sales(side) if not s.key.startswith(ASKED)}
    return ", ".join(dict.fromkeys(month_text(Month.of(day).index) for day in sorted(beside)))


def _whose(*sides: Side) -> str:
    """Whose the sales are, by day, those asked about marked: other orders of them were not looked at."""
    most = max((_sales(side) for side in sides), key=len)
    return " → ".join(f"{slot.owner.id}{'*' * slot.key.startswith(ASKED)}" for slot in most)


def gathered(bounds: Iterable[Sequence[Said]], together: bool = False) -> tuple[Said, ...]:
    """Bounds of several findings, each once. What rounding can do is that of one of them or, where
    they are added `together`, that of all."""
    every = [said for some in bounds for said in some]
    found = [s for at, s in enumerate(every) if s.key != ROUNDING and s not in every[:at]]
    most = [int(s.parts["least"]) - 1 for s in every if s.key == ROUNDING]
    if most:
        found.append(Said(ROUNDING, {"least": str(1 + (sum(most) if together else max(most)))}))
    return tuple(found)


def unsized(bounds: Sequence[Said]) -> tuple[Said, ...]:
    """Bounds without what they say of the size of an example: it was another question's."""
    return tuple(said for said in bounds if said.key not in SIZED)
