"""Every fault the code can find in a plan stands in the manual's tables, and nothing else does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.plan.test_manual import ERRORS, MANUAL, first_fault
from tests.plan.test_sentences import MODULES

SAYERS = {"fault", "Problem", "error"}
TABLE = MANUAL.partition("**All others**")[2].partition("## Every word")[0]
LISTED = re.findall(r"^\| (?!said \||-)(.+?) \| .+? \| .+? \|$", TABLE, re.M)


def shown(sentence: str) -> str:
    """A sentence as the table prints it: … for what is filled in."""
    return re.sub(r"\{\d\}", "…", sentence)


def texts(node: ast.expr, named: dict[str, list[ast.expr]]) -> Iterator[str]:
    """The sentences an expression can be, through choices and names of the module."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Call(func=ast.Name(id="say"), args=[first, *_]):
            yield from texts(first, named)
        case ast.IfExp(body=yes, orelse=no):
            yield from texts(yes, named)
            yield from texts(no, named)
        case ast.Name(id=name):
            for value in named.get(name, []):
                yield from texts(value, named)


def said() -> set[str]:
    """The message of every fault that the source makes."""
    found: set[str] = set()
    for module in MODULES:
        tree = ast.parse(module.read_text(encoding="utf-8"))
        named: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                named.setdefault(node.targets[0].id, []).append(node.value)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and len(node.args) > 1:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                found |= {*texts(node.args[1], named)} if name in SAYERS else set()
    return found


@pytest.fixture(scope="module")
def shown_by_example() -> set[str]:
    """The sentences that the plans in the manual's tables meet."""
    faults = [first_fault(written).message for written, *_ in ERRORS]
    return {shown(getattr(fault, "sentence", str(fault))) for fault in faults}


def test_every_fault_is_in_the_manual_once(shown_by_example: set[str]) -> None:
    sentences = {shown(sentence) for sentence in said()}
    assert len(sentences) > 200
    assert sorted(sentences - shown_by_example - {*LISTED}) == []
    assert sorted({*LISTED} - sentences) == []
    assert sorted({*LISTED} & shown_by_example) == []
    assert len(LISTED) == len({*LISTED})
