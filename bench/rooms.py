"""`bench rooms`: the pages of a big department under its people, beside a stock Django admin."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from assay.site.boot import prepare
from bench import rooms_drive as drive
from tests.postgres import binaries, server

ROOT = Path(__file__).resolve().parents[1]
PEER = {
    "customers": ("customers/customer", ("", "?o=-8", "?tier__exact=key")),
    "customers found": ("customers/customer", ("?q=%E5%AE%89%E9%82%A6", "?q=K00123", "?q=yunling")),
    "orders": ("sales/order", ("", "?status__exact=open", "?o=-7")),
    "orders found": ("sales/order", ("?q=%E5%AE%89%E9%82%A6", "?q=yunling")),
    "collections": ("sales/receipt", ("", "?o=-4")),
    "staff": ("people/employee", ("", "?q=wang")),
}


def main() -> None:
    """Fill, serve, drive, print; all on the loopback address."""
    args = _options()
    with ExitStack() as stack:
        url = "" if args.sqlite else args.url or stack.enter_context(_postgres())
        data = args.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        prepare(data)
        env = {**os.environ, "DATABASE_URL": url, "ASSAY_DATA": str(data)}
        env["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
        sizes = [f"--{name}={getattr(args, name)}" for name in ("customers", "orders", "users")]
        people = json.loads(asked(["bench.rooms_fill", *sizes], env))
        found: dict[str, Any] = {**vars(args), "people": len(people)}
        database = [postmaster(url)] if url else []
        serve = ["assay", "serve", "--data", str(data), "--port", str(args.port)]
        with serving(serve, env, args.port, "/healthz") as pid:
            found["ours"] = _measured(args, people, [pid, *database])
        found["queries"] = json.loads(asked(["bench.rooms_queries"], env, json.dumps(people)))
        if not args.no_peer:
            with serving(_admin(args), env, args.port + 1, "/admin/people/employee/") as pid:
                found["peer"] = _peered(args, [pid, *database])
        found["load"] = [round(one, 1) for one in os.getloadavg()]
    _print(found, args.json)


def asked(module: list[str], env: dict[str, str], given: str = "") -> str:
    """What a module of the bench prints, in a process of its own."""
    command = [sys.executable, "-m", *module]
    done = subprocess.run(
        command, cwd=ROOT, env=env, input=given, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.strip().splitlines()[-1]


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="./assay bench rooms")
    options.add_argument("--customers", type=int, default=100_000)
    options.add_argument("--orders", type=int, default=1_000_000)
    options.add_argument("--users", type=int, default=20)
    options.add_argument("--seconds", type=float, default=40, help="how long all are at work")
    options.add_argument(
        "--pause",
        type=float,
        default=2,
        help="seconds a person reads between two pages, on average",
    )
    options.add_argument("--rounds", type=int, default=15, help="pages of each kind by one person")
    options.add_argument("--sqlite", action="store_true", help="on SQLite instead of PostgreSQL")
    options.add_argument(
        "--url", default="", help="a PostgreSQL database; filled where it is empty"
    )
    options.add_argument("--data", type=Path, help="the data folder that goes with it")
    options.add_argument("--port", type=int, default=8135)
    options.add_argument("--no-peer", action="store_true")
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    args.seconds, args.users = min(args.seconds, 300), min(args.users, 40)
    return args


@contextmanager
def _postgres() -> Iterator[str]:
    found = binaries()
    if found is None:
        raise SystemExit("PostgreSQL is not installed; take --sqlite or --url")
    with server(found) as url:
        yield url


def postmaster(url: str) -> int:
    """The process above the one that serves a connection."""
    with psycopg.connect(url) as held:
        pid = held.info.backend_pid
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _admin(args: argparse.Namespace) -> list[str]:
    """The peer's server, with as many processes and threads as ours."""
    workers = "1" if args.sqlite else "2"
    return [
        "granian", "bench.rooms_admin:application", "--interface", "wsgi", "--port", str(args.port + 1),
        "--workers", workers, "--blocking-threads", "4", "--no-access-log",
    ]  # fmt: skip


@contextmanager
def serving(module: list[str], env: dict[str, str], port: int, url: str) -> Iterator[int]:
    command = [sys.executable, "-m", *module]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        _await(port, url, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _await(port: int, url: str, process: subprocess.Popen[bytes]) -> None:
    for _try in range(120):
        try:
            if drive.Browser("127.0.0.1", port).ask("GET", url)[0] == 200:
                return
        except OSError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.5)
    raise SystemExit(f"the server on port {port} does not answer")


def _measured(
    args: argparse.Namespace, people: list[tuple[str, str, dict[str, list[int]]]], roots: list[int]
) -> dict[str, Any]:
    """One person alone, page by page with its CPU; then all of them at once."""
    browsers = [drive.Browser("127.0.0.1", args.port) for _one in people]
    for browser, (login, _role, _own) in zip(browsers, people, strict=True):
        browser.sign_in(login, drive.PASSWORD)
    drawn = [drive.pages(role, own) for _login, role, own in people]
    alone: dict[str, dict[str, float]] = {}
    for role in dict.fromkeys(one[1] for one in people):
        at = next(n for n, one in enumerate(people) if one[1] == role)
        for name, draw in drawn[at].items():
            alone[f"{role}: {name}"] = _alone(browsers[at], name, draw, args.rounds, roots)
    return {"alone": alone, **_worked(list(zip(browsers, drawn, strict=True)), args, roots)}


def _worked(
    people: list[tuple[drive.Browser, dict[str, drive.Draw]]], args: argparse.Namespace,
    roots: list[int],
) -> dict[str, Any]:  # fmt: skip
    """All at once as people work, who read between two pages; then without a pause: what it can bear."""
    found = {}
    for name, pause in (("working", args.pause), ("saturated", 0.0)):
        before = time.process_time()
        with drive.cpu(roots) as used:
            figures = drive.together(people, args.seconds, pause)
        found[name] = _summed(figures, used[0], time.process_time() - before, args.seconds)
    return found


def _alone(
    browser: drive.Browser, name: str, draw: drive.Draw, rounds: int, roots: list[int]
) -> dict[str, float]:
    rng = random.Random(7)
    urls = [draw(rng) for _n in range(rounds)]
    drive.visit(browser, name, urls[0])
    figures = drive.Figures()
    with drive.cpu(roots) as used:
        for url in urls:
            drive.visit(browser, name, url, figures)
    times = figures.times[name]
    if figures.wrong:
        raise SystemExit(f"{name}: {figures.wrong[0]}")
    return {
        "p50": round(drive.at(times, 0.5), 1), "p95": round(drive.at(times, 0.95), 1),
        "cpu": round(used[0] * 1000 / rounds, 1),
    }  # fmt: skip


def _summed(figures: drive.Figures, used: float, own: float, seconds: float) -> dict[str, Any]:
    every = [one for times in figures.times.values() for one in times]
    told = {
        name: {
            "pages": len(times), "p50": round(drive.at(times, 0.5), 1),
            "p95": round(drive.at(times, 0.95), 1),
        }
        for name, times in sorted(figures.times.items())
    }  # fmt: skip
    return {
        "together": told, "pages": len(every), "p50": round(drive.at(every, 0.5), 1),
        "p95": round(drive.at(every, 0.95), 1), "wrong": figures.wrong[:5],
        "pages_per_second": round(len(every) / seconds, 1), "cpus_busy": round(used / seconds, 2),
        "cpus_of_the_driver": round(own / seconds, 2),
    }  # fmt: skip


def _peered(args: argparse.Namespace, roots: list[int]) -> dict[str, Any]:
    """The admin's lists alone and together, by as many people."""
    drawn: dict[str, drive.Draw] = {}
    for name, (where, ends) in PEER.items():
        urls = [f"/admin/{where}/{end}" for end in ends]
        drawn[name] = lambda rng, urls=urls: rng.choice(urls)  # type: ignore[misc]
    browser = drive.Browser("127.0.0.1", args.port + 1)
    alone = {
        name: _alone(browser, name, draw, min(args.rounds, 5), roots)
        for name, draw in drawn.items()
    }
    people = [(drive.Browser("127.0.0.1", args.port + 1), drawn) for _n in range(args.users)]
    return {"alone": alone, **_worked(people, args, roots)}


TITLE = "{customers:,} customers, {orders:,} orders, {people} users, load {load}"
PARTS = {
    "working": "{users} people, each reading {pause:g} s on average between two pages",
    "saturated": "{users} people without a pause: what the machine can bear",
}
LOAD = (
    "  {pages_per_second} pages/s, {cpus_busy} CPUs busy, {cpus_of_the_driver} more by the driver,"
    " wrong: {wrong}"
)
HEAD = ("page", "pages", "p50 ms", "p95 ms", "queries", "peer p50", "peer p95")
ALONE = ("alone, one after the other", "p50 ms", "p95 ms", "CPU ms")


def _print(found: dict[str, Any], as_json: bool) -> None:
    found = {name: value for name, value in found.items() if not isinstance(value, Path)}
    if as_json:
        print(json.dumps(found, indent=1))
        return
    ours, peer = found["ours"], found.get("peer", {})
    print(TITLE.format(**found))
    for part, told in PARTS.items():
        print(f"\n{told.format(**found)}")
        _row(*HEAD)
        theirs = peer.get(part, {}).get("together", {})
        for name, row in ours[part]["together"].items():
            other = theirs.get(name, {})
            _row(
                name, row["pages"], row["p50"], row["p95"], found["queries"].get(name, ""),
                other.get("p50", ""), other.get("p95", ""),
            )  # fmt: skip
        for name, one in (("all", ours[part]), ("all of the peer's", peer.get(part))):
            if one:
                _row(name, one["pages"], one["p50"], one["p95"])
                print(LOAD.format(**one))
    _row(*ALONE)
    for whose, rows in (("", ours["alone"]), ("peer: ", peer.get("alone", {}))):
        for name, row in rows.items():
            _row(whose + name, row["p50"], row["p95"], row["cpu"])


def _row(first: str, *cells: object) -> None:
    print(f"{first:<30}" + "".join(f"{cell:>10}" for cell in cells))


if __name__ == "__main__":
    main()
