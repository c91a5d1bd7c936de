"""Windows in SQL: sums of a payee's months over quarters, years and the like, and his targets."""

from __future__ import annotations

from dataclasses import replace

from assay.plan.sql.columns import Needs, name
from assay.plan.sql.terms import Term
from assay.plan.tree import Aggregate, Const, Otherwise, Target
from assay.plan.vocabulary import EARLIER, LAST_MONTHS, PERIODS

TARGETS = "target"
_LIFE = 600  # months a life is taken to have, for the check of bounds


def span(over: str, begins: int) -> tuple[str, str, int]:
    """A window at k.month: its first month, the month after it, and how many months at most."""
    found = LAST_MONTHS.match(over)
    if found:
        return f"k.month - {int(found[1]) - 1}", "k.month + 1", int(found[1])
    if over == "life":
        return "0", "k.month + 1", _LIFE
    period = EARLIER.get(over, "year" if over == "year_to_date" else over)
    length = PERIODS[period]
    # Months are counted from the year 0, so that this is never below nought.
    start = f"k.month - (k.month + {12 - begins}) % {length}"
    if over in EARLIER:
        return f"{start} - {length}", start, length
    return start, "k.month + 1", length


def closing(period: str, begins: int) -> str:
    """The condition that m.month is the last of its period."""
    return f"(m.month + {13 - begins}) % {PERIODS[period]} = 0"


def windowed(needs: Needs, over: str, begins: int, monthly: str, term: Term) -> Term:
    """A month's sum (the column `monthly` of own_sums) summed over a window."""
    needs.dense = True
    key = (over, monthly)
    if key not in needs.windows:
        needs.windows[key] = f"x{len(needs.windows)}"
    _, _, months = span(over, begins)
    return replace(term, num=f"m.{name(needs.windows[key])}", scale=term.scale * months)


def summed_target(node: Aggregate) -> bool:
    """Whether a sum over months is of `target otherwise 0`."""
    body = node.body
    return (
        isinstance(body, Otherwise)
        and isinstance(body.value, Target)
        and not body.value.team
        and isinstance(body.fallback, Const)
        and body.fallback.value == 0
    )


def layers(needs: Needs, begins: int) -> list[tuple[str, str]]:
    """A layer for each window: by payee and month, what the months in it come to."""
    found: list[tuple[str, str]] = []
    for over in sorted({over for over, _ in needs.windows}):
        first, after, _ = span(over, begins)
        picked = [(m, alias) for (o, m), alias in needs.windows.items() if o == over]
        sums = [(m, alias) for m, alias in picked if m != TARGETS]
        if sums:
            columns = "".join(
                f",\n  CAST(sum(s.{name(m)}) AS BIGINT) AS {name(alias)}" for m, alias in sums
            )
            found.append((
                f"over_{over}",
                f"SELECT k.who, k.month{columns}\nFROM month_keys k JOIN own_sums s ON s.who = k.who"
                f" AND s.month >= {first} AND s.month < {after}\nGROUP BY k.who, k.month",
            ))  # fmt: skip
        for _, alias in (pair for pair in picked if pair[0] == TARGETS):
            found.append((
                f"targets_{over}",
                f"SELECT k.who, k.month, CAST(sum(g.amount) AS BIGINT) AS {name(alias)}\n"
                "FROM month_keys k JOIN payees y ON y.who = k.who\n"
                f"JOIN targets g ON g.payee_id = y.payee AND g.month >= {first} AND g.month < {after}\n"
                "GROUP BY k.who, k.month",
            ))  # fmt: skip
    return found


def joins(needs: Needs) -> tuple[str, str]:
    """The columns of the windows and the joins that bring them to k (who, month)."""
    tables: dict[str, str] = {}
    columns = ""
    for (over, monthly), alias in needs.windows.items():
        layer = f"{'targets' if monthly == TARGETS else 'over'}_{over}"
        short = tables.setdefault(layer, f"w{len(tables)}_")
        columns += f", coalesce({short}.{name(alias)}, 0) AS {name(alias)}"
    text = "".join(
        f"\nLEFT JOIN {layer} {short} ON {short}.who = k.who AND {short}.month = k.month"
        for layer, short in tables.items()
    )
    return columns, text
