"""What somebody wants to be told, how and when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assay.desk.kinds import KINDS
from assay.desk.models import ROBOTS, SHOWN, SPOTS, WHENS, Subscription
from assay.errors import UserError
from assay.furniture.outgoing import check


class SubscriptionForm(forms.Form):
    """Addresses and the hour; then, for each kind and way, when."""

    email = forms.EmailField(label=_("邮箱"), required=False)
    robot = forms.ChoiceField(
        label=_("群机器人"), choices=[("", _("不用")), *ROBOTS], required=False
    )
    robot_url = forms.CharField(
        label=_("机器人地址"), max_length=500, required=False,
        help_text=_("以 https:// 开头；不填就沿用原来的"),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "url"}),
    )  # fmt: skip
    robot_secret = forms.CharField(
        label=_("加签密钥"), max_length=200, required=False,
        help_text=_("钉钉、飞书开了“加签”才填，自建的必填；不填就沿用原来的"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )  # fmt: skip
    hour = forms.TypedChoiceField(
        label=_("每天几点"), coerce=int, choices=[(n, f"{n}:00") for n in range(24)]
    )

    def __init__(
        self,
        stands: dict[tuple[str, str], str],
        row: Subscription | None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """`stands`: what is chosen for each (kind, way) there is a choice of; `row`: what is kept."""
        super().__init__(*args, **kwargs)
        self.stands, self.row = stands, row
        for (kind, way), when in stands.items():
            self.fields[f"{kind}-{way}"] = forms.ChoiceField(
                choices=SHOWN if way == "page" else WHENS, initial=when, required=False,
                label=f"{KINDS[kind].title} {dict(SPOTS)[way]}",
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A robot has all that its kind asks for, and nothing that it would drop in silence."""
        said: dict[str, Any] = super().clean() or {}
        robot, url = said.get("robot"), said.get("robot_url")
        secret = said.get("robot_secret")
        if "forget" in self.data:
            return said
        same = self.row is not None and self.row.robot == robot
        if not robot and (url or secret):
            self.add_error("robot", _("选是哪一种机器人，不然地址和密钥不会用"))
        elif robot and not url and "robot_url" not in self.errors:
            if self.row is not None and self.row.robot and not same:
                self.add_error("robot_url", _("换了一种机器人，地址要重新填"))
            elif not same:
                self.add_error("robot_url", _("填机器人地址，不然发不出去"))
        if robot == "wecom" and secret:
            self.add_error("robot_secret", _("企业微信的机器人没有加签，密钥就在地址里：这里留空"))
        if robot == "plain" and not secret and not (same and self.row and self.row.robot_secret):
            self.add_error("robot_secret", _("自建的要填密钥：每条都带签名，对方才认得出是谁发的"))
        return said

    def clean_robot_url(self) -> str:
        """An address that may be sent to."""
        url = str(self.cleaned_data["robot_url"]).strip()
        if url:
            try:
                check(url, settings.ROBOT_HOSTS)
            except UserError as error:
                raise ValidationError(str(error)) from None
        return url

    def chosen(self) -> dict[tuple[str, str], str]:
        """When, for each kind and way that was answered."""
        held = {at: self.cleaned_data.get(f"{at[0]}-{at[1]}") for at in self.stands}
        return {at: when for at, when in held.items() if when}

    def rows(self) -> list[tuple[Any, list[Any]]]:
        """The grid: a kind, and the fields of its ways."""
        kinds = dict.fromkeys(kind for kind, _way in self.stands)
        return [(KINDS[k].title, [self[f"{k}-{way}"] for way, _n in SPOTS]) for k in kinds]

    def heads(self) -> list[Any]:
        """Fields above the grid."""
        return [self[name] for name in ("email", "robot", "robot_url", "robot_secret", "hour")]
