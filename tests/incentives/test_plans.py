"""Drafts of plans through the pages: uploaded, edited, decided, consulted about, assayed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assay.incentives.models import PlanVersion, Study
from assay.plan.reading import read_plan
from assay.plan.scalars import scalars
from assay.plan.source import digest
from tests.incentives.drafts import (
    NOW,
    TEXT,
    drafted,
    post,
    ready,
    signature,
    upload,
    worked,
)
from tests.incentives.reading import read_pdf

pytestmark = pytest.mark.django_db


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


@pytest.mark.either_database
def test_an_upload_that_is_no_plan_is_told_its_line(shop):
    assert "第 5 行" in upload(shop.head, TEXT.replace("clauses:", "clause:"))
    assert not PlanVersion.objects.exists()


@pytest.mark.either_database
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


@pytest.mark.either_database
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


@pytest.mark.either_database
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


@pytest.mark.either_database
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
