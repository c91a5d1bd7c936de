"""What `try` says aloud: rows nobody gets, numbers as numbers, faults in the words of the trade."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import assay

HEAD = "plan: told\neffective: 2024-01\n"


def tried(tmp_path: Path, text: str) -> str:
    """What `./assay try` prints of a plan."""
    path = tmp_path / "told.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    ran = assay("try", path)
    return ran.out + ran.err


def test_rows_and_parts_that_nobody_gets_are_said_with_the_day_that_decides(tmp_path: Path) -> None:
    said = tried(
        tmp_path,
        """
facts:
  split: {of: order, has: {payee: text, percent: rate}}
  visit: {has: {on: date, who: text}, to: {who: visit.who, as: rep}}
  collection: {to: {who: order.salesperson, as: rep}}
  order: {to: {who: split.payee, as: rep, part: split.percent, adds_to: 100%}}
measures: {visits: "count(visit)", got: "sum(collection.amount)"}
rules: [{name: commission, for: rep, per: order, pay: "order.credited * 5%"}]
examples:
  - payee: {id: P, role: rep, to: 01-31}
    to: 2024-02
    visit: [{on: 02-20}]
    orders:
      - {on: 01-05, amount: 100元, salesperson: P, split: [{payee: P, percent: 60%}, {payee: Q, percent: 40%}],
         collections: [{on: 02-09, amount: 7元}]}
      - {on: 02-03, amount: 10元, salesperson: P, split: [{payee: P, percent: 100%}],
         collections: [{on: 02-09, amount: 7元}]}
      - {on: 01-06, amount: 3元}
    expect: {commission@1: 3元}
""",
    )
    notes = [
        line.removeprefix("  note: nobody gets ") for line in said.splitlines() if "note" in line
    ]
    assert notes == [
        "40% of order 1 (2024-01-05): “Q” does not stand as rep on 2024-01-05, the day of the order",
        "100% of order 2 (2024-02-03): “P” does not stand as rep on 2024-02-03, the day of the order",
        "order 3 (2024-01-06): no “to:” takes it (“who” is empty, or “where” does not hold)",
        "visit 1 (2024-02-20): “P” does not stand as rep on 2024-02-20, the day of the visit",
        # The first collection came after he left, too, but for an order of his time.
        "collection 2 (2024-02-09): “P” does not stand as rep on 2024-02-03, the day of the order",
    ]
