"""`bench imports`: files of 50,000 rows previewed and written in the background, on SQLite and PostgreSQL."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from assay.site.boot import prepare
from tests.postgres import binaries, server

ROOT = Path(__file__).resolve().parents[1]
HEAD = ("file", "rows", "bytes", "check s", "CPU", "write s", "CPU", "MB", "bar moved")


def main() -> None:
    """Each database in a folder of its own, a worker as `serve` starts it, the pages asked as a browser does."""
    args = _options()
    tables: dict[str, list[dict[str, object]]] = {}
    for kind in args.on:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = ""
            if kind == "postgresql":
                bin_ = binaries()
                if bin_ is None:
                    print("postgresql: not installed, left out", file=sys.stderr)
                    continue
                url = stack.enter_context(server(bin_))
            tables[kind] = _measured(folder, url, args.rows)
    load = [round(one, 1) for one in os.getloadavg()]
    if args.json:
        print(json.dumps({**tables, "load": load}, indent=1))
        return
    for kind, rows in tables.items():
        print(f"{kind}, load {load}")
        _row(*HEAD)
        for row in rows:
            _row(str(row.pop("file")), *row.values())


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="./assay bench imports")
    options.add_argument("--rows", type=int, default=50_000)
    options.add_argument("--on", nargs="+", default=["sqlite", "postgresql"])
    options.add_argument("--json", action="store_true")
    return options.parse_args()


def _measured(folder: Path, url: str, rows: int) -> list[dict[str, object]]:
    prepare(folder)
    env = {**os.environ, "DATABASE_URL": url, "ASSAY_DATA": str(folder)}
    env["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    command = [sys.executable, "-m", "bench.imports_run", str(rows)]
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    found: list[dict[str, object]] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _row(first: str, *cells: object) -> None:
    print(f"{first:<22}" + "".join(f"{cell:>11}" for cell in cells))


if __name__ == "__main__":
    main()
