"""The discount ruler: bands of the plan, what each pays, the edge nearby, the month, and backwards."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from django.utils import timezone

from assay.engine.effect import Rate
from assay.money import half_up
from assay.period import Month
from assay.sales.actions import targets
from assay.sales.models import Order, OrderShare
from assay.sales.queries.pricing import _scene, around_of
from assay.sales.ruler import ruler
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


@pytest.mark.either_database
def test_every_rule_the_page_goes_by_names_its_clause(desk, settings, tmp_path):
    seller, customer, browser = desk
    set_target(seller, 20_000_000)
    good = factories.good(price=40_000_000)
    page = priced(browser, sheet(seller, customer, good, **{"all-overall": "7.4折"}))
    assert chips(part(page, "须审批", "</p>")) == ["六.1.2", "六.1.2"]
    gets = part(page, "这一单给", "</div></div>")
    # Each beside its own figure: the amount above the quota, the band's rate, the added point.
    assert chips(part(gets, "销售提成", "单笔奖励")) == ["六.3", "六.1.1", "六.1.2"]
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


@pytest.mark.either_database
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


@pytest.mark.either_database
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


@pytest.mark.either_database
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


@pytest.mark.either_database
def test_backwards_the_least_discount_that_still_pays_so_much(desk):
    seller, customer, browser = desk
    good = factories.good(price=10_000_000)
    page = priced(browser, sheet(seller, customer, good, **{"all-want": "5,600"}))
    assert (
        '要得 5,600.00，最低到 <b>9折</b>，成交价 <b class="nums">90,000.00</b>，得 5,600.00'
        in page
    )
    assert "须审批" not in page
    # 2 % of what is above 20,000: 70,000.01 would do; a discount is written to 0.01折, and is the price.
    page = priced(browser, sheet(seller, customer, good, **{"all-want": "1000"}))
    assert '最低到 <b>7.01折</b>，成交价 <b class="nums">70,100.00</b>，得 1,002.00' in page
    least = part(page, 'id="least"', "</p>")
    assert "须审批" in least, "below 7.5折"
    assert chips(least) == ["六.1.2", "六.1.2"]
    assert "全价也得不到 9,999.00" in priced(
        browser, sheet(seller, customer, good, **{"all-want": "9999"})
    )


def test_the_discount_found_backwards_is_taken_over_by_one_press(desk):
    seller, customer, browser = desk
    good = factories.good(price=10_000_000)
    said = sheet(seller, customer, good, **{"all-want": "1000"})
    button = re.search(r'<button[^>]*name="take" value="([^"]+)"[^>]*>', priced(browser, said))
    assert button
    assert 'data-fills="id_all-overall"' in button[0]
    answer = browser.post("/sales/orders/new/", {**said, "take": button[1]})
    assert answer.context["told"].net == 7_010_000
    assert answer.context["told"].gain == answer.context["told"].least.pay == 100_200
    assert not Order.objects.exists()


@pytest.mark.either_database
def test_backwards_a_line_with_its_own_discount_keeps_it(desk):
    seller, customer, browser = desk
    own = {"line1-good": factories.good(price=10_000_000).number, "line1-quantity": "1"}
    said = sheet(seller, customer, factories.good(price=10_000_000), **own)
    both = {**said, "line1-ratio": "9.5折", "all-want": "6000"}
    least = browser.post("/sales/orders/price/", both).context["told"].least
    # 95,000 stand; 4 % of what is above 20,000 needs more than 170,000 in all, or just over 8折 of it
    assert (least.ratio, least.net) == (Fraction(750, 1000), 17_000_000)
    answer = browser.post("/sales/orders/new/", {**both, "take": least.typed})
    assert (answer.context["told"].net, answer.context["told"].gain) == (least.net, least.pay)
    deep = {**said, "line1-ratio": "5折", "all-want": "14000"}
    assert "只改整单折扣得不到 14,000.00" in priced(browser, deep)


@pytest.mark.either_database
def test_backwards_every_discount_found_pays_it_and_the_next_lower_does_not(desk):
    seller, customer, browser = desk
    good = factories.good(price=12_345_678)
    factories.order(seller, pieces=7, ratio="0.83", placed=True)
    for want in (100, 77_777, 123_456, 400_000):
        answer = browser.post(
            "/sales/orders/price/", sheet(seller, customer, good, **{"all-want": str(want / 100)})
        )
        least = answer.context["told"].least
        assert least.ratio is not None
        assert least.net == half_up(12_345_678 * least.ratio)
        one = draft(seller)
        scene = _scene(around_of(one, ()), one)
        lower = half_up(12_345_678 * (least.ratio - Fraction(1, 1000)))
        assert gain(scene, least.net) == least.pay >= want
        assert gain(scene, lower) < want


def gain(scene, net):
    """What the order of 123,456.78 pays at a net amount."""
    return sum(effect.amount for effect in scene.effects(scene.at(12_345_678, net), ["S04"]))


def draft(seller):
    """A quotation that is not written yet, as the page prices it."""
    department = seller.assignments.get().department
    return Order(day=timezone.localdate(), seller=seller, department=department, channel="direct")


@pytest.mark.either_database
def test_a_large_order_s_bonus_makes_a_gap_that_is_told(desk):
    seller, customer, browser = desk
    good = factories.good(price=33_000_000)
    answer = browser.post(
        "/sales/orders/price/", sheet(seller, customer, good, **{"all-want": "15000"})
    )
    least = answer.context["told"].least
    # 300,000 (9.09折) gives the bonus of 10,000 besides 22,400; below it 9折 pays 22,160 and more
    assert least.net == 29_700_000
    assert least.safe == least.ratio


@pytest.mark.either_database
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


@pytest.mark.either_database
def test_the_approval_needed_is_said_while_choosing(desk):
    seller, customer, browser = desk
    good = factories.good(price=10_000_000)
    page = priced(browser, sheet(seller, customer, good, **{"all-overall": "7.4折"}))
    assert page.index("<svg") < page.index("低于折扣底线") < page.index("这一单给")


def test_a_quotation_opened_again_follows_the_slider(desk):
    seller, customer, browser = desk
    order = factories.order(seller, customer=customer, ratio="0.7")
    page = browser.get(f"/sales/orders/{order.pk}/change/").content.decode()
    assert re.search(r'name="line0-ratio"(?![^>]*value=)', page)
    assert "7折" in page or 'value="7' in page


def rate(of, added=0):
    """In thousandths."""
    return Rate(Fraction(of, 1000), Fraction(added, 1000))


@pytest.mark.either_database
def test_a_ruler_without_pays_is_drawn_as_before():
    drawn = ruler([(Fraction(9, 10), True, rate(80), rate(40))], Fraction(85, 100))
    assert [step.rate for step in drawn.steps] == ["8%", "4%"]
    assert {step.pay for step in drawn.steps} == {""}


@pytest.mark.either_database
def test_the_ends_of_the_ruler_are_named_where_there_is_room():
    edges = [(Fraction(98, 100), True, rate(80), rate(40))]
    assert ruler(edges, Fraction(9, 10), lowest=Fraction(6, 10)).top == "", "9.8折 stands there"
    drawn = ruler(
        [(Fraction(9, 10), True, rate(80), rate(40))], Fraction(8, 10), floor=Fraction(5, 10)
    )
    assert drawn.top == "10折"
    assert drawn.floor is not None
    assert (drawn.floor.text, drawn.floor.counts) == ("5折", False)
    assert Fraction(drawn.floor.at.rstrip("%")) > 0, "below the lowest edge, and still drawn"
    same = ruler(edges, Fraction(9, 10), floor=Fraction(98, 100)).floor
    assert same is not None
    assert same.counts, "an edge's own line"


@pytest.mark.either_database
def test_a_rate_stands_over_the_needle_and_labels_that_would_touch_are_left_out(desk):
    seller, customer, browser = desk
    page = priced(browser, sheet(seller, customer, factories.good(price=10_000_000)))
    assert page.index('class="here" x1') < page.index('class="b">8%</text>')
    edges = [
        (Fraction(9, 10), True, rate(80), rate(40, 10)),
        (Fraction(89, 100), True, rate(40, 10), rate(40, 5)),
        (Fraction(8, 10), False, rate(40, 5), rate(20)),
    ]
    drawn = ruler(edges, Fraction(85, 100), lowest=Fraction(5, 10))
    assert [step.rate for step in drawn.steps] == ["8%", "", "4% + 0.5%", "2%"]
    assert [mark.text for mark in drawn.marks] == ["9折", "", "8折"]
    drawn = ruler(edges, Fraction(895, 1000), lowest=Fraction(5, 10))
    assert drawn.steps[1].rate == "4% + 1%", "the order's own band is told in any case"


@pytest.mark.either_database
def test_the_discount_at_the_right_end_is_written_left_of_it():
    edges = [(Fraction(9, 10), True, rate(80), rate(40))]
    assert ruler(edges, Fraction(1)).ended
    assert not ruler(edges, Fraction(85, 100)).ended


@pytest.mark.either_database
def test_a_point_that_is_added_is_told_with_the_rate_and_makes_the_amount(desk):
    seller, customer, browser = desk
    set_target(seller, 10_000_000)
    factories.order(seller, pieces=200, ratio="1", placed=True)
    good = factories.good(price=10_000_000)
    said = sheet(seller, customer, good, **{"all-overall": "8.5折"})
    told = browser.post("/sales/orders/price/", said).context["told"]
    for effect in told.effects:
        if effect.base is not None:
            assert effect.base * effect.rate.whole == effect.own, effect.title
    page = priced(browser, said)
    gets = re.sub(r"<[^>]+>", "", part(page, "这一单给", "最近的一道线"))
    assert "85,000.00 六.3 × ( 4% 六.1.1 + 1% 六.1.2 ) = 4,250.00" in " ".join(gets.split())
    for band in ("8% + 1%", "4% + 1%", "2% + 1%", "1.5% + 1%", "0%"):
        assert f">{band}</text>" in page
    # The table of edges says by which rates its two sides pay: 90,000 at 9 %, 89,999.99 at 5 %.
    assert "8% + 1%，成交价 90,000.00" in page
    assert "<small>4% + 1%</small>" in page


@pytest.mark.either_database
def test_where_the_order_itself_takes_the_month_over_120_percent_is_a_line_on_the_ruler(desk):
    seller, customer, browser = desk
    set_target(seller, 20_000_000)
    factories.order(seller, pieces=155, ratio="1", placed=True)
    good = factories.good(price=10_000_000)
    # 155,000 and more than 85,000 are over 240,000: 1 % more, and 1 % of the 135,000 before.
    said = sheet(seller, customer, good, **{"all-overall": "8.6折"})
    answer = browser.post("/sales/orders/price/", said)
    turn = answer.context["near"]
    assert (turn.above.net, turn.below.net) == (8_500_001, 8_500_000)
    assert (str(turn.above.rate), str(turn.below.rate)) == ("4% + 1%", "4%")
    assert turn.above.pay - turn.below.pay == 85_000 + 135_000
    assert "还能让 999.99 不掉档" in " ".join(answer.content.decode().split())
    ours = next(x for x in answer.context["told"].mine if x.line == "commission")
    assert (ours.base * ours.rate.whole, ours.rest) == (ours.own, 135_000)


@pytest.mark.either_database
def test_the_slider_and_the_ruler_have_one_scale(desk):
    seller, customer, browser = desk
    page = browser.get("/sales/orders/new/").content.decode()
    assert re.search(r'type="range"[^>]* min="5" max="10"', page)
    good = factories.good(price=10_000_000)
    assert 'data-low="5" data-high="10"' in priced(browser, sheet(seller, customer, good))
    order = factories.order(seller, customer=customer, ratio="0.42")
    page = browser.get(f"/sales/orders/{order.pk}/change/").content.decode()
    assert 'data-low="4.1" data-high="10"' in page
    assert re.search(r'type="range"[^>]* min="4.1" max="10"', page)


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
