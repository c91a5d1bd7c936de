"""What a plan file says word for word, found by section and name."""

from __future__ import annotations

from dataclasses import dataclass, field

from assay.plan.source import Entries, Items, Text, Value, read_source

_PARTS = ("is", "where", "over", "carry", "opens", "adds", "takes", "resets", "lasts", "since")


@dataclass
class Written:
    """The texts of one plan file; an empty text where nothing is written."""

    text: str
    top: Entries = field(init=False)

    def __post_init__(self) -> None:
        self.top = read_source(self.text)

    def of(self, section: str, name: str) -> str:
        """The formula of a policy or measure with what goes with it; of a balance its parts."""
        entry = self._in(section, name)
        if isinstance(entry, Text):
            return entry.value
        if not isinstance(entry, Entries):
            return ""
        said = {key: entry.values.get(key) for key in _PARTS}
        found = {key: one.value for key, one in said.items() if isinstance(one, Text)}
        first = [found.pop("is")] if "is" in found else []
        return "; ".join([*first, *(f"{key}: {one}" for key, one in found.items())])

    def of_rule(self, index: int, key: str) -> str:
        """A text of the rule at an index."""
        rules = self.top.values.get("rules")
        rule = rules.values[index] if isinstance(rules, Items) else None
        said = rule.values.get(key) if isinstance(rule, Entries) else None
        return said.value if isinstance(said, Text) else ""

    def reading(self, question: str, name: str) -> str:
        """What a reading stands for, where it is more than its name."""
        entry = self._in("questions", question)
        readings = entry.values.get("readings") if isinstance(entry, Entries) else None
        said = readings.values.get(name) if isinstance(readings, Entries) else None
        return said.value if isinstance(said, Text) else ""

    def _in(self, section: str, name: str) -> Value | None:
        entries = self.top.values.get(section)
        return entries.values.get(name) if isinstance(entries, Entries) else None
