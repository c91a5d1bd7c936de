"""A comparison as a paper and as a picture: bars per person, distributions back to back."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assay.engine.compare import Comparison, Pair, winners
from assay.engine.compare_out import why
from assay.money import grouped
from assay.papers.charts import Bar, Bin, diverging, mirrored, stacked
from assay.papers.drawing import Drawing
from assay.papers.model import Block, Cell, Chart, Column, Figures, Paper, Section, Table
from assay.papers.model import Words as Text
from assay.papers.report_phrases import REPORTS, discount
from assay.period import Month

MOST_BARS, MOST_ORDERS, BINS = 30, 15, 8


def compare_paper(found: Comparison, lang: str = "zh") -> Paper:
    """The paper of a comparison."""
    say = REPORTS[lang]
    total = found.total()
    better, same, worse = winners(found.people().values())
    span = {"first": Month(found.months.start), "last": Month(found.months.stop - 1)}
    figures = Figures(
        (
            (say["before"], grouped(total.before or 0), ""),
            (say["after"], grouped(total.after or 0), ""),
            (say["difference"], signed(total.difference), say["changed"].format(n=found.changed)),
            (say["winners"], say["persons"].format(n=better), ""),
            (say["same"], say["persons"].format(n=same), ""),
            (say["losers"], say["persons"].format(n=worse), ""),
        )
    )
    people = [(f"{p} {found.names.get(p, '')}", pair) for p, pair in found.people().items()]
    lines = [(found.titles[name], pair) for name, pair in found.lines().items()]
    months = [(str(Month(m)), pair) for m, pair in found.by_months().items()]
    sections = [
        Section(say["lines"], (_table(say["line"], lines, total, lang),), "lines"),
        Section(say["people"], (*charts(found, lang), _table(say["person"], people, None, lang)), "people"),
        Section(say["orders"], _orders(found, lang), "orders"),
        Section(say["months"], (_table(say["month"], months, None, lang),), "months"),
    ]  # fmt: skip
    lead = (
        say["compare_lead"].format(before=found.labels[0]),
        say["compare_lead_b"].format(after=found.labels[1]),
        say["span"].format(currency=found.currency, **span),
    )
    return Paper(lang, say["compare_title"], lead, tuple(sections), "", figures)


def charts(found: Comparison, lang: str = "zh") -> tuple[Chart, Chart]:
    """Diverging bars of each person's difference; what a month pays, before and after."""
    say = REPORTS[lang]
    total = found.total().difference
    sentence = f"{say['by_person']}: {say['total']} {signed(total)}"
    return (
        Chart(by_person(found, lang), sentence, say["by_person"]),
        Chart(spread(found, lang), say["spread"], say["spread"], say["spread_note"]),
    )


def chart(found: Comparison, lang: str = "zh") -> Drawing:
    """Both drawings under each other, for a picture of its own."""
    say = REPORTS[lang]
    head = f"{say['by_person']}  {found.labels[0]} → {found.labels[1]}"
    return stacked([(head, by_person(found, lang)), (say["spread"], spread(found, lang))])


def by_person(found: Comparison, lang: str) -> Drawing:
    """A bar for each person whose pay differs, from the greatest gain to the greatest loss."""
    say = REPORTS[lang]
    people = [(p, pair.difference) for p, pair in found.people().items() if pair.difference]
    if len(people) > MOST_BARS:
        half = MOST_BARS // 2
        middle = people[half:-half]
        rest = sum(n for _, n in middle)
        people = [*people[:half], (say["more"].format(n=len(middle)), rest), *people[-half:]]
    return diverging(
        [
            Bar(f"{p} {found.names.get(p, '')}".strip()[:22], Fraction(n), signed(n), "fi" if n > 0 else "fs")
            for p, n in people
        ]
    )  # fmt: skip


def spread(found: Comparison, lang: str) -> Drawing:
    """How the pay of person-months is spread on both sides, in equal round spans."""
    say = REPORTS[lang]
    months: dict[tuple[str, int], Pair] = {}
    for (payee, _, month, _), pair in found.cells.items():
        key = (payee, month)
        months[key] = months[key].plus(pair) if key in months else pair
    sides = [[p.before for p in months.values()], [p.after for p in months.values()]]
    every = [n for side in sides for n in side if n is not None]
    # The few highest stand together in the last span, which is open.
    step = _round_step(max(sorted(every)[len(every) * 19 // 20 :][:1] or [1]))
    counts = [[0] * (BINS + 1) for _ in sides]
    for place, side in enumerate(sides):
        for amount in side:
            if amount is not None:
                counts[place][min(max(amount // step, 0), BINS)] += 1
    last = max((n for n in range(BINS + 1) if counts[0][n] or counts[1][n]), default=0)
    made = [Bin(_span(n, step, lang), counts[0][n], counts[1][n]) for n in range(last + 1)]
    return mirrored(made, (say["before"], say["after"]))


def _round_step(most: int) -> int:
    """A span of 1, 2 or 5 times a power of ten, so that BINS of them reach the greatest."""
    size = 100
    while True:
        for times in (1, 2, 5):
            if size * times * BINS >= most:
                return size * times
        size *= 10


def _span(number: int, step: int, lang: str) -> str:
    """The foot of a span, as people say it: 2万, 500."""
    yuan = number * step // 100
    if lang == "zh" and yuan and yuan % 1000 == 0 and step >= 100_000:
        return f"{yuan / 10000:g}万起"
    return f"{yuan:,}起" if lang == "zh" else f"{yuan:,}+"


def signed(value: int) -> str:
    """An amount with its sign."""
    return f"{'+' if value > 0 else ''}{grouped(value)}".replace("-", "−")


def _table(name: str, rows: Sequence[tuple[str, Pair]], total: Pair | None, lang: str) -> Table:
    say = REPORTS[lang]
    made = [_row(title, pair) for title, pair in rows]
    if total is not None:
        made.append(tuple(Cell(c.text, voice="strong") for c in _row(say["total"], total)))
    columns = (
        Column(name, share=3),
        *(Column(say[k], True, 2) for k in ("before", "after", "difference")),
    )
    return Table(columns, tuple(made), folds=True)


def _row(title: str, pair: Pair) -> tuple[Cell, ...]:
    texts = ("—" if n is None else grouped(n) for n in (pair.before, pair.after))
    return (Cell(title), *(Cell(text) for text in texts), Cell(signed(pair.difference)))


def _orders(found: Comparison, lang: str) -> tuple[Block, ...]:
    say = REPORTS[lang]
    if not found.orders:
        return (Text(say["changed"].format(n=0)),)
    rows = []
    for order in found.orders[:MOST_ORDERS]:
        parts = [
            f"{part.payee} {found.names.get(part.payee, '')} {found.titles[part.line]}"
            f" {signed(part.pair.difference)}" + (f" · {reason}" if (reason := why(part)) else "")
            for part in order.parts
        ]
        price = "" if order.net is None else discount(order.net, order.listed or 0, lang)
        net = "" if order.net is None else f"{grouped(order.net)} {price}"
        rows.append(
            (
                Cell(order.order, (f"{order.day or ''}  {net}",)),
                Cell("\n".join(parts), voice="note"),
                Cell(signed(order.pair.difference), voice="strong"),
            )
        )
    note = say["changed"].format(n=found.changed)
    rest = sum(found.by_month.values())
    if rest:
        note += " · " + say["not_by_order"].format(amount=signed(rest))
    columns = (
        Column(say["order_id"], share=4),
        Column(say["why_changed"], share=7),
        Column(say["difference"], True, 2),
    )
    return Text(note, "note"), Table(columns, tuple(rows), folds=True)
