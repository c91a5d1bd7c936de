"""Which column is which: headers in either language, rows of the wrong width."""

from __future__ import annotations

from collections.abc import Sequence

from assay.errors import UserError
from assay.facts.cells import Rejection
from assay.facts.files import Sheet
from assay.facts.schema import Spec
from assay.plan.sentences import either


def find_columns(sheet: Sheet, specs: Sequence[Spec]) -> tuple[dict[str, int], tuple[str, ...]]:
    """The place of each column by its name, and the columns nobody asked for.

    Raises UserError where a column that must be there is not, or one stands twice.
    """
    found: dict[str, int] = {}
    used: set[int] = set()
    for spec in specs:
        named = (spec.name, *spec.aliases)
        places = [
            i for i, name in enumerate(sheet.header) if name in named or name.lower() == spec.name
        ]
        if len(places) > 1:
            raise UserError(f"{sheet.file}: the column {spec.name} stands twice; keep one of them")
        if places:
            found[spec.name] = places[0]
            used.add(places[0])
        elif spec.column:
            names = " / ".join(named)
            have = ", ".join(name for name in sheet.header if name) or "nothing"
            raise UserError(f"{sheet.file}: no column {names}; the header has: {have}")
    ignored = tuple(n for i, n in enumerate(sheet.header) if i not in used and n)
    return found, ignored


def uneven_rows(sheet: Sheet) -> list[Rejection]:
    """Rows with more or fewer cells than the header."""
    width = len(sheet.header)
    return [
        Rejection(
            sheet.file,
            number,
            "",
            "",
            either(
                f"{len(cells)} cells, the head has {width}", f"{len(cells)} 格，表头 {width} 格"
            ),
        )
        for number, cells in sheet.rows
        if len(cells) != width
    ]
