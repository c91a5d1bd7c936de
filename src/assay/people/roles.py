"""Roles: what a person is to the house on a day, and what each may do. The one table of rights."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

STAFF_ROLES = [
    ("salesperson", _("业务员")),
    ("manager", _("部门经理")),
    ("finance", _("财务")),
    ("clerk", _("店员")),
    ("hr", _("人事")),
    ("director", _("总监")),
    ("general", _("总经理")),
]
ROLES = [*STAFF_ROLES, ("agent", _("代理商")), ("admin", _("管理员"))]
TITLES = dict(ROLES)
# What a post of the facts is called; an agent and a shop are payees without a post.
PAID_AS = {**TITLES, "store": _("银楼")}

# Where somebody holds several roles on one day, he signs in as the first of these.
RANK = ("general", "director", "manager", "hr", "finance", "salesperson", "clerk")

SALES = frozenset({"salesperson", "manager", "director"})
STAFF = frozenset(code for code, _name in STAFF_ROLES)
OFFICE = frozenset({"finance", "hr", "director", "general"})
HEADS = frozenset({"director", "general"})
EVERYONE = frozenset(code for code, _name in ROLES)
HR = frozenset({"hr"})
ADMIN = frozenset({"admin"})
# What the administrator does while nobody is HR, so that a new company can take its first people on.
FOUNDING = frozenset({"people.change", "shops.change"})

# action -> roles. A view names its action (gate.py); objects are narrowed further by access.py.
RIGHTS: dict[str, frozenset[str]] = {
    # anybody signed in
    "self": EVERYONE,
    # desks
    # whoever may open a record reads its history; an agent is told of his own by its page
    "history.see": STAFF | {"admin"},
    # the clauses of the plan; an agent reads those that pay him (desk/help.py)
    "plan.read": EVERYONE,
    "board.see": HEADS | {"manager", "finance"},
    # people
    "people.see": OFFICE | {"manager", "admin"},
    "people.change": HR,
    "people.reveal": HR | {"finance"},
    "people.export": OFFICE | {"manager"},
    "people.wages": HR | HEADS | {"finance"},
    "agents.see": OFFICE | {"manager", "admin"},
    "agents.change": HR | {"manager"},
    "shops.see": STAFF | {"admin"},
    "shops.change": HR,
    "attendance.see": OFFICE | {"manager"},
    "attendance.import": HR,
    "training.see": STAFF,
    "training.change": HR | {"manager"},
    # customers
    "customers.see": SALES | {"finance", "clerk", "general"},
    "groups.see": SALES | {"finance", "general"},
    "customers.open": SALES | {"clerk"},
    "customers.change": SALES | {"clerk"},
    "customers.tax": SALES | {"finance"},
    "customers.reveal": SALES | {"finance", "clerk"},
    "customers.export": SALES | {"finance"},
    "customers.import": frozenset({"manager", "director"}),
    "customers.lead": frozenset({"manager", "director"}),
    "customers.pool": SALES,
    "customers.pick": frozenset({"salesperson", "manager"}),
    "customers.churn": SALES,
    "customers.nominate": frozenset({"salesperson", "manager"}),
    "enquiries.see": SALES | {"clerk"},
    "festivals.see": STAFF,
    "festivals.change": frozenset({"manager", "director"}),
    "market.see": SALES,
    "prospects.own": frozenset({"agent"}),
    "prospects.see": frozenset({"agent", "manager", "director"}),
    "prospects.decide": frozenset({"manager", "director"}),
    # sales
    "goods.see": STAFF,
    "goods.change": frozenset({"manager", "director"}),
    "gold.see": STAFF,
    "gold.change": frozenset({"manager", "director", "finance"}),
    "opportunities": SALES,
    "orders.see": SALES | {"finance", "agent", "general"},
    "orders.change": SALES,
    "orders.import": frozenset({"director"}),  # prices brought in are as if he had approved them
    "orders.export": SALES | {"finance"},
    "orders.cost": HEADS | {"manager", "finance"},
    "approvals.see": SALES | {"finance"},
    "approvals.decide": frozenset({"manager", "director", "finance"}),
    "targets.see": SALES | {"finance", "hr", "general"},
    "targets.change": frozenset({"manager", "director"}),
    "collections.see": SALES | {"finance", "general"},
    "collections.change": frozenset({"finance"}),
    "collections.urge": frozenset({"finance", "manager", "director"}),
    "returns.see": SALES | {"finance", "general"},
    "returns.change": frozenset({"finance", "manager"}),
    "pickups.see": SALES | {"finance", "clerk"},
    "pickups.change": frozenset({"clerk"}),
    "facts.export": HEADS | {"finance"},
    # pay
    "pay.see": OFFICE | {"manager"},
    "pay.versions": OFFICE,
    "pay.run": frozenset({"finance"}),
    "pay.confirm": OFFICE | {"manager"},
    "pay.settle": frozenset({"general"}),
    "statements.see": STAFF | {"agent"},
    "plans.see": STAFF | {"agent"},
    "plans.text": STAFF,
    "plans.edit": frozenset({"director"}),
    "plans.publish": frozenset({"director"}),
    "statements.running": SALES | {"agent", "clerk"},
    "pay.suppose": frozenset({"manager", "director"}),
    "books.see": HEADS | {"finance"},
    "pay.slips": HR | {"finance"},
    "claims.see": OFFICE | {"agent"},
    "claims.ask": frozenset({"agent", "finance"}),
    # the house itself
    "company.change": ADMIN | HEADS,
    "logins": ADMIN,
    "access.log": ADMIN | HEADS,
}
