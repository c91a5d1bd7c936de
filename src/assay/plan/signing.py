"""Decisions and acceptances written into a plan file, or taken out of it, the rest untouched."""

from __future__ import annotations

from collections.abc import Mapping

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from assay.plan.document import Plan
from assay.plan.problems import NOWHERE, fault
from assay.plan.reading import read_plan
from assay.plan.scalars import compose, quoted, replaced, scalars
from assay.plan.sentences import say


def signatures(plan: Plan) -> dict[str, list[str]]:
    """Who signed what in a plan: of a question its reading, of a finding its digest; then by and on."""
    held = {
        f"question {one.name}": [one.read, one.decided_by, one.decided_on]
        for one in plan.questions.values()
        if one.decided_by or one.decided_on
    }
    return held | {
        f"finding {one.finding} {one.rule} {one.at}".strip(): [one.digest, one.by, one.on]
        for one in plan.accepted
    }


def undecided(text: str, question: str) -> str:
    """The text without who decided a question, and when. Raises PlanError where it is no plan."""
    for key in ("decided_by", "decided_on"):
        text = _without(text, ("questions", question), key)
    return text


def _without(text: str, home: tuple[str, ...], key: str) -> str:
    node = _node(text, home)
    assert isinstance(node, MappingNode)
    at = next((n for n, (name, _) in enumerate(node.value) if name.value.strip() == key), None)
    if at is None:
        return text
    name, value = node.value[at]
    if not node.flow_style:
        start = text.rfind("\n", 0, name.start_mark.index)
        return text[:start] + text[_line_end(text, value.end_mark.index) :]
    if at:
        return text[: node.value[at - 1][1].end_mark.index] + text[value.end_mark.index :]
    return text[: name.start_mark.index] + text[node.value[1][0].start_mark.index :]


def decided(text: str, question: str, reading: str, by: str, on: str) -> str:
    """The text with a question read and decided: its reading, who (by), the day (on: 2026-01-05).

    Raises PlanError where there is no such question or reading.
    """
    plan = read_plan(text)
    if question not in plan.questions:
        raise fault(NOWHERE, say("there is no question “{0}”", question), ", ".join(plan.questions))
    home = ("questions", question)
    made = replaced(text, (*home, "read"), reading)
    for key, value in (("decided_by", by), ("decided_on", on)):
        if any(one.path == (*home, key) for one in scalars(made)):
            made = replaced(made, (*home, key), value)
        else:
            made = _beside(made, home, key, quoted(value))
    again = read_plan(made).questions[question]
    assert (again.read, again.decided_by, again.decided_on) == (reading, by, on)
    return made


def _beside(text: str, home: tuple[str, ...], key: str, said: str) -> str:
    """A key added to a mapping, after what stands last in it."""
    node = _node(text, home)
    assert isinstance(node, MappingNode)
    inside = [one for one in scalars(text) if one.path[: len(home)] == home]
    last = max(inside, key=lambda one: one.stop)
    if node.flow_style:
        # Right before the brace that closes it, comments and blanks before it stay behind.
        at = last.stop + _closing(text[last.stop : node.end_mark.index - 1])
        return f"{text[:at]}, {key}: {said}{text[at:]}"
    indent = " " * node.start_mark.column
    at = _line_end(text, last.stop)
    return f"{text[:at]}\n{indent}{key}: {said}{text[at:]}"


def _closing(rest: str) -> int:
    """How far brackets that close inner parts reach."""
    return max(rest.rfind("]"), rest.rfind("}")) + 1


def _line_end(text: str, at: int) -> int:
    """The end of the line in which a sign stands (before it, where a block has ended on its line)."""
    if at and text[at - 1] == "\n":
        return at - 1
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _node(text: str, path: tuple[str, ...]) -> Node:
    node = compose(text)
    for key in path:
        assert isinstance(node, MappingNode)
        node = next(value for name, value in node.value if str(name.value).strip() == key)
    return node


def accepted(text: str, said: Mapping[str, str]) -> str:
    """The text with a finding accepted: finding, rule, by, on, why, digest, at (where one of many).

    An acceptance of the same finding is written anew. Raises PlanError where a word is wrong.
    """
    entry = {key: value for key, value in said.items() if value}
    old = _same(text, entry)
    if old is not None:
        made = text
        home = ("accepted", str(old))
        for key in ("by", "on", "why", "digest"):
            if any(one.path == (*home, key) for one in scalars(made)):
                made = replaced(made, (*home, key), entry[key])
    else:
        made = _added(text, "{" + ", ".join(f"{k}: {quoted(v)}" for k, v in entry.items()) + "}")
    read_plan(made)
    return made


def _same(text: str, entry: Mapping[str, str]) -> int | None:
    """The place of an acceptance of the same finding."""
    wanted = (entry["finding"], entry["rule"], entry.get("at", ""))
    for place, one in enumerate(read_plan(text).accepted):
        if (one.finding, one.rule, one.at) == wanted:
            return place
    return None


def _added(text: str, item: str) -> str:
    root = compose(text)
    assert isinstance(root, MappingNode)
    held = {str(key.value).strip(): value for key, value in root.value}
    node = held.get("accepted")
    if not isinstance(node, SequenceNode):
        return f"{text.rstrip()}\n\naccepted:\n  - {item}\n"
    if node.flow_style:
        at = node.end_mark.index - 1
        return f"{text[:at]}{', ' if node.value else ''}{item}{text[at:]}"
    last = node.value[-1]
    inside = [one.stop for one in scalars(text) if one.path[0] == "accepted"]
    at = _line_end(text, last.end_mark.index if last.flow_style else max(inside))
    return f"{text[:at]}\n{' ' * node.start_mark.column}- {item}{text[at:]}"
