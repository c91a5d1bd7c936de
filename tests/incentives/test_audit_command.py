"""The command of the audit: zero only where all agrees."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from assay.ledger.actions import post as write
from assay.ledger.entry import Entry, Posting
from assay.ledger.models import Posting as Leg
from tests.races import environment
from tests.tidying import guards_off


@pytest.mark.django_db(transaction=True)
def test_the_command_ends_with_zero_only_where_all_agrees(tmp_path):
    """In a process of its own, on the database of the test."""
    command = [sys.executable, "-m", "assay", "audit", "--data", str(tmp_path)]
    env = environment(tmp_path)

    def told():
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    write(Entry("k", date(2026, 4, 11), "", (Posting("cash", "bank", 7),)))
    clean = told()
    assert (clean.returncode, clean.stderr.count("Traceback")) == (0, 0), clean.stderr
    with guards_off():
        Leg.objects.update(amount=8)
    tampered = told()
    assert tampered.returncode == 1, tampered.stderr
    assert "k：内容与链摘要不符" in tampered.stdout
