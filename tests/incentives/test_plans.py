"""Plan versions through the pages: drafted, edited, decided, assayed, published, acknowledged, kept."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assay.desk.queries.notices import found
from assay.errors import UserError
from assay.furniture import jobs
from assay.incentives.actions import plans
from assay.incentives.actions.running import run_month
from assay.incentives.models import Nod, PayMonth, PlanVersion, Study
from assay.people.access import Viewer
from assay.people.models import User
from assay.period import Month
from assay.plan.reading import read_plan
from assay.plan.scalars import scalars
from assay.plan.source import digest
from tests import factories
from tests.conftest import PLAN
from tests.incentives.reading import read_pdf

pytestmark = pytest.mark.django_db
NOW = Month.of(timezone.localdate())
TEXT = f"""# 试用方案:注释留着
plan: mini
title: 小方案
effective: {NOW.next()}
clauses:
  "一": "满一万按比例提"
  "二": "每月补助"
policies:
  allowance: {{is: 100元, cite: "二", title: {{zh: 补助}}}}   # 补助的注释
tables:
  tier:
    cite: "一"
    title: {{zh: 提成率}}
    of: order.amount
    bands:
      - ["< 100元", tiny]     # 极小的单
      - ["[100元, 1万元)", 0%]
      - [">= 1万元", top]
rules:
  - {{name: commission, title: {{zh: 提成}}, for: salesperson, per: order, cite: "一", pay: "order.amount * tier"}}
  - {{name: help, title: {{zh: 补助}}, for: salesperson, per: month, cite: "二", pay: allowance}}
questions:
  top: {{cite: "一", title: {{zh: 首档}}, ask: "1% 还是 2%", readings: {{one: 1%, two: 2%}}, read: one}}
  tiny: {{cite: "一", title: {{zh: 零头}}, ask: "零头提不提", readings: {{nothing: 0%, half: 0.5%}}, read: nothing}}
examples:
  - name: 一单
    month: 2026-01
    payee: {{role: salesperson}}
    orders: [{{on: 01-05, list_price: 2万元, amount: 2万元}}]
    expect: {{commission: 200元, help: 100元}}
"""


@pytest.fixture
def shop(settings, tmp_path):
    """A director, one who sells with two orders last month, an agent; a folder of plans of its own."""
    settings.MEDIA_ROOT, settings.PLANS = tmp_path, tmp_path / "plans"
    team = factories.department(code="KA")
    said = SimpleNamespace(team=team)
    said.director = factories.employee("director", team, name="顾明远")
    said.seller = factories.employee("salesperson", team, number="S01", name="赵敏")
    said.agent = factories.agent(code="A01")
    said.finance = factories.employee("finance", team, name="钱淑华")
    day = NOW.next(-1).first
    for pieces in (20, 30):
        factories.order(
            said.seller, pieces=pieces, ratio="0.9", of=factories.good(), placed=True, day=day
        )
    said.head = factories.signed_in("director", said.director)
    said.payee = factories.signed_in("salesperson", said.seller)
    said.office = factories.signed_in("finance", said.finance)
    return said


def upload(browser, text=TEXT):
    file = io.BytesIO(text.encode())
    file.name = "mini.yaml"
    return browser.post("/pay/plans/new/", {"file": file}, follow=True).content.decode()


def drafted(shop, text=TEXT):
    upload(shop.head, text)
    return PlanVersion.objects.get(state="draft")


def post(browser, row, what, **said):
    """Post to a page of a draft as it stands now."""
    row.refresh_from_db()
    given = {"version": row.version, **said}
    return browser.post(f"/pay/plans/{row.pk}/{what}/", given, follow=True).content.decode()


def worked(browser, row, kind):
    post(browser, row, kind)
    assert "progress" in browser.get(f"/pay/plans/{row.pk}/{kind}/progress/").content.decode()
    job = jobs.claim()
    assert job is not None
    assert jobs.run(job).state == "done", job.error
    answer = browser.get(f"/pay/plans/{row.pk}/{kind}/progress/")
    assert answer.headers["HX-Refresh"] == "true"


def ready(shop):
    """A draft with everything that publishing needs."""
    row = drafted(shop)
    worked(shop.head, row, "effect")
    post(shop.head, row, "decide", question="top", reading="one", by="顾明远", on="2026-11-20")
    worked(shop.head, row, "assay")
    study = Study.objects.get(kind="assay")
    for number, one in enumerate(study.result["findings"]):
        if one["status"] in ("refuted", "undecided") and not one["same_as"]:
            post(
                shop.head,
                row,
                "accept",
                number=number,
                by="顾明远",
                on="2026-11-20",
                why="满万即提",
            )
    post(shop.head, row, "consult", on="2026-11-10", text="11月10日全员会,两条意见均已答复")
    row.refresh_from_db()
    return row


def signature(name="顾明远"):
    """A name as it is signed with by whoever is signed in as the director: beside it the login."""
    return f"{name} ({User.objects.get(employee__name='顾明远').username})"


def offered(shop):
    row = ready(shop)
    told = post(shop.head, row, "offer")
    row.refresh_from_db()
    assert row.offered_at is not None, told
    return row


def signed(row):
    """What the form of paper posts of the text at hand, signed today."""
    return {"on": str(timezone.localdate()), "digest": row.digest}


def published(shop):
    row = offered(shop)
    post(shop.head, row, "on-paper", code=["S01", "A01"], note="档案柜 3", **signed(row))
    said = post(shop.head, row, "publish")
    row.refresh_from_db()
    assert row.state == "published", said
    return row


def test_an_uploaded_plan_stands_clause_beside_rule_with_its_rulers_and_its_paper(shop):
    page = upload(shop.head)
    row = PlanVersion.objects.get()
    for said in ("满一万按比例提", "clause-一", "<svg", "≥ 1万元", "order.amount * tier", row.digest,
                 "首档", "现用", "展开算例"):  # fmt: skip
        assert said in page, said
    assert row.digest == digest(TEXT)
    assert str(row.holds_from) == str(NOW.next())
    paper = read_pdf(shop.head.get(f"/pay/plans/{row.pk}/paper/").content)
    for said in (row.digest, "满一万按比例提", "首档"):
        assert said in paper, said
    assert shop.payee.get(f"/pay/plans/{row.pk}/").status_code == 404, "a draft is the offices'"
    assert shop.office.get(f"/pay/plans/{row.pk}/").status_code == 200


def test_an_upload_that_is_no_plan_is_told_its_line(shop):
    assert "第 5 行" in upload(shop.head, TEXT.replace("clauses:", "clause:"))
    assert not PlanVersion.objects.exists()


def test_a_form_changes_its_value_and_nothing_else(shop):
    row = drafted(shop)
    page = shop.head.get(f"/pay/plans/{row.pk}/edit/").content.decode()
    numbers = {one.path: n for n, one in enumerate(scalars(TEXT))}
    for path, old, new in [
        (("policies", "allowance", "is"), "100元", "150元"),
        (("tables", "tier", "bands", "1", "1"), "0%", "0.5%"),
        (("questions", "top", "read"), "one", "two"),
    ]:
        assert f'name="v{numbers[path]}"' in page
        before = PlanVersion.objects.get().text
        post(shop.head, row, "change", **{f"v{numbers[path]}": new})
        after = PlanVersion.objects.get().text
        at = scalars(before)[numbers[path]]
        assert before[at.start : at.stop] == old
        assert after == before[: at.start] + new + before[at.stop :]
    # The two ends of an edge belong together and are saved together.
    low, high = (numbers[("tables", "tier", "bands", at, "0")] for at in "12")
    page = post(shop.head, row, "change", **{f"v{low}": "[100元, 2万元)"})
    assert "处错误" in page
    page = post(shop.head, row, "change", **{f"v{high}": ">= 2万元"})
    assert "文本能读，没有错误" in page
    assert "# 极小的单" in PlanVersion.objects.get().text


def test_the_text_is_checked_as_it_is_typed_and_without_script(shop):
    row = drafted(shop)
    wrong = TEXT.replace("order.amount * tier", "order.amout * tier")
    line = 1 + wrong[: wrong.index("order.amout")].count("\n")
    told = shop.head.post(f"/pay/plans/{row.pk}/check/", {"text": wrong}).content.decode()
    assert f'data-line="{line}"' in told
    assert "amout" in told
    assert "order 没有「amout」这一列" in told
    assert "是不是「amount」？" in told
    shop.head.cookies["django_language"] = "en"
    told = shop.head.post(f"/pay/plans/{row.pk}/check/", {"text": wrong}).content.decode()
    assert "order has no column “amout”" in told
    shop.head.cookies["django_language"] = "zh-hans"
    good = shop.head.post(f"/pay/plans/{row.pk}/check/", {"text": TEXT.replace("\n", "\r\n")})
    assert "没有错误" in good.content.decode()
    page = post(shop.head, row, "edit", text=wrong)
    assert f"第 {line} 行" in page
    row.refresh_from_db()
    assert row.text == wrong, "a draft may wait for its mending"
    assert "文本有错" in shop.head.get(f"/pay/plans/{row.pk}/").content.decode()
    assert "还不能发布" in post(shop.head, row, "publish")


def test_who_saves_over_another_is_told_and_keeps_what_he_typed(shop):
    row = drafted(shop)
    mine, theirs = (
        TEXT.replace("100元, cite", "120元, cite"),
        TEXT.replace("100元, cite", "130元, cite"),
    )
    shop.head.post(f"/pay/plans/{row.pk}/edit/", {"version": row.version, "text": theirs})
    answer = shop.head.post(f"/pay/plans/{row.pk}/edit/", {"version": row.version, "text": mine})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "刚被别人改过" in page
    assert "120元" in page
    assert PlanVersion.objects.get().text == theirs
    late = shop.head.post(
        f"/pay/plans/{row.pk}/decide/",
        {
            "version": row.version,
            "question": "top",
            "reading": "two",
            "by": "顾",
            "on": "2026-11-20",
        },
        follow=True,
    )
    assert "刚被别人改过" in late.content.decode()
    assert PlanVersion.objects.get().text == theirs


def test_each_reading_shows_its_effect_on_last_year_and_is_decided_by_name(shop):
    row = drafted(shop)
    worked(shop.head, row, "effect")
    study = Study.objects.get(kind="effect")
    # 20 and 30 pieces of 1,000 at 9折: 45,000; a further point of it is 450.00.
    assert study.result["questions"]["top"]["two"] == {"difference": 45_000, "lines": 1}
    assert study.result["questions"]["tiny"]["half"] == {"difference": 0, "lines": 0}
    page = shop.head.get(f"/pay/plans/{row.pk}/").content.decode()
    assert "+450.00" in page
    assert "未定，会改变去年金额" in page
    assert "去年没有一行会变" in page
    told = "会改变最近 12 个月金额的存疑还有 1 处没有定：首档"
    assert told in post(shop.head, row, "publish")
    row.refresh_from_db()
    assert row.state == "draft"
    assert "选一种读法" in post(shop.head, row, "decide", question="top", by="顾", on="2026-11-20")
    post(shop.head, row, "decide", question="top", reading="one", by="顾明远", on="2026-11-20")
    row.refresh_from_db()
    asked = read_plan(row.text).questions["top"]
    assert (asked.decided_by, asked.decided_on) == (signature(), "2026-11-20")
    page = shop.head.get(f"/pay/plans/{row.pk}/").content.decode()
    assert "+450.00" in page, "what was worked out stays when somebody signs"
    assert told not in post(shop.head, row, "publish"), "the other moves no line: it need not be"


def test_a_decision_goes_with_its_reading_and_is_made_on_the_page_alone(shop):
    row = drafted(shop)
    worked(shop.head, row, "effect")
    said = {"question": "top", "by": "董事会", "on": "2026-11-20"}
    ahead = str(timezone.localdate() + timedelta(1))
    assert f"{ahead} 还没有到" in post(
        shop.head, row, "decide", **said | {"reading": "one", "on": ahead}
    )
    assert "decided_by" not in PlanVersion.objects.get().text
    post(shop.head, row, "decide", **said, reading="one")
    row.refresh_from_db()
    decided, told = row.text, "会改变最近 12 个月金额的存疑还有 1 处没有定：首档"
    assert f'decided_by: "{signature("董事会")}"' in decided, "whose login it was stands beside it"
    assert told not in post(shop.head, row, "publish")
    # Another reading, by the form or in the text, is another decision.
    number = next(
        n for n, s in enumerate(scalars(decided)) if s.path == ("questions", "top", "read")
    )
    page = post(shop.head, row, "change", **{f"v{number}": "two"})
    assert "原来的决定不再算数" in page
    row.refresh_from_db()
    assert row.text == TEXT.replace("read: one", "read: two")
    assert "还没有算过各读法" in post(shop.head, row, "publish"), "undecided again"
    post(shop.head, row, "decide", **said, reading="one")
    post(
        shop.head,
        row,
        "edit",
        text=decided.replace("clauses:", "clause:").replace("read: one", "read: two"),
    )
    post(shop.head, row, "edit", text=decided.replace("read: one", "read: two"))
    row.refresh_from_db()
    assert row.text == TEXT.replace("read: one", "read: two"), "not by way of a faulty text either"
    # Nobody is signed for by typing his name.
    forged = TEXT.replace("read: one}", "read: one, decided_by: 陆文渊, decided_on: 2026-11-20}")
    answer = shop.head.post(f"/pay/plans/{row.pk}/edit/", {"version": row.version, "text": forged})
    assert answer.status_code == 409
    assert "陆文渊" in answer.content.decode(), "what he typed stays on the page"
    assert "不是在方案页上签的" in answer.content.decode()
    assert "陆文渊" not in PlanVersion.objects.get().text


def test_a_consultation_is_about_what_the_plan_pays(shop):
    row = ready(shop)
    consulted = row.digest
    assert consulted[:12] in shop.head.get(f"/pay/plans/{row.pk}/").content.decode()
    told = f"协商以后方案改过（协商的文本 {consulted[:12]}）"
    post(shop.head, row, "edit", text=row.text.replace("试用方案", "试行方案"))
    assert told not in post(shop.head, row, "offer"), "a comment pays nobody"
    row.refresh_from_db()
    assert row.offered_at is not None
    post(shop.head, row, "edit", text=row.text.replace("100元, cite", "1元, cite"))
    assert told in post(shop.head, row, "offer")
    post(shop.head, row, "consult", on="2026-11-12", text="降到1元，再议一次")
    assert "协商以后方案改过" not in post(shop.head, row, "offer")


def test_findings_are_mended_or_signed_off(shop):
    row = drafted(shop)
    worked(shop.head, row, "assay")
    page = shop.head.get(f"/pay/plans/{row.pk}/").content.decode()
    assert "不成立" in page
    kept = Study.objects.get().result["findings"]
    number = next(
        n for n, f in enumerate(kept) if f["about"] == "cliff" and f["status"] == "refuted"
    )
    told = post(shop.head, row, "accept", number=number, by="顾", on="2026-11-20", why=" ")
    assert "理由" in told
    ahead = str(timezone.localdate() + timedelta(1))
    told = post(shop.head, row, "accept", number=number, by="顾明远", on=ahead, why="满万即提")
    assert f"{ahead} 还没有到" in told
    post(shop.head, row, "accept", number=number, by="顾明远", on="2026-11-20", why="满万即提")
    row.refresh_from_db()
    (said,) = read_plan(row.text).accepted
    assert (said.by, said.why, said.digest) == (signature(), "满万即提", kept[number]["digest"])
    assert said.at == kept[number]["at"] != ""
    given = {"by": "顾明远", "on": "2026-11-20", "why": "都照用", "every": "1"}
    post(shop.head, row, "accept", number=number, **given)
    row.refresh_from_db()
    assert read_plan(row.text).accepted[-1].at == "", "all jumps of the rule"
    assert "已签认" in shop.head.get(f"/pay/plans/{row.pk}/").content.decode()
    way = next(((n, f["mending"][0]) for n, f in enumerate(kept) if f["mending"]), None)
    assert way is not None, "one line would make it hold"
    before = row.text
    post(shop.head, row, "mend", mend=f"{way[0]}:0")
    row.refresh_from_db()
    assert row.text == before.replace(way[1]["old"], way[1]["new"], 1)


EDGE = f"""plan: edge
title: 满额奖
effective: {NOW.next()}
tables:
  flat:
    of: order.amount
    bands:
      - ["< 3元", 0元]
      - [">= 3元", 4元]   # 满三元
rules:
  - {{name: prize, title: {{zh: 奖}}, for: salesperson, per: order, pay: flat}}
"""


def test_a_mending_of_an_edge_changes_both_lines_that_meet_there(shop):
    row = drafted(shop, EDGE)
    worked(shop.head, row, "assay")
    kept = Study.objects.get().result["findings"]
    number, place = next(
        (n, at) for n, f in enumerate(kept) for at, m in enumerate(f["mending"]) if m["also"]
    )
    said = kept[number]["mending"][place]
    page = shop.head.get(f"/pay/plans/{row.pk}/").content.decode()
    assert f'value="{number}:{place}"' in page
    post(shop.head, row, "mend", mend=f"{number}:{place}")
    row.refresh_from_db()
    expected = EDGE
    for old, new in ((said["old"], said["new"]), *((old, new) for _, old, new in said["also"])):
        assert expected.count(f"{old}\n") == 1
        expected = expected.replace(f"{old}\n", f"{new}\n")
    assert row.text == expected
    assert '["< 4元", 0元]' in row.text
    assert '[">= 4元", 4元]   # 满三元' in row.text


def test_bands_that_pay_the_same_are_among_the_findings_and_are_signed_off(shop):
    rows = "\n".join(f'      - ["{band}", 100元]' for band in ("< 7", ">= 7"))
    head, _, tail = TEXT.partition("    of: order.amount")
    flat = (
        head
        + f"    of: month.number\n    bands:\n{rows}\nrules:\n"
        + tail[tail.index("  - {name: help") :]
    )
    flat = flat.replace("pay: allowance", "pay: allowance + tier").partition("questions:")[0]
    row = drafted(shop, flat.replace('cite: "二", pay', 'cite: ["一", "二"], pay'))
    worked(shop.head, row, "assay")
    said = "的相邻两档「&lt; 7」与「&gt;= 7」付的一样"
    assert said in shop.head.get(f"/pay/plans/{row.pk}/").content.decode()
    assert "未签认" in post(shop.head, row, "publish")
    kept = Study.objects.get().result["findings"]
    number = next(n for n, f in enumerate(kept) if f["about"] == "never_matters")
    post(shop.head, row, "accept", number=number, by="顾明远", on="2026-11-20", why="原表分列")
    row.refresh_from_db()
    (signed,) = read_plan(row.text).accepted
    assert (signed.finding, signed.rule, signed.digest) == (
        "never_matters", "tier", kept[number]["digest"]
    )  # fmt: skip
    assert "未签认" not in post(shop.head, row, "publish")


def test_everything_that_is_missing_is_said_at_once(shop):
    row = drafted(shop, TEXT.replace("commission: 200元", "commission: 201元"))
    told = post(shop.head, row, "publish")
    wrong = "commission：应为 201.00元，算出 200.00元"
    for said in ("算例", wrong, "影响", "还没有检验", "没有协商日期", "没有协商记录"):
        assert said in told, said
    assert "还不能交付签认" in post(shop.head, row, "offer")
    row.refresh_from_db()
    assert (row.state, row.offered_at) == ("draft", None)


def test_a_plan_is_published_once_into_a_file_and_never_changes(shop, settings):
    row = published(shop)
    file = settings.PLANS / f"mini-{NOW.next()}.yaml"
    assert digest(file.read_text(encoding="utf-8")) == row.digest
    assert row.published_by == shop.director
    page = shop.head.get(f"/pay/plans/{row.pk}/").content.decode()
    assert "生效 · 已发布" in page
    assert "未经发布" not in page
    for text in (
        "UPDATE incentives_planversion SET text = 'x' WHERE id = %s",
        "UPDATE incentives_planversion SET state = 'draft' WHERE id = %s",
        "DELETE FROM incentives_planversion WHERE id = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(text, [row.pk])
    assert shop.head.get(f"/pay/plans/{row.pk}/edit/").status_code == 404
    page = shop.head.post(f"/pay/plans/{row.pk}/copy/", follow=True).content.decode()
    assert "已起草" in page
    again = PlanVersion.objects.get(state="draft")
    assert again.text == row.text
    told = post(shop.head, again, "publish")
    assert f"{NOW.next()} 已有一份发布的方案" in told


def test_a_changed_file_pays_nobody(shop, settings):
    row = published(shop)
    file = settings.PLANS / f"mini-{NOW.next()}.yaml"
    assert run_month(NOW.next()).plan_digest == row.digest
    file.write_text(row.text.replace("100元, cite", "900元, cite"), encoding="utf-8")
    told = shop.office.post("/pay/months/calculate/", {"month": str(NOW)}, follow=True)
    assert "没有" in told.content.decode(), "it does not hold this month yet"
    with pytest.raises(Exception, match="与发布的方案不同"):
        run_month(NOW.next())
    file.unlink()
    settings.PLANS.joinpath("old.yaml").write_text(TEXT.replace(str(NOW.next()), "2024-01"))
    with pytest.raises(Exception, match="不在方案文件夹里"):
        run_month(NOW.next())


def test_a_month_that_is_paid_takes_no_new_plan(shop, settings):
    row = ready(shop)
    own, settings.PLANS = settings.PLANS, PLAN.parent
    run_month(row.holds_from)
    settings.PLANS = own
    paid = PayMonth.objects.get(month=row.holds_from.index)
    paid.state = "locked"
    paid.save()
    told = post(shop.head, row, "publish")
    assert f"最早从 {NOW.next(2)} 起生效" in told
    assert PlanVersion.objects.get().state == "draft"


def test_every_payee_acknowledges_and_the_director_sees_who_has_not(shop):
    row = ready(shop)
    url = f"/pay/plans/{row.pk}/"
    assert "还没有交付签认" in post(shop.head, row, "publish")
    assert shop.payee.get(url).status_code == 404, "not handed out yet"
    assert shop.payee.post(f"{url}acknowledge/").status_code == 404
    post(shop.head, row, "offer")
    assert "请读过以后签认" in shop.payee.get("/pay/plans/").content.decode()
    page = shop.payee.get(url).content.decode()
    assert "我已阅读并签认" in page
    assert "检验" not in page.partition("<main")[2], "loopholes are the offices' business"
    assert "还有 2 位没有签认：赵敏" in post(shop.head, row, "publish")
    facts = {f.key: f for f in found(timezone.now(), timezone.localdate()) if f.kind == "plan"}
    key = f"plan:{row.pk}:{row.digest[:8]}:S01"
    assert facts[key].url == url
    shop.payee.post(f"{url}acknowledge/", {"digest": row.digest})
    assert key not in {f.key for f in found(timezone.now(), timezone.localdate())}
    one = Nod.objects.get()
    assert (one.code, one.digest, one.employee) == ("S01", row.digest, shop.seller)
    for browser, said in ((shop.payee, "已经签认过了"), (shop.office, "不付你报酬")):
        told = browser.post(f"{url}acknowledge/", {"digest": row.digest}, follow=True)
        assert said in told.content.decode()
    assert "请读过以后签认" not in shop.payee.get("/pay/plans/").content.decode()
    assert "还有 1 位没有签认" in shop.head.get(url).content.decode()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE incentives_nod SET digest = 'x'")
    # A changed text is another one: what was acknowledged stays, and counts no more.
    read = row.digest
    post(shop.head, row, "edit", text=row.text.replace("试用方案", "试行方案"))
    row.refresh_from_db()
    assert row.offered_at is None
    post(shop.head, row, "offer")
    told = shop.payee.post(f"{url}acknowledge/", {"digest": read}, follow=True)
    assert "方案刚改过" in told.content.decode()
    assert "还有 2 位没有签认" in post(shop.head, row, "publish")
    row.refresh_from_db()
    shop.payee.post(f"{url}acknowledge/", {"digest": row.digest})
    # Who signed on paper is put down, with where it lies.
    assert shop.office.post(f"{url}on-paper/", {}).status_code == 403
    given = {"code": ["A01", "A01"], "note": "档案柜 3", **signed(row)}
    early = timezone.localdate() - timedelta(1)
    for wrong, said in (
        ({"note": ""}, "写明签字日期"),
        ({"code": ["S01"]}, "已经签认过了"),
        ({"digest": read}, "方案刚改过"),
        ({"on": str(early)}, "才交付签认"),
    ):
        assert said in post(shop.head, row, "on-paper", **(given | wrong))
        assert Nod.objects.filter(how="paper").count() == 0
    page = shop.head.get(url).content.decode()
    assert page.count(f'name="digest" value="{row.digest}"') == 1, "the form says which text"
    page = post(shop.head, row, "on-paper", **given)
    assert "档案柜 3" in page
    assert Nod.objects.get(how="paper").by == shop.director
    assert "已发布" in post(shop.head, row, "publish")
    row.refresh_from_db()
    assert row.state == "published"
    paper = read_pdf(shop.payee.get(f"{url}paper/").content)
    assert row.digest in paper, "the printed plan is the one that was signed"


def test_a_draft_given_up_asks_nobody_any_more(shop):
    row = offered(shop)
    post(shop.head, row, "drop")
    row.refresh_from_db()
    assert (row.state, row.offered_at) == ("dropped", None)
    reader = Viewer(0, "赵敏", "salesperson", employee_id=shop.seller.pk)
    with pytest.raises(UserError, match="交付签认以后"):
        plans.nod(row, by=reader, read=row.digest)


def test_a_plan_in_force_as_a_file_is_registered_and_an_agent_reads_his_part(shop, settings):
    settings.PLANS = PLAN.parent
    page = shop.head.get("/pay/plans/").content.decode()
    assert "还没有登记" in page
    shop.head.post("/pay/plans/register/", {"on": "2026-11-01", "text": "公示一周"})
    row = PlanVersion.objects.get()
    assert (row.state, row.digest) == ("published", digest(PLAN.read_text(encoding="utf-8")))
    # It is in force, and what publishing would have asked for stands there.
    page = shop.head.get(f"/pay/plans/{row.pk}/").content.decode()
    for said in ("生效 · 登记，未经发布", "没有走过发布的步骤", "还没有算过各读法", "还没有检验"):
        assert said in page, said
    assert "登记，未经发布" in shop.head.get("/pay/plans/").content.decode()
    assert "没有走过发布的步骤" not in shop.payee.get(f"/pay/plans/{row.pk}/").content.decode()
    agent = factories.signed_in("agent", shop.agent)
    page = agent.get(f"/pay/plans/{row.pk}/").content.decode()
    assert "clause-七" in page
    assert "clause-六.1.1" not in page
    assert agent.get(f"/pay/plans/{row.pk}/paper/").content.startswith(b"%PDF")
    agent.post(f"/pay/plans/{row.pk}/acknowledge/", {"digest": row.digest})
    assert Nod.objects.get().agent == shop.agent
    told = shop.head.post("/pay/plans/register/", {"on": "2026-11-01", "text": "再"})
    assert "已经登记" in told.content.decode()


def test_two_versions_are_compared_in_words_beside_the_clause_and_line_by_line(shop):
    row = published(shop)
    body = row.text.replace("100元, cite", "150元, cite").replace(
        '[">= 1万元", top]', '[">= 2万元", 3%]'
    )
    body = body.replace("[100元, 1万元)", "[100元, 2万元)").replace(
        '"二": "每月补助"', '"二": "每月交通补助"'
    )
    body = body.replace(f"effective: {NOW.next()}", f"effective: {NOW.next(2)}")
    upload(shop.head, body)
    draft = PlanVersion.objects.get(state="draft")
    url = f"/pay/plans/{draft.pk}/changes/"
    page = shop.head.get(url).content.decode()
    told = re.sub(r"<[^>]+>", " ", page)
    # beside its clause, in the words of the paper: the value, the row whose edge moved, the clause itself
    assert re.search(r'id="clause-二".*补助.*100.*150', page, re.S)
    assert re.search(r"\[100元, 1万元\) 0%\s+0%", told), "a row is told by where it was"
    assert "每月交通补助" in told
    assert re.search(rf"{NOW.next()}\s+{NOW.next(2)}", told)
    assert "+   allowance: {is: 150元" in told.replace("&quot;", '"'), "the lines themselves"
    assert "提成率 表" not in told, "what is the same is not told"
    assert shop.payee.get(url).status_code == 404, "a draft is the offices'"
    assert shop.payee.get(f"/pay/plans/{row.pk}/changes/").status_code == 200
    agent = factories.signed_in("agent", shop.agent)
    assert agent.get(f"/pay/plans/{row.pk}/changes/").status_code == 403, "he reads his part alone"
    assert shop.head.get(f"{url}?from=999999").status_code == 404
    post(shop.head, draft, "edit", text=body.replace("* tier", "* tyre"))
    page = shop.head.get(url).content.decode()
    assert "只能逐行比" in page
    assert "* tyre" in page


def test_a_version_is_taken_as_its_file_and_comes_back_as_the_same_text(shop):
    row = published(shop)
    answer = shop.payee.get(f"/pay/plans/{row.pk}/file/")
    assert digest(answer.content.decode()) == row.digest
    assert f"{NOW.next()}-{row.digest[:12]}.yaml" in answer["Content-Disposition"]
    upload(shop.head, answer.content.decode())
    assert PlanVersion.objects.get(state="draft").digest == row.digest
