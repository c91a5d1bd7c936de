"""How many queries a page of `bench rooms` takes, at most, by role: JSON on stdout."""

from __future__ import annotations

import bench.rooms_setup  # noqa: F401

# isort: split
import json
import random
import sys

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assay.people.models import User
from bench.rooms_drive import pages


def main() -> None:
    """Reads what rooms_fill printed; asks for each page once by each role, after one to warm up."""
    people = json.load(sys.stdin)
    most: dict[str, int] = {}
    seen = set()
    for login, role, own in people:
        if role in seen:
            continue
        seen.add(role)
        browser = Client(headers={"host": "127.0.0.1"})
        user = User.objects.get(username=login)
        browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
        browser.get("/me/")
        for name, draw in pages(role, own).items():
            with CaptureQueriesContext(connection) as held:
                browser.get(draw(random.Random(7)))
            most[name] = max(most.get(name, 0), len(held))
    print(json.dumps(most))


if __name__ == "__main__":
    main()
