"""Addresses of the desk."""

from django.urls import path

from assay.desk import views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("access-log/", views.access_log, name="access_log"),
]
