"""A run's folder is whole or says it is none; verify finds any touched line and survives any damage."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assay.engine import staging
from assay.engine.adjust_folder import write_adjustments
from assay.engine.folder import open_run
from assay.engine.inputs import read_inputs
from assay.engine.publish import publish
from assay.engine.run import run_program
from assay.engine.verify import Difference, verify
from assay.errors import UserError
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.problems import PlanError
from assay.plan.reading import read_plan
from assay.samples.made import Made
from tests.conftest import PLAN, ROOT, assay, write_csv

TEXT = PLAN.read_text(encoding="utf-8")
PROGRAM = compile_plan(read_plan(TEXT))
MADE = Made(PROGRAM, 5, 9, 2, 1)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts")
    MADE.write(folder)
    return folder


def pay(facts: Path, out: Path, credits: str = "csv", months: range = MADE.span) -> Path:
    read = read_inputs(PROGRAM, facts)
    outcome = run_program(PROGRAM, read, months, "duckdb")
    publish(PROGRAM, TEXT, read, outcome, months, out, credits)
    return out


def differences(folder: Path) -> list[Difference]:
    return verify(open_run(folder))[1]


class Stopped(BaseException):
    """The process was killed here."""


NEW = ("run.json", "plan.yaml", "statements.csv", "credits", "facts")
OLD = ("run.json", "plan.yaml", "statements.csv", "credits.csv", "facts", "rejected.csv")


def put(folder: Path, names: tuple[str, ...], said: str) -> None:
    """Files and folders that all say the same."""
    for name in names:
        path = folder / name if "." in name else folder / name / "part.parquet"
        path.parent.mkdir(exist_ok=True)
        path.write_text(said, encoding="utf-8")


def publish_all(folder: Path, names: tuple[str, ...], said: str) -> None:
    with staging.staged(folder) as stage:
        put(stage, names, said)


def test_whoever_is_stopped_leaves_a_whole_run_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped at every step of the move in turn, nothing tidied up, as after kill -9."""
    real, steps, seen = os.replace, 0, set()
    for steps in range(30):
        out = tmp_path / f"out{steps}"
        out.mkdir()
        put(out, OLD, "old")
        (out / "note.txt").write_text("of somebody else", encoding="utf-8")
        calls = iter(range(10**6))

        def replace(
            source: Path, target: Path, n: Iterator[int] = calls, last: int = steps
        ) -> None:
            if next(n) == last:
                raise Stopped
            real(source, target)

        monkeypatch.setattr("os.replace", replace)
        monkeypatch.setattr("shutil.rmtree", lambda *a, **k: None)
        try:
            publish_all(out, NEW, "new")
            stopped = False
        except Stopped:
            stopped = True
        monkeypatch.undo()
        said = {p.read_text(encoding="utf-8") for p in out.glob("[a-z]*") if p.is_file()}
        said |= {p.read_text(encoding="utf-8") for p in out.glob("[a-z]*/*")}
        said.remove("of somebody else")
        if (out / "run.json").exists():
            assert len(said) == 1
            seen |= said
            names = {p.name for p in out.glob("[a-z]*")} - {"note.txt"}
            assert names == set(NEW if said == {"new"} else OLD)
        else:
            with pytest.raises(UserError, match=r"no run\.json"):
                open_run(out)
            seen.add("none")
        # The next run finds its way, and clears away what was left.
        publish_all(out, NEW, "next")
        assert not list(out.glob(".assay*"))
        assert (out / "note.txt").read_text(encoding="utf-8") == "of somebody else"
        if not stopped:
            break
    assert seen == {"none", "old", "new"}
    assert steps == len(OLD) + len(NEW)


def test_killed_for_good_while_writing(facts: Path, tmp_path: Path) -> None:
    out = pay(facts, tmp_path / "out", months=MADE.span[:1])
    before = (out / "run.json").read_bytes()
    command = [
        sys.executable,
        "-m",
        "assay",
        "run",
        str(PLAN),
        "--facts",
        str(facts),
        "--out",
        str(out),
    ]
    child = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    while child.poll() is None and not list(out.glob(".assay-part-*")):
        time.sleep(0.002)
    child.send_signal(signal.SIGKILL)
    child.wait()
    if (out / "run.json").exists():
        after = (out / "run.json").read_bytes()
        assert after == before or differences(out) == []
    ran = assay("run", PLAN, "--facts", facts, "--out", out)
    assert ran.status == 0, ran.err
    assert differences(out) == []


def test_two_runs_do_not_write_into_one_folder(facts: Path, tmp_path: Path) -> None:
    out = pay(facts, tmp_path / "out")
    lock = os.open(out / ".assay-lock", os.O_CREAT | os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    before = (out / "run.json").read_bytes()
    ran = assay("run", PLAN, "--facts", facts, "--out", out)
    assert ran.status == 2
    assert "another run is writing here" in ran.err
    assert (out / "run.json").read_bytes() == before
    os.close(lock)


def test_lines_missing_and_added_are_found(facts: Path, tmp_path: Path) -> None:
    out = pay(facts, tmp_path / "out")
    path = out / "statements.csv"
    head, first, second, *rest = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, second, *rest, second]) + "\n", encoding="utf-8")
    found = {d.key: (d.found, d.expected) for d in differences(out) if d.file == "statements.csv"}
    assert found[" ".join(first.split(",")[i] for i in (0, 2, 3, 4))][0] == ""
    assert found[" ".join(second.split(",")[i] for i in (0, 2, 3, 4))][1] == ""


def test_credits_in_parquet_are_verified_too(facts: Path, tmp_path: Path) -> None:
    out = pay(facts, tmp_path / "out", "parquet")
    assert differences(out) == []
    path = next(p for p in sorted((out / "credits").rglob("*.parquet")) if sum(amounts(p)) > 0)
    table = pq.read_table(path, partitioning=None)
    changed = [n + (1 if i == 0 else 0) for i, n in enumerate(amounts(path))]
    place = table.column_names.index("amount")
    pq.write_table(table.set_column(place, "amount", pa.array(changed, pa.int64())), path)
    (found,) = differences(out)
    assert found.file == "credits"
    assert found.key.split()[0] == table["payee_id"][0].as_py()
    path.unlink()
    assert len(differences(out)) == len(changed)
    path.write_bytes(b"PAR1 not really")
    ran = assay("verify", out)
    assert ran.status == 2
    assert "damaged, it cannot be read as Parquet" in ran.err


def amounts(path: Path) -> list[int]:
    return [int(n) for n in pq.read_table(path, partitioning=None)["amount"].to_pylist()]


@pytest.mark.parametrize("damage", ["cut", "noise", "gone"])
def test_any_damage_is_a_difference_or_a_sentence(facts: Path, tmp_path: Path, damage: str) -> None:
    whole = pay(facts, tmp_path / "whole")
    files = [p.relative_to(whole) for p in sorted(whole.rglob("*")) if p.is_file()]
    assert len(files) >= 10
    for name in files:
        out = tmp_path / "out"
        shutil.copytree(whole, out)
        path, data = out / name, (whole / name).read_bytes()
        if damage == "gone":
            path.unlink()
        else:
            path.write_bytes(
                {
                    "cut": data[: len(data) // 2],
                    "noise": b"\xff\xfe\x00" + data[::-1],
                }[damage]
            )
        try:
            found = [d.text() for d in verify(open_run(out))[1]]
        except (UserError, PlanError) as error:
            found = [str(error)]
        assert found, name
        assert all(len(text) > 10 for text in found), name
        shutil.rmtree(out)


def test_a_part_with_other_columns_is_found(facts: Path, tmp_path: Path) -> None:
    """As of a CSV: who reads the file by another column would be told something else."""
    run = pay(facts, tmp_path / "run", "parquet")
    part = min(run.glob("credits/*/*/*.parquet"))
    table = pq.read_table(part, partitioning=None)
    wider = table.append_column("paid_in", pa.array(["2023-01"] * table.num_rows))
    pq.write_table(wider, part)
    (found,) = differences(run)
    assert (found.file, found.key) == ("credits", f"columns of {part.relative_to(run / 'credits')}")
    assert found.found == f"{found.expected},paid_in"


def test_results_beside_results_are_found(facts: Path, tmp_path: Path) -> None:
    """A second list of statements; credits in parts beside those of adjustments, which are read first."""
    run = pay(facts, tmp_path / "run")
    adjusted = tmp_path / "adjusted"
    month = Month(MADE.span.stop)
    write_adjustments(open_run(run), read_inputs(PROGRAM, facts), month, adjusted)
    for folder in (run, adjusted):
        (folder / "notes.txt").write_text("seen by the accountant", encoding="utf-8")
        assert not differences(folder)
    shutil.copyfile(run / "statements.csv", run / "statements-2.csv")
    assert [(d.file, d.key) for d in differences(run)] == [("statements-2.csv", "file")]
    parted = pay(facts, tmp_path / "parted", "parquet")
    shutil.copytree(parted / "credits", adjusted / "credits")
    assert [(d.file, d.key) for d in differences(adjusted)] == [("credits", "folder")]


def test_a_run_without_its_rejected_rows_verifies(facts: Path, tmp_path: Path) -> None:
    """What lay below a rejected order, or belonged to rejected people, is not kept either."""
    folder = tmp_path / "facts"
    shutil.copytree(facts, folder)
    lines = (folder / "orders.csv").read_text(encoding="utf-8-sig").splitlines()
    number = next(
        i for i, line in enumerate(lines) if line.split(",")[2:3] not in ([""], ["salesperson_id"])
    )
    cells = lines[number].split(",")
    lines[number] = ",".join([*cells[:2], "nobody", *cells[3:]])
    (folder / "orders.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    people = (folder / "people.csv").read_text(encoding="utf-8-sig").splitlines()
    write_csv(
        folder / "people.csv", people[0], *people[1:], "x1,x1,salesperson,,2024-05-01,2024-01-01,"
    )
    targets = (folder / "targets.csv").read_text(encoding="utf-8-sig").splitlines()
    write_csv(folder / "targets.csv", targets[0], *targets[1:], "x1,,2024-01,5000")
    out = tmp_path / "out"
    ran = assay("run", PLAN, "--facts", folder, "--out", out, "--skip-rejected")
    assert ran.status == 0, ran.err
    assert [d.text() for d in differences(out)] == []


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_a_plan_that_pays_no_single_order_is_published_as_parquet_too(
    tmp_path: Path, engine: str
) -> None:
    """As the site keeps its months: no credits, and every line verified."""
    text = (
        "plan: monthly\neffective: 2024-01\n"
        "rules: [{name: bonus, for: salesperson, pay: sum(order.amount) * 1%}]\n"
    )
    program = compile_plan(read_plan(text))
    Made(program, 5, 2, 1, 1).write(tmp_path / "facts")
    read = read_inputs(program, tmp_path / "facts")
    months = range(program.effective, program.effective + 1)
    outcome = run_program(program, read, months, engine)
    publish(program, text, read, outcome, months, tmp_path / "out", "parquet")
    assert verify(open_run(tmp_path / "out")) == (2, [])
