from django.urls import path

from service.views import catalog, unmet, watches

app_name = "service"

urlpatterns = [
    path("catalog/", catalog.catalog_list, name="catalog_list"),
    path("catalog/new/", catalog.catalog_create, name="catalog_create"),
    path("catalog/<int:pk>/", catalog.catalog_edit, name="catalog_edit"),
    path("catalog/<int:pk>/areas/new/", catalog.availability_create, name="availability_create"),
    path("areas/<int:pk>/", catalog.availability_edit, name="availability_edit"),
    path("watches/", watches.watch_list, name="watch_list"),
    path("watches/of-customer/<int:pk>/", watches.customer_watches, name="customer_watches"),
    path("watches/new/", watches.watch_create, name="watch_create"),
    path("watches/<int:pk>/", watches.watch_detail, name="watch_detail"),
    path("watches/<int:pk>/told/", watches.watch_notify, name="watch_notify"),
    path("watches/<int:pk>/end/", watches.watch_end, name="watch_end"),
    path("unmet/", unmet.unmet, name="unmet"),
    path("unmet/export/", unmet.unmet_export, name="unmet_export"),
]
