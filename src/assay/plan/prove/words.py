"""Findings as sentences, and their two situations as lines that stand side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from assay.money import grouped, read_yuan
from assay.plan.document import Plan, Title
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
from assay.plan.prove.said import joined
from assay.plan.units import number_text
from assay.plan.vocabulary import IDLE

_REFUTED: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "deeper_discount": "同样的货,卖得更便宜反而多付 {gain}",
        "more_sales": "多卖一笔反而少付 {gain}",
        "cliff": "{at} 处差一分,一下跳 {gain}",
        "split": "一笔拆成两笔多付 {gain}",
        "merge": "两笔并成一笔多付 {gain}",
        "shift_month": "同一笔记到相邻的月份多付 {gain}",
        "bounded_share": "销售带来的收入可以超过销售额本身",
        "negative_margin": "允许的成交在付完各项后公司倒贴",
    },
    "en": {
        "deeper_discount": "the same goods sold for less pay {gain} more",
        "more_sales": "one more sale pays {gain} less",
        "cliff": "at {at} one 分 moves the pay by {gain}",
        "split": "one sale written as two pays {gain} more",
        "merge": "two sales written as one pay {gain} more",
        "shift_month": "a sale booked in the neighbouring month pays {gain} more",
        "bounded_share": "sales can add more to the pay than they come to",
        "negative_margin": "a sale that is allowed leaves the company less than nothing",
    },
}
_PROVED: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "deeper_discount": "同样的货,卖得更便宜绝不多付",
        "more_sales": "多卖一笔绝不少付",
        "cliff": "没有差一分就跳动的门槛",
        "split": "一笔拆成两笔绝不多付",
        "merge": "两笔并成一笔绝不多付",
        "shift_month": "记到相邻的月份绝不多付",
        "bounded_share": "销售带来的收入至多为销售额的 {share}",
        "negative_margin": "允许的成交在付完各项后公司绝不倒贴",
    },
    "en": {
        "deeper_discount": "the same goods sold for less never pay more",
        "more_sales": "one more sale never pays less",
        "cliff": "no threshold at which one 分 moves the pay",
        "split": "one sale written as two never pays more",
        "merge": "two sales written as one never pay more",
        "shift_month": "booking in the neighbouring month never pays more",
        "bounded_share": "sales add at most {share} of themselves to the pay",
        "negative_margin": "sales that are allowed never leave the company less than nothing",
    },
}
LANGS = ("zh", "en")
WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        REFUTED: "不成立", PROVED: "成立", UNDECIDED: "未决", NOT_APPLICABLE: "不适用",
        "accepted": "已签认", "before": "之前", "after": "之后", "pay": "付",
        "clause": "条款", "line": "第 {line} 行", "bounds": "范围", "month": "整月收入",
        "target": "任务", "list": "原价", "net": "成交", "none": "(没有)",
        "same_as": "(即规则 {rule} 的结论)", "question": "此性质",
        "accept": "签认时写", "steep": "公式陡处",
        "mend": "改第 {line} 行即成立:", "no_mend": "没有找到改一处即成立的办法",
        "not_least": "再小一步的改动没有试过",
        "untried": "另有 {n} 种改动在限定步数内没有试",
        "would": "最近 12 个月会多付 {total}", "would_not": "最近 12 个月会少付 {total}",
    },
    "en": {
        REFUTED: "refuted", PROVED: "proved", UNDECIDED: "undecided", NOT_APPLICABLE: "not applicable",
        "accepted": "accepted", "before": "before", "after": "after", "pay": "pays",
        "clause": "clause", "line": "line {line}", "bounds": "within", "month": "whole month",
        "target": "target", "list": "list", "net": "net", "none": "(none)",
        "same_as": "(the finding of the rule {rule})", "question": "this property",
        "accept": "to accept it write", "steep": "a steep place of the formula",
        "mend": "it holds with line {line} changed:",
        "no_mend": "no change of one place was found that makes it hold",
        "not_least": "the change one step smaller was not tried",
        "untried": "{n} further changes were not tried within the steps",
        "would": "the last 12 months would have paid {total} more",
        "would_not": "the last 12 months would have paid {total} less",
    },
}  # fmt: skip
_QUIET = frozenset({"order_id", "order_date", "net_amount", "list_amount", "on", "collection_id"})


def sentence(finding: Finding, lang: str = "zh") -> str:
    """What was found, in a sentence without the rule's name."""
    if finding.about in IDLE:
        return finding.reason.text(lang) if finding.reason is not None else ""
    if finding.status == REFUTED:
        text = _REFUTED[lang][finding.about]
        return text.format(gain=grouped(finding.gain), at=finding.at or WORDS[lang]["steep"])
    if finding.status == PROVED:
        text = _PROVED[lang][finding.about]
        return text.format(share=finding.share or "100%")
    reason = finding.reason.text(lang) if finding.reason is not None else ""
    wanted = _PROVED[lang][finding.about].format(share="…")
    return f"{wanted}? {WORDS[lang][finding.status]}: {reason}"


def subject(plan: Plan, finding: Finding, lang: str = "zh") -> str:
    """The rule by its title and name; a payee's whole month by his role."""
    if role := month_of(finding):
        return f"{role} · {WORDS[lang]['month']}"
    text = titled(plan, finding, lang)
    return text if text == finding.rule else f"{text} {finding.rule}"


def month_of(finding: Finding) -> str:
    """The role whose whole month a finding is of; empty where it is of a rule or part."""
    role, _, last = finding.rule.rpartition(".")
    return role if last == TOTAL else ""


def titled(plan: Plan, finding: Finding, lang: str = "zh") -> str:
    """The title of the rule or part a finding is of; its name where it has none."""
    parts = (plan.tables, plan.measures, plan.policies, plan.questions)
    titles = [rule.title for rule in plan.rules if rule.name == finding.rule]
    titles += [part[finding.rule].title for part in parts if finding.rule in part]
    title = titles[0] if titles else Title()
    return title.text(lang, finding.rule)


def where(finding: Finding, lang: str = "zh") -> str:
    """Clause and line."""
    words = WORDS[lang]
    line = words["line"].format(line=finding.place.line)
    return f"{words['clause']} {finding.clause} · {line}" if finding.clause else line


def bounds(finding: Finding, lang: str = "zh") -> str:
    """Over what it was proved or looked for."""
    return f"{WORDS[lang]['bounds']}: {joined(finding.bounds, lang)}" if finding.bounds else ""


def mendings(finding: Finding, lang: str = "zh") -> list[str]:
    """Each mending as the line it changes, old and new, and what it would have paid."""
    if finding.mending is None:
        return []
    words = WORDS[lang]
    found: list[str] = [] if finding.mending else [words["no_mend"]]
    for one in finding.mending:
        found.append(f"{words['mend'].format(line=one.line)}")
        for _, old, new in ((one.line, one.old, one.new), *one.also):
            found += [f"  - {old.strip()}", f"  + {new.strip()}"]
        if not one.least:
            found.append(f"  {words['not_least']}")
        if one.difference is not None:
            each = ", ".join(f"{who} {grouped(n)}" for who, n in (one.by_payee or {}).items())
            found.append(f"  {paid(one.difference, lang)}{f' ({each})' if each else ''}")
    return [*found, *untried(finding, lang)]


def paid(difference: int, lang: str = "zh") -> str:
    """What last year would have paid more or less by a mending, in 分."""
    word = "would" if difference >= 0 else "would_not"
    return WORDS[lang][word].format(total=grouped(abs(difference)))


def untried(finding: Finding, lang: str = "zh") -> list[str]:
    """That some changes were not looked at, where it is so."""
    said = WORDS[lang]["untried"].format(n=finding.untried)
    return [said] if finding.untried else []


def side_by_side(example: Counterexample, lang: str = "zh") -> tuple[list[str], list[str]]:
    """The two situations, line by line; a line that is not on the other side is marked."""
    first, second = (_lines(side, lang) for side in (example.before, example.after))
    return (
        [*_marked(first, second), _pays(example.before, lang)],
        [*_marked(second, first), _pays(example.after, lang)],
    )


def _marked(lines: Sequence[str], others: Sequence[str]) -> list[str]:
    return [f"{'  ' if line in others else '› '}{line}" for line in lines]


def _pays(side: Situation, lang: str) -> str:
    return f"  {WORDS[lang]['pay']} {grouped(side.pay)}"


def _lines(side: Situation, lang: str) -> list[str]:
    words = WORDS[lang]
    found = [_row(fact, row, lang) for fact, row in side.rows]
    found += [f"{words['target']} {who} {month}: {grouped(n)}" for who, month, n in side.targets]
    return found or [words["none"]]


def _row(fact: str, row: Mapping[str, str], lang: str) -> str:
    """A row of a fact: orders by id, day, list and net price; others by their columns."""
    words = WORDS[lang]
    said = {k: v for k, v in row.items() if k not in _QUIET and (k, v) != ("channel", "direct")}
    rest = [f"{k} {v}" for k, v in said.items() if not k.endswith("_id")]
    if fact != "order":
        day = f"{row['on'][5:]} " if "on" in row else ""
        return f"{fact} {day}" + ", ".join(rest)
    net, listed = row.get("net_amount", "0.00"), row.get("list_amount", "0.00")
    owner = row.get("salesperson_id") or row.get("agent_id") or row.get("store_id") or ""
    price = (
        f"{words['list']} {_money(listed)} {words['net']} {_money(net)} ({_discount(net, listed)})"
    )
    return ", ".join([f"{row['order_id']} {row['order_date'][5:]} {owner} {price}", *rest])


def _money(text: str) -> str:
    return grouped(read_yuan(text)).removesuffix(".00")


def _discount(net: str, listed: str) -> str:
    whole = read_yuan(listed)
    share = Fraction(read_yuan(net), whole) if whole else Fraction(0)
    return f"{number_text(share * 100, 4)}%"
