from django.urls import path

from accounts.views import (
    assignments,
    changes,
    contacts,
    contracts,
    customer_view,
    customers,
    items,
    lists,
    picker,
    saved_views,
    search,
    tree,
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
    path("contracts/", contracts.contract_calendar, name="contract_calendar"),
    path("picker/", picker.customer_picker, name="customer_picker"),
    path("<int:pk>/", customer_view.customer_detail, name="customer_detail"),
    path("<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
    path("<int:pk>/assign/", assignments.customer_assign, name="customer_assign"),
    path("<int:pk>/backup/", assignments.customer_backup, name="customer_backup"),
    path("backups/<int:pk>/end/", assignments.backup_end, name="backup_end"),
    path("<int:pk>/tree/", tree.customer_tree, name="customer_tree"),
    path("<int:pk>/tree/children/", tree.tree_children, name="tree_children"),
    path("<int:pk>/move/", tree.customer_move, name="customer_move"),
    path("<int:customer_pk>/contacts/new/", contacts.contact_create, name="contact_create"),
    path("contacts/<int:pk>/edit/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/retire/", contacts.contact_retire, name="contact_retire"),
    path("<int:customer_pk>/items/<slug:kind>/new/", items.item_create, name="item_create"),
    path("<int:customer_pk>/confirm/<slug:code>/", items.section_confirm, name="section_confirm"),
    path("items/<slug:kind>/<int:pk>/edit/", items.item_edit, name="item_edit"),
    path("items/<slug:kind>/<int:pk>/delete/", items.item_delete, name="item_delete"),
    path("items/info/<int:pk>/verify/", items.item_verify, name="item_verify"),
    path("items/account/<int:pk>/reveal/", items.account_reveal, name="account_reveal"),
    path("<int:pk>/lifecycle/", changes.customer_lifecycle, name="customer_lifecycle"),
    path("proposals/<int:pk>/decide/", changes.proposal_decide, name="proposal_decide"),
    # Last: a fixed word in that place is a page of its own.
    path("<int:pk>/<slug:code>/", customer_view.customer_section, name="customer_section"),
]
