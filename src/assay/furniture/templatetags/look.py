"""Marks of the look: where a person is in the navigation, the theme chosen."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], prefix: str) -> bool:
    """Whether the page at hand lies under an address."""
    path: str = context["request"].path
    return path == prefix if prefix == "/" else path.startswith(prefix)
