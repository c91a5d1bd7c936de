"""The discount ruler: bands of the plan, what each pays, the edge nearby, the month, and backwards."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from django.utils import timezone

from assay.period import Month
from assay.sales.actions import targets
from assay.sales.models import Order, OrderShare
from assay.sales.queries.pricing import _scene, around_of
from assay.sales.ruler import NEEDLE_ROOM, ruler
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    team = factories.department(code="KA")
    factories.employee("manager", team, number="M01")
    seller = factories.employee("salesperson", team, number="S04", name="赵敏")
    return seller, factories.customer(seller), factories.signed_in(who=seller)


def sheet(seller, customer, good, **more):
    return {
        "head-channel": "direct", "head-day": timezone.localdate().isoformat(),
        "head-seller": seller.pk, "head-customer": customer.code, "all-overall": "8.5折",
        "line0-good": good.number, "line0-quantity": "1", **more,
    }  # fmt: skip


def priced(browser, said) -> str:
    return " ".join(browser.post("/sales/orders/price/", said).content.decode().split())


def set_target(seller, amount):
    month = Month.of(timezone.localdate())
    team = seller.assignments.get().department
    plan = targets.draft_plan(department=team, year=month.first.year, amount=amount)
    plan = targets.set_targets(plan, {(month, None): amount, (month, seller.pk): amount}, version=1)
    targets.publish_plan(plan, version=plan.version, why="试")


def test_every_band_shows_its_rate_and_what_the_order_pays_in_it(desk):
    seller, customer, browser = desk
    page = priced(browser, sheet(seller, customer, factories.good(price=10_000_000)))
    for rate in ("8%", "4%", "2%", "1.5%", "0%"):
        assert f">{rate}</text>" in page
    # 100,000: (90,000 - 20,000) x 8 % to (100,000 - 20,000) x 8 %; 4 % from 80,000.01 to 89,999.99
    assert ">5,600–6,400</text>" in page
    assert ">2,400–2,800</text>" in page
    assert ">9折</text>" in page
    assert ">6折</text>" in page
    assert ">10折</text>" in page
    assert ">底线 7.5折</text>" in page


def chips(html: str) -> list[str]:
    """The clauses told in a part of a page."""
    return re.findall(r'class="chip" href="/help/clauses/#c-([^"]+)"', html)


def part(page: str, start: str, end: str) -> str:
    """A page from where something is said on to where something else is."""
    begins = page.index(start)
    return page[begins : page.index(end, begins)]


def test_every_rule_the_page_goes_by_names_its_clause(desk, settings, tmp_path):
    seller, customer, browser = desk
    set_target(seller, 20_000_000)
    good = factories.good(price=40_000_000)
    page = priced(browser, sheet(seller, customer, good, **{"all-overall": "7.4折"}))
    assert chips(part(page, "须审批", "</p>")) == ["六.1.2", "六.1.2"]
    gets = part(page, "这一单给", "</div></div>")
    assert chips(part(gets, "销售提成", "单笔奖励")) == ["六.1.1", "六.1.2", "六.3"]
    assert chips(gets[gets.index("单笔奖励") :]) == ["六.1.3"]
    assert chips(part(page, "</svg>", "</p>")) == ["六.1.1"]
    assert chips(part(page, "使完成率超过 120%", "</div>")) == ["六.1.2"]
    deep = priced(browser, sheet(seller, customer, good, **{"all-overall": "6折"}))
    assert chips(part(deep, "须审批", "</p>"))[-1] == "六.1.1"
    # They are the plan's own: written under another clause, that one is named.
    text = (settings.PLANS / "key-account.yaml").read_text(encoding="utf-8")
    moved = text.replace(
        'rate_by_discount:\n    cite: "六.1.1"', 'rate_by_discount:\n    cite: "六.2"'
    )
    assert moved != text
    (tmp_path / "plan.yaml").write_text(moved, encoding="utf-8")
    settings.PLANS = tmp_path
    page = priced(browser, sheet(seller, customer, good, **{"all-overall": "8折"}))
    assert "六.2" in chips(part(page, "</svg>", "</p>"))


def test_the_bands_are_the_plan_s_own(desk, settings, tmp_path):
    seller, customer, browser = desk
    text = (settings.PLANS / "key-account.yaml").read_text(encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(
        text.replace('["(8折, 9折)", 4%]', '["(8.5折, 9折)", 4%]').replace(
            '["(7折, 8折]", 2%]', '["(7折, 8.5折]", 2%]'
        ),
        encoding="utf-8",
    )
    settings.PLANS = tmp_path
    page = priced(browser, sheet(seller, customer, factories.good(price=10_000_000)))
    assert ">8.5折</text>" in page
    assert ">8折</text>" not in page


def test_the_edge_nearby_says_what_either_side_pays_and_how_far_it_is(desk):
    seller, customer, browser = desk
    good = factories.good(price=10_000_000)
    page = priced(browser, sheet(seller, customer, good, **{"all-overall": "8.9折"}))
    assert '最近的一道线 9折：够得上得 <b class="nums">5,600.00</b>' in page
    assert '差 1 分得 <b class="nums">2,800.00</b>' in page
    assert "成交价再高 1,000.00 就够得上" in page
    page = priced(browser, sheet(seller, customer, good, **{"all-overall": "9.1折"}))
    assert "还能让 1,000.00 不掉档" in page


def averages(page):
    """What the panel says of the month's averages, before the order and with it."""
    told = re.findall(r'>([^<]+)</a></div><div class="v">([^<]*)</div>', page)
    return {name: value for name, value in told if "平均" in name}


def test_a_discount_where_only_the_1_fen_of_price_pays_is_no_edge(desk):
    seller, customer, browser = desk
    # 7.5折 is 75,000.75 and pays 1 分 more than 75,000.74 does, by the same 2 % on both sides.
    good = factories.good(price=10_000_100)
    said = sheet(seller, customer, good, **{"all-overall": "7.6折"})
    told = browser.post("/sales/orders/price/", said).context
    tied = next(edge for edge in told["told"].edges if edge.ratio == Fraction(3, 4))
    assert tied.above.pay == tied.below.pay + 1
    assert told["near"].ratio == Fraction(4, 5)
    assert [edge.ratio for edge in told["edges"]] == [Fraction(n, 10) for n in (9, 8, 7, 6)]


def test_the_effect_on_the_month_is_shown(desk):
    seller, customer, browser = desk
    set_target(seller, 20_000_000)
    factories.order(seller, pieces=160, ratio="1", placed=True)
    good = factories.good(price=10_000_000)
    page = priced(browser, sheet(seller, customer, good, **{"all-overall": "8折"}))
    assert "80.00% → 120.00%" in page
    assert "未超过 120%" in page
    # 160,000 at full price, then 80,000 of 100,000; with a colleague's 36,000 of 40,000 for the team
    assert averages(page) == {"本人当月平均": "10折 → 9.23折", "部门当月平均": "10折 → 9.23折"}
    mate = factories.employee("salesperson", seller.assignments.get().department)
    factories.order(mate, pieces=40, ratio="0.9", placed=True)
    page = priced(browser, sheet(seller, customer, good, **{"all-overall": "8折"}))
    assert averages(page) == {"本人当月平均": "10折 → 9.23折", "部门当月平均": "9.8折 → 9.2折"}
    page = priced(browser, sheet(seller, customer, good, **{"all-overall": "8.1折"}))
    assert "80.00% → 120.50%" in page
    assert "这一单使完成率超过 120%" in page


def test_backwards_the_least_discount_that_still_pays_so_much(desk):
    seller, customer, browser = desk
    good = factories.good(price=10_000_000)
    page = priced(browser, sheet(seller, customer, good, **{"all-want": "5,600"}))
    assert (
        '要得 5,600.00，最低到 <b>9折</b>，成交价 <b class="nums">90,000.00</b>，得 5,600.00'
        in page
    )
    page = priced(browser, sheet(seller, customer, good, **{"all-want": "1000"}))
    # 2 % of what is above 20,000: 70,000 would do; the band begins just above 7折
    assert '成交价 <b class="nums">70,000.01</b>' in page
    assert "全价也得不到 9,999.00" in priced(
        browser, sheet(seller, customer, good, **{"all-want": "9999"})
    )


def test_backwards_every_amount_found_pays_it_and_one_fen_less_does_not(desk):
    seller, customer, browser = desk
    good = factories.good(price=12_345_678)
    factories.order(seller, pieces=7, ratio="0.83", placed=True)
    for want in (100, 77_777, 123_456, 400_000):
        answer = browser.post(
            "/sales/orders/price/", sheet(seller, customer, good, **{"all-want": str(want / 100)})
        )
        least = answer.context["told"].least
        assert least.net is not None
        one = draft(seller)
        scene = _scene(around_of(one, ()), one)

        assert gain(scene, least.net) == least.pay >= want
        assert gain(scene, least.net - 1) < want


def gain(scene, net):
    """What the order of 123,456.78 pays at a net amount."""
    return sum(effect.amount for effect in scene.effects(scene.at(12_345_678, net), ["S04"]))


def draft(seller):
    """A quotation that is not written yet, as the page prices it."""
    department = seller.assignments.get().department
    return Order(day=timezone.localdate(), seller=seller, department=department, channel="direct")


def test_a_large_order_s_bonus_makes_a_gap_that_is_told(desk):
    seller, customer, browser = desk
    good = factories.good(price=33_000_000)
    answer = browser.post(
        "/sales/orders/price/", sheet(seller, customer, good, **{"all-want": "15000"})
    )
    least = answer.context["told"].least
    # 300,000 (9.09折) gives the bonus of 10,000 besides 22,400; below it 9折 pays 22,160 and more
    assert least.net == 29_700_000
    assert least.safe == least.net


def test_it_works_by_submit_without_script(desk):
    seller, customer, browser = desk
    good = factories.good(price=10_000_000)
    said = sheet(seller, customer, good, **{"all-want": "5600", "more": "price"})
    answer = browser.post("/sales/orders/new/", said)
    assert answer.status_code == 200
    page = " ".join(answer.content.decode().split())
    assert "最低到 <b>9折</b>" in page
    assert not Order.objects.exists()
    assert len(re.findall(r'name="line\d+-good"', page)) == 1


def test_the_approval_needed_is_said_while_choosing(desk):
    seller, customer, browser = desk
    good = factories.good(price=10_000_000)
    page = priced(browser, sheet(seller, customer, good, **{"all-overall": "7.4折"}))
    assert page.index("低于折扣底线") < page.index("<svg")


def test_a_quotation_opened_again_follows_the_slider(desk):
    seller, customer, browser = desk
    order = factories.order(seller, customer=customer, ratio="0.7")
    page = browser.get(f"/sales/orders/{order.pk}/change/").content.decode()
    assert re.search(r'name="line0-ratio"(?![^>]*value=)', page)
    assert "7折" in page or 'value="7' in page


def test_a_ruler_without_pays_is_drawn_as_before():
    drawn = ruler([(Fraction(9, 10), True, "8%", "4%")], Fraction(85, 100))
    assert [step.rate for step in drawn.steps] == ["8%", "4%"]
    assert {step.pay for step in drawn.steps} == {""}


def test_the_ends_of_the_ruler_are_named_where_there_is_room():
    edges = [(Fraction(98, 100), True, "8%", "4%")]
    assert ruler(edges, Fraction(9, 10), lowest=Fraction(6, 10)).top == "", "9.8折 stands there"
    drawn = ruler([(Fraction(9, 10), True, "8%", "4%")], Fraction(8, 10), floor=Fraction(5, 10))
    assert drawn.top == "10折"
    assert drawn.floor is not None
    assert (drawn.floor.text, drawn.floor.counts) == ("5折", False)
    assert Fraction(drawn.floor.at.rstrip("%")) > 0, "below the lowest edge, and still drawn"
    same = ruler(edges, Fraction(9, 10), floor=Fraction(98, 100)).floor
    assert same is not None
    assert same.counts, "an edge's own line"


@pytest.mark.parametrize("here", range(600, 1001, 5))
def test_no_rate_is_written_under_the_needle(here):
    edges = [(Fraction(n, 10), True, f"{n}%", f"{n - 1}%") for n in (9, 8, 7, 6)]
    drawn = ruler(edges, Fraction(here, 1000))
    needle = Fraction(drawn.here.at.rstrip("%"))
    for step in drawn.steps:
        left, label = (Fraction(said.rstrip("%")) for said in (step.left, step.label))
        assert abs(label - needle) >= Fraction(NEEDLE_ROOM) - Fraction(1, 100)
        assert left <= label <= left + Fraction(step.width.rstrip("%"))


SHARED = """
plan: shared
effective: 2024-01
clauses: {"1": Who shares an order shares its commission}
facts:
  split: {of: order, has: {payee: text, percent: rate}}
  order: {to: {who: split.payee, as: salesperson, part: split.percent}}
rules: [{name: commission, for: salesperson, per: order, cite: "1", pay: "order.credited * 10%"}]
"""


def shared_with(*parts):
    """The rows of shares as the page posts them."""
    return {
        f"share{n}-{name}": str(value)
        for n, (who, percent) in enumerate(parts)
        for name, value in (("employee", who.pk), ("percent", percent))
    }


def test_shares_typed_change_what_the_seller_gets_before_they_are_saved(desk, settings, tmp_path):
    seller, customer, _own = desk
    browser = factories.signed_in("director")
    mate = factories.employee("salesperson", seller.assignments.get().department, number="S05")
    (tmp_path / "plan.yaml").write_text(SHARED.lstrip(), encoding="utf-8")
    settings.PLANS = tmp_path
    good = factories.good(price=10_000_000)
    said = sheet(seller, customer, good, **{"all-overall": "9折"})

    def gets(**more):
        told = browser.post("/sales/orders/price/", {**said, **more}).context["told"]
        return {effect.payee: effect.amount for effect in told.effects if effect.amount}, told.gain

    assert gets() == ({"S04": 900_000}, 900_000)
    assert gets(**shared_with((seller, 60), (mate, 40))) == (
        {"S04": 540_000, "S05": 360_000},
        540_000,
    )
    assert gets(**shared_with((mate, 100))) == ({"S05": 900_000}, 0)
    assert "各人的分成合起来要是 100%" in priced(browser, {**said, **shared_with((mate, 40))})
    twice = {**said, **shared_with((mate, 50), (mate, 50))}
    assert "一个人只写一行分成" in priced(browser, twice)
    # What is saved is shown without typing it again; typing over it counts at once.
    saved = browser.post("/sales/orders/new/", {**said, **shared_with((seller, 60), (mate, 40))})
    order = Order.objects.get()
    assert saved["Location"] == f"/sales/orders/{order.pk}/"
    told = browser.get(saved["Location"]).context["told"]
    assert {effect.payee: effect.amount for effect in told.effects} == {
        "S04": 540_000,
        "S05": 360_000,
    }
    again = {"order": order.pk, "all-version": order.version}
    assert gets(**again, **shared_with((seller, 75), (mate, 25)))[1] == 675_000


def test_a_colleague_of_another_department_shares_too(desk, settings, tmp_path):
    seller, customer, browser = desk
    mate = factories.employee("salesperson", number="S77")
    (tmp_path / "plan.yaml").write_text(SHARED.lstrip(), encoding="utf-8")
    settings.PLANS = tmp_path
    order = factories.order(seller, customer=customer, ratio="0.9")
    for who in (seller, mate):
        OrderShare(order=order, employee=who, part=5_000).save()
    told = browser.get(f"/sales/orders/{order.pk}/").context["told"]
    assert {effect.payee for effect in told.effects if effect.amount} == {"S04", "S77"}
