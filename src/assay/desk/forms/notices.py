"""What somebody wants to be told, how and when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assay.desk.models import KINDS, ROBOTS, WAYS, WHENS
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
        help_text=_("机器人开了“加签”才要填；不填就沿用原来的"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    hour = forms.TypedChoiceField(
        label=_("每天几点"), coerce=int, choices=[(n, f"{n}:00") for n in range(24)]
    )

    def __init__(self, stands: dict[tuple[str, str], str], *args: Any, **kwargs: Any) -> None:
        """`stands`: what is chosen for each (kind, way)."""
        super().__init__(*args, **kwargs)
        for (kind, way), when in stands.items():
            self.fields[f"{kind}-{way}"] = forms.ChoiceField(
                choices=WHENS, initial=when, required=False,
                label=f"{dict(KINDS)[kind]} {dict(WAYS)[way]}",
            )  # fmt: skip

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
        found = {}
        for kind, _title in KINDS:
            for way, _name in WAYS:
                when = self.cleaned_data.get(f"{kind}-{way}")
                if when:
                    found[kind, way] = when
        return found

    def rows(self) -> list[tuple[Any, list[Any]]]:
        """The grid: a kind, and the fields of its ways."""
        return [(title, [self[f"{kind}-{way}"] for way, _n in WAYS]) for kind, title in KINDS]

    def heads(self) -> list[Any]:
        """Fields above the grid."""
        return [self[name] for name in ("email", "robot", "robot_url", "robot_secret", "hour")]
