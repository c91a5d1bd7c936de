"""`facts`: write what a run reads out of the department's database as a folder of files."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from assay.commands.common import done, facts_at, month, say
from assay.errors import UserError
from assay.facts.assemble import SPLITS, facts_of
from assay.facts.database import Database, fetch
from assay.facts.export import write_folder
from assay.period import Month


def main(argv: list[str]) -> int:
    """`facts DIR`: the months of the database as orders.csv, people.csv, targets.csv and so on."""
    options = argparse.ArgumentParser(
        prog="./assay facts",
        description="Write the facts of the department's database as files that any run reads.",
    )
    options.add_argument("folder", type=Path, metavar="DIR", help="an empty folder, or a new one")
    options.add_argument(
        "--facts", default="db", metavar="db", help="db, db:FILE or db:postgres://… (db)"
    )
    options.add_argument("--month", metavar="M", help="only the orders placed in a month")
    options.add_argument("--from", dest="first", metavar="M", help="only the orders placed since")
    options.add_argument("--to", dest="last", metavar="M", help="only until then, included")
    options.add_argument(
        "--force", action="store_true", help="write into a folder that is not empty"
    )
    args = options.parse_args(argv)
    if args.month and (args.first or args.last):
        raise UserError("--month names one month; with --from and --to leave it out")
    where = facts_at(args.facts)
    if not isinstance(where, Database):
        raise UserError(f"--facts {args.facts}: name a database, as db, db:FILE or db:postgres://…")
    folder: Path = args.folder
    if folder.is_file():
        raise UserError(f"{folder} is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not args.force:
        raise UserError(
            f"{folder} is not empty; name another folder, or write over it with --force"
        )
    facts = facts_of(fetch(where, say), SPLITS, say, trusted=True)
    counts = write_folder(facts, folder, _months(args.month or args.first, args.month or args.last))
    done()
    for table, rows in sorted(counts.items()):
        print(f"{folder / table}.csv: {rows:,} rows")
    return 0


def _months(first: str | None, last: str | None) -> range | None:
    if not first and not last:
        return None
    start = month(first) if first else Month.of(date.min)
    stop = month(last) if last else Month.of(date.max)
    return range(start.index, stop.index + 1)
