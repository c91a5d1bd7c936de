"""A site of its own for a bench: a fresh PostgreSQL database, filled by a child process, and served."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay.site.boot import prepare
from bench.rooms import asked, postmaster, serving
from tests.postgres import server

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Filled:
    """What the child printed, the site's environment, and the processes whose CPU counts."""

    told: Any
    env: dict[str, str]
    roots: list[int]


@contextmanager
def empty_site(bin_: Path) -> Iterator[tuple[dict[str, str], str]]:
    """The environment of a site with the department's plan and a fresh database, and its address."""
    with ExitStack() as stack:
        url = stack.enter_context(server(bin_))
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        prepare(data)
        (data / "plans").mkdir()
        plan = (ROOT / "plans" / "key-account.yaml").read_text(encoding="utf-8")
        (data / "plans" / "key-account.yaml").write_text(plan, encoding="utf-8")
        env = {**os.environ, "DATABASE_URL": url, "ASSAY_DATA": str(data)}
        env["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
        yield env, url


@contextmanager
def filled_site(bin_: Path, fill: list[str], port: int) -> Iterator[Filled]:
    """Fill by a module and its words (`bench.close_run 5000`), serve the department's plan on a port."""
    with empty_site(bin_) as (env, url):
        told = json.loads(asked(fill, env))
        serve = ["assay", "serve", "--data", env["ASSAY_DATA"], "--port", str(port)]
        with serving(serve, env, port, "/healthz") as pid:
            yield Filled(told, env, [pid, postmaster(url)])
