"""Plan text to a Plan: which words a plan may use, and where each must stand."""

from __future__ import annotations

import re

from assay.plan.accepted_reading import acceptance_of
from assay.plan.bands import read_band
from assay.plan.document import (
    BandSpec,
    CarrySpec,
    Clause,
    ColumnSpec,
    CreditSpec,
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
from assay.plan.example_reading import example_of
from assay.plan.fields import (
    Faults,
    cite_of,
    entries_of,
    formula_of,
    items_of,
    month_of,
    nought,
    optional_formula,
    optional_text,
    period_of,
    section,
    sequence,
    text_of,
    title_of,
    titled,
    word_of,
    words_of,
)
from assay.plan.formula import Binary, Quoted, Syntax
from assay.plan.problems import Place, PlanError, fault
from assay.plan.sentences import say
from assay.plan.settle_reading import settlement_of
from assay.plan.shape import keys
from assay.plan.source import Entries, Items, Text, Value, read_source
from assay.plan.titling import with_titles
from assay.plan.vocabulary import CARRIED, COUNTED, KINDS, SHOWN, WINDOWS, known_window


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


def _plan(top: Entries, faults: Faults) -> Plan:
    with faults.gather():
        top.only(keys("plan"), "the plan")
    name = word_of(top.need("plan", "the plan"), "the plan's name", dashes=True)
    currency = text_of(top.get("currency") or Text("CNY", top.place))
    if not re.fullmatch(r"[A-Z]{3}", currency.value):
        raise fault(currency.place, say("“{0}” is no currency", currency.value), "CNY, USD, …")
    effective = text_of(top.need("effective", "the plan"))
    month_of(effective)
    return with_titles(
        top,
        Plan(
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
            examples=sequence(top, "examples", example_of, faults),
            accepted=sequence(top, "accepted", acceptance_of, faults),
            place=top.place,
            year_begins=_year_begins(top),
        ),
        faults,
    )


def _year_begins(top: Entries) -> int:
    """The month with which years (and so quarters) begin; January where a plan does not say."""
    said = text_of(top.get("year_begins") or Text("1", top.place))
    if not said.value.isdigit() or not 1 <= int(said.value) <= 12:
        raise fault(said.place, say("“{0}” is no month of the year", said.value), "year_begins: 7")
    return int(said.value)


def _clauses(top: Entries, faults: Faults) -> dict[str, Clause]:
    value = top.get("clauses")
    found: dict[str, Clause] = {}
    if value is not None:
        with faults.gather():
            entries = entries_of(value, "clauses")
            for number, gist in entries.values.items():
                with faults.gather():
                    said = titled(gist, "a clause")
                    found[number] = Clause(number, said, entries.keys[number])
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
    entry.only(keys("fact"), say("the fact “{0}”", name))
    cite = cite_of(entry)
    columns: list[ColumnSpec] = []
    if (has := entry.get("has")) is not None:
        spec = entries_of(has, "has")
        for column, kind in spec.values.items():
            word_of(Text(column, spec.keys[column]), "a column")
            said = text_of(kind)
            if said.value not in KINDS:
                raise fault(
                    said.place, say("“{0}” is no kind of column", said.value), ", ".join(KINDS)
                )
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
    entry.only(keys("credit"), "an entry of “to”")
    counts = entry.get("counts_for")
    if counts is not None and text_of(counts).value != "team":
        raise fault(counts.place, "a credit counts for “team” or is not named", "counts_for: team")
    return CreditSpec(
        formula_of(entry.need("who", "an entry of “to”"), cite),
        tuple(word.value for word in words_of(entry.need("as", "an entry of “to”"), "a role")),
        optional_formula(entry, "where", cite),
        counts is not None,
        entry.place,
        optional_formula(entry, "part", cite),
        optional_formula(entry, "adds_to", cite),
    )


def _refusal(value: Value, cite: tuple[str, ...]) -> RefusalSpec:
    entry = entries_of(value, "an entry of “refuse”")
    entry.only(keys("refusal"), "an entry of “refuse”")
    when = formula_of(entry.need("when", "an entry of “refuse”"), cite)
    why = titled(entry.need("why", "an entry of “refuse”"), "a reason")
    return RefusalSpec(when, why, entry.place)


def _policy(name: str, entry: Entries) -> Policy:
    entry.only(keys("policy"), say("the policy “{0}”", name))
    cite = cite_of(entry)
    value = entry.need("is", say("the policy “{0}”", name))
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
    what = say("the measure “{0}”", name)
    entry.only(keys("measure"), what)
    cite = cite_of(entry)
    carry = _carry(name, entry, cite)
    over = entry.get("over")
    window = text_of(over).value if over is not None else ""
    if over is not None and not known_window(window):
        raise fault(over.place, say("“{0}” is no window", window), ", ".join(WINDOWS))
    formula = carry.adds if carry is not None else formula_of(entry.need("is", what), cite)
    where = optional_formula(entry, "where", cite)
    since = optional_formula(entry, "since", cite)
    counted = window in COUNTED if carry is None else bool(carry.resets)
    if since is not None and not counted:
        raise fault(
            entry.place,
            say("{0} has no period that is counted since a day", what),
            "over: year, quarter, month, previous_year, …; of a balance resets: year",
        )
    return Measure(name, formula, where, window, title_of(entry), cite, entry.place, carry, since)


_CARRY_WORDS = ("opens", "adds", "takes", "resets", "lasts", "same")


def _carry(name: str, entry: Entries, cite: tuple[str, ...]) -> CarrySpec | None:
    """A measure that is a balance over months."""
    what = say("the measure “{0}”", name)
    carry = entry.get("carry")
    if carry is None:
        for key in _CARRY_WORDS:
            if (lone := entry.get(key)) is not None:
                raise fault(lone.place, say("“{0}” belongs to a balance", key), "carry: month")
        return None
    said = text_of(carry).value
    if said not in CARRIED:
        raise fault(
            carry.place,
            say("“{0}” is no period over which a balance is carried", said),
            ", ".join(CARRIED),
        )
    whose, _, every = said.rpartition(".")
    for key in ("is", "where", "over"):
        if (other := entry.get(key)) is not None:
            raise fault(
                other.place, say("{0} is carried and has no “{1}”", what, key), "opens, adds, takes"
            )
    adds = formula_of(entry.need("adds", what), cite)
    takes = optional_formula(entry, "takes", cite) or nought(entry.place)
    opens = optional_formula(entry, "opens", cite) or nought(entry.place)
    lasts, same = (optional_formula(entry, key, cite) for key in ("lasts", "same"))
    if same is not None and whose:
        raise fault(
            same.place,
            say("a balance of the {0} is not kept for each of something", whose),
            "carry: month, same: order.customer",
        )
    return CarrySpec(opens, adds, takes, period_of(entry, "resets"), every, whose, lasts, same)


_FORMS = ("bands", "first", "words", "rows", "points")


def _table(name: str, entry: Entries) -> Table:
    what = say("the table “{0}”", name)
    entry.only(keys("table"), what)
    cite = cite_of(entry)
    clause = cite[0] if cite else ""
    forms = [form for form in _FORMS if entry.get(form) is not None]
    of = tuple(formula_of(said, cite) for said in _one_or_more(entry.get("of")))
    wanted = {"first": 0, "rows": 2}.get(forms[0] if forms else "", 1)
    if forms == ["first"] and of:
        raise fault(
            entry.place,
            say("{0} reads conditions and has no “of”", what),
            "first: without of:",
            "delete of:",
        )
    if len(forms) > 1:
        raise fault(
            entry.place,
            say("{0} has {1}", what, " and ".join(forms)),
            "one of them",
            "make two tables of it",
        )
    if len(forms) != 1 or len(of) != wanted:
        raise fault(
            entry.place,
            say("{0} is neither bands, first, words, rows nor points", what),
            "of: with bands: (or words:, or points:) · first: · of: [a, b] with columns: and rows:",
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
        return Table(name, (), (), tuple(_first(row, clause) for row in form), *shared)
    if forms[0] == "words":
        return Table(name, of, (), tuple(_word(row, of[0], clause) for row in form), *shared)
    if forms[0] == "points":
        points = tuple(_point(row, cite) for row in form)
        return Table(name, of, (), (), *shared, points=points, beyond=_beyond(entry))
    return _grid(name, entry, of, shared)


def _grid(
    name: str,
    entry: Entries,
    of: tuple[Syntax, ...],
    shared: tuple[Text, Title, tuple[str, ...], Place],
) -> Table:
    """Two dimensions: columns are bands of the first value, rows begin with a band of the second."""
    clause = shared[2][0] if shared[2] else ""
    heads = items_of(entry.need("columns", say("the table “{0}”", name)), "columns")
    columns = tuple(_edge(text_of(head), clause) for head in heads)
    bands: list[BandSpec] = []
    grid: list[tuple[Syntax, ...]] = []
    for row in items_of(entry.need("rows", name), "rows"):
        cells = items_of(row, "a row")
        if len(cells) != len(columns) + 1:
            raise fault(
                row.place,
                say("a row has {0} parts", len(cells)),
                say("a band and {0} values, one for each column", len(columns)),
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
    at, value = _pair(row, say("value read"))
    return formula_of(at, cite), formula_of(value, cite)


def _beyond(entry: Entries) -> dict[str, Text]:
    """What stands below and above a curve's points: one word for both, or each for itself."""
    said = entry.get("beyond")
    if said is None or isinstance(said, Text):
        return {} if said is None else {"below": said, "above": said}
    ends = entries_of(said, "beyond")
    ends.only(keys("ends"), "beyond")
    return {side: text_of(value) for side, value in ends.values.items()}


def _ladder(entry: Entries, cite: tuple[str, ...]) -> LadderSpec | None:
    value = entry.get("then")
    if value is None:
        return None
    steps = entries_of(value, "then")
    steps.only(keys("ladder"), "then")
    parts = [formula_of(steps.need(key, "then"), cite) for key in keys("ladder")]
    return LadderSpec(parts[0], parts[1], parts[2], parts[3], steps.place)


def _pair(row: Value, what: str) -> tuple[Text, Value]:
    items = items_of(row, what)
    if len(items) != 2:
        raise fault(
            row.place,
            say("a row has {0} parts", len(items)),
            say("two: [{0}, value]", what),
            "put quotes around a band or condition that contains a comma",
        )
    return text_of(items.values[0]), items.values[1]


def _band(row: Value, clause: str) -> BandSpec:
    label, value = _pair(row, say("band"))
    gives = formula_of(value, (clause,))
    if label.value == "none":
        return BandSpec("none", None, False, None, False, gives, label.place, none=True)
    ends = read_band(label, clause)
    return BandSpec(label.value, ends.low, ends.low_in, ends.high, ends.high_in, gives, label.place)


def _first(row: Value, clause: str) -> FirstSpec:
    label, value = _pair(row, say("condition"))
    gives = formula_of(value, (clause,))
    if label.value in ("otherwise", "none"):
        return FirstSpec(label.value, None, gives, label.place, none=label.value == "none")
    return FirstSpec(label.value, formula_of(label, (clause,)), gives, label.place)


def _word(row: Value, of: Syntax, clause: str) -> FirstSpec:
    """A row that holds when the value is a word: one of `first` written shortly."""
    label, value = _pair(row, say("word"))
    gives = formula_of(value, (clause,))
    if label.value in ("otherwise", "none"):
        return FirstSpec(label.value, None, gives, label.place, none=label.value == "none")
    equal = Binary("=", of, Quoted(label.value, label.place), label.place)
    return FirstSpec(label.value, equal, gives, label.place)


def _rule(value: Value) -> Rule:
    entry = entries_of(value, "a rule")
    name = word_of(entry.need("name", "a rule"), "a rule's name")
    what = say("the rule “{0}”", name.value)
    entry.only(keys("rule"), what)
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
        _pay(entry, what, cite),
        only,
        shows,
        title_of(entry),
        cite,
        name.place,
        settlement_of(entry, cite),
        optional_formula(entry, "gives", cite),
    )


def _pay(entry: Entries, what: str, cite: tuple[str, ...]) -> Syntax:
    """What a rule pays; one that gives an award in kind may leave it out."""
    if entry.get("pay") is None and entry.get("gives") is not None:
        return nought(entry.place)
    return formula_of(entry.need("pay", what), cite)


def _question(name: str, entry: Entries) -> Question:
    what = say("the question “{0}”", name)
    entry.only(keys("question"), what)
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
                raise fault(word.place, say("the reading “{0}” stands twice", word.value))
            readings[word.value], places[word.value] = None, word.place
    read = text_of(entry.need("read", what))
    if read.value not in readings:
        raise fault(
            read.place, say("“{0}” is no reading of {1}", read.value, what), ", ".join(readings)
        )
    return Question(
        name,
        titled(asked, "ask") if (asked := entry.get("ask")) is not None else Title(),
        readings,
        places,
        read.value,
        optional_text(entry, "decided_by"),
        optional_text(entry, "decided_on"),
        title_of(entry),
        cite,
        entry.place,
    )
