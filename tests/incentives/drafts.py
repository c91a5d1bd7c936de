"""A small plan on its way through the pages: uploaded, worked on, offered to its payees, published."""

from __future__ import annotations

import io

from django.utils import timezone

from assay.furniture import jobs
from assay.incentives.models import PlanVersion, Study
from assay.people.models import User
from assay.period import Month

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
