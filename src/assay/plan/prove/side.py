"""One side of a question: a scene, its open cells, and what the lines asked about come to."""

from __future__ import annotations

from functools import cached_property

import z3

from assay.plan.prove import encode_pay
from assay.plan.prove.cells import Cells
from assay.plan.prove.encode import Encoder
from assay.plan.prove.logic import Truth
from assay.plan.prove.replay import Asked, Filled, filled
from assay.plan.prove.scene import Scene
from assay.plan.prove.stage import Stage
from assay.plan.prove.symbols import TALLY, BeyondError, Term, Value, number
from assay.plan.tree import Column
from assay.plan.tree import row as row_frame
from assay.plan.units import money


class Side:
    """A scene encoded: its pay, what is assumed of it, and how to fill it from a model."""

    def __init__(
        self, stage: Stage, scene: Scene, name: str, asked: Asked = (), moving: str = ""
    ) -> None:
        self.stage = stage
        self.scene = scene
        self.since = TALLY.products
        self.asked = asked or stage.lines()
        slots = {slot.key: slot for slot in scene.slots}
        self.cells = Cells(stage.limits, name, slots, moving)
        self.encoder = Encoder(scene, self.cells)

    @cached_property
    def pay(self) -> Value:
        """What the lines asked about come to over the months, exact."""
        return encode_pay.pay(self.encoder, self.asked)

    def cell(self, key: str, stored: str) -> Value:
        """A cell of a row, opened if no formula asked for it; money."""
        slot = self.cells.slots[key]
        node = Column(
            unit=money(self.stage.program.plan.currency),
            frame=row_frame(slot.fact),
            fact=slot.fact,
            name=stored,
            stored=stored,
        )
        for row in self.encoder.real.shelf.bare(slot.fact):
            if row.values.get("slot") == key:
                return self.cells.column(node, row)
        raise BeyondError(f"no row {key}")

    def amount(self, key: str, stored: str) -> Term:
        """A cell that is one whole number."""
        ((_, atom),) = self.cell(key, stored)
        found = number(atom)
        assert isinstance(found, Term)
        return found

    def truths(self) -> list[Truth]:
        """Everything assumed: bounds of cells, the plan's refusals, what fresh numbers are."""
        self.pay  # noqa: B018 - cells are opened as the formulas ask
        self.encoder.assume()
        return [*self.cells.bounds, *self.encoder.defined]

    def filled(self, model: z3.ModelRef) -> Filled:
        """The scene as the model has it."""
        return filled(self.scene, self.cells, model)
