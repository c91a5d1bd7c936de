"""Notices on their way out: an e-mail, or a message of a group's robot, signed the way each asks for."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from smtplib import SMTPException
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from assay.desk.models import Subscription
from assay.errors import UserError
from assay.furniture.outgoing import Answer, post, signature


def send_email(to: Subscription, identity: str, subject: str, lines: list[str]) -> None:
    """An e-mail; the same identity gives the same Message-ID. UserError where it did not go out."""
    message = EmailMessage(
        subject, "\n".join(lines), to=[to.email], headers={"Message-ID": f"<{identity}@assay>"}
    )
    try:
        message.send()
    except (SMTPException, OSError) as error:
        why = type(error).__name__
        raise UserError(_("邮件没有发出：%(why)s") % {"why": why}) from None


def send_robot(to: Subscription, identity: str, lines: list[str]) -> None:
    """A message of a group's robot. UserError where it was not accepted."""
    if to.robot_url is None:
        raise UserError(_("没有填机器人地址"))
    url = to.robot_url.open()
    secret = to.robot_secret.open() if to.robot_secret else ""
    if to.robot == "plain" and not secret:
        raise UserError(_("没有密钥，不发没有签名的：到通知设置里填"))
    url, body, headers = _formed(to.robot, url, secret, identity, "\n".join(lines), time.time())
    _accepted(post(url, body, headers, settings.ROBOT_HOSTS))


def _formed(
    robot: str, url: str, secret: str, identity: str, text: str, now: float
) -> tuple[str, dict[str, Any], dict[str, str]]:
    """The address, body and headers for a kind of robot, with its signature and time."""
    headers = {"X-Assay-Id": identity}
    if robot == "dingtalk":
        body: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
        if secret:
            stamp = str(round(now * 1000))
            sign = quote(b64encode(signature(secret, f"{stamp}\n{secret}")), safe="")
            url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={sign}"
    elif robot == "feishu":
        body = {"msg_type": "text", "content": {"text": text}}
        if secret:
            stamp = str(round(now))
            body |= {
                "timestamp": stamp,
                "sign": b64encode(signature(f"{stamp}\n{secret}", "")).decode(),
            }
    elif robot == "wecom":
        body = {"msgtype": "text", "text": {"content": text}}
    else:
        body = {"id": identity, "text": text}
        stamp = str(round(now))
        headers["X-Assay-Timestamp"] = stamp
        told = json.dumps(body, ensure_ascii=False)
        headers["X-Assay-Signature"] = "sha256=" + signature(secret, f"{stamp}.{told}").hex()
    return url, body, headers


def _accepted(answer: Answer) -> None:
    """Robots answer 200 with a code of their own; anything but 0 was not accepted."""
    if not 200 <= answer.status < 300:
        raise UserError(_("机器人答复 %(status)s") % {"status": answer.status})
    try:
        told = json.loads(answer.body)
    except ValueError:
        return
    code = next((told[n] for n in ("errcode", "code") if isinstance(told, dict) and n in told), 0)
    if code not in (0, "0"):
        why = str(told.get("errmsg") or told.get("msg") or code)[:80]
        raise UserError(_("机器人没有收下：%(why)s") % {"why": why})
