"""`demo`: the main job end to end on a sample department."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from assay.commands import run_command
from assay.commands.common import compile_file, done, say
from assay.engine.explain import explain
from assay.engine.inputs import read_inputs
from assay.errors import UserError
from assay.period import Month
from assay.samples.department import write_department
from assay.site import run
from assay.site.logins import LOGINS, PASSWORD

ROOT = Path(__file__).resolve().parents[3]
PAYEE, MONTH, LINE = "S04", "2024-08", "commission"


def main(argv: list[str]) -> int:
    """Pay the sample department's months, explain one line, then open it in the browser."""
    options = argparse.ArgumentParser(prog="./assay demo", description="Pay a sample department.")
    options.add_argument("--once", action="store_true", help="end after the table, no pages")
    options.add_argument("--port", type=int, default=8000, help="where the pages are served")
    options.add_argument("--dir", type=Path, default=ROOT / "demo", help="where the files go")
    args = options.parse_args(argv)
    folder: Path = args.dir
    plan = ROOT / "plans" / "key-account.yaml"
    facts_folder, out = folder / "facts", folder / "run"
    if _foreign(folder, facts_folder):
        raise UserError(f"{folder} holds other files; name an empty folder with --dir")
    count = write_department(1, facts_folder, force=True)
    print(f"sample department: {count} orders of 24 months in {facts_folder}\n")
    status = run_command.main([str(plan), "--facts", str(facts_folder), "--out", str(out)])
    if status:
        return status
    program, _ = compile_file(plan, [])
    facts = read_inputs(program, facts_folder, say)
    done()
    print(f"\nwhy {PAYEE} was paid what he was in {MONTH} (line {LINE}):\n")
    for found in explain(program, facts, PAYEE, Month.parse(MONTH), LINE):
        print("\n  ".join(found.sentences))
    command = (
        f"./assay explain plans/key-account.yaml --facts {facts_folder} --payee S01 --month 2024-03"
    )
    print(f"\nplan       {plan}\nfacts      {facts_folder}\nstatements {out / 'statements.csv'}")
    print(f"credits    {out / 'credits.csv'}\nmore       {command}")
    if not args.once:
        _open(folder, plan, args.port)
    return 0


def _foreign(folder: Path, facts: Path) -> bool:
    """Whether a folder holds what no demo made; one that was cut short, or only has keys, goes on."""
    if not folder.exists() or (facts / "orders.csv").is_file():
        return False
    held = {one.name for one in folder.iterdir()}
    return (
        bool(held - {"facts", "run", "site"})
        or ("facts" in held and any(facts.iterdir()))
        or (folder / "site" / "assay.sqlite3").exists()
    )


def _open(folder: Path, plan: Path, wanted: int) -> None:
    """The same department as pages: a database in the folder, a server on this machine only."""
    port = run.free_port("127.0.0.1", wanted, 20)
    if os.environ.pop("DATABASE_URL", ""):  # a company's own, maybe: the demo never touches it
        print("\ndatabase   DATABASE_URL is left alone; the demo keeps its own file")
    print(
        "\npages      being prepared: people, 300 customers, their dealings and orders …",
        flush=True,
    )
    run.call(folder / "site", "prepare_demo", "--plan", str(plan), demo=True)
    print(f"pages      http://127.0.0.1:{port}/  (stop with Ctrl-C)")
    print(f"logins     {', '.join(f'{role} {name}' for role, name in LOGINS)}")
    print(f"password   {PASSWORD}", flush=True)
    run.serve("127.0.0.1", port, 1)
