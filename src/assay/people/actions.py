"""What people do with people: hire, move, end, pay otherwise, sign agents, open shops and logins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from axes.utils import reset as reset_attempts
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assay.errors import UserError
from assay.furniture.kept import remark
from assay.furniture.many import parts
from assay.furniture.numbering import next_number
from assay.furniture.pinyin import sort_key
from assay.furniture.reader import series
from assay.furniture.seal import fingerprint
from assay.people.models import (
    Agent,
    Assignment,
    Attendance,
    Company,
    Department,
    Employee,
    Shop,
    Training,
    TrainingSeat,
    User,
    Wage,
)

Row = TypeVar("Row", Company, Shop)


@transaction.atomic
def found_company(*, name: str, demo: bool = False, **profile: str) -> Company:
    """Write down whose department this is; there is one company in a database."""
    if Company.objects.exists():
        raise UserError(_("这个数据库里已有公司"))
    company = Company(id=1, name=name, demo=demo, **profile)
    company.full_clean()
    company.save()
    return company


def change_company(company: Company, **profile: str | int | None) -> Company:
    """Change the company's profile."""
    return _changed(company, profile)


def open_department(
    *, code: str, name: str, start: date, parent: Department | None = None
) -> Department:
    """Open a department."""
    department = Department(code=code, name=name, start=start, parent=parent)
    department.full_clean()
    department.save()
    return department


def close_department(department: Department, *, last: date) -> Department:
    """A department's last day; nobody may hold a post in it after that."""
    stop = last + timedelta(1)
    held = department.assignment_set.filter(Q(stop=None) | Q(stop__gt=stop))
    names = series(dict.fromkeys(post.employee.name for post in held.select_related("employee")))
    if names:
        raise UserError(_("还有人在这个部门任职：%(names)s") % {"names": names})
    department.stop = stop
    department.full_clean()
    department.save()
    return department


def open_shop(*, code: str, name: str, start: date, address: str = "", phone: str = "") -> Shop:
    """Open a shop."""
    shop = Shop(code=code, name=name, start=start, address=address, phone=phone)
    shop.pinyin = sort_key(name)
    shop.full_clean()
    shop.save()
    return shop


def change_shop(shop: Shop, **profile: Any) -> Shop:
    """Change a shop's name, address or phone, or close it."""
    return _changed(shop, {**profile, "pinyin": sort_key(profile.get("name", shop.name))})


@transaction.atomic
def hire(
    *,
    number: str,
    name: str,
    start: date,
    role: str,
    department: Department | None = None,
    shop: Shop | None = None,
    title: str = "",
    base_wage: int | None = None,
    phone_allowance: int | None = None,
    phone: str = "",
    id_number: str = "",
) -> Employee:
    """Take somebody on: the person, the first post and the base pay (分 a month) from one day."""
    employee = Employee(number=number, name=name, start=start)
    _identify(employee, phone, id_number)
    if employee.id_mark and Agent.objects.filter(id_mark=employee.id_mark).exists():
        raise UserError(_("这个证件号已登记为代理商；代理商不能是本公司员工"))
    employee.full_clean()
    employee.save()
    take_post(employee, role=role, start=start, department=department, shop=shop, title=title)
    if base_wage is not None:
        set_wage(employee, start=start, base_wage=base_wage, phone_allowance=phone_allowance or 0)
    return employee


@dataclass(frozen=True)
class Hiring:
    """Somebody to be taken on, as a file says it: amounts in 分 a month; a clerk's place is a shop."""

    number: str
    name: str
    start: date
    role: str
    place: Department | Shop
    title: str = ""
    base_wage: int | None = None
    phone_allowance: int | None = None
    phone: str = ""
    id_number: str = ""


BATCH = 2000
Tell = Callable[[int, int], None]


@transaction.atomic
def hire_many(said: Sequence[Hiring], tell: Tell) -> None:
    """Take people on in few statements. The caller has checked them; the database holds the rest."""
    done = 0
    for part in parts(said, BATCH):
        staff = []
        for one in part:
            person = Employee(number=one.number, name=one.name, start=one.start)
            _identify(person, one.phone, one.id_number)
            person.clean_fields()
            staff.append(person)
        hired = list(zip(part, Employee.objects.bulk_create(staff), strict=True))
        Assignment.objects.bulk_create(
            [
                Assignment(
                    employee=person, role=one.role, title=one.title, start=one.start,
                    shop=one.place if isinstance(one.place, Shop) else None,
                    department=None if isinstance(one.place, Shop) else one.place,
                )
                for one, person in hired
            ]
        )  # fmt: skip
        Wage.objects.bulk_create(
            [
                Wage(
                    employee=person, start=one.start, base_wage=one.base_wage,
                    phone_allowance=one.phone_allowance or 0,
                )
                for one, person in hired if one.base_wage is not None
            ]
        )  # fmt: skip
        done += len(part)
        tell(done, len(said))


@transaction.atomic
def correct_many(said: Sequence[tuple[Employee, str, str]]) -> None:
    """Other names and phones of many; an empty phone stays as it is."""
    for person, name, phone in said:
        person.name = name
        _identify(person, phone, "")
        person.clean_fields()
    Employee.objects.bulk_update([row for row, _n, _p in said], ["name", "pinyin", "phone"])


def change_employee(employee: Employee, *, name: str, phone: str, id_number: str) -> Employee:
    """Correct a person's name, phone or identity number; an empty one stays as it is."""
    employee.name = name
    _identify(employee, phone, id_number)
    if employee.id_mark and Agent.objects.filter(id_mark=employee.id_mark).exists():
        raise UserError(_("这个证件号已登记为代理商；代理商不能是本公司员工"))
    employee.full_clean()
    employee.save()
    return employee


@transaction.atomic
def take_post(
    employee: Employee,
    *,
    role: str,
    start: date,
    department: Department | None = None,
    shop: Shop | None = None,
    title: str = "",
    stop: date | None = None,
) -> Assignment:
    """A further post beside those held, in a role not held on those days."""
    if start < employee.start:
        raise UserError(_("任职不能早于入职日期 %(day)s") % {"day": employee.start})
    if employee.stop and (start >= employee.stop or stop is None or stop > employee.stop):
        raise UserError(_("这名员工已离职，最后一天是 %(day)s") % {"day": _last(employee.stop)})
    place = shop if shop is not None else department
    if place is not None and (start < place.start or (place.stop and start >= place.stop)):
        raise UserError(_("%(place)s 在这一天不存在") % {"place": place})
    post = Assignment(
        employee=employee, role=role, department=department, shop=shop, title=title,
        start=start, stop=stop,
    )  # fmt: skip
    post.full_clean()
    post.save()
    return post


@transaction.atomic
def move(
    employee: Employee,
    *,
    post: Assignment,
    role: str,
    start: date,
    department: Department | None = None,
    shop: Shop | None = None,
    title: str = "",
) -> Assignment:
    """Move somebody from one post to another on a day. What was before stays as it was."""
    if post.employee_id != employee.pk:
        raise UserError(_("这段任职不是这名员工的"))
    leave_post(post, stop=start)
    return take_post(
        employee, role=role, start=start, department=department, shop=shop, title=title
    )


def leave_post(post: Assignment, *, stop: date) -> Assignment:
    """End a post; `stop` is the day after its last."""
    if post.stop is not None and post.stop <= stop:
        raise UserError(_("这段任职已在 %(day)s 结束") % {"day": _last(post.stop)})
    if stop <= post.start:
        raise UserError(_("要晚于这段任职的开始日期 %(day)s") % {"day": post.start})
    post.stop = stop
    post.full_clean()
    post.save()
    return post


@transaction.atomic
def take_back(row: Assignment | Wage, *, today: date) -> None:
    """Take back a post or pay that has not begun; what it would have ended goes on."""
    if row.start <= today:
        raise UserError(_("已经开始的改不了，只能从今天以后另行安排"))
    before: Assignment | Wage | None
    if isinstance(row, Wage):
        before = row.employee.wages.filter(stop=row.start).first()
    else:
        before = row.employee.assignments.filter(stop=row.start, role=row.role).first()
    stop = row.stop
    row.delete()
    if before is not None:
        before.stop = stop
        before.save()


@transaction.atomic
def end_employment(employee: Employee, *, last: date, reason: str = "") -> Employee:
    """Somebody leaves after a last day: posts, pay and the login end with it."""
    stop = last + timedelta(1)
    if employee.stop is not None:
        raise UserError(_("这名员工已离职，最后一天是 %(day)s") % {"day": _last(employee.stop)})
    later = [*employee.assignments.filter(start__gte=stop), *employee.wages.filter(start__gte=stop)]
    if later:
        raise UserError(_("%(day)s 之后还有任职或工资安排，先撤销它们") % {"day": last.isoformat()})
    for post in employee.assignments.filter(stop__isnull=True):
        leave_post(post, stop=stop)
    for wage in employee.wages.filter(stop__isnull=True):
        wage.stop = stop
        wage.save()
    employee.stop, employee.reason = stop, reason
    employee.full_clean()
    employee.save()
    return employee


@transaction.atomic
def set_wage(employee: Employee, *, start: date, base_wage: int, phone_allowance: int) -> Wage:
    """Base pay and phone allowance (分 a month) from a day on; what was paid before stays."""
    before = employee.wages.filter(stop__isnull=True).first()
    if before is not None:
        if start <= before.start:
            raise UserError(_("要晚于现行工资的开始日期 %(day)s") % {"day": before.start})
        before.stop = start
        before.save()
    wage = Wage(
        employee=employee, start=start, base_wage=base_wage, phone_allowance=phone_allowance
    )
    wage.full_clean()
    wage.save()
    return wage


def sign_agent(
    *, code: str, kind: str, name: str, start: date, pay_by: str, **profile: Any
) -> Agent:
    """Sign an agreement with an agent: never a person who is staff."""
    agent = Agent(code=code, kind=kind, name=name, start=start, pay_by=pay_by)
    return _written_agent(agent, profile)


def change_agent(agent: Agent, **profile: Any) -> Agent:
    """Change what stands of an agent, or end the agreement."""
    return _written_agent(agent, profile)


def _written_agent(agent: Agent, profile: dict[str, Any]) -> Agent:
    account = profile.pop("account", "")
    _identify(agent, profile.pop("phone", ""), profile.pop("id_number", ""), profile.get("name"))
    if account:
        agent.account = account
    for name, value in profile.items():
        setattr(agent, name, value)
    if agent.id_mark and Employee.objects.filter(id_mark=agent.id_mark).exists():
        raise UserError(_("这个证件号是本公司员工的；代理商不能是员工（反不正当竞争法）"))
    agent.full_clean()
    agent.save()
    return agent


def _identify(row: Employee | Agent, phone: str, id_number: str, name: str | None = None) -> None:
    """The key by sound, and what is sealed; nothing written leaves the sealed texts as they are."""
    called = name or row.name
    row.pinyin = sort_key(called)
    if phone:
        row.phone = phone
    if id_number:
        row.id_number, row.id_mark = id_number, fingerprint(id_number)


def _changed(row: Row, profile: dict[str, Any]) -> Row:
    for name, value in profile.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return row


def _last(stop: date) -> str:
    return (stop - timedelta(1)).isoformat()


def open_login(
    *,
    username: str,
    password: str,
    employee: Employee | None = None,
    agent: Agent | None = None,
    admin: bool = False,
    renew: bool = True,
    hashed: str = "",
) -> User:
    """Give somebody a login; `renew` asks for another password at the first sign-in.

    `hashed`: the password of the demo, as make_password gives it; it is not judged.
    """
    user = User(username=username, employee=employee, agent=agent, admin=admin, renew=renew)
    if hashed:
        user.password = hashed
    else:
        validate_password(password, user)
        user.set_password(password)
    user.full_clean()
    user.save()
    return user


@transaction.atomic
def set_password(user: User, password: str, *, renew: bool = False) -> User:
    """Another password; history says that, never which."""
    validate_password(password, user)
    user.set_password(password)
    user.renew = renew
    user.save()
    remark(user, {"password": ["***", "***"]})
    return user


def reset_password(user: User, password: str) -> User:
    """A password from the administrator, to be changed at the next sign-in; the lock goes."""
    reset_attempts(username=user.username)
    return set_password(user, password, renew=True)


def switch_login(user: User, *, active: bool) -> User:
    """Let a login in again, or keep it out from now on."""
    user.is_active = active
    user.save()
    return user


def plan_training(
    *, title: str, day: date, hours: int, trainer: str, place: str, employees: list[Employee]
) -> Training:
    """Plan a training and ask people to it."""
    with transaction.atomic():
        number = next_number("PX", day)
        training = Training(
            number=number, title=title, day=day, hours=hours, trainer=trainer, place=place
        )
        training.full_clean()
        training.save()
        TrainingSeat.objects.bulk_create(
            [TrainingSeat(training=training, employee=employee) for employee in employees]
        )
    return training


class SeatError(Exception):
    """A line of results that cannot be: whose, and why."""

    def __init__(self, seat: TrainingSeat, error: ValidationError) -> None:
        """Both."""
        super().__init__(str(error))
        self.seat, self.error = seat, error


@transaction.atomic
def note_results(lines: list[tuple[TrainingSeat, dict[str, Any]]]) -> None:
    """Write down who came (attended) and what came of it (result, score 0 to 100): all or none."""
    for seat, said in lines:
        seat.attended, seat.result, seat.score = said["attended"], said["result"], said["score"]
        try:
            seat.full_clean()
        except ValidationError as error:
            raise SeatError(seat, error) from None
        seat.save()


@transaction.atomic
def record_attendance(
    *,
    new: list[Attendance],
    changed: list[Attendance],
    tell: Tell = lambda done, total: None,
) -> None:
    """Write days of attendance, all of them or none."""
    total = len(new) + len(changed)
    for at in range(0, len(new), 2000):
        Attendance.objects.bulk_create(new[at : at + 2000])
        tell(min(at + 2000, len(new)), total)
    for at in range(0, len(changed), 500):
        Attendance.objects.bulk_update(changed[at : at + 500], ["state", "minutes", "remark"])
        tell(len(new) + min(at + 500, len(changed)), total)
