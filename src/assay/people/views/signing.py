"""Signing in and out: password, lock-out, one-time codes, the person's own page."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from assay.furniture.pages import form_page
from assay.people import actions
from assay.people.access import viewer, viewer_of
from assay.people.forms.signing import CodeForm, PasswordForm, SignInForm
from assay.people.gate import PUBLIC, needs
from assay.people.models import User


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if safe else reverse("home")


def _user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("the gate lets nobody in here without a login")
    return user


@needs(PUBLIC)
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; then the code where one is set up."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        user = authenticate(request, username=form.cleaned_data["username"], password=password)
        if isinstance(user, User) and not settings.DEMO and password == settings.DEMO_PASSWORD:
            form.add_error(None, _("演示密码在这里不能用"))
        elif isinstance(user, User) and viewer_of(user) is not None:
            login(request, user)
            if TOTPDevice.objects.filter(user=user, confirmed=True).exists():
                request.session["code_due"] = True
            return HttpResponseRedirect(_next(request))
        elif isinstance(user, User):
            form.add_error(None, _("这个登录今天没有角色：可能尚未到岗、已离职或协议已结束"))
        else:
            form.add_error(None, _("登录名或密码不对"))
    context: dict[str, Any] = {"form": form, "next": _next(request), "demo": settings.DEMO}
    status = 422 if form.errors else 200
    return render(request, "people/sign_in.html", context, status=status)


@needs(PUBLIC)
@never_cache
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The six figures of the person's device."""
    if not isinstance(request.user, User) or not request.session.get("code_due"):
        return redirect("home")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _proved(request.user, form.cleaned_data["code"], confirmed=True):
            del request.session["code_due"]
            request.session.cycle_key()
            return redirect("home")
        form.add_error("code", _("验证码不对，或试得太快：等下一个再输"))
    status = 422 if form.errors else 200
    return render(request, "people/code.html", {"form": form}, status=status)


def _proved(user: User, code: str, *, confirmed: bool) -> bool:
    devices = TOTPDevice.objects.filter(user=user, confirmed=confirmed)
    return any(device.verify_token(code) for device in devices)


@needs(PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign_in")


@needs("self")
def me(request: HttpRequest) -> HttpResponse:
    """A person's own page: who the house takes him for, password, codes."""
    user = _user(request)
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    return render(request, "people/me.html", {"who": viewer(request), "device": device})


@needs("self")
@sensitive_post_parameters("old", "new")
def password(request: HttpRequest) -> HttpResponse:
    """Another password of one's own."""
    user = _user(request)

    def act(said: dict[str, Any]) -> User:
        made = actions.set_password(user, said["new"])
        update_session_auth_hash(request, made)
        return made

    return form_page(
        request, PasswordForm(user, request.POST or None), title=_("改密码"), act=act,
        done=reverse("me"), said=_("密码已改"),
        intro=_("至少 10 个字，不要只用数字，也不要用常见的密码。"), extra={"back": reverse("me")},
    )  # fmt: skip


@needs("self")
@never_cache
def codes(request: HttpRequest) -> HttpResponse:
    """Set up one-time codes: shown once as a QR code, on from the first right code."""
    user = _user(request)
    if TOTPDevice.objects.filter(user=user, confirmed=True).exists():
        return redirect("me")
    device, _made = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": "phone"}
    )
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device.verify_token(form.cleaned_data["code"]):
            device.confirmed = True
            device.save()
            messages.success(request, _("两步验证已打开"))
            return redirect("me")
        form.add_error("code", _("验证码不对，或试得太快：等下一个再输"))
    picture = segno.make(device.config_url).svg_data_uri(border=2)
    context = {"form": form, "picture": picture}
    return render(request, "people/codes.html", context, status=422 if form.errors else 200)


@needs("self")
@require_POST
def codes_off(request: HttpRequest) -> HttpResponse:
    """No codes any more; the password is asked for again."""
    user = _user(request)
    if user.check_password(request.POST.get("password", "")):
        TOTPDevice.objects.filter(user=user).delete()
        messages.success(request, _("两步验证已关闭"))
    else:
        messages.error(request, _("密码不对"))
    return redirect("me")
