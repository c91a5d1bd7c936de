"""Income tax withheld from a person's fee for services (劳务报酬所得), by the month. Pure.

Source: 个人所得税扣缴申报管理办法（试行）, 国家税务总局公告2018年第61号, articles 8 and its rate table 2;
实施条例 14: what comes of one task within one month counts as one payment. VAT is not in it.
"""

from __future__ import annotations

FREE, SMALL = 800_00, 4000_00
"""Up to SMALL, FREE is deducted; above it a fifth."""

STEPS = ((20_000_00, 20, 0), (50_000_00, 30, 2_000_00), (None, 40, 7_000_00))
"""Taxable income up to, percent, quick deduction in 分."""


def withheld(gross: int) -> int:
    """The tax of one payment, both in 分, rounded half up."""
    if gross <= FREE:
        return 0
    # In hundredths of a 分, so that nothing is rounded before the end.
    taxable = (gross - FREE) * 100 if gross <= SMALL else gross * 80
    for upto, percent, quick in STEPS:
        if upto is None or taxable <= upto * 100:
            return (taxable * percent - quick * 10_000 + 5_000) // 10_000
    raise AssertionError("the last step has no end")


def withheld_further(gross: int, paid: int, taken: int) -> int:
    """The tax of a further payment in a month in which `paid` went out and `taken` was withheld."""
    return min(gross, max(0, withheld(paid + gross) - taken))
