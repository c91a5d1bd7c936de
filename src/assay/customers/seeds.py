"""What a new company starts with: festivals 2024 to 2027 as the almanac has them, categories."""

from __future__ import annotations

from datetime import date

# name -> (lead in days, its day in each year)
MOVING: dict[str, tuple[int, tuple[str, ...]]] = {
    "春节": (30, ("2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06")),
    "元宵节": (20, ("2024-02-24", "2025-02-12", "2026-03-03", "2027-02-20")),
    "母亲节": (15, ("2024-05-12", "2025-05-11", "2026-05-10", "2027-05-09")),
    "端午节": (25, ("2024-06-10", "2025-05-31", "2026-06-19", "2027-06-09")),
    "七夕": (20, ("2024-08-10", "2025-08-29", "2026-08-19", "2027-08-08")),
    "中秋节": (30, ("2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15")),
    "重阳节": (20, ("2024-10-11", "2025-10-29", "2026-10-18", "2027-10-08")),
}
# name -> (lead in days, month, day)
FIXED: dict[str, tuple[int, int, int]] = {
    "元旦": (15, 1, 1),
    "情人节": (15, 2, 14),
    "三八妇女节": (20, 3, 8),
    "五一劳动节": (20, 5, 1),
    "教师节": (20, 9, 10),
    "国庆节": (25, 10, 1),
    "双十一": (15, 11, 11),
    "圣诞节": (15, 12, 25),
}
# Categories of goods: code -> name.
CATEGORIES = {
    "silver": "银条",
    "medal": "金章奖章",
    "gold": "投资金条",
    "jewelry": "首饰",
    "gift": "礼品套装",
    "voucher": "购物卡券",
    "other": "其他",
}
YEARS = (2024, 2025, 2026, 2027)


def almanac() -> list[tuple[str, date, int]]:
    """(name, day, lead) of every festival of those years, by day."""
    found = [
        (name, date.fromisoformat(day), lead)
        for name, (lead, days) in MOVING.items()
        for day in days
    ]
    found += [
        (name, date(year, month, day), lead)
        for name, (lead, month, day) in FIXED.items()
        for year in YEARS
    ]
    return sorted(found, key=lambda row: row[1])
