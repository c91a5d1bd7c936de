"""Addresses of people."""

from django.urls import include, path

from assay.people.views import signing, staff

people = (
    [
        path("employees/", staff.employees, name="employees"),
        path("employees/hire/", staff.hire, name="hire"),
        path("employees/<int:pk>/", staff.employee, name="employee"),
        path("employees/<int:pk>/change/", staff.change, name="change"),
        path("employees/<int:pk>/move/", staff.move, name="move"),
        path("employees/<int:pk>/post/", staff.further_post, name="further_post"),
        path("employees/<int:pk>/wage/", staff.wage, name="wage"),
        path("employees/<int:pk>/end/", staff.end, name="end"),
    ],
    "people",
)
urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-in/code/", signing.sign_in_code, name="sign_in_code"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("me/", signing.me, name="me"),
    path("me/password/", signing.password, name="password"),
    path("me/codes/", signing.codes, name="codes"),
    path("me/codes/off/", signing.codes_off, name="codes_off"),
    path("people/", include(people)),
]
