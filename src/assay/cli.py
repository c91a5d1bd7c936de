"""The commands: a name leads to one module, and only that one is loaded."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Callable

from assay.errors import UserError
from assay.plan.problems import PlanError

COMMANDS = {
    "demo": "pay the months of a sample department and explain a line · 演示",
    "sample": "write a sample department, or map Northwind or AdventureWorks · 样例数据",
    "run": "pay the months of a folder of facts by a plan · 计算提成",
    "explain": "say how a payee's line came about, clause by clause · 解释",
    "examples": "run a plan's worked examples · 验算方案里的例子",
    "try": "work out an example block of your own · 试算",
    "check": "say what still stands between a plan and its publication · 检查",
    "bench": "measure the run against hand-written SQL · 测速",
    "test": "run the whole test suite · 测试",
}


def main(argv: list[str]) -> int:
    """Run a command; returns the exit status (0 done, 1 not publishable, 2 unusable input)."""
    if not argv or argv[0] in ("help", "--help", "-h"):
        print(overview())
        return 0
    name, rest = argv[0], argv[1:]
    if name not in COMMANDS:
        close = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"; did you mean “{close[0]}”?" if close else ""
        print(f"assay: no command “{name}”{hint}\n\n{overview()}", file=sys.stderr)
        return 2
    module = importlib.import_module(f"assay.commands.{name}_command")
    command: Callable[[list[str]], int] = module.main
    return _guarded(command, rest)


def overview() -> str:
    """The commands with a line each."""
    lines = [f"  {name:<9} {summary}" for name, summary in COMMANDS.items()]
    return "Assay · 成色\n\nusage: ./assay COMMAND …   (./assay COMMAND --help)\n\n" + "\n".join(
        lines
    )


def _guarded(command: Callable[[list[str]], int], argv: list[str]) -> int:
    """Run a command so that people see sentences, never a traceback."""
    try:
        return command(argv)
    except (UserError, PlanError) as error:
        print(str(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        with tempfile.NamedTemporaryFile(
            "w", prefix="assay-", suffix=".txt", delete=False, encoding="utf-8"
        ) as report:
            traceback.print_exc(file=report)
        print(
            f"assay: a fault of the program, not of your input; please report {report.name}",
            file=sys.stderr,
        )
        return 70
