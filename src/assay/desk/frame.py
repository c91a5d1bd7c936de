"""The frame around every page: who is signed in, where a role can go, language and theme."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from assay.desk.queries.notices import unread
from assay.people.access import Viewer
from assay.people.roles import TITLES
from assay.sales.queries.plan import plan_today

LANGUAGES = (("zh-hans", "中文"), ("en", "English"))
THEMES = ("light", "dark")

# (title, url name, right), in the order of the navigation. Places of one room (the part of the name
# before the colon) stand under one word, and beside each other once one of them is open.
PLACES = (
    (_("今日"), "home", "self"),
    (_("目标板"), "board", "board.see"),
    (_("客户"), "customers:customers", "customers.see"),
    (_("公海"), "customers:pool", "customers.pool"),
    (_("目标名单"), "customers:targets", "customers.churn"),
    (_("升级审批"), "customers:nominations", "customers.churn"),
    (_("流失"), "customers:churn", "customers.churn"),
    (_("移交"), "customers:hand_over", "customers.lead"),
    (_("询问"), "customers:enquiries", "enquiries.see"),
    (_("节日"), "customers:festivals", "festivals.see"),
    (_("市场信息"), "customers:market", "market.see"),
    (_("活动"), "customers:campaigns", "market.see"),
    (_("报备"), "customers:prospects", "prospects.see"),
    (_("规则"), "customers:rules", "customers.lead"),
    (_("商机"), "sales:opportunities", "opportunities"),
    (_("订单"), "sales:orders", "orders.see"),
    (_("审批"), "sales:inbox", "approvals.see"),
    (_("任务"), "sales:targets", "targets.see"),
    (_("回款"), "sales:receipts", "collections.see"),
    (_("提货"), "sales:waiting", "pickups.change"),
    (_("本月提成"), "incentives:running", "statements.running"),
    (_("提成单"), "incentives:statements", "statements.see"),
    (_("改一改"), "incentives:past", "pay.suppose"),
    (_("结账"), "incentives:months", "pay.see"),
    (_("异议"), "incentives:disputes", "statements.see"),
    (_("方案"), "incentives:plans", "plans.see"),
    (_("请款"), "incentives:claims", "claims.see"),
    (_("账簿"), "incentives:books", "books.see"),
    (_("计提与预测"), "incentives:accrual", "books.see"),
    (_("员工"), "people:employees", "people.see"),
    (_("部门"), "people:departments", "people.see"),
    (_("代理商"), "people:agents", "agents.see"),
    (_("银楼"), "people:shops", "shops.see"),
    (_("考勤"), "people:attendance", "attendance.see"),
    (_("培训"), "people:trainings", "training.see"),
)
ROOMS = {"people": _("人员"), "customers": _("客户"), "sales": _("销售"), "incentives": _("提成")}
# What a word of one room is called where it stands alone, without its room beside it.
ALONE = {"sales:targets": _("销售任务"), "customers:festivals": _("送礼节日")}
# The room of a role's own work, where that is not the first of all.
OWN = {"hr": "people"}
# What the few need now and then: at the foot of the page.
HOUSE = (
    (_("登录名单"), "people:logins", "logins"),
    (_("公司资料"), "people:company", "company.change"),
    (_("查阅记录"), "access_log", "access.log"),
)
# What the search box says it finds, by the first right somebody has.
SOUGHT = (
    ("customers.see", _("查客户、联系人、单号")),
    ("prospects.own", _("查报备、订单号")),
    ("people.see", _("查员工、代理商、银楼")),
)


@dataclass(frozen=True)
class Place:
    """A word of the navigation."""

    title: Any
    url: str
    here: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    theme = request.COOKIES.get("theme", "")
    language = get_language() or "zh-hans"
    return {
        "viewer": viewer,
        "viewer_title": TITLES[viewer.role] if viewer else "",
        **(_ways(request, viewer) if viewer else {}),
        "unread": (lambda: unread(viewer.user_id)) if viewer else 0,
        "theme": theme if theme in THEMES else "",
        "language": language,
        "clauses_held": SimpleLazyObject(_clauses),
        "languages": LANGUAGES,
        "lang": "zh-CN" if language.startswith("zh") else language,
    }


def _clauses() -> frozenset[str]:
    """The numbers of the clauses that /help/clauses/ can tell, asked by a page that names one."""
    plan = plan_today()
    return frozenset(plan.clauses) if plan else frozenset()


@cache
def _addresses() -> dict[str, str]:
    """The addresses of all places, by their names."""
    return {name: reverse(name) for _title, name, _right in (*PLACES, *HOUSE)}


def _nearest(path: str) -> str:
    """The place a page lies under: of several, the one with the longest address."""
    at = _addresses()
    held = (at[name] for _title, name, _right in PLACES if name != "home")
    return max((url for url in held if path.startswith(url)), key=len, default=path)


def _own_first(rooms: dict[str, list[Place]], own: str) -> dict[str, list[Place]]:
    """Rooms with a role's own right behind the desk."""
    names = [name for name in rooms if name != own]
    if own in rooms:
        names.insert(1, own)
    return {name: rooms[name] for name in names}


def _alone(place: Place, urls: dict[str, str]) -> Place:
    """A place that is its room's only one, by a word that says what it is without the room."""
    word = next((title for name, title in ALONE.items() if urls[name] == place.url), place.title)
    return Place(word, place.url, place.here)


def _ways(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    """Rooms for the top of the page, places of the room at hand below it, the house at the foot;
    what the search box finds for this person.
    """
    urls = _addresses()
    rooms: dict[str, list[Place]] = {}
    nearest = _nearest(request.path)
    for title, name, right in PLACES:
        if viewer.may(right):
            url = urls[name]
            room, colon, _place = name.partition(":")
            rooms.setdefault(room if colon else name, []).append(Place(title, url, url == nearest))
    rooms = _own_first(rooms, OWN.get(viewer.role, ""))
    at = request.resolver_match.namespace if request.resolver_match else ""
    tops: list[Place] = []
    inner: list[Place] = []
    for room, places in rooms.items():
        inside = room == at or any(place.here for place in places)
        if len(places) == 1:
            tops.append(_alone(places[0], urls))
            continue
        tops.append(Place(ROOMS.get(room, places[0].title), places[0].url, inside))
        inner = places if inside else inner
    house = [
        Place(title, urls[name], request.path.startswith(urls[name]))
        for title, name, right in HOUSE
        if viewer.may(right)
    ]
    ways = [place for name, places in rooms.items() if name != "home" for place in places]
    return {
        "places": tops, "inner": inner, "house": house, "ways": [*ways, *house],
        "finds": next((said for right, said in SOUGHT if viewer.may(right)), ""),
    }  # fmt: skip
