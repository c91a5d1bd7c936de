"""What a person chose for the desk, with its history: his own to read."""

from __future__ import annotations

from django.urls import reverse

from assay.desk.models import Subscription
from assay.furniture.history import Recorded

SUBSCRIPTION = Recorded(
    Subscription, "self", lambda who: Subscription.objects.filter(user=who.user_id),
    lambda row: reverse("notice_settings"),
)  # fmt: skip
RECORDED = [SUBSCRIPTION]
