"""A plan's worked examples on paper: what is given, what it comes to, the arithmetic by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from assay.papers.model import Cell, Chip, Column, Section, Table
from assay.papers.phrases import words
from assay.period import Month
from assay.plan import document
from assay.plan.example import Worked, work
from assay.plan.example_book import months_of
from assay.plan.saying import Saying
from assay.plan.source import Entries, Items, Text, Value
from assay.plan.tree import Level
from assay.plan.vocabulary import CARRIED_PARTS

_SETTING = ("month", "to")
# The fact whose rows stand under a key of an example.
_FACTS = {"orders": "order", "lines": "order_line", "collections": "collection"}


# Another person's line or value, a part of it, or one of several: A.commission, owed.after, commission@2.
_PARTS = ("award", "each", *CARRIED_PARTS)
_ADDRESS = re.compile(
    r"(?:(?P<who>\w+)\.)??(?P<name>\w+)"
    rf"(?:\.(?P<part>{'|'.join(_PARTS)}))?(?:@(?P<at>[\d-]+))?\Z"
)


@dataclass
class Examples:
    """The examples of a plan, worked out under the readings chosen."""

    plan: document.Plan
    say: Saying
    chosen: Mapping[str, str]
    worked: list[Worked] = field(init=False)

    def __post_init__(self) -> None:
        self.worked = [work(self.plan, example, self.chosen) for example in self.plan.examples]

    @property
    def passed(self) -> int:
        """How many come to what they expect."""
        return sum(not one.failures for one in self.worked)

    def sections(self) -> Iterator[Section]:
        """One section, if there are examples."""
        if not self.plan.examples:
            return
        phrases = words(self.say.lang)
        columns = (
            Column(phrases["example"], share=3),
            Column(phrases["given"], share=5),
            Column(phrases["comes_to"], share=5),
        )
        rows = tuple(
            self.row(number, example, worked)
            for number, (example, worked) in enumerate(
                zip(self.plan.examples, self.worked, strict=True), start=1
            )
        )
        table = Table(columns, rows, folds=True)
        yield Section(phrases["examples"], (table,), "examples", phrases["examples_why"])

    def row(self, number: int, example: document.Example, worked: Worked) -> tuple[Cell, ...]:
        """An example in three cells."""
        phrases = words(self.say.lang)
        chips = tuple(
            Chip(
                f"{self.question(name)} = {self.say.known(f'word.{reading}', reading)}",
                to=f"q-{name}",
            )
            for name, (reading, _) in example.read.items()
        )
        months = [v.value for k in _SETTING if isinstance(v := example.body.get(k), Text)]
        name = Cell(
            f"{number}. {self.called(example)}",
            (" – ".join(months),) if months else (),
            chips=chips,
        )
        given = Cell("", tuple(self.given(example)))
        results = "\n".join(self.results(example))
        if worked.failures:
            wrong = tuple(f"{phrases['differs']} {one}" for one in worked.failures)
            return name, given, Cell(f"{phrases['fails']}\n{results}", wrong, "wrong")
        return name, given, Cell(results)

    def called(self, example: document.Example) -> str:
        """What an example is called in the language, or else in the other."""
        return example.title.either(self.say.lang) or example.name

    def named(self, example: document.Example, name: str) -> str:
        """What is expected, where the plan calls it by a name of its own: by what it stands for."""
        if name not in example.names:
            return self.addressed(example, name)
        return re.sub(
            r"[\w.@-]*[^\W\d][\w.@-]*",
            lambda at: self.addressed(example, at[0]),
            example.names[name].value,
        )

    def addressed(self, example: document.Example, address: str) -> str:
        """What an address of an example is called: whose, which part, of which month or row."""
        found = _ADDRESS.match(address)
        if found is None or self.title(address) != address:
            return self.title(address)
        who, name, part, at = found["who"], found["name"], found["part"], found["at"]
        called = self.title(name)
        if part in CARRIED_PARTS:
            called = self.say.phrase(f"carried.{part}", what=called)
        elif part == "award":
            called = words(self.say.lang)["in_kind"].format(what=called)
        elif part == "each" and at is None:
            called = words(self.say.lang)["row_by_row"].format(what=called)
        if at is not None:
            step = self.say.program.steps.get(name)
            of_row = part == "each" or (step is not None and step.node.frame.level is Level.ROW)
            months = months_of(example, self.plan.effective)
            key = "of_row" if of_row else "of_month"
            which = at if of_row or "-" in at else str(Month(months.start + int(at) - 1))
            called = words(self.say.lang)[key].format(what=called, which=which)
        return f"{who} · {called}" if who else called

    def title(self, name: str) -> str:
        """What a line or value of the plan is called; anything else as it stands."""
        if any(rule.name == name for rule in self.say.program.rules):
            return self.say.line(name)
        if name in self.say.program.steps:
            return self.say.title(name)
        if name == "total":
            return words(self.say.lang)["total"]
        # A rule that pays under another reading alone is no line of the program.
        for rule in self.plan.rules:
            if rule.name == name:
                return rule.title.text(self.say.lang, name)
        return name

    def question(self, name: str) -> str:
        """What a question is called."""
        return self.plan.questions[name].title.text(self.say.lang, name)

    def results(self, example: document.Example) -> Iterator[str]:
        """What is expected, with its arithmetic."""
        comma = words(self.say.lang)["comma"]
        for name, said in example.expect.items():
            items = (
                [said] if isinstance(said, Text) else list(said) if isinstance(said, Items) else []
            )
            value = comma.join(self.text(one) for one in items)
            by_hand = example.by_hand.get(name, "")
            shown = by_hand.replace("*", " × ") if by_hand else ""
            yield f"{self.named(example, name)} {value}" + (f" = {shown}" if shown else "")

    def given(self, example: document.Example) -> Iterator[str]:
        """The people, rows, values and policies of an example, a line each."""
        colon = words(self.say.lang)["colon"]
        for key, value in example.body.items():
            if key in _SETTING:
                continue
            label = self.label(key)
            for item in value if isinstance(value, Items) else (value,):
                yield f"{label}{colon}{self.text(item, _FACTS.get(key, key))}"
        for name, given in example.given.items():
            yield f"{self.title(name)}{colon}{self.text(given)}"
        for name in example.with_:
            yield words(self.say.lang)["with"].format(
                policy=self.title(name), value=self.policy(example, name)
            )

    def policy(self, example: document.Example, name: str) -> str:
        """The other value of a policy in an example, as written."""
        said = example.with_[name]
        return self.say.written(getattr(said, "text", "") or str(getattr(said, "value", "")))

    def label(self, key: str, of: str = "") -> str:
        """What a word of an example block is called; a column as its own fact calls it."""
        phrases = words(self.say.lang)
        said = self.say.known(f"{of}.{key}", "") if of else ""
        said = said or phrases.get(f"example.{key}", "")
        if said:
            return said
        facts = ["order", *(f.name for f in self.plan.facts.values() if f.name != "order")]
        names = [f"fact.{key}", *(f"{fact}.{key}" for fact in facts)]
        return next(
            (one for name in names if (one := self.say.known(name, ""))), ""
        ) or key.replace("_", " ")

    def text(self, value: Value, of: str = "") -> str:
        """A value of an example block as one line; of: the fact whose rows it holds."""
        comma = words(self.say.lang)["comma"]
        if isinstance(value, Text):
            bare = value.value.strip("'")
            word = self.say.known(f"word.{bare}", self.say.written(bare))
            return self.say.known(f"role.{value.value}", word)
        if isinstance(value, Items):
            return comma.join(self.text(item, of) for item in value)
        if isinstance(value, Entries):
            parts = []
            for key, inner in value.values.items():
                text = self.text(inner, _FACTS.get(key, key))
                if isinstance(inner, Entries | Items):
                    text = self.say.phrase("bracket", what=text)
                plain = key in ("on", "role")
                parts.append(text if plain else f"{self.label(key, of)} {text}")
            return words(self.say.lang)["list"].join(parts)
        return ""
