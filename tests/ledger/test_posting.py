"""Money moves by post() alone: whole, once a key, never below zero, and what is written stays."""

from __future__ import annotations

import signal
from collections import Counter
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.errors import UserError
from assay.ledger.actions import post
from assay.ledger.auditing import faults
from assay.ledger.entry import Entry, Posting
from assay.ledger.models import Account, Strand
from assay.ledger.models import Entry as Row
from assay.ledger.models import Posting as Leg
from assay.ledger.queries import balance, balances, movements, trial_balance
from tests.races import environment, process

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 31)


def entry(key, *legs, on=DAY, text="计提"):
    return Entry(key, on, text, tuple(Posting(*leg) for leg in legs))


def loaded(amount, key="load"):
    """A card with so much on it: an account that may not run dry."""
    return entry(key, ("bank", "prepaid:C1", amount))


def spent(key, amount):
    return entry(key, ("prepaid:C1", "sales", amount))


def test_a_months_commission_is_owed_then_paid():
    post(
        entry(
            "计提-2026-03",
            ("expense.commission", "payable.payee:S01", 322_000),
            ("expense.commission", "payable.payee:S02", 100_001),
        )
    )
    assert balances("payable.payee") == {"S01": 322_000, "S02": 100_001}
    assert balance("expense.commission") == 422_001
    post(entry("发放-2026-03", ("payable.payee:S01", "bank", 322_000), on=date(2026, 4, 10)))
    assert balance("payable.payee:S01") == 0
    assert balance("payable.payee:S01", date(2026, 4, 9)) == 322_000
    assert [(row[0], row[2], row[3]) for row in trial_balance()] == [
        ("expense.commission", 422_001, 0),
        ("payable.payee", 0, 100_001),
        ("bank", 0, 322_000),
    ]
    told: Any = movements(Account.objects.get(code="payable.payee:S01"))
    assert [(row.moved, row.after) for row in told] == [(-322_000, 0), (322_000, 322_000)]
    assert faults() == []


def test_a_request_asked_twice_is_written_once():
    first = post(loaded(5000))[0]
    again = post(loaded(5000))[0]
    assert (first.again, again.again) == (False, True)
    assert (again.id, again.digest) == (first.id, first.digest)
    assert balance("prepaid:C1") == 5000
    with pytest.raises(UserError, match="load 已经记过另一笔账"):
        post(loaded(5001))
    assert balance("prepaid:C1") == 5000


def test_nothing_is_spent_that_is_not_there():
    post(loaded(5000))
    post(spent("a", 4000))
    with pytest.raises(UserError, match="余额不足，没有记账：预收卡券款 C1"):
        post(spent("b", 1001))
    with pytest.raises(UserError, match="余额不足"):
        post(loaded(500, "more"), spent("c", 1501))
    assert balance("prepaid:C1") == 1000, "all entries of a call or none"
    post(spent("d", 1000))
    assert balance("prepaid:C1") == 0
    assert faults() == []


@pytest.mark.parametrize("code", ["payable.payee", "bank:X", "nothing", "payable.payee:", ""])
def test_an_account_the_chart_does_not_have_is_refused(code):
    with pytest.raises(UserError, match="科目表里没有"):
        post(entry("k", (code, "cash", 1)))
    assert not Account.objects.exists() or not Row.objects.exists()


def test_two_entries_of_one_call_need_two_keys():
    with pytest.raises(UserError, match="同一个请求编号"):
        post(loaded(1), loaded(1))


ATTACKS = [
    "UPDATE ledger_entry SET text = 'x'",
    "DELETE FROM ledger_entry",
    "UPDATE ledger_posting SET amount = amount + 1",
    "DELETE FROM ledger_posting",
    "UPDATE ledger_account SET code = 'bank2' WHERE code = 'bank'",
    "UPDATE ledger_account SET guarded = (1 = 0)",
    "INSERT INTO ledger_posting (entry_id, place, debit_id, credit_id, amount)"
    " SELECT entry_id, place + 1, debit_id, credit_id, amount FROM ledger_posting",
    "INSERT INTO ledger_posting (entry_id, place, debit_id, credit_id, amount)"
    " SELECT entry_id, 1, debit_id, credit_id, -amount FROM ledger_posting",
    "INSERT INTO ledger_account (code, control, party, side, guarded, balance)"
    " VALUES ('cash', 'cash', '', 'debit', (1 = 1), 100)",
    "UPDATE ledger_account SET balance = balance + 1",
    "UPDATE ledger_account SET balance = 0",
    "UPDATE ledger_account SET moved = NULL",
    "UPDATE ledger_account SET balance = balance + (SELECT amount FROM ledger_posting), moved ="
    " (SELECT max(id) FROM ledger_posting) WHERE code = 'bank'",
    "UPDATE ledger_account SET balance = balance + (SELECT amount FROM ledger_posting), moved ="
    " (SELECT max(id) + 1 FROM ledger_posting) WHERE code = 'bank'",
    "DELETE FROM ledger_account",
]
# SQLite's REPLACE takes the row in its way out without a word; PostgreSQL has no such.
FIELDS = 'key, "on", at, who, text, source, legs, body, strand, place, digest'
OTHER_TEXT, OTHER_KEY = FIELDS.replace("text", "'x'"), FIELDS.replace("key", "'x'")
LEG = "entry_id, place, debit_id, credit_id"
REPLACED = [
    f"REPLACE INTO ledger_entry (id, {FIELDS}) SELECT id, {OTHER_TEXT} FROM ledger_entry",
    f"INSERT OR REPLACE INTO ledger_entry ({FIELDS}) SELECT {OTHER_TEXT} FROM ledger_entry",
    f"INSERT OR REPLACE INTO ledger_entry ({FIELDS}) SELECT {OTHER_KEY} FROM ledger_entry",
    f"REPLACE INTO ledger_posting (id, {LEG}, amount) SELECT id, {LEG}, 1 FROM ledger_posting",
    f"REPLACE INTO ledger_posting ({LEG}, amount) SELECT {LEG}, 1 FROM ledger_posting",
    "REPLACE INTO ledger_account (code, control, party, side, guarded, balance)"
    " VALUES ('bank', 'bank', '', 'debit', 0, 0)",
]


@pytest.mark.parametrize("attack", [*ATTACKS, *REPLACED])
def test_the_database_refuses_what_is_not_a_posting(attack):
    post(loaded(5000))
    held = list(Row.objects.values()), list(Leg.objects.values()), list(Account.objects.values())
    said = "ledger: " if connection.vendor == "sqlite" else None
    with (
        pytest.raises(DatabaseError, match=said),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attack)
    assert (
        list(Row.objects.values()),
        list(Leg.objects.values()),
        list(Account.objects.values()),
    ) == held
    assert faults() == []
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE ledger_posting")


TAMPERED = {
    "an amount": "UPDATE ledger_posting SET amount = amount + 1 WHERE place = 1",
    "an amount on both sides of the books": "UPDATE ledger_account SET balance = balance + 1",
    "a day": "UPDATE ledger_entry SET \"on\" = '2020-01-01' WHERE key = 'a'",
    "a text": "UPDATE ledger_entry SET text = '改' WHERE key = 'a'",
    "who": "UPDATE ledger_entry SET who = '别人' WHERE key = 'a'",
    "an account": "UPDATE ledger_posting SET debit_id = (SELECT id FROM ledger_account WHERE"
    " code = 'cash') WHERE entry_id = (SELECT id FROM ledger_entry WHERE key = 'a')",
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_an_insider_changes_past_the_guards_is_found(what, tidied, unguarded):
    post(loaded(5000), spent("a", 4000), entry("b", ("cash", "bank", 5)))
    assert faults() == []
    unguarded(TAMPERED[what])
    assert faults(), what


def test_an_entry_taken_out_is_missed(tidied, unguarded):
    post(loaded(5000), spent("a", 4000), spent("q", 10))
    gone = "(SELECT id FROM ledger_entry WHERE key = 'q')"
    unguarded(
        f"DELETE FROM ledger_posting WHERE entry_id = {gone}",
        "DELETE FROM ledger_entry WHERE key = 'q'",
        "UPDATE ledger_account SET balance = balance - 10 WHERE code = 'prepaid:C1'",
        "UPDATE ledger_account SET balance = balance + 10 WHERE code = 'sales'",
    )
    assert any("链" in fault for fault in faults())


def crowd(count, work):
    """Run work(i) in threads that start together; returns what they ended with."""
    ready, told = Barrier(count), []

    def go(i):
        ready.wait()
        try:
            told.append(work(i))
        except UserError as error:
            told.append(str(error))
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=[i]) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_of_many_who_spend_at_once_only_as_many_as_there_is_money_for(tidied):
    post(loaded(5 * 100))
    told = crowd(8, lambda i: sum(_tried(f"w{i}-{n}", 100) for n in range(4)))
    assert sum(told) == 5, told
    assert balance("prepaid:C1") == 0
    assert faults() == []


def _tried(key, amount):
    try:
        post(spent(key, amount))
    except UserError:
        return 0
    return 1


def test_of_many_who_send_the_same_request_one_is_written(tidied):
    told = crowd(8, lambda i: post(loaded(5000))[0].again)
    assert Counter(told) == {False: 1, True: 7}
    assert balance("prepaid:C1") == 5000
    assert faults() == []


def test_two_that_touch_the_same_accounts_the_other_way_round_do_not_lock_each_other(tidied):
    ways = [("payable.payee:S01", "payable.payee:S02"), ("payable.payee:S02", "payable.payee:S01")]
    crowd(
        6,
        lambda i: [
            post(
                entry(f"{i}-{n}-x", (*ways[i % 2], 7)),
                entry(f"{i}-{n}-a", ("expense.commission", ways[i % 2][0], 3)),
            )
            for n in range(8)
        ],
    )
    assert Row.objects.count() == 96
    assert sum(balances("payable.payee").values()) == 6 * 8 * 3
    assert faults() == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["bank", "cash", "prepaid:C1", "payable.payee:S1", "sales"]),
            st.sampled_from(["bank", "cash", "prepaid:C1", "payable.payee:S1", "sales"]),
            st.integers(1, 300),
            st.sampled_from("abcdef"),
        ),
        max_size=12,
    )
)
def test_whatever_is_asked_the_books_hold(asked):
    with transaction.atomic():
        mirror: Counter[str] = Counter()
        written: dict[str, tuple[str, str, int]] = {}
        for debit, credit, amount, key in asked:
            if debit == credit:
                continue
            after = Counter(mirror)
            after.update({debit: amount})
            after.subtract({credit: amount})
            dry = after["cash"] < 0 or after["prepaid:C1"] > 0
            want = (debit, credit, amount)
            try:
                post(entry(key, want))
            except UserError:
                assert written.get(key, want) != want or dry
                continue
            if key in written:
                assert written[key] == want
                continue
            assert not dry
            written[key] = want
            mirror = after
        held = dict(Account.objects.values_list("code", "balance"))
        assert {c: b for c, b in held.items() if b} == {c: b for c, b in mirror.items() if b}
        assert Leg.objects.count() == len(written)
        assert sum(Strand.objects.values_list("size", flat=True)) == len(written)
        assert faults() == []
        transaction.set_rollback(True)


# Posts entries in a process of its own, each told once it is written; at one of them it is killed
# after the statement and before the commit.
POST = """
import os, signal
from datetime import date
from assay.ledger import actions
from assay.ledger.entry import Entry, Posting
real = actions.write
def write(entry, **said):
    found = real(entry, **said)
    if found and entry.key == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
    return found
actions.write = write
print("ready", flush=True)
for n in range(int(sys.argv[1])):
    legs = Posting("bank", "prepaid:C1", 100), Posting("prepaid:C1", "sales", 40)
    actions.post(Entry(f"k{n}", date(2026, 3, 31), "x", legs))
    print(n, flush=True)
"""


@pytest.mark.parametrize(("many", "at"), [(60, 20), (20, 0)])
def test_a_process_killed_from_outside_doubles_and_loses_nothing(tidied, tmp_path, many, at):
    """Killed after some entries, somewhere in the next; then the same requests come again."""
    told: set[int] = set()
    env = environment(tmp_path)
    for stop in (at, None):
        with process(POST, env, str(many), "") as child:
            assert child.stdout is not None
            assert child.stdout.readline().strip() == "ready"
            while stop is None or len(told) < stop:
                line = child.stdout.readline()
                if not line:
                    break
                told.add(int(line))
            if stop is not None:
                child.kill()
        _whole(told)
    assert len(told) == Row.objects.count() == many


def _whole(told):
    held = set(Row.objects.values_list("key", flat=True))
    assert {f"k{n}" for n in told} <= held, "what was told is written"
    assert balance("prepaid:C1") == 60 * len(held), "each whole, each once"
    assert faults() == []


def test_a_process_killed_between_statement_and_commit_has_posted_nothing_of_it(tidied, tmp_path):
    env = environment(tmp_path)
    for n in (0, 1, 7):  # the first entry, which opens its accounts, and others
        with process(POST, env, "9", f"k{n}") as child:
            out, said = child.communicate(timeout=120)
        assert child.returncode == -signal.SIGKILL, said
        assert out.split() == ["ready", *map(str, range(n))]
        assert {*Row.objects.values_list("key", flat=True)} == {f"k{m}" for m in range(n)}
        _whole(set(range(n)))
    with process(POST, env, "9", "") as child:
        child.communicate(timeout=120)
    assert Row.objects.count() == 9
    _whole(set(range(9)))
