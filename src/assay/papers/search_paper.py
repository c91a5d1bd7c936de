"""What a search found as a paper: each pattern with how it is told, counts, people, largest cases."""

from __future__ import annotations

from fractions import Fraction

from assay.engine.search_words import LABELS, NO_GUILT, WHY, key_of, titled
from assay.engine.searched import Count, Pattern, Searched
from assay.money import grouped
from assay.papers.charts import Bar, bars, diverging
from assay.papers.model import Block, Cell, Chart, Chip, Column, Figures, Paper, Section, Table
from assay.papers.model import Words as Text
from assay.papers.report_phrases import REPORTS
from assay.period import Month

MOST_PEOPLE, MOST_CASES = 12, 8


def search_paper(found: Searched, lang: str = "zh") -> Paper:
    """The paper of a search; its first sentence says that it accuses nobody."""
    say = REPORTS[lang]
    plan = found.program.plan
    span = {"first": Month(found.months.start), "last": Month(found.months.stop - 1)}
    lead = (NO_GUILT[lang], say["span_orders"].format(n=found.orders, **span))
    told = [p for p in found.patterns if p.people or any(c.unusual for c in p.counts)]
    sections = [_pattern(found, one, lang) for one in told]
    calm = tuple(
        Text(titled(p.kind, p.role, lang), "note") for p in found.patterns if p not in told
    )
    if calm:
        sections.append(Section(say["calm"], calm, "calm"))
    if found.skipped:
        texts = tuple(
            Text(
                f"{titled(about, role, lang)}: {WHY[lang][why]}",
                "note",
            )
            for about, role, why in found.skipped
        )
        sections.append(Section(say["not_looked"], texts, "rest"))
    with_money = sorted((p for p in found.patterns if p.people), key=lambda p: -p.total)
    figures = Figures(
        tuple(
            (titled(p.kind, p.role, lang), grouped(p.total), say["persons"].format(n=len(p.people)))
            for p in with_money[:6]
        )
    )  # fmt: skip
    title = say["search_title"].format(plan=plan.title.text(lang, plan.name))
    return Paper(lang, title, lead, tuple(sections), "", figures)


def _pattern(found: Searched, one: Pattern, lang: str) -> Section:
    say = REPORTS[lang]
    told = key_of(one.kind, found, lang)
    blocks: list[Block] = [Text(told + LABELS[lang]["stop"])]
    if one.kind in ("cliff", "month_edge"):
        blocks += [_edges(one, lang), *_nearest(one, lang)]
    elif one.kind == "shift_month":
        blocks.append(_turn(one.counts[0], lang))
    if one.people:
        people = list(one.people.items())[:MOST_PEOPLE]
        items = [
            Bar(f"{p} {found.names.get(p, '')}".strip()[:22], Fraction(n), grouped(n), "fi")
            for p, n in people
        ]
        sentence = f"{say['moved']}: {grouped(one.total)}"
        blocks.append(Chart(diverging(items), sentence, say["moved"]))
        blocks.append(_cases(found, one, lang))
    else:
        blocks.append(Text(say["none_found"], "note"))
    chips = tuple(Chip(c.strip()) for c in one.finding.clause.split(",") if c.strip())[:4]
    note = f"{say['candidates']} {one.candidates}"
    title = titled(one.kind, one.role, lang)
    return Section(title, tuple(blocks), f"{one.kind}-{one.role}".rstrip("-"), note, chips)


def _edges(one: Pattern, lang: str) -> Table:
    say = LABELS[lang]
    heads = ("below2", "below", "above", "above2", "on")
    rows = tuple(
        (
            Cell(c.what, (say["chance"],) if c.unusual else ()),
            *(Cell(str(n), voice="strong" if i == 2 and c.unusual else "plain") for i, n in enumerate(c.counts)),
            Cell(str(c.on or 0)),
            Cell("—" if c.moved is None else grouped(c.moved)),
        )
        for c in one.counts
    )  # fmt: skip
    columns = (
        Column(say["edge"], share=4),
        *(Column(say[h], True, 2) for h in heads),
        Column(say["moved"], True, 3),
    )
    return Table(columns, rows, folds=True)


def _nearest(one: Pattern, lang: str) -> list[Chart]:
    """The counts about the edge at which most money moved, as bars beside each other."""
    say = LABELS[lang]
    told = [c for c in one.counts if c.moved]
    if not told:
        return []
    best = max(told, key=lambda c: c.moved or 0)
    labels = [say[k] for k in ("below2", "below", "above", "above2")]
    items = [
        Bar(label, Fraction(n), str(n), "fi" if place == 2 else "fs")
        for place, (label, n) in enumerate(zip(labels, best.counts, strict=True))
    ]
    return [Chart(bars(items), f"{best.what}: {best.counts}", best.what)]


def _turn(count: Count, lang: str) -> Chart:
    labels = (REPORTS[lang]["last_days"], REPORTS[lang]["first_days"])
    items = [
        Bar(label, Fraction(n), str(n), "fs" if place == 0 else "fi")
        for place, (label, n) in enumerate(zip(labels, count.counts, strict=True))
    ]
    return Chart(bars(items), f"{labels}: {count.counts}")


def _cases(found: Searched, one: Pattern, lang: str) -> Table:
    say = REPORTS[lang]
    rows = tuple(
        (
            Cell(f"{case.payee} {found.names.get(case.payee, '')}"),
            Cell(str(Month(case.month))),
            Cell(", ".join(case.orders[:4]) + ("…" if case.count > 4 else ""), voice="note"),
            Cell(str(case.count)),
            Cell(grouped(case.moved), voice="strong"),
        )
        for case in one.cases[:MOST_CASES]
    )
    columns = (
        Column(say["person"], share=3),
        Column(say["month"], share=2),
        Column(say["order_id"], share=6),
        Column(say["count"], True, 1),
        Column(say["moved"], True, 2),
    )
    return Table(columns, rows, say["cases"], folds=True)
