"""Numbers of papers: counted by the day, never given twice however many ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from assay.furniture.numbering import next_count, next_number


@pytest.mark.django_db
def test_numbers_count_by_prefix_and_day():
    day = date(2026, 11, 23)
    assert [next_number("HT", day) for _ in range(2)] == ["HT-20261123-001", "HT-20261123-002"]
    assert next_number("HT", date(2026, 11, 24)) == "HT-20261124-001"
    assert next_number("TH", day) == "TH-20261123-001"
    assert next_count("HT-20261123", at_least=998) == 998
    assert [next_number("HT", day) for _ in range(2)] == ["HT-20261123-999", "HT-20261123-1000"]


@pytest.mark.django_db(transaction=True)
def test_a_hundred_and_sixty_who_ask_at_once_get_as_many_numbers():
    def ask(_turn):
        try:
            with transaction.atomic():
                return next_number("HT", date(2026, 11, 23), digits=4)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        given = list(crowd.map(ask, range(160)))
    assert sorted(given) == [f"HT-20261123-{n:04d}" for n in range(1, 161)]
