"""The commands: a name leads to one module, and only that one is loaded."""

from __future__ import annotations

import difflib
import importlib
import io
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from assay.commands.language import fault_language
from assay.errors import UserError
from assay.plan.problems import PlanError

COMMANDS = {
    "demo": "a sample department: its months paid, a line explained, its pages opened · 演示",
    "serve": "serve the department's pages for real use · 启动",
    "night": "end protections and recycle the pool, as serve does by night · 夜间任务",
    "audit": "hold books, runs, statements and payments against each other · 对账",
    "new-company": "make an empty company with its administrator and plan · 新建公司",
    "sample": "write a sample department, or map Northwind or AdventureWorks · 样例数据",
    "run": "pay the months of a folder of facts by a plan · 计算提成",
    "facts": "write the facts of the department's database as files · 导出事实",
    "explain": "say how a payee's line came about, clause by clause · 解释",
    "examples": "run a plan's worked examples · 验算方案里的例子",
    "try": "work out example blocks, yours or the plan's, with every value · 试算",
    "verify": "work a run out again from its own plan and facts · 复核",
    "compare": "what another plan or reading would have paid · 比较方案",
    "target": "the least sales that reach a pay; what one order would pay · 反推",
    "reconcile": "a payroll made by hand against the run, with causes · 核对",
    "republish": "bring a run up to date where a few orders changed · 重发布",
    "search": "has anyone used what the plan rewards? · 查规律",
    "adjust": "pay or take back what came after a month was paid · 补发补扣",
    "prove": "prove what a plan rewards, or show how it can be gamed · 检验成色",
    "show": "print a plan as the paper people sign, in HTML or PDF · 打印方案",
    "schema": "the JSON Schema of plan files, for editors · 方案格式",
    "check": "say what still stands between a plan and its publication · 检查",
    "bench": "measure the run against hand-written SQL · 测速",
    "screenshots": "take docs/screenshots anew, every role at both widths · 截图",
    "manage": "Django's own commands, for those who work on Assay · 开发用",
    "test": "run the whole test suite · 测试",
}
# These use files that stand beside the code in a checkout and are not part of an installed package.
OF_A_CHECKOUT = frozenset({"demo", "bench", "test", "screenshots"})
CHECKOUT = Path(__file__).resolve().parents[2]


def main(argv: list[str]) -> int:
    """Run a command, so that people see sentences and never a traceback.

    Returns the exit status: 0 done, 1 not publishable, 2 unusable input, 70 a fault of ours,
    130 interrupted.
    """
    _print_anywhere()
    status = _guarded(argv)
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        return _unwritten(error) or status
    return status


def overview() -> str:
    """The commands with a line each."""
    lines = [f"  {name:<11} {summary}" for name, summary in COMMANDS.items()]
    return "Assay · 成色\n\nusage: ./assay COMMAND …   (./assay COMMAND --help)\n\n" + "\n".join(
        lines
    )


def _dispatch(argv: list[str]) -> int:
    """Load the module of the command named and run it."""
    if argv[:1] == ["help"] and argv[1:]:
        argv = [argv[1], "--help"]
    if not argv or argv[0] in ("help", "--help", "-h"):
        print(overview())
        return 0
    name, rest = argv[0], argv[1:]
    if name not in COMMANDS:
        close = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"; did you mean “{close[0]}”?" if close else ""
        print(f"assay: no command “{name}”{hint}\n\n{overview()}", file=sys.stderr)
        return 2
    if name in OF_A_CHECKOUT and not (CHECKOUT / "pyproject.toml").is_file():
        raise UserError(
            f"assay: “{name}” works in a checkout of the project; run ./assay {name} there"
        )
    command: Callable[[list[str]], int] = importlib.import_module(
        f"assay.commands.{name.replace('-', '_')}_command"
    ).main
    return command(rest)


def _guarded(argv: list[str]) -> int:
    """Run a command; what goes wrong becomes a sentence on stderr and an exit status."""
    try:
        return _dispatch(argv)
    except PlanError as error:
        print(error.text(fault_language(argv)), file=sys.stderr)
        return 2
    except UserError as error:
        print(str(error), file=sys.stderr)
        return 2
    except SystemExit as end:  # how argparse ends after --help or a wrong option
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except OSError as error:
        return _unwritten(error)
    except Exception:
        print(_report(), file=sys.stderr)
        return 70


def _print_anywhere() -> None:
    """Let a terminal that cannot show a character show its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _unwritten(error: OSError) -> int:
    """What could not be read or written, told; a reader who has gone away (| head) is no error."""
    if isinstance(error, BrokenPipeError) or error.filename is None:
        # What is still buffered goes nowhere, or the interpreter would try again as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if isinstance(error, BrokenPipeError):
        return 0
    where = error.filename if error.filename is not None else "the output"
    print(f"assay: {where}: {error.strerror or error}", file=sys.stderr)
    return 2


def _report() -> str:
    """Write the traceback of the exception at hand to a file; one line says what to report."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="assay-", suffix=".txt", delete=False, encoding="utf-8"
    ) as report:
        traceback.print_exc(file=report)
    return f"assay: a fault of the program, not of your input; please report {report.name}"
