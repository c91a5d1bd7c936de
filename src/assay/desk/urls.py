"""Addresses of the desk."""

from django.urls import path

from assay.desk.views import (
    board,
    help,
    history,
    home,
    house,
    lists,
    looks,
    notices,
    search,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("desk/log/<int:pk>/", home.call_log, name="call_log"),
    path("board/", board.company, name="board"),
    path("board/<int:pk>/", board.department, name="board_department"),
    path("board/<int:pk>/<int:employee>/", board.person, name="board_person"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/read/", notices.read_all, name="notices_read"),
    path("notices/settings/", notices.settings_of_notices, name="notice_settings"),
    path("notices/test/", notices.test_notice, name="notice_test"),
    path("language/", house.language, name="language"),
    path("theme/", house.theme, name="theme"),
    path("search/", search.search, name="search"),
    path("lists/save/", lists.save, name="list_save"),
    path("lists/columns/", lists.columns, name="list_columns"),
    path("lists/<int:pk>/drop/", lists.drop, name="list_drop"),
    path("access-log/", house.access_log, name="access_log"),
    path("history/<slug:kind>/<int:pk>/", history.history, name="history"),
    path("looks/", looks.looks, name="looks"),
    path("help/terms/", help.glossary, name="glossary"),
    path("help/terms/<str:name>/", help.term, name="term"),
    path("help/clauses/", help.clauses, name="clauses"),
    path("help/clauses/<str:number>/", help.clause, name="clause"),
]
