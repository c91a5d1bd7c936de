"""Restricted YAML with places: every scalar stays text, so no float or hidden `False` can arise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from assay.plan.problems import NOWHERE, Place, PlanError, fault, nearest
from assay.plan.sentences import say

MAX_DEPTH = 40


@dataclass(frozen=True)
class Text:
    """A scalar as written; `plain` when it stood without quotes or block style."""

    value: str
    place: Place
    plain: bool = True


@dataclass(frozen=True)
class Items:
    """A sequence."""

    values: tuple[Text | Items | Entries, ...]
    place: Place

    def __iter__(self) -> Iterator[Text | Items | Entries]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Entries:
    """A mapping in the order of the file, keys with their places."""

    values: dict[str, Text | Items | Entries]
    keys: dict[str, Place]
    place: Place

    def only(self, known: tuple[str, ...], what: str) -> None:
        """Refuse keys that are not known, naming the nearest one."""
        for key, place in self.keys.items():
            if key not in known:
                raise fault(
                    place,
                    say("unknown word “{0}” in {1}", key, what),
                    say("one of {0}", ", ".join(known)),
                    nearest(key, known) or "if it belongs to a formula, put quotes around it",
                )

    def get(self, key: str) -> Text | Items | Entries | None:
        """The value under a key, or None."""
        return self.values.get(key)

    def need(self, key: str, what: str) -> Text | Items | Entries:
        """The value under a key that must be there."""
        value = self.values.get(key)
        if value is None:
            raise fault(
                self.place,
                say("{0} has no “{1}”", what, key),
                say("a line “{0}: …”", key),
                say("add “{0}:”", key),
            )
        return value


Value = Text | Items | Entries


def digest(text: str) -> str:
    """The SHA-256 of a plan's text, by which runs and papers name it."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_source(text: str) -> Entries:
    """Parse plan text into places and texts. Raises PlanError at the line that is wrong."""
    value = read_value(text)
    if not isinstance(value, Entries):
        raise fault(value.place, "a plan is a mapping of words", "plan:, clauses:, rules: …")
    return value


def read_value(text: str) -> Value:
    """Parse a text that may be a mapping or a list."""
    root = composed(text)
    if root is None:
        raise fault(NOWHERE, "the plan is empty", "a mapping that begins with “plan: NAME”")
    return _convert(root, 0)


@lru_cache(maxsize=8)
def composed(text: str) -> Node | None:
    """The tree of a text, to be read only; None of an empty one. Raises PlanError where it is no YAML.

    Kept for the last texts: nine tenths of reading a plan are spent here, and a page about a plan
    asks for its values, its rules and its substance one after the other.
    """
    _refuse_control_characters(text)
    try:
        root: Node | None = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise _syntax(error) from None
    except (YAMLError, ValueError, RecursionError, AssertionError, IndexError) as error:
        line = str(error).splitlines()
        raise fault(
            NOWHERE, say("not readable as YAML: {0}", line[0] if line else "nested")
        ) from None
    return root


def _refuse_control_characters(text: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        for column, char in enumerate(line, start=1):
            if (ord(char) < 32 and char not in "\t\r") or ord(char) in (0x7F, 0xFFFE, 0xFFFF):
                raise fault(
                    Place(number, column),
                    say("a control character (U+{0}) stands in the text", f"{ord(char):04X}"),
                    mend="delete it",
                )


def _syntax(error: MarkedYAMLError) -> PlanError:
    mark = error.problem_mark or error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark else NOWHERE
    return fault(
        place,
        say("not readable as YAML: {0}", error.problem or error.context or "syntax"),
        "key: value, two blanks a level, quotes around texts with : # { } [ ] , %",
        "look at this line and the one before: a quote or bracket that is not closed, or a tab",
    )


def _place(node: Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def _convert(node: Node, depth: int) -> Value:
    place = _place(node)
    if depth > MAX_DEPTH:
        raise fault(place, "nested too deeply", say("at most {0} levels", MAX_DEPTH))
    if node.anchor:
        raise fault(place, "anchors and aliases (&, *) are not used in plans", mend="write it out")
    if isinstance(node, ScalarNode):
        return _scalar(node, place)
    if isinstance(node, SequenceNode):
        return Items(tuple(_convert(item, depth + 1) for item in node.value), place)
    if isinstance(node, MappingNode):
        return _mapping(node, place, depth)
    raise fault(place, "this kind of YAML is not used in plans")


def _scalar(node: ScalarNode, place: Place) -> Text:
    value = str(node.value)
    plain = node.style in (None, "")
    if plain and not value.strip():
        raise fault(
            place,
            "a key without a value",
            "a value after the colon",
            "write the value, or delete the key; in { } a comma ends a value: put quotes around it",
        )
    if plain and value.startswith("!"):
        raise fault(place, "tags (!…) are not used in plans", mend="put quotes around the text")
    return Text(value.strip(), place, plain)


def _mapping(node: MappingNode, place: Place, depth: int) -> Entries:
    values: dict[str, Value] = {}
    keys: dict[str, Place] = {}
    for key_node, value_node in node.value:
        where = _place(key_node)
        if not isinstance(key_node, ScalarNode):
            raise fault(where, "a key must be a word")
        key = str(key_node.value).strip()
        if not key:
            raise fault(where, "an empty key", "a word before the colon")
        if key in values:
            raise fault(
                where,
                say("“{0}” stands twice (first in line {1})", key, keys[key].line),
                "each word once",
                "delete one of the two, or rename it",
            )
        keys[key] = where
        values[key] = _convert(value_node, depth + 1)
    return Entries(values, keys, place)
