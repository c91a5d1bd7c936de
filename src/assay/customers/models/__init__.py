"""Tables of customers."""

from assay.customers.models.archive import (
    PARTS,
    SOURCES,
    STANCES,
    TIERS,
    Category,
    Contact,
    Customer,
    Group,
)
from assay.customers.models.calendar import Festival, Occasion
from assay.customers.models.dealings import Document, Enquiry, Need, Satisfaction, Service, Visit
from assay.customers.models.partners import Campaign, Guest, MarketNote, Prospect
from assay.customers.models.standing import (
    REASONS,
    Loss,
    Nomination,
    Ownership,
    Rules,
    TargetAccount,
    TierSpan,
    Turn,
)
from assay.customers.models.trade import Purchase

__all__ = [
    "PARTS",
    "REASONS",
    "SOURCES",
    "STANCES",
    "TIERS",
    "Campaign",
    "Category",
    "Contact",
    "Customer",
    "Document",
    "Enquiry",
    "Festival",
    "Group",
    "Guest",
    "Loss",
    "MarketNote",
    "Need",
    "Nomination",
    "Occasion",
    "Ownership",
    "Prospect",
    "Purchase",
    "Rules",
    "Satisfaction",
    "Service",
    "TargetAccount",
    "TierSpan",
    "Turn",
    "Visit",
]
