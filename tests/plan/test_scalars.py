"""One value of a plan file changed: the text differs in that value alone; decisions stand in the file."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assay.plan.problems import PlanError
from assay.plan.reading import read_plan
from assay.plan.scalars import Scalar, replaced, scalars, substance
from assay.plan.signing import accepted, decided, undecided
from tests.conftest import PLAN, ROOT

PLANS = (PLAN, *sorted((ROOT / "plans" / "gallery").glob("*.yaml")))
Kind = tuple[str, str, str]


def kind(one: Scalar) -> Kind:
    """The section a value stands in, under which word of an entry, and how it is quoted."""
    words = [key for key in one.path[2:] if not key.isdigit()]
    return one.path[0], words[0] if words and one.path[0] != "examples" else "", one.style


WHOLE = {path: scalars(path.read_text(encoding="utf-8")) for path in PLANS}
OF_KIND = {
    said: [path for path in PLANS if any(kind(one) == said for one in WHOLE[path])]
    for said in sorted({kind(one) for found in WHOLE.values() for one in found})
}


def drawn() -> list[tuple[Kind, Path | None]]:
    """Every kind once, and every plan for one of them; for the others the plan is left to chance.

    Chance chooses among the shortest that have the kind: a long one costs a second for each value.
    """
    left = dict(OF_KIND)
    cases: list[tuple[Kind, Path | None]] = []
    for path in PLANS:
        said = next(one for one, there in left.items() if path in there)
        del left[said]
        cases.append((said, path))
    return [*cases, *((said, None) for said in left)]


def text_of(path: Path, chance: random.Random) -> str:
    """A plan's text; of the department's two of its examples, any."""
    text = path.read_text(encoding="utf-8")
    if path != PLAN:
        return text
    head, mark, rest = text.partition("\nexamples:\n")
    begins = re.search(r"(?m)^\w", rest)  # the section after the examples
    stop = begins.start() if begins else len(rest)
    every = re.split(r"(?m)^(?=  - )", rest[:stop])[1:]
    at = chance.randrange(len(every) - 1)
    return head + mark + "".join(every[at : at + 2]) + rest[stop:]


BLOCK = """plan: p
effective: 2026-01
questions:
  block:
    ask: 一还是二
    readings: {one: 1%, two: 2%}   # 两种
    read: one
  brace: {ask: 一还是二, readings: {three: 1%, four: 2%}, read: three}
rules:
  - {name: r, for: salesperson, per: order, pay: "order.amount * block + order.amount * brace"}
"""
VALUES = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_categories=("C", "Zl", "Zp")),
    min_size=1, max_size=20,
) | st.sampled_from(["7%", "(8折, 9.5折)", "yes", "# 8", "a: b", "'", '"', "no", "- x", "{a}", "!x", "*a"])  # fmt: skip


@pytest.mark.parametrize(("said", "path"), drawn(), ids=str)
@settings(max_examples=1, deadline=None, database=None, phases=[Phase.generate])
@given(seed=st.integers(0, 10**6).filter(bool), value=VALUES)
def test_another_value_changes_the_text_in_that_value_alone(
    said: Kind, path: Path | None, seed: int, value: str
) -> None:
    chance = random.Random(seed)
    short = sorted(OF_KIND[said], key=lambda one: len(WHOLE[one]))[:6]
    text = text_of(path or chance.choice(short), chance)
    every = scalars(text)
    number = chance.choice([at for at, one in enumerate(every) if kind(one) == said])
    one = every[number]
    try:
        made = replaced(text, one.path, value)
    except PlanError:
        assert not value.strip() or one.style in ("|", ">")
        return
    assert made[: one.start] == text[: one.start]
    rest = text[one.stop :]
    assert made.endswith(rest)
    written = made[one.start : len(made) - len(rest)]
    assert "\n" not in written
    again = scalars(made)
    assert [(s.path, s.value) for s in again if s.path != one.path] == [
        (s.path, s.value) for s in every if s.path != one.path
    ]
    assert again[number].value == value.strip()
    if one.style and one.value != value.strip():
        assert written[0] == written[-1]
        assert written[0] in "\"'"


def test_the_same_value_leaves_every_sign() -> None:
    whole = PLAN.read_text(encoding="utf-8")
    for one in scalars(whole)[::97]:
        assert replaced(whole, one.path, one.value) == whole


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{readings: {a: 1%, b: 2%}, read: a}   # why", "{readings: {a: 1%, b: 2%}, read: a, decided_by"),
        ("{read: a, readings: {a: 1%, b: 2%} }", '{a: 1%, b: 2%}, decided_by: "顾"'),
        ("\n    read: a  # so\n    readings: {a: 1%, b: 2%}\n    # end", "b: 2%}\n    decided_by"),
        ("\n    readings:\n      a: 1%\n      b: 2%  # two\n    read: a", 'read: a\n    decided_by: "顾"'),
    ],
)  # fmt: skip
def test_a_decision_is_written_as_the_language_has_it(entry: str, said: str) -> None:
    text = f"""plan: p
effective: 2026-01
questions:
  q: {entry}
rules:
  - {{name: pay, for: rep, per: order, pay: "order.amount * q"}}
"""
    made = decided(text, "q", "a", "顾", "2026-11-26")
    assert said in made
    question = read_plan(made).questions["q"]
    assert (question.read, question.decided_by, question.decided_on) == ("a", "顾", "2026-11-26")
    assert substance(made) == substance(text), "who decided changes nothing that is paid"
    lines = [line for line in made.split("\n") if "decided" not in line]
    assert all(line in text for line in lines), "every other line stays"
    again = decided(made, "q", "b", "陆", "2026-11-27")
    assert (again.count("decided_by"), read_plan(again).questions["q"].read) == (1, "b")
    assert substance(again) != substance(text)


@pytest.mark.parametrize(
    "tail",
    ["", "accepted: []\n", "accepted:\n- {finding: split, rule: pay, by: a, on: 2026-01-01, why: b}  # c\n",
     "accepted:\n  - finding: split\n    rule: pay\n    by: a\n    on: 2026-01-01\n    why: b\n# end\n"],
)  # fmt: skip
def test_an_acceptance_is_added_once_and_written_anew(tail: str) -> None:
    text = f"""plan: p
effective: 2026-01
rules:
  - {{name: pay, for: rep, per: order, pay: "if(order.amount >= 1000元, 100元, 0元)"}}
{tail}"""
    said = {"finding": "cliff", "rule": "pay", "by": "顾", "on": "2026-11-26", "why": "门槛奖",
            "digest": "0123456789", "at": "order.amount >= 1,000元"}  # fmt: skip
    made = accepted(text, said)
    found = read_plan(made).accepted
    assert (found[-1].why, found[-1].at) == ("门槛奖", "order.amount >= 1,000元")
    assert made.replace("\n", "").startswith(text.rstrip("[]\n# end").replace("\n", "")[:150])
    again = read_plan(accepted(made, {**said, "why": "照旧"})).accepted
    assert len(again) == len(found)
    assert again[-1].why == "照旧"


def test_a_decision_taken_out_leaves_the_text_as_it_was_before() -> None:
    for name, question in read_plan(BLOCK).questions.items():
        made = decided(BLOCK, name, question.read, "顾明远（gu）", "2026-01-05")
        assert made != BLOCK
        assert undecided(made, name) == BLOCK


def test_a_decision_that_stands_first_is_taken_out_too() -> None:
    head = BLOCK.replace("{ask", "{decided_by: 甲, decided_on: 2026-01-05, ask")
    assert undecided(head, "brace") == BLOCK
