"""Orders from Excel: lines, channel, splits; previewed, updated by number, all or nothing."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from assay.customers import actions as of_customers
from assay.customers.models import Customer
from assay.furniture import jobs
from assay.furniture.imports import pages
from assay.furniture.models import AccessEntry, Change, Job
from assay.furniture.numbering import next_number
from assay.people.actions import take_post
from assay.people.models import Employee
from assay.sales.actions import handing, money
from assay.sales.actions import orders as of_orders
from assay.sales.models import Order, OrderLine
from tests import factories
from tests.conftest import PLAN, assay, write_csv
from tests.factories import good_of

pytestmark = pytest.mark.django_db
URL = "/sales/import/orders/"
HEAD = [
    "订单号", "下单日期", "客户编号", "业务员工号", "渠道", "代理商编号", "银楼编号", "行号", "货号", "品名", "件数",
    "原价金额", "成交金额", "状态", "分成", "克重", "当日金价", "工费", "打折范围",
]  # fmt: skip


@pytest.fixture
def house():
    """A seller S01 with customer K1, a second seller S02, an agent A1, a shop Y1; the director's browser."""
    place = factories.department(code="KA")
    seller = factories.employee(number="S01", place=place)
    factories.employee(number="S02", place=place)
    factories.customer(seller, code="K1")
    factories.agent(code="A1", stop=date(2026, 1, 1))
    factories.shop(code="Y1")
    factories.good(number="G1", name="足金吊坠")
    weighed: dict[str, Any] = {"way": "weight", "metal": "gold999", "labour": 1_500}
    factories.good(number="W1", name="足金手镯", **weighed)
    factories.gold_price(day=date(2026, 1, 5), price=90_000)
    return factories.signed_in("director")


def line(number="HT-20260105-001", **said):
    """A row of the file; what is not said is as in a plain order."""
    given = {
        "订单号": number, "下单日期": "2026-01-05", "客户编号": "K1", "业务员工号": "S01", "行号": "1",
        "品名": "银条", "原价金额": "10,000", "成交金额": "9000.00", **said,
    }  # fmt: skip
    return [given.get(name, "") for name in HEAD]


def claimed() -> Job:
    job = jobs.claim()
    assert job is not None
    return job


def sent(browser, *rows, head=HEAD):
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    file = SimpleUploadedFile("订单.csv", text.getvalue().encode("utf-8-sig"))
    answer = browser.post(URL, {"file": file}, follow=True)
    return answer.redirect_chain[-1][0], answer.content.decode()


def test_orders_come_in_with_lines_channel_and_splits_and_are_updated_by_number(house):
    where, page = sent(
        house,
        line(行号="1", 货号="G1", 品名="", 件数="5", 状态="已完成", 分成="S01:60%；S02:40%"),
        line(
            行号="2", 下单日期="", 客户编号="", 业务员工号="", 原价金额="1.2万", 成交金额="¥10,800"
        ),
        line("旧-7", 渠道="代理", 代理商编号="A1", 下单日期="2025/12/31"),
        line("旧-8", 渠道="银楼", 银楼编号="Y1", 业务员工号=""),
    )
    assert "写入 4 行" in page
    assert not Order.objects.exists()
    house.post(f"{where}write/")
    first = Order.objects.get(number="HT-20260105-001")
    assert (first.list_amount, first.net_amount, first.status) == (
        2_200_000,
        1_980_000,
        "completed",
    )
    assert [(x.name, x.quantity) for x in first.lines.all()] == [("足金吊坠", 5), ("银条", 1)]
    assert {s.employee.number: s.part for s in first.shares.all()} == {"S01": 6000, "S02": 4000}
    assert Order.objects.filter(department__code="KA").count() == 2
    channels = dict(Order.objects.exclude(pk=first.pk).values_list("number", "channel"))
    assert channels == {"旧-7": "agent", "旧-8": "store"}
    assert Change.objects.filter(label="sales.order", verb="add").count() == 3
    # Numbers given from now on come after what was brought along.
    assert next_number("HT", date(2026, 1, 5)) == "HT-20260105-002"
    # The same rows change nothing; what is left empty stays.
    bare = {"下单日期": "", "客户编号": "", "业务员工号": "", "渠道": ""}
    sent(house, line(**bare, 件数="5", 品名=""), line(**bare, 行号="2", 原价金额="12000", 成交金额="10800"),
         line("旧-8", **bare))  # fmt: skip
    result = Job.objects.latest("id").result
    assert (result["same"], result["failed"]) == (3, 0)
    where, page = sent(house, line("旧-7", **bare, 成交金额="8,000"))
    assert '<span class="struck faint">9,000.00</span> 8,000.00' in page
    house.post(f"{where}write/")
    changed = Order.objects.get(number="旧-7")
    assert (changed.net_amount, changed.channel, changed.version) == (800_000, "agent", 2)
    assert Change.objects.filter(label="sales.orderline", verb="change").count() == 1


def test_what_was_paid_follows_an_order_that_a_file_gives_to_another_customer(house):
    where, _page = sent(house, line())
    house.post(f"{where}write/")
    order = Order.objects.get()
    receipt = money.record_receipt(day=order.day, amount=500_000, payer="付款方")
    money.match(receipt, order=order, amount=500_000)
    other = factories.customer(order.seller, code="K2")
    where, _page = sent(house, line(客户编号="K2", 下单日期="2026-01-06"))
    house.post(f"{where}write/")
    order.customer.refresh_from_db()
    other.refresh_from_db()
    assert (order.customer.last_paid, other.last_paid) == (None, date(2026, 1, 6))


WRONG = [
    (line(原价金额=""), "原价金额：缺少"),
    (line(原价金额="0"), "原价金额：要大于 0"),
    (line(成交金额="-1"), "成交金额：不能为负"),
    (line(成交金额="NaN"), "成交金额：不是金额"),
    (line(成交金额="1e14"), "成交金额：不是金额"),
    (line(成交金额="999999999999999"), "成交金额：金额太大"),
    (line(原价金额="1.005"), "原价金额：最多两位小数"),
    (line(下单日期="03/04/2018"), "下单日期：日期有歧义"),
    (line(下单日期="2026-02-30"), "下单日期：没有这一天"),
    (line(下单日期=str(timezone.localdate() + timedelta(3))), "下单日期：在今天之后"),
    (line(下单日期=""), "下单日期：缺少"),
    (line(客户编号="K9"), "客户编号：没有这个编号：K9"),
    (line(客户编号=""), "客户编号：缺少"),
    (line(业务员工号="X9"), "业务员工号：没有这个编号：X9"),
    (line(下单日期="2021-01-05"), "业务员工号：2021-01-05 不在任何部门"),
    (line(渠道="网店"), "渠道：写成 直销、团购、代理"),
    (line(渠道="代理"), "代理商编号：代理渠道要写代理商编号"),
    (line(渠道="代理", 代理商编号="A9"), "代理商编号：没有这个编号：A9"),
    (line(渠道="代理", 代理商编号="A1"), "代理商编号：代理商的协议在 2026-01-05 不在有效期内"),
    (line(渠道="银楼"), "银楼编号：银楼渠道要写银楼编号"),
    (line(渠道="直销", 银楼编号="Y1"), "银楼编号：只有银楼渠道才写银楼编号"),
    (line(原价金额="", 克重="10"), "工费：没有货号的要写工费"),
    (line(货号="W1", 原价金额=""), "克重：按克重卖的要写克重"),
    (line(货号="W1", 原价金额="", 克重="0"), "克重：克重要大于 0，最多三位小数"),
    (line(货号="W1", 原价金额="", 克重="1.2345"), "克重：克重要大于 0，最多三位小数"),
    (line(货号="W1", 原价金额="", 克重="十"), "克重："),
    (line(货号="G1", 克重="10"), "克重：G1 按件卖，没有克重"),
    (
        line(货号="W1", 原价金额="", 克重="10", 下单日期="2026-01-06"),
        "2026-01-06 还没有足金 999的金价",
    ),
    (line(货号="W1", 克重="10"), "原价金额：克重 × 当日金价 + 工费是 9,150.00"),
    (line(货号="W1", 原价金额="", 克重="10", 当日金价="0"), "当日金价：要大于 0"),
    (line(货号="W1", 原价金额="", 克重="10", 打折范围="料"), "打折范围：写成 整件、只打工费"),
    (
        line(货号="W1", 原价金额="", 克重="10", 打折范围="只打工费", 成交金额="8,999.99"),
        "成交金额：只打工费，不能低于金料 9,000.00",
    ),
    (line(行号=""), "行号：缺少"),
    (line(行号="一"), "行号：不是整数"),
    (line(行号="0"), "行号：要大于 0"),
    (line(件数="0"), "件数：要大于 0"),
    (line(货号="G9"), "货号：没有这个编号：G9"),
    (line(品名=""), "品名：货号和品名至少写一个"),
    (line(状态="在路上"), "状态：写成 已下单、已发货、已完成"),
    (line(分成="S01:60%"), "分成：各人的分成合起来要是 100%"),
    (line(分成="S01-60"), "分成：写成 S01:60%；S02:40%"),
    (line(分成="S01:60%；X9:40%"), "分成：没有这个编号：X9"),
    (line(分成="S01:50%；S01:50%"), "分成：S01 写了两次"),
    (line(分成="S01:100%；S02:0%"), "分成：分成要大于 0"),
]


@pytest.mark.parametrize(("row", "reason"), WRONG, ids=[reason for _row, reason in WRONG])
def test_what_cannot_be_is_turned_down_with_its_reason(house, row, reason):
    _where, page = sent(house, line("好的一单"), row)
    assert reason in page
    assert Job.objects.latest("id").result["failed"] == 1


def test_an_english_reader_is_told_with_english_signs(house):
    house.cookies["django_language"] = "en"
    sent(house, line(状态="在路上", 件数="0"), line("一号"), line("一号"))
    told = str([reasons for _row, reasons in Job.objects.latest("id").result["wrong"]])
    assert "Write one of 已下单, 已发货, 已完成" in told
    assert not re.search("[，、；：]", told), told


def test_a_merged_customer_a_day_of_no_delivery_and_a_step_back_are_turned_down(house):
    seller = Employee.objects.get(number="S01")
    gone, kept = factories.customer(seller, code="K7"), Customer.objects.get(code="K1")
    versions = (kept.version, gone.version)
    kept = of_customers.merge(kept, gone, versions=versions, choices={}, reason="同一家")
    done = factories.order(seller, placed=True, customer=kept)
    of_orders.complete(of_orders.ship(done), day=done.day)
    same = {
        "下单日期": str(done.day),
        "货号": good_of(done),
        "件数": "10",
        "原价金额": "",
        "成交金额": "9,500",
    }
    for row, delivered, reason in (
        (line(客户编号="K7"), "", "客户编号：这位客户已并入另一位"),
        (line(), "2026-02-01", "交货日期：只有已完成的单才有交货日期"),
        (line(done.number, **same, 状态="已发货"), "", "状态：状态不能往回改"),
    ):
        _where, page = sent(house, [*row, delivered], head=[*HEAD, "交货日期"])
        assert reason in page, reason


def test_one_wrong_row_keeps_the_whole_file_out_and_comes_back(house):
    where, page = sent(
        house, line("好的一单"), line("一号", 行号="1"), line("一号", 行号="1"),
        line("二号", 行号="1"), line("二号", 行号="2", 客户编号="K2"),
    )  # fmt: skip
    assert "在文件里重复，第 3、4 行" in page
    assert "与同一订单的第 5 行不同" in page
    house.post(f"{where}write/")
    assert not Order.objects.exists()
    back = load_workbook(io.BytesIO(house.get(f"{where}failed/").content)).active
    rows = list(back.iter_rows(values_only=True))
    assert rows[0] == (*HEAD, "原因", "行号")
    assert [row[-1] for row in rows[1:]] == [3, 4, 6]
    assert AccessEntry.objects.get(kind="file").rows == 3


def test_what_has_gone_on_since_is_not_written_over(house):
    seller = Employee.objects.get(number="S01")
    shop = factories.shop()
    picked, paid = (
        factories.order(seller, pickup_shop=shop, placed=True, pieces=10) for _ in range(2)
    )
    handing.pick_up(picked, shop=shop, clerk=None, person="周敏", wanted={picked.lines.get().pk: 1})
    receipt = money.record_receipt(day=paid.day, amount=500_000, payer="x")
    money.match(receipt, order=paid, amount=500_000)
    day = str(paid.day)
    base = {"下单日期": day, "客户编号": "K1"}
    lines = {
        "已提货或退货的单不能再改": line(picked.number, **base),
        "已回款超过新的成交金额": line(paid.number, **base, 成交金额="1,000"),
        "这一单还有第 1 行": line(paid.number, **base, 行号="2"),
        "已回款的单不能取消": line(paid.number, **base, 状态="已取消"),
    }
    for reason, row in lines.items():
        _where, page = sent(house, row)
        assert reason in page, reason


def test_only_the_director_brings_orders_in_and_gives_nobody_else_his_file(house):
    where, _page = sent(house, line())
    for role in ("salesperson", "manager", "finance", "clerk", "hr", "agent", "admin"):
        assert factories.signed_in(role).get(URL).status_code == 403, role
    assert factories.signed_in("director").get(where).status_code == 404


def test_the_template_is_filled_in_and_comes_back(house):
    book = load_workbook(io.BytesIO(house.get(f"{URL}template/").content))
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    said = dict(zip(HEAD, line(), strict=True))
    sheet.append([said.get(name) for name in heads])
    stream = io.BytesIO()
    book.save(stream)
    answer = house.post(URL, {"file": SimpleUploadedFile("a.xlsx", stream.getvalue())}, follow=True)
    assert "写入 1 行" in answer.content.decode()  # the example row is nobody's


def test_the_same_bad_orders_are_turned_down_by_a_run_and_by_the_page(house, tmp_path):
    """One reader behind both: the contract's list, asked of each."""
    bad = {
        "缺原价": {"list_amount": ""}, "零原价": {"list_amount": "0"}, "负成交": {"net_amount": "-5"},
        "歧义": {"order_date": "03/04/2018"}, "没这天": {"order_date": "2026-02-30"},
        "非数": {"net_amount": "NaN"}, "太大": {"net_amount": "999999999999999"},
        "没这人": {"salesperson_id": "X9"}, "早于入职": {"order_date": "2021-01-05"},
        "没渠道": {"channel": "网店"}, "没代理": {"channel": "代理"}, "没银楼": {"channel": "银楼"},
    }  # fmt: skip
    names = ("order_id", "order_date", "salesperson_id", "channel", "list_amount", "net_amount")
    good = {"order_date": "20260105", "salesperson_id": "S01", "channel": "直销"}
    good |= {"list_amount": "1.0万", "net_amount": "¥9,000.5"}
    rows = [{"order_id": "好", **good}] + [{"order_id": k, **good, **v} for k, v in bad.items()]
    text = [",".join(f'"{row[n]}"' for n in names) for row in rows]
    write_csv(tmp_path / "orders.csv", ",".join(names), *text)
    write_csv(
        tmp_path / "people.csv", "payee_id,name,role,team,from", "S01,陈,业务员,KA,2022-01-01"
    )
    run = assay("run", PLAN, "--facts", tmp_path, "--out", tmp_path / "out")
    assert run.status == 2
    with (tmp_path / "out" / "rejected.csv").open(encoding="utf-8-sig", newline="") as stream:
        by_run = {rows[int(r["row"]) - 2]["order_id"] for r in csv.DictReader(stream)}
    titles = dict(
        zip(
            names, ("订单号", "下单日期", "业务员工号", "渠道", "原价金额", "成交金额"), strict=True
        )
    )
    lines = [line(row["order_id"], **{titles[n]: row[n] for n in names[1:]}) for row in rows]
    sent(house, *lines)
    result = Job.objects.latest("id").result
    by_page = {rows[number - 2]["order_id"] for number, _why in result["wrong"]}
    assert by_run == by_page == set(bad)


def test_many_orders_go_through_a_worker_in_few_statements(
    house, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(pages, "AT_ONCE", 0)
    where, page = sent(house, *(line(f"HT-20260105-{n:04d}") for n in range(1, 1501)))
    assert "<progress" in page
    assert jobs.run(claimed()).state == "ready"
    house.post(f"{where}write/")
    job = claimed()
    with django_assert_max_num_queries(200):
        assert jobs.run(job).state == "done"
    assert (Order.objects.count(), OrderLine.objects.count()) == (1500, 1500)


def test_somebody_with_two_posts_sells_for_the_department_he_sells_in(house):
    person = factories.employee("manager", number="M09", place=factories.department(code="D9"))
    take_post(
        person,
        role="salesperson",
        start=date(2025, 1, 1),
        department=factories.department(code="D8"),
    )
    where, _page = sent(house, line(业务员工号="M09"))
    house.post(f"{where}write/")
    assert Order.objects.get(department__code="D8").number == "HT-20260105-001"


def test_lines_by_weight_come_in_at_the_gold_price_of_their_day_and_keep_it(house):
    where, page = sent(
        house,
        line(
            "称重",
            货号="W1",
            品名="",
            原价金额="",
            克重="12.345",
            成交金额="11,200",
            打折范围="只打工费",
        ),
        line(
            "称重",
            行号="2",
            品名="金料回购款",
            原价金额="",
            克重="1",
            当日金价="880",
            工费="20",
            成交金额="855",
        ),
    )
    assert "写入 2 行" in page
    assert "12.345 克" in page
    house.post(f"{where}write/")
    order = Order.objects.get(number="称重")
    own = [
        (x.weight, x.gold_price, x.gold_day, x.labour, x.discount_on, x.list_amount, x.net_amount)
        for x in order.lines.all()
    ]
    day = date(2026, 1, 5)
    assert own == [  # 12.345 g × 900 = 11,110.50, × 15 = 185.18 (half up)
        (12_345, 90_000, day, 1_500, "labour", 1_129_568, 1_120_000),
        (1_000, 88_000, day, 2_000, "all", 90_000, 85_500),
    ]
    assert (order.list_amount, order.net_amount) == (1_219_568, 1_205_500)
    assert "足金手镯" in house.get(f"/sales/orders/{order.pk}/").content.decode()
    # What is left empty stays; another weight is priced by the gold price that was kept.
    second = line("称重", 行号="2", 品名="", 原价金额="", 成交金额="855")
    sent(house, line("称重", 原价金额="", 品名="", 成交金额="11,200"), second)
    assert Job.objects.latest("id").result["same"] == 2
    where, _page = sent(
        house, line("称重", 原价金额="", 品名="", 克重="12", 成交金额="11,200"), second
    )
    house.post(f"{where}write/")
    assert order.lines.get(number=1).list_amount == 1_098_000


def test_an_update_holds_a_line_by_weight_to_its_gold_and_a_good_by_piece_ends_it(house):
    weighed = {"品名": "金料", "原价金额": "", "克重": "1", "当日金价": "880", "工费": "20"}
    where, _page = sent(house, line("称重", **weighed, 成交金额="895", 打折范围="只打工费"))
    house.post(f"{where}write/")
    row = OrderLine.objects.get()
    for words, reason in (
        ({"成交金额": "1.00"}, "只打工费，不能低于金料 880.00"),
        ({"原价金额": "500"}, "克重 × 当日金价 + 工费是 900.00"),
        ({"货号": "G1"}, "原价金额：缺少"),
    ):
        _where, page = sent(house, line("称重", **{"原价金额": "", "成交金额": "895", **words}))
        assert reason in page
    # Another day of the order leaves the day of its gold price; another price brings its own.
    later = {"下单日期": "2026-01-07", "品名": "", "原价金额": ""}
    for words, day in (({}, 5), ({"当日金价": "880"}, 5), ({"当日金价": "890"}, 7)):
        where, _page = sent(house, line("称重", **later, **words, 成交金额="899"))
        house.post(f"{where}write/")
        row.refresh_from_db()
        assert row.gold_day == date(2026, 1, day), words
    where, page = sent(house, line("称重", 下单日期="2026-01-07", 货号="G1", 原价金额="1,000"))
    assert '<span class="struck faint">1.000 克</span>' in page
    house.post(f"{where}write/")
    row.refresh_from_db()
    told = (row.weight, row.gold_price, row.gold_day, row.labour, row.discount_on, row.list_amount)
    assert told == (None, None, None, None, "all", 100_000)
