"""Numbers of papers: HT-20261123-001; gaps may come, the same number never twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from django.db import connection, transaction


def next_number(prefix: str, day: date, digits: int = 3) -> str:
    """The next number of a prefix on a day. One statement on both databases, so no race.

    A number given in a transaction that is rolled back may be given again; one that is committed
    never is.
    """
    return f"{prefix}-{day:%Y%m%d}-{next_count(f'{prefix}-{day:%Y%m%d}'):0{digits}d}"


def next_numbers(prefix: str, days: Sequence[date], digits: int = 3) -> list[str]:
    """A number for each of some papers by its day, as next_number gives them one by one."""
    left: dict[date, Iterator[int]] = {}
    for day, many in Counter(days).items():
        last = next_count(f"{prefix}-{day:%Y%m%d}", by=many)
        left[day] = iter(range(last - many + 1, last + 1))
    return [f"{prefix}-{day:%Y%m%d}-{next(left[day]):0{digits}d}" for day in days]


def next_count(key: str, at_least: int = 0, by: int = 1) -> int:
    """Count a key up and give the count; never below at_least (numbers brought along)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO furniture_counter (key, last) VALUES (%s, %s) ON CONFLICT (key) DO UPDATE"
            " SET last = CASE WHEN furniture_counter.last + %s > excluded.last"
            " THEN furniture_counter.last + %s ELSE excluded.last END RETURNING last",
            [key, max(by, at_least), by, by],
        )
        return int(cursor.fetchone()[0])
