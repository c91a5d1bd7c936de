"""Example blocks: what is read, given and expected, alone or among a plan's examples."""

from __future__ import annotations

from assay.plan.document import Example, Title
from assay.plan.fields import entries_of, formula_of, text_of, titled
from assay.plan.formula import Syntax
from assay.plan.problems import Place, PlanError, Problem, fault
from assay.plan.sentences import say
from assay.plan.source import Entries, Items, Text, Value, read_value

SETTINGS = ("name", "read", "with", "given", "names", "expect", "by_hand")


def read_example(text: str, file: str = "example") -> Example:
    """One example block alone; `expect` may be absent."""
    examples = read_examples(text, file)
    if len(examples) != 1:
        raise PlanError(
            [
                Problem(
                    examples[1].place, say("{0} examples stand here", len(examples)), "one block"
                )
            ],
            file,
        )
    return examples[0]


def read_examples(text: str, file: str = "example") -> tuple[Example, ...]:
    """An example block alone, or a list of them; `expect` may be absent."""
    try:
        value = read_value(text.lstrip("\ufeff"))
        inner = value.get("examples") if isinstance(value, Entries) else value
        if not isinstance(inner, Items):
            return (example_of(value),)
        if not len(inner):
            raise fault(inner.place, "no example stands here", "- {month: …, orders: …}")
        return tuple(example_of(item) for item in inner)
    except PlanError as error:
        raise error.named(file) from None


def example_of(value: Value) -> Example:
    """An example block; keys that are none of an example's are rows of facts, looked at later."""
    entry = entries_of(value, "an example")
    called = titled(said, "a name") if (said := entry.get("name")) is not None else Title()
    read: dict[str, tuple[str, Place]] = {}
    if (said := entry.get("read")) is not None:
        for question, reading in entries_of(said, "read").values.items():
            read[question] = (text_of(reading).value, reading.place)
    said_expect = entry.get("expect")
    expect = dict(entries_of(said_expect, "expect").values) if said_expect is not None else {}
    return Example(
        called.either("zh") or "example",
        entry.place,
        read,
        _formulas(entry, "with"),
        dict(_mapping(entry, "given")),
        {key: text_of(said) for key, said in _mapping(entry, "names").items()},
        {key: said for key, said in entry.values.items() if key not in SETTINGS},
        dict(entry.keys),
        expect,
        _by_hand(entry, expect),
        called,
    )


def _mapping(entry: Entries, key: str) -> dict[str, Value]:
    value = entry.get(key)
    return {} if value is None else dict(entries_of(value, key).values)


def _formulas(entry: Entries, key: str) -> dict[str, Syntax]:
    return {name: formula_of(said) for name, said in _mapping(entry, key).items()}


def _by_hand(entry: Entries, expect: dict[str, Value]) -> dict[str, str]:
    """The arithmetic behind the expected values; a single text belongs to the first of them."""
    value = entry.get("by_hand")
    if value is None:
        return {}
    if isinstance(value, Text):
        return {next(iter(expect), ""): value.value}
    return {name: text_of(said).value for name, said in entries_of(value, "by_hand").values.items()}
