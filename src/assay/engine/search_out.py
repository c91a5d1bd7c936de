"""What a search found as sentences, as data and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from assay.engine.search_words import LABELS, NO_GUILT, TITLES, WHY, key_of, role_title
from assay.engine.searched import Pattern, Searched
from assay.engine.workbook import Column, Sheet, write_workbook
from assay.money import yuan
from assay.period import Month
from assay.plan.units import number_text


def searched_data(found: Searched, lang: str = "en") -> dict[str, object]:
    """Everything for `--json`."""
    return {
        "plan": found.program.plan.name,
        "months": {
            "from": str(Month(found.months.start)),
            "to": str(Month(found.months.stop - 1)),
        },
        "orders": found.orders,
        "note": NO_GUILT[lang],
        "windows": {
            "days": found.windows.days,
            "turn": found.windows.turn,
            "near": str(found.windows.near),
        },
        "patterns": [_pattern(found, one, lang) for one in found.patterns],
        "not_looked_for": [
            {"property": about, "role": role, "because": WHY[lang][why]}
            for about, role, why in found.skipped
        ],
    }


def _pattern(found: Searched, one: Pattern, lang: str) -> dict[str, object]:
    return {
        "property": one.about,
        "pattern": one.kind,
        "role": one.role,
        "key": key_of(one.kind, found, lang),
        "clause": one.finding.clause,
        "candidates": one.candidates,
        "moved": yuan(one.total),
        "people": [
            {"payee_id": payee, "name": found.names.get(payee, payee), "moved": yuan(amount)}
            for payee, amount in one.people.items()
        ],
        "counts": [
            {
                "at": c.what,
                "counts": dict(zip(c.labels, c.counts, strict=True)),
                "on_the_edge": c.on,
                "expected": number_text(c.expected, 1).rstrip("…"),
                "more_than_chance": c.unusual,
                "moved": None if c.moved is None else yuan(c.moved),
            }
            for c in one.counts
        ],
        "cases": [
            {
                "payee_id": case.payee,
                "month": str(Month(case.month)),
                "orders": list(case.orders),
                "count": case.count,
                "moved": yuan(case.moved),
            }
            for case in one.cases
        ],
    }


HEADS: Mapping[str, tuple[str, ...]] = {
    "zh": ("规律", "角色", "符合的", "人数", "移动的钱", "怎样认", "编号", "姓名", "月份", "单数", "订单",
           "门槛", "再低一段", "刚好不到", "刚过", "再高一段", "其中正好", "两侧平均", "判断"),
    "en": ("Pattern", "Role", "Fitting", "People", "Money moved", "How it is told", "ID", "Name", "Month",
           "Orders", "Order ids", "Edge", "Lower yet", "Just under", "Just over", "Higher yet", "On it",
           "Expected", "Verdict"),
}  # fmt: skip
SHEETS: Mapping[str, tuple[str, ...]] = {
    "zh": ("总览", "按人", "明细", "门槛两侧", "合计"),
    "en": ("Overview", "People", "Cases", "Edges", "Total"),
}
ABOVE = {
    "zh": "方案奖励的做法在订单里的痕迹，{first} 至 {last}，{n} 单",
    "en": "What the plan rewards, in the orders of {first} to {last}, {n} orders",
}


def write_searched(found: Searched, path: Path, lang: str = "zh") -> None:
    """The workbook: overview, people, cases, edges."""
    ends = {"first": Month(found.months.start), "last": Month(found.months.stop - 1)}
    above = (ABOVE[lang].format(n=found.orders, **ends), NO_GUILT[lang])
    pattern, role, fit, people, money, told, who, name, month, count, ids, *_ = HEADS[lang]
    moved = Column(money, "money", summed=True)
    titles = TITLES[lang]
    overview = [
        (titles[p.kind], role_title(p.role, lang), p.candidates, len(p.people), p.total, key_of(p.kind, found, lang))
        for p in found.patterns
    ]  # fmt: skip
    persons = [
        (titles[p.kind], role_title(p.role, lang), payee, found.names.get(payee, payee), amount)
        for p in found.patterns
        for payee, amount in p.people.items()
    ]
    one, two, three, four, total = SHEETS[lang]
    by, named = Column(pattern, width=20), (Column(who, width=10), Column(name, width=18))
    of_role = Column(role, width=10)
    heads = (by, of_role, Column(fit, "count", 9), Column(people, "count", 7), moved)
    columns = (by, *named, Column(month, width=9), Column(count, "count", 7), moved)
    sheets = [
        Sheet(one, (*heads, Column(told, width=90)), overview, above),
        Sheet(two, (by, of_role, *named, moved), persons, total=total),
        Sheet(three, (*columns, Column(ids, width=80)), [*_cases(found, lang)], total=total),
        _edges(found, four, lang),
    ]
    write_workbook(path, sheets)


def _cases(found: Searched, lang: str) -> Iterator[tuple[object, ...]]:
    say = LABELS[lang]
    for p in found.patterns:
        for case in p.cases:
            more = say["and_more"].format(n=case.count) if case.count > len(case.orders) else ""
            name = found.names.get(case.payee, case.payee)
            ids = say["join"].join(case.orders) + more
            at = str(Month(case.month))
            yield TITLES[lang][p.kind], case.payee, name, at, case.count, case.moved, ids


def _edges(found: Searched, name: str, lang: str) -> Sheet:
    rows = [
        (TITLES[lang][p.kind], role_title(p.role, lang), c.what, *c.counts, c.on, int(c.expected + Fraction(1, 2)),
         LABELS[lang]["chance"] if c.unusual else "", c.moved)
        for p in found.patterns
        for c in p.counts
        if p.about == "cliff"
    ]  # fmt: skip
    pattern, role, _, _, money, *_ = HEADS[lang]
    edge, *four, on, expected, judged = HEADS[lang][-8:]
    columns = (
        Column(pattern, width=20),
        Column(role, width=10),
        Column(edge, width=24),
        *(Column(title, "count", 10) for title in (*four, on, expected)),
        Column(judged, width=16),
        Column(money, "money"),
    )
    return Sheet(name, columns, rows)
