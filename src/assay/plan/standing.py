"""Who holds which role, where and when, found by payee, team, superior and month, each at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assay.period import Month

Who = tuple[str, str]


@dataclass(frozen=True)
class Holding:
    """A payee holds a role in a team from `start` until before `stop`."""

    payee: str
    name: str
    role: str
    team: str | None
    start: date
    stop: date
    reports_to: str | None = None

    def on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.start <= day < self.stop

    def touches(self, month: int) -> bool:
        """Whether it holds on any day of a month."""
        span = Month(month)
        return self.start < span.after and self.stop > span.first


class Standing:
    """The holdings of a book. Each month's are looked through once, whoever asks how often."""

    def __init__(self, holdings: Sequence[Holding]) -> None:
        self.all = holdings
        self.of: dict[str, list[Holding]] = defaultdict(list)
        self._in_role: dict[tuple[str, str], list[Holding]] = defaultdict(list)
        for holding in holdings:
            self.of[holding.payee].append(holding)
            if holding.team is not None:
                self._in_role[(holding.role, holding.team)].append(holding)
        for held in self.of.values():
            held.sort(key=lambda h: (h.start, h.role))
        for held in self._in_role.values():
            held.sort(key=lambda h: (h.start, h.payee))
        # Whether people say whom they report to.
        self.says_reports = any(h.reports_to for h in holdings)
        self._months: dict[int, list[Holding]] = {}
        self._teams: dict[int, dict[str, list[Holding]]] = {}
        self._below: dict[int, dict[str, set[Who]]] = {}

    def month(self, month: int) -> list[Holding]:
        """The holdings that touch a month."""
        if month not in self._months:
            self._months[month] = [h for h in self.all if h.touches(month)]
        return self._months[month]

    def team_of(self, payee: str, role: str, month: int) -> str | None:
        """The team of a payee in a month: the last one he stood in."""
        held = [h for h in self.of.get(payee, ()) if h.role == role and h.touches(month)]
        return held[-1].team if held else None

    def in_charge(self, role: str, team: str, day: date) -> str | None:
        """Who holds a role for a team on a day; in a gap the next one of the month, else the last.

        The team's month is one (六.2): a day without a manager falls to him who follows in that
        month, or else to him who went before.
        """
        month = day.year * 12 + day.month - 1
        held = [h for h in self._in_role.get((role, team), ()) if h.touches(month)]
        for holding in held:
            if holding.on(day):
                return holding.payee
        later = [h for h in held if h.start > day]
        return later[0].payee if later else held[-1].payee if held else None

    def members(self, team: str, month: int, roles: Collection[str]) -> list[Who]:
        """Payees of a team in a month with their role, of some roles."""
        found = {(h.payee, h.role) for h in self._in_team(month).get(team, ()) if h.role in roles}
        return sorted(found)

    def _in_team(self, month: int) -> dict[str, list[Holding]]:
        if month not in self._teams:
            teams: dict[str, list[Holding]] = defaultdict(list)
            for holding in self.month(month):
                if holding.team is not None:
                    teams[holding.team].append(holding)
            self._teams[month] = teams
        return self._teams[month]

    def reports(self, payee: str, role: str, month: int, depth: int) -> list[Who]:
        """Payees who report to one in a month, `depth` levels below, each with his role.

        Who reports to whom stands in people's reports_to; where nobody there says so, the people
        of a team report to those of its other roles.
        """
        if not self.says_reports:
            return self._mates(payee, role, month) if depth == 1 else []
        above = {payee}
        found: set[Who] = set()
        for _ in range(depth):
            below = self._below_in(month)
            found = {who for boss in above for who in below.get(boss, ()) if who[0] not in above}
            above = {p for p, _ in found}
        return sorted(found)

    def below(self, payee: str, role: str, month: int) -> Iterator[tuple[Who, tuple[Who, ...]]]:
        """Everybody below a payee in a month, each with those between, from the top."""
        if not self.says_reports:
            yield from ((who, ()) for who in self._mates(payee, role, month))
            return
        below = self._below_in(month)
        stack: list[tuple[str, tuple[Who, ...]]] = [(payee, ())]
        while stack:
            boss, between = stack.pop()
            above = {payee, *(p for p, _ in between)}
            for who in sorted(below.get(boss, ())):
                if who[0] not in above:
                    yield who, between
                    stack.append((who[0], (*between, who)))

    def _below_in(self, month: int) -> dict[str, set[Who]]:
        if month not in self._below:
            below: dict[str, set[Who]] = defaultdict(set)
            for holding in self.month(month):
                if holding.reports_to:
                    below[holding.reports_to].add((holding.payee, holding.role))
            self._below[month] = below
        return self._below[month]

    def _mates(self, payee: str, role: str, month: int) -> list[Who]:
        team = self.team_of(payee, role, month) if role else None
        mates = self._in_team(month).get(team, ()) if team is not None else ()
        found = {(h.payee, h.role) for h in mates if h.role != role and h.payee != payee}
        return sorted(found)
