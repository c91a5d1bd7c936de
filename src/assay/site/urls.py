"""Addresses: each room's under its own word; none without a declared right."""

from __future__ import annotations

from django.urls import include, path

from assay.people.gate import guarded
from assay.site import health

urlpatterns = guarded(
    [
        path("healthz", health.healthz, name="healthz"),
        path("", include("assay.desk.urls")),
        path("", include("assay.people.urls")),
        path("customers/", include("assay.customers.urls")),
        path("sales/", include("assay.sales.urls")),
        path("pay/", include("assay.incentives.urls")),
    ]
)
handler400 = "assay.desk.faults.bad_request"
handler403 = "assay.desk.faults.refused"
handler404 = "assay.desk.faults.not_found"
handler500 = "assay.desk.faults.broken"
