"""Tables bound: bands without gap or overlap, rows that hold first, slices where they are paid."""

from __future__ import annotations

import itertools
from fractions import Fraction

from assay.plan import meeting
from assay.plan.binding import Bind
from assay.plan.calls import is_number, share_unit
from assay.plan.curves import bind_curve, bind_ladder
from assay.plan.document import BandSpec, FirstSpec, Table
from assay.plan.guards import NOTHING, failing
from assay.plan.nones import lack
from assay.plan.problems import Place, fault, nearest
from assay.plan.sentences import say
from assay.plan.tree import (
    PAYEE,
    Bands,
    Column,
    Compare,
    First,
    Frame,
    IsNone,
    Node,
    Ref,
    Row,
    Sliced,
    walk,
)
from assay.plan.units import BOOL, Unit, product, same, show

READS = ("whole", "slices")


def bind_table(binder: Bind, table: Table, arguments: tuple[Node, ...] = ()) -> Node:
    """A table's node; `arguments` stand in for its own `of` when called with values."""
    if table.first:
        if arguments:
            raise fault(
                table.place, say("the table “{0}” reads conditions, not a value", table.name)
            )
        return _bind_first(binder, table)
    if table.columns:
        return _bind_grid(binder, table, arguments)
    of = arguments[0] if arguments else binder.bind(table.of[0])
    if table.points:
        return bind_curve(binder, table, of)
    return _bind_bands(binder, table, of)


def _bind_grid(binder: Bind, table: Table, arguments: tuple[Node, ...]) -> Node:
    """Two dimensions: in each row, bands over the first value."""
    across, down = arguments or tuple(binder.bind(of) for of in table.of)
    values = [
        _bands_of(
            binder,
            table,
            across,
            tuple(
                _band(binder, table, column, across, binder.bind(cell))
                for column, cell in zip(table.columns, cells, strict=True)
            ),
        )
        for cells in table.grid
    ]
    rows = tuple(
        _band(binder, table, spec, down, value)
        for spec, value in zip(table.bands, values, strict=True)
    )
    return _bands_of(binder, table, down, rows)


def _bind_bands(binder: Bind, table: Table, of: Node) -> Node:
    rows = tuple(_band(binder, table, spec, of) for spec in table.bands)
    if table.ladder is not None:
        rows = (*rows, bind_ladder(binder, table.ladder, of))
    return _bands_of(binder, table, of, rows)


def _bands_of(binder: Bind, table: Table, of: Node, rows: tuple[Row, ...]) -> Node:
    if not (of.unit.numeric or of.unit.kind == "date"):
        raise fault(of.place, say("the table “{0}” reads {1}", table.name, of.unit), "a quantity")
    slices = _reads(binder, table) == "slices"
    rows = _cover(table, rows, of)
    unit = share_unit((r.value for r in rows), table.place, say("the rows of “{0}”", table.name))
    nonable = of.nonable and not any(r.none for r in rows)
    if slices and (not _multiplies(of.unit, unit) or any(r.value.frame.level for r in rows)):
        raise fault(
            table.place,
            say("“{0}” is paid in slices but gives {1}", table.name, unit),
            "fixed rates, or fixed money for each of a count or of bare numbers (points)",
        )
    frame = of.frame
    for found in rows:
        frame = meeting.join(frame, found.value.frame, binder.parents, table.place)
    return Bands(
        unit=unit,
        frame=frame,
        nonable=nonable or any(r.value.nonable for r in rows),
        least=_least(rows),
        place=table.place,
        of=of,
        rows=rows,
        slices=slices,
        name=table.name,
    )


def _multiplies(of: Unit, unit: Unit) -> bool:
    """Whether a slice of what is read times what it gives makes sense: a rate, money a piece or point."""
    return unit.kind == "ratio" or (unit.kind == "money" and of.kind in ("count", "plain"))


def _least(rows: tuple[Row, ...]) -> int | None:
    leasts = [found.value.least for found in rows]
    known = [least for least in leasts if least is not None]
    return min(known) if len(known) == len(leasts) else None


def _reads(binder: Bind, table: Table) -> str:
    said = table.reads
    if said.value in binder.plan.questions:
        question = binder.plan.questions[said.value]
        wrong = [name for name in question.readings if name not in READS]
        if wrong:
            raise fault(
                said.place, say("“{0}” is no way to read a table", wrong[0]), ", ".join(READS)
            )
        return binder.reading(question)
    if said.value not in READS:
        raise fault(
            said.place,
            say("“{0}” is no way to read a table", said.value),
            say("{0}, or a question that reads them", ", ".join(READS)),
            nearest(said.value, (*READS, *binder.plan.questions)),
        )
    return said.value


def _band(binder: Bind, table: Table, spec: BandSpec, of: Node, value: Node | None = None) -> Row:
    value = binder.bind(spec.value) if value is None else value
    if spec.none:
        if not of.nonable:
            raise fault(
                spec.place, say("“{0}” cannot meet a none", table.name), mend="delete this row"
            )
        return Row(spec.label, value, none=True, place=spec.place)
    ends: list[Fraction | None] = []
    for said in (spec.low, spec.high):
        if said is None:
            ends.append(None)
            continue
        bound = binder.bind(said)
        fixed = binder.fixed(bound)
        if fixed is None or not is_number(fixed.value):
            raise fault(bound.place, "the end of a band is not a fixed value", "9折, 30万元, 100%")
        if same(bound.unit, of.unit) is None:
            raise fault(
                bound.place,
                say("the band ends at {0}, the table reads {1}", bound.unit, of.unit),
                str(of.unit),
            )
        assert isinstance(fixed.value, int | Fraction)
        ends.append(Fraction(fixed.value))
    low, high = ends
    if (
        low is not None
        and high is not None
        and (low > high or (low == high and not (spec.low_in and spec.high_in)))
    ):
        raise fault(spec.place, say("the band “{0}” is empty", spec.label), "the lower end first")
    return Row(spec.label, value, None, low, spec.low_in, high, spec.high_in, False, spec.place)


def _cover(table: Table, rows: tuple[Row, ...], of: Node) -> tuple[Row, ...]:
    """Refuse gaps and overlaps over all values the table can read."""
    if not rows:
        raise fault(table.place, say("the table “{0}” has no rows", table.name))
    bands = sorted(
        (found for found in rows if not found.none),
        key=lambda r: (r.low is not None, r.low or 0, not r.low_in),
    )
    if not bands:
        raise fault(table.place, say("the table “{0}” has no band", table.name))
    first, last = bands[0], bands[-1]
    starts_at_zero = (
        of.least is not None
        and first.low is not None
        and (
            first.low < 0
            or (first.low == 0 and first.low_in)
            or (of.least > 0 and first.low <= 0)
            # A count of at least one may begin there: there is no half of a place.
            or (of.unit.kind == "count" and first.low <= of.least and first.low_in)
        )
    )
    if first.low is not None and not starts_at_zero:
        raise _gap(
            table, first.place, say("nothing is said below {0}", show(first.low, of.unit)), first
        )
    for before, after in itertools.pairwise(bands):
        _meet(table, before, after, of)
    if last.high is not None:
        raise _gap(
            table, last.place, say("nothing is said above {0}", show(last.high, of.unit)), last
        )
    return rows


def _meet(table: Table, before: Row, after: Row, of: Node) -> None:
    if (
        before.high is None
        or after.low is None
        or after.low < before.high
        or (after.low == before.high and after.low_in and before.high_in)
    ):
        raise fault(
            after.place,
            say(
                "the bands “{0}” and “{1}” of “{2}” overlap", before.label, after.label, table.name
            ),
            "bands that meet: an end belongs to one of the two",
            "use ( or < on one side of the shared end",
        )
    whole = of.unit.kind == "count" and before.high_in and after.low_in
    if after.low == before.high and (after.low_in or before.high_in):
        return
    if whole and after.low == before.high + 1:
        return
    where = (
        say("exactly {0}", show(after.low, of.unit))
        if after.low == before.high
        else say("between {0} and {1}", show(before.high, of.unit), show(after.low, of.unit))
    )
    raise _gap(table, after.place, say("nothing is said for {0}", where), after)


def _gap(table: Table, place: Place, message: str, at: Row) -> Exception:
    return fault(
        place,
        say("the table “{0}” has a gap at “{1}”: {2}", table.name, at.label, message),
        "bands that cover every value once",
        "add a band, or include the end with [ or <= ",
    )


def _bind_first(binder: Bind, table: Table) -> Node:
    rows: list[Row] = []
    compared: list[Node] = []
    there = NOTHING
    for index, spec in enumerate(table.first):
        if not spec.none and spec.condition is None and index != len(table.first) - 1:
            raise fault(spec.place, "“otherwise” is not the last row", mend="move it to the end")
        with binder.guards.knowing(there):
            row = _first_row(binder, spec, compared, table)
        rows.append(row)
        there |= failing(row.condition) if row.condition is not None else NOTHING
    unit = share_unit((r.value for r in rows), table.place, say("the rows of “{0}”", table.name))
    guarded = any(found.none for found in rows)
    last = rows[-1]
    reached = any(r.condition is not None and r.condition.shaky for r in rows)
    open_end = table.first[-1].condition is not None or table.first[-1].none
    if not open_end and reached and not guarded and not _nought(binder, last.value):
        absent = lack(
            next(r.condition for r in rows if r.condition is not None and r.condition.shaky)
        )
        raise fault(
            last.place,
            say(
                "a none would reach “otherwise” of “{0}” by accident: in a row above {1} can be none",
                table.name,
                absent.what,
            ),
            "a row [none, …] before it, or nought",
            say("write “{0}”, or say what holds when nothing is there: - [none, 0%]", absent.mend),
        )
    frame: Frame = rows[0].value.frame
    for found in rows:
        for node in found.nodes():
            frame = meeting.join(frame, node.frame, binder.parents, table.place)
    return First(
        unit=unit,
        frame=frame,
        nonable=open_end or any(r.value.nonable for r in rows),
        shaky=unit.kind == "bool" and reached,
        least=_least(tuple(rows)),
        place=table.place,
        rows=tuple(rows),
        name=table.name,
    )


def _nought(binder: Bind, node: Node) -> bool:
    fixed = binder.fixed(node)
    return fixed is not None and fixed.value in (0, False, "")


def _first_row(binder: Bind, spec: FirstSpec, compared: list[Node], table: Table) -> Row:
    value = binder.bind(spec.value)
    if spec.none:
        condition = _any_none(binder, table)
        if condition is None:
            raise fault(
                spec.place, say("“{0}” cannot meet a none", table.name), mend="delete this row"
            )
        return Row("none", value, condition, none=True, place=spec.place)
    if spec.condition is None:
        return Row("otherwise", value, None, place=spec.place)
    condition = binder.bind(spec.condition)
    if condition.unit.kind != "bool":
        raise fault(
            spec.place, say("a row of “first” begins with {0}", condition.unit), "a condition"
        )
    compared.append(condition)
    return Row(spec.label, value, condition, place=spec.place)


def _any_none(binder: Bind, table: Table) -> Node | None:
    """The condition that something compared in the table's rows is none."""
    found: Node | None = None
    for spec in table.first:
        if spec.condition is None:
            continue
        for node in walk(binder.bind(spec.condition)):
            sides = (node.left, node.right) if isinstance(node, Compare) else ()
            for side in sides:
                if side.nonable:
                    absent = IsNone(unit=BOOL, frame=side.frame, place=spec.place, operand=side)
                    frame = (
                        PAYEE
                        if found is None
                        else meeting.join(found.frame, absent.frame, binder.parents, spec.place)
                    )
                    found = (
                        absent
                        if found is None
                        else meeting.logic("or", found, absent, frame, spec.place)
                    )
    return found


def as_slices(binder: Bind, amount: Node, rate: Node) -> Node | None:
    """amount * table-in-slices over that amount: paid slice by slice, without a quotient."""
    bands = binder_bands(binder, rate)
    if bands is None or not bands.slices or not _same_value(amount, bands.of):
        return None
    unit = product(amount.unit, bands.unit)
    if unit is None:
        return None
    return Sliced(
        unit=unit,
        frame=amount.frame,
        nonable=amount.nonable,
        least=amount.least,
        place=rate.place,
        of=amount,
        rows=bands.rows,
        name=bands.name,
    )


def binder_bands(binder: Bind, node: Node) -> Bands | None:
    """The bands a node is, looking through a name, but not one that is being bound."""
    if isinstance(node, Ref):
        if binder.is_open(node.name):
            return None
        node = binder.step(node.name, node.place).node
    return node if isinstance(node, Bands) else None


def _same_value(a: Node, b: Node) -> bool:
    if isinstance(a, Ref) and isinstance(b, Ref):
        return a.name == b.name
    if isinstance(a, Column) and isinstance(b, Column):
        return (a.fact, a.name) == (b.fact, b.name)
    return False
