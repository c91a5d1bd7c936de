"""The scheme worked out on its own, plainly and without the engine: what a careful clerk would do.

Only csv and fractions: nothing of the product is used, so that agreement means something.
Default readings; clause numbers stand beside each step.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

F = Fraction

Key = tuple[str, str, str, str]
Order = dict[str, Any]
Own = dict[tuple[str, str], list[Order]]


def fen(text: str) -> int:
    return int(F(text) * 100)


def half_up(value: F) -> int:
    sign = -1 if value < 0 else 1
    return sign * ((2 * abs(value.numerator) + value.denominator) // (2 * value.denominator))


def rank(order: str) -> tuple[int, int, str]:
    return (0, int(order), order) if order.isascii() and order.isdigit() else (1, 0, order)


def share(total: int, parts: list[F]) -> list[int]:
    """Q17: largest remainder, ties to the earlier."""
    given = [int(p // 1) for p in parts]
    left = total - sum(given)
    for i in sorted(range(len(parts)), key=lambda i: (-(parts[i] - given[i]), i))[:left]:
        given[i] += 1
    return given


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def tier(o: Order) -> F:
    """六.1.1, compared by cross-multiplication."""
    net, listed = o["net"], o["list"]
    if net * 10 >= 9 * listed:
        return F(8, 100)
    if net * 10 > 8 * listed:
        return F(4, 100)
    if net * 10 > 7 * listed:
        return F(2, 100)
    return F(15, 1000) if net * 10 > 6 * listed else F(0)


def bonus(net: int) -> int:
    """六.1.3."""
    steps = ((100_000_000, 5_000_000), (50_000_000, 2_000_000), (30_000_000, 1_000_000))
    return next((b for least, b in steps if net >= least), 0)


def held(spans: list[tuple[date, date]], day: date) -> bool:
    return any(a <= day <= b for a, b in spans)


class Clerk:
    """Works the months of a folder."""

    def __init__(self, folder: Path) -> None:
        self.people: dict[tuple[str, str], list[tuple[date, date]]] = defaultdict(list)
        self.team: dict[str, str] = {}
        for p in read(folder, "people.csv"):
            span = (self.start(p["from"]), self.stop(p["to"]))
            self.people[(p["payee_id"], p["role"])].append(span)
            if p["team"]:
                self.team[p["payee_id"]] = p["team"]
        self.targets: dict[tuple[str, str], int] = {}
        self.team_targets: dict[tuple[str, str], int] = {}
        for t in read(folder, "targets.csv"):
            if t["payee_id"]:
                self.targets[(t["payee_id"], t["month"])] = fen(t["target"])
            else:
                self.team_targets[(t["team"], t["month"])] = fen(t["target"])
        self.orders = sorted(self.valid(folder), key=lambda o: (o["day"], rank(o["id"])))
        self.lines: dict[Key, int] = {}
        self.credits: dict[Key, dict[str, int]] = {}

    @staticmethod
    def start(text: str) -> date:
        if not text:
            return date.min
        return date.fromisoformat(text if len(text) == 10 else f"{text}-01")

    @staticmethod
    def stop(text: str) -> date:
        return date.fromisoformat(text) if text else date.max

    def valid(self, folder: Path) -> list[Order]:
        found: list[Order] = []
        for o in read(folder, "orders.csv"):
            gone = o["status"] in ("returned", "cancelled", "取消", "退货", "已退货")
            if gone or o["returned"] in ("1", "是", "true"):
                continue
            day = date.fromisoformat(o["order_date"])
            found.append(
                {
                    "id": o["order_id"],
                    "day": day,
                    "month": f"{day:%Y-%m}",
                    "list": fen(o["list_amount"]),
                    "net": fen(o["net_amount"]),
                    "channel": o["channel"] or "direct",
                    "who": o["salesperson_id"],
                    "agent": o["agent_id"],
                    "store": o["store_id"],
                }
            )
        return found

    def role_of(self, o: Order) -> str:
        """A salesperson earns; a manager without that row only fills a base quota of his own."""
        return (
            "salesperson" if held(self.people[(o["who"], "salesperson")], o["day"]) else "manager"
        )

    def pay(self) -> None:
        months = sorted({o["month"] for o in self.orders})
        first, last = months[0], months[-1]
        every = [
            f"{y}-{m:02d}"
            for y in range(int(first[:4]), int(last[:4]) + 1)
            for m in range(1, 13)
            if first <= f"{y}-{m:02d}" <= last
        ]
        for month in every:
            self.month(month)

    def active(self, payee: str, role: str, month: str) -> bool:
        return any(
            f"{a:%Y-%m}" <= month <= f"{b:%Y-%m}" if a.year > 999 else month <= f"{b:%Y-%m}"
            for a, b in self.people[(payee, role)]
        )

    def month(self, month: str) -> None:
        orders = [o for o in self.orders if o["month"] == month]
        own: Own = defaultdict(list)
        for o in orders:
            if o["who"] and o["channel"] != "store":
                own[(o["who"], self.role_of(o))].append(o)
        for group in own.values():
            left = 2_000_000  # 六.3: by date, then order id; the order that crosses is split
            for o in group:
                o["taken"] = min(left, o["net"])
                o["above"] = o["net"] - o["taken"]
                left -= o["taken"]
        for payee, role in list(self.people):
            if self.active(payee, role, month):
                self.payee(payee, role, month, orders, own)

    def payee(self, payee: str, role: str, month: str, orders: list[Order], own: Own) -> None:
        def put(line: str, parts: list[tuple[Order, F]]) -> None:
            total = half_up(sum((p for _, p in parts), F(0)))
            self.lines[(payee, role, month, line)] = total
            shares = share(total, [p for _, p in parts])
            self.credits[(payee, role, month, line)] = {
                o["id"]: s for (o, _), s in zip(parts, shares, strict=True)
            }

        if role == "agent":  # 七
            put(
                "agent",
                [
                    (o, F(o["net"], 100))
                    for o in orders
                    if o["channel"] == "agent" and o["agent"] == payee
                ],
            )
        elif role == "store":  # 十.3
            mine = [o for o in orders if o["channel"] == "store" and o["store"] == payee]
            put("store", [(o, o["net"] * max(F(0), tier(o) - F(3, 1000))) for o in mine])
        elif role == "salesperson":
            mine = own.get((payee, role), [])
            point = self.point(mine, self.targets.get((payee, month), 0), F(1, 100), F(5, 1000))
            also = self.active(payee, "manager", month)
            self.lines[(payee, role, month, "base_wage")] = 0 if also else 180_000
            self.lines[(payee, role, month, "phone")] = 0 if also else 10_000
            put(
                "commission",
                [(o, o["above"] * (tier(o) + point) if tier(o) else F(0)) for o in mine],
            )
            put("deal_bonus", [(o, F(bonus(o["net"])) if tier(o) else F(0)) for o in mine])
        else:  # 六.2
            self.lines[(payee, role, month, "base_wage")] = 240_000
            self.lines[(payee, role, month, "phone")] = 10_000
            team = self.team[payee]
            theirs = [
                o
                for o in orders
                if o["who"] and o["channel"] != "store" and self.team.get(o["who"]) == team
            ]
            point = self.point(
                theirs, self.team_targets.get((team, month), 0), F(1, 1000), F(3, 1000)
            )
            put("override", [(o, o["above"] * (F(5, 1000) + point)) for o in theirs])

    @staticmethod
    def point(orders: list[Order], target: int, full: F, under: F) -> F:
        """六.1.2: strictly over 1.2 × the target; under 7.5折 by Σnet < 0.75 × Σlist."""
        net, listed = sum(o["net"] for o in orders), sum(o["list"] for o in orders)
        if not target or not net * 10 > 12 * target:
            return F(0)
        return under if net * 4 < 3 * listed else full
