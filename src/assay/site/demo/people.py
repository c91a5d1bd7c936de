"""The people of the sample department, as its facts name them, and a login for each role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from assay.facts.cells import read_since, read_until
from assay.people import actions
from assay.people.models import Agent, Attendance, Department, Employee, Shop
from assay.period import Month
from assay.samples.department import AGENTS, NAMES, SELLERS, TEAM, staged_people
from assay.site.logins import PASSWORD

# An open beginning in the facts: the department had stood for two years by then.
OPENED = date(2022, 1, 1)
WAGES = {"manager": (240_000, 10_000), "salesperson": (180_000, 10_000)}
OFFICE = (
    ("D01", "顾明远", "director", "销售总监"),
    ("Z01", "陆文渊", "general", "总经理"),
    ("F01", "钱淑华", "finance", "财务主管"),
    ("H01", "苏宁", "hr", "人事主管"),
)
CLERKS = (("C01", "吕芳", "Y01"), ("C02", "仇小满", "Y02"), ("C03", "查文静", "Y03"))


@dataclass
class House:
    """Who and what was made, by the codes of the facts."""

    departments: dict[str, Department]
    employees: dict[str, Employee]
    agents: dict[str, Agent]
    shops: dict[str, Shop]


def settle(logins: bool = True, today: date | None = None) -> House:
    """Write the sample department's people, present up to yesterday; returns them by their codes."""
    firm = actions.found_company(
        name="成色珠宝有限公司", demo=True, address="上海市黄浦区南京东路", phone="021-55500000",
        bank="滇池银行上海分行", account="6222000012345678",
    )  # fmt: skip
    actions.change_company(firm, quote_days=15, quote_words="价格含增值税，本市送货不另收费。")
    centre = actions.open_department(code="MC", name="营销中心", start=OPENED)
    team = actions.open_department(code=TEAM, name="大客户部", start=OPENED, parent=centre)
    house = House({"MC": centre, TEAM: team}, {}, {}, {})
    rows = staged_people()
    for code, name, role, _team, since, until in rows:
        start = read_since(since) if since else OPENED
        if role == "store":
            house.shops[code] = actions.open_shop(code=code, name=name, start=start)
        elif role == "agent":
            house.agents[code] = _agent(code, name, start)
        else:
            _post(house, (code, name, role), start, read_until(until) if until else None)
    _office(house)
    _presence(house, today or timezone.localdate())
    if logins:
        _logins(house)
    return house


def _post(house: House, who: Sequence[str], start: date, stop: date | None) -> None:
    code, name, role = who
    team = house.departments[TEAM]
    if code in house.employees:
        actions.take_post(
            house.employees[code], role=role, start=start, department=team, title="兼业务"
        )
        return
    base, phone = WAGES[role]
    title = "大客户部经理" if role == "manager" else "业务经理"
    house.employees[code] = actions.hire(
        number=code, name=name, start=start, role=role, department=team, title=title,
        base_wage=base, phone_allowance=phone, phone=_phone(code), id_number=_identity(code),
    )  # fmt: skip
    if stop is not None:
        actions.end_employment(house.employees[code], last=date.fromordinal(stop.toordinal() - 1))


def _agent(code: str, name: str, start: date) -> Agent:
    company = code == AGENTS[0]
    return actions.sign_agent(
        code=code, name=name, start=start, kind="company" if company else "person",
        pay_by="invoice" if company else "labour", agreement=f"DL-{start:%Y}-{code}",
        phone=_phone(code), id_number="" if company else _identity(code),
    )  # fmt: skip


def _office(house: House) -> None:
    centre = house.departments["MC"]
    for code, name, role, title in OFFICE:
        house.employees[code] = actions.hire(
            number=code, name=name, start=OPENED, role=role, department=centre, title=title
        )
    for code, name, shop in CLERKS:
        house.employees[code] = actions.hire(
            number=code, name=name, start=OPENED, role="clerk", shop=house.shops[shop], title="店员"
        )


def _presence(house: House, today: date) -> None:
    """The last two months of the sample and the last two before today, a working day each, now and
    then late; a training held, one to come."""
    sellers = [house.employees[code] for code in (*SELLERS, "M01")]
    sellers = [person for person in sellers if person.stop is None]
    recent = Month.of(today).next(-1).first
    days = {date(2025, 11, 3) + timedelta(n) for n in range(59)}
    days |= {recent + timedelta(n) for n in range((today - recent).days)}
    new = []
    for at, person in enumerate(sellers):
        for number, day in enumerate(day for day in sorted(days) if day.weekday() < 5):
            late = (at * 7 + number) % 29 == 0
            state = "late" if late else "absent" if (at, number) == (3, 11) else "present"
            new.append(
                Attendance(employee=person, day=day, state=state, minutes=5 + at * 3 if late else 0)
            )
    actions.record_attendance(new=new, changed=[])
    _training(sellers, "金条金币新品知识", date(2025, 11, 12), held=True)
    _training(sellers, "合同与回款：大客户常见问题", today - timedelta(12), held=True)
    _training(sellers, "新年礼盒新品与报价", today + timedelta(6), held=False)


def _training(sellers: Sequence[Employee], title: str, day: date, *, held: bool) -> None:
    training = actions.plan_training(
        title=title, day=day, hours=3, trainer="顾明远", place="总部", employees=list(sellers)
    )
    if not held:
        return
    actions.note_results(
        [
            (
                seat,
                {
                    "attended": at != 2,
                    "result": "open" if at == 2 else "passed",
                    "score": None if at == 2 else 78 + at * 2,
                },
            )
            for at, seat in enumerate(training.seats.select_related("employee"))
        ]
    )


def _logins(house: House) -> None:
    """Everybody who is there has one, named by code in small letters; all share one password."""
    hashed = make_password(PASSWORD)
    for code, employee in house.employees.items():
        if employee.stop is None:
            _login(code, hashed, employee=employee)
    for code, agent in house.agents.items():
        _login(code, hashed, agent=agent)
    _login("admin", hashed, admin=True)


def _login(
    code: str, hashed: str, employee: Employee | None = None, agent: Agent | None = None,
    admin: bool = False,
) -> None:  # fmt: skip
    actions.open_login(
        username=code.lower(), password=PASSWORD, employee=employee, agent=agent, admin=admin,
        renew=False, hashed=hashed,
    )  # fmt: skip


def _phone(code: str) -> str:
    """A number that nobody has: 199 0000 and the code's figures."""
    return f"1990000{sum(ord(sign) * 7**at for at, sign in enumerate(code)) % 10_000:04d}"


def _identity(code: str) -> str:
    """An identity number with a right check sign, of a district there is not (999999)."""
    body = f"9999991990{1 + len(NAMES) % 9:02d}01{sum(map(ord, code)) % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(sign) * weight for sign, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]
