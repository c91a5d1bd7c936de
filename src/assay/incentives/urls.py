"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from assay.furniture.imports.pages import addresses
from assay.incentives.imports import PAID
from assay.incentives.views import books, disputes, months, statements
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
    path("statements/<int:pk>/", statements.statement_page, name="statement"),
    path("statements/<int:pk>/agree/", statements.agree, name="agree"),
    path("statements/<int:pk>/slip/", statements.slip_file, name="slip"),
    path("statements/<int:pk>/transfer/", books.transfer, name="transfer"),
    path("lines/<int:pk>/dispute/", disputes.raise_dispute, name="raise_dispute"),
    path("disputes/", disputes.dispute_list, name="disputes"),
    path("disputes/<int:pk>/", disputes.dispute_page, name="dispute"),
    path("disputes/<int:pk>/appeal/", disputes.appeal, name="appeal"),
    path("disputes/<int:pk>/attachment/", disputes.attachment, name="attachment"),
    path("disputes/<int:pk>/withdraw/", disputes.withdraw, name="withdraw"),
    path("books/", books.books, name="books"),
    path("books/<str:code>/", books.account, name="account"),
    *addresses(PAID, needs("pay.run"), space="incentives", back="incentives:months"),
]
