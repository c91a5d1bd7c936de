"""Acceptances in a plan: which finding of the assay, of which rule, by whom, when and why."""

from __future__ import annotations

import re

from assay.period import read_date
from assay.plan.document import Acceptance
from assay.plan.fields import entries_of, optional_text, text_of
from assay.plan.problems import fault, nearest
from assay.plan.sentences import say
from assay.plan.shape import NEEDED, keys
from assay.plan.source import Value
from assay.plan.vocabulary import FINDINGS

_DIGEST = re.compile(r"[0-9a-f]{10}\Z")


def acceptance_of(value: Value) -> Acceptance:
    """One entry of `accepted:`. Raises PlanError where a word is missing or is none."""
    entry = entries_of(value, "an acceptance")
    entry.only(keys("acceptance"), "an acceptance")
    said = {key: text_of(entry.need(key, "an acceptance")) for key in NEEDED["acceptance"]}
    finding, day = said["finding"], said["on"]
    if finding.value not in FINDINGS:
        raise fault(
            finding.place,
            say("“{0}” is nothing the assay asks", finding.value),
            ", ".join(FINDINGS),
            nearest(finding.value, FINDINGS),
        )
    try:
        read_date(day.value)
    except ValueError as error:
        raise fault(
            day.place, say("“{0}” is no day: {1}", day.value, error), "2026-01-05"
        ) from None
    for key in ("by", "why"):
        if not said[key].value:
            raise fault(said[key].place, say("“{0}” is empty", key), "who accepts it, and why")
    digest = optional_text(entry, "digest")
    if digest and not _DIGEST.match(digest):
        raise fault(entry.place, say("“{0}” is no digest", digest), "as ./assay prove prints it")
    return Acceptance(
        finding.value,
        said["rule"].value,
        said["by"].value,
        day.value,
        said["why"].value,
        digest,
        optional_text(entry, "at"),
        finding.place,
    )
