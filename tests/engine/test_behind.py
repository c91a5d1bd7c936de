"""Behind every sum of a line stand its rows, months and people, and they come to the figure shown."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

from assay.engine.explain import Explained, PayeeMonth, explain, opened
from assay.engine.inputs import read_inputs
from assay.period import Month
from assay.plan.behind import Behind, Made, Sum
from assay.plan.behind_words import day_of, number_of
from assay.plan.compile import compile_plan
from assay.plan.document import Plan
from assay.plan.reading import read_plan
from assay.plan.tree import Value
from assay.samples.made import Made as Facts
from tests.conftest import ROOT, assay, rows, write_csv

GALLERY = sorted((ROOT / "plans" / "gallery").glob("*.yaml"))


def exact(value: Value) -> Fraction:
    assert isinstance(value, int | Fraction), value
    return Fraction(value)


def comes_to(whole: Sum, made: Made) -> bool:
    """Whether the parts told, with what is said of the others, come to the figure."""
    parts = [part.value for part in made.parts]
    if whole.kind == "count":
        return len(parts) + made.others == whole.figure
    if whole.kind in ("sum", "carried", "mean"):
        total = sum((exact(value) for value in parts), Fraction(0)) + (made.theirs or 0)
        many = len(parts) + made.others
        if whole.kind == "mean":
            return total / many == whole.figure if many else whole.figure is None
        return total == whole.figure
    there = [value for value in parts if value is not None]
    if made.others or not there:
        return bool(made.others) or whole.figure is None
    if whole.kind == "latest":
        return there[-1] == whole.figure
    return whole.figure == (min if whole.kind == "min" else max)(exact(v) for v in there)


def told(month: PayeeMonth) -> list[tuple[Sum, Made]]:
    """Every sum behind the lines of a payee's month; none that opens on the way is left untold."""
    found = []
    for one in month.told(further=False):
        telling = month.behind(one.line, "zh")
        those = [(whole, made) for _, whole, made in telling.told(one.line)]
        every = walked(telling.behind, telling.behind.of_line(one.line))
        said, there = (
            {(telling.title(whole, one.line), telling.figure(whole)) for whole in sums}
            for sums in ([whole for whole, _ in those], every)
        )
        assert said == there
        assert len(said) == len(dict(said)), "two sums of one title"
        found += those
    return found


def walked(behind: Behind, sums: list[Sum]) -> list[Sum]:
    """The sums, and all that their months and people rest on, however often one of them is met."""
    found, left = [], list(sums)
    while left:
        whole = left.pop()
        found.append(whole)
        assert len(found) < 20_000
        for part in behind.opened(whole).parts:
            left += behind.below(whole, part)
    return found


@pytest.mark.parametrize("path", GALLERY, ids=lambda p: p.stem[:20])
def test_the_rows_behind_each_sum_of_the_gallery_come_to_it(path: Path, tmp_path: Path) -> None:
    """Each line of everybody in a month that closes its periods; each row of an order is the order's."""
    program = compile_plan(read_plan(path.read_text(encoding="utf-8")))
    months = 12 if any(rule.period == "year" for rule in program.rules) else 3
    Facts(program, 5, 3, months, 2).write(tmp_path / "facts")
    facts = read_inputs(program, tmp_path / "facts")
    net = {r["order_id"]: Fraction(r["net_amount"]) for r in rows(tmp_path / "facts/orders.csv")}
    query = "SELECT DISTINCT payee_id FROM holdings ORDER BY 1"
    summed = 0
    monthly = {r.name for r in program.rules if not r.fact and r.name != "from_final_wage"}
    for (payee,) in facts.connection.execute(query).fetchall():
        month = opened(program, facts, payee, Month(program.effective + months - 1))
        for whole, made in told(month):
            assert comes_to(whole, made), (payee, whole, made)
            numbers = [(number_of(p), p.env.payee, day_of(p)) for p in made.parts if p.env.row]
            assert all(day is not None for _, _, day in numbers)
            if whole.name in (
                "sales",
                "dept_sales",
                "agent_sales",
                "month_sales",
                "personal_sales",
            ):
                for part in made.parts:
                    if part.env.row is not None:
                        assert exact(part.value) == net[number_of(part)] * 100
            summed += len(made.parts) + made.others
    assert summed or not monthly


KINDS = """plan: kinds
effective: 2024-01
facts: {order: {has: {kind: text}}}
measures:
  sales: {is: "sum(order.amount)", title: {zh: 业绩, en: sales}}
  big: {is: "count(order)", where: "order.amount >= 200元", title: {zh: 大单数, en: big orders}}
  least: {is: "min(order.amount) otherwise 0元", title: {zh: 最小一单, en: least}}
  most: {is: "max(order.amount, where: order.kind = gold) otherwise 0元", title: 金货最大}
  best: {is: "sum(order.amount, best: 2)", title: 最高两单}
  mean: {is: "mean(order.amount) otherwise 0元", title: {zh: 平均, en: mean}}
  last: {is: "latest(order.kind)", over: year, title: 最近一种}
  year: {is: "sum(sales)", over: year, title: 全年}
  saved: {carry: month, opens: 5元, adds: "sales * 10%", takes: "if(month.number = 2, 3元, 0元)", title: 存下}
rules:
  - name: kinds
    for: rep
    pay: "least + most + best + mean + year + saved + number(big) * 1元 + if(last = gold, 1元, 0元)"
"""


def folder(tmp_path: Path, text: str, people: list[str], orders: list[str]) -> Path:
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    write_csv(tmp_path / "people.csv", *people)
    write_csv(tmp_path / "orders.csv", *orders)
    return tmp_path


def explained(at: Path, payee: str, month: str, lang: str = "zh") -> list[Explained]:
    program = compile_plan(read_plan((at / "plan.yaml").read_text(encoding="utf-8")))
    return explain(program, read_inputs(program, at), payee, Month.parse(month), lang=lang)


def said(at: Path, payee: str, month: str, lang: str = "zh") -> list[str]:
    """What is told of a payee's month."""
    return [text.strip() for one in explained(at, payee, month, lang) for text in one.sentences]


def test_every_kind_of_sum_opens_to_its_rows(tmp_path: Path) -> None:
    """Number, extreme, the best, mean, latest, over months, a balance; what a condition left out is a number."""
    at = folder(
        tmp_path, KINDS, ["payee_id,role", "P,rep"],
        ["order_id,order_date,salesperson_id,list_amount,net_amount,kind",
         "1,2024-01-05,P,100,100,gold", "2,2024-02-06,P,200,200,gold",
         "3,2024-02-07,P,300,300,jade", "4,2024-02-08,P,400,400,jade"],
    )  # fmt: skip
    two, three, four = (f"订单 {n} (2024-02-0{n + 4}) {n}00.00元" for n in (2, 3, 4))
    found = said(at, "P", "2024-02")
    for line in (
        "最小一单 200.00元 计入 3 笔",
        "大单数 3 计入 3 笔:订单 2 (2024-02-06)、订单 3 (2024-02-07)、订单 4 (2024-02-08)。",
        f"金货最大 200.00元 计入 1 笔:{two};另有 2 笔不计。",
        f"最高两单 700.00元 计入 2 笔:{three}、{four};另有 1 笔不计。",
        f"平均 300.00元 计入 3 笔:{two}、{three}、{four}。",
        "最近一种 jade 计入 4 笔:订单 1 (2024-01-05) gold、订单 2 (2024-02-06) gold、"
        "订单 3 (2024-02-07) jade、订单 4 (2024-02-08) jade。",
        "全年 1,000.00元 计入 2 个月:2024-01 100.00元、2024-02 900.00元。",
        "业绩 (2024-01) 100.00元 计入 1 笔:订单 1 (2024-01-05) 100.00元。",
        f"业绩 900.00元 计入 3 笔:{two}、{three}、{four}。",
        "存下 102.00元 计入 3 个月:期初 5.00元、2024-01 10.00元、2024-02 87.00元。",
    ):
        assert any(one.startswith(line) for one in found), (line, found)
    english = said(at, "P", "2024-02", "en")
    assert (
        "big orders 3 counts 3: order 2 (2024-02-06), order 3 (2024-02-07), order 4 (2024-02-08)."
        in english
    )
    program = compile_plan(read_plan(KINDS))
    month = opened(program, read_inputs(program, at), "P", Month.parse("2024-02"))
    pairs = told(month)
    assert {whole.kind for whole, _ in pairs} == {
        "sum", "count", "min", "max", "mean", "latest", "carried",
    }  # fmt: skip
    assert all(comes_to(whole, made) for whole, made in pairs)


POOL = """plan: pool
effective: 2024-01
facts: {order: {to: {who: order.salesperson, as: [rep, manager], counts_for: team}}}
measures:
  pool: {is: "team.sum(order.amount)", title: {zh: 部门业绩, en: team sales}}
  own: {is: "sum(order.amount)", title: {zh: 业绩, en: sales}}
  all: {is: "team.sum(own)", title: 各人合计}
rules:
  - {name: share, for: rep, per: month, pay: "share(pool * 1%, by: own, among: team)"}
  - {name: override, for: manager, per: month, pay: "pool * 1% + all * 1%"}
"""
PEOPLE = ["payee_id,name,role,team,from,to,reports_to"]
ORDERS = ["order_id,order_date,salesperson_id,list_amount,net_amount"]


@pytest.mark.parametrize("above", ["", "M"], ids=["by team", "by superior"])
def test_of_colleagues_only_the_sum_is_told_and_of_ones_people_the_rows(
    tmp_path: Path, above: str
) -> None:
    """A member sees his own rows and what the others come to; who leads them, theirs by name, while he leads."""
    at = folder(
        tmp_path, POOL,
        [*PEOPLE, f"A,阿安,rep,T,,,{above}", f"B,阿冰,rep,T,,,{above}", "M,老马,manager,T,2024-02-01,,"],
        [*ORDERS, "1,2024-02-05,A,100,100", "2,2024-02-06,B,250,250", "3,2024-01-06,B,70,70"],
    )  # fmt: skip
    mine = said(at, "A", "2024-02")
    assert (
        "部门业绩 350.00元 计入 2 笔:订单 1 (2024-02-05) 100.00元、他人的 1 笔合计 250.00元。"
        in mine
    )
    data = json.dumps([one.data() for one in explained(at, "A", "2024-02")], ensure_ascii=False)
    for text in (*mine, data):
        assert "阿冰" not in text
        assert not re.search(r'订单 2 |"id": "2"|"payee_id": "B"', text)
    theirs = said(at, "M", "2024-02")
    assert (
        "部门业绩 350.00元 计入 2 笔:订单 1 (2024-02-05) 阿安 100.00元、订单 2 (2024-02-06) 阿冰 250.00元。"
        in theirs
    )
    assert "各人合计 350.00元 计入 3 人:阿安 100.00元、阿冰 250.00元、老马 0.00元。" in theirs
    assert "业绩 (阿冰) 250.00元 计入 1 笔:订单 2 (2024-02-06) 阿冰 250.00元。" in theirs


def test_who_led_them_later_is_not_told_what_they_sold_before(tmp_path: Path) -> None:
    """A sum over the year: of the months before he led them he learns what they come to."""
    text = POOL.replace('"team.sum(order.amount)"', '"team.sum(order.amount)", over: year')
    at = folder(
        tmp_path, text, [*PEOPLE, "A,阿安,rep,T,,,", "M,老马,manager,T,2024-02-01,,"],
        [*ORDERS, "1,2024-01-05,A,100,100", "2,2024-02-06,A,250,250"],
    )  # fmt: skip
    assert (
        "部门业绩 350.00元 计入 2 笔:订单 2 (2024-02-06) 阿安 250.00元、他人的 1 笔合计 100.00元。"
        in said(at, "M", "2024-02")
    )


def test_a_long_sum_tells_its_first_rows_and_all_where_asked(tmp_path: Path) -> None:
    text = POOL.replace("share(pool * 1%, by: own, among: team)", "own * 1%")
    orders = [f"{n},2024-02-05,A,{n},{n}" for n in range(1, 31)]
    at = folder(tmp_path, text, [*PEOPLE, "A,阿安,rep,T,,,"], [*ORDERS, *orders])
    words = ("explain", at / "plan.yaml", "--facts", at, "--payee", "A", "--month", "2024-02")
    (short,) = re.findall("业绩 465.00元 计入.*", assay(*words).out)
    assert short.count("订单 ") == 20
    assert short.endswith("、另 10 项合计 255.00元。")
    (whole,) = re.findall("业绩 465.00元 计入.*", assay(*words, "--all").out)
    assert whole.count("订单 ") == 30
    ran = assay(*words, "--json")
    (line,) = json.loads(ran.out)["lines"]
    (made,) = line["sums"]
    assert (made["title"], made["kind"], made["figure"]) == ("业绩", "sum", "465.00")
    assert sum(Fraction(part["value"]) for part in made["parts"]) == 465
    assert made["parts"][0] == {
        "fact": "order", "id": "1", "date": "2024-02-05", "payee_id": "A", "month": "2024-02",
        "opens": False, "value": "1.00",
    }  # fmt: skip


def test_the_month_that_raised_an_orders_rate_opens_too(
    key_account: Plan, department: Path
) -> None:
    """The added point of a line of orders rests on the month's sums: they open with their orders."""
    program = compile_plan(key_account)
    facts = read_inputs(program, department)
    (one,) = explain(program, facts, "S03", Month.parse("2024-06"), "commission")
    start = "当月业绩 480,000.01元 计入 2 笔:订单 HT-20240606-004 (2024-06-06) 270,000.00元、"
    assert any(said.startswith(start) for said in one.sentences)


@pytest.mark.parametrize(
    ("gives", "why"),
    [
        ("if(whole >= 300元, 2件, 0件)", "whole 350.00元 ≥ 300.00元,成立"),
        ("if(rank(own, among: team) = 2, 2件, 0件)", "名次 2 = 2,成立"),
        ("if(share(700元, by: own, among: team) = 200元, 2件, 0件)", "200.00元 = 200.00元,成立"),
    ],
    ids=["sum of the team", "place", "pool"],
)
def test_an_award_in_kind_is_explained_by_the_colleagues_it_rests_on(
    tmp_path: Path, gives: str, why: str
) -> None:
    """What is given beside the pay may look at colleagues where the pay does not: the run's award is told."""
    text = f"""plan: kind
effective: 2024-01
measures: {{own: "sum(order.amount)", whole: "team.sum(order.amount)"}}
rules:
  - {{name: prize, for: member, per: month, pay: "own * 1%", gives: "{gives}"}}
"""
    at = folder(
        tmp_path, text, [*PEOPLE, "A,阿安,member,T,,,", "B,阿冰,member,T,,,"],
        [*ORDERS, "1,2024-02-05,A,100,100", "2,2024-02-06,B,250,250"],
    )  # fmt: skip
    assay("run", at / "plan.yaml", "--facts", at, "--month", "2024-02", "--out", at / "out")
    (line,) = [r for r in rows(at / "out" / "statements.csv") if r["payee_id"] == "A"]
    assert line["title"] == "prize · 2"
    (one,) = explained(at, "A", "2024-02")
    assert one.line.award == "2"
    assert any(why in text for text in one.sentences), one.sentences


MOVED = """plan: moved
effective: 2024-01
measures:
  pot: {carry: team.month, adds: "team.sum(order.amount)", takes: "0元"}
  due: {carry: team.month, adds: "team.sum(order.amount)", takes: "if(due.before > 100元, 50元, 0元)"}
  pool: "team.sum(order.amount)"
  year: {is: "sum(pool)", over: year}
  last: "earlier(pool, 1个月)"
rules:
  - {name: months, for: member, per: month, pay: "year * 1% + last * 1%"}
  - {name: of_day, for: member, per: order, pay: "order.amount * ((year + last) / 10000元)"}
  - {name: all, for: member, per: month, pay: "pot * 1%"}
  - {name: before, for: member, per: month, pay: "pot.before * 1% + due * 1%"}
  - {name: orders, for: member, per: order, pay: "order.amount * (team.sum(order.amount) / 100元)"}
"""


def moved(tmp_path: Path, text: str = MOVED) -> Path:
    """A folder in which A goes from one team to the other in the middle of a month."""
    return folder(
        tmp_path, text,
        [*PEOPLE, "A,阿安,member,S,,2024-02-14,", "A,阿安,member,T,2024-02-15,,",
         "B,阿冰,member,S,,,", "C,阿晨,member,T,,,"],
        [*ORDERS, "1,2024-01-05,A,1000,1000", "2,2024-02-05,A,500,500", "3,2024-02-20,A,700,700",
         "5,2024-01-05,B,11,11", "6,2024-02-05,B,13,13", "7,2024-03-05,B,17,17",
         "8,2024-01-05,C,101,101", "9,2024-02-05,C,103,103", "10,2024-03-05,C,107,107"],
    )  # fmt: skip


def test_a_teams_balance_stays_the_teams_for_who_came_from_another(tmp_path: Path) -> None:
    """Its months are those of the team, not of where the payee stood in them."""
    found = said(moved(tmp_path), "A", "2024-02")
    for line in (
        "pot 904.00元 计入 2 个月:2024-01 101.00元、2024-02 803.00元。",
        "pot (2024-01) 101.00元 计入 1 个月:2024-01 101.00元。",
        "due 854.00元 计入 2 个月:2024-01 101.00元、2024-02 753.00元。",
        "当月部门的 成交额 之和 (2024-01) 101.00元 计入 1 笔:他人的 1 笔合计 101.00元。",
        "year 904.00元 计入 2 个月:2024-01 101.00元、2024-02 803.00元。",
        "pool (2024-01) 101.00元 计入 1 笔:他人的 1 笔合计 101.00元。",
        "year (S) 1,524.00元 计入 2 个月:2024-01 1,011.00元、2024-02 513.00元。",
        "pool (S, 2024-01) 1,011.00元 计入 2 笔:订单 1 (2024-01-05) 1,000.00元、他人的 1 笔合计 11.00元。",
    ):
        assert line in found, (line, found)


def test_the_sums_of_both_teams_are_told_where_each_paid_an_order(tmp_path: Path) -> None:
    """Orders of one month and of two teams: each rests on a sum of its own, told apart by the team."""
    at = moved(tmp_path)
    found = said(at, "A", "2024-02")
    one, other = (
        "当月部门的 成交额 之和 (S) 513.00元 计入 2 笔:订单 2 (2024-02-05) 500.00元、"
        "他人的 1 笔合计 13.00元。",
        "当月部门的 成交额 之和 803.00元 计入 2 笔:订单 3 (2024-02-20) 700.00元、"
        "他人的 1 笔合计 103.00元。",
    )
    assert one in found
    assert other in found
    each = next(
        one for one in explained(at, "A", "2024-02", "en") if one.line.rule.name == "orders"
    )
    assert [made["figure"] for made in each.sums] == ["513.00", "803.00"]
    assert "(S)" in str(each.sums[0]["title"])


@pytest.mark.parametrize("payee", ["A", "B", "C"])
@pytest.mark.parametrize("month", ["2024-01", "2024-02", "2024-03"])
def test_what_is_told_comes_to_the_figure_for_who_moves_and_who_stays(
    tmp_path: Path, payee: str, month: str
) -> None:
    at = moved(tmp_path)
    program = compile_plan(read_plan(MOVED))
    at_work = opened(program, read_inputs(program, at), payee, Month.parse(month))
    pairs = told(at_work)
    assert pairs
    for whole, made in pairs:
        assert comes_to(whole, made), (whole, made)


MIXED = """plan: mixed
effective: 2024-01
measures:
  twice: {is: "team.sum(order.amount) * 2", title: {zh: 两倍, en: twice}}
  least: "target otherwise 100元"
rules:
  - {name: of_day, for: member, per: order, pay: "order.amount * (twice / 100元)"}
  - {name: of_month, for: member, per: order, pay: "order.amount * (team.sum(order.amount) / least otherwise 0%) * 1%"}
  - {name: chosen, for: member, per: order, pay: "order.amount * if(team.sum(order.amount) > least * 6, 2%, 1%)"}
"""


def test_an_orders_sentences_take_the_team_by_which_the_run_paid_it(tmp_path: Path) -> None:
    """A department's value is of the order's day; beside one of the payee's month, of his month."""
    at = moved(tmp_path, MIXED)
    of_day, of_month, chosen = (one.sentences for one in explained(at, "A", "2024-02"))
    assert "两倍 (S)为 合计 513.00元 × 2 = 1,026.00元。" in of_day
    assert "两倍为 合计 803.00元 × 2 = 1,606.00元。" in of_day
    first = "成交额 500.00元 × 合计 803.00元 ÷ least 100.00元 × 1% = 40.15元。"
    assert first in of_month
    assert "成交额 500.00元 × 2% = 10.00元。" in chosen
    for text in (*of_month, *chosen):
        assert "513.00" not in text
    program = compile_plan(read_plan(MIXED))
    at_work = opened(program, read_inputs(program, at), "A", Month.parse("2024-02"))
    assert all(comes_to(whole, made) for whole, made in told(at_work))
