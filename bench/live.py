"""`bench live`: people watching the running month while orders come in: how long a page takes, how old it is."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from bench import rooms_drive as drive
from bench.filled import ROOT, filled_site
from tests.postgres import binaries

RUNNING = "/pay/statements/running/"
POLL = 10.0
"""Seconds between two looks, as the page itself has them."""
WAGE, QUOTA, ONE = 1_900_00, 2_000_000, 900_000
_TOTAL = re.compile(r"现在是 ¥([\d,.]+)，")


@dataclass
class Seen:
    """What the watchers saw: (what, seconds it took) and (whose, when answered, orders in the figure)."""

    times: list[tuple[str, float]] = field(default_factory=list)
    figures: list[tuple[str, float, float, int]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def main() -> None:
    """Fill, serve, watch and sell at once, print."""
    args = _options()
    bin_ = binaries()
    if bin_ is None:
        print("bench live: no PostgreSQL here")
        return
    sizes = [str(args.sellers), str(args.before), str(args.watchers)]
    with filled_site(bin_, ["bench.live_fill", *sizes], args.port) as site:
        found = _measured(args, site.told, site.env, site.roots)
    found["load"] = [round(one, 1) for one in os.getloadavg()]
    print(json.dumps(found) if args.json else _told(found, args))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="./assay bench live")
    options.add_argument("--watchers", type=int, default=20)
    options.add_argument("--rate", type=float, default=50, help="orders a second")
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--sellers", type=int, default=200)
    options.add_argument("--before", type=int, default=8_000, help="orders of the month before")
    options.add_argument("--port", type=int, default=8145)
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    args.seconds, args.watchers = min(args.seconds, 300), min(args.watchers, 60)
    return args


def _measured(
    args: argparse.Namespace, people: list[dict[str, str]], env: dict[str, str], roots: list[int]
) -> dict[str, Any]:
    browsers = [drive.Browser("127.0.0.1", args.port) for _one in people]
    for browser, one in zip(browsers, people, strict=True):
        browser.sign_in(one["login"], drive.PASSWORD)
    seen = Seen()
    marks = [_opened(browser, seen) for browser in browsers]  # every process has the plan by now
    seen.times.clear()
    words = [sys.executable, "-m", "bench.live_orders", str(args.rate), str(args.seconds)]
    with drive.cpu(roots) as used:
        selling = subprocess.Popen(words, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        until = time.monotonic() + args.seconds
        threads = [
            threading.Thread(target=_watch, args=(at, browser, people[at]["code"], marks[at], seen, until))
            for at, browser in enumerate(browsers)
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        told_of = json.loads(selling.communicate()[0])
        sold = told_of["came"] + told_of["placed"]
    each = args.before // args.sellers
    ages = [one for one in _ages(seen, sold, each) if one is not None]
    told: dict[str, Any] = {
        "orders_per_second": round(len(sold) / args.seconds, 1), "wrong": seen.wrong[:3],
        "order_ms": _spread([1000 * took for _who, _at, took in told_of["came"]]),
        "placed_ms": _spread([1000 * took for _who, _at, took in told_of["placed"]]),
        "age_s": _spread(ages), "cpus": round(used[0] / args.seconds, 2),
    }  # fmt: skip
    for what in ("mark", "page"):
        told[f"{what}_ms"] = _spread([1000 * s for name, s in seen.times if name == what])
    return told


def _opened(browser: drive.Browser, seen: Seen) -> str:
    started = time.perf_counter()
    status, text = browser.ask("GET", RUNNING)
    seen.times.append(("page", time.perf_counter() - started))
    found = re.search(r"mark=(\w+)", text)
    if status != 200 or found is None:
        seen.wrong.append(f"{status} {RUNNING}")
        return ""
    return found[1]


def _watch(at: int, browser: drive.Browser, code: str, mark: str, seen: Seen, until: float) -> None:
    """A page left open asks every ten seconds; now and then somebody follows it to the new figures."""
    time.sleep(POLL * (at + 1) / 21)
    looks = 0
    while time.monotonic() < until:
        begun = time.time()
        status, text = browser.ask("GET", f"{RUNNING}mark/?who={code}:salesperson&mark={mark}")
        seen.times.append(("mark", time.time() - begun))
        if status != 200:
            seen.wrong.append(f"{status} mark")
        total = _TOTAL.search(text)
        if total:
            fen = round(float(total[1].replace(",", "")) * 100)
            seen.figures.append((code, begun, time.time(), _orders_in(fen)))
        looks += 1
        if looks % 3 == 0:
            _opened(browser, seen)
        time.sleep(max(0.0, POLL - (time.time() - begun)))


def _orders_in(total: int) -> int:
    """How many orders a sum holds: 8 % of what is beyond the base quota, beside wage and phone."""
    return round(((total - WAGE) / 0.08 + QUOTA) / ONE)


def _ages(seen: Seen, sold: list[tuple[str, float, float]], each: int) -> list[float | None]:
    """Of each figure seen: how long before the answer the first order it lacks was committed; 0 for none."""
    mine: dict[str, list[float]] = {}
    for who, when, _took in sold:
        mine.setdefault(who, []).append(when)
    found: list[float | None] = []
    for who, _begun, answered, count in seen.figures:
        times = sorted(mine.get(who, []))
        lacking = [when for when in times[max(0, count - each) :] if when < answered]
        found.append(answered - lacking[0] if lacking else 0.0)
    return found


def _spread(values: list[float]) -> dict[str, float]:
    return {
        "n": len(values), "p50": round(drive.at(values, 0.5), 2), "p95": round(drive.at(values, 0.95), 2),
        "max": round(max(values, default=0), 2),
    }  # fmt: skip


def _told(found: dict[str, Any], args: argparse.Namespace) -> str:
    rows = [
        f"{args.watchers} watching, {found['orders_per_second']} orders a second"
        f" ({args.rate:g} asked), {args.seconds:g} s; load {found['load']}"
    ]
    for name, title in (
        ("mark_ms", "the page's own question, ms"), ("page_ms", "the page opened anew, ms"),
        ("age_s", "age of the figure, s"), ("order_ms", "an order coming in, ms"),
        ("placed_ms", "an order written and placed, ms"),
    ):  # fmt: skip
        one = found[name]
        rows.append(
            f"{title:<34} p50 {one['p50']:>8}  p95 {one['p95']:>8}  max {one['max']:>8}  n {one['n']}"
        )
    rows.append(f"{found['cpus']} CPUs busy with pages and database; wrong: {found['wrong']}")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
