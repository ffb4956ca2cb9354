from django.urls import path

from accounts.views import assignments, contacts, customers, picker, search

app_name = "accounts"

urlpatterns = [
    path("", customers.customer_list, name="customer_list"),
    path("new/", customers.customer_create, name="customer_create"),
    path("search/", search.search, name="search"),
    path("picker/", picker.customer_picker, name="customer_picker"),
    path("<int:pk>/", customers.customer_detail, name="customer_detail"),
    path("<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
    path("<int:pk>/assign/", assignments.customer_assign, name="customer_assign"),
    path("<int:pk>/backup/", assignments.customer_backup, name="customer_backup"),
    path("backups/<int:pk>/end/", assignments.backup_end, name="backup_end"),
    path("<int:customer_pk>/contacts/new/", contacts.contact_create, name="contact_create"),
    path("contacts/<int:pk>/edit/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/retire/", contacts.contact_retire, name="contact_retire"),
]
