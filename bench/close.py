"""`bench close`: a month closed from the click to a statement read, beside the bare run on the same rows."""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from typing import Any
from urllib.parse import urlencode

import psycopg

from bench import rooms_drive as drive
from bench.filled import empty_site
from bench.rooms import asked, postmaster, serving
from tests.postgres import binaries

MONTH = "2026-03"
PAGE = f"/pay/months/{MONTH}/"
LONGEST = 3600
"""Seconds a click may take: a million orders on a crowded machine take minutes."""
STAGES = (
    ("click", "the click answered"), ("worked", "worked out"), ("page", "the month's page"),
    ("preview", "opened to queries"), ("statement", "the payee's statement"),
)  # fmt: skip


def main() -> None:
    """Fill a PostgreSQL database, serve it, click; then pay the same rows bare, nothing else running."""
    args = _options()
    bin_ = binaries()
    if bin_ is None:
        print("bench close: no PostgreSQL here")
        return
    with empty_site(bin_) as (env, url):
        payee = json.loads(asked(["bench.close_run", str(args.payees), str(args.orders)], env))
        serve = ["assay", "serve", "--data", env["ASSAY_DATA"], "--port", str(args.port)]
        with serving(serve, env, args.port, "/healthz") as pid:
            rounds = _clicked(args, payee, url, [pid, postmaster(url)])
        found = json.loads(asked(["bench.close_run", "bare", str(args.rounds)], env))
    found["close"] = min(rounds, key=lambda one: one["wall"])
    for kind in ("wall", "cpu"):
        found[f"{kind}_ratio"] = found["close"][kind] / found["bare"][kind]
    found["load"] = [round(one, 1) for one in os.getloadavg()]
    print(json.dumps(found) if args.json else _told(found))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="./assay bench close")
    options.add_argument("--payees", type=int, default=5000, help="above 100: so many manage")
    options.add_argument("--orders", type=int, default=1_000_000, help="at least one a payee")
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--port", type=int, default=8149)
    options.add_argument("--json", action="store_true")
    return options.parse_args()


def _clicked(
    args: argparse.Namespace, payee: str, url: str, roots: list[int]
) -> list[dict[str, float]]:
    """Each round from the click of finance to the statement in the payee's hands: seconds, CPU of the site."""
    office, own = (drive.Browser("127.0.0.1", args.port, timeout=LONGEST) for _ in range(2))
    office.sign_in("f01", drive.PASSWORD)
    own.sign_in(payee, drive.PASSWORD)
    _status, page = office.ask("GET", "/pay/months/")
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    token = found[1] if found else ""
    rounds = []
    for _ in range(args.rounds):
        rounds.append(_closed(office, token, own, roots))
        _press(office, token, f"{PAGE}undo/", why="once more")
        _until_quiet(url)
    return rounds


def _closed(
    office: drive.Browser, token: str, own: drive.Browser, roots: list[int]
) -> dict[str, float]:
    """One round: worked out, the month's page, opened to queries, and read by whom it pays."""
    marks = [time.perf_counter()]
    with drive.cpu(roots) as used:
        _press(office, token, "/pay/months/calculate/", month=MONTH)
        marks.append(time.perf_counter())
        _until_worked_out(office)
        marks.append(time.perf_counter())
        status, page = office.ask("GET", PAGE)
        if status != 200 or f"{PAGE}preview/" not in page:
            raise SystemExit(f"bench close: {PAGE} answered {status} and cannot be opened")
        marks.append(time.perf_counter())
        _press(office, token, f"{PAGE}preview/")
        marks.append(time.perf_counter())
        _status, page = own.ask("GET", "/pay/statements/")
        link = re.search(r'href="(/pay/statements/\d+/)"', page)
        status, page = own.ask("GET", link[1]) if link else (404, "")
        if status != 200 or 'class="opened"' not in page:
            raise SystemExit(f"bench close: the payee's statement answered {status}")
        marks.append(time.perf_counter())
    took = {name: b - a for (name, _t), a, b in zip(STAGES, marks, marks[1:], strict=False)}
    return {"wall": marks[-1] - marks[0], "cpu": used[0], **took}


def _until_worked_out(office: drive.Browser) -> None:
    """Watch as the page does, which asks twice a second and comes anew once it is told to."""
    for _ in range(2 * LONGEST):
        status, told = office.ask("GET", f"{PAGE}calculation/")
        if status == 200 and not told.strip():
            return
        time.sleep(0.5)
    raise SystemExit("bench close: the calculation does not come to an end")


def _press(browser: drive.Browser, token: str, url: str, **said: str) -> None:
    """A button of a page: with the page's token, and sent back to a page."""
    body = urlencode({"csrfmiddlewaretoken": token, **said})
    referer = f"http://{browser.host}:{browser.port}/pay/months/"
    status, _page = browser.ask("POST", url, body, Referer=referer)
    if status != 302:
        raise SystemExit(f"bench close: {url} answered {status}")


def _until_quiet(url: str) -> None:
    """Wait until the worker has done what a calculation gives it (patterns of the month)."""
    with psycopg.connect(url, autocommit=True) as held:
        for _ in range(LONGEST):
            left = held.execute(
                "SELECT count(*) FROM furniture_job WHERE state IN ('waiting', 'running')"
            ).fetchone()
            if left == (0,):
                return
            time.sleep(1)
    raise SystemExit("bench close: the worker does not come to an end")


def _told(found: dict[str, Any]) -> str:
    rows = [
        f"{name:<6} {found[name]['wall']:6.1f} s by the clock  {found[name]['cpu']:6.1f} s CPU"
        for name in ("close", "bare")
    ]
    rows += [f"  {title:<24} {found['close'][name]:6.2f} s" for name, title in STAGES]
    rows.append(
        f"close / bare: {found['wall_ratio']:.2f} by the clock, {found['cpu_ratio']:.2f} CPU;"
        f" {found['lines']:,} lines of {found['statements']:,} statements; load {found['load']}"
    )
    return "\n".join(rows)


if __name__ == "__main__":
    main()
