"""What commands share: plans read from files, questions chosen, months, progress on stderr."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from assay.engine.in_force import plan_in_force
from assay.errors import UserError
from assay.facts.database import Database, database_at
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.problems import PlanError
from assay.plan.program import Program
from assay.plan.reading import read_plan

WIDEST = 400


def read_plan_file(path: Path) -> tuple[Plan, str]:
    """A plan and its text. Raises PlanError named by the file, or UserError if unreadable."""
    text = read_text(path, "plan")
    return read_plan(text, path.name), text


def read_text(path: Path, what: str) -> str:
    """A text file in UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{path}: no such {what}") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise UserError(f"{path.name}:{line}: not UTF-8; save the {what} as UTF-8") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None


def compile_file(path: Path, questions: list[str]) -> tuple[Program, str]:
    """A plan file compiled under chosen readings, and its text."""
    plan, text = read_plan_file(path)
    try:
        return compile_plan(plan, chosen(questions)), text
    except PlanError as error:
        raise error.named(path.name) from None


def chosen(questions: list[str]) -> dict[str, str]:
    """`--question NAME=READING` as a mapping."""
    found: dict[str, str] = {}
    for said in questions:
        name, mark, reading = said.partition("=")
        if not mark or not name or not reading:
            raise UserError(f"--question {said}: write NAME=READING, as in at_120=included")
        found[name.strip()] = reading.strip()
    return found


def parser(name: str, summary: str, kept: bool = False) -> argparse.ArgumentParser:
    """An argument parser that begins with the plan file; `kept`: the company's own if not said."""
    made = argparse.ArgumentParser(prog=f"./assay {name}", description=summary)
    made.add_argument(
        "plan", type=Path, metavar="PLAN", nargs="?" if kept else None,
        help="a plan file, as plans/key-account.yaml",
    )  # fmt: skip
    made.add_argument(
        "--question",
        action="append",
        default=[],
        metavar="NAME=READING",
        help="read an open question otherwise (repeatable)",
    )
    return made


def add_facts(made: argparse.ArgumentParser) -> None:
    """The option that says where the facts are."""
    made.add_argument(
        "--facts", required=True, metavar="DIR|db",
        help="a folder; or db, db:FILE, db:postgres://… for the department's database",
    )  # fmt: skip


def add_lang(made: argparse.ArgumentParser) -> None:
    """The option that says in which language a command prints and writes."""
    made.add_argument(
        "--lang", choices=("zh", "en"), default="zh", help="of what is printed and written"
    )


def facts_at(text: str) -> Path | Database:
    """Where the facts are. A folder that is called db is written ./db."""
    return database_at(text) or Path(text)


def kept_plan(where: Path | Database, said: str | None) -> Path:
    """The plan file the company keeps for a month (its latest where none is said)."""
    if isinstance(where, Path):
        raise UserError("name the plan file, as in ./assay run plans/key-account.yaml --facts DIR")
    folder = os.environ.get("ASSAY_DATA", "data")
    if where.sqlite:
        folder = str(Path(where.place).parent)
    at = month(said) if said else Month.of(date.max)
    return plan_in_force(Path(folder) / "plans", at)[2]


def month(text: str) -> Month:
    """A month on the command line."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise UserError(f"{text}: {error}") from None


def print_table(table: Table) -> None:
    """A table as wide as it needs to be: no amount is ever cut to the width of a terminal."""
    console = Console()
    wide = Measurement.get(console, console.options.update(max_width=WIDEST), table).maximum
    Console(width=max(wide, console.width)).print(table)


def say(text: str) -> None:
    """A line of progress, on stderr and only where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text} …", end="", file=sys.stderr, flush=True)


def done() -> None:
    """The end of the progress line."""
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
