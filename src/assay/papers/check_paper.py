"""What stands between a plan and its publication as a paper: its own faults before its assay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assay.papers.assay_paper import assay_paper
from assay.papers.model import Cell, Column, Figures, Paper, Section, Table
from assay.papers.report_phrases import REPORTS
from assay.plan.check import Verdict
from assay.plan.problems import Problem
from assay.plan.prove.words import WORDS
from assay.plan.source import digest


def check_paper(found: Verdict, text: str, readings: Mapping[str, str], lang: str = "zh") -> Paper:
    """The paper of a check: open questions, failing examples, clauses nothing carries out; the assay.

    text: the plan file, whose digest the paper bears. readings: those in force.
    """
    say = REPORTS[lang]
    assayed = assay_paper(found.plan, text, readings, found.findings, found.outdated, lang)
    own = [
        Section(say[f"own_{kind}"], (_table(problems, lang),), kind)
        for kind, problems in found.own.items()
        if problems
    ]
    count = len(found.problems)
    told = say["not_publishable"].format(n=count) if count else say["publishable"]
    counts = tuple((say[f"own_{kind}"], str(len(those)), "") for kind, those in found.own.items())
    return replace(
        assayed,
        title=say["check_title"].format(plan=found.plan.title.text(lang, found.plan.name)),
        lead=(told, *assayed.lead),
        sections=(*own, *assayed.sections),
        figures=Figures((*counts, *assayed.figures.items)),
    )


def faults_paper(name: str, text: str, faults: Sequence[Problem], lang: str = "zh") -> Paper:
    """The paper of a plan that cannot run: its faults alone, with how each is mended."""
    say = REPORTS[lang]
    return Paper(
        lang,
        say["check_title"].format(plan=name),
        (say["not_publishable"].format(n=len(faults)), say["faults_lead"]),
        (Section(say["own_faults"], (_table(faults, lang),), "faults"),),
        f"{name} · SHA-256 {digest(text)}",
    )


def _table(problems: Sequence[Problem], lang: str) -> Table:
    say = REPORTS[lang]
    rows = []
    for one in (problem.told(lang) for problem in problems):
        under = (f"{say['expected']}{one.expected}",) if one.expected else ()
        at = WORDS[lang]["line"].format(line=one.place.line)
        rows.append((Cell(at), Cell(one.message, under), Cell(one.mend), Cell(one.place.clause)))
    columns = (
        Column(say["place"], share=2),
        Column(say["finding"], share=6),
        Column(say["to_mend"], share=5),
        Column(say["clause"], share=2),
    )
    return Table(columns, tuple(rows), folds=True)
