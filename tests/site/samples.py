"""A house with one of everything, so that every address can be opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from assay.customers import actions as customers
from assay.customers.uploads import keep_file
from assay.furniture.imports.running import returned
from assay.furniture.imports.spec import SPECS
from assay.furniture.models import Job
from assay.incentives.access import SIGNERS
from assay.incentives.actions import plans
from assay.incentives.actions.days import keep_day
from assay.incentives.actions.running import run_month
from assay.incentives.models import Claim, Dispute, PayMonth, Run, Settling, Statement
from assay.ledger.actions import open_accounts
from assay.ledger.models import Account
from assay.period import Month
from assay.sales.actions import approvals, handing, money, targets
from assay.sales.actions.orders import place_order
from tests import factories

DAY = date(2027, 2, 6)
# Addresses of a word instead of a row.
WORDS: dict[str, dict[str, Any]] = {"term": {"name": "折扣"}, "clause": {"number": "七"}}
HISTORY_OF = "shop"  # the kind of record whose history all staff read


@dataclass
class House:
    """Objects by the name an address gives to their number."""

    logins: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # address of an import -> whose file it is
    numbers: dict[str, int] = field(default_factory=dict)
    # Where each role has one of its own: role -> prefix -> number. Other parts of pay's addresses.
    own: dict[str, dict[str, int]] = field(default_factory=dict)
    texts: dict[str, Any] = field(default_factory=dict)

    def browser(self, role: str) -> Client:
        browser = Client()
        browser.force_login(self.logins[role], "django.contrib.auth.backends.ModelBackend")
        return browser


def house() -> House:
    """Made by factories; each room adds its objects under the prefix of its address names."""
    made = House()
    team, shop = factories.department(code="KA"), factories.shop()
    people = {
        role: factories.employee(role, shop if role == "clerk" else team)
        for role in ("salesperson", "manager", "finance", "clerk", "hr", "director", "general")
    }
    made.logins = {role: factories.login(role, person) for role, person in people.items()}
    made.logins |= {"agent": factories.login("agent"), "admin": factories.login("admin")}
    made.numbers["people:"] = people["salesperson"].pk
    made.numbers["list_"] = 1
    made.numbers["notice"] = 1  # answers POST only
    made.numbers |= {"board_": team.pk, "board_person employee": people["salesperson"].pk}
    made.numbers["people:agent"] = made.numbers["people:change_agent"] = factories.agent().pk
    made.numbers["people:reveal_agent"] = made.numbers["people:agent"]
    made.numbers["history"] = shop.pk
    made.numbers["people:shop"] = made.numbers["people:change_shop"] = shop.pk
    for name in ("department", "close_department"):
        made.numbers[f"people:{name}"] = team.pk
    training = factories.training(*people.values())
    made.numbers["people:training"] = training.pk
    for name in ("login", "reset_password", "switch_login"):
        made.numbers[f"people:{name}"] = made.logins["agent"].pk
    factories.company()
    _customers(made, people, shop)
    _sales(made, people, shop)
    _pay(made, people, shop)
    get_resolver().check()  # with the addresses come the specs of imports
    for spec in SPECS:  # a job of the one who may import, with a failed row
        whose = {"customers": ("customers", "manager"), "contacts": ("customers", "manager")}
        whose |= {"orders": ("sales", "director"), "collections": ("sales", "finance")}
        whose |= {"targets": ("sales", "manager")}
        whose |= {"paid": ("incentives", "finance")}
        room, role = whose.get(spec, ("people", "hr"))
        job = Job.objects.create(
            kind="import", state="ready", user_id=made.logins[role].pk, result={"failed": 1},
            given={"spec": spec, "name": "a.xlsx", "phase": "check", "file": "none.xlsx"},
        )  # fmt: skip
        returned(job).write_bytes(b"rows")
        made.numbers[f"{room}:import_{spec}"] = job.pk
        made.files[f"{room}:import_{spec}"] = role
    return made


def of_another(made: House, name: str, role: str) -> bool:
    """Whether an address names a file that somebody else sent: who may import sees but his own."""
    return any(name.startswith(f"{at}_") and whose != role for at, whose in made.files.items())


def _customers(made: House, people: dict[str, Any], shop: Any) -> None:
    """A customer of the salesperson's, brought by the shop, with one of everything."""
    owner, agent = people["salesperson"], made.logins["agent"].agent
    row = factories.customer(owner, shop=shop, group="滇池集团")
    made.numbers["sales:group"] = row.group_id
    service = customers.add_service(row, by=owner, title="刻字", text="当天可取")
    category = customers.open_category(code="silver", name="银条")
    own = {
        "customers:": row,
        "call_log": row,
        "customers:contact_": factories.contact(row),
        "customers:need_": customers.note_need(row, year=2026, category=category, text="福利银条"),
        "customers:document": customers.keep_document(row, kind="other", file=factories.pdf()),
        "customers:service_": service,
        "customers:occasion_": customers.add_occasion(row, name="厂庆", month=5, day=1),
        "customers:nomination_": customers.nominate(row, by=owner, reason="规模大"),
        "customers:target_": customers.aim_at(row, year=2026),
        "customers:festival_": customers.set_festival(None, name="春节", day=DAY, lead=30),
        "customers:enquiry": customers.take_enquiry(
            asker="李工", channel="phone", text="可否刻字", customer=row
        ),
        "customers:prospect": customers.register_prospect(agent, name="滇池银行", contact="段丽"),
        "customers:campaign": customers.set_campaign(
            None, name="品鉴会", products="银条", start=DAY, stop=DAY
        ),
    }
    made.numbers |= {prefix: row.pk for prefix, row in own.items()}


def _sales(made: House, people: dict[str, Any], shop: Any) -> None:
    """An order of the salesperson's through the agent, placed, with one of everything beside it."""
    order = factories.order(
        people["salesperson"], made.logins["agent"].agent, pickup_shop=shop, ratio="0.7"
    )
    request = approvals.ask(order, by=people["salesperson"], why="老客户")
    approvals.agree(request.signs.get(), by=people["manager"])
    placed = place_order(order, day=order.day)
    line = placed.lines.get()
    picked = handing.pick_up(
        placed, shop=shop, clerk=people["clerk"], person="周敏", wanted={line.pk: 1}
    )
    receipt = money.record_receipt(day=placed.day, amount=10_000, payer="周敏")
    paid = money.match(receipt, order=placed, amount=5_000)
    plan = targets.draft_plan(department=factories.department(code="KA2"), year=DAY.year, amount=0)
    own: dict[str, Any] = {
        "sales:": placed, "sales:request": request, "sales:withdraw": request,
        "sales:sign_": request.signs.get(), "sales:save_plan": plan, "sales:publish_plan": plan,
        "sales:receipt": receipt, "sales:receipt_paper": receipt, "sales:match": receipt, "sales:unmatch": paid,
        "sales:pickup": picked, "sales:change_good": line.good,
        "sales:change_gold": factories.gold_price(),
        "sales:change_opportunity": factories.opportunity(people["salesperson"]),
    }  # fmt: skip
    made.numbers |= {prefix: row.pk for prefix, row in own.items()}


def _pay(made: House, people: dict[str, Any], shop: Any) -> None:
    """This month worked out and open to queries; a statement and a dispute of each who has one."""
    month = Month.of(timezone.localdate())
    run = run_month(month)
    PayMonth.objects.update_or_create(month=month.index, defaults={"state": "preview"})
    made.texts |= {"month": str(month), "version": run.version, "code": "bank"}
    keep_day(timezone.localdate())
    made.texts["on"] = str(timezone.localdate())
    open_accounts(["bank"])
    whose = {"clerk": shop.code, "agent": made.logins["agent"].agent.code}
    whose |= {role: person.number for role, person in people.items()}
    whose["clerk"] = shop.code
    for role in made.logins:
        held = run.statements.filter(code=whose.get(role, "")).first()
        one = held or run.statements.get(code=people["salesperson"].number)
        line = one.lines.first()
        assert line is not None
        dispute, _made = Dispute.objects.get_or_create(
            line=line, defaults={"number": f"YY-{role}", "reason": "少一单", "due_on": DAY,
                "employee_id": people[role].pk if role in people else None, "agent_id": one.agent_id,
                **_attached()},
        )  # fmt: skip
        own = {"incentives:": one.pk, "incentives:raise_dispute": line.pk}
        own["incentives:adjustment"] = line.pk
        own |= dict.fromkeys(
            ("incentives:dispute", "incentives:appeal", "incentives:attachment",
             "incentives:withdraw"), dispute.pk,
        )  # fmt: skip
        asked = Job.objects.create(
            kind="what_if", state="done", user_id=made.logins[role].pk,
            given={"said": "加点", "first": str(month), "last": str(month), "budget": None},
            result={"months": [], "lines": [], "people": []},
        )  # fmt: skip
        made.own[role] = own | {"incentives:past_": asked.pk}
    published = plans.register(by=people["director"], on=people["director"].start, text="公示一周")
    draft = plans.begin_from(published, by=people["director"])
    seen = dict.fromkeys(
        (f"incentives:{name}_plan" for name in ("paper", "nod", "copy", "file", "changes")),
        published.pk,
    )
    edited = ("edit", "check", "change", "decide", "accept", "mend", "consult", "publish", "drop")
    seen |= {f"incentives:{name}_plan": draft.pk for name in (*edited, "effect", "assay")}
    seen |= {f"incentives:{kind}_progress": draft.pk for kind in ("effect", "assay")}
    for own in made.own.values():
        own |= {"incentives:plan": published.pk} | seen
    made.own["finance"]["incentives:transfer"] = run.statements.filter(shop__isnull=False)[0].pk
    _asked_for(made, run, run.statements.get(code=whose["agent"]))


def _asked_for(made: House, run: Run, statement: Statement) -> None:
    """A claim of the agent's, and the jobs whose progress is looked at."""
    kept = keep_file("claims", factories.pdf())
    claim = Claim.objects.create(
        number="QK-1", statement=statement, way="invoice", amount=1, who="x",
        attachment=kept.path, attachment_name=kept.name, attachment_digest=kept.digest,
    )  # fmt: skip
    for kind, given in (
        ("slips", {"run": run.pk}),
        ("patterns", {"run": run.pk}),
        ("forecast", {}),
    ):
        Job.objects.create(kind=kind, state="failed", given=given)
    for own in made.own.values():
        own |= dict.fromkeys(
            ("incentives:claim", "incentives:claim_file", "incentives:withdraw_claim",
             "incentives:receive_claim", "incentives:pay_claim", "incentives:refuse_claim"), claim.pk,
        )  # fmt: skip
        own["incentives:ask_claim"] = statement.pk
    _owed(made)


def _owed(made: House) -> None:
    """Somebody who left, and what finance asks of it."""
    person = made.logins["salesperson"].employee
    code = f"payable.payee:{person.number}"
    open_accounts([code])
    account = Account.objects.get(code=code)
    row = Settling.objects.create(
        employee=person, way="off", amount=1, on=DAY, reason="x",
        asked_by=made.logins["finance"].employee,
    )  # fmt: skip
    for own in made.own.values():
        own["incentives:settle_owing"] = account.pk
        own["incentives:decide_settling"] = row.pk


def _attached() -> dict[str, str]:
    kept = keep_file("disputes", factories.pdf())
    return {
        "attachment": kept.path, "attachment_name": kept.name, "attachment_digest": kept.digest,
    }  # fmt: skip


def words(made: House, name: str, pattern: Any, role: str = "") -> dict[str, Any]:
    """What an address needs: `pk` is the number under the longest prefix of its name."""
    needed = pattern.pattern.converters
    if not needed:
        return {}
    if name in WORDS:
        return WORDS[name]
    held = made.numbers | made.own.get(role, made.own["finance"])
    texts = {"name": "phone", "kind": HISTORY_OF if name == "history" else "post"}
    if name.startswith("incentives:"):
        texts |= made.texts | {"kind": role if role in SIGNERS else "finance"}
    prefix = max((p for p in held if name.startswith(p)), key=len, default="")
    return {w: texts.get(w, held.get(f"{name} {w}", held.get(prefix))) for w in needed}
