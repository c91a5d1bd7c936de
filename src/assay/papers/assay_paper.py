"""The assay of a plan as a paper: each finding a sentence, counter-examples side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.money import grouped, read_yuan
from assay.papers.compare_paper import signed
from assay.papers.model import (
    Block,
    Cell,
    Chip,
    Column,
    Figures,
    Paper,
    Section,
    SideRow,
    Sides,
    Table,
)
from assay.papers.model import Words as Text
from assay.papers.report_phrases import REPORTS, discount, role_name
from assay.plan.document import Plan
from assay.plan.problems import Problem
from assay.plan.prove import words
from assay.plan.prove.finding import (
    NOT_APPLICABLE,
    PROVED,
    REFUTED,
    TOTAL,
    UNDECIDED,
    Counterexample,
    Finding,
    Situation,
)
from assay.plan.source import digest


def assay_paper(
    plan: Plan,
    text: str,
    readings: Mapping[str, str],
    findings: Sequence[Finding],
    stale: Sequence[Problem] = (),
    lang: str = "zh",
) -> Paper:
    """The paper of some findings of a plan; refuted ones first, by what they move.

    text: the plan file, whose digest the paper bears. readings: those in force. stale: acceptances
    that no longer hold.
    """
    say = REPORTS[lang]
    shown = [f for f in findings if not f.same_as]
    refuted = sorted((f for f in shown if f.status == REFUTED), key=lambda f: (f.accepted, -f.gain))
    sections = [_refuted(plan, one, lang) for one in _not_twice(refuted)]
    for status, name in ((UNDECIDED, "undecided"), (PROVED, "proved")):
        found = [f for f in shown if f.status == status]
        if found:
            sections.append(
                Section(say[name], (_brief(plan, found, lang),), name, say[f"{name}_note"])
            )
    rest = [f for f in shown if f.status == NOT_APPLICABLE]
    if rest:
        sections.append(Section(say["not_applicable"], (_reasons(rest, lang),), "rest"))
    if stale:
        told = tuple(Text(problem.text(""), "wrong") for problem in stale)
        sections.insert(0, Section(say["stale"], told, "stale", say["stale_note"]))
    counts = {
        status: sum(f.status == status for f in shown) for status in (REFUTED, UNDECIDED, PROVED)
    }
    figures = Figures(
        (
            (say["refuted"], str(counts[REFUTED]), say["accepted_of"].format(n=sum(f.accepted for f in refuted))),
            (say["undecided"], str(counts[UNDECIDED]), ""),
            (say["proved"], str(counts[PROVED]), ""),
        )
    )  # fmt: skip
    own = {name: r for name, r in readings.items() if plan.questions[name].read != r}
    lead = [say["assay_lead"]]
    if own:
        lead.append(say["readings"].format(readings=", ".join(f"{n}={r}" for n, r in own.items())))
    title = plan.title.text(lang, plan.name)
    return Paper(
        lang,
        say["assay_title"].format(plan=title),
        tuple(lead),
        tuple(sections),
        f"{plan.name} · SHA-256 {digest(text)}",
        figures,
    )


def _not_twice(refuted: Sequence[Finding]) -> list[Finding]:
    """Without what a line shares with its role's whole month: the month tells it with all lines."""
    whole = {(f.role, f.about, f.at) for f in refuted if f.rule.endswith(f".{TOTAL}")}
    return [
        f
        for f in refuted
        if f.rule.endswith(f".{TOTAL}") or f.accepted or (f.role, f.about, f.at) not in whole
    ]


def _refuted(plan: Plan, one: Finding, lang: str) -> Section:
    say = REPORTS[lang]
    blocks: list[Block] = [Text(words.sentence(one, lang), "strong")]
    if one.example is not None:
        blocks.append(_sides(one, one.example, lang))
    if one.bounds:
        blocks.append(Text(words.bounds(one, lang), "note"))
    blocks += _mendings(one, lang)
    chips = tuple(Chip(clause.strip()) for clause in one.clause.split(",") if clause.strip())
    status = say["accepted"] if one.accepted else say["refuted"]
    line = words.WORDS[lang]["line"].format(line=one.place.line)
    return Section(_subject(plan, one, lang), tuple(blocks), "", f"{status} · {line}", chips[:3])


def _mendings(one: Finding, lang: str) -> Iterator[Block]:
    """Each mending: the lines it changes, and what last year would have paid, by person."""
    if one.mending is None:
        return
    say, terms = REPORTS[lang], words.WORDS[lang]
    if not one.mending:
        yield Text(terms["no_mend"], "note")
    for mend in one.mending:
        for at, old, new in ((mend.line, mend.old, mend.new), *mend.also):
            yield Text(say["mend"].format(line=at, old=old.strip(), new=new.strip()), "note")
        if not mend.least:
            yield Text(terms["not_least"], "note")
        if mend.difference is None:
            continue
        yield Text(words.paid(mend.difference, lang))
        if mend.by_payee:
            rows = tuple((Cell(who), Cell(signed(n))) for who, n in mend.by_payee.items())
            yield Table((Column(say["person"]), Column(say["difference"], True)), rows)
    for said in words.untried(one, lang):
        yield Text(said, "note")


def _subject(plan: Plan, one: Finding, lang: str) -> str:
    """The rule by its title alone; the whole month by its role."""
    if role := words.month_of(one):
        return f"{role_name(role, lang)} · {words.WORDS[lang]['month']}"
    return words.titled(plan, one, lang)


def _sides(one: Finding, example: Counterexample, lang: str) -> Sides:
    say = REPORTS[lang]
    rows = [*_rows(example, lang)]
    who = role_name(example.role or one.role, lang)
    result = SideRow(
        say["gets"].format(who=who), grouped(example.before.pay), grouped(example.after.pay)
    )
    worse = "left" if example.after.pay < example.before.pay else "right"
    return Sides((say["same_goods"], say["left"], say["right"]), tuple(rows), result, "", worse)


def _rows(example: Counterexample, lang: str) -> Iterator[SideRow]:
    """Rows of both sides, those of one id beside each other; then sums and targets."""
    say = REPORTS[lang]
    sides = [_by_id(side) for side in (example.before, example.after)]
    names = list(dict.fromkeys([*sides[0], *sides[1]]))
    for name in names:
        one, other = (side.get(name) for side in sides)
        days = {_day(values) for _, values in (one, other) if values} if one and other else set()
        fact, values = one or other or ("", {})
        label = say["order"] if fact == "order" else fact
        owner = (
            values.get("salesperson_id") or values.get("agent_id") or values.get("store_id") or ""
        )
        when = next(iter(days)) if len(days) == 1 else "" if days else _day(values)
        texts = [
            (f"{_day(side[1])}  " if len(days) > 1 else "") + _told(*side, lang) if side else "—"
            for side in (one, other)
        ]  # fmt: skip
        yield SideRow(
            " ".join(x for x in (label, values.get("order_id", ""), when, owner) if x), *texts
        )
    sums = [_sum(side) for side in (example.before, example.after)]
    if len(names) > 1 and all(sums):
        texts = [
            f"{_short(net)}\n{discount(net, listed, lang)}"
            for net, listed in (s for s in sums if s)
        ]
        yield SideRow(say["together"], texts[0], texts[1])
    targets = [{(w, m): n for w, m, n in side.targets} for side in (example.before, example.after)]
    for who, month in dict.fromkeys([*targets[0], *targets[1]]):
        texts = [_short(t[who, month]) if (who, month) in t else "—" for t in targets]
        yield SideRow(f"{say['target']} {who} {month}", texts[0], texts[1])


def _by_id(side: Situation) -> dict[str, tuple[str, Mapping[str, str]]]:
    found: dict[str, tuple[str, Mapping[str, str]]] = {}
    for number, (fact, values) in enumerate(side.rows):
        key = f"{fact} {values.get('order_id', number)} {number if fact != 'order' else ''}"
        found[key] = (fact, values)
    return found


def _day(values: Mapping[str, str]) -> str:
    return values.get("order_date", values.get("on", ""))[5:]


def _told(fact: str, values: Mapping[str, str], lang: str) -> str:
    """Net price of list price, or the columns of another fact."""
    if fact != "order":
        rest = (f"{k} {v}" for k, v in values.items() if not k.endswith("_id") and k != "on")
        return ", ".join(rest)
    net, listed = (
        read_yuan(values.get("net_amount", "0")),
        read_yuan(values.get("list_amount", "0")),
    )
    return f"{_short(listed)} → {_short(net)}\n{discount(net, listed, lang)}"


def _sum(side: Situation) -> tuple[int, int] | None:
    orders = [values for fact, values in side.rows if fact == "order"]
    if not orders:
        return None
    nets, lists = (
        [read_yuan(o.get(c, "0")) for o in orders] for c in ("net_amount", "list_amount")
    )
    return sum(nets), sum(lists)


def _short(fen: int) -> str:
    return grouped(fen).removesuffix(".00")


def _brief(plan: Plan, found: Sequence[Finding], lang: str) -> Table:
    say = REPORTS[lang]
    rows = tuple(
        (
            Cell(_subject(plan, one, lang)),
            Cell(words.sentence(one, lang), (words.bounds(one, lang),) if one.bounds else ()),
            Cell(one.clause),
        )
        for one in found
    )
    columns = (
        Column(say["of"], share=3),
        Column(say["finding"], share=9),
        Column(say["clause"], share=3),
    )
    return Table(columns, rows, folds=True)


def _reasons(found: Sequence[Finding], lang: str) -> Table:
    """What does not apply, gathered by its reason."""
    say = REPORTS[lang]
    reasons: dict[str, list[str]] = {}
    for one in found:
        reason = one.reason.text(lang) if one.reason is not None else ""
        reasons.setdefault(reason, []).append(f"{one.rule}/{one.about}")
    rows = tuple(
        (Cell(reason), Cell(", ".join(names), voice="note")) for reason, names in reasons.items()
    )
    return Table((Column(say["why"], share=4), Column(say["finding"], share=9)), rows, folds=True)
