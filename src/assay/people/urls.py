"""Addresses of people."""

from django.urls import include, path

from assay.furniture.imports.pages import addresses
from assay.people.gate import needs
from assay.people.imports import ATTENDANCE, EMPLOYEES
from assay.people.views import departments, house, partners, presence, signing, staff

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
        path("employees/<int:pk>/reveal/<slug:name>/", staff.reveal_employee, name="reveal"),
        path(
            "employees/<int:pk>/take-back/<slug:kind>/<int:number>/",
            staff.take_back,
            name="take_back",
        ),
        path("departments/", departments.departments, name="departments"),
        path("departments/open/", departments.open_department, name="open_department"),
        path("departments/<int:pk>/", departments.department, name="department"),
        path("departments/<int:pk>/close/", departments.close_department, name="close_department"),
        path("agents/", partners.agents, name="agents"),
        path("agents/sign/", partners.sign_agent, name="sign_agent"),
        path("agents/<int:pk>/", partners.agent, name="agent"),
        path("agents/<int:pk>/change/", partners.change_agent, name="change_agent"),
        path("agents/<int:pk>/reveal/<slug:name>/", partners.reveal_agent, name="reveal_agent"),
        path("shops/", partners.shops, name="shops"),
        path("shops/open/", partners.open_shop, name="open_shop"),
        path("shops/<int:pk>/", partners.shop, name="shop"),
        path("shops/<int:pk>/change/", partners.change_shop, name="change_shop"),
        path("attendance/", presence.attendance, name="attendance"),
        path("trainings/", presence.trainings, name="trainings"),
        path("trainings/plan/", presence.plan_training, name="plan_training"),
        path("trainings/<int:pk>/", presence.training, name="training"),
        path("trainings/<int:pk>/results/", presence.training_results, name="training_results"),
        path("logins/", house.logins, name="logins"),
        path("logins/open/", house.open_login, name="open_login"),
        path("logins/<int:pk>/", house.login, name="login"),
        path("logins/<int:pk>/password/", house.reset_password, name="reset_password"),
        path("logins/<int:pk>/switch/", house.switch_login, name="switch_login"),
        path("company/", house.company, name="company"),
        *addresses(EMPLOYEES, needs("people.change"), space="people", back="people:employees"),
        *addresses(
            ATTENDANCE, needs("attendance.import"), space="people", back="people:attendance"
        ),
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
