"""Pages for what goes wrong: said in words, with what to do next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from assay.people.access import viewer_of
from assay.people.models import User


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(
        request, "desk/fault.html", {"title": title, "text": text, "code": status}, status=status
    )


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400."""
    return _page(request, 400, _("这个请求看不懂"), _("地址或内容不完整。回到上一页，再试一次。"))


def refused(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403."""
    return _page(request, 403, _("没有权限"), _("你的角色不能打开这一页。需要的话，请管理员调整。"))


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page had stood open for too long, or was sent from elsewhere."""
    return _page(
        request, 403, _("页面已过期"), _("回到上一页，刷新后再提交；填过的内容可以再复制进去。")
    )


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: not there, or not theirs; with the way on for who has signed in."""
    if (
        not request.resolver_match
        and isinstance(request.user, User)
        and "code_due" not in request.session
    ):
        # No view answers for such an address, so that the gate has not told who asks.
        request.viewer = viewer_of(request.user)  # type: ignore[attr-defined]
    return _page(request, 404, _("找不到这一页"), _("可能已删除，也可能不归你看。"))


def broken(request: HttpRequest) -> HttpResponse:
    """500: a fault of the program."""
    return _page(
        request, 500, _("程序出错了"), _("不是你的操作有误。请把时间告诉管理员，日志里有详情。")
    )
