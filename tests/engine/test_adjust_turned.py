"""What an adjustment tells its payee: his own rows before and after; a reason that is about others says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assay.engine.adjust_folder import write_adjustments
from assay.engine.folder import open_run
from assay.engine.inputs import read_inputs
from assay.incentives.proving import adjusted_texts
from assay.money import yuan
from assay.period import Month
from assay.plan.compile import compile_plan
from assay.plan.reading import read_plan
from assay.samples.made import Made
from tests.engine.test_adjust_shapes import pay, save, tables, text_of


@pytest.mark.parametrize("shape", ["key-account", "33"])
def test_nobody_is_told_of_a_colleagues_order(shape: str, tmp_path: Path) -> None:
    """One order comes to something else: its payees see it turned; who shares a pool sees neither row nor name."""
    text = text_of(shape)
    program = compile_plan(read_plan(text))
    made = Made(program, 7, 7, 3, 1)
    made.write(tmp_path / "was")
    shutil.copytree(tmp_path / "was", tmp_path / "now")
    months = range(made.span.start, made.span.stop)
    paid = pay(program, text, tmp_path / "was", tmp_path / "paid", months, "duckdb")
    facts = tables(tmp_path / "now")
    order = max(facts["orders"][1], key=lambda row: float(row["net_amount"]))
    order["net_amount"] = yuan(round(float(order["net_amount"]) * 50))
    save(tmp_path / "now", facts)
    read = read_inputs(program, tmp_path / "now")
    found = write_adjustments(open_run(paid), read, Month(months.stop), tmp_path / "adjusted")
    texts = adjusted_texts(found)
    own = {(o.payee, o.role) for o in found if not o.foreign}
    assert own, "whoever is paid for it"
    assert (shape == "33") == (own != set(texts)), "who shares with him rests on it, too"
    for whose, told in texts.items():
        assert (order["order_id"] in told.replace("\t", " ").split(" ")) == (whose in own)
    for one in found:
        sides = [side for pair in one.turned for side in pair if side is not None]
        assert {line.payee for line, _credit in sides} <= {one.payee}
