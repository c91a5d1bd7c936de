"""Places and parts of a pool among payees of one role, of the house or of a team, in SQL."""

from __future__ import annotations

from assay.plan.sql.columns import Needs, Peers, Pool, carried, name
from assay.plan.sql.sums import Making
from assay.plan.sql.terms import UNIT, OutsideError, Term, floored, half_up, wide
from assay.plan.tree import Level, Node, Rank, Share

_AMONG = {"role": ("role", "month"), "team": ("role", "month", "team")}
_WHOLE = "people of all roles of a team"
_MOST = 10**7  # people among whom a pool is shared, for the check of bounds


def rank(make: Making, node: Rank) -> Term:
    """The place among those of the same role; equal values share the better one."""
    if node.dense or node.among not in _AMONG:
        raise OutsideError("a place with none left out" if node.dense else _WHOLE)
    by = " DESC, ".join(_measured(make, one).num for one in node.by)
    column = carried(make.needs.ranks, Peers(_AMONG[node.among], by), "k")
    return Term(f"m.{name(column)}", scale=10**7)


def share(make: Making, node: Share) -> Term:
    """The part of a pool in whole 分; who stands below nought weighs nothing.

    Remainders are ranked within one pool, so it must be the same one for all who share it.
    """
    if node.among not in _AMONG:
        raise OutsideError(_WHOLE)
    if node.among == "role" and node.pool.frame.level is Level.TEAM:
        raise OutsideError("a pool of each team among those of all teams")
    by, pool = _measured(make, node.by), make.number(node.pool)
    divisor = " * ".join([str(pool.den), *(over.sql for over in pool.overs)])
    for power, scale in (
        (pool.power + by.power, pool.scale * by.scale),
        (by.power + sum(over.power for over in pool.overs), pool.den * by.scale * _MOST),
    ):
        # All of it is worked out in 128 bit, as a product of two amounts at least.
        most = max(power, 2)
        make.note(most, -(-scale // UNIT ** (most - power)))
    wanted = Pool(_AMONG[node.among], f"greatest({by.num}, 0)", pool.num, divisor, pool.signed)
    column = carried(make.needs.pools, wanted, "z")
    return Term(f"m.{name(column)}", power=pool.power, scale=pool.scale, signed=pool.signed)


def _measured(make: Making, node: Node) -> Term:
    """What somebody is measured by: a whole number over the same constant for everybody."""
    if make.level is not Level.PAYEE:
        raise OutsideError("somebody measured beside others in a row")
    found = make.number(node)
    if found.overs or found.nullable or 'm."k' in found.num or 'm."z' in found.num:
        raise OutsideError("somebody measured by a quotient, a place or a part of a pool")
    return found


def layers(needs: Needs) -> tuple[list[tuple[str, str]], str]:
    """The layers of pools and of places, and the name of the one that bears their columns."""
    if not needs.ranks and not needs.pools:
        return [], "payee_sums"
    found = [(f"pool_{column}", _pool(needs, pool)) for pool, column in needs.pools.items()]
    one = "CASE WHEN m.stands THEN 1 ELSE 0 END" if needs.dense else "1"
    columns = "".join(
        f",\n  CAST(1 + coalesce(sum({one}) OVER ({_among(peers)} ORDER BY {peers.by} DESC"
        " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP), 0) AS BIGINT)"
        f" AS {name(column)}"
        for peers, column in needs.ranks.items()
    )
    columns += "".join(f",\n  coalesce({c}.part, 0) AS {name(c)}" for c in needs.pools.values())
    joined = "".join(
        f"\nLEFT JOIN pool_{c} {c} ON {c}.who = m.who AND {c}.month = m.month"
        for c in needs.pools.values()
    )
    return [*found, ("beside", f"SELECT m.*{columns}\nFROM payee_sums m{joined}")], "beside"


def _among(peers: Peers) -> str:
    return "PARTITION BY " + ", ".join(f"m.{column}" for column in peers.among)


def _pool(needs: Needs, pool: Pool) -> str:
    """Who weighs something, with his part: floors first, then 1 to the greatest remainders."""
    group = _among(pool)
    stands = " AND m.stands" if needs.dense else ""
    stands += " AND m.team IS NOT NULL" if "team" in pool.among else ""
    least = floored("m.n", "m.d", pool.signed)
    return (
        f"SELECT m.who, m.month, CAST(q + CASE WHEN row_number() OVER ({group} ORDER BY m.n - q * m.d DESC, m.who)"
        f" <= m.t - sum(q) OVER ({group}) THEN 1 ELSE 0 END AS BIGINT) AS part\nFROM (\n"
        f"SELECT m.*, {least} AS q\nFROM (\n"
        f"SELECT m.who, {', '.join(f'm.{column}' for column in pool.among)},\n"
        f"  {half_up(pool.num, f'({pool.divisor})', pool.signed)} AS t,\n"
        f"  {wide(pool.num)} * ({pool.by}) AS n,\n"
        f"  {wide(f'sum({pool.by}) OVER ({group})')} * ({pool.divisor}) AS d\n"
        f"FROM payee_sums m WHERE {pool.by} > 0{stands}\n) m\n) m"
    )
