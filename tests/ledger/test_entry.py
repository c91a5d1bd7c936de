"""An entry, without a database: it sums to zero, and no other entry has its digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.ledger.entry import Entry, Posting

CODES = ["bank", "expense.commission", "payable.payee:S01", "payable.payee:S02", "cash"]
DAY = date(2026, 3, 31)

legs = st.builds(
    lambda pair, amount: Posting(pair[0], pair[1], amount),
    st.permutations(CODES),
    st.integers(1, 10**13),
)
entries = st.builds(
    lambda key, postings, text: Entry(key, DAY, text, tuple(postings)),
    st.text(min_size=1, max_size=20),
    st.lists(legs, min_size=1, max_size=8),
    st.text(max_size=20),
)


@given(entries)
def test_an_entry_sums_to_zero(entry):
    assert sum(entry.sums().values()) == 0


@given(entries, entries)
def test_two_entries_share_a_digest_only_if_they_are_one(one, other):
    assert (one.digest() == other.digest()) == (one == other)


@pytest.mark.parametrize("amount", [0, -1, 1.5, True, 10**13 + 1, "5", None, float("nan")])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(ValueError, match="whole amount"):
        Entry("k", DAY, "", (Posting("bank", "cash", amount),))


def test_an_entry_needs_a_key_something_moved_and_two_accounts():
    good = Entry("k", DAY, "", (Posting("bank", "cash", 1),))
    with pytest.raises(ValueError, match="key"):
        replace(good, key="")
    with pytest.raises(ValueError, match="key"):
        replace(good, key="k" * 121)
    with pytest.raises(ValueError, match="posting"):
        replace(good, postings=())
    with pytest.raises(ValueError, match="itself"):
        replace(good, postings=(Posting("bank", "bank", 1),))
