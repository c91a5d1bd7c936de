"""Widgets of forms as the house shows them: Django's own, but a choice not made says so in words."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext

DASHES = "---------"  # Django's label of the empty choice, in every language


class Renderer(DjangoTemplates):
    """Renders a select with 未选 where Django has dashes."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """A widget as HTML."""
        for _group, options, _at in context.get("widget", {}).get("optgroups", ()):
            for option in options:
                if option["label"] == DASHES:
                    option["label"] = gettext("未选")
        return SafeString(super().render(template_name, context, request))
