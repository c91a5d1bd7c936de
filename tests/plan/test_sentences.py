"""What is wrong with a plan is told in Chinese and English: every sentence, and no half of one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.cli import main
from assay.plan.problems import Place, PlanError, Problem
from assay.plan.sentences import chinese, say, told_in
from tests.conftest import ROOT
from tests.plan.test_manual import ERRORS, first_fault

# Explanations, hints of editors and the labels of faults have tables of their own.
ELSEWHERE = {"hints", "phrases", "problems", "said", "saying", "titling", "words"}
MODULES = [
    path
    for path in sorted((ROOT / "src" / "assay" / "plan").glob("*.py"))
    if path.stem not in ELSEWHERE
]
MODULES += [ROOT / "src/assay/plan/prove/accept.py", ROOT / "src/assay/plan/prove/never.py"]
TWO_WORDS = re.compile(r"(?<![\w.])[a-z]{2,} [a-z]{2,}")
PLACES = re.compile(r"\{\d\}")


def sentences(module: Path) -> Iterator[tuple[int, str]]:
    """Every text of a module that somebody may read: no docstring, no word of an assertion."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    docs |= {id(node.msg) for node in ast.walk(tree) if isinstance(node, ast.Assert)}
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=values):
                said = [part.value for part in values if isinstance(part, ast.Constant)]
                yield node.lineno, "…".join(map(str, said))
            case ast.Constant(value=str(text)) if id(node) not in docs | inside:
                yield node.lineno, text


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_sentence_of_a_fault_is_there_in_chinese(module: Path) -> None:
    """An f-string is none: say(…) keeps the sentence, so that it can be told in another language."""
    for line, text in sentences(module):
        if TWO_WORDS.search(text):
            assert text in chinese(), f"{module.name}:{line}: {text}"


@pytest.mark.parametrize("english", chinese())
def test_a_sentence_says_the_same_values_in_both_languages(english: str) -> None:
    assert sorted(PLACES.findall(english)) == sorted(PLACES.findall(chinese()[english]))


def test_no_sentence_is_kept_that_nothing_says() -> None:
    # The two that come from reading a date are the language's own.
    source = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    source += (ROOT / "src/assay/plan/problems.py").read_text(encoding="utf-8")
    source += (ROOT / "src/assay/plan/titling.py").read_text(encoding="utf-8")
    plain = re.sub(r'"\s+"', "", source).replace('\\"', '"')
    unsaid = [text for text in chinese() if text not in plain]
    assert unsaid == ["month must be in 1..12", "day is out of range for month"]


@pytest.mark.parametrize("written", [error[0] for error in ERRORS])
def test_every_error_of_the_manual_is_told_in_chinese(written: str) -> None:
    fault = first_fault(written)
    for part in (fault.expected, fault.mend):
        bare = re.sub(r"「[^」]*」|[({\[][^)}\]]*[)}\]]", "", told_in(part, "zh"))
        assert not TWO_WORDS.search(bare), bare
    bare = re.sub(r"「[^」]*」|\([^)]*\)", "", told_in(fault.message, "zh"))
    assert re.search(r"[一-鿿]", bare), bare
    assert not TWO_WORDS.search(bare), bare


def test_a_name_of_the_plan_is_no_sentence() -> None:
    """Units and sides are single words too, which a plan may use as names."""
    assert told_in(say("unknown name “{0}”", "days"), "zh") == "没有叫「days」的名字"
    assert told_in(say("“lasts” is {0}, not so many months", say("days")), "zh") == (
        "lasts 是天数，不是几个月"
    )


def test_a_fault_keeps_its_place_in_both_languages() -> None:
    with pytest.raises(PlanError) as found:
        raise PlanError([Problem(Place(3, 7, "二"), say("unknown name “{0}”", "x"))], "a.yaml")
    assert found.value.text("en") == "a.yaml:3:7 (clause 二): unknown name “x”"
    assert found.value.text("zh") == "a.yaml:3:7 (条款 二): 没有叫「x」的名字"


@pytest.mark.parametrize(
    ("words", "terminal", "said"),
    [
        (["--lang", "zh"], "C", "没有叫「saels」的名字"),
        ([], "zh_CN.UTF-8", "改法：是不是「sales」？"),
        (["--lang", "en"], "zh_CN.UTF-8", "to mend:  did you mean “sales”?"),
    ],
)
def test_commands_tell_it_in_the_language_asked_for(
    words: list[str], terminal: str, said: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("LC_ALL", terminal)
    plan = tmp_path / "a.yaml"
    plan.write_text(
        'plan: a\neffective: 2024-01\nmeasures: {sales: "sum(order.amount)"}\n'
        'rules: [{name: pay, for: rep, per: month, pay: "saels * 1%"}]\n',
        encoding="utf-8",
    )
    for command in ("check", "try", "examples"):
        assert main([command, str(plan), *words]) == 2
        assert said in capsys.readouterr().err
