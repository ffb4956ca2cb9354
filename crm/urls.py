from django.urls import include, path

urlpatterns = [
    path("", include("crm.pages_urls")),
    path("account/", include("staff.sign_in_urls")),
    path("", include("core.urls")),
    path("staff/", include("staff.urls")),
    path("reminders/", include("reminders.urls")),
    path("customers/", include("accounts.urls")),
    path("", include("visits.urls")),
    path("service/", include("service.urls")),
    path("opportunities/", include("opportunities.urls")),
    path("valuation/", include("valuation.urls")),
    path("plans/", include("planning.urls")),
]
