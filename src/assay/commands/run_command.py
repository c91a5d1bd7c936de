"""`run`: pay the months of a folder of facts by a plan."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from rich import box
from rich.table import Table

from assay.commands.common import (
    add_facts,
    compile_file,
    done,
    facts_at,
    kept_plan,
    month,
    parser,
    print_table,
    say,
)
from assay.commands.language import add_rows_lang
from assay.engine.inputs import read_inputs
from assay.engine.publish import describe, publish, statement_data
from assay.engine.run import ENGINES, Outcome, months_of, run_program
from assay.errors import UserError
from assay.facts.facts import Facts, summary, write_rejected
from assay.facts.schema import WORDS
from assay.money import grouped
from assay.period import Month
from assay.plan.program import Program
from assay.plan.sentences import told_in

SHOWN_ROWS = 60


def options() -> argparse.ArgumentParser:
    """The command's options."""
    made = parser("run", "Pay the months of a folder of facts, or of a database, by a plan.", True)
    add_facts(made)
    made.add_argument("--month", metavar="M", help="one month, as 2024-03")
    made.add_argument("--from", dest="first", metavar="M")
    made.add_argument("--to", dest="last", metavar="M", help="included")
    made.add_argument("--engine", choices=ENGINES, default="duckdb")
    made.add_argument(
        "--out", type=Path, metavar="DIR", help="write statements, credits and run.json here"
    )
    made.add_argument("--credits", choices=("csv", "parquet"), default="csv")
    made.add_argument("--skip-rejected", action="store_true", help="pay without the rejected rows")
    made.add_argument("--memory", default="", metavar="SIZE", help="memory limit of DuckDB, as 1GB")
    made.add_argument("--json", action="store_true", help="print data only")
    add_rows_lang(made)
    return made


def main(argv: list[str]) -> int:
    """Exit 0 done, 2 for unusable input or plan, rejected rows included."""
    args = options().parse_args(argv)
    if args.month and (args.first or args.last):
        raise UserError("--month names one month; with --from and --to leave it out")
    where = facts_at(args.facts)
    plan = args.plan or kept_plan(where, args.month or args.last or args.first)
    program, text = compile_file(plan, args.question)
    facts = read_inputs(program, where, say, args.memory)
    if facts.rejected and not turned_away(facts, args.out, args.skip_rejected, args.lang):
        return 2
    first = month(args.month or args.first) if args.month or args.first else None
    last = month(args.month or args.last) if args.month or args.last else None
    months = months_of(program, facts, first, last)
    outcome = run_program(program, facts, months, args.engine, say)
    if args.out:
        say("writing")
        publish(program, text, facts, outcome, months, args.out, args.credits)
    done()
    for line in summary(facts.ignored):
        print(line, file=sys.stderr)
    if args.json:
        data = {
            **describe(program, text, facts, outcome, months),
            "statements": statement_data(program, outcome),
        }
        print(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True))
    else:
        show(program, outcome, months)
        if args.out:
            print(f"files: {args.out}/statements.csv, credits, run.json")
    return 0


def turned_away(facts: Facts, out: Path | None, skip: bool, lang: str) -> bool:
    """Tell of rejected rows, in a language from now on; True when the run goes on without them."""
    done()
    facts.rejected[:] = [replace(r, reason=told_in(r.reason, lang)) for r in facts.rejected]
    for rejection in facts.rejected[:20]:
        value = f" “{rejection.value}”" if rejection.value else ""
        print(
            f"{rejection.file}:{rejection.row}: {rejection.column}{value}: {rejection.reason}",
            file=sys.stderr,
        )
    if len(facts.rejected) > 20:
        print(f"… and {len(facts.rejected) - 20} more", file=sys.stderr)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        write_rejected(out / "rejected.csv", facts.rejected)
        print(f"all of them: {out}/rejected.csv", file=sys.stderr)
    rows = len({(r.file, r.row) for r in facts.rejected})
    if not skip:
        print(
            f"{rows} rows rejected; mend them, or pay without them: --skip-rejected",
            file=sys.stderr,
        )
    return skip


def show(program: Program, outcome: Outcome, months: range) -> None:
    """The statements as a table: the last month paid, and totals of all."""
    last = months.stop - 1
    names = list(dict.fromkeys(rule.name for rule in program.rules))
    titles = {rule.name: rule.title.text("zh", rule.name) for rule in program.rules}
    title = f"{program.plan.title.text('zh', program.plan.name)} · {Month(last)}"
    table = Table(title=title, box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for heading in ("编号", "姓名", "角色"):
        table.add_column(heading, no_wrap=True)
    roles = {word: said for said, word in reversed(list(WORDS["role"].items()))}
    paid = {program.rules[r.rule].name for r in outcome.statements if r.month == last}
    names = [name for name in names if name in paid]
    for name in names:
        table.add_column(titles[name], justify="right", no_wrap=True)
    table.add_column("合计", justify="right", no_wrap=True)
    cells: dict[tuple[str, str, str], dict[str, int]] = {}
    for row in outcome.statements:
        if row.month == last:
            line = cells.setdefault((row.payee, row.name, row.role), {})
            line[program.rules[row.rule].name] = row.amount
    for who, line in list(cells.items())[:SHOWN_ROWS]:
        amounts = [grouped(line[name]) if name in line else "" for name in names]
        payee, name, role = who
        table.add_row(payee, name, roles.get(role, role), *amounts, grouped(sum(line.values())))
    print_table(table)
    if len(cells) > SHOWN_ROWS:
        print(f"… and {len(cells) - SHOWN_ROWS} more payees")
    total = sum(row.amount for row in outcome.statements)
    print(
        f"{Month(months.start)} – {Month(last)}: {grouped(total)}  ({len(outcome.statements)} lines)"
    )
