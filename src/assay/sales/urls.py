"""Addresses of sales."""

from __future__ import annotations

from django.urls import path

from assay.furniture.imports.pages import addresses
from assay.people.gate import needs
from assay.sales.imports.collections import COLLECTIONS
from assay.sales.imports.orders import ORDERS
from assay.sales.imports.targets import TARGETS
from assay.sales.views import (
    approvals,
    facts,
    goods,
    groups,
    handing,
    money,
    opportunities,
    orders,
    targets,
)

app_name = "sales"
urlpatterns = [
    path("orders/", orders.order_list, name="orders"),
    path("orders/new/", orders.new_order, name="new_order"),
    path("orders/ship/", orders.ship_several, name="ship_several"),
    path("orders/price/", orders.price, name="price"),
    path("orders/buyers/", orders.suggest_buyers, name="suggest_buyers"),
    path("orders/goods/", orders.suggest_goods, name="suggest_goods"),
    path("orders/<int:pk>/", orders.order_page, name="order"),
    path("orders/<int:pk>/paper/", orders.order_paper, name="order_paper"),
    path("orders/<int:pk>/change/", orders.change_order, name="change_order"),
    path("orders/<int:pk>/place/", orders.place, name="place"),
    path("orders/<int:pk>/ship/", orders.ship, name="ship"),
    path("orders/<int:pk>/complete/", orders.complete, name="complete"),
    path("orders/<int:pk>/cancel/", orders.cancel, name="cancel"),
    path("orders/<int:pk>/ask/", orders.ask, name="ask"),
    path("orders/<int:pk>/return/", handing.take_back, name="take_back"),
    path("approvals/", approvals.inbox, name="inbox"),
    path("approvals/all/", approvals.request_list, name="requests"),
    path("approvals/decide/", approvals.decide_many, name="decide_many"),
    path("approvals/<int:pk>/", approvals.request_page, name="request"),
    path("approvals/<int:pk>/withdraw/", approvals.withdraw, name="withdraw"),
    path("approvals/sign/<int:pk>/agree/", approvals.agree, name="sign_agree"),
    path("approvals/sign/<int:pk>/agree-at/", approvals.agree_at, name="sign_agree_at"),
    path("approvals/sign/<int:pk>/refuse/", approvals.refuse, name="sign_refuse"),
    path("approvals/sign/<int:pk>/add/", approvals.add_signer, name="sign_add"),
    path("approvals/sign/<int:pk>/pass/", approvals.pass_on, name="sign_pass"),
    path("targets/", targets.board, name="targets"),
    path("targets/draft/", targets.draft, name="draft_plan"),
    path("targets/<int:pk>/save/", targets.save, name="save_plan"),
    path("targets/<int:pk>/publish/", targets.publish, name="publish_plan"),
    path("receipts/", money.receipts, name="receipts"),
    path("receipts/new/", money.new_receipt, name="new_receipt"),
    path("receipts/<int:pk>/", money.receipt, name="receipt"),
    path("receipts/<int:pk>/paper/", money.receipt_paper, name="receipt_paper"),
    path("receipts/match/", money.match_several, name="match_several"),
    path("overdue/urge/", money.urge_several, name="urge_several"),
    path("receipts/<int:pk>/match/", money.match, name="match"),
    path("matches/<int:pk>/undo/", money.unmatch, name="unmatch"),
    path("overdue/", money.overdue, name="overdue"),
    path("returns/", handing.returns, name="returns"),
    path("waiting/", handing.waiting, name="waiting"),
    path("waiting/<int:pk>/", handing.hand_over, name="hand_over"),
    path("pickups/", handing.pickups, name="pickups"),
    path("pickups/<int:pk>/", handing.pickup, name="pickup"),
    path("goods/", goods.goods, name="goods"),
    path("goods/new/", goods.new_good, name="new_good"),
    path("goods/<int:pk>/", goods.change_good, name="change_good"),
    path("gold/", goods.gold, name="gold"),
    path("gold/new/", goods.new_gold, name="new_gold"),
    path("gold/<int:pk>/", goods.change_gold, name="change_gold"),
    path("opportunities/", opportunities.opportunities, name="opportunities"),
    path("opportunities/new/", opportunities.new_opportunity, name="new_opportunity"),
    path("opportunities/<int:pk>/", opportunities.change_opportunity, name="change_opportunity"),
    path("groups/", groups.groups, name="groups"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("facts/", facts.facts_file, name="facts"),
    *addresses(ORDERS, needs("orders.import"), space="sales", back="sales:orders"),
    *addresses(COLLECTIONS, needs("collections.change"), space="sales", back="sales:receipts"),
    *addresses(TARGETS, needs("targets.change"), space="sales", back="sales:targets"),
]
