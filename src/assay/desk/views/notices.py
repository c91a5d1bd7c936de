"""Notices: the list behind the bell, opening one, what one wants to be told and how."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assay.desk.actions import notices as actions
from assay.desk.forms.notices import SubscriptionForm
from assay.desk.models import SPOTS, WAYS, Delivery, Notice, Subscription
from assay.desk.queries.notices import said, shown
from assay.desk.views.recorded import SUBSCRIPTION
from assay.furniture.pages import form_page
from assay.people.access import one, viewer
from assay.people.gate import needs
from assay.people.models import User
from assay.sales.views.doing import press

SHOWN = 60


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@needs("self")
def notices(request: HttpRequest) -> HttpResponse:
    """The newest notices of the person signed in; those not read are strong."""
    rows = list(shown(_user(request).pk).order_by("-pk")[:SHOWN])
    told = [{"row": row, "said": said(row)} for row in rows]
    context = {"told": told, "fresh": sum(row.read_at is None for row in rows)}
    return render(request, "desk/notices.html", context)


@needs("self")
@require_POST
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Open one: it is read, and its page follows."""
    row = one(Notice.objects.filter(user=_user(request)), pk=pk)
    actions.read(_user(request), [row.pk])
    return HttpResponseRedirect(row.url)


@needs("self")
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """All are read."""
    user = _user(request)
    return press(
        request, lambda: actions.read(user), said=_("全部标为已读"), back=reverse("notices")
    )


@needs("self")
def settings_of_notices(request: HttpRequest) -> HttpResponse:
    """What one wants to be told, how and when."""
    user = _user(request)
    row = Subscription.objects.filter(user=user).prefetch_related("choices").first()
    first: dict[str, Any] = {"hour": 8}
    if row is not None:
        first = {"email": row.email, "robot": row.robot, "hour": row.hour}
    stands = actions.every_choice(row, viewer(request).role)
    form = SubscriptionForm(stands, row, request.POST or None, initial=first)
    sent = Delivery.objects.filter(user=user).order_by("-pk")[:10]
    return form_page(
        request, form, title=_("通知设置"), template="desk/notice_settings.html",
        act=lambda told: actions.subscribe(
            user, {**told, "forget": "forget" in request.POST}, form.chosen()
        ),
        done=reverse("notice_settings"), said=_("已保存"),
        extra={
            "row": row, "sent": sent, "story": row and SUBSCRIPTION.story(viewer(request), row),
            "ways": WAYS, "spots": SPOTS, "email_ready": settings.EMAIL_READY,
            "open_ways": actions.ways_of(row) if row else [],
        },
    )  # fmt: skip


@needs("self")
@require_POST
def test_notice(request: HttpRequest) -> HttpResponse:
    """Try a way."""
    user, way = _user(request), request.POST.get("way", "")
    back = reverse("notice_settings")
    if way not in dict(WAYS):
        messages.error(request, _("选一种方式"))
        return HttpResponseRedirect(back)
    return press(
        request, lambda: actions.send_test(user, way), back=back,
        said=_("已排进发送；几秒后看下面的结果"),
    )  # fmt: skip
