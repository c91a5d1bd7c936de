"""Plans handed out through the pages: published, acknowledged, registered, compared, kept as they are."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assay.desk.queries.notices import found
from assay.errors import UserError
from assay.incentives.actions import plans
from assay.incentives.actions.running import run_month
from assay.incentives.models import Nod, PayMonth, PlanVersion
from assay.people.access import Viewer
from assay.plan.source import digest
from tests import factories
from tests.conftest import PLAN
from tests.incentives.drafts import (
    NOW,
    TEXT,
    drafted,
    offered,
    post,
    published,
    ready,
    signed,
    upload,
)
from tests.incentives.reading import read_pdf

pytestmark = pytest.mark.django_db


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
