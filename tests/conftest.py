"""Shared ground of the tests: the department's plan, the seeded sample, runs of the command line."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from assay.plan.document import Plan
from assay.plan.reading import read_plan
from assay.samples.department import write_department
from tests import demo, migrated
from tests.once import once
from tests.tidying import let_tests_tidy_up

let_tests_tidy_up()
# How long an example takes to draw says how busy the machine is, not whether the test is right.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")
ROOT = Path(__file__).resolve().parents[1]
PLAN = ROOT / "plans" / "key-account.yaml"


@dataclass(frozen=True)
class Ran:
    """A command that ran."""

    status: int
    out: str
    err: str


def assay(*words: object, cwd: Path = ROOT) -> Ran:
    """Run a command as a person does, in a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"}
    command = [sys.executable, "-m", "assay", *(str(word) for word in words)]
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV as dicts."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def write_csv(path: Path, header: str, *lines: str) -> None:
    """A CSV out of plain lines."""
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def with_first_examples(text: str, kept: int = 8) -> str:
    """A plan that ends with its examples, with the first of them: the rest is the same furniture and costs time."""
    lines = text.split("\n")
    begin = lines.index("examples:")
    starts = [at for at, line in enumerate(lines) if at > begin and line.startswith("  - ")]
    return "\n".join(lines[: starts[kept]]) + "\n"


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A page leaves its reader's language active in its thread: no test begins with another's."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def key_account() -> Plan:
    """The department's plan."""
    return read_plan(PLAN.read_text(encoding="utf-8"), PLAN.name)


@pytest.fixture(scope="session")
def department(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample department of seed 1."""
    folder = tmp_path_factory.mktemp("department")
    write_department(1, folder)
    return folder


@pytest.fixture(scope="session")
def kept_databases(request: pytest.FixtureRequest) -> Path:
    """The folder of migrated databases, which outlives the run."""
    return Path(request.config.cache.mkdir("migrated"))


@pytest.fixture(scope="session")
def migrated_file(kept_databases: Path) -> Path:
    """A migrated SQLite file that nobody has used; to be copied."""
    return migrated.sqlite_file(kept_databases)


@pytest.fixture(scope="session")
def demo_folder(request: pytest.FixtureRequest) -> Path:
    """What `./assay demo` makes out of nothing, once a run; to be copied, not written in."""
    return once(request, "demo", demo.make)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The database of the tests lies there already: a copy of one that was migrated once."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, kept_databases: Path
) -> None:
    """The copy, under the name of this worker."""
    migrated.put(kept_databases)
