"""The house rules as tests: first sentences, small files and functions, imports at the top."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINES = 500
FILES = sorted((ROOT / "src").rglob("*.py")) + sorted((ROOT / "bench").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_is_small_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "no first sentence"
    written_by_django = path.parent.name == "migrations"
    assert written_by_django or text.count("\n") <= LINES
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} is too long"
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, f"{node.name} imports inside"


def test_a_file_of_tests_is_small() -> None:
    lines = {path: path.read_bytes().count(b"\n") for path in (ROOT / "tests").rglob("*.py")}
    assert not {str(path.relative_to(ROOT)): n for path, n in lines.items() if n > LINES}


def test_no_word_of_the_plan_stands_in_the_code() -> None:
    """Names a plan gives appear in no string or name of the core."""
    words = ("base_quota", "accelerator", "deal_bonus", "override", "tier_rate", "commission")
    for path in (ROOT / "src" / "assay" / "plan").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        named |= {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        named |= {
            n.value
            for n in ast.walk(tree)
            if isinstance(n, ast.Constant) and isinstance(n.value, str)
        }
        assert not named & set(words), path


def test_a_decision_has_a_number_of_its_own() -> None:
    """Of two with one number nobody knows which is meant; its heading says it again."""
    paths = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in paths]
    assert not {number for number in numbers if numbers.count(number) > 1}
    for number, path in zip(numbers, paths, strict=True):
        assert path.read_text(encoding="utf-8").startswith(f"# {number}. "), path.name


def test_readmes_open_with_the_two_commands() -> None:
    for name in ("README.md", "README.zh.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert text.index("./assay demo") < text.index("./assay test") < 200
