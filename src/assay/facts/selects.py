"""What a run reads from the department's database: one query a table, written here and nowhere else.

Texts and numbers are never NULL ('' and 0 stand for nothing), so that a reader that tells types by
the first rows is never wrong about the later ones. Days are ISO texts, or dates where the database
has them. `{orders}` narrows the orders that are meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Select:
    """A query, and its columns: name -> text, number or day."""

    query: str
    columns: Mapping[str, str]


_PLACED = "o.status <> 'quote' AND o.number IS NOT NULL{orders}"
SELECTS: Mapping[str, Select] = {
    "employees": Select(
        "SELECT e.id, e.number, e.name FROM people_employee e ORDER BY e.id",
        {"id": "number", "code": "text", "name": "text"},
    ),
    "agents": Select(
        "SELECT a.id, a.code, a.name, {day:a.start}, {day:a.stop} FROM people_agent a ORDER BY a.id",
        {"id": "number", "code": "text", "name": "text", "start": "day", "stop": "day"},
    ),
    "shops": Select(
        "SELECT s.id, s.code, s.name, {day:s.start}, {day:s.stop} FROM people_shop s ORDER BY s.id",
        {"id": "number", "code": "text", "name": "text", "start": "day", "stop": "day"},
    ),
    "departments": Select(
        "SELECT d.id, d.code FROM people_department d ORDER BY d.id",
        {"id": "number", "code": "text"},
    ),
    "customers": Select(
        "SELECT c.id, c.code FROM customers_customer c ORDER BY c.id",
        {"id": "number", "code": "text"},
    ),
    "posts": Select(
        "SELECT p.id, p.employee_id, p.role, coalesce(p.department_id, 0), {day:p.start}, {day:p.stop}"
        " FROM people_assignment p WHERE p.role IN ('salesperson', 'manager') ORDER BY p.id",
        {"id": "number", "employee": "number", "role": "text", "department": "number"}
        | {"start": "day", "stop": "day"},
    ),
    "targets": Select(
        "SELECT t.id, coalesce(t.employee_id, 0), p.department_id, t.month, t.amount"
        " FROM sales_target t JOIN sales_targetplan p ON p.id = t.plan_id"
        " WHERE p.state = 'force' ORDER BY t.id",
        {"id": "number", "employee": "number", "department": "number", "month": "number"}
        | {"amount": "number"},
    ),
    "orders": Select(
        "SELECT o.id, o.number, {day:o.day}, coalesce(o.seller_id, 0), o.customer_id, o.channel,"
        " coalesce(o.agent_id, 0), coalesce(o.shop_id, 0), o.counted_list, o.counted_net, o.status,"
        f" {{day:o.delivered_on}} FROM sales_order o WHERE {_PLACED}",
        {"id": "number", "order_id": "text", "order_date": "day", "seller": "number"}
        | {"customer": "number", "channel": "text", "agent": "number", "shop": "number"}
        | {"list_amount": "number", "net_amount": "number", "status": "text"}
        | {"delivered_on": "day"},
    ),
    "collections": Select(
        "SELECT m.id, o.number, {day:r.day}, m.amount FROM sales_match m"
        " JOIN sales_receipt r ON r.id = m.receipt_id JOIN sales_order o ON o.id = m.order_id"
        f" WHERE {_PLACED}",
        {"id": "number", "order_id": "text", "on": "day", "amount": "number"},
    ),
    "order_lines": Select(
        "SELECT l.id, o.number, l.number,"
        " CASE WHEN o.status = 'returned' THEN l.list_amount ELSE l.list_amount - l.returned_list END,"
        " CASE WHEN o.status = 'returned' THEN l.net_amount ELSE l.net_amount - l.returned_net END"
        f" FROM sales_orderline l JOIN sales_order o ON o.id = l.order_id WHERE {_PLACED}"
        " AND (o.status = 'returned' OR l.returned < l.quantity)",
        {"id": "number", "order_id": "text", "line": "number", "list_amount": "number"}
        | {"net_amount": "number"},
    ),
    "split": Select(
        "SELECT s.id, o.number, s.employee_id, s.part FROM sales_ordershare s"
        f" JOIN sales_order o ON o.id = s.order_id WHERE {_PLACED}",
        {"id": "number", "order_id": "text", "employee": "number", "part": "number"},
    ),
}
OF_ORDERS = ("orders", "collections", "order_lines", "split")


def written(table: str, sqlite: bool, orders: str = "") -> str:
    """The query of a table for a database; `orders` is a further condition on `o`, from AND on."""
    text = SELECTS[table].query.replace("{orders}", orders)
    while "{day:" in text:
        before, _, rest = text.partition("{day:")
        column, _, after = rest.partition("}")
        text = before + (f"coalesce({column}, '')" if sqlite else column) + after
    return text
