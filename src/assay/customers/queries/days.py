"""Days as the department counts them: months back, windows of twelve months, silence."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from assay.customers.models import Rules


def rules() -> Rules:
    """The department's figures; the defaults where nobody has changed them."""
    return Rules.objects.first() or Rules(id=1)


def months_back(day: date, months: int) -> date:
    """The same day so many months before; the month's last day where there is none."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def year_before(day: date) -> date:
    """The day after which a rolling twelve months up to `day` begins."""
    return months_back(day, 12)


def warn_line(today: date, held: Rules) -> date:
    """Quiet since this day or earlier: warned."""
    return months_back(today, held.warn_months)


def lost_line(today: date, held: Rules) -> date:
    """Quiet since this day or earlier: lost (396 days)."""
    return today - timedelta(held.lost_days)
