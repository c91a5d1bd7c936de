"""`bench explain`: statements of a month of a million orders opened, each for the first time, by its page."""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from html import unescape
from typing import Any

from bench import rooms_drive as drive
from bench.filled import filled_site
from tests.postgres import binaries

PROCESSES = 2
"""Of the site: each reads a month's facts once, when the first of its statements is opened there."""


def main() -> None:
    """Fill, close, serve; open statements one after the other."""
    options = argparse.ArgumentParser(prog="./assay bench explain")
    options.add_argument("--payees", type=int, default=5000)
    options.add_argument("--orders", type=int, default=1_000_000)
    options.add_argument("--opened", type=int, default=100, help="statements opened")
    options.add_argument("--port", type=int, default=8148)
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    bin_ = binaries()
    if bin_ is None:
        print("bench explain: no PostgreSQL here")
        return
    fill = ["bench.explain_run", str(args.payees), str(args.orders)]
    with filled_site(bin_, fill, args.port) as site:
        if len(site.told) < 8 * PROCESSES:
            raise SystemExit(
                f"bench explain: {args.orders:,} orders pay {len(site.told)} of {args.payees:,} payees"
                " beyond the base quota; take more orders, or fewer payees"
            )
        found = _opened(args, site.told, site.roots)
    found["load"] = [round(one, 1) for one in os.getloadavg()]
    print(json.dumps(found) if args.json else _told(found, args))


def _opened(args: argparse.Namespace, rows: list[int], roots: list[int]) -> dict[str, Any]:
    browser = drive.Browser("127.0.0.1", args.port)
    browser.sign_in("f01", drive.PASSWORD)
    step = max(1, len(rows) // (args.opened + 4 * PROCESSES))
    wanted = rows[::step]
    first = [_look(browser, pk) for pk in wanted[: 4 * PROCESSES]]
    rest = wanted[4 * PROCESSES :][: args.opened]
    with drive.cpu(roots) as used:
        new = [_look(browser, pk) for pk in rest]
    again = [_look(browser, pk) for pk in rest]
    orders = [_open_order(browser, pk) for pk in rest]
    with drive.cpu(roots) as used_behind:
        behind = [_open_sums(browser, pk) for pk in rest]
    return {
        "first_in_process_s": round(max(first), 2), "new_ms": _spread(new), "again_ms": _spread(again),
        "order_ms": _spread(orders), "behind_ms": _spread(behind),
        "behind_cpu_ms": round(1000 * used_behind[0] / len(rest), 1),
        "cpu_ms": round(1000 * used[0] / len(rest), 1),
    }  # fmt: skip


def _look(browser: drive.Browser, pk: int) -> float:
    """Seconds until the whole page was there."""
    started = time.perf_counter()
    status, text = browser.ask("GET", f"/pay/statements/{pk}/")
    took = time.perf_counter() - started
    if status != 200 or 'class="opened"' not in text:
        raise SystemExit(f"statement {pk}: {status}")
    return took


def _open_order(browser: drive.Browser, pk: int) -> float:
    """Seconds until the sentences of a statement's last order shown were there."""
    _status, text = browser.ask("GET", f"/pay/statements/{pk}/")
    links = re.findall(r'hx-get="([^"]*;order=[^"]*)"', text)
    if not links:
        raise SystemExit(f"statement {pk}: no order to open")
    started = time.perf_counter()
    status, text = browser.ask("GET", unescape(links[-1]))
    took = time.perf_counter() - started
    if status != 200 or 'class="opened"' not in text:
        raise SystemExit(f"an order of statement {pk}: {status}")
    return took


def _open_sums(browser: drive.Browser, pk: int) -> float:
    """Seconds until the rows behind the sums of a statement's commission were there."""
    started = time.perf_counter()
    status, text = browser.ask("GET", f"/pay/statements/{pk}/order/?line=commission")
    took = time.perf_counter() - started
    if status != 200 or 'class="behind"' not in text:
        raise SystemExit(f"the sums of statement {pk}: {status}")
    return took


def _spread(seconds: list[float]) -> dict[str, float]:
    values = [1000 * one for one in seconds]
    return {
        "n": len(values), "p50": round(drive.at(values, 0.5), 1), "p95": round(drive.at(values, 0.95), 1),
        "max": round(max(values), 1),
    }  # fmt: skip


def _told(found: dict[str, Any], args: argparse.Namespace) -> str:
    rows = [
        f"{args.orders:,} orders of {args.payees:,} payees in a month, load {found['load']}",
        f"the first in a process: {found['first_in_process_s']} s",
    ]
    for name, title in (
        ("new_ms", "a statement not opened before"),
        ("again_ms", "once more"),
        ("order_ms", "one of its orders opened"),
        ("behind_ms", "the sums of a line opened"),
    ):
        one = found[name]
        rows.append(
            f"{title:<30} p50 {one['p50']} ms  p95 {one['p95']} ms  max {one['max']} ms  n {one['n']}"
        )
    rows.append(f"CPU of site and database for one not opened before: {found['cpu_ms']} ms")
    rows.append(f"and for the sums of a line: {found['behind_cpu_ms']} ms")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
