"""Tables of the room."""

from assay.incentives.models.claims import Claim, Explained
from assay.incentives.models.closing import Step
from assay.incentives.models.days import DayKept
from assay.incentives.models.disputes import Dispute, Remark
from assay.incentives.models.months import Line, PayMonth, Run, Statement
from assay.incentives.models.pay import PaidRow, PayFile, Receipt
from assay.incentives.models.plans import Nod, PlanVersion, Study
from assay.incentives.models.settling import Settling

__all__ = [
    "Claim",
    "DayKept",
    "Dispute",
    "Explained",
    "Line",
    "Nod",
    "PaidRow",
    "PayFile",
    "PayMonth",
    "PlanVersion",
    "Receipt",
    "Remark",
    "Run",
    "Settling",
    "Statement",
    "Step",
    "Study",
]
