"""Plan text to a Plan: which words a plan may use, and where each must stand."""

from __future__ import annotations

import re

from assay.plan.bands import read_band
from assay.plan.document import (
    BandSpec,
    Clause,
    ColumnSpec,
    CreditSpec,
    Example,
    Fact,
    FirstSpec,
    LadderSpec,
    Measure,
    Plan,
    Policy,
    Question,
    RefusalSpec,
    Rule,
    Table,
    Title,
)
from assay.plan.fields import (
    Faults,
    cite_of,
    entries_of,
    formula_of,
    items_of,
    month_of,
    optional_formula,
    optional_text,
    section,
    sequence,
    text_of,
    title_of,
    word_of,
    words_of,
)
from assay.plan.formula import Syntax
from assay.plan.problems import Place, PlanError, Problem, fault
from assay.plan.source import Entries, Items, Text, Value, read_source
from assay.plan.vocabulary import KINDS, SHOWN, WINDOWS

PLAN_WORDS = (
    "plan",
    "title",
    "effective",
    "currency",
    "rounding",
    "clauses",
    "prose",
    "facts",
    "policies",
    "measures",
    "tables",
    "rules",
    "questions",
    "examples",
)
EXAMPLE_SETTINGS = ("name", "read", "with", "given", "expect", "by_hand")
EXAMPLE_FACTS = ("month", "payee", "orders", "team")
_BLOCK_KEY = "example_block"


def read_plan(text: str, file: str = "plan") -> Plan:
    """The plan a text says. Raises PlanError with every fault found, each at its line."""
    faults = Faults()
    try:
        plan = _plan(read_source(text), faults)
    except PlanError as error:
        faults.found.extend(error.problems)
        raise PlanError(faults.found, file) from None
    faults.raise_any(file)
    return plan


def read_example(text: str, file: str = "example") -> Example:
    """An example block alone, or a list of exactly one; `expect` may be absent."""
    stripped = text.lstrip("\ufeff")
    first = next((line for line in stripped.splitlines() if line.strip()[:1] not in ("", "#")), "")
    is_list = first.lstrip().startswith(("- ", "["))
    try:
        # A list is read under a key of our own; places are moved back by its line.
        value: Value = read_source(f"{_BLOCK_KEY}:\n{stripped}" if is_list else stripped)
        inner = value.get(_BLOCK_KEY) if isinstance(value, Entries) else None
        if isinstance(inner, Items):
            if len(inner) != 1:
                raise fault(inner.place, f"{len(inner)} examples stand here", "one example block")
            value = inner.values[0]
        return _example(value)
    except PlanError as error:
        raise PlanError([_up(problem, int(is_list)) for problem in error.problems], file) from None


def _up(problem: Problem, lines: int) -> Problem:
    """The problem some lines higher: where it stands in the text as given."""
    place = problem.place
    moved = Place(max(1, place.line - lines), place.column, place.clause)
    return Problem(moved, problem.message, problem.expected, problem.mend)


def _plan(top: Entries, faults: Faults) -> Plan:
    with faults.gather():
        top.only(PLAN_WORDS, "the plan")
    name = word_of(top.need("plan", "the plan"), "the plan's name", dashes=True)
    currency = text_of(top.get("currency") or Text("CNY", top.place))
    if not re.fullmatch(r"[A-Z]{3}", currency.value):
        raise fault(currency.place, f"“{currency.value}” is no currency", "CNY, USD, …")
    effective = text_of(top.need("effective", "the plan"))
    month_of(effective)
    return Plan(
        name=name.value,
        title=title_of(top),
        effective=effective.value,
        currency=currency.value,
        rounding=text_of(top.get("rounding") or Text("line", top.place)),
        clauses=_clauses(top, faults),
        prose=_prose(top, faults),
        facts=section(top, "facts", _fact, faults),
        policies=section(top, "policies", _policy, faults),
        measures=section(top, "measures", _measure, faults),
        tables=section(top, "tables", _table, faults),
        rules=sequence(top, "rules", _rule, faults),
        questions=section(top, "questions", _question, faults),
        examples=sequence(top, "examples", _example, faults),
        place=top.place,
    )


def _clauses(top: Entries, faults: Faults) -> dict[str, Clause]:
    value = top.get("clauses")
    found: dict[str, Clause] = {}
    if value is not None:
        with faults.gather():
            entries = entries_of(value, "clauses")
            for number, gist in entries.values.items():
                with faults.gather():
                    found[number] = Clause(number, text_of(gist).value, entries.keys[number])
    return found


def _prose(top: Entries, faults: Faults) -> dict[str, Place]:
    value = top.get("prose")
    found: dict[str, Place] = {}
    if value is None:
        return found
    with faults.gather():
        if isinstance(value, Entries):
            return dict(value.keys)
        for item in items_of(value, "prose"):
            found[text_of(item).value] = item.place
    return found


def _fact(name: str, entry: Entries) -> Fact:
    entry.only(("of", "has", "on", "to", "refuse", "cite"), f"the fact “{name}”")
    cite = cite_of(entry)
    columns: list[ColumnSpec] = []
    if (has := entry.get("has")) is not None:
        spec = entries_of(has, "has")
        for column, kind in spec.values.items():
            word_of(Text(column, spec.keys[column]), "a column")
            said = text_of(kind)
            if said.value not in KINDS:
                raise fault(said.place, f"“{said.value}” is no kind of column", ", ".join(KINDS))
            columns.append(ColumnSpec(column, said.value, spec.keys[column]))
    of = entry.get("of")
    to = entry.get("to")
    refuse = entry.get("refuse")
    return Fact(
        name,
        entry.place,
        word_of(of, "a fact").value if of is not None else "",
        tuple(columns),
        optional_formula(entry, "on", cite),
        tuple(_credit(item, cite) for item in _one_or_more(to)),
        tuple(_refusal(item, cite) for item in _one_or_more(refuse)),
    )


def _one_or_more(value: Value | None) -> tuple[Value, ...]:
    if value is None:
        return ()
    return value.values if isinstance(value, Items) else (value,)


def _credit(value: Value, cite: tuple[str, ...]) -> CreditSpec:
    entry = entries_of(value, "an entry of “to”")
    entry.only(("who", "as", "where", "counts_for"), "an entry of “to”")
    counts = entry.get("counts_for")
    if counts is not None and text_of(counts).value != "team":
        raise fault(counts.place, "a credit counts for “team” or is not named", "counts_for: team")
    return CreditSpec(
        formula_of(entry.need("who", "an entry of “to”"), cite),
        tuple(word.value for word in words_of(entry.need("as", "an entry of “to”"), "a role")),
        optional_formula(entry, "where", cite),
        counts is not None,
        entry.place,
    )


def _refusal(value: Value, cite: tuple[str, ...]) -> RefusalSpec:
    entry = entries_of(value, "an entry of “refuse”")
    entry.only(("when", "why"), "an entry of “refuse”")
    when = formula_of(entry.need("when", "an entry of “refuse”"), cite)
    return RefusalSpec(when, text_of(entry.need("why", "an entry of “refuse”")).value, entry.place)


def _policy(name: str, entry: Entries) -> Policy:
    entry.only(("is", "cite", "title"), f"the policy “{name}”")
    cite = cite_of(entry)
    value = entry.need("is", f"the policy “{name}”")
    values: list[tuple[int | None, Syntax]] = []
    if isinstance(value, Entries):
        for month, said in value.values.items():
            values.append((month_of(Text(month, value.keys[month])), formula_of(said, cite)))
        values.sort(key=lambda pair: pair[0] or 0)
        if not values:
            raise fault(value.place, "no value", "{2024-01: 2万元}")
    else:
        values.append((None, formula_of(value, cite)))
    return Policy(name, tuple(values), title_of(entry), cite, entry.place)


def _measure(name: str, entry: Entries) -> Measure:
    entry.only(("is", "where", "over", "cite", "title"), f"the measure “{name}”")
    cite = cite_of(entry)
    over = entry.get("over")
    window = text_of(over).value if over is not None else "month"
    if window not in WINDOWS:
        place = over.place if over is not None else entry.place
        raise fault(place, f"“{window}” is no window", ", ".join(WINDOWS))
    formula = formula_of(entry.need("is", f"the measure “{name}”"), cite)
    where = optional_formula(entry, "where", cite)
    return Measure(name, formula, where, window, title_of(entry), cite, entry.place)


_TABLE_WORDS = (
    "of",
    "bands",
    "first",
    "columns",
    "rows",
    "points",
    "beyond",
    "then",
    "reads",
    "cite",
    "title",
)
_FORMS = ("bands", "first", "rows", "points")


def _table(name: str, entry: Entries) -> Table:
    what = f"the table “{name}”"
    entry.only(_TABLE_WORDS, what)
    cite = cite_of(entry)
    clause = cite[0] if cite else ""
    forms = [form for form in _FORMS if entry.get(form) is not None]
    of = tuple(formula_of(said, cite) for said in _one_or_more(entry.get("of")))
    wanted = {"first": 0, "rows": 2}.get(forms[0] if forms else "", 1)
    if len(forms) != 1 or len(of) != wanted:
        raise fault(
            entry.place,
            f"{what} is neither bands, first, rows nor points",
            "of: with bands: · first: · of: [a, b] with columns: and rows: · of: with points:",
        )
    form = items_of(entry.need(forms[0], what), forms[0])
    plain = "between" if forms[0] == "points" else "whole"
    shared = (
        text_of(entry.get("reads") or Text(plain, entry.place)),
        title_of(entry),
        cite,
        entry.place,
    )
    if forms[0] == "bands":
        bands = tuple(_band(row, clause) for row in form)
        return Table(name, of, bands, (), *shared, ladder=_ladder(entry, cite))
    if forms[0] == "first":
        return Table(name, of, (), tuple(_first(row, clause) for row in form), *shared)
    if forms[0] == "points":
        points = tuple(_point(row, cite) for row in form)
        beyond = optional_text(entry, "beyond") or "refuse"
        return Table(name, of, (), (), *shared, points=points, beyond=beyond)
    return _grid(name, entry, of, shared)


def _grid(
    name: str,
    entry: Entries,
    of: tuple[Syntax, ...],
    shared: tuple[Text, Title, tuple[str, ...], Place],
) -> Table:
    """Two dimensions: columns are bands of the first value, rows begin with a band of the second."""
    clause = shared[2][0] if shared[2] else ""
    heads = items_of(entry.need("columns", f"the table “{name}”"), "columns")
    columns = tuple(_edge(text_of(head), clause) for head in heads)
    bands: list[BandSpec] = []
    grid: list[tuple[Syntax, ...]] = []
    for row in items_of(entry.need("rows", name), "rows"):
        cells = items_of(row, "a row")
        if len(cells) != len(columns) + 1:
            raise fault(
                row.place,
                f"a row has {len(cells)} parts",
                f"a band and {len(columns)} values, one for each column",
                "put quotes around a band that contains a comma",
            )
        bands.append(_edge(text_of(cells.values[0]), clause))
        grid.append(tuple(formula_of(cell, (clause,)) for cell in cells.values[1:]))
    return Table(name, of, tuple(bands), (), *shared, columns=columns, grid=tuple(grid))


def _edge(label: Text, clause: str) -> BandSpec:
    """A band without a value of its own."""
    ends = read_band(label, clause)
    nothing = formula_of(Text("0", label.place))
    return BandSpec(
        label.value, ends.low, ends.low_in, ends.high, ends.high_in, nothing, label.place
    )


def _point(row: Value, cite: tuple[str, ...]) -> tuple[Syntax, Syntax]:
    at, value = _pair(row, "value read")
    return formula_of(at, cite), formula_of(value, cite)


def _ladder(entry: Entries, cite: tuple[str, ...]) -> LadderSpec | None:
    value = entry.get("then")
    if value is None:
        return None
    steps = entries_of(value, "then")
    steps.only(("from", "first", "every", "add"), "then")
    parts = [formula_of(steps.need(key, "then"), cite) for key in ("from", "first", "every", "add")]
    return LadderSpec(parts[0], parts[1], parts[2], parts[3], steps.place)


def _pair(row: Value, what: str) -> tuple[Text, Value]:
    items = items_of(row, what)
    if len(items) != 2:
        raise fault(
            row.place,
            f"a row has {len(items)} parts",
            f"two: [{what}, value]",
            "put quotes around a band or condition that contains a comma",
        )
    return text_of(items.values[0]), items.values[1]


def _band(row: Value, clause: str) -> BandSpec:
    label, value = _pair(row, "band")
    gives = formula_of(value, (clause,))
    if label.value == "none":
        return BandSpec("none", None, False, None, False, gives, label.place, none=True)
    ends = read_band(label, clause)
    return BandSpec(label.value, ends.low, ends.low_in, ends.high, ends.high_in, gives, label.place)


def _first(row: Value, clause: str) -> FirstSpec:
    label, value = _pair(row, "condition")
    gives = formula_of(value, (clause,))
    if label.value in ("otherwise", "none"):
        return FirstSpec(label.value, None, gives, label.place, none=label.value == "none")
    return FirstSpec(label.value, formula_of(label, (clause,)), gives, label.place)


def _rule(value: Value) -> Rule:
    entry = entries_of(value, "a rule")
    name = word_of(entry.need("name", "a rule"), "a rule's name")
    what = f"the rule “{name.value}”"
    entry.only(("name", "for", "per", "pay", "only", "shows", "cite", "title"), what)
    cite = cite_of(entry)
    only: dict[str, tuple[str, Place]] = {}
    if (said := entry.get("only")) is not None:
        for question, reading in entries_of(said, "only").values.items():
            only[question] = (text_of(reading).value, reading.place)
    shows: dict[str, Syntax] = {}
    if (columns := entry.get("shows")) is not None:
        mapping = entries_of(columns, "shows")
        mapping.only(SHOWN, "shows")
        shows = {column: formula_of(said, cite) for column, said in mapping.values.items()}
    return Rule(
        name.value,
        tuple(word.value for word in words_of(entry.need("for", what), "a role")),
        text_of(entry.get("per") or Text("month", entry.place)),
        formula_of(entry.need("pay", what), cite),
        only,
        shows,
        title_of(entry),
        cite,
        name.place,
    )


def _question(name: str, entry: Entries) -> Question:
    what = f"the question “{name}”"
    entry.only(("cite", "ask", "readings", "read", "decided_by", "decided_on", "title"), what)
    cite = cite_of(entry)
    said = entry.need("readings", what)
    readings: dict[str, Syntax | None] = {}
    places: dict[str, Place] = {}
    if isinstance(said, Entries):
        for reading, formula in said.values.items():
            readings[reading] = formula_of(formula, cite)
            places[reading] = said.keys[reading]
    else:
        for item in items_of(said, "readings"):
            word = word_of(item, "a reading")
            if word.value in readings:
                raise fault(word.place, f"the reading “{word.value}” stands twice")
            readings[word.value], places[word.value] = None, word.place
    read = text_of(entry.need("read", what))
    if read.value not in readings:
        raise fault(read.place, f"“{read.value}” is no reading of {what}", ", ".join(readings))
    return Question(
        name,
        optional_text(entry, "ask"),
        readings,
        places,
        read.value,
        optional_text(entry, "decided_by"),
        optional_text(entry, "decided_on"),
        title_of(entry),
        cite,
        entry.place,
    )


def _formulas(entry: Entries, key: str) -> dict[str, Syntax]:
    value = entry.get(key)
    if value is None:
        return {}
    return {name: formula_of(said) for name, said in entries_of(value, key).values.items()}


def _example(value: Value) -> Example:
    entry = entries_of(value, "an example")
    entry.only((*EXAMPLE_SETTINGS, *EXAMPLE_FACTS), "an example")
    name = optional_text(entry, "name") or "example"
    read: dict[str, tuple[str, Place]] = {}
    if (said := entry.get("read")) is not None:
        for question, reading in entries_of(said, "read").values.items():
            read[question] = (text_of(reading).value, reading.place)
    said_expect = entry.get("expect")
    expect = dict(entries_of(said_expect, "expect").values) if said_expect is not None else {}
    return Example(
        name,
        entry.place,
        read,
        _formulas(entry, "with"),
        _formulas(entry, "given"),
        {key: said for key, said in entry.values.items() if key not in EXAMPLE_SETTINGS},
        expect,
        _by_hand(entry, expect),
    )


def _by_hand(entry: Entries, expect: dict[str, Value]) -> dict[str, str]:
    """The arithmetic behind the expected values; a single text belongs to the first of them."""
    value = entry.get("by_hand")
    if value is None:
        return {}
    if isinstance(value, Text):
        return {next(iter(expect), ""): value.value}
    return {name: text_of(said).value for name, said in entries_of(value, "by_hand").values.items()}
