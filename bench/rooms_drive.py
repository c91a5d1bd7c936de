"""Drives the pages of `bench rooms` as people do, and reads what each page cost."""

from __future__ import annotations

import http.client
import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

PASSWORD = "a long pass phrase of the bench"
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Browser:
    """Somebody's connection: cookies kept, redirects not followed. timeout: seconds one answer may take."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    held: http.client.HTTPConnection | None = None
    timeout: float = 60

    def ask(self, method: str, url: str, body: str = "", **headers: str) -> tuple[int, str]:
        """Status and text of an answer."""
        if self.held is None:
            self.held = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        said = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        if body:
            said["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.held.request(method, url, body=body.encode() if body else None, headers=said)
            answer = self.held.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):  # idle too long: once more
            self.held.close()
            self.held.request(method, url, body=body.encode() if body else None, headers=said)
            answer = self.held.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _eq, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
        return answer.status, text

    def sign_in(self, username: str, password: str) -> None:
        """Through the page, as a person does."""
        _status, page = self.ask("GET", "/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        words = {
            "csrfmiddlewaretoken": token[1] if token else "",
            "username": username,
            "password": password,
        }
        status, _page = self.ask(
            "POST",
            "/sign-in/",
            urlencode(words),
            Referer=f"http://{self.host}:{self.port}/sign-in/",
        )
        if status != 302:
            raise SystemExit(f"{username} could not sign in ({status})")


Draw = Callable[[random.Random], str]
"""Gives an address, another one each time."""


def pages(role: str, own: dict[str, list[int]]) -> dict[str, Draw]:
    """Pages a role works with: name -> how an address of it is drawn."""
    words = [
        "云岭",
        "安邦",
        "电力",
        "酒店",
        "yunling",
        "ylab",
        "jiudian",
        "K00123",
        "王慧敏",
        "whm",
        "第2",
    ]
    day = time.strftime("%Y%m%d", time.localtime(time.time() - 40 * 86400))

    def drawn(*said: str) -> Draw:
        return lambda rng: rng.choice(said)

    def within(url: str, pks: list[int]) -> Draw:
        return lambda rng: url.format(rng.choice(pks))

    def seeking(url: str) -> Draw:
        return lambda rng: url + quote(rng.choice([*words, f"HT-{day}"]))

    lists = {
        "customers": drawn("/customers/", "/customers/?tier=key", "/customers/?sort=quiet_since"),
        "customers found": seeking("/customers/?q="),
        "orders": drawn("/sales/orders/", "/sales/orders/?state=open", "/sales/orders/?sort=-net_amount"),
        "orders found": seeking("/sales/orders/?q="),
        "collections": drawn("/sales/receipts/", "/sales/receipts/?sort=-amount"),
        "overdue": drawn("/sales/overdue/"),
    }  # fmt: skip
    search = {
        "search": seeking("/search/?q="),
        "suggestions": seeking("/search/?htmx=1&q="),
    }
    staff = {"staff": drawn("/people/employees/", "/people/employees/?q=wang")}
    found: dict[str, Draw] = {"desk": drawn("/"), **search}
    if role in ("salesperson", "manager", "director", "finance"):
        found |= lists
        found["customer"] = within("/customers/{}/", own["customer"])
        found["order"] = within("/sales/orders/{}/", own["order"])
    if role in ("salesperson", "manager", "director"):
        found |= {"pool": drawn("/customers/pool/"), "churn": drawn("/customers/churn/")}
    if role in ("manager", "director", "finance"):
        found["board"] = drawn("/board/")
    if role == "salesperson":
        found["quotation"] = drawn("/sales/orders/new/")
    if role in ("manager", "director", "finance", "hr"):
        found |= staff
    if role == "clerk":
        found |= {"customers": lists["customers"], "pick-ups": drawn("/sales/pickups/")}
    return {name: draw for name, draw in found.items() if own.get(name, [1])}


@dataclass
class Figures:
    """Milliseconds by page, and addresses that did not answer 200."""

    times: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, url: str, status: int, seconds: float) -> None:
        """One page."""
        with self.lock:
            self.times.setdefault(name, []).append(seconds * 1000)
            if status != 200:
                self.wrong.append(f"{status} {url}")


def visit(browser: Browser, name: str, url: str, into: Figures | None = None) -> float:
    """Ask for a page; seconds it took."""
    headers = {"HX-Request": "true"} if "htmx=1" in url else {}
    started = time.perf_counter()
    status, _text = browser.ask("GET", url, **headers)
    took = time.perf_counter() - started
    if into is not None:
        into.add(name, url, status, took)
    return took


def together(
    people: list[tuple[Browser, dict[str, Draw]]], seconds: float, pause: float
) -> Figures:
    """Everybody at once for so long.

    Between two pages each reads: for a time drawn from an exponential distribution of mean `pause`
    seconds; 0 asks for the next page at once.
    """
    found = Figures()
    until = time.monotonic() + seconds

    def work(at: int) -> None:
        browser, drawn = people[at]
        rng = random.Random(at)
        names = sorted(drawn)
        time.sleep(rng.random() * pause)
        while time.monotonic() < until:
            name = rng.choice(names)
            visit(browser, name, drawn[name](rng), found)
            if pause:
                time.sleep(rng.expovariate(1 / pause))

    threads = [threading.Thread(target=work, args=(at,)) for at in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def processes(root: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(parts[1]), []).append(int(path.parent.name))
    found, new = [root], [root]
    while new:
        new = [pid for parent in new for pid in children.get(parent, [])]
        found += new
    return found


def spent(roots: list[int]) -> float:
    """CPU seconds that these processes and those below them have used."""
    total = 0
    for pid in {pid for root in roots for pid in processes(root)}:
        try:
            parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(int(part) for part in parts[11:15])  # its own, and of those below that ended
    return total / TICK


@contextmanager
def cpu(roots: list[int]) -> Iterator[list[float]]:
    """CPU seconds used inside, as the one element of what is given."""
    found = [0.0]
    before = spent(roots)
    yield found
    found[0] = spent(roots) - before


def at(values: list[float], share: float) -> float:
    """A quantile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
