"""The file a payee keeps: his statement, his orders and the way to the run's root, which checks itself."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.incentives.models import Statement
from assay.incentives.proving import (
    climbed,
    leaf,
    orders_text,
    path,
    read_adjusted,
    statement_text,
)
from assay.incentives.queries.statements import folder_of


def kept_data(row: Statement) -> dict[str, Any]:
    """What the file holds: text (hashed as it stands), orders, adjusted, proof, root.

    UserError where the run has no root (it is older than roots), or where the statement that is
    recorded is no longer the one the root was made over.
    """
    run = row.run
    if not run.root or not row.leaf:
        raise UserError(_("这一版没有校验根：重新计算以后的月份才有"))
    folder = folder_of(run)
    orders = orders_text(folder, row.code, row.role)
    adjusted = read_adjusted(folder).get((row.code, row.role), "")
    text = text_of(row, _digest(orders), adjusted)
    held = list(Statement.objects.filter(run=run).values_list("pk", "code", "role", "leaf"))
    held.sort(key=lambda one: (one[1], one[2]))
    way = path([one[3] for one in held], [one[0] for one in held].index(row.pk))
    if leaf(text) != row.leaf or climbed(row.leaf, way) != run.root:
        raise UserError(_("提成单和计算时留下的校验根不符：请告诉财务，不要签认"))
    return {
        "text": text, "orders": orders, "adjusted": adjusted, "proof": way, "root": run.root,
    }  # fmt: skip


def text_of(row: Statement, orders: str, adjusted: str = "") -> str:
    """The text of a recorded statement's leaf; orders: the digest of the text of his orders.

    adjusted: the text of what was put right of earlier months.
    """
    run = row.run
    head = {
        "code": row.code, "name": row.name, "role": row.role, "month": str(run.pay_month.month),
        "version": run.version, "plan": run.plan_digest, "total": row.total,
    }  # fmt: skip
    lines = [(x.line, x.title, x.amount, str(x.for_month or "")) for x in row.lines.all()]
    return statement_text(head, lines, orders, row.salt, adjusted)


def kept_file(row: Statement) -> bytes:
    """One page of HTML that opens without a network and checks itself."""
    data = json.dumps(kept_data(row), ensure_ascii=False)
    # Inside a script element a `<` could end it; as \\u003c it is the same JSON.
    safe = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return render_to_string("incentives/kept.html", {"row": row, "data": safe}).encode()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
