"""`bench pages`: what each role's desk weighs and when it is painted, beside a stock Tabler page.

Each page is opened in a window of its own, so that nothing is in the cache; the middle of the rounds.
Bytes are counted by Chromium: as they came over the wire, and as they are once unpacked. Paints are told by
the browser, in ms from the start of the navigation, the server's work included.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, StorageState, sync_playwright

from assay.site.logins import LOGINS, PASSWORD
from assay.site.run import free_port
from bench import pages_peer
from tests.browser.chromium import ARGUMENTS, CHINESE, MISSING, chromium
from tests.browser.server import ROOT, running

KINDS = ("Document", "Stylesheet", "Script", "Font")
_PAINTS = """() => new Promise(done => {
  let largest = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) largest = one.startTime; })
    .observe({type: 'largest-contentful-paint', buffered: true});
  const first = () => performance.getEntriesByName('first-contentful-paint')[0];
  const wait = () => first() && largest ? done([first().startTime, largest]) : setTimeout(wait, 20);
  setTimeout(wait, 120);
})"""


def main() -> None:
    """Measure, then print a table or JSON."""
    options = argparse.ArgumentParser(prog="./assay bench pages")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", action="store_true")
    args = options.parse_args()
    program = chromium()
    if program is None:
        raise SystemExit(MISSING)
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, chromium_sandbox=False, args=ARGUMENTS, env=CHINESE
        )
        home = Path(folder)
        (home / "site").mkdir()
        with running(home / "site") as address:
            for role, name in LOGINS:
                found[role] = _measured(
                    browser, address, _state(browser, address, name), args.rounds
                )
        with _peer(home / "peer") as (address, version):
            if address:
                found[f"Tabler {version}"] = _measured(browser, address, None, args.rounds)
            else:
                print("no npm, or no network: Tabler was left out", file=sys.stderr)
        browser.close()
    print(json.dumps(found, ensure_ascii=False, indent=1) if args.json else table(found))


def table(found: dict[str, dict[str, float]]) -> str:
    """The figures as Markdown: kB and ms."""
    heads = [
        "page", "requests", "wire kB", *(f"{kind} kB" for kind in KINDS), "unpacked kB", "first ms",
        "largest ms",
    ]  # fmt: skip
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for name, told in found.items():
        cells = [f"{told['requests']:.0f}", f"{told['wire'] / 1000:.1f}"]
        cells += [f"{told[kind] / 1000:.1f}" for kind in KINDS]
        cells += [
            f"{told['unpacked'] / 1000:.1f}",
            f"{told['first']:.0f}",
            f"{told['largest']:.0f}",
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _state(browser: Browser, address: str, name: str) -> StorageState:
    context = browser.new_context(base_url=address, locale="zh-CN")
    page = context.new_page()
    page.goto("/sign-in/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.main")
    page.wait_for_url(f"{address}/")
    state = context.storage_state()
    context.close()
    return state


def _measured(
    browser: Browser, address: str, state: StorageState | None, rounds: int
) -> dict[str, float]:
    """The middle of some rounds of the first page, after one that only warms the server."""
    found = [_opened(browser, address, state) for _ in range(rounds + 1)][1:]
    return {name: statistics.median(one[name] for one in found) for name in found[0]}


def _opened(browser: Browser, address: str, state: StorageState | None) -> dict[str, float]:
    """One opening with an empty cache: requests, bytes by kind, paints in ms."""
    context = browser.new_context(
        locale="zh-CN", storage_state=state, viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    told = context.new_cdp_session(page)
    told.send("Network.enable")
    kinds: dict[str, str] = {}
    counted = {"requests": 0.0, "wire": 0.0, "unpacked": 0.0} | dict.fromkeys(KINDS, 0.0)

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]
        counted["requests"] += 1

    def unpacked(event: dict[str, Any]) -> None:
        counted["unpacked"] += event["dataLength"]

    def loaded(event: dict[str, Any]) -> None:
        counted["wire"] += event["encodedDataLength"]
        kind = kinds.get(event["requestId"], "")
        if kind in KINDS:
            counted[kind] += event["encodedDataLength"]

    told.on("Network.responseReceived", answered)
    told.on("Network.dataReceived", unpacked)
    told.on("Network.loadingFinished", loaded)
    page.goto(f"{address}/", wait_until="networkidle")
    first, largest = page.evaluate(_PAINTS)
    context.close()
    return counted | {"first": first, "largest": largest}


@contextmanager
def _peer(folder: Path) -> Iterator[tuple[str, str]]:
    """The peer's address and version; nothing where its package cannot be had."""
    folder.mkdir()
    version = pages_peer.fetched(folder)
    if not version:
        yield "", ""
        return
    port = free_port("127.0.0.1", int(os.environ.get("ASSAY_BROWSER_PORT", "8300")) + 5, 100)
    env = {**os.environ, pages_peer.FOLDER: str(folder), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "bench.pages_peer:application", "--interface", "wsgi",
         "--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-access-log"],
        cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        for _try in range(60):
            try:
                urllib.request.urlopen(address, timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        yield address, version
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
