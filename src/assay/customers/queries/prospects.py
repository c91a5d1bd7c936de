"""Agents' prospects: whether a company is free, told to the agent at once and without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assay.customers.names import name_key
from assay.customers.queries.lookups import held_prospects, twins
from assay.people.models import Agent


@dataclass(frozen=True)
class Verdict:
    """Whether a company may be registered, and the sentence that says it."""

    free: bool
    said: str


def verdict(agent: Agent, name: str, tax_number: str, phone: str, today: date) -> Verdict:
    """Free, or why not. Whose customer it is stays unsaid: an agent sees his own only."""
    if not name_key(name):
        return Verdict(False, _("写单位全称"))
    for row in held_prospects(name, tax_number, phone):
        if row.protected_until < today:
            continue
        if row.agent_id == agent.pk:
            return Verdict(
                False, _("你已报备过这家单位，保护到 %(day)s") % {"day": row.protected_until}
            )
        return Verdict(False, _("别的代理商已报备这家单位，还在保护期内"))
    same = [t for t in twins(name, tax_number, [phone] if phone else []) if t.why != "like"]
    if any(twin.customer.pooled_on is None for twin in same):
        return Verdict(False, _("这家单位已是本公司客户，不能报备"))
    if same:
        return Verdict(True, _("可以报备：这家单位现在没有人负责"))
    return Verdict(True, _("可以报备"))
