from django.urls import path

from staff.views import absence, authority, departments, people, profile, settings

app_name = "staff"

urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("absences/", absence.absence_list, name="absence_list"),
    path("absences/new/", absence.absence_create, name="absence_create"),
    path("absences/<int:pk>/end/", absence.absence_end, name="absence_end"),
    path("users/", people.user_list, name="user_list"),
    path("users/new/", people.user_create, name="user_create"),
    path("users/<int:pk>/", people.user_detail, name="user_detail"),
    path("users/<int:pk>/edit/", people.user_edit, name="user_edit"),
    path("users/<int:pk>/password/", people.user_password, name="user_password"),
    path("users/<int:pk>/unlock/", people.user_unlock, name="user_unlock"),
    path("users/<int:pk>/leave/", people.user_leave, name="user_leave"),
    path("branch/", departments.branch_edit, name="branch_edit"),
    path("departments/", departments.department_list, name="department_list"),
    path("departments/new/", departments.department_create, name="department_create"),
    path("departments/<int:pk>/edit/", departments.department_edit, name="department_edit"),
    path("parameters/", settings.parameter_list, name="parameter_list"),
    path("parameters/<int:pk>/", settings.parameter_edit, name="parameter_edit"),
    path("authority/", authority.authority_list, name="authority_list"),
    path("authority/<int:pk>/", authority.authority_edit, name="authority_edit"),
    path("audit/", settings.audit_list, name="audit_list"),
]
