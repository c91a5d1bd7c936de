"""Tables of sales."""

from assay.sales.models.approvals import REASONS, Request, Sign
from assay.sales.models.goods import METALS, GoldPrice, Good
from assay.sales.models.handing import PickUp, PickUpLine, Return, ReturnLine
from assay.sales.models.money import Match, Receipt
from assay.sales.models.orders import CHANNELS, OWING, Opportunity, Order, OrderLine, OrderShare
from assay.sales.models.targets import Target, TargetPlan

__all__ = [
    "CHANNELS",
    "METALS",
    "OWING",
    "REASONS",
    "GoldPrice",
    "Good",
    "Match",
    "Opportunity",
    "Order",
    "OrderLine",
    "OrderShare",
    "PickUp",
    "PickUpLine",
    "Receipt",
    "Request",
    "Return",
    "ReturnLine",
    "Sign",
    "Target",
    "TargetPlan",
]
