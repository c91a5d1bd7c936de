"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from assay.furniture.imports.pages import addresses
from assay.incentives.imports import PAID
from assay.incentives.views import (
    books,
    disputes,
    months,
    past,
    plan_editing,
    plans,
    running,
    statements,
    tally,
)
from assay.people.gate import needs

app_name = "incentives"
urlpatterns = [
    path("months/", months.month_list, name="months"),
    path("months/calculate/", months.calculate, name="calculate"),
    path("months/<str:month>/", months.month_page, name="month"),
    path("months/<str:month>/preview/", months.open_preview, name="open_preview"),
    path("months/<str:month>/confirm/<str:kind>/", months.confirm, name="confirm"),
    path("months/<str:month>/undo/", months.undo, name="undo"),
    path("months/<str:month>/lock/", months.lock, name="lock"),
    path("months/<str:month>/export/", months.export, name="export"),
    path("months/<str:month>/paid/", months.paid, name="paid"),
    path("months/<str:month>/versions/<int:version>/", months.versions, name="versions"),
    path("statements/", statements.statement_list, name="statements"),
    path("what-if/", past.past, name="past"),
    path("what-if/<int:pk>/", past.past_job, name="past_job"),
    path("what-if/<int:pk>/progress/", past.past_progress, name="past_progress"),
    path("statements/running/", running.running, name="running"),
    path("statements/running/mark/", running.running_mark, name="running_mark"),
    path("statements/running/what-if/", running.suppose, name="suppose"),
    path("statements/running/tally/", tally.tally, name="tally"),
    path("statements/tally/template/", tally.tally_template, name="tally_template"),
    path("statements/<int:pk>/tally/", tally.statement_tally, name="statement_tally"),
    path("statements/running/days/<str:on>/", running.day, name="day"),
    path("statements/<int:pk>/", statements.statement_page, name="statement"),
    path("statements/<int:pk>/agree/", statements.agree, name="agree"),
    path("statements/<int:pk>/slip/", statements.slip_file, name="slip"),
    path("statements/<int:pk>/keep/", statements.keep, name="keep"),
    path("statements/<int:pk>/transfer/", books.transfer, name="transfer"),
    path("lines/<int:pk>/dispute/", disputes.raise_dispute, name="raise_dispute"),
    path("disputes/", disputes.dispute_list, name="disputes"),
    path("disputes/<int:pk>/", disputes.dispute_page, name="dispute"),
    path("disputes/<int:pk>/appeal/", disputes.appeal, name="appeal"),
    path("disputes/<int:pk>/attachment/", disputes.attachment, name="attachment"),
    path("disputes/<int:pk>/withdraw/", disputes.withdraw, name="withdraw"),
    path("books/", books.books, name="books"),
    path("books/<str:code>/", books.account, name="account"),
    path("plans/", plans.plan_list, name="plans"),
    path("plans/new/", plan_editing.new_plan, name="new_plan"),
    path("plans/copy/", plan_editing.copy_file, name="copy_file"),
    path("plans/register/", plan_editing.register, name="register_plan"),
    path("plans/<int:pk>/", plans.plan_page, name="plan"),
    path("plans/<int:pk>/paper/", plans.plan_paper, name="paper_plan"),
    path("plans/<int:pk>/file/", plans.plan_file, name="file_plan"),
    path("plans/<int:pk>/changes/", plans.plan_changes, name="changes_plan"),
    path("plans/<int:pk>/acknowledge/", plans.acknowledge, name="nod_plan"),
    path("plans/<int:pk>/copy/", plan_editing.copy_plan, name="copy_plan"),
    path("plans/<int:pk>/edit/", plan_editing.edit_plan, name="edit_plan"),
    path("plans/<int:pk>/check/", plan_editing.check_plan, name="check_plan"),
    path("plans/<int:pk>/change/", plan_editing.change_plan, name="change_plan"),
    path("plans/<int:pk>/decide/", plan_editing.decide, name="decide_plan"),
    path("plans/<int:pk>/accept/", plan_editing.accept, name="accept_plan"),
    path("plans/<int:pk>/mend/", plan_editing.mend, name="mend_plan"),
    *(
        each
        for kind in ("effect", "assay")
        for each in (
            path(f"plans/<int:pk>/{kind}/", plan_editing.study, {"kind": kind}, f"{kind}_plan"),
            path(
                f"plans/<int:pk>/{kind}/progress/",
                plan_editing.progress,
                {"kind": kind},
                f"{kind}_progress",
            ),
        )
    ),
    path("plans/<int:pk>/consult/", plan_editing.consult, name="consult_plan"),
    path("plans/<int:pk>/publish/", plan_editing.publish, name="publish_plan"),
    path("plans/<int:pk>/drop/", plan_editing.drop, name="drop_plan"),
    *addresses(PAID, needs("pay.run"), space="incentives", back="incentives:months"),
]
