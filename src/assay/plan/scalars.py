"""The scalars of a plan file by their address; one of them changed, the rest of the text untouched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from assay.plan.problems import NOWHERE, Place, PlanError, fault
from assay.plan.sentences import say
from assay.plan.source import composed, read_source

Path = tuple[str, ...]
# What says who decided or accepted something, and what shows it: nothing that is paid rests on them.
_ASIDE = frozenset({"decided_by", "decided_on"})
_PARTS_ASIDE = frozenset({"examples", "accepted", "effective"})


@dataclass(frozen=True)
class Scalar:
    """A value as it stands: its address (keys and places from 0), its text, where in the file.

    start, stop: of the signs it is written with, quotes included. style: "" plain, or its quote.
    """

    path: Path
    value: str
    start: int
    stop: int
    style: str
    line: int


def compose(text: str) -> Node:
    """The tree of a plan's text. Raises PlanError where it is no plan file."""
    read_source(text)
    root = composed(text)
    assert root is not None, "an empty text is refused above"
    return root


def scalars(text: str) -> list[Scalar]:
    """Every value of a plan file in the order of the file. Raises PlanError as the reader does."""
    return list(_of(compose(text), ()))


def _of(node: Node, path: Path) -> Iterator[Scalar]:
    if isinstance(node, ScalarNode):
        mark = node.start_mark
        yield Scalar(
            path, str(node.value).strip(), mark.index, node.end_mark.index,
            node.style or "", mark.line + 1,
        )  # fmt: skip
    elif isinstance(node, SequenceNode):
        for at, item in enumerate(node.value):
            yield from _of(item, (*path, str(at)))
    elif isinstance(node, MappingNode):
        for key, item in node.value:
            yield from _of(item, (*path, str(key.value).strip()))


def value_at(text: str, path: Path) -> str | None:
    """What stands at an address; None where nothing does."""
    return next((one.value for one in scalars(text) if one.path == path), None)


def replaced(text: str, path: Path, value: str) -> str:
    """The text with another value at an address; every other sign, comments too, stays.

    Its quotes stay where it has some, and come where the value needs them. Raises PlanError where
    there is no such address, or the value cannot be written on one line.
    """
    before = scalars(text)
    one = next((s for s in before if s.path == path), None)
    if one is None:
        raise fault(NOWHERE, say("nothing stands at {0}", " / ".join(path)))
    if one.value == value.strip():
        return text
    if value.strip() and "\n" not in value and one.style not in ("|", ">"):
        wanted = [(s.path, value.strip() if s.path == path else s.value) for s in before]
        for said in _ways(value.strip(), one.style):
            made = text[: one.start] + said + text[one.stop :]
            if _reads_as(made, wanted):
                return made
    raise fault(Place(one.line, 1), say("“{0}” cannot be written here", value), "one line of text")


def _ways(value: str, style: str) -> Iterator[str]:
    """The value as it may be written: in the quotes it had, plain, in double quotes."""
    if style == "'":
        yield "'" + value.replace("'", "''") + "'"
    elif not style:
        yield value
    yield quoted(value)


def quoted(value: str) -> str:
    """A value in double quotes."""
    return json.dumps(value, ensure_ascii=False)


def _reads_as(text: str, wanted: list[tuple[Path, str]]) -> bool:
    try:
        return [(s.path, s.value) for s in scalars(text)] == wanted
    except PlanError:
        return False


@lru_cache(maxsize=64)
def substance(text: str) -> str:
    """SHA-256 of what a plan pays by.

    Comments, layout, examples, who decided or accepted, and the month it begins are left out.

    What was worked out of a plan is kept by it, and stays when somebody signs. Raises PlanError.
    """
    said = [
        [*one.path, one.value]
        for one in scalars(text)
        if one.path[0] not in _PARTS_ASIDE and one.path[-1] not in _ASIDE
    ]
    whole = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()
