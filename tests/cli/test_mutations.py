"""Thousands of damaged plans and files: never a traceback, always the line that was changed."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from assay.cli import main
from assay.engine.inputs import read_inputs
from assay.errors import UserError
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.example import work
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan
from tests.conftest import PLAN, with_first_examples
from tests.oracle import read

TEXT = with_first_examples(PLAN.read_text(encoding="utf-8"))
LINES = TEXT.removesuffix("\n").split("\n")
FIRST_EXAMPLE = LINES.index("examples:")
CLAUSES_END = LINES.index("facts:")
GARBAGE = (
    "@",
    "§",
    "))",
    "((",
    "]",
    "}",
    ": :",
    "\t",
    "&x",
    "*x",
    "!!int",
    "%%",
    "'",
    '"',
    "{",
    "#",
    "|",
    "\x00",
    "￿",
    "9" * 40,
)
GONE = ("returned", "cancelled", "取消", "已退货")
CELLS = (
    "NaN",
    "-1",
    "abc",
    "1e5",
    "inf",
    "--",
    "1.234",
    "10000000000000",
    "03/04/2018",
    "2024-13-01",
    "nobody",
    "9" * 70,
)


def faults(text: str) -> list[int] | None:
    """Lines the errors name; None when the plan can still run, its examples read included."""
    try:
        plan = read_plan(text)
        compile_plan(plan)
        for example in plan.examples:
            work(plan, example)
    except PlanError as error:
        return [problem.place.line for problem in error.problems]
    return None


def sure(rng: random.Random) -> tuple[int, str] | None:
    """A damage that is surely a fault of its line: (line number, the line damaged)."""
    number = rng.randrange(FIRST_EXAMPLE)
    line = LINES[number]
    formulas = [m for m in re.finditer(r'"[^"]*[a-z_]+[^"]*"', line) if "：" not in m.group()]
    kind = rng.choice(("unit", "name", "bracket", "key", "sign", "band", "twice"))
    worded = any(w in line for w in ("title", "ask:", "why:")) or number < CLAUSES_END
    if (
        kind == "unit"
        and not worded
        and (found := list(re.finditer(r"(?<=\d)(万元|元|%|折|点)", line)))
    ):
        one = rng.choice(found)
        return number, line[: one.start()] + rng.choice(("公里", "斤", "kg")) + line[one.end() :]
    if not formulas or "ask:" in line or line.lstrip().startswith(('"', "title")):
        return None
    one = rng.choice(formulas)
    inner = one.group()
    if kind == "name" and (
        names := list(re.finditer(r"(?<![\w'.:])[a-z]{2,}_[a-z_]+(?!\w|:)", inner))
    ):
        name = rng.choice(names)
        damaged = inner[: name.start()] + name.group() + "q" + inner[name.end() :]
        return number, line[: one.start()] + damaged + line[one.end() :]
    if (
        kind == "bracket"
        and inner.count("(") == inner.count(")") > 0
        and "," not in line[: one.start()]
    ):
        at = inner.rindex(")")
        return number, line[: one.start()] + inner[:at] + inner[at + 1 :] + line[one.end() :]
    if kind == "sign" and (signs := list(re.finditer(r" [*/] ", inner))):
        sign = rng.choice(signs)
        damaged = inner[: sign.start()] + " * * " + inner[sign.end() :]
        return number, line[: one.start()] + damaged + line[one.end() :]
    if kind == "key" and re.match(r"    (is|cite|pay|of|per|for): ", line):
        return number, line.replace(":", "x:", 1)
    return None


@pytest.mark.parametrize("part", range(4))
def test_a_surely_damaged_line_is_named(part: int) -> None:
    rng = random.Random(1000 + part)
    tried = 0
    while tried < 125:
        made = sure(rng)
        if made is None:
            continue
        tried += 1
        number, damaged = made
        found = faults("\n".join([*LINES[:number], damaged, *LINES[number + 1 : FIRST_EXAMPLE]]))
        assert found is not None, f"runs all the same: {damaged}"
        assert number + 1 in found, f"{number + 1} not in {found}: {damaged}"


@pytest.mark.parametrize("part", range(4))
def test_any_damage_is_an_error_in_words_or_no_damage(part: int) -> None:
    """Signs inserted, cut, swapped or doubled anywhere, examples included."""
    rng = random.Random(2000 + part)
    for _ in range(80):
        start = rng.randrange(len(TEXT))
        end = min(start + rng.choice((0, 1, 1, 3, 12)), len(TEXT))
        middle = rng.choice((*GARBAGE, "", "", TEXT[end : end + 9]))
        found = faults(TEXT[:start] + middle + TEXT[end:])
        assert found is None or all(1 <= line <= len(LINES) + 2 for line in found)


@pytest.mark.parametrize("part", range(2))
def test_random_bytes_are_no_plan(
    tmp_path: Path, part: int, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(3000 + part)
    for number in range(60):
        path = tmp_path / f"{number}.yaml"
        path.write_bytes(rng.randbytes(rng.randrange(300)))
        assert main(["examples", str(path)]) == 2
        assert capsys.readouterr().err


@pytest.mark.parametrize("table", ["orders", "people", "targets", "collections", "order_lines"])
def test_a_damaged_cell_is_named(
    key_account: Plan, department: Path, tmp_path: Path, table: str
) -> None:
    """Some rows of a file get a cell that cannot be used: each of them is rejected by its number."""
    rng = random.Random(f"cells of {table}")
    columns = {
        "orders": ("list_amount", "net_amount", "order_date", "channel", "salesperson_id"),
        "people": ("role", "from"), "targets": ("month", "target"),
        "collections": ("date", "amount"), "order_lines": ("list_amount",),
    }[table]  # fmt: skip
    table_rows = read(department, f"{table}.csv")
    for path in department.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    # A cancelled or returned order may stand as it is: it is left out, not rejected.
    usable = [
        i
        for i, row in enumerate(table_rows)
        if row.get("returned", "0") == "0" and row.get("status", "") not in GONE
    ]
    chosen = rng.sample(usable, min(200, len(usable) - 2))
    for index in chosen:
        column = rng.choice(columns)
        fits = [
            c for c in CELLS if column.endswith(("amount", "target")) or c not in ("1.234", "1e5")
        ]
        bad = rng.choice(fits)
        if column == "amount" and bad == "-1":
            bad = "abc"  # a collection may be taken back
        table_rows[index][column] = bad
    lines = [
        ",".join(table_rows[0]),
        *(",".join(f'"{c}"' for c in row.values()) for row in table_rows),
    ]
    (tmp_path / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    facts = read_inputs(compile_plan(key_account), tmp_path)
    named = {r.row for r in facts.rejected if r.file == f"{table}.csv"}
    assert {index + 2 for index in chosen} <= named


def test_damaged_files_are_errors_in_words(
    key_account: Plan, department: Path, tmp_path: Path
) -> None:
    """Bytes cut, swapped and scattered in every file, and files that are something else."""
    rng = random.Random(5)
    program = compile_plan(key_account)
    for path in department.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for _ in range(40):
        path = rng.choice(sorted(p for p in tmp_path.iterdir() if p.suffix == ".csv"))
        good = path.read_bytes()
        bad = bytearray(good[: rng.randrange(200, 6000)])
        for _ in range(rng.randrange(1, 30)):
            bad[rng.randrange(len(bad))] = rng.randrange(256)
        path.write_bytes(
            rng.choice((bytes(bad), bytes(bad), b"", b"\xff\xfe", b"PK\x03\x04", good[::-1]))
        )
        said = path.name
        try:
            facts = read_inputs(program, tmp_path)
            assert all(rejection.reason for rejection in facts.rejected)
        except UserError as error:
            said = str(error)
        assert path.stem in said
        path.write_bytes(good)
