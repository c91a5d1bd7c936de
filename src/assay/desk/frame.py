"""The frame around every page: who is signed in, where a role can go, language and theme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from assay.people.access import Viewer
from assay.people.roles import TITLES

LANGUAGES = (("zh-hans", "中文"), ("en", "English"))
THEMES = ("light", "dark")

# (title, url name, right); the order is the order of the navigation, the first five on phones.
PLACES = (
    (_("今日"), "home", "self"),
    (_("员工"), "people:employees", "people.see"),
    (_("代理商"), "people:agents", "agents.see"),
    (_("银楼"), "people:shops", "shops.see"),
    (_("考勤"), "people:attendance", "attendance.see"),
    (_("培训"), "people:trainings", "training.see"),
    (_("登录名单"), "people:logins", "logins"),
    (_("公司资料"), "people:company", "company.change"),
    (_("查阅记录"), "access_log", "access.log"),
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
        "places": list(_places(request, viewer)) if viewer else [],
        "theme": theme if theme in THEMES else "",
        "language": language,
        "languages": LANGUAGES,
        "lang": "zh-CN" if language.startswith("zh") else language,
    }


def _places(request: HttpRequest, viewer: Viewer) -> Iterator[Place]:
    for title, name, right in PLACES:
        if viewer.may(right):
            url = reverse(name)
            here = request.path == url if name == "home" else request.path.startswith(url)
            yield Place(title, url, here)
