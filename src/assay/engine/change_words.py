"""What changed between two folders of facts, said in the plan's and the house's words."""

from __future__ import annotations

from assay.engine.changes import CAME, CHANGED, KEYS, Change
from assay.engine.inputs import table_of, wanted_by
from assay.facts.schema import Spec, specs_of
from assay.money import yuan
from assay.period import Month
from assay.plan.document import Title
from assay.plan.program import Program

MOST_COLUMNS = 3
_TABLES = {
    "orders": "订单", "order_lines": "订单明细", "collections": "回款", "targets": "任务额",
    "people": "人员",
}  # fmt: skip
# What tells a row from others of its kind; rates, numbers and signs are named where they change.
_TELLING = ("text", "date", "agreed_date", "money", "month")


class ChangeWords:
    """Changes in words, by what a program's plan says of its facts: kinds, order and titles."""

    def __init__(self, program: Program) -> None:
        self.titles = program.plan.titles
        self.wanted = wanted_by(program)
        self.facts = {table_of(fact): fact for fact in program.parents}

    def said(self, change: Change) -> str:
        """A change in a few words, for a statement's reason."""
        what = f"{self.table(change.table)} {self.row(change)}"
        if change.returned:
            return f"{what} 退货或取消"
        if change.kind != CHANGED:
            return f"{what} {'新到' if change.kind == CAME else '撤销'}"
        turned = [
            f"{self.column(change.table, spec)} {shown(change.before.get(spec.name), spec)}"
            f"→{shown(change.after.get(spec.name), spec)}"
            for spec in self.columns(change)
            if change.before.get(spec.name) != change.after.get(spec.name)
        ]
        return f"{what} {', '.join(turned[:MOST_COLUMNS])}"

    def row(self, change: Change) -> str:
        """A row by its key, or by whose it is, its days, words and amounts, as the plan lists them."""
        if change.table in KEYS:
            return change.key
        said = [
            shown(change.row[spec.name], spec)
            for spec in self.columns(change)
            if spec.kind in _TELLING and change.row.get(spec.name)
        ]
        return " ".join(said)

    def table(self, table: str) -> str:
        """What a kind of facts is called."""
        fact = self.facts.get(table, table)
        return self._titled(fact, _TABLES.get(table, fact.replace("_", " ")))

    def column(self, table: str, spec: Spec) -> str:
        """What a column is called: by the plan, or as people head it."""
        house = spec.aliases[0] if spec.aliases else spec.name.replace("_", " ")
        return self._titled(f"{self.facts.get(table, table)}.{spec.name}", house)

    def columns(self, change: Change) -> list[Spec]:
        """The columns of a changed row: those that name it, then as the plan has them."""
        specs = {spec.name: spec for spec in specs_of(change.table, self.wanted)}
        rest = sorted({*change.before, *change.after} - specs.keys())
        there = [specs.get(name, Spec(name, (), "text")) for name in (*specs, *rest)]
        return sorted(there, key=lambda spec: not spec.name.endswith("_id"))

    def _titled(self, name: str, otherwise: str) -> str:
        return self.titles.get(name, Title()).either("zh") or otherwise


def shown(value: object, spec: Spec) -> str:
    """A cell as people read it: money in yuan, months as such, signs as 是 and 否."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int) and spec.kind == "money":
        return yuan(value)
    if isinstance(value, int) and spec.kind == "month":
        return str(Month(value))
    return "" if value is None else str(value)
