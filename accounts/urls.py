from django.urls import path

from accounts.views import (
    assignments,
    contacts,
    customer_view,
    customers,
    lists,
    picker,
    saved_views,
    search,
)

app_name = "accounts"

urlpatterns = [
    path("", lists.customer_list, name="customer_list"),
    path("export/", lists.customer_export, name="customer_export"),
    path("views/new/", saved_views.saved_view_create, name="saved_view_create"),
    path("views/<int:pk>/edit/", saved_views.saved_view_edit, name="saved_view_edit"),
    path("views/<int:pk>/delete/", saved_views.saved_view_delete, name="saved_view_delete"),
    path("new/", customers.customer_create, name="customer_create"),
    path("search/", search.search, name="search"),
    path("picker/", picker.customer_picker, name="customer_picker"),
    path("<int:pk>/", customer_view.customer_detail, name="customer_detail"),
    path("<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
    path("<int:pk>/assign/", assignments.customer_assign, name="customer_assign"),
    path("<int:pk>/backup/", assignments.customer_backup, name="customer_backup"),
    path("backups/<int:pk>/end/", assignments.backup_end, name="backup_end"),
    path("<int:customer_pk>/contacts/new/", contacts.contact_create, name="contact_create"),
    path("contacts/<int:pk>/edit/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/retire/", contacts.contact_retire, name="contact_retire"),
    # Last: a fixed word in that place is a page of its own.
    path("<int:pk>/<slug:code>/", customer_view.customer_section, name="customer_section"),
]
