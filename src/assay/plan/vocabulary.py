"""The words the language itself knows: facts every house has, their columns, windows, kinds."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from assay.period import Month, later_by_months

# Kinds a plan may give to a column of a fact. A date is the day of something that happens, and is
# not known before; an agreed_date (due, end of a term) stands from the first day on.
EVENT, AGREED = "date", "agreed_date"
DATES = (EVENT, AGREED)
KINDS = ("money", "count", "number", "rate", "days", "months", *DATES, "text", "yes_no")
# Periods and how many months they have; the year begins in January, or as a plan says.
PERIODS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
# Windows of a measure; a window ends with the month that is paid, or is the whole period before
# the one it lies in. last_N_months for any N.
EARLIER = {f"previous_{period}": period for period in PERIODS}
WINDOWS = (*PERIODS, "year_to_date", "last_12_months", "life", *EARLIER)
LAST_MONTHS = re.compile(r"last_([1-9]\d?)_months\Z")
# Whose a balance is besides each payee's own, and among whose rows a place is counted.
SHARED = ("team", "company")
CARRIED = (*PERIODS, *(f"{whose}.{period}" for whose in SHARED for period in PERIODS))
# Windows whose periods can be counted from a day of one's own.
COUNTED = (*PERIODS, "year_to_date", *EARLIER)
CHANNELS = ("direct", "group_buy", "agent", "store")
TEXT, WORD = "text", "word"


@dataclass(frozen=True)
class Column:
    """A column of a fact: its stored name, kind, and whether it is never below zero or empty."""

    stored: str
    kind: str
    least: int | None = None
    optional: bool = False
    words: tuple[str, ...] = ()
    empty: bool = False


@dataclass(frozen=True)
class BuiltinFact:
    """A fact that comes with the house (contract: Facts in): its table, parent, date, columns."""

    table: str
    of: str
    on: str
    columns: Mapping[str, Column]


FACTS: Mapping[str, BuiltinFact] = {
    "order": BuiltinFact(
        "orders",
        "",
        "ordered_on",
        {
            "id": Column("order_id", TEXT),
            "ordered_on": Column("order_date", "date"),
            "amount": Column("net_amount", "money", least=0),
            "list_price": Column("list_amount", "money", least=1),
            "channel": Column("channel", WORD, words=CHANNELS),
            "salesperson": Column("salesperson_id", TEXT, empty=True),
            "agent": Column("agent_id", TEXT, empty=True),
            "store": Column("store_id", TEXT, empty=True),
            "customer": Column("customer_id", TEXT, empty=True),
            "delivered_on": Column("delivered_on", "date", optional=True, empty=True),
        },
    ),
    "collection": BuiltinFact(
        "collections",
        "order",
        "on",
        {"on": Column("on", "date"), "amount": Column("amount", "money")},
    ),
    "order_line": BuiltinFact(
        "order_lines",
        "order",
        "",
        {
            "line": Column("line", TEXT),
            "amount": Column("net_amount", "money", least=0),
            "list_price": Column("list_amount", "money", least=1),
        },
    ),
}
# Columns worked out from others: name -> (left, right) of a quotient.
QUOTIENTS = {
    "order": {"discount": ("amount", "list_price")},
    "order_line": {"discount": ("amount", "list_price")},
}
# Columns that other facts complete: the day on which collections reach the net amount.
COLLECTED_ON = "collected_on"
PAYEE_COLUMNS = ("id", "role", "name", "team")
# Other properties of a payee: their kind, and whether they can be absent.
PAYEE_DATES = {"joined_on": ("date", True), "left_on": ("date", True)}
PAYEE_FACTS = {**PAYEE_DATES, "employed": ("yes_no", False), "days": ("days", False)}
# Properties of the month a value is of.
MONTH_FACTS = {
    "number": "count",
    "of_year": "count",
    "days": "days",
    "first_day": "date",
    "last_day": "date",
}
# Properties of the quarter, half-year or year it lies in.
PERIOD_FACTS = {"number": "count", "days": "days", "first_day": "date", "last_day": "date"}
# The part of a row's amount that its payee is credited with, and the ratio (facts: to: part:).
CREDITED, PART = "credited", "part"
COLLECTED = "collected"
# Columns a plan may declare of orders that say what goods cost, or the lowest price allowed.
COST, FLOOR, PROFIT = "cost", "floor_price", "profit"
LEAVES = (COST, PROFIT, FLOOR)  # which says what a sale leaves, where a plan declares several
CARRIED_PARTS = ("before", "adds", "takes", "lapsed", "after")


def leaves(declared: Collection[str]) -> str:
    """The column by which it is told what a sale leaves: the first that is declared; else empty."""
    return next((column for column in LEAVES if column in declared), "")


def known_window(name: str) -> bool:
    """Whether a window is one of the language's."""
    return name in WINDOWS or LAST_MONTHS.match(name) is not None


def period_start(period: str, month: int, begins: int = 0) -> int:
    """The first month of the period a month lies in; years begin in January plus `begins`."""
    return month - (month - begins) % PERIODS[period]


def own_period(period: str, since: date, day: date) -> int:
    """Which period a day lies in, counted by days from one on: 0 the first, below nought before it."""
    length = PERIODS[EARLIER.get(period, "year" if period == "year_to_date" else period)]
    found = (Month.of(day).index - Month.of(since).index) // length
    return found if later_by_months(since, found * length) <= day else found - 1


def own_months(period: str, first: int, last: int) -> range:
    """The months that can hold days of the period in which `first` lies, or of the one before it."""
    length = PERIODS[EARLIER.get(period, "year" if period == "year_to_date" else period)]
    return range(first - length * (2 if period in EARLIER else 1), last + 1)


def closes(period: str, month: int, begins: int = 0) -> bool:
    """Whether a month is the last of its period."""
    return period_start(period, month + 1, begins) == month + 1


def months_back(name: str, month: int, begins: int = 0) -> range | None:
    """The months of a window at a month; None for life, which has no beginning."""
    match = LAST_MONTHS.match(name)
    if match:
        return range(month - int(match[1]) + 1, month + 1)
    if name == "life":
        return None
    if name in EARLIER:
        start = period_start(EARLIER[name], month, begins)
        return range(start - PERIODS[EARLIER[name]], start)
    return range(period_start("year" if name == "year_to_date" else name, month, begins), month + 1)


# Columns of credits.csv that a rule may fill with `shows:` (contract: Results out).
SHOWN = ("band", "rate", "quota_part", "commissionable", "added_point")

# What the assay asks of every rule (contract: prove).
PROPERTIES = (
    "deeper_discount",
    "more_sales",
    "cliff",
    "split",
    "merge",
    "shift_month",
    "bounded_share",
    "negative_margin",
)

# What `check` asks of each row, name and reading; with the properties, what can be accepted.
NEVER_HOLDS, NEVER_MATTERS = "never_holds", "never_matters"
IDLE = (NEVER_HOLDS, NEVER_MATTERS)
FINDINGS = (*PROPERTIES, *IDLE)

# The role of which a team has one on a day: facts refuse two (contract: Facts in).
LEADS = "manager"

# Policies that other parts of the house read by their name.
HOUSE_READS = ("late_returns",)
