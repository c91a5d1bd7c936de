"""What typed rows must satisfy, in SQL over raw tables: one set of decisions for every format."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import duckdb

from assay.facts.cells import Rejection
from assay.facts.reasons import BEYOND, MISSING, UNKNOWN_PAYEE
from assay.facts.schema import CHANNELS, LEFT_OUT, NUMBERS, Wanted
from assay.money import MAX_FEN, yuan
from assay.plan.sentences import either
from assay.plan.vocabulary import LEADS

Connection = duckdb.DuckDBPyConnection
_NOT_THAT_DAY = either("not active that day", "那天不在岗")
_OF_TARGETS = {
    "whose": either("name a payee or a team", "写编号或团队之一"),
    "negative": either("negative target", "任务额为负"),
    "unknown": UNKNOWN_PAYEE,
    "twice": either("target stands twice", "同月任务重复"),
    "beyond": BEYOND,
}


def check_people(connection: Connection, file: str) -> Iterator[Rejection]:
    """Overlapping rows of one payee in one role; spans that end before they begin."""
    rows = connection.execute(
        'SELECT row, payee_id, role, team, "from", "to" FROM raw_people'
        " WHERE payee_id IS NOT NULL AND role IS NOT NULL ORDER BY row"
    ).fetchall()
    spans: dict[tuple[str, str], list[tuple[object, object, int]]] = defaultdict(list)
    managed: dict[str, list[tuple[object, object, int]]] = defaultdict(list)
    query = """
        SELECT row, reports_to FROM raw_people WHERE reports_to IS NOT NULL AND reports_to NOT IN (
            SELECT payee_id FROM raw_people WHERE payee_id IS NOT NULL) ORDER BY row"""
    for row, above in connection.execute(query).fetchall():
        yield Rejection(file, row, "reports_to", str(above), UNKNOWN_PAYEE)
    for row, payee, role, team, start, stop in rows:
        first, last = str(start or "0001-01-01"), str(stop or "9999-12-31")
        if first >= last:
            yield Rejection(file, row, "to", last, either("ends before it begins", "止早于起"))
            continue
        spans[(payee, role)].append((first, last, row))
        if role == LEADS and team:
            managed[team].append((first, last, row))
    for (payee, role), held in spans.items():
        for row in _overlapping(held):
            yield Rejection(
                file,
                row,
                "from",
                payee,
                either(f"rows overlap, as {role}", f"同一人同一角色（{role}）的时间重叠"),
            )
    for team, held in managed.items():
        for row in _overlapping(held):
            yield Rejection(
                file, row, "team", team, either("two managers on one day", "同一天有两个经理")
            )


def _overlapping(held: list[tuple[object, object, int]]) -> set[int]:
    found: set[int] = set()
    ordered = sorted(held, key=lambda span: (str(span[0]), str(span[1]), span[2]))
    reach = ordered[0] if ordered else None
    for span in ordered[1:]:
        assert reach is not None
        if str(span[0]) < str(reach[1]):
            found |= {reach[2], span[2]}
        if str(span[1]) > str(reach[1]):
            reach = span
    return found


def check_targets(connection: Connection, file: str) -> Iterator[Rejection]:
    """Negative, doubled, and belonging to nobody or to both a payee and a team."""
    query = """
        SELECT row, coalesce(payee_id, team, ''), CASE
          WHEN (payee_id IS NULL) = (team IS NULL) THEN 'whose'
          WHEN target < 0 THEN 'negative'
          WHEN payee_id IS NOT NULL AND payee_id NOT IN (SELECT payee_id FROM raw_people WHERE payee_id IS NOT NULL)
            THEN 'unknown'
          WHEN count(*) OVER (PARTITION BY payee_id, team, month) > 1 THEN 'twice'
          WHEN abs(target) > ? THEN 'beyond'
        END AS reason FROM raw_targets QUALIFY reason IS NOT NULL ORDER BY row"""
    for row, value, reason in connection.execute(query, [MAX_FEN]).fetchall():
        yield Rejection(file, row, "target", str(value), _OF_TARGETS[reason])


def check_orders(connection: Connection, file: str, wanted: Wanted) -> Iterator[Rejection]:
    """Every decision of the contract about orders, each with its reason."""
    yield from _doubled(connection, file)
    yield from _cells(connection, file)
    for column, kind in wanted.extra.get("orders", {}).items():
        if kind in NUMBERS:
            query = f'SELECT row FROM raw_orders WHERE NOT {left_out()} AND "{column}" IS NULL'
            for (row,) in connection.execute(f"{query} ORDER BY row").fetchall():
                yield Rejection(file, row, column, "", MISSING)
    for column, roles in wanted.holders.items():
        yield from _unknown(connection, file, column, roles)


def _doubled(connection: Connection, file: str) -> Iterator[Rejection]:
    query = """
        SELECT row, order_id FROM raw_orders WHERE order_id IN (
          SELECT order_id FROM raw_orders WHERE order_id IS NOT NULL GROUP BY order_id HAVING count(*) > 1
        ) ORDER BY row"""
    for row, order in connection.execute(query).fetchall():
        yield Rejection(
            file, row, "order_id", str(order), either("order id seen twice", "订单号重复")
        )


_CELLS: tuple[tuple[str, str, str, str], ...] = (
    ("order_id", "order_id IS NULL", "''", MISSING),
    ("order_date", "order_date IS NULL", "''", either("missing or no date", "缺少或不是日期")),
    (
        "order_date",
        "order_date < DATE '1900-01-01' OR order_date >= DATE '2200-01-01'",
        "order_date",
        either("a date outside 1900–2199", "日期不在 1900–2199 年"),
    ),
    (
        "list_amount",
        "list_amount IS NULL OR list_amount <= 0",
        "list_amount",
        either("list missing or not above 0", "原价缺少或不大于零"),
    ),
    (
        "net_amount",
        "net_amount IS NULL OR net_amount < 0",
        "net_amount",
        either("net missing or negative", "成交额缺少或为负"),
    ),
    ("list_amount", f"list_amount > {MAX_FEN}", "list_amount", BEYOND),
    ("net_amount", f"net_amount > {MAX_FEN}", "net_amount", BEYOND),
    (
        "channel",
        "channel NOT IN (" + ", ".join(f"'{c}'" for c in CHANNELS) + ")",
        "channel",
        either("unknown channel", "没有这个渠道"),
    ),
    (
        "agent_id",
        "channel = 'agent' AND agent_id IS NULL",
        "''",
        either("channel agent without agent_id", "渠道为代理但没有代理商"),
    ),
    (
        "store_id",
        "channel = 'store' AND store_id IS NULL",
        "''",
        either("channel store without store_id", "渠道为银楼但没有银楼"),
    ),
)


def _cells(connection: Connection, file: str) -> Iterator[Rejection]:
    anything = " OR ".join(f"({condition})" for _, condition, _, _ in _CELLS)
    checks = ", ".join(f"coalesce({c}, FALSE), CAST({v} AS VARCHAR)" for _, c, v, _ in _CELLS)
    query = (
        f"SELECT row, {checks} FROM raw_orders WHERE NOT {left_out()} AND ({anything}) ORDER BY row"
    )
    for row, *found in connection.execute(query).fetchall():
        for index, (column, _, _, reason) in enumerate(_CELLS):
            if found[2 * index]:
                value = found[2 * index + 1] or ""
                if column.endswith("_amount") and value:
                    value = yuan(int(value))
                yield Rejection(file, row, column, str(value), reason)


def _unknown(
    connection: Connection, file: str, column: str, roles: tuple[str, ...]
) -> Iterator[Rejection]:
    marks = ", ".join("?" for _ in roles)
    query = f"""
        SELECT o.row, o.{column}, EXISTS (
            SELECT 1 FROM holdings h WHERE h.payee_id = o.{column} AND h.role IN ({marks})
        ) FROM raw_orders o
        WHERE NOT {left_out()} AND o.{column} IS NOT NULL AND o.order_date IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM holdings h WHERE h.payee_id = o.{column} AND h.role IN ({marks})
              AND o.order_date >= h.start AND o.order_date < h.stop
        ) ORDER BY o.row"""
    for row, payee, known in connection.execute(query, [*roles, *roles]).fetchall():
        reason = _NOT_THAT_DAY if known else UNKNOWN_PAYEE
        told = either(f"{reason} ({' / '.join(roles)})", f"{reason.chinese}（{' / '.join(roles)}）")
        yield Rejection(file, row, column, str(payee), told)


def check_below(connection: Connection, table: str, file: str) -> Iterator[Rejection]:
    """Rows below orders: their order must exist, and lines have a list price."""
    query = f"""
        SELECT row, order_id FROM raw_{table} WHERE order_id IS NULL OR order_id NOT IN (
            SELECT order_id FROM raw_orders WHERE order_id IS NOT NULL) ORDER BY row"""
    for row, order in connection.execute(query).fetchall():
        yield Rejection(
            file, row, "order_id", str(order or ""), either("no such order", "没有这个订单")
        )
    if table == "order_lines":
        wrong = (
            "SELECT row, list_amount, net_amount FROM raw_order_lines"
            " WHERE list_amount <= 0 OR net_amount < 0 ORDER BY row"
        )
        for row, listed, _ in connection.execute(wrong).fetchall():
            column = "list_amount" if listed <= 0 else "net_amount"
            yield Rejection(
                file,
                row,
                column,
                "",
                either("list not above 0, or net negative", "原价不大于零或成交额为负"),
            )


def check_key(
    connection: Connection, table: str, key: str, above: str, file: str
) -> Iterator[Rejection]:
    """Rows below a declared fact: the row they belong to must exist."""
    query = f"""
        SELECT row, {key} FROM raw_{table} WHERE {key} IS NULL OR {key} NOT IN (
            SELECT {key} FROM raw_{above} WHERE {key} IS NOT NULL) ORDER BY row"""
    for row, value in connection.execute(query).fetchall():
        yield Rejection(
            file, row, key, str(value or ""), either(f"no such {above}", f"{above} 里没有")
        )


def check_doubled(connection: Connection, table: str, key: str, file: str) -> Iterator[Rejection]:
    """Rows that name themselves: no name twice."""
    query = f"""
        SELECT row, {key} FROM raw_{table} WHERE {key} IN (
            SELECT {key} FROM raw_{table} WHERE {key} IS NOT NULL GROUP BY {key} HAVING count(*) > 1
        ) ORDER BY row"""
    for row, value in connection.execute(query).fetchall():
        yield Rejection(file, row, key, str(value), either(f"{key} stands twice", f"{key} 重复"))


def left_out() -> str:
    """SQL condition of an order that is cancelled or returned."""
    words = ", ".join(f"'{word}'" for word in sorted(LEFT_OUT))
    return f"(coalesce(lower(status), '') IN ({words}) OR coalesce(returned, FALSE))"
