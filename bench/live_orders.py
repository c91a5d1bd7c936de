"""The child of `bench live` that sells: orders coming in at a rate, and one person who writes and places his."""

from __future__ import annotations

import bench.rooms_setup  # noqa: F401

# isort: split
import json
import sys
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from assay.customers.models import Customer
from assay.furniture.kept import acting
from assay.people.models import Assignment, Employee
from assay.sales.actions.orders import LineSaid, place_order, write_order
from assay.sales.models import Good, Order, OrderLine
from bench.live_fill import LISTED, NET

THREADS = 3
Done = list[tuple[str, float, float]]
"""Whose, when it was committed by the clock of this machine, and seconds it took."""


def main(rate: float, seconds: float) -> dict[str, Done]:
    """Sell; the orders that came in as rows, and those a person placed."""
    sellers = list(Employee.objects.filter(number__startswith="S").order_by("number"))
    places = dict(Assignment.objects.values_list("employee_id", "department_id"))
    buyer, good, day = Customer.objects.get(), Good.objects.get(), timezone.localdate()
    start = time.time()
    told: dict[str, Done] = {"came": [], "placed": []}

    def come(n: int) -> Employee:
        seller: Employee = sellers[n * 7 % len(sellers)]
        with transaction.atomic():
            row = Order(
                number=f"IN-{n:06d}", quote_number=f"IB-{n:06d}", day=day, status="open",
                customer=buyer, seller=seller, department_id=places[seller.pk], channel="direct",
                list_amount=LISTED, net_amount=NET, cost_amount=600_000, counted_list=LISTED,
                counted_net=NET, due_on=day,
            )  # fmt: skip
            row.save()
            OrderLine(
                order=row, number=1, good=good, name=good.name, quantity=1, list_amount=LISTED,
                net_amount=NET, cost_amount=600_000,
            ).save()  # fmt: skip
        return seller

    def place(n: int) -> Employee:
        seller: Employee = sellers[n * 11 % len(sellers)]
        head: dict[str, Any] = {
            "customer": buyer, "seller": seller, "channel": "direct", "day": day,
        }  # fmt: skip
        line = LineSaid(good=good, quantity=1, ratio=Fraction(9, 10))
        place_order(write_order(None, head, [line]), day=day)
        return seller

    def sell(act: Callable[[int], Employee], into: Done, at: int, step: int, pace: float) -> None:
        with acting(None, "bench"):
            for n in range(at, int(pace * seconds), step):
                time.sleep(max(0.0, start + n / pace - time.time()))
                if time.time() > start + seconds:
                    break
                begun = time.time()
                seller = act(n)
                into.append((seller.number, time.time(), time.time() - begun))
        connection.close()

    threads = [
        threading.Thread(target=sell, args=(come, told["came"], at, THREADS, rate))
        for at in range(THREADS)
    ]
    threads.append(threading.Thread(target=sell, args=(place, told["placed"], 0, 1, 1.0)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


if __name__ == "__main__":
    print(json.dumps(main(float(sys.argv[1]), float(sys.argv[2]))))
