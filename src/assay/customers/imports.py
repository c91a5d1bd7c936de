"""Files of customers and of their contacts: updated by code, twins and others' customers turned down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.customers import actions
from assay.customers.access import customers_kept
from assay.customers.models import Contact, Customer
from assay.customers.names import name_key, tax_key
from assay.customers.queries.people import sellers
from assay.furniture.identity import check_credit_code, check_phone, phone_key
from assay.furniture.imports.running import compare_by_key
from assay.furniture.imports.spec import Column, ImportSpec, Row, everywhere, register
from assay.furniture.kept import actor
from assay.furniture.many import among
from assay.furniture.reader import series
from assay.furniture.seal import fingerprint
from assay.people.access import Viewer, viewer_of
from assay.people.models import User

PARTS = {
    "决策": "decide",
    "使用": "use",
    "采购": "purchase",
    "财务": "finance",
    "影响": "influence",
}
TIERS = {"普通客户": "ordinary", "普通": "ordinary", "大客户": "key", "重点": "key"}
PROFILE = ("name", "short", "industry", "city", "address", "remark")
TAX = ("tax_title", "tax_number", "tax_bank")


def _who() -> Viewer | None:
    """The person whose file it is, with what is his today."""
    user = User.objects.filter(pk=actor()[0]).first()
    return viewer_of(user) if user is not None else None


def _standing(rows: list[Row], who: Viewer | None) -> dict[str, Customer]:
    """Customers of the file one may change; others' are turned down."""
    codes = {row.values["code"] for row in rows}
    held = set(among(Customer.objects.values_list("code", flat=True), "code", codes))
    mine = (
        customers_kept(who).select_related("owner", "group", "shop")
        if who
        else Customer.objects.none()
    )
    found = {customer.code: customer for customer in among(mine, "code", codes)}
    for row in rows:
        if row.values["code"] in held and row.values["code"] not in found:
            row.wrong("编号", _("这位客户不归你管"))
    return found


def _compare_customers(rows: list[Row]) -> None:
    """New or changed by code; names and tax numbers of other customers are turned down."""
    who = _who()
    standing = _standing(rows, who)
    people = {person.number: person for person in sellers(who)} if who else {}
    named: dict[str, list[str]] = {}
    for person in people.values():
        named.setdefault(person.name, []).append(person.number)
    for row in rows:
        row.values["tax_number"] = tax_key(row.values["tax_number"] or "") or None
        _named_owner(row, standing.get(row.values["code"]), named)
        number, before = row.values["owner"], standing.get(row.values["code"])
        same = before is not None and before.owner is not None and before.owner.number == number
        if number and number not in people and not same:
            row.wrong("负责人工号", _("没有这个业务员，或不在你的部门"))
        row.values["seller"] = people.get(number)
        _own_tier(row, before, who)
        _fits(row, Customer, CUSTOMERS, (*PROFILE, *TAX, "code"))
    _refuse_twins(rows)
    good = [row for row in rows if not row.reasons]
    compare_by_key(good, standing, "code", (*PROFILE, *TAX, "tier"))
    for row in good:
        if row.found is not None:
            _belongs(row, row.found)


def _own_tier(row: Row, before: Customer | None, who: Viewer | None) -> None:
    """As with nominations: nobody says by himself what tier his own customer is of."""
    said, seller = row.values["tier"], row.values["seller"]
    owners = {before.owner_id if before else None, seller.pk if seller else None} - {None}
    stands = before.tier if before else "ordinary"
    if said and said != stands and who is not None and who.employee_id in owners:
        row.wrong("级别", _("自己的客户不由自己定级别：在客户页上申报，由总监审批"))


def _named_owner(row: Row, found: Customer | None, named: dict[str, list[str]]) -> None:
    """An owner written by name, as a list says it, to his number; of two namesakes neither is meant.

    Where the customer stands with an owner of that name, or with nobody, it is he, or nobody. Nobody is
    put into the pool by a file: that has a reason and a day, and is done on the customer's page.
    """
    said = row.values["owner"]
    if said in everywhere("公海") or (found and found.shop and said == str(found.shop)):
        row.values["owner"] = None
        if found and found.owner:
            row.wrong(
                "负责人工号", _("%(name)s 负责着；要放回公海，在客户页上办")
                % {"name": found.owner.name},
            )  # fmt: skip
    elif said and found and found.owner and said == found.owner.name:
        row.values["owner"] = found.owner.number
    elif len(named.get(said, ())) > 1:
        row.wrong(
            "负责人工号", _("有几位叫%(name)s：写工号 %(numbers)s")
            % {"name": said, "numbers": series(sorted(named[said]))},
        )  # fmt: skip
    elif said in named:
        row.values["owner"] = named[said][0]


def _fits(row: Row, model: type[Model], spec: ImportSpec, names: Sequence[str]) -> None:
    """Texts as long as the archive takes them."""
    for name in names:
        most: int | None = getattr(model._meta.get_field(name), "max_length", None)
        if row.values[name] and most and len(row.values[name]) > most:
            row.wrong(spec.title_of(name), _("最多 %(most)s 个字") % {"most": most})


def _belongs(row: Row, found: Customer) -> None:
    """Another owner or group than the one that stands."""
    owner, group = row.values["owner"], row.values["group"]
    before = found.owner.number if found.owner else None
    if owner and owner != before:
        row.changes["owner"] = (before, owner)
    if group and (found.group is None or found.group.name_key != name_key(group)):
        row.changes["group"] = (found.group.name if found.group else None, group)
    row.state = "changed" if row.changes else "same"


def _refuse_twins(rows: list[Row]) -> None:
    keys: dict[str, list[Row]] = {}
    taxes: dict[str, list[Row]] = {}
    for row in rows:
        keys.setdefault(name_key(row.values["name"]), []).append(row)
        if row.values["tax_number"]:
            taxes.setdefault(row.values["tax_number"], []).append(row)
    for alike, title, said in ((keys, "客户名称", _("同名")), (taxes, "税号", _("税号相同"))):
        for several in alike.values():
            for row in several if len(several) > 1 else ():
                row.wrong(title, _("在文件里重复：%(what)s") % {"what": said})
    live = Customer.objects.filter(merged_into=None)
    for code, key in among(live.values_list("code", "name_key"), "name_key", keys):
        for row in keys[key]:
            if row.values["code"] != code:
                row.wrong("客户名称", _("已有同名客户 %(code)s") % {"code": code})
    for code, tax in among(live.values_list("code", "tax_number"), "tax_number", taxes):
        for row in taxes[tax]:
            if row.values["code"] != code:
                row.wrong("税号", _("已是客户 %(code)s 的税号") % {"code": code})


def _write_customers(rows: list[Row], tell: Callable[[int, int], None]) -> None:
    today, new = timezone.localdate(), [row.values for row in rows if row.state == "new"]
    actions.open_customers(
        [
            actions.Opening(
                said["code"], said["name"], said["opened"] or today, said["seller"],
                said["group"] or "", said["tier"] or "ordinary",
                {name: said[name] or "" for name in (*PROFILE[1:], *TAX)},
            )
            for said in new
        ],
        lambda done, _total: tell(done, len(rows)),
        ground="brought",
    )  # fmt: skip
    actions.change_customers(
        [_changing(row) for row in rows if row.state == "changed"],
        day=today, reason=_("由文件导入"),
        tell=lambda done, _total: tell(len(new) + done, len(rows)),
    )  # fmt: skip


def _changing(row: Row) -> actions.Changing:
    new = {name: after for name, (_before, after) in row.changes.items()}
    owner = row.values["seller"] if new.pop("owner", None) else None
    return actions.Changing(row.found, new, owner)


CUSTOMERS = register(
    ImportSpec(
        name="customers",
        title=gettext_lazy("客户"),
        note=gettext_lazy("按编号更新；空格子不改原来的。换负责人就是移交，换级别和集团都留下历史；建档日期只在新建时用。"),
        columns=(
            Column("code", "编号", example="K例001"),
            Column("name", "客户名称", also=("客户",), example="云岭电力设计院有限公司"),
            Column("short", "简称", must=False, example="云岭电力"),
            Column("group", "集团", must=False, example="云岭集团"),
            Column("industry", "行业", must=False, example="能源"),
            Column("city", "城市", must=False, example="苏州"),
            Column("address", "地址", must=False, example="人民路 1 号"),
            Column("owner", "负责人工号", must=False, also=("负责人",), example="S01",
                   note=gettext_lazy("工号，或没有同名的姓名；不填就放进公海")),
            Column("tier", "级别", must=False, example="普通客户", words=TIERS, note=gettext_lazy("普通客户或大客户")),
            Column("opened", "建档日期", "date", must=False, also=("建档",), example="2026-01-05"),
            Column("tax_title", "抬头", must=False, example="云岭电力设计院有限公司"),
            Column("tax_number", "税号", must=False, example="91350100M000100Y43", checked=check_credit_code),
            Column("tax_bank", "开户行", must=False, example="滇池银行科技路支行"),
            Column("remark", "备注", must=False, example=""),
        ),
        key=("code",),
        compare=_compare_customers,
        write=_write_customers,
    )
)  # fmt: skip


def _compare_contacts(rows: list[Row]) -> None:
    """By customer's code and the contact's name."""
    standing = _standing(rows, _who())
    held: dict[Any, Contact] = {
        (c.customer.code, c.name): c
        for c in among(
            Contact.objects.select_related("customer"),
            "customer",
            [c.pk for c in standing.values()],
        )
    }
    for row in rows:
        if not row.reasons and row.values["code"] not in standing:
            row.wrong("编号", _("没有编号为 %(code)s 的客户") % {"code": row.values["code"]})
        row.values["customer"] = standing.get(row.values["code"])
        _fits(row, Contact, CONTACTS, ("name", "title", "remark"))
        phone = row.values["phone"]
        row.values["phone_mark"] = fingerprint(phone_key(phone)) if phone else None
    good = [row for row in rows if not row.reasons]
    compare_by_key(good, held, ("code", "name"), ("title", "part", "remark", "phone_mark"))


def _write_contacts(rows: list[Row], tell: Callable[[int, int], None]) -> None:
    actions.bring_contacts([_introducing(row) for row in rows], tell)


def _introducing(row: Row) -> actions.Introducing:
    """What is left empty stays as it stands."""
    said = {name: row.values[name] for name in ("title", "remark", "part") if row.values[name]}
    fresh = row.found is None
    contact = row.found or Contact(customer=row.values["customer"], name=row.values["name"])
    return actions.Introducing(contact, fresh, said, row.values["phone"] or "")


CONTACTS = register(
    ImportSpec(
        name="contacts",
        title=gettext_lazy("联系人"),
        note=gettext_lazy("按客户编号和姓名更新。"),
        columns=(
            Column("code", "编号", also=("客户编号",), example="K例001"),
            Column("name", "姓名", example="杨慧敏"),
            Column("title", "职务", must=False, example="工会主席"),
            Column("part", "决策中的角色", also=("角色",), example="决策", words=PARTS),
            Column("phone", "电话", must=False, example="13800000000", checked=check_phone),
            Column("remark", "备注", must=False, example=""),
        ),
        key=("code", "name"),
        compare=_compare_contacts,
        write=_write_contacts,
    )
)  # fmt: skip
